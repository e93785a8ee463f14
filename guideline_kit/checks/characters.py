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
_WORD = re.compile(r"\w+")
_LATIN = re.compile(r"[A-Za-z]")
_JOINERS = "\u200c\u200d"
# They add nothing to a Latin word; others separate words or mean "times".
_EMPTY = frozenset("\u00ad\u034f\u200b\u200c\u200d\u2060\ufeff")
_FLAG = "\U0001f3f4"
# What is no letter and no symbol, and becomes an emoji with a variation selector.
_EMOJI_SIGNS = "0123456789#*\u203c\u2049\u3030"
_FENCE = re.compile(r"`{3}|~{3}")
_RUNNING = ("heading", "prose", "table")
_BORDER = (" ", "\t", "\n", "\r", "")


class Characters:
    """Classes of characters that have no place in a prompt."""

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

    @property
    def guard(self) -> str:
        letters = "".join(sorted(_LOOKALIKES)) if self.confusable else ""
        return f"[{self.ranges}{letters}]"

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
                yield self.match(text, message, start, end)

    def sees(self, message: Message, at: int) -> bool:
        """Whether a character stands in a region that the rule looks at."""
        if "anywhere" in self.scope.regions:
            return True
        regions = tuple(name for name in self.scope.regions if name != "front-matter")
        return bool(regions) and message.layout.view(regions)[message.text.byte(at)] != 0

    def places(self, mapped: MappedText) -> Iterator[tuple[int, int]]:
        """Yield where such characters stand, a run of them as one place."""
        if not mapped.unusual:
            return
        text = mapped.text
        if self.pattern is not None and self.pattern.search(mapped.unusual):
            for found in self.pattern.finditer(text):
                start, end = found.span()
                while start < end and self.harmless(text, start):
                    start += 1
                while end > start and self.harmless(text, end - 1):
                    end -= 1
                if start < end:
                    yield start, end
        if self.confusable and not _LOOKALIKES.isdisjoint(mapped.unusual):
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
            return _visible(before) or before in _EMOJI_SIGNS
        if character == "\u200b" and _FENCE.match(text, at + 1):
            # Within an outer fence it keeps an inner one from closing it.
            return text.rfind("\n", 0, at) >= 0 and _FENCE.search(text, 0, at) is not None
        if "\U000e0020" <= character <= "\U000e007f":
            return _FLAG in text[max(0, at - 8) : at]
        if character in "\u200e\u200f\u061c":
            return _right_to_left(before) or _right_to_left(after)
        return False

    def trust(self, text: MappedText, message: Message | None, start: int, end: int) -> Safety:
        """Return how far the replacement can be trusted at a place.

        It is safe inside of running text only, and where it can't make a mark of Markdown.
        """
        if self.safety is not Safety.SAFE:
            return self.safety
        if message is None or end - start > 1:
            return Safety.UNSAFE
        if not message.layout.view(_RUNNING)[text.byte(start)]:
            return Safety.UNSAFE
        before, after = text.text[start - 1 : start] if start else "", text.text[end : end + 1]
        if self.new == "":
            fits = text.text[start] in _EMPTY and (
                (_latin(before) and (_latin(after) or after in _BORDER or after in ".,;:!?"))
                or (before in _BORDER and _latin(after))
            )
        else:
            fits = (_latin(before) and not after.isspace() and after not in ("", "#")) or (
                before.isdigit() and _latin(after)
            )
        return Safety.SAFE if fits else Safety.UNSAFE

    def match(self, text: MappedText, message: Message | None, start: int, end: int) -> Match:
        character = text.text[start]
        shown = "".join(
            letter if letter.isprintable() and not unicodedata.combining(letter)
            and not unicodedata.category(letter).startswith(("C", "Z")) else f"U+{ord(letter):04X}"
            for letter in text.text[start : min(end, start + 3)]
        )  # fmt: skip
        span = text.span(start, end)
        fix = None
        new = text.written(self.new * (end - start)) if self.new is not None else None
        if new is not None:
            title = f"Replace it with '{self.new}'" if self.new else "Remove it"
            fix = Fix(title, (Edit(span, new),), self.trust(text, message, start, end))
        name = unicodedata.name(character, "a character with no name").lower()
        return Match(span, {"match": shown, "code": f"U+{ord(character):04X}", "name": name}, fix)


def _visible(character: str) -> bool:
    """Whether a character outside of ASCII is a letter, a mark or a symbol."""
    return (
        bool(character) and not character.isascii() and unicodedata.category(character)[0] in "LMS"
    )


def _latin(character: str) -> bool:
    """Whether a character is a letter of the Latin script."""
    return character.isalpha() and unicodedata.name(character, "").startswith("LATIN")


def _right_to_left(character: str) -> bool:
    return bool(character) and unicodedata.bidirectional(character) in ("R", "AL")


class _Kind:
    name = "characters"
    regions = ("anywhere", "front-matter")

    def bind(self, params: Mapping[str, Any], scope: Scope) -> Characters:
        return Characters(params, scope)


KIND = _Kind()
