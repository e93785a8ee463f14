"""guideline-kit lint"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from guideline_kit.cli import discard, standard_input, use_colour
from guideline_kit.cli.options import catalog_option, fail_on_option, report_option
from guideline_kit.cli.reporting import announced, in_a_folder, placed, say_error, to_file
from guideline_kit.errors import CannotError, ExitCode
from guideline_kit.project.linting import Asked, lint_paths, lint_text
from guideline_kit.project.opening import Project, open_project
from guideline_kit.report import COUNTING, DESCRIBING, Report, renderer

if TYPE_CHECKING:
    from guideline_kit.project.linting.fixing import Change


def _ids(
    ctx: click.Context, param: click.Parameter, value: tuple[str, ...]
) -> tuple[str, ...] | None:
    """Take 'a,b' and repeated options alike."""
    ids = tuple(name.strip() for item in value for name in item.split(",") if name.strip())
    return ids or None


@click.command()
# Not by click's own type, which looks at each file, and refuses all where one can't be read.
@click.argument("paths", nargs=-1, type=Path)
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
@report_option
@click.option(
    "--statistics",
    is_flag=True,
    help="Count the findings by rule and by file in place of showing each; in JSON, beside them.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the report to a file; standard error says what it comes to.",
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
@click.option(
    "--changed-since",
    "since",
    metavar="REV",
    help="Look only at files that changed since a commit, branch or tag, as a pull request shows.",
)
@click.option(
    "--changed-lines",
    is_flag=True,
    help="With --changed-since: report only what stands in the lines that changed.",
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Report only what this file does not hold.  [default: guideline-kit-baseline.json beside"
    " the configuration, if there is one]",
)
@click.option(
    "--update-baseline",
    is_flag=True,
    help="Write what stands now into the baseline; from then on only new findings are reported.",
)
@click.option("--no-cache", is_flag=True, help="Read all rules and check all files anew.")
@click.option(
    "--show-config",
    is_flag=True,
    help="Show the settings, and where each comes from; of a file, if one is named. Check nothing.",
)
@announced
def command(
    paths: tuple[Path, ...],
    catalog: Path | None,
    preset: str | None,
    select: tuple[str, ...] | None,
    ignore: tuple[str, ...] | None,
    fail_on: str | None,
    form: str,
    statistics: bool,
    output: Path | None,
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    stdin_filename: str | None,
    force_exclude: bool,
    jobs: int | None,
    since: str | None,
    changed_lines: bool,
    baseline: Path | None,
    update_baseline: bool,
    no_cache: bool,
    show_config: bool,
) -> ExitCode:
    """Check prompts against the rules.

    PATHS are files or folders; without any, the folder that we are in. A folder is searched
    for prompts: files of agents such as SKILL.md and AGENTS.md, prompts of frameworks such as
    Prompty, LangChain and promptfoo, prompts in Python source, catalog prompts, and what
    files.include of guideline-kit.yaml names. A file that is named is checked whatever it is.

    With --fix, what is left decides whether the run fails. With --diff, the difference goes to
    standard output, all else to standard error, and any difference fails the run.

    \b
    Examples:
      guideline-kit lint
      guideline-kit lint prompts/ --fail-on warning
      guideline-kit lint AGENTS.md --select vague-quantity,open-fence
      guideline-kit lint --diff
      guideline-kit lint --fix prompts/
      guideline-kit lint --changed-since origin/main --changed-lines
      guideline-kit lint --update-baseline
      cat draft.md | guideline-kit lint --stdin-filename draft.md
    """
    if statistics and form not in COUNTING:
        raise click.UsageError(
            f"--statistics goes with --format {' or '.join(COUNTING)}, not with {form}."
        )
    in_a_folder(output)
    project = _project(catalog, preset, select, ignore, fail_on)
    if show_config:
        _show_settings(project, paths, form)
        return ExitCode.OK
    asked = Asked(
        force_exclude, jobs, not no_cache, since or "", changed_lines, baseline, update_baseline
    )
    _refuse_at_odds(asked, since, diff=diff, fix=fix)
    given = _given(paths, stdin_filename, asked)
    ran = _run(project, paths, given, asked, unsafe=unsafe_fixes, fix=fix, diff=diff)
    rules: Mapping[str, Mapping[str, Any]] = {}
    if form in DESCRIBING:
        from guideline_kit.project.rules.describing import described_rules  # reads all rule files

        rules = described_rules(project)
    report = replace(
        ran.report,
        rules=rules,
        statistics=statistics,
        missing=[path.as_posix() for path in ran.missing],
        given=given is not None,
    )
    # Where standard output holds a difference or a text, the report goes beside it.
    _write(report, form, output, beside=diff or (fix and given is not None))
    if update_baseline and form == "text" and output is None:
        click.echo(_next_step(project))
    for problem in (*report.absent, *ran.unwritten):
        say_error(problem)
    if ran.missing or ran.unwritten:
        return ExitCode.CANNOT
    return ExitCode.FINDINGS if report.failed else ExitCode.OK


class _Given(NamedTuple):
    """A text that somebody hands over, and the file that it stands for."""

    text: str
    name: str


def _given(paths: Sequence[Path], name: str | None, asked: Asked) -> _Given | None:
    """Return what standard input holds, if it is asked for."""
    if name is None and tuple(paths) != (Path("-"),):
        return None
    if tuple(paths) not in ((), (Path("-"),)):
        raise CannotError("Both paths and standard input were given", hint="Give one of the two")
    if asked.since or asked.update_baseline:
        raise CannotError(
            "Standard input has no history, and no baseline of its own",
            hint="Take --changed-since and --update-baseline out, or name a file",
        )
    return _Given(standard_input(), name or "standard-input.md")


class _Ran(NamedTuple):
    """What a run found, the paths that don't exist, and what could not be written."""

    report: Report
    missing: Sequence[Path] = ()
    unwritten: Sequence[str] = ()


