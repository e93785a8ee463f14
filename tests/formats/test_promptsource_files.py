"""PromptSource's files: each template is a prompt, with the place of every character."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml
from exact import problems, said
from hypothesis import given
from hypothesis import strategies as st
from linting import TODAY
from precision.formats import faults_of
from shipped import shipped_catalog

from guideline_kit import formats
from guideline_kit.documents import Document
from guideline_kit.lint import RuleSet, lint
from guideline_kit.rules import bind, is_removed
from guideline_kit.text import Source

ID = "promptsource"
FIRST, SECOND = "1111-aaaa", "2222-bbbb"

WHOLE = f"""\
dataset: mail
subset: small
templates:
  {FIRST}: !Template
    answer_choices: Spam ||| No spam
    id: {FIRST}
    jinja: 'It''s a mail:

      {{{{text}}}}

      Spam? ||| {{{{answer_choices[label]}}}}'
    metadata: &id001 !TemplateMetadata
      choices_in_prompt: false
      languages:
      - en
      metrics:
      - Accuracy
      original_task: true
    name: is_it_spam
    reference: ''
  {SECOND}: !Template
    answer_choices: null
    id: {SECOND}
    jinja: "{{% if text %}}Sum it up:\\n{{{{text}}}}\\n|||\\n{{{{summary}}}}{{% endif %}}"
    metadata: *id001
    name: sum_it_up
    reference: ''
