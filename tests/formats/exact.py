"""What tests of formats expect of each document that is read, and files beside one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from precision.formats import faults_of

from guideline_kit import formats, schemas, yamlio
from guideline_kit.diagnostics import Diagnostic
from guideline_kit.documents import Document
from guideline_kit.formats.beside import ALONE, Beside, Looked
from guideline_kit.text import Source


class Folder:
    """Files beside a prompt, by name: a text, or None for one that can't be read."""

    def __init__(self, files: Mapping[str, str | None]) -> None:
        self.files = files
        self.asked: list[str] = []

    def look(self, name: str) -> Looked:
        self.asked.append(name)
        if name.startswith("/"):
            return Looked(reason="the path is absolute; only files of this project are read")
        text = self.files.get(name)
        return Looked(Source(name, text)) if text is not None else Looked(reason="it is not there")


def read(text: str, format: str, beside: Beside = ALONE, name: str = "a file") -> Document:
    """Read a text, and see to it that everything in the document stands where it says."""
    document = formats.read(Source(name, text), format, beside)
    assert document.format == format
    for prompt in (document, *document.parts):
        faults = list(faults_of(prompt))
        assert not faults, faults
        assert prompt.format == format
    if not formats.escapes(format):
        # A text is what stands in the file.
        for message in document.messages:
            assert document.source.slice(message.text.whole) == message.text.text
    if document.parts:
        _the_whole_is_its_parts(document)
    return document


def _the_whole_is_its_parts(document: Document) -> None:
    messages = [message.text.text for part in document.parts for message in part.messages]
    assert messages == [message.text.text for message in document.messages]
    placeholders = [item.text for part in document.parts for item in part.placeholders]
    assert placeholders == [item.text for item in document.placeholders]


def said(document: Document) -> list[tuple[str, str, str]]:
    """Return role, text and, of a few-shot message, a mark, of each message."""
    return [
        (item.role, item.text.text, "example" if item.example else "") for item in document.messages
    ]


def texts(document: Document) -> list[list[tuple[str, str]]]:
    """Return who says what in each prompt of a file."""
    return [
        [(message.role, message.text.text) for message in prompt.messages]
        for prompt in document.parts or (document,)
    ]


def names(document: Document) -> list[str]:
    """Return the names of all placeholders."""
    return [item.name for item in document.placeholders]


def inputs(document: Document) -> dict[str, tuple[str, bool]] | None:
    """Return type and whether it is required of each input; its name stands where it says."""
    if document.inputs is None:
        return None
    return {item.name: (item.type, item.required) for item in document.inputs}


def problems(document: Document) -> list[str]:
    """Return rule, line, column and what stands there, of each problem."""
    found = []
    for item in document.problems:
        assert item.span is not None
        assert item.position is not None
        assert item.help, f"no help: {item.message}"
        line, column = item.position
        found.append(f"{item.rule} {line}:{column} {document.source.slice(item.span)}")
    return found


def shown(problem: Diagnostic) -> tuple[str, str, str]:
    """Return a problem's rule, the text in the file that it is about, and what it says."""
    assert problem.span is not None
    return problem.rule, problem.source.slice(problem.span), problem.message


def at(problem: Diagnostic) -> tuple[int, int]:
    """Return the line and the column of a problem."""
    assert problem.position is not None
    return problem.position.line, problem.position.column


def fits_the_schema(entry: Mapping[str, Any]) -> None:
    """See to it that an entry is a prompt's, once somebody owns it."""
    whole = {"owner": "support", "status": "draft", "version": "0.1.0", **entry}
    tree = yamlio.read(Source("an entry", json.dumps(whole, ensure_ascii=False))).tree
    assert tree is not None
    problems = schemas.check("prompt.schema.json", tree)
    assert not problems, problems[0].message
