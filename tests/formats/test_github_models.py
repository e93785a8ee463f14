"""GitHub Models prompts: what is read, where it stands, and what the tool passes over."""

from __future__ import annotations

import json

import pytest
from data_styles import STYLES, TEXTS, mutilated, read, said, spoken, written
from hypothesis import given
from hypothesis import strategies as st

from guideline_kit import formats
from guideline_kit.diagnostics import Severity
from guideline_kit.text import Source

ID = "github-models-prompt-yml"

WHOLE = """\
name: Sum up
description: Sums a text up
model: openai/gpt-4o-mini
modelParameters:
  temperature: 0.2
  maxTokens: 200
messages:
  - role: system
    content: You sum texts up.
  - role: User
    content: Short one
  - role: assistant
    content: A short sum
  - role: user
    content: |
      Sum this up in {{style}} style:
      <text>
      {{input}}
      </text>
testData:
  - input: A long text
    style: plain
    expected: A sum
  - input: Another
evaluators:
  - name: begins
    string: {startsWith: "Sum"}
  - name: fair
    llm:
      modelId: openai/gpt-4o
      systemPrompt: You judge sums.
      prompt: "Is {{completion}} a fair sum of {{input}}?"
      choices:
        - {choice: "yes", score: 1}
        - {choice: "no", score: 0}
"""


# --- where it is found ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text", "format"),
    [
        ("a.prompt.yml", WHOLE, ID),
        ("deep/a.prompt.yaml", WHOLE, ID),
        ("a.prompt.yml", "messages: []\n", ID),
        ("a.prompt.yml", "name: x\nmodel: y\n", ID),
        ("a.prompt.yml", "", ID),
        ("a.prompt.yml", "messages: [\n", ID),
        # Of another name, the keys have to say so.
        ("evals/a.yml", WHOLE, ID),
        ("prompts/a.json", json.dumps({"messages": [{"role": "user"}], "testData": []}), ID),
        ("evals/a.yml", "messages:\n- role: user\n  content: x\n", None),
        ("prompts/a.json", json.dumps({"messages": [{"role": "user", "content": "x"}]}), None),
        ("evals/a.yml", "modelParameters: {}\nevaluators: []\n", None),
        # Others have files of this name, too.
        ("a.prompt.yaml", "name: x\nprompt: |\n  Write.\n", None),
        ("a.prompt.yaml", "name: x\ntemplate: Write.\nexecution_settings: {}\n",
         "semantic-kernel-yaml"),
        ("a.prompt.yaml", "_type: prompt\ntemplate: Write.\n", "langchain"),
        ("a.yaml", "a: b\n", None),
    ],
)  # fmt: skip
def test_a_file_is_taken_for_what_it_is(path: str, text: str, format: str | None) -> None:
    assert formats.detect(path, text) == format


# --- what is read --------------------------------------------------------------------------


def test_a_prompt_and_its_evaluator_are_prompts_of_their_own() -> None:
    document = read(ID, WHOLE, "a.prompt.yml")
    assert document.problems == ()
    assert [spoken(part)[-1][0] for part in document.parts] == ["user", "user"]
    prompt, judge = document.parts
    assert spoken(prompt)[0] == ("system", "You sum texts up.")
    assert spoken(judge) == [
        ("system", "You judge sums."),
        ("user", "Is {{completion}} a fair sum of {{input}}?"),
    ]
    assert [item.name for item in prompt.placeholders] == ["style", "input"]
    assert [(item.name, item.message) for item in judge.placeholders] == [
        ("completion", 1),
        ("input", 1),
    ]
    assert spoken(document) == spoken(prompt) + spoken(judge)
    assert [item.message for item in document.placeholders] == [3, 3, 5, 5]
    assert (prompt.fields, judge.tree) == ({}, None)
    assert document.fields["name"] == "Sum up"


def test_a_fixed_question_and_its_answer_are_an_example() -> None:
    document = read(ID, WHOLE)
    assert [message.example for message in document.messages] == [False, True, True] + [False] * 3


