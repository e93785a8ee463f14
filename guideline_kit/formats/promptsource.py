"""PromptSource's `templates.yaml`: the templates of one data set, each a prompt of its own.

A template is Jinja2. `|||` parts what the model is given from what it is to answer; further
pieces are further answers. The columns of the data set are its variables, and no file declares
them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from guideline_kit.diagnostics import Diagnostic, Severity
from guideline_kit.documents import Document, Message, Parameter, Placeholder
from guideline_kit.formats.beside import Beside
from guideline_kit.formats.reading.building import Builder
from guideline_kit.text import MappedText, Source
from guideline_kit.trees import Path, Tree

TEMPLATE = "!Template"
METADATA = "!TemplateMetadata"
TAGS = frozenset((TEMPLATE, METADATA))
SEPARATOR = "|||"
CHOICES = "answer_choices"
BLANKS = " \t\r\n\f"
_MAX_PIECES = 20  # a template has 2 to 4
_PROPERTIES = re.compile(r"\*|(?:[&!]\S*\s+)*(?:[&!]\S*)?")


def is_one(path: str, text: str) -> bool:  # noqa: ARG001
    """Whether a `templates.yaml` is one of PromptSource's: by the tags of its templates."""
    return TEMPLATE in text and re.search(r"(?m)^templates:", text) is not None


def read(source: Source, beside: Beside) -> Document:  # noqa: ARG001  it names no other file
    """Read a file as far as it can be read; never raises."""
    from guideline_kit.yamlio import read as read_yaml

    result = read_yaml(source, tags=TAGS, partial=True)
    tree = result.tree
    if tree is None or not isinstance(tree.data, dict):
        return Document(source, "promptsource", (), {}, problems=result.problems)
    parts = tuple(
        _part(source, tree, path, text)
        for path in templates_of(tree)
        if (text := tree.text((*path, "jinja"))) is not None
    )
    messages: list[Message] = []
    placeholders: list[Placeholder] = []
    for part in parts:
        first = len(messages)
        messages += part.messages
        placeholders += (item._replace(message=first + item.message) for item in part.placeholders)
    # Of half a file, much is missing that is there.
    complaints = () if result.problems else tuple(_complaints(tree))
    return Document(
        source,
        "promptsource",
        tuple(messages),
        tree.data,
        tuple(placeholders),
        tree=tree,
        engine="jinja2",
        template_error=next(filter(None, (part.template_error for part in parts)), None),
        problems=(*result.problems, *complaints),
        parts=parts,
    )


def templates_of(tree: Tree) -> Iterator[Path]:
    """Yield the path of each template that is a mapping."""
    templates = tree.get(("templates",))
    for key, template in templates.items() if isinstance(templates, dict) else ():
        if isinstance(template, dict):
            yield ("templates", key)


def _part(source: Source, tree: Tree, path: Path, text: MappedText) -> Document:
    """Return one template as a prompt."""
    builder = built(text)
    parameters = []
    choices = tree.get((*path, CHOICES))
    if choices is not None:
        parameters.append(Parameter(CHOICES, choices, tree.value_span((*path, CHOICES))))
    return Document(
        source,
        "promptsource",
        tuple(builder.messages),
        {},
        tuple(builder.placeholders),
        engine="jinja2",
        template_error=builder.error,
        parameters=tuple(parameters),
    )


def built(text: MappedText, *, apart: bool = False) -> Builder:
    """Return the messages of a template.

    Where the separator stands inside of a block, what is before and behind it is half a block
    each: then the template is one message. `apart` asks for messages that can be filled in one
    by one: none is blank, and none needs what another one sets.
    """
    whole = Builder("jinja2")
    pieces = list(pieces_of(text.text))
    if len(pieces) > 1 and not (apart and any(is_blank(text.text[a:b]) for a, b in pieces)):
        builder = Builder("jinja2")
        for number, (start, end) in enumerate(pieces):
            builder.add("assistant" if number else "user", text.part(start, end))
            if builder.error:
                break
        else:
            if "{%" in text.text:
                whole.add("user", text)
            if not _names_of_each_other(builder, whole):
                return builder
            if not apart:
                _forget_what_is_set(builder, whole)
                return builder
    if not whole.messages:
        whole.add("user", text)
    return whole


def is_blank(text: str) -> bool:
    """Whether there is nothing in a text that a message could be."""
    return not text.strip(BLANKS)


def pieces_of(text: str) -> Iterator[tuple[int, int]]:
    """Yield the ranges of a template between its separators."""
    start = 0
    if text.count(SEPARATOR) >= _MAX_PIECES:
        yield 0, len(text)
        return
    while (end := text.find(SEPARATOR, start)) >= 0:
        yield start, end
        start = end + len(SEPARATOR)
    yield start, len(text)


def _names_of_each_other(builder: Builder, whole: Builder) -> bool:
    """Whether one piece of a template uses what another one sets."""
    free = {item.name for item in whole.placeholders}
    return bool(whole.messages) and any(item.name not in free for item in builder.placeholders)


def _forget_what_is_set(builder: Builder, whole: Builder) -> None:
    """Take the names out that one piece sets for another: nobody fills these in."""
    free = {item.name for item in whole.placeholders}
    for number, item in enumerate(builder.placeholders):
        if item.name not in free:
            builder.placeholders[number] = item._replace(name="")


# --- what keeps PromptSource from loading the file ------------------------------------------


def _complaints(tree: Tree) -> Iterator[Diagnostic]:
    data: dict[str, Any] = tree.data
    if not isinstance(data.get("dataset"), str):
        yield _complaint(tree, ("dataset",), "The file names no data set", "Add 'dataset: NAME'")
    templates = data.get("templates")
    if not isinstance(templates, dict):
        yield _complaint(
            tree,
            ("templates",),
            "The file has no templates",
            "Write them below 'templates', each under its own UUID",
        )
        return
    for key, template in templates.items():
        path: Path = ("templates", key)
        yield from _untagged(tree, path, TEMPLATE, "this is no template")
        if not isinstance(template, dict):
            continue
        if not isinstance(template.get("jinja"), str):
            yield _complaint(tree, (*path, "jinja"), "The template has no text", "Add 'jinja'")
        if template.get("id") != key:
            yield _complaint(
                tree,
                (*path, "id"),
                f"The template's id is not '{key}', under which it stands",
                "Write the same UUID at both places",
            )
        if isinstance(template.get("metadata"), dict):
            yield from _untagged(tree, (*path, "metadata"), METADATA, "these are no metadata")


def _untagged(tree: Tree, path: Path, tag: str, what: str) -> Iterator[Diagnostic]:
    """Yield the complaint about a mapping without its tag; an alias has that of its anchor."""
    found = _PROPERTIES.match(tree.source.text, tree.place(path).value.start)
    before = found.group().split() if found else []
    if tag not in before and before != ["*"]:
        yield Diagnostic(
            "prompt-format",
            Severity.ERROR,
            f"Without {tag}, {what}",
            tree.source,
            tree.key_span(path),
            help=f"Write {tag} behind the colon",
        )


def _complaint(tree: Tree, path: Path, message: str, help: str) -> Diagnostic:
    # Of what is missing, the place is the key of what it is missing in.
    span = tree.value_span(path) if path in tree.places else tree.key_span(path[:-1])
    return Diagnostic("prompt-format", Severity.ERROR, message, tree.source, span, help=help)
