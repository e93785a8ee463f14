"""dotprompt: files as entries, and entries as files."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest
from exact import said
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
    # Copyright of somebody
    # and others

    ---
    name: menu
    variant: short
    version: 1.2.0
    description: Invents a dish
    model: googleai/a-model
    config:
      temperature: 0.4
    tools: [find]
    input:
      schema:
        theme: string, what it is about
        guests?: integer
        mood(enum): [calm, loud]
        allergies?(array, what nobody may eat): string
      default:
        guests: 2
    output:
      format: json
      schema:
        dish: string, its name
        steps(array): string
    metadata:
      authors: [Ada]
      team: kitchen
    myext.key: 1
    ---
    {{role "system"}}
    Invent a dish.

    {{role "user"}}
    {{theme}} for {{guests}}, {{mood}}{{#each allergies}}, no {{this}}{{/each}}
    """
)


def entry_of(text: str, name: str = "a.prompt") -> dict[str, Any]:
    (entry,) = formats.entries_of(formats.read(Source(name, text), "dotprompt"))
    return entry


def written(entry: dict[str, Any]) -> str:
    text: str = formats.module("dotprompt").write(entry, None)
    return text


def an_entry(**fields: Any) -> dict[str, Any]:
    said = {"engine": "none", "messages": [{"role": "user", "content": "Be kind."}]}
    return {"id": "a", "title": "A", "summary": "A", "template": said, **fields}


# --- as an entry ---------------------------------------------------------------------------


def test_an_entry_has_all_that_a_file_says() -> None:
    assert entry_of(WHOLE) == {
        "id": "menu-short",
        "title": "Menu short",
        "summary": "Invents a dish",
        "version": "1.2.0",
        "authors": ["Ada"],
        "template": {
            "engine": "handlebars",
            "messages": [
                {"role": "system", "content": "Invent a dish.\n"},
                {
                    "role": "user",
                    "content": (
                        "{{theme}} for {{guests}}, {{mood}}"
                        "{{#each allergies}}, no {{this}}{{/each}}\n"
                    ),
                },
            ],
        },
        "inputs": {
            "theme": {"type": "line", "description": "what it is about"},
            "guests": {
                "type": "integer",
                "description": "Guests",
                "required": False,
                "default": 2,
            },
            "mood": {"type": "line", "description": "Mood", "choices": ["calm", "loud"]},
            "allergies": {
                "type": "list",
                "description": "what nobody may eat",
                "required": False,
            },
        },
        "output": {
            "format": "json",
            "schema": {
                "type": "object",
                "properties": {
                    "dish": {"type": "string", "description": "its name"},
                    "steps": {"type": "array", "items": {"type": "string"}},
                },
                "required": ["dish", "steps"],
                "additionalProperties": False,
            },
        },
        "x-dotprompt": {
            "#": "# Copyright of somebody\n# and others",
            "name": "menu",
            "variant": "short",
            "model": "googleai/a-model",
            "config": {"temperature": 0.4},
            "tools": ["find"],
            "input": {"schema": {"allergies?(array, what nobody may eat)": "string"}},
            "metadata": {"team": "kitchen"},
            "myext.key": 1,
        },
    }


def test_a_file_comes_back_with_all_that_it_said() -> None:
    text = written(entry_of(WHOLE))
    again = formats.read(Source("b.prompt", text), "dotprompt")
    first = formats.read(Source("a.prompt", WHOLE), "dotprompt")
    assert said(again) == said(first)
    assert again.fields == first.fields
    assert text.startswith("# Copyright of somebody\n# and others\n\n---\n")
    assert not again.problems


def test_a_file_is_called_by_its_name_and_its_variant() -> None:
    entry = entry_of("Hello", "prompts/hiThere.pirate.prompt")
    assert (entry["id"], entry["title"]) == ("hithere-pirate", "Hi There pirate")
    assert entry["x-dotprompt"] == {"name": "hiThere", "variant": "pirate"}
    assert entry_of("Hello", "prompts/_greeting.prompt")["id"] == "greeting"


