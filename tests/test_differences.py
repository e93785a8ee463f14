"""What changed between two texts, two sets of fields, two lists of messages."""

from __future__ import annotations

import json
import random
import re
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guideline_kit import formats
from guideline_kit.differences import Changes, compare
from guideline_kit.differences.fields import MISSING, FieldChange
from guideline_kit.differences.fields import compare as compare_fields
from guideline_kit.differences.words import TooDifferentError
from guideline_kit.differences.words import compare as compare_words
from guideline_kit.report.marks import marked_text, marked_value
from guideline_kit.report.text import Paint, printable
from guideline_kit.text import Source

PLAIN = Paint(False)
TEXTS = st.lists(st.sampled_from(["one", "two", "é", " ", "  ", "\n", "\n\n", ".", "中", "-"])).map(
    "".join
)


def said(before: str, after: str) -> str:
    return "".join(
        {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}"}[piece.kind].format(
            (before if piece.kind == "gone" else after)[piece.start : piece.end]
        )
        for piece in compare_words(before, after)
    )


# --- words ---------------------------------------------------------------------------------


@given(TEXTS, TEXTS)
def test_the_pieces_make_both_texts_again(before: str, after: str) -> None:
    pieces = compare_words(before, after)
    assert "".join(after[p.start : p.end] for p in pieces if p.kind != "gone") == after
    old = "".join(
        (before if p.kind == "gone" else after)[p.start : p.end] for p in pieces if p.kind != "new"
    )
    assert old.split() == before.split(), "how lines are broken may differ, words may not"


@given(TEXTS)
def test_a_text_is_the_same_as_itself(text: str) -> None:
    assert all(piece.kind == "same" for piece in compare_words(text, text))


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_what_stands_around_a_change_stays(head: str, old: str, new: str, tail: str) -> None:
    pieces = compare_words(f"{head} X {old} Y {tail}", f"{head} X {new} Y {tail}")
    changed = sum(p.end - p.start for p in pieces if p.kind != "same")
    assert changed <= len(old) + len(new) + 4


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("Name several risks.", "Name 3 to 5 risks.", "Name [-several-]{+3 to 5+} risks."),
        ("Name 3 to 5 risks.", "Name several risks.", "Name [-3 to 5-]{+several+} risks."),
        ("a b c", "x y c", "[-a b-]{+x y+} c"),
        ("Be brief.", "Be brief, please.", "Be brief{+, please+}."),
        ("Be  very\nbrief.", "Be very brief.", "Be very brief."),
        ("One. Two.", "One.\n\nTwo.", "One.[- -]{+\n\n+}Two."),
        ("長い文章", "短い文章", "[-長-]{+短+}い文章"),
    ],
)
def test_reads_like_a_correction(before: str, after: str, words: str) -> None:
    assert said(before, after) == words


def test_lines_that_have_nothing_in_common_are_exchanged_as_a_whole() -> None:
    old, new = (" ".join(f"{sign}{number}" for number in range(40)) for sign in "xy")
    before, after = f"One.\n{old}\nTwo words.\n", f"One.\n{new}\nTwo signs.\n"
    pieces = compare_words(before, after, steps=50)
    assert [p.kind for p in pieces] == ["same", "gone", "new"]
    assert "Two [-words-]{+signs+}." in said(before, after)


def test_a_text_that_was_broken_anew_is_compared_by_words() -> None:
    words = [f"word{number}" for number in range(3000)]
    before = "\n".join(" ".join(words[at : at + 2]) for at in range(0, 3000, 2))
    words[1500] = "other"
    after = "\n".join(" ".join(words[at : at + 3]) for at in range(0, 3000, 3))
    assert "[-word1500-]{+other+}" in said(before, after)
    with pytest.raises(TooDifferentError):
        compare_words(before, "\n".join(reversed(words)))


def test_a_new_item_of_a_list_is_new_as_a_whole() -> None:
    before = "- One.\n\n---\n\n- Two.\n"
    after = "- One.\n- Another thing.\n\n---\n\n- Two.\n"
    assert said(before, after) == after.replace("- Another thing.\n", "{+- Another thing.\n+}")


