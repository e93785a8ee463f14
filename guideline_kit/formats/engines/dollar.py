"""Dollar templates, as Python's `string.Template` reads them: ${name} and $name."""

from __future__ import annotations

import re

from guideline_kit.formats.engines import Expression, Scan

_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
# A price such as $5, and what else begins with a dollar, is text.
PLACEHOLDER = re.compile(rf"\$(?:\$|(?P<name>{_NAME})|\{{(?P<braced>{_NAME})(?P<end>\}})?)")


def scan(text: str) -> Scan:
    """Find the expressions of a dollar template."""
    expressions: list[Expression] = []
    error: tuple[str, int, int] | None = None
    for found in PLACEHOLDER.finditer(text):
        if found["name"] or found["end"]:
            name = found["name"] or found["braced"]
            expressions.append(Expression(name, found.start(), found.end()))
        elif found["braced"] and error is None and not _closed(text, found.end()):
            start = found.start()
            error = ("a placeholder is opened and not closed", start, start + 2)
    return Scan(tuple(expressions), error)


def _closed(text: str, at: int) -> bool:
    """Whether a brace closes on the line: ${HOME:-x} is text of a shell, and no slip."""
    line = text.find("\n", at)
    return text.find("}", at, line if line >= 0 else len(text)) >= 0
