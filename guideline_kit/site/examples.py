"""Example texts of a rule, with the findings of the linter marked in them.

The marks that the author wrote are taken out: what a reader sees marked is what the linter
reports. In the slots of examples of secrets stand the beginnings of the samples.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from guideline_kit.checks.secrets.samples import veiled
from guideline_kit.site.encode import block, line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MARKS = "«»"


@dataclass(frozen=True, slots=True)
class Finding:
    """What the linter says about a part of an example. Numbers and lines count from 1."""

    number: int
    line: int
    text: str
    message: str


@dataclass(frozen=True, slots=True)
class Example:
    """One text of an example: HTML for the inside of `<code>`, and the findings in it."""

    code: Markup
    findings: tuple[Finding, ...]


def example_text(example: Mapping[str, object], which: str) -> str:
    """Return the text that is linted: `bad` without its marks, `good` as it stands."""
    text = str(example[which])
    if which == "bad":
        for mark in str(example.get("marks", _MARKS)):
            text = text.replace(mark, "")
    return text


def marked_example(text: str, spans: Sequence[tuple[int, int, str]]) -> Example:
    """Return `text` with each span marked.

    `spans` are start and end, in code points, and the message. They may touch and overlap;
    what reaches beyond the text is cut off.
    """
    cut = sorted((min(start, len(text)), min(end, len(text)), say) for start, end, say in spans)
    findings = tuple(
        Finding(number, text.count("\n", 0, start) + 1, veiled(text[start:end]), message)
        for number, (start, end, message) in enumerate(cut, start=1)
    )
    edges = sorted({0, len(text), *(start for start, _, _ in cut), *(end for _, end, _ in cut)})
    parts = [_points(0, cut)]
    for start, end in itertools.pairwise(edges):
        parts += [_segment(text, start, end, cut), _points(end, cut)]
    return Example(Markup("").join(parts), findings)


def _segment(text: str, start: int, end: int, spans: Sequence[tuple[int, int, str]]) -> Markup:
    """Return one stretch of text, which each span covers whole or not at all."""
    covering = [
        (number, span_end, message)
        for number, (span_start, span_end, message) in enumerate(spans, start=1)
        if span_start <= start and end <= span_end
    ]
    if not covering:
        return block(veiled(text[start:end]))
    title = " · ".join(message for _, _, message in covering)
    ending = [str(number) for number, span_end, _ in covering if span_end == end]
    return _mark(block(veiled(text[start:end])), title, ending)


def _points(offset: int, spans: Sequence[tuple[int, int, str]]) -> Markup:
    """Return the marks of the spans that are empty and stand at `offset`."""
    return Markup("").join(
        _mark(Markup(""), message, [str(number)])
        for number, (start, end, message) in enumerate(spans, start=1)
        if start == end == offset
    )


def _mark(inside: Markup, title: str, numbers: Sequence[str]) -> Markup:
    number = Markup(' data-n="{}"').format(line(", ".join(numbers))) if numbers else Markup("")
    return Markup('<mark class="gk-finding" title="{}"{}>{}</mark>').format(
        line(title), number, inside
    )
