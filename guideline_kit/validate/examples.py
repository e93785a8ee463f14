"""The examples of a rule: each finding as it is marked, and no other."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from guideline_kit import formats, schemas
from guideline_kit.catalog import Entry
from guideline_kit.checks.secrets.samples import (
    Filled,
    detectors_with_samples,
    fill,
    unknown_slots,
)
from guideline_kit.diagnostics import Diagnostic, Safety
from guideline_kit.fix import apply
from guideline_kit.lint import RuleSet, lint, lint_together
from guideline_kit.rules import BadPatternError, bind, is_removed
from guideline_kit.schemas import nearest
from guideline_kit.text import MappedText, Source, Span
from guideline_kit.trees import Path

_BRACES = re.compile(r"\{\w+\}")


@dataclass(frozen=True, slots=True)
class Marked:
    """An example's text without its marks, the spans that they stood around, and where each
    character of the text stood before."""

    text: str
    spans: tuple[Span, ...]
    origins: tuple[int, ...]


def strip_marks(text: str, marks: str = "«»") -> Marked:
    """Take the marks out of an example. Raises ValueError where they don't pair up."""
    left, right = marks[0], marks[1]
    out: list[str] = []
    origins: list[int] = []
    spans: list[Span] = []
    start: int | None = None
    for at, character in enumerate(text):
        if character == left:
            if start is not None:
                raise ValueError(f"a second {left} before {right}")
            start = len(out)
        elif character == right:
            if start is None:
                raise ValueError(f"{right} without {left}")
            spans.append(Span(start, len(out)))
            start = None
        else:
            out.append(character)
            origins.append(at)
    if start is not None:
        raise ValueError(f"{left} without {right}")
    return Marked("".join(out), tuple(spans), tuple(origins))


def example_findings(
    rules: RuleSet, example: Mapping[str, Any], text: str, today: datetime.date
) -> tuple[Diagnostic, ...]:
    """Return what a rule finds in the text of an example, marks taken out."""
    secrets = any(rule.data["check"]["kind"] == "secrets" for rule in rules.rules)
    filled = fill(text) if secrets else Filled(text)
    format = example.get("format", "markdown")
    name = example.get("path", "example")
    document = formats.read(Source(name, filled.text), format)
    ids = {rule.id for rule in rules.rules} | {"internal-error"}
    beside = [
        formats.read(Source(f"beside {number}", other), format)
        for number, other in enumerate(example.get("beside", ()), 1)
    ]
    # What is beside it is not what the example is about.
    compared = (
        item
        for item in lint_together([*beside, document], rules, today)
        if item.source == document.source or item.rule == "internal-error"
    )
    found = tuple(item for item in (*lint(document, rules, today), *compared) if item.rule in ids)
    if not filled.slots:
        return found
    source = Source(name, text)  # what is hidden in the samples, a slot does not show
    return tuple(
        replace(item, source=source, span=item.span and filled.written(item.span), hidden=())
        for item in found
    )


def rule_problems(entry: Entry, today: datetime.date) -> Iterator[Diagnostic]:
    """Yield what is wrong with a rule: a broken pattern, examples that don't hold."""
    if is_removed(entry.data):
        return
    try:
        rule = bind(everywhere(entry.data))
    except BadPatternError as error:
        yield bad_pattern(entry, error)
        return
    for name in ("schema", "when"):
        schema = entry.data["check"].get(name)
        problem = schemas.schema_problem(schema) if isinstance(schema, dict) else None
        if problem:
            yield entry.error(
                "schema",
                f"check.{name} is not a JSON Schema: {problem}",
                entry.tree.key_span(("check", name)),
                schemas.HOW_TO_WRITE_ONE,
            )
            return
    rules = RuleSet([rule])
    for index, example in enumerate(entry.data["examples"]):
        path: Path = ("examples", index)
        try:
            bad = strip_marks(example.get("bad", ""), example.get("marks", "«»"))
        except ValueError as error:
            yield entry.error(
                "rule-example",
                f"The marks don't pair up: {error}",
                entry.tree.key_span((*path, "bad")),
                "Write «...» around each finding",
            )
            continue
        yield from _unknown_slots(entry, example, path)
        if "bad" in example:
            yield from _check_bad(entry, rules, example, bad, path, today)
        if "good" in example:
            yield from _check_good(entry, rules, example, bad, path, today)


def _unknown_slots(entry: Entry, example: Mapping[str, Any], path: Path) -> Iterator[Diagnostic]:
    """Yield the places for a made-up secret that name no detector."""
    if entry.data["check"]["kind"] != "secrets":
        return
    for key in ("bad", "good"):
        for name in unknown_slots(str(example.get(key, ""))):
            near = nearest(name, detectors_with_samples())
            yield entry.error(
                "rule-example",
                f"There is no detector '{name}' that could stand here",
                entry.tree.key_span((*path, key)),
                f"Did you mean '{near}'?" if near else "The page of the kind lists the detectors",
            )


