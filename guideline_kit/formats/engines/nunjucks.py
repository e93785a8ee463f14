"""Nunjucks templates, as promptfoo fills them in: like Jinja2, and other where it counts."""

from __future__ import annotations

import re

from guideline_kit.formats.engines import Scan, tag_names, tags

# promptfoo gives the environment and the earlier turns to each prompt.
NUNJUCKS = tags.Dialect(
    nested=False,
    provided=frozenset(("_conversation",)),
    functions=frozenset(("range", "cycler", "joiner", "super", "caller")),
    objects=frozenset(("env",)),
)
# What JavaScript keeps behind each value. A field that is called "constructor" is harmless
# until it is called, or something is looked up in it.
_UNSAFE = re.compile(
    r"(?:\.\s*|\[\s*[\"'])__[A-Za-z]+__"
    r"|(?:\.\s*|\[\s*[\"'])constructor(?:[\"']\s*\])?\s*(?:\(|\.\s*constructor|\[)"
)


def scan(text: str) -> Scan:
    """Find the expressions of a Nunjucks template."""
    return tag_names.scan(text, NUNJUCKS)


def is_unsafe(expression: str) -> bool:
    """Whether an expression reaches behind the values into the program that renders it."""
    return bool(_UNSAFE.search(expression))
