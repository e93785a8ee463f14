"""Reads JSON in one pass: its data, and where each part of it stands."""

from __future__ import annotations

import re
from json import JSONDecodeError, JSONDecoder
from typing import Any, NamedTuple

from guideline_kit.diagnostics import Diagnostic, Severity
from guideline_kit.jsonio.complaints import (
    MAX_DEPTH,
    MAX_DIGITS,
    ONCE,
    WORDS,
    Expected,
    Flaw,
    StopError,
    bad_escape,
    comment,
    control,
    limit,
    needless,
    too_deep,
    too_long,
    unclosed,
    unexpected,
)
from guideline_kit.scalars import JSON_ESCAPE
from guideline_kit.text import Source, Span
from guideline_kit.trees import JSON, Path, Place, Read, Tree

MAX_CHARACTERS = 2_000_000
MAX_NODES = 200_000
MAX_DOUBLED = 100
MAX_FLAWS = 100  # of what reading goes on behind, more are not named

_BLANK = r"[ \t\n\r]*+"
_SIMPLE = r'"([^"\\\x00-\x1f]*+)"'
_INT = r"-?(?:0|[1-9][0-9]*+)"
_ALONE = r"(?![\w.+$-])"
_VALUE = re.compile(
    rf"{_BLANK}(?:{_SIMPLE}|([\[{{])|({_INT}){_ALONE}|(true|false|null){_ALONE}"
    r'|("(?:[^"\\\x00-\x1f]++|\\[^\x00-\x1f])*+")'
    rf"|({_INT}(?:\.[0-9]++)?(?:[eE][-+]?[0-9]++)?){_ALONE})"
)
_PLAIN, _BRACKET, _WHOLE, _LITERAL, _ESCAPED = range(1, 6)  # what its groups are
_KEY = re.compile(rf"{_BLANK}{_SIMPLE}{_BLANK}:")
_NEXT = re.compile(rf"{_BLANK}([,\]}}])")
_SPACE = re.compile(_BLANK)
_COMMENT = re.compile(r"(?://|#)[^\r\n]*+|/\*(?:[^*]++|\*(?!/))*+(?:\*/)?")
# A string as far as its closing sign, whatever is in it; and what may follow one.
_STRING = re.compile(r'"(?:[^"\\]++|\\[\s\S])*+"')
_FOLLOWS = re.compile(rf"{_BLANK}(?:[,:\]}}/#]|\Z)")
_CONTROL = re.compile(r"[\x00-\x1f]")
_BACKSLASH = re.compile(rf"{JSON_ESCAPE}|\\")
_WORD = re.compile(r"[-+]?[A-Za-z_$][\w$]*+")
_STRINGS = JSONDecoder(strict=False)
_LITERALS = {"true": True, "false": False, "null": None}
_SIGNS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class _Open(NamedTuple):
    """A mapping or a list that is still being filled."""

    data: dict[str, Any] | list[Any]
    path: Path
    start: int
    key: Span | None


