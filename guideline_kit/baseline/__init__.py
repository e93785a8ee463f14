"""The baseline: findings that are known, so that only new ones are reported."""

from __future__ import annotations

from guideline_kit.baseline.comparing import (
    Compared,
    Gone,
    Run,
    added,
    compare,
    refused,
    updated,
)
from guideline_kit.baseline.entries import Baseline, Entry
from guideline_kit.baseline.form import read, render

__all__ = [
    "Baseline",
    "Compared",
    "Entry",
    "Gone",
    "Run",
    "added",
    "compare",
    "read",
    "refused",
    "render",
    "updated",
]
