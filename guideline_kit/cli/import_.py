"""guideline-kit import"""

from __future__ import annotations

import re
import shlex
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
from guideline_kit.errors import CannotError, ExitCode
from guideline_kit.exchange.promptsource.importing import About
from guideline_kit.project.exchanging import import_promptsource
from guideline_kit.report.text import counted, printable
from guideline_kit.workspace.files import shown

_TEAM = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LICENCE = re.compile(r"[A-Za-z0-9.+-]+")


@click.command()
@program_argument
@click.argument("tree", type=click.Path(path_type=Path))
@out_option("The catalog's folder. One that holds no catalog.yaml gets one.")
@click.option(
    "--owner",
    default="",
    metavar="TEAM",
    help="The team that answers for them.  [default: the first one of the catalog]",
)
@click.option(
    "--status",
    type=click.Choice(["draft", "review", "approved"]),
    default="draft",
    show_default=True,
    help="The status that they get.",
)
@click.option(
    "--licence",
    default="Apache-2.0",
    show_default=True,
    metavar="ID",
    help="Their licence, as an SPDX id.",
)
@force_option
def command(
    program: str, tree: Path, out: Path, owner: str, status: str, licence: str, force: bool
) -> ExitCode:
    """Take prompts over from another program's collection.

    From promptsource, TREE is a folder of templates.yaml files, such as promptsource/templates.
    Each template becomes a prompt below DIR/prompts, with all that is known of it, so that
    'guideline-kit export promptsource' gives the same files back.

    Files that are there and differ stay as they are, unless --force is given. A template that was
    taken over before is found again by its id, wherever its prompt stands now.

    \b
    Examples:
      guideline-kit import promptsource promptsource/templates --out catalog
      guideline-kit import promptsource templates --out catalog --owner our-team
    """
    if owner and not (_TEAM.fullmatch(owner) and len(owner) <= 64):
        raise CannotError(
            f"'{owner}' is no id of a team", hint="Use small letters, digits and single hyphens"
        )
    if not _LICENCE.fullmatch(licence):
        raise CannotError(
            f"'{licence}' is no SPDX id", hint="Write one such as Apache-2.0, MIT or CC-BY-4.0"
        )
    about = About(owner, status, licence)
    done = import_promptsource(tree, out, about, force=force, report=progress())
    say_problems(done.problems)
    files = counted(done.files, "file")
    click.echo(f"Read {files} with {counted(done.templates, 'template')}.")
    say_written(done, out)
    click.echo(f"Next: guideline-kit validate {printable(shlex.quote(shown(out)))}")
    return ExitCode.OK if done.is_whole else ExitCode.FINDINGS
