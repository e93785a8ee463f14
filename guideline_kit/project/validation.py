"""Checking a catalog: its files, its entries against each other, its prompts by its rules."""

from __future__ import annotations

from guideline_kit import formats
from guideline_kit.catalog import Catalog
from guideline_kit.diagnostics import Diagnostic, Severity, in_order
from guideline_kit.lint import RuleSet
from guideline_kit.project.linting import Linter
from guideline_kit.project.opening import Project, load_catalog
from guideline_kit.project.rules import is_chosen, pattern_problems
from guideline_kit.report import Checked, Report
from guideline_kit.rules import bind
from guideline_kit.validate import validate


def validate_catalog(project: Project) -> Report:
    """Check a catalog: schemas, references, rule examples, prompt contracts, and its prompts
    against its rules."""
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
    return Report(in_order(found), ordered, project.config.fail_on)


def _lint_entries(catalog: Catalog, project: Project) -> list[Diagnostic]:
    broken = {item.source for item in pattern_problems(catalog)}  # reported by validate
    chosen = [
        bind(entry.data)
        for entry in catalog.rules
        if entry.source not in broken and is_chosen(entry.data, project.config)
    ]
    run = Linter(RuleSet(chosen, str(catalog.manifest.get("site_url", ""))), project.today)
    return [
        item
        for entry in catalog.prompts
        if entry.origin == catalog.name
        for item in run.text(entry.source, formats.CATALOG_PROMPT)
    ]
