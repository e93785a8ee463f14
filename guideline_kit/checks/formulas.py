"""Formulas of a rule: numbers and counts with + - * /, such as 0.4 * words / sentences."""

from __future__ import annotations

import operator
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from itertools import accumulate

from guideline_kit.checks.matching import WORD
from guideline_kit.documents import Message

_VOWELS = re.compile(rb"[aeiouy]+")
_LONG = 7  # letters
_MANY = 3  # syllables
_CONTINUATION = bytes(range(0x80, 0xC0))


def syllables(word: bytes) -> int:
    """Estimate the syllables of an English word: its groups of vowels."""
    return max(1, len(_VOWELS.findall(word.lower())))


def _characters(word: bytes) -> int:
    return len(word.translate(None, _CONTINUATION))


# What can be counted of a word: how much each word adds.
_OF_WORDS: Mapping[str, Callable[[bytes], int]] = {
    "words": bool,
    "characters": _characters,
    "syllables": syllables,
    "long_words": lambda word: _characters(word) >= _LONG,
    "polysyllables": lambda word: syllables(word) >= _MANY,
    "capitalized_words": lambda word: word[:1].isupper(),
    "uppercase_words": lambda word: len(word) > 1 and word.isupper(),
}


class Formula:
    """A formula that fits the schema of the kind `metric`: terms and signs, with blanks."""

    def __init__(self, text: str) -> None:
        self._steps = text.split(" ")
        self.names = frozenset(step for step in self._steps if step[0].isalpha())

    def value(self, counts: Mapping[str, float]) -> float | None:
        """Return the value for some counts; None where something is divided by zero."""
        total, product, sign = 0.0, 1.0, 1
        join: Callable[[float, float], float] = operator.mul
        for step in self._steps:
            if step in ("+", "-"):
                total += sign * product
                product, sign, join = 1.0, 1 if step == "+" else -1, operator.mul
            elif step in ("*", "/"):
                join = operator.mul if step == "*" else operator.truediv
            else:
                number = counts[step] if step in self.names else float(step)
                if join is operator.truediv and not number:
                    return None
                product = join(product, number)
        return total + sign * product


class Counts:
    """Counts things in parts of a message; each thing is looked for once."""

    def __init__(self, message: Message, view: bytes) -> None:
        self.message = message
        self.view = view
        self._found: dict[str, tuple[list[int], list[int]]] = {}

    def of(self, names: Iterable[str], start: int, end: int) -> dict[str, float]:
        """Return how many of some things begin in a part of the message."""
        counts: dict[str, float] = {}
        for name in names:
            if name not in self._found:
                places, weights = self._look_for(name)
                self._found[name] = places, [0, *accumulate(weights)]
            places, sums = self._found[name]
            counts[name] = sums[bisect_left(places, end)] - sums[bisect_left(places, start)]
        return counts

    @cached_property
    def _words(self) -> list[re.Match[bytes]]:
        return list(WORD.finditer(self.view))

    def _look_for(self, name: str) -> tuple[list[int], Iterable[int]]:
        """Return where things stand, in order, and how much each counts."""
        if name in _OF_WORDS:
            weight = _OF_WORDS[name]
            places = [word.start() for word in self._words]
            return places, (int(weight(word[0])) for word in self._words)
        layout = self.message.layout
        blocks = [block for block in layout.blocks if block.kind == "paragraph"]
        if name == "sentences":
            found = (place for block in blocks for place in layout.sentences(block, self.view))
            places = [start for start, end in found if WORD.search(self.view, start, end)]
        elif name == "paragraphs":
            places = [
                block.start for block in blocks if WORD.search(self.view, block.start, block.end)
            ]
        elif name == "headings":
            places = [block.start for block in layout.blocks if block.kind == "heading"]
        elif name == "list_items":
            places = [item.start for item in layout.items]
        elif name == "code_blocks":
            places = [fence.start for fence in layout.fences if fence.fenced]
        elif name == "examples":
            places = [start for start, _ in layout.examples]
        else:
            text = self.message.text
            places = [text.byte(start) for start, _ in self.message.ranges]
        return sorted(places), (1 for _ in places)
