"""guideline-kit build"""

from __future__ import annotations

from pathlib import Path

import click

from guideline_kit.cli import writing
from guideline_kit.cli.options import catalog_argument, output_folder_option
from guideline_kit.errors import ExitCode
from guideline_kit.project.opening import find_catalog, open_project
from guideline_kit.project.publishing import build_site
from guideline_kit.report.text import printable
from guideline_kit.workspace.files import shown


@click.command()
@catalog_argument
@output_folder_option
def command(catalog: Path | None, output: Path) -> ExitCode:
    """Build the site of a catalog.

    CATALOG is the folder that holds catalog.yaml; without it, the configured one, or catalog/.

    \b
    Examples:
      guideline-kit build
      guideline-kit build my-guidelines/catalog --output public
    """
    folder = find_catalog(catalog or Path.cwd())
    project = open_project(Path.cwd(), catalog=folder)
    with writing(output):
        site = build_site(project, output)
    click.echo(f"The site is built. Open {printable(shown(site / 'index.html'))} in a browser.")
    click.echo("To search it, serve it: guideline-kit serve")
    return ExitCode.OK
