"""JUnit XML, which most CI systems show as test results: a file is a suite of tests.

What fails the run is a failed test. Milder findings are in the output of their suite: as tests
that pass they would only hide the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.report import Report
from guideline_kit.report.text import block, printable, printable_name

# What `printable` leaves is legal in XML 1.0; these have a meaning there.
_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def render(report: Report) -> str:
    """Return the report as one XML document."""
    by_file: dict[str, list[Diagnostic]] = {item.path: [] for item in report.files}
    for item in report.diagnostics:
        by_file.setdefault(item.source.name, []).append(item)
    failed = {id(item) for item in report.failing}
    unchecked = {id(item) for item in report.unchecked}
    tests = failures = errors = 0
    suites: list[str] = []
    for name, found in by_file.items():
        failing = [item for item in found if id(item) in failed]
        broken = sum(id(item) in unchecked for item in failing)
        tests += len(failing) or 1
        errors += broken
        failures += len(failing) - broken
        numbers = _numbers(len(failing) or 1, len(failing) - broken, broken)
        suites += [
            f'  <testsuite name="{_name(name)}" {numbers} skipped="0" time="0">',
            *_cases(name, failing, unchecked),
            *_output([item for item in found if id(item) not in failed]),
            "  </testsuite>",
        ]
    for name, text in zip(report.missing, report.absent, strict=True):
        tests, errors = tests + 1, errors + 1
        suites += _missing(name, text)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="guideline-kit" {_numbers(tests, failures, errors)} time="0">',
        *suites,
        "</testsuites>",
    ]
    return "".join(f"{line}\n" for line in lines)


def _numbers(tests: int, failures: int, errors: int) -> str:
    return f'tests="{tests}" failures="{failures}" errors="{errors}"'


def _cases(name: str, failing: Sequence[Diagnostic], unchecked: set[int]) -> Iterator[str]:
    """Yield a test for each finding, or the one that passes."""
    suite = f'classname="{_name(name)}"'
    if not failing:
        yield f'    <testcase {suite} name="lint" time="0"/>'
    # GitLab knows a test by its names and shows one of each. The line is no part of them: a
    # test that failed before is the same one after lines have moved.
    seen: Counter[str] = Counter()
    for item in failing:
        title = f"{item.rule}: {item.message}"
        seen[title] += 1
        if seen[title] > 1:
            title += f" ({seen[title]})"
        kind = "error" if id(item) in unchecked else "failure"
        yield f'    <testcase {suite} name="{_text(title)}" time="0">'
        yield f'      <{kind} type="{_text(item.rule)}" message="{_text(item.message)}">'
        yield f"{block(item).translate(_ESCAPED)}</{kind}>"
        yield "    </testcase>"


def _missing(name: str, text: str) -> Iterator[str]:
    """Yield the suite of a path that is not there."""
    yield f'  <testsuite name="{_name(name)}" {_numbers(1, 0, 1)} skipped="0" time="0">'
    yield f'    <testcase classname="{_name(name)}" name="lint" time="0">'
    yield f'      <error type="missing" message="{_name(text)}"/>'
    yield "    </testcase>"
    yield "  </testsuite>"


def _output(milder: Sequence[Diagnostic]) -> Iterator[str]:
    if milder:
        text = "\n".join(map(block, milder)).translate(_ESCAPED)
        yield f"    <system-out>\n{text}</system-out>"


def _name(name: str) -> str:
    return printable_name(name).translate(_ESCAPED)


def _text(text: str) -> str:
    return printable(text).translate(_ESCAPED)
