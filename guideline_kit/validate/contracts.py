"""The contract of a prompt: inputs, examples, tests and output agree with each other."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import re2

from guideline_kit import schemas
from guideline_kit.catalog import Entry
from guideline_kit.checks.matching import compiled
from guideline_kit.diagnostics import Diagnostic
from guideline_kit.schemas import nearest
from guideline_kit.yamlio import Path


def contract_problems(entry: Entry) -> Iterator[Diagnostic]:
    """Yield where the parts of a prompt entry contradict each other."""
    data, tree = entry.data, entry.tree
    declared = data.get("inputs", {})
    output = data.get("output", {})
    schema = output.get("schema")
    if schema is not None:
        problem = schemas.schema_problem(schema)
        if problem:
            yield entry.error(
                "contract",
                f"output.schema is not a JSON Schema: {problem}",
                tree.key_span(("output", "schema")),
                schemas.HOW_TO_WRITE_ONE,
            )
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
                    yield entry.error(
                        "contract",
                        f"'{name}' is no input of this prompt",
                        tree.key_span((*path, "inputs", name)),
                        _did_you_mean_input(name, declared),
                    )
            missing = sorted(required - set(given))
            if missing:
                yield entry.error(
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
            except (ValueError, RecursionError) as error:
                # Words of Python's own for what is nested too deeply say nothing to an author.
                why = str(error) if isinstance(error, ValueError) else "it is nested too deeply"
                yield entry.error(
                    "contract",
                    f"The output is not JSON: {why}",
                    span,
                    "Write JSON as a text, or the value itself in YAML",
                )
                return
        if schema is not None:
            reason = schemas.first_error(schema, value)
            if reason:
                yield entry.error(
                    "contract",
                    f"The output does not fit output.schema: {reason}",
                    span,
                    "Correct the example, or the schema",
                )
    choices = output.get("choices")
    if choices and isinstance(value, str) and value.strip() not in choices:
        yield entry.error(
            "contract",
            f"The output is none of output.choices: {', '.join(choices)}",
            span,
            "Write one of them, or add this one",
        )
    most = output.get("max_words")
    if most and isinstance(value, str) and len(value.split()) > most:
        yield entry.error(
            "contract",
            f"The output has {len(value.split())} words, and output.max_words is {most}",
            span,
            "Shorten the example, or allow more",
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
                yield entry.error(
                    "contract",
                    f"The assertion can't be judged: {problem}",
                    entry.tree.key_span((*path, "type")),
                    "Correct the assertion, or take another type",
                )


def _pattern_problem(pattern: str) -> str:
    try:
        compiled(pattern, ignore_case=False)
    except re2.error as error:
        return f"the pattern is not RE2: {schemas.why_not_re2(error)}"
    return ""
