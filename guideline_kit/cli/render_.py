"""guideline-kit render"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from guideline_kit.cli import standard_input, use_colour
from guideline_kit.cli.options import catalog_option, format_option
from guideline_kit.errors import CannotError, ExitCode
from guideline_kit.project.filling import fill
from guideline_kit.project.opening import open_project
from guideline_kit.project.values import Given
from guideline_kit.report import filled as report
from guideline_kit.report.text import printable


@click.command()
@click.argument("prompt")
@click.option(
    "--input",
    "values",
    multiple=True,
    metavar="NAME=VALUE",
    help="The value of an input; of a list or an object, as JSON or YAML. Can be repeated.",
)
@click.option(
    "--input-file",
    "files",
    multiple=True,
    metavar="NAME=PATH",
    help="The value of an input from a file, - for standard input. Can be repeated.",
)
@click.option(
    "--inputs",
    "file",
    metavar="PATH",
    help="Values by name from a JSON or YAML file, - for standard input.",
)
@click.option(
    "--example", type=click.IntRange(1), metavar="N", help="The inputs of the prompt's Nth example."
)
@click.option(
    "--test", type=click.IntRange(1), metavar="N", help="The inputs of the prompt's Nth test."
)
@click.option(
    "--examples/--no-examples",
    default=None,
    help="Whether the examples of the inputs stand in for values that are not given."
    "  [default: only if none is given]",
)
@click.option(
    "--role",
    type=click.Choice(["system", "user", "assistant", "tool"]),
    help="Only the messages of this role.",
)
@catalog_option
@format_option
def command(
    prompt: str,
    values: tuple[str, ...],
    files: tuple[str, ...],
    file: str | None,
    example: int | None,
    test: int | None,
    examples: bool | None,
    role: str | None,
    catalog: Path | None,
    form: str,
) -> ExitCode:
    """Fill in the inputs of a prompt, and print its messages.

    PROMPT is the id of a prompt in the catalog, or its file. Without values, the prompt is
    shown with the examples of its inputs. With any, each required input needs one, or a
    default. A value with a name of its own goes before one from --inputs, and that before an
    example or a test.

    What was taken from the prompt itself is said on standard error. In a pipe or a file the
    text is exactly what a model would get; JSON has it as chat APIs take it.

    \b
    Examples:
      guideline-kit render meeting-actions
      guideline-kit render meeting-actions --input-file notes=call.txt --examples
      guideline-kit render prompts/reply.yaml --inputs values.yaml --format json
      guideline-kit render reply --test 2 --role user
    """
    if example is not None and test is not None:
        raise CannotError("Both --example and --test were given", hint="Give one of the two")
    case = ("examples", example) if example is not None else None
    case = ("tests", test) if test is not None else case
    project = open_project(Path.cwd(), catalog=catalog)
    given = Given(values, files, file, case, examples)
    filled = fill(project, prompt, given, standard_input)
    if role is not None:
        filled = filled._replace(messages=[item for item in filled.messages if item[0] == role])
        if not filled.messages:
            raise CannotError(
                f"The prompt has no message of the role '{role}'", hint="Leave --role out"
            )
    for note in report.notes(filled):
        click.echo(f"Note: {printable(note)}", err=True)
    if form == "json":
        text = report.render_json(filled)
    else:
        colour = use_colour(sys.stdout)
        exact = not colour and not sys.stdout.isatty()
        text = report.render(filled, colour=colour, exact=exact)
    click.echo(text.encode("utf-8"), nl=False)
    return ExitCode.OK