def _run(
    project: Project,
    paths: Sequence[Path],
    given: _Given | None,
    asked: Asked,
    *,
    unsafe: bool,
    fix: bool,
    diff: bool,
) -> _Ran:
    """Check or fix what was asked for; print the new text, or the differences."""
    paths = paths or (Path(),)
    if not (fix or diff):
        missing: Sequence[Path] = ()
        if given is None:
            report, missing = lint_paths(project, paths, asked)
        else:
            report = lint_text(project, given.text.removeprefix("\ufeff"), given.name, asked)
        return _Ran(replace(report, unsafe_fixes=unsafe), missing)
    from guideline_kit.project.linting import fixing  # few runs fix

    if given is None:
        result = fixing.fix_paths(project, paths, unsafe=unsafe, write=not diff, asked=asked)
    else:
        result = fixing.fix_text(
            project, given.text, given.name, unsafe=unsafe, write=not diff, asked=asked
        )
        if not diff:
            text = result.changes[0].after if result.changes else given.text
            click.echo(text.encode("utf-8"), nl=False)
    if diff:
        _show(result.changes)
    return _Ran(result.report, result.missing, result.unwritten)


def _project(
    catalog: Path | None,
    preset: str | None,
    select: tuple[str, ...] | None,
    ignore: tuple[str, ...] | None,
    fail_on: str | None,
) -> Project:
    """Return the project that we are in, with what the command line says of it."""
    project = open_project(Path.cwd(), catalog=catalog)
    config = project.config
    left_out = None if ignore is None else dict.fromkeys(ignore, "")
    for option, setting in (
        ("--preset", {"preset": preset}),
        ("--select", {"select": select}),
        ("--ignore", {"ignore": left_out}),
        ("--fail-on", {"fail_on": fail_on}),
    ):
        config = config.override(option, **setting)
    return project._replace(config=config)


def _refuse_at_odds(asked: Asked, since: str | None, *, diff: bool, fix: bool) -> None:
    """Raise CannotError for options that contradict each other."""
    if since == "":
        raise CannotError(
            "--changed-since names no revision: it is empty",
            hint="See that the variable it comes from is set, or name a branch such as origin/main",
        )
    if asked.lines and not asked.since:
        raise CannotError(
            "--changed-lines needs to know since when", hint="Add --changed-since REV"
        )
    if asked.lines and (diff or fix):
        raise CannotError(
            "Fixes are about whole files, and --changed-lines about some lines",
            hint="Take --changed-lines out; with --changed-since only changed files are fixed",
        )
    if asked.update_baseline and (asked.lines or diff):
        raise CannotError(
            "A baseline holds what stands in whole files as they are",
            hint=f"Take {'--diff' if diff else '--changed-lines'} out",
        )


def _next_step(project: Project) -> str:
    """Return what to do when a baseline has been written."""
    from guideline_kit.project.authoring import is_hooked  # few runs write a baseline
    from guideline_kit.workspace.git import hook

    if is_hooked(project.root):
        installed = hook(project.root, "pre-commit")
        if installed and not installed.exists():
            return "Next: pre-commit install, and each commit is checked."
    return "Next: commit it, so that it counts for everybody."


def _show_settings(project: Project, paths: Sequence[Path], form: str) -> None:
    from guideline_kit.project.settings import settings_of
    from guideline_kit.report import settings

    if len(paths) > 1:
        raise CannotError("--show-config is about one file", hint="Name one, or none")
    if form not in ("text", "json"):
        raise CannotError("--show-config has no such form", hint="Use --format text or json")
    written = settings.render(settings_of(project, paths[0] if paths else None), form)
    click.echo(written, nl=False)


def _show(changes: Sequence[Change]) -> None:
    """Print differences: for people on a terminal, else exactly, so that they can be applied."""
    from guideline_kit.report import diff

    colour = use_colour(sys.stdout)
    exact = not colour and not sys.stdout.isatty()
    for change in changes:
        before = change.before if exact else change.readable
        written = diff.render(change.name, before, change.edits, colour=colour, exact=exact)
        try:
            click.echo(written.encode("utf-8"), nl=False)
        except BrokenPipeError:
            discard(sys.stdout)  # that there is a difference counts all the same
            return


def _write(report: Report, form: str, output: Path | None, *, beside: bool) -> None:
    """Print the report, or write it to a file; `beside` standard output means standard error."""
    how = {}
    if form == "text":
        how["colour"] = output is None and use_colour(sys.stderr if beside else sys.stdout)
        # What can be fixed is in the difference already.
        how["brief"] = output is None and report.fixing is not None and not report.fixing.written
    if output is not None:
        to_file(output, renderer(form)(placed(report, form), **how), report)
        return
    result = renderer(form)(placed(report, form), **how)
    # click takes colour out where there is no terminal; we have decided that already.
    try:
        click.echo(result, nl=False, err=beside, color=True)
    except BrokenPipeError:
        discard(sys.stderr if beside else sys.stdout)  # what was found counts all the same
