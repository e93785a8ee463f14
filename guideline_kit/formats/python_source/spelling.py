"""Texts that Python source spells, and where in it each of their characters stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from guideline_kit.text import MappedText, Run, Span


class Piece(NamedTuple):
    """A stretch of a text: `text[at:at + length]` is spelled by `source[start:end]`.

    What is as long in both is the same in both; else it is one character and its escape. One
    with a `name` is code that Python computes: a field of an f-string, or an operand. The name
    is its variable's, or empty for something larger.
    """

    at: int
    length: int
    start: int
    end: int
    name: str | None = None


class Kind(NamedTuple):
    """How a literal is written: its quotation marks, and what its prefix says."""

    quote: str
    raw: bool = False
    fields: bool = False


class Spelled(NamedTuple):
    """A text as far as the source spells it.

    `pieces` are in order. What stands in none of them is spelled by the source between two.
    `kinds` are those of its literals. `engine` is the template language of the text itself, which
    f-strings are none of; `indented` says that lines of it lost an indentation.
    """

    text: str
    pieces: tuple[Piece, ...]
    kinds: frozenset[Kind] = frozenset()
    engine: str = ""
    indented: bool = False

    @property
    def computed(self) -> bool:
        """Whether a part of the text is computed."""
        return any(piece.name is not None for piece in self.pieces)

    @property
    def plain(self) -> str:
        """The text without what is computed."""
        if not self.computed:
            return self.text
        at, kept = 0, []
        for piece in self.pieces:
            if piece.name is not None:
                kept.append(self.text[at : piece.at])
                at = piece.at + piece.length
        return "".join([*kept, self.text[at:]])

    def select(self, ranges: Iterable[tuple[int, int]], *, indented: bool = False) -> Spelled:
        """Return the text that is left of this one: some ranges of it, in order."""
        texts: list[str] = []
        pieces: list[Piece] = []
        size = 0
        first = 0  # no piece before this one reaches into what is to come
        for start, end in ranges:
            texts.append(self.text[start:end])
            while first < len(self.pieces) and _end(self.pieces[first]) <= start:
                first += 1
            index = first
            while index < len(self.pieces) and self.pieces[index].at < end:
                piece = self.pieces[index]
                low, high = max(start, piece.at), min(end, _end(piece))
                moved = piece._replace(at=size + low - start)
                if (low, high) != (piece.at, _end(piece)):
                    moved = moved._replace(
                        length=high - low,
                        start=piece.start + low - piece.at,
                        end=piece.start + high - piece.at,
                    )
                pieces.append(moved)
                index += 1
            size += end - start
        return self._replace(
            text="".join(texts), pieces=tuple(pieces), indented=self.indented or indented
        )

    def mapped(self, whole: Span) -> MappedText:
        """Return the text with its runs; `whole` is the code that it comes from."""
        fields = frozenset(
            self.text[piece.at : _end(piece)] for piece in self.pieces if piece.name is not None
        )
        write = partial(_written, kinds=self.kinds, fields=fields, indented=self.indented)
        return MappedText(self.text, _runs(self.pieces), whole, write)


def _end(piece: Piece) -> int:
    return piece.at + piece.length


def joined(parts: Sequence[Spelled], separator: str = "") -> Spelled:
    """Return several texts as one, with a separator that stands between them nowhere."""
    texts: list[str] = []
    pieces: list[Piece] = []
    size = 0
    for part in parts:
        if texts:
            texts.append(separator)
            size += len(separator)
        pieces += (piece._replace(at=piece.at + size) for piece in part.pieces)
        texts.append(part.text)
        size += len(part.text)
    return Spelled(
        "".join(texts),
        tuple(pieces),
        frozenset().union(*(part.kinds for part in parts)),
        next((part.engine for part in parts if part.engine), ""),
        any(part.indented for part in parts),
    )


def _runs(pieces: Sequence[Piece]) -> tuple[Run, ...]:
    """Return the runs in which text and source are the same.

    Around a character that is escaped there is a run on both sides, if of no length: it says
    where the escape begins and ends.
    """
    runs: list[Run] = []
    for piece in pieces:
        escaped = piece.length != piece.end - piece.start
        last = runs[-1] if runs else Run(-1, -1, 0)
        if (last.start + last.length, last.source + last.length) != (piece.at, piece.start):
            last = Run(piece.at, piece.start, 0)
            runs.append(last)
        if escaped:
            runs.append(Run(_end(piece), piece.end, 0))
        else:
            runs[-1] = last._replace(length=last.length + piece.length)
    return tuple(runs)


# --- writing -------------------------------------------------------------------------------


def _written(
    text: str, *, kinds: frozenset[Kind], fields: frozenset[str], indented: bool
) -> str | None:
    """Return how a text is written in every literal of these kinds, or None."""
    if not text.replace("\n", "").isprintable() or any(field in text for field in fields):
        return None
    ways = {_in_literal(text, kind, indented=indented) for kind in kinds}
    return ways.pop() if len(ways) == 1 else None


def _in_literal(text: str, kind: Kind, *, indented: bool) -> str | None:
    mark = kind.quote[0]
    long = len(kind.quote) == 3
    if "\n" in text and (indented if long else kind.raw):
        return None
    if kind.raw:
        if mark in text or text.endswith("\\"):
            return None
    else:
        text = text.replace("\\", "\\\\")
        # Between letters a quotation mark ends no literal that three of them end.
        alone = rf"(?<![{mark}])(?<=[^\\]){mark}(?!{mark}|\Z)" if long else r"(?!)"
        text = re.sub(rf"(?P<alone>{alone})|{mark}", _escaped, text)
        if not long:
            text = text.replace("\n", "\\n")
    if kind.fields:
        text = text.replace("{", "{{").replace("}", "}}")
    return text


def _escaped(found: re.Match[str]) -> str:
    return found.group() if found["alone"] else f"\\{found.group()}"


# --- what methods of a text leave of it ------------------------------------------------------

_LINE = re.compile(r"[^\n]*\n?")
_MARGIN = re.compile(r"[ \t]*")


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each line begins and ends, its break left out."""
    at = 0
    while at <= len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        yield at, end
        at = end + 1


