"""Count how often each rule fires on the corpus, and how many of the judged findings were right.

python tests/precision/measure.py CORPUS            print
python tests/precision/measure.py CORPUS --write    and keep it in the rule files

"""

from __future__ import annotations

import argparse
import datetime
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus import VERDICTS, Verdict, check, read_draws

from guideline_kit import resources, yamlio
from guideline_kit.catalog import Entry, load
from guideline_kit.formats import CATALOG_PROMPT
from guideline_kit.measured import rate
from guideline_kit.project.opening import resolve, shipped_reader
from guideline_kit.report import Report
from guideline_kit.workspace.files import write_atomic


@dataclass(frozen=True, slots=True)
class Measure:
    """What a rule did. `looked_at` are the files of the formats that it looks at."""

    looked_at: int
    findings: int
    files: int
    judged: int
    right: int


# Problems of placeholders that only a prompt with declared inputs can have.
_OF_INPUTS = ("undeclared", "unused", "undelimited")


def looks_at(rule: Mapping[str, Any], format: str) -> bool:
    """Whether a rule can find anything in a file of a format."""
    if rule["check"]["kind"] == "placeholders" and rule["check"]["problem"] in _OF_INPUTS:
        return format == CATALOG_PROMPT
    formats = rule.get("applies_to", {}).get("formats")
    return formats is None or format in formats


def measure(rule: Mapping[str, Any], report: Report, verdicts: Sequence[Verdict]) -> Measure:
    """Return what a rule did in a run, and how that was judged."""
    found = [item for item in report.diagnostics if item.rule == rule["id"]]
    return Measure(
        looked_at=sum(looks_at(rule, file.format) for file in report.files),
        findings=len(found),
        files=len({item.source.name for item in found}),
        judged=sum(item.rule == rule["id"] for item in verdicts),
        right=sum(item.rule == rule["id"] and item.right for item in verdicts),
    )


def still_there(verdicts: Sequence[Verdict], report: Report) -> tuple[list[Verdict], list[Verdict]]:
    """Tell verdicts on findings that are still made from those on findings that are gone."""
    places = {
        (item.rule, item.source.name, item.position.line)
        for item in report.diagnostics
        if item.position is not None
    }
    there, gone = [], []
    for verdict in verdicts:
        place = (verdict.rule, verdict.file, verdict.line)
        (there if place in places else gone).append(verdict)
    return there, gone


def with_measure(text: str, measured: Measure, today: datetime.date) -> str:
    """Return a rule file with the measure in it; nothing else in it changes."""
    value: dict[str, Any] = {
        "on": today,
        "files": measured.looked_at,
        "findings": measured.findings,
    }
    if measured.judged:
        value |= {"judged": measured.judged, "right": measured.right}
    return yamlio.edit(text, {("measured",): value})


def table(rows: Sequence[tuple[Entry, Measure]]) -> Iterator[str]:
    """Yield the lines of a table, the loudest rule first."""
    yield (
        f"{'rule':32} {'preset':8} {'findings':>8} {'files':>6} {'looked at':>9}"
        f" {'per 1,000':>9} {'judged':>6} {'right':>5}"
    )
    for entry, item in sorted(rows, key=lambda row: (-row[1].findings, row[0].id)):
        yield (
            f"{entry.id:32} {entry.data['preset']:8} {item.findings:8,} {item.files:6,}"
            f" {item.looked_at:9,} {rate(item.findings, item.looked_at):>9}"
            f" {item.judged:6} {item.right:5}"
        )


def main() -> None:
    """Print the table, and write what was measured into the rule files if asked to."""
    options = argparse.ArgumentParser(description="Measure the rules on the corpus.")
    options.add_argument("corpus", type=Path)
    options.add_argument("--write", action="store_true", help="into the rule files")
    given = options.parse_args()
    today = datetime.date.today()
    report = check(given.corpus, "strict", today)
    draws = read_draws(VERDICTS.read_text("utf-8"))
    judged = [item for draw in draws for item in draw.verdicts if item.verdict]
    there, gone = still_there(judged, report)
    rules = load(shipped_reader(), resolve, ("rule",)).catalog.rules
    rows = [
        (entry, measure(entry.data, report, there))
        for entry in rules
        if entry.data["stage"] in ("stable", "deprecated")
    ]
    sys.stdout.writelines(f"{line}\n" for line in table(rows))
    known = {entry.id for entry, _ in rows}
    others = Counter(item.rule for item in report.diagnostics if item.rule not in known)
    for name, number in sorted(others.items()):
        print(f"a problem of files, of no rule: {name} {number}")
    for item in gone:
        print(f"no such finding any more: {item.rule} {item.file}:{item.line} ({item.verdict})")
    if given.write:
        for entry, item in rows:
            if item.looked_at:
                path = resources.catalog_dir() / entry.path
                write_atomic(path, with_measure(path.read_text("utf-8"), item, today))


if __name__ == "__main__":
    main()
