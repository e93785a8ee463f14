"""Prompts of LangChain: what is written, and what an entry takes over from a file."""

from __future__ import annotations

import json
from typing import Any

import pytest
from data_styles import mutilated, read
from hypothesis import given
from hypothesis import strategies as st

from guideline_kit import formats
from guideline_kit.formats.langchain import write

ID = "langchain"


def entry_of(data: Any, name: str = "reply.prompt.json") -> dict[str, Any]:
    text = data if isinstance(data, str) else json.dumps(data)
    (entry,) = formats.entries_of(read(ID, text, name))
    return entry


def again(entry: dict[str, Any]) -> Any:
    text = write(entry, None)
    assert formats.detect(f"{entry['id']}.prompt.json", text) == ID
    return json.loads(text)


def entry_with(engine: str, *messages: tuple[str, str], **more: Any) -> dict[str, Any]:
    listed = [{"role": role, "content": content} for role, content in messages]
    return {"id": "reply", "title": "Reply", "summary": "Replies",
            "template": {"engine": engine, "messages": listed}, **more}  # fmt: skip


def dumped(kind: list[str], **kwargs: Any) -> dict[str, Any]:
    return {"lc": 1, "type": "constructor", "id": ["langchain", "prompts", *kind], "kwargs": kwargs}


def test_a_message_of_the_user_is_a_prompt() -> None:
    entry = entry_with(
        "mustache",
        ("user", "Be {{tone}}: {{mail}} {x}"),
        version="1.2.0",
        tags=["mail"],
        inputs={
            "tone": {"type": "line", "description": "How", "default": "kind"},
            "mail": {"type": "text", "description": "A mail"},
        },
    )
    assert again(entry) == {
        "_type": "prompt",
        "name": "reply",
        "input_variables": ["mail"],
        "partial_variables": {"tone": "kind"},
        "metadata": {"description": "Replies", "version": "1.2.0"},
        "tags": ["mail"],
        "template": "Be {tone}: {mail} {{x}}",
        "template_format": "f-string",
    }


def test_several_messages_are_a_chat_as_langchain_dumps_it() -> None:
    entry = entry_with("fstring", ("system", "Be brief."), ("user", "{mail}"), ("tool", "5"))
    data = again(entry)
    assert (data["lc"], data["type"], data["name"]) == (1, "constructor", "reply")
    assert data["id"] == ["langchain", "prompts", "chat", "ChatPromptTemplate"]
    assert data["kwargs"]["input_variables"] == ["mail"]
    messages = data["kwargs"]["messages"]
    assert [message["id"][-1] for message in messages] == [
        "SystemMessagePromptTemplate", "HumanMessagePromptTemplate", "ChatMessagePromptTemplate",
    ]  # fmt: skip
    assert messages[1]["kwargs"]["prompt"] == {
        **dumped(
            ["prompt", "PromptTemplate"],
            input_variables=["mail"],
            template="{mail}",
            template_format="f-string",
        ),
        "name": "PromptTemplate",
    }
    assert messages[2]["kwargs"]["role"] == "tool"
    assert entry_of(data)["template"] == entry["template"]


@pytest.mark.parametrize(
    ("engine", "text", "format", "template"),
    [
        ("none", '{"a": {b}}', "f-string", '{{"a": {{b}}}}'),
        ("jinja2", "{{ a }}{{b}}", "f-string", "{a}{b}"),
        ("mustache", "{{ a }}", "f-string", "{a}"),
        # Mustache would do harm to values, so it is taken where nothing else can say it.
        ("mustache", "{{#a}}b{{/a}}", "mustache", "{{#a}}b{{/a}}"),
        ("dollar", "${a} $$5 {b}", "f-string", "{a} $5 {{b}}"),
    ],
)
def test_the_language_is_one_that_the_prompt_can_be_said_in(
    engine: str, text: str, format: str, template: str
) -> None:
    data = again(entry_with(engine, ("user", text)))
    assert (data["template_format"], data["template"]) == (format, template)


def test_where_nothing_is_filled_in_braces_are_written_once() -> None:
    data = {"_type": "prompt", "input_variables": [], "template": 'Give {{"a": 1}}'}
    assert entry_of(data)["template"] == {
        "engine": "none",
        "messages": [{"role": "user", "content": 'Give {"a": 1}'}],
    }


