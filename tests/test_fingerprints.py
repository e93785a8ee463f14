"""A finding is known again wherever it has moved, and by no more than a report shows of it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guideline_kit.diagnostics import Diagnostic, Severity, excerpted, in_order
from guideline_kit.fingerprints import fingerprint, numbered, one_sided, own_words
from guideline_kit.text import Source, Span


def finding(text: str, words: str, *, name: str = "a.md", secret: bool = False) -> Diagnostic:
    at = text.index(words)
    span = Span(at, at + len(words))
    return Diagnostic("a-rule", Severity.ERROR, "So", Source(name, text), span, secret=secret)


TEXT = "Read the plan. List several risks of the plan, briefly.\n"
HERE = fingerprint(finding(TEXT, "several"))


def test_a_fingerprint_stays_from_one_release_to_the_next() -> None:
    """Each baseline in the world holds them: another way to make them needs another version."""
    assert HERE == "6e81865bf0bc60f6"
    assert (
        fingerprint(Diagnostic("a-rule", Severity.INFO, "So", Source("a", "")))
        == "0000000000000000"
    )


@pytest.mark.parametrize(
    "text",
    [
        f"# A title\n\nSome lines.\n\n{TEXT}",
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\n", "  \n"),
        f"    {TEXT}",
        f"12. {TEXT}",
        f"> - {TEXT}",
        TEXT.replace("Read the plan.", "Read what was planned, first."),
        TEXT.replace("plan, briefly", "project, at length"),
        TEXT.replace("List several", "List   several"),
    ],
    ids=repr,
)
def test_a_finding_that_moves_keeps_its_fingerprint(text: str) -> None:
    assert fingerprint(finding(text, "several", name="b/c.md")) == HERE


def test_another_sentence_may_change() -> None:
    whole = "List several risks of the plan, briefly."
    marks = {fingerprint(finding(text, whole)) for text in (TEXT, f"{TEXT[:-1]} So.", whole)}
    assert len(marks) == 1
    alone = fingerprint(finding("Be so. List several. Go on.", "several"))
    assert fingerprint(finding("Now! List several. Go away.", "several")) == alone


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (TEXT.replace("risks", "open risks"), 0),
        (TEXT.replace("several risks", "several\nrisks"), 0),
        (TEXT.replace("List", "Name"), 1),
        (TEXT.replace("List ", "List\n"), 1),
    ],
    ids=repr,
)
def test_what_changes_on_one_side_leaves_the_other(text: str, kept: int) -> None:
    mark = fingerprint(finding(text, "several"))
    assert mark != HERE
    assert one_sided(mark)[kept] == one_sided(HERE)[kept]
    assert one_sided(mark)[1 - kept] != one_sided(HERE)[1 - kept]


def test_the_two_sides_are_never_taken_for_each_other() -> None:
    marks = [fingerprint(finding(text, "so")) for text in ("a so", "so a", "a so a", "so")]
    assert len(set(marks)) == 4
    assert not {one_sided(mark)[0] for mark in marks} & {one_sided(mark)[1] for mark in marks} - {
        ""
    }


def test_a_word_at_the_end_of_its_line_is_not_known_by_what_does_not_follow() -> None:
    first, other = (fingerprint(finding(f"{verb} several", "several")) for verb in ("Name", "Read"))
    assert first != other
    assert one_sided(first)[1] == one_sided(other)[1] == ""
    # A sentence is known by its own words.
    one, two = (fingerprint(finding(f"{verb} it is so", "it is so")) for verb in ("Now", "Then"))
    assert one_sided(one)[1] == one_sided(two)[1] != ""


def test_other_words_have_another_fingerprint() -> None:
    mark = fingerprint(finding(TEXT.replace("several", "some"), "some"))
    assert not {*one_sided(mark)} & {*one_sided(HERE)}


def test_a_long_finding_is_known_by_how_it_begins() -> None:
    long = "The tool reads each of the files and then it writes a log of what it has read."
    wrapped = long.replace("and then", "and\nthen")
    assert fingerprint(finding(long, long)) == fingerprint(finding(wrapped, wrapped))


def test_of_a_secret_a_fingerprint_holds_what_a_report_shows() -> None:
    def marks(secret: str) -> list[str]:
        text = f"The key is {secret} for several hosts.\n"
        found = in_order([finding(text, secret, secret=True), finding(text, "several")])
        assert all(secret[6:] not in own_words(item) for item in found)
        return [fingerprint(item) for item in found]

    start = "sk-" + "a1"
    assert marks(f"{start}{'b2c3d4e5' * 3}") == marks(f"{start}{'f6a7b8c9' * 3}")


@given(
    st.lists(st.text("ab 1é漢\u200b*\ud800", max_size=8), max_size=6),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.data(),
)
def test_the_lines_of_a_report_are_enough(lines: list[str], end: str, data: st.DataObject) -> None:
    text = end.join(lines)
    start = data.draw(st.integers(0, len(text)))
    span = Span(start, data.draw(st.integers(start, len(text))))
    item = Diagnostic("a-rule", Severity.INFO, "So", Source("a.md", text), span)
    (short,) = excerpted([item])
    assert fingerprint(short) == fingerprint(item)
    assert own_words(short) == own_words(item)


@pytest.mark.parametrize("gap", [" ", "\n"])
def test_many_findings_of_one_file_take_no_longer_each(gap: str) -> None:
    text = gap.join(["List several risks of it"] * 50_000) + "\n"
    source = Source("a.md", text)
    step = len("List several risks of it ")
    items = [
        Diagnostic("a-rule", Severity.INFO, "So", source, Span(at + 5, at + 12))
        for at in range(0, len(text), step)
    ]
    start = time.monotonic()
    found = list(numbered(excerpted(items)))
    assert time.monotonic() - start < 60
    assert max(number for _, mark, number in found if mark == found[9][1]) > 49_000


def test_equal_findings_are_told_apart_by_their_order() -> None:
    text = f"{TEXT}{TEXT}{TEXT.replace('several', 'some')}"
    spans = [Span(at, at + 7) for at in (20, 20 + len(TEXT), 20 + 2 * len(TEXT))]
    source = Source("a.md", text)
    items = [Diagnostic("a-rule", Severity.INFO, "So", source, span) for span in spans]
    assert [number for _, _, number in numbered(items)] == [0, 1, 0]
