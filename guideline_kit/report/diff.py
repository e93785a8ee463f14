"""A change of a text as a unified diff: for `git apply`, for `patch`, and for people.

The edits are known, so nothing has to be compared: the time grows with the text, no faster.
"""

from __future__ import annotations

import json
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from guideline_kit.diagnostics import Edit
from guideline_kit.fix import edited
from guideline_kit.report.json import escaped
from guideline_kit.report.text import printable
from guideline_kit.text import Span

_CONTEXT = 3
_COLOURS = {"-": "31", "+": "32", "@": "36", "name": "1"}


@dataclass(frozen=True, slots=True)
class _Change:
    """Lines that change, from `start` to before `stop`, counted from 0, and what they become."""

    start: int
    stop: int
    new: Sequence[str]


def render(
    name: str, before: str, edits: Sequence[Edit], *, colour: bool = False, exact: bool = True
) -> str:
    """Return the difference that edits make to a text; they are in order and don't overlap.

    With `exact`, lines are as in the text, whatever they hold. Without, what a terminal would
    act on or not show is written out.
    """
    lines = _lines(before)
    made = [("name", f"--- {_file('a', name)}"), ("name", f"+++ {_file('b', name)}")]
    more = 0  # how many lines have come in addition so far
    for group in _groups(_changes(before, lines, edits)):
        low = max(0, group[0].start - _CONTEXT)
        body: list[tuple[str, str]] = []
        at = low
        for change in group:
            body += ((" ", line) for line in lines[at : change.start])
            body += (("-", line) for line in lines[change.start : change.stop])
            body += (("+", line) for line in change.new)
            at = change.stop
        body += ((" ", line) for line in lines[at : at + _CONTEXT])
        old = sum(sign != "+" for sign, _ in body)
        new = sum(sign != "-" for sign, _ in body)
        made.append(("@", f"@@ -{_range(low, old)} +{_range(low + more, new)} @@"))
        for sign, line in body:
            made.append((sign, sign + (line.removesuffix("\n") if exact else _shown(sign, line))))
            if not line.endswith("\n"):
                made.append((" ", "\\ No newline at end of file"))
        more += new - old
    if colour:
        made = [
            (kind, f"\x1b[{_COLOURS[kind]}m{line}\x1b[0m" if kind in _COLOURS else line)
            for kind, line in made
        ]
    return "".join(f"{line}\n" for _, line in made)


def _lines(text: str) -> list[str]:
    # Only \n ends a line for `patch`; a \r before it belongs to the line.
    *whole, rest = text.split("\n")
    return [*(f"{line}\n" for line in whole), *([rest] if rest else [])]


def _changes(before: str, lines: Sequence[str], edits: Sequence[Edit]) -> Iterator[_Change]:
    """Yield the lines that the edits change; those that follow each other together."""
    starts = [0, *accumulate(map(len, lines))]
    last = max(0, len(lines) - 1)
    here: list[Edit] = []
    start = stop = 0
    for edit in edits:
        first = min(bisect_right(starts, edit.span.start) - 1, last)
        if here and first > stop:
            yield _change(before, lines, starts, (start, stop), here)
            here = []
        if not here:
            start, stop = first, first
        here.append(edit)
        # What follows on the line of its end may come to stand on another one.
        stop = max(stop, min(bisect_right(starts, edit.span.end), len(lines)))
    if here:
        yield _change(before, lines, starts, (start, stop), here)


def _change(
    before: str,
    lines: Sequence[str],
    starts: Sequence[int],
    place: tuple[int, int],
    edits: Sequence[Edit],
) -> _Change:
    """Return what edits make of some lines; lines at either end that stay are left out."""
    start, stop = place
    low = starts[start]
    moved = [Edit(Span(edit.span.start - low, edit.span.end - low), edit.text) for edit in edits]
    new = _lines(edited(before[low : starts[stop]], moved))
    head = tail = 0
    most = min(stop - start, len(new))
    while head < most and lines[start + head] == new[head]:
        head += 1
    while tail < most - head and lines[stop - 1 - tail] == new[-1 - tail]:
        tail += 1
    return _Change(start + head, stop - tail, new[head : len(new) - tail])


def _groups(changes: Iterator[_Change]) -> Iterator[list[_Change]]:
    """Yield changes together between which there is no more than their context."""
    group: list[_Change] = []
    for change in changes:
        if group and change.start - group[-1].stop > 2 * _CONTEXT:
            yield group
            group = []
        group.append(change)
    if group:
        yield group


def _range(start: int, number: int) -> str:
    if number == 1:
        return str(start + 1)
    return f"{start + 1 if number else start},{number}"


def _file(side: str, name: str) -> str:
    path = f"{side}/{name}"
    if not path.isprintable() or '"' in path or "\\" in path:
        return escaped(json.dumps(path, ensure_ascii=False))
    return f"{path}\t" if " " in path else path  # the tab says where the name ends


def _shown(sign: str, line: str) -> str:
    """Return a line for a terminal; in a changed one, spaces that look alike are written out."""
    text = "\t".join(map(printable, line.rstrip("\r\n").split("\t")))
    if sign == " " or text.isascii():
        return text
    return "".join(
        f"<U+{ord(letter):04X}>"
        if unicodedata.category(letter) == "Zs" and letter != " "
        else letter
        for letter in text
    )