def test_settings_and_test_data_are_read_with_their_places() -> None:
    document = read(ID, WHOLE)
    found = [(item.name, document.source.slice(item.span)) for item in document.parameters]
    assert found == [("model", "openai/gpt-4o-mini"), ("temperature", "0.2"), ("maxTokens", "200")]
    first, second = document.cases
    assert (first.inputs, first.expected) == ({"input": "A long text", "style": "plain"}, "A sum")
    assert (second.inputs, second.expected) == ({"input": "Another"}, None)
    assert document.source.position(second.span.start) == (24, 5)


def test_a_prompt_without_evaluators_has_no_parts() -> None:
    document = read(ID, WHOLE.partition("evaluators:")[0])
    assert document.parts == ()
    assert len(document.messages) == 4
    assert document.inputs is None


def test_other_ways_to_write_an_evaluator_are_read_as_well() -> None:
    text = "messages:\n- {role: user, content: x}\nevaluators:\n- type: model\n  prompt: Fair?\n"
    assert spoken(read(ID, text).parts[1]) == [("user", "Fair?")]


def test_json_is_read_as_yaml_is() -> None:
    text = json.dumps({"messages": [{"role": "user", "content": 'Say "{{a}}"\nnow'}]}, indent=1)
    document = read(ID, text, "a.json")
    assert spoken(document) == [("user", 'Say "{{a}}"\nnow')]
    assert document.source.slice(document.placeholders[0].span) == "{{a}}"


def test_a_text_that_is_an_alias_stands_where_its_anchor_does() -> None:
    text = "messages:\n- role: system\n  content: &a Be brief.\n- role: user\n  content: *a\n"
    document = read(ID, text)
    assert [message.text.span(0, 2).start for message in document.messages] == [39, 39]


# --- what is wrong -------------------------------------------------------------------------

HEAD = "messages:\n- role: user\n  content: Write.\n"


@pytest.mark.parametrize(
    ("text", "severity", "place", "marked"),
    [
        ("name: x\n", "error", "1:1", "name: x"),
        ("name: x\nmessages:\n", "error", "2:1", "messages"),
        ("name: x\nmessages: {}\n", "error", "2:1", "messages"),
        ("messages:\n- Write.\n", "error", "2:3", "Write."),
        ("messages:\n- role: human\n  content: x\n", "error", "2:9", "human"),
        ("messages:\n- role: tool\n  content: x\n", "error", "2:9", "tool"),
        ("messages:\n- content: x\n", "error", "2:3", "content: x"),
        ("messages:\n- role: user\n", "warning", "2:3", "role"),
        ("messages:\n- role: user\n  content: [x]\n", "error", "3:3", "content"),
        (HEAD + "modelParameters:\n  max_tokens: 5\n", "warning", "5:3", "max_tokens"),
        (HEAD + "modelParameters: {top_p: 5}\n", "warning", "4:19", "top_p"),
        (HEAD + "testdata: []\n", "warning", "4:1", "testdata"),
        (HEAD + "model_parameters: {}\n", "warning", "4:1", "model_parameters"),
        (HEAD + "evaluator: []\n", "warning", "4:1", "evaluator"),
        (HEAD + "testData: {}\n", "error", "4:1", "testData"),
        (HEAD + "responseFormat: json\n", "error", "4:17", "json"),
        (HEAD + "responseFormat: json_schema\n", "error", "4:17", "json_schema"),
        (HEAD + "jsonSchema:\n  type: object\n", "error", "4:1", "jsonSchema"),
        (HEAD + 'responseFormat: json_schema\njsonSchema: \'{"name": 1}\'\n', "error", "5:1",
         "jsonSchema"),
        ("messages:\n- role: user\n  content: x {{ name }}.\n", "warning", "3:14", "{{ name }}"),
        ("messages:\n- role: user\n  content: |\n    {{#if a}}Write.\n    Again.{{/if}}\n",
         "warning", "4:5", "{{#if a}}"),
        ("just a text\n", "error", "1:1", ""),
        ("", "error", "1:1", ""),
        ("- role: user\n", "error", "1:1", ""),
    ],
)  # fmt: skip
def test_what_the_tool_refuses_or_passes_over_is_said(
    text: str, severity: str, place: str, marked: str
) -> None:
    document = read(ID, text)
    first = document.problems[0]
    assert said(document)[0] == ("prompt-format", place, marked)
    assert first.severity == Severity.parse(severity)


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "version: 1\nauthors: [me]\nmetadata: {}\nvariables: []\n",
        HEAD + "modelParameters:\n  seed: 5\n",
        HEAD + "responseFormat: text\n",
        # Somebody fills these in before.
        "messages:\n- role: user\n  content: '{% if a %}{{ a }}{% endif %}'\n",
        "messages:\n- role: system\n  content: ''\n- role: user\n  content: x\nmodel: ''\n",
        "---\n" + HEAD,
    ],
)
def test_what_does_no_harm_is_left_alone(text: str) -> None:
    assert read(ID, text).problems == ()


