"""JSON in texts: why it is none, where its parts stand, and slips in the fences of prompts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linting import findings, marked, prompt

from guideline_kit.checks.contract import json_text
from guideline_kit.checks.contract.json_text import NotJSONError
from guideline_kit.trees import Path

SLIPS = {"kind": "contract", "problem": "broken-json-example", "message": "{reason}"}


# --- JSON in a text ------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=15,
)


def _paths(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    yield path, value
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for step, inside in items:
        yield from _paths(inside, (*path, step))


@given(JSON, st.sampled_from([None, 1, 4]), st.booleans())
def test_where_a_part_of_json_stands(value: Any, indent: int | None, ascii_only: bool) -> None:
    text = " " + json.dumps(value, indent=indent, ensure_ascii=ascii_only) + "\n"
    assert json_text.parse(text) == value
    assert json_text.slip(text) is None
    for path, part in _paths(value):
        start, end = json_text.place(text, path)
        assert json.loads(text[start:end]) == part


@given(JSON, st.data())
def test_a_slip_in_json_is_one(value: Any, data: st.DataObject) -> None:
    """A comma or a bracket too much or too little, where nothing else was changed."""
    text = json.dumps([value, value], indent=1)
    outside = [
        at
        for at, sign in enumerate(text)
        if sign in ",]}" and text[:at].replace('\\"', "").count('"') % 2 == 0
    ]
    at = data.draw(st.sampled_from(outside))
    doubled = text[:at] + text[at] + text[at:]
    with pytest.raises(NotJSONError):
        json_text.parse(doubled)
    error = json_text.slip(doubled)
    assert error is not None
    assert 0 <= error.at <= len(doubled)


# --- JSON in Markdown ----------------------------------------------------------------------


def asks(fence: str, before: str = "Answer with JSON only:") -> str:
    return f"# Form\n\n{before}\n\n```json\n{fence}\n```\n"


@pytest.mark.parametrize(
    ("fence", "expected"),
    [
        ('{"a": 1}', []),
        ('{"a": 1,}', ['{"a": 1,}']),
        ('{\n  "a": 1,\n}', ['"a": 1,']),
        ('{\n  "a": 1\n  "b": 2\n}', ['"b": 2']),
        ('{\n  "a": [1, 2\n}', ["}"]),
        ('{"a": 1}}', ['{"a": 1}}']),
        # Sketches, fragments, several values.
        ('{"a": 1, ...}', []),
        ('{"a": …,}', []),
        ('{"a": <number>,}', []),
        ('{"a": 1, // one\n}', []),
        ('{"a": 1, # one\n}', []),
        ('{"a": 0.0-1.0}', []),
        ('{"a": N,}', []),
        ('{"a": {{value}},}', []),
        ("{'a': 1}", []),
        ('"a": 1,', []),
        ('{"a": 1}\n{"a": 2}', []),
        ("", []),
    ],
)
def test_a_slip_in_a_fence(fence: str, expected: list[str]) -> None:
    assert marked(SLIPS, asks(fence)) == expected
    assert marked(SLIPS, asks(fence).replace("json", "js")) == []
    assert marked(SLIPS, asks(fence, "The settings of the editor:")) == expected
    for wrong in ("Invalid JSON, don't answer so:", "Answer with JSON. Not like this:"):
        assert marked(SLIPS, asks(fence, wrong)) == []
    for style in ("literal", "double"):
        written = prompt(asks(fence), style=style)
        assert len(marked(SLIPS, written, "catalog-prompt")) == len(expected)


def test_a_comma_too_much_can_be_taken_out() -> None:
    (item,) = findings(SLIPS, asks('{\n  "a": "ä,",\n}'))
    assert item.fix is not None
    (edit,) = item.fix.edits
    assert (item.source.slice(edit.span), edit.text) == (",", "")
    (other,) = findings(SLIPS, asks('{"a": 1,, "b": [2,]}'))
    assert other.fix is None, "one comma less is not all that it takes"
