"""Configurations of promptfoo as catalog entries, and entries as configurations."""

from __future__ import annotations

import json
import re
import textwrap
from typing import Any

import pytest
import re2
from exact import fits_the_schema, read
from hypothesis import given
from hypothesis import strategies as st
from shipped import shipped_catalog

from guideline_kit import formats, yamlio
from guideline_kit.exchange.converting import convert, prompts_of
from guideline_kit.exchange.keeping import same
from guideline_kit.formats.beside import ALONE
from guideline_kit.formats.promptfoo_config.assertions import said, written
from guideline_kit.formats.writing.translating import translate
from guideline_kit.text import Source

FORMAT = "promptfoo-config"
NAME = "reply.promptfooconfig.yaml"


def entries(text: str, name: str = "evals/reply/promptfooconfig.yaml") -> list[dict[str, Any]]:
    """Return the entries of a configuration; with an owner, each fits the schema."""
    found: list[dict[str, Any]] = formats.entries_of(
        formats.read(Source(name, textwrap.dedent(text)), FORMAT)
    )
    for entry in found:
        fits_the_schema(entry)
    return found


def entry_of(text: str) -> dict[str, Any]:
    (entry,) = entries(text)
    return entry


def file_of(entry: dict[str, Any]) -> Any:
    """Return the data of the file that is written of an entry."""
    text = formats.module(FORMAT).write(entry, None)
    tree = yamlio.read(Source(NAME, text)).tree
    assert tree is not None
    return tree.data


def raw_of(entry: dict[str, Any]) -> str:
    raw: str = file_of(entry)["prompts"][0]["raw"]
    return raw


def simple(*contents: str | tuple[str, str], engine: str = "none", **more: Any) -> dict[str, Any]:
    messages = [
        {"role": "user", "content": item} if isinstance(item, str) else dict(zip(
            ("role", "content"), item, strict=True
        ))
        for item in contents
    ]  # fmt: skip
    return {
        "id": "reply",
        "title": "Reply",
        "summary": "Answers a mail",
        "template": {"engine": engine, "messages": messages},
        **more,
    }


# --- a file --------------------------------------------------------------------------------

SCHEMA = {"type": "object", "required": ["reply"]}
WHOLE = simple(
    ("system", "You answer mails, and stay {{tone}}."),
    ("user", "<mail>\n{{mail}}\n</mail>\n"),
    engine="mustache",
    inputs={
        "mail": {"type": "text", "description": "Mail"},
        "tone": {"type": "text", "description": "Tone", "default": "calm"},
    },
    output={"format": "json", "schema": SCHEMA, "max_words": 90},
    tests=[
        {
            "title": "A thank-you",
            "inputs": {"mail": "Thanks"},
            "assert": [
                {"type": "matches-schema"},
                {"type": "contains", "value": "welcome"},
                {"type": "matches", "value": "(?i)glad|happy"},
                {"type": "max-words", "value": 20},
                {"type": "rubric", "value": "It is polite."},
            ],
        }
    ],
    models=[
        {
            "id": "gpt-4-1",
            "tried": "2026-01-31",
            "verdict": "works",
            "parameters": {"temperature": 0.2},
        },
        {"id": "claude-sonnet-4", "tried": "2026-01-31", "verdict": "works"},
        {"id": "o3", "tried": "2026-01-31", "verdict": "fails"},
    ],
)
WRITTEN = r"""
# yaml-language-server: $schema=https://promptfoo.dev/config-schema.json
description: Answers a mail
prompts:
  - id: reply
    label: Reply
    raw: |-
      [
        {
          "role": "system",
          "content": "You answer mails, and stay {{tone}}."
        },
        {
          "role": "user",
          "content": "<mail>\n{{mail}}\n</mail>\n"
        }
      ]
providers:
  - id: openai:gpt-4.1
    config:
      temperature: 0.2
  - anthropic:messages:claude-sonnet-4
defaultTest:
  vars:
    tone: calm
  assert:
    - type: is-json
      value: &value
        type: object
        required: [reply]
    - type: word-count
      value:
        max: 90
tests:
  - description: A thank-you
    vars:
      mail: Thanks
    assert:
      - type: is-json
        value: *value
      - type: contains
        value: welcome
      - type: javascript
        value: "/glad|happy/i.test(output)"
      - type: word-count
        value:
          max: 20
      - type: llm-rubric
        value: It is polite.
""".lstrip()


