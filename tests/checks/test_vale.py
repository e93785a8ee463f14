"""Each check of Vale can be said here, by the same or by another kind.

Spelling and sequence (parts of speech) are left out; script is what a rule file must never do.
"""

from __future__ import annotations

from typing import Any

import pytest
from linting import marked

SAID: dict[str, tuple[dict[str, Any], str, list[str], dict[str, Any]]] = {
    "existence": (
        {"kind": "terms", "words": ["appears to be", "very"]},
        "It appears to be very good.",
        ["appears to be", "very"],
        {},
    ),
    "substitution": (
        {"kind": "terms", "replace": {"abundance": "plenty"}},
        "An abundance of it.",
        ["abundance"],
        {},
    ),
    "substitution by a pattern": (
        {"kind": "pattern", "pattern": r"(?P<left>\w+) and/or (?P<right>\w+)",
         "replace": "{left} or {right}"},
        "Tea and/or milk.",
        ["Tea and/or milk"],
        {},
    ),
    "occurrence, at most": (
        {"kind": "count", "of": "matches", "pattern": ",", "max": 2, "per": "sentence"},
        "One, two, three, four. One, two.",
        [","],
        {},
    ),
    "occurrence, at least": (
        {"kind": "count", "of": "matches", "pattern": r"\d", "min": 1, "per": "list-item"},
        "- 3 ideas\n- ideas\n",
        ["- ideas"],
        {},
    ),
    "occurrence in headings": (
        {"kind": "count", "of": "words", "max": 3, "per": "heading"},
        "# One two three\n\n## One two three four\n",
        ["One two three four"],
        {"where": "heading"},
    ),
    "repetition": ({"kind": "repetition", "of": "word"}, "Paris in the the spring.", ["the"], {}),
    "consistency": (
        {"kind": "consistency", "variants": [["advisor", "adviser"]]},
        "An adviser, another adviser and an advisor.",
        ["advisor"],
        {},
    ),
    "conditional": (
        {"kind": "conditional", "ignore_case": False, "when": r"\b(?P<short>[A-Z]{3,5})\b",
         "then": r"(?:\b[A-Z][a-z]+ )+\((?P<short>[A-Z]{3,5})\)",
         "unless": {"match": "^(?:API|HTML)$"}},
        "The World Health Organization (WHO). The WHO, the DAFB and an API.",
        ["DAFB"],
        {},
    ),
    "capitalization: title": (
        {"kind": "pattern", "ignore_case": False, "pattern": r"\b[a-z]\w{3,}\b"},
        "# About the Prompts of others\n",
        ["others"],
        {"where": "heading"},
    ),
    "capitalization: sentence": (
        {"kind": "pattern", "ignore_case": False, "pattern": r"\w\s+(?P<match>[A-Z][a-z]+)\b",
         "unless": {"match": "^(?:Markdown|English)$"}},
        "# Write Good Markdown in English\n",
        ["Good"],
        {"where": "heading"},
    ),
    "capitalization: lower": (
        {"kind": "pattern", "ignore_case": False, "pattern": r"\b[A-Z]\w*"},
        "# write Good things\n",
        ["Good"],
        {"where": "heading"},
    ),
    "capitalization: upper": (
        {"kind": "pattern", "ignore_case": False, "pattern": r"\b\w*[a-z]\w*\b"},
        "# OUTPUT format\n",
        ["format"],
        {"where": "heading"},
    ),
    "capitalization with a threshold": (
        {"kind": "metric", "formula": "100 * capitalized_words / words", "min": 60,
         "per": "heading"},
        "# All of It Is Big\n\n## Only one word here is\n",
        ["Only one word here is"],
        {"where": "heading"},
    ),
    "metric": (
        {"kind": "metric", "formula": "0.4 * words / sentences + 40 * polysyllables / words",
         "max": 12},
        "Universities educate considerably.",
        ["Universities educate considerably."],
        {},
    ),
    "metric of the layout": (
        {"kind": "metric", "formula": "headings / paragraphs", "max": 1},
        "# A\n\n# B\n\nText.\n",
        ["# A"],
        {},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SAID)
def test_a_kind_says_it(name: str) -> None:
    check, text, found, applies_to = SAID[name]
    check = {"message": "{value}" if check["kind"] == "metric" else "So", **check}
    assert marked(check, text, **applies_to) == found
