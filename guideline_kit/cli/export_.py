"""guideline-kit export"""

from __future__ import annotations

from pathlib import Path

import click

from guideline_kit.cli.exchanging import (
    force_option,
    out_option,
    program_argument,
    progress,
    say_problems,
    say_written,
)
from guideline_kit.errors import ExitCode
from guideline_kit.project.exchanging import export_promptsource
from guideline_kit.project.opening import find_catalog
from guideline_kit.report.text import counted


@click.command()
@program_argument
@click.argument("catalog", type=click.Path(path_type=Path))
@out_option("The folder to write to.")
@force_option
def command(program: str, catalog: Path, out: Path, force: bool) -> ExitCode:
    """Hand prompts of a catalog back to another program.

    To promptsource, the prompts that came from there are written as its templates.yaml files, one
    for each data set and subset, at DIR/DATASET/SUBSET. Those that nobody has changed are the
    same byte for byte; of the others, the export has the text, the answer choices and the
    languages that the catalog has.

    Files that are there and differ stay as they are, unless --force is given.

    \b
    Examples:
      guideline-kit export promptsource catalog --out templates
      guideline-kit export promptsource . --out templates --force
    """
    done = export_promptsource(find_catalog(catalog), out, force=force, report=progress())
    say_problems(done.problems)
    files = counted(done.files, "file")
    click.echo(f"Made {files} of {counted(done.templates, 'prompt')}.")
    if done.others:
        others = counted(done.others, "prompt")
        click.echo(f"Left out {others} without x-promptsource, of which no data set is known.")
    say_written(done, out)
    return ExitCode.OK if done.is_whole else ExitCode.FINDINGS
