"""Edits of a text: which go together, putting them in, and making one list of several."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import deque
from collections.abc import Sequence
from itertools import pairwise

from guideline_kit.diagnostics import Edit
from guideline_kit.text import Span

_BREAK = re.compile(r"\r\n|\r|\n")


def place(edit: Edit) -> Span:
    """Return where an edit stands, to sort by."""
    return edit.span


def overlaps(new: Edit, edits: list[Edit]) -> bool:
    """Whether an edit overlaps one of several that are in order and don't overlap."""
    index = bisect_left(edits, new.span, key=place)
    return any(
        new.span == old.span or (new.span.start < old.span.end and old.span.start < new.span.end)
        for old in edits[max(0, index - 1) : index + 1]
    )


def apart(edits: Sequence[Edit]) -> bool:
    """Whether no two of some edits overlap."""
    ordered = sorted(edits, key=place)
    return all(
        one.span.end <= two.span.start and one.span != two.span for one, two in pairwise(ordered)
    )


def in_style(edits: Sequence[Edit], text: str) -> list[Edit]:
    """Return edits with their line breaks as most lines of the text have them."""
    if not any("\n" in edit.text or "\r" in edit.text for edit in edits):
        return list(edits)
    line_end = _line_end(text)
    return [Edit(edit.span, _BREAK.sub(line_end, edit.text)) for edit in edits]


def _line_end(text: str) -> str:
    """Return how most lines of a text end."""
    windows = text.count("\r\n")
    if 2 * windows > text.count("\n"):
        return "\r\n"
    return "\r" if "\r" in text and "\n" not in text else "\n"


def edited(text: str, edits: Sequence[Edit]) -> str:
    """Return a text with edits made, which are in order and don't overlap."""
    pieces: list[str] = []
    at = 0
    for edit in edits:
        pieces += text[at : edit.span.start], edit.text
        at = edit.span.end
    return "".join([*pieces, text[at:]])


def spliced(pieces: Sequence[Span | str], edits: Sequence[Edit]) -> list[Span | str]:
    """Return the pieces of a text after some edits of it.

    A piece is a span of the text that fixing began with, or something new.
    """
    made: list[Span | str] = []
    rest = deque(pieces)
    at = 0
    for edit in edits:
        for until, stays in ((edit.span.start, True), (edit.span.end, False)):
            if not stays:
                made.append(edit.text)
            while at < until:
                piece = rest.popleft()
                if len(piece) > until - at:
                    piece, left = _cut(piece, until - at)
                    rest.appendleft(left)
                at += len(piece)
                if stays:
                    made.append(piece)
    return [*made, *rest]


def _cut(piece: Span | str, at: int) -> tuple[Span | str, Span | str]:
    if isinstance(piece, str):
        return piece[:at], piece[at:]
    return Span(piece.start, piece.start + at), Span(piece.start + at, piece.end)


def composed(pieces: Sequence[Span | str], original: str) -> tuple[Edit, ...]:
    """Return the edits that make pieces of the original text in one step."""
    edits: list[Edit] = []
    new: list[str] = []
    at = 0
    for piece in (*pieces, Span(len(original), len(original))):
        if isinstance(piece, str):
            new.append(piece)
            continue
        text = "".join(new)
        if text != original[at : piece.start]:
            edits.append(Edit(Span(at, piece.start), text))
        at, new = piece.end, []
    return tuple(edits)