def test_an_entry_takes_over_what_a_file_says() -> None:
    data = {
        "_type": "prompt",
        "name": "Reply To",
        "input_variables": ["mail"],
        "partial_variables": {"tone": "kind"},
        "metadata": {"title": "Reply", "team": "a", "version": "1.0.0"},
        "tags": ["Not an id"],
        "template": "Be {tone}: {mail}",
        "template_format": "f-string",
        "validate_template": True,
        "output_parser": None,
    }
    entry = entry_of(data)
    assert entry == {
        "id": "reply-to",
        "title": "Reply",
        "summary": "Reply",
        "version": "1.0.0",
        "template": {
            "engine": "fstring",
            "messages": [{"role": "user", "content": "Be {tone}: {mail}"}],
        },
        "inputs": {
            "mail": {"type": "text", "description": "Mail"},
            "tone": {"type": "line", "description": "Tone", "default": "kind"},
        },
        "x-langchain": {
            "name": "Reply To",
            "metadata": {"team": "a"},
            "tags": ["Not an id"],
            "validate_template": True,
        },
    }
    del data["output_parser"]
    assert again(entry) == data


EXAMPLES = {
    "_type": "few_shot",
    "input_variables": ["what", "x"],
    "examples": [{"q": "1+1", "a": 2}, {"q": "2+2", "a": 4}],
    "example_prompt": {"_type": "prompt", "template": "{q}={a} {{}}"},
    "example_separator": "\n",
    "prefix": "Do {what}.",
    "suffix": "{x}=",
}  # fmt: skip


def test_a_few_shot_prompt_is_the_text_that_langchain_makes_of_it() -> None:
    data = {**EXAMPLES, "example_prompt": {**EXAMPLES["example_prompt"], "template": "{q}={a}"}}
    entry = entry_of(data)
    assert entry["template"] == {
        "engine": "fstring",
        "messages": [{"role": "user", "content": "Do {what}.\n1+1=2\n2+2=4\n{x}="}],
    }
    written = again(entry)
    assert entry_of(written) == entry
    assert {key: written[key] for key in data} == data
    entry["template"]["messages"][0]["content"] = "Do {what}."
    assert again(entry)["template"] == "Do {what}."


def test_examples_that_langchain_could_not_fill_in_stay_apart() -> None:
    """What is in braces once the examples are put in would be filled in again."""
    entry = entry_of({**EXAMPLES, "suffix": "{x"})
    assert len(entry["template"]["messages"]) > 1


def test_messages_that_are_no_templates_come_through() -> None:
    chat = dumped(
        ["chat", "ChatPromptTemplate"],
        input_variables=["a", "past"],
        messages=[
            dumped(["chat", "MessagesPlaceholder"], variable_name="past"),
            {"lc": 1, "type": "constructor", "id": ["langchain", "schema", "messages", "AIMessage"],
             "kwargs": {"content": "{b}"}},
            dumped(["chat", "HumanMessagePromptTemplate"],
                   prompt=dumped(["prompt", "PromptTemplate"], template="{a}")),
        ],
    )  # fmt: skip
    entry = entry_of(chat)
    assert [(item["role"], item["content"]) for item in entry["template"]["messages"]] == [
        ("tool", "{past}"), ("assistant", "{{b}}"), ("user", "{a}"),
    ]  # fmt: skip
    assert again(entry)["kwargs"]["messages"] == chat["kwargs"]["messages"]


def test_a_schema_of_the_answer_is_taken_over() -> None:
    chat = dumped(["chat", "ChatPromptTemplate"], messages=[["user", "x"]], schema_={"type": "a"})
    chat["id"] = ["langchain_core", "prompts", "structured", "StructuredPrompt"]
    entry = entry_of(chat)
    assert entry["output"] == {"format": "json", "schema": {"type": "a"}}
    written = again(entry)
    assert (written["id"], written["kwargs"]["schema_"]) == (chat["id"], {"type": "a"})


def test_each_prompt_of_a_chain_is_an_entry() -> None:
    data = {"_type": "llm_chain", "map": {"_type": "prompt", "template": "A {a}"},
            "reduce": {"_type": "prompt", "template": "B {b}", "name": "join"}}  # fmt: skip
    found = formats.entries_of(read(ID, json.dumps(data), "chains/sum.json"))
    assert [entry["id"] for entry in found] == ["sum-1", "join"]


def test_a_file_for_langchain_is_nobody_else_s_whatever_it_keeps() -> None:
    """Metadata may hold the keys of another format."""
    entry = entry_with("none", ("user", "x"), **{
        "x-langchain": {"metadata": {"messages": [{"role": "user"}], "evaluators": []}}
    })  # fmt: skip
    assert "evaluators" in again(entry)["metadata"]


@given(st.data())
def test_what_is_left_of_a_mutilated_file_is_written_all_the_same(data: st.DataObject) -> None:
    chat = dumped(
        ["chat", "ChatPromptTemplate"],
        messages=[["user", "{x}"], ["ai", "y"]],
        metadata={"version": "1.0.0"},
        partial_variables={"x": 1},
    )
    for whole in (EXAMPLES, chat):
        text = data.draw(mutilated(json.dumps(whole)))
        for entry in formats.entries_of(read(ID, text, "a.json")):
            json.loads(write(entry, None))
