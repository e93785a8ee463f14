"""The rules of a project: compiled once, remembered, and chosen by the configuration."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from guideline_kit import catalog as catalogs
from guideline_kit.catalog import Catalog, Reader
from guideline_kit.config import Config
from guideline_kit.diagnostics import Diagnostic, Severity, in_order
from guideline_kit.errors import CannotError
from guideline_kit.project.opening import Project, resolve
from guideline_kit.rules import (
    BadPatternError,
    Names,
    Rule,
    bind,
    compact,
    is_removed,
    where_it_went,
)
from guideline_kit.text import Source
from guideline_kit.workspace import cache
from guideline_kit.workspace.files import FolderReader

# Changes with what is kept of a rule, and with how its guard is drawn.
_SHAPE = "7"


class Compiled(NamedTuple):
    """The rule files of a catalog and of those that it extends, checked, as plain data."""

    site_url: str
    rules: Sequence[Mapping[str, Any]]

    @property
    def names(self) -> Names:
        """What the ids of the rules stand for."""
        return Names.of(self.rules)


def compiled_rules(project: Project, *, cached: bool = True) -> Compiled:
    """Return the catalog's rules, from the cache where it knows them.

    Raises CannotError, with the places, where a rule has an error: half a rule set would
    pass prompts that the whole one refuses.
    """
    if not cached:
        return _compile(project)
    seen = _remembered(project.reader)
    found = _load(seen) if seen else None
    if found is not None:
        return found
    looked = time.time_ns()
    members = list(_members(project.reader, ()))
    name = cache.key([_SHAPE, *_rule_texts(members)])
    found = _load(name)
    if found is None:
        found = _compile(project)
        cache.store("rules", name, {"site_url": found.site_url, "rules": found.rules})
    _remember(project.reader, members, looked, name)
    return found


def _load(name: str) -> Compiled | None:
    found = cache.load("rules", name)
    if isinstance(found, dict) and isinstance(found.get("rules"), list):
        return Compiled(str(found.get("site_url", "")), found["rules"])
    return None


def _compile(project: Project) -> Compiled:
    loaded = catalogs.load(project.reader, resolve, ("rule",))
    problems = [*loaded.problems, *loaded.inherited, *pattern_problems(loaded.catalog)]
    if problems:
        raise CannotError(
            "The catalog has errors in its manifest or its rules; nothing was checked",
            hint="Correct the places above; 'guideline-kit validate' checks the whole catalog",
            diagnostics=in_order(problems),
        )
    site_url = str(loaded.catalog.manifest.get("site_url", ""))
    return Compiled(site_url, [compact(entry.data) for entry in loaded.catalog.rules])


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
# A file that changed a moment ago may change again without a trace: the clocks of file systems
# tick up to two seconds apart.
_SETTLED = 2_000_000_000  # nanoseconds


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
    if _EXTENDS.search(manifest):  # most catalogs extend none, and parsing costs more
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


def _rule_texts(members: Iterable[_Member]) -> Iterator[str]:
    """Yield the texts that a catalog's rules depend on, those of its bases included."""
    for member in members:
        yield member.manifest
        for path in member.reader.paths():
            if path.startswith("rules/") or "/" not in path:
                try:
                    text = member.reader.read(path) if path.startswith("rules/") else ""
                except (OSError, UnicodeDecodeError):
                    text = "unreadable"
                yield f"{path}\n{text}"


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
    return {**state, **{name: [] for name in names}}


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


def choose_rules(compiled: Compiled, config: Config) -> list[Rule]:
    """Return the rules that a configuration asks for, in order of their ids.

    Raises CannotError for an id that no rule has, and where a locked rule is to be left out.
    """
    names = compiled.names
    for setting in ("select", "ignore"):
        for name in getattr(config, setting):
            _refuse(setting, name, names, config.origins.get(setting, setting))
    return [bind(data, verified=True) for data in compiled.rules if is_chosen(data, config)]


def hiding_rules(rules: Iterable[Mapping[str, Any]], chosen: Sequence[Rule]) -> list[Rule]:
    """Return the rules about secrets, of the default preset, that were not chosen.

    No report shows a secret, whichever rules it is about.
    """
    ids = {rule.id for rule in chosen}
    return [
        bind(data, verified="guard" in data)
        for data in rules
        if data["id"] not in ids
        and data["stage"] == "stable"
        and data["preset"] == "default"
        and data["check"]["kind"] == "secrets"
    ]


def _refuse(setting: str, name: str, names: Names, origin: str) -> None:
    id = names.current(name)
    if id in names.gone:
        if setting == "select":  # to leave out a rule that is gone does no harm
            message, instead = where_it_went(id, names.gone[id])
            raise CannotError(f"{origin}: {message}", hint=instead or "Take it out")
    elif id not in names.ids:
        from guideline_kit.schemas import nearest

        near = nearest(name, sorted(names.ids))
        raise CannotError(
            f"{origin}: there is no rule '{name}'",
            hint=f"Did you mean '{near}'?" if near else "See 'guideline-kit list rules'",
        )
    elif setting == "ignore" and id in names.locked:
        raise CannotError(
            f"{origin}: the rule '{name}' is locked, so it can't be left out",
            hint="Silence single findings in their files, each with an owner and a last day:"
            f" guideline: ignore[{name}] until YYYY-MM-DD by OWNER: the reason",
        )


def removed_and_ignored(compiled: Compiled, config: Config) -> list[Diagnostic]:
    """Return what to say of removed rules that a configuration still leaves out."""
    names = compiled.names
    origin = config.origins.get("ignore", "ignore")
    found = []
    for id in dict.fromkeys(map(names.current, config.ignore)):
        if id in names.gone:
            message, instead = where_it_went(id, names.gone[id])
            help = f"Take it out of 'ignore'{f'; {instead}' if instead else ''}"
            source = Source(origin, "")
            found.append(
                Diagnostic("configuration", Severity.INFO, _sentence(message), source, help=help)
            )
    return found


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def is_chosen(data: Mapping[str, Any], config: Config) -> bool:
    """Whether a configuration asks for a rule, by its selection, its preset and its stage.

    The locked rules of the preset run whatever a configuration file selects or ignores; only
    `--select` leaves them out, for a run that somebody makes narrower on purpose.
    """
    if is_removed(data):
        return False
    ids = {data["id"], *data.get("formerly", ())}
    locked = data.get("locked", False)
    if not locked and not ids.isdisjoint(config.ignore):
        return False
    if not ids.isdisjoint(config.select):
        return True
    if config.select and not (locked and config.origins.get("select") != "--select"):
        return False
    return data["stage"] != "preview" and (data["preset"] == "default" or config.preset == "strict")
