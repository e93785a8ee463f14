"""Entries of the catalog that somebody names: one by its id or its file, many by their tag."""

from __future__ import annotations

import itertools
import textwrap
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from guideline_kit import catalog as catalogs
from guideline_kit import resources, schemas, yamlio
from guideline_kit.catalog import KINDS, Catalog, Entry, Loaded
from guideline_kit.diagnostics import Diagnostic, in_order
from guideline_kit.errors import CannotError
from guideline_kit.project.opening import Project, load_catalog
from guideline_kit.report.text import printable
from guideline_kit.rules import Names
from guideline_kit.text import Source
from guideline_kit.workspace.files import read_source, shown

_LINE, _MOST = 88, 320  # characters of a line of tags, and of all that are named


def is_path(name: str) -> bool:
    """Return whether somebody who names an entry means a file."""
    return bool(Path(name).suffix) or "/" in name or "\\" in name


def find_entry(project: Project, kind: str, name: str, nothing: str) -> tuple[Entry, Path | None]:
    """Return an entry of a kind, by its id or its file, and its file where it has versions.

    Raises CannotError where it is not there or broken; `nothing` says what was not done then.
    """
    return _by_path(kind, Path(name), nothing) if is_path(name) else _by_id(
        project, kind, name, nothing
    )  # fmt: skip


def find_file(project: Project, kind: str, id: str) -> Path | None:
    """Return the file of an entry, whatever its state; None where it can't have versions.

    Raises CannotError where there is no such entry.
    """
    loaded = load_catalog(project)
    entry = _named(loaded, kind, id)
    if entry is not None:
        return _file(entry)
    for item in _problems(loaded, kind, id):
        if not item.source.name.startswith(f"{catalogs.SHIPPED}:"):
            return Path(item.source.name)
    raise _absent(loaded, kind, id)


def chosen_entries(catalog: Catalog, kind: str | None, tag: str | None) -> list[Entry]:
    """Return the entries of a kind that have a tag, or all of them, kind by kind and by id.

    Raises CannotError where no entry has the tag, nor the catalog's own list of tags.
    """
    entries = [entry for name in KINDS for entry in catalog.of_kind(name)]
    if tag is None:
        return [entry for entry in entries if kind in (None, entry.kind)]
    used = Counter(own for entry in entries for own in entry.data.get("tags", ()))
    if tag not in used and tag not in catalog.vocabulary("tags"):
        raise _unknown_tag(catalog, tag, used)
    return [
        entry
        for entry in entries
        if kind in (None, entry.kind) and tag in entry.data.get("tags", ())
    ]


def read_entry(source: Source, kind: str) -> tuple[Entry | None, Sequence[Diagnostic]]:
    """Read an entry's file by itself; return the entry, or what is wrong with it."""
    read = yamlio.read(source)
    problems = [*read.problems]
    if read.tree is not None:
        problems += schemas.check(f"{kind}.schema.json", read.tree)
    if read.tree is None or problems:
        return None, problems
    data = read.tree.data
    return Entry(kind, data["id"], data, source, read.tree, source.name, ""), ()


def broken(kind: str, problems: Sequence[Diagnostic], nothing: str) -> CannotError:
    """Return what to say of an entry that can't be used."""
    return CannotError(
        f"The {kind} has an error; nothing was {nothing}",
        hint="Correct the places above",
        diagnostics=in_order(problems),
    )


def _by_id(project: Project, kind: str, id: str, nothing: str) -> tuple[Entry, Path | None]:
    loaded = load_catalog(project)
    entry = _named(loaded, kind, id)
    if entry is None:
        # A file that has an error is no entry, but it is there.
        here = _problems(loaded, kind, id)
        raise broken(kind, here, nothing) if here else _absent(loaded, kind, id)
    return entry, _file(entry)


def _named(loaded: Loaded, kind: str, id: str) -> Entry | None:
    if kind == "rule":
        id = Names.of(rule.data for rule in loaded.catalog.rules).current(id)
    entry = loaded.catalog.find(id)
    return entry if entry is not None and entry.kind == kind else None


def _problems(loaded: Loaded, kind: str, id: str) -> list[Diagnostic]:
    return [
        item
        for item in (*loaded.problems, *loaded.inherited)
        if item.source.name.endswith(f"/{id}.yaml") and f"{kind}s/" in item.source.name
    ]


def _absent(loaded: Loaded, kind: str, id: str) -> CannotError:
    near = schemas.nearest(id, [entry.id for entry in loaded.catalog.of_kind(kind)])
    other = loaded.catalog.find(id)
    if other is not None:
        hint = f"'{id}' is a {other.kind}; 'guideline-kit explain {id}' shows it"
    elif near:
        hint = f"Did you mean '{near}'?"
    else:
        hint = f"Name a {kind} of 'guideline-kit list {kind}s', or the file of one"
    message = f"There is no {kind} '{id}' in the catalog '{loaded.catalog.name}'"
    return CannotError(message, hint=hint)


def _unknown_tag(catalog: Catalog, tag: str, used: Counter[str]) -> CannotError:
    """Return what to say of a tag that nobody knows: the nearest, or those that have most."""
    known = sorted({*used, *catalog.vocabulary("tags")}, key=lambda name: (-used[name], name))
    near = schemas.nearest(tag, known)
    hint = "The catalog has no tags: leave --tag out"
    if near:
        hint = f"Did you mean '{printable(near)}'?"
    elif known:
        lengths = itertools.accumulate(len(name) + 2 for name in known)
        shown = sum(length <= _MOST for length in lengths)
        rest = [f"and {len(known) - shown:,} more"] if shown < len(known) else []
        tags = printable(", ".join([*known[:shown], *rest]))
        hint = f"The tags are {tags}" if len(known) > 1 else f"The only tag is {tags}"
        hint = textwrap.fill(hint, _LINE, break_long_words=False, break_on_hyphens=False)
    message = f"There is no tag '{printable(tag)}' in the catalog '{printable(catalog.name)}'"
    return CannotError(message, hint=hint)


def _file(entry: Entry) -> Path | None:
    if not entry.source.name.startswith(f"{catalogs.SHIPPED}:"):
        return Path(entry.source.name)
    # An installed package may lie inside of a repository, which knows nothing of it.
    installed = resources.is_installed()
    return None if installed else resources.catalog_dir() / entry.path


def _by_path(kind: str, path: Path, nothing: str) -> tuple[Entry, Path]:
    try:
        source = read_source(path, largest=yamlio.MAX_CHARACTERS * 4)
    except (OSError, UnicodeDecodeError) as error:
        raise CannotError(
            f"The {kind} can't be read; nothing was {nothing}",
            hint=f"Name the file of a {kind}, or the id of one in the catalog",
            diagnostics=[catalogs.unreadable(shown(path), error)],
        ) from None
    entry, problems = read_entry(source, kind)
    if entry is None:
        raise broken(kind, problems, nothing)
    return entry, path
