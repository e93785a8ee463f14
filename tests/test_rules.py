"""Rules: which messages and parts of a text a rule looks at, and how its message is filled in."""

from __future__ import annotations

from typing import Any

import pytest
from hosting import hosted
from hypothesis import given
from hypothesis import strategies as st
from linting import findings, marked, prompt, rule

from guideline_kit import formats

FEW = {"kind": "terms", "words": ["few"]}

# --- messages ------------------------------------------------------------------------------

ROLES = ("system", "user", "assistant", "tool")


@given(
    st.lists(st.sampled_from(ROLES), min_size=1, max_size=6),
    st.lists(st.sampled_from(ROLES), min_size=1, max_size=4, unique=True),
)
def test_a_rule_looks_at_the_messages_of_its_roles(spoken: list[str], roles: list[str]) -> None:
    text = prompt(*((role, f"Take few of {number}.") for number, role in enumerate(spoken)))
    found = findings(rule(FEW, roles=roles), text, "catalog-prompt")
    after = [text[item.span.end : item.span.end + 5] for item in found if item.span]
    assert after == [f" of {number}" for number, role in enumerate(spoken) if role in roles]


def test_unless_it_says_otherwise_a_rule_looks_at_the_system_and_the_user() -> None:
    text = prompt(*((role, f"Take few {role}.") for role in ROLES))
    found = findings(FEW, text, "catalog-prompt")
    assert [text[item.span.end :].split()[0] for item in found if item.span] == ["system.", "user."]


KINDS: dict[str, dict[str, Any]] = {
    "terms": FEW,
    "pattern": {"kind": "pattern", "pattern": "few"},
    "characters": {"kind": "characters", "classes": ["no-break-space"]},
    "metric": {"kind": "metric", "measure": "sentence-words", "max": 3},
    "markup": {"kind": "markup", "problem": "unclosed-tag"},
    "count": {"kind": "count", "of": "words", "max": 5, "per": "paragraph"},
}


@pytest.mark.parametrize("kind", KINDS)
def test_messages_of_few_shot_examples_are_left_alone(kind: str) -> None:
    text = "<part>\n\nTake few of these\u00a0things now."
    shot = prompt(text).replace("- role: user", "- role: user\n      example: true")
    assert findings(KINDS[kind], prompt(text), "catalog-prompt"), "the test proves nothing"
    assert findings(KINDS[kind], shot, "catalog-prompt") == ()
    both = shot + prompt(text).partition("messages:\n")[2]
    (finding,) = findings(KINDS[kind], both, "catalog-prompt")
    assert finding.span is not None
    assert finding.span.start > len(shot)


# --- parts of a text -----------------------------------------------------------------------

REGIONS = {
    "prose": "Write few.",
    "heading": "# Write few",
    "list-item": "- Write few",
    "table": "| a | b |\n|---|---|\n| few | c |",
    "code": "```\nfew\n```",
    "quote": "> few",
    "example": "Example: few",
    "comment": "<!-- few -->",
    "placeholder": "{{ few }}",
}


@pytest.mark.parametrize("region", REGIONS)
def test_a_rule_looks_at_its_regions(region: str) -> None:
    for other, text in REGIONS.items():
        seen = marked(FEW, text, where=region)
        # A list item is prose, too.
        expected = other == region or (region, other) == ("prose", "list-item")
        assert seen == ["few"] * expected, f"{region} in {text!r}"
        assert marked(FEW, text, where=sorted({region, other})) == ["few"]


@pytest.mark.parametrize("region", REGIONS)
def test_anywhere_is_everywhere(region: str) -> None:
    assert marked(FEW, REGIONS[region], where="anywhere") == ["few"]


def test_front_matter_is_a_region_of_its_own() -> None:
    text = "---\ndescription: A few\n---\nWrite.\n"
    assert marked(FEW, text, where="front-matter") == ["few"]
    assert marked(FEW, text, where=["prose", "front-matter"]) == ["few"]
    assert marked(FEW, text, where="anywhere") == []


@pytest.mark.parametrize("format", sorted(formats.TITLES))
def test_a_rule_looks_at_its_formats(format: str) -> None:
    text = hosted(format, "Take few.")
    others = sorted({*formats.TITLES} - {format})
    assert marked(FEW, text, format, formats=[format]) == ["few"]
    assert marked(FEW, text, format, formats=[*others[:2], format]) == ["few"]
    assert marked(FEW, text, format, formats=others) == []


# --- the message ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("{match}", "some"),
        ("{match} {match}", "some some"),
        ("{unknown} {match}", "{unknown} some"),
        ("{{match}}", "{some}"),
        ("{ match } {}", "{ match } {}"),
    ],
)
def test_braces_in_a_message_are_filled_in(message: str, said: str) -> None:
    (finding,) = findings({"kind": "terms", "words": ["some"], "message": message}, "Take some.")
    assert finding.message == said


@given(st.text("ab{match}\n\t\0", min_size=1, max_size=200).filter(str.strip))
def test_what_is_filled_in_is_short_and_on_one_line(text: str) -> None:
    check = {"kind": "pattern", "pattern": "(?s).+", "message": "<{match}>"}
    (finding,) = findings(check, text, "text", where="anywhere")
    assert finding.message.startswith("<")
    assert finding.message.endswith(">")
    assert len(finding.message) <= 62
    assert not {*finding.message} & {*"\n\t\0"}
