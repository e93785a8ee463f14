"""Waivers: a catalog prompt says which rules don't hold for it, and why."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from guideline_kit.diagnostics import Diagnostic, Severity
from guideline_kit.documents import Document


def waive(
    document: Document, found: Sequence[Diagnostic], ran: frozenset[str], today: datetime.date
) -> tuple[Diagnostic, ...]:
    """Return what is left after a document's waivers, and complaints about stale ones.

    `ran` are the ids of the rules that ran: a waiver of another rule can't be judged. A
    waiver that has run out does not count, and one that nothing needed is reported.
    """
    listed = document.fields.get("waivers")
    if document.tree is None or not isinstance(listed, list):
        return tuple(found)
    reported = {item.rule for item in found}
    waived: set[str] = set()
    complaints: list[Diagnostic] = []
    for index, waiver in enumerate(listed):
        rule = waiver.get("rule") if isinstance(waiver, dict) else None
        if not isinstance(rule, str) or rule not in ran:
            continue
        span = document.tree.value_span(("waivers", index, "rule"))
        until = _day(waiver.get("until"))
        if until is None and waiver.get("until") is not None:
            message = f"The waiver of '{rule}' says until when, but not as YYYY-MM-DD"
            help = "Write a day such as 2026-12-31; until then it does not count"
        elif until is not None and until < today:
            message = f"The waiver of '{rule}' ran out on {until}"
            help = "Mend what it covers, or decide anew and move the date"
        elif rule not in reported or rule in waived:
            message = f"The waiver of '{rule}' covers nothing: the rule finds nothing here"
            help = "Remove the waiver"
        else:
            waived.add(rule)
            continue
        complaints.append(
            Diagnostic("waiver", Severity.WARNING, message, document.source, span, help=help)
        )
    return (*(item for item in found if item.rule not in waived), *complaints)


def _day(value: object) -> datetime.date | None:
    try:
        day = datetime.date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    # Python takes 20261122 and 2026-W47-7, too; people who compare dates as texts don't.
    return day if day and day.isoformat() == value else None
