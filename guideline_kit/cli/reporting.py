"""What commands that report findings do alike, beside their options."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from guideline_kit.report import PLACING, Report


def placed(report: Report, form: str) -> Report:
    """Return a report whose form shows the paths that its service knows files by."""
    if form not in PLACING:
        return report
    from guideline_kit.workspace.places import from_top

    return replace(report, place=from_top(Path.cwd()))
