"""Messages written in chat tags, and what tags say as messages.

Semantic Kernel fills in a template first, and then reads the outcome as XML: in a message, signs
of XML are written as entities, and so are braces that its template language would take for its
own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import partial
from typing import NamedTuple

from guideline_kit.formats.engines import scan
from guideline_kit.formats.reading.turns import Ranges
from guideline_kit.formats.semantic_kernel.chat_tags import BLOCK, Chat, read_chat
from guideline_kit.formats.writing.entries import Entry
from guideline_kit.text import MappedText, Source

_ENTITY = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(lt|gt|amp|quot|apos));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_SIGN = re.compile(r"[&<>\r]|\{(?=[{%#])")
# Handlebars has a way of its own to say that braces are text.
_SIGN_BUT_ESCAPED = re.compile(r"[&<>\r]|(?<!\\)\{(?=[{%#])")
# The end of a message in tags, and the blanks before it.
_END = re.compile(r"(\s*)(?:</message\b|\{\{~?/message\b)", re.IGNORECASE)
_HIGHEST = 0x10FFFF


class Spoken(NamedTuple):
    """A message to write; nothing in one that is `literal` is filled in."""

    role: str
    content: str
    literal: bool = False


# --- reading -------------------------------------------------------------------------------


def spoken(chat: Chat, text: str) -> list[Entry]:
    """Return the messages of an entry; code between messages is one of a tool, at its place."""
    found: list[tuple[int, Entry]] = []
    tagged = len(chat.turns) != 1 or (chat.turns[0].start, chat.turns[0].end) != (0, len(text))
    for turn, message in zip(chat.turns, chat.messages, strict=False):
        content = message.text.text
        if tagged:
            content = _unescaped(content, message.ranges)
            end = _END.match(text, turn.end)
            # A tag that stands on a line of its own ends a line of the text.
            content += "\n" if end and "\n" in end[1] and content else ""
        if content.strip():
            example = {"example": True} if message.example else {}
            found.append((turn.start, {"role": message.role, "content": content, **example}))
    if any(text.startswith(BLOCK, start) for start, _ in chat.code):
        # A block around messages can't be taken apart.
        code = [(len(text), chat.messages[-1].text.text)]
    else:
        code = [(start, text[start:end]) for start, end in _gathered(chat.code, text)]
    found += ((start, {"role": "tool", "content": content}) for start, content in code)
    return [message for _, message in sorted(found, key=lambda item: item[0])]


def _gathered(code: Ranges, text: str) -> Iterable[tuple[int, int]]:
    """Yield the code that stands together, with nothing but blanks between it."""
    begin = before = -1
    for start, end in sorted(code):
        if begin >= 0 and text[before:start].strip():
            yield begin, before
            begin = -1
        begin, before = (start if begin < 0 else begin), end
    if begin >= 0:
        yield begin, before


def _unescaped(text: str, ranges: Ranges) -> str:
    """Return what the kernel reads where a text stands outside of expressions."""
    pieces: list[str] = []
    at = 0
    for start, end in (*ranges, (len(text), len(text))):
        pieces += (_ENTITY.sub(_character, text[at:start]), text[start:end])
        at = end
    return "".join(pieces)


def _character(found: re.Match[str]) -> str:
    if found[3]:
        return _NAMED[found[3]]
    code = int(found[1]) if found[1] else int(found[2], 16)
    return chr(code) if 0 < code <= _HIGHEST and not 0xD800 <= code < 0xE000 else found.group()


# --- writing -------------------------------------------------------------------------------


def in_tags(messages: Sequence[Spoken], engine: str) -> str:
    """Return a template that gives these messages back; one of the user needs no tags."""
    alone = messages[0]
    if len(messages) == 1 and alone.role == "user" and not alone.literal:
        text = alone.content
        if not scan(engine, text).error and _gives(text, engine, messages):
            return text
    written = _together(messages, engine)
    if not _gives(written, engine, messages):
        # What is wrong in one template must not reach over into the others.
        written = _together(map(partial(_hidden, engine=engine), messages), engine)
    if not _gives(written, engine, messages):
        written = _together((message._replace(literal=True) for message in messages), engine)
    return written


def _together(messages: Iterable[Spoken], engine: str) -> str:
    return "".join(f"{_tagged(message, engine)}\n" for message in messages)


def _hidden(message: Spoken, engine: str) -> Spoken:
    """Return a message, as a text that nothing is filled in where its template is broken."""
    return message._replace(literal=message.literal or bool(scan(engine, message.content).error))


def _tagged(message: Spoken, engine: str) -> str:
    text = message.content
    ranges: dict[tuple[int, int], None] = {}
    if not message.literal:
        ranges = {(item.start, item.end): None for item in scan(engine, text).expressions}
    sign = _SIGN_BUT_ESCAPED if engine == "handlebars" and not message.literal else _SIGN
    pieces: list[str] = []
    at = 0
    for start, end in (*ranges, (len(text), len(text))):
        pieces += (sign.sub(_reference, text[at:start]), text[start:end])
        at = end
    body = "".join(pieces)
    # Blanks at the borders are taken away, but for the line break before a tag.
    if text[0].isspace() and body[0] == text[0]:
        body = f"&#{ord(text[0])};{body[1:]}"
    if text[-1].isspace() and text != f"{text.rstrip()}\n" and body[-1] == text[-1]:
        body = f"{body[:-1]}&#{ord(text[-1])};"
    return f'<message role="{message.role}">{body}</message>'


def _reference(found: re.Match[str]) -> str:
    sign = found.group()
    return {"&": "&amp;", "<": "&lt;", ">": "&gt;"}.get(sign, f"&#{ord(sign)};")


def _gives(text: str, engine: str, messages: Sequence[Spoken]) -> bool:
    source = Source("", text)
    chat = read_chat(source, MappedText.verbatim(source), engine)
    found = [(message["role"], message["content"]) for message in spoken(chat, text)]
    return not chat.problems and found == [(message.role, message.content) for message in messages]
