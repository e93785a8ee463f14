"""terms: forbidden wording, or preferred wording with its replacement."""

from __future__ import annotations

import datetime
import re
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

import re2

from guideline_kit.checks import Match, Scope
from guideline_kit.checks.guards import guard_of
from guideline_kit.checks.matching import Unless, compiled, inside_word, replacement, views
from guideline_kit.documents import Document

_SPACE = re.compile(r"\s+")
_AFTER_NO_SPACE = (b" ", b"", b"\r", b"\n", b".", b",", b";", b":", b"!", b"?")
_BLANK_LINE = re.compile(rb"\n[ \t\r]*\n")


def _alternatives(phrases: list[str]) -> str:
    """Return a pattern for whole phrases; of several that fit, the first counts."""
    return "|".join(map(_phrase, phrases))


def _phrase(text: str) -> str:
    text = text.strip().replace("\u2019", "'")
    words = [re2.escape(word).replace(r"\'", "['\u2019]") for word in _SPACE.split(text)]
    pattern = r"\s+".join(words)
    # \b is right beside ASCII letters; beside others, `inside_word` decides.
    first, last = text[0], text[-1]
    before = r"\b" if first.isascii() and (first.isalnum() or first == "_") else ""
    after = r"\b" if last.isascii() and (last.isalnum() or last == "_") else ""
    return before + pattern + after


def _is_whole(view: bytes, start: int, end: int) -> bool:
    """Whether a match begins and ends with whole words, within one paragraph."""
    return not (
        inside_word(view, start)
        or inside_word(view, end)
        or (view.count(b"\n", start, end) > 1 and _BLANK_LINE.search(view, start, end))
    )


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text.strip()).replace("\u2019", "'").casefold()


def _cased(new: str, text: str) -> str:
    """Return a replacement with the capitals of what it replaces."""
    if not new[:1].islower():
        return new
    if len(text) > 1 and text.isupper():
        return new.upper()
    return new[:1].upper() + new[1:] if text[:1].isupper() else new


def _with_space(view: bytes, start: int, end: int) -> tuple[int, int]:
    """Return what to take out with a word: one of the two spaces that would be left."""
    if view[start - 1 : start] == b" " and view[end : end + 1] in _AFTER_NO_SPACE:
        return start - 1, end
    if view[end : end + 1] == b" " and (not start or view[start - 1 : start] in b"\r\n"):
        return start, end + 1
    return start, end


class Terms:
    """Words and phrases, found as whole words."""

    def __init__(self, params: Mapping[str, Any], scope: Scope) -> None:
        self.scope = scope
        self.replacements = {
            _plain(key): value for key, value in (params.get("replace") or {}).items()
        }
        self.phrases = sorted(params.get("words") or params["replace"], key=len, reverse=True)
        self.ignore_case = params.get("ignore_case", True)
        self.safety = params.get("fix", "suggestion")
        self.pattern = _alternatives(self.phrases)
        excepted = sorted(params.get("except", ()), key=len, reverse=True)
        self.excepted = _alternatives(excepted) if excepted else None
        self.unless = Unless(params.get("unless"), self.ignore_case)

    @property
    def patterns(self) -> list[tuple[str, bool]]:
        return [(self.pattern, self.ignore_case), *self.unless.patterns]

    @property
    def guard(self) -> str | None:
        return guard_of([self.pattern], self.ignore_case)

    def find(self, document: Document, today: datetime.date) -> Iterator[Match]:
        expression = compiled(self.pattern, self.ignore_case)
        excused = self.unless.excuses(document)
        for message, view in views(document, self.scope):
            spared = self.spared(view)
            at = 0
            while (found := expression.search(view, at)) is not None:
                start, end = found.span()
                if not _is_whole(view, start, end):
                    end = self.shorter(view, start)
                    if end < 0:
                        at = start + 1
                        continue
                at = end
                # Both go from left to right: what lies behind is of no more use.
                while spared and spared[0][1] < end:
                    spared.popleft()
                if spared and spared[0][0] <= start:
                    continue
                if excused(message, start, end):
                    continue
                text = view[start:end].decode("utf-8", "replace")
                new = self.replacements.get(_plain(text))
                if new is None:
                    yield Match(message.text.byte_span(start, end), {"match": text})
                    continue
                new = _cased(new, text)
                low, high = (start, end) if new else _with_space(view, start, end)
                yield Match(
                    message.text.byte_span(start, end),
                    {"match": text, "replacement": new},
                    replacement(message, low, high, new, self.safety),
                )

    def shorter(self, view: bytes, start: int) -> int:
        """Return where the longest phrase ends that stands at an offset as whole words, or -1.

        RE2 gave the longest that fits; beside letters outside of ASCII, or at the end of a
        paragraph, a shorter one may do.
        """
        for text in self.phrases:
            found = compiled(_phrase(text), self.ignore_case).match(view, start)
            if found is not None and _is_whole(view, start, found.end()):
                return int(found.end())
        return -1

    def spared(self, view: bytes) -> deque[tuple[int, int]]:
        """Return where the longer phrases stand in which a word is meant differently."""
        if self.excepted is None:
            return deque()
        expression = compiled(self.excepted, self.ignore_case)
        return deque(found.span() for found in expression.finditer(view))


class _Kind:
    name = "terms"
    regions = ("prose",)

    def bind(self, params: Mapping[str, Any], scope: Scope) -> Terms:
        return Terms(params, scope)


KIND = _Kind()
