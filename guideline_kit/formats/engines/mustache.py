"""Mustache templates: names, sections, partials, comments, and delimiters of one's own."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple

from guideline_kit.formats.engines import Expression, Scan
from guideline_kit.formats.engines.half_open import half_open

Error = tuple[str, int, int]

_LONGEST = 400  # of what stands between braces
_BRACES = re.compile(r"\{{2,}")
_CLOSE = re.compile(r"[{}]")
_DELIMITERS = re.compile(r"=\s*([^\s=]+)\s+([^\s=]+)\s*=\Z")
_PATH = re.compile(r"[\w-]+(?:\.[\w-]+)*\Z")
_SIGNS = frozenset("#^/>!&=<$")
# What opens a block in Handlebars: people take one for the other.
_HANDLEBARS = re.compile(r"(?:if|unless|each|with)\s+\S")
_NOT_CLOSED = "a placeholder is opened and not closed"


class _Tag(NamedTuple):
    sign: str
    content: str
    start: int
    end: int

    @property
    def name(self) -> str:
        """The first part of a path, or all that stands there."""
        return self.content.partition(".")[0] if _PATH.match(self.content) else self.content


def scan(text: str) -> Scan:
    """Find the expressions of a Mustache template.

    Inside a section a name can be a field of the section's value, or what has to be passed in:
    nobody can say. It counts as the latter where it is used outside of sections, too, or where
    it is the section's own.
    """
    tags, error = _tags(text)
    sections = _Sections(text)
    names = [sections.name_of(tag) for tag in tags]
    sections.finish()
    expressions = tuple(
        Expression(name if sure or name in sections.outside else "", tag.start, tag.end)
        for tag, (name, sure) in zip(tags, names, strict=True)
    )
    errors = [found for found in (error, sections.error) if found]
    first = min(errors, key=lambda found: found[1], default=None)
    return Scan(expressions, first or half_open(text, expressions))


def _tags(text: str) -> tuple[list[_Tag], Error | None]:
    tags: list[_Tag] = []
    error: Error | None = None
    at = 0
    while found := _BRACES.search(text, at):
        # Of many braces the last ones open the placeholder.
        triple = len(found.group()) > 2
        start = found.end() - 2 - triple
        inside = found.end()
        if text.startswith("!", inside):
            end = text.find("}}", inside)
            if end < 0:  # nor is there anything that closes another one
                return tags, error or ("a comment is opened and not closed", start, start + 2)
            tag: _Tag | None = _Tag("!", "", start + triple, end + 2)
        else:
            tag = _tag(text, start, inside, triple=triple)
        if tag is None:
            error = error or (_NOT_CLOSED, start, start + 2)
            at = found.end()
            continue
        if triple and tag.start != start and tag.sign != "!":
            error = error or ("three braces are opened and two are closed", start, tag.end)
        tags.append(tag)
        at = tag.end
        delimiters = _DELIMITERS.match(tag.content) if tag.sign == "=" else None
        if delimiters:
            at = _others(text, at, delimiters[1], delimiters[2], tags)
    return tags, error


def _tag(text: str, start: int, inside: int, *, triple: bool) -> _Tag | None:
    found = _CLOSE.search(text, inside, inside + _LONGEST)
    if found is None or not text.startswith("}}", found.start()):
        return None
    content = text[inside : found.start()].strip()
    if triple and text.startswith("}}}", found.start()):
        return _Tag("{", content, start, found.start() + 3)
    sign = content[:1] if content[:1] in _SIGNS else ""
    if sign and sign != "=":
        content = content[1:].strip()
    return _Tag(sign, content, start + triple, found.start() + 2)


def _others(text: str, at: int, opening: str, closing: str, tags: list[_Tag]) -> int:
    """Read tags between other delimiters, and return where the usual ones are back."""
    while (start := text.find(opening, at)) >= 0:
        inside = start + len(opening)
        end = text.find(closing, inside)
        if end < 0:
            break
        content = text[inside:end].strip()
        sign = content[:1] if content[:1] in _SIGNS else ""
        at = end + len(closing)
        if sign == "=":
            tags.append(_Tag("=", content, start, at))
            delimiters = _DELIMITERS.match(content)
            if delimiters and delimiters[1] == "{{":
                return at
            if delimiters:
                opening, closing = delimiters[1], delimiters[2]
        elif sign == "!":
            tags.append(_Tag("!", "", start, at))
        else:
            tags.append(_Tag(sign, content[len(sign) :].strip(), start, at))
    return len(text)


class _Sections:
    """Which sections are open; `outside` are the names that are used outside of all."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.error: Error | None = None
        self.outside: set[str] = set()
        self._open: list[_Tag] = []
        self._names: Counter[str] = Counter()  # of the sections that may have items

    def name_of(self, tag: _Tag) -> tuple[str, bool]:
        """Return the variable of a tag, and whether it is sure that it is one."""
        name = "" if tag.content in (".", "else") else tag.name
        if tag.sign in ("!", ">", "=", "<", "$"):
            if tag.sign in ("<", "$"):
                self._open.append(tag)
            return "", True
        if tag.sign == "/":
            self._close(tag)
            return "", True
        if not tag.content:
            self._complain("there is nothing between the braces", tag)
            return "", True
        sure = not self._names or self._names[name] > 0
        if sure:
            self.outside.add(name)
        if tag.sign in ("#", "^"):
            if _HANDLEBARS.match(tag.content):
                self._complain(f"{self._written(tag)} is Handlebars: Mustache has no helpers", tag)
                name = ""
            self._open.append(tag)
            if tag.sign == "#":
                self._names[name] += 1
        return name, sure

    def _close(self, tag: _Tag) -> None:
        if self._open and self._open[-1].content.split()[:1] == tag.content.split()[:1]:
            opened = self._open.pop()
            if opened.sign == "#":
                self._names[opened.name] -= 1
                self._names += Counter()  # those that are left
        elif self._open:
            inner = self._written(self._open[-1])
            self._complain(f"{self._written(tag)} stands where {inner} is still open", tag)
        else:
            self._complain(f"{self._written(tag)} closes a block that is not open", tag)

    def finish(self) -> None:
        """Complain about what is open at the end."""
        if self._open:
            tag = self._open[-1]
            self._complain(f"the block {self._written(tag)} is never closed", tag)

    def _complain(self, message: str, tag: _Tag) -> None:
        if self.error is None:
            self.error = (message, tag.start, tag.end)

    def _written(self, tag: _Tag) -> str:
        return " ".join(self.text[tag.start : min(tag.end, tag.start + 60)].split())
