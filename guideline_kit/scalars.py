"""Where each character of a YAML scalar stands: through folds, escapes and indentation."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from guideline_kit.text import MappedText, Run, Source, Span

# What libyaml takes for the end of a line: more than an editor does.
_BREAK = r"(?:\r\n|[\r\n\x85\u2028\u2029])"
_FOLD = rf"(?P<fold>{_BREAK}(?:{_BREAK}|[ \t])*)"
# What stands otherwise in the source than in the value, by the style of the scalar.
_OTHERWISE: Mapping[str | None, re.Pattern[str]] = {
    None: re.compile(_FOLD),
    "'": re.compile(rf"''|{_FOLD}"),
    '"': re.compile(
        rf"\\(?P<joined>{_BREAK}(?:{_BREAK}|[ \t])*)|{_FOLD}"
        r"|\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)"
    ),
}
_BREAKS = re.compile(_BREAK)
_LINE = re.compile(rf"([^\r\n\x85\u2028\u2029]*)({_BREAK}|\Z)")
_NOT_BLANK = re.compile(r"[^ \t\r\n\x85\u2028\u2029]")


def map_scalar(source: Source, value: str, span: Span, style: str | None) -> MappedText:
    """Return a scalar's value, with the runs in which it equals the source.

    `span` is where it stands, quotes or block header and all; `style` is one of | > ' " or
    None for a plain one.
    """
    raw = source.slice(span)
    if style in ("|", ">"):
        runs = _block_runs(value, raw, span.start, folded=style == ">")
    else:
        runs = _flow_runs(raw, span.start, style)
    return MappedText(value, tuple(runs), span, _WRITERS[style])


# In a plain scalar other signs may begin something else: a remark, a key, an end.
_PLAIN = re.compile(r"(?:[\w ][\w '\u2019.()/-]*)?")


def _plain(text: str) -> str | None:
    return text if _PLAIN.fullmatch(text) else None


def _block(text: str) -> str | None:
    return text if text.isprintable() else None


def _single_quoted(text: str) -> str | None:
    return text.replace("'", "''") if text.isprintable() else None


def _double_quoted(text: str) -> str | None:
    return text.replace("\\", r"\\").replace('"', r"\"") if text.isprintable() else None


_WRITERS: Mapping[str | None, Callable[[str], str | None]] = {
    None: _plain, "'": _single_quoted, '"': _double_quoted, "|": _block, ">": _block
}  # fmt: skip


def _flow_runs(raw: str, base: int, style: str | None) -> list[Run]:
    """Walk through a plain or quoted scalar, from one fold or escape to the next."""
    runs: list[Run] = []
    inside, end = (1, len(raw) - 1) if style else (0, len(raw))
    at = 0  # in the value
    for found in _OTHERWISE[style].finditer(raw, inside, end):
        piece = raw[inside : found.start()]
        if found.lastgroup == "fold":
            piece = piece.rstrip(" \t")
        if piece:
            runs.append(Run(at, base + inside, len(piece)))
        at += len(piece)
        if found.lastgroup == "fold":
            at += _folded(_BREAKS.findall(found["fold"]))
        elif found.lastgroup == "joined":
            at += len(_BREAKS.findall(found["joined"])) - 1
        else:
            at += 1
        inside = found.end()
    if inside < end:
        runs.append(Run(at, base + inside, end - inside))
    return runs


def _folded(breaks: list[str]) -> int:
    """Return how many characters a fold makes: one line break is a space, more lose one."""
    if breaks[0] in "\u2028\u2029":  # never folded
        return len(breaks)
    return max(1, len(breaks) - 1)


def _block_runs(value: str, raw: str, base: int, *, folded: bool) -> list[Run]:
    """Walk through a block scalar line by line, as libyaml does."""
    header = _LINE.match(raw)
    start = header.end() if header else 0
    first, there = _NOT_BLANK.search(value), _NOT_BLANK.search(raw, start)
    if first is None or there is None:
        return []
    # How far the lines are indented shows in the first one that holds something.
    indent = _blanks(raw, start, there.start()) - _blanks(value, 0, first.start())
    runs: list[Run] = []
    at = skipped = 0  # in the value; empty lines since the last one with a text
    before: tuple[str, bool] | None = None  # that one's line break; whether it began blank
    for found in _LINE.finditer(raw, start):
        line, line_end = found.groups()
        if len(line) <= indent:
            skipped += 1
            continue
        blank = line[indent] in " \t"
        if before is not None:
            if folded and before[0] not in ("\u2028", "\u2029") and not before[1] and not blank:
                at += skipped or 1
            else:
                at += skipped + 1
        else:
            at += skipped
        runs.append(Run(at, base + found.start() + indent, len(line) - indent))
        at += len(line) - indent
        before, skipped = (line_end, blank), 0
    return runs


def _blanks(text: str, start: int, end: int) -> int:
    """Return how many spaces and tabs stand right before an offset."""
    before = text[start:end]
    return len(before) - len(before.rstrip(" \t"))
