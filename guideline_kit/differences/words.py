"""Two texts, word by word: what stayed, what went, what came.

First lines are held against lines, then the words of those that changed. The comparison is
Myers's: of all ways from one text to the other, one with the fewest words that go or come. Its
time grows with the length times the difference, so that two long texts that have nothing in
common would take hours; it gives up after a number of steps that no honest change of a prompt
needs.
"""

from __future__ import annotations

import itertools
import re
from array import array
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

# Words, single signs, and white space; of scripts without blanks each character is a word.
_TOKEN = re.compile(r"\s+|[^\W\u3040-\u30ff\u3400-\u9fff]+|[^\s]")
_LINE = re.compile(r"[^\n]*(?P<end>\n?)")
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n")
_STEPS = 500_000  # about half a second


class Piece(NamedTuple):
    """A part of both texts, or of one: `text[start:end]` of the earlier one where it is gone."""

    kind: Literal["same", "gone", "new"]
    start: int
    end: int


class TooDifferentError(Exception):
    """Two texts have too little in common to say in words what changed."""


def compare(before: str, after: str, steps: int = _STEPS) -> list[Piece]:
    """Return the later text in pieces, with what is gone before what came in its place.

    How a line is broken or indented does not count, a new paragraph does. Where the words of
    some lines have too little in common, the lines are exchanged as a whole. Raises
    TooDifferentError where that holds for all of the text.
    """
    budget = _Budget(steps)
    try:
        lines = list(_pieces(_lines(before), _lines(after), _Budget(steps)))
    except TooDifferentError:
        # All lines differ where a text was broken anew, and the words may be the same.
        old, new = Piece("gone", 0, len(before)), Piece("new", 0, len(after))
        return _joined(before, after, list(_exchanged(before, after, old, new, budget)))
    pieces: list[Piece] = []
    for same, run in itertools.groupby(lines, lambda piece: piece.kind == "same"):
        if same:
            pieces += run
            continue
        parts = list(_in_one(list(run)))
        if len(parts) == 1:
            pieces += parts
            continue
        old, new = parts
        try:
            pieces += list(_exchanged(before, after, old, new, budget))
        except TooDifferentError:
            pieces += parts
    return _joined(before, after, pieces)


def _exchanged(before: str, after: str, old: Piece, new: Piece, budget: _Budget) -> Iterator[Piece]:
    """Yield what became of the words of some lines."""
    return _pieces(_words(before, old), _words(after, new), budget)


class _Token(NamedTuple):
    """A word or a line: what counts when it is compared, and where it stands."""

    key: str
    start: int
    end: int


def _words(text: str, piece: Piece) -> list[_Token]:
    words = _TOKEN.finditer(text, piece.start, piece.end)
    return [_Token(_key(found.group()), *found.span()) for found in words]


def _lines(text: str) -> list[_Token]:
    # The last line may have no end: what follows it elsewhere must not run into it.
    return [
        _Token(" ".join(found.group().split()) + found["end"], *found.span())
        for found in _LINE.finditer(text)
        if found.group()
    ]


def _key(token: str) -> str:
    if not token.isspace():
        return token
    return "\n\n" if _PARAGRAPH.search(token) else " "


class _Budget:
    """How many steps are left."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def spend(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise TooDifferentError


def _pieces(old: Sequence[_Token], new: Sequence[_Token], budget: _Budget) -> Iterator[Piece]:
    """Yield pieces of one token each; of what stayed, the later text's."""
    numbers: dict[str, int] = {}
    a = array("L", (numbers.setdefault(token.key, len(numbers)) for token in old))
    b = array("L", (numbers.setdefault(token.key, len(numbers)) for token in new))
    head = 0
    while head < min(len(a), len(b)) and a[head] == b[head]:
        head += 1
    tail = 0
    while tail < min(len(a), len(b)) - head and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    yield from (Piece("same", token.start, token.end) for token in new[:head])
    end_a, end_b = len(a) - tail, len(b) - tail
    for kind, at in _way(a[head:end_a], b[head:end_b], budget):
        token = old[head + at] if kind == "gone" else new[head + at]
        yield Piece(kind, token.start, token.end)
    yield from (Piece("same", token.start, token.end) for token in new[end_b:])


