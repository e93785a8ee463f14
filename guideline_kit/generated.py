"""The table of derived files: path -> function. Writes them, or says which are out of date.

    python -m guideline_kit.generated            write
    python -m guideline_kit.generated --check    only compare

A function takes the text that a file has, empty where there is none yet, and returns the
text that it should have. All of it is made from this checkout: the catalog, the table of
formats, the commands. `tests/test_generated.py` compares on every run.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import click

from guideline_kit import formats, resources
from guideline_kit.catalog import FOLDERS, MANIFEST, SOURCES
from guideline_kit.cli import COMMANDS, root
from guideline_kit.exchange.converting import TARGETS
from guideline_kit.project.opening import load_catalog, open_project
from guideline_kit.workspace.files import write_atomic


def stale(folder: Path) -> dict[str, str]:
    """Return the derived files of a checkout that are out of date, with the text that is due."""
    due = {}
    for name, make in FILES.items():
        path = folder / name
        text = path.read_text("utf-8") if path.is_file() else ""
        wanted = make(text)
        if wanted != text:
            due[name] = wanted
    return due


def main() -> int:
    """Write the derived files, or with --check say which are out of date; return 1 if any is."""
    folder = resources.data_folder()
    check = "--check" in sys.argv[1:]
    due = stale(folder)
    for name, text in due.items():
        if check:
            click.echo(f"{name} is out of date; write it with 'make generated'.", err=True)
        else:
            write_atomic(folder / name, text)
            click.echo(f"Wrote {name}.")
    return 1 if check and due else 0


# --- .pre-commit-hooks.yaml ----------------------------------------------------------------

_HOOKS = """\
# Hooks for https://pre-commit.com. Written by `make generated` from the table of formats.
- id: guideline-lint
  name: check prompts against the guidelines
  description: >-
    Checks the prompts among the files of a commit: those at the paths that a format claims.
    Where files.include of your guideline-kit.yaml names more, set 'files' yourself.
  entry: guideline-kit lint --force-exclude
  args: [--]  # what follows are names of files, also those that begin with a hyphen
  language: python
  types: [text]
  files: |
@LINT@
  require_serial: true  # it divides long work among the processors itself
- id: guideline-fix
  name: fix prompts by the guidelines
  description: >-
    Applies the fixes that can't change what a prompt means, and refuses the commit if there were
    any, so that you see them. What is left fails as with guideline-lint.
  entry: guideline-kit lint --fix --force-exclude
  args: [--]
  language: python
  types: [text]
  files: |
@LINT@
  require_serial: true
- id: guideline-validate
  name: check the catalog of guidelines
  description: >-
    Checks a catalog as a whole (schemas, references, the examples of rules) when one of its
    files changes.
  entry: guideline-kit validate
  language: python
  pass_filenames: false
  files: |
@VALIDATE@
"""


def hooks(_text: str) -> str:
    """Return the hooks that other repositories can use."""
    return _HOOKS.replace("@LINT@", _alternatives(_prompt_paths())).replace(
        "@VALIDATE@", _alternatives(_catalog_paths())
    )


def _prompt_paths() -> Iterator[str]:
    for format in formats.FORMATS:
        yield from filter(None, (format.paths, format.maybe))


def _catalog_paths() -> Iterator[str]:
    for name in (MANIFEST, SOURCES):
        yield re.escape(name) + "$"
    # Only YAML: other tools keep Markdown in a folder of such a name.
    yield rf"({'|'.join(FOLDERS)})/.+\.ya?ml$"


def _alternatives(patterns: Iterable[str]) -> str:
    """Return a regular expression for paths that end as one of the patterns says, on lines.

    Like `formats.possible`, it begins each pattern at the beginning of a name.
    """
    lines = [f"  {'|' if number else ' '}{pattern}" for number, pattern in enumerate(patterns)]
    return "\n".join(f"    {line}" for line in ["(?xs)(^|/)(", *lines, ")"])


# --- tables in README.md -------------------------------------------------------------------


def readme(text: str) -> str:
    """Return the text with the tables between its markers renewed."""
    for name, table in (("rules", _rules), ("commands", _commands)):
        text = _renewed(text, name, table)
    return text


def _renewed(text: str, name: str, table: Callable[[], str]) -> str:
    """Return a text with a table between its markers."""
    begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    pattern = re.compile(f"(?<={begin}\n).*?(?={end})", re.DOTALL)
    return pattern.sub(lambda _: f"\n{table()}\n\n", text)


def _rules() -> str:
    folder = resources.catalog_dir()
    loaded = load_catalog(open_project(folder, catalog=folder))
    rows = [
        (
            f"[`{entry.id}`](catalog/{entry.path})",
            entry.data["summary"],
            entry.data["severity"],
            entry.data["preset"],
        )
        for entry in loaded.catalog.rules
        if entry.data["stage"] != "removed"
    ]
    return _table(("Rule", "What it finds", "Severity", "Preset"), rows)


def _commands() -> str:
    rows = [(f"`guideline-kit {name}`", about) for name, about in COMMANDS.items()]
    return _table(("Command", "What it does"), rows)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |"
                     for line in lines)  # fmt: skip


# --- the page of the command line ----------------------------------------------------------

_PAGE = """\
---
title: Command line
description: Every command of guideline-kit, its options, and examples.
---

