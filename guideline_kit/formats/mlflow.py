"""Versions of prompts in MLflow's registry, in JSON: as its Python objects, or as its API has them.

The API keeps a prompt in the tags of a model version: a text, or a chat as JSON in a text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from guideline_kit.documents import Document, Parameter
from guideline_kit.formats.beside import Beside
from guideline_kit.formats.reading.assembling import mark_examples
from guideline_kit.formats.reading.building import Builder
from guideline_kit.formats.reading.chats import Chat, chat_in, said
from guideline_kit.formats.reading.data_files import settings
from guideline_kit.formats.reading.exports import document, holds, is_said, with_data
from guideline_kit.formats.writing.entries import (
    Entry,
    declared,
    described,
    own_ids,
    plain_text,
    stem,
    template,
)
from guideline_kit.text import Source
from guideline_kit.trees import Path, Tree

FORMAT = "mlflow"
_TEXT = "mlflow.prompt.text"
_TYPE = "_mlflow_prompt_type"
_MODEL = "_mlflow_prompt_model_config"
_NAME = "model_name"
_TYPES = ("text", "chat", "jinja2")
# What it says of a prompt beside its name, its version and its text.
_MARKS = (
    *("aliases", "commit_message", "creation_timestamp", "last_updated_timestamp"),
    *("model_config", "prompt_type", "response_format", "tags", "user_id"),
)
_SIGNS = re.compile(
    r"\"(?:(?P<name>_?name)\"\s*:\s*\"|(?P<version>_?version)\"\s*:\s*\"?\d"
    rf"|(?P<template>template\"\s*:\s*[\"\[]|{re.escape(_TEXT)}\")"
    r"|(?P<more>aliases|commit_message|creation_timestamp|last_updated_timestamp|model_config"
    r"|prompt_type|response_format|_?tags|user_id)\"\s*:)"
)


def is_one(path: str, text: str) -> bool:  # noqa: ARG001
    """Whether a file of JSON holds a version of a prompt."""
    return ('"template"' in text or _TEXT in text) and holds(text, _SIGNS, 4, _is_prompt)


def _is_prompt(data: Mapping[str, Any]) -> bool:
    if _tags(data, _TEXT) is not None:
        return True
    version = data.get("version")
    numbered = isinstance(version, int) or (isinstance(version, str) and version.isdigit())
    if not (numbered and isinstance(data.get("name"), str)):
        return False
    marks = sum(mark in data for mark in _MARKS)
    template, kind = data.get("template"), data.get("prompt_type")
    return isinstance(template, str | list) and (kind in _TYPES or marks > 1)


def _tags(data: Mapping[str, Any], name: str) -> Path | None:
    """Return where the value of a tag is, below a prompt."""
    for key in ("tags", "_tags"):
        tags = data.get(key)
        if isinstance(tags, Mapping) and isinstance(tags.get(name), str):
            return (key, name)
        for number, tag in enumerate(tags if isinstance(tags, list) else ()):
            if (
                isinstance(tag, Mapping)
                and tag.get("key") == name
                and isinstance(tag.get("value"), str)
            ):
                return (key, number, "value")
    return None


def read(source: Source, beside: Beside) -> Document:  # noqa: ARG001  it names no other file
    """Read a file as far as it can be read; never raises."""
    return document(FORMAT, source, _is_prompt, _part)


def _part(tree: Tree, path: Path) -> Document:
    data = tree.get(path)
    texts, problem = _texts(tree, path)
    # A text may have blocks, whatever its type; MLflow looks for them as well.
    engine = "mustache"
    if _type(tree, path) == "jinja2" or any(
        "{%" in text.text and "%}" in text.text for _, text in texts
    ):
        engine = "jinja2"
    builder = Builder(engine)
    for role, text in texts:
        builder.add(role, text)
    mark_examples(builder.messages)
    name = data.get("name", data.get("_name"))
    return Document(
        tree.source,
        FORMAT,
        tuple(builder.messages),
        {},
        tuple(builder.placeholders),
        engine=engine,
        template_error=builder.error,
        problems=(problem,) if problem else (),
        parameters=tuple(_parameters(tree, path)),
        name=name if isinstance(name, str) else "",
    )


def _type(tree: Tree, path: Path) -> Any:
    data = tree.get(path)
    tag = _tags(data, _TYPE)
    return data.get("prompt_type") or (tree.get((*path, *tag)) if tag else None)


def _texts(tree: Tree, path: Path) -> Chat:
    """Return the texts of a prompt; with a problem where its chat is no JSON."""
    data = tree.get(path)
    tag = _tags(data, _TEXT)
    at = (*path, *(tag or ("template",)))
    if isinstance(tree.get(at), list):
        places = ((item.role, tree.text(item.path)) for item in said(tree.get(at), at))
        return Chat(tuple((role, text) for role, text in places if text is not None))
    text = tree.text(at)
    if text is None:
        return Chat(())
    if _type(tree, path) == "chat":
        return chat_in(text, tree.source) or Chat((("user", text),))
    return Chat((("user", text),))


def _parameters(tree: Tree, path: Path) -> Iterator[Parameter]:
    yield from settings(tree, (*path, "model_config"), renamed=_NAME)
    tag = _tags(tree.get(path), _MODEL)
    if tag is None:
        return
    at = tree.value_span((*path, *tag))
    try:
        config = json.loads(tree.get((*path, *tag)))
    except (ValueError, RecursionError):
        return
    for name, value in config.items() if isinstance(config, dict) else ():
        yield Parameter("model" if name == _NAME else name, value, at)


def entries(document: Document) -> list[Entry]:
    """Return the prompts as entries; what else is said of them is kept as it is."""
    found = []
    for part, data in with_data(document, _is_prompt):
        name = part.name or stem(document.source.name)
        entry = described(name, description=plain_text(data.get("description")))
        engine = part.engine if part.placeholders or part.template_error else "none"
        entry["template"] = template(part, engine)
        inputs = declared(part, engine)
        if inputs:
            entry["inputs"] = inputs
        said = {"description"} if isinstance(data.get("description"), str) else set()
        if entry["id"] == name:
            said |= {"name", "_name"}
        if is_said(data.get("template")):
            said.add("template")
        wanted = data.get("response_format")
        if isinstance(wanted, dict) and wanted.get("type") in ("array", "object"):
            entry["output"] = {"format": "json", "schema": wanted}
            said.add("response_format")
        rest = {key: _without_text(item) for key, item in data.items() if key not in said}
        found.append({**entry, "x-mlflow": rest})
    return own_ids(found)


def _without_text(tags: Any) -> Any:
    """Return the tags of a prompt but for the one that is its text, if that is all of it."""
    if isinstance(tags, Mapping):
        return {key: item for key, item in tags.items() if key != _TEXT or not _is_all(item)}
    if not isinstance(tags, list):
        return tags
    return [
        tag
        for tag in tags
        if not (isinstance(tag, Mapping) and tag.get("key") == _TEXT and _is_all(tag.get("value")))
    ]


def _is_all(text: Any) -> bool:
    """Whether an entry's messages are all that a text says, which may be a chat in JSON."""
    if not isinstance(text, str):
        return False
    try:
        chat = json.loads(text)
    except (ValueError, RecursionError):
        return True
    return not isinstance(chat, list) or is_said(chat)