def _way(
    a: Sequence[int], b: Sequence[int], budget: _Budget
) -> Sequence[tuple[Literal["same", "gone", "new"], int]]:
    """Return a shortest way from `a` to `b`: what each step does, and the index in its text."""
    if not a or not b:
        gone = [("gone", at) for at in range(len(a))]
        return [*gone, *(("new", at) for at in range(len(b)))]  # type: ignore[list-item]
    reached: list[array[int]] = []
    # Of each diagonal x - y the furthest x, after so many words that went or came.
    best = array("l", [0])
    for distance in range(len(a) + len(b) + 1):
        budget.spend(distance + 1)
        current = array("l", [0]) * (2 * distance + 1)
        for k in range(-distance, distance + 1, 2):
            x = _from(best, distance, k)[0] if distance else 0
            start = x
            y = x - k
            while x < len(a) and y < len(b) and a[x] == b[y]:
                x += 1
                y += 1
            if x > start:
                budget.spend(x - start)
            current[k + distance] = x
            if x >= len(a) and y >= len(b):
                reached.append(current)
                return _back(reached, len(a), len(b))
        reached.append(current)
        best = current
    return ()


def _from(best: array[int], distance: int, k: int) -> tuple[int, bool]:
    """Return where a diagonal is entered with the last of so many words: x, and whether it came.

    `best` is how far the diagonals were reached with one word fewer.
    """
    left, right = k + distance - 2, k + distance
    if k == -distance or (k != distance and best[left] < best[right]):
        return best[right], True
    return best[left] + 1, False


def _back(
    reached: Sequence[array[int]], x: int, y: int
) -> list[tuple[Literal["same", "gone", "new"], int]]:
    """Return the way that led to the ends of both texts, from its beginning."""
    steps: list[tuple[Literal["same", "gone", "new"], int]] = []
    for distance in range(len(reached) - 1, 0, -1):
        low, came = _from(reached[distance - 1], distance, x - y)
        while x > low:
            x, y = x - 1, y - 1
            steps.append(("same", y))
        if came:
            y -= 1
            steps.append(("new", y))
        else:
            x -= 1
            steps.append(("gone", x))
    while x > 0:
        x, y = x - 1, y - 1
        steps.append(("same", y))
    return steps[::-1]


def _joined(before: str, after: str, pieces: Sequence[Piece]) -> list[Piece]:
    """Return pieces with those of a kind together, and what is gone before what came.

    A blank between two words that were exchanged is a part of the exchange: a phrase reads
    better in one piece than word by word.
    """
    joined: list[Piece] = []
    change: list[Piece] = []  # the last one, and what of it is in `joined`
    shown: list[Piece] = []
    at = 0
    while at < len(pieces):
        stop = at + 1
        while stop < len(pieces) and (pieces[stop].kind == "same") == (pieces[at].kind == "same"):
            stop += 1
        run = list(pieces[at:stop])
        at = stop
        if run[0].kind == "same":
            start = joined.pop().start if joined and joined[-1].kind == "same" else run[0].start
            joined.append(Piece("same", start, run[-1].end))
            continue
        kinds, earlier = {piece.kind for piece in run}, {piece.kind for piece in change}
        blank = joined[-1] if change and joined[-1].kind == "same" else None
        blank = blank if blank and _is_blank(after, blank) else None
        rest: list[Piece] = []
        if blank and kinds == {"gone", "new"} == earlier:
            run = [*change, blank._replace(kind="new"), *run]
        # The blank before what came or went is as good as the one at its end.
        elif blank and kinds == {"new"} <= earlier and _is_blank(after, run[-1]):
            rest = [run[-1]._replace(kind="same")]
            run = [*change, blank._replace(kind="new"), *run[:-1]]
        elif blank and kinds == {"gone"} <= earlier and _is_blank(before, run[-1]):
            rest = [blank]
            run = [*change, *run[:-1]]
        else:
            blank = None
        if blank:
            del joined[-1 - len(shown) :]
        change, shown = run, list(_in_one(run))
        joined += [*shown, *rest]
    return joined


def _is_blank(text: str, piece: Piece) -> bool:
    return text[piece.start : piece.end] == " "


def _in_one(pieces: Sequence[Piece]) -> Iterator[Piece]:
    kinds: tuple[Literal["gone", "new"], ...] = ("gone", "new")
    for kind in kinds:
        own = [piece for piece in pieces if piece.kind == kind]
        if own:
            yield Piece(kind, own[0].start, own[-1].end)
