"""contract: parts of a prompt that don't agree with each other."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linting import STYLES, findings, marked, messages, prompt

from guideline_kit import schemas
from guideline_kit.checks.contract import outputs

PROBLEMS = schemas.load_all()["kinds/contract.schema.json"]["properties"]["problem"]["enum"]
OF_ENTRIES = [problem for problem in PROBLEMS if problem != "broken-json-example"]


def contract(problem: str) -> dict[str, str]:
    return {"kind": "contract", "problem": problem, "message": "{where}|{name}|{reason}"}


def found(problem: str, text: str) -> list[str]:
    """Return what is marked for a problem of a catalog prompt."""
    return marked(contract(problem), text, "catalog-prompt")


def said(problem: str, text: str) -> list[str]:
    return messages(contract(problem), text, "catalog-prompt")


def entry(*contents: Any, **fields: Any) -> str:
    """Return a catalog prompt with some fields, in one line each."""
    return prompt(*(contents or ("Hi.",)), **fields)


TEXT = {"letter": {"type": "text", "description": "A letter"}}


# --- inputs --------------------------------------------------------------------------------


@pytest.mark.parametrize("group", ["examples", "tests"])
@pytest.mark.parametrize(
    ("inputs", "given", "expected"),
    [
        (TEXT, {"letter": "a"}, []),
        (TEXT, {"letter": "a", "leter": "b"}, ["perhaps 'letter' is meant"]),
        (TEXT, {"letter": "a", "day": "b"}, ["its inputs are letter"]),
        ({}, {"day": "b"}, ["it has none"]),
        ({name: {} for name in "abcdef"}, {"xyz": "b"}, ["its inputs are a, b, c, d, …"]),
        (["letter"], {"day": "b"}, []),
        (TEXT, ["day"], []),
        (TEXT, None, []),
    ],
)
def test_an_input_that_is_not_declared(
    group: str, inputs: Any, given: Any, expected: list[str]
) -> None:
    text = entry(inputs=inputs, **{group: [{"title": "One", "inputs": given}]})
    assert [line.split("|")[2] for line in said("unknown-input", text)] == expected
    assert [line.split("|")[0] for line in said("unknown-input", text)] == [group[:-1]] * len(
        expected
    )


def test_a_prompt_without_declared_inputs_uses_placeholders() -> None:
    text = prompt("{{letter}}", engine="mustache", examples=[{"inputs": {"letter": "a", "x": 1}}])
    assert found("unknown-input", text) == ['"x"']


def test_a_misspelt_input_has_a_suggestion() -> None:
    text = "inputs: {letter: {}}\nexamples:\n- inputs: {leter: a}\n- inputs: {leter: a, letter: b}"
    one, two = findings(contract("unknown-input"), text, "catalog-prompt")
    assert one.fix is not None
    assert one.span is not None
    (edit,) = one.fix.edits
    assert (edit.span, edit.text) == (one.span, "letter")
    assert two.fix is None, "it would be there twice"


@pytest.mark.parametrize(
    ("about", "given", "expected"),
    [
        ({}, {}, True),
        ({}, None, True),
        ({}, {"letter": "a"}, False),
        ({}, {"letter": None}, False),
        ({"required": False}, {}, False),
        ({"default": "a"}, {}, False),
        ({"default": None}, {}, False),
        ({"required": True}, {}, True),
        ({}, ["letter"], False),
    ],
)
def test_a_required_input_that_is_missing(about: Any, given: Any, expected: bool) -> None:
    for group in ("examples", "tests"):
        text = entry(inputs={"letter": about}, **{group: [{"title": "One", "inputs": given}]})
        assert said("missing-input", text) == [f"{group[:-1]}|'letter'|it is not given"] * expected


def test_where_a_missing_input_is_shown() -> None:
    head = "inputs: {letter: {}}\ntests:\n"
    assert found("missing-input", f"{head}- title: One\n  inputs: {{}}") == ["inputs"]
    assert found("missing-input", f"{head}- title: One\n  assert: []") == ["title: One"]


VALUES: dict[str, tuple[list[Any], list[Any]]] = {
    "text": (["", "a\nb", "7"], [7, 1.5, True, ["a"], {"a": 1}]),
    "document": (["a\nb"], [7, ["a"]]),
    "line": (["a", "a\n"], ["a\nb", 7]),
    "date": (["2026-11-22"], ["2026-02-30", "tomorrow", "22.11.2026", "20261122", 20261122]),
    "integer": ([7, 0, -1, 7.0], ["7", 7.5, True, None, [7]]),
    "number": ([7, 7.5], ["7", False]),
    "boolean": ([True, False], ["true", 1]),
    "list": ([[], ["a"]], ["a, b", {"a": 1}]),
    "object": ([{}, {"a": 1}], ["a", ["a"]]),
    "no-such-type": (["a", 1, None], []),
}


@pytest.mark.parametrize("kind", VALUES)
def test_a_value_of_another_type(kind: str) -> None:
    right, wrong = VALUES[kind]
    for values, expected in ((right, False), (wrong, True)):
        for value in values:
            text = entry(inputs={"a": {"type": kind}}, examples=[{"inputs": {"a": value}}])
            assert bool(found("input-off-type", text)) == expected, value


def test_the_values_of_a_declaration_are_checked() -> None:
    about = {"type": "integer", "default": "x", "example": "y", "required": False}
    text = entry(inputs={"a": about}, tests=[{"inputs": {"a": "z"}}, {"inputs": {"a": None}}])
    assert [line.split("|")[0] for line in said("input-off-type", text)] == [
        "input's default",
        "input's example",
        "test",
    ]
    assert found("input-off-type", text) == ['"x"', '"y"', '"z"']


@pytest.mark.parametrize(
    ("choices", "value", "expected"),
    [
        (["a", "b"], "a", []),
        (["a", "b"], "A", ['"A"']),
        ([1, 2], 2, []),
        ([1, 2], 3, ["3"]),
        (["a", "b"], ["b", "a"], []),
        (["a", "b"], ["b", "c"], ['"x"']),
        (["a", "b"], [], ['"x"']),
        ([["a"], ["b"]], ["a"], []),
        ([], "a", []),
        ("ab", "c", []),
    ],
)
def test_a_value_that_is_none_of_the_choices(choices: Any, value: Any, expected: list[str]) -> None:
    text = entry(inputs={"x": {"choices": choices}}, examples=[{"inputs": {"x": value}}])
    assert found("input-off-choices", text) == expected


@given(st.integers(1, 40), st.integers(0, 60), st.sampled_from(list(STYLES)))
def test_a_value_that_is_too_long(most: int, length: int, style: str) -> None:
    value = "äb"[length % 2] * length
    about = {"type": "text", "max_characters": most, "example": value}
    assert bool(found("input-too-long", entry(inputs={"x": about}))) == (length > most)


def test_the_end_of_a_block_is_nobodys_text() -> None:
    head = "inputs: {x: {max_characters: 3}}\nexamples:\n- inputs:\n    x: |\n"
    assert found("input-too-long", f"{head}      abc\n") == []
    assert found("input-too-long", f"{head}      abcd\n") == ["|"]


@pytest.mark.parametrize("most", [True, "3", None, 3.5, [3]])
def test_a_limit_that_is_none(most: Any) -> None:
    text = entry(inputs={"x": {"max_characters": most, "example": "abcdef"}})
    assert found("input-too-long", text) == []
    assert found("output-too-long", entry(output={"max_words": most}, examples=[ANSWER])) == []


# --- outputs -------------------------------------------------------------------------------

ANSWER = {"title": "One", "output": "one two three four"}
OBJECT = {
    "type": "object",
    "required": ["a", "b", "c"],
    "properties": {"a": {"type": "integer"}, "b": {"type": "array"}, "c": {"type": "string"}},
    "additionalProperties": False,
}


def shown(output: Any, value: Any) -> str:
    return entry(output=output, examples=[{"title": "One", "output": value}])


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ('{"a": 1}', None),
        ({"a": 1}, None),
        (7, None),
        ("7", None),
        ("", "it is empty"),
        ("So.", "it does not begin like a JSON value"),
        ('{"a": 1} So.', "more text follows the JSON value"),
        ('{"a": 1,}', "a comma before a closing bracket"),
        ("[1, 2,\n]", "a comma before a closing bracket"),
        ('{"a": 1 "b": 2}', "a comma or a closing bracket is missing"),
        ("{'a': 1}", "a key in double quotes is wanted here"),
        ('{"a" 1}', "a colon is missing"),
        ('{"a": }', "a value is wanted here"),
        ('["a]', "a text in double quotes is not closed"),
        ('["a\nb"]', "a line break or a tab inside of double quotes"),
        ('["\\x"]', "a backslash that escapes nothing"),
        ("[NaN]", "NaN is no value in JSON"),
        ("[-Infinity]", "-Infinity is no value in JSON"),
        ("```json\n{}\n```", "it stands in a code fence"),
        ("[" * 30_000, "it is nested too deeply"),
        ("9" * 9_000, "a number in it has thousands of digits"),
    ],
)
def test_an_answer_that_is_not_json(value: Any, reason: str | None) -> None:
    expected = [f"example|example|{reason}"] if reason else []
    assert said("output-not-json", shown({"format": "json"}, value)) == expected
    assert said("output-not-json", shown({"format": "text"}, value)) == []


def test_what_is_not_json_is_shown_where_it_stops() -> None:
    text = (
        'output: {format: json}\nexamples:\n- output: |\n    {\n      "a": 1,\n      b: 2\n    }\n'
    )
    assert found("output-not-json", text) == ["b: 2"]
    text = 'output: {format: json}\nexamples:\n- output: |\n    {\n      "a": 1\n\n'
    assert found("output-not-json", text) == ['"a": 1']
    assert found("output-not-json", "output: {format: json}\nexamples:\n- output: ''\n") == [
        "output"
    ]


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"a": 1, "b": [], "c": "x"}, None),
        ({"a": "x", "b": [], "c": "x"}, '"x"'),
        ({"a": 1, "b": {}, "c": "x"}, '"b"'),
        ({"a": 1, "b": [], "c": "x", "d": 1}, "1"),
        # What is missing is shown where it belongs.
        ({"a": 1, "c": "x"}, '"c"'),
        ({"b": [], "c": "x"}, '"b"'),
        ({"a": 1, "b": [3]}, "[3]"),
        ({}, '"output"'),
        ([], '"output"'),
        (5, '"output"'),
    ],
)
def test_an_answer_that_does_not_fit_the_schema(value: Any, place: str | None) -> None:
    text = shown({"format": "json", "schema": OBJECT}, value)
    assert found("output-off-schema", text) == ([place] if place else [])
    assert found("output-off-schema", shown({"format": "text", "schema": OBJECT}, value)) == []


@pytest.mark.parametrize(
    ("answer", "place"),
    [
        ('{"a": 1, "b": [], "c": "x"}', None),
        ('{"a": "x", "b": [], "c": "x"}', '"x"'),
        ('{\n  "a": 1,\n  "b": [],\n  "c": 7\n}', "7"),
        ('{\n  "a": 1,\n  "c": "x"\n}', '"x"'),
        ('{\n  "a": 1,\n  "b": [\n    1\n  ]\n}', "]"),
        ("[]", "[]"),
    ],
)
def test_the_same_in_a_few_shot_message(answer: str, place: str | None) -> None:
    expected = [place] if place else []
    output = {"format": "json", "schema": OBJECT}
    text = "output: " + json.dumps(output) + "\n" + few_shot(answer)
    assert found("output-off-schema", text) == expected
    assert found("output-off-schema", few_shot(answer)) == []
    # The same JSON as a text under `output`.
    assert len(found("output-off-schema", shown(output, answer))) == len(expected)


def few_shot(answer: str, engine: str = "none", *, after: str = "user") -> str:
    """Return a catalog prompt with one few-shot answer, as a block."""
    block = "".join(f"        {line}\n" for line in answer.split("\n"))
    return (
        f"template:\n  engine: {engine}\n  messages:\n"
        "    - {role: user, example: true, content: Go}\n"
        f"    - role: assistant\n      example: true\n      content: |\n{block}"
        f"    - {{role: {after}, content: Go on}}\n"
    )


@pytest.mark.parametrize(
    ("answer", "engine", "after", "expected"),
    [
        ("No", "none", "user", ["No"]),
        ("No", "none", "tool", []),  # a call
        ('{"a": 1}', "none", "user", []),
        ('{"a": {"b": 1}}', "mustache", "user", []),
        ("{{answer}}", "mustache", "user", []),
        ('{{"a": {{"b": 1}}}}', "fstring", "user", []),
        ('{{"a": {{"b": 1}}', "fstring", "user", ['{{"a": {{"b": 1}}']),
        ('{"a": 1}', "fstring", "user", []),  # the template does not parse
        ('{"a": "$$5"}', "dollar", "user", []),
        ("{% if a %}No{% endif %}", "jinja2", "user", []),
        ('{"a": 1}{# No #}', "jinja2", "user", []),
    ],
)
def test_which_few_shot_messages_are_answers(
    answer: str, engine: str, after: str, expected: list[str]
) -> None:
    text = "output: {format: json}\n" + few_shot(answer, engine, after=after)
    assert found("output-not-json", text) == expected


def test_an_answer_in_an_fstring_is_shown_in_its_place() -> None:
    output = {"format": "json", "schema": OBJECT}
    answer = '{{\n  "a": 1,\n  "b": {{}},\n  "c": "x"\n}}'
    text = f"output: {json.dumps(output)}\n{few_shot(answer, 'fstring')}"
    (item,) = findings(contract("output-off-schema"), text, "catalog-prompt")
    assert item.position is not None
    assert '"b"' in item.source.line(item.position.line)


@pytest.mark.parametrize(
    ("output", "value", "expected"),
    [
        ({"choices": ["a", "b"]}, "a", []),
        ({"choices": ["a", "b"]}, " a\n", []),
        ({"choices": ["a", "b"]}, "a.", ["it is none of a, b"]),
        ({"choices": ["a", "b"]}, ["a"], ["it is none of a, b"]),
        ({"choices": ["a", "b"], "format": "json"}, '"a"', []),
        ({"choices": ["a", "b"], "format": "json"}, '"c"', ["it is none of a, b"]),
        ({"choices": ["a", "b"], "format": "json"}, "c", []),  # no JSON: said elsewhere
        ({"choices": ["true", "5"]}, True, []),
        ({"choices": ["true", "5"]}, 5, []),
        ({"choices": list("abcdef")}, "x", ["it is none of a, b, c, d, …"]),
        ({"choices": []}, "x", []),
        ({"choices": "abc"}, "x", []),
        ([], "x", []),
    ],
)
def test_an_answer_that_is_no_label(output: Any, value: Any, expected: list[str]) -> None:
    texts = said("output-off-choices", shown(output, value))
    assert [text.split("|")[2] for text in texts] == expected


@given(st.lists(st.sampled_from(["one", "zwei", "drei-vier", "5"]), min_size=1), st.integers(1, 9))
def test_an_answer_with_too_many_words(words: list[str], most: int) -> None:
    output = {"format": "text", "max_words": most}
    beyond = words[most:]
    text = few_shot(" ".join(words)) + f"output: {json.dumps(output)}\n"
    assert found("output-too-long", text) == [" ".join(beyond)] * bool(beyond)
    text = shown(output, " ".join(words))
    assert found("output-too-long", text) == [" ".join(beyond)] * bool(beyond)
    # As JSON, the shortest way to write it counts.
    text = shown(output, {"a": words})
    assert bool(found("output-too-long", text)) == (most < 1)


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"type": "object"}, ""),
        (True, ""),
        ("object", ""),  # the schema of prompts says so
        ({"type": "objekt"}, "objekt"),
        ({"pattern": "a(?=b)"}, "is not RE2"),
        ({"$ref": "https://schema.example/"}, "leads outside"),
    ],
)
def test_a_schema_that_is_none(schema: Any, reason: str) -> None:
    text = shown({"format": "json", "schema": schema}, {"a": 1})
    assert [reason in line for line in said("invalid-output-schema", text)] == [True] * bool(reason)
    assert found("output-off-schema", text) == []


def test_a_schema_that_takes_too_long_is_said_once() -> None:
    branch: dict[str, Any] = {"allOf": [{"$ref": "#/$defs/x0"}] * 2}
    for number in range(40):
        branch[f"x{number}"] = {"allOf": [{"$ref": f"#/$defs/x{number + 1}"}] * 2}
    schema = {"$ref": "#/$defs/x0", "$defs": {key: branch[key] for key in branch if key != "allOf"}}
    schema["$defs"]["x40"] = {"type": "object"}
    examples = [{"title": "One", "output": {}}] * 50
    text = entry(output={"format": "json", "schema": schema}, examples=examples)
    (line,) = said("output-off-schema", text)
    assert "more than 100,000 steps" in line


def test_a_prompt_without_a_schema_needs_no_validator(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(schema: Any) -> None:
        raise AssertionError("jsonschema takes long to import")

    monkeypatch.setattr(outputs, "EntrySchema", refuse)
    text = shown({"format": "json", "choices": ["a"], "max_words": 3}, "So")
    for problem in PROBLEMS:
        found(problem, text)


# --- what the messages name ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("said_to_model", "expected"),
    [
        ("Choose good, bad or so-so.", []),
        ("Choose GOOD, bad or so so.", []),
        ("Choose goods, bad or so_so.", []),
        ("Choose good or bad.", ['"so-so"']),
        ("Choose good.", []),  # the labels come another way
        ("Choose.", []),
    ],
)
def test_a_label_that_no_message_names(said_to_model: str, expected: list[str]) -> None:
    labels = ["good", "bad", "so-so"]
    assert found("unmentioned-choice", entry(said_to_model, output={"choices": labels})) == expected
    schema = {"properties": {"x": {"items": {"anyOf": [{"enum": labels}]}}}}
    assert found("unmentioned-choice", entry(said_to_model, output={"schema": schema})) == expected


@pytest.mark.parametrize(
    ("said_to_model", "expected"),
    [
        ("Is it a, b or c?", ['"d"']),
        ("Choose an answer below: {{options}}", []),  # each begins some word, and none is named
        ("(A) yes (B) no (C) both (D) none", []),
    ],
)
def test_a_letter_at_the_beginning_of_a_word_is_no_label(
    said_to_model: str, expected: list[str]
) -> None:
    text = entry(said_to_model, engine="mustache", output={"choices": ["a", "b", "c", "d"]})
    assert found("unmentioned-choice", text) == expected


LABELS = ["good", "bad", "so-so"]


@pytest.mark.parametrize(
    "given", [LABELS, [LABELS], "good ||| bad ||| so-so", {"good": 1, "bad": "so so"}]
)
@pytest.mark.parametrize("field", ["default", "choices"])
def test_labels_that_an_input_puts_into_a_message_are_named(field: str, given: Any) -> None:
    fields: dict[str, Any] = {
        "inputs": {"labels": {"type": "list", "description": "The labels", field: given}},
        "output": {"format": "label", "choices": LABELS},
    }
    used = "Good or bad? {{ labels | join }}"
    assert not found("unmentioned-choice", entry(used, engine="jinja2", **fields))
    schema = {"properties": {key: {} for key in LABELS}}
    keys = {**fields, "output": {"format": "json", "schema": schema}}
    assert not found("unmentioned-key", entry(used, engine="jinja2", **keys))
    # Of an input that no message uses, the model sees nothing.
    assert found("unmentioned-choice", entry("Good or bad?", engine="jinja2", **fields)) == [
        '"so-so"'
    ]


@pytest.mark.parametrize("given", [["good", "bad"], "good", 3, None])
def test_a_label_that_an_input_lacks_is_not_named(given: Any) -> None:
    text = entry(
        "Good or bad? {{labels}}",
        engine="mustache",
        inputs={"labels": {"type": "list", "description": "The labels", "default": given}},
        output={"format": "label", "choices": LABELS},
    )
    assert found("unmentioned-choice", text) == ['"so-so"']


def test_labels_without_blanks_between_words() -> None:
    text = entry("请选择正面、负面或中立。", output={"choices": ["正面", "负面", "中立", "其他"]})
    assert found("unmentioned-choice", text) == ['"其他"']


@pytest.mark.parametrize(
    ("said_to_model", "expected"),
    [
        ("Keys: task, owner, due_date.", ['"deadline"']),
        ("Keys: task, owner, deadline.", []),
        ("Read it.", []),
    ],
)
def test_a_key_that_no_message_names(said_to_model: str, expected: list[str]) -> None:
    schema = {"properties": {key: {"type": "string"} for key in ("task", "owner", "deadline")}}
    for written in (schema, {"$defs": {"x": schema}}, {"items": schema}, {"oneOf": [schema]}):
        text = entry(said_to_model, output={"format": "json", "schema": written})
        assert found("unmentioned-key", text) == expected


# --- tests and examples --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("assertion", "reason"),
    [
        ({"type": "contains", "value": "a"}, None),
        ({"type": "contains"}, "it needs a text as its value"),
        ({"type": "not-contains", "value": 1}, "it needs a text as its value"),
        ({"type": "contains", "value": " "}, "its value is empty"),
        ({"type": "equals", "value": ["So"]}, "it needs a text as its value"),
        ({"type": "equals", "value": ""}, None),
        ({"type": "matches"}, "it needs a text as its value"),
        ({"type": "matches", "value": "a+"}, None),
        ({"type": "rubric"}, "it needs a text as its value"),
        ({"type": "max-words", "value": 5}, None),
        ({"type": "max-words", "value": "5"}, "it needs a whole number as its value"),
        ({"type": "max-words", "value": True}, "it needs a whole number as its value"),
        ({"type": "valid-json"}, None),
        ({"type": "matches-schema"}, "it needs output.schema"),
        ({"type": "no-such-type"}, None),
        ({"type": ["contains"]}, None),
        ("contains", None),
    ],
)
def test_an_assertion_that_cannot_be_judged(assertion: Any, reason: str | None) -> None:
    text = entry(tests=[{"title": "One", "assert": [assertion]}])
    assert [line.split("|")[2] for line in said("unjudgeable-assertion", text)] == (
        [reason] if reason else []
    )
    if reason:
        assert found("unjudgeable-assertion", text) == ['"type"']


def test_a_pattern_that_is_not_re2() -> None:
    text = entry(tests=[{"assert": [{"type": "matches", "value": "a(?=b)"}]}])
    (line,) = said("unjudgeable-assertion", text)
    assert "its pattern is not RE2: " in line


@pytest.mark.parametrize(
    ("assertion", "output", "fails"),
    [
        ({"type": "contains", "value": "Ghent"}, "In Ghent.", False),
        ({"type": "contains", "value": "ghent"}, "In Ghent.", True),
        ({"type": "not-contains", "value": "Bruges"}, "In Ghent.", False),
        ({"type": "not-contains", "value": "Ghent"}, "In Ghent.", True),
        ({"type": "equals", "value": "In Ghent."}, "In Ghent.\n", False),
        ({"type": "equals", "value": "Ghent"}, "In Ghent.", True),
        ({"type": "equals", "value": '{"a":1}'}, {"a": 1}, False),
        ({"type": "equals", "value": '{"a":2}'}, {"a": 1}, True),
        ({"type": "matches", "value": "^In"}, "So:\nIn Ghent.", False),
        ({"type": "matches", "value": "^Ghent"}, "In Ghent.", True),
        ({"type": "max-words", "value": 2}, "In Ghent.", False),
        ({"type": "max-words", "value": 1}, "In Ghent.", True),
        ({"type": "valid-json"}, {"a": 1}, False),
        ({"type": "valid-json"}, "{a}", True),
        ({"type": "rubric", "value": "It is polite."}, "No.", False),
        # JSON can be spaced in several ways; one of them will do.
        ({"type": "contains", "value": '"a": 1'}, {"a": 1}, False),
        ({"type": "contains", "value": '"a":1'}, {"a": 1}, False),
        ({"type": "not-contains", "value": '"a":1'}, {"a": 1}, False),
        ({"type": "not-contains", "value": '"a"'}, {"a": 1}, True),
        ({"type": "matches", "value": '"a":\\s*2'}, {"a": 1}, True),
        # What can't be judged is reported elsewhere.
        ({"type": "contains", "value": 7}, "In Ghent.", False),
        ({"type": "matches", "value": "a(?=b)"}, "In Ghent.", False),
    ],
)
def test_an_assertion_that_the_example_fails(
    assertion: dict[str, Any], output: Any, fails: bool
) -> None:
    inputs = {"a": {"type": "line", "default": "x"}, "b": {"type": "line"}}
    example = {"title": "One", "inputs": {"b": "y"}, "output": output}
    for asked, compared in (
        ({"b": "y"}, True),
        ({"a": "x", "b": "y"}, True),
        ({"a": "z", "b": "y"}, False),
        ({}, False),
        ([], False),
    ):
        test = {"title": "One", "inputs": asked, "assert": [assertion]}
        text = entry(inputs=inputs, examples=[example], tests=[test])
        assert bool(found("failing-assertion", text)) == (fails and compared), asked


def test_an_assertion_of_the_schema() -> None:
    schema = {"type": "object", "required": ["a"]}
    for output, fails in (({"a": 1}, False), ({"b": 1}, True), ("So", True)):
        text = entry(
            output={"format": "json", "schema": schema},
            examples=[{"title": "One", "output": output}],
            tests=[{"title": "One", "assert": [{"type": "matches-schema"}]}],
        )
        assert bool(found("failing-assertion", text)) == fails


def test_assertions_that_exclude_each_other() -> None:
    asserted = [
        {"type": "equals", "value": "In Ghent."},
        {"type": "contains", "value": "Bruges"},
        {"type": "max-words", "value": 2},
    ]
    for listed in (asserted, asserted[::-1]):
        text = entry(tests=[{"title": "One", "assert": listed}])
        (item,) = findings(contract("failing-assertion"), text, "catalog-prompt")
        assert item.message.startswith("answer that 'equals' asks for|contains|")
        (related,) = item.related
        assert related.source.slice(related.span).strip('"') == "In Ghent."


@pytest.mark.parametrize("asserted", [None, [], {}, "", 0])
def test_a_test_that_asserts_nothing(asserted: Any) -> None:
    text = entry(tests=[{"title": "One", "assert": asserted}, {"assert": ["x"]}, {"title": "Two"}])
    assert len(found("test-without-assertion", text)) == 2


QUESTION = "How long is the cable of the new lamp?"


def test_a_test_that_stands_in_the_prompt() -> None:
    tests = [{"title": "One", "inputs": {"letter": QUESTION}, "assert": []}]
    apart = QUESTION.replace(" ", "\n  ").upper()
    for content in (QUESTION, f"Q: {apart} A: 2 m", ("assistant", QUESTION)):
        assert found("leaked-test", entry(content, tests=tests)) == [f'"{QUESTION}"']
    assert found("leaked-test", entry("How long is it?", tests=tests)) == []
    short = [{"title": "One", "inputs": {"letter": "How long is it?"}, "assert": []}]
    assert found("leaked-test", entry("How long is it?", tests=short)) == []


def test_an_example_that_is_there_twice() -> None:
    one, two = {"inputs": {"a": "x"}, "output": "1"}, {"inputs": {"a": "x"}, "output": "2"}
    inputs = {"a": {"type": "line"}, "b": {"type": "line", "default": "y"}}
    same = {"inputs": {"b": "y", "a": "x"}, "output": "1"}
    for examples, expected in (
        ([one, {**one, "inputs": {"a": "z"}}], []),
        ([one, two], ["another answer"]),
        ([one, same], ["the same answer"]),
        ([one, same, two], ["the same answer", "another answer"]),
        ([{"output": "1"}, {"output": "2"}], []),
        ([{"inputs": {}, "output": "1"}] * 2, []),
        ([{"inputs": [1], "output": "1"}] * 2, []),
    ):
        text = entry(inputs=inputs, examples=examples)
        lines = said("repeated-example", text)
        assert [line.split("|")[2] for line in lines] == expected


def test_a_few_shot_message_that_is_there_twice() -> None:
    shot = "    - {role: user, example: true, content: %s}\n"
    answer = "    - {role: assistant, example: true, content: %s}\n"
    head = "template:\n  engine: none\n  messages:\n"
    twice = head + (shot % "Go") + (answer % "Yes") + (shot % "' Go'") + (answer % "No")
    assert found("repeated-example", twice) == ["Go"]
    assert said("repeated-example", twice) == ["example|example|another answer"]
    # A question that goes on over several messages is another one.
    longer = twice.replace(shot % "' Go'", (shot % "On") + (shot % "Go"))
    assert found("repeated-example", longer) == []


# --- any YAML ------------------------------------------------------------------------------

KEYS = st.sampled_from(
    ("inputs", "output", "examples", "tests", "template", "messages", "role", "content", "example",
     "engine", "format", "schema", "choices", "max_words", "max_characters", "type", "default",
     "required", "assert", "value", "title", "enum", "properties", "items", "$defs", "$ref", "a")
)  # fmt: skip
PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 9),
    st.floats(allow_nan=True),
    st.sampled_from(
        ("json", "label", "text", "integer", "date", "line", "list", "contains", "equals",
         "matches", "max-words", "valid-json", "matches-schema", "assistant", "user", "fstring",
         "mustache", "object", "array", "2026-11-22", "#/$defs/a", "", "{}", '{"a": 1,}',
         "a(?=b)", "{{a}}", "{a", "one two", "\n", "²")
    ),
)  # fmt: skip
DATA = st.recursive(
    PLAIN,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=5)),
    max_leaves=25,
)


def shaped(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Data that is nearly a prompt, so that the checks get further."""
    either = inner | DATA
    case = st.fixed_dictionaries(
        {}, optional={"inputs": st.dictionaries(KEYS, either, max_size=3) | DATA, "output": either,
                      "assert": st.lists(st.fixed_dictionaries({"type": either, "value": either}),
                                         max_size=3) | DATA},
    )  # fmt: skip
    message = st.fixed_dictionaries(
        {"role": st.sampled_from(["user", "assistant"]), "content": either, "example": either}
    )
    return st.fixed_dictionaries(
        {},
        optional={
            "inputs": st.dictionaries(KEYS, st.dictionaries(KEYS, either, max_size=4), max_size=3),
            "output": st.dictionaries(KEYS, either, max_size=4) | DATA,
            "examples": st.lists(case, max_size=3) | DATA,
            "tests": st.lists(case, max_size=3) | DATA,
            "template": st.fixed_dictionaries(
                {"engine": either, "messages": st.lists(message, max_size=4) | DATA}
            ),
        },
    )


