"""field: a condition on what a file says about its prompt."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linting import TODAY, marked, messages, prompt

DAYS = st.dates(datetime.date(1990, 1, 1), datetime.date(2100, 1, 1))


def field(name: str, **more: object) -> dict[str, object]:
    return {"kind": "field", "field": name, "message": "{field}|{value}|{reason}", **more}


def entry(**fields: object) -> str:
    return prompt("Hi.", **fields)


# --- there or not --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("owner", []),
        ("title", ["title||it is missing"]),
        ("output.format", []),
        ("output.schema", ["output.schema||it is missing"]),
    ],
)
def test_a_field_that_must_be_there(name: str, found: list[str]) -> None:
    text = entry(owner="writers", output={"format": "json"})
    assert messages(field(name, required=True), text, "catalog-prompt") == found


def test_an_empty_field_is_not_there() -> None:
    assert messages(field("name", required=True), "---\nname:\n---\nHi.") == ["name||it is missing"]
    assert messages(field("name", required=True), "---\nname: 0\n---\nHi.") == []
    assert messages(field("name", required=True), "---\nname: ''\n---\nHi.") == []


def test_a_field_that_is_not_there_meets_every_other_condition() -> None:
    check = field("reviewed", max_age_days=1, not_past=True, schema={"type": "string"})
    assert messages(check, "Hi.") == []


@pytest.mark.parametrize(
    ("text", "name", "format", "shown"),
    [
        ("---\nname: a\n---\nHi.\n", "name", "markdown", "a"),
        ("---\nname: a\n---\nHi.\n", "other", "markdown", "---"),
        ("# A licence.\n\n---\nname: a\n---\nHi.\n", "other", "markdown", "---"),
        ("Hi.\n", "name", "markdown", "Hi."),
        (entry(owner="writers"), "owner", "catalog-prompt", '"writers"'),
        (entry(owner="writers"), "title", "catalog-prompt", "id: a-prompt"),
        (entry(output={"format": "json"}), "output.schema", "catalog-prompt", "output"),
    ],
)
def test_where_it_is_shown(text: str, name: str, format: str, shown: str) -> None:
    check = field(name, required=True, schema={"const": "nothing"})
    assert marked(check, text, format) == [shown]


# --- dates ---------------------------------------------------------------------------------


@given(DAYS, DAYS, st.integers(0, 1000))
def test_a_day_that_is_too_long_ago(day: datetime.date, today: datetime.date, oldest: int) -> None:
    found = messages(
        field("updated", max_age_days=oldest),
        entry(updated=str(day)),
        "catalog-prompt",
        today=today,
    )
    age = (today - day).days
    expected = (
        [f"updated|{day}|it is {age} days ago, and {oldest} are allowed"] if age > oldest else []
    )
    assert found == expected


@given(DAYS, DAYS)
def test_a_day_that_has_passed(day: datetime.date, today: datetime.date) -> None:
    found = messages(
        field("review_by", not_past=True), entry(review_by=str(day)), "catalog-prompt", today=today
    )
    passed = (today - day).days
    assert found == ([f"review_by|{day}|it passed {passed} days ago"] if passed > 0 else [])


@pytest.mark.parametrize(
    "value",
    [
        "soon",
        "2026-13-01",
        "2026-02-30",
        "22.11.2026",
        "20261122",
        "2026-W47-7",
        "2026-1-1",
        "2026-11-22T10:00",
        20261122,
        True,
        ["2026-11-22"],
    ],
)
def test_what_is_no_date_is_found(value: object) -> None:
    (found,) = messages(field("updated", max_age_days=9999), entry(updated=value), "catalog-prompt")
    assert found.endswith("|it is not a date of the form YYYY-MM-DD")


def test_a_date_needs_no_quotes() -> None:
    """YAML 1.2 knows no dates: what is written is the text that is checked."""
    assert messages(
        field("updated", not_past=True), "---\nupdated: 2026-11-21\n---\nHi.", today=TODAY
    ) == ["updated|2026-11-21|it passed 1 days ago"]


# --- schemas -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "value", "reason"),
    [
        ({"type": "string"}, "a", None),
        ({"type": "string"}, 5, "5 is not text"),
        ({"enum": ["a", "b"]}, "c", '"c" is not one of a, b'),
        ({"maxLength": 3}, "abcd", "too long: at most 3"),
        ({"pattern": "^[a-z]+$"}, "A", "does not have the right form"),
        ({"type": "object", "required": ["x"]}, {"y": 1}, "x"),
        (
            {"properties": {"x": {"items": {"minimum": 3}}}},
            {"x": [3, 2]},
            "at x.1: 2 is less than 3",
        ),
        ({"minItems": 2}, ["a"], "too short: at least 2"),
        ({"not": {"const": "x"}}, "x", "x"),
    ],
)
def test_a_value_that_does_not_fit_a_schema(
    schema: dict[str, object], value: object, reason: str | None
) -> None:
    found = messages(field("value", schema=schema), entry(value=value), "catalog-prompt")
    assert bool(found) == bool(reason)
    if reason:
        assert reason in found[0]


def test_an_empty_name_stands_for_the_whole() -> None:
    check = field("", schema={"required": ["owner"]})
    assert marked(check, entry(owner="writers"), "catalog-prompt") == []
    (found,) = messages(check, entry(), "catalog-prompt")
    assert found.startswith("the file|")
    assert "owner" in found


@pytest.mark.parametrize(("status", "expected"), [("approved", 1), ("draft", 0), (None, 0)])
def test_it_may_hold_only_for_some_documents(status: str | None, expected: int) -> None:
    check = field(
        "owner",
        required=True,
        when={"properties": {"status": {"const": "approved"}}, "required": ["status"]},
    )
    text = entry(status=status) if status else entry()
    assert len(messages(check, text, "catalog-prompt")) == expected


@pytest.mark.parametrize("value", ["a" * 30 + "!", "aaaa"])
def test_a_catastrophic_pattern_in_a_schema_is_harmless(value: str) -> None:
    check = field("value", schema={"pattern": "^(a+)+$"})
    assert bool(messages(check, entry(value=value * 1000), "catalog-prompt")) == ("!" in value)


def test_a_schema_can_refer_to_itself_and_to_nothing_else() -> None:
    inside = {"$ref": "#/$defs/x", "$defs": {"x": {"const": 1}}}
    assert messages(field("value", schema=inside), entry(value=1), "catalog-prompt") == []
    assert len(messages(field("value", schema=inside), entry(value=2), "catalog-prompt")) == 1
    for ref in ("https://a.example/x.json", "file:///etc/passwd", "rule.schema.json", "#/$defs/y"):
        (found,) = messages(field("value", schema={"$ref": ref}), entry(value=1), "catalog-prompt")
        assert "can't be used" in found


# --- a field of each of several things -----------------------------------------------------


LISTED = """\
templates:
  a: {metrics: [BLEU, blue], text: x}
  b: {metrics: [], text: ""}
  c: {metrics: other}
