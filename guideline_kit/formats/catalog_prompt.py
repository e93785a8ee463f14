"""The catalog's own prompt entries, `prompts/**/<id>.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from guideline_kit.documents import Case, Document, Input
from guideline_kit.formats.beside import Beside
from guideline_kit.formats.reading.building import Builder
from guideline_kit.text import Source
from guideline_kit.trees import Path, Read, Tree
from guideline_kit.yamlio import read as read_yaml

_ROLES = ("system", "user", "assistant", "tool")
_UNTRUSTED = ("text", "document")


# What each entry has at its top; cheaper than to read the YAML of every file.
_LOOKS_LIKE = (r"(?m)^id:", r"(?m)^template:[ \t]*(?:#[^\n]*|\{[^\n]*|\r)?$")


def is_one(path: str, text: str) -> bool:  # noqa: ARG001
    """Whether a YAML file below a folder `prompts` looks like an entry."""
    return all(re.search(part, text) for part in _LOOKS_LIKE)


def read(source: Source, beside: Beside) -> Document:  # noqa: ARG001  it names no other file
    """Read a prompt entry as far as it can be read; never raises."""
    return read_catalog_prompt(source)


def entries(document: Document) -> list[dict[str, Any]]:
    """Return the entry as it is."""
    return [dict(document.fields)] if isinstance(document.fields.get("template"), dict) else []


# The order in which people look for them.
_ORDER = (
    *("id", "title", "summary", "description", "goal", "success_metric", "when_to_use", "not_for"),
    *("owner", "authors", "reviewers", "status", "superseded_by", "version", "created", "updated"),
    *("review_by", "risk", "data_classification", "application", "audience", "tags", "languages"),
    *("licence", "origin", "template", "inputs", "output", "examples", "tests", "models", "tools"),
    *("patterns", "related", "depends_on", "risks", "waivers", "changelog", "links", "sources"),
)


def write(entry: Mapping[str, Any], kept: Mapping[str, Any] | None) -> str:  # noqa: ARG001
    """Return an entry's file; it has a place for everything."""
    from guideline_kit.yamlio.writing import write as write_yaml

    known = {key: entry[key] for key in _ORDER if key in entry}
    return write_yaml({**known, **entry})


def read_catalog_prompt(source: Source, already: Read | None = None) -> Document:
    """Read a prompt entry as far as it can be read; never raises.

    `already` is the YAML, where somebody has read it before.
    """
    result = already or read_yaml(source)
    tree = result.tree
    if tree is None or not isinstance(tree.data, dict):
        return Document(source, "catalog-prompt", (), {}, problems=result.problems)
    engine = tree.get(("template", "engine"))
    engine = engine if isinstance(engine, str) else ""
    builder = Builder(engine)
    for role, example, path in _contents(tree):
        text = tree.text(path)
        if text is not None:
            builder.add(role, text, example=example)
    inputs = _inputs(tree)
    placeholders = tuple(builder.placeholders)
    if engine == "semantic-kernel":
        from guideline_kit.formats.semantic_kernel.config import (
            named_as_declared,
        )  # few entries have it

        placeholders = named_as_declared(placeholders, inputs)
    return Document(
        source=source,
        format="catalog-prompt",
        messages=tuple(builder.messages),
        placeholders=placeholders,
        inputs=inputs,
        cases=tuple(_cases(tree)),
        fields=tree.data,
        tree=tree,
        engine=engine,
        template_error=builder.error,
        problems=result.problems,
    )


def _contents(tree: Tree) -> list[tuple[str, bool, Path]]:
    listed = tree.get(("template", "messages"))
    if not isinstance(listed, list):
        return []
    contents: list[tuple[str, bool, Path]] = []
    for number, message in enumerate(listed):
        if isinstance(message, dict) and isinstance(message.get("content"), str):
            role = message.get("role")
            contents.append(
                (
                    role if role in _ROLES else "user",
                    message.get("example") is True,
                    ("template", "messages", number, "content"),
                )
            )
    return contents


def _inputs(tree: Tree) -> tuple[Input, ...]:
    declared = tree.get(("inputs",))
    if not isinstance(declared, dict):
        return ()
    inputs = []
    for name, about in declared.items():
        about = about if isinstance(about, dict) else {}
        kind = about.get("type")
        kind = kind if isinstance(kind, str) else "text"
        trust = about.get("trust")
        if trust not in ("trusted", "untrusted"):
            trust = "untrusted" if kind in _UNTRUSTED else "trusted"
        inputs.append(
            Input(
                name,
                tree.key_span(("inputs", name)),
                kind,
                trust,
                about.get("required") is not False and "default" not in about,
            )
        )
    return tuple(inputs)


def _cases(tree: Tree) -> Iterator[Case]:
    for kind in ("examples", "tests"):
        listed = tree.get((kind,))
        for number, about in enumerate(listed if isinstance(listed, list) else ()):
            if isinstance(about, dict):
                values, title = about.get("inputs"), about.get("title")
                yield Case(
                    tree.value_span((kind, number)),
                    values if isinstance(values, dict) else {},
                    about.get("output"),
                    title if isinstance(title, str) else "",
                )
