"""guideline-kit init"""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from guideline_kit.catalog import SHIPPED
from guideline_kit.config import BASELINE_NAME
from guideline_kit.errors import ExitCode
from guideline_kit.project.authoring import Written, init, is_in_use, set_up
from guideline_kit.project.linting import lint_paths
from guideline_kit.project.opening import open_project
from guideline_kit.report.text import counted, printable
from guideline_kit.workspace.files import exists, shown


@click.command()
@click.argument("folder", required=False, default=".", type=click.Path(path_type=Path))
@click.option("--title", default="", help="The title of the site.")
@click.option(
    "--use",
    "uses",
    metavar="CATALOG",
    help=f"Only set the folder up to follow a catalog: {SHIPPED}, a folder, or what an installed"
    " package offers.",
)
def command(folder: Path, title: str, uses: str | None) -> ExitCode:
    """Set a repository up: its prompts are checked, or it keeps guidelines of its own.

    Where FOLDER is in use, its prompts will follow the guidelines that ship, or those that --use
    names: a configuration is written, and a hook for pre-commit. A new FOLDER becomes a
    guidelines repository that extends the guidelines that ship. It validates, lints and builds
    at once, and holds a rule and a prompt to change.

    Files that are there stay as they are. Only to the repositories of a .pre-commit-config.yaml
    the hook is added.

    \b
    Examples:
      guideline-kit init
      guideline-kit init our-guidelines
      guideline-kit init --use guideline-kit
    """
    if uses is None and is_in_use(folder):
        click.echo("The prompts here will follow the guidelines that ship with guideline-kit.")
        click.echo("To begin guidelines of your own: guideline-kit init NEW-FOLDER")
        uses = SHIPPED
    if uses is None:
        _say(init(folder, title=title), folder)
        click.echo(f"Next: {_there(folder)}guideline-kit validate")
    else:
        _say(set_up(folder, uses), folder)
        click.echo(_after_set_up(folder))
    return ExitCode.OK


def _say(written: Written, folder: Path) -> None:
    # Many schemas are written; a person wants to hear of the files that are theirs.
    own = [path for path in written.new if "schemas" not in path.relative_to(folder).parts]
    for path in own:
        click.echo(f"  wrote {_named(path)}")
    for path in written.extended:
        click.echo(f"  added a hook to {_named(path)}")
    for path in written.kept:
        click.echo(f"  kept  {_named(path)}, which was there")
    if len(own) < len(written.new):
        click.echo(f"  wrote {_named(folder / 'schemas')}/, for your editor")
    if written.to_add:
        if written.add_to.parent.resolve() != folder.resolve():
            click.echo("pre-commit reads only the configuration at the top of a repository.")
        hook = "".join(f"{printable(line)}\n" for line in written.to_add.split("\n"))
        click.echo(
            f"Add this hook to 'repos' in {_named(written.add_to)} by hand:\n\n{hook}", nl=False
        )


def _named(path: Path) -> str:
    return printable(shown(path))


def _after_set_up(folder: Path) -> str:
    """Return what to do next, given what the prompts look like today."""
    report, _ = lint_paths(open_project(folder), [folder])
    there = _there(folder)
    if not report.files:
        return (
            "There is no prompt here yet at a path by which the linter knows one.\n"
            "Name yours under files.include in guideline-kit.yaml, such as prompts/*.md.\n"
            f"Next: {there}guideline-kit lint, once there are some"
        )
    number = counted(len(report.files), "prompt")
    if not report.diagnostics:
        return f"{number} checked, nothing to report.\nNext: {there}pre-commit install"
    if exists(folder / BASELINE_NAME):
        return f"Next: {there}guideline-kit lint"
    findings = counted(len(report.diagnostics), "finding")
    counts = [counted(number, str(level)) for level, number in report.counts.items() if number]
    return (
        f"The guidelines have {findings} in {number}: {', '.join(counts)}.\n"
        f"Next: {there}guideline-kit lint --update-baseline, and only new ones will count;\n"
        f"  or {there}guideline-kit lint, to see them"
    )


def _there(folder: Path) -> str:
    return "" if folder.resolve() == Path.cwd() else f"cd {printable(shlex.quote(str(folder)))} && "
