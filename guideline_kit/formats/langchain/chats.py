"""The messages of a chat of LangChain, in any of the ways in which they are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from guideline_kit.documents import Message, Placeholder
from guideline_kit.formats.reading.data_files import listed
from guideline_kit.trees import Path

if TYPE_CHECKING:
    from guideline_kit.formats.langchain.prompts import Reader

_ROLES: Mapping[str, str] = {
    "system": "system", "developer": "system", "human": "user", "user": "user",
    "ai": "assistant", "assistant": "assistant", "tool": "tool", "function": "tool",
    "placeholder": "tool",  # earlier messages are put in there
}  # fmt: skip
# What a class begins with.
_CLASS_ROLES = {
    "System": "system", "Human": "user", "AI": "assistant", "Tool": "tool", "Function": "tool",
}  # fmt: skip


def class_of(value: Mapping[str, Any]) -> str:
    """Return the class that a dump of an object names, or nothing."""
    names = value.get("id")
    return names[-1] if isinstance(names, list) and names and isinstance(names[-1], str) else ""


def add_chat(reader: Reader, data: Mapping[str, Any]) -> None:
    """Add the messages of a chat to what a reader has."""
    for key in ("messages", "template"):
        for number, message in listed(data.get(key)):
            _add(reader, (*reader.path, key, number), message)
    if isinstance(data.get("template"), str):
        reader.template("template")
    elif not reader.builder.messages:
        reader.lacks("messages", "template")


def _add(reader: Reader, path: Path, message: Any) -> None:
    engine = reader.engine_at(reader.path)
    if isinstance(message, list):  # ["system", "You are …"]
        role = message[0] if message else None
        reader.add(_role(role), (*path, 1), engine)
        return
    if not isinstance(message, dict):
        reader.add("user", path, engine)
        return
    name = class_of(message) if "lc" in message else ""
    inside: Path = (*path, "kwargs") if isinstance(message.get("kwargs"), dict) else path
    values = reader.tree.get(inside)
    named = next((who for begin, who in _CLASS_ROLES.items() if name.startswith(begin)), "")
    who = named or _role(values.get("role") or values.get("type"))
    if "variable_name" in values:
        _add_conversation(reader, (*inside, "variable_name"))
    elif "prompt" in values:
        _add_prompts(reader, who, (*inside, "prompt"))
    else:
        # A message that is no template is sent as it is.
        literal = bool(name) and not name.endswith("Template")
        for key in ("content", "template"):
            _add_texts(reader, who, (*inside, key), engine, literal=literal)


def _role(value: Any) -> str:
    return _ROLES.get(str(value).lower(), "user")


def _add_texts(reader: Reader, who: str, path: Path, engine: str, *, literal: bool) -> None:
    """Add a text, or the texts of a message in parts."""
    reader.add(who, path, engine, literal=literal)
    for index, part in listed(reader.tree.get(path)):
        inside = (*path, index, "text") if isinstance(part, dict) else (*path, index)
        reader.add(who, inside, engine, literal=literal)


def _add_prompts(reader: Reader, who: str, path: Path) -> None:
    """Add the template of a message, or each of several, such as a text and a picture."""
    paths = [(*path, at) for at, _ in listed(reader.tree.get(path))] or [path]
    for one in paths:
        about = reader.tree.get(one)
        if not isinstance(about, dict):
            reader.add(who, one, reader.engine_at(reader.path))
            continue
        dumped = isinstance(about.get("kwargs"), dict)
        inside: Path = (*one, "kwargs") if dumped else one
        engine = reader.engine_at(inside)
        reader.add(who, (*inside, "template"), engine)
        parts = reader.tree.get((*inside, "template"))
        for key in parts if isinstance(parts, dict) else ():
            reader.add(who, (*inside, "template", key), engine)


def _add_conversation(reader: Reader, path: Path) -> None:
    """Add the place where earlier messages are put in: its name is its variable."""
    text = reader.tree.text(path)
    if text is None or not text.text:
        return
    builder, end = reader.builder, len(text.text)
    number = len(builder.messages)
    # Nobody that is known here says it.
    builder.messages.append(Message("tool", text, ((0, end),)))
    builder.placeholders.append(
        Placeholder(text.text, text.text, number, 0, end, text.span(0, end))
    )
