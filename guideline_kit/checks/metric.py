"""metric: a measure of the text that is out of its bounds."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterator, Mapping
from operator import attrgetter
from typing import Any

from guideline_kit.checks import Match, Scope
from guideline_kit.checks.formulas import Counts, Formula, syllables
from guideline_kit.checks.matching import WORD, views
from guideline_kit.checks.units import first_line, units
from guideline_kit.documents import Document, Message
from guideline_kit.text import Span

_CAPITALS = re.compile(rb"[A-Z]{4,}\Z")
# As `Source` counts them; splitlines() knows more ends of lines.
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_FEWEST_WORDS = 5
_LETTERS = bytes(byte for byte in range(128) if chr(byte).isalnum()) + b"_"
_depth = attrgetter("depth")


class Metric:
    """A measure of a document, or of each of its sentences or paragraphs."""

    guard = None
    patterns = ()

    def __init__(self, params: Mapping[str, Any], scope: Scope) -> None:
        self.scope = scope
        self.measure: str = params.get("measure", "")
        self.formula = Formula(params["formula"]) if "formula" in params else None
        self.per: str = params.get("per", "document")
        self.least: float | None = params.get("min")
        self.most: float | None = params.get("max")
        # No more bytes than this hold too few words; -1 where a few words are worth counting.
        self.few: float = -1
        if self.least is None and self.most is not None and self.measure != "capitals-percent":
            self.few = 2 * self.most

    def find(self, document: Document, today: datetime.date) -> Iterator[Match]:
        if self.formula is not None:
            yield from self.calculated(document, self.formula)
            return
        if self.measure in ("sentence-words", "paragraph-words", "capitals-percent"):
            for message, view in views(document, self.scope):
                for start, end, value in self.parts(message, view):
                    if self.is_out(value):
                        yield self.match(message.text.byte_span(start, end), value)
            return
        messages = list(document.texts(self.scope.roles))
        if messages:
            value = self.whole(document, messages)
            if self.is_out(value):
                yield self.match(document.first_line, value)

    def calculated(self, document: Document, formula: Formula) -> Iterator[Match]:
        """Yield a match for each part of a document for which a formula is out of its bounds."""
        seen = [(message, Counts(message, view), view)
                for message, view in views(document, self.scope)]  # fmt: skip
        if self.per == "document":
            total = dict.fromkeys(formula.names, 0.0)
            for _, counts, view in seen:
                for name, number in counts.of(formula.names, 0, len(view) + 1).items():
                    total[name] += number
            value = formula.value(total) if seen else None
            if value is not None and self.is_out(value):
                yield self.match(document.first_line, value)
            return
        for message, counts, view in seen:
            for start, end in units(message.layout, view, self.per):
                value = formula.value(counts.of(formula.names, start, end))
                if value is not None and self.is_out(value):
                    yield self.match(first_line(message, start, end), value)

    def is_out(self, value: float) -> bool:
        """Whether a value is out of the bounds."""
        return (self.least is not None and value < self.least) or (
            self.most is not None and value > self.most
        )

    def match(self, span: Span, value: float) -> Match:
        """Return the finding for a value."""
        return Match(
            span,
            {"value": _number(value), "min": _number(self.least), "max": _number(self.most)},
        )

    def parts(self, message: Message, view: bytes) -> Iterator[tuple[int, int, float]]:
        """Yield where each sentence or paragraph of a message stands, and its measure."""
        layout = message.layout
        few = self.few
        long = [block for block in layout.blocks if block[2] - block[1] > few]
        for block in long:
            if block.kind != "paragraph" or self.is_short(view, block.start, block.end):
                continue
            if self.measure == "sentence-words":
                for start, end in layout.sentences(block, view):
                    if not self.is_short(view, start, end):
                        yield start, end, len(WORD.findall(view, start, end))
                continue
            found = WORD.findall(view, block.start, block.end)
            value = float(len(found))
            if self.measure == "capitals-percent":
                if len(found) < _FEWEST_WORDS:
                    continue
                value = 100 * sum(bool(_CAPITALS.match(word)) for word in found) / len(found)
            if found:
                yield block.start, block.end, value

    def is_short(self, view: bytes, start: int, end: int) -> bool:
        """Whether a text surely has too few words to be worth counting them.

        Between two words there is something else, and most texts are short.
        """
        if self.few < 0 or self.most is None:
            return False
        return end - start <= self.few or len(view[start:end].translate(None, _LETTERS)) < self.most

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
            depths = (max(map(_depth, layout.items), default=0) for layout in layouts)
            return max(depths, default=0)
        if self.measure == "heading-depth":
            return max((block.level for layout in layouts for block in layout.blocks), default=0)
        return _grade(messages)


def _grade(messages: list[Message]) -> float:
    """Return the Flesch-Kincaid grade of the prose (Kincaid et al., 1975), for English."""
    words = sentences = beats = 0
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
                beats += sum(map(syllables, found))
    if not words:
        return 0.0
    return 0.39 * words / sentences + 11.8 * beats / words - 15.59


def _number(value: float | None) -> str:
    if value is None:
        return ""
    if not math.isfinite(value):
        return "beyond measure"
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 100 else f"{value:.1f}"


class _Kind:
    name = "metric"
    regions = ("prose",)

    def bind(self, params: Mapping[str, Any], scope: Scope) -> Metric:
        return Metric(params, scope)


KIND = _Kind()
