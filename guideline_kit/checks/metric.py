"""metric: a measure of the text that is out of its bounds."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from typing import Any

from guideline_kit.checks import Match, Scope
from guideline_kit.checks.matching import WORD, views
from guideline_kit.documents import Document, Message
from guideline_kit.text import Span

_CAPITALS = re.compile(rb"[A-Z]{4,}\Z")
# As `Source` counts them; splitlines() knows more ends of lines.
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_VOWELS = re.compile(rb"[aeiouy]+")
_FEWEST_WORDS = 5


class Metric:
    """A measure of a document, or of each of its sentences or paragraphs."""

    guard = None
    patterns = ()

    def __init__(self, params: Mapping[str, Any], scope: Scope) -> None:
        self.scope = scope
        self.measure: str = params["measure"]
        self.least: float | None = params.get("min")
        self.most: float | None = params.get("max")

    def find(self, document: Document, today: datetime.date) -> Iterator[Match]:
        for span, value in self.values(document):
            if (self.least is not None and value < self.least) or (
                self.most is not None and value > self.most
            ):
                yield Match(
                    span,
                    {
                        "value": _number(value),
                        "min": _number(self.least),
                        "max": _number(self.most),
                    },
                )

    def values(self, document: Document) -> Iterator[tuple[Span, float]]:
        """Yield each thing measured and its value."""
        if self.measure in ("sentence-words", "paragraph-words", "capitals-percent"):
            for message, view in views(document, self.scope):
                yield from self.parts(message, view)
            return
        messages = list(document.texts(self.scope.roles))
        if messages:
            yield document.first_line, self.whole(document, messages)

    def parts(self, message: Message, view: bytes) -> Iterator[tuple[Span, float]]:
        """Yield the measure of each sentence or paragraph of a message."""
        layout = message.layout
        for block in layout.blocks:
            if block.kind != "paragraph":
                continue
            if self.measure == "sentence-words":
                for start, end in layout.sentences(block, view):
                    words = len(WORD.findall(view, start, end))
                    yield message.text.byte_span(start, end), words
                continue
            found = WORD.findall(view, block.start, block.end)
            value = float(len(found))
            if self.measure == "capitals-percent":
                if len(found) < _FEWEST_WORDS:
                    continue
                value = 100 * sum(bool(_CAPITALS.match(word)) for word in found) / len(found)
            if found:
                yield message.text.byte_span(block.start, block.end), value

    def whole(self, document: Document, messages: list[Message]) -> float:
        """Return the measure of a document."""
        texts = [message.text.text for message in messages]
        if self.measure == "document-tokens":
            return sum(map(len, texts)) / 4
        if self.measure == "document-lines":
            return sum(len(_LINE.findall(text)) for text in texts)
        if self.measure == "document-words":
            return sum(len(WORD.findall(message.text.data)) for message in messages)
        layouts = [message.layout for message in messages]
        if self.measure == "list-depth":
            return max((item.depth for layout in layouts for item in layout.items), default=0)
        if self.measure == "heading-depth":
            return max((block.level for layout in layouts for block in layout.blocks), default=0)
        return _grade(messages)


def _grade(messages: list[Message]) -> float:
    """Return the Flesch-Kincaid grade of the prose (Kincaid et al., 1975), for English."""
    words = sentences = syllables = 0
    for message in messages:
        layout = message.layout
        view = layout.view(("prose",))
        for block in layout.blocks:
            if block.kind != "paragraph":
                continue
            for start, end in layout.sentences(block, view):
                found = WORD.findall(view, start, end)
                sentences += bool(found)
                words += len(found)
                syllables += sum(max(1, len(_VOWELS.findall(word.lower()))) for word in found)
    if not words:
        return 0.0
    return 0.39 * words / sentences + 11.8 * syllables / words - 15.59


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 100 else f"{value:.1f}"


class _Kind:
    name = "metric"
    regions = ("prose",)

    def bind(self, params: Mapping[str, Any], scope: Scope) -> Metric:
        return Metric(params, scope)


KIND = _Kind()
