"""Semantic Kernel's own templates: {{$name}}, {{Plugin.function $x key=$y}}, {{'text'}}."""

from __future__ import annotations

import re
from typing import NamedTuple

from guideline_kit.formats.engines import Expression, Scan
from guideline_kit.formats.engines.half_open import half_open

Error = tuple[str, int, int]

_PLACE = re.compile(r"[{}'\"]")
_STRINGS = {
    "'": re.compile(r"'[^'\\]*(?:\\.[^'\\]*)*'", re.DOTALL),
    '"': re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL),
}
# A part of a block is parted from the next by blanks.
_PART = re.compile(
    r"\s+|(?:(?P<key>\w+)\s*=\s*)?"
    r"(?:\$(?P<variable>\w*)|(?P<quote>['\"])|(?P<function>[A-Za-z_]\w*(?:\.\w+)?)|(?P<odd>\S))"
)
_VARIABLE = re.compile(r"\{\{\s*\$\w")
_NO_PART = "this is no part of a block: there are $variables, 'texts', functions and key=value"


class _Part(NamedTuple):
    kind: str
    name: str
    key: bool
    start: int
    end: int


def scan(text: str) -> Scan:
    """Find the blocks of a Semantic Kernel template.

    Braces that are never closed are text; they are wrong where a variable stands behind them.
    """
    expressions: list[Expression] = []
    error: Error | None = None
    for start, end in _blocks(text):
        if end < 0:
            if error is None and _VARIABLE.match(text, start):
                error = ("a placeholder is opened and not closed", start, start + 2)
            continue
        if not text[start + 2 : end - 2].strip():
            continue  # {{ }} is text
        parts, problem = _parts(text, start + 2, end - 2)
        error = error or problem or _order(parts, start, end)
        names = [part.name for part in parts if part.kind == "variable"]
        expressions += [Expression(name, start, end) for name in dict.fromkeys(names) or ("",)]
    return Scan(tuple(expressions), error or half_open(text, expressions))


def _blocks(text: str) -> list[tuple[int, int]]:
    """Return the ranges of blocks; the end of one that is never closed is -1."""
    blocks: list[tuple[int, int]] = []
    endless: set[str] = set()  # quotation marks that none follows any more
    opened = -1
    at = 0
    while found := _PLACE.search(text, at):
        start = found.start()
        at = start + 1
        sign = found.group()
        if sign == "{" and text.startswith("{{", start):
            # Of many braces the last two open the block.
            if opened >= 0 and start > opened + 1:
                blocks.append((opened, -1))
            opened = start
        elif sign in _STRINGS and opened >= 0 and sign not in endless:
            string = _STRINGS[sign].match(text, start)
            if string is None:
                endless.add(sign)
            else:
                at = string.end()
        elif sign == "}" and opened >= 0 and text.startswith("}}", start):
            blocks.append((opened, start + 2))
            opened = -1
            at = start + 2
    if opened >= 0:
        blocks.append((opened, -1))
    return blocks


def _parts(text: str, at: int, end: int) -> tuple[list[_Part], Error | None]:
    parts: list[_Part] = []
    parted = True
    while at < end and (found := _PART.match(text, at, end)):
        start, at = found.span()
        if found.lastgroup is None:
            parted = True
            continue
        kind = "text" if found["quote"] else found.lastgroup
        if found["quote"]:
            string = _STRINGS[found["quote"]].match(text, at - 1, end)
            if string is None:
                return parts, ("a quotation mark is opened and not closed", at - 1, at)
            at = string.end()
        if kind == "odd" or (kind == "variable" and not found["variable"]) or not parted:
            return parts, (_NO_PART, start, at)
        parts.append(_Part(kind, found["variable"] or "", bool(found["key"]), start, at))
        parted = False
    return parts, None


def _order(parts: list[_Part], start: int, end: int) -> Error | None:
    """Return what is wrong with the order of a block's parts."""
    first = parts[0]
    if first.key:
        return "a block begins with a variable, a text or a function", start, end
    if first.kind != "function":
        if len(parts) > 1:
            what = "a variable" if first.kind == "variable" else "a text"
            return f"nothing can stand behind {what}", parts[1].start, parts[1].end
        return None
    for index, part in enumerate(parts[1:]):
        if part.kind == "function" or (index and not part.key):
            return (
                "a function takes one value, and then only values with a key: key=$value",
                part.start,
                part.end,
            )
    return None