"""


def read(text: str, name: str = "mail/templates.yaml") -> Document:
    """Read a text, and see to it that everything in it stands where it says."""
    document = formats.read(Source(name, text), ID)
    for prompt in (document, *document.parts):
        faults = list(faults_of(prompt))
        assert not faults, faults
    return document


def names(document: Document) -> list[str]:
    return [item.name for item in document.placeholders]


# --- where it is found ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["templates/mail/small/templates.yaml", "mail/templates.yaml", "templates.yaml"]
)
def test_a_file_of_templates_is_found_by_its_name_and_its_tags(path: str) -> None:
    assert formats.detect(path, WHOLE) == ID


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("mail/templates.yml", WHOLE),
        ("mail/mytemplates.yaml", WHOLE),
        ("mail/templates.yaml", "templates:\n  mail: {subject: Hello}\n"),
        ("mail/templates.yaml", "# !Template\nother: 1\n"),
        ("mail/templates.yaml", ""),
    ],
)
def test_another_file_is_not_taken_for_one(path: str, text: str) -> None:
    assert formats.detect(path, text) != ID


# --- what is read --------------------------------------------------------------------------


def test_each_template_is_a_prompt_of_its_own() -> None:
    document = read(WHOLE)
    first, second = document.parts
    assert said(first) == [
        ("user", "It's a mail:\n{{text}}\nSpam? ", ""),
        ("assistant", " {{answer_choices[label]}}", ""),
    ]
    assert said(second) == [
        ("user", "{% if text %}Sum it up:\n{{text}}\n|||\n{{summary}}{% endif %}", "")
    ]
    assert said(document) == said(first) + said(second)
    assert set(names(first)) == {"text", "answer_choices", "label"}
    assert [(item.message, item.name) for item in document.placeholders][:2] == [
        (0, "text"), (1, "answer_choices")
    ]  # fmt: skip
    assert {item.message for item in document.placeholders} == {0, 1, 2}
    assert {part.engine for part in document.parts} == {"jinja2"}
    assert document.inputs is None
    assert document.fields["dataset"] == "mail"
    assert [part.fields for part in document.parts] == [{}, {}]
    assert problems(document) == []


def test_answer_choices_are_a_setting_of_their_template() -> None:
    first, second = read(WHOLE).parts
    ((name, value, span),) = first.parameters
    assert (name, value) == ("answer_choices", "Spam ||| No spam")
    assert first.source.slice(span) == "Spam ||| No spam"
    assert second.parameters == ()


def test_a_character_stands_where_an_editor_shows_it() -> None:
    text = read(WHOLE).parts[0].messages[0].text
    at = text.text.index("'s a mail")
    assert read(WHOLE).source.position(text.span(at, at + 1).start) == (7, 15)


@pytest.mark.parametrize(
    ("jinja", "messages"),
    [
        ("a ||| b", [("user", "a "), ("assistant", " b")]),
        ("a|||b|||c", [("user", "a"), ("assistant", "b"), ("assistant", "c")]),
        ("a", [("user", "a")]),
        ("a || b", [("user", "a || b")]),
        ("|||", [("user", ""), ("assistant", "")]),
        ("{% for a in b %}a ||| b{% endfor %}", [("user", "{% for a in b %}a ||| b{% endfor %}")]),
        ("{{ a ||| b }}", [("user", "{{ a ||| b }}")]),
        ("{{ x | choice }} ||| {{ y | most_frequent }}",
         [("user", "{{ x | choice }} "), ("assistant", " {{ y | most_frequent }}")]),
    ],
)  # fmt: skip
def test_the_separator_parts_a_template(jinja: str, messages: list[tuple[str, str]]) -> None:
    (part,) = read(_file(jinja)).parts
    assert [(role, text) for role, text, _ in said(part)] == messages


def test_what_one_piece_sets_for_another_is_no_input() -> None:
    (part,) = read(_file("{% set kind = text[0] %}{{kind}} ||| {{kind}} {{label}}")).parts
    assert [item.role for item in part.messages] == ["user", "assistant"]
    assert set(names(part)) - {""} == {"text", "label"}


def test_many_separators_are_one_text_and_take_no_time() -> None:
    (part,) = read(_file("a|||" * 20_000)).parts
    assert len(part.messages) == 1


def _file(*templates: str) -> str:
    """Return a file with templates, written as PyYAML writes it."""
    data: dict[str, Any] = {
        f"{number}-a": {"id": f"{number}-a", "jinja": jinja, "name": f"n {number}"}
        for number, jinja in enumerate(templates)
    }
    text = yaml.dump({"dataset": "mail", "templates": data})
    return re.sub(r"(?m)^(  \d+-a:)$", r"\1 !Template", text)


PIECES = st.sampled_from([
    "a", " ", "\n", "\n\n", "  b", "é", "😀", "\t", "'", '"', "\\", "|||", "||", "{{a}}",
    "{{ b[0] }}", "{% if a %}", "{% endif %}", "{% set c = 1 %}", "{{c}}", "{#", "#}", "}}",
    "\r\n", "\x85", ": ",
])  # fmt: skip
JINJA = st.lists(PIECES, max_size=12).map("".join)


@given(st.lists(JINJA, min_size=1, max_size=3))
def test_every_text_is_read_as_it_is_with_its_places(templates: list[str]) -> None:
    document = read(_file(*templates))
    assert len(document.parts) == len(templates)
    for part, jinja in zip(document.parts, templates, strict=True):
        assert "|||".join(message.text.text for message in part.messages) == jinja


# --- files that something is wrong with ----------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("dataset: mail\n", "", "prompt-format 1:1 subset: small"),
        (f"{FIRST}: !Template", f"{FIRST}:", f"prompt-format 4:3 {FIRST}"),
        (f"id: {FIRST}", f"id: {SECOND}", f"prompt-format 6:9 {SECOND}"),
        ("&id001 !TemplateMetadata", "&id001", "prompt-format 12:5 metadata"),
        ("templates:\n", "samples:\n", "prompt-format 1:1 dataset: mail"),
    ],
)
def test_what_keeps_promptsource_from_loading_it_is_said(old: str, new: str, found: str) -> None:
    assert old in WHOLE
    assert found in problems(read(WHOLE.replace(old, new)))


def test_a_template_without_a_text_is_said_and_the_others_are_read() -> None:
    text = _file("one", "two").replace("jinja: one", "jinja: [one]")
    document = read(text)
    assert [part.messages[0].text.text for part in document.parts] == ["two"]
    assert [item.message for item in document.problems] == ["The template has no text"]


def test_half_a_file_is_read_as_far_as_it_goes() -> None:
    cut = WHOLE[: WHOLE.index("name: sum_it_up")] + "name: [\n"
    document = read(cut)
    assert len(document.parts) == 2
    assert [item.rule for item in document.problems] == ["yaml-syntax"]


@pytest.mark.parametrize(
    "text", ["", "[]", "templates:", "templates: {a: 1}", "\x00", "a: &a [*a]"]
)
def test_what_is_no_file_of_templates_has_no_prompt(text: str) -> None:
    document = read(text)
    assert document.messages == ()
    assert document.parts == ()


@given(st.lists(st.sampled_from([*WHOLE.splitlines(keepends=True), *"[]{}:&*!'|\" "])).map("".join))
def test_no_text_raises(text: str) -> None:
    read(text)


# --- what rules find -----------------------------------------------------------------------


def found_in(text: str) -> list[str]:
    """Return what every shipped rule for these files finds, each with its line and what stands
    there."""
    rules = [
        bind(entry.data)
        for entry in shipped_catalog().rules
        if not is_removed(entry.data) and ID in entry.data.get("applies_to", {}).get("formats", ())
    ]
    return [
        f"{item.rule} {item.position.line} {item.source.part(item.span.start, item.span.end)}"
        for item in lint(read(text), RuleSet(rules), TODAY)
        if item.position and item.span
    ]


def test_rules_look_at_each_template_by_itself() -> None:
    text = WHOLE.replace("answer_choices[label]", "label").replace("- Accuracy", "- accuracy")
    assert found_in(WHOLE) == []
    found = found_in(text)
    assert found[0] == "unused-answer-choices 5 Spam ||| No spam"
    assert found[1:] == ["unknown-metric 17 accuracy", "unknown-metric 25 *id001"]


def test_two_bars_are_found_in_the_template_and_in_the_choices() -> None:
    text = WHOLE.replace("Spam ||| No", "Spam || No").replace("Spam? |||", "Spam? ||")
    assert found_in(text) == [
        "two-bars-in-choices 5 Spam || No spam",
        "missing-target-separator 7 'It''s a mail:",
    ]
