"""guideline-kit lock"""

from __future__ import annotations

from pathlib import Path

import click

from guideline_kit.catalog import MANIFEST
from guideline_kit.errors import ExitCode
from guideline_kit.project.opening import open_project
from guideline_kit.project.rules.locking import Change, write_lock
from guideline_kit.workspace.files import shown


@click.command()
def command() -> ExitCode:
    """Pin the guidelines that the prompts here follow.

    guideline-kit.lock, beside the configuration, then says which catalogs these are, in which
    version and with which rules. As long as it is there, lint refuses to go by others: a run
    elsewhere, or next month, finds the same. Run it again to accept new ones.

    \b
    Examples:
      guideline-kit lock
    """
    path, pins, changes = write_lock(open_project(Path.cwd()))
    click.echo(f"{shown(path)} pins:")
    width = max(len(pinned.name) for pinned in pins)
    for pinned in pins:
        what = "kept in this repository"
        if pinned.hash:
            what = f"{pinned.version or 'no version'}  {pinned.hash[:19]}"
        click.echo(f"  {pinned.name.ljust(width)}  {what}")
    if any(pinned.hash and not pinned.version for pinned in pins):
        click.echo(f"To give a catalog a version, write 'version: 1.0.0' in its {MANIFEST}.")
    for change in changes:
        click.echo(_words(change))
    return ExitCode.OK


def _words(change: Change) -> str:
    name, before, now = change
    if before is None:
        return f"New: {name}."
    if now is None:
        return f"No longer pinned: {name}."
    if not before.hash or not now.hash:
        return f"Changed: {name}, {'now' if before.hash else 'no longer'} in this repository."
    if before.version != now.version:
        return f"Changed: {name}, from {before.version or 'no version'} to {now.version or 'none'}."
    return f"Changed: the rules of {name}."
