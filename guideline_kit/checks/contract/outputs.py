"""Answers that a prompt shows, against the output that it declares."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from typing import Any

from guideline_kit.checks import Match
from guideline_kit.checks.contract.answers import Answer, answers, label, none_of, whole_number
from guideline_kit.checks.contract.json_text import NotJSONError, parse
from guideline_kit.documents import Document
from guideline_kit.schemas import EntrySchema
from guideline_kit.text import Span
from guideline_kit.trees import Tree


def _output(tree: Tree) -> Mapping[str, Any]:
    output = tree.get(("output",))
    return output if isinstance(output, dict) else {}


def output_schema(tree: Tree) -> EntrySchema | None:
    """Return the schema of a prompt's output, if it has one."""
    schema = _output(tree).get("schema")
    return _compiled(json.dumps(schema)) if isinstance(schema, dict | bool) else None


@functools.lru_cache(maxsize=16)
def _compiled(schema: str) -> EntrySchema:
    # Several rules ask for the schema of a prompt, and compiling it takes a while.
    return EntrySchema(json.loads(schema))


def _match(answer: Answer, span: Span, reason: str) -> Match:
    values = {"where": answer.what, "name": answer.what, "match": answer.tree.source.slice(span)}
    return Match(span, {**values, "reason": reason})


def not_json(document: Document, tree: Tree) -> Iterator[Match]:
    """Yield the answers that are not JSON, of prompts whose output is."""
    if _output(tree).get("format") != "json":
        return
    for answer in answers(document):
        try:
            answer.json()
        except NotJSONError as error:
            yield _match(answer, answer.line(_stumble(answer.even)), str(error))


def _stumble(text: str) -> int:
    """Return where a text stops being JSON."""
    try:
        parse(text)
    except NotJSONError as error:
        return error.at
    return 0


def off_schema(document: Document, tree: Tree) -> Iterator[Match]:
    """Yield the answers that don't fit the schema of the output."""
    schema = output_schema(tree) if _output(tree).get("format") == "json" else None
    if schema is None or schema.problem:
        return
    for answer in answers(document):
        try:
            value = answer.json()
        except NotJSONError:
            continue
        for found in schema.objections(value):
            span = answer.gap(found.path, found.keys) if found.keys else answer.part(found.path)
            yield _match(answer, span, str(found))
            if found.unusable:
                return  # the next answer would take as long, and say as little


def off_choices(document: Document, tree: Tree) -> Iterator[Match]:
    """Yield the answers that are none of the labels of the output."""
    output = _output(tree)
    choices = output.get("choices")
    if not isinstance(choices, list) or not choices:
        return
    known = set(map(label, choices))
    for answer in answers(document):
        said = {label(answer.value)}
        if output.get("format") == "json" and isinstance(answer.value, str):
            try:
                said.add(label(answer.json()))
            except NotJSONError:
                continue
        if not said & known:
            yield _match(answer, answer.whole(), none_of(choices))


def too_long(document: Document, tree: Tree) -> Iterator[Match]:
    """Yield the answers that have more words than the output allows."""
    most = whole_number(_output(tree).get("max_words"))
    if most is None or most < 1:
        return
    for answer in answers(document):
        beyond = answer.beyond(most)
        if beyond:
            count, span = beyond
            yield _match(answer, span, f"{count:,} words, and {most:,} are allowed")


def invalid_schema(document: Document, tree: Tree) -> Iterator[Match]:
    """Yield the schema of the output where it can't be used."""
    schema = output_schema(tree)
    if schema is not None and schema.problem:
        span = tree.key_span(("output", "schema"))
        values = {"name": "schema", "where": "output", "match": tree.source.slice(span)}
        yield Match(span, {**values, "reason": schema.problem})
