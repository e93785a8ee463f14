"""What an entry says in its own fields, made of what is known of a template."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from guideline_kit.documents import Placeholder
from guideline_kit.exchange.promptsource.form import parted
from guideline_kit.formats.promptsource import CHOICES, SEPARATOR

_LONGEST_LINE = 200
_LONGEST_NAME = 64
_LANGUAGE = re.compile(r"[a-z]{2}(?:-[A-Z]{2})?")
_CODE = re.compile(r"\{[{%#]")


def line(text: str) -> str:
    """Return a text on one line that is no longer than a line may be."""
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_LINE else f"{text[: _LONGEST_LINE - 1]}…"


def summary(place: str, name: str, template: Mapping[str, Any]) -> str:
    """Return what a template asks for, as far as its metadata say it."""
    metadata = template.get("metadata")
    own = metadata.get("original_task") if isinstance(metadata, dict) else None
    what = f"something about a row of the data set {place}"
    if isinstance(own, bool):
        whose = "the task of" if own else "a task made from"
        what = f"for {whose} the data set {place}"
    return line(f'Asks a model {what}, in the wording "{name}"')


def languages(kept: dict[str, Any]) -> dict[str, Any]:
    """Take the languages out of the metadata, where an entry can hold them."""
    metadata = kept.get("metadata")
    languages = metadata.get("languages") if isinstance(metadata, dict) else None
    if (
        not isinstance(languages, list)
        or not languages
        or not all(isinstance(item, str) and _LANGUAGE.fullmatch(item) for item in languages)
        or len(set(languages)) < len(languages)
    ):
        return {}
    del kept["metadata"]["languages"]
    return {"languages": languages}


def choices_of(written: Any) -> tuple[list[str], list[list[str]] | None]:
    """Return answer choices that are labels, each once, and the blanks around them."""
    if not isinstance(written, str) or _CODE.search(written):
        return [], None
    choices, around = parted(written.split(SEPARATOR))
    if len(choices) < 2 or not all(choices) or len(set(choices)) < len(choices):
        return [], None
    return choices, around


def names_of(placeholders: Iterable[Placeholder]) -> list[str]:
    """Return the names of variables, in the order in which they turn up."""
    names = dict.fromkeys(item.name for item in placeholders if item.name)
    return [name for name in names if len(name) <= _LONGEST_NAME]


def input_of(name: str, place: str, choices: list[str]) -> dict[str, Any]:
    """Return what is known of a variable: it is a column of the data set, or the choices."""
    if name != CHOICES:
        what = f"The column '{name}' of the data set {place}; its type is not declared"
        return {"type": "text", "description": line(what)}
    if not choices:
        return {"type": "list", "description": "The answer choices, in their order"}
    # The same list as that of the output: what is written is an alias of it.
    return {
        "type": "list",
        "description": "The answer choices, in their order",
        "default": choices,
    }
