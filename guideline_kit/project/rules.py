"""The rules of a project: compiled once, remembered, and chosen by the configuration."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guideline_kit import catalog as catalogs
from guideline_kit import yamlio
from guideline_kit.catalog import Catalog, Reader
from guideline_kit.config import Config
from guideline_kit.diagnostics import Diagnostic, in_order
from guideline_kit.errors import CannotError
from guideline_kit.project.opening import Project, resolve
from guideline_kit.rules import BadPatternError, Rule, bind, compact
from guideline_kit.schemas import nearest
from guideline_kit.text import Source
from guideline_kit.workspace import cache

# Changes with what is kept of a rule, and with how its guard is drawn.
_SHAPE = "2"


@dataclass(frozen=True, slots=True)
class Compiled:
    """The rule files of a catalog and of those that it extends, checked, as plain data."""

    site_url: str
    rules: Sequence[Mapping[str, Any]]


def compiled_rules(project: Project, *, cached: bool = True) -> Compiled:
    """Return the catalog's rules, from the cache where it knows them.

    Raises CannotError, with the places, where a rule has an error: half a rule set would
    pass prompts that the whole one refuses.
    """
    name = cache.key([_SHAPE, *_rule_texts(project.reader, ())])
    if cached:
        found = cache.load("rules", name)
        if isinstance(found, dict) and isinstance(found.get("rules"), list):
            return Compiled(str(found.get("site_url", "")), found["rules"])
    loaded = catalogs.load(project.reader, resolve, ("rule",))
    problems = [*loaded.problems, *loaded.inherited, *pattern_problems(loaded.catalog)]
    if problems:
        raise CannotError(
            "The catalog has errors in its manifest or its rules; nothing was checked",
            hint="Correct the places above; 'guideline-kit validate' checks the whole catalog",
            diagnostics=in_order(problems),
        )
    site_url = str(loaded.catalog.manifest.get("site_url", ""))
    rules = [compact(entry.data) for entry in loaded.catalog.rules]
    if cached:
        cache.store("rules", name, {"site_url": site_url, "rules": rules})
    return Compiled(site_url, rules)


def pattern_problems(catalog: Catalog) -> list[Diagnostic]:
    """Return the patterns of a catalog's rules that are not RE2."""
    problems = []
    for entry in catalog.rules:
        try:
            bind(entry.data)
        except BadPatternError as error:
            from guideline_kit.validate.examples import bad_pattern

            problems.append(bad_pattern(entry, error))
    return problems


_EXTENDS = re.compile(r"^extends:", re.MULTILINE)


def _rule_texts(reader: Reader, chain: tuple[str, ...]) -> Iterable[str]:
    """Yield the texts that a catalog's rules depend on, those of its bases included."""
    try:
        manifest = reader.read(catalogs.MANIFEST)
    except (OSError, UnicodeDecodeError):
        return
    yield manifest
    for path in reader.paths():
        if path.startswith("rules/") or "/" not in path:
            try:
                text = reader.read(path) if path.startswith("rules/") else ""
            except (OSError, UnicodeDecodeError):
                text = "unreadable"
            yield f"{path}\n{text}"
    if not _EXTENDS.search(manifest):
        return  # most catalogs extend none, and parsing costs more than looking
    tree = yamlio.read(Source(catalogs.MANIFEST, manifest)).tree
    extends = tree.get(("extends",)) if tree else None
    for name in extends if isinstance(extends, list) else ():
        base = resolve(name, reader) if isinstance(name, str) else None
        if base is not None and base.name not in chain:
            yield from _rule_texts(base, (*chain, reader.name))


def choose_rules(compiled: Compiled, config: Config) -> list[Rule]:
    """Return the rules that a configuration asks for, in order of their ids.

    Raises CannotError for an id that no rule has.
    """
    ids = {data["id"] for data in compiled.rules}
    for setting in ("select", "ignore"):
        for name in getattr(config, setting):
            if name not in ids:
                near = nearest(name, sorted(ids))
                origin = config.origins.get(setting, setting)
                raise CannotError(
                    f"{origin}: there is no rule '{name}'",
                    hint=f"Did you mean '{near}'?" if near else "See 'guideline-kit list rules'",
                )
    return [bind(data, verified=True) for data in compiled.rules if is_chosen(data, config)]


def is_chosen(data: Mapping[str, Any], config: Config) -> bool:
    """Whether a configuration asks for a rule, by its selection, its preset and its stage."""
    if data["id"] in config.ignore or data["stage"] == "removed":
        return False
    if config.select:
        return data["id"] in config.select
    return data["stage"] != "preview" and (data["preset"] == "default" or config.preset == "strict")
