"""guideline-kit convert"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from guideline_kit.cli import use_colour
from guideline_kit.cli.options import catalog_option
from guideline_kit.errors import ExitCode
from guideline_kit.exchange.converting import TARGETS
from guideline_kit.project.converting import Asked, convert_prompt, outcome, write
from guideline_kit.project.opening import open_project
from guideline_kit.report import converted as report


@click.command()
@click.argument("prompt")
@click.option(
    "--to",
    "target",
    type=click.Choice(list(TARGETS)),
    required=True,
    metavar="FORMAT",
    help=f"The format to write: {', '.join(TARGETS)}.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="Where to write, - for standard output.  [default: a file beside the prompt]",
)
@click.option(
    "--prompt",
    "chosen",
    default="",
    metavar="NAME",
    help="Which one, of a file that holds several prompts.",
)
@click.option(
    "--owner", default="", metavar="TEAM", help="With --to catalog: the team that answers for it."
)
@click.option("--force", is_flag=True, help="Write over files that are there.")
@catalog_option
def command(
    prompt: str,
    target: str,
    output: Path | None,
    chosen: str,
    owner: str,
    force: bool,
    catalog: Path | None,
) -> ExitCode:
    """Write a prompt in another format, and lose nothing of it.

    PROMPT is the id of a prompt in the catalog, or a file of any format that lint reads. What
    the other format has no place for is named, and kept: in the file itself where the format
    allows that, or else in a file beside it. With that, converting the file back gives the same
    entry.

    \b
    Examples:
      guideline-kit convert meeting-actions --to prompty
      guideline-kit convert app/reply.prompty --to catalog --owner support
      guideline-kit convert reply --to mcp --output prompts/reply.json
      guideline-kit convert templates.yaml --prompt ask-for-topic --to langchain
    """
    project = open_project(Path.cwd(), catalog=catalog)
    to_stream = output == Path("-")
    asked = Asked(target, None if to_stream else output, chosen, owner, force)
    result = convert_prompt(project, prompt, asked)
    if to_stream:
        click.echo(result.made.text.encode("utf-8"), nl=False)
    else:
        write(result, force=force)
    text = report.render(outcome(result, written=not to_stream), colour=use_colour(sys.stderr))
    click.echo(text, nl=False, err=True, color=True)
    return ExitCode.OK
