"""required: something that must be there, and is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linting import STYLES, expect_the_same_in_yaml, marked, messages, prompt, texts_of


def required(**more: object) -> dict[str, object]:
    return {"kind": "required", "message": "no {missing}", **more}


@pytest.mark.parametrize(
    ("check", "text", "missing"),
    [
        (required(pattern="json|xml"), "Answer in Xml.", None),
        (required(pattern="json", ignore_case=False), "Answer in JSON.", "json"),
        (required(pattern="json"), "`json`\n\n```\njson\n```\n> json\n", "json"),
        (required(section=["Output", "Format"]), "# The output of it\n\nx", None),
        (required(section=["Output"]), "<output>\nx\n</output>", None),
        (required(section=["Output format"]), "## Output-Format:\n\nx", None),
        (required(section=["output"]), "<output_format>\nx\n</output_format>", None),
        (
            required(section=["Output", "Format"]),
            "# Throughput\n\nOutput it.",
            "a section Output or Format",
        ),
        (required(section=["Output"]), "```\n# Output\n```", "a section Output"),
        (required(role="user"), "x", "a message of the role user"),
        (required(role="system"), "x", None),
        (required(placeholder="*"), "x {{a}}", None),
        (required(placeholder="*"), "x", "a placeholder"),
        (required(placeholder="a"), "x {{ a }}", None),
        (required(placeholder="a"), "x {{b}}", "the placeholder a"),
    ],
)
def test_what_is_missing_is_named(check: dict[str, object], text: str, missing: str | None) -> None:
    assert messages(check, text) == ([f"no {missing}"] if missing else [])


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("\n\n  One line. \nTwo.\n", "One line."),
        ("---\na: b\n---\n\nOne.\n", "One."),
        ("# One\n\nTwo.", "# One"),
    ],
)
def test_the_first_line_is_marked(text: str, first: str) -> None:
    assert marked(required(pattern="json"), text) == [first]


def test_a_prompt_lacks_it_only_when_all_its_messages_do() -> None:
    entry = prompt(("system", "Be kind."), ("user", "Answer in JSON."))
    assert marked(required(pattern="json"), entry, "catalog-prompt") == []
    assert marked(required(pattern="kind"), entry, "catalog-prompt", roles=["user"]) == ["Be kind."]
    assert messages(required(role="assistant"), entry, "catalog-prompt") != []


def test_a_prompt_without_messages_lacks_nothing_but_roles() -> None:
    entry = "id: a\ntemplate:\n  messages: []\n"
    assert messages(required(pattern="x"), entry, "catalog-prompt") == []
    assert messages(required(role="user"), entry, "catalog-prompt") == [
        "no a message of the role user"
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("one two three", 0), ("one two three four", 1), ("one — two … three", 0)],
)
def test_short_texts_are_left_alone(text: str, expected: int) -> None:
    assert len(messages(required(pattern="json", min_words=4), text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("Answer in JSON.", 1), ("Answer in JSON. Keys: a.", 0), ("Answer.", 0)]
)
def test_it_may_hold_only_where_something_else_is(text: str, expected: int) -> None:
    assert len(messages(required(pattern="keys?:", when="json"), text)) == expected


@given(texts_of("json", "XML", "keys"), st.sampled_from(sorted(STYLES)))
def test_finds_the_same_in_every_style_of_yaml(text: str, style: str) -> None:
    expect_the_same_in_yaml(required(pattern="json", when="keys"), text, style)


@given(texts_of("json", "keys", "XML"))
def test_it_is_missing_or_it_is_there(text: str) -> None:
    assert bool(messages(required(pattern=r"\bjson\b"), text)) == ("json" not in text.split())
