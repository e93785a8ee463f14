"""The rules of a project: compiled once, and remembered."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from guideline_kit import catalog as catalogs
from guideline_kit.catalog import Catalog, Reader
from guideline_kit.diagnostics import Diagnostic, in_order
from guideline_kit.errors import CannotError
from guideline_kit.project.opening import Project, Together, resolve
from guideline_kit.project.rules.believing import is_compiled, is_text
from guideline_kit.rules import BadPatternError, Names, bind, compact, is_removed
from guideline_kit.text import Source
from guideline_kit.workspace import cache
from guideline_kit.workspace.files import FolderReader

# Changes with what is kept of a rule, and with how its guard is drawn.
_SHAPE = "9"


class Pinned(NamedTuple):
    """A catalog as it was read: what it is called, its version, and a hash of what checks prompts.

    `version` is empty where nobody gave it one.
    """

    name: str
    version: str
    hash: str


class Compiled(NamedTuple):
    """The rule files of a catalog and of those that it extends, checked, as plain data.

    `catalogs` are these catalogs, the one that was asked for first. `applications` are the ids
    of what prompts can be used for. `key` stands for all of it.
    """

    site_url: str
    rules: Sequence[Mapping[str, Any]]
    catalogs: Sequence[Pinned] = ()
    applications: frozenset[str] = frozenset()
    key: str = ""

    @property
    def names(self) -> Names:
        """What the ids of the rules stand for."""
        return Names.of(self.rules)


def compiled_rules(project: Project, *, cached: bool = True) -> Compiled:
    """Return the catalog's rules, from the cache where it knows them.

    Raises CannotError, with the places, where a rule has an error: half a rule set would
    pass prompts that the whole one refuses.
    """
    seen = _remembered(project.reader) if cached else None
    found = _load(seen) if seen else None
    if found is not None:
        return found
    looked = time.time_ns()
    members = list(_members(project.reader, ()))
    texts = [dict(_rule_texts(member)) for member in members]
    name = cache.key(
        [_SHAPE, *(f"{path}\n{text}" for member in texts for path, text in member.items())]
    )
    found = _load(name) if cached else None
    if found is None:
        pinned = [
            _pinned(member, text)
            for member, text in zip(members, texts, strict=True)
            if not isinstance(member.reader, Together)
        ]
        found = _compile(project, pinned, name)
        if cached:
            _store(found)
    if cached:
        _remember(project.reader, members, looked, name)
    return found


def _load(name: str) -> Compiled | None:
    found = cache.load("rules", name)
    try:
        rules = found["rules"]
        if not all(is_compiled(data) and is_text(data.get("origin")) for data in rules):
            return None
        return Compiled(
            str(found["site_url"]),
            rules,
            [Pinned(*map(str, pinned)) for pinned in found["catalogs"]],
            frozenset(map(str, found["applications"])),
            name,
        )
    except (LookupError, TypeError, ValueError):
        return None  # it is not there, or broken


def _store(compiled: Compiled) -> None:
    value = {
        "site_url": compiled.site_url,
        "rules": compiled.rules,
        "catalogs": compiled.catalogs,
        "applications": sorted(compiled.applications),
    }
    cache.store("rules", compiled.key, value)


def _compile(project: Project, pinned: Sequence[Pinned], key: str) -> Compiled:
    loaded = catalogs.load(project.reader, resolve, ("rule",))
    problems = [*loaded.problems, *loaded.inherited, *pattern_problems(loaded.catalog)]
    if problems:
        raise CannotError(
            "The catalog has errors in its manifest or its rules; nothing was checked",
            hint="Correct the places above; 'guideline-kit validate' checks the whole catalog",
            diagnostics=in_order(problems),
        )
    return Compiled(
        str(loaded.catalog.manifest.get("site_url", "")),
        [{**compact(entry.data), "origin": entry.origin} for entry in loaded.catalog.rules],
        pinned,
        frozenset(loaded.catalog.vocabulary("applications")),
        key,
    )


def _pinned(member: _Member, texts: Mapping[str, str]) -> Pinned:
    """Return what a catalog is known by, from the texts that its rules depend on."""
    import hashlib

    from guideline_kit import yamlio

    digest = hashlib.sha256()
    for path in sorted(path for path in texts if "/" in path or path == catalogs.MANIFEST):
        # A checkout may have other line ends.
        data = texts[path].replace("\r\n", "\n").encode("utf-8", "surrogatepass")
        digest.update(f"{path}\0{len(data)}\0".encode("utf-8", "surrogatepass") + data)
    tree = yamlio.read(Source(catalogs.MANIFEST, member.manifest)).tree
    name = tree.get(("name",)) if tree else None
    version = (tree.get(("version",)) if tree else None) or getattr(member.reader, "version", "")
    return Pinned(str(name or member.reader.name), str(version), f"sha256:{digest.hexdigest()}")


def pattern_problems(catalog: Catalog) -> list[Diagnostic]:
    """Return the patterns of a catalog's rules that are not RE2."""
    problems = []
    for entry in catalog.rules:
        if is_removed(entry.data):
            continue
        try:
            bind(entry.data)
        except BadPatternError as error:
            from guideline_kit.validate.examples import bad_pattern

            problems.append(bad_pattern(entry, error))
    return problems


