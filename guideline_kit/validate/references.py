"""References between entries, and to the vocabulary of the manifest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from guideline_kit import formats
from guideline_kit.catalog import VOCABULARY, Catalog, Entry
from guideline_kit.diagnostics import Diagnostic, Related, Severity
from guideline_kit.rules import Names, is_removed, where_it_went
from guideline_kit.schemas import nearest
from guideline_kit.trees import Path

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
        (("gone", "instead", "*"), "rule"),
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
    """Yield where an entry names something that is not there, or has an id that is taken."""
    yield from _taken_ids(catalog, entry)
    yield from _needless_farewell(entry)
    for pattern, what in _NAMES[entry.kind]:
        for path, name in _at(entry.data, pattern, ()):
            known = _known(catalog, what)
            if pattern == ("waivers", "*", "rule"):
                # An earlier id goes on working where somebody silences a rule.
                name = Names.of(rule.data for rule in catalog.rules).current(name)
            if name in known:
                if name == entry.id and what in ("prompt", "pattern", "rule", "entry"):
                    yield entry.error(
                        "reference-cycle",
                        f"The entry names itself in '{pattern[0]}'",
                        entry.tree.value_span(path),
                        "Remove it",
                    )
                elif what == "rule" and is_removed(catalog.entries[name].data):
                    yield _removed(catalog.entries[name], entry, path)
                continue
            yield entry.error(
                "unknown-reference",
                _no_such(catalog, what, name),
                entry.tree.value_span(path),
                _did_you_mean(name, known, what),
            )


def _removed(rule: Entry, entry: Entry, path: Path) -> Diagnostic:
    """Say of a removed rule that an entry names where it went: a warning, since it does no harm."""
    message, instead = where_it_went(rule.id, rule.data["gone"])
    return Diagnostic(
        "unknown-reference",
        Severity.WARNING,
        message[:1].upper() + message[1:],
        entry.source,
        entry.tree.value_span(path),
        related=(Related("its file", rule.source, rule.tree.key_span(("gone",))),),
        help=f"Take it out; {instead}" if instead else "Take it out",
    )


def _taken_ids(catalog: Catalog, entry: Entry) -> Iterator[Diagnostic]:
    """Yield where an id of an entry, present or earlier, was that of another one before."""
    former = [
        (name, rule, ("formerly", index))
        for rule in catalog.rules
        for index, name in enumerate(rule.data.get("formerly", ()))
    ]
    for name, rule, path in former:
        place = Related("where it says so", rule.source, rule.tree.value_span(path))
        if name == entry.id and rule.id == entry.id:
            yield entry.error(
                "duplicate-id",
                f"'{name}' is the id that the rule has now",
                entry.tree.value_span(path),
                "Take it out of 'formerly'",
            )
        elif name == entry.id:
            yield Diagnostic(
                "duplicate-id",
                Severity.ERROR,
                f"The id '{name}' is taken: the rule '{rule.id}' had it before",
                entry.source,
                entry.tree.value_span(("id",)),
                related=(place,),
                help="Choose another id: the earlier one still works in configurations",
            )
    own = [(name, path) for name, rule, path in former if rule.id == entry.id]
    for name, path in own:
        for other, rule, where in former:
            # Of two entries of one catalog the later one is told.
            told = rule.origin != catalog.name or rule.id < entry.id
            if other == name and rule.id != entry.id and told:
                yield Diagnostic(
                    "duplicate-id",
                    Severity.ERROR,
                    f"The rule '{rule.id}' says of itself, too, that it was '{name}'",
                    entry.source,
                    entry.tree.value_span(path),
                    related=(Related("there", rule.source, rule.tree.value_span(where)),),
                    help="Keep it in one of the two",
                )


def _needless_farewell(entry: Entry) -> Iterator[Diagnostic]:
    stage = entry.data.get("stage")
    if "gone" in entry.data and stage in ("preview", "stable"):
        yield entry.error(
            "schema",
            f"'gone' is for rules that are deprecated or removed, and this one is {stage}",
            entry.tree.key_span(("gone",)),
            "Take it out, or change the stage",
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
