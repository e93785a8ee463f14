"""Text of an entry stays text: in HTML, and for Python-Markdown."""

from __future__ import annotations

import html
import re

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guideline_kit.site.encode import anchor, block, line, title

ANY_TEXT = st.text(
    alphabet=st.characters(exclude_categories=["Cs", "Cc", "Cf", "Cn", "Zl", "Zp", "Zs"])
)
MARKDOWN = st.text(alphabet="ab *_`#[](){}<>!|\\&;:=~^+-.\n\"'%", max_size=60)


EXTENSIONS = [
    *("admonition", "attr_list", "tables", "toc", "abbr", "def_list", "footnotes"),
    "pymdownx.superfences",
]


def convert(text: str) -> str:
    return markdown.markdown(text, extensions=EXTENSIONS)


@given(MARKDOWN | ANY_TEXT)
def test_a_line_is_a_paragraph_of_just_that_text(text: str) -> None:
    inside = convert(f"x{line(text)}x").removeprefix("<p>").removesuffix("</p>")
    assert "<" not in inside, f"{text!r} became an element"
    assert html.unescape(inside).split() == f"x{text}x".split()


@given(MARKDOWN)
def test_a_line_at_the_beginning_of_a_page_is_text(text: str) -> None:
    assert "<" not in convert(str(line(text))).removeprefix("<p>").removesuffix("</p>")


@given(MARKDOWN | ANY_TEXT)
def test_a_block_keeps_every_character(text: str) -> None:
    made = convert(f"<pre><code>{block(text)}</code></pre>\n\nafter")
    inside = made.removeprefix("<pre><code>").partition("</code></pre>")[0]
    assert html.unescape(re.sub("</?span[^>]*>", "", inside)) == text
    assert made.endswith("<p>after</p>")


def test_a_title_is_safe_in_html_and_in_quotes() -> None:
    assert title('a\n"b" <c> & d') == "a &quot;b&quot; &lt;c&gt; &amp; d"
    assert title("Ann's guide - v1.0") == "Ann's guide - v1.0", "some themes encode it again"


def test_a_block_is_one_line_of_source() -> None:
    assert "\n" not in block("a\n\n```\nb\r\nc")
    assert html.unescape(block("a\r\nb\rc\n")) == "a\nb\nc\n"


@pytest.mark.parametrize("mark", ["\x02", "\x03", "\x00", "\x1b", "\ufffe", "\ud800"])
def test_characters_that_no_page_can_hold_are_replaced(mark: str) -> None:
    assert line(f"a{mark}b") == "a\ufffdb"
    assert block(f"a{mark}b") == "a\ufffdb"


def test_text_cannot_be_reordered_in_a_line() -> None:
    assert html.unescape(line("abc\u202edef")) == "abc[U+202E]def"


def test_hidden_characters_are_named_where_the_exact_text_matters() -> None:
    made = block("a\u200bb")
    assert "ZERO WIDTH SPACE" in made
    assert "&#8203;" in made, "what is copied must hold the character itself"


def test_an_emoji_is_not_taken_apart() -> None:
    assert block("\U0001f469\u200d\U0001f52c") == "\U0001f469\u200d\U0001f52c"
    assert "U&#43;200D" in block("a\u200db")


def test_an_anchor_has_nothing_that_needs_encoding() -> None:
    assert anchor('A b/"c}') == "a-b--c-"
