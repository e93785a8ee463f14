"""Prompts of Langfuse as its API hands them out, one or many, in JSON.

A prompt is a text, or a chat in which whole messages may be filled in as well. One prompt may
stand in another: `@@@langfusePrompt:name=...@@@` is put in before anybody sees it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.documents import Document
from guideline_kit.formats.beside import Beside
from guideline_kit.formats.engines import Expression, Scan
from guideline_kit.formats.reading.assembling import mark_examples
from guideline_kit.formats.reading.building import Builder
from guideline_kit.formats.reading.chats import Said, said
from guideline_kit.formats.reading.complaints import complaint
from guideline_kit.formats.reading.data_files import settings
from guideline_kit.formats.reading.exports import document, holds, is_said, with_data
from guideline_kit.formats.writing.entries import Entry, declared, described, own_ids, template
from guideline_kit.formats.writing.metadata import understood
from guideline_kit.text import Source
from guideline_kit.trees import Path, Tree

FORMAT = "langfuse"
_ENGINE = "mustache"
_TYPES = ("text", "chat")
# What it says of a prompt beside its name, its type and its text.
_MARKS = ("labels", "tags", "config", "version", "commitMessage", "resolutionGraph")
_SIGNS = re.compile(
    r"\"(?:(?P<prompt>prompt)\"\s*:\s*[\"\[]|(?P<name>name)\"\s*:\s*\""
    r"|(?P<type>type)\"\s*:\s*\"(?:text|chat)\"|(?P<labels>labels)\"\s*:\s*\["
    r"|(?P<more>tags|config|version|commitMessage|resolutionGraph)\"\s*:)"
)
_COMPOSED = re.compile(r"@@@langfusePrompt:[^@\n]{1,400}@@@")


def is_one(path: str, text: str) -> bool:  # noqa: ARG001
    """Whether a file of JSON holds a prompt of Langfuse."""
    return '"prompt"' in text and holds(text, _SIGNS, 5, _is_prompt)


def _is_prompt(data: Mapping[str, Any]) -> bool:
    return (
        isinstance(data.get("name"), str)
        and data.get("type") in _TYPES
        and isinstance(data.get("prompt"), str | list)
        and sum(mark in data for mark in _MARKS) > 1
    )


def read(source: Source, beside: Beside) -> Document:  # noqa: ARG001  it names no other file
    """Read a file as far as it can be read; never raises."""
    return document(FORMAT, source, _is_prompt, _part)


class _Builder(Builder):
    __slots__ = ()

    def scan(self, text: str) -> Scan:
        found = super().scan(text)
        composed = [Expression("", *item.span()) for item in _COMPOSED.finditer(text)]
        if not composed:
            return found
        expressions = sorted((*found.expressions, *composed), key=lambda item: item.start)
        return Scan(tuple(expressions), found.error)


def _part(tree: Tree, path: Path) -> Document:
    data = tree.get(path)
    prompt, at = data["prompt"], (*path, "prompt")
    builder = _Builder(_ENGINE)
    for role, place in [Said("user", at)] if isinstance(prompt, str) else said(prompt, at):
        text = tree.text(place)
        if text is not None:
            builder.add(role, text)
    mark_examples(builder.messages)
    return Document(
        tree.source,
        FORMAT,
        tuple(builder.messages),
        {},
        tuple(builder.placeholders),
        engine=_ENGINE,
        template_error=builder.error,
        problems=tuple(_complaints(tree, path)),
        parameters=tuple(settings(tree, (*path, "config"))),
        name=data["name"],
    )


def _complaints(tree: Tree, path: Path) -> Iterator[Diagnostic]:
    """Complain of a prompt that is not what its type says: Langfuse refuses it."""
    data = tree.get(path)
    is_text = isinstance(data["prompt"], str)
    if is_text == (data["type"] == "text"):
        return
    message = (
        "The prompt is of the type 'chat', and stands here as a text: Langfuse refuses it"
        if is_text
        else "The prompt is of the type 'text', and stands here as a list: Langfuse refuses it"
    )
    span = tree.value_span((*path, "prompt"))
    yield complaint(
        tree.source, span, message, "Correct 'type', or write the prompt as that type wants it"
    )


def entries(document: Document) -> list[Entry]:
    """Return the prompts as entries; what else is said of them is kept as it is."""
    found = []
    for part, data in with_data(document, _is_prompt):
        entry = described(part.name)
        engine = _ENGINE if part.placeholders or part.template_error else "none"
        entry["template"] = template(part, engine)
        inputs = declared(part, engine)
        if inputs:
            entry["inputs"] = inputs
        said = {"prompt"} if is_said(data["prompt"]) else set()
        if entry["id"] == part.name:
            said.add("name")
        known, rest = understood({key: data[key] for key in data if key not in said})
        found.append({**entry, **known, "x-langfuse": rest})
    return own_ids(found)
