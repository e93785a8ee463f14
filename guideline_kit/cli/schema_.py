"""guideline-kit schema"""

from __future__ import annotations

from pathlib import Path

import click

from guideline_kit import resources
from guideline_kit.errors import ExitCode
from guideline_kit.project.authoring import write_schemas
from guideline_kit.report.text import printable
from guideline_kit.workspace.files import shown


@click.command()
@click.option(
    "--write",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="The folder to write them to.",
)
def command(folder: Path | None) -> ExitCode:
    """Write the JSON Schemas of all files, for editors. Without --write, list them.

    \b
    Examples:
      guideline-kit schema
      guideline-kit schema --write schemas
    """
    if folder is None:
        for name in resources.read_schemas():
            click.echo(name)
        return ExitCode.OK
    written = write_schemas(folder)
    count, place = len(written.new), printable(shown(folder))
    click.echo(f"Wrote {count} schemas to {place}." if count else f"{place} is up to date.")
    return ExitCode.OK
