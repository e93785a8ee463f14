"""guideline-kit diff"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from guideline_kit.cli import use_colour
from guideline_kit.cli.options import catalog_option, format_option
from guideline_kit.errors import ExitCode
from guideline_kit.project.comparing import compare_versions
from guideline_kit.project.opening import open_project
from guideline_kit.report import versions as report


@click.command()
@click.argument("prompt")
@click.argument("before", required=False, metavar="[VERSION]")
@click.argument("after", required=False, metavar="[VERSION]")
@catalog_option
@format_option
def command(
    prompt: str, before: str | None, after: str | None, catalog: Path | None, form: str
) -> ExitCode:
    """Say what changed in a prompt between two versions, in words and in findings.

    PROMPT is the id of a prompt in the catalog, or any file with a prompt that git keeps. A
    VERSION is a version number that the file had, or a commit, a branch or a tag. Without one,
    the file as it is compared with what was committed last; with one, with that. Of
    two, one can be the number that the file has now, committed or not.

    In a text, [-so-] stands what is gone, and {+so+} what is new. Whatever changed, the exit
    code is 0.

    \b
    Examples:
      guideline-kit diff support-reply
      guideline-kit diff support-reply 1.2.0
      guideline-kit diff support-reply 1.1.0 1.2.0
      guideline-kit diff AGENTS.md main
    """
    project = open_project(Path.cwd(), catalog=catalog)
    given = [version for version in (before, after) if version is not None]
    result = compare_versions(project, prompt, given)
    if form == "json":
        click.echo(report.render_json(result), nl=False)
    else:
        click.echo(report.render(result, colour=use_colour(sys.stdout)), nl=False, color=True)
    return ExitCode.OK
