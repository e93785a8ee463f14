"""A prompt as one text in which marks say where another role begins: as messages, and back.

A mark stands on a line of its own, and the line break before it belongs to it. So a blank line
before the next mark is the line break at the end of a message, as is the one at the file's end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from guideline_kit.documents import Document

_BLANK = re.compile(r"\s*")
_BREAK = re.compile(r"\r\n?|\n")


def spoken(document: Document) -> list[dict[str, Any]]:
    """Return the messages of a prompt as an entry has them."""
    text = document.source.text
    found: list[dict[str, Any]] = []
    for message in document.messages:
        content = message.text.text
        if not content.strip():
            continue
        span = message.text.span(0, len(content))
        if text[max(0, span.start - 1) : span.start] not in ("", "\r", "\n"):
            content = content.lstrip(" \t")  # it begins on the line of the mark
        blank = _BLANK.match(text, span.end)
        enough = 1 if blank is None or blank.end() == len(text) else 2
        ends = blank is not None and len(_BREAK.findall(blank.group())) >= enough
        found.append(
            {
                "role": message.role,
                "content": with_plain_breaks(content) + "\n" * ends,
                **({"example": True} if message.example else {}),
            }
        )
    return found


def joined(messages: Sequence[Mapping[str, Any]], mark: Callable[[int, str], str]) -> str:
    """Return messages as one text; `mark` gives the line before the message of a number, by its
    role, or nothing where there is no need of one."""
    pieces = []
    for number, message in enumerate(messages):
        before = mark(number, message["role"])
        pieces.append(f"{before}\n{message['content']}" if before else message["content"])
    return "\n".join(pieces)


def is_all(document: Document, start: int, mark: re.Pattern[str]) -> bool:
    """Whether the messages and plain marks are all that stands in a file from `start` on.

    Otherwise something is said there that no list of messages says: comments, a history.
    """
    text = document.source.text
    at = start
    for number, message in enumerate(document.messages):
        span = message.text.span(0, len(message.text.text))
        between = text[at : span.start]
        if not mark.fullmatch(between) and (number or between.strip()):
            return False
        at = span.end
    return not text[at:].strip()


def with_plain_breaks(text: str) -> str:
    """Return a text whose lines end as they do in an entry, whatever the file has."""
    return _BREAK.sub("\n", text)