@pytest.mark.parametrize(
    ("fields", "body"),
    [
        ("model: a", "Hi"),
        ("model: a", "Hi {{x}}\n"),
        ("input: {schema: Person}", "Hi {{x}}"),
        ("input: {schema: {person: Person, '(*)': string, 'a b': string}}", "Hi {{person}}"),
        ("input: {default: {x: 1, 'a b': 2}}", "Hi {{x}}"),
        ("input: {default: none, other: 1}", "Hi {{x}}"),
        ("input: none\noutput: none\nconfig: none\nmetadata: none", "Hi {{x}}"),
        ("input: {schema: {type: object, properties: {x: {type: string, pattern: a}}}}", "{{x}}"),
        ("input: {schema: {properties: {x: {type: integer, default: 3}}}}", "Hi {{x}}"),
        ("input: {schema: {x(array): {a: string}}}", "Hi {{x}}"),
        ("output: {schema: Person}", "Hi"),
        ("output: {format: media, contentType: image/png}", "Hi"),
        ("output: {format: enum, schema: {type: string, enum: [a, b]}}", "Hi"),
        ("output: {format: text, schema: {a: string}, constrained: false}", "Hi"),
        ("output: {schema: string}", "Hi"),
        ("name: 3\nversion: 2\ndescription: [a]", "Hi"),
        ("model: a", '{{role "system"}}Hi {{history}} there {{role "user"}}'),
        ("model: a", "{{! a comment }}\n{{#if x}}\n{{role 'model'}}\nHi\n{{/if}}\n"),
        ("model: a", '{{role "system"}}\r\nHi\r\n\r\n{{role "user"}}\r\nHo\r\n'),
    ],
)
def test_there_and_back_says_the_same(fields: str, body: str) -> None:
    entry = entry_of(f"---\n{fields}\n---\n{body}")
    made = convert(entry, "dotprompt", "a.prompt")
    (again,) = prompts_of(Source("a.prompt", made.text), "dotprompt", formats.ALONE)
    assert same(again, entry)


def test_what_an_entry_says_anew_counts_and_not_what_the_file_once_said() -> None:
    entry = entry_of(WHOLE)
    entry["id"] = "other"
    entry["inputs"]["theme"]["description"] = "what it is for"
    entry["template"]["messages"][0]["content"] = "Invent two.\n"
    entry["output"]["schema"] = {"type": "object", "properties": {"a": {"type": "string"}}}
    text = written(entry)
    again = entry_of(text)
    assert again["id"] == "other"
    for field in ("inputs", "template", "output"):
        assert again[field] == entry[field]
    # The rest is as it was: what is in a list no entry says.
    assert '"allergies?(array, what nobody may eat)": string' in text
    entry["inputs"]["allergies"]["type"] = "text"
    assert "array, what" not in written(entry)


def test_inputs_of_a_file_without_a_schema_are_declared_once_somebody_describes_them() -> None:
    entry = entry_of("---\nmodel: a\n---\nHi {{name}}")
    assert "schema" not in written(entry)
    entry["inputs"]["name"]["description"] = "Who is greeted"
    assert "    name: string, Who is greeted\n" in written(entry)


# --- as a file -----------------------------------------------------------------------------


def test_a_file_is_as_somebody_would_write_it() -> None:
    entry = an_entry(
        summary="Answers a mail",
        version="1.0.0",
        template={
            "engine": "mustache",
            "messages": [
                {"role": "system", "content": "Be {{tone}}.\n"},
                {"role": "user", "content": "Hi"},
                {"role": "assistant", "content": "Ho\n"},
                {"role": "user", "content": "{{mail}}\n"},
            ],
        },
        inputs={
            "mail": {"type": "text", "description": "What came in (in full)"},
            "tone": {"type": "line", "description": "Tone", "default": "kind"},
            "dates": {"type": "list", "description": "Days", "required": False},
            "more": {"type": "object", "description": "More"},
            "size": {"type": "line", "description": "How long", "choices": ["S", "L"]},
        },
        output={"format": "label", "choices": ["good", "bad"]},
        models=[
            {
                "id": "good",
                "tried": "2026-01-01",
                "verdict": "works",
                "parameters": {"temperature": 0.1, "max_tokens": 9},
            },
        ],
    )
    assert written(entry) == textwrap.dedent(
        """\
        ---
        name: a
        version: "1.0.0"
        description: Answers a mail
        model: good
        config:
          temperature: 0.1
          maxOutputTokens: 9
        input:
          schema:
            mail: string, What came in (in full)
            tone: string
            "dates?(array, Days)": any
            more(object):
              "(*)": any
            "size(enum, How long)": [S, L]
          default:
            tone: kind
        output:
          format: enum
          schema:
            type: string
            enum: [good, bad]
        ---
        {{role "system"}}
        Be {{tone}}.

        {{role "user"}}
        Hi
        {{role "model"}}
        Ho

        {{role "user"}}
        {{mail}}
        """
    )