class Reader:
    """Reads one value of JSON, without recursion."""

    def __init__(self, source: Source, region: Span) -> None:
        self.source = source
        self.text = source.text
        self.region = region
        self.end = region.end
        self.root: Any = None
        self.places: dict[Path, Place] = {}
        self.stack: list[_Open] = []
        self.problems: list[Diagnostic] = []
        self.doubled = self.flaws = 0

    def read(self) -> Read:
        """Return the tree, and what is wrong with the text."""
        length = self.end - self.region.start
        message = f"The JSON has {length:,} characters; more than {MAX_CHARACTERS:,} are not read"
        try:
            if length > MAX_CHARACTERS:
                raise limit(message, self.region.start, "Split the file")
            self.run()
        except StopError as stop:
            self.report(stop.rule, stop.message, stop.span, stop.help)
            for _, path, start, key in self.stack:
                self.places.setdefault(path, Place(key, Span(start, max(start, stop.span.start))))
        self.problems.sort(key=lambda item: item.sort_key)
        tree = Tree(self.source, self.root, self.places) if () in self.places else None
        return Read(tree, tuple(self.problems))

    def report(self, rule: str, message: str, span: Span, help: str) -> None:
        self.problems.append(
            Diagnostic(rule, Severity.ERROR, message, self.source, span, help=help)
        )

    def flaw(self, flaw: Flaw) -> None:
        """Report something behind which reading goes on."""
        self.flaws += 1
        if self.flaws <= MAX_FLAWS:
            self.report("json-syntax", *flaw)

    def run(self) -> None:
        """Read all of it; in the end nothing is open."""
        text, end, places, stack = self.text, self.end, self.places, self.stack
        value_at, next_at, key_at = _VALUE.match, _NEXT.match, _KEY.match
        at = self.region.start
        at += text.startswith("\ufeff", at, end)  # a byte-order mark
        path: Path = ()
        data: Any = None  # what the next value belongs to
        name, key = "", None
        value: Any
        comma = -1
        while True:
            # Here a value is expected, or in a list its end.
            style, opens = None, False
            found = value_at(text, at, end) or value_at(text, (at := self.blank(at)), end)
            if found is None and type(data) is list and text.startswith("]", at, end):
                at = self.close(at, comma)
            else:
                if found is None:
                    start, (value, at) = at, self.odd_value(at)
                    style = JSON if type(value) is str else None
                else:
                    at, kind = found.end(), found.lastindex
                    start = found.start(kind or 0)
                    if kind == _PLAIN:
                        start -= 1
                        value, style = found[1], JSON
                    elif kind == _BRACKET:
                        value, opens = {} if found[2] == "{" else [], True
                    elif kind == _ESCAPED:
                        value, style = self.string(start, at), JSON
                    elif kind == _LITERAL:
                        value = _LITERALS[found[kind]]
                    else:
                        value = self.number(found[kind or 0], start)
                if len(places) >= MAX_NODES:
                    raise limit(f"More than {MAX_NODES:,} values", start, "Split the file")
                if opens and len(stack) >= MAX_DEPTH:
                    raise too_deep(start)
                if key is not None:
                    # Of two equal keys the first one counts; the second was reported.
                    data.setdefault(name, value)
                elif stack:
                    data.append(value)
                else:
                    self.root = value
                if opens:
                    stack.append(_Open(value, path, start, key))
                else:
                    places.setdefault(path, Place(key, Span(start, at), style))
            # On to where the next one is expected.
            while True:
                comma = -1
                if not opens:
                    if not stack:
                        self.finish(at)
                        return
                    behind = at
                    found = next_at(text, at, end) or next_at(text, (at := self.blank(at)), end)
                    if found is None:
                        raise self.unexpected(Expected.COMMA, at, behind)
                    at = found.end()
                    if found[1] != ",":
                        at = self.close(at - 1)
                        continue
                    comma = at - 1
                opens = False
                data, above, *_ = stack[-1]
                if type(data) is list:
                    key, path = None, (*above, len(data))
                    break
                found = key_at(text, at, end) or key_at(text, (at := self.blank(at)), end)
                if found is not None:
                    name, at = found[1], found.end()
                    key = Span(found.start(1) - 1, found.end(1) + 1)
                elif text.startswith("}", at, end):
                    at = self.close(at, comma)
                    continue
                else:
                    name, key, at = self.odd_key(at)
                if name in data:
                    self.twice(name, key)
                path = (*above, name)
                break

    def close(self, at: int, comma: int = -1) -> int:
        """Close what was opened last; a comma may stand before its end. Return what is behind."""
        data, path, start, key = self.stack[-1]
        if self.text[at] != ("]" if type(data) is list else "}"):
            raise self.unexpected(Expected.COMMA, at, at)
        self.stack.pop()
        self.places.setdefault(path, Place(key, Span(start, at + 1)))
        if comma >= 0:
            self.flaw(needless(self.text[at], comma))
        return at + 1

    def blank(self, at: int) -> int:
        """Return what comes behind blanks and comments, which JSON does not have."""
        first = True
        while True:
            found = _SPACE.match(self.text, at, self.end)
            at = found.end() if found else at
            found = _COMMENT.match(self.text, at, self.end)
            if found is None:
                return at
            if first:  # several in a row are one
                self.flaw(comment(found))
            at, first = found.end(), False

    def finish(self, at: int) -> None:
        """See to it that nothing follows the value."""
        at = self.blank(at)
        if at < self.end:
            raise self.unexpected(Expected.END, at, at)

    def unexpected(self, expected: Expected, at: int, behind: int) -> StopError:
        """Return the error for what stands in the place of something else."""
        opened = self.stack[-1].start if self.stack else -1
        return unexpected(self.source, Span(at, self.end), expected, behind, opened)

    def twice(self, name: str, key: Span) -> None:
        self.doubled += 1
        if self.doubled > MAX_DOUBLED:
            raise limit(f"More than {MAX_DOUBLED} keys that stand twice", key.start, ONCE)
        self.report("duplicate-key", f"The key '{name}' stands twice in this object", key, ONCE)

    def odd_key(self, at: int) -> tuple[str, Span, int]:
        """Read a key that is more than plain characters, and the colon behind it."""
        start = at
        if not self.text.startswith('"', at, self.end):
            raise self.unexpected(Expected.KEY, at, at)
        name, at = self.odd_string(at)
        key = Span(start, at)
        at = self.blank(at)
        if not self.text.startswith(":", at, self.end):
            raise self.unexpected(Expected.COLON, at, key.end)
        return name, key, at + 1

    def odd_value(self, at: int) -> tuple[Any, int]:
        """Read a value that JSON does not have, if it is clear what it means."""
        if self.text.startswith('"', at, self.end):
            return self.odd_string(at)
        found = _WORD.match(self.text, at, self.end)
        if found and found[0] in WORDS:
            value, help = WORDS[found[0]]
            self.flaw(Flaw(f"Not valid JSON: the value {found[0]}", Span(*found.span()), help))
            return value, found.end()
        raise self.unexpected(Expected.VALUE, at, at)

    def odd_string(self, at: int) -> tuple[str, int]:
        """Read a string with characters that should be escapes; stop where it is not closed."""
        found = _STRING.match(self.text, at, self.end)
        if found is None:
            raise unclosed(self.source, at, self.end)
        raw = _CONTROL.search(self.text, at, found.end())
        if raw:
            # What ends here may also be a string without an end, where the next one begins.
            if not _FOLLOWS.match(self.text, found.end(), self.end):
                raise unclosed(self.source, at, found.end())
            self.flaw(control(raw))
        return self.string(at, found.end()), found.end()

    def string(self, start: int, end: int) -> str:
        """Return what a string says; what is no escape stays as it is."""
        written = self.text[start:end]  # by itself: an error counts the lines before it
        try:
            return str(_STRINGS.raw_decode(written)[0])
        except JSONDecodeError:
            for found in _BACKSLASH.finditer(self.text, start, end):
                if found[0] == "\\":
                    self.flaw(bad_escape(self.source, found.start()))
                    break
            return _BACKSLASH.sub(_character, written[1:-1])

    def number(self, written: str, start: int) -> int | float:
        digits = written.removeprefix("-")
        if len(digits) > MAX_DIGITS:
            raise too_long(start)
        return int(written) if digits.isdigit() else float(written)


def _character(found: re.Match[str]) -> str:
    """Return the character that an escape stands for."""
    escape = found[0]
    if escape[1:2] == "u":
        units = bytes.fromhex(escape.replace("\\u", ""))
        return units.decode("utf-16-be", "surrogatepass")
    return _SIGNS.get(escape[1:], escape[1:]) or escape
