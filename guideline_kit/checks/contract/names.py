"""Labels and keys of the output that the messages of a prompt don't name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from guideline_kit.checks import Match
from guideline_kit.documents import Document
from guideline_kit.text import Span
from guideline_kit.trees import Path, Tree

_LOOKED_FOR = 400  # names in one prompt
_BETWEEN_WORDS = re.compile(r"[\W_]+")


def unmentioned_choice(document: Document, tree: Tree) -> Iterator[Match]:
    """Yield the labels of the output that no message names, where most are named."""
    groups = [_items(tree, ("output", "choices"))]
    groups += [_items(tree, (*path, "enum")) for path in _subschemas(tree)]
    yield from _unmentioned(document, groups)


def unmentioned_key(document: Document, tree: Tree) -> Iterator[Match]:
    """Yield the keys of the output that no message names, where most are named."""
    groups = []
    for path in _subschemas(tree):
        properties = tree.get((*path, "properties"))
        if isinstance(properties, dict):
            groups.append(
                [(name, tree.key_span((*path, "properties", name))) for name in properties]
            )
    yield from _unmentioned(document, groups)


def _items(tree: Tree, path: Path) -> list[tuple[str, Span]]:
    listed = tree.get(path)
    return [
        (item, tree.value_span((*path, index)))
        for index, item in enumerate(listed if isinstance(listed, list) else ())
        if isinstance(item, str)
    ]


def _subschemas(tree: Tree) -> Iterator[Path]:
    """Yield the paths of the output's schema and of the schemas in it."""
    waiting: list[Path] = [("output", "schema")]
    for path in waiting:
        if len(waiting) > _LOOKED_FOR:
            return
        schema = tree.get(path)
        if not isinstance(schema, dict):
            continue
        yield path
        for key in ("properties", "$defs"):
            inside = schema.get(key)
            waiting += [(*path, key, name) for name in (inside if isinstance(inside, dict) else ())]
        for key in ("anyOf", "oneOf", "allOf", "prefixItems"):
            listed = schema.get(key)
            parts = range(len(listed)) if isinstance(listed, list) else ()
            waiting += [(*path, key, index) for index in parts]
        if "items" in schema:
            waiting.append((*path, "items"))


def _unmentioned(document: Document, groups: list[list[tuple[str, Span]]]) -> Iterator[Match]:
    if not any(groups):
        return
    said = "".join(_plain(text) for text in dict.fromkeys(_said(document)))
    left = _LOOKED_FOR
    for group in groups:
        unsaid = [item for item in islice(group, max(0, left)) if not _named(said, item[0])]
        left -= len(group)
        # Where few are named, they come from an input or by way of the API.
        if len(unsaid) * 2 < len(group):
            for name, span in unsaid:
                yield Match(
                    span, {"name": name, "match": name, "where": "output", "reason": "not named"}
                )


def _said(document: Document) -> Iterator[str]:
    """Yield the messages, and what an input that they use may put into them."""
    for message in document.messages:
        yield message.text.text
    inputs = document.fields.get("inputs")
    for name in dict.fromkeys(item.name for item in document.placeholders):
        about = inputs.get(name) if isinstance(inputs, dict) else None
        if isinstance(about, dict):
            yield from _texts([about.get("default"), about.get("choices")])


def _texts(value: Any) -> Iterator[str]:
    """Yield the texts in some data, and the keys."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value


def _named(said: str, name: str) -> bool:
    """Whether a text names something, if only at the beginning of a longer word.

    A single letter is the beginning of too many.
    """
    words = _plain(name)
    # Where no blanks stand between words, a name can be anywhere.
    sought = words.strip() if not words.isascii() else words.rstrip() if len(words) > 3 else words
    return not words.strip() or sought in said


def _plain(text: str) -> str:
    """Return a text's words in small letters, with one blank between them."""
    return f" {_BETWEEN_WORDS.sub(' ', text.casefold()).strip()} "
