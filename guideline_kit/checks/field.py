"""field: a condition on what a file says about its prompt."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from guideline_kit.checks import Match, Scope
from guideline_kit.documents import Document
from guideline_kit.schemas import EntrySchema, day_of


class Field:
    """One field of a catalog entry, or of front matter."""

    guard = None
    patterns = ()

    def __init__(self, params: Mapping[str, Any], scope: Scope) -> None:
        self.params = params
        self.field: str = params["field"]
        self._schemas: dict[str, EntrySchema] = {}

    def schema(self, name: str) -> EntrySchema:
        """Return a schema of the rule; made when first needed, since most runs need none."""
        if name not in self._schemas:
            self._schemas[name] = EntrySchema(self.params[name])
        return self._schemas[name]

    def find(self, document: Document, today: datetime.date) -> Iterator[Match]:
        if "when" in self.params and self.schema("when").first_error(dict(document.fields)):
            return
        there, value = _value(document.fields, self.field)
        reason = self.objection(there, value, today)
        if reason:
            yield Match(
                document.field_span(self.field),
                {
                    "field": self.field or "the file",
                    "value": "" if value is None else str(value),
                    "reason": reason,
                },
            )

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


class _Kind:
    name = "field"
    regions = ("anywhere",)

    def bind(self, params: Mapping[str, Any], scope: Scope) -> Field:
        return Field(params, scope)


KIND = _Kind()
