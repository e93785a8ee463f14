"""Test data and evaluators of GitHub Models: examples and tests of an entry.

Every evaluator judges the answers to all rows. Those that look for a text are assertions; those
that ask a model have no place in an entry.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from guideline_kit.formats.reading.data_files import listed
from guideline_kit.formats.writing.entries import Entry, line

# What is looked for -> our assertion. The first that an evaluator has counts.
_KINDS = ("equals", "contains", "startsWith", "endsWith")
_WRITTEN = {"equals": "equals", "contains": "contains"}
_EXPECTED = "expected"
_VARIABLE = re.compile(r"\{\{([^{}]+)\}\}")


def examples_of(rows: list[Entry], inputs: Collection[str]) -> list[Entry]:
    """Return the rows that have an expected answer."""
    return [
        {
            "title": _title(number),
            **_given(row, inputs),
            "output": row[_EXPECTED],
        }
        for number, row in enumerate(rows, 1)
        if _EXPECTED not in inputs and row.get(_EXPECTED) not in (None, "")
    ]


def tests_of(rows: list[Entry], evaluators: Any, inputs: Collection[str]) -> list[Entry]:
    """Return a test for each row, of the evaluators that look for a text."""
    found = []
    for number, row in enumerate(rows, 1):
        assertions = [
            assertion
            for _, about in listed(evaluators)
            if isinstance(about, dict) and (assertion := _assertion(about.get("string"), row))
        ]
        if assertions:
            found.append({"title": _title(number), **_given(row, inputs), "assert": assertions})
    return found


def _assertion(about: Any, row: Mapping[str, Any]) -> Entry | None:
    if not isinstance(about, dict):
        return None
    kind = next((kind for kind in _KINDS if about.get(kind)), None)
    text = about[kind] if kind else None
    if not isinstance(text, str) or any(name not in row for name in _VARIABLE.findall(text)):
        return None
    text = _VARIABLE.sub(lambda found: str(row[found[1]]), text)
    if kind == "startsWith":
        return {"type": "matches", "value": rf"(?i)\A{re.escape(text)}"}
    if kind == "endsWith":
        return {"type": "matches", "value": rf"(?i){re.escape(text)}\s*\z"}
    return {"type": kind, "value": text}


def _given(row: Mapping[str, Any], inputs: Collection[str]) -> Entry:
    given = {name: row[name] for name in row if name in inputs}
    return {"inputs": given} if given else {}


def _title(number: int) -> str:
    return f"Row {number} of the test data"


# --- writing -------------------------------------------------------------------------------


def rows_and_evaluators(entry: Mapping[str, Any]) -> tuple[list[Entry], list[Entry]]:
    """Return the inputs of all examples and tests, and what holds for each of them."""
    names = entry.get("inputs") or {}
    rows: list[Entry] = [dict(about.get("inputs") or {}) for about in entry.get("tests") or ()]
    tested = len(rows)
    for about in entry.get("examples") or ():
        given = dict(about.get("inputs") or {})
        row = next((row for row in rows[:tested] if _unexpected(row) == given), None)
        if row is None:
            rows.append(row := given)
        if _EXPECTED not in names and (output := about.get("output")) not in (None, ""):
            text = output if isinstance(output, str) else json.dumps(output, ensure_ascii=False)
            row.setdefault(_EXPECTED, text)
    evaluators = _common(entry) if tested == len(rows) else []
    if not any(rows):
        return ([{} for _ in rows], evaluators) if evaluators else ([], [])
    return rows, evaluators


def _unexpected(row: Entry) -> Entry:
    return {name: value for name, value in row.items() if name != _EXPECTED}


def _common(entry: Mapping[str, Any]) -> list[Entry]:
    """Return the assertions that every test has, as evaluators."""
    tests = [about.get("assert") or [] for about in entry.get("tests") or ()]
    found: list[Entry] = []
    for assertion in tests[0] if tests else ():
        kind, text = _WRITTEN.get(assertion["type"]), assertion.get("value")
        if kind is None or not isinstance(text, str) or not text or _VARIABLE.search(text):
            continue
        if all(assertion in others for others in tests[1:]):
            name = line(f"{kind} {text}")
            about = {"name": name, "string": {kind: text}}
            if about not in found:
                found.append(about)
    return found
