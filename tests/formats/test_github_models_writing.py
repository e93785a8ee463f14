"""Prompts for GitHub Models: what is written, and what an entry takes over from a file."""

from __future__ import annotations

from typing import Any

import pytest
from data_styles import mutilated, read
from hypothesis import given
from hypothesis import strategies as st

from guideline_kit import formats
from guideline_kit.formats.github_models_prompt_yml import entries, write

ID = "github-models-prompt-yml"

ENTRY: dict[str, Any] = {
    "id": "sum-up",
    "title": "Sum up",
    "summary": "Sums a text up",
    "template": {
        "engine": "jinja2",
        "messages": [
            {"role": "system", "content": "You sum texts up.\n"},
            {"role": "user", "content": "In {{ style }} style:\n{{text}}\n"},
        ],
    },
    "inputs": {"style": {"type": "line", "description": "How"}},
    "output": {"format": "json", "schema": {"type": "object"}},
    "examples": [{"title": "one", "inputs": {"text": "A", "style": "b"}, "output": "C"}],
    "tests": [
        {
            "title": "short",
            "inputs": {"text": "A", "style": "b"},
            "assert": [{"type": "contains", "value": "sum"}, {"type": "rubric", "value": "Short"}],
        },
        {
            "title": "none",
            "inputs": {"text": "", "style": "b"},
            "assert": [{"type": "equals", "value": "-"}, {"type": "contains", "value": "sum"}],
        },
    ],
    "models": [
        {"id": "bad-model", "tried": "2026-01-01", "verdict": "fails"},
        {
            "id": "good-model",
            "tried": "2026-01-01",
            "verdict": "works",
            "parameters": {"max_tokens": 9, "top_p": 0.5, "seed": 1, "temperature": 0},
        },
    ],
}

FILE = """\
name: Sum up
description: Sums a text up
model: good-model
modelParameters:
  maxTokens: 9
  topP: 0.5
  temperature: 0
responseFormat: json_schema
jsonSchema: |-
  {
    "name": "sum-up",
    "schema": {
      "type": "object"
    }
  }
messages:
  - role: system
    content: |
      You sum texts up.
  - role: user
    content: |
      In {{style}} style:
      {{text}}
testData:
  - text: A
    style: b
    expected: C
  - text: ""
    style: b
evaluators:
  - name: contains sum
    string:
      contains: sum
"""

FOREIGN = """\
name: Text Summarizer
description: |
  Sums texts up.

  In one sentence.
model: openai/gpt-4o-mini
version: 3
modelParameters: {temperature: 0.5, seed: 1}
messages:
  - role: System
    content: ""
  - role: user
    content: "Sum up in {{length}} words: {{input}}"
    name: me
testData:
  - input: The fox jumped.
    length: 3
    expected: A fox
  - input: Again
evaluators:
  - name: begins
    string: {startsWith: "A (small)"}
  - name: says it
    string: {contains: "{{expected}}"}
  - name: near
    uses: github/similarity
"""


def entry_of(text: str, name: str = "a/summarize.prompt.yml") -> dict[str, Any]:
    (entry,) = formats.entries_of(read(ID, text, name))
    return entry


def test_a_file_is_written_as_people_write_it() -> None:
    assert write(ENTRY, None) == FILE
    assert read(ID, FILE, "sum-up.prompt.yml").problems == ()


def test_what_is_written_says_what_the_entry_does() -> None:
    entry = entry_of(FILE, "sum-up.prompt.yml")
    assert entry["id"] == "sum-up"
    assert entry["output"] == ENTRY["output"]
    assert [about["output"] for about in entry["examples"]] == ["C"]
    assert [about["assert"] for about in entry["tests"]] == [
        [{"type": "contains", "value": "sum"}]
    ] * 2


