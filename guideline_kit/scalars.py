"""Where each character of a text in YAML or JSON stands: through folds, escapes, indentation."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial

from guideline_kit.text import MappedText, Run, Source, Span

# What libyaml takes for the end of a line: more than an editor does.
_BREAK = r"(?:\r\n|[\r\n\x85\u2028\u2029])"
_FOLD = rf"(?P<fold>{_BREAK}(?:{_BREAK}|[ \t])*)"
# In JSON two escapes may be one character, in two halves.
JSON_ESCAPE = (
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}"
    r'|["\\/bfnrt])'
)
# What stands otherwise in the source than in the value, by the style of the scalar.
_OTHERWISE: Mapping[str | None, re.Pattern[str]] = {
    None: re.compile(_FOLD),
    "'": re.compile(rf"''|{_FOLD}"),
    '"': re.compile(
        rf"\\(?P<joined>{_BREAK}(?:{_BREAK}|[ \t])*)|{_FOLD}"
        r"|\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)"
    ),
    "json": re.compile(JSON_ESCAPE),
}
_BREAKS = re.compile(_BREAK)
_LINE = re.compile(rf"([^\r\n\x85\u2028\u2029]*)({_BREAK}|\Z)")
_NOT_BLANK = re.compile(r"[^ \t\r\n\x85\u2028\u2029]")
_INDENTED_BREAK = re.compile(r"\r?\n *")
# An anchor and a tag stand in front of the scalar and are none of it.
_GAP = r"[ \t\r\n\x85\u2028\u2029]"
_PROPERTIES = re.compile(
    rf"(?:[&!][^ \t\r\n\x85\u2028\u2029]*+(?:{_GAP}|(?<={_GAP})#[^\r\n\x85\u2028\u2029]*+)++)*+"
)


def map_scalar(source: Source, value: str, span: Span, style: str | None) -> MappedText:
    """Return a scalar's value, with the runs in which it equals the source.

    `span` is where it stands, quotes or block header and all; `style` is one of | > ' " for YAML,
    None for a plain one, or `JSON` of `trees`.
    """
    raw = source.slice(span)
    before = _PROPERTIES.match(raw)
    if before and before.end():
        span = Span(span.start + before.end(), span.end)
        raw = raw[before.end() :]
    write = _WRITERS[style]
    runs: list[Run] = []
    if not value:
        pass
    elif style in ("|", ">"):
        runs, indent = _block_runs(value, raw, span.start, folded=style == ">")
        if style == "|":
            write = partial(_literal, indent=indent)
    else:
        runs = _flow_runs(raw, span.start, style)
    return MappedText(value, tuple(runs), span, write)


def spoken(written: str, sign: str) -> str:
    """Return the text that a piece of a scalar stands for: what `MappedText.written` undoes.

    `sign` is what the scalar begins with: one of | > ' " or the text itself. A text in JSON begins
    like one in double quotes, and its escapes are written in the same way.
    """
    if sign == "'":
        return written.replace("''", "'")
    if sign == '"':
        return _ESCAPED.sub(lambda found: _SIGNS.get(found[1], found[1]), written)
    return _INDENTED_BREAK.sub("\n", written) if sign == "|" else written


# In a plain scalar other signs may begin something else: a remark, a key, an end.
_PLAIN = re.compile(r"(?:[\w ][\w '\u2019.()/-]*)?")


def _plain(text: str) -> str | None:
    return text if _PLAIN.fullmatch(text) else None


def _folded_block(text: str) -> str | None:
    return text if text.isprintable() else None


def _literal(text: str, indent: int = 0) -> str | None:
    if not text.replace("\n", "").isprintable():
        return None
    # A blank line needs no indentation.
    return re.sub(r"\n(?!\n)", "\n" + " " * indent, text)


def _single_quoted(text: str) -> str | None:
    return text.replace("'", "''") if text.isprintable() else None


# Of the escapes, those that YAML and JSON both have.
_ESCAPED = re.compile(r"\\(.)")
_SIGNS = {"n": "\n", "t": "\t"}
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\t": r"\t"})


def _double_quoted(text: str) -> str | None:
    written = text.translate(_ESCAPES)
    return written if written.isprintable() else None


_WRITERS: Mapping[str | None, Callable[[str], str | None]] = {
    None: _plain, "'": _single_quoted, '"': _double_quoted, "|": _literal, ">": _folded_block,
    "json": _double_quoted,
}  # fmt: skip


def _flow_runs(raw: str, base: int, style: str | None) -> list[Run]:
    """Walk through a plain or quoted scalar, from one fold or escape to the next.

    There is a run before each of them and behind the last, if of no length: it says where an
    escape begins that stands right behind another one, and where the last one ends.
    """
    runs: list[Run] = []
    inside, end = (1, len(raw) - 1) if style else (0, len(raw))
    at = 0  # in the value
    for found in _OTHERWISE[style].finditer(raw, inside, end):
        piece = raw[inside : found.start()]
        if found.lastgroup == "fold":
            piece = piece.rstrip(" \t")
        runs.append(Run(at, base + inside, len(piece)))
        at += len(piece)
        if found.lastgroup == "fold":
            at += _folded(_BREAKS.findall(found["fold"]))
        elif found.lastgroup == "joined":
            at += len(_BREAKS.findall(found["joined"])) - 1
        else:
            at += 1
        inside = found.end()
    runs.append(Run(at, base + inside, end - inside))
    return runs


def _folded(breaks: list[str]) -> int:
    """Return how many characters a fold makes: one line break is a space, more lose one."""
    if breaks[0] in "\u2028\u2029":  # never folded
        return len(breaks)
    return max(1, len(breaks) - 1)


def _block_runs(value: str, raw: str, base: int, *, folded: bool) -> tuple[list[Run], int]:
    """Walk through a block scalar line by line, as libyaml does; return its indentation, too."""
    header = _LINE.match(raw)
    start = header.end() if header else 0
    first, there = _NOT_BLANK.search(value), _NOT_BLANK.search(raw, start)
    if first is None or there is None:
        return [], 0
    # How far the lines are indented shows in the first one that holds something.
    indent = _blanks(raw, start, there.start()) - _blanks(value, 0, first.start())
    runs: list[Run] = []
    at = skipped = 0  # in the value; empty lines since the last one with a text
    before: tuple[str, bool] | None = None  # that one's line break; whether it began blank
    for found in _LINE.finditer(raw, start):
        line, line_end = found.groups()
        if len(line) <= indent:
            # The break of an empty line is one of the text: it has its own place.
            own = at + skipped + (before is not None)
            if not folded and own < len(value):
                runs.append(Run(own, base + found.start(2), 0))
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
    return runs, indent


def _blanks(text: str, start: int, end: int) -> int:
    """Return how many spaces and tabs stand right before an offset."""
    before = text[start:end]
    return len(before) - len(before.rstrip(" \t"))
