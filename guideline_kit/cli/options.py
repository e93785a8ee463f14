"""Options and arguments that several commands have, each said once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from guideline_kit.catalog import FOLDERS
from guideline_kit.report import FORMS


class KindOfEntry(click.Choice[str]):
    """A kind of entry, one or many: `rule` and `rules` are the same. The command gets `rule`."""

    def __init__(self, *, many: bool) -> None:
        super().__init__(list(FOLDERS if many else FOLDERS.values()))

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        known = {name: kind for folder, kind in FOLDERS.items() for name in (folder, kind)}
        return known.get(value) or super().convert(value, param, ctx)


# The catalog as an argument: validate, build, serve.
catalog_argument = click.argument("catalog", required=False, type=click.Path(path_type=Path))

# The catalog as an option: lint, explain, list, new.
catalog_option = click.option(
    "--catalog",
    type=click.Path(path_type=Path),
    help="The catalog's folder, instead of the configured one.",
)

format_option = click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="The form of the report.",
)

# Of what was found: lint, validate.
report_option = click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMS)),
    default="text",
    show_default=True,
    help="The form of the report: for people, for programs, or for a CI system to show.",
)

# No default of its own: the configuration may have one, and then it is error.
fail_on_option = click.option(
    "--fail-on",
    type=click.Choice(["error", "warning", "info", "never"]),
    help="The least severity that fails the run.  [default: error]",
)

# The folder of a build: build, serve.
output_folder_option = click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("build"),
    show_default=True,
    metavar="DIR",
    help="Where to build: DIR/docs for Markdown, DIR/site for HTML.",
)
