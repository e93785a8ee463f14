"""What holds for every prompt format: nothing is lost, nothing is misplaced, nothing raises."""

from __future__ import annotations

import pytest
from hosting import hosted
from hypothesis import given
from hypothesis import strategies as st
from precision.formats import faults_of

from guideline_kit import formats
from guideline_kit.documents import Document
from guideline_kit.text import Source

FORMATS = sorted(formats.TITLES)
PIECES = st.sampled_from((
    "Take few.", "é", "日本", "🙂", " ", "  ", "\t", "\n", "\n\n",
    '"', "'", "\\", "{{a}}", "{{ b }}",
    "{c}", "${d}", "$1", "{%", "%}", "{#", "#", "# h\n", "- i\n", ": ", "---\n", "```\n", "<t>",
    "</t>", "system:\n", "# user:\n", '{{role "user"}}', '<message role="user">', "</message>",
    "|||", "[1]", "&", "*", "%s", "\x7f", "\xa0", "\u2028", "\ufeff",
))  # fmt: skip
TEXTS = st.lists(PIECES, max_size=12).map("".join)


def read(text: str, format: str) -> Document:
    return formats.read(Source("a file", text), format)


def faults(document: Document) -> list[str]:
    found = list(faults_of(document))
    for part in document.parts:
        found += faults_of(part)
    return found


@pytest.mark.parametrize("format", FORMATS)
def test_what_a_file_says_is_read(format: str) -> None:
    for text in ("Take few.", "Take «few» of 日本 🙂.", "Say \"no\" or 'yes' \\ or so."):
        document = read(hosted(format, text), format)
        assert not document.problems
        assert [item.text.text.strip() for item in document.messages] == [text]
        (message,) = document.messages
        start = message.text.text.index("Take") if "Take" in text else 0
        span = message.text.span(start, start + 3)
        assert document.source.slice(span) == message.text.text[start : start + 3]


@pytest.mark.parametrize("format", FORMATS)
@given(text=TEXTS)
def test_everything_stands_where_it_says(format: str, text: str) -> None:
    assert faults(read(hosted(format, text), format)) == []


@pytest.mark.parametrize("format", FORMATS)
@given(text=TEXTS, line_end=st.sampled_from(("\r\n", "\r")), mark=st.booleans())
def test_line_ends_and_a_byte_order_mark_move_nothing(
    format: str, text: str, line_end: str, mark: bool
) -> None:
    written = hosted(format, text).replace("\n", line_end)
    assert faults(read("\ufeff" * mark + written, format)) == []


@pytest.mark.parametrize("format", FORMATS)
@given(text=TEXTS, at=st.integers(0, 400), gone=st.integers(0, 40), junk=TEXTS)
def test_a_file_that_is_damaged_is_read_as_far_as_it_goes(
    format: str, text: str, at: int, gone: int, junk: str
) -> None:
    whole = hosted(format, text)
    document = read(whole[:at] + junk + whole[at + gone :], format)
    assert faults(document) == []
    for item in document.problems:
        assert item.message
        assert item.help


@pytest.mark.parametrize("format", FORMATS)
@given(text=TEXTS, other=st.sampled_from(FORMATS))
def test_a_file_of_another_format_is_read_as_far_as_it_goes(
    format: str, text: str, other: str
) -> None:
    assert faults(read(hosted(other, text), format)) == []


@pytest.mark.parametrize("path", ["a.json", "prompts/a.json", "a.yaml", "prompts/a.yaml", "a.md",
                                  "a.py", "a.txt", "prompts/a.txt", "a.prompt", "a.prompty",
                                  "a.jinja2", "config.json", "templates.yaml"])  # fmt: skip
@given(text=TEXTS, format=st.sampled_from(FORMATS))
def test_whatever_a_file_holds_it_is_decided_what_it_is(path: str, text: str, format: str) -> None:
    found = formats.detect(path, hosted(format, text))
    assert found is None or found in formats.possible(path)
