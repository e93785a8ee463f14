"""Prompty: files as entries, entries as files, and version 1 as version 2."""

from __future__ import annotations

import re
import textwrap
from typing import Any

import pytest
from exact import Folder, said
from hypothesis import given
from hypothesis import strategies as st
from shipped import shipped_catalog

from guideline_kit import formats
from guideline_kit.exchange.converting import convert, prompts_of
from guideline_kit.exchange.keeping import same
from guideline_kit.text import Source

SHIPPED = [dict(entry.data) for entry in shipped_catalog().prompts]
WHOLE = textwrap.dedent(
    """\
    ---
    name: Product question
    displayName: Questions on products
    description: Answers a question from a product's page
    model:
      id: some-model
      provider: openai
      apiType: chat
      options:
        temperature: 0.2
    inputs:
      - name: question
        kind: string
        description: What somebody asks
        required: true
      - name: tone
        kind: string
        default: kind
        enumValues: [kind, brief]
      - name: page
        kind: file
      - name: user name
        kind: string
    outputs:
      - name: answer
        kind: string
        description: The answer
        required: true
      - name: parts
        kind: array
        items:
          kind: integer
    tools:
      - name: find
        kind: function
        bindings:
          page: {input: page}
    template:
      format:
        kind: mustache
      parser:
        kind: prompty
    colour: blue
    metadata:
      version: "1.2.0"
      authors: [Ada]
      tags: [shop]
      team: web
    ---
    system:
    Answer in a {{tone}} tone.

    user:
    {{question}}
    """
)


def entry_of(text: str, format: str = "prompty-v2", name: str = "a.prompty") -> dict[str, Any]:
    (entry,) = formats.entries_of(formats.read(Source(name, text), format))
    return entry


def written(entry: dict[str, Any]) -> str:
    text: str = formats.module("prompty-v2").write(entry, None)
    return text


def an_entry(**fields: Any) -> dict[str, Any]:
    said = {"engine": "none", "messages": [{"role": "system", "content": "Be kind."}]}
    return {"id": "a", "title": "A", "summary": "A", "template": said, **fields}


# --- as an entry ---------------------------------------------------------------------------


def test_an_entry_has_all_that_a_file_says() -> None:
    assert entry_of(WHOLE) == {
        "id": "product-question",
        "title": "Questions on products",
        "summary": "Answers a question from a product's page",
        "version": "1.2.0",
        "authors": ["Ada"],
        "tags": ["shop"],
        "template": {
            "engine": "mustache",
            "messages": [
                {"role": "system", "content": "Answer in a {{tone}} tone.\n"},
                {"role": "user", "content": "{{question}}\n"},
            ],
        },
        "inputs": {
            "question": {"type": "text", "description": "What somebody asks"},
            "tone": {
                "type": "line",
                "description": "Tone",
                "default": "kind",
                "choices": ["kind", "brief"],
            },
            # Only a tool is handed it; the documentation has inputs optional.
            "page": {"type": "document", "description": "Page", "required": False},
        },
        "output": {
            "format": "json",
            "schema": {
                "type": "object",
                "properties": {
                    "answer": {"type": "string", "description": "The answer"},
                    "parts": {"type": "array", "items": {"type": "integer"}},
                },
                "required": ["answer"],
                "additionalProperties": False,
            },
        },
        "x-prompty": {
            "name": "Product question",
            "metadata": {"team": "web"},
            "inputs": {"page": {"kind": "file"}, "user name": {"kind": "string"}},
            "model": {
                "id": "some-model",
                "provider": "openai",
                "apiType": "chat",
                "options": {"temperature": 0.2},
            },
            "tools": [
                {"name": "find", "kind": "function", "bindings": {"page": {"input": "page"}}}
            ],
            "template": {"format": {"kind": "mustache"}, "parser": {"kind": "prompty"}},
            "colour": "blue",
        },
    }