def test_a_file_is_as_a_person_writes_it() -> None:
    assert formats.module(FORMAT).write(WHOLE, None) == WRITTEN


def test_what_promptfoo_has_a_place_for_is_not_kept() -> None:
    assert set(convert(WHOLE, "promptfoo", NAME).kept) == {
        "/template/engine",
        "/models",
        "/x-promptfoo",  # the providers
    }


def test_what_is_kept_stands_in_the_metadata_beside_what_was_there() -> None:
    entry = simple("Hello", owner="support", **{"x-promptfoo": {"metadata": {"team": "a"}}})
    made = convert(entry, "promptfoo", NAME)
    assert not made.beside
    tree = yamlio.read(Source(NAME, made.text)).tree
    assert tree is not None
    assert tree.data["metadata"] == {
        "team": "a", "x-guideline-kit": {"add": {"/owner": "support"}},
    }  # fmt: skip
    assert prompts_of(Source(NAME, made.text), FORMAT, ALONE) == [entry]


def test_what_somebody_changes_in_the_file_is_taken_over() -> None:
    made = convert({**WHOLE, "owner": "support"}, "promptfoo", NAME)
    text = made.text.replace("You answer mails,", "You sort mails,").replace("Thanks", "Bye")
    (entry,) = prompts_of(Source(NAME, text), FORMAT, ALONE)
    assert entry["template"]["messages"][0]["content"].startswith("You sort mails,")
    assert entry["tests"][0]["inputs"] == {"mail": "Bye"}
    assert entry["owner"] == "support"


def test_without_a_model_the_prompt_comes_back() -> None:
    text = formats.module(FORMAT).write(simple("Hello"), None)
    assert "# 'echo' gives back the prompt. Name the models to try it with.\n" in text
    assert "x-promptfoo" not in entry_of(text)


@pytest.mark.parametrize(
    ("model", "provider"),
    [
        ("gpt-5", "openai:gpt-5"),
        ("gpt-4-1-mini", "openai:gpt-4.1-mini"),
        ("o3", "openai:o3"),
        ("claude-opus-4-5", "anthropic:messages:claude-opus-4-5"),
        ("gemini-2-5-pro", "google:gemini-2.5-pro"),
        ("our-own", "our-own"),
    ],
)
def test_models_are_named_as_promptfoo_names_them(model: str, provider: str) -> None:
    models = [{"id": model, "tried": "2026-01-31", "verdict": "works"}]
    assert file_of(simple("Hello", models=models))["providers"] == [provider]


@pytest.mark.parametrize(
    "path",
    ["reply.promptfooconfig.yaml", "evals/mail_reply.promptfooconfig.yml"],
)
def test_a_configuration_can_have_a_name_before_the_usual_one(path: str) -> None:
    assert formats.detect(path, "broken: [") == FORMAT


# --- prompts -------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["Sum up: {{ mail }}", "Hello.", "Two\nlines", " [not a chat"[1:]])
def test_a_text_without_anything_special_stands_as_it_is(text: str) -> None:
    is_chat = text.startswith("[")
    assert (raw_of(simple(text, engine="nunjucks")) == text) is not is_chat


@pytest.mark.parametrize(
    "text",
    [
        "Sum up a.txt", "Sum up a.md: {{x}}", "km/h", "C:\\temp", "Give 5 * 6", "file://a\nb",
        "langfuse://a\nb", "exec: it\nnow", "package:a\nb", "{{ mail }}", '{"a": 1}', "[1, 2]",
        "- role: x\n  content: y", "42", "true", '"text"', "See p.12",
    ],
)  # fmt: skip
def test_a_text_that_promptfoo_would_take_for_something_else_is_a_chat(text: str) -> None:
    entry = simple(text, engine="nunjucks" if "{{" in text else "none")
    assert json.loads(raw_of(entry)) == [{"role": "user", "content": text}]
    (again,) = entries(formats.module(FORMAT).write(entry, None), NAME)
    assert again["template"] == entry["template"]


