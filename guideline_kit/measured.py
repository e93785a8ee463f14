"""How often a rule fires on real prompts, in words: what `measured` of a rule file says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def rate(findings: int, files: int) -> str:
    """Return how many findings there are for 1,000 files, with the digits that mean something."""
    number = 1000 * findings / files if files else 0.0
    return f"{number:,.0f}" if number >= 10 else f"{number:.1f}".removesuffix(".0")


def in_words(measured: Mapping[str, Any]) -> str:
    """Return a sentence on how often a rule fired, and how often somebody found it right."""
    files, findings = measured["files"], measured["findings"]
    base = f"On {counted(files, 'real prompt file')}"
    if not findings:
        return f"{base}: it never fired."
    fired = f"{base}: {counted(findings, 'finding')}, {rate(findings, files)} per 1,000 files"
    judged, right = measured.get("judged", 0), measured.get("right", 0)
    if not judged:
        return f"{fired}."
    return (
        f"{fired}; of {judged:,} that {_were(judged)} read, {right:,} {_were(right)} worth"
        " acting on."
    )


def counted(number: int, what: str) -> str:
    """Return a number with what it counts: 1 file, 1,346 files."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _were(number: int) -> str:
    return "was" if number == 1 else "were"