@given(DATA | shaped(PLAIN))
def test_any_yaml_can_be_checked(data: Any) -> None:
    text = json.dumps(data)
    for problem in PROBLEMS:
        found(problem, text)  # fails for a crash, and for a span beyond the text


@given(shaped(PLAIN), st.randoms(use_true_random=False))
def test_the_order_of_the_fields_does_not_matter(data: dict[str, Any], random: Any) -> None:
    names = list(data)
    random.shuffle(names)
    for problem in OF_ENTRIES:
        one = said(problem, json.dumps(data))
        two = said(problem, json.dumps({name: data[name] for name in names}))
        assert sorted(one) == sorted(two)


@given(
    st.lists(st.integers(0, 9), min_size=1),
    st.lists(st.sampled_from(["good", "bad"]), min_size=1, max_size=4),
)
def test_a_prompt_that_keeps_its_word_is_left_alone(numbers: list[int], labels: list[str]) -> None:
    schema = {"type": "object", "required": ["n"], "properties": {"n": {"items": {"minimum": 0}}}}
    inputs = {
        "n": {"type": "list", "description": "Numbers"},
        "label": {"type": "line", "description": "A label", "choices": ["good", "bad"]},
    }
    cases = [
        {"title": "One", "inputs": {"n": [index, *numbers], "label": label}}
        for index, label in enumerate(labels)
    ]
    value = {"n": numbers}
    fits = [{"type": "matches-schema"}, {"type": "valid-json"}]
    text = entry(
        "Give n.",
        inputs=inputs,
        output={"format": "json", "schema": schema, "max_words": 50},
        examples=[
            {**case, "output": [value, json.dumps(value)][len(numbers) % 2]} for case in cases
        ],
        tests=[{**case, "assert": fits} for case in cases],
    )
    for problem in PROBLEMS:
        assert found(problem, text) == [], problem


@pytest.mark.parametrize("problem", OF_ENTRIES)
def test_other_formats_are_left_alone(problem: str) -> None:
    head = "---\noutput: {format: json}\nexamples: [{output: No, inputs: {a: 1}}]\n---\nHi.\n"
    assert marked(contract(problem), head, "agent-skill") == []
