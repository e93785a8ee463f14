"""Prompt file formats: which one a file has, and how to read it.

Reading never raises: a file that is broken gives a Document with problems in it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import re2

from guideline_kit.documents import Document
from guideline_kit.formats.catalog_entry import FORMATS, read_catalog_entry
from guideline_kit.formats.markdown import MARKDOWN_FORMATS, read_markdown
from guideline_kit.text import Source

CATALOG_PROMPT = "catalog-prompt"

# Format id -> what people call it.
TITLES: Mapping[str, str] = {
    **{format.id: format.title for format in MARKDOWN_FORMATS},
    CATALOG_PROMPT: "Catalog prompt",
}


def _path_set() -> Any:
    """Return all paths of formats as one automaton; of those that fit, the first counts."""
    paths = re2.Set.SearchSet()
    for format in MARKDOWN_FORMATS:
        # One that is found by no path gets a pattern that nothing fits.
        # A line break is a letter of a name like any other.
        paths.Add(f"(?s)(?:^|/)(?:{format.paths})" if format.paths else r"[^\x00-\x{10ffff}]")
    paths.Compile()
    return paths


_PATHS = _path_set()
ENTRY_PATH = re.compile(r"(?:^|/)prompts/.+\.ya?ml$", re.DOTALL)
# Compiled when a text is first looked into.
_ENTRY_TEXT = (r"(?m)^id:", r"(?m)^template:[ \t]*(?:#[^\n]*|\{[^\n]*|\r)?$")


def detect(path: str) -> str | None:
    """Return the format that a path stands for, or None where it is no prompt's path.

    `path` has forward slashes. A YAML file below a folder `prompts` is a candidate for a
    catalog prompt; `confirm` looks into it.
    """
    # The name of a file need not be UTF-8.
    found = _PATHS.Match(path.encode("utf-8", "replace"))
    if found:
        return MARKDOWN_FORMATS[min(found)].id
    if ENTRY_PATH.search(path):
        return CATALOG_PROMPT
    return None


def confirm(format: str, text: str) -> bool:
    """Return whether a file's text bears out what its path promised."""
    return format != CATALOG_PROMPT or all(re.search(part, text) for part in _ENTRY_TEXT)


def fallback(path: str) -> str:
    """Return the format by which a file is read that somebody named, whatever it is."""
    return "markdown" if path.lower().endswith((".md", ".markdown", ".mdx")) else "text"


def read(source: Source, format: str) -> Document:
    """Read a source as a format, by its id."""
    if format == CATALOG_PROMPT:
        # Imported here, for what it needs of YAML and of templates: most prompts are Markdown.
        from guideline_kit.formats.catalog_prompt import read_catalog_prompt

        return read_catalog_prompt(source)
    if format in FORMATS.values():
        return read_catalog_entry(source, format)
    return read_markdown(source, format)