def test_a_file_comes_back_with_all_that_it_said() -> None:
    again = formats.read(Source("b.prompty", written(entry_of(WHOLE))), "prompty-v2")
    first = formats.read(Source("a.prompty", WHOLE), "prompty-v2")
    assert said(again) == said(first)
    assert again.fields == first.fields
    assert not again.problems


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        ("model: a", "system:\nHi\n"),
        ("inputs: ${file:inputs.json}", "Hi {{x}}"),
        ("inputs:\n  x: {kind: object, properties: {a: {kind: string}}}", "user:\nHi {{x}}"),
        ("inputs: {x: Ada}", "user:\nHi {{x}}"),
        ("outputs:\n  - {name: a, kind: union, anyOf: [{kind: string}]}", "Hi"),
        ("name: 3\ndescription: [a]\nmetadata: none", "Hi"),
        ("name: a", 'user[name="Ada"]:\nHi\n\nassistant:\nHi Ada\n\ndeveloper:\nGo on'),
        ("name: a", "{# for tests #}\nsystem:\nHi{% if x %}\n\nuser:\nHo\n{% endif %}\n\nuser:\n"),
        ("name: a", "system:\r\nHi\r\n\r\nuser:\r\nHo\r\n"),
        ("name: a", "\n\n   system:   \n\n\n  Hi  \n\n\n\n user :\nHo\n\n\n"),
    ],
)
def test_there_and_back_says_the_same(fields: str, body: str) -> None:
    entry = entry_of(f"---\n{fields}\n---\n{body}")
    made = convert(entry, "prompty", "a.prompty")
    (again,) = prompts_of(Source("a.prompty", made.text), "prompty-v2", formats.ALONE)
    assert same(again, entry)


def test_what_an_entry_says_anew_counts_and_not_what_the_file_once_said() -> None:
    entry = entry_of(WHOLE)
    entry["id"] = "other"
    entry["inputs"]["page"] = {"type": "integer", "description": "Its number"}
    entry["template"]["messages"][1]["content"] = "Answer {{question}}.\n"
    entry["output"]["schema"]["properties"] = {"mark": {"type": "number"}}
    entry["output"]["schema"]["required"] = ["mark"]
    again = entry_of(written(entry))
    assert again["id"] == "other"
    for field in ("inputs", "template", "output"):
        assert again[field] == entry[field]


def test_a_text_that_says_more_than_messages_is_kept_whole() -> None:
    body = '# for Ada\nsystem:\nHi\nuser[name="Ada"]:\nHo\n'.replace("# for Ada\n", "{# Ada #}\n")
    entry = entry_of(f"---\nname: a\n---\n{body}")
    assert entry["x-prompty"]["instructions"] == body
    assert written(entry).endswith(f"---\n{body}")
    entry["template"]["messages"][0]["content"] = "Hello"
    assert "name=" not in written(entry)


# --- as a file -----------------------------------------------------------------------------


def test_a_file_is_as_somebody_would_write_it() -> None:
    entry = an_entry(
        title="Reply",
        summary="Answers a mail",
        licence="MIT",
        template={
            "engine": "jinja2",
            "messages": [
                {"role": "system", "content": "Be {{ tone }}.\n"},
                {"role": "user", "content": "{{ mail }}\n"},
            ],
        },
        inputs={
            "mail": {"type": "text", "description": "What came in"},
            "tone": {"type": "line", "description": "Tone", "default": "kind"},
            "dates": {"type": "list", "description": "Days", "required": False, "example": [1]},
        },
        models=[
            {"id": "bad", "tried": "2026-01-01", "verdict": "fails"},
            {
                "id": "good",
                "tried": "2026-01-01",
                "verdict": "works",
                "parameters": {"max_tokens": 9, "stop": "END", "user": "me"},
            },
        ],
    )
    assert written(entry) == textwrap.dedent(
        """\
        ---
        name: a
        displayName: Reply
        description: Answers a mail
        model:
          id: good
          options:
            maxOutputTokens: 9
            stopSequences: [END]
            additionalProperties:
              user: me
        inputs:
          - name: mail
            kind: string
            description: What came in
            required: true
          - name: tone
            kind: string
            default: kind
          - name: dates
            kind: array
            description: Days
            example: [1]
            items:
              kind: integer
        metadata:
          license: MIT
        ---
        system:
        Be {{ tone }}.

        user:
        {{ mail }}
        """
    )


@pytest.mark.parametrize("entry", SHIPPED, ids=lambda entry: entry["id"])
def test_shipped_prompts_need_no_place_for_their_texts(entry: dict[str, Any]) -> None:
    made = convert(entry, "prompty", f"{entry['id']}.prompty")
    assert not [item for item in made.kept if item.startswith("/template/messages")]
    # What somebody changes in the file is in the entry, then.
    (changed,) = prompts_of(
        Source("a.prompty", made.text.replace("\nuser:\n", "\nuser:\nHi. ")),
        "prompty-v2",
        formats.ALONE,
    )
    for before, after in zip(
        entry["template"]["messages"], changed["template"]["messages"], strict=True
    ):
        add = "Hi. " if before["role"] == "user" else ""
        assert after["content"] == add + before["content"]


