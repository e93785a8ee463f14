"""lint: (a document, rules) -> findings, in order, whatever the document holds."""

from __future__ import annotations

import datetime
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linting import STYLES, TODAY, findings, prompt, rule, scalar
from shipped import shipped_catalog

from guideline_kit import formats
from guideline_kit.checks import Match
from guideline_kit.diagnostics import Diagnostic, Severity, in_order
from guideline_kit.documents import Document
from guideline_kit.lint import RuleSet, lint
from guideline_kit.rules import bind
from guideline_kit.text import Source, Span

SHIPPED = [bind(entry.data) for entry in shipped_catalog().rules]


def _texts() -> list[str]:
    return [
        example[which].replace("«", "").replace("»", "")
        for entry in shipped_catalog().rules
        for example in entry.data["examples"]
        for which in ("bad", "good")
        if which in example and example.get("format", "markdown") == "markdown"
    ]


MIXED = st.lists(st.sampled_from(_texts()), min_size=1, max_size=4).map("\n\n".join)


def read(text: str, format: str = "markdown") -> Document:
    return formats.read(Source("a file", text), format)


# --- all rules over mixed texts ------------------------------------------------------------


@given(MIXED, st.integers(0, 2**32))
def test_the_order_of_the_rules_changes_nothing(text: str, seed: int) -> None:
    document = read(text)
    shuffled = list(SHIPPED)
    random.Random(seed).shuffle(shuffled)  # noqa: S311
    assert lint(document, RuleSet(shuffled), TODAY) == lint(document, RuleSet(SHIPPED), TODAY)


@given(MIXED)
def test_rules_do_not_touch_each_other(text: str) -> None:
    """Each rule by itself finds what it finds among the others."""
    together = lint(read(text), RuleSet(SHIPPED), TODAY)
    apart = [item for one in SHIPPED for item in lint(read(text), RuleSet([one]), TODAY)]
    assert together == in_order(apart)


@given(MIXED, st.sampled_from(["markdown", "text", "cursor-mdc", "literal", "folded", "double"]))
def test_every_finding_marks_a_part_of_the_text_and_says_what_it_is(text: str, how: str) -> None:
    format = "catalog-prompt" if how in STYLES else how
    if how in STYLES:
        text = prompt(("system", text), style=how, engine="mustache")
    found = lint(read(text, format), RuleSet(SHIPPED), TODAY)
    assert list(found) == sorted(set(found), key=lambda item: item.sort_key)
    for item in found:
        assert item.span is not None, item.message
        assert 0 <= item.span.start < item.span.end <= len(text), f"{item.rule} marks {item.span}"
        assert item.message.strip()
        assert "\n" not in item.message
        assert "{match}" not in item.message, "a brace that nobody filled in"
        assert item.rule != "internal-error", item.message
        for edit in item.fix.edits if item.fix else ():
            assert 0 <= edit.span.start <= edit.span.end <= len(text)


@given(MIXED, st.sampled_from(["literal", "double", "single"]))
def test_the_same_findings_in_a_file_and_in_an_entry(text: str, style: str) -> None:
    """What a rule says of a text does not depend on where the text is kept."""
    # A file that names no engine is looked at for placeholders of all of them.
    if "{" in text or "$" in text:
        return
    rules = [item for item in SHIPPED if "formats" not in item.data.get("applies_to", {})]
    rules = [item for item in rules if item.data["check"]["kind"] not in ("field", "placeholders")]
    in_file = findings(rules, text, "text")
    in_entry = findings(rules, prompt(("system", text), style=style), "catalog-prompt")
    assert [(item.rule, item.message) for item in in_entry] == [
        (item.rule, item.message) for item in in_file
    ]


# --- what a document may hold --------------------------------------------------------------

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("a-é\n", max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "role", "content", "rule", "type", "x"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)
FIELDS = [
    "id",
    "title",
    "owner",
    "status",
    "application",
    "models",
    "inputs",
    "template",
    "output",
    "waivers",
    "review_by",
    "tags",
    "x-y",
]


@given(st.dictionaries(st.sampled_from(FIELDS), VALUES), VALUES, VALUES)
def test_fields_that_make_no_sense_break_no_rule(
    fields: dict[str, Any], engine: object, messages: object
) -> None:
    fields.setdefault("template", {"engine": engine, "messages": messages})
    about = {"applications": ["a"], "models": ["a"], "statuses": ["draft"]}
    rules = [
        rule({"kind": "terms", "words": ["a"]}, id=f"r-{name}", **{name: about[name]})
        for name in about
    ]
    found = lint(read(json.dumps(fields), "catalog-prompt"), RuleSet([*SHIPPED, *rules]), TODAY)
    assert not [item.message for item in found if item.rule == "internal-error"]


@pytest.mark.parametrize("format", sorted(formats.TITLES))
@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        " ",
        "\0",
        "---\n---\n",
        "---\nname: a\n---\n",
        "\ufeff",
        "\r",
        "<",
        "```",
        "id: a\n",
        "é",
    ],
)
def test_next_to_nothing_breaks_no_rule(text: str, format: str) -> None:
    found = lint(read(text, format), RuleSet(SHIPPED), TODAY)
    assert not [item.message for item in found if item.rule == "internal-error"]
    for item in found:
        assert item.span is None or 0 <= item.span.start <= item.span.end <= len(text)


