"""A prompt file as a catalog entry, and back: what the formats have in common there.

An entry is plain data that fits the prompt schema, or part of it: a file says less than an entry
has to. Each format that can be written has two functions, `entries(document)` for what its file
says and `write(entry, kept)` for a file that says as much of an entry as the format can hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from guideline_kit.documents import Document
from guideline_kit.formats.writing.translating import translate

Entry = dict[str, Any]

# Where a file keeps what its format has no place for.
KEPT = "x-guideline-kit"

_LONGEST_ID, _LONGEST_LINE = 64, 200
_DRAWN = re.compile(r"\$\{(?:input:)?|\{\{|\{%|\{#|\$")


def entries(document: Document) -> list[Entry]:
    """Return the prompts of a file of any format as entries, each with what can be known of it."""
    prompts = document.parts or (document,)
    found: list[Entry] = []
    for number, prompt in enumerate(prompts, 1):
        if not prompt.messages:
            continue
        fields = document.fields if prompt is document else {}
        name = prompt.name or plain_text(fields.get("name")) or stem(document.source.name)
        if prompt is not document and not prompt.name:
            name = f"{name} {number}"
        entry = described(name, description=plain_text(fields.get("description")))
        entry["template"] = template(prompt)
        inputs = declared(prompt, entry["template"]["engine"])
        if inputs:
            entry["inputs"] = inputs
        found.append(entry)
    return own_ids(found)


def own_ids(found: list[Entry]) -> list[Entry]:
    """Return the prompts of a file, each with an id that no other has."""
    taken: set[str] = set()
    for entry in found:
        entry["id"] = unused(entry["id"], taken)
        taken.add(entry["id"])
    return found


def described(name: str, *, title: str = "", description: str = "", id: str = "") -> Entry:
    """Return the beginning of an entry: its id, its title, and what it is about."""
    entry: Entry = {"id": id or slug(name), "title": line(title or _spaced(name))}
    summary = line(description)
    entry["summary"] = summary or entry["title"]
    if description.strip() and description != summary:
        entry["description"] = description
    return entry


def description(entry: Mapping[str, Any]) -> str:
    """Return what a format with one description says: what `described` makes the two of."""
    text = entry.get("description", "")
    summary: str = entry.get("summary", "")
    return text if text.strip() and line(text) == summary and text != summary else summary


def template(document: Document, engine: str | None = None) -> Entry:
    """Return the messages of a prompt, and the engine that their placeholders are written for."""
    texts = [message for message in document.messages if message.text.text.strip()]
    if engine is None:
        engine = document.engine or _guess(document)
    return {
        "engine": engine,
        "messages": [
            {
                "role": message.role,
                "content": message.text.text,
                **({"example": True} if message.example else {}),
            }
            for message in texts
        ],
    }


def declared(document: Document, engine: str) -> Entry:
    """Return the inputs that a prompt declares; those that it uses, where it declares none."""
    if document.inputs is not None:
        return {
            item.name: {
                "type": item.type,
                "description": _spaced(item.name),
                **({} if item.required else {"required": False}),
            }
            for item in document.inputs
            if _IDENTIFIER.fullmatch(item.name)
        }
    names = dict.fromkeys(item.name for item in document.placeholders)
    return {
        name: {"type": "text", "description": _spaced(name)}
        for name in names
        if engine != "none" and _IDENTIFIER.fullmatch(name)
    }


_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")


def _guess(document: Document) -> str:
    """Return the engine that the placeholders of a file look like that names none."""
    if not document.placeholders:
        return "none"
    if any(item.text.startswith(("{%", "{#")) for item in document.placeholders):
        return "jinja2"
    if any(item.text.startswith("{{") for item in document.placeholders):
        return "mustache"
    return "dollar" if all(item.text.startswith("${") for item in document.placeholders) else (
        "claude-args"
    )  # fmt: skip


def translated(
    messages: Sequence[Mapping[str, Any]], engine: str, other: str
) -> list[Mapping[str, Any]]:
    """Return messages for another engine; one that has no translation there as it is."""
    found: list[Mapping[str, Any]] = []
    for message in messages:
        text = translate(message["content"], engine, other)
        found.append({**message, "content": message["content"] if text is None else text})
    return found


# --- words ---------------------------------------------------------------------------------


def slug(name: str) -> str:
    """Return an id for a name: small letters, digits and single hyphens."""
    found = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    if not found or not found[0].isalpha():
        found = f"prompt-{found}".strip("-")
    return found[:_LONGEST_ID].rstrip("-")


def line(text: str) -> str:
    """Return the beginning of a text as one line that is not too long."""
    first = text.strip().partition("\n\n")[0]
    words = " ".join(first.split())
    if len(words) <= _LONGEST_LINE:
        return words
    cut = words[: _LONGEST_LINE - 1]
    return f"{cut[: cut.rfind(' ')] if ' ' in cut else cut}…"


def stem(path: str) -> str:
    """Return the name of a file without its endings; of one whose name says little, its folder's.

    `SKILL.md` and `system.md` are called what their folder is called.
    """
    there = PurePosixPath(path)
    name = there.name.lstrip(".").partition(".")[0]
    return there.parent.name if name.lower() in _SAYING_LITTLE and there.parent.name else name


def id_of_file(path: str) -> str:
    """Return the id that the name of a file gives a prompt; nothing where it says little."""
    name = PurePosixPath(path).name.lstrip(".").partition(".")[0]
    return "" if not name or name.lower() in _SAYING_LITTLE else slug(name)


_SAYING_LITTLE = ("skill", "system", "user", "skprompt", "prompt", "templates", "config")


def _spaced(name: str) -> str:
    words = re.sub(r"[\s_./-]+", " ", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)).strip()
    return (words[:1].upper() + words[1:])[:_LONGEST_LINE] or "Prompt"


def unused(id: str, taken: set[str]) -> str:
    """Return an id that is not taken, as near to the one that is wanted as can be."""
    number, free = 1, id
    while free in taken:
        number += 1
        free = f"{id[: _LONGEST_ID - 5]}-{number}"
    return free


def plain_text(value: object) -> str:
    """Return a field's value where it is a text, and nothing where it is anything else."""
    return value if isinstance(value, str) else ""
