"""Picoschema: the short way in which dotprompt files say what goes in and what comes out.

    name: string, the full name
    age?: integer
    tags(array, what it is about): string
    address(object):
      city: string
    colour(enum): [RED, BLUE]
    (*): any

A schema with a `type` or `properties` at its top is plain JSON Schema. Other names than the types
are of schemas that a program defines; nobody knows them here.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from guideline_kit.formats.reading.complaints import shown
from guideline_kit.text import Span
from guideline_kit.trees import Path, Tree

SCALARS = ("any", "boolean", "integer", "null", "number", "string")
_OURS = {
    "string": "text",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "array": "list",
    "object": "object",
}
_KEY = re.compile(r"(?P<name>[^(]*)(?:\((?P<inside>.*))?\Z", re.DOTALL)
WILDCARD = "(*)"
_MANY = 100  # faults of one schema
_KEYWORDS = frozenset(
    (
        *("type", "title", "description", "properties", "required", "items", "enum", "const"),
        *("default", "examples", "format", "pattern", "minimum", "maximum", "minLength"),
        *("maxLength", "minItems", "maxItems", "uniqueItems", "additionalProperties", "anyOf"),
        *("oneOf", "allOf", "not", "nullable", "exclusiveMinimum", "exclusiveMaximum"),
        *("multipleOf", "definitions", "readOnly", "writeOnly", "deprecated", "propertyNames"),
    )
)
_IN_PARENTHESES = ("array", "object", "enum")
# Slips that no schema of a program is called.
_MEANT = {
    "str": "string",
    "text": "string",
    "String": "string",
    "int": "integer",
    "Integer": "integer",
    "float": "number",
    "double": "number",
    "Number": "number",
    "bool": "boolean",
    "Boolean": "boolean",
    "list": "array",
    "array": "array",
    "dict": "object",
    "object": "object",
    "map": "object",
    "enum": "enum",
}


class Field(NamedTuple):
    """A field of a schema; `type` is one of ours, `span` where its name stands.

    `choices` says that only some values are allowed.
    """

    name: str
    span: Span
    type: str
    required: bool
    description: str = ""
    choices: bool = False


class Fault(NamedTuple):
    """What is wrong with a schema, where, and what to write instead."""

    span: Span
    message: str
    help: str


class Schema(NamedTuple):
    """What a schema says: its fields, or None where it is no schema of an object or not known.

    `open` says that other fields are allowed.
    """

    fields: tuple[Field, ...] | None
    faults: tuple[Fault, ...]
    open: bool = False


def read_schema(tree: Tree, path: Path) -> Schema:
    """Read the schema at a path, Picoschema or JSON Schema; never raises."""
    value = tree.get(path)
    if isinstance(value, str):
        return Schema(None, tuple(_text_faults(tree, path, value)))
    if not isinstance(value, dict):
        return Schema(None, () if value is None else (_no_schema(tree, path, value),))
    kind = value.get("type")
    if isinstance(kind, str) and kind in (*SCALARS, "object", "array"):
        others = [key for key in value if key not in _KEYWORDS and not str(key).startswith("$")]
        if kind in SCALARS and others:
            return Schema(None, (_field_called_type(tree, path, str(others[0])),))
        return _json_schema(tree, path, value)
    if isinstance(value.get("properties"), dict):
        return _json_schema(tree, path, value)
    fields = tuple(_field(tree, path, str(key), about) for key, about in value.items())
    return Schema(
        tuple(field for field in fields if field is not None),
        tuple(itertools.islice(_faults(tree, path), _MANY)),
        open=WILDCARD in value,
    )


# --- JSON Schema -----------------------------------------------------------------------------


def _json_schema(tree: Tree, path: Path, value: Mapping[str, Any]) -> Schema:
    properties = value.get("properties")
    if not isinstance(properties, dict):
        return Schema(None, ())
    listed = value.get("required")
    required = listed if isinstance(listed, list) else []
    faults = [
        Fault(
            tree.value_span((*path, "required", number)),
            f"'{name}' is required, and is no property",
            "Correct the name, or add the property",
        )
        for number, name in enumerate(required)
        if isinstance(name, str) and name not in properties
    ]
    fields = tuple(
        Field(
            str(name),
            tree.key_span((*path, "properties", name)),
            _json_type(about),
            name in required and not (isinstance(about, dict) and "default" in about),
            _text_of(about, "description"),
            choices=isinstance(about, dict) and ("enum" in about or "const" in about),
        )
        for name, about in properties.items()
    )
    return Schema(fields, tuple(faults), open=value.get("additionalProperties", False) is not False)


def _json_type(about: Any) -> str:
    kind = about.get("type") if isinstance(about, dict) else None
    if isinstance(kind, list):
        kind = next((item for item in kind if item != "null"), None)
    return _OURS.get(kind, "text") if isinstance(kind, str) else "text"


def _text_of(about: Any, key: str) -> str:
    value = about.get(key) if isinstance(about, dict) else None
    return value if isinstance(value, str) else ""


# --- Picoschema ------------------------------------------------------------------------------


def split_type(text: str) -> tuple[str, str]:
    """Return a type and a description: the first comma divides them."""
    type, _, description = text.partition(",")
    return type, description.strip()


def taken_apart(key: str) -> tuple[str, bool, str, str]:
    """Return the name in a key, whether it is optional, the type in parentheses, and what is
    said about it."""
    found = _KEY.match(key)
    name, inside = (found["name"], found["inside"]) if found else (key, None)
    type, description = split_type(inside[:-1] if inside else "")
    return name.removesuffix("?"), name.endswith("?"), type, description


def _field(tree: Tree, path: Path, key: str, about: Any) -> Field | None:
    if key == WILDCARD:
        return None
    name, optional, type, description = taken_apart(key)
    if not type and isinstance(about, str):
        type, description = split_type(about)
    elif not type:
        type = "object"
    span = tree.key_span((*path, key))
    at = tree.source.text.find(name, span.start, span.end) if name else -1
    if at >= 0:
        span = Span(at, at + len(name))
    return Field(name, span, _ours(type), not optional, description, choices=type == "enum")


def _ours(type: str) -> str:
    """Return our word for a type; a schema of a program, or anything, is likeliest an object."""
    return "text" if type == "enum" else _OURS.get(type, "object")


def _faults(tree: Tree, path: Path) -> Iterator[Fault]:
    """Yield what is wrong with a mapping of Picoschema, and with all in it."""
    waiting = [path]
    while waiting:
        here = waiting.pop()
        value = tree.get(here)
        if isinstance(value, str):
            yield from _text_faults(tree, here, value)
        elif not isinstance(value, dict):
            yield _no_schema(tree, here, value)
        else:
            for key, about in value.items():
                yield from _key_faults(tree, (*here, key), str(key))
                kind = taken_apart(str(key))[2] if key != WILDCARD else ""
                if kind == "enum":
                    yield from _enum_faults(tree, (*here, key), about)
                else:
                    waiting.append((*here, key))


def _key_faults(tree: Tree, path: Path, key: str) -> Iterator[Fault]:
    if key == WILDCARD:
        return
    span = tree.key_span(path)
    name, _, type, _ = taken_apart(key)
    if "(" in key and not key.endswith(")"):
        yield Fault(
            span,
            f"The parenthesis in '{shown(key)}' is not closed at the end of the key",
            "Write name(array) or name(array, what it is)",
        )
    elif "(" in key and type not in _IN_PARENTHESES:
        meant = _MEANT.get(type, "")
        help = "Write array, object or enum there; other types stand behind the colon"
        if meant in _IN_PARENTHESES:
            help = f"Write '{meant}'"
        yield Fault(span, f"'{shown(type)}' is no type that can stand in parentheses", help)
    elif not name.strip():
        yield Fault(span, "A field without a name", "Write a name before the sign")


def _enum_faults(tree: Tree, path: Path, values: Any) -> Iterator[Fault]:
    if not isinstance(values, list):
        yield Fault(
            tree.value_span(path),
            "An enum needs a list of its values",
            "Write them as [ONE, OTHER]",
        )


def _text_faults(tree: Tree, path: Path, text: str) -> Iterator[Fault]:
    """Yield what is wrong with a type behind a colon."""
    type, _ = split_type(text)
    if type in SCALARS:
        return
    meant = _MEANT.get(type.strip())
    if meant in SCALARS:
        help = f"Write '{meant}'"
    elif meant is not None:
        help = f"Write it behind the name: name({meant})"
    elif not type.strip():
        help = f"Write one of {', '.join(SCALARS)}"
    elif not re.fullmatch(r"[\w$./-]+", type):
        help = f"Write one of {', '.join(SCALARS)}; a description follows behind a comma"
    else:
        return  # the name of a schema that a program defines
    yield Fault(tree.value_span(path), f"'{shown(type)}' is no type", help)


def _field_called_type(tree: Tree, path: Path, other: str) -> Fault:
    return Fault(
        tree.key_span((*path, "type")),
        f"A field called 'type' makes this a JSON Schema, in which '{shown(other)}' means nothing",
        "Give the field another name, or write the whole as a JSON Schema with 'properties'",
    )


def _no_schema(tree: Tree, path: Path, value: Any) -> Fault:
    what = "a list" if isinstance(value, list) else "nothing" if value is None else f"'{value}'"
    return Fault(
        tree.value_span(path) if value is not None else tree.key_span(path),
        f"A schema is made of names and types; here stands {shown(what)}",
        "Write a type, or names with their types below",
    )
