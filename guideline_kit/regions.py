"""Which part of a text is prose, code, quote or example: the layout of one message.

Most false alarms of prompt linters sit in code, quotes and examples. So a text is laid out
once (`markdown`), and each rule sees only the parts that it asks for, with everything else
blanked out. All offsets here are bytes of the UTF-8 text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

# What a byte of the text is: one of these, and any of the three flags.
NOTHING, PROSE, HEADING, TABLE, CODE, COMMENT, PLACEHOLDER = range(7)
QUOTE, EXAMPLE, ITEM = 8, 16, 32


def _labels(test: Any) -> bytes:
    """Return a translation table: 0xFF for the labels that pass, 0 for the others."""
    return bytes(0xFF if test(label) else 0 for label in range(64)) + bytes(192)


_NEAR = 600  # bytes

# Which labels each region of the rule language takes.
_REGIONS = {
    "prose": _labels(lambda label: label & 7 == PROSE and not label & (QUOTE | EXAMPLE)),
    "list-item": _labels(
        lambda label: label & 7 == PROSE and label & ITEM and not label & (QUOTE | EXAMPLE)
    ),
    "heading": _labels(lambda label: label & 7 == HEADING and not label & (QUOTE | EXAMPLE)),
    "table": _labels(lambda label: label & 7 == TABLE and not label & (QUOTE | EXAMPLE)),
    "code": _labels(lambda label: label & 7 == CODE and not label & EXAMPLE),
    "quote": _labels(
        lambda label: label & QUOTE and not label & EXAMPLE and label & 7 in (PROSE, HEADING, TABLE)
    ),
    "example": _labels(lambda label: label & EXAMPLE and label & 7 != COMMENT),
    "comment": _labels(lambda label: label & 7 == COMMENT),
    "placeholder": _labels(lambda label: label & 7 == PLACEHOLDER),
}
_WHITE = bytes(0xFF if byte in b" \t\r\n" else 0 for byte in range(256))


class Tag(NamedTuple):
    """A tag such as <policy>; its attributes don't matter here."""

    name: str
    start: int
    end: int
    kind: Literal["open", "close", "void"]


@dataclass(frozen=True, slots=True)
class Block:
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
    _block_starts: list[int] | None = None
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
            size = len(self.data)
            mask = int.from_bytes(self.data.translate(_WHITE), "little")
            for region in regions:
                if region in _REGIONS:
                    mask |= int.from_bytes(self.labels.translate(_REGIONS[region]), "little")
            view = (int.from_bytes(self.data, "little") & mask).to_bytes(size, "little")
            self._views[regions] = view
        return view

    def forget_views(self) -> None:
        """Make views anew; for whoever changes the labels."""
        self._views.clear()

    def label(self, at: int) -> int:
        """Return the label of a byte."""
        return self.labels[at] if at < len(self.labels) else NOTHING

    def block_at(self, at: int) -> Block | None:
        """Return the block that holds an offset."""
        if self._block_starts is None:
            self._block_starts = [block.start for block in self.blocks]
        index = bisect_right(self._block_starts, at) - 1
        if index >= 0 and at < self.blocks[index].end:
            return self.blocks[index]
        return None

    def sentences(self, block: Block, view: bytes) -> Iterator[tuple[int, int]]:
        """Yield where the sentences of a block begin and end, by their sight in a view."""
        start = block.start
        for found in _SENTENCE_END.finditer(view, block.start, block.end):
            yield from _trimmed(view, start, max(found.end(1), found.start()))
            start = found.end()
        yield from _trimmed(view, start, block.end)

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


# A line break before a capital, a number or a sign ends a sentence too: plain-text prompts
# put one instruction on a line, without full stops. In wrapped prose this cuts a sentence
# now and then, which can only make a measure smaller.
_SENTENCE_END = re.compile(
    rb"([.!?][\"')\]*_]*)(?=[ \t\r\n]+[^a-z\s])[ \t\r\n]+|()\r?\n(?=[ \t]*[^a-z \t\r\n])"
)


def _trimmed(view: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and view[start] in b" \t\r\n\0":
        start += 1
    while end > start and view[end - 1] in b" \t\r\n\0":
        end -= 1
    if start < end:
        yield start, end