def test_half_a_surrogate_pair_breaks_no_rule() -> None:
    """No file holds one, but an editor may send it."""
    for format in formats.TITLES:
        text = "Some \udc00 several ideas \ud83d {{a}}.\n"
        found = lint(read(text, format), RuleSet(SHIPPED), TODAY)
        assert not [item.message for item in found if item.rule == "internal-error"]


# --- where a rule looks --------------------------------------------------------------------

FEW = {"kind": "terms", "words": ["few"]}


@pytest.mark.parametrize(
    ("about", "runs"),
    [
        ({}, True),
        ({"formats": ["catalog-prompt", "agent-skill"]}, True),
        ({"formats": ["agent-skill"]}, False),
        ({"applications": ["support"]}, True),
        ({"applications": ["writing"]}, False),
        ({"statuses": ["draft", "approved"]}, True),
        ({"statuses": ["archived"]}, False),
        ({"models": ["gpt-5", "o3"]}, True),
        ({"models": ["gpt-4-1"]}, False),
        ({"formats": ["catalog-prompt"], "statuses": ["archived"]}, False),
        ({"roles": ["user"]}, True),
        ({"roles": ["system"]}, False),
    ],
    ids=str,
)
def test_a_rule_runs_where_all_that_it_asks_for_holds(about: dict[str, Any], runs: bool) -> None:
    text = prompt("A few.", application="support", status="approved", models=[{"id": "o3"}])
    assert bool(findings(rule(FEW, **about), text, "catalog-prompt")) is runs


@pytest.mark.parametrize(
    "about", [{"applications": ["support"]}, {"statuses": ["draft"]}, {"models": ["o3"]}]
)
def test_a_rule_for_some_prompts_does_not_run_where_nothing_is_said(about: dict[str, Any]) -> None:
    assert findings(rule(FEW, **about), "A few.") == ()


# --- what a finding carries ----------------------------------------------------------------


def test_a_finding_says_what_the_rule_file_says() -> None:
    one = rule({**FEW, "message": "'{match}' is vague", "help": "Count."}, id="vague")
    (found,) = lint(read("A\nfew."), RuleSet([one], "https://a.example/kit/"), TODAY)
    assert found.rule == "vague"
    assert found.severity is Severity.WARNING
    assert found.message == "'few' is vague"
    assert found.help == "Count."
    assert found.position == (2, 1)
    assert found.url == "https://a.example/kit/rules/vague.html"
    (found,) = lint(read("A\nfew."), RuleSet([one]), TODAY)
    assert found.url == ""


def test_what_is_wrong_with_the_file_is_reported_with_the_findings() -> None:
    found = lint(read("---\na: b: c\n---\nfew"), RuleSet([rule(FEW)]), TODAY)
    assert [item.rule for item in found] == ["front-matter", "a-rule"]


class _Broken:
    """A check with a mistake in it."""

    guard = None
    patterns = ()

    def find(self, *_: Document | datetime.date) -> Iterator[Match]:
        yield Match(Span(0, 1))
        raise ZeroDivisionError("one too many")


def test_a_rule_that_crashes_is_named_and_the_others_run() -> None:
    broken = rule(FEW, id="broken")._replace(check=_Broken(), guard=None)
    found = lint(read("A few."), RuleSet([broken, rule(FEW)]), TODAY)
    assert [item.rule for item in found if item.span != Span(0, 1)] == ["internal-error", "a-rule"]
    (crash,) = [item for item in found if item.rule == "internal-error"]
    assert crash.severity is Severity.ERROR
    assert "broken" in crash.message
    assert "ZeroDivisionError" in crash.message
    assert "--ignore broken" in crash.help


def test_equal_findings_are_reported_once() -> None:
    one = Diagnostic("a", Severity.INFO, "x", Source("x", "abc"), Span(0, 1))
    other = Diagnostic("a", Severity.INFO, "x", Source("x", "abc"), Span(0, 1))
    assert in_order([one, other]) == (one,)


def test_findings_are_sorted_by_file_place_and_rule() -> None:
    def at(name: str, start: int, rule: str) -> Diagnostic:
        return Diagnostic(rule, Severity.INFO, "x", Source(name, "abc"), Span(start, start))

    whole = Diagnostic("z", Severity.ERROR, "x", Source("a", "abc"))
    expected = (whole, at("a", 0, "r"), at("a", 2, "q"), at("a", 2, "r"), at("b", 0, "a"))
    assert in_order(reversed(expected)) == expected


def test_a_finding_has_its_line_and_column_in_the_file_of_an_entry() -> None:
    text = "# A remark, é.\n" + prompt("One.\nTwo few.", style="literal")
    (found,) = findings(FEW, text, "catalog-prompt")
    assert found.position is not None
    line = text.split("\n")[found.position.line - 1]
    assert line[found.position.column - 1 :].startswith("few")
    assert scalar("few", "plain") == "prompt: few\n"
