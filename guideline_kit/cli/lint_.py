"""guideline-kit lint"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from guideline_kit.cli import use_colour
from guideline_kit.cli.options import catalog_option, fail_on_option, format_option
from guideline_kit.errors import CannotError, ExitCode
from guideline_kit.project.linting import lint_paths, lint_text
from guideline_kit.project.opening import Project, open_project
from guideline_kit.report import Report, json, text
from guideline_kit.workspace.files import write_atomic


def _ids(
    ctx: click.Context, param: click.Parameter, value: tuple[str, ...]
) -> tuple[str, ...] | None:
    """Take 'a,b' and repeated options alike."""
    ids = tuple(name.strip() for item in value for name in item.split(",") if name.strip())
    return ids or None


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@catalog_option
@click.option(
    "--preset",
    type=click.Choice(["default", "strict"]),
    help="Which rules run: those that are almost always right, or all.",
)
@click.option(
    "--select",
    multiple=True,
    callback=_ids,
    metavar="IDS",
    help="Run these rules only (ids, with commas between them).",
)
@click.option(
    "--ignore", multiple=True, callback=_ids, metavar="IDS", help="Leave these rules out."
)
@fail_on_option
@format_option
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write the report to a file."
)
@click.option(
    "--stdin-filename",
    metavar="NAME",
    help="Check standard input, as if it were the file of this name.",
)
@click.option(
    "--force-exclude",
    is_flag=True,
    help="Leave out files that a walk would leave out, even if they are named.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    metavar="N",
    help="How many processes to use.  [default: one for each processor]",
)
@click.option("--no-cache", is_flag=True, help="Read all rules anew.")
def command(
    paths: tuple[Path, ...],
    catalog: Path | None,
    preset: str | None,
    select: tuple[str, ...] | None,
    ignore: tuple[str, ...] | None,
    fail_on: str | None,
    form: str,
    output: Path | None,
    stdin_filename: str | None,
    force_exclude: bool,
    jobs: int | None,
    no_cache: bool,
) -> ExitCode:
    """Check prompts against the rules.

    PATHS are files or folders; without any, the folder that we are in. A folder is searched
    for prompts: agent skills, AGENTS.md and its kin, Copilot, Claude and Cursor files, fabric
    patterns, catalog prompts, and what files.include of guideline-kit.yaml names. A file that
    is named is checked whatever it is.

    \b
    Examples:
      guideline-kit lint
      guideline-kit lint prompts/ --fail-on warning
      guideline-kit lint AGENTS.md --select vague-quantity,open-fence
      cat draft.md | guideline-kit lint --stdin-filename draft.md
    """
    project = open_project(Path.cwd(), catalog=catalog)
    config = project.config
    for option, setting in (
        ("--preset", {"preset": preset}),
        ("--select", {"select": select}),
        ("--ignore", {"ignore": ignore}),
        ("--fail-on", {"fail_on": fail_on}),
    ):
        config = config.override(option, **setting)
    project = Project(project.root, config, project.reader, project.today)
    missing: list[Path] = []
    dash = paths == (Path("-"),)
    if stdin_filename is not None or dash:
        if paths and not dash:
            raise CannotError(
                "Both paths and standard input were given", hint="Give one of the two"
            )
        report = lint_text(
            project, _standard_input(), stdin_filename or "standard-input.md", cached=not no_cache
        )
    else:
        report, missing = lint_paths(
            project,
            paths or (Path(),),
            force_exclude=force_exclude,
            jobs=jobs,
            cached=not no_cache,
        )
    _write(report, form, output)
    for path in missing:
        click.echo(f"Error: there is no file or folder '{path}'.", err=True)
    if missing:
        return ExitCode.CANNOT
    return ExitCode.FINDINGS if report.failed else ExitCode.OK


def _standard_input() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise CannotError(
            f"Standard input is not UTF-8: byte {error.start} is 0x{error.object[error.start]:02X}",
            hint="Convert it to UTF-8",
        ) from None


def _write(report: Report, form: str, output: Path | None) -> None:
    if form == "json":
        result = json.render(report)
    else:
        colour = output is None and use_colour(sys.stdout)
        result = text.render(report, colour=colour)
    if output is None:
        # click takes colour out where there is no terminal; we have decided that already.
        click.echo(result, nl=False, color=True)
        return
    try:
        write_atomic(output, result)
    except OSError as error:
        raise CannotError(
            f"The report can't be written to {output}: {error.strerror}",
            hint="Name a file in a folder that you may write to",
        ) from None
