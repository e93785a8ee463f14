"""(text, Diagnostics) -> text: applies fixes that don't overlap."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable

from guideline_kit.diagnostics import Diagnostic, Edit, Safety
from guideline_kit.text import Span


def apply(text: str, diagnostics: Iterable[Diagnostic], allowed: frozenset[Safety]) -> str:
    """Return a text with the fixes of some diagnostics applied.

    Of two fixes that overlap, the one that begins first is applied; the other is left for
    the next pass.
    """
    edits: list[Edit] = []  # in order
    for diagnostic in sorted(diagnostics, key=lambda item: item.sort_key):
        fix = diagnostic.fix
        if fix is None or fix.safety not in allowed:
            continue
        if not any(_overlaps(new, edits) for new in fix.edits):
            for new in fix.edits:
                insort(edits, new, key=_place)
    pieces: list[str] = []
    at = 0
    for edit in edits:
        pieces += text[at : edit.span.start], edit.text
        at = edit.span.end
    return "".join([*pieces, text[at:]])


def _place(edit: Edit) -> Span:
    return edit.span


def _overlaps(new: Edit, edits: list[Edit]) -> bool:
    """Whether an edit overlaps one of several that are in order and don't overlap."""
    index = bisect_left(edits, new.span, key=_place)
    return any(
        new.span == old.span or (new.span.start < old.span.end and old.span.start < new.span.end)
        for old in edits[max(0, index - 1) : index + 1]
    )
