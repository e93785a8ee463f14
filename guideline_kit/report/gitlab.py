"""Code Quality of GitLab: a JSON list, shown in merge requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from guideline_kit.diagnostics import Diagnostic, Severity
from guideline_kit.digests import digest
from guideline_kit.fingerprints import numbered
from guideline_kit.report import Report
from guideline_kit.report.json import dumped
from guideline_kit.report.text import more

# GitLab has critical and blocker, too; no guideline is that grave.
_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(report: Report) -> str:
    """Return the findings as one list."""
    return dumped(
        [
            _entry(item, report.place(item.source.name), f"{mark}\0{number}")
            for item, mark, number in numbered(report.diagnostics)
        ]
    )


def _entry(item: Diagnostic, path: str, mark: str) -> dict[str, Any]:
    begin = end = 1  # GitLab asks for a line even where the file as a whole is meant
    if item.span is not None:
        begin = item.source.position(item.span.start).line
        end = item.source.position(item.span.end).line
    return {
        "description": ". ".join(_said(item)),
        "check_name": item.rule,
        # Of two entries with one fingerprint GitLab shows the first.
        "fingerprint": _digest(path, item.rule, mark),
        "severity": _SEVERITIES[item.severity],
        "location": {"path": path, "lines": {"begin": begin, "end": end}},
    }


def _said(item: Diagnostic) -> Iterator[str]:
    """Yield what a finding says, to be joined as sentences."""
    yield item.message
    if item.help:
        yield item.help.removesuffix(".")
    if where := more(item):
        yield f"More: {where}"


def _digest(*parts: str) -> str:
    data = "\0".join(parts).encode("utf-8", "surrogatepass")
    return digest(data, 16)
