"""The catalog that ships: what its readers were promised."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest

from guideline_kit import resources
from guideline_kit.catalog import Catalog
from guideline_kit.lint import RuleSet
from guideline_kit.project.linting import Linter
from guideline_kit.project.opening import load_catalog, open_project
from guideline_kit.project.rules import compiled_rules
from guideline_kit.project.rules.choosing import Choosing
from guideline_kit.project.validation import validate_catalog

TODAY = datetime.date(2026, 11, 22)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    project = open_project(Path.cwd(), catalog=resources.catalog_dir(), today=TODAY)
    return load_catalog(project).catalog


def _findings(catalog: Catalog, id: str, preset: str = "strict") -> set[str]:
    project = open_project(Path.cwd(), catalog=resources.catalog_dir(), today=TODAY)
    config = project.config.override("test", preset=preset)
    rules = RuleSet(Choosing(compiled_rules(project, cached=False), config).rules())
    found = Linter(rules, TODAY).text(catalog.entries[id].source, "catalog-prompt")
    return {item.rule for item in found}


def test_the_shipped_catalog_validates() -> None:
    project = open_project(Path.cwd(), catalog=resources.catalog_dir(), today=TODAY)
    errors = [item for item in validate_catalog(project).diagnostics if item.severity == 3]
    assert not errors, errors[0]


def test_it_holds_enough_to_begin_with(catalog: Catalog) -> None:
    counts = (len(catalog.prompts), len(catalog.patterns), len(catalog.rules))
    assert counts >= (12, 15, 25)


def test_the_vague_engine_prompt_is_found_wanting_and_the_worked_out_one_is_not(
    catalog: Catalog,
) -> None:
    assert {"vague-length", "vague-quantity"} <= _findings(catalog, "engine-explainer-vague")
    assert _findings(catalog, "engine-explainer") == set()
    assert catalog.entries["engine-explainer-vague"].data["superseded_by"] == "engine-explainer"


def test_prompts_in_use_pass_every_rule_that_ships(catalog: Catalog) -> None:
    found = {
        entry.id: rules
        for entry in catalog.prompts
        if entry.data["status"] in ("approved", "review")
        and (rules := _findings(catalog, entry.id))
    }
    assert found == {}


@pytest.mark.parametrize("folder", ["catalog"])
def test_every_file_opens_with_the_line_that_lets_an_editor_complete_it(folder: str) -> None:
    for path in (resources.data_folder() / folder).rglob("*.yaml"):
        first = path.read_text("utf-8").splitlines()[0]
        assert first.startswith("# yaml-language-server: $schema="), path
        schema = (path.parent / first.partition("=")[2]).resolve()
        assert schema.is_file(), f"{path}: there is no {schema}"
        json.loads(schema.read_text("utf-8"))


def test_every_source_that_is_cited_has_a_status_that_allows_it(catalog: Catalog) -> None:
    for entry in catalog.entries.values():
        for item in entry.data.get("sources", ()):
            status = catalog.sources[item["ref"]]["status"]
            assert status != "unconfirmed", f"{entry.path} cites {item['ref']}"
