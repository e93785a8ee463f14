"""Which lines of a text are not those of an earlier one, in bounded time."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

_LINE_BREAK = re.compile(r"\r\n|\n|\r")

# How many pairs of lines are compared where no line stands out. Beyond it lines count as new.
_PAIRS = 400_000
# How often, on average, each line is looked at.
_LOOKS = 30


def changed_lines(old: str, new: str) -> list[tuple[int, int]]:
    """Return the ranges of lines of `new` that are not those of `old`, counted from 1.

    The lines outside of the ranges stand in `old`, too, in the same order. How a line ends does
    not count, and where lines were only taken out there is no range.
    """
    old_lines, new_lines = _LINE_BREAK.split(old), _LINE_BREAK.split(new)
    if old_lines[-1] == new_lines[-1] == "":  # what follows the last line break is no line
        del old_lines[-1], new_lines[-1]
    kept = _kept(old_lines, new_lines)
    ranges: list[tuple[int, int]] = []
    for number in range(1, len(new_lines) + 1):
        if number - 1 in kept:
            continue
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    return ranges


def _kept(old: Sequence[str], new: Sequence[str]) -> set[int]:
    """Return which lines of the new text are those of the old one, counted from 0."""
    known = set(old)
    # A line that the other side does not have can't be kept; without these, little remains.
    places = [at for at, line in enumerate(new) if line in known]
    known.intersection_update(new)
    before = [line for line in old if line in known]
    after = [new[at] for at in places]
    kept: set[int] = set()
    pairs, looks = _PAIRS, _LOOKS * (len(before) + len(after))
    gaps = [(0, len(before), 0, len(after))]
    while gaps:
        low, high, start, end = gaps.pop()
        while low < high and start < end and before[low] == after[start]:
            kept.add(start)
            low, start = low + 1, start + 1
        while low < high and start < end and before[high - 1] == after[end - 1]:
            high, end = high - 1, end - 1
            kept.add(end)
        size = (high - low) * (end - start)
        looks -= high - low + end - start
        if not size or looks < 0:
            continue
        anchors = _anchors(before[low:high], after[start:end])
        if anchors:
            borders = [(low + one, start + other) for one, other in anchors]
            for left, right in zip([(low, start), *borders], [*borders, (high, end)], strict=True):
                gaps.append((left[0], right[0], left[1], right[1]))
        elif size <= pairs:
            pairs -= size
            kept.update(start + at for at in _longest(before[low:high], after[start:end]))
    return {places[at] for at in kept}


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return where lines stand that both sides have once, as many as are in one order."""
    once = {line for line, times in Counter(old).items() if times == 1}
    once &= {line for line, times in Counter(new).items() if times == 1}
    where = {line: at for at, line in enumerate(new) if line in once}
    pairs = [(at, where[line]) for at, line in enumerate(old) if line in once]
    # The longest rising sequence: the smallest end of each length, and what came before it.
    ends: list[int] = []
    last: list[int] = []
    previous: list[int] = []
    for index, (_, at) in enumerate(pairs):
        length = bisect_left(ends, at)
        previous.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [at]
        last[length : length + 1] = [index]
    found = []
    index = last[-1] if last else -1
    while index >= 0:
        found.append(pairs[index])
        index = previous[index]
    return found[::-1]


def _longest(old: Sequence[str], new: Sequence[str]) -> list[int]:
    """Return the places in `new` of the longest sequence of lines that both have."""
    rows = [[0] * (len(new) + 1)]
    for line in reversed(old):
        below, row = rows[-1], [0] * (len(new) + 1)
        for at in range(len(new) - 1, -1, -1):
            row[at] = below[at + 1] + 1 if line == new[at] else max(below[at], row[at + 1])
        rows.append(row)
    rows.reverse()
    found = []
    one = other = 0
    while one < len(old) and other < len(new):
        if old[one] == new[other]:
            found.append(other)
            one, other = one + 1, other + 1
        elif rows[one + 1][other] >= rows[one][other + 1]:
            one += 1
        else:
            other += 1
    return found
