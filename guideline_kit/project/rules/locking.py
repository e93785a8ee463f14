"""guideline-kit.lock: which catalogs, in which state, the prompts of a project are checked by."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from guideline_kit import catalog as catalogs
from guideline_kit.config import LOCK_NAME
from guideline_kit.diagnostics import Diagnostic, Severity
from guideline_kit.errors import CannotError
from guideline_kit.jsonio import CONFLICT, each_once
from guideline_kit.project.opening import Installed, Project
from guideline_kit.project.rules import Compiled, Pinned, compiled_rules, readers
from guideline_kit.text import Source, Span
from guideline_kit.workspace.files import FolderReader, read_source, shown, write_atomic

if TYPE_CHECKING:
    from guideline_kit.trees import Tree

_VERSION = 1


class Change(NamedTuple):
    """A catalog as the lock has it and as it is; None where one of the two has no such catalog."""

    name: str
    before: Pinned | None
    now: Pinned | None


def check_lock(project: Project, compiled: Compiled) -> None:
    """Raise CannotError where the catalogs are not those that the project's lock pins."""
    path = project.root / LOCK_NAME
    if project.config.flagged("extends") or not os.path.lexists(path):
        return
    source = _source(path)
    locked = _read(source)
    # Which catalogs are kept here is seldom asked: to know it takes reading their manifests.
    asked = not all(pinned.hash for pinned in locked.values())
    changes = _changes(locked, _pins(project, compiled) if asked else compiled.catalogs)
    if changes:
        tree = _tree(source)
        raise CannotError(
            f"The guidelines are not those that {source.name} pins; nothing was checked",
            hint="Install what it pins, or accept what there is with 'guideline-kit lock'",
            diagnostics=[_problem(tree, change) for change in changes],
        )


def write_lock(project: Project) -> tuple[Path, Sequence[Pinned], Sequence[Change]]:
    """Pin the catalogs as they are; return the file, what it pins, and what changed in it.

    A catalog inside of the project's own folder has no hash: the repository keeps it already.
    """
    if project.config.tree is None:
        raise CannotError(
            "There is no configuration here, beside which the lock would stand",
            hint="Make one with 'guideline-kit init'",
        )
    pins = _pins(project, compiled_rules(project))
    path = project.root / LOCK_NAME
    before: Mapping[str, Pinned] = {}
    if os.path.lexists(path):
        before = _read(_source(path))
    data = {
        "about": "Written by 'guideline-kit lock': the guidelines that these prompts follow.",
        "version": _VERSION,
        "catalogs": {
            pinned.name: {"version": pinned.version, "hash": pinned.hash} for pinned in pins
        },
    }
    try:
        write_atomic(path, json.dumps(data, indent=2, ensure_ascii=False) + "\n")
    except OSError as error:
        raise CannotError(
            f"{shown(path)} can't be written: {error.strerror}",
            hint="Make the folder of the configuration one that you may write to",
        ) from None
    changes = _changes(before, pins) if before else ()
    return path, pins, changes


def _pins(project: Project, compiled: Compiled) -> list[Pinned]:
    """Return what a lock has of the catalogs: of those in the repository itself, the names."""
    root = os.path.realpath(project.root)
    found = {}
    for pinned, reader in zip(compiled.catalogs, readers(project.reader), strict=True):
        # A package that is installed in a folder of the project is not kept with it.
        kept = (
            isinstance(reader, FolderReader)
            and not isinstance(reader, Installed)
            and Path(os.path.realpath(reader.folder)).is_relative_to(root)
        )
        found[pinned.name] = Pinned(pinned.name, "", "") if kept else pinned
    return sorted(found.values())


def _changes(locked: Mapping[str, Pinned], found: Sequence[Pinned]) -> list[Change]:
    now = {pinned.name: pinned for pinned in found}
    changes = [Change(name, locked.get(name), now.get(name)) for name in sorted({*locked, *now})]
    return [change for change in changes if change.before != change.now]


def _problem(tree: Tree, change: Change) -> Diagnostic:
    name, before, now = change
    if before is None:
        message = f"The catalog '{name}' is followed, and not pinned here"
        help = "Pin it with 'guideline-kit lock', or take it out of what is extended"
    elif now is None:
        message = f"The catalog '{name}' is pinned here, and no longer followed"
        help = "Correct 'extends', or run 'guideline-kit lock'"
    elif not before.hash or not now.hash:
        where = "in this repository" if before.hash else "elsewhere"
        message = f"The catalog '{name}' is {where} now, and was not when it was pinned"
        help = "Correct 'extends', or accept it with 'guideline-kit lock'"
    elif before.version != now.version:
        message = f"The catalog '{name}' has version {now.version or 'none'}, and"
        message += f" {before.version or 'none'} is pinned"
        help = f"Install version {before.version}, or accept {now.version or 'this one'} with"
        help += " 'guideline-kit lock'"
    else:
        message = f"The rules of the catalog '{name}' are not those that are pinned, though its"
        message += " version is the same"
        help = "Find out who changed them; 'guideline-kit lock' accepts them"
    span = tree.key_span(("catalogs", name) if before else ("catalogs",))
    return Diagnostic("configuration", Severity.ERROR, message, tree.source, span, help=help)


def _source(path: Path) -> Source:
    try:
        return read_source(path, largest=2_000_000)
    except (OSError, UnicodeDecodeError) as error:
        raise CannotError(
            "The lock can't be read; nothing was checked",
            hint="Take it as it was from version control, or write it anew: delete it, and run"
            " 'guideline-kit lock'",
            diagnostics=[catalogs.unreadable(shown(path), error)],
        ) from None


def _read(source: Source) -> dict[str, Pinned]:
    """Return the catalogs that a lock pins, by name. Raises CannotError, with the places."""
    try:
        data = json.loads(source.text, object_pairs_hook=each_once)
        if data["version"] == _VERSION and data.keys() <= {"about", "version", "catalogs"}:
            return _pinned(data)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        pass  # why is said with a place, below
    return _pinned(_tree(source).data)


def _pinned(data: Mapping[str, Any]) -> dict[str, Pinned]:
    return {
        name: Pinned(name, _text(item["version"]), _text(item["hash"]))
        for name, item in data["catalogs"].items()
    }


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _tree(source: Source) -> Tree:
    """Return a lock with the places of its parts. Raises CannotError for what is wrong with it."""
    from guideline_kit import schemas, yamlio

    result = yamlio.read(source)  # JSON is YAML
    tree, problems = result.tree, list(result.problems)
    conflict = CONFLICT.search(source.text)
    if conflict:
        span = Span(*source.line_span(source.position(conflict.start()).line))
        message = "A merge left both sides of a conflict here"
        problems = [Diagnostic("configuration", Severity.ERROR, message, source, span)]
    hint = "Take it as it was from version control, or write it anew: delete it, and run"
    hint += " 'guideline-kit lock'"
    version = tree.get(("version",)) if tree else None
    if tree and isinstance(version, int) and version > _VERSION:
        message = f"This lock has the form {version}, and this guideline-kit knows {_VERSION}"
        span = tree.value_span(("version",))
        problem = Diagnostic("configuration", Severity.ERROR, message, source, span)
        problems, hint = [problem], "Upgrade guideline-kit: a newer one wrote the lock"
    elif tree and not conflict:
        problems += schemas.check("lock.schema.json", tree)
    if problems or tree is None:
        raise CannotError(
            f"{source.name} can't be relied on; nothing was checked",
            hint=hint,
            diagnostics=problems,
        )
    return tree
