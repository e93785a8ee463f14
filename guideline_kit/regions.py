"""Which part of a text is prose, code, quote or example: the layout of one message.

Most false alarms of prompt linters sit in code, quotes and examples. So a text is laid out
once (`markdown`), and each rule sees only the parts that it asks for, with everything else
blanked out. All offsets here are bytes of the UTF-8 text.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

# What a byte of the text is: one of these, and any of the four flags. INLINE tells code and
# quotations within a line from blocks of them.
NOTHING, PROSE, HEADING, TABLE, CODE, COMMENT, PLACEHOLDER, LINK = range(8)
QUOTE, EXAMPLE, ITEM, INLINE = 8, 16, 32, 64
_LABELS = 128


def _labels(test: Callable[[int], object]) -> bytes:
    """Return a translation table: 0xFF for the labels that pass, 0 for the others."""
    return bytes(0xFF if label < _LABELS and test(label) else 0 for label in range(256))


def _quoted(label: int) -> bool:
    return bool(label & QUOTE and not label & EXAMPLE and label & 7 in (PROSE, HEADING, TABLE))


_NEAR = 600  # bytes

# Which labels each region of the rule language takes.
_REGIONS = {
    "prose": _labels(lambda label: label & 7 == PROSE and not label & (QUOTE | EXAMPLE)),
    "list-item": _labels(
        lambda label: label & 7 == PROSE and label & ITEM and not label & (QUOTE | EXAMPLE)
    ),
    "heading": _labels(lambda label: label & 7 == HEADING and not label & (QUOTE | EXAMPLE)),
    "table": _labels(lambda label: label & 7 == TABLE and not label & (QUOTE | EXAMPLE)),
    # Code in a line is code wherever it stands; a block of code in an example is the example.
    "code": _labels(lambda label: label & 7 == CODE and (label & INLINE or not label & EXAMPLE)),
    "code-block": _labels(lambda label: label & 7 == CODE and not label & (EXAMPLE | INLINE)),
    "inline-code": _labels(lambda label: label & 7 == CODE and label & INLINE),
    "quote": _labels(_quoted),
    "block-quote": _labels(lambda label: _quoted(label) and not label & INLINE),
    "link": _labels(lambda label: label & 7 == LINK and not label & EXAMPLE),
    "example": _labels(
        lambda label: (
            label & EXAMPLE and label & 7 != COMMENT and not (label & 7 == CODE and label & INLINE)
        )
    ),
    "comment": _labels(lambda label: label & 7 == COMMENT),
    "placeholder": _labels(lambda label: label & 7 == PLACEHOLDER),
}


@functools.cache
def _table(regions: tuple[str, ...]) -> bytes:
    """Return a translation table for several regions together."""
    tables = [_REGIONS[region] for region in regions if region in _REGIONS]
    return bytes(map(max, bytes(256), *tables)) if tables else bytes(256)


# Regions that are a part of another one.
_PARTS = {
    "list-item": "prose",
    "code-block": "code",
    "inline-code": "code",
    "block-quote": "quote",
}


def canonical(regions: Iterable[str]) -> tuple[str, ...]:
    """Return the same regions in the same words: each set of them is looked up once a text."""
    names = set(regions)
    if "anywhere" in names:
        names &= {"anywhere", "front-matter"}
    return tuple(sorted(name for name in names if _PARTS.get(name) not in names))


_WHITE = bytes(0xFF if byte in b" \t\r\n" else 0 for byte in range(256))


class Tag(NamedTuple):
    """A tag such as <policy>; its attributes don't matter here."""

    name: str
    start: int
    end: int
    kind: Literal["open", "close", "void"]


class Block(NamedTuple):
    """A stretch of running text: a paragraph, a heading, a list item, a table cell.

    `level` is a heading's level, from 1; `depth` says how many lists it stands in.
    """

    kind: Literal["paragraph", "heading", "cell"]
    start: int
    end: int
    level: int = 0
    depth: int = 0


class Fence(NamedTuple):
    """A code block: where it stands, whether it has fences, and whether those are closed."""

    start: int
    end: int
    fenced: bool
    closed: bool


class Item(NamedTuple):
    """A list item: where it stands, its depth from 1, and its number where it has one."""

    start: int
    end: int
    depth: int
    parent: int
    ordered: bool


