"""The difference that fixing would make: `patch` and `git apply` must understand it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guideline_kit.diagnostics import Edit
from guideline_kit.fix import edited
from guideline_kit.report.diff import render
from guideline_kit.text import Span

PIECES = ["a", "b", "line", " ", "\n", "\n", "\n\n", "\r\n", "\r", "-", "+", "é", "\\", "@@"]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


@st.composite
def changes(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    """A text and edits of it, in order and apart, each of which changes something."""
    text = draw(TEXTS)
    places = draw(st.lists(st.integers(0, len(text)), max_size=8, unique=True).map(sorted))
    edits = []
    for start, end in zip(places[::2], places[1::2], strict=False):
        new = draw(st.sampled_from(["", "x", "y\n", "\n", "\r\nz", "two\nlines"]))
        if text[start:end] != new:
            edits.append(Edit(Span(start, end), new))
    return text, edits


HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


def patched(before: str, diff: str) -> str:
    """Apply a unified diff, strictly: every line and every number must be right."""
    lines = before.split("\n")
    lines = [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])
    made: list[str] = []
    at = 0
    body = diff.split("\n")[2:-1]
    while body:
        found = HUNK.fullmatch(body.pop(0))
        assert found, "a hunk begins with its numbers"
        start, old, new_start, new = (1 if text is None else int(text) for text in found.groups())
        start -= old > 0  # of no lines, the line before is named
        made += lines[at:start]
        at = start
        assert len(made) == new_start - (new > 0)
        until = at + old, len(made) + new
        while body and not body[0].startswith("@@ "):
            sign, line = body[0][0], body.pop(0)[1:]
            if body and body[0].startswith("\\"):
                body.pop(0)
            else:
                line += "\n"
            if sign in " -":
                assert lines[at] == line
                at += 1
            if sign in " +":
                made.append(line)
        assert (at, len(made)) == until, "the numbers of a hunk are those of its lines"
    return "".join([*made, *lines[at:]])


@given(changes())
def test_the_difference_makes_the_new_text_of_the_old_one(change: tuple[str, list[Edit]]) -> None:
    before, edits = change
    if edits:
        assert patched(before, render("x.md", before, edits)) == edited(before, edits)


@given(changes())
def test_lines_that_stay_are_no_change(change: tuple[str, list[Edit]]) -> None:
    before, edits = change
    lines = render("x.md", before, edits).split("\n")[2:-1]
    signs = [line[:1] for line in lines]
    for hunk in "".join(signs).replace("\\", "").split("@")[1:]:
        around = re.fullmatch(r"( *)[-+].*?( *)", hunk)
        assert around, "a hunk without a change"
        assert max(map(len, around.groups())) <= 3
    assert signs.count("-") <= sum(
        before.count("\n", edit.span.start, edit.span.end) + 2 for edit in edits
    )


@pytest.mark.parametrize(
    "command", [["git", "apply"], ["patch", "-p1", "--binary"]], ids=lambda value: value[0]
)
@pytest.mark.parametrize("name", ["x.md", "sub folder/a prompt.md", "naïve.md"])
@pytest.mark.parametrize(
    "before",
    ["one\ntwo\nthree", "one\r\ntwo\r\nthree\r\n", "two", "\ufeffone\ntwo\n", "\n" * 20 + "two\n"],
)
def test_git_and_patch_apply_it(command: list[str], name: str, before: str, tmp_path: Path) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(before.encode())
    at = before.index("two")
    edits = [Edit(Span(at, at + 3), "2"), Edit(Span(len(before), len(before)), "\nmore")]
    diff = render(name, before, edits)
    done = subprocess.run(
        command, cwd=tmp_path, input=diff.encode(), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    assert path.read_bytes().decode() == edited(before, edits)


def test_what_is_near_stands_in_one_hunk_with_three_lines_around() -> None:
    before = "".join(f"{number}\n" for number in range(40))
    at = before.index
    edits = [Edit(Span(at(f"\n{n}\n") + 1, at(f"\n{n}\n") + 3), f"new {n}") for n in (10, 16, 30)]
    hunks = HUNK.findall(render("x.md", before, edits))
    assert hunks == [("8", "13", "8", "13"), ("28", "7", "28", "7")]


def test_lines_that_follow_each_other_are_shown_as_a_group() -> None:
    edits = [Edit(Span(0, 1), "x"), Edit(Span(2, 3), "y")]
    assert render("x.md", "a\nb\n", edits).split("\n")[3:-1] == ["-a", "-b", "+x", "+y"]


def test_for_a_terminal_nothing_is_hidden_and_nothing_acts() -> None:
    before = "see\u200b\x1b[2J\nno\u00a0break\tor\u00a0tab\r\nrest\u00a0of it\n"
    edits = [Edit(Span(3, 4), ""), Edit(Span(before.index("\u00a0"), before.index("break")), " ")]
    shown = render("x.md", before, edits, exact=False)
    assert shown.split("\n")[3:] == [
        "-see<U+200B><U+001B>[2J",
        "-no<U+00A0>break\tor<U+00A0>tab",
        "+see<U+001B>[2J",
        "+no break\tor<U+00A0>tab",
        " rest\u00a0of it",
        "",
    ]
    assert "\x1b" in render("x.md", before, edits), "exact is exact"


def test_a_strange_name_forges_no_line() -> None:
    diff = render("a\n+++ b/other.md", "a", [Edit(Span(0, 1), "b")])
    assert diff.startswith('--- "a/a\\n+++ b/other.md"\n+++ "b/a\\n+++ b/other.md"\n@@ -1 +1 @@\n')


def test_colour_tells_the_signs_apart() -> None:
    diff = render("x.md", "a\nb\n", [Edit(Span(0, 1), "c")], colour=True, exact=False)
    assert [line[:5] for line in diff.split("\n")] == [
        "\x1b[1m-", "\x1b[1m+", "\x1b[36m", "\x1b[31m", "\x1b[32m", " b", "",
    ]  # fmt: skip
