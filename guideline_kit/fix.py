"""(text, Diagnostics) -> text: applies fixes that don't overlap."""

from __future__ import annotations

from collections.abc import Iterable

from guideline_kit.diagnostics import Diagnostic, Edit, Safety


def apply(text: str, diagnostics: Iterable[Diagnostic], allowed: frozenset[Safety]) -> str:
    """Return a text with the fixes of some diagnostics applied.

    Of two fixes that overlap, the one that begins first is applied; the other is left for
    the next pass.
    """
    edits: list[Edit] = []
    for diagnostic in sorted(diagnostics, key=lambda item: item.sort_key):
        fix = diagnostic.fix
        if fix is None or fix.safety not in allowed:
            continue
        if not any(_overlap(new, old) for new in fix.edits for old in edits):
            edits.extend(fix.edits)
    for edit in sorted(edits, key=lambda item: item.span, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def _overlap(one: Edit, other: Edit) -> bool:
    if one.span == other.span:
        return True
    return one.span.start < other.span.end and other.span.start < one.span.end
