"""Picoschema: fields, their types and names, and what is wrong with a schema."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guideline_kit.formats.dotprompt.picoschema import Schema, read_schema
from guideline_kit.text import Source
from guideline_kit.yamlio import read


def schema(text: str) -> tuple[Source, Schema]:
    source = Source("a.yaml", "schema:" + ("\n" if text[:1] in (" ", "-") else " ") + text)
    tree = read(source).tree
    assert tree is not None, text
    return source, read_schema(tree, ("schema",))


def fields(text: str) -> dict[str, str] | None:
    """Return type, ? for one that may be missing, and description of each field."""
    source, found = schema(text)
    assert not found.faults, found.faults
    if found.fields is None:
        return None
    for item in found.fields:
        assert source.slice(item.span) == item.name
    return {
        item.name: f"{item.type}{'' if item.required else '?'} {item.description}".strip()
        for item in found.fields
    }


def faults(text: str) -> list[str]:
    source, found = schema(text)
    assert all(item.help for item in found.faults)
    return [
        f"{source.position(item.span.start).line}:{source.position(item.span.start).column} "
        f"{source.slice(item.span)}"
        for item in found.faults
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  a: string", {"a": "text"}),
        ("  a: string, the name, in full", {"a": "text the name, in full"}),
        ("  a?: integer", {"a": "integer?"}),
        (
            "  a: number\n  b: boolean\n  c: any\n  d: 'null'",
            {"a": "number", "b": "boolean", "c": "object", "d": "object"},
        ),
        ("  a(array): string", {"a": "list"}),
        ("  a?(array, all of them): string, one", {"a": "list? all of them"}),
        ("  a(array):\n    b: string\n    c?: number", {"a": "list"}),
        ("  a(object, what (it) is):\n    b: string", {"a": "object what (it) is"}),
        ("  a:\n    b: string", {"a": "object"}),
        ("  a(enum): [ONE, TWO]", {"a": "text"}),
        ("  a?(enum, which one): [1, null]", {"a": "text? which one"}),
        ("  (*): any", {}),
        ("  a: string\n  (*): number, a score", {"a": "text"}),
        (
            "  a: Recipe\n  b: Recipe, of today\n  c(array): my.Recipe",
            {"a": "object", "b": "object of today", "c": "list"},
        ),
        ("  'a': string\n  \"b?\": string", {"a": "text", "b": "text?"}),
        # JSON Schema, by what stands at its top.
        (
            "  type: object\n  properties: {a: {description: An a}, b: {type: ['null', integer]}}",
            {"a": "text? An a", "b": "integer?"},
        ),
        (
            "  required: [a, c]\n  properties: {a: {type: array}, b: true, c: {default: 1}}",
            {"a": "list", "b": "text?", "c": "text?"},
        ),
        ("  type: string", None),
        ("  type: object", None),
        ("  type: array\n  items: {type: string}", None),
        # Names of types, and of schemas that a program has.
        ("string", None),
        ("Recipe", None),
        ("Recipe, of today", None),
        ("", None),
    ],
)
def test_a_schema_has_fields(text: str, expected: dict[str, str] | None) -> None:
    assert fields(text) == expected


def test_a_wildcard_leaves_the_fields_open() -> None:
    assert schema("  a: string\n  (*): any")[1].open
    assert schema("  type: object\n  properties: {a: {}}\n  additionalProperties: true")[1].open
    assert not schema("  type: object\n  properties: {a: {}}")[1].open
    assert not schema("  a: string\n  b:\n    (*): any")[1].open


def test_an_enum_allows_only_some_values() -> None:
    for text in ("  a(enum): [x]", "  type: object\n  properties: {a: {enum: [x]}}"):
        assert [item.choices for item in schema(text)[1].fields or ()] == [True]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  a: str", ["2:6 str"]),
        ("  a: String, of letters", ["2:6 String, of letters"]),
        ("  a: list", ["2:6 list"]),
        ("  a: string of letters", ["2:6 string of letters"]),
        ("  a: string | null", ["2:6 string | null"]),
        ("  a: ', a name'", ["2:6 ', a name'"]),
        ("  a: 7", ["2:6 7"]),
        ("  a:", ["2:3 a"]),
        ("  a: [string]", ["2:6 [string]"]),
        ("  a(arr): string", ["2:3 a(arr)"]),
        ("  a(list): string", ["2:3 a(list)"]),
        ("  a(array: string", ["2:3 a(array"]),
        ("  a(): string", ["2:3 a()"]),
        ("  a(array)?: string", ["2:3 a(array)?"]),
        ("  a(enum): ONE", ["2:12 ONE"]),
        ("  a(enum): {ONE: 1}", ["2:12 {ONE: 1}"]),
        ("  '?': string", ["2:3 '?'"]),
        ("  a:\n    b(array):\n      c: int\n    d: bool", ["4:10 int", "5:8 bool"]),
        ("  (*): int", ["2:8 int"]),
        ("  type: string\n  name: string", ["2:3 type"]),
        ("  type: object\n  properties: {a: {}}\n  required: [a, b]", ["4:17 b"]),
        ("- string", ["2:1 - string"]),
        ("7", ["1:9 7"]),
    ],
)
def test_what_is_wrong_is_named_at_its_place(text: str, expected: list[str]) -> None:
    assert sorted(faults(text)) == sorted(expected)


NAMES = st.from_regex(r"[a-z][a-zA-Z0-9_]{0,8}", fullmatch=True).filter(
    lambda name: name not in ("type", "properties", "null", "true", "false", "y", "n", "no", "yes")
)
TYPES = st.sampled_from(["any", "boolean", "integer", "null", "number", "string", "Recipe"])
NOTES = st.from_regex(r"[a-z][a-z ,()?é]{0,20}[a-z]", fullmatch=True)
SCHEMAS = st.recursive(
    TYPES | st.tuples(TYPES, NOTES).map(", ".join),
    lambda inner: st.dictionaries(
        st.tuples(NAMES, st.sampled_from(["", "?"]), st.sampled_from(["", "(array)", "(object)"])),
        inner,
        min_size=1,
        max_size=3,
    ),
    max_leaves=8,
)


def written(value: object, indent: int) -> str:
    if isinstance(value, str):
        return f' "{value}"'
    assert isinstance(value, dict)
    return "".join(
        f'\n{" " * indent}"{name}{mark}{kind}":' + written(about, indent + 2)
        for (name, mark, kind), about in value.items()
    )


@given(st.dictionaries(NAMES, st.tuples(st.booleans(), SCHEMAS), min_size=1, max_size=4))
def test_every_schema_that_is_right_is_read(wanted: dict[str, tuple[bool, object]]) -> None:
    data = {
        (name, "?" if optional else "", ""): about for name, (optional, about) in wanted.items()
    }
    source, found = schema(written(data, 2).removeprefix("\n"))
    assert not found.faults
    assert {item.name: not item.required for item in found.fields or ()} == {
        name: optional for name, (optional, _) in wanted.items()
    }
    for item in found.fields or ():
        assert source.slice(item.span) == item.name


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.text("a?(*),: array", max_size=9), inner, max_size=3)
        ),
        max_leaves=10,
    )
)
def test_whatever_a_schema_is_it_is_read(value: object) -> None:
    import json

    source = Source("a.yaml", json.dumps({"schema": value}))
    tree = read(source).tree
    if tree is None:
        return
    found = read_schema(tree, ("schema",))
    for item in (*found.faults, *(found.fields or ())):
        assert 0 <= item.span.start <= item.span.end <= len(source.text)
