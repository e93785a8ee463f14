"""Places in texts: offsets, lines and columns, UTF-16, bytes; and texts made from a source."""

from __future__ import annotations

import copy
import json
import pickle
import re

import pytest
import yaml
from hypothesis import assume, example, given
from hypothesis import strategies as st
from linting import STYLES, scalar

from guideline_kit import jsonio, yamlio
from guideline_kit.text import MappedText, Position, Run, Source, Span

# Letters of one, two, three and four bytes, of one and two UTF-16 units, every line break
# that counts, and some that only other programs take for one.
LETTERS = st.sampled_from(
    ["a", "b", " ", "\n", "\r", "\r\n", "é", "ß", "€", "一", "😀", "👩‍🚀", "\u2028", "\x0b", "\x85"]
)
TEXTS = st.lists(LETTERS, max_size=60).map("".join)


def _lines(text: str) -> list[str]:
    """Split a text into lines, line breaks kept, as an editor shows them."""
    pieces = re.split(r"(\r\n|\r|\n)", text)
    ends = [*pieces[1::2], ""]
    return [line + end for line, end in zip(pieces[::2], ends, strict=True)]


@given(TEXTS, st.data())
def test_a_position_leads_back_to_its_offset(text: str, data: st.DataObject) -> None:
    source = Source("x", text)
    offset = data.draw(st.integers(0, len(text)))
    position = source.position(offset)
    assert source.offset(position) == offset
    assert position.line >= 1
    assert position.column >= 1


@given(TEXTS, st.data())
def test_lines_and_columns_are_those_an_editor_shows(text: str, data: st.DataObject) -> None:
    lines = _lines(text)
    offset = data.draw(st.integers(0, len(text)))
    line, column = Source("x", text).position(offset)
    before = sum(map(len, lines[: line - 1]))
    assert before + column - 1 == offset
    # An offset past a line break belongs to the next line, unless \r\n is cut in two.
    assert 1 <= column <= len(lines[line - 1]) + (line == len(lines))


@given(TEXTS)
def test_every_line_comes_back_without_its_line_break(text: str) -> None:
    source = Source("x", text)
    expected = [line.rstrip("\r\n") for line in _lines(text)]
    assert len(source.line_starts) == len(expected)
    assert [source.line(number + 1) for number in range(len(expected))] == expected


@given(TEXTS, st.data())
def test_utf16_columns_count_surrogate_pairs_as_two(text: str, data: st.DataObject) -> None:
    source = Source("x", text)
    offset = data.draw(st.integers(0, len(text)))
    line, column = source.utf16(offset)
    assert line == source.position(offset).line
    before = text[source.line_starts[line - 1] : offset]
    assert column - 1 == sum(2 if ord(letter) > 0xFFFF else 1 for letter in before)


@given(TEXTS, st.data())
def test_an_excerpt_answers_for_its_lines_as_the_whole_does(text: str, data: st.DataObject) -> None:
    source = Source("x", text)
    offsets = data.draw(st.lists(st.integers(0, len(text)), max_size=5))
    for excerpt in (source.excerpt(offsets), copy.copy(source.excerpt(offsets))):
        for offset in offsets:
            position = source.position(offset)
            assert excerpt.position(offset) == position
            assert excerpt.line(position.line) == source.line(position.line)
            assert excerpt.line_span(position.line) == source.line_span(position.line)
            assert excerpt.utf16(offset) == source.utf16(offset)
            stop = source.line_span(position.line)[1]
            assert excerpt.part(offset, stop) == source.part(offset, stop)
        assert excerpt.named("y").name == "y"


def test_a_lone_surrogate_has_a_utf16_column_too() -> None:
    assert Source("x", "a\ud83db").utf16(3) == Position(1, 4)


def test_line_breaks_are_those_of_editors_not_of_unicode() -> None:
    source = Source("x", "one\u2028still one\x0b\x85\ntwo\rthree\r\nfour")
    assert [
        source.position(source.text.index(word)).line for word in ("still", "two", "three")
    ] == [
        1,
        2,
        3,
    ]
    assert source.position(len(source.text)) == Position(4, 5)


def test_a_source_is_the_same_after_a_trip_to_another_process() -> None:
    source = Source("x", "one\ntwo")
    assert source.position(5) == Position(2, 2)  # fills what is computed once
    again = pickle.loads(pickle.dumps(source))  # noqa: S301
    assert again == source
    assert hash(again) == hash(source)
    assert again.position(5) == Position(2, 2)
    assert again != Source("y", "one\ntwo")


# --- texts made from a source --------------------------------------------------------------


