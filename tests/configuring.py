"""Configurations and small catalogs made on the spot, for tests of what a configuration does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from in_memory import Files, with_manifest
from linting import TODAY

from guideline_kit.config import Config, parse
from guideline_kit.diagnostics import Diagnostic
from guideline_kit.errors import CannotError
from guideline_kit.project.linting import Linters, lint_text
from guideline_kit.project.opening import Project
from guideline_kit.project.rules import Compiled, compiled_rules
from guideline_kit.project.rules.choosing import Choosing
from guideline_kit.text import Source


def rule(id: str, word: str = "", /, **fields: Any) -> dict[str, Any]:
    """Return the data of a rule that finds a word: that of its id, unless another is given."""
    word = word or id
    return {
        "id": id,
        "title": f"A title of {id}",
        "summary": f"Finds '{word}'",
        "severity": "warning",
        "preset": "default",
        "stage": "stable",
        "evidence": "convention",
        "since": "0.1.0",
        "check": {"kind": "terms", "words": [word], "message": "'{match}' is there"},
        "why": "Because.",
        "examples": [{"title": "One", "bad": f"A «{word}».", "good": "Another."}],
        **fields,
    }


def files(*rules: Mapping[str, Any]) -> dict[str, str | Exception]:
    """Return a catalog of rules; JSON is YAML."""
    return with_manifest({f"rules/{data['id']}.yaml": json.dumps(data) for data in rules})


def compiled(*rules: Mapping[str, Any]) -> Compiled:
    """Return the rules as a run has them."""
    return compiled_rules(Project(Path(), Config(), Files(files(*rules)), TODAY))


def config(**settings: Any) -> Config:
    """Return a configuration as a file gives it."""
    found = parse(Source("guideline-kit.yaml", json.dumps(settings)))
    assert found is not None
    return found


def project(rules: list[dict[str, Any]], /, **settings: Any) -> Project:
    """Return a project with a configuration and a catalog of rules."""
    return Project(Path.cwd(), config(**settings), Files(files(*rules)), TODAY)


def found(
    rules: list[dict[str, Any]], text: str, name: str = "a.md", /, **settings: Any
) -> list[tuple[str, str, str]]:
    """Return what a run finds in a text: rule, severity, and the piece of the text."""
    report = lint_text(project(rules, **settings), text, name)
    pieces = []
    for item in report.diagnostics:
        assert item.span is not None, item.message
        pieces.append((item.rule, str(item.severity), text[item.span.start : item.span.end]))
    return pieces


def keys(rules: list[dict[str, Any]], /, *settings: Mapping[str, Any]) -> list[str]:
    """Return what findings are remembered by, for some configurations."""
    return [Linters(project(rules, **one), cached=False).key(()) for one in settings]


def objections(rules: list[dict[str, Any]], /, **settings: Any) -> list[tuple[str, str, str]]:
    """Return what is said of a configuration: the message, the text at its place, the help."""
    try:
        Choosing(compiled(*rules), config(**settings), cached=False)
    except CannotError as error:
        return [_told(item) for item in error.diagnostics]
    return []


def refused(text: str, name: str = "guideline-kit.yaml") -> list[tuple[str, str, str]]:
    """Return what is said of a configuration that can't be read."""
    with pytest.raises(CannotError) as caught:
        parse(Source(name, text))
    assert caught.value.hint
    assert caught.value.diagnostics
    return [_told(item) for item in caught.value.diagnostics]


def _told(item: Diagnostic) -> tuple[str, str, str]:
    assert item.span is not None, f"no place: {item.message}"
    return item.message, item.source.slice(item.span), item.help
