"""References between entries, and to the vocabulary of the manifest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from guideline_kit import formats
from guideline_kit.catalog import VOCABULARY, Catalog, Entry
from guideline_kit.diagnostics import Diagnostic, Severity
from guideline_kit.schemas import nearest
from guideline_kit.yamlio import Path

# Where an entry names something: the path of the field (* stands for each item of a list),
# and what it names: a part of the vocabulary, a kind of entry, any entry, or a source.
_NAMES: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    "prompt": (
        (("owner",), "teams"),
        (("application",), "applications"),
        (("audience", "*"), "audiences"),
        (("tags", "*"), "tags"),
        (("superseded_by",), "prompt"),
        (("related", "*"), "prompt"),
        (("depends_on", "*"), "prompt"),
        (("patterns", "*"), "pattern"),
        (("models", "*", "id"), "models"),
        (("tests", "*", "results", "*", "model"), "models"),
        (("waivers", "*", "rule"), "rule"),
        (("waivers", "*", "owner"), "teams"),
        (("sources", "*", "ref"), "sources"),
    ),
    "pattern": (
        (("category",), "categories"),
        (("tags", "*"), "tags"),
        (("related", "*"), "pattern"),
        (("rules", "*"), "rule"),
        (("sources", "*", "ref"), "sources"),
    ),
    "rule": (
        (("tags", "*"), "tags"),
        (("related", "*"), "entry"),
        (("applies_to", "applications", "*"), "applications"),
        (("applies_to", "models", "*"), "models"),
        (("applies_to", "formats", "*"), "formats"),
        (("sources", "*", "ref"), "sources"),
    ),
}


def _known(catalog: Catalog, what: str) -> set[str]:
    if what in ("prompt", "pattern", "rule"):
        return {entry.id for entry in catalog.of_kind(what)}
    if what == "entry":
        return set(catalog.entries)
    if what == "sources":
        return set(catalog.sources)
    if what == "formats":
        return set(formats.TITLES)
    return catalog.vocabulary(what)


def reference_problems(catalog: Catalog, entry: Entry) -> Iterator[Diagnostic]:
    """Yield where an entry names something that is not there."""
    for pattern, what in _NAMES[entry.kind]:
        for path, name in _at(entry.data, pattern, ()):
            known = _known(catalog, what)
            if name in known:
                if name == entry.id and what in ("prompt", "pattern", "rule", "entry"):
                    yield entry.error(
                        "reference-cycle",
                        f"The entry names itself in '{pattern[0]}'",
                        entry.tree.value_span(path),
                        "Remove it",
                    )
                continue
            yield entry.error(
                "unknown-reference",
                _no_such(catalog, what, name),
                entry.tree.value_span(path),
                _did_you_mean(name, known, what),
            )


def _no_such(catalog: Catalog, what: str, name: str) -> str:
    if what in ("prompt", "pattern", "rule", "entry"):
        other = catalog.find(name)
        if other is not None:
            return f"'{name}' is a {other.kind}, and a {what} is wanted here"
        return f"There is no {what} '{name}'"
    if what == "sources":
        return f"There is no source '{name}' in sources.yaml"
    if what == "formats":
        return f"There is no prompt file format '{name}'"
    return f"There is no '{name}' among the {what} of the manifest"


def _did_you_mean(name: str, known: set[str], what: str) -> str:
    near = nearest(name, sorted(known))
    if near:
        return f"Did you mean '{near}'?"
    if what in ("prompt", "pattern", "rule", "entry"):
        return "Correct the id, or add the entry"
    if what == "formats":
        return f"Known formats: {', '.join(sorted(known))}"
    return "Correct it, or add it to " + ("sources.yaml" if what == "sources" else "catalog.yaml")


def _at(value: Any, pattern: tuple[str, ...], path: Path) -> Iterator[tuple[Path, str]]:
    """Yield each string that a pattern of keys leads to, with its path."""
    if not pattern:
        if isinstance(value, str):
            yield path, value
        return
    step, rest = pattern[0], pattern[1:]
    if step == "*" and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _at(item, rest, (*path, index))
    elif isinstance(value, Mapping) and step in value:
        yield from _at(value[step], rest, (*path, step))


def cycles(catalog: Catalog) -> Iterator[Diagnostic]:
    """Yield each circle of prompts that replace or feed each other, once."""
    for field in ("superseded_by", "depends_on"):
        following = {
            entry.id: [name for _, name in _at(entry.data, (field,), ())]
            + [name for _, name in _at(entry.data, (field, "*"), ())]
            for entry in catalog.prompts
        }
        reported: set[str] = set()
        for start in sorted(following):
            circle = _circle(start, following)
            if not circle or reported & set(circle):
                continue
            reported |= set(circle)
            entry = catalog.entries[start]
            if entry.origin != catalog.name or len(circle) == 1:
                continue
            yield entry.error(
                "reference-cycle",
                f"'{field}' leads in a circle: {' -> '.join([*circle, start])}",
                entry.tree.value_span((field,)),
                "Take one of the links out",
            )


def _circle(start: str, following: Mapping[str, list[str]]) -> list[str]:
    """Return the shortest way from an entry back to itself, or nothing."""
    ways = [[start]]
    seen = set()
    while ways:
        way = ways.pop(0)
        for name in following.get(way[-1], ()):
            if name == start:
                return way
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return []


def double_terms(catalog: Catalog) -> Iterator[Diagnostic]:
    """Yield the ids that stand twice in one list of the manifest."""
    tree = catalog.manifest_tree
    if tree is None:
        return
    for name in VOCABULARY:
        seen: set[str] = set()
        for index, item in enumerate(tree.get((name,)) or ()):
            if item["id"] in seen:
                yield Diagnostic(
                    "duplicate-id",
                    Severity.ERROR,
                    f"The id '{item['id']}' stands twice among the {name}",
                    tree.source,
                    tree.value_span((name, index, "id")),
                    help="Keep one of the two",
                )
            seen.add(item["id"])
