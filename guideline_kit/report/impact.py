"""What a rule would report on some files: as text for people, as JSON for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.measured import counted, rate
from guideline_kit.report import Report
from guideline_kit.report.json import diagnostic
from guideline_kit.report.text import Paint, blocks, frame, printable, printable_name


@dataclass(frozen=True, slots=True)
class Part:
    """Some findings, in order, and those of them that are shown."""

    findings: Sequence[Diagnostic]
    sample: Sequence[Diagnostic]


@dataclass(frozen=True, slots=True)
class Versions:
    """What a rule finds now, held against what its version in a revision found.

    `state` says whether there was such a version: `changed`, the `same`, a `new` rule, or
    `unknown` for the reason in `reason`. Only where it is `changed` the parts hold anything.
    """

    revision: str
    state: Literal["changed", "same", "new", "unknown"]
    reason: str = ""
    appeared: Part = Part((), ())
    gone: Part = Part((), ())
    kept: Part = Part((), ())


@dataclass(frozen=True, slots=True)
class Impact:
    """What a rule finds in some files, before anything silences it.

    `about` is the data of the rule file. `silenced` is how many of the findings a waiver or a
    comment would take out. `problems` are files that could not be checked.
    """

    about: Mapping[str, Any]
    files: int
    found: Part
    silenced: int
    versions: Versions
    problems: Sequence[Diagnostic]
    seed: int

    @property
    def by_file(self) -> list[tuple[str, int]]:
        """The files with findings and how many each has, the most first."""
        return Counter(item.source.name for item in self.found.findings).most_common()


def render(impact: Impact, *, colour: bool = False) -> str:
    """Return it as text."""
    paint = Paint(colour)
    parts = [*_numbers(impact)]
    if impact.files:
        parts += _compared(impact, paint)
    if impact.found.sample:
        parts.append(
            "Read them in their files. If you would not act on nine of ten, narrow the check, or"
            " keep the rule in the strict preset."
        )
    if impact.problems:
        parts.append(blocks(Report(impact.problems, ()), colour=colour).rstrip("\n"))
    return "\n\n".join(parts) + "\n"


def _numbers(impact: Impact) -> Iterator[str]:
    about, total = impact.about, len(impact.found.findings)
    yield (
        f"{about['id']}: {printable(about['title'])}"
        f" ({about['severity']}, preset {about['preset']}, {about['stage']})"
    )
    files = counted(impact.files, "file")
    if not impact.files:
        yield (
            "No file could be checked."
            if impact.problems
            else "No prompts were found. Name files or folders."
        )
    elif not total:
        yield f"{files} checked, no finding: the rule is silent here."
    else:
        yield "\n".join(_findings(impact, files, total))


def _findings(impact: Impact, files: str, total: int) -> Iterator[str]:
    by_file = impact.by_file
    name, most = by_file[0]
    yield (
        f"{files} checked, {counted(total, 'finding')} in {counted(len(by_file), 'file')}:"
        f" {rate(total, impact.files)} per 1,000 files."
    )
    if most > 1 and len(by_file) > 1:
        yield f"{most:,} of {counted(total, 'finding')} are in one file, {printable_name(name)}."
    if impact.silenced:
        verb = "is" if impact.silenced == 1 else "are"
        yield (
            f"{impact.silenced:,} of them {verb} silenced by a waiver or a comment; all are"
            " counted here."
        )


def _compared(impact: Impact, paint: Paint) -> Iterator[str]:
    versions = impact.versions
    revision = printable(versions.revision)
    if versions.state == "changed":
        yield (
            f"Compared with {revision}: {counted(len(versions.appeared.findings), 'finding')}"
            f" new, {len(versions.gone.findings):,} gone, {len(versions.kept.findings):,} the"
            " same."
        )
        for name, part in (
            ("New", versions.appeared),
            ("Gone", versions.gone),
            ("The same", versions.kept),
        ):
            yield from _sample(name, part, impact.seed, paint)
        return
    yield {
        "same": f"Compared with {revision}: the rule file is the same there.",
        "new": f"The rule is new: {printable(versions.reason)}.",
        "unknown": f"Not compared with an earlier version: {printable(versions.reason)}.",
    }[versions.state]
    yield from _sample("Findings", impact.found, impact.seed, paint)


def _sample(name: str, part: Part, seed: int, paint: Paint) -> Iterator[str]:
    shown, total = len(part.sample), len(part.findings)
    if not shown:
        return
    drawn = "" if shown == total else f", {shown:,} of {total:,} drawn at random (--seed {seed})"
    lines = [paint(f"{name}{drawn}:", "1")]
    for item in part.sample:
        place = item.source.name
        if item.position is not None:
            place += f":{item.position.line}:{item.position.column}"
        lines += ["", f"{paint(printable_name(place), '1')}: {printable(item.message)}"]
        lines += frame(item, paint)
    yield "\n".join(lines)


def render_json(impact: Impact) -> str:
    """Return it as one JSON object; a finding has the form that it has in a lint report."""
    by_file = impact.by_file
    versions = impact.versions
    total = len(impact.found.findings)
    data = {
        "version": 1,
        "rule": {key: impact.about[key] for key in ("id", "severity", "preset", "stage")},
        "checked": impact.files,
        "findings": total,
        "files_with_findings": len(by_file),
        "per_1000_files": round(1000 * total / impact.files, 1) if impact.files else 0.0,
        "most_in_one_file": (
            {"path": by_file[0][0], "findings": by_file[0][1]} if by_file else None
        ),
        "silenced": impact.silenced,
        "seed": impact.seed,
        "sample": [diagnostic(item) for item in impact.found.sample],
        "against": {
            "revision": versions.revision,
            "state": versions.state,
            "reason": versions.reason,
            "new": _part(versions.appeared),
            "gone": _part(versions.gone),
            "same": _part(versions.kept),
        },
        "problems": [diagnostic(item) for item in impact.problems],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _part(part: Part) -> dict[str, Any]:
    return {
        "findings": len(part.findings),
        "sample": [diagnostic(item) for item in part.sample],
    }
