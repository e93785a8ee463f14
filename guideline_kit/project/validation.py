"""Checking a catalog: its files, its entries against each other, its prompts by its rules."""

from __future__ import annotations

from guideline_kit import formats
from guideline_kit.catalog import Catalog
from guideline_kit.diagnostics import Diagnostic, Severity, in_order
from guideline_kit.lint import RuleSet
from guideline_kit.project.linting import Linter
from guideline_kit.project.opening import Project, load_catalog
from guideline_kit.report import Checked, Report
from guideline_kit.rules import BadPatternError, bind
from guideline_kit.validate import validate


def validate_catalog(project: Project) -> Report:
    """Check a catalog: schemas, references, rule examples, prompt contracts, and its prompts
    against its rules."""
    loaded = load_catalog(project)
    found: list[Diagnostic] = [*loaded.problems, *validate(loaded.catalog, project.today)]
    inherited = [item for item in loaded.inherited if item.severity is Severity.ERROR]
    if inherited:
        found += inherited
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
    rules = []
    for entry in catalog.rules:
        try:
            rules.append(bind(entry.data))
        except BadPatternError:
            continue  # reported by validate
    config = project.config
    chosen = [
        rule
        for rule in rules
        if rule.stage in ("stable", "deprecated")
        and (rule.preset == "default" or config.preset == "strict")
        and rule.id not in config.ignore
    ]
    run = Linter(RuleSet(chosen, str(catalog.manifest.get("site_url", ""))), project.today)
    return [
        item
        for entry in catalog.prompts
        if entry.origin == catalog.name
        for item in run.text(entry.source, formats.CATALOG_PROMPT)
    ]
