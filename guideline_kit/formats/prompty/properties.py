"""Properties, as Prompty v2 has them: of inputs, and of what comes out.

- name: question
  kind: string
  description: What to answer
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from guideline_kit.formats.prompty.parts import TYPES
from guideline_kit.formats.reading.inputs import declared
from guideline_kit.formats.writing.entries import Entry, described, line, plain_text
from guideline_kit.text import Span

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
# Our types -> the kinds of Prompty.
KINDS = {
    **dict.fromkeys(("text", "line", "document", "date"), "string"),
    "integer": "integer",
    "number": "float",
    "boolean": "boolean",
    "list": "array",
    "object": "object",
}


def properties_of(value: Any) -> dict[str, Entry] | None:
    """Return properties by their names, or None where they are none, or not all of them are.

    They are written as a list, or as a mapping from names.
    """
    if isinstance(value, dict):
        return {
            name: dict(about) if isinstance(about, dict) else {"example": about}
            for name, about in value.items()
        }
    if not isinstance(value, list):
        return None
    found: dict[str, Entry] = {}
    for item in value:
        name = item.get("name") if isinstance(item, dict) else None
        if not isinstance(name, str) or name in found:
            return None
        found[name] = {key: about for key, about in item.items() if key != "name"}
    return found


def listed(properties: Mapping[str, Mapping[str, Any]]) -> list[Entry]:
    """Return properties as a list, as the documentation of Prompty has them."""
    return [{"name": name, **about} for name, about in properties.items()]


# --- inputs --------------------------------------------------------------------------------


def input_of(name: str, about: Mapping[str, Any]) -> Entry:
    """Return an input, as an entry has it. What no file requires may be left out."""
    kind = about.get("kind", about.get("type"))
    sample = next((about[key] for key in ("default", "example") if key in about), None)
    choices = about.get("enumValues")
    choices = choices if isinstance(choices, list) and choices else None
    type = TYPES.get(kind.lower(), "text") if isinstance(kind, str) else ""
    found = declared(name, Span(0, 0), type, required=True, sample=sample)
    required = about.get("required")
    entry: Entry = {
        "type": "line" if choices and found.type == "text" else found.type,
        "description": line(plain_text(about.get("description"))) or title_of(name),
    }
    if "default" in about:
        if isinstance(required, bool):
            entry["required"] = required
    elif required is not True:
        entry["required"] = False
    entry |= {key: about[key] for key in ("default", "example") if key in about}
    return {**entry, "choices": choices} if choices else entry


def input_said(name: str, about: Mapping[str, Any]) -> Entry:
    """Return the property that says of an entry's input as much as it can."""
    found: Entry = {"kind": KINDS.get(str(about.get("type")), "string")}
    description = about.get("description")
    if description and description != title_of(name) and not _refers(description):
        found["description"] = description
    if "default" in about:
        found |= {"required": about["required"]} if "required" in about else {}
    elif about.get("required") is not False:
        found["required"] = True
    found |= {
        key: about[key]
        for key in ("default", "example")
        if key in about and not _refers(about[key])
    }
    if about.get("choices"):
        found["enumValues"] = list(about["choices"])
    if found["kind"] == "array":
        found["items"] = {"kind": _kind_of_items(found)}
    return found


def title_of(name: str) -> str:
    """Return the description of an input that nobody has described."""
    title: str = described(name)["title"]
    return title


def _refers(value: Any) -> bool:
    """Whether Prompty would put a file or a variable of the environment in the place of a text."""
    return isinstance(value, str) and value.startswith("${")


def _kind_of_items(about: Mapping[str, Any]) -> str:
    """Return what a list holds, which Prompty wants to know: going by a value, or else texts."""
    kinds = {
        _kind(item)
        for key in ("default", "example")
        for item in (about[key] if isinstance(about.get(key), list) else ())
    }
    return kinds.pop() if len(kinds) == 1 else "string"


def _kind(value: Any) -> str:
    for types, kind in ((bool, "boolean"), (int, "integer"), (float, "float"), (dict, "object")):
        if isinstance(value, types):
            return kind
    return "string"


# --- what comes out, as JSON Schema --------------------------------------------------------

_JSON = {
    "string": "string",
    "integer": "integer",
    "float": "number",
    "number": "number",
    "boolean": "boolean",
    "array": "array",
    "object": "object",
}
_SAID = ("kind", "description", "required", "nullable", "enumValues", "items", "properties")


def schema_of(properties: Mapping[str, Mapping[str, Any]]) -> Entry | None:
    """Return the JSON Schema of an object with some properties, or None where that is not all.

    Prompty allows no others.
    """
    members: Entry = {}
    required: list[str] = []
    for name, about in properties.items():
        found = _schema(about)
        if found is None:
            return None
        members[name] = found
        if about.get("required") is True:
            required.append(name)
    return {
        "type": "object",
        "properties": members,
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def _schema(about: Mapping[str, Any]) -> Entry | None:
    kind = about.get("kind")
    if not isinstance(kind, str) or kind not in _JSON or set(about) - set(_SAID):
        return None
    found: Entry = {"type": [_JSON[kind], "null"] if about.get("nullable") is True else _JSON[kind]}
    if "description" in about:
        found["description"] = about["description"]
    if "enumValues" in about:
        found["enum"] = about["enumValues"]
    if kind == "array":
        items = about.get("items")
        inside = _schema(items) if isinstance(items, dict) else None
        return {**found, "items": inside} if inside is not None else None
    if kind == "object":
        members = properties_of(about.get("properties") or {})
        whole = schema_of(members) if members is not None else None
        return {**whole, **found} if whole is not None else None
    return found


def outputs_said(schema: Any) -> list[Entry] | None:
    """Return the properties that say the same as a JSON Schema, or None where none do."""
    if not isinstance(schema, dict) or not schema.get("properties"):
        return None
    found = dict(_members(schema))
    return listed(found) if _is_same(schema_of(found), schema) else None


def _members(schema: Mapping[str, Any]) -> Iterator[tuple[str, Entry]]:
    properties, required = schema.get("properties"), schema.get("required")
    for name, about in properties.items() if isinstance(properties, dict) else ():
        found = _property(about if isinstance(about, dict) else {})
        if isinstance(required, list) and name in required:
            found["required"] = True
        yield name, found


def _property(about: Mapping[str, Any]) -> Entry:
    kind = about.get("type")
    types = kind if isinstance(kind, list) else [kind]
    named = next((item for item in types if item != "null"), None)
    found: Entry = {"kind": "float" if named == "number" else named}
    if isinstance(about.get("description"), str):
        found["description"] = about["description"]
    if isinstance(kind, list):
        found["nullable"] = True
    if "enum" in about:
        found["enumValues"] = about["enum"]
    if named == "array" and isinstance(about.get("items"), dict):
        found["items"] = _property(about["items"])
    if named == "object":
        found["properties"] = listed(dict(_members(about)))
    return found


def _is_same(one: Any, other: Any) -> bool:
    """Whether two schemas say the same; the order of required names says nothing."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(
            sorted(map(str, one[key])) == sorted(map(str, other[key]))
            if key == "required" and isinstance(one[key], list) and isinstance(other[key], list)
            else _is_same(one[key], other[key])
            for key in one
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_is_same, one, other))
    return type(one) is type(other) and bool(one == other)
