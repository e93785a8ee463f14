"""guideline-kit validate"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from guideline_kit.cli import use_colour
from guideline_kit.cli.options import catalog_argument, fail_on_option, report_option
from guideline_kit.cli.reporting import announced, placed
from guideline_kit.errors import ExitCode
from guideline_kit.project.opening import Project, find_catalog, open_project
from guideline_kit.project.validation import validate_catalog
from guideline_kit.report import renderer


@click.command()
@catalog_argument
@report_option
@fail_on_option
@announced
def command(catalog: Path | None, form: str, fail_on: str | None) -> ExitCode:
    """Check a catalog.

    Every file is checked by its schema, every reference is looked up, the examples of every
    rule are run, the examples and tests of every prompt are held against its inputs and its
    output, and the prompts are checked by the rules.

    CATALOG is the folder that holds catalog.yaml; without it, the configured one, or catalog/.

    \b
    Examples:
      guideline-kit validate
      guideline-kit validate my-guidelines/catalog --fail-on warning
    """
    folder = find_catalog(catalog or Path.cwd())
    project = open_project(Path.cwd(), catalog=folder)
    config = project.config.override("--fail-on", fail_on=fail_on)
    project = Project(project.root, config, project.reader, project.today)
    report = placed(validate_catalog(project), form)
    how = {"colour": use_colour(sys.stdout), "what": "entry"} if form == "text" else {}
    click.echo(renderer(form)(report, **how), nl=False, color=True)
    return ExitCode.FINDINGS if report.failed else ExitCode.OK
