"""JSON, for programs; its form is `schemas/report.schema.json`."""

from __future__ import annotations

import json
from typing import Any

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.fingerprints import fingerprint
from guideline_kit.report import Report
from guideline_kit.text import Lines, Span


def render(report: Report) -> str:
    """Return the report as one JSON object."""
    done, baseline = report.fixing, report.baseline
    refused = done.refused if done else {}
    data = {
        "version": 1,
        "files": [
            {"path": item.path, "format": item.format, "cached": item.cached}
            for item in report.files
        ],
        "checked": len(report.files),
        "missing": list(report.missing),
        "diagnostics": [diagnostic(item, refused.get(item)) for item in report.diagnostics],
        "summary": {
            **{str(severity): number for severity, number in report.counts.items()},
            "failed": report.failed,
            "fail_on": report.fail_on,
            "fixable": {str(safety): number for safety, number in report.fixable.items()},
            "fixed": done
            and {"findings": done.findings, "files": done.files, "written": done.written},
        },
        "baseline": baseline and baseline._asdict(),
        "statistics": _statistics(report),
    }
    return dumped(data)


def dumped(data: Any) -> str:
    """Return plain data as JSON, which can be written in UTF-8 whatever the texts hold."""
    return escaped(json.dumps(data, ensure_ascii=False, indent=2)) + "\n"


def escaped(text: str) -> str:
    """Return JSON with escapes for all that a terminal would act on or not show.

    So too for what can't be written: the name of a file need not be UTF-8, and its bytes are then
    halves of surrogate pairs.
    """
    raw = {
        ord(letter): json.dumps(letter)[1:-1]
        for letter in set(text)
        if not letter.isprintable() and letter not in "\n\u200d"  # the joiner of emoji
    }
    return text.translate(raw) if raw else text


def _statistics(report: Report) -> dict[str, Any] | None:
    if not report.statistics:
        return None
    from guideline_kit.report import statistics

    return statistics.plain(report)


def diagnostic(item: Diagnostic, refused: str | None = None) -> dict[str, Any]:
    """Return a diagnostic as plain data; `refused` says why its fix was not applied."""
    fix = None
    if item.fix is not None:
        fix = {
            "title": item.fix.title,
            "safety": str(item.fix.safety),
            "edits": [
                {"span": _span(item.source, edit.span), "text": edit.text}
                for edit in item.fix.edits
            ],
            "refused": refused,
        }
    return {
        "rule": item.rule,
        "fingerprint": fingerprint(item),
        "severity": str(item.severity),
        "message": item.message,
        "path": item.source.name,
        "span": _span(item.source, item.span),
        "help": item.help,
        "url": item.url,
        "fix": fix,
        "related": [
            {
                "path": place.source.name,
                "span": _span(place.source, place.span),
                "message": place.message,
            }
            for place in item.related
        ],
    }


def _span(source: Lines, span: Span | None) -> dict[str, dict[str, int]] | None:
    if span is None:
        return None
    start, end = source.position(span.start), source.position(span.end)
    return {
        "start": {"line": start.line, "column": start.column},
        "end": {"line": end.line, "column": end.column},
    }