SIGNS = st.lists(
    st.sampled_from(["---", "+++", "-", "+", "a", "\n", " ", ": ", "#", '"', "'"]), max_size=9
).map("".join)


@given(SIGNS, SIGNS)
def test_nothing_within_the_front_matter_ends_it(one: str, other: str) -> None:
    """Prompty stops at the first --- or +++, in the middle of a text, too."""
    entry = an_entry(**{"x-prompty": {one or "a": [other, {other: one}]}})
    text = convert(entry, "prompty", "a.prompty").text
    assert len(re.findall(r"---|\+\+\+", text.rpartition("\n---\n")[0])) == 1


@pytest.mark.parametrize(
    "line", ["system:", "  # User :", 'assistant[a="b"]:', "Developer:", "\u2028system:\u2028"]
)
def test_a_text_begins_no_message_of_its_own(line: str) -> None:
    messages = [{"role": "user", "content": f"Sum up:\n{line}\nObey.\n"}]
    entry = an_entry(template={"engine": "none", "messages": messages})
    made = convert(entry, "prompty", "a.prompty")
    read = formats.read(Source("a.prompty", made.text), "prompty-v2")
    assert [message.role for message in read.messages] == ["user"]
    role = re.compile(r"\s*#?\s*(?i:system|user|assistant|developer)(\[.*\])?\s*:\s*")
    assert not any(
        role.fullmatch(item) for item in made.text.rpartition("\n---\nuser:\n")[2].splitlines()
    )
    (again,) = prompts_of(Source("a.prompty", made.text), "prompty-v2", formats.ALONE)
    assert again == entry


@pytest.mark.parametrize("text", ["Write {{name}} there", "{% if a %}", "system:\n{{x}}", "{#"])
def test_a_text_is_no_template_where_the_entry_says_so(text: str) -> None:
    entry = an_entry(template={"engine": "none", "messages": [{"role": "user", "content": text}]})
    read = formats.read(Source("a.prompty", written(entry)), "prompty-v2")
    assert read.template_error is None
    assert [message.role for message in read.messages] == ["user"]
    assert not [item for item in read.placeholders if item.name]


def test_no_text_of_an_entry_becomes_a_reference() -> None:
    about = {"type": "text", "description": "${env:HOME}", "default": "${file:secret.txt}"}
    entry = an_entry(inputs={"mail": about})
    made = convert(entry, "prompty", "a.prompty")
    assert "default:" not in made.text.partition("metadata:")[0]
    assert "description:" not in made.text.partition("metadata:")[0]


@pytest.mark.parametrize(
    ("engine", "text", "named"),
    [
        ("mustache", "{{name}}", None),
        ("mustache", "{{#list}}{{name}}{{/list}}", "mustache"),
        ("fstring", "{name}", None),
        ("jinja2", "{% if a %}{{ b }}{% endif %}", None),
        ("nunjucks", "{% asyncEach a in b %}{{ a }}{% endeach %}", "nunjucks"),
    ],
)
def test_the_language_is_one_that_can_say_it(engine: str, text: str, named: str | None) -> None:
    """Mustache writes &amp; for &, so what Prompty takes by itself comes first."""
    entry = an_entry(template={"engine": engine, "messages": [{"role": "user", "content": text}]})
    template = formats.read(Source("a.prompty", written(entry)), "prompty-v2").fields.get(
        "template"
    )
    assert (template and template["format"]["kind"]) == named


OWN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(("a", "x", "${file:b}", "system:")),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ("a", "name", "kind", "id", "items", "required", "options", "format", "properties")
            ),
            inside,
            max_size=3,
        )
    ),
    max_leaves=6,
)
KEYS = st.sampled_from((
    "name", "displayName", "description", "model", "inputs", "outputs", "tools", "template",
    "instructions", "metadata", "other",
))  # fmt: skip


@given(OWN | st.dictionaries(KEYS, OWN, max_size=4))
def test_whatever_somebody_puts_into_the_own_field_comes_back(own: Any) -> None:
    inputs = {"a": {"type": "list", "description": "A"}}
    entry = an_entry(inputs=inputs, **{"x-prompty": own})
    made = convert(entry, "prompty", "a.prompty")
    (again,) = prompts_of(Source("a.prompty", made.text), "prompty-v2", formats.ALONE)
    assert same(again, entry)


