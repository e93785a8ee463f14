"""How many findings there are, by rule and by file, in place of the findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from guideline_kit.diagnostics import Severity
from guideline_kit.report import Report
from guideline_kit.report.text import Paint, printable_name, width

_WIDTH = 80
_FILES = 20
_HEADINGS = ("findings", "files", "fixable")


class RuleCount(NamedTuple):
    """What a rule found: how much, in how many files, and how much of it can be fixed."""

    rule: str
    severity: Severity
    findings: int
    files: int
    fixable: int


def by_rule(report: Report) -> list[RuleCount]:
    """Return the rules that found anything, those with the most first.

    A problem can be an error here and a warning there: it then counts as two.
    """
    findings: Counter[tuple[str, Severity]] = Counter()
    fixable: Counter[tuple[str, Severity]] = Counter()
    files: dict[tuple[str, Severity], set[str]] = {}
    for item in report.diagnostics:
        key = (item.rule, item.severity)
        findings[key] += 1
        files.setdefault(key, set()).add(item.source.name)
    for item in report.with_fix:
        fixable[item.rule, item.severity] += 1
    rules = [
        RuleCount(*key, number, len(files[key]), fixable[key]) for key, number in findings.items()
    ]
    return sorted(rules, key=lambda item: (-item.findings, item.rule, -item.severity))


def by_file(report: Report) -> list[tuple[str, int]]:
    """Return the files with findings and how many each has, those with the most first."""
    counts = Counter(item.source.name for item in report.diagnostics)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def plain(report: Report) -> dict[str, Any]:
    """Return both as plain data."""
    return {
        "rules": [{**item._asdict(), "severity": str(item.severity)} for item in by_rule(report)],
        "files": [{"path": path, "findings": number} for path, number in by_file(report)],
    }


def tables(report: Report, paint: Paint) -> Iterator[str]:
    """Yield the lines of two tables, 80 columns wide; none where nothing was found."""
    rules, files = by_rule(report), by_file(report)
    if not rules:
        return
    widest = max(len("rule"), *(len(item.rule) for item in rules))
    heading = f"{'rule':<{widest}}  {'severity':<8}"
    yield paint(heading + "".join(f"  {name:>8}" for name in _HEADINGS), "1")
    for item in rules:
        severity = paint.severities[item.severity] + " " * (8 - len(str(item.severity)))
        numbers = "".join(f"  {number:>8,}" for number in item[2:])
        yield f"{item.rule:<{widest}}  {severity}{numbers}"
    yield ""
    shown = [(_fitted(printable_name(path)), number) for path, number in files[:_FILES]]
    widest = max(len("file"), *(width(path) for path, _ in shown))
    yield paint(f"{'file':<{widest}}  {'findings':>8}", "1")
    for path, number in shown:
        yield f"{path}{' ' * (widest - width(path))}  {number:>8,}"
    if len(files) > _FILES:
        more = len(files) - _FILES
        yield f"and {more:,} more {'file' if more == 1 else 'files'}"


def _fitted(path: str) -> str:
    """Return a path that leaves room for a number beside it; of a long one, the end."""
    most = _WIDTH - 10
    if width(path) <= most:
        return path
    while width(path) > most - 1:
        path = path[1:]
    return f"…{path}"
