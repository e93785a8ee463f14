"""Prompts in JSON that a prompt registry hands out: one, many, or an answer with some inside."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from guideline_kit.documents import Document
from guideline_kit.formats.reading.assembling import together
from guideline_kit.text import Source
from guideline_kit.trees import Path, Tree

_LARGEST = 2_000_000  # characters; of what is larger, nothing is read
_STARTS = re.compile(r"\ufeff?\s*[\[{]")

IsPrompt = Callable[[Mapping[str, Any]], bool]


def holds(text: str, signs: re.Pattern[str], least: int, is_prompt: IsPrompt) -> bool:
    """Whether a text is JSON that holds a prompt somewhere.

    Only a text with that many of the signs is read for it, and if it is broken, they decide.
    """
    if len(text) > _LARGEST or not _STARTS.match(text):
        return False
    if len({found.lastgroup for found in signs.finditer(text)}) < least:
        return False
    try:
        data = json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return True
    return any(True for _ in entries(data, is_prompt))


def entries(data: Any, is_prompt: IsPrompt) -> Iterator[Path]:
    """Yield where the prompts are in some data, in order, however deep."""
    waiting: list[tuple[Path, Any]] = [((), data)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, Mapping):
            if is_prompt(value):
                yield path
                continue
            inside = [((*path, key), item) for key, item in value.items()]
        elif isinstance(value, list):
            inside = [((*path, number), item) for number, item in enumerate(value)]
        else:
            continue
        waiting += reversed([pair for pair in inside if isinstance(pair[1], list | dict)])


def document(
    format: str,
    source: Source,
    is_prompt: IsPrompt,
    part: Callable[[Tree, Path], Document],
) -> Document:
    """Read the prompts of a text as far as they can be read; never raises.

    `part` reads one of them. What is one prompt and nothing else is a document with its fields;
    otherwise each is a part.
    """
    from guideline_kit.jsonio import read as read_json

    result = read_json(source)
    tree = result.tree
    if tree is None:
        return Document(source, format, (), {}, problems=result.problems)
    paths = list(entries(tree.data, is_prompt))
    parts = tuple(part(tree, path) for path in paths)
    problems = (*result.problems, *(item for document in parts for item in document.problems))
    fields = tree.data if isinstance(tree.data, dict) else {}
    if paths == [()]:
        return parts[0]._replace(fields=fields, tree=tree, problems=problems)
    parts = tuple(document._replace(problems=()) for document in parts)
    return (together(parts) if parts else Document(source, format, (), {}))._replace(
        fields=fields,
        tree=tree,
        problems=problems,
        parameters=tuple(setting for item in parts for setting in item.parameters),
        parts=parts,
        name="",
    )


def with_data(document: Document, is_prompt: IsPrompt) -> Iterator[tuple[Document, dict[str, Any]]]:
    """Yield the prompts of a document, each with all that the file says of it."""
    tree = document.tree
    if tree is None:
        return
    paths = entries(tree.data, is_prompt)
    for part, path in zip(document.parts or (document,), paths, strict=False):
        if any(message.text.text.strip() for message in part.messages):
            yield part, tree.get(path)


def is_said(prompt: Any) -> bool:
    """Whether an entry's messages are all there is to a prompt: a text, or a chat of texts."""
    if isinstance(prompt, str):
        return True
    return isinstance(prompt, list) and all(
        isinstance(message, Mapping)
        and message.keys() <= {"type", "role", "content"}
        and message.get("type", "chatmessage") == "chatmessage"
        and message.get("role") in _ROLES
        and isinstance(message.get("content"), str)
        for message in prompt
    )


_ROLES = ("system", "user", "assistant", "tool")
