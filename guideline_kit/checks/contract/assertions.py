"""The tests of a prompt: assertions that nobody can judge, or that a good answer fails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import re2

from guideline_kit.checks import Match
from guideline_kit.checks.contract.answers import (
    Answer,
    answers,
    cases,
    inputs_of,
    whole_number,
)
from guideline_kit.checks.contract.json_text import NotJSONError
from guideline_kit.checks.contract.outputs import output_schema
from guideline_kit.checks.matching import compiled
from guideline_kit.diagnostics import Related
from guideline_kit.documents import Document
from guideline_kit.schemas import EntrySchema, why_not_re2
from guideline_kit.trees import Path, Tree

# So many judgements a prompt, and answers no longer than this: else a file of a megabyte, in
# which each assertion is held against one long answer, takes minutes.
_JUDGED = 2_000
_LONGEST = 20_000

_OF_TEXT = ("contains", "not-contains", "equals", "matches", "rubric")


@dataclass(frozen=True, slots=True)
class _Assertion:
    """One assertion of a test, with where it stands."""

    kind: str
    value: Any
    path: Path


def _assertions(path: Path, test: Mapping[str, Any]) -> Iterator[_Assertion]:
    listed = test.get("assert")
    for number, item in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(item, dict) and isinstance(item.get("type"), str):
            yield _Assertion(item["type"], item.get("value"), (*path, "assert", number))


def missing(document: Document, tree: Tree) -> Iterator[Match]:
    """Yield the tests that assert nothing."""
    for path, test in cases(tree, "tests"):
        if not test.get("assert"):
            span = tree.key_span((*path, "assert") if "assert" in test else path)
            values = {"name": str(test.get("title", "")), "where": "test"}
            match = tree.source.slice(span)
            yield Match(span, {**values, "match": match, "reason": "it asserts nothing"})


def unjudgeable(document: Document, tree: Tree) -> Iterator[Match]:
    """Yield the assertions that no answer meets or fails, because they say nothing clear."""
    schema = output_schema(tree)
    for path, test in cases(tree, "tests"):
        for assertion in _assertions(path, test):
            problem = _problem(assertion, schema)
            if problem:
                yield _match(tree, assertion, problem, "test")


def _problem(assertion: _Assertion, schema: EntrySchema | None) -> str:
    """Return why an assertion can't be judged, or nothing."""
    kind, value = assertion.kind, assertion.value
    if kind in _OF_TEXT and not isinstance(value, str):
        return "it needs a text as its value"
    if kind in ("contains", "not-contains", "rubric") and not value.strip():
        return "its value is empty"
    if kind == "max-words" and whole_number(value) is None:
        return "it needs a whole number as its value"
    if kind == "matches-schema" and schema is None:
        return "it needs output.schema"
    if kind == "matches":
        try:
            compiled(value, ignore_case=False)
        except re2.error as error:
            return f"its pattern is not RE2: {why_not_re2(error)}"
    return ""


def _match(
    tree: Tree, assertion: _Assertion, reason: str, where: str, related: tuple[Related, ...] = ()
) -> Match:
    span = tree.key_span((*assertion.path, "type"))
    values = {"name": assertion.kind, "match": tree.source.slice(span), "where": where}
    return Match(span, {**values, "reason": reason}, related=related)


# --- answers that fail ---------------------------------------------------------------------


class _Judge:
    """Says whether answers meet assertions, as often as a prompt may ask."""

    def __init__(self, schema: EntrySchema | None) -> None:
        self.schema = schema
        self.left = _JUDGED
        # By answer: each is asked several times.
        self.spellings: dict[Answer, tuple[str, ...]] = {}
        self.misfits: dict[Answer, str] = {}

    def objection(self, answer: Answer, assertion: _Assertion) -> str:
        """Return why an answer fails an assertion, or nothing where it may meet it.

        JSON that stands as a value in YAML can be written as a text in several ways; it fails
        where all of them do.
        """
        self.left -= 1
        if self.left < 0 or _problem(assertion, self.schema):
            return ""
        if answer not in self.spellings:
            self.spellings[answer] = answer.spellings()
        spellings = self.spellings[answer]
        if len(spellings[0]) > _LONGEST:
            return ""
        value = assertion.value
        match assertion.kind:
            case "contains" if all(value not in text for text in spellings):
                return f"it does not contain {value!r}"
            case "not-contains" if all(value in text for text in spellings):
                return f"it contains {value!r}"
            case "equals" if not _equal(answer, value):
                return f"it is not {value!r}"
            case "matches":
                pattern = compiled(value, ignore_case=False)
                if not any(pattern.search(text.encode("utf-8", "replace")) for text in spellings):
                    return f"it does not match {value!r}"
            case "max-words" if min(len(text.split()) for text in spellings) > value:
                return f"it has more than {value} words"
            case "valid-json":
                return _not_json(answer)
            case "matches-schema":
                if answer not in self.misfits:
                    self.misfits[answer] = _not_json(answer) or self.misfit(answer)
                return self.misfits[answer]
        return ""

    def misfit(self, answer: Answer) -> str:
        """Return why an answer does not fit the schema, or nothing."""
        if self.schema is None or self.schema.problem:
            return ""
        found = self.schema.objections(answer.json())
        return f"it does not fit: {found[0]}" if found and not found[0].unusable else ""


def _not_json(answer: Answer) -> str:
    try:
        answer.json()
    except NotJSONError as error:
        return f"it is not JSON: {error}"
    return ""


def _equal(answer: Answer, wanted: str) -> bool:
    if any(text.strip() == wanted.strip() for text in answer.spellings()):
        return True
    try:
        return bool(answer.json() == Answer("", wanted, answer.tree).json())
    except NotJSONError:
        return False


def failing(document: Document, tree: Tree) -> Iterator[Match]:
    """Yield the assertions that an answer fails which the prompt itself calls right.

    Such an answer is the output of an example with the same inputs, and the value of an
    `equals` in the same test.
    """
    judge = _Judge(output_schema(tree))
    shown = _by_inputs(document, tree)
    for path, test in cases(tree, "tests"):
        asserted = list(_assertions(path, test))
        known = list(shown.get(inputs_of(tree, test), ()))
        known += islice(_equals(tree, asserted), 1)
        for assertion in asserted:
            for answer in known:
                if answer.path == (*assertion.path, "value"):
                    continue
                reason = judge.objection(answer, assertion)
                if reason:
                    related = Related(f"the {answer.what}", tree.source, answer.whole())
                    yield _match(tree, assertion, reason, answer.what, (related,))
                    break


def _equals(tree: Tree, asserted: list[_Assertion]) -> Iterator[Answer]:
    for assertion in asserted:
        if assertion.kind == "equals" and isinstance(assertion.value, str):
            path = (*assertion.path, "value")
            text = tree.text(path)
            yield Answer("answer that 'equals' asks for", assertion.value, tree, path, text)


def _by_inputs(document: Document, tree: Tree) -> Mapping[str | None, list[Answer]]:
    """Return the outputs of the examples by the inputs that they belong to."""
    outputs = {answer.path[:-1]: answer for answer in answers(document) if answer.path}
    found: dict[str | None, list[Answer]] = {}
    for path, example in cases(tree, "examples"):
        if path in outputs:
            found.setdefault(inputs_of(tree, example), []).append(outputs[path])
    found.pop(None, None)
    return found
