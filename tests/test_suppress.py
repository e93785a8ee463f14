"""Waivers: what a prompt is excused from, for how long, and what is said of stale ones."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linting import TODAY, prompt, rule

from guideline_kit import formats
from guideline_kit.diagnostics import Diagnostic
from guideline_kit.documents import Document
from guideline_kit.lint import RuleSet, lint
from guideline_kit.suppress import waive
from guideline_kit.text import Source

RULES = [
    rule({"kind": "terms", "words": [word]}, id=f"no-{word}") for word in ("few", "some", "many")
]
RAN = frozenset(item.id for item in RULES)


def document(waivers: Any, text: str = "Take a few, some, a few.") -> Document:
    return formats.read(Source("a file", prompt(text, waivers=waivers)), "catalog-prompt")


def left(waivers: Any, text: str = "Take a few, some, a few.") -> Sequence[Diagnostic]:
    read = document(waivers, text)
    return waive(read, lint(read, RuleSet(RULES), TODAY), RAN, TODAY)


def waiver(rule: str, **more: object) -> dict[str, object]:
    return {"rule": rule, "reason": "Because.", "owner": "writers", **more}


def ids(found: Sequence[Diagnostic]) -> list[str]:
    return [item.rule for item in found]


def test_a_waiver_covers_every_finding_of_its_rule_and_no_other() -> None:
    assert ids(left([])) == ["no-few", "no-some", "no-few"]
    assert ids(left([waiver("no-few")])) == ["no-some"]
    assert ids(left([waiver("no-some"), waiver("no-few")])) == []


def test_a_waiver_that_covers_nothing_is_reported_at_its_place() -> None:
    read = document([waiver("no-few"), waiver("no-many")])
    found = waive(read, lint(read, RuleSet(RULES), TODAY), RAN, TODAY)
    (stale,) = [item for item in found if item.rule == "waiver"]
    assert "'no-many' covers nothing" in stale.message
    assert stale.span is not None
    assert read.source.slice(stale.span) == '"no-many"'
    assert stale.help
    assert str(stale.severity) == "warning"


def test_the_second_waiver_of_a_rule_covers_nothing() -> None:
    assert ids(left([waiver("no-few"), waiver("no-few")])) == ["no-some", "waiver"]


@pytest.mark.parametrize(
    ("until", "counts"),
    [("2026-11-21", False), ("2026-11-22", True), ("2026-11-23", True), ("9999-12-31", True)],
)
def test_the_last_day_counts_and_the_next_one_does_not(until: str, counts: bool) -> None:
    found = left([waiver("no-few", until=until)])
    assert ids(found) == (["no-some"] if counts else ["no-few", "no-some", "no-few", "waiver"])
    if not counts:
        assert f"ran out on {until}" in found[-1].message


@pytest.mark.parametrize(
    "until", ["soon", "20261231", "2026-W52-1", "31.12.2026", 20261231, True, ["2026-12-31"]]
)
def test_a_waiver_with_a_date_that_nobody_can_read_does_not_last_for_ever(until: object) -> None:
    found = left([waiver("no-few", until=until)])
    assert ids(found) == ["no-few", "no-some", "no-few", "waiver"]
    assert "YYYY-MM-DD" in found[-1].message


def test_a_rule_that_did_not_run_is_not_judged() -> None:
    assert ids(left([waiver("another-rule"), waiver("internal-error"), waiver("waiver")])) == [
        "no-few",
        "no-some",
        "no-few",
    ]


@pytest.mark.parametrize(
    "waivers",
    [
        None,
        3,
        "no-few",
        {"rule": "no-few"},
        ["no-few"],
        [3],
        [None],
        [[]],
        [{}],
        [{"rule": ["no-few"]}],
        [{"rule": {}}],
    ],
)
def test_waivers_that_make_no_sense_cover_nothing_and_break_nothing(waivers: object) -> None:
    assert ids(left(waivers)) == ["no-few", "no-some", "no-few"]


def test_a_file_that_is_no_entry_is_left_as_it_was() -> None:
    read = formats.read(Source("a.md", "A few.\n"), "markdown")
    found = lint(read, RuleSet(RULES), TODAY)
    assert waive(read, found, RAN, TODAY) == found


@given(
    st.lists(st.sampled_from(["few", "some", "many"]), max_size=8),
    st.lists(
        st.tuples(st.sampled_from(["few", "some", "many"]), st.sampled_from([-1, 0, 1, None])),
        max_size=4,
    ),
)
def test_every_finding_is_kept_unless_a_waiver_in_force_names_its_rule(
    words: list[str], waivers: list[tuple[str, int | None]]
) -> None:
    listed = [
        waiver(
            f"no-{word}",
            **({"until": str(TODAY + datetime.timedelta(days))} if days is not None else {}),
        )
        for word, days in waivers
    ]
    in_force = {word for word, days in waivers if days is None or days >= 0}
    found = left(listed, "Take " + " ".join(words) + ".")
    assert [item.rule for item in found if item.rule != "waiver"] == [
        f"no-{word}" for word in words if word not in in_force
    ]
    stale = sum(item.rule == "waiver" for item in found)
    assert stale == len(waivers) - len(in_force & set(words)), "each is used once, or reported"
