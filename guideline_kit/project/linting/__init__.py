"""Checking prompts: files, folders, or a text that somebody is writing."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from guideline_kit import formats
from guideline_kit.diagnostics import Diagnostic, Severity, in_order, together
from guideline_kit.lint import RuleSet
from guideline_kit.project.linting.holding import Holding
from guideline_kit.project.linting.looking import Linter, Look, format_of
from guideline_kit.project.linting.memory import Memory, Record, record_of
from guideline_kit.project.linting.parallel import each
from guideline_kit.project.opening import Project
from guideline_kit.project.rules import compiled_rules
from guideline_kit.project.rules.choosing import Choosing, hiding_rules
from guideline_kit.project.rules.locking import check_lock
from guideline_kit.report import Checked, Report
from guideline_kit.text import Lines, Source, Span
from guideline_kit.workspace.discovery import Found, find, fits
from guideline_kit.workspace.files import shown

if TYPE_CHECKING:
    from guideline_kit.workspace.changes import Changes


class Asked(NamedTuple):
    """How somebody wants a run to go about its files.

    `since` is a revision: only files that changed since are looked at, and with `lines` only what
    stands in their changed lines is reported. `baseline` is a file that somebody named.
    """

    force_exclude: bool = False
    jobs: int | None = None
    cached: bool = True
    since: str = ""
    lines: bool = False
    baseline: Path | None = None
    update_baseline: bool = False


USUAL = Asked()


class Linters:
    """The linters of a project: one for each set of sections of its configuration that files
    can have."""

    def __init__(self, project: Project, *, cached: bool = True) -> None:
        """Raise CannotError where nothing can be checked."""
        self.project = project
        self.cached = cached
        compiled = compiled_rules(project, cached=cached)
        check_lock(project, compiled)
        self.choosing = Choosing(compiled, project.config, cached=cached)
        self.notes = in_order([*self.choosing.notes, *_no_rules(self.choosing)])
        self._made: dict[tuple[int, ...], Linter] = {}

    def of(self, path: Path) -> Linter:
        """Return the linter for a file."""
        return self.within(self.sections(path))

    def named(self, name: str, text: str) -> tuple[Linter, str]:
        """Return the linter, and the format, for a text as the file of a name."""
        path = Path(name).absolute()
        format = format_of(Found(path, formats.possible(name), named=True), text)
        assert format is not None  # noqa: S101  what is named always has one
        return self.of(path), format

    def sections(self, path: Path) -> tuple[int, ...]:
        """Return the numbers of the sections of the configuration that are about a file."""
        sections = self.project.config.paths
        return tuple(
            number
            for number, section in enumerate(sections)
            if fits(section.files, path, self.project.root)
        )

    def within(self, numbers: tuple[int, ...]) -> Linter:
        """Return the linter for files that some sections are about; made when first asked for."""
        if numbers not in self._made:
            compiled = self.choosing.compiled
            chosen = self.choosing.rules(numbers)
            hiding = hiding_rules(compiled.rules, chosen)
            self._made[numbers] = Linter(
                RuleSet(chosen, compiled.site_url, hiding=hiding),
                self.project.today,
                self.choosing.names,
                self.project.config.within(numbers).application,
                self.project.root,
            )
        return self._made[numbers]

    def key(self, numbers: tuple[int, ...]) -> str:
        """Return what all depends on that is found in files which some sections are about, but
        for their texts and the day."""
        config = self.project.config.within(numbers)
        chosen = [data["id"] for data in self.choosing.chosen(numbers)]
        changed = [config.rules, config.rules_as_of, config.application]
        return json.dumps([self.choosing.compiled.key, chosen, *changed], default=dict)

    def files(self, files: Sequence[Found], jobs: int | None) -> list[Look]:
        """Check files, on several processors where it pays; what is remembered is not checked
        again."""
        memory = Memory(self.project, self.key) if self.cached else None
        sections = [self.sections(found.path) for found in files]
        looks = [
            memory.recall(found, numbers) if memory else None
            for found, numbers in zip(files, sections, strict=True)
        ]
        missing = [index for index, look in enumerate(looks) if look is None]
        if missing:
            for numbers in {sections[index] for index in missing}:
                self.within(numbers)  # before the work is divided among processes
            made = each(self.file, [files[index] for index in missing], jobs)
            for index, (look, record) in zip(missing, made, strict=True):
                looks[index] = look
                if memory and record:
                    memory.keep(files[index], sections[index], record)
        if memory:
            memory.save()
        return [look for look in looks if look is not None]

    def file(self, found: Found) -> tuple[Look, Record | None]:
        """Check a file; return what there is to say, and what to remember of it."""
        look = self.of(found.path).file(found)
        record = record_of(look) if self.cached else None
        return look._replace(text=None), record


def _no_rules(choosing: Choosing) -> list[Diagnostic]:
    """Return what to say where no rule runs on any file."""
    if choosing.running:
        return []
    source = Source(choosing.config.name or "the command line", "")
    return [
        Diagnostic(
            "configuration",
            Severity.WARNING,
            "No rule runs here, so nothing can be found",
            source,
            help="See what guideline-kit lint --show-config says of select, ignore and rules_as_of",
        )
    ]


def files_of(
    project: Project, paths: Sequence[Path], asked: Asked
) -> tuple[list[Found], list[Path], Changes | None]:
    """Return the files of a run, the paths that don't exist, and what changed in the files where
    somebody asked for that. Raises CannotError."""
    files, missing = find(paths, project.filters, force_exclude=asked.force_exclude)
    if not asked.since:
        return files, missing, None
    from guideline_kit.workspace.changes import changed_since  # loads what runs git

    filters = project.filters

    def kind(path: Path) -> object:
        return filters.takes(path), formats.possible(path.as_posix())

    changes = changed_since(project.root, asked.since, [found.path for found in files], kind)
    changed = set(changes.files)
    return [found for found in files if found.path in changed], missing, changes


def is_whole(project: Project, paths: Sequence[Path], asked: Asked) -> bool:
    """Whether a run looks at all prompts of a project."""
    root = Path(os.path.realpath(project.root))
    return not asked.since and any(root.is_relative_to(os.path.realpath(path)) for path in paths)


def lint_paths(
    project: Project, paths: Sequence[Path], asked: Asked = USUAL
) -> tuple[Report, list[Path]]:
    """Check the prompts at some paths; return the report, and the paths that don't exist.

    Raises CannotError where nothing can be checked.
    """
    holding = Holding(project, asked.baseline, update=asked.update_baseline)
    linters = Linters(project, cached=asked.cached)
    files, missing, changes = files_of(project, paths, asked)
    looks = linters.files(files, asked.jobs)
    checked = [look.about for look in looks if look.about is not None]
    diagnostics = together([linters.notes, *(look.found for look in looks)])
    report = Report(diagnostics, checked, project.config.fail_on)
    if asked.since:
        report = replace(report, nothing=f"No prompts have changed since {asked.since}.")
    elif asked.force_exclude:
        report = replace(report, nothing="There are no prompts among these files.")
    whole = is_whole(project, paths, asked)
    if changes and asked.lines:
        known = in_changed_lines(diagnostics, changes, files)
        # What stands in old lines counts as known first, where a baseline knows one of the same.
        report = holding.applied(report, linters.choosing, whole=whole, fresh=known)
        kept = [item for item in report.diagnostics if item in known]
        return replace(report, diagnostics=kept), missing
    return holding.applied(report, linters.choosing, whole=whole), missing


def lint_text(project: Project, text: str, name: str, asked: Asked = USUAL) -> Report:
    """Check a text as the file of a name; the name alone says which format it has."""
    holding = Holding(project, asked.baseline)
    linters = Linters(project, cached=asked.cached)
    linter, format = linters.named(name, text)
    found = linter.text(Source(name, text), format)
    diagnostics = in_order([*linters.notes, *found])
    report = Report(diagnostics, (Checked(name, format),), project.config.fail_on)
    return holding.applied(report, linters.choosing)


def in_changed_lines(
    diagnostics: Sequence[Diagnostic], changes: Changes, files: Sequence[Found]
) -> frozenset[Diagnostic]:
    """Return the findings that changed lines have a part in, and those about whole files."""
    paths = {shown(found.path): found.path for found in files}
    ranges: dict[str, list[tuple[int, int]] | None] = {}

    def is_new(source: Lines, span: Span) -> bool:
        if source.name not in ranges:
            path = paths.get(source.name)
            ranges[source.name] = changes.lines(path) if path else None
        lines = ranges[source.name]
        first = source.position(span.start).line
        last = source.position(max(span.start, span.end - 1)).line
        return lines is None or any(start <= last and first <= end for start, end in lines)

    return frozenset(
        item
        for item in diagnostics
        if item.span is None
        or is_new(item.source, item.span)
        or any(is_new(place.source, place.span) for place in item.related)
    )