@pytest.mark.parametrize("text", ["Write {{name}} here", "Use {% if %}", "{# no", "a {{ b"])
def test_what_only_looks_like_a_template_is_not_filled_in(text: str) -> None:
    (message,) = json.loads(raw_of(simple(f"Hello\n{text}")))
    assert message["content"] == f"{{% raw %}}Hello\n{text}{{% endraw %}}"


@pytest.mark.parametrize(
    "text",
    [
        "{{ mail }}", "{% if a %}b{% else %}c{% endif %}", "{% for a in b %}{{ a.c }}{% endfor %}",
        "{{ a | upper | default('x') }}", "{% if a is defined and b %}x{% endif %}",
        "{{ a | replace('b', 'c') }}", "{% set a = b %}{{ a }}",
    ],
)  # fmt: skip
def test_what_jinja2_and_nunjucks_have_in_common_needs_no_translation(text: str) -> None:
    assert translate(text, "jinja2", "nunjucks") == text
    assert translate(text, "nunjucks", "jinja2") == text


@pytest.mark.parametrize(
    "text",
    [
        "{{ a | tojson }}", "{% for k, v in d.items() %}{{ k }}{% endfor %}", "{{ a.strip() }}",
        "{% macro m() %}x{% endmacro %}", "{{ a | map('x') }}", "{% if a is mapping %}x{% endif %}",
    ],
)  # fmt: skip
def test_what_only_jinja2_has_is_not_taken_for_nunjucks(text: str) -> None:
    assert translate(text, "jinja2", "nunjucks") is None


PROMPTS = shipped_catalog().prompts


@pytest.mark.parametrize("entry", PROMPTS, ids=lambda entry: entry.id)
def test_the_prompts_that_ship_lose_nothing_but_the_name_of_their_engine(entry: Any) -> None:
    made = convert(dict(entry.data), "promptfoo", f"{entry.id}.promptfooconfig.yaml")
    assert not made.as_it_was
    places = ("/template/messages", "/tests", "/output/schema", "/output/max_words")
    assert not [pointer for pointer in made.kept if pointer.startswith(places)]


# --- assertions ----------------------------------------------------------------------------

OUTPUT: dict[str, Any] = {"type": "object"}
SAME = [
    ({"type": "contains", "value": "a b"}, {"type": "contains", "value": "a b"}),
    ({"type": "not-contains", "value": "a"}, {"type": "not-contains", "value": "a"}),
    ({"type": "equals", "value": ""}, {"type": "equals", "value": ""}),
    ({"type": "regex", "value": r"^\d{2}$"}, {"type": "matches", "value": r"^\d{2}$"}),
    ({"type": "is-json"}, {"type": "valid-json"}),
    ({"type": "is-json", "value": OUTPUT}, {"type": "matches-schema"}),
    ({"type": "word-count", "value": {"max": 5}}, {"type": "max-words", "value": 5}),
    ({"type": "llm-rubric", "value": "Polite"}, {"type": "rubric", "value": "Polite"}),
    ({"type": "icontains", "value": "a.b"}, {"type": "matches", "value": r"(?i)a\.b"}),
    (
        {"type": "icontains-any", "value": ["a|b", "c"]},
        {"type": "matches", "value": r"(?i)(?:a\|b|c)"},
    ),
    (
        {"type": "javascript", "value": r"/a\/b.$/ims.test(output)"},
        {"type": "matches", "value": "(?ims)a/b.$"},
    ),
    (
        {"type": "contains", "value": "{% raw %}{{x}}{% endraw %}"},
        {"type": "contains", "value": "{{x}}"},
    ),
    (
        {"type": "contains", "value": "{% raw %}file://a{% endraw %}"},
        {"type": "contains", "value": "file://a"},
    ),
]


