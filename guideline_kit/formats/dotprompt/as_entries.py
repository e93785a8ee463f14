"""dotprompt files as catalog entries: what their front matter says, in an entry's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from guideline_kit.documents import Document
from guideline_kit.formats.dotprompt import front_of
from guideline_kit.formats.dotprompt.picoschema import read_schema, taken_apart
from guideline_kit.formats.dotprompt.picoschema_json import is_json_schema, json_schema, picoschema
from guideline_kit.formats.reading.inputs import declared
from guideline_kit.formats.writing.entries import Entry, described, line, plain_text, stem
from guideline_kit.formats.writing.metadata import VERSION, understood
from guideline_kit.formats.writing.role_texts import is_all, spoken, with_plain_breaks
from guideline_kit.text import Source, Span
from guideline_kit.trees import Tree

# What an entry keeps of a file, at its places there. "#" are comments before the front matter,
# `template` is the whole text, and a schema of null says that the file has none.
OWN = "x-dotprompt"
COMMENTS = "#"

_ROLE = re.compile(r"\s*(?:\{\{\s*role\s+([\"'])(?:system|user|model|tool)\1\s*\}\}\s*)")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_TWO = 2


def entries(document: Document) -> list[Entry]:
    """Return the prompt as an entry; none where the file has no text."""
    messages = spoken(document)
    if not messages:
        return []
    fields = document.fields
    front = front_of(document.source)
    own: Entry = {}
    if front is not None:
        before = document.source.text[: front.inside.start].rpartition("---")[0].strip()
        if before:
            own[COMMENTS] = with_plain_breaks(before)
    name, variant = named(document)
    entry = described(
        f"{name} {variant}" if variant else name, description=plain_text(fields.get("description"))
    )
    own |= {key: fields[key] for key in ("name", "variant") if key in fields}
    own |= {"name": name, **({"variant": variant} if variant else {})}
    if own["name"] == entry["id"]:
        del own["name"]
    version = fields.get("version")
    if isinstance(version, str) and VERSION.fullmatch(version):
        entry["version"] = version
    engine = "handlebars" if document.placeholders else "none"
    entry["template"] = {"engine": engine, "messages": messages}
    inputs, own_input = _inputs(document)
    if inputs:
        entry["inputs"] = inputs
    output, own_output = output_of(fields.get("output"))
    if output:
        entry["output"] = output
    found, metadata = understood(fields.get("metadata"), version=False)
    entry |= found
    own |= _others(fields)
    if metadata not in (None, {}):
        own["metadata"] = metadata
    if own_input not in ({}, None):
        own["input"] = own_input
    if own_output not in ({}, None):
        own["output"] = own_output
    start = front.end if front else 0
    if not is_all(document, start, _ROLE):
        own["template"] = with_plain_breaks(document.source.text[start:])
    if own:
        entry[OWN] = own
    return [entry]


def named(document: Document) -> tuple[str, str]:
    """Return what a prompt and its variant are called: the file's name may say both."""
    name = document.fields.get("name")
    variant = document.fields.get("variant")
    parts = document.source.name.rpartition("/")[2].removesuffix(".prompt").split(".")
    if not isinstance(variant, str):
        variant = parts[1] if len(parts) == _TWO and not isinstance(name, str) else ""
    return name if isinstance(name, str) and name else stem(document.source.name), variant


_UNDERSTOOD = ("name", "variant", "description", "version", "input", "output", "metadata")


def _others(fields: Mapping[str, Any]) -> Entry:
    """Return what the front matter says besides, at its places."""
    return {
        key: value
        for key, value in fields.items()
        if key not in _UNDERSTOOD
        or (key == "description" and not (isinstance(value, str) and value.strip()))
        or (key == "version" and not (isinstance(value, str) and VERSION.fullmatch(value)))
    }


# --- inputs --------------------------------------------------------------------------------


def _inputs(document: Document) -> tuple[Entry, Any]:
    """Return the inputs, and what the file says of them that an entry can't."""
    said = document.fields.get("input")
    if said is not None and not isinstance(said, dict):
        return inputs_by_use(document, {}), said
    said = said or {}
    own = {key: value for key, value in said.items() if key not in ("schema", "default")}
    given = said.get("default")
    defaults = given if isinstance(given, dict) else {}
    schema = said.get("schema")
    exact = picoschema(schema) if isinstance(schema, dict) and is_json_schema(schema) else None
    schema = exact or schema
    inputs = inputs_of(schema, defaults)
    if not isinstance(schema, dict) or not schema:
        inputs = inputs_by_use(document, defaults)
        if inputs or schema:
            own["schema"] = schema or None
    elif is_json_schema(schema):
        own["schema"] = schema
    else:
        unsaid = {key: value for key, value in schema.items() if not _is_said(key, value)}
        if unsaid:
            own["schema"] = unsaid
    others = {name: value for name, value in defaults.items() if name not in inputs}
    if others or (given is not None and given is not defaults):
        own["default"] = others or given
    return inputs, own


def inputs_by_use(document: Document, defaults: Mapping[str, Any]) -> Entry:
    """Return the inputs that a text uses, where no schema declares any."""
    names = dict.fromkeys([*(item.name for item in document.placeholders), *defaults])
    return {name: _about(name, "", "", True, defaults) for name in names if _NAME.fullmatch(name)}


