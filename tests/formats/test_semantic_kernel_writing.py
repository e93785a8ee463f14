"""Prompt functions of Semantic Kernel: what is written, and what an entry takes over."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest
from data_styles import Folder, mutilated, read
from hypothesis import given
from hypothesis import strategies as st

from guideline_kit import formats
from guideline_kit.formats.semantic_kernel.chat_tags import read_chat
from guideline_kit.formats.semantic_kernel.chat_writing import Spoken, in_tags, spoken
from guideline_kit.formats.semantic_kernel_yaml import entries, write
from guideline_kit.text import MappedText, Source

YAML = "semantic-kernel-yaml"
FOLDER = "semantic-kernel-skprompt"

ENTRY: dict[str, Any] = {
    "id": "answer-mail",
    "title": "Answer mail",
    "summary": "Answers a mail",
    "template": {
        "engine": "mustache",
        "messages": [
            {"role": "system", "content": "Answer <mail> & be {{tone}}.\n"},
            {"role": "user", "content": "<mail>{{mail}}</mail>"},
        ],
    },
    "inputs": {
        "tone": {"type": "line", "description": "How", "default": "kind"},
        "mail": {"type": "text", "description": "The mail", "example": "Hi"},
        "limit": {"type": "integer", "description": "Most words", "default": 50},
        "size": {"type": "line", "description": "Size", "required": False, "choices": ["s", "l"]},
    },
    "output": {"format": "json", "description": "The answer", "schema": {"type": "object"}},
    "models": [
        {"id": "m", "tried": "2026-01-01", "verdict": "works", "parameters": {"max_tokens": 5}}
    ],
}

FILE = """\
name: answer_mail
description: Answers a mail
template_format: semantic-kernel
template: |
  <message role="system">Answer &lt;mail&gt; &amp; be {{$tone}}.
  </message>
  <message role="user">&lt;mail&gt;{{$mail}}&lt;/mail&gt;</message>
input_variables:
  - name: tone
    description: How
    default: kind
  - name: mail
    description: The mail
    is_required: true
    sample: Hi
  - name: limit
    description: Most words
    default: "50"
    json_schema: '{"type": "integer"}'
  - name: size
    description: Size
    is_required: false
    json_schema: '{"type": "string", "enum": ["s", "l"]}'
output_variable:
  description: The answer
execution_settings:
  default:
    model_id: m
    max_tokens: 5
    response_format:
      type: json_schema
      json_schema:
        name: answer_mail
        schema:
          type: object
