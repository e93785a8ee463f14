"""The answers that a catalog prompt shows: outputs of its examples, and few-shot messages."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from guideline_kit.checks.contract import json_text
from guideline_kit.documents import Document
from guideline_kit.text import MappedText, Span
from guideline_kit.trees import Path, Tree

_WORD = re.compile(r"\S+")
_FEW = 4  # choices in a message
# How a template engine writes a sign that is meant as text, and that sign in as many letters:
# a blank between brackets of JSON means nothing, and all places stay what they are.
_ESCAPES = {
    "fstring": (("{{", "{", "{ "), ("}}", "}", " }")),
    "dollar": (("$$", "$", "$ "),),
    "handlebars": (("\\{{", "{{", "{{ "),),
}


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """An answer that a prompt shows to people or to the model.

    `value` is a text, or for JSON the value itself. `path` is where it stands; a few-shot
    message has none. `text` is the place of a text; `even` is the text with escapes of the
    template engine resolved, sign by sign as long as it was.
    """

    what: str
    value: Any
    tree: Tree
    path: Path = ()
    text: MappedText | None = None
    even: str = ""

    def json(self) -> Any:
        """Return the value that it is as JSON. Raises NotJSONError."""
        return json_text.parse(self.value) if isinstance(self.value, str) else self.value

    def spellings(self) -> tuple[str, ...]:
        """Return the texts that it can be: JSON can be spaced in several ways."""
        if isinstance(self.value, str):
            return (self.value,)
        return (
            json.dumps(self.value, ensure_ascii=False),
            json.dumps(self.value, ensure_ascii=False, separators=(",", ":")),
            json.dumps(self.value, ensure_ascii=False, indent=2),
        )

    def whole(self) -> Span:
        """Return where it is: of a text its first line, else the key."""
        if self.text is None or not self.text.text.strip():
            return self.text.span(0, 0) if self.text and not self.path else self._key()
        return self.line(0)

    def _key(self) -> Span:
        return self.tree.key_span(self.path)

    def line(self, at: int) -> Span:
        """Return the line of the text around an offset, or before it where that one is blank."""
        if self.text is None or not self.text.text.strip():
            return self.whole()
        text = self.text.text
        start = len(text) - len(text.lstrip())
        stop = max(start + 1, len(text[:at].rstrip()) if not text[at:].strip() else at + 1)
        start = max(start, text.rfind("\n", 0, stop - 1) + 1)
        end = text.find("\n", start)
        piece = text[start : end if end >= 0 else len(text)]
        start += len(piece) - len(piece.lstrip())
        return self.text.span(start, start + len(piece.strip()))

    def part(self, path: Path) -> Span:
        """Return where a part of its JSON is."""
        if self.text is not None:
            start, end = json_text.place(self.even, path)
            return self._first_line(start, end)
        if not path or isinstance(self.tree.get((*self.path, *path)), dict | list):
            return self.tree.key_span((*self.path, *path))
        return self.tree.value_span((*self.path, *path))

    def gap(self, path: Path, keys: tuple[str, ...]) -> Span:
        """Return where the first of the keys belongs that a mapping in its JSON lacks.

        `keys` are those that the mapping should have, in order. What stands behind the gap is
        shown, else the end of what stands before it.
        """
        mapping = self.json()
        for step in path:
            mapping = mapping[step]
        missing = next((index for index, key in enumerate(keys) if key not in mapping), 0)
        for key in keys[missing:]:
            if key in mapping:
                there = (*path, key)
                return self.part(there) if self.text else self.tree.key_span((*self.path, *there))
        for key in reversed(keys[:missing]):
            if key in mapping:
                return self._last_line((*path, key))
        return self.part(path)

    def _first_line(self, start: int, end: int) -> Span:
        assert self.text is not None  # noqa: S101  callers have asked
        stop = self.text.text.find("\n", start, end)
        return self.text.span(start, stop if stop >= 0 else end)

    def _last_line(self, path: Path) -> Span:
        if self.text is not None:
            start, end = json_text.place(self.even, path)
            start = max(start, self.even.rfind("\n", start, end) + 1)
            return self.text.span(end - len(self.even[start:end].lstrip()), end)
        source, span = self.tree.source, self.tree.place((*self.path, *path)).value
        end = span.start + len(source.slice(span).rstrip())
        start = source.line_span(source.position(end).line)[0]
        start += len(source.text[start:end]) - len(source.text[start:end].lstrip())
        return Span(max(span.start, start), max(span.start, end))

    def beyond(self, most: int) -> tuple[int, Span] | None:
        """Return how many words it has, and from where on it has too many."""
        text = min(self.spellings(), key=len)
        count = len(text.split())
        if count <= most:
            return None
        if self.text is None:
            return count, self.whole()
        first = next(islice(_WORD.finditer(text), most, None))
        return count, self._first_line(first.start(), len(text.rstrip()))


def answers(document: Document) -> Iterator[Answer]:
    """Yield the answers of a catalog prompt, in no order."""
    tree = document.tree
    if tree is None:
        return
    for path, example in cases(tree, "examples"):
        if "output" in example:
            yield _of_example(tree, (*path, "output"), example["output"])
    # A template that does not parse says nothing about what the model will see.
    if document.template_error is None:
        yield from _few_shot(document, tree)


def cases(tree: Tree, group: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield the examples, or the tests, of a prompt."""
    listed = tree.get((group,))
    for index, case in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(case, dict):
            yield (group, index), case


def _of_example(tree: Tree, path: Path, value: Any) -> Answer:
    text = tree.text(path)
    return Answer("example", value, tree, path, text, text.text if text else "")


def _few_shot(document: Document, tree: Tree) -> Iterator[Answer]:
    messages = document.messages
    for index, message in enumerate(messages):
        if not message.example or message.role != "assistant" or message.ranges:
            continue
        if index + 1 < len(messages) and messages[index + 1].role == "tool":
            continue  # a call of a tool, no answer
        value = even = message.text.text
        for escape, sign, long in _ESCAPES.get(document.engine, ()):
            value, even = value.replace(escape, sign), even.replace(escape, long)
        yield Answer("few-shot answer", value, tree, (), message.text, even)


def label(value: Any) -> str:
    """Return a value as the label that it stands for."""
    return value.strip() if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def none_of(choices: list[Any]) -> str:
    """Say that a value is none of the choices, and what the first of them are."""
    names = ", ".join(map(label, choices[:_FEW])) + ", …" * (len(choices) > _FEW)
    return f"it is none of {names}"


def whole_number(value: Any) -> int | None:
    """Return a value that is a whole number, else None."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def inputs_of(tree: Tree, case: Mapping[str, Any]) -> str | None:
    """Return the inputs of an example or a test as a text to compare, defaults left out."""
    given = case.get("inputs")
    if given is not None and not isinstance(given, dict):
        return None
    told = {
        name: value
        for name, value in (given or {}).items()
        if value is None or tree.get(("inputs", name, "default")) != value
    }
    return json.dumps(told, sort_keys=True)
