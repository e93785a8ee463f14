"""Reading string literals where they stand, as Python reads them, prefix and escapes and all.

Python's own parser says where a string begins and ends, but not where its characters stand, and
each version says something else of f-strings.
"""

from __future__ import annotations

import re
import unicodedata

from guideline_kit.formats.python_source.spelling import Kind, Piece, Spelled

_OPENING = re.compile(r"([A-Za-z]{0,2})(\"\"\"|'''|\"|')")
# What can stand between the literals of one string.
_BETWEEN = re.compile(r"(?:[ \t\f\r\n]|\\\r?\n|\\\r|#[^\r\n]*)*")
_SIMPLE = {
    "\\": "\\", "'": "'", '"': '"', "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r",
    "t": "\t", "v": "\v",
}  # fmt: skip
_ESCAPE = re.compile(
    r"\\(?:(?P<joined>\r\n|[\r\n])|(?P<simple>[\\'\"abfnrtv])|(?P<octal>[0-7]{1,3})"
    r"|x(?P<x>[0-9a-fA-F]{2})|u(?P<u>[0-9a-fA-F]{4})|U(?P<U>[0-9a-fA-F]{8})"
    r"|N\{(?P<name>[^}\r\n]{1,120})\})"
)
# Where something may begin or end that is not a character of the text as it stands.
_IN_TEXT = re.compile(r"[\\\r\"']")
_IN_TEMPLATE = re.compile(r"[\\\r\"'{}]")
_IN_FIELD = re.compile(r"[\"'#()\[\]{}:!]")
_IN_FORMAT = re.compile(r"[{}]")
_STRING_OR_REMARK = re.compile(r"[\"'#]")
# `if"a"` has no prefix.
_PREFIX = re.compile(r"(?<!\w)(?i:[rubft]|[bft]r|r[bft])\Z")
# What the expression of a field has to look like for its first name to be a variable's.
_VARIABLE = re.compile(
    r"\s*(?:self\s*\.\s*)?(?P<name>[^\W\d]\w*)(?:\s*\.\s*[^\W\d]\w*(?:\(\))?|\[[^\[\]]*\])*\s*"
    r"(?:=\s*)?(?:![rsa]\s*)?(?:\Z|:.*\Z)",
    re.DOTALL,
)
_DEEPEST = 60  # fields in formats and strings in fields


class NotReadError(Exception):
    """A literal can't be read; Python would refuse it, too."""


def read_strings(text: str, start: int, end: int) -> Spelled | None:
    """Read the literals between two offsets, one behind the other, as one text.

    None where they are no literals of text.
    """
    reader = _Reader(text)
    at = start
    try:
        while at < end:
            at = reader.literal(at)
            between = _BETWEEN.match(text, at, end)
            at = between.end() if between else at
    except NotReadError:
        return None
    return Spelled(
        "".join(reader.texts),
        tuple(reader.pieces),
        frozenset(reader.kinds),
    )


def end_of_literal(text: str, quote: int) -> int:
    """Return where the literal ends whose first quotation mark is at an offset.

    That is the end of the text for one that has no end.
    """
    try:
        return _Reader(text).skip(quote)
    except NotReadError:
        return len(text)


def load(text: str) -> int:
    """Return how much work the fields of f-strings are for Python: in each, fields by length."""
    total = at = 0
    while found := _STRING_OR_REMARK.search(text, at):
        here = found.start()
        if found.group() == "#":
            at = text.find("\n", here) + 1 or len(text)
            continue
        at = max(here + 1, end_of_literal(text, here))
        prefix = _PREFIX.search(text, max(0, here - 3), here)
        if prefix and prefix.group().lower().strip("r") in ("f", "t"):
            total += text.count("{", here, at) * (at - here)
    return total


def variable(expression: str) -> str:
    """Return the name of the variable that an expression speaks of, or nothing."""
    found = _VARIABLE.match(expression)
    return found["name"] if found else ""


