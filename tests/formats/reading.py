"""Reading texts as files of a format, and holding what is read against them."""

from __future__ import annotations

from collections.abc import Mapping

from precision.formats import faults_of

from guideline_kit import formats
from guideline_kit.diagnostics import Diagnostic
from guideline_kit.documents import Document
from guideline_kit.formats.beside import Looked
from guideline_kit.text import Source


class Folder:
    """The files beside a prompt, by name; `asked` is what somebody looked for."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files
        self.asked: list[str] = []

    def look(self, name: str) -> Looked:
        self.asked.append(name)
        if name.startswith("/"):
            return Looked(reason="the path is absolute; only files of this project are read")
        text = self.files.get(name)
        return (
            Looked(reason="there is no such file") if text is None else Looked(Source(name, text))
        )


def read(
    format: str, text: str, name: str = "a file", files: Mapping[str, str] | None = None
) -> Document:
    """Read a text; each span of what comes out of it is exact."""
    beside = formats.ALONE if files is None else Folder(files)
    document = formats.read(Source(name, text), format, beside)
    assert document.format == format
    for prompt in (document, *document.parts):
        assert not list(faults_of(prompt))
        assert prompt.format == format
    parts = [message.text.text for part in document.parts for message in part.messages]
    if document.parts:
        assert parts == [message.text.text for message in document.messages]
        assert [item.text for part in document.parts for item in part.placeholders] == [
            item.text for item in document.placeholders
        ]
    return document


def texts(document: Document) -> list[list[tuple[str, str]]]:
    """Return who says what in each prompt of a file."""
    return [
        [(message.role, message.text.text) for message in prompt.messages]
        for prompt in document.parts or (document,)
    ]


def names(document: Document) -> list[str]:
    """Return the names of all placeholders."""
    return [item.name for item in document.placeholders]


def shown(problem: Diagnostic) -> tuple[str, str, str]:
    """Return a problem's rule, the text in the file that it is about, and what it says."""
    assert problem.span is not None
    return problem.rule, problem.source.slice(problem.span), problem.message


def at(problem: Diagnostic) -> tuple[int, int]:
    """Return the line and the column of a problem."""
    assert problem.position is not None
    return problem.position.line, problem.position.column
