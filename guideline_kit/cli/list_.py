"""guideline-kit list"""

from __future__ import annotations

from pathlib import Path

import click

from guideline_kit.cli.options import KindOfEntry, catalog_option, format_option
from guideline_kit.errors import ExitCode
from guideline_kit.project.entries import chosen_entries
from guideline_kit.project.opening import load_catalog, open_project
from guideline_kit.report import entries


@click.command()
@click.argument("kind", required=False, type=KindOfEntry(many=True))
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
    found = chosen_entries(loaded.catalog, kind, tag)
    if form == "json":
        click.echo(entries.render_json(found), nl=False)
    elif found:
        click.echo(entries.listing(found))
    else:
        having = f" with the tag '{tag}'" if tag else ""
        click.echo(f"There is no {kind or 'entry'}{having}.")
    return ExitCode.OK