@pytest.mark.parametrize(("theirs", "ours"), SAME)
def test_an_assertion_that_both_have(theirs: Any, ours: Any) -> None:
    found = said(theirs, OUTPUT)
    assert found is not None
    assert (found.assertions, found.whole) == ((ours,), True)
    assert written(ours, OUTPUT) == theirs


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ({"type": "contains", "value": 5}, [{"type": "contains", "value": "5"}]),
        ({"type": "equals", "value": 0.5}, [{"type": "equals", "value": "0.5"}]),
        ({"type": "equals", "value": True}, [{"type": "equals", "value": "true"}]),
        (
            {"type": "contains-all", "value": ["a", "b"]},
            [{"type": "contains", "value": "a"}, {"type": "contains", "value": "b"}],
        ),
        ({"type": "contains-any", "value": ["a+", "b"]}, [{"type": "matches", "value": r"a\+|b"}]),
        ({"type": "icontains-all", "value": ["a"]}, [{"type": "matches", "value": "(?i)a"}]),
        (
            {"type": "not-contains-any", "value": ["a", "b"]},
            [{"type": "not-contains", "value": "a"}, {"type": "not-contains", "value": "b"}],
        ),
        ({"type": "starts-with", "value": "a"}, [{"type": "matches", "value": "^a"}]),
        ({"type": "is-json", "value": '{"type": "object"}'}, [{"type": "matches-schema"}]),
    ],
)
def test_an_assertion_that_we_write_otherwise(theirs: Any, ours: Any) -> None:
    found = said(theirs, OUTPUT)
    assert found is not None
    assert (list(found.assertions), found.whole) == (ours, True)
    again = [said(written(item, OUTPUT), OUTPUT) for item in ours]
    assert [item.assertions[0] for item in again if item] == ours


@pytest.mark.parametrize(
    "more", [{"weight": 2}, {"metric": "tone"}, {"provider": "openai:gpt-5"}, {"note": "x"}]
)
def test_an_assertion_with_more_to_it_is_said_and_not_all_of_it(more: dict[str, Any]) -> None:
    found = said({"type": "contains", "value": "a", **more})
    assert found is not None
    assert not found.whole


@pytest.mark.parametrize(
    "theirs",
    [
        {"type": "contains", "value": "{{topic}}"},
        {"type": "contains", "value": "file://a.txt"},
        {"type": "contains", "value": ""},
        {"type": "contains", "value": None},
        {"type": "contains", "value": "a", "transform": "output.a"},
        {"type": "contains", "value": "a", "weight": 0},
        {"type": "contains-any", "value": "a,b"},
        {"type": "contains-any", "value": []},
        {"type": "regex", "value": "("},
        {"type": "regex", "value": "(?=a)b"},
        {"type": "javascript", "value": "output.length < 9"},
        {"type": "javascript", "value": "/a/g.test(output)"},
        {"type": "javascript", "value": "/a/.test(other)"},
        {"type": "is-json", "value": {"type": "array"}},
        {"type": "is-json", "value": "file://schema.json"},
        {"type": "word-count", "value": 5},
        {"type": "word-count", "value": {"min": 1, "max": 5}},
        {"type": "not-icontains", "value": "a"},
        {"type": "similar", "value": "a", "threshold": 0.8},
        {"type": "latency", "threshold": 9},
        {"type": "assert-set", "assert": []},
        {"$ref": "#/templates/a"},
        {"type": 5},
        "contains",
    ],
)
def test_an_assertion_that_we_do_not_have(theirs: Any) -> None:
    assert said(theirs, OUTPUT) is None


@pytest.mark.parametrize(
    "ours",
    [
        {"type": "matches", "value": r"\Aa\z"},
        {"type": "matches", "value": "(?P<a>b)"},
        {"type": "matches", "value": "[[:alpha:]]"},
        {"type": "matches", "value": "(?U)a+"},
        {"type": "matches", "value": "("},
        {"type": "contains", "value": " "},
        {"type": "contains", "value": "{{x}} {% endraw %}"},
        {"type": "max-words", "value": "5"},
        {"type": "other", "value": "a"},
        {"type": "contains"},
        {},
        "contains",
    ],
)
def test_an_assertion_that_promptfoo_does_not_have(ours: Any) -> None:
    assert written(ours) is None


PIECES = st.sampled_from((
    "a", "B", "é", " ", "\n", "\\", "/", "|", ".", "*", "+", "?", "(", ")", "[", "]", "{", "}", "^",
    "$", "(?:", "(?i)", "(?s)", "\\d", "\\.", "{{", "{%", "%}", "endraw", "file://", "{% raw %}",
))  # fmt: skip
TEXTS = st.lists(PIECES, max_size=6).map("".join)


