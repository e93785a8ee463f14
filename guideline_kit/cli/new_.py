"""guideline-kit new"""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from guideline_kit.cli.options import catalog_option
from guideline_kit.errors import ExitCode
from guideline_kit.project.authoring import new_entry
from guideline_kit.project.opening import find_catalog
from guideline_kit.report.text import printable
from guideline_kit.workspace.files import shown


@click.command()
@click.argument("kind", type=click.Choice(["prompt", "pattern", "rule"]))
@click.argument("id")
@click.option(
    "--group", default="", metavar="NAME", help="A folder below prompts/, patterns/ or rules/."
)
@click.option("--title", default="", help="The entry's title.")
@catalog_option
def command(kind: str, id: str, group: str, title: str, catalog: Path | None) -> ExitCode:
    """Begin a new prompt, pattern or rule: a file with blanks to fill in.

    ID is the entry's name in small letters with hyphens; a rule's names the flaw.

    \b
    Examples:
      guideline-kit new rule passive-voice --group clarity
      guideline-kit new prompt meeting-notes --title "Meeting notes"
    """
    folder = catalog or find_catalog(Path.cwd())
    folder = find_catalog(folder)
    path = new_entry(folder, kind, id, group=group, title=title, today=datetime.date.today())
    click.echo(f"Wrote {printable(shown(path))}.")
    click.echo(
        "Fill in its blanks, then run 'guideline-kit validate': it names each one that is left."
    )
    return ExitCode.OK
