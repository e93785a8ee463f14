"""Who refers to whom: every reference between entries, to be followed both ways."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from guideline_kit.rules import Names, is_removed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from guideline_kit.catalog import Catalog, Entry

KINDS = ("prompt", "pattern", "rule")

# Kind of entry -> field -> the kinds of entry that the ids in the field name, first match
# first. A waiver names its rule one level deeper.
_FIELDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "prompt": {
        "patterns": ("pattern",),
        "related": ("prompt",),
        "depends_on": ("prompt",),
        "superseded_by": ("prompt",),
    },
    "pattern": {"related": ("pattern",), "rules": ("rule",)},
    "rule": {"related": ("rule", "pattern")},
}


class Crossrefs:
    """The entries of a catalog, and the references between them."""

    def __init__(self, catalog: Catalog) -> None:
        self._entries: dict[tuple[str, str], Entry] = {}
        self._to: dict[tuple[str, str, str], list[Entry]] = defaultdict(list)
        self._with: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        for entry in (*catalog.prompts, *catalog.patterns, *catalog.rules):
            self._entries[entry.kind, entry.id] = entry
        self._rule_names = Names.of(rule.data for rule in catalog.rules)
        for entry in self._entries.values():
            self._index(entry)

    def get(self, kind: str, entry_id: str) -> Entry | None:
        """Return the entry of that kind and id, or None where the catalog has none."""
        return self._entries.get((kind, entry_id))

    def waived(self, waiver: Mapping[str, Any]) -> Entry | None:
        """Return the rule that a waiver names, by the id that it has or had, if there is one."""
        return self.get("rule", self._rule_names.current(waiver["rule"]))

    def named(self, entry: Entry, field: str) -> list[Entry]:
        """Return the entries that a field of `entry` names, in its order."""
        return [found for _, found in self._resolve(entry, field) if found]

    def unknown(self, entry: Entry, field: str) -> list[str]:
        """Return the ids in a field of `entry` that name nothing in the catalog."""
        return [name for name, found in self._resolve(entry, field) if not found]

    def naming(self, entry: Entry, kind: str, field: str) -> list[Entry]:
        """Return the entries of a kind that name `entry` in a field, by id."""
        return [other for other in self._to[entry.kind, entry.id, field] if other.kind == kind]

    def related(self, entry: Entry) -> list[Entry]:
        """Return what `entry` calls related, and what calls `entry` so."""
        both = (*self.named(entry, "related"), *self._to[entry.kind, entry.id, "related"])
        return list({(other.kind, other.id): other for other in both}.values())

    def having(self, what: str, value: str) -> list[Entry]:
        """Return the entries with a tag, an owner, a cited source or a kind of check."""
        return self._with[what, value]

    def _index(self, entry: Entry) -> None:
        for field in _FIELDS[entry.kind]:
            for other in self.named(entry, field):
                self._to[other.kind, other.id, field].append(entry)
        for waiver in entry.data.get("waivers", ()):
            rule = self.waived(waiver)
            if rule and entry not in self._to["rule", rule.id, "waivers"][-1:]:
                self._to["rule", rule.id, "waivers"].append(entry)
        for what, values in _properties(entry):
            for value in dict.fromkeys(values):
                self._with[what, value].append(entry)

    def _resolve(self, entry: Entry, field: str) -> Iterator[tuple[str, Entry | None]]:
        names = entry.data.get(field, ())
        for name in [names] if isinstance(names, str) else names:
            targets = (self.get(kind, name) for kind in _FIELDS[entry.kind][field])
            yield name, next((target for target in targets if target), None)


def _properties(entry: Entry) -> Iterator[tuple[str, Iterable[str]]]:
    data: Mapping[str, Any] = entry.data
    yield "tag", data.get("tags", ())
    yield "source", [citation["ref"] for citation in data.get("sources", ())]
    if entry.kind == "prompt":
        yield "owner", [data["owner"]]
    if entry.kind == "rule" and not is_removed(data):
        yield "check", [data["check"]["kind"]]
