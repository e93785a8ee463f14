"""Where each key and each value of a TOML text stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from guideline_kit.text import Span
from guideline_kit.tomlio.complaints import (
    MAX_DEPTH,
    MAX_DIGITS,
    StopError,
    too_deep,
    too_long,
)
from guideline_kit.trees import TOML, Path, Place

MAX_NODES = 200_000

# Each goes to the end of the text where nothing closes it: no place is looked at twice.
_STRING = (
    r'"""(?:[^"\\]++|\\[\s\S]|"(?!""))*+(?:"{3,5})?'
    r"|'''(?:[^']++|'(?!''))*+(?:'{3,5})?"
    r'|"(?:[^"\\\n]++|\\.)*+"?'
    r"|'[^'\n]*+'?"
)
_BLANK = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
_PART = re.compile(rf"{_STRING}|[A-Za-z0-9_-]++")
_WORD = re.compile(rf"{_STRING}|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}} [0-9][^\s,\]}}#]*+|[^\s,\]}}#]++")
_DEEP = re.compile(rf"#[^\n]*+|{_STRING}|[\[\]{{}}.=,\n]")


def check_depth(text: str) -> None:
    """Stop where brackets or the parts of a key go deeper than is read."""
    depth = dots = 0
    for found in _DEEP.finditer(text):
        match found[0]:
            case "[" | "{":
                depth += 1
                dots = 0
            case "]" | "}":
                depth -= 1
            case ".":
                dots += 1
            case "=" | "," | "\n":
                dots = 0
        if depth > MAX_DEPTH or dots >= MAX_DEPTH:
            raise too_deep(found.start())


class _Section(NamedTuple):
    """What a header names, and where it begins; at first, the top of the file."""

    path: Path
    start: int
    keys: dict[Path, Span | None]


class Scanner:
    """Finds where keys and values stand in a text that is valid TOML, in one pass.

    A table with a header stands from there to the last value below it, another one from its
    first key to its last value. What headers make in passing stands where the first one does.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.found: dict[Path, Place] = {}
        self.lengths: dict[Path, int] = {}  # of lists that headers such as [[a]] make
        self.owned: set[Path] = set()  # tables that have a header of their own
        self.section = _Section((), 0, {})

    def places(self) -> dict[Path, Place]:
        """Return the place of each path."""
        end = 0  # of the last thing in the section
        self.skip()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                self.close(end)
                self.header()
            else:
                self.pair(self.section.path)
            end = self.at
            self.skip()
        self.close(end)
        self.found[()] = Place(None, Span(0, len(self.text)))
        return self.found

    def skip(self) -> None:
        """Go on to what is neither blank nor a remark."""
        found = _BLANK.match(self.text, self.at)
        self.at = found.end() if found else self.at

    def close(self, end: int) -> None:
        """Note the tables that the header named: each goes on to the end of the section."""
        span = Span(self.section.start, end)
        for path, key in self.section.keys.items():
            self.found.setdefault(path, Place(key, span, TOML))

    def header(self) -> None:
        start = self.at
        listed = self.text.startswith("[[", start)
        self.at += 2 if listed else 1
        path: Path = ()
        keys: dict[Path, Span | None] = {}
        parts = list(self.parts())
        for index, (name, span) in enumerate(parts):
            path = self.below(path, name, span)
            keys[path] = span
            if path in self.lengths:
                last = index == len(parts) - 1
                self.lengths[path] += last
                path = (*path, self.lengths[path] - 1)
                keys[path] = None
            elif listed and index == len(parts) - 1:
                self.lengths[path] = 1
                path = (*path, 0)
                keys[path] = None
        self.at += 2 if listed else 1
        if path not in self.owned:
            # What other headers said of it in passing was no place to show.
            self.owned.add(path)
            self.found.pop(path, None)
        self.section = _Section(path, start, keys)

    def parts(self) -> Iterator[tuple[str, Span]]:
        """Yield the parts of a dotted key, each with its place."""
        while True:
            self.skip()
            found = _PART.match(self.text, self.at)
            if found is None:  # not in valid TOML
                return
            self.at = found.end()
            yield _key(found[0]), Span(*found.span())
            self.skip()
            if not self.text.startswith(".", self.at):
                return
            self.at += 1

    def below(self, path: Path, step: str | int, span: Span) -> Path:
        if len(path) >= MAX_DEPTH:
            raise too_deep(span.start)
        return (*path, step)

    def pair(self, path: Path) -> None:
        """Read a key and its value; a dotted key names tables, too."""
        named = []
        for name, key in self.parts():
            path = self.below(path, name, key)
            named.append((path, key))
        self.at += 1  # the sign =
        self.skip()
        self.value(*named.pop())
        for table, key in named:
            first = self.found.get(table) or Place(key, key)
            self.found[table] = Place(first.key, Span(first.value.start, self.at), TOML)

    def value(self, path: Path, key: Span | None) -> None:
        start = self.at
        if len(self.found) >= MAX_NODES:
            message = f"More than {MAX_NODES:,} values"
            raise StopError("toml-limit", message, start, "Split the file")
        match self.text[start]:
            case "[":
                self.items(path)
            case "{":
                self.inline(path)
            case _:
                found = _WORD.match(self.text, start)
                self.at = found.end() if found else start + 1
                if self.at - start > MAX_DIGITS and self.text[start] in "+-0123456789":
                    raise too_long(start)
        self.found[path] = Place(key, Span(start, self.at), TOML)

    def items(self, path: Path) -> None:
        self.at += 1
        self.skip()
        number = 0
        while not self.text.startswith("]", self.at):
            self.value(self.below(path, number, Span(self.at, self.at)), None)
            number += 1
            self.comma()
        self.at += 1

    def inline(self, path: Path) -> None:
        self.at += 1
        self.skip()
        while not self.text.startswith("}", self.at):
            self.pair(path)
            self.comma()
        self.at += 1

    def comma(self) -> None:
        self.skip()
        if self.text.startswith(",", self.at):
            self.at += 1
            self.skip()


def _key(written: str) -> str:
    """Return the name that a part of a key says."""
    if "\\" in written:
        import tomllib

        return str(tomllib.loads(f"key = {written}")["key"])
    return written[1:-1] if written[0] in "'\"" else written
