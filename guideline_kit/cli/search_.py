"""guideline-kit search"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from guideline_kit.cli import use_colour
from guideline_kit.cli.options import KindOfEntry, catalog_option, format_option
from guideline_kit.errors import ExitCode
from guideline_kit.project.opening import load_catalog, open_project
from guideline_kit.project.searching import search
from guideline_kit.report import search as report


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--kind", type=KindOfEntry(many=False), help="Only entries of this kind.")
@click.option("--tag", help="Only entries with this tag.")
@click.option(
    "--limit",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    metavar="N",
    help="How many entries to show.",
)
@catalog_option
@format_option
def command(
    words: tuple[str, ...],
    kind: str | None,
    tag: str | None,
    limit: int,
    catalog: Path | None,
    form: str,
) -> ExitCode:
    """Find prompts, patterns and rules of the catalog by what they are about.

    WORDS are what you would call it. Entries that hold all of them come first, and among these
    the ones that have them in id, title, tags or summary. Capitals don't count, nor does an
    ending such as -s, -ing or -ed, and the beginning of a word will do.

    Below an entry stands the text in which the words were found, unless its own line shows
    them. To find nothing is no failure: the exit code is 0, unlike that of grep.

    \b
    Examples:
      guideline-kit search meeting notes
      guideline-kit search vague --kind rule
      guideline-kit search summarise --tag extraction --format json
    """
    project = open_project(Path.cwd(), catalog=catalog)
    loaded = load_catalog(project)
    result = search(loaded.catalog, words, kind, tag)
    if form == "json":
        click.echo(report.render_json(result, limit), nl=False)
    else:
        text = report.render(result, limit, colour=use_colour(sys.stdout))
        click.echo(text, nl=False, color=True)
    broken = {item.source.name for item in (*loaded.problems, *loaded.inherited)}
    if broken:
        files = "1 file" if len(broken) == 1 else f"{len(broken):,} files"
        click.echo(
            f"Note: {files} of the catalog with errors may be missing here;"
            " 'guideline-kit validate' says what is wrong.",
            err=True,
        )
    return ExitCode.OK