<!-- Written by `make generated` from the commands themselves. -->

# Command line

{intro}
"""


def command_line(_text: str) -> str:
    """Return the page of the site about the commands."""
    parts = [_PAGE.format(intro=_help(root)).rstrip()]
    for name in COMMANDS:
        command = root.get_command(click.Context(root), name)
        if command is None:
            raise LookupError(name)
        usage = " ".join(["guideline-kit", name, *map(_argument, _arguments(command))])
        parts += [f"## guideline-kit {name}", f"```text\n{usage} [OPTION...]\n```", _help(command)]
        options = [_option(item) for item in command.params if isinstance(item, click.Option)]
        parts += ["\n".join(options)] if options else []
    heading, _, codes = (root.epilog or "").rstrip(".").partition(": ")
    meanings = [code.partition(" ") for code in codes.split("; ")]
    parts += [f"## {heading}", "\n".join(f"- `{code}`: {text}." for code, _, text in meanings)]
    return "\n\n".join(parts) + "\n"


def _help(command: click.Command) -> str:
    """Return a command's help as Markdown: paragraphs, and blocks of commands."""
    parts = []
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        if not paragraph.startswith("\b\n"):
            parts.append(" ".join(paragraph.split()))
            continue
        # click's sign for a block whose lines stay as they are: a heading, and commands.
        _, heading, *lines = paragraph.split("\n")
        commands = "\n".join(line.strip() for line in lines)
        parts.append(f"{heading}\n\n```text\n{commands}\n```")
    return "\n\n".join(parts)


def _arguments(command: click.Command) -> list[click.Argument]:
    return [item for item in command.params if isinstance(item, click.Argument)]


def _argument(argument: click.Argument) -> str:
    if argument.metavar:
        return argument.metavar
    name = (argument.name or "").upper()
    if isinstance(argument.type, click.Choice):
        name = "|".join(argument.type.choices)
    name = f"{name}..." if argument.nargs == -1 else name
    return name if argument.required else f"[{name}]"


def _option(option: click.Option) -> str:
    value = ""
    if option.metavar:
        value = f" {option.metavar}"
    elif isinstance(option.type, click.Choice):
        value = " " + "|".join(option.type.choices)
    elif not option.is_flag:
        value = f" {option.type.name.split()[0].upper()}"
    text, _, default = (option.help or "").partition("  [default: ")
    default = default.rstrip("]")
    if option.show_default and not option.is_flag:
        default = str(option.default)
    names = ", ".join(f"`{name}{value}`" for name in (*option.opts, *option.secondary_opts))
    return f"- {names}: {text}" + (f" Default: {default}." if default else "")


# --- the page on prompt formats ------------------------------------------------------------


def prompt_formats(text: str) -> str:
    """Return the page of the site about prompt formats, with its tables renewed."""
    return _renewed(_renewed(text, "formats", _formats), "targets", _targets)


def _formats() -> str:
    # Two columns: a third one would leave too little of each on a phone.
    rows = [(f"{about.title}<br>`{about.id}`", about.found) for about in formats.FORMATS]
    return _table(("Format", "Files"), rows)


def _targets() -> str:
    titles = {about.id: about.title for about in formats.FORMATS}
    rows = [(f"`{name}`", titles[target.format]) for name, target in sorted(TARGETS.items())]
    return _table(("`--to`", "Format"), rows)


FILES: Mapping[str, Callable[[str], str]] = {
    ".pre-commit-hooks.yaml": hooks,
    "README.md": readme,
    "site/pages/command-line.md": command_line,
    "site/pages/prompt-formats.md": prompt_formats,
}

if __name__ == "__main__":
    sys.exit(main())
