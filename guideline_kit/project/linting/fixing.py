"""Fixing prompts: files, folders, or a text that somebody is writing."""

from __future__ import annotations

import codecs
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from guideline_kit.diagnostics import Diagnostic, Edit, Safety, Severity, in_order, together
from guideline_kit.fix import SAFE, UNSAFE, Fixed, edited, settle
from guideline_kit.project.linting import USUAL, Asked, Linters, files_of, is_whole
from guideline_kit.project.linting.holding import Holding
from guideline_kit.project.linting.looking import Linter, Look
from guideline_kit.project.linting.parallel import each
from guideline_kit.project.opening import Project
from guideline_kit.report import Checked, Fixing, Report
from guideline_kit.text import Source, Span
from guideline_kit.workspace.discovery import Found
from guideline_kit.workspace.files import decoded, rewrite

_MARK = "\ufeff"  # a byte-order mark, which is no part of a Source


@dataclass(frozen=True, slots=True)
class Change:
    """What fixing makes of a text: edits of what it was, byte-order mark and all.

    `readable` is the text as it was, for people to read: secrets in it are stars.
    """

    name: str
    before: str
    readable: str
    edits: tuple[Edit, ...]

    @property
    def after(self) -> str:
        """The new text."""
        return edited(self.before, self.edits)


