"""keys: the fields that a file has, and the keys among them that nobody reads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linting import TODAY, findings, marked, messages, prompt, rule

from guideline_kit import formats, schemas
from guideline_kit.diagnostics import Safety
from guideline_kit.lint import RuleSet, lint
from guideline_kit.project.linting.looking import Linter
from guideline_kit.text import Source

PROPERTIES = {
    "name": {"type": "string"},
    "allowed-tools": {"type": ["string", "array"], "items": {"type": "string"}},
    "model": {"type": "string", "enum": ["small", "large"]},
    "paths": {},
}


def keys(**more: object) -> dict[str, object]:
    return {"kind": "keys", "message": "{field}|{value}|{reason}|{profile}", **more}


def check(**more: object) -> dict[str, object]:
    return keys(schema={"properties": PROPERTIES}, **more)


def front(*lines: str) -> str:
    return "---\n" + "".join(f"{line}\n" for line in lines) + "---\nDo it.\n"


# --- values --------------------------------------------------------------------------------


def test_each_wrong_value_is_shown_where_it_stands() -> None:
    text = front("name: 5", "model: tiny", "allowed-tools: [a, 7]")
    assert marked(check(), text) == ["5", "tiny", "7"]
    assert messages(check(), text) == [
        "name|5|5 is not text|",
        'model|tiny|"tiny" is not one of small, large|',
        "allowed-tools.1|7|7 is not text|",
    ]


def test_a_field_without_a_value_is_not_there() -> None:
    assert marked(check(), front("name:", "model:")) == []
    needed = keys(schema={"required": ["name", "model"], "properties": PROPERTIES})
    assert marked(needed, front("name:", "model: large")) == ["---"]
    assert sorted(messages(needed, front("paths: a"))) == [
        "model||it is missing|",
        "name||it is missing|",
    ]


def test_a_text_without_fields_lacks_none() -> None:
    needed = keys(schema={"required": ["name"]})
    assert marked(needed, "Do it.\n") == []
    assert marked(needed, "---\n---\nDo it.\n") == ["---"]


def test_fields_of_an_entry_are_fields_too() -> None:
    text = prompt("Hi.", owner=["a"])
    found = keys(schema={"properties": {"owner": {"type": "string"}}})
    assert messages(found, text, "catalog-prompt") == ["owner|['a']|[\"a\"] is not text|"]


# --- keys ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("allowed_tools", "allowed-tools"),
        ("allowedTools", "allowed-tools"),
        ("Name", "name"),
        ("allowed-tols", "allowed-tools"),
        ("alowed-tools", "allowed-tools"),
        ("allowed-toosl", "allowed-tools"),
        ("mdoel", "model"),
        ("modle", "model"),
        ("nome", "name"),
        # Two words are no slip.
        ("mode", None),
        ("models", None),
        ("path", None),
        ("version", None),
        ("tools", None),
        ("tags", None),
    ],
)
def test_a_slip_is_told_from_another_word(key: str, meant: str | None) -> None:
    text = front(f"{key}: small")
    found = findings(check(unknown="misspelled"), text)
    assert [item.message for item in found] == (
        [f"{key}||it is passed over; the name is '{meant}'|"] if meant else []
    )
    for item in found:
        assert item.span is not None
        assert text[item.span.start : item.span.end] == key
        assert item.fix is not None
        assert item.fix.safety is Safety.SUGGESTION
        assert [edit.text for edit in item.fix.edits] == [meant]
    assert findings(check(), text) == ()


def test_all_unknown_keys_can_be_asked_for() -> None:
    text = front("name: a", "version: 1", "allowed_tools: b", "tags: [c]")
    assert marked(check(unknown="all"), text) == ["version", "allowed_tools", "tags"]


def test_the_key_of_another_tool_stands_for_its_own() -> None:
    other = check(instead={"globs": "paths"})
    assert messages(other, front("globs: a")) == ["globs||it is passed over; the name is 'paths'|"]
    # Who writes both means another tool by the one.
    assert messages(other, front("globs: a", "paths: b")) == []


def test_a_key_in_quotes_is_not_rewritten() -> None:
    (found,) = findings(check(unknown="misspelled"), front('"allowed_tools": a'))
    assert found.fix is None


@given(st.text("abcdefgh-_", min_size=4, max_size=12), st.data())
def test_one_letter_more_less_other_or_swapped_is_a_slip(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(name) - 2))
    slips = [
        name[:at] + name[at + 1 :],
        name[:at] + "x" + name[at:],
        name[:at] + "x" + name[at + 1 :],
        name[:at] + name[at + 1] + name[at] + name[at + 2 :],
    ]
    bare = name.replace("-", "").replace("_", "")
    for slip in slips:
        text = front(f"k{slip}q: 1")
        found = messages(keys(schema={"properties": {f"k{name}q": {}}}, unknown="misspelled"), text)
        if len(bare) >= 4 and slip != name:
            assert found == [f"k{slip}q||it is passed over; the name is 'k{name}q'|"]


# --- the folder ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("skills/pdf/SKILL.md", []),
        ("skills/pdf-forms/SKILL.md", ["name|pdf|its folder is 'pdf-forms'|"]),
        ("SKILL.md", []),
        ("a file", []),
    ],
)
def test_a_file_can_be_named_as_its_folder(path: str, found: list[str]) -> None:
    document = formats.read(Source(path, front("name: pdf")), "agent-skill")
    got = lint(document, RuleSet([rule(keys(folder="name"))]), TODAY)
    assert [item.message for item in got] == found
    assert [document.source.slice(item.span) for item in got if item.span] == ["pdf"] * len(found)


def test_copies_of_a_file_in_other_folders_are_looked_at_again() -> None:
    linter = Linter(RuleSet([rule(keys(folder="name"))]), TODAY)
    text = front("name: pdf")
    there = [f"{folder}/SKILL.md" for folder in ("a/pdf", "b/pdf", "b/word")]
    found = {path: linter.once(Source(path, text), "agent-skill") for path in there}
    assert [path for path in there if found[path]] == ["b/word/SKILL.md"]


# --- profiles ------------------------------------------------------------------------------

PROFILES = {"plain": ["name"], "rich": ["name", "model"], "other": ["name", "model", "color"]}


def test_what_a_profile_does_not_have_is_shown_with_who_does() -> None:
    text = front("name: a", "model: b", "color: c", "size: d")
    plain = keys(profiles=PROFILES, profile="plain")
    assert messages(plain, text) == [
        "model||only rich and other read it|plain",
        "color||only other read it|plain",
        "size||no known host reads it|plain",
    ]
    assert marked(keys(profiles=PROFILES, profile="other"), text) == ["size"]
    assert marked(plain, front("mdoel: a")) == []


# --- without jsonschema --------------------------------------------------------------------

SCHEMAS = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(
            [
                "string",
                "boolean",
                "integer",
                "number",
                "array",
                "object",
                "null",
                ["string", "array"],
            ]
        ),
        "enum": st.just(["a", "b"]),
        "minLength": st.integers(0, 3),
        "maxLength": st.integers(0, 3),
        "pattern": st.sampled_from(["^a", "b$"]),
        "items": st.fixed_dictionaries({"type": st.just("string")}),
        "required": st.just(["a"]),
        "properties": st.fixed_dictionaries(
            {"a": st.fixed_dictionaries({"type": st.just("string")})}
        ),
    },
)
DATA = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(-2, 2), st.floats(0, 1), st.text("ab", max_size=4)
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["a", "b"]), inner)
    ),
    max_leaves=5,
)


@given(SCHEMAS, DATA)
def test_the_short_way_through_a_plain_schema_finds_the_same(
    schema: dict[str, object], value: object
) -> None:
    # A word that the short way does not know sends it the long way.
    by_the_book = schemas.first_error({**schema, "allOf": [True]}, value)
    assert schemas.first_error(schema, value) == by_the_book
