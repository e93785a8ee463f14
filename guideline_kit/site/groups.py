"""The groups of the lists: prompts by application, patterns by category, rules by folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from guideline_kit.site.encode import anchor
from guideline_kit.site.view import folder_of, in_order, titled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markupsafe import Markup

    from guideline_kit.catalog import Catalog, Entry

# Kind of entry -> the vocabulary whose terms are the groups of its list, and the field.
_GROUPED_BY = {
    "prompt": ("applications", "application"),
    "pattern": ("categories", "category"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Entries under one heading of a list, by title."""

    title: str
    description: str
    anchor: Markup
    entries: Sequence[Entry]


def grouped(catalog: Catalog, kind: str) -> list[Group]:
    """Return the groups of a list that have entries, in the order of the vocabulary.

    What belongs to none of them comes last.
    """
    entries = catalog.of_kind(kind)
    terms: list[Mapping[str, Any]]
    if kind in _GROUPED_BY:
        vocabulary, field = _GROUPED_BY[kind]
        terms = list(catalog.manifest.get(vocabulary, ()))
        group_of = {entry.id: str(entry.data.get(field, "")) for entry in entries}
    else:
        group_of = {entry.id: folder_of(entry) for entry in entries}
        names = sorted(set(group_of.values()) - {""})
        terms = [{"id": name, "title": titled(name)} for name in names]
    groups = []
    for term in terms:
        members = [entry for entry in entries if group_of[entry.id] == term["id"]]
        if members:
            groups.append(
                Group(
                    str(term["title"]),
                    str(term.get("description", "")),
                    anchor(f"group-{term['id']}"),
                    in_order(members),
                )
            )
    known = {term["id"] for term in terms}
    others = [entry for entry in entries if group_of[entry.id] not in known]
    if others:
        title = "Others" if groups else "All"
        groups.append(Group(title, "", anchor("group--others"), in_order(others)))
    return groups
