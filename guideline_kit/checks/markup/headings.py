"""Headings that skip a level, stand twice, or have nothing below them."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from guideline_kit.checks.sections import plain
from guideline_kit.documents import Message
from guideline_kit.regions import EXAMPLE, PLACEHOLDER, QUOTE, Block

if TYPE_CHECKING:
    from guideline_kit.checks.markup.pointers import Found

# A heading without its signs, in small letters; and the marks that headings are made with.
_SMALL = bytes(byte + 32 if 65 <= byte <= 90 else byte for byte in range(256))
_BORDER = b"\xff"  # a byte that UTF-8 never has
_NO_LETTERS = bytes(byte for byte in range(128) if not chr(byte).isalnum())
_MARKS = b" \t\r\n=-#*_~`[]()>"
_SETTING = re.compile(rb"\r?\n[ \t]*[\w-]{1,40}:(?:\s|\Z)")
_OPERATORS = re.compile(r"[!=<>]=|[<>+]")
_SHORT = 3  # words
_LONGEST_NAME = 5  # words, of a section
_LEFT_OPEN = ("...", "…")
_SAYS_SOMETHING = re.compile(r":\s*\S|[.,;!()=]\s*$")


def _headings(message: Message) -> list[Block]:
    labels = message.layout.labels
    return [block for block in message.layout.headings if not labels[block.start] & QUOTE]


def _line(message: Message, heading: Block) -> tuple[int, int, str]:
    """Return where the line of a heading stands, its marks included, and the heading's text."""
    data = message.text.data
    start = data.rfind(b"\n", 0, heading.start) + 1
    stop = data.find(b"\n", heading.end)
    line = data[start : stop if stop >= 0 else len(data)]
    start += len(line) - len(line.lstrip())
    text = data[heading.start : heading.end].decode("utf-8", "replace").strip()
    return start, start + len(line.strip()), text


def skipped(message: Message) -> Found:
    """Yield the headings that are more than one level below the one before them."""
    before = 0
    for heading in _headings(message):
        if before and heading.level > before + 1:
            yield _line(message, heading)
        before = heading.level


def duplicate(message: Message) -> Found:
    """Yield the headings that stand twice under the same ones."""
    headings = _headings(message)
    data, labels = message.text.data, message.layout.labels
    # A first look that is much cheaper: most documents say nothing twice.
    joined = _BORDER.join([data[heading.start : heading.end] for heading in headings])
    names = joined.translate(_SMALL, _NO_LETTERS).split(_BORDER)
    if len(set(names)) == len(names) and joined.replace(_BORDER, b"").isascii():
        return
    plains = [
        plain(data[heading.start : heading.end].decode("utf-8", "replace")) for heading in headings
    ]
    if len(set(plains)) == len(plains):
        return
    parents: list[tuple[int, str]] = []
    found: dict[tuple[str, ...], list[tuple[int, int, int, str]]] = {}
    remarks = _remarks(message, headings)
    for number, (heading, name) in enumerate(zip(headings, plains, strict=True)):
        start, end, text = _line(message, heading)
        if number in remarks or text.startswith((".", "…")) or _SETTING.match(data, end):
            continue  # "# ... more code", or a remark above "key:": code that has no fence
        while parents and parents[-1][0] >= heading.level:
            parents.pop()
        # `a == b` and `a != b` are two names, though signs don't count otherwise.
        signs = "".join(_OPERATORS.findall(text))
        parents.append((heading.level, name + signs))
        # What stands in a list item is a part of that.
        path = ("- " * min(heading.depth, 1), *(name for _, name in parents))
        if name:
            found.setdefault(path, []).append((heading.start, start, end, text))
    # Three and more of a name are a pattern, and so are several short ones in one section, such
    # as "Input" and "Output" of each case.
    again = {path: places for path, places in found.items() if len(places) > 1}
    short = Counter(path[:-1] for path in again if len(path[-1].split()) <= _SHORT)
    for path, places in again.items():
        at, start, end, text = places[1]
        pattern = len(path[-1].split()) <= _SHORT and short[path[:-1]] > 1
        # Where a whole section stands again, its own heading says so for those in it.
        if len(places) == 2 and not pattern and not labels[at] & EXAMPLE and path[:-1] not in again:
            yield start, end, text


def empty(message: Message) -> Found:
    """Yield the headings with nothing below them."""
    data, layout = message.text.data, message.layout
    headings = _headings(message)
    remarks: set[int] | None = None
    for number, (heading, following) in enumerate(pairwise(headings)):
        if following.level > heading.level or data[heading.end : following.start].strip(_MARKS):
            continue
        start, end, text = _line(message, heading)
        low, _, _ = _line(message, following)
        if data[end:low].strip(b" \t\r\n=-") or text.endswith(_LEFT_OPEN):
            continue
        # "Question: {{question}}" has what it promises.
        filled_in = layout.label(heading.end - 1) & 7 == PLACEHOLDER
        if filled_in and (":" in text or layout.label(heading.start) & 7 == PLACEHOLDER):
            continue
        if remarks is None:
            remarks = _remarks(message, headings)
        if number not in remarks:
            yield start, end, text


def _remarks(message: Message, headings: list[Block]) -> set[int]:
    """Return the numbers of those that are no headings of sections.

    Line upon line they are remarks in code without a fence, or names with their values.
    """
    data = message.text.data
    remarks: set[int] = set()
    for number, (above, below) in enumerate(pairwise(headings)):
        if data[above.end : below.start].strip(b" \t\r#") == b"\n" and not (
            _is_name(message, above) and _is_name(message, below)
        ):
            remarks.update((number, number + 1))
    return remarks


def _is_name(message: Message, heading: Block) -> bool:
    """Whether a heading can be the name of a section, by its length and its signs."""
    text = message.text.data[heading.start : heading.end].decode("utf-8", "replace")
    return len(text.split()) <= _LONGEST_NAME and not _SAYS_SOMETHING.search(text)
