"""The catalog against itself: references, rule examples, the contracts of prompts.

The schemas were checked when the files were loaded; here is what spans files.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from guideline_kit import formats, schemas
from guideline_kit.catalog import Catalog, Entry
from guideline_kit.checks.matching import compiled
from guideline_kit.diagnostics import Diagnostic, Safety, Severity
from guideline_kit.fix import apply
from guideline_kit.lint import RuleSet, lint
from guideline_kit.rules import BadPatternError, bind
from guideline_kit.schemas import nearest
from guideline_kit.text import MappedText, Source, Span
from guideline_kit.yamlio import Path


def validate(catalog: Catalog, today: datetime.date) -> tuple[Diagnostic, ...]:
    """Return what is wrong with a catalog's own entries; those taken over were checked."""
    found: list[Diagnostic] = []
    found += _manifest(catalog)
    for entry in catalog.entries.values():
        if entry.origin != catalog.name:
            continue
        found += _references(catalog, entry)
        if entry.kind == "rule":
            found += rule_problems(entry, today)
        elif entry.kind == "prompt":
            found += _contract(entry)
    found += _cycles(catalog)
    return tuple(found)


def _error(entry: Entry, rule: str, message: str, span: Span, help: str = "") -> Diagnostic:
    return Diagnostic(rule, Severity.ERROR, message, entry.source, span, help=help)


def _manifest(catalog: Catalog) -> Iterator[Diagnostic]:
    tree = catalog.manifest_tree
    if tree is None:
        return
    for name in ("teams", "applications", "audiences", "tags", "categories", "models"):
        seen: set[str] = set()
        for index, item in enumerate(tree.get((name,)) or ()):
            if item["id"] in seen:
                yield Diagnostic(
                    "duplicate-id",
                    Severity.ERROR,
                    f"The id '{item['id']}' stands twice among the {name}",
                    tree.source,
                    tree.value_span((name, index, "id")),
                    help="Keep one of the two",
                )
            seen.add(item["id"])


# --- references ----------------------------------------------------------------------------

# Where an entry names something: the path of the field (* stands for each item of a list),
# and what it names: a part of the vocabulary, a kind of entry, any entry, or a source.
_NAMES: Mapping[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    "prompt": (
        (("owner",), "teams"),
        (("application",), "applications"),
        (("audience", "*"), "audiences"),
        (("tags", "*"), "tags"),
        (("superseded_by",), "prompt"),
        (("related", "*"), "prompt"),
        (("depends_on", "*"), "prompt"),
        (("patterns", "*"), "pattern"),
        (("models", "*", "id"), "models"),
        (("tests", "*", "results", "*", "model"), "models"),
        (("waivers", "*", "rule"), "rule"),
        (("waivers", "*", "owner"), "teams"),
        (("sources", "*", "ref"), "sources"),
    ),
    "pattern": (
        (("category",), "categories"),
        (("tags", "*"), "tags"),
        (("related", "*"), "pattern"),
        (("rules", "*"), "rule"),
        (("sources", "*", "ref"), "sources"),
    ),
    "rule": (
        (("tags", "*"), "tags"),
        (("related", "*"), "entry"),
        (("applies_to", "applications", "*"), "applications"),
        (("applies_to", "models", "*"), "models"),
        (("applies_to", "formats", "*"), "formats"),
        (("sources", "*", "ref"), "sources"),
    ),
}


def _known(catalog: Catalog, what: str) -> set[str]:
    if what in ("prompt", "pattern", "rule"):
        return {entry.id for entry in catalog.of_kind(what)}
    if what == "entry":
        return set(catalog.entries)
    if what == "sources":
        return set(catalog.sources)
    if what == "formats":
        return set(formats.TITLES)
    return catalog.vocabulary(what)


def _references(catalog: Catalog, entry: Entry) -> Iterator[Diagnostic]:
    for pattern, what in _NAMES[entry.kind]:
        for path, name in _at(entry.data, pattern, ()):
            known = _known(catalog, what)
            if name in known:
                if name == entry.id and what in ("prompt", "pattern", "rule", "entry"):
                    yield _error(
                        entry,
                        "reference-cycle",
                        f"The entry names itself in '{pattern[0]}'",
                        entry.tree.value_span(path),
                        "Remove it",
                    )
                continue
            yield _error(
                entry,
                "unknown-reference",
                _no_such(catalog, what, name),
                entry.tree.value_span(path),
                _did_you_mean(name, known, what),
            )


