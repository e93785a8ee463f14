"""What holds for every form of report, and for JSON, statistics and the lines about a baseline."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linting import findings, rule
from made_reports import objections, reports

from guideline_kit.checks.secrets.samples import sample
from guideline_kit.diagnostics import Diagnostic, Fix, Safety, Severity
from guideline_kit.problems import PROBLEMS
from guideline_kit.report import COUNTING, FORMS, Baselined, Checked, Fixing, Report, renderer, text
from guideline_kit.report.statistics import by_file, by_rule
from guideline_kit.text import Source, Span

Made = tuple[Report, dict[str, str]]
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("form", FORMS)
@given(made=reports())
def test_any_report_can_be_written(form: str, made: Made) -> None:
    written = renderer(form)(made[0])
    assert written.encode("utf-8").endswith(b"\n")
    # Any of these may be shown on a terminal or in a log.
    assert all(line.isprintable() for line in written.replace("\u200d", "").split("\n"))


@pytest.mark.parametrize("form", FORMS)
def test_no_two_files_have_one_name(form: str) -> None:
    names = ("a b.md", "a\nb.md", "a\tb.md", "a\x1bb.md", "a\x9bb.md", "a%0Ab.md")
    written = {
        renderer(form)(Report([Diagnostic("r", Severity.ERROR, "Found", Source(name, "x"))], ()))
        for name in names
    }
    assert len(written) == len(names)
    for name in names[2:5]:
        assert not any(name[1] in text for text in written)


@pytest.mark.parametrize("form", FORMS)
def test_no_form_tells_a_secret(form: str) -> None:
    secret = sample("aws-access-key")
    prompt = f"Say several things with {secret} to {secret}, several times.\n"
    rules = [
        rule({"kind": "secrets", "detect": ["aws-access-key"], "message": "A secret: {match}"}),
        # One that knows nothing of secrets, and quotes what it finds.
        rule({"kind": "pattern", "pattern": r"with \S+ to", "message": "'{match}'"}, id="other"),
    ]
    found = findings(rules, prompt)
    assert {item.rule for item in found} == {"a-rule", "other"}
    for counted in (False, True):
        written = renderer(form)(
            Report(found, (Checked("a file", "markdown"),), "info", statistics=counted)
        )
        assert secret not in written
        assert secret[4:14] not in written


@pytest.mark.parametrize("form", [form for form in FORMS if form != "json"])
@given(made=reports())
def test_each_finding_leads_to_where_its_rule_is_explained(form: str, made: Made) -> None:
    for item in made[0].diagnostics:
        written = renderer(form)(Report((item,), ()))
        if item.url:
            assert item.url in written
        elif item.rule not in PROBLEMS:
            assert f"guideline-kit explain {item.rule}" in written


def test_a_form_is_imported_only_where_it_is_asked_for() -> None:
    code = (
        "import sys, guideline_kit.cli.lint_;"
        "print([name for name in sys.modules if name.startswith('guideline_kit.report.')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


# --- JSON ----------------------------------------------------------------------------------


@given(reports())
def test_json_is_what_its_schema_says(made: Made) -> None:
    report, _ = made
    data = json.loads(renderer("json")(report))
    assert not objections(data)
    assert (data["statistics"] is not None) == report.statistics
    assert (data["baseline"] is not None) == (report.baseline is not None)


def test_its_schema_refuses_what_json_is_not() -> None:
    data: dict[str, Any] = json.loads(renderer("json")(Report((), (), statistics=True)))
    for key in data:
        assert objections({name: value for name, value in data.items() if name != key}), key
    assert objections({**data, "statistics": {"rules": []}})
    assert objections({**data, "baseline": {"file": "x"}})


# --- statistics ----------------------------------------------------------------------------


@given(reports())
def test_statistics_count_each_finding_once(made: Made) -> None:
    report, _ = made
    rules, files = by_rule(report), by_file(report)
    assert sum(item.findings for item in rules) == len(report.diagnostics)
    assert sum(number for _, number in files) == len(report.diagnostics)
    assert sum(item.fixable for item in rules) == sum(report.fixable.values())
    assert {item.rule for item in rules} == {item.rule for item in report.diagnostics}
    for counts in ([item.findings for item in rules], [number for _, number in files]):
        assert counts == sorted(counts, reverse=True)


@given(reports(), st.booleans())
def test_statistics_fit_into_80_columns(made: Made, brief: bool) -> None:
    report, _ = made
    written = text.render(Report(report.diagnostics, report.files, statistics=True), brief=brief)
    if not report.diagnostics:
        return
    rules, files, _ = written.split("\n\n")
    for table in (rules, files):
        lines = [line for line in table.split("\n") if not line.startswith("and ")]
        assert len({text.width(line) for line in lines}) == 1, f"not aligned:\n{table}"
        assert text.width(lines[0]) <= 80


def test_statistics_say_how_many_files_they_leave_out() -> None:
    found = [
        Diagnostic("a-rule", Severity.INFO, "Found", Source(f"{number:02}.md", "x"), Span(0, 1))
        for number in range(23)
    ]
    written = text.render(Report(found, (), statistics=True))
    assert "19.md" in written
    assert "20.md" not in written
    assert "\nand 3 more files\n" in written
    assert COUNTING == ("text", "json")


def test_statistics_take_a_rule_with_two_severities_for_two() -> None:
    source = Source("a.md", "x")
    found = [
        Diagnostic("schema", Severity.ERROR, "Found", source),
        Diagnostic("schema", Severity.INFO, "Found", source),
        Diagnostic("schema", Severity.INFO, "Found", Source("b.md", "x")),
    ]
    assert [tuple(item) for item in by_rule(Report(found, ()))] == [
        ("schema", Severity.INFO, 2, 2, 0),
        ("schema", Severity.ERROR, 1, 1, 0),
    ]


def test_what_can_be_fixed_leaves_out_suggestions_and_what_was_refused() -> None:
    source = Source("a.md", "abc")
    found = [
        Diagnostic("r", Severity.INFO, "Found", source, Span(at, at), fix=Fix("Mend", (), safety))
        for at, safety in enumerate((Safety.SAFE, Safety.UNSAFE, Safety.SUGGESTION))
    ]
    assert by_rule(Report(found, ()))[0].fixable == 2
    fixing = Fixing(0, 0, written=True, refused={found[0]: "it brings another finding"})
    assert by_rule(Report(found, (), fixing=fixing))[0].fixable == 1


# --- the lines about a baseline ------------------------------------------------------------

FILE = "guideline-kit-baseline.json"
UPDATE = "guideline-kit lint --update-baseline"
ONE_LOCKED = (
    "1 finding is not in it, since its rule is locked: mend it, or silence it in its file, with an"
    " owner and a last day."
)
TWO_LOCKED = (
    "2 findings are not in it, since their rules are locked: mend them, or silence each in its"
    " file, with an owner and a last day."
)


@pytest.mark.parametrize(
    ("baseline", "said"),
    [
        (Baselined(FILE, 0), []),
        (Baselined(FILE, 1), [f"1 known finding is held back by {FILE}."]),
        (
            Baselined(FILE, 1970, 3),
            [
                f"1,970 known findings are held back by {FILE}.",
                f"3 of its findings are gone: take them out with '{UPDATE}'.",
            ],
        ),
        (
            Baselined(FILE, 0, 1),
            [f"1 of the findings in {FILE} is gone: take it out with '{UPDATE}'."],
        ),
        (
            Baselined(FILE, 12, written=True),
            [f"Wrote {FILE}: it holds back 12 findings from now on."],
        ),
        (
            Baselined(FILE, 1, 1, written=True, refused=1),
            [
                f"Wrote {FILE}: it holds back 1 finding from now on.",
                "1 finding that is gone was taken out of it.",
                ONE_LOCKED,
            ],
        ),
        (
            Baselined(FILE, 0, 2, written=True, refused=2),
            [
                f"Wrote {FILE}: there is nothing to hold back.",
                "2 findings that are gone were taken out of it.",
                TWO_LOCKED,
            ],
        ),
        (
            Baselined(FILE, 9, 1, written=True, added=2, gone_items=["a.md: filler (very)"]),
            [
                f"Wrote {FILE}: it holds back 9 findings from now on.",
                "2 new findings were added to it.",
                "1 finding that is gone was taken out of it.",
                "  gone: a.md: filler (very)",
            ],
        ),
        (
            Baselined(FILE, 0, 7, gone_items=[f"{number}.md: filler" for number in range(7)]),
            [
                f"7 of the findings in {FILE} are gone: take them out with '{UPDATE}'.",
                *(f"  gone: {number}.md: filler" for number in range(5)),
                "  gone: 2 more",
            ],
        ),
        (Baselined("a\x1b[31m.json", 1), ["1 known finding is held back by a<U+001B>[31m.json."]),
    ],
)
def test_what_a_baseline_did_is_said(baseline: Baselined, said: list[str]) -> None:
    written = text.render(Report((), (Checked("a.md", "markdown"),), baseline=baseline))
    assert written.splitlines() == ["1 file checked, nothing to report.", *said]


@pytest.mark.parametrize(("gone", "them"), [(1, "it"), (3, "them")])
def test_what_is_gone_is_no_reason_to_hide_what_is_new(gone: int, them: str) -> None:
    """An update while there are new findings would hold these back, too."""
    item = Diagnostic("r", Severity.INFO, "Found", Source("a.md", "x"), Span(0, 1))
    report = Report((item,), (Checked("a.md", "markdown"),), baseline=Baselined(FILE, 4, gone))
    assert text.render(report).endswith(
        f" gone. Once the new findings are mended, '{UPDATE}' takes {them} out.\n"
    )


@pytest.mark.parametrize(
    ("number", "fail_on", "baseline", "said"),
    [
        (21, "warning", None, True),
        (20, "warning", None, False),
        (21, "error", None, False),
        (21, "never", None, False),
        (21, "warning", Baselined(FILE, 5), False),
    ],
)
def test_who_begins_with_many_findings_hears_of_the_baseline(
    number: int, fail_on: str, baseline: Baselined | None, said: bool
) -> None:
    found = [
        Diagnostic("r", Severity.WARNING, "Found", Source("a.md", "x" * 40), Span(at, at + 1))
        for at in range(number)
    ]
    files = (Checked("a.md", "markdown"),)
    written = text.render(Report(found, files, fail_on, baseline=baseline))
    assert written.endswith(f"To begin with, let only new findings fail: {UPDATE}\n") == said
    # A catalog has no baseline, nor has a text that somebody gives.
    assert UPDATE not in text.render(Report(found, files, fail_on, given=True))
    assert UPDATE not in text.render(Report(found, files, fail_on), what="entry")
