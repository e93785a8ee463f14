"""Versions of prompts of MLflow in JSON: which files hold some, and what is read from them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from exact import fits_the_schema, names, read, texts
from hypothesis import given
from hypothesis import strategies as st
from linting import texts_of

from guideline_kit import formats

FORMAT = "mlflow"
MESSAGES = [
    {"role": "system", "content": 'You say "hello".'},
    {"role": "user", "content": "Greet {{ name }} 😀.\nNow."},
]
SAID_CHAT = [("system", 'You say "hello".'), ("user", "Greet {{ name }} 😀.\nNow.")]
OBJECT: dict[str, Any] = {
    "name": "greeting",
    "version": 2,
    "template": "Greet {{ name }}.",
    "prompt_type": "text",
    "commit_message": "shorter",
    "tags": {"team": "mail"},
    "aliases": ["production"],
    "model_config": {"model_name": "gpt-5", "temperature": 0.2},
}


def answer(text: str, kind: str = "text", **tags: str) -> dict[str, Any]:
    """What the API says of a version of a prompt."""
    given = {"mlflow.prompt.is_prompt": "true", "mlflow.prompt.text": text, **tags}
    given["_mlflow_prompt_type"] = kind
    return {
        "name": "greeting",
        "version": "2",
        "creation_timestamp": 1750000000000,
        "tags": [{"key": key, "value": value} for key, value in given.items()],
    }


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    "data",
    [
        OBJECT,
        {**OBJECT, "template": MESSAGES, "prompt_type": "chat"},
        [OBJECT],
        {"prompt_versions": [OBJECT]},
        {key: OBJECT[key] for key in ("name", "version", "template", "prompt_type")},
        {key: OBJECT[key] for key in ("name", "version", "template", "aliases", "tags")},
        {"model_version": answer("Hello")},
        {"model_versions": [answer(json.dumps(MESSAGES), "chat")]},
        {"_name": "a", "_version": "1", "_tags": {"mlflow.prompt.text": "Hello"}},
    ],
)
def test_a_prompt_is_known_by_what_the_registry_says_of_it(data: Any, indent: int | None) -> None:
    assert formats.detect("prompts/export.json", json.dumps(data, indent=indent)) == FORMAT


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("prompts/a.json", {"name": "a", "version": 1, "template": "b"}),
        ("prompts/a.json", {"name": "a", "version": 1, "template": "b", "tags": {}}),
        ("prompts/a.json", {key: OBJECT[key] for key in OBJECT if key != "template"}),
        ("prompts/a.json", {key: OBJECT[key] for key in OBJECT if key != "name"}),
        ("prompts/a.json", {**OBJECT, "template": {"a": "b"}}),
        # Each sign, and no prompt.
        (
            "prompts/a.json",
            [{"name": "a", "version": 1}, {"template": "b", "aliases": [], "tags": {}}],
        ),
        (
            "prompts/a.json",
            {"model_version": {"name": "a", "version": "1", "tags": [{"key": "mlflow.x"}]}},
        ),
        ("a.yaml", OBJECT),
        ("package.json", {"name": "a", "version": "1.0.0", "tags": [], "user_id": 1}),
    ],
)
def test_other_files_are_none(path: str, data: Any) -> None:
    assert formats.detect(path, json.dumps(data)) is None


def test_a_file_of_one_prompt_is_that_prompt() -> None:
    document = read(json.dumps(OBJECT, indent=2), FORMAT)
    assert texts(document) == [[("user", "Greet {{ name }}.")]]
    assert not document.parts
    assert (document.name, document.fields) == ("greeting", OBJECT)
    assert (document.engine, document.inputs, names(document)) == ("mustache", None, ["name"])
    assert [(item.name, item.value) for item in document.parameters] == [
        ("model", "gpt-5"), ("temperature", 0.2)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("template", "kind", "engine"),
    [
        ("Greet {{ name }}.", "text", "mustache"),
        ("Greet {% if name %}{{ name }}{% endif %}.", "jinja2", "jinja2"),
        ("Greet {% if name %}{{ name }}{% endif %}.", "text", "jinja2"),
        ("Greet {{ name | upper }}.", "jinja2", "jinja2"),
    ],
)
def test_the_type_or_the_text_says_which_templates_they_are(
    template: str, kind: str, engine: str
) -> None:
    for data in ({**OBJECT, "template": template, "prompt_type": kind}, answer(template, kind)):
        document = read(json.dumps([data]), FORMAT)
        assert document.parts[0].engine == engine
        assert document.parts[0].template_error is None
        assert set(names(document)) - {""} == {"name"}


@pytest.mark.parametrize("ascii", [True, False])
@pytest.mark.parametrize("indent", [None, 2])
def test_a_chat_stands_as_data_or_as_json_in_a_text(ascii: bool, indent: int | None) -> None:
    inside = json.dumps(MESSAGES, ensure_ascii=ascii, indent=indent)
    data = [
        {**OBJECT, "template": MESSAGES, "prompt_type": "chat"},
        {**OBJECT, "template": inside, "prompt_type": "chat"},
        {"model_version": answer(inside, "chat")},
        {"name": "a", "version": 1, "tags": {"mlflow.prompt.text": inside,
                                             "_mlflow_prompt_type": "chat"}},
    ]  # fmt: skip
    document = read(json.dumps(data, ensure_ascii=ascii), FORMAT)
    assert texts(document) == [SAID_CHAT] * 4
    assert [document.source.slice(item.span) for item in document.placeholders] == [
        "{{ name }}"
    ] * 4


def test_of_the_type_text_json_is_a_text() -> None:
    inside = json.dumps(MESSAGES)
    assert texts(read(json.dumps(answer(inside)), FORMAT)) == [[("user", inside)]]


def test_settings_in_a_tag_are_parameters_too() -> None:
    tag = {"_mlflow_prompt_model_config": json.dumps({"model_name": "gpt-5", "top_p": 1})}
    document = read(json.dumps(answer("Hello", **tag)), FORMAT)
    assert [(item.name, item.value) for item in document.parameters] == [
        ("model", "gpt-5"), ("top_p", 1)
    ]  # fmt: skip
    tag = {"_mlflow_prompt_model_config": "{broken"}
    assert not read(json.dumps(answer("Hello", **tag)), FORMAT).parameters


def test_a_chat_that_is_no_json_is_read_as_far_as_it_can_be() -> None:
    inside = json.dumps(MESSAGES)[:-1] + ",]"
    text = json.dumps([answer(inside, "chat")])
    document = read(text, FORMAT)
    assert texts(document) == [SAID_CHAT]
    (problem,) = document.problems
    assert problem.rule == "prompt-format"
    assert problem.span is not None
    assert text[problem.span.start :].startswith(',]"')
    assert not document.parts[0].problems


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '{"template": "a"}', "\x00", "[[[["])
def test_what_holds_no_prompt_has_none(text: str) -> None:
    document = read(text, FORMAT)
    assert not document.messages
    assert not document.parts


def test_of_a_broken_export_is_read_what_stands_before() -> None:
    document = read(json.dumps([OBJECT, OBJECT])[:-30], FORMAT)
    assert texts(document)[0] == [("user", "Greet {{ name }}.")]
    assert [item.rule for item in document.problems] == ["json-syntax"]


@given(texts_of("{{name}}", '"so"', "\\", "😀"), st.booleans(), st.sampled_from([None, 2]))
def test_a_prompt_comes_out_as_it_was_written(text: str, ascii: bool, indent: int | None) -> None:
    inside = json.dumps([{"role": "assistant", "content": text}], ensure_ascii=ascii, indent=indent)
    data = [{**OBJECT, "template": text}, answer(text), answer(inside, "chat")]
    document = read(json.dumps(data, ensure_ascii=ascii, indent=indent), FORMAT)
    assert texts(document) == [[("user", text)], [("user", text)], [("assistant", text)]]


@given(st.data())
def test_mutilated_files_never_raise(data: st.DataObject) -> None:
    text = json.dumps([OBJECT, answer(json.dumps(MESSAGES), "chat")])
    start = data.draw(st.integers(0, len(text)))
    put = data.draw(st.sampled_from(["", "{", "[", '"', "\n", "null", "\x00", "//", "\\"]))
    text = text[:start] + put + text[data.draw(st.integers(start, len(text))) :]
    formats.detect("prompts/a.json", text)
    read(text, FORMAT)


# --- entries -------------------------------------------------------------------------------


def entries(data: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = formats.entries_of(
        read(json.dumps(data), FORMAT, name="prompts.json")
    )
    for entry in found:
        fits_the_schema(entry)
    return found


def test_each_version_is_an_entry_with_all_that_is_said_of_it() -> None:
    (entry,) = entries(OBJECT)
    said = {key: OBJECT[key] for key in OBJECT if key not in ("template", "name")}
    assert {key: entry["x-mlflow"][key] for key in said} == said
    assert "template" not in entry["x-mlflow"]
    assert [message["content"] for message in entry["template"]["messages"]] == [
        text for _, text in texts(read(json.dumps(OBJECT), FORMAT))[0]
    ]


def test_the_form_of_the_answer_is_the_output() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    (entry,) = entries({**OBJECT, "response_format": schema})
    assert entry["output"] == {"format": "json", "schema": schema}
    assert "response_format" not in entry["x-mlflow"]
    (entry,) = entries({**OBJECT, "response_format": {"type": "json_object"}})
    assert "output" not in entry
    assert entry["x-mlflow"]["response_format"] == {"type": "json_object"}


def test_the_text_among_the_tags_is_not_kept_twice() -> None:
    inside = json.dumps(answer("Hello {{name}}"))
    (entry,) = entries(json.loads(inside))
    assert "Hello" not in json.dumps(entry["x-mlflow"])
    assert entry["template"]["messages"] == [{"role": "user", "content": "Hello {{name}}"}]


def test_a_chat_with_more_than_texts_is_kept() -> None:
    chat = [{"role": "user", "content": [{"type": "text", "text": "Look"}, {"type": "image"}]}]
    (entry,) = entries({**OBJECT, "template": chat, "prompt_type": "chat"})
    assert entry["template"]["messages"] == [{"role": "user", "content": "Look"}]
    assert entry["x-mlflow"]["template"] == chat
