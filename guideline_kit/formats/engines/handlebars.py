"""Handlebars templates, with the helpers that dotprompt brings."""

from __future__ import annotations

import re

from guideline_kit.formats.engines import Expression, Scan
from guideline_kit.formats.engines.half_open import half_open
from guideline_kit.formats.engines.handlebars_blocks import Blocks
from guideline_kit.formats.engines.handlebars_tags import tags_of

# What JavaScript keeps behind each value.
_UNSAFE = re.compile(
    r"__(?:proto|defineGetter|defineSetter|lookupGetter|lookupSetter)__"
    r"|\bconstructor\s*[./]\s*constructor\b|\blookup\b[^(){}]*[\"']constructor[\"']"
)


def scan(text: str) -> Scan:
    """Find the expressions of a Handlebars template."""
    tags, error = tags_of(text)
    blocks = Blocks(text)
    expressions: list[Expression] = []
    for tag in tags:
        names = dict.fromkeys(blocks.names_of(tag))
        expressions += [Expression(name, tag.start, tag.end) for name in names or ("",)]
    blocks.finish()
    errors = [found for found in (error, blocks.error) if found]
    first = min(errors, key=lambda found: found[1], default=None)
    return Scan(tuple(expressions), first or half_open(text, expressions))


def is_unsafe(expression: str) -> bool:
    """Whether an expression reaches behind the values into the program that renders it."""
    return bool(_UNSAFE.search(expression))