@st.composite
def mapped(draw: st.DrawFn) -> tuple[Source, MappedText]:
    """A text of pieces that stand in the source as they are, with escapes between them."""
    source, text, runs = draw(TEXTS), "", []
    start = len(source)
    for _ in range(draw(st.integers(0, 4))):
        piece = draw(TEXTS)
        escaped, written = draw(
            st.sampled_from(
                [("", ""), ("\t", "\\t"), (" ", "\n    "), ("é", "\\u00e9"), ("'", "''")]
            )
        )
        if piece:
            runs.append(Run(len(text), len(source), len(piece)))
        text += piece + escaped
        source += piece + written
    whole = Span(start, len(source))
    return Source("x", source + draw(TEXTS)), MappedText(text, tuple(runs), whole)


@given(mapped(), st.data())
def test_a_span_of_a_mapped_text_shows_the_same_text_in_the_source(
    made: tuple[Source, MappedText], data: st.DataObject
) -> None:
    source, text = made
    if not text.runs:
        return
    run = data.draw(st.sampled_from(text.runs))
    start = data.draw(st.integers(0, run.length - 1)) + run.start
    end = data.draw(st.integers(start + 1, run.start + run.length))
    assert source.slice(text.span(start, end)) == text.text[start:end]


@given(mapped(), st.data())
def test_spans_stay_inside_the_scalar_and_in_order(
    made: tuple[Source, MappedText], data: st.DataObject
) -> None:
    _, text = made
    ends = sorted(data.draw(st.lists(st.integers(0, len(text.text)), min_size=3, max_size=3)))
    first, second = text.span(ends[0], ends[1]), text.span(ends[1], ends[2])
    for span in (first, second):
        assert text.whole.start <= span.start <= span.end <= text.whole.end
    assert first.start <= second.start
    assert first.end <= second.end or ends[1] == ends[2]


@given(mapped(), st.data())
def test_a_text_between_runs_is_covered_by_its_span(
    made: tuple[Source, MappedText], data: st.DataObject
) -> None:
    """A finding that begins in one run and ends in another covers both, escapes included."""
    _, text = made
    if len(text.runs) < 2:
        return
    first, last = text.runs[0], text.runs[-1]
    span = text.span(first.start, last.start + last.length)
    assert span == Span(first.source, last.source + last.length)


@given(TEXTS, st.data())
def test_byte_offsets_lead_to_the_character_that_stands_there(
    text: str, data: st.DataObject
) -> None:
    made = MappedText.verbatim(Source("x", text))
    at = data.draw(st.integers(0, len(text)))
    byte = len(text[:at].encode())
    assert made.data == text.encode()
    assert made.character(byte) == at


@given(st.integers(0, 900), st.sampled_from("aé€😀"), st.data())
@example(512, "a", None)
def test_byte_offsets_are_right_beyond_the_first_block(
    before: int, letter: str, data: st.DataObject | None
) -> None:
    """Characters are counted block by block: a block's border may cut one in two."""
    text = "x" * before + letter * 700 + "end"
    made = MappedText.verbatim(Source("x", text))
    at = data.draw(st.integers(0, len(text))) if data else 512
    assert made.character(len(text[:at].encode())) == at


@given(mapped(), st.data())
def test_a_span_of_bytes_is_the_span_of_their_characters(
    made: tuple[Source, MappedText], data: st.DataObject
) -> None:
    _, text = made
    start = data.draw(st.integers(0, len(text.text)))
    end = data.draw(st.integers(start, len(text.text)))
    low, high = (len(text.text[:at].encode()) for at in (start, end))
    assert text.byte_span(low, high) == text.span(start, end)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [(0, 0, (1, 1)), (1, 1, (2, 2)), (2, 2, (6, 6)), (3, 3, (7, 7))],
)
def test_an_empty_span_is_a_place_between_characters(
    start: int, end: int, expected: tuple[int, int]
) -> None:
    # "ab<escape>c", where the source has '"a\\u0062c"' and b is an escape of four more.
    text = MappedText("abc", (Run(0, 1, 1), Run(2, 6, 1)), Span(0, 8))
    assert text.span(start, end) == Span(*expected)


def test_an_empty_text_lies_where_it_was_taken_from() -> None:
    assert MappedText("", (), Span(4, 6)).span(0, 0) == Span(4, 4)


@given(mapped(), st.data())
def test_a_part_of_a_mapped_text_keeps_every_place(
    made: tuple[Source, MappedText], data: st.DataObject
) -> None:
    """A template that is split reports where its pieces stand in the file, escapes included."""
    _, text = made
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(text.text))] * 2)))
    part = text.part(start, end)
    assert part.text == text.text[start:end]
    assert part.whole == text.span(start, end)
    for at in range(end - start):
        for stop in range(at + 1, end - start + 1):
            assert part.span(at, stop) == text.span(start + at, start + stop)


def test_a_part_of_escapes_has_the_place_of_each() -> None:
    # "\n\n" in quotes: an empty run before each escape says where it begins.
    text = MappedText("\n\n", (Run(0, 1, 0), Run(1, 3, 0), Run(2, 5, 0)), Span(0, 6))
    assert text.part(1, 2).span(0, 1) == Span(3, 5)
    assert text.part(0, 1).whole == Span(1, 3)


