"""Running an RE2 pattern over the regions of a message, and where a match is no finding."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

import re2

from guideline_kit.checks import Scope
from guideline_kit.diagnostics import Edit, Fix, Safety
from guideline_kit.documents import Document, Message

_BESIDE = 80  # characters before or after a match, in its line
_NEAR = 200  # characters on either side of it, across lines

# A letter or digit in UTF-8: ASCII, then the ranges of two, three and four bytes that are
# neither punctuation nor symbols nor emoji. Else a dash between blanks would be a word.
_LETTERS = (
    rb"(?:\w++|\xc2[\xaa\xb5\xba]|[\xc3-\xdf][\x80-\xbf]"
    rb"|(?:[\xe0\xe1\xe4-\xee][\x80-\xbf]|\xe2[\xb0-\xbf]|\xe3[\x81-\xbf]"
    rb"|\xef[\xa4-\xb7\xb9\xba\xbc-\xbf])[\x80-\xbf]"
    rb"|\xf0[\x90-\x9e\xa0-\xbf][\x80-\xbf]{2})+"
)
# don't, don’t and well-known are one word each.
WORD = re.compile(rb"%s(?:(?:['-]|\xe2\x80\x99)%s)*" % (_LETTERS, _LETTERS))


@functools.lru_cache(maxsize=4096)
def compiled(pattern: str, ignore_case: bool = True) -> Any:
    """Return a compiled RE2 pattern for UTF-8 bytes; ^ and $ are the ends of a line.

    Raises re2.error.
    """
    options = re2.Options()
    options.log_errors = False
    flags = "im" if ignore_case else "m"
    return re2.compile(f"(?{flags}:{pattern})".encode(), options)


@functools.lru_cache(maxsize=4096)
def groups(expression: Any) -> Mapping[str, int]:
    """Return the numbers of the named groups of a compiled pattern, looked up once."""
    # The names are bytes, as the pattern was.
    return {name.decode(): number for name, number in expression.groupindex.items()}


def taken(expression: Any, found: Any) -> dict[str, str]:
    """Return what the named groups of a match took; empty for one that took no part."""
    return {
        name: (found[number] or b"").decode("utf-8", "replace")
        for name, number in groups(expression).items()
    }


class Unless:
    """The exceptions of a rule: conditions under which a match is no finding."""

    def __init__(self, params: Mapping[str, str] | None, ignore_case: bool) -> None:
        self.params = params or {}
        self.ignore_case = ignore_case

    @property
    def patterns(self) -> list[tuple[str, bool]]:
        """The patterns, each with whether case is ignored."""
        return [(pattern, self.ignore_case) for pattern in self.params.values()]

    def excuses(self, document: Document) -> Excuses:
        """Return the exceptions as they hold for one document."""
        return Excuses(self, document)


class Excuses:
    """The exceptions of a rule for one document; says of a match whether it is excused."""

    def __init__(self, unless: Unless, document: Document) -> None:
        self.around = {
            where: compiled(pattern, unless.ignore_case)
            for where, pattern in unless.params.items()
            if where != "document"
        }
        self.document = document
        pattern = unless.params.get("document")
        self.anywhere = compiled(pattern, unless.ignore_case) if pattern else None
        self._all: bool | None = None

    def __call__(self, message: Message, start: int, end: int) -> bool:
        """Whether a match at some bytes of a message is to be left alone."""
        if self.anywhere is not None:
            if self._all is None:  # the same for all matches: looked up once
                texts = (other.text.data for other in self.document.messages)
                self._all = any(self.anywhere.search(text) for text in texts)
            if self._all:
                return True
        return any(
            expression.search(part)
            for where, expression in self.around.items()
            for part in _around(where, message, start, end)
        )


def _around(where: str, message: Message, start: int, end: int) -> Iterator[bytes]:
    """Yield the parts of a message's text that an exception looks at."""
    data = message.text.data
    text = message.text
    if where == "match":
        yield data[start:end]
    elif where == "before":
        at = text.character(start)
        near = text.text[max(0, at - _BESIDE) : at]
        yield near[near.rfind("\n") + 1 :].encode("utf-8", "replace")
    elif where == "after":
        at = text.character(end)
        yield text.text[at : at + _BESIDE].partition("\n")[0].encode("utf-8", "replace")
    elif where == "near":
        low, high = text.character(start), text.character(end)
        yield text.text[max(0, low - _NEAR) : high + _NEAR].encode("utf-8", "replace")
    elif where == "heading":
        for heading in message.layout.headings_above(start):
            yield data[heading.start : heading.end]
    else:
        low, high = message.layout.sentence_at(start, end)
        yield data[low:high]


@functools.cache
def in_messages(regions: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of some regions that messages have."""
    return tuple(region for region in regions if region != "front-matter")


def views(document: Document, scope: Scope) -> Iterator[tuple[Message, bytes]]:
    """Yield each message that a rule looks at, with the text that it sees there.

    Front matter comes as a message of its own, where the rule asks for it.
    """
    regions = in_messages(scope.regions)
    if regions:
        for message in document.texts(scope.roles):
            yield message, message.layout.view(regions)
    if "front-matter" in scope.regions and document.front is not None:
        front = Message("system", document.front)
        yield front, front.text.data


def inside_word(data: bytes, at: int) -> bool:
    """Whether a word goes on across an offset: with letters, digits or _ of any script.

    RE2's \\b knows ASCII letters only.
    """
    before, after = data[max(0, at - 4) : at], data[at : at + 4]
    while before and before[0] & 0xC0 == 0x80:
        before = before[1:]
    return _in_words(before.decode("utf-8", "ignore")[-1:]) and _in_words(
        after.decode("utf-8", "ignore")[:1]
    )


def _in_words(character: str) -> bool:
    if character.isalnum() or character == "_":
        return True
    # Accents and vowel signs belong to the letter before them; selectors of emoji don't.
    return (
        bool(character)
        and unicodedata.category(character).startswith("M")
        and not "\ufe00" <= character <= "\ufe0f"
    )


def replacement(message: Message, start: int, end: int, new: str, safety: str) -> Fix | None:
    """Return the fix that puts a text in the place of some bytes of a message, if it can."""
    written = message.text.written(new)
    if written is None:
        return None
    title = f"Replace with '{new}'" if new else "Remove it"
    return Fix(title, (Edit(message.text.byte_span(start, end), written),), Safety(safety))
