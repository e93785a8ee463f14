"""Catalogs for the tests of the site, and a linter that needs no rules engine."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from guideline_kit.catalog import Catalog, Entry, load
from guideline_kit.workspace.files import FolderReader

DATA = Path(__file__).parent / "data" / "catalog"


def fixture_catalog(folder: Path = DATA) -> Catalog:
    """Read the small catalog of these tests, in which every field is used."""
    loaded = load(FolderReader(folder), lambda _name, _reader: None)
    assert not loaded.problems, [problem.message for problem in loaded.problems]
    return loaded.catalog


class WordProbe:
    """A linter that finds the words of a `terms` rule, and in prompts what it was given."""

    def __init__(self, findings: Mapping[str, Sequence[Mapping[str, Any]]] | None = None) -> None:
        self._findings = findings or {}

    def findings(
        self, rule: Entry, example: Mapping[str, Any], which: Literal["bad", "good"]
    ) -> list[tuple[int, int, str]]:
        opening, closing = example.get("marks", "«»")
        text = example[which]
        if which == "bad":
            text = text.replace(opening, "").replace(closing, "")
        return [
            (match.start(), match.end(), rule.data["check"]["message"])
            for word in rule.data["check"].get("words", ())
            for match in re.finditer(re.escape(word), text)
        ]

    def lint_entry(self, prompt: Entry) -> Sequence[Mapping[str, Any]]:
        return self._findings.get(prompt.id, ())
