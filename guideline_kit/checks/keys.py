"""keys: the fields that a file has, and the keys among them that nobody reads."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from guideline_kit.checks import Match, Scope
from guideline_kit.diagnostics import Edit, Fix, Safety
from guideline_kit.documents import Document
from guideline_kit.schemas import EntrySchema
from guideline_kit.text import Span
from guideline_kit.trees import Path

_MOST = 40  # unknown keys that are held against the known ones
_SIGNS = str.maketrans("", "", "-_. ")


class Keys:
    """The fields of a file, held against a schema and against what its readers take."""

    guard = None
    patterns = ()

    def __init__(self, params: Mapping[str, Any], scope: Scope) -> None:
        schema: Mapping[str, Any] = params.get("schema", {})
        self.known = tuple(schema.get("properties", ()))
        self.instead: Mapping[str, str] = params.get("instead", {})
        self.unknown: str = params.get("unknown", "")
        self.profiles: Mapping[str, Sequence[str]] = params.get("profiles", {})
        self.profile: str = params.get("profile", "")
        self.required: Sequence[str] = schema.get("required", ())
        self.folder: str = params.get("folder", "")
        self._schema = EntrySchema({key: schema[key] for key in schema if key != "required"})

    def find(self, document: Document, today: datetime.date) -> Iterator[Match]:
        if document.front is None and not document.fields:
            return  # a text without fields
        yield from self._wrong(document)
        yield from self._misnamed(document)
        for stray in (*self._strays(document.fields), *self._beyond(document.fields)):
            span = _span(document, (stray.key,), key=True)
            values = self._values(stray.key, "", stray.reason)
            yield Match(span, values, _renaming(document, span, stray))

    def _wrong(self, document: Document) -> Iterator[Match]:
        given = {key: value for key, value in document.fields.items() if value is not None}
        for key in self.required:
            if key not in given:
                yield Match(_span(document, ()), self._values(key, "", "it is missing"))
        for objection in self._schema.objections(given):
            value = given
            for step in objection.path:
                value = value[step]  # type: ignore[index]
            name = ".".join(map(str, objection.path))
            shown = str(value) if objection.path else ""
            yield Match(
                _span(document, objection.path), self._values(name, shown, objection.reason)
            )

    def _misnamed(self, document: Document) -> Iterator[Match]:
        """Yield the field that is not what the file's folder is called."""
        value = document.fields.get(self.folder)
        steps = document.source.name.replace("\\", "/").split("/")
        if isinstance(value, str) and len(steps) > 1 and steps[-2] not in (value, "", ".", ".."):
            reason = f"its folder is '{steps[-2]}'"
            yield Match(_span(document, (self.folder,)), self._values(self.folder, value, reason))

    def _values(self, field: str, value: str, reason: str) -> Mapping[str, str]:
        return {"field": field, "value": value, "reason": reason, "profile": self.profile}

    def _strays(self, keys: Iterable[str]) -> Iterator[Stray]:
        """Yield the keys that are not read, with the one that each may stand for."""
        there = list(keys)
        if not self.known:
            return
        for key in [key for key in there if key not in self.known][:_MOST]:
            meant = self.instead.get(key) or (_misspelled(key, self.known) if self.unknown else "")
            if meant and meant not in there:
                yield Stray(key, f"it is passed over; the name is '{meant}'", meant)
            elif self.unknown == "all":
                yield Stray(key, "it is passed over")

    def _beyond(self, keys: Iterable[str]) -> Iterator[Stray]:
        """Yield the keys that the profile does not have, with the profiles that do."""
        if not self.profiles:
            return
        taken = self.profiles.get(self.profile, ())
        known = tuple(dict.fromkeys(name for names in self.profiles.values() for name in names))
        for key in keys:
            # A slip is something else, and for a check with a schema to find.
            if key not in taken and (key in known or not _misspelled(key, known)):
                others = [name for name, names in self.profiles.items() if key in names]
                known_to = (
                    f"only {' and '.join(others)} read it" if others else "no known host reads it"
                )
                yield Stray(key, known_to)


class Stray(NamedTuple):
    """A key that is not read; `meant` is the one that it may stand for."""

    key: str
    reason: str
    meant: str = ""


def _renaming(document: Document, span: Span, stray: Stray) -> Fix | None:
    if not stray.meant or document.source.slice(span) != stray.key:
        return None
    # What is read then may change what the file does.
    return Fix(f"Write '{stray.meant}'", (Edit(span, stray.meant),), Safety.SUGGESTION)


def _span(document: Document, path: Path, *, key: bool = False) -> Span:
    if document.tree is None or not path:
        return document.file_line
    return document.tree.key_span(path) if key else document.tree.value_span(path)


def _misspelled(key: str, known: Sequence[str]) -> str:
    """Return the known key that a key is but for a slip, if it is one."""
    bare = key.translate(_SIGNS).lower()
    same = [name for name in known if name.translate(_SIGNS).lower() == bare]
    if same or len(bare) < 4:
        return same[0] if same else ""
    near = [name for name in known if _is_near(bare, name.translate(_SIGNS).lower())]
    return near[0] if len(near) == 1 else ""


def _is_near(one: str, other: str) -> bool:
    """Whether a single slip makes one word of the other: a letter more, less, other or swapped."""
    if min(len(one), len(other)) < 4 or abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    left, right = one[start:], other[start:]
    if not left or not right:
        return False  # one begins with the other: mode and model are two words
    if left[1:] == right[1:] or left[1:] == right or left == right[1:]:
        return True
    return len(left) == len(right) > 1 and left[:2] == right[1::-1] and left[2:] == right[2:]


class _Kind:
    name = "keys"
    regions = ("anywhere",)

    def bind(self, params: Mapping[str, Any], scope: Scope) -> Keys:
        return Keys(params, scope)


KIND = _Kind()