def inputs_of(schema: Any, defaults: Mapping[str, Any]) -> Entry:
    """Return the inputs that a schema declares, and those that only have a default."""
    fields = read_schema(Tree(Source("", ""), {"schema": schema}, {}), ("schema",)).fields or ()
    inputs: Entry = {}
    for field in fields:
        if not _NAME.fullmatch(field.name):
            continue
        about = _property(schema, field.name)
        given = {**({field.name: about["default"]} if "default" in about else {}), **defaults}
        required = field.required or "default" in about
        inputs[field.name] = _about(field.name, field.type, field.description, required, given)
        choices = [item for item in about.get("enum") or () if item is not None]
        if choices:
            inputs[field.name]["choices"] = choices
            inputs[field.name]["type"] = "line" if field.type == "text" else field.type
    for name in defaults:
        if name not in inputs and _NAME.fullmatch(name):
            inputs[name] = _about(name, "", "", True, defaults)
    return inputs


def _about(
    name: str, type: str, description: str, required: bool, defaults: Mapping[str, Any]
) -> Entry:
    default = defaults.get(name)
    found = declared(name, Span(0, 0), type, required=required, sample=default)
    return {
        "type": found.type,
        "description": line(description) or title_of(name),
        **({} if required else {"required": False}),
        **({"default": default} if name in defaults else {}),
    }


def title_of(name: str) -> str:
    """Return the description of an input that nobody has described."""
    title: str = described(name)["title"]
    return title


def _property(schema: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return what a schema says of a field, as JSON Schema."""
    if is_json_schema(schema):
        properties = schema.get("properties")
        about = properties.get(name) if isinstance(properties, dict) else None
        enum = about.get("enum") if isinstance(about, dict) else None
        if isinstance(about, dict) and (enum is None or isinstance(enum, list)):
            return about
        return {}
    for key, value in schema.items():
        if taken_apart(key)[0] == name:
            whole = json_schema({key: value})
            return whole["properties"].get(name, {}) if whole and "properties" in whole else {}
    return {}


def _is_said(key: str, value: Any) -> bool:
    """Whether an entry says of a field all that Picoschema does."""
    found = inputs_of({key: value}, {})
    schema = json_schema({key: value})
    return bool(found) and schema is not None and schema == json_schema(declaration(found))


# --- and back ------------------------------------------------------------------------------

_JSON = {"integer": "integer", "number": "number", "boolean": "boolean"}


def declaration(inputs: Mapping[str, Any]) -> Any:
    """Return the schema that declares an entry's inputs: Picoschema, wherever it can be."""
    schema = {
        "type": "object",
        "properties": {name: _json_of(name, about) for name, about in inputs.items()},
        "required": [name for name, about in inputs.items() if about.get("required") is not False],
        "additionalProperties": False,
    }
    if not schema["required"]:
        del schema["required"]
    return picoschema(schema) or schema


def _json_of(name: str, about: Mapping[str, Any]) -> Entry:
    kind = about.get("type")
    found: Entry = {"type": _JSON.get(str(kind), "string")}
    if about.get("choices"):
        found = {"enum": list(about["choices"])}
    elif kind == "list":
        found = {"type": "array", "items": {}}
    elif kind == "object":
        found = {"type": "object", "properties": {}, "additionalProperties": {}}
    if about.get("required") is False:
        if "enum" in found:
            found["enum"] = [item for item in found["enum"] if item is not None] + [None]
        else:
            found["type"] = [found["type"], "null"]
    description = about.get("description")
    return {**found, "description": description} if description != title_of(name) else found


# --- output --------------------------------------------------------------------------------


def output_of(said: Any) -> tuple[Entry, Any]:
    """Return what comes out, and what the file says of it that an entry can't."""
    if not isinstance(said, dict):
        return {}, said
    own = {key: value for key, value in said.items() if key not in ("format", "schema")}
    format, schema = said.get("format"), said.get("schema")
    plain = json_schema(schema)
    if format == "enum" and plain is not None and _labels(plain):
        return {"format": "label", "choices": plain["enum"]}, own
    if format == "json" or (format is None and schema):
        if plain is not None:
            return {"format": "json", "schema": plain}, own
        return {"format": "json"}, {**own, "schema": schema} if schema else own
    own |= {"schema": schema} if schema else {}
    if format == "text":
        return {"format": "text"}, own
    return {}, {**own, "format": format} if format is not None else own


def _labels(schema: Mapping[str, Any]) -> bool:
    values = schema.get("enum")
    return (
        schema.keys() == {"type", "enum"}
        and schema["type"] == "string"
        and isinstance(values, list)
        and all(isinstance(item, str) for item in values)
        and len(set(values)) == len(values) >= _TWO
    )


def output_said(output: Mapping[str, Any]) -> Entry:
    """Return what a file says of an entry's output."""
    format, schema = output.get("format"), output.get("schema")
    if format == "label" and output.get("choices"):
        return {"format": "enum", "schema": {"type": "string", "enum": list(output["choices"])}}
    if format != "json":
        return {"format": "text"}
    short = picoschema(schema)
    if short is None and isinstance(schema, dict) and json_schema(schema) == schema:
        short = schema
    return {"format": "json", "schema": short} if short else {"format": "json"}