def bad_pattern(entry: Entry, error: BadPatternError) -> Diagnostic:
    """Return the problem of a pattern that is not RE2, where it stands in the rule file."""
    places = (
        path
        for path in entry.tree.places
        if path[:1] == ("check",) and entry.tree.get(path) == error.pattern
    )
    return entry.error(
        "schema",
        f"This pattern is not RE2: {error}",
        entry.tree.value_span(next(places, ("check",))),
        "RE2 has no look-around and no backreferences; use 'unless' instead",
    )


def everywhere(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a rule that looks at the format of its example, whatever it applies to."""
    about = {key: value for key, value in data.get("applies_to", {}).items() if key != "formats"}
    return {**data, "applies_to": about}


def _check_bad(
    entry: Entry,
    rules: RuleSet,
    example: Mapping[str, Any],
    bad: Marked,
    path: Path,
    today: datetime.date,
) -> Iterator[Diagnostic]:
    found = example_findings(rules, example, bad.text, today)
    text = entry.tree.text((*path, "bad"))
    if not bad.spans:
        yield entry.error(
            "rule-example",
            "Nothing is marked in this bad example",
            entry.tree.key_span((*path, "bad")),
            "Write «...» around each finding",
        )
        return
    reported = {item.span: item for item in found}
    missed = [span for span in bad.spans if span not in reported]
    known_miss = example.get("known_miss", False)
    if known_miss:
        if not missed:
            yield entry.error(
                "rule-example",
                "The rule finds this now; it is no known miss any more",
                entry.tree.key_span((*path, "known_miss")),
                "Remove 'known_miss'",
            )
        return
    for span in missed:
        yield entry.error(
            "rule-example",
            f"The rule does not report the marked text '{_short(bad, span)}'",
            _place(text, bad, span) or entry.tree.key_span((*path, "bad")),
            "Move the marks, or mend the check",
        )
    for brace in dict.fromkeys(brace for item in found for brace in _BRACES.findall(item.message)):
        if brace in entry.data["check"]["message"] and brace not in bad.text:
            yield entry.error(
                "rule-example",
                f"{brace} in the message stands for nothing: findings show it as it is",
                entry.tree.value_span(("check", "message")),
                "The page of the kind says what the message can use, such as {match}",
            )
    for item in found:
        if item.span is not None and item.span not in bad.spans:
            yield entry.error(
                "rule-example",
                f"The rule reports '{_short(bad, item.span)}', which is not marked: {item.message}",
                _place(text, bad, item.span) or entry.tree.key_span((*path, "bad")),
                "Mark it, or mend the check",
            )


def _check_good(
    entry: Entry,
    rules: RuleSet,
    example: Mapping[str, Any],
    bad: Marked,
    path: Path,
    today: datetime.date,
) -> Iterator[Diagnostic]:
    good = example["good"]
    text = entry.tree.text((*path, "good"))
    marks = example.get("marks", "«»")
    if "bad" in example and bad.spans and marks[0] in good and marks[1] in good:
        yield entry.error(
            "rule-example",
            f"This good example has marks {marks[0]}{marks[1]}: nothing is to be found in it",
            entry.tree.key_span((*path, "good")),
            "Take them out; where they are a part of the text, choose other ones with 'marks'",
        )
    for item in example_findings(rules, example, good, today):
        span = text.span(item.span.start, item.span.end) if text and item.span else None
        yield entry.error(
            "rule-example",
            f"The rule reports something in this good example: {item.message}",
            span or entry.tree.key_span((*path, "good")),
            "Mend the check, or the example",
        )
    fixes = {
        item.fix.safety
        for item in example_findings(rules, example, bad.text, today)
        if item.fix is not None
    } - {Safety.SUGGESTION}
    if fixes and "bad" in example and not example.get("known_miss"):
        fixed = apply(
            bad.text,
            example_findings(rules, example, bad.text, today),
            frozenset((Safety.SAFE, Safety.UNSAFE)),
        )
        if fixed != good:
            yield entry.error(
                "rule-example",
                f"The fix makes of 'bad' something other than 'good': {fixed.strip()[:120]!r}",
                entry.tree.key_span((*path, "good")),
                "Write what the fix makes of it, or correct the replacement",
            )


def _short(bad: Marked, span: Span) -> str:
    text = " ".join(bad.text[span.start : span.end].split())
    return text if len(text) <= 40 else f"{text[:39]}…"


def _place(text: MappedText | None, bad: Marked, span: Span) -> Span | None:
    """Return where a span of the stripped text stands in the rule file."""
    if text is None or not bad.origins or span.start >= len(bad.origins):
        return None
    start = bad.origins[span.start]
    end = bad.origins[span.end - 1] + 1 if span.end > span.start else start
    return text.span(start, end)
