"""field: a condition on what a file says about its prompt."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from guideline_kit.checks import Match, Scope
from guideline_kit.documents import Document
from guideline_kit.schemas import EntrySchema, day_of
from guideline_kit.text import Span
from guideline_kit.trees import Path


class Field:
    """One field of a catalog entry, or of front matter."""

    guard = None
    patterns = ()

    def __init__(self, params: Mapping[str, Any], scope: Scope) -> None:
        self.params = params
        self.field: str = params["field"]
        self.steps = tuple(self.field.split("."))
        self._schemas: dict[str, EntrySchema] = {}

    def schema(self, name: str) -> EntrySchema:
        """Return a schema of the rule; made when first needed, since most runs need none."""
        if name not in self._schemas:
            self._schemas[name] = EntrySchema(self.params[name])
        return self._schemas[name]

    def find(self, document: Document, today: datetime.date) -> Iterator[Match]:
        if "when" in self.params and self.schema("when").first_error(dict(document.fields)):
            return
        if "*" in self.steps:
            yield from self.find_each(document, today)
            return
        there, value = _value(document.fields, self.field)
        reason = self.objection(there, value, today)
        if reason:
            yield self.match(document.field_span(self.field), self.field, value, reason)

    def find_each(self, document: Document, today: datetime.date) -> Iterator[Match]:
        """Look at a field of each thing that a `*` stands for."""
        if document.tree is None:
            return
        for path in _paths(document.fields, self.steps):
            there, value = _step(document.tree.get(path[:-1]), path[-1])
            reason = self.objection(there, value, today)
            if reason:
                at = document.tree.value_span(path) if there else document.tree.key_span(path[:-1])
                yield self.match(at, ".".join(map(str, path)), value, reason)

    def match(self, span: Span, field: str, value: Any, reason: str) -> Match:
        """Return the match for a value that something is wrong with."""
        shown = "" if value is None else str(value)
        return Match(span, {"field": field or "the file", "value": shown, "reason": reason})

    def objection(self, there: bool, value: Any, today: datetime.date) -> str:
        """Return what is wrong with a value, or nothing."""
        if not there:
            return "it is missing" if self.params.get("required") else ""
        if "schema" in self.params:
            error = self.schema("schema").first_error(value)
            if error:
                return error
        if "max_age_days" in self.params or self.params.get("not_past"):
            day = day_of(value)
            if day is None:
                return "it is not a date of the form YYYY-MM-DD"
            age = (today - day).days
            oldest = self.params.get("max_age_days")
            if oldest is not None and age > oldest:
                return f"it is {age} days ago, and {oldest} are allowed"
            if self.params.get("not_past") and age > 0:
                return f"it passed {age} days ago"
        return ""


def _value(fields: Mapping[str, Any], name: str) -> tuple[bool, Any]:
    """Return whether a field is there, and its value."""
    value: Any = fields
    for step in name.split(".") if name else ():
        if not isinstance(value, dict) or step not in value:
            return False, None
        value = value[step]
    return value is not None, value


def _paths(fields: Mapping[str, Any], steps: Sequence[str]) -> Iterator[Path]:
    """Yield the paths that a field with `*` stands for; the last step need not be there."""
    found: list[tuple[Path, Any]] = [((), fields)]
    for number, step in enumerate(steps):
        further: list[tuple[Path, Any]] = []
        for path, value in found:
            if step == "*":
                keys: Iterable[str | int] = ()
                if isinstance(value, (Mapping, list)):
                    keys = range(len(value)) if isinstance(value, list) else value
                further += [((*path, key), value[key]) for key in keys]
            elif isinstance(value, Mapping) and (step in value or number + 1 == len(steps)):
                further.append(((*path, step), value.get(step)))
        found = further
    return (path for path, _ in found)


def _step(value: Any, step: str | int) -> tuple[bool, Any]:
    """Return whether something is there, one step into a value, and what."""
    inside = value[step] if isinstance(step, int) else value.get(step)
    return inside is not None, inside


class _Kind:
    name = "field"
    regions = ("anywhere",)

    def bind(self, params: Mapping[str, Any], scope: Scope) -> Field:
        return Field(params, scope)


KIND = _Kind()
