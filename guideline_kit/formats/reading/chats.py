"""Chats as data: lists of messages with a role and a content, as the APIs of models take them.

They stand in files of YAML and JSON, and in texts within them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.formats.reading.complaints import complaint
from guideline_kit.text import MappedText, Source, Span
from guideline_kit.trees import Path, Tree

# What tools call those who speak. Whoever else it is, is no author of ours: a user.
_ROLES: Mapping[str, str] = {
    "system": "system", "developer": "system",
    "user": "user", "human": "user",
    "assistant": "assistant", "ai": "assistant", "model": "assistant",
    "tool": "tool", "function": "tool",
}  # fmt: skip
_LISTS = ("messages", "contents")
_TEXTS = ("text", "content", "parts")
_STARTS = re.compile(r"\s*(?:(?P<json>\[(?=[\s{])|\{(?=\s*\"))|(?P<yaml>- role:))")
_SAYS_WHO = re.compile(r"[\"'](?:role|messages|contents)[\"']\s*:")
# What a template fills in; what stands between quotation marks inside of it counts for nothing.
_BRACES = re.compile(r"\{\{(?:[^{}]|\}(?!\})){0,2000}\}\}|\{%(?:[^{%]|%(?!\})){0,2000}%\}")


class Said(NamedTuple):
    """One text of a chat: who says it, and where it is in a tree."""

    role: str
    path: Path


class Chat(NamedTuple):
    """The texts of a chat, each with who says it; with a problem there may be more of them."""

    texts: tuple[tuple[str, MappedText], ...]
    problem: Diagnostic | None = None


def role(name: object) -> str:
    """Return one of our roles for what a file calls who speaks."""
    return _ROLES.get(name.strip().lower(), "user") if isinstance(name, str) else "user"


def said(data: Any, path: Path = ()) -> Iterator[Said]:
    """Yield the texts of a chat: a list of messages, or what an API takes with one in it."""
    if isinstance(data, Mapping):
        for key in ("system", "systemInstruction", "system_instruction"):
            yield from _texts("system", data.get(key), (*path, key))
        for key in _LISTS:
            if isinstance(data.get(key), list):
                yield from said(data[key], (*path, key))
    elif isinstance(data, list):
        for number, message in enumerate(data):
            if isinstance(message, Mapping) and (
                "role" in message or any(key in message for key in ("content", "parts"))
            ):
                yield from _message(message, (*path, number))


def _message(message: Mapping[str, Any], path: Path) -> Iterator[Said]:
    who = role(message.get("role"))
    for key in ("content", "parts"):
        yield from _texts(who, message.get(key), (*path, key))


def _texts(who: str, content: Any, path: Path) -> Iterator[Said]:
    """Yield the texts of a content: one, or those among its parts."""
    if isinstance(content, str):
        yield Said(who, path)
    elif isinstance(content, Mapping):
        for key in _TEXTS:
            if isinstance(content.get(key), str):
                yield Said(who, (*path, key))
            elif key == "parts" and isinstance(content.get(key), list):
                yield from _texts(who, content[key], (*path, key))
    elif isinstance(content, list):
        for number, part in enumerate(content):
            if isinstance(part, str | Mapping):
                yield from _texts(who, part, (*path, number))


def chat_in(text: MappedText, source: Source) -> Chat | None:
    """Return the chat that a text holds as JSON or YAML, or None where it is a text like others.

    A template in it may be filled in before anybody reads it.
    """
    starts = _STARTS.match(text.text)
    if starts is None or not (starts["yaml"] or _SAYS_WHO.search(text.text)):
        return None
    is_yaml = starts["yaml"] is not None
    if not is_yaml and not text.text.rstrip().endswith(("]", "}")):
        return None
    filled = text.text
    tree, first = _read(filled, is_yaml=is_yaml)
    if first:
        filled = _BRACES.sub(_blanks, text.text)
        if filled != text.text:
            tree, first = _read(filled, is_yaml=is_yaml)
    texts = tuple(_mapped(tree, text, filled)) if tree else ()
    if first is None or "{%" in text.text:
        # What a block of a template makes of it, nobody knows.
        return Chat(texts) if texts else None
    span = first.span or Span(0, 0)
    # The lines that it counts are not those of the file.
    message = re.sub(r" in line \d+", "", first.message)
    at = text.span(span.start, span.end)
    message = f"The chat in this prompt can't be read. {message}"
    return Chat(texts, complaint(source, at, message, first.help))


def _read(text: str, *, is_yaml: bool) -> tuple[Tree | None, Diagnostic | None]:
    """Return what a text says, and what keeps other readers from it."""
    source = Source("", text)
    if is_yaml:
        from guideline_kit.yamlio import read as read_yaml

        result = read_yaml(source, partial=True)
    else:
        from guideline_kit.jsonio import read as read_json

        result = read_json(source)
    broken = (item for item in result.problems if item.rule != "duplicate-key")
    return result.tree, next(broken, None)


def _blanks(found: re.Match[str]) -> str:
    """Return what is as long as a piece of a template, and a value wherever one may stand."""
    length = len(found.group())
    return ("0" if found.group().startswith("{{") else " ").ljust(length)


def _mapped(tree: Tree, outer: MappedText, filled: str) -> Iterator[tuple[str, MappedText]]:
    for item in said(tree.data):
        inner = tree.text(item.path)
        if inner is not None:
            if filled != outer.text:
                inner = _unfilled(inner, outer.text)
            yield item.role, inner.within(outer)


def _unfilled(text: MappedText, written: str) -> MappedText:
    """Return a text with the templates in it that were taken out to read it."""
    pieces: list[str] = []
    at = 0
    for run in text.runs:
        pieces += text.text[at : run.start], written[run.source : run.source + run.length]
        at = run.start + run.length
    return MappedText("".join([*pieces, text.text[at:]]), text.runs, text.whole, text.written)
