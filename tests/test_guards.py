"""Guards: wherever a rule could find something, its guard matches. Else findings are lost."""

from __future__ import annotations

import pytest
import re2
from hypothesis import assume, example, given
from hypothesis import strategies as st
from linting import TODAY, prompt, rule
from shipped import shipped_catalog

from guideline_kit import formats
from guideline_kit.checks.guard_sets import GuardSet
from guideline_kit.checks.guards import guard, loosened
from guideline_kit.checks.matching import compiled
from guideline_kit.lint import RuleSet, lint
from guideline_kit.rules import Rule, bind
from guideline_kit.text import Source

# Letters that case folding, word boundaries and UTF-8 make hard.
LETTERS = "abkxs Kſ\u212aİßéÉ_1.,:{}-\n\0"
TEXTS = st.text(LETTERS, max_size=30)

_ATOMS = st.sampled_from(
    [
        "a",
        "b",
        "k",
        "s",
        "x",
        "ß",
        "é",
        " ",
        "ab",
        "_",
        ":",
        ",",
        "-",
        "{",
        "}",
        r"\.",
        r"\{",
        r"\-",
        r"\x61",
        r"\x{212A}",
        "[ab]",
        "[^a]",
        "[^a.]",
        r"[a-c\d]",
        "[[:alpha:]]",
        "[]a]",
        r"[\]a]",
        "[^\n]",
        r"[\pL_]",
        r"\101",
        r"\w",
        r"\W",
        r"\d",
        r"\s",
        r"\S",
        r"\pL",
        r"\p{Lu}",
        r"\PL",
        ".",
        r"\b",
        r"\B",
        "^",
        "$",
        r"\A",
        r"\z",
        r"\Qa.b\E",
        "(?i)",
        "(?s)",
        "(?-i)",
        "(?U)",
        "(?-m)",
        "(?im)",
    ]
)
_REPEATS = st.sampled_from(
    [""] * 8
    + [
        "*",
        "+",
        "?",
        "*?",
        "+?",
        "??",
        "{2}",
        "{0,2}",
        "{1,3}",
        "{1,}",
        "{0,60}",
        "{2,60}?",
        "{0,}",
        "{0}",
        "{0,0}",
    ]
)
_GROUPS = st.sampled_from(["(?:", "(?:", "(", "(?P<match>", "(?<other>", "(?i:", "(?s-i:", "(?-s:"])


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    many = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        many.map("".join),
        many.map("|".join),
        st.tuples(_GROUPS, inner, _REPEATS).map(lambda parts: f"{parts[0]}{parts[1]}){parts[2]}"),
    )


PATTERNS = st.recursive(st.tuples(_ATOMS, _REPEATS).map("".join), _larger, max_leaves=8)


@given(PATTERNS, st.lists(TEXTS, min_size=1, max_size=8), st.sampled_from(["im", "m"]))
@example("a.{0,60}(?i)b|k", ["K"], "m")
@example("(?:a.*(?i)b|k)", ["K"], "m")
@example("(?i)a.{0,60}b|s", ["ſ"], "m")
@example("(?:a.*)?b", ["b"], "m")
@example("(?:a.*b){0}k", ["k"], "m")
def test_where_a_pattern_matches_its_guard_matches(
    pattern: str, texts: list[str], flags: str
) -> None:
    options = re2.Options()
    options.log_errors = False
    try:
        expression = re2.compile(f"(?{flags}:{pattern})".encode(), options)
    except re2.error:
        assume(False)
    text = guard(f"(?{flags}:{pattern})")
    if text is None:
        return
    guards = GuardSet([text])
    for data in map(str.encode, texts):
        if expression.search(data):
            assert list(guards(data)) == [0], f"the guard {text!r} of {pattern!r} misses {data!r}"


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"few", "few"),
        (r"a [^.]{0,60} few", " few"),
        (r"several [^.]{0,60} a", "several "),
        (r"(?:add|ask)[^.]*(?:references|citations)[^.]*$", "(?:references|citations)"),
        (r"(?i)some\w+|list [^.]*(?-i)FEW", r"(?i)some\w|list (?-i)"),
        (r"(?:write|give)\s+\w+ few", r"(?:write|give)\s+"),
        (r".*", None),
        (r"x?", None),
        (r"(?:a|[^b]*)c", "c"),
        (r"(?:a|[^b]*)", None),
        (r"\bfew\b", r"\bfew\b"),
    ],
)
def test_a_guard_is_the_rarest_piece_between_wide_gaps(pattern: str, expected: str | None) -> None:
    found = guard(pattern)
    assert (found is None) == (expected is None)
    if found and expected:
        assert found.replace("(?:", "(").startswith(expected.replace("(?:", "("))


