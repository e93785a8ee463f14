"""Texts that nobody writes: they are read and checked, and nothing crashes or hangs.

How their time grows is measured by `make bench`.
"""

from __future__ import annotations

import pytest
from hostile import ENTRIES, TEXTS, check

SIZE = 100_000


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_a_long_text_of_it_is_checked_to_its_end(name: str) -> None:
    expect_no_crash(TEXTS[name](SIZE), "markdown")


@pytest.mark.parametrize("name", sorted(ENTRIES))
def test_a_long_entry_of_it_is_checked_to_its_end(name: str) -> None:
    expect_no_crash(ENTRIES[name](SIZE), "catalog-prompt")


def expect_no_crash(text: str, format: str) -> None:
    found = check(text, format)
    crashes = [item.message for item in found if item.rule == "internal-error"]
    assert not crashes, crashes[0]
    # Wherever something is found, it is somewhere in the text.
    for item in found:
        assert item.span is None or 0 <= item.span.start <= item.span.end <= len(text)
