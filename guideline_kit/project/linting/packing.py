"""Findings as plain data, and back from data that anybody may have written."""

from __future__ import annotations

from typing import Any

from guideline_kit.diagnostics import Diagnostic, Edit, Fix, Related, Safety, Severity
from guideline_kit.text import Excerpt, Span

_SEVERITIES = {int(severity): severity for severity in Severity}
_SAFETIES = {str(safety): safety for safety in Safety}

# One long line can be larger than all else that a run remembers; such a file is checked anew.
_LONGEST = 60_000  # characters of the lines that findings of one file speak of


def packed(found: tuple[Diagnostic, ...]) -> Any:
    """Return the findings of a file as plain data, or None for what is not to be written down:
    lines of a file that holds a secret, what took a crash, and what speaks of more than one file.
    """
    if not found:
        return 0
    source = found[0].source
    if not isinstance(source, Excerpt) or sum(map(len, source.parts[2])) > _LONGEST:
        return None
    items = []
    for item in found:
        if item.secret or item.hidden or item.rule == "internal-error":
            return None
        if item.source is not source or any(place.source is not source for place in item.related):
            return None
        span = [item.span.start, item.span.end] if item.span else 0
        related = [[place.message, place.span.start, place.span.end] for place in item.related]
        fix: Any = 0
        if item.fix:
            edits = [[edit.span.start, edit.span.end, edit.text] for edit in item.fix.edits]
            fix = [item.fix.title, str(item.fix.safety), edits]
        about = [item.rule, int(item.severity), item.message, item.help, item.url]
        items.append([*about, span, related, fix])
    return [*source.parts, items]


def unpacked(data: Any, name: str) -> tuple[Diagnostic, ...]:
    """Return findings from plain data, as those of a file of a name.

    What a report would stumble over raises ValueError, TypeError or LookupError: no place is
    outside of the lines, and each text is one that can be printed.
    """
    if data == 0:
        return ()
    numbers, starts, lines, items = data
    source = _excerpt(name, numbers, starts, lines)
    low, high = (starts[0], starts[-1] + len(lines[-1])) if starts else (0, -1)

    def place(start: Any, end: Any) -> Span:
        if type(start) is type(end) is int and low <= start <= end <= high:
            return Span(start, end)
        raise ValueError(data)

    texts: list[str] = []
    found = []
    for rule, severity, message, help, url, span, related, fix in items:
        texts += (rule, message, help, url)
        places: tuple[Related, ...] = ()
        if related:
            places = tuple(Related(what, source, place(start, end)) for what, start, end in related)
            texts += (related.message for related in places)
        mended = None
        if fix:
            title, safety, edits = fix
            changes = tuple(Edit(place(start, end), text) for start, end, text in edits)
            mended = Fix(title, changes, _SAFETIES[safety])
            texts.append(title)
            texts += (edit.text for edit in changes)
        found.append(
            Diagnostic(
                rule,
                _SEVERITIES[severity],
                message,
                source,
                place(*span) if span else None,
                places,
                mended,
                help,
                url,
            )
        )
    # Raises TypeError for what is no text, and ValueError for half of a pair of surrogates.
    "".join(texts).encode()
    return tuple(found)


def _excerpt(name: str, numbers: Any, starts: Any, lines: Any) -> Excerpt:
    """Return lines of a text, if they can be what they are said to be."""
    before, end = 0, 0
    for number, start, line in zip(numbers, starts, lines, strict=True):
        if not (type(number) is type(start) is int and before < number and end <= start):
            raise ValueError(number)
        before, end = number, start + len(line)
    if end > _FARTHEST or before > _FARTHEST:
        raise ValueError(end)
    "".join(lines).encode()
    return Excerpt(name, numbers, starts, lines)


# No file that is read has so many characters, and numbers of any length can't be printed.
_FARTHEST = 100_000_000