def _no_such(catalog: Catalog, what: str, name: str) -> str:
    if what in ("prompt", "pattern", "rule", "entry"):
        other = catalog.find(name)
        if other is not None:
            return f"'{name}' is a {other.kind}, and a {what} is wanted here"
        return f"There is no {what} '{name}'"
    if what == "sources":
        return f"There is no source '{name}' in sources.yaml"
    if what == "formats":
        return f"There is no prompt file format '{name}'"
    return f"There is no '{name}' among the {what} of the manifest"


def _did_you_mean(name: str, known: set[str], what: str) -> str:
    near = nearest(name, sorted(known))
    if near:
        return f"Did you mean '{near}'?"
    if what in ("prompt", "pattern", "rule", "entry"):
        return "Correct the id, or add the entry"
    if what == "formats":
        return f"Known formats: {', '.join(sorted(known))}"
    return "Correct it, or add it to " + ("sources.yaml" if what == "sources" else "catalog.yaml")


def _at(value: Any, pattern: tuple[str, ...], path: Path) -> Iterator[tuple[Path, str]]:
    """Yield each string that a pattern of keys leads to, with its path."""
    if not pattern:
        if isinstance(value, str):
            yield path, value
        return
    step, rest = pattern[0], pattern[1:]
    if step == "*" and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _at(item, rest, (*path, index))
    elif isinstance(value, Mapping) and step in value:
        yield from _at(value[step], rest, (*path, step))


def _cycles(catalog: Catalog) -> Iterator[Diagnostic]:
    """Yield each circle of prompts that replace or feed each other, once."""
    for field in ("superseded_by", "depends_on"):
        following = {
            entry.id: [name for _, name in _at(entry.data, (field,), ())]
            + [name for _, name in _at(entry.data, (field, "*"), ())]
            for entry in catalog.prompts
        }
        reported: set[str] = set()
        for start in sorted(following):
            circle = _circle(start, following)
            if not circle or reported & set(circle):
                continue
            reported |= set(circle)
            entry = catalog.entries[start]
            if entry.origin != catalog.name or len(circle) == 1:
                continue
            yield _error(
                entry,
                "reference-cycle",
                f"'{field}' leads in a circle: {' -> '.join([*circle, start])}",
                entry.tree.value_span((field,)),
                "Take one of the links out",
            )


def _circle(start: str, following: Mapping[str, list[str]]) -> list[str]:
    """Return the shortest way from an entry back to itself, or nothing."""
    ways = [[start]]
    seen = set()
    while ways:
        way = ways.pop(0)
        for name in following.get(way[-1], ()):
            if name == start:
                return way
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return []


# --- the examples of rules -----------------------------------------------------------------


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
    format = example.get("format", "markdown")
    document = formats.read(Source("example", text), format)
    ids = {rule.id for rule in rules.rules} | {"internal-error"}
    return tuple(item for item in lint(document, rules, today) if item.rule in ids)


