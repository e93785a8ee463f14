"""Texts and places in them.

Inside the program a place is an offset in code points. What leaves it is converted here:
line and column for people, UTF-16 units for editors, bytes for the matcher.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from typing import Any, NamedTuple

# What editors and terminals take for the end of a line. YAML 1.1 and str.splitlines()
# know more; with those, columns would differ from what an editor shows.
_LINE_BREAK = re.compile(r"\r\n|\n|\r")

_CONTINUATION_BYTES = bytes(range(0x80, 0xC0))
_USUAL = b"\t\r\n" + bytes(range(0x20, 0x7F))
_BLOCK = 512


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points, `start <= end`, in one text."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start

    def __bool__(self) -> bool:
        # A span of no characters is a place all the same: `span or other` must not lose it.
        return True


class Position(NamedTuple):
    """A place for people: line and column, both counted from 1, columns in code points."""

    line: int
    column: int


class Lines:
    """The lines of a text with a name: of a whole one, or those of it that a report shows.

    `name` is what messages call it: a path with forward slashes, relative where it can be.
    """

    __slots__ = ("name",)

    name: str

    def position(self, offset: int) -> Position:
        """Return the line and column of an offset, `0 <= offset <= len(text)`."""
        raise NotImplementedError

    def line_span(self, number: int) -> tuple[int, int]:
        """Return where a line, counted from 1, begins and ends, its line break left out."""
        raise NotImplementedError

    def part(self, start: int, end: int) -> str:
        """Return the text between two offsets."""
        raise NotImplementedError

    def line(self, number: int) -> str:
        """Return a line, counted from 1, without its line break."""
        return self.part(*self.line_span(number))

    def slice(self, span: Span) -> str:
        """Return the text of a span."""
        return self.part(span.start, span.end)

    def utf16(self, offset: int) -> Position:
        """Return line and column, both from 1, the column in UTF-16 units (SARIF, editors)."""
        line, column = self.position(offset)
        before = self.part(offset - column + 1, offset)
        return Position(line, len(before.encode("utf-16-le", "surrogatepass")) // 2 + 1)


class Source(Lines):
    """A text with a name: a file, standard input, or an example in a rule.

    `encoding` is what the file is written in, where that is not UTF-8.
    """

    __slots__ = ("_starts", "encoding", "text")

    def __init__(self, name: str, text: str, encoding: str = "") -> None:
        self.name = name
        self.text = text
        self.encoding = encoding
        self._starts: array[int] | None = None

    def __repr__(self) -> str:
        return f"Source({self.name!r}, {len(self.text)} characters)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Source) and (self.name, self.text) == (other.name, other.text)

    def __hash__(self) -> int:
        return hash((self.name, self.text))

    def __getstate__(self) -> tuple[str, str, str]:
        return (self.name, self.text, self.encoding)

    def __setstate__(self, state: tuple[str, str, str]) -> None:
        self.name, self.text, self.encoding = state
        self._starts = None

    @property
    def line_starts(self) -> array[int]:
        """The offset at which each line begins."""
        if self._starts is None:
            text = self.text
            if text.count("\r") == text.count("\r\n"):
                # Every line ends with \n: splitting there is far faster than a pattern.
                lengths = [len(line) + 1 for line in text.split("\n")[:-1]]
                self._starts = array("L", [0, *accumulate(lengths)])
            else:
                self._starts = array("L", [0])
                self._starts.extend(match.end() for match in _LINE_BREAK.finditer(text))
        return self._starts

    def position(self, offset: int) -> Position:
        line = bisect_right(self.line_starts, offset)
        return Position(line, offset - self.line_starts[line - 1] + 1)

    def offset(self, position: Position) -> int:
        """Return the offset of a line and column: what `position` undoes."""
        return self.line_starts[position.line - 1] + position.column - 1

    def line_span(self, number: int) -> tuple[int, int]:
        starts = self.line_starts
        start = starts[number - 1]
        end = starts[number] if number < len(starts) else len(self.text)
        while end > start and self.text[end - 1] in "\r\n":
            end -= 1
        return start, end

    def part(self, start: int, end: int) -> str:
        return self.text[start:end]

    def excerpt(self, offsets: Iterable[int]) -> Excerpt:
        """Return the lines in which some offsets stand, without the rest of the text."""
        text = self.text
        if self._starts is not None or "\r" in text:
            numbers = sorted({self.position(offset).line for offset in offsets})
            borders = [*self.line_starts, len(text)]
            starts = [borders[number - 1] for number in numbers]
            ends = [borders[number] for number in numbers]
        else:
            # To count lines up to a few places takes less than to know where all of them begin.
            numbers, starts, ends = [], [], []
            number, at, behind = 1, 0, 0
            for offset in sorted(offsets):
                if offset < behind:
                    continue  # in the same line
                number += text.count("\n", at, offset)
                at = offset
                end = text.find("\n", offset) + 1
                behind = end or len(text) + 1
                numbers.append(number)
                starts.append(text.rfind("\n", 0, offset) + 1)
                ends.append(end or len(text))
        lines = [text[start:end] for start, end in zip(starts, ends, strict=True)]
        return Excerpt(self.name, numbers, starts, lines)


class Excerpt(Lines):
    """Some lines of a source: a report on thousands of files needs a few of each.

    Only the places in these lines can be asked for. `numbers` are theirs, counted from 1, in
    order; `starts` is where each begins, and `lines` have their line breaks.
    """

    __slots__ = ("_lines", "_numbers", "_starts")

    def __init__(
        self, name: str, numbers: Sequence[int], starts: Sequence[int], lines: Sequence[str]
    ) -> None:
        self.name = name
        self._numbers = numbers
        self._starts = starts
        self._lines = lines

    def __repr__(self) -> str:
        return f"Excerpt({self.name!r}, {len(self._lines)} lines)"

    def __reduce__(self) -> tuple[type[Excerpt], tuple[Any, ...]]:
        return Excerpt, (self.name, self._numbers, self._starts, self._lines)

    @property
    def parts(self) -> tuple[Sequence[int], Sequence[int], Sequence[str]]:
        """The lines' numbers, where each begins, and the lines."""
        return self._numbers, self._starts, self._lines

    def named(self, name: str) -> Excerpt:
        """Return the same lines of a copy of the text that has another name."""
        return Excerpt(name, self._numbers, self._starts, self._lines)

    def position(self, offset: int) -> Position:
        index = bisect_right(self._starts, offset) - 1
        return Position(self._numbers[index], offset - self._starts[index] + 1)

    def line_span(self, number: int) -> tuple[int, int]:
        index = bisect_left(self._numbers, number)
        start = self._starts[index]
        line = self._lines[index]
        end = len(line)
        while end and line[end - 1] in "\r\n":
            end -= 1
        return start, start + end

    def part(self, start: int, end: int) -> str:
        index = bisect_right(self._starts, start) - 1
        begin = self._starts[index]
        return self._lines[index][start - begin : end - begin]


