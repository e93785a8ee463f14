"""What mends a defect of markup, where it is nearly certain what was meant.

Each of these fixes is an unsafe one: a list may be quoted with its gaps, and a text may end in a
fence so that the model goes on behind it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping

from guideline_kit.diagnostics import Edit, Fix, Safety
from guideline_kit.documents import Message
from guideline_kit.regions import QUOTE

_FENCE = re.compile(rb"( {0,3})(`{3,}|~{3,})[ \t]*(\S?)")
_INNER_FENCE = re.compile(rb"\n[ \t]*(?:`{3,}|~{3,})[ \t]*\w")
_BLANK_LINE = re.compile(rb"\n[ \t\r]*\n")
_NUMBER = re.compile(rb"\d{1,9}(?=[.)])")
_MOST = 200  # steps


def _open_fence(message: Message, start: int) -> Fix | None:
    """Remove a fence that nothing follows, or close code that goes on to the end."""
    text, data = message.text, message.text.data
    low = data.rfind(b"\n", 0, start) + 1
    fence = _FENCE.match(data, low)
    if fence is None or _inside(message, start):
        return None  # a list or a quotation ends it
    until = len(data.rstrip())
    stop = data.find(b"\n", start)
    if stop < 0 or stop >= until:
        before = len(data[:low].rstrip())
        if fence[3] or not before or _holds_a_fence(message):
            return None
        end = len(data[: stop if stop >= 0 else None].rstrip(b"\r"))
        edit = Edit(text.byte_span(before, end), "")
        return Fix("Remove it", (edit,), Safety.UNSAFE)
    if _BLANK_LINE.search(data, stop, until):
        return None  # where the code ends, nobody knows
    written = text.written(f"\n{(fence[1] + fence[2]).decode()}")
    if written is None:
        return None
    edit = Edit(text.byte_span(until, until), written)
    return Fix("Close it at the end of the text", (edit,), Safety.UNSAFE)


def _holds_a_fence(message: Message) -> bool:
    """Whether some code holds the beginning of a fence: an outer fence is too short, and what looks
    left over is its end."""
    data = message.text.data
    return any(
        _INNER_FENCE.search(data, fence.start + 3, fence.end)
        for fence in message.layout.fences
        if fence.fenced and fence.closed
    )


def _inside(message: Message, start: int) -> bool:
    """Whether an offset is inside of a list item or a quotation."""
    layout = message.layout
    at = bisect_right(layout.items, start, key=lambda item: item.start) - 1
    while at >= 0:
        if layout.items[at].end > start:
            return True
        at = layout.items[at].parent
    return bool(layout.labels[start] & QUOTE)


def _step_numbers(message: Message, start: int) -> Fix | None:
    """Number the rest of a list one by one."""
    text, data, items = message.text, message.text.data, message.layout.items
    at = bisect_left(items, start, key=lambda item: item.start)
    if at == len(items) or items[at].start != start:
        return None
    first = items[at]
    earlier = next(
        (
            item
            for item in reversed(items[max(0, at - _MOST) : at])
            if (item.depth, item.parent) == (first.depth, first.parent)
        ),
        None,
    )
    before = _NUMBER.match(data, earlier.start) if earlier else None
    if before is None:
        return None
    number, end = int(before.group()), first.start
    edits: list[Edit] = []
    for index in range(at, len(items)):
        item = items[index]
        if (item.depth, item.parent) != (first.depth, first.parent):
            if item.start < end:
                continue
            break
        found = _NUMBER.match(data, item.start)
        if found is None or data[end : item.start].strip():
            break
        number, end = number + 1, item.end
        if len(edits) == _MOST:
            return None
        if int(found.group()) != number:
            written = text.written(str(number))
            if written is None:
                return None
            edits.append(Edit(text.byte_span(*found.span()), written))
    return Fix("Number the rest of the list one by one", tuple(edits), Safety.UNSAFE)


# By the problem that `markup` finds; `start` is where the finding begins, in bytes.
MENDS: Mapping[str, Callable[[Message, int], Fix | None]] = {
    "open-fence": _open_fence,
    "step-numbers": _step_numbers,
}
