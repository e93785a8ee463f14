"""Inputs of formats that say `string` of a name and of a whole mail alike, and nothing of trust."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from guideline_kit.documents import Document, Input
from guideline_kit.text import Span

_UNTRUSTED = ("text", "document")
_LONG = 80  # characters
# What the last word of a name is where a text is meant, and not a name, a word or a line.
_TEXTS = frozenset(
    (
        *("answer", "article", "body", "chunk", "code", "comment", "comments", "content"),
        *("contents", "context", "conversation", "description", "diff", "document", "documents"),
        *("documentation", "email", "essay", "feedback", "history", "input", "instructions"),
        *("letter", "mail", "message", "messages", "notes", "output", "page", "paragraph"),
        *("passage", "post", "prompt", "query", "question", "reference", "report", "request"),
        *("response", "review", "reviews", "source", "statement", "statements", "story"),
        *("submission", "summary", "text", "ticket", "transcript", "truth"),
    )
)
_INCLUDES = re.compile(r"\{\{~?#?>|\{%[-+]?\s{0,9}(?:include|import|from|extends)\b")
_LAST_WORD = re.compile(r"[A-Z]?[a-z]+\d*\Z|[A-Z]+\Z")


def declared(
    name: str,
    span: Span,
    type: str = "",
    *,
    required: bool,
    sample: Any = None,
    closed: bool = False,
) -> Input:
    """Return an input; where no type is given, the sample tells.

    A text may come from anybody, unless its values are a `closed` list.
    """
    type = type or _type_of(sample)
    if type == "text" and not _is_text(name, sample):
        type = "line"
    trusted = closed or type not in _UNTRUSTED
    return Input(name, span, type, "trusted" if trusted else "untrusted", required)


def settled(
    inputs: Iterable[Input], document: Document, elsewhere: frozenset[str] = frozenset()
) -> tuple[Input, ...]:
    """Return inputs without those of which nobody can say that a document does not use them.

    They are used `elsewhere`, such as by a tool, or may be in a template that it includes.
    """
    used = {item.name for item in document.placeholders}
    includes = any(_INCLUDES.match(item.text) for item in document.placeholders)
    return tuple(
        item for item in inputs if item.name in used or not (includes or item.name in elsewhere)
    )


def _is_text(name: str, sample: Any) -> bool:
    """Whether a string is a text, and not a line, going by its name and by a sample of it."""
    if isinstance(sample, str) and ("\n" in sample.strip() or len(sample) > _LONG):
        return True
    found = _LAST_WORD.search(name)
    return found is not None and found.group().lower() in _TEXTS


def _type_of(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, list):
        return "list"
    return "object" if isinstance(value, dict) else "text"