@given(
    st.sampled_from(("contains", "not-contains", "equals", "matches", "rubric", "max-words")),
    TEXTS | st.integers(0, 9),
)
def test_an_assertion_that_is_written_says_the_same(kind: str, value: Any) -> None:
    ours = {"type": kind, "value": value}
    theirs = written(ours)
    if theirs is not None:
        found = said(theirs)
        assert found is not None
        assert (found.assertions, found.whole) == ((ours,), True)


@given(st.lists(TEXTS, min_size=1, max_size=3), TEXTS)
def test_a_pattern_for_several_texts_finds_one_of_them(texts: list[str], answer: str) -> None:
    for kind in ("contains-any", "icontains-any"):
        found = said({"type": kind, "value": texts})
        if found is not None:
            pattern = re2.compile(found.assertions[0]["value"])
            raw = re.compile(r"\{% raw %\}(.*)\{% endraw %\}", re.DOTALL)
            wanted = [raw.sub(r"\1", text) if raw.fullmatch(text) else text for text in texts]
            fold = str.lower if kind.startswith("i") else str
            expected = any(fold(text) in fold(answer) for text in wanted)
            assert bool(pattern.search(answer)) == expected


def test_a_schema_that_refers_to_a_part_of_itself_is_a_text() -> None:
    # promptfoo follows each $ref that is a key in its configuration.
    schema = {"$ref": "#/$defs/a", "$defs": {"a": {"const": "{{x}}"}}}
    entry = simple("Hello", output={"format": "json", "schema": schema})
    data = file_of(entry)
    (assertion,) = data["defaultTest"]["assert"]
    assert "{{" not in assertion["value"]
    assert json.loads(assertion["value"]) == schema
    assert not convert(entry, "promptfoo", NAME).kept


# --- what others have written --------------------------------------------------------------


def test_each_prompt_of_a_configuration_is_an_entry() -> None:
    found = entries(
        """\
        description: Two ways to answer
        prompts:
          - "Answer {{mail}}"
          - {label: In short, raw: "In short: {{mail}}", config: {temperature: 0}}
          - file://other.txt
          - |
            [{"role": "system", "content": "Answer."}, {"role": "user", "content": "{{mail}}"}]
        providers: [openai:gpt-5]
        defaultTest:
          options:
            rubricPrompt: Judge {{output}}
        """
    )
    assert [entry["id"] for entry in found] == ["reply", "in-short", "reply-3"]
    assert [entry["title"] for entry in found] == ["Reply", "In short", "Reply 3"]
    assert {entry["summary"] for entry in found} == {"Two ways to answer"}
    assert [len(entry["template"]["messages"]) for entry in found] == [1, 1, 2]
    default = {"options": {"rubricPrompt": "Judge {{output}}"}}
    assert found[0]["x-promptfoo"] == {"providers": ["openai:gpt-5"], "defaultTest": default}
    assert found[1]["x-promptfoo"]["prompts"] == [{"config": {"temperature": 0}}]


@pytest.mark.parametrize(
    ("path", "id"),
    [
        ("evals/mail-reply/promptfooconfig.yaml", "mail-reply"),
        ("promptfooconfig.yaml", "prompt"),
        ("evals/promptfooconfig.short.yaml", "short"),
        ("evals/promptfooconfig-short.yaml", "short"),
        ("evals/reply.promptfooconfig.yaml", "reply"),
        ("evals/reply.yaml", "reply"),
    ],
)
def test_a_prompt_without_a_name_is_called_what_its_file_is(path: str, id: str) -> None:
    assert [entry["id"] for entry in entries("prompts: [Hello]\n", path)] == [id]


def test_what_all_tests_have_in_common_is_said_where_it_belongs() -> None:
    entry = entry_of(
        """\
        prompts: ["Answer {{mail}} in a {{tone}} tone"]
        providers: [echo]
        defaultTest:
          vars: {tone: calm, odd name: 5}
          assert:
            - {type: is-json}
            - {type: word-count, value: {max: 50}}
            - {type: contains, value: Dear}
            - {type: cost, threshold: 1}
        tests:
          - vars: {mail: Hi}
          - vars: {mail: Bye}
            description: A farewell
            assert: [{type: contains, value: Bye}]
          - vars: {mail: So}
            options: {disableDefaultAsserts: true}
            assert: [{type: contains, value: So}]
        """
    )
    assert entry["inputs"]["tone"]["default"] == "calm"
    assert entry["output"] == {"format": "json", "max_words": 50}
    dear, bye = {"type": "contains", "value": "Dear"}, {"type": "contains", "value": "Bye"}
    assert [test["assert"] for test in entry["tests"]] == [
        [dear], [dear, bye], [{"type": "contains", "value": "So"}],
    ]  # fmt: skip
    assert [test["title"] for test in entry["tests"]] == ["mail: Hi", "A farewell", "mail: So"]
    assert entry["x-promptfoo"]["defaultTest"] == {
        "vars": {"odd name": 5},
        "assert": [{"type": "cost", "threshold": 1}],
    }