HOSTILE = {
    "nothing in common": ("a b c d " * 50_000, "w x y z " * 50_000),
    "shuffled": tuple(
        " ".join(random.Random(seed).choices("abcdefgh", k=100_000))  # noqa: S311
        for seed in (1, 2)
    ),
    "shifted": ("x y " * 100_000, "y x x " * 70_000),
    "one line": ("x" * 1_000_000, "y" * 1_000_000),
    "blank lines": ("\n" * 400_000 + "a", "\n \n" * 400_000 + "b"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_long_texts_end(name: str) -> None:
    before, after = HOSTILE[name]
    start = time.monotonic()
    try:
        pieces = compare_words(before, after)
    except TooDifferentError:
        pieces = []
    assert time.monotonic() - start < 60
    list(marked_text([(p.kind, "x") for p in pieces], 1, PLAIN))


# --- marks ---------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.sampled_from(["same", "gone", "new"]), st.text())), st.booleans())
def test_marks_can_not_move_the_cursor(parts: list[tuple[str, str]], some: bool) -> None:
    for line in marked_text(parts, 1 if some else None, PLAIN):
        assert printable(line) == line


@given(st.text(alphabet="ab \n", min_size=1), st.text(alphabet="ab \n", min_size=1))
def test_a_change_of_words_leaves_a_mark(before: str, after: str) -> None:
    pieces = compare_words(before, after)
    parts = [(p.kind, (before if p.kind == "gone" else after)[p.start : p.end]) for p in pieces]
    text = "\n".join(marked_text(parts, 1, PLAIN))
    if before.split() != after.split():
        assert "[-" in text or "{+" in text


def test_only_what_is_near_a_change_is_shown() -> None:
    lines = [f"Line {number}." for number in range(9)]
    after = "\n".join([*lines[:4], "Another.", *lines[5:]])
    pieces = compare_words("\n".join(lines), after)
    parts = [
        (p.kind, ("\n".join(lines) if p.kind == "gone" else after)[p.start : p.end]) for p in pieces
    ]
    assert list(marked_text(parts, 1, PLAIN)) == [
        "…",
        "Line 3.",
        "[-Line 4-]{+Another+}.",
        "Line 5.",
        "…",
    ]


def test_a_long_line_is_cut_around_its_changes() -> None:
    text = "word " * 100
    (line,) = marked_text([("same", text), ("new", "here"), ("same", text)], 1, PLAIN)
    assert "{+here+}" in line
    assert len(line) < 100


def test_a_new_paragraph_leaves_a_trace() -> None:
    lines = list(marked_text([("same", "One."), ("new", "\n\n"), ("same", "Two.")], 1, PLAIN))
    assert lines[0] == "One.{+¶+}"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("draft", "approved", "draft -> approved"),
        (1, "1", "1 -> 1"),
        ("a\nb", "a b", "only white space is different"),
        ("a" + " word" * 30, "b" + " word" * 30, "[-a-]{+b+} word"),
        ("\x1b[2J", "x", "<U+001B>[2J -> x"),
    ],
)
def test_a_value_is_said_in_one_line(before: Any, after: Any, said: str) -> None:
    assert marked_value(before, after, PLAIN).startswith(said)


# --- fields --------------------------------------------------------------------------------

DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "name", "a", "b"]), inner, max_size=3)
    ),
    max_leaves=12,
)
FIELDS = st.dictionaries(st.sampled_from(["id", "tags", "inputs", "models"]), DATA)


@given(FIELDS, FIELDS)
def test_fields_differ_exactly_where_their_data_do(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    changed = {re.split(r"[. ]", change.name)[0] for change in compare_fields(before, after)}
    changed |= {
        change.name.removeprefix("the order of ").split(".")[0]
        for change in compare_fields(before, after)
    }
    for key in {*before, *after}:
        same = json.dumps(before.get(key, "?")) == json.dumps(after.get(key, "?")) and (
            (key in before) == (key in after)
        )
        if same:
            assert key not in changed
        elif json.dumps(before.get(key), sort_keys=True) != json.dumps(
            after.get(key), sort_keys=True
        ):
            assert key in changed


def test_members_of_lists_are_known_by_their_names() -> None:
    old = {"models": [{"id": "one", "verdict": "works"}, {"id": "two", "verdict": "fails"}]}
    new = {"models": [{"id": "two", "verdict": "works"}, {"id": "one", "verdict": "works"}]}
    assert list(compare_fields(old, new)) == [FieldChange("models 'two'.verdict", "fails", "works")]
    (order,) = compare_fields(old, {"models": old["models"][::-1]})
    assert order.name == "the order of models"
    (added,) = compare_fields({"models": old["models"][:1]}, old)
    assert (added.name, added.before) == ("models 'two'", MISSING)


# --- messages ------------------------------------------------------------------------------


def prompt(*messages: tuple[str, str], **fields: Any) -> Any:
    listed = [{"role": role, "content": text} for role, text in messages]
    data = {"id": "a", "template": {"engine": "none", "messages": listed}, **fields}
    return formats.read(Source("prompts/a.yaml", json.dumps(data)), "catalog-prompt")


def states(changes: Changes) -> list[tuple[str, str, int]]:
    return [(change.state, change.role, change.number) for change in changes.messages]


def test_a_message_in_between_is_new_and_the_others_are_the_same() -> None:
    before = prompt(("system", "Be brief."), ("user", "One?"), ("user", "Two?"))
    after = prompt(
        ("system", "Be brief."), ("user", "One?"), ("assistant", "No."), ("user", "Two?")
    )
    assert states(compare(before, after)) == [("new", "assistant", 1)]
    assert states(compare(after, before)) == [("gone", "assistant", 1)]


def test_messages_are_held_against_those_of_their_role() -> None:
    before = prompt(("system", "Be brief."), ("user", "One?"))
    after = prompt(("system", "Be kind."), ("user", "Two?"), ("assistant", "No."))
    changes = compare(before, after)
    assert states(changes) == [
        ("changed", "system", 1),
        ("changed", "user", 1),
        ("new", "assistant", 1),
    ]
    assert changes.words == (3, 4)
    assert not changes.fields, "the messages are no fields"


MESSAGES = st.lists(
    st.tuples(st.sampled_from(["system", "user", "assistant"]), st.sampled_from(["a", "b", "c d"])),
    max_size=6,
)


@given(MESSAGES, MESSAGES)
def test_every_message_is_accounted_for(
    before: list[tuple[str, str]], after: list[tuple[str, str]]
) -> None:
    changes = compare(prompt(*before), prompt(*after))
    new = sum(change.state == "new" for change in changes.messages)
    gone = sum(change.state == "gone" for change in changes.messages)
    assert len(before) - gone == len(after) - new
    assert (changes.messages == []) == (before == after)
