"""What a file says about its prompt, held against what it said before."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

# What the members of a list are known by, the first that all of them have.
_NAMES = ("id", "name", "title", "rule", "ref", "model", "version", "url", "risk")


class Missing:
    """There is no value."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING = Missing()


class FieldChange(NamedTuple):
    """A field, as people would write it, and its values; MISSING where it is not there."""

    name: str
    before: Any
    after: Any


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[FieldChange]:
    """Yield the fields that differ, in the order of the later file."""
    for key in dict.fromkeys((*after, *before)):
        yield from _changes(key, before.get(key, MISSING), after.get(key, MISSING))


def _changes(name: str, before: Any, after: Any) -> Iterator[FieldChange]:
    if _same(before, after):
        return
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*after, *before)):
            part = f"{name}.{key}"
            yield from _changes(part, before.get(key, MISSING), after.get(key, MISSING))
        return
    old, new = _members(before), _members(after)
    if old is None or new is None:
        yield FieldChange(name, before, after)
        return
    found = False
    for key in dict.fromkeys((*new, *old)):
        for change in _changes(f"{name} '{key}'", old.get(key, MISSING), new.get(key, MISSING)):
            found = True
            yield change
    if not found:
        yield FieldChange(f"the order of {name}", MISSING, MISSING)


def _members(value: Any) -> Mapping[str, Any] | None:
    """Return the members of a list of mappings by name; None of what is no such list."""
    if not isinstance(value, list) or not value:
        return {} if value == [] else None
    for key in _NAMES:
        names = [item.get(key) if isinstance(item, dict) else None for item in value]
        if all(isinstance(name, str) for name in names) and len(set(names)) == len(names):
            return dict(zip(map(str, names), value, strict=True))
    return None


def _same(before: Any, after: Any) -> bool:
    if isinstance(before, Missing) or isinstance(after, Missing):
        return before is after
    return bool(json.dumps(before) == json.dumps(after))
