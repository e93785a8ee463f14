"""Examples of JSON, in fences, that are not JSON by a slip."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guideline_kit.checks import Match
from guideline_kit.checks.contract.json_text import NotJSONError, slip, trailing_comma
from guideline_kit.diagnostics import Edit, Fix, Safety
from guideline_kit.documents import Document, Message

_FENCED = re.compile(rb"[ \t]*(?:`{3,}|~{3,})[ \t]*json[ \t]*\r?\n")
# What is shown as wrong may be wrong.
_WRONG = re.compile(
    r"\b(?:bad|wrong|invalid|incorrect|malformed|broken|avoid|never|not|don't|fails?|errors?)\b|❌",
    re.IGNORECASE,
)
_ABOVE = 300  # characters


def broken_json_examples(document: Document, roles: frozenset[str]) -> Iterator[Match]:
    """Yield the slips in fences of JSON."""
    for message in document.texts(roles):
        if b"json" in message.text.data:  # most files end here
            for start, end in _fences(message):
                yield from _slip(message, start, end)


def _fences(message: Message) -> Iterator[tuple[int, int]]:
    """Yield where the inside of each closed fence of JSON begins and ends, in bytes."""
    data = message.text.data
    for fence in message.layout.fences:
        opening = _FENCED.match(data, fence.start) if fence.fenced and fence.closed else None
        if opening:
            inside = data[opening.end() : fence.end].rstrip()
            yield opening.end(), opening.end() + max(0, inside.rfind(b"\n"))


def _slip(message: Message, start: int, end: int) -> Iterator[Match]:
    text = message.text
    low, high = text.character(start), text.character(end)
    body = text.text[low:high]
    error = slip(body)
    if error is None or _shown_as_wrong(message, start, low):
        return
    at = min(low + error.at, high - 1)
    first = max(low, text.text.rfind("\n", low, at) + 1)
    last = text.text.find("\n", at, high)
    line = text.text[first : last if last >= 0 else high]
    first += len(line) - len(line.lstrip())
    span = text.span(first, first + max(1, len(line.strip())))
    fix = _without_comma(message, low, body, error)
    values = {"name": "JSON", "where": "example", "match": line.strip(), "reason": str(error)}
    yield Match(span, values, fix)


def _shown_as_wrong(message: Message, start: int, low: int) -> bool:
    """Whether the line above a fence, or its heading, says that it shows a mistake."""
    above = message.text.text[max(0, low - _ABOVE) : low].rstrip().rpartition("\n")[0]
    if _WRONG.search(above.rstrip().rpartition("\n")[2]):
        return True
    heading = next(message.layout.headings_above(start), None)
    data = message.text.data
    title = data[heading.start : heading.end] if heading else b""
    return bool(_WRONG.search(title.decode("utf-8", "replace")))


def _without_comma(message: Message, low: int, body: str, error: NotJSONError) -> Fix | None:
    """Return the fix for a comma too much, where nothing else is wrong."""
    comma = trailing_comma(body, error.at)
    if comma is None or slip(body[:comma] + body[comma + 1 :]) is not None:
        return None
    place = message.text.span(low + comma, low + comma + 1)
    return Fix("Remove the comma", (Edit(place, ""),), Safety.SAFE)
