"""pattern: a regular expression, with exceptions in the place of look-around."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from linting import (
    STYLES,
    expect_the_same_in_yaml,
    findings,
    marked,
    messages,
    prompt,
    rule,
    texts_of,
)

from guideline_kit.diagnostics import Safety
from guideline_kit.fix import apply
from guideline_kit.rules import BadPatternError


def pattern(text: str, **more: object) -> dict[str, object]:
    return {"kind": "pattern", "pattern": text, **more}


MANY = [r"a.{0,20}b", "b+", r"^\s*x", r"\d", r"\w", "[^a]b", "(?P<match>a)x", "x$", ".", r"1\b"]

# Patterns that Python's `re` and RE2 read alike, as long as the text is ASCII.
SHARED = st.lists(
    st.sampled_from(
        [
            "a",
            "b",
            "x",
            "[ab]",
            "[^a\n]",
            r"\d",
            r"\w",
            r"\s",
            ".",
            r"\b",
            "^",
            "$",
            "a+",
            "b*?",
            "x?",
            "(?:ab|x)",
            "[ab]{1,3}",
            r"\d{2}",
        ]
    ),
    min_size=1,
    max_size=5,
).map("".join)
ASCII = st.text("abxX 1\n.,-", max_size=40)


@given(SHARED, ASCII, st.booleans())
def test_finds_what_pythons_matcher_finds(text: str, subject: str, ignore_case: bool) -> None:
    flags = re.MULTILINE | (re.IGNORECASE if ignore_case else 0) | re.ASCII
    expected = [found.group() for found in re.finditer(text, subject, flags)]
    assume(all(expected))  # after an empty match the two go on differently
    check = pattern(text, ignore_case=ignore_case)
    assert marked(check, subject, "text", where="anywhere") == expected


def test_an_empty_match_is_no_finding() -> None:
    assert marked(pattern("x*"), "aab", where="anywhere") == []
    assert marked(pattern("a(?P<match>x*)b"), "aab", where="anywhere") == []


@given(texts_of("a few", "some 3", "don't"), st.sampled_from(sorted(STYLES)), st.integers(20, 90))
def test_finds_the_same_in_every_style_of_yaml(text: str, style: str, width: int) -> None:
    check = pattern(r"\b(?:a\s+few|some\s+(?P<match>\d))\b", message="{match}!")
    expect_the_same_in_yaml(check, text, style, width)


def test_a_group_named_match_is_what_is_marked() -> None:
    check = pattern(r"list (?P<match>\w+) (?P<noun>\w+)", message="{match} {noun} {other}")
    assert marked(check, "Please list several ideas.") == ["several"]
    assert messages(check, "Please list several ideas.") == ["several ideas {other}"]


def test_a_group_that_took_no_part_marks_the_whole() -> None:
    check = pattern(r"list(?: (?P<match>some))?", message="{match}.")
    assert marked(check, "list some, list") == ["some", "list"]
    assert messages(check, "list some, list") == ["some.", "list."]


def test_groups_are_numbered_in_no_message_and_empty_ones_say_nothing() -> None:
    check = pattern(r"(?P<one>a)|(?P<two>b)", message="<{one}{two}>")
    assert messages(check, "a b") == ["<a>", "<b>"]


def test_long_or_wrapped_matches_make_one_short_line_of_message() -> None:
    check = pattern(r"so[\s\S]*end", message="It says '{match}'.")
    (message,) = messages(check, "so\n  it\twas " + "x" * 90 + " end")
    assert message.startswith("It says 'so it was xx")
    assert message.endswith("…'.")
    assert len(message) < 80


@pytest.mark.parametrize(
    ("text", "found"), [("one two", ["one", "two"]), ("a one\na two", ["one", "two"])]
)
def test_each_of_several_patterns_is_looked_for(text: str, found: list[str]) -> None:
    assert marked({"kind": "pattern", "any": ["two", "one", "ONE"]}, text) == found


def test_lines_begin_and_end_where_the_text_has_line_breaks() -> None:
    check = pattern(r"^\w+$")
    assert marked(check, "one\ntwo three\nfour\n") == ["one", "four"]


def test_case_can_matter() -> None:
    assert marked(pattern("us", ignore_case=False), "us US") == ["us"]
    assert marked(pattern("us"), "us US") == ["us", "US"]


def test_only_the_regions_of_the_rule_are_seen() -> None:
    text = '# few\n\nfew `few` "few"\n\n```\nfew\n```\n'
    lines = [item.position.line for item in findings(pattern("few"), text) if item.position]
    assert lines == [3]
    assert len(marked(pattern("few"), text, where="code")) == 2
    assert len(marked(pattern("few"), text, where=["heading", "quote"])) == 2
    assert len(marked(pattern("few"), text, where="anywhere")) == 5


def test_only_the_messages_of_its_roles_are_seen() -> None:
    text = "id: a\ntemplate:\n  engine: none\n  messages:\n"
    for role in ("system", "user", "assistant", "tool"):
        text += f"    - {{role: {role}, content: few {role}}}\n"
    text += "    - {role: user, example: true, content: few example}\n"
    check = pattern(r"few (?P<match>\w+)")
    assert marked(check, text, "catalog-prompt") == ["system", "user"]
    assert marked(check, text, "catalog-prompt", roles=["assistant", "tool"]) == [
        "assistant",
        "tool",
    ]


def test_front_matter_is_seen_by_rules_that_ask_for_it() -> None:
    text = "---\nname: few\n---\nfew\n"
    assert [item.span for item in findings(pattern("few"), text)] != []
    assert [item.position for item in findings(pattern("few"), text, where="front-matter")] == [
        (2, 7)
    ]
    assert len(marked(pattern("few"), text, where=["front-matter", "prose"])) == 2


# --- exceptions ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unless", "silent", "found"),
    [
        ({"match": "^few$"}, "few", "a fewer"),
        ({"before": r"not $"}, "not few", "not a few"),
        ({"before": "not"}, "not that there are few", "not\nfew"),
        ({"after": r"^ \d"}, "few 3", "few: 3"),
        ({"after": "3"}, "few of the 3", "few\n3"),
        ({"sentence": "3"}, "A few. Few of 3.", "There are 3. Few of them."),
        ({"document": "THE END"}, "few\n\n```\nthe end\n```", "few"),
        ({"before": "not", "after": "3"}, "few 3", "few"),
    ],
    ids=str,
)
def test_a_match_is_excused(unless: dict[str, str], silent: str, found: str) -> None:
    check = pattern(r"\w*few\w*", unless=unless)
    if "sentence" in unless:
        assert marked(check, silent) == ["few"]
    else:
        assert marked(check, silent) == []
    assert marked(check, found) != []


@pytest.mark.parametrize("distance", [70, 80, 81, 100])
def test_before_and_after_look_80_characters_far(distance: int) -> None:
    gap = "x" * (distance - 3)
    near = distance <= 80
    assert bool(marked(pattern("few", unless={"before": "!"}), f"! {gap} few")) != near
    assert bool(marked(pattern("few", unless={"after": "!"}), f"few {gap} !")) != near


def test_an_exception_of_the_document_sees_all_messages() -> None:
    text = prompt("few", ("tool", "end"))
    assert marked(pattern("few"), text, "catalog-prompt") == ["few"]
    assert marked(pattern("few", unless={"document": "end"}), text, "catalog-prompt") == []


# --- fixes ---------------------------------------------------------------------------------


def test_a_replacement_may_use_groups() -> None:
    check = pattern(
        r"\butilize (?P<what>\w+)(?P<so> so)?", replace="use {what}{so}{nothing}", fix="unsafe"
    )
    text = "We utilize it so. We utilize them."
    found = findings(check, text)
    assert [item.fix.safety for item in found if item.fix] == [Safety.UNSAFE] * 2
    assert (
        apply(text, found, frozenset({Safety.UNSAFE}))
        == "We use it so{nothing}. We use them{nothing}."
    )
    assert apply(text, found, frozenset({Safety.SAFE})) == text


def test_a_replacement_takes_the_place_of_what_is_marked() -> None:
    check = pattern(r"list (?P<match>some) ideas", replace="3", fix="safe")
    text = "Now list some ideas."
    assert apply(text, findings(check, text), frozenset({Safety.SAFE})) == "Now list 3 ideas."


def test_without_a_word_on_it_a_replacement_is_a_suggestion() -> None:
    (found,) = findings(pattern("few", replace="3"), "few")
    assert found.fix
    assert found.fix.safety is Safety.SUGGESTION


@pytest.mark.parametrize("text", ["(?=a)b", r"(a)\1", "(a", "[a", "a{2000}", "(?<!a)b"])
def test_what_is_not_re2_is_a_broken_rule(text: str) -> None:
    with pytest.raises(BadPatternError):
        rule(pattern(text))
    with pytest.raises(BadPatternError):
        rule(pattern("a", unless={"before": text}))


def test_what_is_near_is_counted_in_characters() -> None:
    check = {"kind": "pattern", "pattern": "several", "unless": {"before": "not"}}
    near, far = "not " + "é" * 74 + " ", "not " + "é" * 78 + " "
    assert marked(check, f"{near}several things") == []
    assert marked(check, f"{far}several things") == ["several"]


@given(st.lists(st.sampled_from(MANY), min_size=5, unique=True), st.text("ab1 .x\n", max_size=30))
def test_many_patterns_find_what_each_of_them_finds(patterns: list[str], text: str) -> None:
    together = {(item.span, item.message) for item in findings(many(patterns), text)}
    each = {(item.span, item.message) for one in patterns for item in findings(pattern(one), text)}
    assert together == each


def many(patterns: list[str]) -> dict[str, object]:
    return {"kind": "pattern", "any": patterns}
