"""Silencing rules: comments in prompt files, and waivers in catalog prompts.

Both say the same: which rules, where, why, and if need be by whom and until when. What they
cover is taken out of the findings; what is wrong with them is a finding of its own.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.documents import Document
from guideline_kit.problems import SILENCEABLE
from guideline_kit.rules import Names

# What each comment that silences something begins with.
_NAMES = ("guideline:", "guideline-kit:")


def may_silence(document: Document) -> bool:
    """Whether a document may hold anything that silences a rule: the test that most fail."""
    return bool(document.fields.get("waivers")) or may_hold_comments(document.source.text)


def may_hold_comments(text: str) -> bool:
    """Whether a text may hold such comments."""
    return any(name in text for name in _NAMES)


def waive(
    document: Document,
    found: Sequence[Diagnostic],
    ran: frozenset[str],
    today: datetime.date,
    names: Names | None = None,
) -> tuple[Diagnostic, ...]:
    """Return what a document's comments and waivers leave of its findings, and complaints.

    `ran` are the ids of the rules that ran: what silences another one can't be judged. `names`
    are those of the catalog, where they are known. What is malformed, has run out, or lacks
    what a locked rule asks for silences nothing.
    """
    if not may_silence(document):
        return tuple(found)
    # Imported here: most files silence nothing.
    from guideline_kit.suppress.judging import Judge
    from guideline_kit.suppress.statements import statements_of

    names = names or Names(ran, complete=False)
    statements, complaints = statements_of(document, names)
    judge = Judge(document, ran | SILENCEABLE, today, names)
    in_force = list(judge.in_force(statements))
    silenced = judge.silence(found, in_force)
    left = [item for index, item in enumerate(found) if index not in silenced]
    # A line that is shown for a complaint may hold a secret whose finding is silenced.
    hidden = next((item.hidden for item in found if item.hidden), ())
    complaints += judge.complaints
    return (*left, *(replace(item, hidden=hidden) for item in complaints))
