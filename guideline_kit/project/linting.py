"""Checking prompts: files, folders, or a text that somebody is writing."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from guideline_kit import catalog as catalogs
from guideline_kit import formats
from guideline_kit.checks import Comparison
from guideline_kit.diagnostics import Diagnostic, Severity, excerpted, in_order, renamed, together
from guideline_kit.lint import RuleSet, lint
from guideline_kit.project.opening import Project
from guideline_kit.project.parallel import each
from guideline_kit.project.rules import (
    choose_rules,
    compiled_rules,
    hiding_rules,
    removed_and_ignored,
)
from guideline_kit.report import Checked, Report
from guideline_kit.rules import Names
from guideline_kit.suppress import may_silence, waive
from guideline_kit.text import Source
from guideline_kit.workspace.discovery import Found, find
from guideline_kit.workspace.files import read_source, shown

_LARGEST = 64_000_000
_REMEMBERED = 4_000_000  # characters of texts that others may be copies of


@dataclass(frozen=True, slots=True)
class Linter:
    """What it takes to check a prompt: rules, the day, and what the ids of rules stand for.

    Without `names` a comment that silences an unknown rule goes unnoticed.
    """

    rules: RuleSet
    today: datetime.date
    names: Names | None = None
    seen: dict[tuple[str, str], tuple[Diagnostic, ...]] = field(default_factory=dict)

    def text(self, source: Source, format: str) -> tuple[Diagnostic, ...]:
        """Check a text. A crash of ours is a finding, so that the other files are checked."""
        try:
            return self._text(source, format)
        except Exception as error:  # noqa: BLE001
            return (
                Diagnostic(
                    "internal-error",
                    Severity.ERROR,
                    f"This file could not be checked: {type(error).__name__}: {error}",
                    source,
                    help="Please report it, with the file if you can",
                ),
            )

    def _text(self, source: Source, format: str) -> tuple[Diagnostic, ...]:
        document = formats.read(source, format)
        found = lint(document, self.rules, self.today)
        if not may_silence(document):
            return found
        rules = self.rules.rules
        ran = frozenset(
            rule.id
            for rule in rules
            # What compares documents needs more than this one, and did not run.
            if rule.applies(format, document.fields) and not isinstance(rule.check, Comparison)
        )
        names = self.names or Names.of((rule.data for rule in rules), complete=False)
        return in_order(waive(document, found, ran, self.today, names))

    def file(self, found: Found) -> tuple[Checked | None, tuple[Diagnostic, ...]]:
        """Check a file; the first is None where it turns out to be no prompt."""
        opened = open_prompt(found)
        if isinstance(opened, Diagnostic):
            return Checked(opened.source.name, found.format or ""), (opened,)
        if opened is None:
            return None, ()
        source, format = opened
        return Checked(source.name, format), self.once(source, format)

    def once(self, source: Source, format: str) -> tuple[Diagnostic, ...]:
        """Check a text, unless another file had the same one.

        Skills and rules are copied from one agent's folder to the next.
        """
        # Copies are as long as each other, and such files come one after the other.
        size = len(source.text)
        if self.seen and (
            len(next(iter(self.seen))[1]) != size or len(self.seen) * size > _REMEMBERED
        ):
            self.seen.clear()
        key = (format, source.text)
        if key in self.seen:
            return renamed(self.seen[key], source.name)
        self.seen[key] = found = excerpted(self.text(source, format))
        return found


def open_prompt(found: Found) -> tuple[Source, str] | Diagnostic | None:
    """Read a file: its text and its format, or why it can't be read; None where it is no prompt."""
    name = shown(found.path)
    try:
        source = read_source(found.path, name, _LARGEST)
    except (OSError, UnicodeDecodeError) as error:
        return catalogs.unreadable(name, error)
    format = found.format
    if format is None or not formats.confirm(format, source.text):
        if not found.named:
            return None
        format = formats.fallback(name)
    return source, format


def open_linter(project: Project, *, cached: bool = True) -> tuple[Linter, Sequence[Diagnostic]]:
    """Return the linter of a project, and what there is to say of its choice of rules.

    Raises CannotError where nothing can be checked.
    """
    compiled = compiled_rules(project, cached=cached)
    chosen = choose_rules(compiled, project.config)
    hiding = hiding_rules(compiled.rules, chosen)
    rules = RuleSet(chosen, compiled.site_url, hiding=hiding)
    notes = in_order(removed_and_ignored(compiled, project.config))
    return Linter(rules, project.today, compiled.names), notes


def lint_paths(
    project: Project,
    paths: Sequence[Path],
    *,
    force_exclude: bool = False,
    jobs: int | None = None,
    cached: bool = True,
) -> tuple[Report, list[Path]]:
    """Check the prompts at some paths; return the report, and the paths that don't exist.

    Raises CannotError where nothing can be checked.
    """
    run, notes = open_linter(project, cached=cached)
    files, missing = find(paths, project.filters, force_exclude=force_exclude)
    looks = [look for look in each(run.file, files, jobs) if look[0] is not None]
    checked = [about for about, _ in looks if about is not None]
    diagnostics = together([notes, *(found for _, found in looks)])
    report = Report(diagnostics, checked, project.config.fail_on)
    return report, missing


def lint_text(project: Project, text: str, name: str, *, cached: bool = True) -> Report:
    """Check a text as the file of a name; the name alone says which format it has."""
    run, notes = open_linter(project, cached=cached)
    format = formats.detect(name)
    if format is None or not formats.confirm(format, text):
        format = formats.fallback(name)
    found = run.text(Source(name, text), format)
    return Report(in_order([*notes, *found]), (Checked(name, format),), project.config.fail_on)
