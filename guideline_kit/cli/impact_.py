"""guideline-kit impact"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from guideline_kit.cli import use_colour
from guideline_kit.cli.options import catalog_option, format_option
from guideline_kit.errors import ExitCode
from guideline_kit.project.impact import Sampling, impact_of
from guideline_kit.project.opening import open_project
from guideline_kit.report import impact
from guideline_kit.report.text import printable


@click.command()
@click.argument("rule")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@catalog_option
@click.option(
    "--against",
    default="HEAD",
    show_default=True,
    metavar="REV",
    help="The commit, branch or tag whose version of the rule it is compared with.",
)
@click.option(
    "--sample",
    type=click.IntRange(0),
    default=10,
    show_default=True,
    metavar="N",
    help="How many findings to show, drawn at random.",
)
@click.option(
    "--seed",
    type=int,
    default=0,
    show_default=True,
    metavar="N",
    help="Another seed draws another sample.",
)
@format_option
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    metavar="N",
    help="How many processes to use.  [default: one for each processor]",
)
def command(
    rule: str,
    paths: tuple[Path, ...],
    catalog: Path | None,
    against: str,
    sample: int,
    seed: int,
    form: str,
    jobs: int | None,
) -> ExitCode:
    """Say what a rule would report on real files, before it bothers anybody.

    RULE is the id of a rule in the catalog, whatever its stage, or the file of one. PATHS are
    files or folders, as for lint; without any, the folder that we are in.

    The findings are counted and a sample of them is shown. Where the rule file is kept in git,
    they are compared with those of its last committed version.

    \b
    Examples:
      guideline-kit impact passive-voice prompts/
      guideline-kit impact rules/passive-voice.yaml ../prompts --sample 30
      guideline-kit impact vague-quantity --against v1.2.0
    """
    project = open_project(Path.cwd(), catalog=catalog)
    result, missing = impact_of(
        project,
        rule,
        paths or (Path(),),
        against=against,
        sampling=Sampling(sample, seed),
        jobs=jobs,
    )
    if form == "json":
        click.echo(impact.render_json(result), nl=False)
    else:
        click.echo(impact.render(result, colour=use_colour(sys.stdout)), nl=False, color=True)
    for path in missing:
        click.echo(f"Error: there is no file or folder '{printable(str(path))}'.", err=True)
    return ExitCode.CANNOT if missing else ExitCode.OK
