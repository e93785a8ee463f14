"""The findings of the rules are almost always right: as people judged them who read them.

No corpus is needed here. README.md in this folder says how the verdicts are made.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict

import pytest
from corpus import VERDICTS, Draw, Verdict, read_draws, written
from hypothesis import given
from hypothesis import strategies as st
from measure import Measure, measure, still_there, with_measure
from sample import draw, once
from shipped import shipped_catalog

from guideline_kit import schemas, yamlio
from guideline_kit.catalog import Entry
from guideline_kit.diagnostics import Diagnostic, Severity
from guideline_kit.report import Checked, Report
from guideline_kit.text import Source, Span

TODAY = datetime.date(2026, 11, 22)
FEWEST = 100
SHARE = 0.9  # of all findings of the default preset
SHARE_OF_A_RULE = 0.8  # of those of one rule, where enough were judged to tell
ENOUGH = 5
LONGEST = 160  # characters of a reason: longer ones quote

DRAWS = read_draws(VERDICTS.read_text("utf-8"))
JUDGED = pytest.mark.skipif(
    not DRAWS, reason="no findings have been judged yet: tests/precision/verdicts.yaml is empty"
)


def verdicts() -> list[Verdict]:
    return [item for draw in DRAWS for item in draw.verdicts]


def of_the_default_preset() -> list[Verdict]:
    default = {entry.id for entry in shipped_catalog().rules if entry.data["preset"] == "default"}
    return [item for item in verdicts() if item.rule in default]


@JUDGED
def test_enough_findings_were_judged() -> None:
    assert len(of_the_default_preset()) >= FEWEST


@JUDGED
def test_findings_are_almost_always_right() -> None:
    judged = of_the_default_preset()
    right = sum(item.right for item in judged)
    assert right >= SHARE * len(judged), f"only {right} of {len(judged)} were right"


@JUDGED
def test_no_rule_of_the_default_preset_is_often_wrong() -> None:
    by_rule: dict[str, list[bool]] = defaultdict(list)
    for item in of_the_default_preset():
        by_rule[item.rule].append(item.right)
    noisy = {
        rule: f"{sum(found)} of {len(found)} right"
        for rule, found in by_rule.items()
        if len(found) >= ENOUGH and sum(found) < SHARE_OF_A_RULE * len(found)
    }
    assert not noisy, "mend these rules, or move them to the strict preset"


@JUDGED
def test_each_verdict_is_complete() -> None:
    ids = {entry.id for entry in shipped_catalog().rules}
    for item in verdicts():
        place = f"{item.rule} in {item.file}:{item.line}"
        assert item.rule in ids, f"{place}: there is no such rule"
        assert item.verdict in ("right", "wrong"), f"{place}: not judged"
        assert 0 < len(item.reason) <= LONGEST, f"{place}: a reason in a few words is wanted"
        assert "\n" not in item.reason, f"{place}: a reason is one line"
        assert item.line >= 1, place
        assert item.column >= 1, place
    for one in DRAWS:
        assert datetime.date.fromisoformat(one.on), "a draw says when it was judged"


@JUDGED
def test_no_finding_is_judged_twice() -> None:
    times = Counter((item.rule, item.file, item.line, item.column) for item in verdicts())
    assert not [place for place, number in times.items() if number > 1]


# --- the tools -----------------------------------------------------------------------------

GROUPS = st.lists(st.sampled_from("abc"), max_size=30)


@given(GROUPS, st.integers(), st.integers(0, 12), st.integers(1, 4))
def test_no_file_fills_a_sample(groups: list[str], seed: int, number: int, most: int) -> None:
    items = list(range(len(groups)))
    drawn = draw(items, groups, seed, number, most)
    assert drawn == sorted(set(drawn))
    times = Counter(groups)
    assert len(drawn) == min(number, sum(min(most, times[name]) for name in times))
    assert all(count <= most for count in Counter(groups[index] for index in drawn).values())
    assert draw(items, groups, seed, number, most) == drawn


def test_each_finding_is_as_likely_as_the_others() -> None:
    groups = ["a"] * 6 + ["b"] * 2
    times = Counter(index for seed in range(3000) for index in draw(range(8), groups, seed, 2, 2))
    # Two of each are left: those of a come up a third as often.
    assert all(400 < times[index] < 600 for index in range(6)), times
    assert all(1350 < times[index] < 1650 for index in (6, 7)), times


def test_a_copy_counts_once() -> None:
    text = "Name several risks. Name several."
    first, copy = (Source(name, text) for name in ("a.md", "b.md"))
    other = Source("c.md", "Name several reasons.")
    found = [
        Diagnostic(rule, Severity.WARNING, "", source, Span(at, at + 7))
        for source in (first, copy, other)
        for rule in ("vague", "open", "front-matter")
        for at in ((5,) if source is other else (5, 25))
    ]
    texts = {source.name: source.text for source in (first, copy, other)}
    apart = once(found, texts.__getitem__)
    kept = {(item.rule, item.source.name, item.span.start) for item in apart if item.span}
    assert kept == {
        (rule, *place)
        for rule in ("vague", "open")
        for place in (("a.md", 5), ("a.md", 25), ("c.md", 5))
    }


TEXTS = st.text(st.characters(exclude_categories=("C", "Z")) | st.just(" "), max_size=30)


@given(st.lists(st.builds(Verdict, st.just("a-rule"), TEXTS, st.integers(1), st.integers(1),
                          st.sampled_from(["", "right", "wrong"]), TEXTS)))  # fmt: skip
def test_a_draw_is_read_as_it_was_written(items: list[Verdict]) -> None:
    one = Draw("default", 7, "2026-11-22", tuple(items))
    lines = "\n".join(written(one))
    assert read_draws(f"draws:\n{lines}\n") == (one,)


def finding(rule: str, file: str, line: int) -> Diagnostic:
    return Diagnostic(rule, Severity.WARNING, "", Source(file, "\n" * 9), Span(line - 1, line - 1))


def test_a_measure_counts_files_findings_and_verdicts() -> None:
    report = Report(
        [finding("loud", "a.md", 1), finding("loud", "a.md", 2), finding("loud", "b.md", 1)],
        [Checked("a.md", "markdown"), Checked("b.md", "text"), Checked("c.md", "text")],
    )
    judged = [
        Verdict("loud", "a.md", 1, 1, "right", "so it is"),
        Verdict("loud", "b.md", 1, 1, "wrong", "it is code"),
        Verdict("loud", "b.md", 2, 1, "wrong", "the rule was mended since"),
    ]
    there, gone = still_there(judged, report)
    assert gone == judged[2:]
    rule = {"id": "loud", "check": {"kind": "terms"}}
    assert measure(rule, report, there) == Measure(3, 3, 2, 2, 1)
    narrow = {**rule, "id": "silent", "applies_to": {"formats": ["text"]}}
    assert measure(narrow, report, there) == Measure(2, 0, 0, 0, 0)
    needs_inputs = {"id": "undeclared", "check": {"kind": "placeholders", "problem": "undeclared"}}
    assert measure(needs_inputs, report, there).looked_at == 0


@pytest.mark.parametrize("entry", shipped_catalog().rules, ids=lambda entry: entry.id)
def test_a_measure_changes_nothing_else_in_a_rule_file(entry: Entry) -> None:
    source = entry.source
    first = with_measure(source.text, Measure(1346, 32, 20, 10, 9), TODAY)
    data = {"on": "2026-11-22", "files": 1346, "findings": 32, "judged": 10, "right": 9}
    tree = yamlio.read(Source("rule.yaml", first)).tree
    assert tree is not None
    assert tree.data == {**entry.data, "measured": data}
    assert not schemas.check("rule.schema.json", tree)
    changed = set(first.splitlines()) - set(source.text.splitlines())
    assert len(changed) == 1, "a measure is one line"
    assert with_measure(first, Measure(1346, 32, 20, 10, 9), TODAY) == first