@given(PATTERNS, TEXTS, st.data())
@example(r"\bk", "ak", None)
def test_where_a_view_holds_a_guard_the_text_holds_the_looser_one(
    pattern: str, text: str, data: st.DataObject | None
) -> None:
    found = guard(pattern)
    assume(found is not None)
    assert found is not None
    looser = loosened(found)
    assume(looser is not None)
    assert looser is not None
    whole = text.encode()
    hidden = data.draw(st.sets(st.integers(0, len(text)))) if data else {0}
    seen = "".join(
        letter if letter.isspace() or at not in hidden else "\0" * len(letter.encode())
        for at, letter in enumerate(text)
    ).encode()
    assert len(seen) == len(whole)
    if GuardSet([found])(seen):
        assert GuardSet([looser])(whole), f"{looser!r}, of {found!r}, misses {whole!r}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"(?i:\bmaster\s+list\b)", r"(?i:master\s+list)"),
        ("^(?:a|b$)", "(?:a|b)"),
        (r"\[/?INST\]", r"\[/?INST\]"),
        ("[a-c]+x", "[a-c]+x"),
        ("a.b", None),
        ("[^a]b", None),
        (r"[^a\x00]b", r"[^a\x00]b"),
        (r"[\s\x00]*b", "b"),
        (r"a[\s\x00]{1,4}bcd", "bcd"),
        (r"\x00b", None),
        (r"\Wb", None),
        (r"[[:cntrl:]]b", None),
        (r"\pCb", None),
    ],
)
def test_a_looser_guard_does_not_look_around(text: str, expected: str | None) -> None:
    assert loosened(text) == expected


@pytest.mark.parametrize("pattern", [r"\Qa.b\E", r"\C", "(?<name", "a)", "(a", "[a", "a\\"])
def test_what_the_guard_maker_does_not_know_has_no_guard(pattern: str) -> None:
    assert guard(pattern) is None


def test_a_set_tells_which_guards_match() -> None:
    guards = GuardSet(["few", "(?i)some", "b$"])
    assert sorted(guards(b"A few or SOME b")) == [0, 1, 2]
    assert sorted(guards(b"nothing")) == []
    assert list(GuardSet([])(b"few")) == []


def test_a_rule_whose_guard_is_silent_does_not_run() -> None:
    rules = RuleSet(
        [
            rule({"kind": "terms", "words": ["few"]}),
            rule({"kind": "terms", "words": ["so"]}, id="b-rule"),
        ]
    )
    document = formats.read(Source("x", "Take a few."), "text")
    assert [item.id for item in rules.candidates(document)] == ["a-rule"]


# --- the rules that ship -------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped() -> tuple[RuleSet, RuleSet]:
    """The shipped rules, with guards and without."""
    rules: list[Rule] = [bind(entry.data) for entry in shipped_catalog().rules]
    return RuleSet(rules), RuleSet(rules, guarded=False)


def expect_equal(sets: tuple[RuleSet, RuleSet], text: str, format: str = "markdown") -> None:
    document = formats.read(Source("x", text), format)
    with_guards, without = (lint(document, rules, TODAY) for rules in sets)
    assert with_guards == without, f"guards change what is found in {text!r}"


def _examples() -> list[str]:
    return [
        example[which].translate({0xAB: None, 0xBB: None})
        for entry in shipped_catalog().rules
        for example in entry.data["examples"]
        for which in ("bad", "good")
        if which in example and example.get("format", "markdown") == "markdown"
    ]


def test_guards_change_nothing_in_any_example(shipped: tuple[RuleSet, RuleSet]) -> None:
    for text in _examples():
        expect_equal(shipped, text)


@pytest.mark.parametrize(
    "swaps",
    [
        {"s": "ſ"},
        {"k": "\u212a", "K": "\u212a"},
        {"i": "İ", "I": "ı"},
        {"e": "é"},
        {" ": "\n"},
        {" ": "\n\n"},
        {" ": "  \n\t"},
        {" ": "\u00a0"},
        {" ": "\0"},
        {"a": "A", "e": "E", "i": "I", "o": "O"},
        {".": "ß", "'": "’"},
    ],
    ids=str,
)
def test_guards_change_nothing_in_examples_with_odd_letters(
    shipped: tuple[RuleSet, RuleSet], swaps: dict[str, str]
) -> None:
    table = str.maketrans(swaps)
    for text in _examples():
        expect_equal(shipped, text.translate(table))


@given(st.data())
def test_guards_change_nothing_in_mixed_texts(
    shipped: tuple[RuleSet, RuleSet], data: st.DataObject
) -> None:
    words = st.sampled_from(sorted({word for text in _examples() for word in text.split()}))
    signs = st.sampled_from(
        [
            "\n",
            "\n\n",
            "# ",
            "- ",
            "> ",
            "`",
            "```\n",
            '"',
            "**",
            "ſ",
            "\u212a",
            "é",
            "\0",
            "{{x}}",
            "<a>",
        ]
    )
    pieces = data.draw(st.lists(words | signs, max_size=40))
    gap = data.draw(st.sampled_from([" ", "\n", "  "]))
    text = gap.join(pieces)
    expect_equal(shipped, text)
    expect_equal(shipped, prompt(text, style="double"), "catalog-prompt")


def test_every_shipped_pattern_compiles_as_the_matcher_reads_it(
    shipped: tuple[RuleSet, RuleSet],
) -> None:
    for item in shipped[0].rules:
        for pattern, ignore_case in item.check.patterns:
            compiled(pattern, ignore_case)
