"""The quick answer on schemas is the one that jsonschema gives, or none."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guideline_kit import schemas
from guideline_kit.conforming import Conforming, UnfamiliarError

ROOT = Path(__file__).parents[1]
CONFIG = "config.schema.json"

WORDS = st.sampled_from(
    ["", "a", "default", "strict", "error", "never", "vague-quantity", "Not An Id", "1.2.0",
     ">= 1.2", "*.md", "prompts/", "line\nbreak", "2026-11-23", "x" * 301, "é", "preview"]
)  # fmt: skip
LEAVES = WORDS | st.booleans() | st.none() | st.integers(-1, 2) | st.sampled_from([0.0, 1.0, 1.5])
KEYS = st.sampled_from(
    [*schemas.load_all()[CONFIG]["properties"], "include", "exclude", "severity", "parameters",
     "accept", "reason", "files", "vague-quantity", "Not An Id", "guideline-kit", "unknown"]
)  # fmt: skip
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4)
)
RULES = st.dictionaries(
    st.sampled_from(["vague-quantity", "Not An Id"]),
    st.fixed_dictionaries(
        {},
        optional={
            "severity": st.sampled_from(["error", "info", "loud"]),
            "reason": WORDS,
            "accept": st.lists(WORDS, max_size=2),
            "parameters": st.dictionaries(KEYS, LEAVES, max_size=2),
        },
    ),
)
# What is nearly right goes further into the schema than what is anything.
NEARLY = st.fixed_dictionaries(
    {},
    optional={
        "extends": WORDS | st.lists(WORDS, max_size=2),
        "preset": st.sampled_from(["default", "strict", "all"]),
        "select": st.lists(WORDS, max_size=2),
        "ignore": st.dictionaries(st.sampled_from(["vague-quantity", "Not An Id"]), WORDS),
        "rules": RULES,
        "rules_as_of": WORDS | st.dictionaries(KEYS, WORDS, max_size=2),
        "fail_on": st.sampled_from(["error", "never", "often"]),
        "files": st.dictionaries(st.sampled_from(["include", "exclude"]), st.lists(WORDS)),
        "paths": st.lists(st.dictionaries(KEYS, st.lists(WORDS) | RULES | WORDS, max_size=3)),
        "stages": st.lists(WORDS, max_size=2),
    },
)


def quick(value: Any, name: str = CONFIG) -> bool:
    conforming = Conforming(
        lambda name: schemas.load_all()[name],
        lambda pattern, text: bool(schemas._regex(pattern).search(text)),
        schemas._hashable,
    )
    return conforming.fits(name, value)


def slow(value: Any, name: str = CONFIG) -> bool:
    return next(schemas._validator(name).iter_errors(value), None) is None


@given(NEARLY | st.dictionaries(KEYS, VALUES, max_size=4) | VALUES)
def test_a_configuration_fits_where_jsonschema_says_so(value: Any) -> None:
    assert quick(value) == slow(value)


def test_both_answers_are_given() -> None:
    right = {"extends": ["a", "b"], "rules": {"vague-quantity": {"severity": "info"}}}
    assert quick(right)
    assert slow(right)
    for wrong in ({"extends": ["a", "a"]}, {"rules": {"Not An Id": {}}}, {"files": {"inc": []}},
                  {"preset": "all"}, {"select": []}, [], {"extends": True}):  # fmt: skip
        assert not quick(wrong)
        assert not slow(wrong)


@pytest.mark.parametrize(
    "schema",
    [
        {"if": {}, "then": False},
        {"type": ["string", "null"]},
        {"patternProperties": {"a": False}, "additionalProperties": False},
        {"properties": {"a": {"anyOf": [False]}}},
        {"$ref": "#/$defs/none"},
    ],
)
def test_what_is_not_plain_is_left_to_jsonschema(schema: Any) -> None:
    conforming = Conforming(lambda _: schema, lambda *_: True, schemas._hashable)
    with pytest.raises(UnfamiliarError):
        conforming.fits("a.schema.json", {"a": 1})


def test_a_run_with_a_configuration_does_not_load_jsonschema(tmp_path: Path) -> None:
    (tmp_path / "guideline-kit.yaml").write_text("extends: guideline-kit\nfail_on: error\n")
    (tmp_path / "AGENTS.md").write_text("Answer in English.\n")
    code = (
        "import json, sys\nfrom guideline_kit.cli import main\n"
        "try:\n    main(['lint', '--output', 'report.txt'])\n"
        "except SystemExit as end:\n    assert not end.code\n"
        "print(json.dumps(sorted(sys.modules)))"
    )
    for _ in range(2):  # the first run fills the cache
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT), "GUIDELINE_KIT_CACHE": str(tmp_path / "cache")},
            capture_output=True,
            timeout=120,
            check=True,
        )
    loaded = set(json.loads(done.stdout))
    assert not {"jsonschema", "referencing", "jinja2", "ruamel"} & loaded
