"""metric: measures of a text, compared with measuring by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linting import STYLES, expect_the_same_in_yaml, marked, messages, prompt, texts_of


def metric(measure: str, **more: object) -> dict[str, object]:
    return {"kind": "metric", "measure": measure, "message": "{value} ({min} to {max})", **more}


def value(measure: str, text: str, format: str = "markdown", **more: object) -> str:
    """Return the measure as the message writes it, when no value is allowed."""
    found = messages(metric(measure, min=10_000_000), text, format, **more)
    return found[0].split(" ")[0] if found else ""


@pytest.mark.parametrize(
    ("measure", "text", "expected"),
    [
        ("document-words", "# One two\n\nthree `four` don't\n\n```\nfive\n```\n", "6"),
        ("document-words", "yes — no", "2"),
        ("document-tokens", "a" * 4001, "1,000"),
        ("document-tokens", "abcdé", "1.2"),
        ("document-lines", "a\n\nb", "3"),
        ("document-lines", "a\nb\n", "2"),
        ("document-lines", "a\r\nb\rc\u2028\x0bd", "3"),
        ("document-lines", "\n\n", "2"),
        ("list-depth", "- a\n  1. b\n     - c\n- d\n", "3"),
        ("list-depth", "a", "0"),
        ("heading-depth", "## a\n\n#### b\n", "4"),
        ("heading-depth", "a", "0"),
        ("capitals-percent", "THIS and THAT and these and the WAY", "25"),
        ("capitals-percent", "Four words are none", ""),
        ("capitals-percent", "ALSO `CODE` IS a WORD or 2 LONG", "42.9"),
        ("sentence-words", "one two three", "3"),
        ("paragraph-words", "One. Two\nthree.", "3"),
        ("paragraph-words", "`code`", ""),
    ],
)
def test_measuring_by_hand(measure: str, text: str, expected: str) -> None:
    assert value(measure, text) == expected


def test_capitals_are_those_of_words_of_four_letters_and_more() -> None:
    # 2 of 8 words: THE and AI are too short.
    assert value("capitals-percent", "THIS is THE way AI must ALWAYS go") == "25"


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        # By hand: 0.39 * words / sentences + 11.8 * syllables / words - 15.59.
        ("The cat sat. The dog ran.", 0.39 * 3 + 11.8 * 6 / 6 - 15.59),
        ("Universities educate.", 0.39 * 2 + 11.8 * (5 + 4) / 2 - 15.59),
        (
            "# Not counted\n\nThe cat sat.\n\n- The dog ran.\n\n```\nnot counted\n```",
            0.39 * 3 + 11.8 - 15.59,
        ),
    ],
)
def test_the_reading_grade_is_that_of_flesch_and_kincaid(text: str, grade: float) -> None:
    assert float(value("reading-grade", text)) == pytest.approx(grade, abs=0.051)


def test_a_text_without_prose_has_the_grade_0() -> None:
    assert value("reading-grade", "```\nx\n```") == "0"


def test_each_sentence_and_each_paragraph_is_measured_by_itself() -> None:
    text = "One two three. One two.\n\n- One two three four\n\n# One two three four five\n\nOne."
    assert marked(metric("sentence-words", max=2), text) == ["One two three.", "One two three four"]
    assert marked(metric("paragraph-words", max=4), text) == ["One two three. One two."]
    assert marked(metric("sentence-words", max=2), text, where="heading") == []


def test_code_and_quotes_in_a_sentence_do_not_count() -> None:
    assert value("sentence-words", 'Write `a b c d` or "a b c" now.') == "3"


def test_a_document_is_measured_over_all_its_messages() -> None:
    entry = prompt(("system", "One two."), ("user", "Three\nfour."), ("tool", "Five."))
    entry += "    - {role: user, example: true, content: Six}\n"
    assert value("document-words", entry, "catalog-prompt") == "4"
    assert value("document-lines", entry, "catalog-prompt") == "3"
    assert value("document-words", entry, "catalog-prompt", roles=["tool"]) == "1"
    assert marked(metric("document-words", max=3), entry, "catalog-prompt") == ["One two."]


@pytest.mark.parametrize(
    ("bounds", "found"),
    [
        ({"max": 3}, 0),
        ({"max": 2.9}, 1),
        ({"min": 3}, 0),
        ({"min": 3.5}, 1),
        ({"min": 1, "max": 5}, 0),
    ],
)
def test_bounds_are_inside(bounds: dict[str, float], found: int) -> None:
    assert len(messages(metric("sentence-words", **bounds), "One two three.")) == found


def test_the_message_writes_numbers_for_people() -> None:
    assert messages(metric("document-words", max=1000.5), "word " * 1234) == ["1,234 ( to 1,000)"]
    assert messages(metric("document-tokens", min=2, max=9), "abc") == ["0.8 (2 to 9)"]


@given(
    st.lists(
        st.lists(st.sampled_from(["word", "WORD", "don't", "über", "3"]), min_size=1, max_size=12),
        min_size=1,
        max_size=5,
    )
)
def test_paragraphs_of_known_words(paragraphs: list[list[str]]) -> None:
    text = "\n\n".join(" ".join(["Go", *words]) for words in paragraphs)
    expected = [str(1 + len(words)) for words in paragraphs]
    found = messages(metric("paragraph-words", max=0), text, "text")
    assert [message.split()[0] for message in found] == expected
    percents = [
        100 * words.count("WORD") / (1 + len(words)) for words in paragraphs if len(words) >= 4
    ]
    found = messages(metric("capitals-percent", min=101), text, "text")
    assert [float(message.split()[0]) for message in found] == pytest.approx(percents, abs=0.051)


# --- formulas ------------------------------------------------------------------------------


def formula(text: str, **more: object) -> dict[str, object]:
    return {"kind": "metric", "formula": text, "message": "{value}", **more}


def calculated(text: str, prompt_text: str, format: str = "markdown", **more: object) -> list[str]:
    """Return what a formula gives, for each part, when no value is allowed."""
    where = {key: more.pop(key) for key in ("where", "roles") if key in more}
    return messages(formula(text, max=-1_000_000, **more), prompt_text, format, **where)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7", 7),
        ("1 + 2 * 3", 7),
        ("2 * 3 + 1", 7),
        ("10 - 2 - 1", 7),
        ("8 / 2 / 2", 2),
        ("1 - 6 / 3 * 2 + 0.5", -2.5),
    ],
)
def test_a_formula_is_reckoned_as_in_school(text: str, expected: float) -> None:
    assert [float(value) for value in calculated(text, "x")] == [expected]


PROSE = """\
# Some Heading