"""


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("templates.*.metrics.*", ["templates.a.metrics.1|blue|it is not one of: BLEU, Other"]),
        ("templates.*.text", ["templates.a.text|x|"]),
        ("templates.*.nothing.*", []),
        ("nothing.*", []),
        ("templates.a.metrics.*", ["templates.a.metrics.1|blue|"]),
    ],
)
def test_a_star_stands_for_each_item_and_each_key(name: str, found: list[str]) -> None:
    text = f"---\n{LISTED}---\nHi.\n"
    check = field(name, schema={"enum": ["BLEU", "Other", ""]})
    said = messages(check, text)
    assert len(said) == len(found)
    for one, begins in zip(said, found, strict=True):
        assert one.rpartition("|")[0] == begins.rpartition("|")[0]


def test_a_star_marks_each_value_by_itself() -> None:
    text = f"---\n{LISTED}---\nHi.\n"
    assert marked(field("templates.*.metrics.*", schema={"maxLength": 3}), text) == ["BLEU", "blue"]


def test_what_each_must_have_is_missed_where_it_belongs() -> None:
    text = f"---\n{LISTED}---\nHi.\n"
    check = field("templates.*.text", required=True)
    assert messages(check, text) == ["templates.c.text||it is missing"]
    assert marked(check, text) == ["c"]
    assert messages(field("templates.*.metrics.*", required=True), text) == []


@given(st.recursive(st.none() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)))
def test_a_star_in_any_data_raises_nothing(data: object) -> None:
    text = entry(**{"x-data": data})
    for name in ("x-data.*", "x-data.*.*", "x-data.*.a", "id.*"):
        messages(field(name, schema={"type": "integer"}), text, "catalog-prompt")
