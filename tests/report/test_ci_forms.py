"""What CI systems read: GitHub's commands, GitLab's Code Quality, and JUnit XML."""

from __future__ import annotations

import json
import re
from collections import Counter
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st
from made_reports import reports

from guideline_kit.diagnostics import Diagnostic, Severity, in_order
from guideline_kit.report import Checked, Report, github, gitlab, junit
from guideline_kit.report.text import printable, printable_name
from guideline_kit.text import Source, Span

Made = tuple[Report, dict[str, str]]


def finding(text: str, piece: str, *, name: str = "prompt.md", rule: str = "a-rule") -> Diagnostic:
    start = text.index(piece)
    span = Span(start, start + len(piece))
    return Diagnostic(rule, Severity.WARNING, "Found", Source(name, text), span)


# --- GitHub --------------------------------------------------------------------------------

COMMANDS = {"error": Severity.ERROR, "warning": Severity.WARNING, "notice": Severity.INFO}


def understood(line: str) -> tuple[str, dict[str, str], str] | None:
    """Return what the runner makes of a line: a command, its properties and its message."""
    line = line.lstrip()
    if line.startswith("::") and "::" in line[2:]:
        head, _, message = line[2:].partition("::")
        command, _, rest = head.partition(" ")
        properties = dict(part.split("=", 1) for part in rest.split(",") if "=" in part)
        return (
            command,
            {name: unescaped(value) for name, value in properties.items()},
            unescaped(message),
        )
    # The older form may stand anywhere in a line.
    old = re.search(r"##\[([^\]]+)\](.*)", line)
    return (old[1], {}, old[2]) if old else None


def unescaped(text: str) -> str:
    signs = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}
    return re.sub("%(0D|0A|3A|2C|25)", lambda found: signs[found[0]], text)


@given(reports())
def test_the_runner_reads_one_command_a_finding_and_no_other(made: Made) -> None:
    report, _ = made
    *lines, last = github.render(report).splitlines()
    assert understood(last) is None, "the line for people would be taken for a command"
    read_all = [understood(line) for line in lines[len(report.diagnostics) :]]
    assert [read and read[0] for read in read_all] == ["error"] * len(report.missing)
    for item, line in zip(report.diagnostics, lines, strict=False):
        read = understood(line)
        assert read is not None
        command, properties, message = read
        assert COMMANDS[command] is item.severity
        lines_of_name = item.source.name.split("\n")
        assert properties["file"] == "\n".join(map(printable_name, lines_of_name))
        assert properties["title"] == item.rule
        said = [printable(text) for text in (item.message, item.help) if text]
        assert message.split("\n")[: len(said)] == said
        if item.span is None:
            assert "line" not in properties
            continue
        start, end = (item.source.position(at) for at in (item.span.start, item.span.end))
        assert (properties["line"], properties["endLine"]) == (str(start.line), str(end.line))
        if start.line == end.line:
            assert properties["col"] == str(start.column)
            assert properties["endColumn"] == str(end.column)
        else:
            assert not {"col", "endColumn"} & properties.keys(), "GitHub refuses these together"


# --- GitLab --------------------------------------------------------------------------------


@given(reports())
def test_gitlab_gets_all_that_it_asks_for(made: Made) -> None:
    report, _ = made
    entries = json.loads(gitlab.render(report).encode("utf-8"))
    assert len(entries) == len(report.diagnostics)
    for item, entry in zip(report.diagnostics, entries, strict=True):
        assert entry["description"].startswith(item.message)
        assert entry["check_name"] == item.rule
        assert entry["severity"] in ("info", "minor", "major")
        assert entry["location"]["path"] == item.source.name
        line = item.position.line if item.position else 1
        assert entry["location"]["lines"]["begin"] == line <= entry["location"]["lines"]["end"]
    marks = [entry["fingerprint"] for entry in entries]
    assert len(set(marks)) == len(marks), "GitLab would show one of two"


@given(st.integers(0, 5), st.text("ab c\n", max_size=20))
def test_gitlab_knows_findings_again_when_lines_move(number: int, above: str) -> None:
    text = "List several risks.\n\nThen list several ideas.\n\nList several risks.\n"

    def marks(text: str) -> list[str]:
        places = [match.span() for match in re.finditer("several", text)]
        source = Source("prompt.md", text)
        found = [
            Diagnostic("a-rule", Severity.WARNING, "Found", source, Span(*at)) for at in places
        ]
        return [entry["fingerprint"] for entry in json.loads(gitlab.render(Report(found, ())))]

    assert marks(f"{above}\n{chr(10) * number}{text}") == marks(text)
    assert len(set(marks(text))) == 3


# --- JUnit ---------------------------------------------------------------------------------


@given(reports())
def test_junit_is_xml_whatever_a_prompt_holds(made: Made) -> None:
    report, _ = made
    tree = ET.fromstring(junit.render(report).encode("utf-8"))  # noqa: S314  we wrote it
    shown = Counter(
        (test.get("classname"), problem.get("type"), problem.get("message"))
        for test in tree.iter("testcase")
        for problem in test
        if problem.get("type") != "missing"
    )
    assert shown == Counter(
        (printable_name(item.source.name), item.rule, printable(item.message))
        for item in report.failing
    )
    # A milder finding is no test, and is not lost.
    milder = [item for item in report.diagnostics if item not in report.failing]
    output = "".join(out.text or "" for out in tree.iter("system-out"))
    assert output.count("]: Found") >= len(milder)


@given(reports())
def test_junit_counts_what_it_holds(made: Made) -> None:
    report, _ = made
    tree = ET.fromstring(junit.render(report).encode("utf-8"))  # noqa: S314
    suites = tree.findall("testsuite")
    assert [suite.get("name") for suite in suites] == [
        printable_name(name) for name in (*(item.path for item in report.files), *report.missing)
    ]
    assert sum(error.get("type") == "missing" for error in tree.iter("error")) == len(
        report.missing
    )
    for part in (tree, *suites):
        counted = {
            "tests": len(list(part.iter("testcase"))),
            "failures": len(list(part.iter("failure"))),
            "errors": len(list(part.iter("error"))),
        }
        assert {name: int(part.get(name, "")) for name in counted} == counted
    for suite in suites:
        assert suite.findall("testcase"), "a file without a test would look as if it was left out"
        names = [(test.get("classname"), test.get("name")) for test in suite.iter("testcase")]
        assert len(set(names)) == len(names), "GitLab would show one of two"


def test_junit_passes_a_clean_file_and_says_where_a_finding_is() -> None:
    item = finding("One.\nName several risks.\n", "several")
    files = (Checked("clean.md", "markdown"), Checked("prompt.md", "markdown"))
    tree = ET.fromstring(junit.render(Report((item,), files, "warning")))  # noqa: S314
    clean, other = tree.findall("testsuite")
    assert [len(test) for test in clean.iter("testcase")] == [0]
    (failure,) = other.iter("failure")
    assert "prompt.md:2:6" in (failure.text or "")


def test_junit_knows_a_test_again_when_lines_move() -> None:
    def names(text: str) -> list[str | None]:
        report = Report(in_order([finding(text, "several")]), (), "info")
        tree = ET.fromstring(junit.render(report))  # noqa: S314
        return [test.get("name") for test in tree.iter("testcase")]

    assert names("Name several risks.") == names("More.\n\nName several risks.")