def test_an_entry_takes_over_what_a_file_says() -> None:
    assert entry_of(FOREIGN) == {
        "id": "summarize",
        "title": "Text Summarizer",
        "summary": "Sums texts up.",
        "description": "Sums texts up.\n\nIn one sentence.\n",
        "template": {
            "engine": "mustache",
            "messages": [
                {"role": "user", "content": "Sum up in {{length}} words: {{input}}"}
            ],
        },
        "inputs": {
            "length": {"type": "integer", "description": "Length", "example": 3},
            "input": {"type": "text", "description": "Input", "example": "The fox jumped."},
        },
        "examples": [
            {
                "title": "Row 1 of the test data",
                "inputs": {"input": "The fox jumped.", "length": 3},
                "output": "A fox",
            }
        ],
        "tests": [
            {
                "title": "Row 1 of the test data",
                "inputs": {"input": "The fox jumped.", "length": 3},
                "assert": [
                    {"type": "matches", "value": r"(?i)\AA\ \(small\)"},
                    {"type": "contains", "value": "A fox"},
                ],
            },
            {
                "title": "Row 2 of the test data",
                "inputs": {"input": "Again"},
                "assert": [{"type": "matches", "value": r"(?i)\AA\ \(small\)"}],
            },
        ],
        "x-github-models": {
            "model": "openai/gpt-4o-mini",
            "version": 3,
            "modelParameters": {"temperature": 0.5, "seed": 1},
            "messages": [
                {"role": "System", "content": ""},
                {
                    "role": "user",
                    "content": "Sum up in {{length}} words: {{input}}",
                    "name": "me",
                },
            ],
            "evaluators": [
                {"name": "begins", "string": {"startsWith": "A (small)"}},
                {"name": "says it", "string": {"contains": "{{expected}}"}},
                {"name": "near", "uses": "github/similarity"},
            ],
        },
    }  # fmt: skip


def test_a_file_that_went_through_the_catalog_says_the_same() -> None:
    entry = entry_of(FOREIGN)
    again = read(ID, write(entry, None), "a/summarize.prompt.yml")
    assert again.fields == read(ID, FOREIGN).fields
    assert entries(again) == [entry]


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        ({"title": "Other"}, set()),
        ({"template": {"engine": "mustache", "messages": [
            {"role": "user", "content": "{{input}} in {{length}} words"}]}}, {"messages"}),
        ({"tests": []}, {"evaluators"}),
    ],
)  # fmt: skip
def test_what_is_changed_in_an_entry_counts(change: dict[str, Any], lost: set[str]) -> None:
    """What a file said otherwise before is not put back."""
    entry = entry_of(FOREIGN) | change
    fields = read(ID, write(entry, None), "summarize.prompt.yml").fields
    kept = entry["x-github-models"]
    assert {key for key in kept if fields.get(key) != kept[key]} == lost


@pytest.mark.parametrize(
    ("engine", "text", "written"),
    [
        ("mustache", "{{ a }}{{b}}", "{{a}}{{b}}"),
        ("jinja2", "{{ a }}", "{{a}}"),
        ("fstring", "{a} {{b}}", "{{a}} {b}"),
        ("dollar", "${a} $$5", "{{a}} $5"),
        ("semantic-kernel", "{{$a}}", "{{a}}"),
        # What it has no word for stands as it is.
        ("jinja2", "{% if a %}{{ a }}{% endif %}", "{% if a %}{{a}}{% endif %}"),
        ("none", "Write {{ name }}", "Write {{ name }}"),
    ],
)
def test_placeholders_are_written_without_blanks(engine: str, text: str, written: str) -> None:
    template = {"engine": engine, "messages": [{"role": "user", "content": text}]}
    made = write({"id": "a", "title": "A", "summary": "A", "template": template}, None)
    assert read(ID, made).messages[0].text.text == written


@pytest.mark.parametrize(
    ("output", "keys"),
    [
        (None, {}),
        ({"format": "markdown"}, {}),
        ({"format": "text"}, {"responseFormat": "text"}),
        ({"format": "json"}, {"responseFormat": "json_object"}),
        ({"format": "json", "schema": True}, {"responseFormat": "json_object"}),
        ({"format": "json", "schema": {"minimum": 1e999}}, {"responseFormat": "json_object"}),
    ],
)  # fmt: skip
def test_the_form_of_the_answer_is_asked_for(output: Any, keys: dict[str, str]) -> None:
    entry = {**ENTRY, "output": output}
    fields = read(ID, write(entry, None)).fields
    assert {key: fields[key] for key in fields if key in ("responseFormat", "jsonSchema")} == keys


@pytest.mark.parametrize("name", ["prompt", "system", ""])
def test_a_file_whose_name_says_little_is_called_what_it_says_itself(name: str) -> None:
    assert entry_of(FOREIGN, f"sums/{name}.prompt.yml")["id"] == "text-summarizer"


def test_what_says_no_message_is_no_entry() -> None:
    assert entries(read(ID, "name: x\nmessages:\n- role: user\n  content: ''\n")) == []


@given(st.data())
def test_what_is_left_of_a_mutilated_file_is_written_all_the_same(data: st.DataObject) -> None:
    text = data.draw(mutilated(FOREIGN))
    for entry in formats.entries_of(read(ID, text, "a.prompt.yml")):
        again = read(ID, write(entry, None), "a.prompt.yml")
        assert len(again.messages) >= len(entry["template"]["messages"])
