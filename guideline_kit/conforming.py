"""Whether a value fits a JSON Schema of plain keywords: yes or no, and not why.

To import jsonschema takes as long as all the rest of a run on one file, and most of what is held
against a schema fits it. Where the answer is no, or a keyword is not among these, jsonschema is
asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

# Those that say nothing of a value. Formats are not asserted in 2020-12.
_SILENT = frozenset(("$schema", "$defs", "$comment", "title", "description", "examples", "format"))
_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
}


class UnfamiliarError(Exception):
    """A schema says something that is not plain."""


class Conforming:
    """Holds values against schemas.

    `load` returns a schema by its name, `matches` says whether a pattern is found in a text, and
    `hashable` makes of a value something that is equal where the value is, as JSON has it.
    """

    def __init__(
        self,
        load: Callable[[str], Any],
        matches: Callable[[str, str], bool],
        hashable: Callable[[Any], Any],
    ) -> None:
        self._load = load
        self._matches = matches
        self._hashable = hashable

    def fits(self, name: str, value: Any) -> bool:
        """Whether a value fits the schema of a name. Raises UnfamiliarError."""
        schema, name = self._found(name, "")
        return self._fits(schema, value, name)

    def _found(self, target: str, here: str) -> tuple[Any, str]:
        """Return the schema that a reference in another one means, and the file that it is in."""
        name, _, part = target.partition("#")
        name = name or here
        schema = self._load(name)
        for step in part.split("/")[1:]:
            if not isinstance(schema, dict) or step not in schema:
                raise UnfamiliarError(target)
            schema = schema[step]
        return schema, name

    def _fits(self, schema: Any, value: Any, here: str) -> bool:
        if isinstance(schema, bool):
            return schema
        return all(
            self._keyword(keyword, wanted, schema, value, here)
            for keyword, wanted in schema.items()
            if keyword not in _SILENT
        )

    def _keyword(self, keyword: str, wanted: Any, schema: Any, value: Any, here: str) -> bool:
        match keyword:
            case "$ref":
                found, there = self._found(wanted, here)
                return self._fits(found, value, there)
            case "type" if isinstance(wanted, str) and wanted in _TYPES:
                return _TYPES[wanted](value)
            case "enum":
                return self._hashable(value) in map(self._hashable, wanted)
            case "const":
                return bool(self._hashable(value) == self._hashable(wanted))
            case "oneOf":
                return sum(self._fits(part, value, here) for part in wanted) == 1
            case "pattern" | "minLength" | "maxLength":
                return not isinstance(value, str) or self._text(keyword, wanted, value)
            case "items" | "minItems" | "maxItems" | "uniqueItems":
                return not isinstance(value, list) or self._list(keyword, wanted, value, here)
            case (
                "properties"
                | "additionalProperties"
                | "propertyNames"
                | "required"
                | ("minProperties")
            ) if "patternProperties" not in schema:
                known = schema.get("properties", {})
                return not isinstance(value, dict) or self._mapping(
                    keyword, wanted, known, value, here
                )
        raise UnfamiliarError(keyword)

    def _text(self, keyword: str, wanted: Any, value: str) -> bool:
        if keyword == "pattern":
            return self._matches(wanted, value)
        return bool(len(value) >= wanted if keyword == "minLength" else len(value) <= wanted)

    def _list(self, keyword: str, wanted: Any, value: list[Any], here: str) -> bool:
        if keyword == "items":
            return all(self._fits(wanted, item, here) for item in value)
        if keyword == "uniqueItems":
            return not wanted or len(set(map(self._hashable, value))) == len(value)
        return bool(len(value) >= wanted if keyword == "minItems" else len(value) <= wanted)

    def _mapping(
        self, keyword: str, wanted: Any, known: Any, value: dict[str, Any], here: str
    ) -> bool:
        match keyword:
            case "properties":
                return all(
                    self._fits(wanted[key], item, here)
                    for key, item in value.items()
                    if key in wanted
                )
            case "additionalProperties":
                others = (item for key, item in value.items() if key not in known)
                return all(self._fits(wanted, item, here) for item in others)
            case "propertyNames":
                return all(self._fits(wanted, key, here) for key in value)
            case "required":
                return all(key in value for key in wanted)
        return bool(len(value) >= wanted)
