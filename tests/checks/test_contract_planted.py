"""Flaws that are planted into the prompts that ship are found where they are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from linting import TODAY
from shipped import shipped_catalog

from guideline_kit import formats
from guideline_kit.catalog import Entry
from guideline_kit.lint import RuleSet, lint
from guideline_kit.rules import bind
from guideline_kit.text import Source
from guideline_kit.trees import Path
from guideline_kit.yamlio import read

RULES = RuleSet(
    [
        bind(item.data)
        for item in shipped_catalog().rules
        if item.data["check"]["kind"] == "contract"
    ]
)
WITH_EXAMPLES = [item for item in shipped_catalog().prompts if item.data.get("examples")]


def _places(text: str) -> list[int]:
    """Return the lines in which the rules find something."""
    document = formats.read(Source("x", text), formats.CATALOG_PROMPT)
    return [item.position.line for item in lint(document, RULES, TODAY) if item.position]


def _flaws(item: Entry) -> Iterator[tuple[str, str, int]]:
    """Yield what was done to a prompt, the text that came of it, and the line."""
    tree, text = item.tree, item.source.text
    for path, place in tree.places.items():
        if path[:1] != ("examples",) or place.key is None:
            continue
        line = item.source.position(place.key.start).line
        end = place.value.start + len(item.source.slice(place.value).rstrip())
        if len(path) == 4 and path[2] == "inputs":
            yield "an input renamed", _with(text, place.key.start, place.key.end, "zzz"), line
        if path[2:3] == ("output",) and len(path) > 3 and _is_required(item, path[3:]):
            yield f"{path} renamed", _with(text, place.key.start, place.key.end, "zzz"), line
            start, stop = item.source.line_span(line)[0], _line_end(item.source, end)
            if not text[start : place.key.start].strip():
                yield f"{path} removed", _with(text, start, stop, ""), line
            if not isinstance(tree.get(path), dict | list):
                yield f"{path} retyped", _with(text, place.value.start, end, "{a: 1}"), line
        most = item.data.get("output", {}).get("max_words")
        if path[2:] == ("output",) and most and isinstance(tree.get(path), str):
            line = item.source.position(end).line
            yield "words added", _with(text, end, end, " so" * most), line


def _with(text: str, start: int, end: int, new: str) -> str:
    return text[:start] + new + text[end:]


def _line_end(source: Source, offset: int) -> int:
    line = source.position(offset).line
    return source.line_starts[line] if line < len(source.line_starts) else len(source.text)


def _is_required(item: Entry, path: Path) -> bool:
    """Whether the schema of a prompt's output asks for a key."""
    root = schema = item.data.get("output", {}).get("schema", {})
    for step in path[:-1]:
        inside = schema.get("items", {})
        if isinstance(step, str):
            inside = schema.get("properties", {}).get(step, {})
        schema = root["$defs"][inside["$ref"].split("/")[-1]] if "$ref" in inside else inside
    return path[-1] in schema.get("required", ())


@pytest.mark.parametrize("item", WITH_EXAMPLES, ids=lambda item: item.id)
def test_a_flaw_that_is_planted_is_found_where_it_is(item: Entry) -> None:
    assert _places(item.source.text) == []
    for what, text, line in _flaws(item):
        broken = read(Source("x", text))
        assert not broken.problems, f"{what}: the flaw of this test is not even YAML"
        near = [place for place in _places(text) if abs(place - line) <= 2]
        assert near, f"{what}, line {line}: found at {_places(text)}"
