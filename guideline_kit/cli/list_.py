"""guideline-kit list"""

from __future__ import annotations

import json
from pathlib import Path

import click

from guideline_kit.cli.options import catalog_option, format_option
from guideline_kit.errors import ExitCode
from guideline_kit.project.opening import load_catalog, open_project
from guideline_kit.report import entries


@click.command()
@click.argument("kind", required=False, type=click.Choice(["prompts", "patterns", "rules"]))
@click.option("--tag", help="Only entries with this tag.")
@catalog_option
@format_option
def command(kind: str | None, tag: str | None, catalog: Path | None, form: str) -> ExitCode:
    """List the entries of the catalog: all, or those of one kind.

    \b
    Examples:
      guideline-kit list rules
      guideline-kit list prompts --tag summarising
    """
    project = open_project(Path.cwd(), catalog=catalog)
    loaded = load_catalog(project)
    kinds = (kind.removesuffix("s"),) if kind else ("prompt", "pattern", "rule")
    found = [
        entry
        for name in kinds
        for entry in loaded.catalog.of_kind(name)
        if tag is None or tag in entry.data.get("tags", ())
    ]
    if form == "json":
        click.echo(json.dumps([entries.summary(entry) for entry in found], indent=2))
    elif found:
        click.echo(entries.listing(found))
    else:
        click.echo("There is no such entry.")
    return ExitCode.OK
