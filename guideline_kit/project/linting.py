"""Checking prompts: files, folders, or a text that somebody is writing."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guideline_kit import catalog as catalogs
from guideline_kit import formats
from guideline_kit.diagnostics import Diagnostic, Severity, in_order
from guideline_kit.lint import RuleSet, lint
from guideline_kit.project.opening import Project
from guideline_kit.project.rules import choose_rules, compiled_rules
from guideline_kit.report import Checked, Report
from guideline_kit.suppress import waive
from guideline_kit.text import Source
from guideline_kit.workspace.discovery import Found, find
from guideline_kit.workspace.files import read_source, shown

# Below this many bytes a second process costs more than it brings.
_WORTH_FORKING = 400_000
_LARGEST = 64_000_000


@dataclass(frozen=True, slots=True)
class Linter:
    """What it takes to check a prompt: rules, and the day."""

    rules: RuleSet
    today: datetime.date

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
        ran = frozenset(
            rule.id for rule in self.rules.rules if rule.applies(format, document.fields)
        )
        found = lint(document, self.rules, self.today)
        return in_order(waive(document, found, ran, self.today))

    def file(self, found: Found) -> tuple[Checked | None, tuple[Diagnostic, ...]]:
        """Check a file; the first is None where it turns out to be no prompt."""
        name = shown(found.path)
        try:
            if found.path.stat().st_size > _LARGEST:
                raise OSError(0, f"it is larger than {_LARGEST // 1_000_000} MB")
            source = read_source(found.path, name)
        except (OSError, UnicodeDecodeError) as error:
            return Checked(name, found.format or ""), (catalogs.unreadable(name, error),)
        format = found.format
        if format is None or not formats.confirm(format, source.text):
            if not found.named:
                return None, ()
            format = formats.fallback(name)
        return Checked(name, format), self.text(source, format)


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
    compiled = compiled_rules(project, cached=cached)
    run = Linter(RuleSet(choose_rules(compiled, project.config), compiled.site_url), project.today)
    files, missing = find(paths, project.filters, force_exclude=force_exclude)
    diagnostics: list[Diagnostic] = []
    checked = []
    for about, found in _each(run.file, files, jobs):
        if about is not None:
            checked.append(about)
            diagnostics += found
    report = Report(in_order(diagnostics), checked, project.config.fail_on)
    return report, missing


def lint_text(project: Project, text: str, name: str, *, cached: bool = True) -> Report:
    """Check a text as the file of a name; the name alone says which format it has."""
    compiled = compiled_rules(project, cached=cached)
    run = Linter(RuleSet(choose_rules(compiled, project.config), compiled.site_url), project.today)
    format = formats.detect(name)
    if format is None or not formats.confirm(format, text):
        format = formats.fallback(name)
    found = run.text(Source(name, text), format)
    return Report(found, (Checked(name, format),), project.config.fail_on)


def _each(check: Callable[[Found], Any], files: list[Found], jobs: int | None) -> Iterable[Any]:
    """Check files, on several processors where that pays; results come in order."""
    jobs = jobs or _processors()
    if jobs == 1 or len(files) < 2 or not hasattr(os, "fork"):
        return map(check, files)
    size = 0
    for found in files:
        try:
            size += found.path.stat().st_size
        except OSError:
            continue
        if size > _WORTH_FORKING:
            break
    if size <= _WORTH_FORKING:
        return map(check, files)
    return _forked(check, files, jobs)


def _processors() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _forked(check: Callable[[Found], Any], files: list[Found], jobs: int) -> list[Any]:
    import multiprocessing

    # Forked, so that the compiled rules need not be sent.
    with multiprocessing.get_context("fork").Pool(jobs, _keep, (check,)) as pool:
        return pool.map(_checked, files, chunksize=max(1, min(32, len(files) // (jobs * 4))))


_worker: list[Callable[[Found], Any]] = []


def _keep(check: Callable[[Found], Any]) -> None:
    _worker[:] = [check]


def _checked(found: Found) -> Any:
    return _worker[0](found)
