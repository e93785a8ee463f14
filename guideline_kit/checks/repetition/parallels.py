"""Parallel parts of a document, in which the same instruction may well hold for each.

Such are the sub-lists of two list items, sections such as "Plan review" and "Wave review", the
numbered steps of two procedures, and the turns of a conversation. What stands in both is no slip.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from guideline_kit.checks.matching import WORD
from guideline_kit.documents import Message
from guideline_kit.regions import Block, Item

_ASIDE = re.compile(rb"\([^()\n]*\)")
# Words that headings share without being variants of one thing.
_GENERAL = frozenset(
    b"a an and the of for to in your with key core important critical general overview process"
    b" rule rules guideline guidelines instruction instructions output format requirements notes"
    b" style best practices response answer standards constraints quality code step"
    b" phase".split(b" ")
)
# A line with nothing but a role: a conversation that is shown.
_ROLE = re.compile(rb"^[ \t*_]*(?i:system|user|assistant)[*_: \t\r]*$", re.MULTILINE)
_REACH = 1000  # bytes
_LONGEST = 60  # bytes of a line that heads a paragraph
_LONG, _END = 3_000, 0.8  # bytes between the two, and the share of the prompt above the later
_NAME = 200  # bytes of a heading
_FAR = 20  # bytes of signs before the first word of a line


def section(message: Message, at: int) -> Block | None:
    """Return the heading right above an offset."""
    return next(message.layout.headings_above(at), None)


def parallel(message: Message, first: int, later: int, *, standing: bool) -> bool:
    """Whether two sentences of a message, given by where they begin, stand in parallel parts.

    `standing` says that they are rules for the whole task, and no steps of a procedure.
    """
    one, other = _item(message, first), _item(message, later)
    above, below = section(message, first), section(message, later)
    if one is not None and other is not None:
        if one.parent != other.parent and min(one.parent, other.parent) >= 0:
            return True
        steps = _is_step(message, one) and _is_step(message, other)
        if steps and not standing and (above != below or one.parent != other.parent):
            return True
    elif one is not None or other is not None:
        # A list of steps, and the section that begins with one of them.
        item, heading, at = (one, below, later) if one is not None else (other, above, first)
        if item is not None and _is_step(message, item) and not standing and heading is not None:
            return WORD.search(message.text.data, heading.end, at) is None
    if above is not None and below is not None and _are_variants(message, above, below):
        return True
    labels = _label(message, first), _label(message, later)
    if None not in labels and labels[0] != labels[1]:
        return True
    return _in_conversation(message, first) and _in_conversation(message, later)


def is_reminder(message: Message, first: int, later: int) -> bool:
    """Whether a sentence stands again at the end of a long prompt: a wish to be sure of it."""
    return later - first >= _LONG and later >= len(message.text.data) * _END


def siblings(message: Message, first: int, later: int) -> bool:
    """Whether two offsets stand in items of one list, or both in the plain text of a section."""
    one, other = _item(message, first), _item(message, later)
    if section(message, first) != section(message, later) or (one is None) != (other is None):
        return False
    return one is None or other is None or one.parent == other.parent


def _are_variants(message: Message, one: Block, other: Block) -> bool:
    """Whether two headings of one level share their first or their last word, and differ."""
    first, second = (
        [
            word
            for word in WORD.findall(_ASIDE.sub(b"", _name(message, heading)).lower())
            if word not in _GENERAL and not word.isdigit()
        ]
        for heading in (one, other)
    )
    if one.level != other.level or set(first) <= set(second) or set(second) <= set(first):
        return False
    return bool(first[0] == second[0] or first[-1] == second[-1])


def _label(message: Message, at: int) -> bytes | None:
    """Return the first line of a paragraph that is headed by one, such as "Java:"."""
    block = message.layout.block_at(at)
    if block is None or block.depth:
        return None
    data = message.text.data
    line = data[block.start : min(block.end, block.start + _LONGEST)].partition(b"\n")[0].rstrip()
    return line if line.endswith(b":") else None


def _in_conversation(message: Message, at: int) -> bool:
    return _ROLE.search(message.text.data, max(0, at - _REACH), at) is not None


def in_list(message: Message, at: int) -> bool:
    """Whether an offset stands in a list."""
    return _item(message, at) is not None


def begins_line(message: Message, at: int) -> bool:
    """Whether only signs stand before an offset in its line."""
    before = message.text.data[max(0, at - _FAR) : at]
    return not before.rpartition(b"\n")[2].strip(b" \t\r*_-+>#")


def _is_step(message: Message, item: Item) -> bool:
    """Whether a list item, or one that it stands in, has a number."""
    while not item.ordered and item.parent >= 0:
        item = message.layout.items[item.parent]
    return item.ordered


def _name(message: Message, heading: Block) -> bytes:
    return message.text.data[heading.start : min(heading.end, heading.start + _NAME)]


def _item(message: Message, at: int) -> Item | None:
    """Return the innermost list item that holds an offset."""
    items = message.layout.items
    index = bisect_right(items, at, key=lambda item: item.start) - 1
    while index >= 0:
        if at < items[index].end:
            return items[index]
        index = items[index].parent
    return None