# --- what the rules of a catalog depend on --------------------------------------------------

_EXTENDS = re.compile(r"^extends:", re.MULTILINE)
_SETTLED = cache.SETTLED


class _Member(NamedTuple):
    """A catalog, or one that it extends: its files as they were, and what its manifest says.

    `state` is None where the files have to be read to know whether they changed.
    """

    reader: Reader
    state: dict[str, list[int]] | None
    manifest: str
    extends: Sequence[str]


def _members(reader: Reader, chain: tuple[str, ...]) -> Iterator[_Member]:
    """Yield a catalog, then those that it extends, each followed by those that it extends."""
    state = _state(reader)  # first: what changes later is then noticed
    try:
        manifest = reader.read(catalogs.MANIFEST)
    except (OSError, UnicodeDecodeError):
        return
    extends: list[str] = []
    if isinstance(reader, Together):
        extends += reader.names
    elif _EXTENDS.search(manifest):  # most catalogs extend none, and parsing costs more
        from guideline_kit import yamlio

        tree = yamlio.read(Source(catalogs.MANIFEST, manifest)).tree
        listed = tree.get(("extends",)) if tree else None
        if isinstance(listed, list):
            extends = [name for name in listed if isinstance(name, str)]
    yield _Member(reader, state, manifest, extends)
    for name in extends:
        base = resolve(name, reader)
        if base is not None and base.name not in chain:
            yield from _members(base, (*chain, reader.name))


def readers(reader: Reader) -> Iterator[Reader]:
    """Yield the readers of a catalog and of those that it extends, as `Compiled.catalogs`."""
    for member in _members(reader, ()):
        if not isinstance(member.reader, Together):
            yield member.reader


def _rule_texts(member: _Member) -> Iterator[tuple[str, str]]:
    """Yield the paths and texts that the rules of a catalog depend on.

    Of the other files at the top only the names count.
    """
    yield "version", getattr(member.reader, "version", "")
    yield catalogs.MANIFEST, member.manifest
    for path in member.reader.paths():
        if path.startswith("rules/"):
            try:
                yield path, member.reader.read(path)
            except (OSError, UnicodeDecodeError):
                yield path, "unreadable"
        elif "/" not in path and path != catalogs.MANIFEST:
            yield path, ""


def _state(reader: Reader) -> dict[str, list[int]] | None:
    """Return what changes when one of those texts does, or None where it takes reading them."""
    if not isinstance(reader, FolderReader):
        return None
    try:
        state = reader.state("rules")
    except OSError:
        return None
    if state is None:
        return None
    # Of the other files at the top only the names count.
    names = {path for path in state if "/" not in path and path != catalogs.MANIFEST}
    # A package that is installed from its sources changes its version, and no file here.
    return {**state, **{name: [] for name in names}, f"version {reader.version}": []}


def _remember(reader: Reader, members: Sequence[_Member], looked: int, name: str) -> None:
    """Remember which compiled rules a catalog has, so that the next run need not read it.

    `looked` is when somebody began to look at its files, in nanoseconds.
    """
    if not isinstance(reader, FolderReader):
        return
    for member in members:
        if member.state is None:
            return
        changed = [moment for about in member.state.values() for moment in about[2:]]
        if looked - max(changed, default=looked) <= _SETTLED:
            return
    with contextlib.suppress(OSError):
        kept = [[member.state, member.extends] for member in members]
        value = {"edition": cache.edition(), "members": kept, "rules": name}
        cache.store("catalog", reader.number, value)


def _remembered(reader: Reader) -> str | None:
    """Return the name of a catalog's compiled rules, if none of its files has changed since."""
    if not isinstance(reader, FolderReader):
        return None
    try:
        kept = cache.load("catalog", reader.number)
        if kept is None or kept["edition"] != cache.edition():
            return None
        waiting: list[Reader | None] = [reader]
        for state, extends in kept["members"]:
            member = waiting.pop()
            if member is None or state is None or _state(member) != state:
                return None
            # What a name leads to may be another folder by now.
            waiting += [resolve(base, member) for base in reversed(extends)]
        return str(kept["rules"]) if not waiting else None
    except (OSError, LookupError, TypeError, ValueError):
        return None  # it is not there, or broken