def rule_problems(entry: Entry, today: datetime.date) -> Iterator[Diagnostic]:
    """Yield what is wrong with a rule: a broken pattern, examples that don't hold."""
    try:
        rule = bind(everywhere(entry.data))
    except BadPatternError as error:
        yield _error(
            entry,
            "schema",
            f"A pattern of this rule is not RE2: {error}",
            entry.tree.key_span(("check",)),
            "RE2 has no look-around and no backreferences; use 'unless' instead",
        )
        return
    for name in ("schema", "when"):
        schema = entry.data["check"].get(name)
        problem = schemas.schema_problem(schema) if isinstance(schema, dict) else None
        if problem:
            yield _error(
                entry,
                "schema",
                f"check.{name} is not a JSON Schema: {problem}",
                entry.tree.key_span(("check", name)),
            )
            return
    rules = RuleSet([rule])
    for index, example in enumerate(entry.data["examples"]):
        path: Path = ("examples", index)
        try:
            bad = strip_marks(example.get("bad", ""), example.get("marks", "«»"))
        except ValueError as error:
            yield _error(
                entry, "rule-example", f"The marks don't pair up: {error}",
                entry.tree.key_span((*path, "bad")), "Write «...» around each finding",
            )  # fmt: skip
            continue
        if "bad" in example:
            yield from _check_bad(entry, rules, example, bad, path, today)
        if "good" in example:
            yield from _check_good(entry, rules, example, bad, path, today)


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
        yield _error(
            entry, "rule-example", "Nothing is marked in this bad example",
            entry.tree.key_span((*path, "bad")), "Write «...» around each finding",
        )  # fmt: skip
        return
    reported = {item.span: item for item in found}
    missed = [span for span in bad.spans if span not in reported]
    known_miss = example.get("known_miss", False)
    if known_miss:
        if not missed:
            yield _error(
                entry, "rule-example", "The rule finds this now; it is no known miss any more",
                entry.tree.key_span((*path, "known_miss")), "Remove 'known_miss'",
            )  # fmt: skip
        return
    for span in missed:
        yield _error(
            entry,
            "rule-example",
            f"The rule does not report the marked text '{_short(bad, span)}'",
            _place(text, bad, span) or entry.tree.key_span((*path, "bad")),
            "Move the marks, or mend the check",
        )
    for item in found:
        if item.span is not None and item.span not in bad.spans:
            yield _error(
                entry,
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
    for item in example_findings(rules, example, good, today):
        span = text.span(item.span.start, item.span.end) if text and item.span else None
        yield _error(
            entry,
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
            yield _error(
                entry,
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


# --- the contracts of prompts --------------------------------------------------------------


def _contract(entry: Entry) -> Iterator[Diagnostic]:
    """Yield where the parts of a prompt entry contradict each other."""
    data, tree = entry.data, entry.tree
    declared = data.get("inputs", {})
    output = data.get("output", {})
    schema = output.get("schema")
    if schema is not None:
        problem = schemas.schema_problem(schema)
        if problem:
            yield _error(
                entry, "contract", f"output.schema is not a JSON Schema: {problem}",
                tree.key_span(("output", "schema")),
            )  # fmt: skip
            schema = None
    required = {
        name
        for name, about in declared.items()
        if about.get("required", True) and "default" not in about
    }
    for group in ("examples", "tests"):
        for index, case in enumerate(data.get(group, ())):
            given = case.get("inputs", {})
            path: Path = (group, index)
            for name in given:
                if name not in declared:
                    yield _error(
                        entry,
                        "contract",
                        f"'{name}' is no input of this prompt",
                        tree.key_span((*path, "inputs", name)),
                        _did_you_mean_input(name, declared),
                    )
            missing = sorted(required - set(given))
            if missing:
                yield _error(
                    entry,
                    "contract",
                    f"The {group[:-1]} gives no value for the required input"
                    f" {', '.join(repr(name) for name in missing)}",
                    tree.key_span((*path, "inputs")),
                    "Add the value, or declare the input with 'required: false'",
                )
    for index, example in enumerate(data.get("examples", ())):
        yield from _example_output(entry, example["output"], ("examples", index, "output"), schema)
    yield from _assertions(entry)


def _did_you_mean_input(name: str, declared: Mapping[str, Any]) -> str:
    near = nearest(name, sorted(declared))
    return f"Did you mean '{near}'?" if near else "Declare it under 'inputs', or remove it"


def _example_output(entry: Entry, value: Any, path: Path, schema: Any) -> Iterator[Diagnostic]:
    output = entry.data.get("output", {})
    span = entry.tree.key_span(path)
    if output.get("format") == "json":
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except ValueError as error:
                yield _error(entry, "contract", f"The output is not JSON: {error}", span)
                return
        if schema is not None:
            reason = schemas.first_error(schema, value)
            if reason:
                yield _error(
                    entry, "contract", f"The output does not fit output.schema: {reason}", span,
                    "Correct the example, or the schema",
                )  # fmt: skip
    choices = output.get("choices")
    if choices and isinstance(value, str) and value.strip() not in choices:
        yield _error(
            entry, "contract", f"The output is none of output.choices: {', '.join(choices)}", span
        )
    most = output.get("max_words")
    if most and isinstance(value, str) and len(value.split()) > most:
        yield _error(
            entry,
            "contract",
            f"The output has {len(value.split())} words, and output.max_words is {most}",
            span,
        )


def _assertions(entry: Entry) -> Iterator[Diagnostic]:
    schema = entry.data.get("output", {}).get("schema")
    for index, test in enumerate(entry.data.get("tests", ())):
        for number, assertion in enumerate(test["assert"]):
            path: Path = ("tests", index, "assert", number)
            kind, value = assertion["type"], assertion.get("value")
            problem = ""
            if kind in ("contains", "not-contains", "equals", "matches", "rubric"):
                if not isinstance(value, str):
                    problem = f"'{kind}' needs a text as its value"
                elif kind == "matches":
                    problem = _pattern_problem(value)
            elif kind == "max-words" and (not isinstance(value, int) or isinstance(value, bool)):
                problem = "'max-words' needs a whole number as its value"
            elif kind == "matches-schema" and schema is None:
                problem = "'matches-schema' needs output.schema"
            if problem:
                yield _error(
                    entry, "contract", f"The assertion can't be judged: {problem}",
                    entry.tree.key_span((*path, "type")),
                )  # fmt: skip


def _pattern_problem(pattern: str) -> str:
    import re2

    try:
        compiled(pattern, ignore_case=False)
    except re2.error as error:
        return f"the pattern is not RE2: {error}"
    return ""
