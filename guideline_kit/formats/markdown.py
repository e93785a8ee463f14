"""Markdown, with or without front matter; and what all formats share that are Markdown or text.

They differ in where they are found, in who speaks, and in what their front matter may say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.documents import Document, Message, Parameter
from guideline_kit.formats.beside import Beside
from guideline_kit.text import MappedText, Source, Span

if TYPE_CHECKING:
    from guideline_kit.formats.reading.front_matter import FrontMatter
    from guideline_kit.trees import Tree

# Fields that are settings of the call, in those formats that have any.
_SETTINGS = ("model", "effort", "temperature")


class _Traits(NamedTuple):
    """What a format of one message is like; see `reader`."""

    format: str
    role: str
    engine: str
    fields: str
    imports: bool


def reader(
    format: str,
    role: str = "system",
    *,
    engine: str = "",
    fields: str = "yaml",
    imports: bool = False,
) -> Callable[[Source, Beside], Document]:
    """Return what reads the files of a format that are one message.

    `role` is who speaks in them, `engine` the language of their placeholders, if it is one.
    `fields` says what front matter is in them: "yaml" is the format's own, "loose" is not meant
    to be strict, "foreign" is none of the format's business, and "" is text like any other.
    Where there are `imports`, `@path` in the text loads another file.
    """
    traits = _Traits(format, role, engine, fields, imports)

    def read(source: Source, beside: Beside) -> Document:
        return _read_one_message(source, beside, traits)

    return read


def _read_one_message(source: Source, beside: Beside, traits: _Traits) -> Document:
    problems: tuple[Diagnostic, ...] = ()
    tree: Tree | None = None
    inside: MappedText | None = None
    body = 0
    found = _front_matter(source, traits.fields) if traits.fields else None
    if found is not None:
        body = found.end
        inside = MappedText.verbatim(source, found.inside)
        tree, problems = found.tree, found.problems
    text = MappedText.verbatim(source, Span(body, len(source.text)))
    document = Document(
        source=source,
        format=traits.format,
        messages=(Message(traits.role, text),),
        fields=tree.data if tree and isinstance(tree.data, dict) else {},
        tree=tree,
        engine=traits.engine,
        front=inside,
        problems=problems,
    )
    if tree is not None:
        document = document._replace(parameters=tuple(_settings(tree)))
    if traits.engine or _may_hold_placeholders(text.text):  # many files don't
        from guideline_kit.formats.reading.building import Builder

        builder = Builder(traits.engine)
        builder.add(traits.role, text)
        document = document._replace(
            messages=tuple(builder.messages),
            placeholders=tuple(builder.placeholders),
            template_error=builder.error,
        )
    if traits.imports and "@" in text.text:
        from guideline_kit.formats.reading.imports import missing

        found_missing = tuple(missing(document.messages[0], source, beside))
        document = document._replace(problems=problems + found_missing)
    return document


def _settings(tree: Tree) -> Iterator[Parameter]:
    if isinstance(tree.data, dict):
        for name in _SETTINGS:
            if tree.data.get(name) is not None:
                yield Parameter(name, tree.data[name], tree.value_span((name,)))


def _may_hold_placeholders(text: str) -> bool:
    return "$" in text or ("{" in text and ("{{" in text or "{%" in text or "{#" in text))


def _front_matter(source: Source, fields: str) -> FrontMatter | None:
    # Cheap refusals first: most files have none, and reading it takes YAML.
    text = source.text
    start = text[:4000].lstrip("\ufeff \t\r\n")
    if not start.startswith(("---", "#", "+++")):
        return None
    if start.startswith("#") and "\n---" not in text:
        return None  # a heading; a line of dashes would have to end the fields
    from guideline_kit.formats.reading.front_matter import read_front_matter

    return read_front_matter(source, loose=fields == "loose", expected=fields in ("yaml", "loose"))


read = reader("markdown", fields="foreign")


def is_one(path: str, text: str) -> bool:
    """Whether a Markdown file of no other format is loaded as a prompt."""
    from guideline_kit.formats.reading.loaded import is_loaded  # few files get here

    return is_loaded(path, text)
