"""The catalog against itself: references, and the examples of rules.

The schemas were checked when the files were loaded; here is what spans files.
"""

from __future__ import annotations

import datetime

from guideline_kit.catalog import Catalog
from guideline_kit.diagnostics import Diagnostic
from guideline_kit.validate.examples import rule_problems
from guideline_kit.validate.references import cycles, double_terms, reference_problems


def validate(catalog: Catalog, today: datetime.date) -> tuple[Diagnostic, ...]:
    """Return what is wrong with a catalog's own entries; those taken over were checked."""
    found: list[Diagnostic] = [*double_terms(catalog)]
    for entry in catalog.entries.values():
        if entry.origin != catalog.name:
            continue
        found += reference_problems(catalog, entry)
        if entry.kind == "rule":
            found += rule_problems(entry, today)
    found += cycles(catalog)
    return tuple(found)
