"""Checking one file, or a text that somebody is writing."""

from __future__ import annotations

import datetime
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from guideline_kit import catalog as catalogs
from guideline_kit import formats
from guideline_kit.checks import Comparison
from guideline_kit.diagnostics import Diagnostic, Severity, excerpted, in_order, renamed
from guideline_kit.documents import Document
from guideline_kit.lint import RuleSet, lint_silently
from guideline_kit.report import Checked
from guideline_kit.rules import Names
from guideline_kit.suppress import may_silence, waive
from guideline_kit.text import Source, Span
from guideline_kit.workspace.discovery import Found
from guideline_kit.workspace.files import read_source, shown

_LARGEST = 64_000_000
_LIKELY = 4_000_000  # characters: what is longer, such as data in JSON, is no prompt
_REMEMBERED = 4_000_000  # characters of texts that others may be copies of


@dataclass(frozen=True, slots=True)
class Linter:
    """What it takes to check a prompt: rules, the day, and what the ids of rules stand for.

    Without `names` a comment that silences an unknown rule goes unnoticed. `application` is what
    the prompts are used for that do not say it themselves. A prompt may name other files below
    `root`; without it, none is read. `linked` are the names of the files that did, `empty` those
    of files that say nothing to a model.
    """

    rules: RuleSet
    today: datetime.date
    names: Names | None = None
    application: str = ""
    root: Path | None = None
    seen: dict[tuple[str, str, str, str], tuple[Diagnostic, ...]] = field(default_factory=dict)
    linked: set[str] = field(default_factory=set)
    empty: set[str] = field(default_factory=set)

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
        document = self.read(source, format)
        if not document.messages and not document.fields and not document.problems:
            self.empty.add(source.name)
        if source.encoding:
            document = document._replace(problems=(*document.problems, _foreign(source)))
        if self.application:
            document = document._replace(application=self.application)
        found = lint_silently(document, self.rules, self.today)
        if not may_silence(document):
            return self.rules.reported(found)
        rules = self.rules.rules
        ran = frozenset(
            rule.id
            for rule in rules
            # What compares documents needs more than this one, and did not run.
            if rule.applies(document) and not isinstance(rule.check, Comparison)
        )
        names = self.names or Names.of((rule.data for rule in rules), complete=False)
        # What is silenced or not reported may be a secret in a line that a complaint shows.
        return self.rules.reported(in_order(waive(document, found, ran, self.today, names)))

    def read(self, source: Source, format: str) -> Document:
        """Read a prompt as a format, and what it names beside it."""
        if self.root is None:
            return formats.read(source, format)
        from guideline_kit.workspace.neighbours import Neighbours  # what is cached needs none

        neighbours = Neighbours(Path(source.name), self.root)
        document = formats.read(source, format, neighbours)
        if neighbours.asked:
            self.linked.add(source.name)
        return document

    def file(self, found: Found) -> Look:
        """Check a file."""
        opened = open_prompt(found)
        if isinstance(opened, Diagnostic):
            likely = found.formats[0] if found.formats else ""
            return Look(Checked(opened.source.name, likely), (opened,))
        source, format = opened
        if format is None:
            return Look(None, (), source.text)
        what = self.once(source, format)
        if source.name in self.empty and not _is_sure(found):
            return Look(None, (), source.text)  # a program without a prompt
        # In another encoding a file may hold the same text.
        alone = source.name not in self.linked and not source.encoding
        return Look(Checked(source.name, format), what, source.text, alone=alone)

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
        # Some formats are read as what the file's name ends with, and skills are to be called as
        # their folder is.
        folder, name = os.path.split(source.name)
        told = f"{os.path.basename(folder)}/{os.path.splitext(name)[1]}"  # noqa: PTH119, PTH122
        key = (format, source.text, told, source.encoding)
        if key in self.seen:
            return renamed(self.seen[key], source.name)
        found = excerpted(self.text(source, format))
        if source.name not in self.linked | self.empty:
            self.seen[key] = found
        return found


class Look(NamedTuple):
    """What there is to say about a file.

    `about` is None where it turned out to be no prompt; `text` is what stood in it, None where
    it could not be read. What was found in one that is not `alone` depends on more than that.
    """

    about: Checked | None
    found: tuple[Diagnostic, ...]
    text: str | None = None
    alone: bool = True


def open_prompt(found: Found) -> tuple[Source, str | None] | Diagnostic:
    """Read a file: its text, and its format or None where it is no prompt; or why it can't be
    read."""
    name = shown(found.path)
    try:
        source = read_source(found.path, name, _LARGEST, utf16=True)
    except (OSError, UnicodeDecodeError) as error:
        if not _is_sure(found):
            return Source(name, ""), None  # nobody has said that it is a prompt
        return catalogs.unreadable(name, error)
    if len(source.text) > _LIKELY and not _is_sure(found):
        return source, None
    return source, format_of(found, source.text)


def _is_sure(found: Found) -> bool:
    """Whether a file is a prompt whatever it holds: its name says so, or somebody does."""
    path = found.path.as_posix()
    return found.named or any(formats.is_certain(format, path) for format in found.formats)


def format_of(found: Found, text: str) -> str | None:
    """Return the format of a file, given its text; None where it is no prompt."""
    path = found.path.as_posix()
    for format in found.formats:
        if formats.confirm(format, path, text):
            return format
    return formats.fallback(found.path.name) if found.named else None


def _foreign(source: Source) -> Diagnostic:
    """Return what to say of a file that is not UTF-8."""
    return Diagnostic(
        "encoding",
        Severity.WARNING,
        f"The file is {source.encoding}; most tools that read prompts expect UTF-8",
        source,
        Span(0, 0),
        help="Save it as UTF-8",
    )