@dataclass(slots=True)
class Layout:
    """The layout of a text: a label for each byte, and the blocks, items, fences and so on."""

    data: bytes
    labels: bytearray
    blocks: list[Block] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    fences: list[Fence] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    examples: list[tuple[int, int]] = field(default_factory=list)
    _views: dict[tuple[str, ...], bytes] = field(default_factory=dict)
    _integers: tuple[int, int] | None = None
    _block_starts: list[int] | None = None
    _headings: list[Block] | None = None
    _above: list[tuple[Block, int]] | None = None
    _heading_starts: list[int] = field(default_factory=list)
    _sentences: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def view(self, regions: tuple[str, ...]) -> bytes:
        """Return the text with all but some regions replaced by NUL, white space kept.

        It is as long as `data`, so that a match in it stands at the same offset there. Were
        the indentation of a wrapped list item blanked, no phrase could go on behind it.
        """
        if "anywhere" in regions:
            return self.data
        view = self._views.get(regions)
        if view is None:
            # Masking byte by byte in Python is slow; two long integers and an AND are one
            # pass in C each.
            if self._integers is None:
                self._integers = (
                    int.from_bytes(self.data, "little"),
                    int.from_bytes(self.data.translate(_WHITE), "little"),
                )
            text, white = self._integers
            mask = int.from_bytes(self.labels.translate(_table(regions)), "little")
            view = (text & (mask | white)).to_bytes(len(self.data), "little")
            self._views[regions] = view
        return view

    def forget_views(self) -> None:
        """Make views anew; for whoever changes the labels."""
        self._views.clear()

    def label(self, at: int) -> int:
        """Return the label of a byte."""
        return self.labels[at] if at < len(self.labels) else NOTHING

    @property
    def headings(self) -> list[Block]:
        """The headings, those in quotes and examples among them."""
        if self._headings is None:
            self._headings = [block for block in self.blocks if block.kind == "heading"]
        return self._headings

    def block_at(self, at: int) -> Block | None:
        """Return the block that holds an offset."""
        if self._block_starts is None:
            self._block_starts = [block.start for block in self.blocks]
        index = bisect_right(self._block_starts, at) - 1
        if index >= 0 and at < self.blocks[index].end:
            return self.blocks[index]
        return None

    def headings_above(self, at: int) -> Iterator[Block]:
        """Yield the headings that an offset stands under, the nearest first."""
        if self._above is None:
            self._above = []
            above: list[int] = []  # the headings that one of the deepest level would stand under
            for block in self.headings:
                while above and self._above[above[-1]][0].level >= block.level:
                    above.pop()
                self._above.append((block, above[-1] if above else -1))
                above.append(len(self._above) - 1)
            self._heading_starts = [block.start for block, _ in self._above]
        index = bisect_right(self._heading_starts, at) - 1
        while index >= 0:
            heading, index = self._above[index]
            yield heading

    def sentences(self, block: Block, view: bytes) -> Iterator[tuple[int, int]]:
        """Yield where the sentences of a block begin and end, by their sight in a view."""
        borders = [
            (max(found.end(1), found.start()), found.end())
            for found in _SENTENCE_END.finditer(view, block.start, block.end)
        ]
        start = block.start
        for end, following in (*borders, (block.end, block.end)):
            sentence = view[start:end].lstrip(_BLANK)
            if sentence:
                first = end - len(sentence)
                yield first, first + len(sentence.rstrip(_BLANK))
            start = following

    def sentence_at(self, start: int, end: int) -> tuple[int, int]:
        """Return the sentence around a range, or its line where it is in no block.

        Of an endless one only what is near is returned: whoever looks at it must not pay
        for its whole length at each of its words.
        """
        low, high = self._sentence(start, end)
        return max(low, start - _NEAR), min(high, end + _NEAR)

    def _sentence(self, start: int, end: int) -> tuple[int, int]:
        block = self.block_at(start)
        if block is None:
            line = self.data.rfind(b"\n", max(0, start - _NEAR), start) + 1
            stop = self.data.find(b"\n", end, end + _NEAR)
            return line or max(0, start - _NEAR), stop if stop >= 0 else len(self.data)
        sentences = self._sentences.get(block.start)
        if sentences is None:
            sentences = list(self.sentences(block, self.data))
            self._sentences[block.start] = sentences
        index = max(0, bisect_right(sentences, (start, len(self.data))) - 1)
        low, high = sentences[index] if sentences else (block.start, block.end)
        return min(low, start), max(high, end)


# A line break before a capital, a number or a sign ends a sentence too, and so does one before a
# name such as "answer:". Plain-text prompts put one instruction on a line, without full stops, and
# cases as pairs of name and value. In wrapped prose this cuts a sentence now and then, which can
# only make a measure smaller.
# It begins with a set of bytes, which `re` can skip to.
_BLANK = b" \t\r\n\0"
_SENTENCE_END = re.compile(
    rb"[.!?\n](?:"
    rb"(?<!\n)([\"')\]*_]*)(?=[ \t\r\n]+[^a-z\s])[ \t\r\n]+"
    rb"|(?<=\n)(?=[ \t]*(?:[^a-z \t\r\n]|[a-z][\w-]{0,30}(?: [\w-]{1,30})?:(?:\s|\Z))))"
)
