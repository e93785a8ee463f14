"""Diagnostic: whatever the tool has to say about a place in a file.

Schema errors, findings of rules, bad configuration and broken rule files are all the same
type, so that one set of reporters serves them all.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from guideline_kit.text import Position, Source, Span


class Severity(enum.IntEnum):
    """How much a diagnostic weighs; the larger, the more."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @classmethod
    def parse(cls, name: str) -> Severity:
        """Return the severity of a name: `error`, `warning` or `info`."""
        return cls[name.upper()]

    def __str__(self) -> str:
        return self.name.lower()


class Safety(enum.StrEnum):
    """How far a fix can be trusted."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    SUGGESTION = "suggestion"


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace a span of the source with a text."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that mend a finding together."""

    title: str
    edits: tuple[Edit, ...]
    safety: Safety = Safety.SUGGESTION


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that explains a diagnostic."""

    message: str
    source: Source
    span: Span


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Something to say about a file: what, where, why and what to do.

    `rule` is a rule's id, or one of `PROBLEMS`. `span` is None where the file as a whole is
    meant. `help` says what to do, `url` where to read more.
    """

    rule: str
    severity: Severity
    message: str
    source: Source
    span: Span | None = None
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    help: str = ""
    url: str = ""

    @property
    def position(self) -> Position | None:
        """Where it begins, for people; None for the file as a whole."""
        return self.source.position(self.span.start) if self.span else None

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Files in order, then places, then rules: the order of every report."""
        span = self.span or Span(-1, -1)
        return (self.source.name, span.start, span.end, self.rule, self.message)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return diagnostics sorted, each once."""
    return tuple(sorted(dict.fromkeys(diagnostics), key=lambda item: item.sort_key))


# What the tool itself reports, beside the rules of a catalog. `explain` prints these texts.
PROBLEMS: Mapping[str, str] = {
    "unreadable-file": (
        "The file can't be read: it is missing, a folder, not permitted, or not UTF-8 text."
    ),
    "yaml-syntax": "The file is not valid YAML, so nothing in it can be relied on.",
    "yaml-limit": "The YAML is deeper, larger or more entangled than any honest file needs to be.",
    "duplicate-key": "A key stands twice in one mapping; YAML readers disagree on which one wins.",
    "front-matter": (
        "The front matter is not valid YAML. It was read line by line, as many tools do."
    ),
    "schema": "The file does not fit its schema.",
    "unknown-reference": "An entry names something that the catalog does not hold.",
    "reference-cycle": "Entries name each other in a circle.",
    "duplicate-id": "Two entries of the catalog have the same id.",
    "file-name": "The file's name and the entry's id differ, or the file does not belong here.",
    "rule-example": "An example in a rule file is not reported as it is marked.",
    "contract": "The parts of a prompt entry contradict each other.",
    "waiver": "A waiver has run out, or was never needed.",
    "configuration": "The configuration has an error.",
    "internal-error": (
        "A rule, or the reading of a file, crashed. All others ran. This is our mistake, not yours."
    ),
}
