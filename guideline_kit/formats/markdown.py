"""Markdown, with or without front matter; and what all formats share that are Markdown or text.

They differ in where they are found, in who speaks, and in what their front matter may say.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.documents import Document, Message
from guideline_kit.formats.beside import Beside
from guideline_kit.text import MappedText, Source, Span

if TYPE_CHECKING:
    from guideline_kit.formats.front_matter import FrontMatter
    from guideline_kit.trees import Tree


def reader(
    format: str, role: str = "system", *, loose: bool = False, front: bool = True
) -> Callable[[Source, Beside], Document]:
    """Return what reads the files of a format that are one message.

    `role` is who speaks in them. `loose` formats have front matter that is not meant to be
    strict YAML; those without `front` have none.
    """

    def read(source: Source, beside: Beside) -> Document:  # noqa: ARG001  they name no other file
        return read_one_message(source, format, role, loose=loose, front=front)

    return read


def read_one_message(
    source: Source, format: str, role: str, *, loose: bool = False, front: bool = True
) -> Document:
    """Read a file whose text is one message; never raises."""
    problems: tuple[Diagnostic, ...] = ()
    tree: Tree | None = None
    inside: MappedText | None = None
    body = 0
    found = _front_matter(source, loose=loose) if front else None
    if found is not None:
        body = found.end
        inside = MappedText.verbatim(source, found.inside)
        tree, problems = found.tree, found.problems
    text = MappedText.verbatim(source, Span(body, len(source.text)))
    document = Document(
        source=source,
        format=format,
        messages=(),
        fields=tree.data if tree and isinstance(tree.data, dict) else {},
        tree=tree,
        front=inside,
        problems=problems,
    )
    if not _may_hold_placeholders(text.text):
        return document._replace(messages=(Message(role, text),))
    from guideline_kit.formats.building import Builder  # many files hold no placeholder

    builder = Builder()
    builder.add(role, text)
    return document._replace(
        messages=tuple(builder.messages), placeholders=tuple(builder.placeholders)
    )


def _may_hold_placeholders(text: str) -> bool:
    return "$" in text or ("{" in text and ("{{" in text or "{%" in text or "{#" in text))


def _front_matter(source: Source, *, loose: bool) -> FrontMatter | None:
    # Cheap refusals first: most files have none, and reading it takes YAML. A line of dashes
    # ends it.
    text = source.text
    if not text[:4000].lstrip().startswith(("---", "#")) or "\n---" not in text:
        return None
    from guideline_kit.formats.front_matter import read_front_matter

    return read_front_matter(source, loose=loose)


read = reader("markdown")
