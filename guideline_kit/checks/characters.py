"""characters: characters that people don't see, or take for others."""

from __future__ import annotations

import datetime
import functools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from guideline_kit.checks import Match, Scope
from guideline_kit.diagnostics import Edit, Fix, Safety
from guideline_kit.documents import Document, Message
from guideline_kit.text import MappedText

# Code points by class, as regular-expression ranges; by Unicode's own properties
# (Default_Ignorable_Code_Point, Bidi_Control, General_Category), joiners apart.
_CLASSES: Mapping[str, str] = {
    "invisible": "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d"
    "\u2060-\u2064\u206a-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0100-\U000e01ef",
    "bidirectional": "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069",
    "tags": "\U000e0000-\U000e007f",
    "control": "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f",
    "private-use": "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd",
    "no-break-space": "\u00a0\u2000-\u200a\u202f\u205f",
    "replacement": "\ufffd",
}
_LOOKALIKES = frozenset("аеорсухіјѕһԁԛԝАВЕКМНОРСТУХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧο")
# What every text is made of; no class has any of it.
_PLAIN = frozenset("\t\r\n" + "".join(map(chr, range(0x20, 0x7F))))
_WORD = re.compile(r"\w+")
_LATIN = re.compile(r"[A-Za-z]")
_JOINERS = "\u200c\u200d"
_FLAG = "\U0001f3f4"


class Characters:
    """Classes of characters that have no place in a prompt."""

    guard = None
    patterns = ()

    def __init__(self, params: Mapping[str, Any], scope: Scope) -> None:
        self.scope = scope
        classes = params["classes"]
        allowed = {chr(int(text.removeprefix("U+"), 16)) for text in params.get("allow", ())}
        self.ranges = "".join(_CLASSES[name] for name in classes if name in _CLASSES)
        self.confusable = "confusable" in classes
        self.allowed = allowed
        self.new: str | None = params.get("replace")
        self.safety = Safety(params.get("fix", "suggestion"))

    @functools.cached_property
    def pattern(self) -> re.Pattern[str] | None:
        """A run of the characters; compiled when the first text is looked at that could hold
        any, since wide classes take long."""
        return re.compile(f"[{self.ranges}]+") if self.ranges else None

    def find(self, document: Document, today: datetime.date) -> Iterator[Match]:
        texts: list[tuple[MappedText, Message | None]] = [
            (message.text, message) for message in document.texts(self.scope.roles)
        ]
        if document.front is not None and "front-matter" in self.scope.regions:
            texts.append((document.front, None))
        for text, message in texts:
            for start, end in self.places(text):
                if message is not None and not self.sees(message, start):
                    continue
                yield self.match(text, start, end)

    def sees(self, message: Message, at: int) -> bool:
        """Whether a character stands in a region that the rule looks at."""
        if "anywhere" in self.scope.regions:
            return True
        regions = tuple(name for name in self.scope.regions if name != "front-matter")
        return bool(regions) and message.layout.view(regions)[message.text.byte(at)] != 0

    def places(self, mapped: MappedText) -> Iterator[tuple[int, int]]:
        """Yield where such characters stand, a run of them as one place."""
        if _PLAIN.issuperset(mapped.alphabet):
            return
        text = mapped.text
        # Most texts hold none of them, and the alphabet is far shorter than the text.
        if self.pattern is not None and self.pattern.search(mapped.alphabet):
            for found in self.pattern.finditer(text):
                start, end = found.span()
                while start < end and self.harmless(text, start):
                    start += 1
                while end > start and self.harmless(text, end - 1):
                    end -= 1
                if start < end:
                    yield start, end
        if self.confusable and not _LOOKALIKES.isdisjoint(mapped.alphabet):
            for word in _WORD.finditer(text):
                letters = word.group()
                if letters.isascii() or len(_LATIN.findall(letters)) < 2:
                    continue
                odd = [at for at, letter in enumerate(letters) if letter in _LOOKALIKES]
                others = [letter for letter in letters if not letter.isascii() and letter.isalpha()]
                if odd and len(odd) == len(others):
                    yield word.start() + odd[0], word.start() + odd[0] + 1

    def harmless(self, text: str, at: int) -> bool:
        """Whether a character is used as it is meant: in an emoji, a flag, another script."""
        character = text[at]
        if character in self.allowed:
            return True
        before = text[at - 1] if at else ""
        after = text[at + 1 : at + 2]
        if character in _JOINERS:
            # Joiners bind emoji and the letters of some scripts; Latin ones never.
            return _visible(before) and not unicodedata.name(before, "").startswith("LATIN")
        if "\ufe00" <= character <= "\ufe0f":
            # A variation selector belongs to the character before it; digits, # and * make
            # keycaps.
            if not before or "\ufe00" <= before <= "\ufe0f":
                return False
            return _visible(before) or before in "0123456789#*"
        if "\U000e0020" <= character <= "\U000e007f":
            return _FLAG in text[max(0, at - 8) : at]
        if character in "\u200e\u200f\u061c":
            return _right_to_left(before) or _right_to_left(after)
        return False

    def match(self, text: MappedText, start: int, end: int) -> Match:
        character = text.text[start]
        shown = "".join(
            letter if letter.isprintable() and not unicodedata.combining(letter)
            and not unicodedata.category(letter).startswith(("C", "Z")) else f"U+{ord(letter):04X}"
            for letter in text.text[start : min(end, start + 3)]
        )  # fmt: skip
        span = text.span(start, end)
        fix = None
        new = text.written(self.new) if self.new is not None else None
        if new is not None:
            title = f"Replace it with '{self.new}'" if self.new else "Remove it"
            fix = Fix(title, (Edit(span, new),), self.safety)
        name = unicodedata.name(character, "a character with no name").lower()
        return Match(span, {"match": shown, "code": f"U+{ord(character):04X}", "name": name}, fix)


def _visible(character: str) -> bool:
    """Whether a character outside of ASCII is a letter, a mark or a symbol."""
    return (
        bool(character) and not character.isascii() and unicodedata.category(character)[0] in "LMS"
    )


def _right_to_left(character: str) -> bool:
    return bool(character) and unicodedata.bidirectional(character) in ("R", "AL")


class _Kind:
    name = "characters"
    regions = ("anywhere", "front-matter")

    def bind(self, params: Mapping[str, Any], scope: Scope) -> Characters:
        return Characters(params, scope)


KIND = _Kind()