def test_a_part_is_written_as_the_whole_is() -> None:
    text = MappedText("it is", (Run(0, 1, 5),), Span(0, 7), lambda new: new.replace("'", "''"))
    assert text.part(0, 2).written("'") == "''"


# --- a text within a text ------------------------------------------------------------------

INNER = st.lists(
    st.sampled_from(
        ["a", "word ", "é", "😀", " ", "\n", "\n\n", '"', "'", "\\", "{{x}}", ": ", "#", "\t", "- "]
    ),
    max_size=15,
).map("".join)
JSON_WIDTHS = st.sampled_from([None, 1])


@st.composite
def texts_within(draw: st.DrawFn) -> tuple[Source, MappedText, MappedText, MappedText]:
    """A file of YAML or JSON, a text in it that is JSON or YAML, a text in that, and the same
    as one of the file."""
    chat = [{"content": draw(INNER)}, {"content": draw(INNER)}]
    if draw(st.booleans()):
        written = json.dumps(chat, ensure_ascii=draw(st.booleans()), indent=draw(JSON_WIDTHS))
        read = jsonio.read
    else:
        written = yaml.dump(
            chat,
            default_style=draw(st.sampled_from([None, "'", '"', "|", ">"])),
            allow_unicode=draw(st.booleans()),
            width=draw(st.integers(10, 60)),
        )
        read = yamlio.read
    if draw(st.booleans()):
        style = draw(st.sampled_from(list(STYLES)))
        source = Source("x", scalar(written, style, width=draw(st.integers(10, 60))))
        tree = yamlio.read(source).tree
    else:
        source = Source("x", json.dumps({"prompt": written}, ensure_ascii=draw(st.booleans())))
        tree = jsonio.read(source).tree
    assume(tree is not None and tree.data == {"prompt": written})
    assert tree is not None
    outer = tree.text(("prompt",))
    assert outer is not None
    there = read(Source("", outer.text)).tree
    assume(there is not None and there.data == chat)
    assert there is not None
    inner = there.text((draw(st.integers(0, 1)), "content"))
    assert inner is not None
    return source, outer, inner, inner.within(outer)


@given(texts_within())
def test_a_text_within_a_text_stands_where_its_characters_do(
    made: tuple[Source, MappedText, MappedText, MappedText],
) -> None:
    """JSON in YAML: a finding in a message points at the word in the file."""
    _, outer, inner, both = made
    assert both.text == inner.text
    assert both.whole == outer.span(inner.whole.start, inner.whole.end)
    for start in range(len(both.text)):
        for end in range(start + 1, min(start + 6, len(both.text)) + 1):
            between = inner.span(start, end)
            assert both.span(start, end) == outer.span(between.start, between.end)


@given(texts_within())
def test_the_runs_of_a_text_within_a_text_are_those_of_any_text(
    made: tuple[Source, MappedText, MappedText, MappedText],
) -> None:
    source, outer, inner, both = made
    at = place = 0
    for run in both.runs:
        assert (run.start, run.source) >= (at, place), "runs are in order"
        at, place = run.start + run.length, run.source + run.length
        assert both.text[run.start : at] == source.text[run.source : place]
    assert len(both.runs) <= 4 * (len(inner.runs) + len(outer.runs))


@given(texts_within(), st.data())
def test_what_is_written_in_a_text_within_a_text_can_be_read_again(
    made: tuple[Source, MappedText, MappedText, MappedText], data: st.DataObject
) -> None:
    _, outer, inner, both = made
    new = data.draw(st.sampled_from(['say "it"', "a\\b", "plain"]))
    written = both.written(new)
    inside = inner.written(new)
    assert written == (None if inside is None else outer.written(inside))


@given(TEXTS, st.data())
def test_characters_lead_to_their_bytes_and_back(text: str, data: st.DataObject) -> None:
    made = MappedText.verbatim(Source("x", text * 20))
    at = data.draw(st.integers(0, len(made.text)))
    assert made.byte(at) == len(made.text[:at].encode())
    assert made.character(made.byte(at)) == at


def test_half_a_surrogate_pair_takes_one_byte_and_shifts_nothing() -> None:
    made = MappedText.verbatim(Source("x", "é\ud83dé"))
    assert [made.character(made.byte(at)) for at in range(4)] == [0, 1, 2, 3]
    made.data.decode("utf-8")  # what is handed to the matcher is UTF-8


def test_a_span_of_no_characters_is_not_taken_for_no_span() -> None:
    """An error at the end of a line has an empty span; `span or other` must keep it."""
    assert bool(Span(7, 7))
    assert MappedText.verbatim(Source("x", "one two"), Span(7, 7)).text == ""
