"""A prompt of a server of the Model Context Protocol, as JSON: one file a prompt.

It holds what the protocol says of a prompt (`name`, `title`, `description`, `arguments`) together
with its `messages`, whose texts have `{{name}}` where an argument goes in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from guideline_kit.documents import Document, Input
from guideline_kit.formats.beside import Beside
from guideline_kit.formats.reading.building import Builder
from guideline_kit.formats.writing.entries import (
    KEPT,
    Entry,
    described,
    description,
    plain_text,
    stem,
    template,
    translated,
)
from guideline_kit.text import Source
from guideline_kit.trees import Tree

KEPT_AT = ("_meta", KEPT)

_ROLES = ("user", "assistant")  # the protocol knows no other


def read(source: Source, beside: Beside) -> Document:  # noqa: ARG001  it names no other file
    """Read a prompt as far as it can be read; never raises."""
    from guideline_kit.jsonio import read as read_json

    result = read_json(source)
    tree = result.tree
    if tree is None or not isinstance(tree.data, dict):
        return Document(source, "mcp", (), {}, problems=result.problems)
    builder = Builder("mustache")
    listed = tree.get(("messages",))
    for number, message in enumerate(listed if isinstance(listed, list) else ()):
        content = message.get("content") if isinstance(message, dict) else None
        if isinstance(content, dict) and isinstance(content.get("text"), str):
            text = tree.text(("messages", number, "content", "text"))
            if text is not None:
                role = message.get("role")
                builder.add(role if role in _ROLES else "user", text)
    return Document(
        source=source,
        format="mcp",
        messages=tuple(builder.messages),
        placeholders=tuple(builder.placeholders),
        inputs=_inputs(tree),
        fields=tree.data,
        tree=tree,
        engine="mustache",
        template_error=builder.error,
        problems=result.problems,
        name=plain_text(tree.get(("name",))),
    )


def _inputs(tree: Tree) -> tuple[Input, ...]:
    listed = tree.get(("arguments",))
    return tuple(
        Input(
            about["name"],
            tree.value_span(("arguments", number, "name")),
            trust="untrusted",
            required=about.get("required") is True,
        )
        for number, about in enumerate(listed if isinstance(listed, list) else ())
        if isinstance(about, dict) and isinstance(about.get("name"), str)
    )


def entries(document: Document) -> list[Entry]:
    """Return the prompt as an entry."""
    fields = document.fields
    name = document.name or stem(document.source.name)
    entry = described(
        name,
        title=plain_text(fields.get("title")),
        description=plain_text(fields.get("description")),
    )
    entry["template"] = template(document, "mustache" if document.placeholders else "none")
    arguments = fields.get("arguments")
    inputs = {
        about["name"]: {
            "type": "text",
            "description": plain_text(about.get("description")) or about["name"],
            **({} if about.get("required") is True else {"required": False}),
        }
        for about in (arguments if isinstance(arguments, list) else ())
        if isinstance(about, dict) and isinstance(about.get("name"), str)
    }
    if inputs:
        entry["inputs"] = inputs
    return [entry]


def write(entry: Mapping[str, Any], kept: Mapping[str, Any] | None) -> str:
    """Return a prompt's file; `kept` goes into `_meta`, which is for what others want to keep."""
    engine = entry["template"]["engine"]
    messages = translated(entry["template"]["messages"], engine, "mustache")
    data: dict[str, Any] = {
        "name": entry["id"],
        "title": entry["title"],
        "description": description(entry),
        "arguments": [
            {
                "name": name,
                "description": about.get("description") or name,
                "required": about.get("required") is not False and "default" not in about,
            }
            for name, about in (entry.get("inputs") or {}).items()
        ],
        "messages": [
            {
                "role": message["role"] if message["role"] in _ROLES else "user",
                "content": {"type": "text", "text": message["content"]},
            }
            for message in messages
        ],
    }
    if kept is not None:
        data["_meta"] = {KEPT: kept}
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"