@dataclass(frozen=True, slots=True)
class Result:
    """What a run that fixes did. `changes` are in the order of the files; `missing` are the
    paths that don't exist, and `unwritten` says, in sentences, what could not be written."""

    report: Report
    changes: Sequence[Change]
    missing: Sequence[Path] = ()
    unwritten: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _Look:
    """What there is to say about a file, and what fixing makes of it.

    `data` is what stood in the file; `fixed` is None where there is nothing to fix. `left` is
    what is found in the fixed text.
    """

    about: Checked | None
    found: tuple[Diagnostic, ...]
    source: Source | None = None
    data: bytes = b""
    fixed: Fixed | None = None
    left: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class _Fixer:
    """Fixes what is reported: not what the baseline knows."""

    linters: Linters
    holding: Holding
    allowed: frozenset[Safety]

    def file(self, found: Found, look: Look) -> _Look:
        """Fix the text of a file in which something was found; nothing is written yet."""
        about, diagnostics = look.about, look.found
        if about is None or not self.can(about.path, diagnostics):
            return _Look(about, diagnostics)
        try:
            data = found.path.read_bytes()
            text, encoding = decoded(data, utf16=True)
        except (OSError, UnicodeDecodeError):
            return _Look(about, diagnostics)  # somebody is writing it right now
        source = Source(about.path, text, encoding)
        # The first look kept a few lines; what is edited is a whole text, and just this one.
        linter = self.linters.of(found.path)
        return self.text(source, about, linter, linter.text(source, about.format), data)

    def text(
        self,
        source: Source,
        about: Checked,
        linter: Linter,
        diagnostics: tuple[Diagnostic, ...],
        data: bytes = b"",
    ) -> _Look:
        """Fix a text. A crash of ours is a finding, so that the other files are fixed."""
        if not self.can(about.path, diagnostics):
            return _Look(about, diagnostics)

        def reported(text: Source) -> tuple[Diagnostic, ...]:
            return self.unknown(about.path, linter.text(text, about.format))

        try:
            fixed = settle(source, about.format, reported, self.allowed)
        except Exception as error:  # noqa: BLE001
            crash = Diagnostic(
                "internal-error",
                Severity.ERROR,
                f"This file could not be fixed: {type(error).__name__}: {error}",
                source,
                help="Please report it, with the file if you can",
            )
            return _Look(about, in_order((*diagnostics, crash)))
        left = linter.text(fixed.source, about.format) if self.holding.known else fixed.found
        return _Look(about, diagnostics, source, data, fixed, left)

    def unknown(self, name: str, items: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
        """Return the findings of a file that are reported."""
        return self.holding.unknown(items, name, self.linters.choosing)

    def can(self, name: str, items: tuple[Diagnostic, ...]) -> bool:
        """Whether something is reported that can be fixed."""
        return any(map(self.may, items)) and any(map(self.may, self.unknown(name, items)))

    def may(self, item: Diagnostic) -> bool:
        """Whether a finding has a fix that can be trusted enough."""
        return item.fix is not None and item.fix.safety in self.allowed


def fix_paths(
    project: Project,
    paths: Sequence[Path],
    *,
    unsafe: bool,
    write: bool,
    asked: Asked = USUAL,
) -> Result:
    """Fix the prompts at some paths, and report what is left; or only work out the changes.

    Without `write` the report is about the files as they are. Raises CannotError where nothing
    can be checked.
    """
    holding = Holding(project, asked.baseline, update=asked.update_baseline)
    linters = Linters(project, cached=asked.cached)
    fixer = _Fixer(linters, holding, UNSAFE if unsafe else SAFE)
    files, missing, _ = files_of(project, paths, asked)
    firsts, others = _names(files)
    seen = dict(zip(firsts, linters.files(firsts, asked.jobs), strict=True))
    touched = [
        found
        for found, look in seen.items()
        if look.about and fixer.can(look.about.path, look.found)
    ]
    for found in touched:
        linters.of(found.path)  # before the work is divided among processes
    looks = {found: _Look(look.about, look.found) for found, look in seen.items()}
    fixed = each(lambda found: fixer.file(found, seen[found]), touched, asked.jobs)
    looks.update(zip(touched, fixed, strict=True))
    tally = _Tally(write, linters, holding)
    # One process writes, when all the looking is done: whoever stops the run before that
    # finds every file as it was.
    for found, look in looks.items():
        looks[found] = tally.take(look, found.path)
    for found, other in zip(others, linters.files(others, asked.jobs), strict=True):
        looks[found] = _Look(other.about, other.found)
    whole = is_whole(project, paths, asked)
    chosen = [looks[found] for found in files]
    return tally.result(chosen, project, unsafe, missing, whole=whole)


def fix_text(
    project: Project,
    text: str,
    name: str,
    *,
    unsafe: bool,
    write: bool,
    asked: Asked = USUAL,
) -> Result:
    """Work out what fixing makes of a text, as if it were the file of a name.

    The report is about the new text; without `write`, about the text as it is.
    """
    mark = _MARK if text.startswith(_MARK) else ""
    source = Source(name, text.removeprefix(_MARK))
    holding = Holding(project, asked.baseline)
    linters = Linters(project, cached=asked.cached)
    fixer = _Fixer(linters, holding, UNSAFE if unsafe else SAFE)
    linter, format = linters.named(name, source.text)
    found = linter.text(source, format)
    look = fixer.text(source, Checked(name, format), linter, found, mark.encode())
    tally = _Tally(write, linters, holding)
    return tally.result([tally.take(look)], project, unsafe)


def _names(files: Sequence[Found]) -> tuple[list[Found], list[Found]]:
    """Return each file under one name, its own if that is among them, and the other names.

    A link and the file that it leads to are one file, and must not be written twice.
    """
    places = {found: os.path.realpath(found.path) for found in files}
    chosen: dict[str, Found] = {}
    for found, place in places.items():
        if place not in chosen or place == str(found.path):
            chosen[place] = found
    firsts = [found for found, place in places.items() if chosen[place] is found]
    return firsts, [found for found, place in places.items() if chosen[place] is not found]


class _Tally:
    """Writes what was fixed, one file after the other, and counts."""

    def __init__(self, write: bool, linters: Linters, holding: Holding) -> None:
        self.write = write
        self.linters = linters
        self.holding = holding
        self.findings = 0
        self.changes: list[Change] = []
        self.unwritten: list[str] = []
        self.refused: dict[Diagnostic, str] = {}

    def take(self, look: _Look, path: Path | None = None) -> _Look:
        """Write what fixing made of a file; return what there is to say about the file now."""
        fixed, source = look.fixed, look.source
        if fixed is None or source is None:
            return look
        if not fixed.edits:
            self.refused.update(fixed.refused)
            return look
        if self.write and path is not None:
            try:
                rewrite(path, look.data, fixed.source.text)
            except OSError as error:
                self.unwritten.append(f"{fixed.source.name} was not fixed: {error.strerror}")
                return look
        self.findings += len(look.found) - len(look.left)
        mark = _MARK if look.data.startswith(codecs.BOM_UTF8) else ""
        edits = [
            Edit(Span(edit.span.start + len(mark), edit.span.end + len(mark)), edit.text)
            for edit in fixed.edits
        ]
        first, before = look.found[0], source.text
        readable = first.excerpt(0, len(before)) if first.hidden and not self.write else before
        self.changes.append(Change(source.name, mark + before, mark + readable, tuple(edits)))
        if not self.write:
            return look
        self.refused.update(fixed.refused)
        return _Look(look.about, look.left, source, look.data, fixed)

    def result(
        self,
        looks: Sequence[_Look],
        project: Project,
        unsafe: bool,
        missing: Sequence[Path] = (),
        *,
        whole: bool = False,
    ) -> Result:
        """Return the run's result."""
        checked = [look for look in looks if look.about is not None]
        report = Report(
            together([self.linters.notes, *(look.found for look in checked)]),
            [look.about for look in checked if look.about],
            project.config.fail_on,
            unsafe_fixes=unsafe,
            fixing=Fixing(self.findings, len(self.changes), self.write, self.refused),
        )
        report = self.holding.applied(report, self.linters.choosing, whole=whole)
        return Result(report, self.changes, missing, self.unwritten)
