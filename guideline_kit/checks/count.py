"""count: too few or too many of something."""

from __future__ import annotations

import datetime
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import Any

from guideline_kit.checks import Match, Scope
from guideline_kit.checks.guards import guard_of
from guideline_kit.checks.matching import WORD, compiled, views
from guideline_kit.checks.units import first_line, units
from guideline_kit.documents import Document, Message

_SEEN = re.compile(rb"[^\0 \t\r\n]")


class Count:
    """A number of things, for each unit of a document."""

    def __init__(self, params: Mapping[str, Any], scope: Scope) -> None:
        self.scope = scope
        self.of: str = params["of"]
        self.per: str = params.get("per", "document")
        self.least: int | None = params.get("min")
        self.most: int | None = params.get("max")
        self.ignore_case = params.get("ignore_case", True)
        self.pattern: str = params.get("pattern", "")

    @property
    def patterns(self) -> list[tuple[str, bool]]:
        return [(self.pattern, self.ignore_case)] if self.pattern else []

    @property
    def guard(self) -> str | None:
        if not self.pattern or self.least:
            return None  # too few can be none at all
        return guard_of([self.pattern], self.ignore_case)

    def find(self, document: Document, today: datetime.date) -> Iterator[Match]:
        if self.of == "messages":
            yield from self.judge(document, None, 0, 0, len(document.messages), [])
            return
        seen = [(message, view, self.places(message, view, document))
                for message, view in views(document, self.scope)]  # fmt: skip
        if self.per == "document":
            places = [(message, start, end) for message, _, found in seen for start, end in found]
            if seen:
                yield from self.judge(document, None, 0, 0, len(places), places)
            return
        for message, view, found in seen:
            if self.is_fine(len(found)) and not self.least:
                continue  # no unit can hold more
            found.sort()
            for start, end in units(message.layout, view, self.per):
                first, beyond = bisect_left(found, (start, 0)), bisect_left(found, (end, 0))
                if not self.is_fine(beyond - first):
                    inside = [(message, low, high) for low, high in found[first:beyond]]
                    yield from self.judge(document, message, start, end, len(inside), inside)

    def is_fine(self, number: int) -> bool:
        """Whether a number is within the bounds."""
        return (self.least is None or number >= self.least) and (
            self.most is None or number <= self.most
        )

    def judge(
        self,
        document: Document,
        message: Message | None,
        start: int,
        end: int,
        number: int,
        places: list[tuple[Message, int, int]],
    ) -> Iterator[Match]:
        """Yield a match where a unit holds too few or too many."""
        if self.is_fine(number):
            return
        span = first_line(message, start, end) if message else document.first_line
        if self.most is not None and number > self.most and self.of == "matches":
            owner, low, high = places[self.most]
            span = owner.text.byte_span(low, high)
        yield Match(
            span,
            {
                "count": str(number),
                "min": str(self.least if self.least is not None else 0),
                "max": str(self.most if self.most is not None else ""),
                "of": self.of,
            },
        )

    def places(self, message: Message, view: bytes, document: Document) -> list[tuple[int, int]]:
        """Return where the things to count stand in a message, in bytes."""
        layout = message.layout
        if self.of == "matches":
            expression = compiled(self.pattern, self.ignore_case)
            return [found.span() for found in expression.finditer(view)]
        if self.of == "words":
            return [found.span() for found in WORD.finditer(view)]
        if self.of == "sentences":
            return [
                sentence
                for block in layout.blocks
                if block.kind == "paragraph"
                for sentence in layout.sentences(block, view)
            ]
        if self.of == "headings":
            return [(item.start, item.end) for item in layout.blocks if item.kind == "heading"]
        if self.of == "list-items":
            if self.is_fine(len(layout.items)) and not self.least:
                return []
            # An item whose text the rule does not see (an example, a quote) does not count.
            return [(item.start, item.end) for item in layout.items
                    if _SEEN.search(view, item.start, item.end)]  # fmt: skip
        if self.of == "code-blocks":
            return [(item.start, item.end) for item in layout.fences if item.fenced]
        if self.of == "examples":
            return _examples(message, document)
        index = document.messages.index(message) if message in document.messages else -1
        text = message.text
        return [
            (text.byte(item.start), text.byte(item.end))
            for item in document.placeholders
            if item.message == index
        ]


def _examples(message: Message, document: Document) -> list[tuple[int, int]]:
    """Return where the examples of a message stand; the first one has the few-shot answers."""
    shots = sum(other.example and other.role == "assistant" for other in document.messages)
    first = message is next(iter(document.messages), None)
    return [(0, 0)] * (shots if first else 0) + message.layout.examples


class _Kind:
    name = "count"
    regions = ("prose",)

    def bind(self, params: Mapping[str, Any], scope: Scope) -> Count:
        return Count(params, scope)


KIND = _Kind()
