"""guideline-kit serve"""

from __future__ import annotations

from pathlib import Path

import click

from guideline_kit.cli import writing
from guideline_kit.cli.options import catalog_argument, output_folder_option
from guideline_kit.errors import ExitCode
from guideline_kit.project.opening import find_catalog, open_project
from guideline_kit.project.publishing import serve_site


@click.command()
@catalog_argument
@output_folder_option
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8000,
    show_default=True,
    help="The port to listen on.",
)
def command(catalog: Path | None, output: Path, host: str, port: int) -> ExitCode:
    """Build the site, show it on this machine, and follow changes of the catalog.

    CATALOG is the folder that holds catalog.yaml; without it, the configured one, or catalog/.

    \b
    Examples:
      guideline-kit serve
      guideline-kit serve my-guidelines/catalog --port 8080
    """
    folder = find_catalog(catalog or Path.cwd())
    project = open_project(Path.cwd(), catalog=folder)
    with writing(output):
        serve_site(project, output, host, port, click.echo)
    return ExitCode.OK
