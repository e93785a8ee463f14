"""A placeholder that lacks its first brace: {name}}. Engines take it for text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from guideline_kit.formats.engines import Expression

# A brace, or all of such a placeholder. LaTeX and shells have names in braces, too.
_PLACE = re.compile(
    r"[{}](?:(?<=\{)(?<![\w}$\\^{].)[ \t]*\$?[A-Za-z_]\w*[ \t]*"
    r"(?:[.|(\[][^{}\n]{0,200})?\}\}(?!\}))?"
)


def half_open(text: str, expressions: Iterable[Expression]) -> tuple[str, int, int] | None:
    """Return the first placeholder in the text between expressions that lacks a brace.

    Inside of other braces it may well be JSON, or what describes it.
    """
    if "}}" not in text:
        return None
    depth = at = 0
    for start, end in (*((item.start, item.end) for item in expressions), (len(text),) * 2):
        for found in _PLACE.finditer(text, at, start):
            if len(found.group()) > 1:
                if depth == 0:
                    message = "a placeholder is opened with one brace and closed with two"
                    return message, found.start(), found.end()
                depth -= 1  # one that opens, two that close
            else:
                depth = max(0, depth + (1 if found.group() == "{" else -1))
        at = max(at, end)
    return None