"""


def entry_of(format: str, text: str, name: str, beside: Folder | None = None) -> Any:
    (entry,) = formats.entries_of(read(format, text, name, beside or Folder()))
    return entry


def test_a_file_is_written_as_the_kernel_reads_it() -> None:
    assert write(ENTRY, None) == FILE
    assert read(YAML, FILE, "answer-mail.yaml").problems == ()
    assert formats.detect("answer-mail.yaml", FILE) == YAML


def test_what_is_written_says_what_the_entry_does() -> None:
    entry = entry_of(YAML, FILE, "other.yaml")
    kept = ENTRY.keys() - {"models", "template"}
    assert {key: entry[key] for key in kept} == {key: ENTRY[key] for key in kept}
    assert entry["template"]["messages"][0]["content"] == "Answer <mail> & be {{$tone}}.\n"


@pytest.mark.parametrize(
    ("engine", "text", "format", "template"),
    [
        ("none", "Write < 5 & {b}\n", "semantic-kernel", "Write < 5 & {b}\n"),
        ("none", "Write {{role}}", "semantic-kernel",
         '<message role="user">Write &#123;{role}}</message>\n'),
        ("none", 'Tags: <message role="user">', "semantic-kernel",
         '<message role="user">Tags: &lt;message role="user"&gt;</message>\n'),
        ("fstring", "{a}", "semantic-kernel", "{{$a}}"),
        ("semantic-kernel", "{{P.f '<'}}", "semantic-kernel", "{{P.f '<'}}"),
        ("handlebars", "{{#if a}}b{{/if}}", "handlebars", "{{#if a}}b{{/if}}"),
        ("mustache", "{{#a}}b{{/a}}", "handlebars", "{{#a}}b{{/a}}"),
        ("jinja2", "{% if a < 5 %}b{% endif %}", "jinja2", "{% if a < 5 %}b{% endif %}"),
        ("nunjucks", "{% if a %}b{% endif %}", "jinja2", "{% if a %}b{% endif %}"),
    ],
)  # fmt: skip
def test_the_language_is_one_that_the_prompt_can_be_said_in(
    engine: str, text: str, format: str, template: str
) -> None:
    messages = [{"role": "user", "content": text}]
    entry = {"id": "a", "title": "A", "summary": "A",
             "template": {"engine": engine, "messages": messages}}  # fmt: skip
    fields = read(YAML, write(entry, None), "a.yaml").fields
    assert (fields["template_format"], fields["template"]) == (format, template)


# --- messages in tags ----------------------------------------------------------------------

PIECES = st.sampled_from((
    "Write", " ", "\n", "\t", "\r\n", "<", ">", "&", "&lt;", "&amp;", "&#10;", "{{", "}}", "{%",
    "%}", "{#", "{", "{{$a}}", "</message>", '<message role="user">', "]]>", "<![CDATA[", "é", "🙂",
    "'", '"', "$", "\u00a0",
))  # fmt: skip
CONTENTS = st.lists(PIECES, min_size=1, max_size=8).map("".join).filter(str.strip)
ROLES = st.sampled_from(("system", "user", "assistant", "tool"))


def _messages_of(text: str, engine: str) -> list[tuple[str, str]]:
    chat = read_chat(Source("", text), MappedText.verbatim(Source("", text)), engine)
    assert not chat.problems
    return [(message["role"], message["content"]) for message in spoken(chat, text)]


@given(
    st.lists(st.builds(Spoken, ROLES, CONTENTS, st.booleans()), min_size=1, max_size=4),
    st.sampled_from(("semantic-kernel", "handlebars", "jinja2")),
)
def test_every_message_comes_back_from_its_tags(messages: list[Spoken], engine: str) -> None:
    text = in_tags(messages, engine)
    assert _messages_of(text, engine) == [(item.role, item.content) for item in messages]


@given(st.lists(st.tuples(ROLES, CONTENTS), min_size=2, max_size=4))
def test_what_is_sent_is_what_was_meant(messages: list[tuple[str, str]]) -> None:
    """An XML parser, as the kernel has one, finds the same messages."""
    text = in_tags([Spoken(*message, literal=True) for message in messages], "semantic-kernel")
    assert "{{" not in text
    root = ElementTree.fromstring(f"<root>{text}</root>")  # noqa: S314  of our own making
    assert [(item.get("role"), item.text) for item in root] == messages


def test_an_edit_in_the_tags_is_taken_over() -> None:
    text = FILE.replace("be {{$tone}}", "be &quot;{{$tone}}&quot; &#x2014; now")
    content = entry_of(YAML, text, "a.yaml")["template"]["messages"][0]["content"]
    assert content == 'Answer <mail> & be "{{$tone}}" — now.\n'


def test_code_between_messages_is_a_message_at_its_place() -> None:
    template = (
        '<message role="system">A</message>\n{{$history}} {{P.f $x}}\n'
        '<message role="user">B</message>\n'
    )
    text = f"name: Talk\ntemplate_format: semantic-kernel\ntemplate: {json.dumps(template)}\n"
    entry = entry_of(YAML, text, "a.yaml")
    assert [message["content"] for message in entry["template"]["messages"]] == [
        "A", "{{$history}} {{P.f $x}}", "B"
    ]  # fmt: skip
    # There is no message for it in tags, so the template is kept as it is, and put back.
    assert read(YAML, write(entry, None), "a.yaml").fields["template"] == template
    entry["template"]["messages"][0]["content"] = "C"
    assert ">C<" in read(YAML, write(entry, None), "a.yaml").fields["template"]


def test_a_block_around_messages_is_not_taken_apart() -> None:
    template = '{{#each past}}<message role="{{role}}">{{text}}</message>{{/each}}'
    text = f"template_format: handlebars\ntemplate: {json.dumps(template)}\n"
    entry = entry_of(YAML, text, "a.yaml")
    assert [message["content"] for message in entry["template"]["messages"]] == [
        "{{text}}", "{{#each past}}\n{{role}}\n{{/each}}"
    ]  # fmt: skip
    assert read(YAML, write(entry, None), "a.yaml").fields["template"] == template


# --- files of others -----------------------------------------------------------------------

FOREIGN = """\
name: GetIntent
description: Gets the intent
template_format: semantic-kernel
template: |
  <message role="system">
    Choose of {{$CHOICES}}.
  </message>
  <message role="user">{{$request}}</message>
