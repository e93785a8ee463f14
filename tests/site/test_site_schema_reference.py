"""The reference pages say what the schemas say."""

from __future__ import annotations

import pytest

from guideline_kit import schemas
from guideline_kit.site.schema_reference import (
    Property,
    check_kinds,
    choices,
    definitions,
    kind_schema,
    meanings,
    properties,
)

ALL = schemas.load_all()


def one(name: str, path: str) -> Property:
    return next(found for found in properties(ALL, name) if found.path == path)


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_place_in_a_page_has_a_name_of_its_own(name: str) -> None:
    anchors = [found.anchor for found in (*properties(ALL, name), *definitions(ALL, name))]
    assert len(anchors) == len(set(anchors))


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_property_at_the_top_is_there(name: str) -> None:
    listed = {found.path for found in properties(ALL, name)}
    assert set(ALL[name].get("properties", {})) <= listed


def test_nested_properties_are_listed_below_their_parent() -> None:
    found = one("prompt.schema.json", "template.messages[].role")
    assert found.depth == 2
    assert found.required
    assert [value.value for value in found.values] == ["system", "user", "assistant", "tool"]
    assert found.definition is not None
    assert found.definition.name == "role"


def test_a_reference_to_a_whole_schema_leads_to_its_page() -> None:
    found = one(kind_schema("terms"), "unless")
    assert found.definition is not None
    assert (found.definition.schema, found.definition.name) == ("kinds/unless.schema.json", "")


def test_a_schema_that_refers_to_itself_is_linked_to_and_not_listed_again() -> None:
    name = "kinds/thing.schema.json"
    assert [found.path for found in properties(ALL, name)] == list(ALL[name]["properties"])
    definition = one(name, "any").definition
    assert definition is not None
    assert (definition.schema, definition.name) == (name, "")


@pytest.mark.parametrize("reference", ["#", "#/$defs/node"])
def test_where_a_part_of_a_schema_holds_itself_the_list_stops(reference: str) -> None:
    node = {"properties": {"more": {"type": "array", "items": {"$ref": reference}}}}
    schema = {**node, "$defs": {"node": node}}
    paths = [found.path for found in properties({"a.schema.json": schema}, "a.schema.json")]
    assert paths == (["more"] if reference == "#" else ["more", "more[].more"])


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("rule.schema.json", "applies_to.in"),
        ("kinds/thing.schema.json", "in"),
        ("kinds/thing.schema.json", "region"),
    ],
)
def test_where_one_value_or_a_list_can_stand_the_values_are_shown(name: str, path: str) -> None:
    found = one(name, path)
    region = ALL["common.schema.json"]["$defs"]["region"]
    assert [value.value for value in found.values] == region["enum"]
    assert found.definition is not None
    assert found.definition.name == "region"


@pytest.mark.parametrize(
    ("kind", "path", "default"),
    [
        ("conditional", "where", "document"),
        ("order", "where", "document"),
        ("order", "compare", "starts"),
        ("order", "mark", "then"),
        ("terms", "fix", "suggestion"),
    ],
)
def test_the_default_is_said_where_the_values_stand_apart(
    kind: str, path: str, default: str
) -> None:
    found = one(kind_schema(kind), path)
    assert found.description.endswith(f" Default: {default}.")
    assert default in [value.value for value in found.values]


def test_limits_are_in_words() -> None:
    assert one(kind_schema("characters"), "classes").limits == ("not empty", "each once")
    assert one(kind_schema("characters"), "replace").limits == ("10 characters or fewer",)


def test_alternatives_are_in_words() -> None:
    assert choices(ALL[kind_schema("terms")]) == ["Give exactly one of these: words, replace."]
    assert choices(ALL[kind_schema("count")]) == ["Give at least one of these: min, max."]


def test_kinds_come_from_the_schema_of_a_rule() -> None:
    assert check_kinds(ALL)[:2] == ["terms", "pattern"]
    assert "unless" not in check_kinds(ALL)


@pytest.mark.parametrize(
    ("description", "values", "expected"),
    [
        ("How. low: a. high: b, or c.", ["low", "high"], {"low": "a", "high": "b, or c"}),
        ("low is a; high is b.", ["low", "high"], {"low": "is a", "high": "is b"}),
        ("x: a. y (the default): b", ["x", "y"], {"x": "a", "y": "b"}),
        ("x: says y: no. y: b", ["x", "y"], {"x": "says y: no", "y": "b"}),
        ("Only low is told. low: a.", ["low", "high"], {}),
        ("Nothing.", ["low"], {}),
        ("", [], {}),
    ],
)
def test_meanings(description: str, values: list[str], expected: dict[str, str]) -> None:
    assert meanings(description, values) == expected
