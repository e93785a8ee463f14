"""The tags of Jinja2 and its kin, cut out of a text without a parser.

All that is known is that a template has {{ … }}, {% … %} and {# … #}, and what its code is made
of: this serves Nunjucks, and templates that do not parse.
"""

from __future__ import annotations

import re
from typing import NamedTuple

Error = tuple[str, int, int]

NOT_CLOSED = "a placeholder is opened and not closed"
NOTHING_INSIDE = "there is nothing between the braces"

_OPEN = re.compile(r"\{[{%#]")
_PIECE = re.compile(
    r"\s+|(?P<name>[^\W\d]\w*)|(?P<number>\d[\w.]*)|(?P<string>['\"])|(?P<open>\{[{%#])"
    r"|(?P<close>-?[%}]\})|(?P<sign>.)",
    re.DOTALL,
)
_STRINGS = {
    "'": re.compile(r"'[^'\\]*(?:\\.[^'\\]*)*'", re.DOTALL),
    '"': re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL),
}
_RAW = {
    word: re.compile(rf"\{{%[-+]?\s*(?P<end>end)?{word}\s*[-+]?%\}}")
    for word in ("raw", "verbatim")
}
_PAIRS = {")": "(", "]": "[", "}": "{"}


class Dialect(NamedTuple):
    """What differs between the engines.

    `nested` says that }} does not end a placeholder while a brace inside it is open, and that
    a raw block ends at the first end, whatever stands in it. `provided` are the names that the
    engine or its host gives; `functions` those that it gives where they are called, and
    `objects` those that it gives where something is looked up in them.
    """

    nested: bool
    provided: frozenset[str]
    functions: frozenset[str] = frozenset()
    objects: frozenset[str] = frozenset()


class Piece(NamedTuple):
    """A part of the code in a tag: a name, a number, a string, or one sign."""

    kind: str
    text: str
    start: int


class Tag(NamedTuple):
    """What stands between two signs; `sign` is the opening one: {{, {% or {#."""

    sign: str
    start: int
    end: int
    pieces: tuple[Piece, ...] = ()


def cut(text: str, dialect: Dialect) -> tuple[list[Tag], Error | None]:
    """Return the tags of a text, and the first thing that is wrong with one of them."""
    cutter = _Cutter(text, dialect)
    return cutter.tags, cutter.error


class _Cutter:
    """Cuts a text into its tags."""

    def __init__(self, text: str, dialect: Dialect) -> None:
        self.text = text
        self.dialect = dialect
        self.tags: list[Tag] = []
        self.error: Error | None = None
        self._endless: set[str] = set()  # quotation marks that none follows any more
        at = 0
        while found := _OPEN.search(text, at):
            sign, start = found.group(), found.start()
            at = self._comment(start) if sign == "{#" else self._code(sign, start)

    def _complain(self, message: str, start: int, end: int) -> None:
        if self.error is None or start < self.error[1]:
            self.error = (message, start, end)

    def _comment(self, start: int) -> int:
        end = -1 if "#}" in self._endless else self.text.find("#}", start + 2)
        if end < 0:
            self._endless.add("#}")
            self._complain("a comment is opened and not closed", start, start + 2)
            return start + 2
        self.tags.append(Tag("{#", start, end + 2))
        return end + 2

    def _code(self, sign: str, start: int) -> int:
        """Read a tag of code, and return from where on to look for the next one."""
        pieces: list[Piece] = []
        opened: list[str] = []
        braces = 0
        close = "}}" if sign == "{{" else "%}"
        at = start + 2
        if self.text[at : at + 1] in ("-", "+"):
            at += 1
        while found := _PIECE.match(self.text, at):
            kind, at = found.lastgroup, found.end()
            piece = found.group()
            if kind == "open":
                at = found.start()
                break
            if kind == "close":
                if piece.endswith(close) and not (braces and self.dialect.nested):
                    tag = Tag(sign, start, at, tuple(pieces))
                    self.tags.append(tag)
                    self._look_into(tag, opened)
                    return self._after(tag)
                at = found.start() + 1
                kind, piece = "sign", piece[0]
            if kind == "string":
                piece = self._string(piece, found.start())
                at = found.start() + len(piece)
            if kind == "sign":
                if piece in "([{":
                    opened.append(piece)
                elif piece in ")]}" and opened and opened[-1] == _PAIRS[piece]:
                    opened.pop()
                braces = max(0, braces + (piece == "{") - (piece == "}"))
            if kind is not None:
                pieces.append(Piece(kind, piece, found.start()))
        self._complain(NOT_CLOSED if sign == "{{" else "a tag is opened and not closed",
                       start, start + 2)  # fmt: skip
        return at

    def _string(self, quote: str, start: int) -> str:
        found = None if quote in self._endless else _STRINGS[quote].match(self.text, start)
        if found is None:
            self._endless.add(quote)
            self._complain("a quotation mark is opened and not closed", start, start + 1)
            return quote
        return found.group()

    def _look_into(self, tag: Tag, opened: list[str]) -> None:
        if not tag.pieces:
            self._complain(NOTHING_INSIDE, tag.start, tag.end)
        elif opened:
            self._complain(f"a bracket, {opened[-1]}, is opened and not closed", tag.start, tag.end)

    def _after(self, tag: Tag) -> int:
        """Return where the next tag can be: behind the end of a raw block that begins here."""
        word = tag.pieces[0].text if tag.pieces and tag.sign == "{%" else ""
        if word not in _RAW or len(tag.pieces) > 1 or (word == "verbatim" and self.dialect.nested):
            return tag.end
        depth = 1
        for found in _RAW[word].finditer(self.text, tag.end):
            if found["end"]:
                depth -= 1
            elif not self.dialect.nested:
                depth += 1
            if depth == 0:
                piece = Piece("name", f"end{word}", found.start())
                self.tags.append(Tag("{%", found.start(), found.end(), (piece,)))
                return found.end()
        return len(self.text)
