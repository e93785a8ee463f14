"""Every example of every shipped rule is reported as it is marked, and a wrong one would be."""

from __future__ import annotations

import functools
import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linting import TODAY
from shipped import shipped_catalog

from guideline_kit import formats, schemas, yamlio
from guideline_kit.catalog import Entry
from guideline_kit.checks import KIND_NAMES
from guideline_kit.diagnostics import Diagnostic, Fix, Safety
from guideline_kit.fix import apply
from guideline_kit.lint import RuleSet, lint
from guideline_kit.rules import bind
from guideline_kit.text import Source
from guideline_kit.validate.examples import rule_problems, strip_marks

RULES = [entry for entry in shipped_catalog().rules if entry.data["stage"] != "removed"]
EXAMPLES = [(entry, index) for entry in RULES for index in range(len(entry.data["examples"]))]
BAD = [(entry, index) for entry, index in EXAMPLES if "bad" in entry.data["examples"][index]]


def _named(value: Any) -> str:
    return value.id if isinstance(value, Entry) else str(value)


@functools.cache
def _problems(id: str) -> tuple[Diagnostic, ...]:
    (entry,) = (entry for entry in RULES if entry.id == id)
    return tuple(rule_problems(entry, TODAY))


def _example_of(entry: Entry, item: Diagnostic) -> int | None:
    """Return the number of the example that a problem is about."""
    assert item.span is not None
    for index in range(len(entry.data["examples"])):
        place = entry.tree.place(("examples", index)).value
        if place.start <= item.span.start < max(place.end, place.start + 1):
            return index
    return None


def _lines(items: list[Diagnostic]) -> str:
    return "\n".join(
        f"{item.source.name}:{item.position.line}: {item.message}. {item.help}"
        for item in items
        if item.position
    )


@pytest.mark.parametrize(("entry", "index"), EXAMPLES, ids=_named)
def test_an_example_is_reported_as_it_is_marked(entry: Entry, index: int) -> None:
    wrong = [item for item in _problems(entry.id) if _example_of(entry, item) == index]
    assert not wrong, _lines(wrong)


@pytest.mark.parametrize("entry", RULES, ids=_named)
def test_nothing_else_is_wrong_with_a_rule(entry: Entry) -> None:
    wrong = [item for item in _problems(entry.id) if _example_of(entry, item) is None]
    assert not wrong, _lines(wrong)


@pytest.mark.parametrize("entry", RULES, ids=_named)
def test_a_rule_shows_what_it_finds_and_what_it_leaves_alone(entry: Entry) -> None:
    found = [
        item for item in entry.data["examples"] if "bad" in item and not item.get("known_miss")
    ]
    assert found, f"{entry.source.name} has no example of what it finds"
    assert any("good" in item for item in entry.data["examples"]), (
        f"{entry.source.name} has no example of what it is silent about"
    )


@pytest.mark.parametrize("kind", KIND_NAMES)
def test_a_kind_of_check_earns_its_code(kind: str) -> None:
    uses = Counter(entry.data["check"]["kind"] for entry in RULES)
    assert uses[kind] >= 2, f"{uses[kind]} shipped rules use '{kind}': a kind for one rule is code"


# --- examples that are wrong ---------------------------------------------------------------


def _with_example(entry: Entry, index: int, **changes: Any) -> Entry:
    """Return a rule as if its file had another example; a change to None takes a key out."""
    example: Mapping[str, Any] = {**entry.data["examples"][index], **changes}
    example = {key: value for key, value in example.items() if value is not None}
    data = {**entry.data, "examples": [example]}
    source = Source(entry.source.name, json.dumps(data, ensure_ascii=False))
    tree = yamlio.read(source).tree
    assert tree is not None
    assert schemas.check("rule.schema.json", tree) == ()
    return entry._replace(data=tree.data, source=source, tree=tree)


def _complaints(entry: Entry) -> list[str]:
    found = list(rule_problems(entry, TODAY))
    assert {item.rule for item in found} <= {"rule-example"}
    return [item.message for item in found]


def _known(entry: Entry, index: int) -> bool:
    return not entry.data["examples"][index].get("known_miss", False)


KNOWN = [(entry, index) for entry, index in BAD if _known(entry, index)]


def _stripped(entry: Entry, index: int) -> str:
    example = entry.data["examples"][index]
    return strip_marks(example["bad"], example.get("marks", "«»")).text


@pytest.mark.parametrize(("entry", "index"), KNOWN, ids=_named)
def test_a_bad_text_given_out_as_good_is_reported(entry: Entry, index: int) -> None:
    broken = _with_example(entry, index, bad=None, good=_stripped(entry, index))
    complaints = _complaints(broken)
    assert complaints, "the rule's own finding passes as a good example"
    for complaint in complaints:
        assert complaint.startswith("The rule reports something in this good example: ")