The cat sat on it. Universities educate CAREFUL people!

- One item (e.g. this) with {{name}}.
- Two

```
code here
```
"""


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("words", 13),
        ("sentences", 4),
        ("paragraphs", 3),
        ("headings", 1),
        ("list_items", 2),
        ("code_blocks", 1),
        ("examples", 1),
        ("placeholders", 1),
        ("characters", 59),
        ("long_words", 3),
        ("polysyllables", 3),
        ("capitalized_words", 5),
        ("uppercase_words", 1),
    ],
)
def test_counts_by_hand(name: str, number: int) -> None:
    assert calculated(name, PROSE) == [str(number)]
    assert calculated(name, PROSE.replace("\n", "\r\n")) == [str(number)]


def test_grades_by_formula_are_the_measure() -> None:
    grade = "0.39 * words / sentences + 11.8 * syllables / words - 15.59"
    assert calculated(grade, PROSE) == [value("reading-grade", PROSE)]


@pytest.mark.parametrize(
    ("per", "expected"),
    [
        ("document", ["9"]),
        ("message", ["9"]),
        ("section", ["4", "5"]),
        ("paragraph", ["4", "3", "2"]),
        ("sentence", ["2", "2", "3", "2"]),
        ("list-item", ["3", "2"]),
        ("line", ["4", "0", "5"]),
    ],
)
def test_a_formula_for_each_part(per: str, expected: list[str]) -> None:
    text = "One two. Three four.\n\n# Heading\n\n- one two three\n  - four five"
    found = calculated("words", text, per=per)
    if per == "list-item":
        expected = ["5", "2"]  # the first one holds the second
    if per == "line":
        expected = ["4", "0", "3", "2"]
    assert found == expected


def test_what_divides_by_nothing_is_not_measured() -> None:
    assert calculated("words / headings", "One two.") == []
    assert calculated("words / headings", "# One\n\nTwo.", per="section") == ["1"]


def test_the_first_line_of_the_part_is_marked() -> None:
    text = "# One\n\ntwo three\nfour\n\n# Five\n\nsix"
    check = formula("words", max=2, per="section")
    assert marked(check, text) == ["One"]
    assert marked(formula("words", max=2, per="paragraph"), text) == ["two three"]
    assert marked(formula("words", max=2), text) == ["# One"]


def test_counts_of_all_messages_are_added_up() -> None:
    entry = prompt(("system", "One two."), ("user", "Three."), ("tool", "Four."))
    assert calculated("words / sentences", entry, "catalog-prompt") == ["1.5"]
    assert calculated("words", entry, "catalog-prompt", roles=["tool"]) == ["1"]
    assert calculated("words", entry, "catalog-prompt", per="message") == ["2", "1"]


@given(
    texts_of("LOUD", "one. Two", "university"),
    st.sampled_from(sorted(STYLES)),
    st.sampled_from(["document", "sentence", "paragraph"]),
)
def test_formulas_find_the_same_in_every_style_of_yaml(text: str, style: str, per: str) -> None:
    expect_the_same_in_yaml(formula("10 * long_words / words", max=4, per=per), text, style)


@given(
    texts_of("LOUD", "one. Two", "word"),
    st.sampled_from(sorted(STYLES)),
    st.sampled_from(["sentence-words", "paragraph-words", "document-words", "reading-grade"]),
)
def test_finds_the_same_in_every_style_of_yaml(text: str, style: str, measure: str) -> None:
    expect_the_same_in_yaml(metric(measure, max=4), text, style)
