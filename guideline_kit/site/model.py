"""What goes into the site compiler, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from guideline_kit.catalog import Entry

    # A message with its inputs filled in: who speaks, and the text.
    FilledMessage = tuple[str, str]


class Probe(Protocol):
    """The linter, as far as pages show what it says."""

    def findings(
        self, rule: Entry, example: Mapping[str, Any], which: Literal["bad", "good"]
    ) -> Sequence[tuple[int, int, str]]:
        """Return what `rule` finds in one text of one of its examples.

        Each finding is start and end, in code points of the text without its marks, and
        the message.
        """

    def lint_entry(self, prompt: Entry) -> Sequence[Mapping[str, Any]]:
        """Return what the rules find in a prompt: `rule`, `severity`, `message`, `line`."""


@dataclass(frozen=True, slots=True)
class SiteFolder:
    """The top-level folder `site/`: what all sites have in common.

    `config` is the base of the MkDocs configuration. The others map a path, relative to
    their own folder, to the content of a file.
    """

    config: Mapping[str, Any]
    templates: Mapping[str, str]
    pages: Mapping[str, str]
    assets: Mapping[str, bytes]
    theme: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Site:
    """A compiled site, ready to be written.

    `pages` are Markdown by path below the documentation folder, `assets` are files beside
    them that are copied as they are, `theme` holds the templates that adapt the theme, and
    `config` is the whole MkDocs configuration.
    """

    pages: Mapping[str, str]
    assets: Mapping[str, bytes] = field(default_factory=dict)
    theme: Mapping[str, bytes] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)