def test_a_test_that_is_said_in_part_stays_as_it_is_as_long_as_nobody_changes_it() -> None:
    entry = entry_of(
        """\
        prompts: ["Answer {{mail}}"]
        tests:
          - vars: {mail: Hi}
            metadata: {from: Ann}
            assert: [{type: contains, value: Hi}, {type: latency, threshold: 5}]
        """
    )
    (test,) = entry["tests"]
    assert test["assert"] == [{"type": "contains", "value": "Hi"}]
    (kept,) = entry["x-promptfoo"]["tests"]
    assert file_of(entry)["tests"] == [kept]
    changed = {**entry, "tests": [{**test, "title": "Another"}]}
    assert file_of(changed)["tests"] == [
        {"description": "Another", "vars": {"mail": "Hi"}, "assert": test["assert"]}
    ]


@pytest.mark.parametrize(
    "test",
    [
        "file://tests.csv",
        "{path: 'file://make.py:tests', config: {}}",
        "{vars: {mail: Hi}}",
        "{vars: {mail: file://mail.txt}, assert: [{type: contains, value: a}]}",
        "{vars: {mail: '{{other}}'}, assert: [{type: contains, value: a}]}",
        "{vars: {mail: [Hi, Bye]}, assert: [{type: contains, value: a}]}",
        "{vars: file://vars.yaml, assert: [{type: contains, value: a}]}",
        "{vars: {mail: Hi}, threshold: 0.5, assert: [{type: contains, value: a}]}",
        "{vars: {mail: Hi}, options: {transform: x}, assert: [{type: contains, value: a}]}",
        "{vars: {mail: Hi}, assert: [{type: similar, value: a}]}",
        "5",
    ],
)
def test_a_test_of_which_an_entry_can_say_nothing_stays_as_it_is(test: str) -> None:
    text = f"prompts: ['Answer {{{{mail}}}}']\ntests:\n  - {test}\n"
    entry = entry_of(text)
    assert "tests" not in entry
    tree = yamlio.read(Source("a", text)).tree
    assert tree is not None
    assert file_of(entry)["tests"] == tree.data["tests"]


def test_what_tests_elsewhere_need_is_not_taken_from_them() -> None:
    entry = entry_of(
        """\
        prompts: ["Answer {{mail}}"]
        defaultTest: {assert: [{type: contains, value: Dear}]}
        tests:
          - file://tests.csv
          - {vars: {mail: Hi}, assert: [{type: contains, value: Hi}]}
        """
    )
    assert [test["assert"] for test in entry["tests"]] == [[{"type": "contains", "value": "Hi"}]]
    assert file_of(entry)["defaultTest"] == {"assert": [{"type": "contains", "value": "Dear"}]}


def test_a_list_that_makes_one_test_stays_one() -> None:
    entry = simple(
        "Hello {{names}}",
        engine="nunjucks",
        inputs={"names": {"type": "list", "description": "Names"}},
        tests=[
            {
                "title": "Two",
                "inputs": {"names": ["a", "b"]},
                "assert": [{"type": "contains", "value": "a"}],
            }
        ],
    )
    (test,) = file_of(entry)["tests"]
    assert test["options"] == {"disableVarExpansion": True}
    assert not convert(entry, "promptfoo", NAME).kept


def test_a_prompt_has_the_tests_that_are_for_it() -> None:
    one, two = entries(
        """\
        prompts: [{label: Mail one, raw: a}, {label: Chat, raw: b}]
        tests:
          - {prompts: ["Mail*"], assert: [{type: contains, value: mail}]}
          - {prompts: [Chat], assert: [{type: contains, value: chat}]}
          - {assert: [{type: contains, value: both}]}
        """
    )
    asserted = [[test["assert"][0]["value"] for test in entry["tests"]] for entry in (one, two)]
    assert asserted == [["mail", "both"], ["chat", "both"]]


