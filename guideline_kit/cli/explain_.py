"""guideline-kit explain"""

from __future__ import annotations

from pathlib import Path

import click

from guideline_kit.cli.options import catalog_option
from guideline_kit.diagnostics import PROBLEMS
from guideline_kit.errors import CannotError, ExitCode
from guideline_kit.project.opening import load_catalog, open_project
from guideline_kit.report import entries
from guideline_kit.rules import Names
from guideline_kit.schemas import nearest


@click.command()
@click.argument("id")
@catalog_option
def command(id: str, catalog: Path | None) -> ExitCode:
    """Say what a rule, a pattern or a prompt is about.

    ID is what stands in brackets in a finding, or what 'guideline-kit list' prints.

    \b
    Examples:
      guideline-kit explain vague-quantity
      guideline-kit explain few-shot
    """
    project = open_project(Path.cwd(), catalog=catalog)
    loaded = load_catalog(project)
    entry = loaded.catalog.find(id)
    if entry is None:
        present = Names.of(rule.data for rule in loaded.catalog.rules).current(id)
        entry = loaded.catalog.find(present)
        if entry is not None:
            click.echo(f"The rule '{id}' is called '{present}' now.\n")
    if entry is not None:
        click.echo(entries.explain(entry, loaded.catalog.sources))
        return ExitCode.OK
    if id in PROBLEMS:
        click.echo(f"{id}: a problem of the file itself, not of a rule\n\n{PROBLEMS[id]}")
        return ExitCode.OK
    near = nearest(id, sorted([*loaded.catalog.entries, *PROBLEMS]))
    raise CannotError(
        f"There is no entry '{id}' in the catalog '{loaded.catalog.name}'",
        hint=f"Did you mean '{near}'?" if near else "See 'guideline-kit list'",
    )
