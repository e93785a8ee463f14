"""What commands that report findings do alike, beside their options."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from guideline_kit.cli import discard, sentence
from guideline_kit.errors import CannotError, ExitCode
from guideline_kit.report import PLACING, Report
from guideline_kit.workspace.files import write_atomic


def placed(report: Report, form: str) -> Report:
    """Return a report whose form shows the paths that its service knows files by."""
    if form not in PLACING:
        return report
    from guideline_kit.workspace.places import from_top

    return replace(report, place=from_top(Path.cwd()))


def announced(command: Callable[..., ExitCode]) -> Callable[..., ExitCode]:
    """Return a command that says why it can't do what was asked for where GitHub shows it, too."""

    @functools.wraps(command)
    def run(**options: Any) -> ExitCode:
        try:
            return command(**options)
        except CannotError as error:
            if options["form"] == "github":
                from guideline_kit.report import github

                report = placed(Report(error.diagnostics, ()), "github")
                written = github.refusal(report, sentence(error.message), sentence(error.hint))
                # A text that --fix prints, or a difference, is all that standard output may hold.
                beside = bool(options.get("fix") or options.get("diff"))
                _say(written, beside=beside)
            raise

    return run


def in_a_folder(output: Path | None) -> None:
    """Raise CannotError where the folder of a report is not there: before the work is done."""
    if output is None:
        return
    folder = Path(os.path.realpath(output)).parent
    if not folder.is_dir():
        why = "is no folder" if folder.exists() else "is not there"
        raise CannotError(
            f"The report can't be written to {output}: {output.parent} {why}",
            hint="Make the folder first, or name a file in one that is there",
        )


def to_file(output: Path, text: str, report: Report) -> None:
    """Write a report to a file; what it comes to goes to standard error. Raises CannotError."""
    from guideline_kit.report.text import outline, printable_name

    # First: this is known even if the report can't be written.
    _say(outline(report))
    try:
        write_atomic(output, text)
    except OSError as error:
        raise CannotError(
            f"The report can't be written to {output}: {error.strerror}",
            hint="Name a file in a folder that you may write to",
        ) from None
    _say(f"The report is in {printable_name(str(output))}.\n")


def say_error(problem: str) -> None:
    """Say on standard error what could not be done."""
    if not problem.isprintable():  # it names a file
        from guideline_kit.report.text import printable_name

        problem = printable_name(problem)
    _say(f"Error: {sentence(problem)}\n")


def _say(text: str, *, beside: bool = True) -> None:
    """Print a text, `beside` standard output or there; nobody has to read it."""
    try:
        click.echo(text, nl=False, err=beside)
    except BrokenPipeError:
        discard(sys.stderr if beside else sys.stdout)
