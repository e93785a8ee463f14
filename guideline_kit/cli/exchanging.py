"""What `import` and `export` do alike: their options, and what they say."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from guideline_kit.cli import use_colour
from guideline_kit.diagnostics import Diagnostic
from guideline_kit.project.exchanging import Exchange
from guideline_kit.report.text import counted, printable
from guideline_kit.workspace.files import shown

_SHOWN = 10  # files that were kept

program_argument = click.argument("program", metavar="PROGRAM", type=click.Choice(["promptsource"]))

force_option = click.option(
    "--force", is_flag=True, help="Write over files that are there and differ."
)


def out_option(help: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return the option that says where to write."""
    return click.option(
        "--out",
        required=True,
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help=help,
    )


def progress() -> Callable[[str], None]:
    """Return what says how far the work is: to a terminal, and to nobody else."""
    if not sys.stderr.isatty():
        return lambda _: None
    return lambda text: click.echo(f"{text} ...", err=True)


def say_problems(problems: Sequence[Diagnostic]) -> None:
    """Print what is wrong with files, each with its place."""
    if problems:
        from guideline_kit.report import Report
        from guideline_kit.report.text import blocks

        report = Report(tuple(problems), ())
        click.echo(blocks(report, colour=use_colour(sys.stdout)), color=True)


def say_written(done: Exchange, out: Path) -> None:
    """Say which files were written, and which were not."""
    folder = printable(shown(out))
    number = len(done.written)
    click.echo(
        f"Wrote {counted(number, 'file')} below {folder}." if number else "Wrote nothing new."
    )
    if done.same:
        click.echo(f"Kept {counted(done.same, 'file')} that had the same text.")
    if done.kept:
        click.echo(f"Kept {counted(len(done.kept), 'file')} that had another text:")
        for path in done.kept[:_SHOWN]:
            click.echo(f"  {printable(shown(path))}")
        if len(done.kept) > _SHOWN:
            click.echo(f"  and {len(done.kept) - _SHOWN:,} more")
        click.echo("Give --force to write over them.")
