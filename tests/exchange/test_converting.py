"""A prompt in another format and back: the same entry, whatever the format has no place for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shipped import shipped_catalog

from guideline_kit import formats, schemas, yamlio
from guideline_kit.exchange.converting import BESIDE, TARGETS, Converted, convert, prompts_of
from guideline_kit.exchange.keeping import difference, restored
from guideline_kit.formats.beside import Looked
from guideline_kit.formats.writing.own_keys import same
from guideline_kit.formats.writing.translating import translate
from guideline_kit.text import Source

# --- entries -------------------------------------------------------------------------------

WORDS = st.sampled_from((
    "Sum up the mail.", "Answer in JSON", "a: b", "- item", "# Heading", "naïve", "日本語", "🙂",
    "'", '"', "{", "}", "{{", "}}", "$", "$$", "%", "{% if %}", "---", "system:", "user:",
    "</message>", "&amp;", "\\", "|||", "\t", " ", "  ", "\n", "\n\n", "null", "yes", "1e3", "0o17",
    "#", "```", "x" * 90,
))  # fmt: skip
TEXTS = st.lists(WORDS, min_size=1, max_size=8).map("".join)
PROSE = TEXTS.filter(str.strip)
LINES = (
    st.lists(WORDS, min_size=1, max_size=4)
    .map(lambda words: " ".join(" ".join(words).split()))
    .filter(lambda text: 0 < len(text) <= 200)
)
NAMES = st.sampled_from(("mail", "tone", "name", "x1", "user_name", "Limit"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from((0.5, 1.0)) | TEXTS,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(TEXTS, inside, max_size=3),
    max_leaves=5,
)
PLACEHOLDERS = {
    "none": (),
    "mustache": ("{{%s}}", "{{ %s }}"),
    "handlebars": ("{{%s}}", "{{#if %s}}x{{/if}}"),
    "jinja2": ("{{ %s }}", "{{%s}}", "{%% if %s %%}x{%% endif %%}", "{{ %s | upper }}"),
    "fstring": ("{%s}",),
    "dollar": ("${%s}",),
}


@st.composite
def templates(draw: st.DrawFn) -> dict[str, Any]:
    engine = draw(st.sampled_from(sorted(PLACEHOLDERS)))
    piece = PROSE
    if PLACEHOLDERS[engine]:
        ways = st.sampled_from(PLACEHOLDERS[engine])
        filled = st.builds(lambda way, name: way % name, ways, NAMES)
        piece = PROSE | filled | st.sampled_from(("Mail: ", "\n<mail>\n"))
    message = st.fixed_dictionaries(
        {
            "role": st.sampled_from(("system", "user", "assistant", "tool")),
            "content": st.lists(piece, min_size=1, max_size=5).map("".join),
        },
        optional={"example": st.booleans()},
    )
    return {"engine": engine, "messages": draw(st.lists(message, min_size=1, max_size=4))}


INPUTS = st.dictionaries(
    NAMES,
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(("text", "line", "integer", "boolean", "list", "object")),
            "description": LINES,
        },
        optional={
            "required": st.booleans(),
            "default": VALUES,
            "choices": st.lists(VALUES, min_size=1, max_size=3),
            "trust": st.sampled_from(("trusted", "untrusted")),
        },
    ),
    max_size=3,
)
OUTPUTS = st.sampled_from((
    {"format": "text"},
    {"format": "json", "schema": {"type": "object", "properties": {"a": {"type": "string"}}}},
    {"format": "json", "schema": {"type": "object", "required": ["a"], "x/y~z": {}}},
    {"format": "label", "choices": ["good", "bad"]},
))  # fmt: skip
ASSERTIONS = st.sampled_from((
    {"type": "contains", "value": "sorry"},
    {"type": "max-words", "value": 20},
    {"type": "rubric", "value": "It is polite."},
    {"type": "valid-json"},
))  # fmt: skip
TESTS = st.lists(
    st.fixed_dictionaries(
        {"title": LINES, "assert": st.lists(ASSERTIONS, min_size=1, max_size=2)},
        optional={"inputs": st.dictionaries(NAMES, VALUES, max_size=2)},
    ),
    max_size=2,
)
MODELS = st.just(
    [
        {
            "id": "some-model",
            "tried": "2026-01-31",
            "verdict": "works",
            "parameters": {"temperature": 0.2, "max_tokens": 300},
        }
    ]
)
ENTRIES = st.fixed_dictionaries(
    {
        "id": st.sampled_from(("reply", "sum-up", "a1", "long-name-of-a-prompt")),
        "title": LINES,
        "summary": LINES,
        "owner": st.just("support"),
        "status": st.sampled_from(("draft", "approved")),
        "version": st.sampled_from(("0.1.0", "2.10.3")),
        "template": templates(),
    },
    optional={
        "description": PROSE,
        "tags": st.just(["mail", "tone"]),
        "inputs": INPUTS,
        "output": OUTPUTS,
        "tests": TESTS,
        "models": MODELS,
        "x-own": VALUES,
    },
)


class Files:
    """Texts by name, as they stand beside each other in a folder."""

    def __init__(self, files: dict[str, str]) -> None:
        self.files = files

    def look(self, name: str) -> Looked:
        if name in self.files:
            return Looked(Source(name, self.files[name]))
        return Looked(reason="there is no such file")


def back(target: str, name: str, made: Converted) -> list[dict[str, Any]]:
    format = TARGETS[target].format
    assert formats.detect(name, made.text) == format
    beside = Files({f"{name.rpartition('/')[2]}{BESIDE}": made.beside} if made.beside else {})
    return prompts_of(Source(f"somewhere/{name}", made.text), format, beside)


def file_of(target: str, entry: dict[str, Any]) -> str:
    folder = "prompts/" if target == "catalog" else ""
    return f"{folder}{entry['id']}{TARGETS[target].suffix}"


@given(ENTRIES)
def test_the_entries_of_these_tests_fit_the_schema(entry: dict[str, Any]) -> None:
    tree = yamlio.read(Source("entry", json.dumps(entry, ensure_ascii=False))).tree
    assert tree is not None
    assert not schemas.check("prompt.schema.json", tree)


@pytest.mark.parametrize("target", sorted(TARGETS))
@given(entry=ENTRIES)
def test_there_and_back_gives_the_same_entry(target: str, entry: dict[str, Any]) -> None:
    name = file_of(target, entry)
    made = convert(entry, target, name)
    (again,) = back(target, name, made)
    assert same(again, entry)


@pytest.mark.parametrize("target", sorted(TARGETS))
@given(entry=ENTRIES)
def test_what_is_written_is_read_without_a_problem(target: str, entry: dict[str, Any]) -> None:
    name = file_of(target, entry)
    made = convert(entry, target, name)
    document = formats.read(Source(name, made.text), TARGETS[target].format)
    # What can't be written for another engine is wrong there, and said, as is a text like it.
    texts = [message["content"] for message in entry["template"]["messages"]]
    looks_like_it = target == "github-models" and any("{{" in text for text in texts)
    assert made.as_it_was or looks_like_it or not document.problems
    assert document.messages


@pytest.mark.parametrize("target", sorted(TARGETS))
@given(entry=ENTRIES)
def test_what_has_no_place_is_named(target: str, entry: dict[str, Any]) -> None:
    made = convert(entry, target, file_of(target, entry))
    if target == "catalog":
        assert not made.kept
    else:
        assert {"/owner", "/status"} <= set(made.kept)


@pytest.mark.parametrize("target", ["github-models", "langchain", "semantic-kernel"])
def test_prompts_of_the_catalog_come_through_by_themselves(target: str) -> None:
    """Whatever the format has no place for, the messages are not among it."""
    checked = 0
    for entry in shipped_catalog().prompts:
        made = convert(dict(entry.data), target, file_of(target, dict(entry.data)))
        if not made.as_it_was:
            assert not [pointer for pointer in made.kept if "/messages" in pointer], entry.id
            checked += 1
    assert checked > 10


# --- what is kept --------------------------------------------------------------------------


@given(VALUES, VALUES)
def test_a_difference_makes_one_value_of_another(said: Any, meant: Any) -> None:
    found = difference(said, meant)
    assert same(restored(said, found.add, found.remove), meant)
    assert bool(found) == (not same(said, meant))


@given(VALUES, VALUES, VALUES)
def test_a_difference_from_something_else_breaks_nothing(one: Any, two: Any, other: Any) -> None:
    found = difference(one, two)
    before = json.dumps(other)
    restored(other, found.add, found.remove)
    assert json.dumps(other) == before


def test_what_stands_at_two_places_is_changed_at_one() -> None:
    shared = {"a": 1}
    said = {"one": shared, "two": shared}
    meant = {"one": {"a": 2}, "two": {"a": 1}}
    found = difference(said, meant)
    assert restored(said, found.add, found.remove) == meant
    assert shared == {"a": 1}


@given(templates(), st.sampled_from(sorted(PLACEHOLDERS)))
def test_a_translation_can_be_undone(template: dict[str, Any], other: str) -> None:
    for message in template["messages"]:
        there = translate(message["content"], template["engine"], other)
        if there is not None:
            back = translate(there, other, template["engine"])
            assert back is not None
            # Other blanks, or another way to write a sign, and the same meaning.
            assert translate(back, template["engine"], other) == there


@pytest.mark.parametrize(
    ("engine", "text", "other", "there"),
    [
        ("mustache", "Mail: {{mail}}", "fstring", "Mail: {mail}"),
        ("mustache", "Mail: {{ mail }}", "fstring", "Mail: {mail}"),
        ("jinja2", "Mail: {{mail}}", "dollar", "Mail: ${mail}"),
        ("jinja2", "Mail: {{ mail }}", "mustache", "Mail: {{ mail }}"),
        ("fstring", "Give {{}} for {mail}", "jinja2", "Give {} for {{ mail }}"),
        ("fstring", "{mail}", "dollar", "${mail}"),
        ("none", "a {b}", "fstring", "a {{b}}"),
        ("none", "{{b}}", "mustache", None),
        ("jinja2", "{% if a %}b{% endif %}", "mustache", None),
        ("jinja2", "{{ a | upper }}", "fstring", None),
        ("jinja2", "{{ mail", "fstring", None),
    ],
)
def test_plain_placeholders_have_a_translation(
    engine: str, text: str, other: str, there: str | None
) -> None:
    assert translate(text, engine, other) == there
