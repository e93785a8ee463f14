"""guideline-kit init"""

from __future__ import annotations

from pathlib import Path

import click

from guideline_kit.catalog import SHIPPED
from guideline_kit.errors import ExitCode
from guideline_kit.project.authoring import init
from guideline_kit.workspace.files import shown


@click.command()
@click.argument("folder", required=False, default=".", type=click.Path(path_type=Path))
@click.option("--title", default="", help="The title of the site.")
@click.option(
    "--use",
    "uses",
    metavar="CATALOG",
    help=f"Only set the folder up to follow a catalog: its folder, or {SHIPPED}.",
)
def command(folder: Path, title: str, uses: str | None) -> ExitCode:
    """Make a guidelines repository that extends the guidelines that ship.

    It validates, lints and builds at once, and holds a rule and a prompt to change. With
    --use, only set up a repository with prompts. Files that are there stay as they are.

    \b
    Examples:
      guideline-kit init our-guidelines
      guideline-kit init --use guideline-kit
    """
    written = init(folder, title=title, uses=uses)
    # Many schemas are written; a person wants to hear of the files that are theirs.
    own = [path for path in written.new if "schemas" not in path.relative_to(folder).parts]
    for path in own:
        click.echo(f"  wrote {shown(path)}")
    for path in written.kept:
        click.echo(f"  kept  {shown(path)}, which was there")
    if len(own) < len(written.new):
        click.echo(f"  wrote {shown(folder / 'schemas')}/, for your editor")
    where = "" if folder.resolve() == Path.cwd() else f"cd {folder} && "
    step = "lint" if uses is not None else "validate"
    click.echo(f"Next: {where}guideline-kit {step}")
    return ExitCode.OK
