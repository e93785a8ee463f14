"""The command line: one thin module a command.

A command turns options into one call of `project`, and its result into text and an exit
code. Commands are imported when they are run: a commit hook must not pay for the site.
"""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NoReturn

import click

from guideline_kit import __version__
from guideline_kit.errors import CannotError, ExitCode

# Command -> what it does, in the order of --help.
COMMANDS = {
    "init": "Make a guidelines repository, or set up one that uses guidelines",
    "lint": "Check prompts against the rules",
    "validate": "Check a catalog: schemas, references, rule examples",
    "impact": "Say what a rule would report on real files",
    "explain": "Say what a rule, a pattern or a prompt is about",
    "list": "List the entries of the catalog",
    "search": "Find entries of the catalog by words",
    "render": "Fill in the inputs of a prompt",
    "convert": "Write a prompt in another format",
    "diff": "Say what changed in a prompt between two versions",
    "new": "Begin a new prompt, pattern or rule",
    "import": "Take prompts over from another program's collection",
    "export": "Hand prompts of a catalog back to another program",
    "lock": "Pin the guidelines that the prompts here follow",
    "schema": "Write the JSON Schemas, for editors",
    "build": "Build the site",
    "serve": "Show the site, and build it anew when the catalog changes",
}


_ITEM = "\n  - "  # what goes before each of several things in a message


class _Commands(click.Group):
    """Finds the module of a command by its name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"guideline_kit.cli.{cmd_name}_")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # The list knows what each does: --help imports none of them.
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Here, since click would call it an error: `guideline-kit list | head` is none.
            discard(sys.stdout)
            return ExitCode.OK

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name and not name.startswith("-") and name not in COMMANDS:
            from guideline_kit.schemas import nearest

            near = nearest(name, list(COMMANDS))
            hint = f" Did you mean '{near}'?" if near else " See 'guideline-kit --help'."
            ctx.fail(f"There is no command '{name}'.{hint}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=_Commands,
    # A fixed width: help reads the same at every terminal, in a log and in a document.
    context_settings={"help_option_names": ["-h", "--help"], "terminal_width": 80},
    epilog="Exit codes: 0 nothing at or above --fail-on; 1 findings; 2 could not do what was"
    " asked; 3 a mistake of ours.",
)
@click.version_option(__version__, message="guideline-kit %(version)s")
def root() -> None:
    """Check prompts against guidelines, and keep the guidelines as a site.

    \b
    Begin with:
      guideline-kit lint             the prompts below this folder
      guideline-kit explain RULE     what a finding means, and how to mend it
      guideline-kit init             set this repository up, or begin guidelines
    """


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and exit."""
    try:
        code = root.main(arguments, prog_name="guideline-kit", standalone_mode=False)
    except CannotError as error:
        code = _cannot(error)
    except click.ClickException as error:
        error.message = _printable(error.message)  # type: ignore[misc]  # it may quote what was given
        error.show()
        code = ExitCode.CANNOT
    except (KeyboardInterrupt, click.Abort):
        click.echo("Stopped.", err=True)
        code = 130
    except OSError as error:
        if error.errno != errno.ENOSPC:
            code = _bug(error)
        else:
            click.echo(f"Error: the output can't be written: {error.strerror}.", err=True)
            click.echo("Make room, and run it again.", err=True)
            code = ExitCode.CANNOT
    except Exception as error:  # noqa: BLE001  a crash is reported in a sentence
        code = _bug(error)
    sys.exit(int(code) if isinstance(code, int) else 0)


def discard(stream: IO[str]) -> None:
    """Let what is still written to a stream go nowhere: its reader has gone."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _cannot(error: CannotError) -> ExitCode:
    if error.diagnostics:
        from guideline_kit.report import Report
        from guideline_kit.report.text import blocks

        report = Report(error.diagnostics, ())
        click.echo(blocks(report, colour=use_colour(sys.stderr)), err=True, color=True)
    click.echo(f"Error: {sentence(error.message)}", err=True)
    if error.hint:
        click.echo(sentence(error.hint), err=True)
    return ExitCode.CANNOT


def sentence(text: str) -> str:
    """Return a text with its full stop, for standard error."""
    return _printable(text if text.endswith((".", "?", "!")) else f"{text}.")


def _printable(text: str) -> str:
    """Return a message that names of files and settings can't break out of, or into lines.

    Only the lines of a list are lines of their own.
    """
    if text.isprintable():
        return text
    from guideline_kit.report.text import printable

    return _ITEM.join(printable(part) for part in text.split(_ITEM))


def _bug(error: Exception) -> ExitCode:
    """Say in one sentence that we made a mistake, and where its report is."""
    import tempfile
    import traceback

    text = "".join(traceback.format_exception(error))
    where = ""
    with contextlib.suppress(OSError):
        handle, where = tempfile.mkstemp(prefix="guideline-kit-", suffix=".txt")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f"guideline-kit {__version__}, Python {sys.version}\n\n{text}")
    place = f"The report is in {where}; please" if where else "Please"
    click.echo(
        f"Error: guideline-kit made a mistake of its own ({type(error).__name__}). {place} send"
        " it to the maintainers of guideline-kit, with the file that it happened on if you can.",
        err=True,
    )
    return ExitCode.BUG


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn what keeps us from writing to a folder into a sentence."""
    try:
        yield
    except OSError as error:
        raise CannotError(
            f"The folder {folder} can't be written to: {error.strerror}",
            hint="Name a folder that you may write to, with --output",
        ) from None


def standard_input() -> str:
    """Return what stands in standard input. Raises CannotError."""
    try:
        return sys.stdin.buffer.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise CannotError(
            f"Standard input is not UTF-8: byte {error.start} is 0x{error.object[error.start]:02X}",
            hint="Convert it to UTF-8",
        ) from None


def use_colour(stream: Any) -> bool:
    """Whether to write colour to a stream: to a terminal, unless NO_COLOR is set."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return bool(getattr(stream, "isatty", lambda: False)())