def test_the_type_of_an_input_is_that_of_its_values() -> None:
    entry = entry_of(
        """\
        prompts: ["{{a}} {{b}} {{c}} {{d}} {{e}}"]
        tests:
          - vars: {a: 1, b: true, c: {x: 1}, d: x, e: 1}
            assert: [{type: is-json}]
          - vars: {a: 2, e: x}
            assert: [{type: is-json}]
        """
    )
    types = {name: about["type"] for name, about in entry["inputs"].items()}
    assert types == {"a": "integer", "b": "boolean", "c": "object", "d": "text", "e": "text"}


def test_questions_with_answers_before_the_last_one_are_examples() -> None:
    chat = [
        {"role": "user", "content": "1 + 1"},
        {"role": "assistant", "content": "2"},
        {"role": "user", "content": "{{sum}}"},
    ]
    document = read(json.dumps({"prompts": [json.dumps(chat)]}), FORMAT)
    assert [message.example for message in document.messages] == [True, True, False]


# --- any file ------------------------------------------------------------------------------

VALUES = st.sampled_from((
    "a", "", "{{x}}", "{% raw %}b{% endraw %}", "file://a.txt", 5, 0.5, True, None, ["a"],
    {"max": 5}, {"type": "object"}, [], {}, '{"type": "object"}', "/a/i.test(output)", "(?i)a",
    "x" * 300, "two\nlines",
))  # fmt: skip
ASSERTS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from((
                "contains", "icontains", "regex", "is-json", "word-count", "llm-rubric", "equals",
                "contains-any", "javascript", "cost", "assert-set",
            )),
            "value": VALUES,
            "metric": VALUES,
            "threshold": VALUES,
        },
    )
    | VALUES,
    max_size=3,
)  # fmt: skip
TESTS = st.fixed_dictionaries(
    {},
    optional={
        "description": VALUES,
        "vars": st.dictionaries(st.sampled_from(("mail", "x", "an-odd name")), VALUES) | VALUES,
        "assert": ASSERTS | VALUES,
        "options": st.sampled_from((
            {"disableVarExpansion": True}, {"transform": "x"}, {"disableDefaultAsserts": True}, 5,
        )),
        "prompts": VALUES,
        "metadata": VALUES,
    },
)  # fmt: skip
ITEMS = (
    st.sampled_from(("Answer {{mail}}", "file://a.txt", "{{ x", "[[", "Say {{x}} and {{ mail }}"))
    | st.fixed_dictionaries(
        {"raw": st.sampled_from(("Answer {{mail}}", "a/b"))},
        optional={"id": VALUES, "label": VALUES, "config": VALUES},
    )
    | VALUES
)
CONFIGURATIONS = st.fixed_dictionaries(
    {"prompts": st.lists(ITEMS, min_size=1, max_size=3) | ITEMS},
    optional={
        "description": VALUES,
        "providers": VALUES | st.just(["openai:gpt-5"]),
        "tests": st.lists(TESTS | VALUES, max_size=3) | VALUES,
        "defaultTest": TESTS | VALUES,
        "scenarios": VALUES,
        "metadata": VALUES,
        "evaluateOptions": VALUES,
    },
)


@given(CONFIGURATIONS)
def test_any_configuration_comes_back_as_it_was(data: dict[str, Any]) -> None:
    for entry in entries(json.dumps(data)):
        if not entry["template"]["messages"]:
            continue
        made = convert(entry, "promptfoo", NAME)
        assert formats.detect(NAME, made.text) == FORMAT
        (again,) = prompts_of(Source(NAME, made.text), FORMAT, ALONE)
        assert same(again, entry)


@given(CONFIGURATIONS)
def test_what_was_written_once_is_written_again(data: dict[str, Any]) -> None:
    """Each value of a file has one place in an entry: nothing wanders, and nothing grows."""
    write = formats.module(FORMAT).write
    for entry in entries(json.dumps(data)):
        text = write(entry, None)
        (again,) = entries(text, f"{entry['id']}.promptfooconfig.yaml")
        assert write(again, None) == text
