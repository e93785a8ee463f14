"""Reports as they come, and as nobody would wish them: for the tests of each form."""

from __future__ import annotations

import functools
import json
from typing import Any

from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from guideline_kit import resources
from guideline_kit.diagnostics import (
    Diagnostic,
    Edit,
    Fix,
    Related,
    Safety,
    Severity,
    excerpted,
    in_order,
)
from guideline_kit.report import Baselined, Checked, Fixing, Report
from guideline_kit.text import Source, Span

# What ends lines, what takes two UTF-16 units or none of a column, and what means something to
# XML, to the runner of GitHub Actions, to Markdown or to a terminal.
PIECES = (
    *("List", " ", " several", "é", "e\u0301", "中", "😀", "👩\u200d🚀"),
    *("\t", "\n", "\r\n", "\r", "\n\n"),
    *("::error::x", "\n::error::x", "##[error]x", "%", "%0A", ",", ":", "](x)", "[a](b)", "{0}"),
    *("<a>", "]]>", "&amp;", '"', "'", "\\", "\0", "\x1b[31m"),
    *("\u200b", "\u2028", "\ufffe", "\ue000"),
)
NAMES = (
    *("prompt.md", "a b/é%.md", "x:y,z=1.md", "/somewhere/a b.md", "not-\udcff-utf8.md"),
    *("[a](b).md", "a\n::error::b.md", '<&">.md', "guideline-kit:rules/a.yaml", "😀.md"),
    f"{'long/' * 30}end.md",
)
RULES = ("vague-word", "filler", "shouting", "unreadable-file", "internal-error", "front-matter")

TEXTS = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)
# A message is one line of at least a letter, and quotes what it found.
MESSAGES = st.lists(st.sampled_from(PIECES), max_size=4).map(
    lambda pieces: "Found " + " ".join("".join(pieces).split())
)


@st.composite
def spans(draw: st.DrawFn, text: str) -> Span:
    start = draw(st.integers(0, len(text)))
    return Span(start, draw(st.integers(start, min(len(text), start + 12))))


@st.composite
def findings(draw: st.DrawFn, source: Source) -> Diagnostic:
    span = draw(st.none() | spans(source.text))
    fix = None
    if span is not None and draw(st.booleans()):
        edit = Edit(span, draw(st.sampled_from(["", "x", "two\nlines", "😀"])))
        fix = Fix(draw(MESSAGES), (edit,), draw(st.sampled_from(list(Safety))))
    place = draw(spans(source.text))
    return Diagnostic(
        draw(st.sampled_from(RULES)),
        draw(st.sampled_from(list(Severity))),
        draw(MESSAGES),
        source,
        span,
        related=(Related(draw(MESSAGES), source, place),) if draw(st.booleans()) else (),
        fix=fix,
        help=draw(st.just("") | MESSAGES),
        url=draw(st.sampled_from(["", "https://style.example/rules/filler.html"])),
    )


@st.composite
def reports(draw: st.DrawFn) -> tuple[Report, dict[str, str]]:
    """A report on some files, and the text of each; it may hold no more than lines of them."""
    texts = {
        name: draw(TEXTS)
        for name in draw(st.lists(st.sampled_from(NAMES), max_size=4, unique=True))
    }
    found: list[Diagnostic] = []
    for name, text in texts.items():
        mine = in_order(draw(st.lists(findings(Source(name, text)), max_size=5)))
        found += excerpted(mine) if draw(st.booleans()) else mine
    fixed = [item for item in found if item.fix]
    fixing = Fixing(
        draw(st.integers(0, 9)),
        draw(st.integers(0, 3)),
        draw(st.booleans()),
        {item: "it brings another finding" for item in fixed if draw(st.booleans())},
    )
    baseline = Baselined(
        "guideline-kit-baseline.json",
        draw(st.integers(0, 999)),
        draw(st.integers(0, 3)),
        draw(st.booleans()),
        draw(st.integers(0, 3)),
        draw(st.integers(0, 3)),
        draw(st.lists(st.sampled_from(NAMES).map("{}: vague-word (several)".format), max_size=7)),
    )
    report = Report(
        in_order(found),
        tuple(Checked(name, "markdown") for name in sorted(texts)),
        fail_on=draw(st.sampled_from(["error", "warning", "info", "never"])),
        unsafe_fixes=draw(st.booleans()),
        fixing=draw(st.none() | st.just(fixing)),
        baseline=draw(st.none() | st.just(baseline)),
        statistics=draw(st.booleans()),
        missing=draw(st.lists(st.sampled_from([f"no/{name}" for name in NAMES]), max_size=2)),
        given=draw(st.booleans()),
    )
    return report, texts


@functools.cache
def _validator() -> Draft202012Validator:
    registry: Registry[Any] = Registry().with_resources(
        (name, Resource.from_contents(json.loads(text)))
        for name, text in resources.read_schemas().items()
    )
    return Draft202012Validator({"$ref": "report.schema.json"}, registry=registry)


def objections(data: Any) -> list[str]:
    """Return what `schemas/report.schema.json` has against a report."""
    return [error.message for error in _validator().iter_errors(data)]
