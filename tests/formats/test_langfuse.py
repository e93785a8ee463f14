"""Prompts of Langfuse in JSON: which files hold some, and what is read from them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from exact import at, fits_the_schema, names, read, shown, texts
from hypothesis import given
from hypothesis import strategies as st
from linting import texts_of

from guideline_kit import formats

FORMAT = "langfuse"
TEXT: dict[str, Any] = {
    "id": "c1",
    "name": "mail/greeting",
    "version": 3,
    "type": "text",
    "prompt": 'Greet {{name}} with "hello".\nNow.',
    "config": {"model": "gpt-5", "temperature": 0.2},
    "labels": ["production", "latest"],
    "tags": ["mail"],
    "commitMessage": None,
    "resolutionGraph": None,
}
CHAT: dict[str, Any] = {
    **TEXT,
    "name": "chat",
    "type": "chat",
    "prompt": [
        {"type": "chatmessage", "role": "system", "content": "You greet."},
        {"type": "placeholder", "name": "history"},
        {"role": "user", "content": "Greet {{ name }} 😀."},
    ],
}
SAID_TEXT = [("user", 'Greet {{name}} with "hello".\nNow.')]
SAID_CHAT = [("system", "You greet."), ("user", "Greet {{ name }} 😀.")]


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    "data",
    [
        TEXT,
        CHAT,
        [TEXT, CHAT],
        {"data": [TEXT], "meta": {"page": 1}},
        {"prompts": {"mail": [TEXT]}},
        {key: TEXT[key] for key in ("name", "type", "prompt", "labels", "config")},
    ],
)
def test_a_prompt_is_known_by_what_the_api_says_of_it(data: Any, indent: int | None) -> None:
    assert formats.detect("prompts/export.json", json.dumps(data, indent=indent)) == FORMAT


def test_a_broken_export_is_one_all_the_same() -> None:
    assert formats.detect("prompts.json", json.dumps([TEXT, CHAT], indent=2)[:-3]) == FORMAT


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("prompts/a.json", {key: TEXT[key] for key in TEXT if key != "prompt"}),
        ("prompts/a.json", {key: TEXT[key] for key in TEXT if key != "type"}),
        ("prompts/a.json", {"name": "a", "type": "text", "prompt": "b", "version": 1}),
        ("prompts/a.json", {**TEXT, "type": "string"}),
        # What the list of all prompts looks like: none of their texts.
        ("prompts/a.json", {"data": [{"name": "a", "versions": [1], "labels": [], "tags": []}]}),
        # Each sign, and no prompt.
        (
            "prompts/a.json",
            [{"prompt": "a"}, {"name": "b", "version": 1}, {"type": "text", "labels": []}],
        ),
        ("prompts/a.json", {"type": "chat", "name": "a", "labels": [], "tags": [], "messages": []}),
        ("a.yaml", TEXT),
        ("prompts/a.json", []),
        ("package.json", {"name": "a", "version": "1.0.0", "type": "module"}),
    ],
)
def test_other_files_are_none(path: str, data: Any) -> None:
    assert formats.detect(path, json.dumps(data)) is None


def test_a_file_of_one_prompt_is_that_prompt() -> None:
    document = read(json.dumps(TEXT, indent=2), FORMAT)
    assert texts(document) == [SAID_TEXT]
    assert not document.parts
    assert document.name == "mail/greeting"
    assert document.fields == TEXT
    assert document.source.slice(document.field_span("labels")).startswith("[")
    assert (document.engine, document.inputs, names(document)) == ("mustache", None, ["name"])
    assert [(item.name, item.value) for item in document.parameters] == [
        ("model", "gpt-5"), ("temperature", 0.2)
    ]  # fmt: skip
    assert document.source.slice(document.parameters[0].span) == '"gpt-5"'


def test_of_many_prompts_each_is_one_of_its_own() -> None:
    document = read(json.dumps({"data": [TEXT, CHAT]}, ensure_ascii=False), FORMAT)
    assert texts(document) == [SAID_TEXT, SAID_CHAT]
    assert [part.name for part in document.parts] == ["mail/greeting", "chat"]
    assert len(document.parameters) == 4
    assert "data" in document.fields
    assert read(json.dumps([TEXT, CHAT]), FORMAT).fields == {}


def test_another_prompt_that_is_put_in_is_no_text_of_this_one() -> None:
    tag = "@@@langfusePrompt:name=rules|label=production@@@"
    document = read(json.dumps({**TEXT, "prompt": f"{tag}\nGreet {{{{name}}}}. {tag}"}), FORMAT)
    assert [item.text for item in document.placeholders] == [tag, "{{name}}", tag]
    assert names(document) == ["", "name", ""]
    assert len(document.messages[0].ranges) == 3


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({**TEXT, "type": "chat"}, "The prompt is of the type 'chat'"),
        ({**CHAT, "type": "text"}, "The prompt is of the type 'text'"),
    ],
)
def test_a_prompt_that_is_not_of_its_type_is_a_problem(data: Any, message: str) -> None:
    text = json.dumps([data], indent=1)
    (problem,) = read(text, FORMAT).problems
    assert problem.rule == "prompt-format"
    assert problem.message.startswith(message)
    assert at(problem)[0] == text[: text.index('"prompt"')].count("\n") + 1
    assert len(texts(read(text, FORMAT))[0]) >= 1


def test_of_a_broken_export_is_read_what_stands_before() -> None:
    text = json.dumps([TEXT, CHAT], indent=2)
    document = read(text[: text.rindex('"tags"')], FORMAT)
    assert texts(document) == [SAID_TEXT, SAID_CHAT]
    assert [item.rule for item in document.problems] == ["json-syntax"]
    document = read(text.replace('"version": 3,', '"version": 3, // now', 1), FORMAT)
    assert texts(document) == [SAID_TEXT, SAID_CHAT]
    assert shown(document.problems[0])[1] == "// now"


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "null", '{"prompt": "a"}', "\x00", "[[[["])
def test_what_holds_no_prompt_has_none(text: str) -> None:
    document = read(text, FORMAT)
    assert not document.messages
    assert not document.parts


def test_texts_of_any_depth_do_no_harm() -> None:
    deep = json.dumps(TEXT).replace('"gpt-5"', "[" * 5000 + "]" * 5000)
    assert formats.detect("prompts/a.json", deep) == FORMAT
    assert [item.rule for item in read(deep, FORMAT).problems] == ["json-limit"]


@given(texts_of("{{name}}", '"so"', "\\", "😀"), st.booleans(), st.sampled_from([None, 0, 2]))
def test_a_prompt_comes_out_as_it_was_written(text: str, ascii: bool, indent: int | None) -> None:
    chat = {**CHAT, "prompt": [{"role": "assistant", "content": text}]}
    written = json.dumps([{**TEXT, "prompt": text}, chat], ensure_ascii=ascii, indent=indent)
    assert texts(read(written, FORMAT)) == [[("user", text)], [("assistant", text)]]


@given(st.data())
def test_mutilated_files_never_raise(data: st.DataObject) -> None:
    text = json.dumps({"data": [TEXT, CHAT]}, indent=data.draw(st.sampled_from([None, 1])))
    start = data.draw(st.integers(0, len(text)))
    put = data.draw(st.sampled_from(["", "{", "[", '"', "\n", "null", "\x00", "//", "\\"]))
    text = text[:start] + put + text[data.draw(st.integers(start, len(text))) :]
    formats.detect("prompts/a.json", text)
    read(text, FORMAT)


# --- entries -------------------------------------------------------------------------------


def entries(data: Any) -> list[dict[str, Any]]:
    text = json.dumps(data, ensure_ascii=False)
    found: list[dict[str, Any]] = formats.entries_of(read(text, FORMAT, name="prompts.json"))
    for entry in found:
        fits_the_schema(entry)
    return found


def test_each_prompt_is_an_entry_with_all_that_is_said_of_it() -> None:
    text, chat = entries([TEXT, CHAT])
    assert text == {
        "id": "mail-greeting",
        "title": "Mail greeting",
        "summary": "Mail greeting",
        "template": {
            "engine": "mustache",
            "messages": [{"role": "user", "content": 'Greet {{name}} with "hello".\nNow.'}],
        },
        "inputs": {"name": {"type": "text", "description": "Name"}},
        "tags": ["mail"],
        "x-langfuse": {
            key: TEXT[key]
            for key in TEXT
            if key not in ("prompt", "tags")  # the name is written otherwise
        },
    }
    assert chat["id"] == "chat"
    assert "name" not in chat["x-langfuse"]
    # A chat in which whole messages are filled in is more than its messages.
    assert chat["x-langfuse"]["prompt"] == CHAT["prompt"]
    assert entries(TEXT) == [text]


def test_tags_that_an_entry_can_not_have_stay_as_they_are() -> None:
    (entry,) = entries({**TEXT, "tags": ["Our Mail"]})
    assert "tags" not in entry
    assert entry["x-langfuse"]["tags"] == ["Our Mail"]


def test_prompts_with_one_name_have_ids_of_their_own() -> None:
    assert [entry["id"] for entry in entries([TEXT, TEXT])] == ["mail-greeting", "mail-greeting-2"]


def test_questions_with_answers_before_the_last_one_are_examples() -> None:
    chat = [
        {"role": "user", "content": "1 + 1"},
        {"role": "assistant", "content": "2"},
        {"role": "user", "content": "{{sum}}"},
    ]
    document = read(json.dumps({**CHAT, "prompt": chat}), FORMAT)
    assert [message.example for message in document.messages] == [True, True, False]
    (entry,) = entries({**CHAT, "prompt": chat})
    assert "prompt" not in entry["x-langfuse"]
