"""terms: words and phrases, found as whole words."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from linting import STYLES, expect_the_same_in_yaml, findings, marked, messages, texts_of

from guideline_kit.diagnostics import Safety
from guideline_kit.fix import apply

PHRASES = [
    "few",
    "a few",
    "some",
    "so",
    "café",
    "état",
    "ß",
    "don't",
    "C++",
    "(s)he",
    "_x",
    "k",
    "naïve way",
]
PIECES = [
    *PHRASES,
    "a",
    "e",
    "w",
    "s",
    "FEW",
    "Some",
    "SS",
    "ſo",
    "K",
    "İ",
    "ı",
    "É",
    "ẞ",
    "é",
    "e\u0301",
    "x",
    "X",
]
PIECES += [
    "2",
    "_",
    "'",
    "’",
    "-",
    ".",
    " ",
    " ",
    " ",
    "\n",
    "\t",
    "\r\n",
    "\u00a0",
    "way",
    "don’t",
    "+",
    "😀",
    "⚠\ufe0f",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=20).map("".join)


def words(*phrases: str, **more: object) -> dict[str, object]:
    return {"kind": "terms", "words": list(phrases), **more}


def _folded(letter: str) -> str:
    """Fold case letter by letter; what becomes two letters stays as it is, as in RE2."""
    for folded in (letter.casefold(), letter.lower()):
        if len(folded) == 1:
            return folded
    return letter


def _goes_on(text: str, at: int) -> bool:
    def in_word(letter: str) -> bool:
        return letter.isalnum() or letter == "_" or unicodedata.combining(letter) > 0

    return 0 < at < len(text) and in_word(text[at - 1]) and in_word(text[at])


def _end_at(phrase: str, text: str, at: int, *, ignore_case: bool) -> int | None:
    """Return where a phrase ends that stands in a text at an offset, letter by letter."""
    start = at
    for wanted in phrase:
        if wanted == " ":
            if not text[at : at + 1] or text[at] not in " \t\r\n":
                return None
            gap = at
            while text[at : at + 1] and text[at] in " \t\r\n":
                at += 1
            if text.count("\n", gap, at) > 1:
                return None  # another paragraph
            continue
        there = text[at : at + 1].replace("’", "'")
        if not there:
            return None
        if there != wanted and not (ignore_case and _folded(there) == _folded(wanted)):
            return None
        at += 1
    if text[start] in "ſ\u212a" or text[at - 1] in "ſ\u212a":
        return None  # a known miss: s and k to RE2, but no letters to its \b
    return None if _goes_on(text, start) or _goes_on(text, at) else at


def search(phrases: list[str], text: str, *, ignore_case: bool) -> list[str]:
    """Find phrases as whole words, the longest first; slowly, and without RE2."""
    found, at = [], 0
    while at < len(text):
        ends = (
            _end_at(phrase, text, at, ignore_case=ignore_case)
            for phrase in sorted(phrases, key=len, reverse=True)
        )
        end = next((end for end in ends if end), None)
        if end:
            found.append(text[at:end])
        at = end or at + 1
    return found


@given(
    st.lists(st.sampled_from(PHRASES), min_size=1, max_size=4, unique=True), TEXTS, st.booleans()
)
@example(["few"], "féw fewé éfew few2 2few few_ _few few’s few-", True)
@example(["a few", "few"], "a fewé a few", True)
@example(["so", "some"], "someé so sómé so\u0301", True)
def test_finds_what_a_search_letter_by_letter_finds(
    phrases: list[str], text: str, ignore_case: bool
) -> None:
    check = words(*phrases, ignore_case=ignore_case)
    assert marked(check, text, "text", where="anywhere") == search(
        phrases, text, ignore_case=ignore_case
    )


@given(
    texts_of("a few", "few", "Some", "don't", "don’t", "fewer"),
    st.sampled_from(sorted(STYLES)),
    st.integers(20, 90),
)
def test_finds_the_same_in_every_style_of_yaml(text: str, style: str, width: int) -> None:
    expect_the_same_in_yaml(words("a few", "some", "don't"), text, style, width)


@pytest.mark.parametrize(
    "text",
    [
        "fewer",
        "afew",
        "few2",
        "2few",
        "few_",
        "_few",
        "éfew",
        "fewé",
        "fewß",
        "ſfew",
        "fewİ",
        "few\u0301",
        "fewक",
    ],
)
def test_a_part_of_a_word_is_no_finding(text: str) -> None:
    assert marked(words("few"), text) == []


@pytest.mark.parametrize(
    "text",
    [
        "few",
        "few.",
        "(few)",
        "few-shot",
        "very-few",
        "few's",
        "‘few’",
        "few—or",
        "\u00a0few\u00a0",
        "⚠\ufe0ffew",
    ],
)
def test_a_word_beside_signs_is_a_whole_word(text: str) -> None:
    assert marked(words("few"), text, where="anywhere") == ["few"]


@pytest.mark.parametrize(
    ("phrase", "silent", "found"),
    [
        ("café", "cafés", "café"),
        ("état", "xétat", "état"),
        ("é", "éa", "é"),
        ("C++", "xC++", "C++11"),
        (".NET", "", "x.NET"),
    ],
)
def test_phrases_that_begin_or_end_with_other_signs(phrase: str, silent: str, found: str) -> None:
    assert marked(words(phrase), silent) == []
    assert marked(words(phrase), found) == [phrase]


def test_the_longest_phrase_wins() -> None:
    check = words("few", "a few", "a few of")
    assert marked(check, "Take a few of these, a few or few.") == ["a few of", "a few", "few"]


@pytest.mark.parametrize("gap", ["\n", "  ", "\r\n", " \n", "\n> "])
def test_a_phrase_may_be_wrapped(gap: str) -> None:
    text = f"Take a{gap}few ideas."
    if gap == "\n> ":
        assert marked(words("a few"), f"> {text}", where="quote") == []
    else:
        assert marked(words("a few"), text) == [f"a{gap}few"]


def test_a_phrase_ends_with_its_paragraph() -> None:
    text = "List a\n\nfew. Then a few\n \t\r\nof a\nfew."
    assert marked(words("a few", "a few of"), text) == ["a few", "a\nfew"]
    assert marked(words("a few"), "- Take a\n\n- few") == []


def test_a_phrase_may_be_wrapped_in_a_list_item() -> None:
    assert (
        marked(words("a few"), "- Take a\n  few ideas.\n- One\n\n  has a\n  few.")
        == ["a\n  few"] * 2
    )


def test_apostrophes_are_one_character_whichever_is_typed() -> None:
    for phrase in ("don't", "don’t"):
        assert marked(words(phrase), "Don't, don’t, dont, don`t.") == ["Don't", "don’t"]


def test_case_can_matter() -> None:
    assert marked(words("US", ignore_case=False), "Tell us of the US.") == ["US"]


def test_longer_phrases_excuse_a_word() -> None:
    check = words("some", **{"except": ["some of", "and then some", "some of the"]})
    assert marked(check, "Some of the, some\nof them, some, and then some, some.") == [
        "some",
        "some",
    ]


# --- messages and fixes --------------------------------------------------------------------

REPLACE = {
    "kind": "terms",
    "replace": {"utilize": "use", "in order to": "to", "very": "", "e mail": "e-mail"},
    "message": "{replacement} for {match}",
    "fix": "safe",
}


@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("We utilize it.", "We use it."),
        ("Utilize it in order to win.", "Use it to win."),
        ("UTILIZE it.", "USE it."),
        ("In  order\nto win.", "To win."),
        ("A very good e mail.", "A good e-mail."),
        ("very good.", "good."),
        ("It is good, very.", "It is good,."),
        ("It is very", "It is"),
        ("Go\nvery fast", "Go\nfast"),
        ("(very) good", "() good"),
        ("UTILIZE AN E MAIL", "USE AN E-MAIL"),
        ("Utilize An E Mail", "Use An E-mail"),
    ],
)
def test_the_replacement_is_a_fix_and_keeps_the_capital(text: str, fixed: str) -> None:
    found = findings(REPLACE, text)
    assert all(item.fix and item.fix.safety is Safety.SAFE for item in found)
    assert apply(text, found, frozenset({Safety.SAFE})) == fixed
    assert findings(REPLACE, fixed) == ()


def test_the_message_says_what_to_write_instead() -> None:
    assert messages(REPLACE, "We utilize it. Utilize it.") == ["use for utilize", "Use for Utilize"]


def test_without_a_replacement_there_is_no_fix() -> None:
    assert [item.fix for item in findings(words("few"), "A few.")] == [None]


@given(texts_of("utilize", "Utilize", "in order to", "UTILIZE"))
def test_a_fixed_text_has_no_finding_left(text: str) -> None:
    fixed = apply(text, findings(REPLACE, text), frozenset({Safety.SAFE}))
    assert findings(REPLACE, fixed) == ()
    assert len(fixed) <= len(text)


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ("match", "FEW"),
        ("before", "not few"),
        ("after", "few of 3"),
        ("sentence", "It is 3. Take few or 4. It is."),
        ("document", "9 of them. Take few."),
    ],
)
def test_exceptions(where: str, text: str) -> None:
    pattern = {
        "match": "^FEW$",
        "before": "not $",
        "after": r"^ of \d",
        "sentence": "4",
        "document": "^9",
    }
    check = words("few", unless={where: pattern[where]}, ignore_case=where != "match")
    if where == "match":
        check = words("FEW", "few", unless={"match": "^FEW$"}, ignore_case=False)
    assert marked(check, text) == []
    assert marked(check, "Take few.") == ["few"]