@pytest.mark.parametrize(("entry", "index"), KNOWN, ids=_named)
def test_a_mark_that_is_missing_or_too_much_is_reported(entry: Entry, index: int) -> None:
    example = entry.data["examples"][index]
    left, right = example.get("marks", "«»")
    bad = example["bad"]

    none = _complaints(_with_example(entry, index, bad=_stripped(entry, index), good=None))
    assert none == ["Nothing is marked in this bad example"]

    at = bad.index(left)
    end = bad.index(right)
    one_less = bad[:at] + bad[at + 1 : end] + bad[end + 1 :]
    if left in one_less:
        complaints = _complaints(_with_example(entry, index, bad=one_less, good=None))
        assert any(", which is not marked: " in text for text in complaints)

    shorter = bad[: end - 1] + right + bad[end - 1] + bad[end + 1 :]
    complaints = _complaints(_with_example(entry, index, bad=shorter, good=None))
    assert any(text.startswith("The rule does not report the marked text") for text in complaints)

    complaints = _complaints(_with_example(entry, index, bad=bad[:end] + bad[end + 1 :], good=None))
    assert len(complaints) == 1
    assert complaints[0].startswith("The marks don't pair up: ")


@pytest.mark.parametrize(("entry", "index"), KNOWN, ids=_named)
def test_a_known_miss_that_is_found_is_reported(entry: Entry, index: int) -> None:
    broken = _with_example(entry, index, known_miss=True)
    assert "The rule finds this now; it is no known miss any more" in _complaints(broken)


FIXED = [
    (entry, index)
    for entry, index in KNOWN
    if entry.data["check"].get("fix") in ("safe", "unsafe")
    and "good" in entry.data["examples"][index]
]


def test_some_shipped_rules_have_fixes() -> None:
    assert FIXED, "the tests below prove nothing"


@pytest.mark.parametrize(("entry", "index"), FIXED, ids=_named)
def test_a_good_text_that_the_fix_does_not_make_is_reported(entry: Entry, index: int) -> None:
    good = entry.data["examples"][index]["good"]
    complaints = _complaints(_with_example(entry, index, good=f"{good.rstrip()} So.\n"))
    assert len(complaints) == 1
    assert complaints[0].startswith("The fix makes of 'bad' something other than 'good': ")


# --- fixes of the rules that ship ----------------------------------------------------------

FIXING = [bind(entry.data) for entry in RULES if "fix" in entry.data["check"]]
TEXTS = [
    _stripped(entry, index)
    for entry, index in BAD
    if entry.data["examples"][index].get("format", "markdown") == "markdown"
]
TRUSTED = [
    frozenset({Safety.SAFE}),
    frozenset({Safety.SAFE, Safety.UNSAFE}),
    frozenset(Safety),
]


def _found(text: str) -> tuple[Diagnostic, ...]:
    return lint(formats.read(Source("x", text), "markdown"), RuleSet(FIXING), TODAY)


def _mends(items: tuple[Diagnostic, ...], allowed: frozenset[Safety]) -> list[Fix]:
    return [item.fix for item in items if item.fix and item.fix.safety in allowed]


@given(
    st.lists(st.sampled_from(TEXTS), min_size=1, max_size=5),
    st.sampled_from([" ", "\n", "\n\n", "\u00a0"]),
    st.sampled_from(TRUSTED),
)
def test_after_the_fixes_nothing_is_left_to_fix(
    pieces: list[str], gap: str, allowed: frozenset[Safety]
) -> None:
    text = gap.join(pieces)
    fixed = apply(text, _found(text), allowed)
    again = apply(fixed, _found(fixed), allowed)
    # Of two fixes that overlap, one waits for the next pass.
    last = apply(again, _found(again), allowed)
    assert last == again, f"the fixes go on and on: {text!r}"
    assert not _mends(_found(last), allowed), f"a fix that changes nothing: {last!r}"


@given(
    st.lists(st.sampled_from([text for text in TEXTS if not _found(text)]), max_size=5),
    st.sampled_from(TRUSTED),
)
def test_a_text_without_anything_to_fix_stays_as_it_is(
    pieces: list[str], allowed: frozenset[Safety]
) -> None:
    text = "\n\n".join(pieces)
    found = _found(text)
    if not _mends(found, allowed):
        assert apply(text, found, allowed) == text


_RULE = """\
id: a-rule
title: A rule
summary: A rule
severity: warning
preset: strict
stage: preview
evidence: convention
since: 0.1.0
check:
  kind: {kind}
  {check}
  message: "{message}"
why: Because.
examples:
  - title: One
    bad: |
      {bad}
    good: |
      {good}
"""
SLIPS = {
    "{matc} in the message stands for nothing": {"message": "'{matc}' here"},
    "This good example has marks «»": {"good": "It is «fine»."},
    "it holds U+0008": {"kind": "pattern", "check": 'pattern: "\\bfew"'},
    "There is no detector 'aws-acess-key'": {
        "kind": "secrets",
        "check": "detect: [aws-access-key]",
        "bad": "Use «⟦aws-acess-key⟧».",
    },
}


@pytest.mark.parametrize("said", SLIPS)
def test_a_slip_of_an_author_is_named(said: str) -> None:
    parts = {
        "kind": "terms",
        "check": "words: [few]",
        "message": "{match} here",
        "bad": "Name a «few».",
        "good": "Name 3.",
    } | SLIPS[said]
    source = Source("a-rule.yaml", _RULE.format(**parts))
    tree = yamlio.read(source).tree
    assert tree is not None
    assert not schemas.check("rule.schema.json", tree)
    entry = Entry("rule", "a-rule", tree.data, source, tree, "rules/a-rule.yaml", "ours")
    assert any(said in item.message for item in rule_problems(entry, TODAY))