input_variables:
  - name: choices
    default: 5 of them
    is_required: true
  - name: request
    allow_dangerously_set_content: true
execution_settings:
  gpt-4:
    model_id: gpt-4-1106
    max_tokens: 10
"""


def test_an_entry_takes_over_what_a_file_says() -> None:
    assert entry_of(YAML, FOREIGN, "a.yaml") == {
        "id": "get-intent",
        "title": "Get Intent",
        "summary": "Gets the intent",
        "template": {
            "engine": "semantic-kernel",
            "messages": [
                {"role": "system", "content": "Choose of {{$CHOICES}}.\n"},
                {"role": "user", "content": "{{$request}}"},
            ],
        },
        "inputs": {
            "choices": {"type": "line", "description": "Choices", "default": "5 of them"},
            "request": {"type": "text", "description": "Request", "trust": "trusted"},
        },
        "x-semantic-kernel": {
            "name": "GetIntent",
            "input_variables": [
                {"name": "choices", "default": "5 of them", "is_required": True},
                {"name": "request", "allow_dangerously_set_content": True},
            ],
            "execution_settings": {"gpt-4": {"model_id": "gpt-4-1106", "max_tokens": 10}},
        },
    }


def test_a_file_that_went_through_the_catalog_says_the_same() -> None:
    entry = entry_of(YAML, FOREIGN, "a.yaml")
    again = read(YAML, write(entry, None), "a.yaml")
    before = read(YAML, FOREIGN, "a.yaml").fields
    assert {**again.fields, "template": ""} == {**before, "template": ""}
    assert entries(again) == [entry]


def test_an_input_that_is_changed_in_an_entry_counts() -> None:
    entry = entry_of(YAML, FOREIGN, "a.yaml")
    entry["inputs"]["choices"]["default"] = "6"
    fields = read(YAML, write(entry, None), "a.yaml").fields
    assert fields["input_variables"][0]["default"] == "6"
    assert fields["execution_settings"] == {"gpt-4": {"model_id": "gpt-4-1106", "max_tokens": 10}}


def test_capitals_make_no_other_variable_in_the_catalog() -> None:
    entry = {"owner": "me", "status": "draft", "version": "0.1.0",
             **entry_of(YAML, FOREIGN, "a.yaml")}  # fmt: skip
    text = json.dumps(entry)
    document = read("catalog-prompt", text, "prompts/get-intent.yaml")
    assert [item.name for item in document.placeholders] == ["choices", "request"]


def test_the_settings_beside_a_text_are_taken_over() -> None:
    config = {
        "schema": 1,
        "type": "completion",
        "description": "Replies",
        "completion": {"max_tokens": 9},
        "input": {"parameters": [{"name": "mail", "description": "A mail", "defaultValue": "Hi"}]},
    }
    beside = Folder(config__json=json.dumps(config))
    entry = entry_of(FOLDER, "Answer {{$mail}}.\n", "Plugin/ReplyTo/skprompt.txt", beside)
    assert (entry["id"], entry["summary"]) == ("reply-to", "Replies")
    assert entry["inputs"] == {"mail": {"type": "text", "description": "A mail", "default": "Hi"}}
    # In YAML, all is said in the words of today: .NET refuses others.
    written = read(YAML, write(entry, None), "a.yaml")
    assert written.problems == ()
    assert written.fields["name"] == "ReplyTo"
    assert written.fields["execution_settings"] == {"default": {"max_tokens": 9}}


def test_the_settings_alone_are_no_prompt() -> None:
    text = '{"schema": 1, "completion": {}}'
    document = read(FOLDER, text, "a/config.json", Folder(skprompt__txt="x"))
    assert formats.entries_of(document) == []


@given(st.data())
def test_what_is_left_of_a_mutilated_file_is_written_all_the_same(data: st.DataObject) -> None:
    text = data.draw(mutilated(FOREIGN))
    for entry in formats.entries_of(read(YAML, text, "a.yaml")):
        again = read(YAML, write(entry, None), "a.yaml")
        assert len(again.messages) >= len(entry["template"]["messages"])
