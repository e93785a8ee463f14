"""guideline-kit lint"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guideline_kit.cli import discard, standard_input, use_colour
from guideline_kit.cli.options import catalog_option, fail_on_option, format_option
from guideline_kit.errors import CannotError, ExitCode
from guideline_kit.project.linting import lint_paths, lint_text
from guideline_kit.project.opening import Project, open_project
from guideline_kit.report import Report
from guideline_kit.workspace.files import write_atomic

if TYPE_CHECKING:
    from guideline_kit.project.fixing import Change


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
    "--fix",
    is_flag=True,
    help="Apply the fixes that can't change what a prompt means, and report what is left.",
)
@click.option(
    "--unsafe-fixes",
    is_flag=True,
    help="Take the fixes, too, that somebody should look at; without --fix or --diff, count them.",
)
@click.option(
    "--diff",
    is_flag=True,
    help="Show what --fix would change, and change nothing; fails if that is anything.",
)
@click.option(
    "--stdin-filename",
    metavar="NAME",
    help="Check standard input, as if it were the file of this name; with --fix, print what it"
    " becomes.",
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
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
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

    With --fix, what is left decides whether the run fails. With --diff, the difference goes to
    standard output, all else to standard error, and any difference fails the run.

    \b
    Examples:
      guideline-kit lint
      guideline-kit lint prompts/ --fail-on warning
      guideline-kit lint AGENTS.md --select vague-quantity,open-fence
      guideline-kit lint --diff
      guideline-kit lint --fix prompts/
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
    given: str | None = None
    name = stdin_filename or "standard-input.md"
    if stdin_filename is not None or paths == (Path("-"),):
        if paths not in ((), (Path("-"),)):
            raise CannotError(
                "Both paths and standard input were given", hint="Give one of the two"
            )
        given = standard_input()
    paths = paths or (Path(),)
    missing: Sequence[Path] = ()
    unwritten: Sequence[str] = ()
    if not (fix or diff):
        if given is None:
            report, missing = lint_paths(
                project, paths, force_exclude=force_exclude, jobs=jobs, cached=not no_cache
            )
        else:
            report = lint_text(project, given.removeprefix("\ufeff"), name, cached=not no_cache)
        report = replace(report, unsafe_fixes=unsafe_fixes)
    else:
        from guideline_kit.project import fixing  # few runs fix

        if given is None:
            result = fixing.fix_paths(
                project,
                paths,
                unsafe=unsafe_fixes,
                write=not diff,
                force_exclude=force_exclude,
                jobs=jobs,
                cached=not no_cache,
            )
        else:
            result = fixing.fix_text(
                project, given, name, unsafe=unsafe_fixes, write=not diff, cached=not no_cache
            )
            if not diff:
                given = result.changes[0].after if result.changes else given
                click.echo(given.encode("utf-8"), nl=False)
        if diff:
            _show(result.changes)
        report, missing, unwritten = result.report, result.missing, result.unwritten
    # Where standard output holds a difference or a text, the report goes beside it.
    _write(report, form, output, beside=diff or (fix and given is not None))
    for path in missing:
        click.echo(f"Error: there is no file or folder '{path}'.", err=True)
    for problem in unwritten:
        click.echo(f"Error: {problem}.", err=True)
    if missing or unwritten:
        return ExitCode.CANNOT
    return ExitCode.FINDINGS if report.failed else ExitCode.OK


def _show(changes: Sequence[Change]) -> None:
    """Print differences: for people on a terminal, else exactly, so that they can be applied."""
    from guideline_kit.report import diff

    colour = use_colour(sys.stdout)
    exact = not colour and not sys.stdout.isatty()
    for change in changes:
        before = change.before if exact else change.readable
        written = diff.render(change.name, before, change.edits, colour=colour, exact=exact)
        click.echo(written.encode("utf-8"), nl=False)


def _write(report: Report, form: str, output: Path | None, *, beside: bool) -> None:
    """Print the report, or write it to a file; `beside` standard output means standard error."""
    # Each form is imported only where it is asked for.
    if form == "json":
        from guideline_kit.report import json

        result = json.render(report)
    else:
        from guideline_kit.report import text

        colour = output is None and use_colour(sys.stderr if beside else sys.stdout)
        # What can be fixed is in the difference already.
        brief = output is None and report.fixing is not None and not report.fixing.written
        result = text.render(report, colour=colour, brief=brief)
    if output is None:
        # click takes colour out where there is no terminal; we have decided that already.
        try:
            click.echo(result, nl=False, err=beside, color=True)
        except BrokenPipeError:
            discard(sys.stderr if beside else sys.stdout)  # what was found counts all the same
        return
    try:
        write_atomic(output, result)
    except OSError as error:
        raise CannotError(
            f"The report can't be written to {output}: {error.strerror}",
            hint="Name a file in a folder that you may write to",
        ) from None
