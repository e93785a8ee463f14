"""Comments in Python source, and the code that each of them speaks of.

The source is not parsed: what a linter is told has to be found in any file.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import NamedTuple

from guideline_kit.formats.python_source.literals import end_of_literal
from guideline_kit.text import Source, Span

_STOP = re.compile(r"[\"'#()\[\]{}\\\r\n]")
_BREAK = re.compile(r"\r\n|\r|\n")


class Remark(NamedTuple):
    """A comment, from its `#` to the end of its line.

    `about` is the code that it speaks of, in whole lines. Beside code that is its line, with
    all of a string that ends there: nothing can be written beside its other lines. Alone it is
    the statement that comes next; between brackets the next line, with all of a string that
    begins there.
    """

    span: Span
    about: Span


def remarks(source: Source) -> list[Remark]:
    """Return the comments of a file, in order."""
    return _Walk(source.text).remarks(source)


class _Walk:
    """Walks through a file once: where strings, comments and statements begin and end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.comments: list[tuple[Span, bool]] = []  # and whether it stands between brackets
        self.strings: list[Span] = []  # of more than one line
        self.ends: list[int] = []  # of statements
        depth = at = start = 0
        while found := _STOP.search(text, at):
            here, sign = found.start(), found.group()
            at = here + 1
            if sign in "\"'":
                at = max(at, end_of_literal(text, here))
                if _BREAK.search(text, here, at):
                    self.strings.append(Span(here, at))
            elif sign == "#":
                broken = _BREAK.search(text, at)
                at = broken.start() if broken else len(text)
                if not depth and not text[start:here].strip():
                    start = at  # a statement does not begin with a comment
                self.comments.append((Span(here, at), depth > 0))
            elif sign in "([{":
                depth += 1
            elif sign in ")]}":
                depth = max(0, depth - 1)
            elif sign == "\\":
                broken = _BREAK.match(text, at)
                at = broken.end() if broken else at
            elif not depth:
                if text[start:here].strip():
                    self.ends.append(here)
                start = at
        if text[start:].strip():
            self.ends.append(len(text))

    def remarks(self, source: Source) -> list[Remark]:
        """Return the comments with what they speak of."""
        begin = [span.start for span in self.strings]
        finish = [span.end for span in self.strings]
        found = []
        following: dict[int, int] = {}  # where the next line of code ends, by lines of comments
        for span, inside in reversed(self.comments):
            number = source.position(span.start).line
            start, end = source.line_starts[number - 1], span.end
            if self.text[start : span.start].strip():
                index = bisect_left(finish, start)
                if index < len(finish) and finish[index] <= span.start:
                    first = source.position(begin[index]).line
                    start = source.line_starts[first - 1]
            elif inside:
                end = following[number] = self._next_line(source, number + 1, following)
                index = bisect_right(begin, end) - 1
                if index >= 0 and finish[index] > end:
                    end = source.line_span(source.position(finish[index]).line)[1]
            else:
                index = bisect_right(self.ends, span.end)
                end = self.ends[index] if index < len(self.ends) else len(self.text)
            found.append(Remark(span, Span(start, end)))
        return found[::-1]

    def _next_line(self, source: Source, number: int, following: dict[int, int]) -> int:
        """Return where the next line of code ends."""
        while number < len(source.line_starts):
            if number in following:
                return following[number]
            if source.line(number).strip():
                break
            number += 1
        return source.line_span(min(number, len(source.line_starts)))[1]
