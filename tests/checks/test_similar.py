"""similar: entries of a catalog that say nearly the same."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linting import TODAY, prompt, rule

from guideline_kit import formats
from guideline_kit.checks import Comparison
from guideline_kit.checks.similar import _REMEMBERED
from guideline_kit.diagnostics import Diagnostic
from guideline_kit.documents import Document
from guideline_kit.lint import RuleSet, lint, lint_together
from guideline_kit.text import Source

WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
TEN = " ".join(WORDS)


def check(at_least: float = 50, **more: Any) -> dict[str, Any]:
    message = "{share}|{name}"
    return {"kind": "similar", "at_least": at_least, "min_words": 3, "message": message, **more}


def document(id: str, text: str, **fields: Any) -> Document:
    source = Source(f"{id}.yaml", prompt(text, **fields).replace("a-prompt", id))
    return formats.read(source, formats.CATALOG_PROMPT)


def compared(
    params: dict[str, Any], documents: Sequence[Document], **applies_to: Any
) -> tuple[Diagnostic, ...]:
    rules = RuleSet([rule(params, **applies_to)])
    for item in documents:
        assert lint(item, rules, TODAY) == item.problems, "one document is like no other"
    return lint_together(documents, rules, TODAY)


def said(params: dict[str, Any], *documents: Document, **applies_to: Any) -> list[str]:
    """Return what is said of each document, the id of the document in front."""
    items = compared(params, documents, **applies_to)
    return [f"{item.source.name.removesuffix('.yaml')}: {item.message}" for item in items]


def test_it_is_a_comparison() -> None:
    assert isinstance(rule(check()).check, Comparison)
    other = rule({"kind": "terms", "words": ["a"], "message": "So"})
    assert not isinstance(other.check, Comparison)


# --- how similar ---------------------------------------------------------------------------


def _similarity(one: str, two: str) -> Fraction:
    """The definition, word for word."""
    shingles = [
        {tuple(words[at : at + 3]) for at in range(len(words) - 2)}
        for words in (one.lower().split(), two.lower().split())
    ]
    return Fraction(len(shingles[0] & shingles[1]), len(shingles[0] | shingles[1]))


TEXTS = st.lists(
    st.lists(st.sampled_from(WORDS[:4]), min_size=3, max_size=12).map(" ".join), max_size=12
)


@given(TEXTS, st.integers(30, 100))
def test_every_pair_that_is_similar_enough_is_found_and_no_other(
    texts: list[str], at_least: int
) -> None:
    documents = [document(f"d{number}", text) for number, text in enumerate(texts)]
    expected = []
    for number, text in enumerate(texts):
        shares = [(_similarity(text, before), -at) for at, before in enumerate(texts[:number])]
        alike = sorted((item for item in shares if item[0] * 100 >= at_least), reverse=True)
        if alike:
            share, at = alike[0]
            expected.append((f"d{number}.yaml", f"{int(100 * share)}|d{-at}", len(alike[:3])))
    items = compared(check(at_least), documents)
    found = [(item.source.name, item.message, len(item.related)) for item in items]
    assert sorted(found) == sorted(expected)


@given(
    st.lists(st.sampled_from(WORDS), min_size=30, max_size=60),
    st.integers(0, 29),
    st.sampled_from(["once", "einmal"]),
)
def test_a_copy_with_another_word_is_found(words: list[str], at: int, new: str) -> None:
    copy = [*words[:at], new, *words[at + 1 :]]
    one, two = document("one", " ".join(words)), document("two", " ".join(copy))
    # Three shingles of at least 28 are others, unless some stand there several times.
    share = _similarity(" ".join(words), " ".join(copy))
    assert said(check(30), one, two) == [f"two: {int(100 * share)}|one"] * (share >= 0.3)


def test_case_and_punctuation_do_not_count() -> None:
    one, two = document("one", TEN), document("two", TEN.upper().replace(" ", ", ") + "!")
    assert said(check(100), one, two) == ["two: 100|one"]


def test_texts_without_blanks_between_words() -> None:
    one = document("one", "请用三句话总结这封信,并写出下一步。")
    two = document("two", "请用五句话总结这封信,并写出下一步。")
    assert said(check(60), one, two) == ["two: 64|one"]


def test_short_texts_are_not_compared() -> None:
    one, two = document("one", TEN), document("two", TEN)
    assert said(check(min_words=10), one, two) == ["two: 100|one"]
    assert said(check(min_words=11), one, two) == []
    default = {key: value for key, value in check().items() if key != "min_words"}
    assert said(default, one, two) == []
    thirty = " ".join([TEN] * 3)
    assert said(default, document("one", thirty), document("two", thirty)) == ["two: 100|one"]


def test_many_copies_are_each_found() -> None:
    """Only so many are remembered, and each copy finds one of them."""
    number = 3 * _REMEMBERED
    texts = [f"{TEN} {' '.join(WORDS[::-1])} {at} end" for at in range(number)]
    found = said(check(70), *(document(f"d{at:03}", text) for at, text in enumerate(texts)))
    assert len(found) == number - 1


# --- what is compared ----------------------------------------------------------------------


def _with_messages(id: str, *messages: tuple[str, str, bool]) -> Document:
    listed = [
        {"role": role, "content": content, "example": example}
        for role, content, example in messages
    ]
    data = {"id": id, "template": {"engine": "none", "messages": listed}}
    return formats.read(Source(f"{id}.yaml", json.dumps(data)), formats.CATALOG_PROMPT)


def test_which_messages_of_a_prompt_are_compared() -> None:
    other = "what is said apart from that is nothing like it at all"
    one = _with_messages("one", ("system", TEN, False), ("assistant", other, True))
    two = _with_messages("two", ("user", TEN, False), ("assistant", TEN, True))
    three = _with_messages("three", ("user", other, False), ("user", TEN, True))
    four = _with_messages("four", ("tool", TEN, False))
    assert said(check(100), one, two, three, four) == ["two: 100|one"]
    assert said(check(100), one, two, three, four, roles=["tool", "user"]) == ["four: 100|two"]
    assert said(check(100), one, two, roles=["user"]) == []


def test_two_messages_are_one_text() -> None:
    words = TEN.split()
    one = _with_messages("one", ("user", TEN, False))
    two = _with_messages(
        "two", ("system", " ".join(words[:5]), False), ("user", " ".join(words[5:]), False)
    )
    assert said(check(100), one, two) == ["two: 100|one"]


def _entry(kind: str, id: str, **fields: Any) -> Document:
    return formats.read(Source(f"{id}.yaml", json.dumps({"id": id, **fields})), f"catalog-{kind}")


def test_patterns_and_rules_are_compared_by_what_they_say_of_themselves() -> None:
    words = TEN.split()
    entries = [
        _entry("rule", "one", summary=" ".join(words[:3]), why=TEN, title="Some"),
        _entry("rule", "two", summary=" ".join(words[:3]), why=TEN, title="Other"),
        _entry("pattern", "three", summary=" ".join(words[:3]), problem=TEN),
        _entry("pattern", "four", summary=" ".join(words[:3]), solution=TEN),
        _entry("pattern", "five", summary=" ".join(words[:3]), why=TEN),
        _entry("rule", "six", summary=7, why=[TEN]),
        document("seven", f"one two three {TEN}"),
    ]
    both = check(100, entries=["rule", "pattern"])
    assert said(both, *entries) == ["four: 100|three", "two: 100|one"]
    assert said(check(100, entries=["rule"]), *entries) == ["two: 100|one"]
    assert said(check(100), *entries) == []


def test_a_prompt_may_be_like_the_one_that_supersedes_it() -> None:
    old, new = document("old", TEN, superseded_by="new"), document("new", TEN)
    assert said(check(), old, new) == []
    assert said(check(), new, old) == []
    third = document("third", TEN, superseded_by=["new"])
    assert said(check(), new, third) == ["third: 100|new"]


def test_other_formats_are_left_alone() -> None:
    texts = [formats.read(Source(f"{name}.md", TEN), "markdown") for name in "ab"]
    assert said(check(), *texts) == []


@given(st.recursive(st.none() | st.text(max_size=4), lambda inner: st.lists(inner, max_size=2)
       | st.dictionaries(st.sampled_from(["template", "messages", "content", "summary", "why",
                                          "problem", "superseded_by", "id"]), inner),
       max_leaves=12))  # fmt: skip
def test_any_yaml_can_be_compared(data: Any) -> None:
    every = check(30, entries=["prompt", "pattern", "rule"])
    texts = [json.dumps(data), json.dumps(data)]
    for format in ("catalog-prompt", "catalog-pattern", "catalog-rule"):
        documents = [formats.read(Source(f"{at}", text), format) for at, text in enumerate(texts)]
        assert not [item for item in compared(every, documents) if item.rule == "internal-error"]


# --- where it is shown ---------------------------------------------------------------------


def test_the_later_one_is_shown_and_leads_to_those_before_it() -> None:
    longer = TEN + " and so on"
    documents = [document("a", longer), document("b", TEN), document("c", TEN)]
    items = compared(check(), documents)
    assert [(item.source.name, item.message) for item in items] == [
        ("b.yaml", "72|a"),
        ("c.yaml", "100|b"),
    ]
    last = items[-1]
    assert last.span is not None
    assert last.source.slice(last.span) == "id: c"
    assert [(other.source.name, other.message) for other in last.related] == [
        ("b.yaml", "100% as in b"),
        ("a.yaml", "72% as in a"),
    ]


@pytest.mark.parametrize(("limit", "expected"), [(["draft"], 1), (["approved"], 0)])
def test_a_rule_compares_only_what_it_looks_at(limit: list[str], expected: int) -> None:
    documents = [document("one", TEN, status="draft"), document("two", TEN, status="draft")]
    assert len(compared(check(), documents, statuses=limit)) == expected


def test_a_crash_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = rule(check())
    monkeypatch.setattr(type(chosen.check), "find_among", lambda *_: 1 / 0)
    documents = [document("one", TEN)]
    (item,) = lint_together(documents, RuleSet([chosen]), TODAY)
    assert item.rule == "internal-error"
    assert "ZeroDivisionError" in item.message
    assert lint_together([], RuleSet([chosen]), TODAY) == ()