@pytest.mark.parametrize("sign", ["|-\n  ", "'", '"'])
def test_an_error_in_the_schema_is_shown_where_it_stands(sign: str) -> None:
    schema = '{"name": "a", "schema": {,}}'
    ways = {"'": f"'{schema}'", '"': json.dumps(schema)}
    document = read(ID, HEAD + f"jsonSchema: {ways.get(sign, sign + schema)}\n")
    rule, _, marked = said(document)[0]
    assert (rule, marked[:1]) == ("json-syntax", ",")


def test_a_broken_file_is_read_up_to_where_it_breaks() -> None:
    text = WHOLE.replace("testData:", "testData: [")
    document = read(ID, text)
    assert len(document.messages) == 4
    assert [rule for rule, _, _ in said(document)] == ["yaml-syntax"]


def test_of_half_a_file_nothing_is_called_missing() -> None:
    document = read(ID, "messages:\n- role: user\n  content: [\n")
    assert [rule for rule, _, _ in said(document)] == ["yaml-syntax"]


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_lines_may_end_in_any_way(end: str) -> None:
    document = read(ID, WHOLE.replace("\n", end))
    assert document.problems == ()
    assert spoken(document) == spoken(read(ID, WHOLE))


# --- generated files -----------------------------------------------------------------------


@given(st.lists(st.tuples(TEXTS, st.sampled_from(STYLES)), min_size=1, max_size=4))
def test_every_text_is_found_in_every_style(contents: list[tuple[str, str]]) -> None:
    lines = ["messages:"]
    for text, style in contents:
        lines += ["  - role: user", "    content: " + written(text, style, 6)]
    document = read(ID, "\n".join(lines) + "\nmodel: m\n", "a.prompt.yml")
    assert spoken(document) == [("user", text) for text, _ in contents]
    for item in document.placeholders:
        inside = document.source.slice(item.span)
        assert inside == item.text or "\\" in inside or "\n" in inside or "''" in inside


@given(st.data())
def test_a_mutilated_file_is_read_all_the_same(data: st.DataObject) -> None:
    text = data.draw(mutilated(WHOLE))
    document = read(ID, text, "a.prompt.yml")
    assert document.source == Source("a.prompt.yml", text)
    formats.detect("a.prompt.yml", text)


@pytest.mark.parametrize(
    ("path", "is_prompt"),
    [
        ("test/github-prompt/short.json", True),
        ("github-prompts/short.json", True),
        ("prompts/short.json", False),
        ("github-prompt/deeper/short.json", False),
    ],
)
def test_a_folder_can_say_whose_a_short_prompt_is(path: str, is_prompt: bool) -> None:
    text = '{"messages": [{"role": "user", "content": "Hello {{name}}"}]}'
    found = formats.detect(path, text)
    assert found == ("github-models-prompt-yml" if is_prompt else None)
    assert formats.detect(path, '{"name": "a package"}') is None
