"""Checking a catalog: its files, its entries against each other, its prompts by its rules."""

from __future__ import annotations

import datetime

from guideline_kit import formats
from guideline_kit.catalog import Catalog, Entry
from guideline_kit.checks import Comparison
from guideline_kit.diagnostics import Diagnostic, Severity, in_order
from guideline_kit.documents import Document
from guideline_kit.formats.catalog_entry import FORMATS, read_catalog_entry
from guideline_kit.formats.catalog_prompt import read_catalog_prompt
from guideline_kit.lint import RuleSet, lint_together
from guideline_kit.project.linting.looking import Linter
from guideline_kit.project.opening import Project, load_catalog
from guideline_kit.project.rules import pattern_problems
from guideline_kit.project.rules.choosing import hiding_rules, is_chosen
from guideline_kit.project.rules.describing import files_of
from guideline_kit.report import Checked, Report
from guideline_kit.rules import Names, bind
from guideline_kit.suppress import waive
from guideline_kit.text import Lines
from guideline_kit.trees import Read
from guideline_kit.validate import validate


def validate_catalog(project: Project) -> Report:
    """Check a catalog: schemas, references, rule examples, and its entries by its rules."""
    loaded = load_catalog(project)
    found: list[Diagnostic] = [*loaded.problems, *validate(loaded.catalog, project.today)]
    found += [item for item in loaded.inherited if item.severity is Severity.ERROR]
    entries = [
        entry for entry in loaded.catalog.entries.values() if entry.origin == loaded.catalog.name
    ]
    found += _lint_entries(loaded.catalog, project)
    files = {entry.source.name: Checked(entry.source.name, "catalog") for entry in entries}
    for item in found:
        files.setdefault(item.source.name, Checked(item.source.name, "catalog"))
    ordered = tuple(files[name] for name in sorted(files))
    rules = files_of(
        loaded.catalog,
        [entry.id for entry in loaded.catalog.rules if is_chosen(entry.data, project.config)],
    )
    return Report(in_order(found), ordered, project.config.fail_on, rules=rules)


def _lint_entries(catalog: Catalog, project: Project) -> list[Diagnostic]:
    broken = {item.source for item in pattern_problems(catalog)}  # reported by validate
    chosen = [
        bind(entry.data)
        for entry in catalog.rules
        if entry.source not in broken and is_chosen(entry.data, project.config)
    ]
    site_url = str(catalog.manifest.get("site_url", ""))
    names = Names.of(entry.data for entry in catalog.rules)
    whole = (entry.data for entry in catalog.rules if entry.source not in broken)
    hiding = hiding_rules(whole, chosen)
    run = Linter(RuleSet(chosen, site_url, hiding=hiding), project.today, names)
    found = [
        item
        for entry in catalog.prompts
        if entry.origin == catalog.name
        for item in run.text(entry.source, formats.CATALOG_PROMPT)
    ]
    comparisons = [rule for rule in chosen if isinstance(rule.check, Comparison)]
    if comparisons:
        found += _compare_entries(catalog, RuleSet(comparisons, site_url), project.today)
    return found


def _compare_entries(catalog: Catalog, rules: RuleSet, today: datetime.date) -> list[Diagnostic]:
    """Return what rules find that compare entries, waived where the entry says so.

    A finding is shown at the later one of two entries: at one of the catalog's own, then at
    the one that was created later. Those taken over are compared where they come from.
    """
    entries = sorted(
        catalog.entries.values(),
        key=lambda entry: (
            entry.origin == catalog.name,
            str(entry.data.get("created", "")),
            entry.id,
        ),
    )
    documents = [_document(entry) for entry in entries]
    found: dict[Lines, list[Diagnostic]] = {}
    for item in lint_together(documents, rules, today):
        found.setdefault(item.source, []).append(item)
    names = Names.of((rule.data for rule in rules.rules), complete=False)
    kept: list[Diagnostic] = []
    for entry, document in zip(entries, documents, strict=True):
        if entry.origin == catalog.name:
            ran = frozenset(rule.id for rule in rules.rules if rule.applies(document))
            kept += waive(document, found.get(entry.source, ()), ran, today, names)
    return kept


def _document(entry: Entry) -> Document:
    read = Read(entry.tree)
    if entry.kind == "prompt":
        return read_catalog_prompt(entry.source, read)
    return read_catalog_entry(entry.source, FORMATS[entry.kind], read)
