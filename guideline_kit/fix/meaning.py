"""Whether a file says, after some edits, what they meant it to say.

A text inside of YAML can end up otherwise: at the beginning of a folded line a blank is more than
a blank.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence

from guideline_kit.diagnostics import Edit
from guideline_kit.documents import Document
from guideline_kit.fix.edits import place
from guideline_kit.scalars import spoken
from guideline_kit.text import MappedText, Source, Span


def as_meant(before: Document, edits: Sequence[Edit], after: Document) -> bool:
    """Whether texts changed as the edits say, and nothing else of the file did."""
    if [item.role for item in before.messages] != [item.role for item in after.messages]:
        return False
    if not before.problems and _shape(before.fields) != _shape(after.fields):
        return False
    texts = zip(_texts(before), _texts(after), strict=True)
    return all(new.text == _expected(before.source, old, edits) for old, new in texts)


def _texts(document: Document) -> list[MappedText]:
    return [message.text for message in document.messages]


def _shape(value: object) -> object:
    """Return data with each text in it left out."""
    if isinstance(value, Mapping):
        return {key: _shape(inside) for key, inside in value.items()}
    if isinstance(value, list):
        return [_shape(inside) for inside in value]
    return str if isinstance(value, str) else (type(value), value)


def _expected(source: Source, text: MappedText, edits: Sequence[Edit]) -> str | None:
    """Return what some edits of the source make of a text in it; None where that is unclear."""
    whole = text.whole
    verbatim = text.text == source.slice(whole)
    sign = "" if verbatim else source.text[whole.start]
    sources = [run.source for run in text.runs]
    pieces: list[str] = []
    at = 0
    for index in range(bisect_left(edits, Span(whole.start, whole.start), key=place), len(edits)):
        edit = edits[index]
        # What stands right behind a quotation mark is not in the quotation.
        if edit.span.start > whole.end or (edit.span.start == whole.end and not verbatim):
            break
        start, end = _offsets(text, sources, edit.span)
        if start is None or end is None:
            return None
        pieces += text.text[at:start], spoken(edit.text, sign)
        at = end
    return "".join([*pieces, text.text[at:]])


def _offsets(text: MappedText, sources: list[int], span: Span) -> tuple[int | None, int | None]:
    """Return the offsets in a text of a span in its source; None for one that is not certain."""
    runs = text.runs
    first, last = (bisect_right(sources, place) - 1 for place in (span.start, span.end))
    if first < 0:
        return None, None
    start, end = runs[first], runs[last]
    at, until = span.start - start.source, span.end - end.source
    # Where a fold makes several characters, its place can mean each of them.
    after = runs[first + 1].start if first + 1 < len(runs) else len(text.text)
    before = runs[last - 1].start + runs[last - 1].length if last else 0
    many_after = len(span) > 0 and at == start.length and after - start.start - at > 1
    many_before = len(span) > 0 and until == 0 and end.start - before > 1
    return (
        None if at > start.length or many_after else start.start + at,
        None if until > end.length or many_before else end.start + until,
    )
