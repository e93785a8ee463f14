"""The messages that one template is made of: where each of them stands in it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

# Where the expressions of a template stand, in order and apart.
Ranges = Sequence[tuple[int, int]]

# Comments, and the ends of blocks: they are never shown, and need no value.
_SILENT = re.compile(
    r"\{#|\{\{~?[!/]|\{\{~?\s{0,9}else\s{0,9}~?\}\}|\{%[-+]?\s{0,9}(?:end\w{0,20}|else)\s{0,9}[-+]?%\}"
)


class Turn(NamedTuple):
    """A message in the text of a template: who speaks, from where to where.

    `role` is system, user, assistant or tool. `example` marks a few-shot message.
    """

    role: str
    start: int
    end: int
    example: bool = False


def trimmed(text: str, turns: Iterable[Turn], ranges: Ranges) -> Iterator[Turn]:
    """Yield the turns that hold anything, without the blank lines around it.

    Comments of the template language are nothing, but for those that silence rules, and so are
    the ends of its blocks.
    """
    starts = [start for start, _ in ranges]
    for turn in turns:
        part = text[turn.start : turn.end]
        body = part.strip()
        if not body or (_SILENT.match(body) and _is_silent(text, turn, ranges, starts)):
            continue
        start = turn.start + part.index(body[0])
        # The indentation of the first line belongs to the text.
        line = max(text.rfind("\n", turn.start, start), text.rfind("\r", turn.start, start))
        begin = max(turn.start, line + 1)
        if text[begin:start].strip(" \t"):
            begin = start
        yield turn._replace(start=begin, end=start + len(body))


def _is_silent(text: str, turn: Turn, ranges: Ranges, starts: list[int]) -> bool:
    """Whether a turn holds nothing that is ever shown, and silences no rule."""
    at = turn.start
    for start, end in ranges[bisect_left(starts, turn.start) : bisect_left(starts, turn.end)]:
        silent = _SILENT.match(text, start, end) and text.find("guideline", start, end) < 0
        if not silent or text[at:start].strip():
            return False
        at = end
    return not text[at : turn.end].strip()


def with_examples(turns: Sequence[Turn], ranges: Ranges) -> Iterator[Turn]:
    """Yield the turns, with those marked that show the model how to answer."""
    starts = [start for start, _ in ranges]
    found = examples_among([(turn.role, _holds(starts, turn)) for turn in turns])
    return (turn._replace(example=index in found) for index, turn in enumerate(turns))


def examples_among(turns: Sequence[tuple[str, bool]]) -> frozenset[int]:
    """Return which turns show the model how to answer, given who speaks and what is filled in.

    These are pairs of a question and an answer in which nothing is filled in, before the last
    question. Where something is, they are more likely what was said before.
    """
    last = max((index for index, (role, _) in enumerate(turns) if role == "user"), default=-1)
    found: set[int] = set()
    for index, (question, answer) in enumerate(pairwise(turns[: max(0, last)])):
        if question == ("user", False) and answer == ("assistant", False):
            found.update((index, index + 1))
    return frozenset(found)


def _holds(starts: list[int], turn: Turn) -> bool:
    """Whether an expression begins within a turn."""
    index = bisect_left(starts, turn.start)
    return index < len(starts) and starts[index] < turn.end
