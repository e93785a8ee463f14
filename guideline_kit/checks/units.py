"""The parts of a text that a rule looks at one by one, such as sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guideline_kit.documents import Message
from guideline_kit.regions import Layout
from guideline_kit.text import Span

_LINE = re.compile(rb"[^\r\n]+")


def units(layout: Layout, view: bytes, per: str) -> Iterator[tuple[int, int]]:
    """Yield where each message, section, paragraph and so on begins and ends, in bytes.

    A section goes from one heading to the next; a list item holds the items below it.
    """
    if per == "message":
        yield 0, len(view)
    elif per == "section":
        starts = [0, *(block.start for block in layout.blocks if block.kind == "heading")]
        yield from zip(starts, [*starts[1:], len(view)], strict=True)
    elif per == "line":
        yield from (line.span() for line in _LINE.finditer(view))
    elif per == "list-item":
        yield from ((item.start, item.end) for item in layout.items)
    elif per == "heading":
        yield from ((item.start, item.end) for item in layout.blocks if item.kind == "heading")
    else:
        for block in layout.blocks:
            if block.kind != "paragraph":
                continue
            if per == "paragraph":
                yield block.start, block.end
            else:
                yield from layout.sentences(block, view)


def first_line(message: Message, start: int, end: int) -> Span:
    """Return the span in the source of the first line of a part of a message."""
    data = message.text.data
    while start < end and data[start] in b" \t\r\n":
        start += 1
    stop = data.find(b"\n", start, end)
    stop = stop if stop >= 0 else end
    while stop > start and data[stop - 1] in b" \t\r\n":
        stop -= 1
    return message.text.byte_span(start, stop)
