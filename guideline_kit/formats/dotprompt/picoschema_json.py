"""Picoschema as JSON Schema, and back, where one says exactly what the other does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from guideline_kit.formats.dotprompt.picoschema import SCALARS, WILDCARD, split_type, taken_apart

Json = dict[str, Any]


def is_json_schema(value: Mapping[str, Any]) -> bool:
    """Whether dotprompt takes a mapping for JSON Schema, and not for fields by their names."""
    kind = value.get("type")
    if isinstance(kind, str) and kind in (*SCALARS, "object", "array"):
        return True
    return isinstance(value.get("properties"), dict)


# --- there ---------------------------------------------------------------------------------


def json_schema(value: Any) -> Json | None:
    """Return the JSON Schema that a schema stands for.

    None where it is broken, or names a schema that only a program knows.
    """
    if isinstance(value, dict) and is_json_schema(value):
        return {**value, "type": value.get("type", "object")}
    return (_node(value) or None) if value else None


def _node(value: Any) -> Json | None:
    if isinstance(value, dict):
        return _object(value)
    if not isinstance(value, str):
        return None
    type, description = split_type(value)
    if type not in SCALARS:
        return None
    found = {} if type == "any" else {"type": type}
    return {**found, "description": description} if description else found


def _object(value: Mapping[str, Any]) -> Json | None:
    properties: Json = {}
    required: list[str] = []
    others: Any = False
    for key, about in value.items():
        if key == WILDCARD:
            others = _node(about)
            if others is None:
                return None
            continue
        name, optional, type, description = taken_apart(key)
        if not name or name in properties or ("(" in key and not key.endswith(")")):
            return None
        found = _member(type, about, optional=optional)
        if found is None:
            return None
        properties[name] = {**found, "description": description} if description else found
        if not optional:
            required.append(name)
    return {
        "type": "object",
        "properties": properties,
        **({"required": required} if required else {}),
        "additionalProperties": others,
    }


def _member(type: str, about: Any, *, optional: bool) -> Json | None:
    """Return the schema of a field; what may be left out may be null as well."""
    if type == "enum":
        if not isinstance(about, list):
            return None
        return {"enum": [*about, None] if optional and None not in about else list(about)}
    found = _node(about)
    if found is None or type not in ("", "array", "object"):
        return None
    if type == "array":
        found = {"type": "array", "items": found}
    elif type == "object" and not isinstance(about, dict):
        return None
    if optional and isinstance(found.get("type"), str):
        found["type"] = [found["type"], "null"]
    return found


# --- and back ------------------------------------------------------------------------------


def picoschema(schema: Any) -> Any:
    """Return a JSON Schema as Picoschema, or None where that can't say exactly the same."""
    if not isinstance(schema, dict) or not isinstance(schema.get("properties"), dict):
        return None
    found = _fields(schema)
    if not found or is_json_schema(found):
        return None
    return found if _plain(json_schema(found)) == _plain(schema) else None


def _fields(schema: Mapping[str, Any]) -> Json:
    properties = schema.get("properties")
    required = schema.get("required")
    found: Json = {}
    for name, about in properties.items() if isinstance(properties, dict) else ():
        key = name if isinstance(required, list) and name in required else f"{name}?"
        type, value = _written(about if isinstance(about, dict) else {}, key.endswith("?"))
        found[f"{key}({type})" if type else key] = value
    others = schema.get("additionalProperties")
    if isinstance(others, dict):
        found[WILDCARD] = _inside(others)
    return found


def _written(about: Mapping[str, Any], optional: bool) -> tuple[str, Any]:
    """Return what stands in the parentheses behind a field's name, and behind the colon."""
    kind = about.get("type")
    if isinstance(kind, list):
        kind = next((item for item in kind if item != "null"), "null")
    description = about.get("description")
    behind = _behind(description, "\n", "(")  # the tool reads no parenthesis in parentheses
    if isinstance(about.get("enum"), list):
        values = about["enum"]
        values = values[:-1] if optional and values[-1:] == [None] else values
        return f"enum{behind}", values
    if kind == "array":
        return f"array{behind}", _inside(about.get("items"))
    if kind == "object":
        return f"object{behind}", _fields(about)
    return "", f"{kind or 'any'}{_behind(description, chr(10))}"


def _behind(description: Any, *signs: str) -> str:
    """Return a description as it follows a type; nothing where it can't stand there."""
    says = isinstance(description, str) and not any(sign in description for sign in signs)
    return f", {description}" if says and description else ""


def _inside(about: Any) -> Any:
    if not isinstance(about, dict):
        return "any"
    if about.get("type") == "object":
        return _fields(about)
    return _written(about, False)[1]


def _plain(value: Any) -> str:
    """Return a schema as a text that is the same for all that say the same."""
    return json.dumps(_sorted(value), sort_keys=True)


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: sorted(item)
            if key == "required"
            and isinstance(item, list)
            and all(isinstance(i, str) for i in item)
            else _sorted(item)
            for key, item in value.items()
        }
    return [_sorted(item) for item in value] if isinstance(value, list) else value
