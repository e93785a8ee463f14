"""The tags of a Handlebars template, and the pieces of each."""

from __future__ import annotations

import re
from typing import NamedTuple

Error = tuple[str, int, int]

_BRACES = re.compile(r"\{{2,}")
_SIGN = re.compile(r"~?(?P<sign>#>|#\*|[#/^>&*]|\{)?\s*")
_ELSE = re.compile(r"else(?=[\s~}])")
_SEGMENT = r"(?:[^\s!\"#%-,./;->@\[-^`{-~]+|\[[^\]{}]*\])"
_PIECE = re.compile(
    rf"""\s+
    |(?P<close>~?\}}\}}\}}?)
    |(?P<open>\{{\{{)
    |(?P<string>["'])
    |(?P<number>-?\d+(?:\.\d+)?(?=[\s}}~)\]]))
    |(?P<params>as\s+\|[^|{{}}]*\|)
    |(?P<path>@?(?:\.\.?/)*(?:{_SEGMENT}(?:[./]{_SEGMENT})*|\.\.?)/?)
    |(?P<sign>.)""",
    re.DOTALL | re.VERBOSE,
)
_STRINGS = {
    "'": re.compile(r"'(?:[^'\\]|\\.)*'", re.DOTALL),
    '"': re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL),
}
_COMMENT_END = re.compile(r"--~?\}\}")
_NOT_CLOSED = "a placeholder is opened and not closed"


class Piece(NamedTuple):
    """A part of a tag: a path, a string, a number, block parameters or one sign."""

    kind: str
    text: str
    start: int


class Tag(NamedTuple):
    """A tag; `sign` is what stands before its first word: #, ^, /, > and so on, or else."""

    sign: str
    start: int
    end: int
    pieces: tuple[Piece, ...] = ()


def tags_of(text: str) -> tuple[list[Tag], Error | None]:
    """Return the tags of a template, and the first thing that is wrong with one of them."""
    cutter = _Cutter(text)
    return cutter.tags, cutter.error


class _Cutter:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tags: list[Tag] = []
        self.error: Error | None = None
        self._endless: set[str] = set()  # signs that none follows any more
        at = 0
        while found := _BRACES.search(text, at):
            start, braces = found.start(), len(found.group())
            before = text[max(0, start - 2) : start]
            if before.endswith("\\") and before != "\\\\":
                at = found.end()  # shown as it stands
            elif braces > 4:
                self._complain("more than four braces stand in a row", start, found.end())
                at = found.end()
            elif braces == 4:
                at = self._raw(start)
            elif text.startswith(("!", "~!"), start + 2):
                at = self._comment(start)
            else:
                at = self._code(start)

    def _complain(self, message: str, start: int, end: int) -> None:
        if self.error is None:
            self.error = (message, start, end)

    def _find(self, close: str, at: int) -> int:
        end = -1 if close in self._endless else self.text.find(close, at)
        if end < 0:
            self._endless.add(close)
        return end

    def _comment(self, start: int) -> int:
        inside = self.text.index("!", start)
        if self.text.startswith("--", inside + 1):
            close = None if "--" in self._endless else _COMMENT_END.search(self.text, inside + 1)
            end = close.end() if close else -1
            if close is None:
                self._endless.add("--")
        else:
            end = self._find("}}", inside)
            end = end + 2 if end >= 0 else -1
        if end < 0:
            self._complain("a comment is opened and not closed", start, start + 2)
            return inside
        self.tags.append(Tag("!", start, end))
        return end

    def _raw(self, start: int) -> int:
        """Read a block whose text is shown as it stands."""
        end = self._find("}}}}", start)
        if end < 0:
            self._complain(_NOT_CLOSED, start, start + 4)
            return start + 4
        words = self.text[start + 4 : end].split(None, 1)
        pieces = (Piece("path", words[0], start + 4),) if words else ()
        self.tags.append(Tag("{{", start, end + 4, pieces))
        close = f"{{{{{{{{/{words[0] if words else ''}}}}}}}}}"
        after = self._find(close, end + 4)
        if after < 0:
            self._complain(
                f"the block {self.text[start : end + 4][:60]} is never closed", start, end + 4
            )
            return len(self.text)
        self.tags.append(Tag("{{/", after, after + len(close)))
        return after + len(close)

    def _code(self, start: int) -> int:
        sign = _SIGN.match(self.text, start + 2)
        assert sign is not None  # noqa: S101  it can be empty
        kind, at = sign["sign"] or "", sign.end()
        other = _ELSE.match(self.text, at)
        if kind == "" and other:
            kind, at = "else", other.end()
        pieces: list[Piece] = []
        opened: list[int] = []
        while found := _PIECE.match(self.text, at):
            at = found.end()
            if found.lastgroup is None:
                continue
            piece = Piece(found.lastgroup, found.group(), found.start())
            if piece.kind == "open":
                at = piece.start
                break
            if piece.kind == "close":
                return self._closed(Tag(kind, start, at, tuple(pieces)), piece, opened)
            if piece.kind == "string":
                piece = self._string(piece)
                at = piece.start + len(piece.text)
            elif piece.text == "(":
                opened.append(piece.start)
            elif piece.text == ")" and opened:
                opened.pop()
            elif piece.kind == "sign" and piece.text != "=":
                self._complain(f"'{piece.text}' means nothing in Handlebars", piece.start, at)
            pieces.append(piece)
        self._complain(_NOT_CLOSED, start, start + 2)
        return at

    def _string(self, piece: Piece) -> Piece:
        string = None
        if piece.text not in self._endless:
            string = _STRINGS[piece.text].match(self.text, piece.start)
        if string is None:
            self._endless.add(piece.text)
            self._complain(
                "a quotation mark is opened and not closed", piece.start, piece.start + 1
            )
            return piece
        return piece._replace(text=string.group())

    def _closed(self, tag: Tag, close: Piece, opened: list[int]) -> int:
        braces = close.text.lstrip("~")
        end = tag.end
        if tag.sign == "{" and len(braces) < 3:
            self._complain("three braces are opened and two are closed", tag.start, end)
        elif tag.sign != "{" and len(braces) > 2:
            end -= 1  # the third one is text
        if opened:
            self._complain("a bracket, (, is opened and not closed", opened[-1], opened[-1] + 1)
        if not tag.pieces and tag.sign not in ("else", "^"):
            self._complain("there is nothing between the braces", tag.start, end)
        self.tags.append(tag._replace(end=end))
        return end
