"""Prompt file formats: which one a file has, and how to read it.

Reading never raises: a file that is broken gives a Document with problems in it.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Mapping
from typing import Any

from guideline_kit.documents import Document
from guideline_kit.formats.beside import ALONE, Beside
from guideline_kit.formats.catalog_entry import FORMATS as CATALOG_ENTRIES
from guideline_kit.formats.table import BY_ID, CATALOG_PROMPT, FORMATS, is_certain, possible
from guideline_kit.text import Source

__all__ = (
    "ALONE", "CATALOG_PROMPT", "FALLBACKS", "FORMATS", "TITLES", "Beside", "confirm", "detect",
    "entries_of", "escapes", "fallback", "is_certain", "module", "possible", "read",
)  # fmt: skip

# Format id -> what people call it.
TITLES: Mapping[str, str] = {format.id: format.title for format in FORMATS}


def detect(path: str, text: str) -> str | None:
    """Return the format of a file, or None where it is no prompt.

    `path` has forward slashes.
    """
    return next((format for format in possible(path) if confirm(format, path, text)), None)


def confirm(format: str, path: str, text: str) -> bool:
    """Whether a file's text bears out what its path allows."""
    row = BY_ID.get(format)
    if row is None or not row.maybe or is_certain(format, path):
        return True
    return bool(module(format).is_one(path, text))


def escapes(format: str) -> bool:
    """Whether a character can be written as others in a format."""
    return format not in BY_ID or BY_ID[format].escapes


# How a file is read that nothing but a person says is a prompt.
FALLBACKS = ("markdown", "text")


def fallback(path: str) -> str:
    """Return the format by which a file is read that somebody named, whatever it is."""
    return FALLBACKS[not path.lower().endswith((".md", ".markdown", ".mdx"))]


def read(source: Source, format: str, beside: Beside = ALONE) -> Document:
    """Read a source as a format, by its id; `beside` are the files that it may name."""
    if format in CATALOG_ENTRIES.values():
        from guideline_kit.formats.catalog_entry import read_catalog_entry

        return read_catalog_entry(source, format)
    document: Document = module(format).read(source, beside)
    return document


def entries_of(document: Document) -> list[dict[str, Any]]:
    """Return the prompts of a file as catalog entries, each with what the file says of it."""
    from guideline_kit.formats.writing.entries import entries as usual

    own: list[dict[str, Any]] = getattr(module(document.format), "entries", usual)(document)
    return own


@functools.cache
def module(format: str) -> Any:
    """Return the module of a format, which is imported when it is first needed."""
    return importlib.import_module(f"guideline_kit.formats.{format.replace('-', '_')}")
