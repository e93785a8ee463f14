"""Input variables of Semantic Kernel as inputs of an entry, and back.

The kernel's defaults are texts. Of what type a variable is, a JSON Schema in a text says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeGuard

from guideline_kit.formats.reading.data_files import listed
from guideline_kit.formats.reading.inputs import declared as guessed
from guideline_kit.formats.writing.entries import Entry, line, plain_text
from guideline_kit.text import Span

_TYPES = {"integer": "integer", "number": "number", "boolean": "boolean", "array": "list",
          "object": "object"}  # fmt: skip
_JSON_TYPES = {ours: theirs for theirs, ours in _TYPES.items()}
# What the kernel is told to put in as it is.
_RAW = ("allow_dangerously_set_content", "allow_unsafe_content")


def inputs_of(fields: Mapping[str, Any], names: Mapping[str, Entry]) -> Entry:
    """Return inputs, given what is known of each by its name."""
    before = fields.get("input")  # where they stood before version 1.0
    lists = (fields.get("input_variables"), before.get("parameters") if _is(before) else None)
    about: Entry = {}
    for items in lists:
        for _, item in listed(items):
            if _is(item) and isinstance(item.get("name"), str):
                about.setdefault(item["name"], {"default": item.get("defaultValue"), **item})
    return {name: _input(name, known, about.get(name, {})) for name, known in names.items()}


def _is(value: Any) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def _input(name: str, known: Entry, about: Mapping[str, Any]) -> Entry:
    schema = _read(about.get("json_schema"))
    schema = schema if isinstance(schema, dict) else {}
    type, default, choices = schema.get("type"), about.get("default"), schema.get("enum")
    type = _TYPES.get(type, "") if isinstance(type, str) else ""
    if type and isinstance(default, str):
        default = _read(default)
    sample = about.get("sample")
    found: Entry = {
        "type": type or guessed(name, Span(0, 0), "", required=True, sample=default or sample).type,
        "description": line(plain_text(about.get("description"))) or known["description"],
    }
    if default is not None and default != "":
        found["default"] = default
    if about.get("is_required") is False:
        found["required"] = False
    if sample not in (None, ""):
        found["example"] = sample
    if isinstance(choices, list) and choices:
        found["choices"] = choices
    if any(about.get(key) is True for key in _RAW):
        found["trust"] = "trusted"
    return found


def _read(text: Any) -> Any:
    """Return what JSON says; the text, where it is none."""
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def variables_of(inputs: Mapping[str, Any]) -> list[Entry]:
    """Return the variables of a file."""
    return [_variable(name, about) for name, about in inputs.items()]


def _variable(name: str, about: Mapping[str, Any]) -> Entry:
    default, choices = about.get("default"), about.get("choices")
    type = _JSON_TYPES.get(about.get("type", ""))
    schema: Entry = {"type": type or "string"}
    if choices:
        schema["enum"] = choices
    found: Entry = {
        "name": name,
        "description": about.get("description") or name,
        "is_required": about.get("required") is not False,
    }
    if default is not None and default != "":
        plain = isinstance(default, str) and not type
        found["default"] = default if plain else json.dumps(default, ensure_ascii=False)
        if found["is_required"]:
            del found["is_required"]  # it is there in any case
    if type or choices:
        found["json_schema"] = json.dumps(schema, ensure_ascii=False)
    if isinstance(about.get("example"), str) and about["example"]:
        found["sample"] = about["example"]
    return found