def test_a_prompt_of_the_user_alone_has_no_mark() -> None:
    assert written(an_entry()) == "---\nname: a\n---\nBe kind."


def test_an_input_called_type_is_declared_in_json_schema() -> None:
    """`type: string` at the top of Picoschema would make it a schema of a text."""
    entry = an_entry(inputs={"type": {"type": "line", "description": "Its sort"}})
    document = formats.read(Source("a.prompt", written(entry)), "dotprompt")
    assert [item.name for item in document.inputs or ()] == ["type"]
    assert not document.problems


def translatable(entry: dict[str, Any]) -> bool:
    return entry["template"]["engine"] in ("none", "mustache", "handlebars")


@pytest.mark.parametrize(
    "entry", [entry for entry in SHIPPED if translatable(entry)], ids=lambda entry: str(entry["id"])
)
def test_shipped_prompts_need_no_place_for_their_texts(entry: dict[str, Any]) -> None:
    made = convert(entry, "dotprompt", f"{entry['id']}.prompt")
    assert not [item for item in made.kept if item.startswith("/template/messages")]
    user = '{{role "user"}}\n' if len(entry["template"]["messages"]) > 1 else "\n---\n"
    assert user in made.text
    (changed,) = prompts_of(
        Source("a.prompt", made.text.replace(user, f"{user}Hi. ")), "dotprompt", formats.ALONE
    )
    for before, after in zip(
        entry["template"]["messages"], changed["template"]["messages"], strict=True
    ):
        add = "Hi. " if before["role"] == "user" else ""
        assert after["content"] == add + before["content"]


@pytest.mark.parametrize(
    "text", ["Write {{name}}", '{{role "system"}} Obey', "a {{ b", "{{{{x}}}} {{{y}}}", "{{#if x}}"]
)
def test_a_text_is_no_template_where_the_entry_says_so(text: str) -> None:
    entry = an_entry(template={"engine": "none", "messages": [{"role": "user", "content": text}]})
    made = convert(entry, "dotprompt", "a.prompt")
    read = formats.read(Source("a.prompt", made.text), "dotprompt")
    assert read.template_error is None
    assert [message.role for message in read.messages] == ["user"]
    assert not read.placeholders
    (again,) = prompts_of(Source("a.prompt", made.text), "dotprompt", formats.ALONE)
    assert again == entry


def test_the_tool_refuses_aliases_so_there_are_none() -> None:
    shared = {"a": ["b"]}
    entry = an_entry(**{"x-dotprompt": {"one": shared, "two": shared}, "x-own": shared})
    made = convert(entry, "dotprompt", "a.prompt")
    assert "&" not in made.text
    assert "*" not in made.text


OWN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(("a", "string", "{{x}}", "# b")),
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(
            st.sampled_from((
                "a", "a?", "a(array)", "a(enum)", "(*)", "schema", "default", "format", "type",
                "properties", "enum", "a b", "a(",
            )),
            inside,
            max_size=3,
        )
    ),
    max_leaves=8,
)  # fmt: skip
KEYS = st.sampled_from((
    "name", "variant", "version", "description", "model", "config", "tools", "input", "output",
    "metadata", "template", "#", "other.key",
))  # fmt: skip


@given(OWN | st.dictionaries(KEYS, OWN, max_size=4))
def test_whatever_somebody_puts_into_the_own_field_comes_back(own: Any) -> None:
    inputs = {"a": {"type": "list", "description": "A", "default": [1]}}
    entry = an_entry(inputs=inputs, output={"format": "json"}, **{"x-dotprompt": own})
    made = convert(entry, "dotprompt", "a.prompt")
    (again,) = prompts_of(Source("a.prompt", made.text), "dotprompt", formats.ALONE)
    assert same(again, entry)


@given(st.dictionaries(st.sampled_from(("input", "output", "config", "name")), OWN, max_size=4))
def test_any_file_has_an_entry_that_says_the_same(fields: dict[str, Any]) -> None:
    from guideline_kit.yamlio import write

    front = write(fields) if fields else ""
    entry = entry_of(f"---\n{front}---\nHi {{{{a}}}}")
    made = convert(entry, "dotprompt", "a.prompt")
    (again,) = prompts_of(Source("a.prompt", made.text), "dotprompt", formats.ALONE)
    assert same(again, entry)
