"""What a file says and an entry has no field for: kept as the file has it, and put back.

An entry has the keys of a file for which writing the entry would give something else. When it
is written, they are put back, as long as the entry still says what they say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from guideline_kit.formats.writing.entries import Entry


def own_keys(fields: Mapping[str, Any], plain: Mapping[str, Any]) -> Entry:
    """Return the keys of a file that are others than in `plain`, which is written of its entry."""
    return {
        key: value
        for key, value in fields.items()
        if isinstance(key, str) and not (key in plain and same(plain[key], value))
    }


def put_back(
    plain: Mapping[str, Any],
    own: Any,
    entry: Mapping[str, Any],
    said: Callable[[Entry], Mapping[str, Any]],
    together: Iterable[tuple[str, ...]] = (),
) -> Entry:
    """Return the keys of a file with those that it had of its own, where the entry allows it.

    `said` reads an entry of such keys. `together` are keys that belong to each other.
    """
    data = dict(plain)
    if not isinstance(own, dict):
        return data
    own = {key: value for key, value in own.items() if isinstance(key, str)}
    before = said(data) if own else {}
    for keys in (tuple(own), *together, *((key,) for key in own)):
        new = {key: own[key] for key in keys if key in own}
        if all(key in data and same(data[key], value) for key, value in new.items()):
            continue
        candidate = {**data, **new}
        after = said(candidate)
        fields = {*before, *after}
        if all(same(after.get(key), before.get(key)) or _is(after, entry, key) for key in fields):
            data, before = candidate, after
    return data


def _is(said: Mapping[str, Any], entry: Mapping[str, Any], key: str) -> bool:
    return key in said and key in entry and same(said[key], entry[key])


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same, kinds of numbers and truth values held apart."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other) or (one != one and other != other)