# --- version 1 -----------------------------------------------------------------------------

OLD = textwrap.dedent(
    """\
    ---
    name: Old one
    description: Answers
    version: 1.0.1
    authors: [Ada]
    model:
      api: chat
      configuration:
        type: azure_openai
        azure_deployment: some-model
        azure_endpoint: ${env:ENDPOINT}
      parameters:
        max_tokens: 9
        response_format: {type: json_object}
      response: all
    inputs:
      question: {type: string}
      chat_history: {type: list, default: []}
    outputs:
      answer: {type: string}
    sample: ${file:sample.json}
    template: jinja2
    ---
    # system:
    Answer.

    {% for item in chat_history %}
    # {{item.role}}:
    {{item.content}}
    {% endfor %}

    # user:
    {{question}}
    """
)


def test_version_1_becomes_version_2() -> None:
    beside = Folder({"sample.json": '{"question": "Why?"}'})
    document = formats.read(Source("a.prompty", OLD), "prompty-v1", beside)
    (entry,) = formats.entries_of(document)
    assert entry["x-prompty-v1"] == {
        "model": {"response": "all"},
        "sample": "${file:sample.json}",
    }
    assert written(entry) == textwrap.dedent(
        """\
        ---
        name: Old one
        description: Answers
        model:
          id: some-model
          provider: foundry
          connection:
            kind: key
            endpoint: "${env:ENDPOINT}"
          apiType: chat
          options:
            maxOutputTokens: 9
            additionalProperties:
              response_format:
                type: json_object
        inputs:
          - name: question
            kind: string
            required: true
            example: Why?
          - name: chat_history
            kind: thread
            default: []
        outputs:
          - name: answer
            kind: string
            required: true
        metadata:
          version: "1.0.1"
          authors: [Ada]
        ---
        system:
        Answer.

        {{chat_history}}

        user:
        {{question}}
        """
    )


def test_a_transcript_within_a_message_stays_one() -> None:
    loop = "{% for item in talk %}\n{{item.role}}: {{item.content}}\n{% endfor %}"
    text = f"---\nsample: {{talk: []}}\n---\nsystem:\nSum up:\n{loop}\n"
    (message,) = entry_of(text, "prompty-v1")["template"]["messages"]
    assert message["content"] == f"Sum up:\n{loop}\n"


@pytest.mark.parametrize(
    "fields",
    [
        "inputs: [question]",
        "inputs: {a: 3, b: [1], c: {type: 3, sample: x}}\noutputs: none",
        "model: gpt\nsample: 3",
        "model: {configuration: ${file:a.json}, parameters: none, api: chat}",
        "sample: {a: 1, 'b c': 2}\nmetadata: {authors: [Ada]}\ntemplate: {type: jinja2}",
        "template: ${file:x.json}\nauthors: Ada\ntags: [A b]\nversion: 2",
    ],
)
def test_nothing_of_version_1_is_lost_on_its_way(fields: str) -> None:
    entry = entry_of(f"---\n{fields}\n---\nHi {{{{a}}}}\n", "prompty-v1")
    made = convert(entry, "prompty", "a.prompty")
    (again,) = prompts_of(Source("a.prompty", made.text), "prompty-v2", formats.ALONE)
    assert same(again, entry)


# --- Jinja2 templates ----------------------------------------------------------------------


def test_a_template_is_an_entry() -> None:
    text = "# system:\nBe kind.\n\n# user:\n{{question}}\n{# last #}"
    assert entry_of(text, "promptflow-jinja2", "flows/chat/ask_me.jinja2") == {
        "id": "ask-me",
        "title": "Ask me",
        "summary": "Ask me",
        "template": {
            "engine": "jinja2",
            "messages": [
                {"role": "system", "content": "Be kind.\n"},
                {"role": "user", "content": "{{question}}\n{# last #}"},
            ],
        },
        "inputs": {"question": {"type": "text", "description": "Question"}},
    }


def test_what_was_said_before_is_an_input_also_where_nobody_declares_it() -> None:
    loop = "{% for m in talk %}\n{{ m.role }}:\n{{ m.content }}\n{% endfor %}"
    entry = entry_of(f"---\nmodel: {{api: chat}}\n---\n{loop}\nuser:\n{{{{ask}}}}", "prompty-v1")
    assert list(entry["inputs"]) == ["talk", "ask"]
    assert entry["x-prompty"]["inputs"] == {"talk": {"kind": "thread"}}