class _Reader:
    """Walks through literals; `texts` and `pieces` are what it has read so far."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.texts: list[str] = []
        self.pieces: list[Piece] = []
        self.kinds: set[Kind] = set()
        self.size = 0

    def same(self, start: int, end: int, name: str | None = None) -> None:
        """Add what stands in the source as it is."""
        if start < end:
            self._add(self.text[start:end], start, end, name)

    def _add(self, value: str, start: int, end: int, name: str | None = None) -> None:
        if name is None and self.pieces and len(value) == end - start:
            last = self.pieces[-1]
            if last.name is None and last.end == start and last.length == start - last.start:
                self.pieces[-1] = last._replace(length=last.length + len(value), end=end)
                self.texts.append(value)
                self.size += len(value)
                return
        self.pieces.append(Piece(self.size, len(value), start, end, name))
        self.texts.append(value)
        self.size += len(value)

    def literal(self, at: int) -> int:
        """Read the literal at an offset, and return where it ends."""
        opening = _OPENING.match(self.text, at)
        prefix = opening[1].lower() if opening else "b"
        if opening is None or "b" in prefix:
            raise NotReadError
        kind = Kind(opening[2], "r" in prefix, "f" in prefix or "t" in prefix)
        self.kinds.add(kind)
        return self._inside(opening.end(), kind, 0, kept=True)

    def _inside(self, at: int, kind: Kind, depth: int, *, kept: bool) -> int:
        """Walk to the end of a literal; what is not kept is skipped."""
        text, quote = self.text, kind.quote
        stop = _IN_TEMPLATE if kind.fields else _IN_TEXT
        while found := stop.search(text, at):
            here, sign = found.start(), found.group()
            if kept:
                self.same(at, here)
            at = here + 1
            if sign == quote[0] and text.startswith(quote, here):
                return here + len(quote)
            if sign == "\\":
                at = self._backslash(here, kind, kept=kept)
            elif sign == "\r":
                at += text.startswith("\n", at)
                if kept:
                    self._add("\n", here, at)
            elif sign in "{}" and text.startswith(sign, at):
                at += 1
                if kept:
                    self._add(sign, here, at)
            elif sign == "{":
                at = self._field(here, depth + 1)
                if kept:
                    self.same(here, at, variable(text[here + 1 : at - 1]))
            elif kept:
                self.same(here, at)
        raise NotReadError

    def _backslash(self, at: int, kind: Kind, *, kept: bool) -> int:
        """Read what begins with a backslash, and return where it ends."""
        text = self.text
        escape = None if kind.raw else _ESCAPE.match(text, at)
        if escape is None:
            # It stands for itself. In a raw literal so does a mark behind it that would end it.
            end = at + 1 if text[at + 1 : at + 2] in ("{", "}", "\r") else at + 2
            if end > len(text):
                raise NotReadError
            if kept:
                self.same(at, end)
            return end
        if kept and escape["joined"] is None:
            self._add(_character(escape), at, escape.end())
        return escape.end()

    def _field(self, at: int, depth: int) -> int:
        """Return where the field of an f-string ends that begins at an offset."""
        if depth > _DEEPEST:
            raise NotReadError
        text = self.text
        open_brackets = 0
        at += 1
        while found := _IN_FIELD.search(text, at):
            here, sign = found.start(), found.group()
            at = here + 1
            if sign in "\"'":
                at = self.skip(here, depth)
            elif sign == "#":
                ends = [end for end in (text.find("\n", at), text.find("\r", at)) if end >= 0]
                at = min(ends, default=len(text))
            elif sign in "([{":
                open_brackets += 1
            elif sign in ")]}":
                if open_brackets == 0:
                    return at
                open_brackets -= 1
            elif sign == ":" and open_brackets == 0:
                return self._format(at, depth)
        raise NotReadError

    def _format(self, at: int, depth: int) -> int:
        """Return where a field ends whose format begins at an offset."""
        while found := _IN_FORMAT.search(self.text, at):
            if found.group() == "}":
                return found.end()
            at = self._field(found.start(), depth + 1)
        raise NotReadError

    def skip(self, quote: int, depth: int = 0) -> int:
        """Return where the literal ends whose first quotation mark is at an offset."""
        text = self.text
        prefix = _PREFIX.search(text, max(0, quote - 3), quote)
        letters = prefix.group().lower() if prefix else ""
        mark = text[quote] * 3 if text.startswith(text[quote] * 3, quote) else text[quote]
        kind = Kind(mark, "r" in letters, "f" in letters or "t" in letters)
        return self._inside(quote + len(mark), kind, depth + 1, kept=False)


def _character(escape: re.Match[str]) -> str:
    """Return the character that an escape stands for."""
    if escape["simple"]:
        return _SIMPLE[escape["simple"]]
    if escape["octal"]:
        return chr(int(escape["octal"], 8))
    try:
        if escape["name"]:
            found = unicodedata.lookup(escape["name"])
            if len(found) == 1:  # there are names of several characters, which Python refuses
                return found
        else:
            return chr(int(escape["x"] or escape["u"] or escape["U"], 16))
    except (KeyError, ValueError, OverflowError):
        pass
    raise NotReadError
