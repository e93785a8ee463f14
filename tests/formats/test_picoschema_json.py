"""Picoschema and JSON Schema: each says what the other does, or says nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guideline_kit.formats.dotprompt.picoschema_json import json_schema, picoschema

NAMES = st.sampled_from(("a", "b", "long_name", "x1", "type", "required"))
TEXTS = st.sampled_from(("", "what it is", "one, and another", "in (some) words", "a: b"))
TYPES = st.sampled_from(("any", "boolean", "integer", "null", "number", "string"))


def behind(text: str) -> str:
    return f", {text}" if text else ""


@st.composite
def fields(draw: st.DrawFn, inside: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in draw(st.lists(NAMES, unique=True, min_size=1, max_size=3)):
        key = name + draw(st.sampled_from(("", "?")))
        kind = draw(st.sampled_from(("", "array", "object", "enum")))
        text = behind(draw(TEXTS))
        if kind == "":
            found[key] = draw(TYPES) + text
            continue
        if "(" in text:
            text = ""
        found[f"{key}({kind}{text})"] = {
            "array": draw(inside),
            "object": draw(inside.filter(lambda value: isinstance(value, dict))),
            "enum": draw(st.lists(st.sampled_from(("A", "B", 1)), min_size=1, unique=True)),
        }[kind]
    if draw(st.booleans()):
        found["(*)"] = draw(TYPES)
    return found


SIMPLE = st.dictionaries(NAMES.filter(lambda name: name != "type"), TYPES, min_size=1, max_size=2)
SCHEMAS = fields(TYPES | SIMPLE)


@given(SCHEMAS)
def test_picoschema_comes_back_from_json_schema(schema: dict[str, Any]) -> None:
    plain = json_schema(schema)
    assert plain is not None
    again = picoschema(plain)
    if again is None:
        # A field called `type` alone can't be told from JSON Schema.
        assert any(key.split("?")[0] == "type" for key in schema)
    else:
        assert json_schema(again) == plain


JSON_SCHEMAS = st.recursive(
    st.sampled_from(
        ({}, True, {"type": "string"}, {"type": ["string", "null"]}, {"enum": ["a"]}, {"$ref": "#"})
    ),
    lambda inside: (
        st.fixed_dictionaries({"type": st.just("array")}, optional={"items": inside})
        | st.fixed_dictionaries(
            {"type": st.just("object"), "properties": st.dictionaries(NAMES, inside, max_size=3)},
            optional={
                "required": st.lists(NAMES, max_size=2, unique=True),
                "additionalProperties": st.booleans() | inside,
                "description": TEXTS,
            },
        )
    ),
    max_leaves=6,
)


@given(JSON_SCHEMAS)
def test_what_is_written_says_exactly_the_same_or_nothing(schema: Any) -> None:
    short = picoschema(schema)
    if short is not None:
        again = json_schema(short)
        assert again is not None
        assert sorted_names(again) == sorted_names(schema)


def sorted_names(value: Any) -> str:
    text = json.dumps(value, sort_keys=True)
    found = json.loads(text, object_hook=_sorted)
    return json.dumps(found, sort_keys=True)


def _sorted(item: dict[str, Any]) -> dict[str, Any]:
    if isinstance(item.get("required"), list):
        item["required"] = sorted(item["required"])
    return item


@pytest.mark.parametrize(
    ("short", "plain"),
    [
        ("string, a name", {"type": "string", "description": "a name"}),
        (
            {"a?": "string", "b": "any, all sorts"},
            {
                "type": "object",
                "properties": {
                    "a": {"type": ["string", "null"]},
                    "b": {"description": "all sorts"},
                },
                "required": ["b"],
                "additionalProperties": False,
            },
        ),
        (
            {"c?(enum, a colour)": ["RED"], "(*)": "integer"},
            {
                "type": "object",
                "properties": {"c": {"enum": ["RED", None], "description": "a colour"}},
                "additionalProperties": {"type": "integer"},
            },
        ),
        ({"type": "array", "items": {}}, {"type": "array", "items": {}}),
        ({"properties": {"a": {}}}, {"type": "object", "properties": {"a": {}}}),
        ("Person", None),
        ({"a": "Person"}, None),
        ({"a(list)": "string"}, None),
        ({"a(array": "string"}, None),
        ({"a": None}, None),
        ({"a": "string", "a?": "string"}, None),
        ({}, None),
        (3, None),
    ],
)
def test_json_schema_of_picoschema(short: Any, plain: Any) -> None:
    assert json_schema(short) == plain
