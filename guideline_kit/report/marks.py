"""Changed texts with marks around what went and what came, readable without colour."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from guideline_kit.differences import words
from guideline_kit.report.text import Paint, printable

_MARKS = {"gone": ("[-", "-]", "31"), "new": ("{+", "+}", "32")}
_SHORT = 60  # characters of a value
_AROUND = 40  # characters that stay beside a change in a long line
_LONGEST = 2_000  # characters of one piece that are shown

# A part of a line: same, gone or new, and its text.
_Part = tuple[str, str]


def short(value: Any) -> str:
    """Return a value on one line, cut where it is long."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= _SHORT else f"{text[: _SHORT - 1]}…"


def marked_value(before: Any, after: Any, paint: Paint) -> str:
    """Return what became of a value: both where they are short, else what changed in the text."""
    if isinstance(before, str) and isinstance(after, str):
        old, new = (" ".join(text.split()) for text in (before, after))
        if old == new:
            return "only white space is different"
        if max(len(old), len(new)) > _SHORT:
            try:
                pieces = words.compare(old, new)
            except words.TooDifferentError:
                return "another text"
            parts = [
                (piece.kind, (old if piece.kind == "gone" else new)[piece.start : piece.end])
                for piece in pieces
            ]
            return " ".join(marked_text(parts, None, paint))
    return f"{printable(short(before))} -> {printable(short(after))}"


def marked_text(
    parts: Sequence[tuple[str, str]], context: int | None, paint: Paint
) -> Iterator[str]:
    """Yield the lines of a text; with a `context`, only the changed ones and so many around.

    `parts` are what is the same, gone and new, in order.
    """
    lines = list(_lines(parts))
    changed = [any(kind != "same" for kind, _ in line) for line in lines]
    wanted = bytearray(b"\1" * len(lines) if context is None else len(lines))
    if context is not None:
        for number, is_changed in enumerate(changed):
            if is_changed:
                near = range(max(0, number - context), min(len(lines), number + context + 1))
                for other in near:
                    wanted[other] |= changed[other] or any(part.strip() for _, part in lines[other])
    left_out = False
    for number, line in enumerate(lines):
        if not wanted[number]:
            left_out = left_out or context is None or bool(line)
            continue
        if left_out:
            yield "…"
        left_out = False
        yield _line(line, paint, whole=context is None and not changed[number])
    if left_out:
        yield "…"


def _lines(parts: Sequence[_Part]) -> Iterator[list[_Part]]:
    """Yield the parts line by line."""
    line: list[_Part] = []
    for kind, text in parts:
        text = text.replace("\r\n", "\n")
        if kind != "same":
            text = _middle_out(text)
            if text.isspace() and "\n" in text:
                text = f"¶{text.lstrip(' ')}"  # else a new paragraph would leave no trace
        first, *rest = text.split("\n")
        if first:
            line.append((kind, first))
        for piece in rest:
            yield line
            line = [(kind, piece)] if piece else []
    if line:
        yield line


def _middle_out(text: str) -> str:
    if len(text) <= _LONGEST:
        return text
    half = _LONGEST // 2
    return f"{text[:half]} … ({len(text) - 2 * half:,} characters) … {text[-half:]}"


def _line(line: Sequence[_Part], paint: Paint, *, whole: bool) -> str:
    shown = []
    for index, (kind, text) in enumerate(line):
        if kind == "same":
            cut = text if whole else _cut(text, first=not index, last=index == len(line) - 1)
            shown.append(printable(cut))
        elif not text.isspace() or len(line) == 1:
            begin, end, code = _MARKS[kind]
            shown.append(paint(f"{begin}{printable(text)}{end}", code))
        else:
            shown.append(printable(text))
    return "".join(shown)


def _cut(text: str, *, first: bool, last: bool) -> str:
    """Return what stays of a long stretch beside changes: its ends that are near one."""
    if first and last:
        return text if len(text) <= 2 * _AROUND else f"{text[: 2 * _AROUND - 1]}…"
    if first:
        return text if len(text) <= _AROUND else f"…{text[-_AROUND:]}"
    if last:
        return text if len(text) <= _AROUND else f"{text[:_AROUND]}…"
    return text if len(text) <= 2 * _AROUND else f"{text[:_AROUND]}…{text[-_AROUND:]}"
