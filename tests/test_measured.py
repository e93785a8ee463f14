"""How often a rule fires on real prompts, in words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shipped import shipped_catalog

from guideline_kit.measured import in_words, rate
from guideline_kit.report import entries

MEASURED: dict[str, Any] = {"on": "2026-11-22", "files": 1346, "findings": 32}
SENTENCE = "On 1,346 real prompt files: 32 findings, 24 per 1,000 files"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({}, f"{SENTENCE}."),
        ({"judged": 0, "right": 0}, f"{SENTENCE}."),
        (
            {"judged": 10, "right": 9},
            f"{SENTENCE}; of 10 that were read, 9 were worth acting on.",
        ),
        ({"judged": 1, "right": 1}, f"{SENTENCE}; of 1 that was read, 1 was worth acting on."),
        ({"judged": 2, "right": 0}, f"{SENTENCE}; of 2 that were read, 0 were worth acting on."),
        ({"findings": 0}, "On 1,346 real prompt files: it never fired."),
        (
            {"findings": 1},
            "On 1,346 real prompt files: 1 finding, 0.7 per 1,000 files.",
        ),
        ({"files": 1, "findings": 2}, "On 1 real prompt file: 2 findings, 2,000 per 1,000 files."),
    ],
)
def test_says_how_often(more: dict[str, Any], said: str) -> None:
    assert in_words({**MEASURED, **more}) == said


@given(st.integers(1, 10**6), st.integers(1, 10**6))
def test_a_rate_is_near_what_it_stands_for(findings: int, files: int) -> None:
    number = float(rate(findings, files).replace(",", ""))
    exact = 1000 * findings / files
    assert abs(number - exact) <= (0.5 if exact >= 10 else 0.05) + 1e-9


def test_the_terminal_says_it_too() -> None:
    entry = shipped_catalog().rules[0]
    data = {key: value for key, value in entry.data.items() if key != "measured"}
    assert "real prompt file" not in entries.explain(entry._replace(data=data), {})
    text = entries.explain(entry._replace(data={**data, "measured": MEASURED}), {})
    assert f"\n\n{SENTENCE}.\n\n" in text
