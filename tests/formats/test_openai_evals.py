"""Prompts for a judge in OpenAI's evals: which files are some, and what is read from them."""

from __future__ import annotations

import textwrap
from typing import Any

import pytest
from exact import at, fits_the_schema, names, read, shown, texts
from hypothesis import given
from hypothesis import strategies as st
from linting import STYLES, scalar, texts_of

from guideline_kit import formats
from guideline_kit.documents import Document

FORMAT = "openai-evals-modelgraded"
ONE = """\
polite:
  prompt: |-
    Is this polite?

    {completion}
  choice_strings: "YN"
  input_outputs: {input: completion}
"""


def specification(text: str) -> Document:
    return read(textwrap.dedent(text), FORMAT)


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("evals/registry/modelgraded/fact.yaml", "", FORMAT),
        ("registry/modelgraded/fact.yml", "broken: [", FORMAT),
        ("mine/modelgraded/fact.yaml", ONE, FORMAT),
        ("mine/modelgraded/fact.yaml", ONE + "broken: [", FORMAT),
        ("mine/modelgraded/fact.yaml", "a:\n  prompt: b\n", None),
        ("registry/evals/fact.yaml", ONE, None),
        ("fact.yaml", ONE, None),
    ],
)
def test_the_folder_says_it_and_elsewhere_the_text(path: str, text: str, found: str | None) -> None:
    assert formats.detect(path, text) == found


def test_each_specification_is_a_prompt_of_its_own() -> None:
    document = specification(
        ONE
        + """\
best:
  prompt:
    - {role: system, content: You compare.}
    - {role: user, content: "Which of {n} is best? {{}}"}
  choice_strings: from_n
  input_outputs: {input: completion}
  completion_sample_templates: {completion: "{i}. {output}"}
"""
    )
    assert texts(document) == [
        [("user", "Is this polite?\n\n{completion}")],
        [("system", "You compare."), ("user", "Which of {n} is best? {{}}")],
    ]
    assert [part.name for part in document.parts] == ["polite", "best"]
    assert names(document) == ["completion", "n"]
    assert {part.engine for part in document.parts} == {"fstring"}
    # The samples of an eval fill them in: nobody declares them.
    assert {part.inputs for part in document.parts} == {None}
    assert not document.problems


def test_a_template_that_does_not_parse_is_shown_in_its_place() -> None:
    document = specification(ONE.replace("{completion}\n", "{completion\n"))
    assert document.template_error is not None
    assert document.template_error == document.parts[0].template_error
    assert document.source.slice(document.template_error[1]) == "{"


@pytest.mark.parametrize(
    ("text", "place", "about", "message"),
    [
        (ONE.replace("prompt", "promt"), (2, 3), "promt", "no key 'promt'"),
        (ONE.replace("choice_strings", "choices_strings"), (6, 3), "choices_strings", "refuses"),
        ("empty:\n  choice_strings: YN\n", (1, 1), "empty", "has no prompt"),
    ],
)
def test_what_evals_refuses_is_a_problem(
    text: str, place: tuple[int, int], about: str, message: str
) -> None:
    (problem,) = specification(text).problems
    assert shown(problem)[:2] == ("prompt-format", about)
    assert message in problem.message
    assert at(problem) == place
    assert problem.help


def test_a_specification_under_two_names_is_read_once() -> None:
    document = specification(
        ONE.replace("polite:", "polite: &one", 1) + "again: *one\nlast: *one\n"
    )
    assert [part.name for part in document.parts] == ["polite"]


@pytest.mark.parametrize(
    "text",
    ["", "- a\n", "a\n", "[", "a: 7\n", "a: {prompt: 7}\n", "a: {prompt: [7, {}]}\n", "\x00"],
)
def test_what_holds_no_prompt_has_none(text: str) -> None:
    assert not specification(text).messages


def test_of_a_broken_file_is_read_what_stands_before() -> None:
    document = specification(ONE + "next: 'open\n")
    assert texts(document) == [[("user", "Is this polite?\n\n{completion}")]]
    assert [item.rule for item in document.problems] == ["yaml-syntax"]


@given(texts_of("{completion}", "{input}", '"so"', "it's"), st.sampled_from(list(STYLES)))
def test_a_prompt_comes_out_as_it_was_written(text: str, style: str) -> None:
    inside = textwrap.indent(scalar(text, style), "  ")
    document = specification(f"one:\n{inside}  choice_strings: YN\n")
    assert texts(document) == [[("user", text)]]
    assert [document.source.slice(item.span) for item in document.placeholders] == [
        item.text for item in document.placeholders
    ]


@given(st.data())
def test_mutilated_files_never_raise(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(ONE)))
    put = data.draw(st.sampled_from(["{", "[", '"', "\n", ": ", "*a", "<<: ", "\x00", "\r"]))
    text = ONE[:start] + put + ONE[data.draw(st.integers(start, len(ONE))) :]
    formats.detect("modelgraded/b.yaml", text)
    read(text, FORMAT)


# --- entries -------------------------------------------------------------------------------


def entries(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = formats.entries_of(read(textwrap.dedent(text), FORMAT))
    for entry in found:
        fits_the_schema(entry)
    return found


def test_each_specification_is_an_entry_with_how_it_is_judged() -> None:
    (entry,) = entries(
        """\
        polite_tone:
          prompt: "Is it polite? {{Y or N}} {completion}"
          choice_strings: [Y, N]
          choice_scores: {Y: 1, N: 0}
          eval_type: cot_classify
          input_outputs: {input: completion}
        """
    )
    assert entry == {
        "id": "polite-tone",
        "title": "Polite tone",
        "summary": "Polite tone",
        "template": {
            "engine": "fstring",
            "messages": [{"role": "user", "content": "Is it polite? {{Y or N}} {completion}"}],
        },
        "inputs": {"completion": {"type": "text", "description": "Completion"}},
        "output": {"format": "label", "choices": ["Y", "N"]},
        "x-openai-evals": {
            "name": "polite_tone",
            "choice_scores": {"Y": 1, "N": 0},
            "eval_type": "cot_classify",
            "input_outputs": {"input": "completion"},
        },
    }


@pytest.mark.parametrize(
    ("choices", "labels"),
    [
        ("ABC", ["A", "B", "C"]),
        ('["1", "2"]', ["1", "2"]),
        ("from_n_abc", None),
        ("[1, 2]", None),
        ("[A, A]", None),
        ("[A]", None),
        ("{A: 1}", None),
        ("", None),
    ],
)
def test_the_labels_of_an_answer(choices: str, labels: list[str] | None) -> None:
    (entry,) = entries(f"fact:\n  prompt: Compare {{a}}\n  choice_strings: {choices}\n")
    if labels is None:
        assert "output" not in entry
        assert "choice_strings" in entry["x-openai-evals"]
    else:
        assert entry["output"] == {"format": "label", "choices": labels}
        assert "x-openai-evals" not in entry
