"""Findings are marked where the linter says they are."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guideline_kit.site.examples import example_text, marked_example


def shown(code: str) -> str:
    """Return marked text with the marks as brackets, and their numbers behind them."""
    code = re.sub(r'<mark class="gk-finding" title="[^"]*" data-n="([^"]*)">', r"[\1:", code)
    code = re.sub(r'<mark class="gk-finding" title="[^"]*">', "[", code)
    return html.unescape(code.replace("</mark>", "]"))


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([(0, 2, "m")], "[1:ab]cdef"),
        ([(4, 6, "m"), (0, 2, "n")], "[1:ab]cd[2:ef]"),
        ([(0, 4, "m"), (2, 6, "n")], "[ab][1:cd][2:ef]"),
        ([(0, 6, "m"), (2, 4, "n")], "[ab][2:cd][1:ef]"),
        ([(1, 3, "m"), (1, 3, "n")], "a[1, 2:bc]def"),
        ([(3, 3, "m")], "abc[1:]def"),
        ([(0, 0, "m"), (6, 6, "n")], "[1:]abcdef[2:]"),
        ([(4, 99, "m")], "abcd[1:ef]"),
        ([], "abcdef"),
    ],
)
def test_spans_are_marked(spans: list[tuple[int, int, str]], expected: str) -> None:
    assert shown(marked_example("abcdef", spans).code) == expected


@given(
    st.text(alphabet="ab<&\n", max_size=12),
    st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14)).map(sorted), max_size=4),
)
def test_the_text_is_kept_whatever_is_marked(text: str, spans: list[list[int]]) -> None:
    made = marked_example(text, [(start, end, "m") for start, end in spans])
    assert html.unescape(re.sub("<[^>]*>", "", made.code)) == text
    assert len(made.findings) == len(spans)


def test_findings_say_their_line() -> None:
    found = marked_example("a\nb c\n", [(4, 5, "here")]).findings[0]
    assert (found.number, found.line, found.text, found.message) == (1, 2, "c", "here")


def test_the_marks_of_the_author_are_taken_out_of_wrong_texts_only() -> None:
    example = {"bad": "a «b» [c]", "good": "«d»"}
    assert example_text(example, "bad") == "a b [c]"
    assert example_text(example, "good") == "«d»"
    assert example_text({**example, "marks": "[]"}, "bad") == "a «b» c"