def dedented(spelled: Spelled, *, clean: bool = False) -> Spelled:
    """Return a text as `textwrap.dedent` leaves it, or with `clean` `inspect.cleandoc`."""
    text = spelled.text
    lines = list(_lines(text))
    blank = [not text[start:end].strip(" \t") for start, end in lines]
    counted = list(zip(lines, blank, strict=True))[1 if clean else 0 :]
    margins = [_margin(text, start, end) for (start, end), empty in counted if not empty]
    # What the first and the last in the order of texts have in common all others have, too.
    low, high = min(margins, default=""), max(margins, default="")
    pairs = enumerate(zip(low, high, strict=False))
    margin = low[: next((at for at, (one, other) in pairs if one != other), len(low))]
    kept: list[tuple[int, int]] = []
    for index, ((start, end), empty) in enumerate(zip(lines, blank, strict=True)):
        if clean and index == 0:
            start += len(text[start:end]) - len(text[start:end].lstrip(" \t"))
        elif empty and not clean:
            start = end
        else:
            start = min(start + len(margin), end)
        kept.append((start, min(end + 1, len(text))))
    if clean:
        while kept and not text[slice(*kept[0])].strip("\n"):
            del kept[0]
        while kept and not text[slice(*kept[-1])].strip("\n"):
            del kept[-1]
        if kept and text[kept[-1][0] : kept[-1][1]].endswith("\n"):
            kept[-1] = (kept[-1][0], kept[-1][1] - 1)
    return spelled.select(kept, indented=True)


def _margin(text: str, start: int, end: int) -> str:
    found = _MARGIN.match(text, start, end)
    return found.group() if found else ""


def stripped(spelled: Spelled, method: str, characters: str | None) -> Spelled:
    """Return a text as `strip`, `lstrip` or `rstrip` leaves it."""
    text = spelled.text
    start = 0 if method == "rstrip" else len(text) - len(text.lstrip(characters))
    end = len(text) if method == "lstrip" else len(text.rstrip(characters))
    return spelled.select([(start, max(start, end))])