class Run(NamedTuple):
    """A stretch of a text that stands in the source as it is.

    `start` is where it begins in the text, `source` where in the source; `length` is in
    code points.
    """

    start: int
    source: int
    length: int


class MappedText:
    """A text taken from a source, knowing where each of its characters stands there.

    The two differ where a format escapes, indents or folds: a YAML block scalar loses its
    indentation, a quoted one its backslashes. `runs` are the stretches that are the same,
    in order; a character between two runs stands somewhere between their places. `whole`
    is the span of the source that the text was made from, quotes and all. `write` says how
    a text is written there, or None for one that can't be; without it, as it is.
    """

    __slots__ = ("_counts", "_data", "_run_starts", "_unusual", "_write", "runs", "text", "whole")

    def __init__(
        self,
        text: str,
        runs: tuple[Run, ...],
        whole: Span,
        write: Callable[[str], str | None] | None = None,
    ) -> None:
        self.text = text
        self.runs = runs
        self.whole = whole
        self._write = write
        self._run_starts = [run.start for run in runs]
        self._data: bytes | None = None
        self._counts: array[int] | None = None
        self._unusual: str | None = None

    @classmethod
    def verbatim(cls, source: Source, span: Span | None = None) -> MappedText:
        """Return a part of a source, or all of it, as it is."""
        span = span or Span(0, len(source.text))
        return cls(source.slice(span), (Run(0, span.start, len(span)),), span)

    def written(self, text: str) -> str | None:
        """Return what to write in the source for a text, or None where it can't stand there."""
        return self._write(text) if self._write else text

    def _place(self, offset: int) -> tuple[int, int]:
        """Return where in the source the character at an offset begins and ends."""
        index = bisect_right(self._run_starts, offset) - 1
        if index >= 0:
            run = self.runs[index]
            inside = offset - run.start
            if inside < run.length:
                return run.source + inside, run.source + inside + 1
            before = run.source + run.length
        else:
            before = self.whole.start
        after = self.runs[index + 1].source if index + 1 < len(self.runs) else self.whole.end
        return before, after

    def span(self, start: int, end: int) -> Span:
        """Return the span in the source of `text[start:end]`."""
        if start >= end:
            if start >= len(self.text):
                place = self._place(len(self.text) - 1)[1] if self.text else self.whole.start
            else:
                place = self._place(start)[0]
            return Span(place, place)
        return Span(self._place(start)[0], self._place(end - 1)[1])

    def part(self, start: int, end: int) -> MappedText:
        """Return `text[start:end]` as a text of its own, each character where it stands here."""
        first = max(0, bisect_right(self._run_starts, start) - 1)
        runs = []
        for run in self.runs[first : bisect_left(self._run_starts, end)]:
            begin = max(run.start, start)
            length = min(run.start + run.length, end) - begin
            # A run of no length says where an escape begins that follows another one.
            if length > 0 or (length == 0 and run.start >= start):
                runs.append(Run(begin - start, run.source + begin - run.start, length))
        return MappedText(self.text[start:end], tuple(runs), self.span(start, end), self._write)

    def within(self, outer: MappedText) -> MappedText:
        """Return this text, found in the text of another one, as one of that one's source.

        JSON may stand in a text of YAML: what is escaped in the one is indented in the other.
        """
        runs: list[Run] = []
        starts, many = outer._run_starts, len(outer.runs)

        def mark(at: int, place: int) -> None:
            """Say that what is from `at` on stands from `place` on."""
            if not runs or (runs[-1].start + runs[-1].length, sum(runs[-1][1:])) != (at, place):
                runs.append(Run(at, place, 0))

        behind = 0  # what is here already
        for run in self.runs:
            first, last = run.source, run.source + run.length
            if run.start > behind and first:
                mark(run.start, outer.span(first - 1, first).end)
            mark(run.start, outer.span(first, first).start)
            index = max(0, bisect_right(starts, first) - 1)
            while index < many and starts[index] < last:
                other = outer.runs[index]
                begin, end = max(first, other.start), min(last, other.start + other.length)
                if begin < end or other.start > first:
                    at = run.start + begin - first
                    piece = Run(at, other.source + begin - other.start, max(0, end - begin))
                    if runs and runs[-1] == piece._replace(length=0):
                        runs.pop()
                    runs.append(piece)
                index += 1
            behind = run.start + run.length
            if run.length:
                mark(behind, outer.span(last - 1, last).end)
                mark(behind, outer.span(last, last).start)
        whole = outer.span(self.whole.start, self.whole.end)
        return MappedText(self.text, tuple(runs), whole, partial(_written, self, outer))

    @property
    def data(self) -> bytes:
        """The text in UTF-8, for the matcher; half a surrogate pair, which has none, as `?`."""
        if self._data is None:
            self._data = self.text.encode("utf-8", "replace")
        return self._data

    @property
    def unusual(self) -> str:
        """The distinct characters other than printable ASCII, tabs and line breaks, in no order.

        Most texts have few or none: whoever looks for such a character looks here first.
        """
        if self._unusual is None:
            # Without its ASCII, UTF-8 is still UTF-8.
            rest = self.data.translate(None, _USUAL)
            self._unusual = "".join(set(rest.decode("utf-8")))
        return self._unusual

    def character(self, byte: int) -> int:
        """Return the offset in code points of an offset in `data`."""
        data = self.data
        if len(data) == len(self.text):
            return byte
        block = byte // _BLOCK
        rest = data[block * _BLOCK : byte].translate(None, _CONTINUATION_BYTES)
        return self._characters[block] + len(rest)

    def byte(self, character: int) -> int:
        """Return the offset in `data` of an offset in code points: what `character` undoes."""
        data = self.data
        if len(data) == len(self.text):
            return character
        # The last block before which there are no more characters than asked for; the
        # character that its border cuts in two belongs to the block before.
        block = bisect_right(self._characters, character) - 1
        at = min(block * _BLOCK, len(data))
        while at < len(data) and data[at] & 0xC0 == 0x80:
            at += 1
        rest = self.text[self._characters[block] : character]
        return at + len(rest.encode("utf-8", "replace"))

    @property
    def _characters(self) -> array[int]:
        """Code points before each block of `data`.

        One pass for all questions to come, so that many findings in a long text don't each
        count from its beginning.
        """
        if self._counts is None:
            self._counts = array("L", [0])
            total = 0
            for at in range(0, len(self.data), _BLOCK):
                total += len(self.data[at : at + _BLOCK].translate(None, _CONTINUATION_BYTES))
                self._counts.append(total)
        return self._counts

    def byte_span(self, start: int, end: int) -> Span:
        """Return the span in the source of `data[start:end]`, in code points."""
        return self.span(self.character(start), self.character(end))


def _written(inner: MappedText, outer: MappedText, text: str) -> str | None:
    """Return how a text is written that stands in a text of another one."""
    written = inner.written(text)
    return None if written is None else outer.written(written)
