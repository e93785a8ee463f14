"""guideline-kit explain"""

from __future__ import annotations

import re
from pathlib import Path

import click

from guideline_kit.checks import KIND_NAMES
from guideline_kit.cli.options import catalog_option
from guideline_kit.errors import CannotError, ExitCode
from guideline_kit.problems import PROBLEMS
from guideline_kit.project.opening import load_catalog, open_project
from guideline_kit.report import entries
from guideline_kit.report.text import printable
from guideline_kit.rules import Names
from guideline_kit.schemas import load_all, nearest


@click.command()
@click.argument("id")
@catalog_option
def command(id: str, catalog: Path | None) -> ExitCode:
    """Say what a rule, a pattern or a prompt is about, or a kind of check.

    ID is what stands in brackets in a finding, or what 'guideline-kit list' prints, or the kind
    that a rule names under 'check'.

    \b
    Examples:
      guideline-kit explain vague-quantity
      guideline-kit explain few-shot
      guideline-kit explain consistency
    """
    project = open_project(Path.cwd(), catalog=catalog)
    loaded = load_catalog(project)
    entry = loaded.catalog.find(id)
    if entry is None:
        present = Names.of(rule.data for rule in loaded.catalog.rules).current(id)
        entry = loaded.catalog.find(present)
        if entry is not None:
            click.echo(f"The rule '{id}' is called '{present}' now.\n")
    site_url = str(loaded.catalog.manifest.get("site_url", "")).rstrip("/")
    if entry is not None:
        click.echo(entries.explain(entry, loaded.catalog.sources, site_url))
        return ExitCode.OK
    if id in PROBLEMS:
        head = f"{id}: not a rule, but what guideline-kit reports itself"
        click.echo("\n\n".join([head, *map(entries.wrapped, PROBLEMS[id])]))
        return ExitCode.OK
    if id in KIND_NAMES:
        click.echo(_kind(id, site_url))
        return ExitCode.OK
    near = nearest(id, sorted([*loaded.catalog.entries, *PROBLEMS, *KIND_NAMES]))
    words = " ".join(re.findall(r"\w+", id))
    hint = "'guideline-kit list' shows what there is"
    if near:
        hint = f"Did you mean '{near}'?"
    elif words:
        hint = f"'guideline-kit search {words}' looks for it by what it is about"
    raise CannotError(
        f"There is no entry '{printable(id)}' in the catalog '{printable(loaded.catalog.name)}'",
        hint=hint,
    )


def _kind(name: str, site_url: str) -> str:
    """Return what a kind of check finds, and where its page is."""
    schema = load_all()[f"kinds/{name}.schema.json"]
    page = f"kinds/{name}.html"
    if site_url:
        where = f"Its page, with all parameters: {site_url}/{page}"
    else:
        where = (
            f"All parameters are on its page, {page} of the site that 'guideline-kit build' makes."
        )
    return "\n\n".join(
        (
            f"{name}: a kind of check, which a rule names under 'check'",
            entries.wrapped(schema["description"]),
            f"Parameters: {', '.join(key for key in schema['properties'] if key != 'kind')}",
            where,
        )
    )
