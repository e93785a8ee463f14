"""Patterns and rules of a catalog, as documents: for checks that compare entries.

They are no prompts: they have fields and no messages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from guideline_kit.documents import Document
from guideline_kit.text import Source

if TYPE_CHECKING:
    from guideline_kit.trees import Read

# Kind of entry -> format.
FORMATS = {"pattern": "catalog-pattern", "rule": "catalog-rule"}


def read_catalog_entry(source: Source, format: str, already: Read | None = None) -> Document:
    """Read a pattern or a rule as far as it can be read; never raises.

    `already` is the YAML, where somebody has read it before.
    """
    from guideline_kit.yamlio import read  # Markdown files need none of it

    result = already or read(source)
    if result.tree is None or not isinstance(result.tree.data, dict):
        return Document(source, format, (), {}, problems=result.problems)
    return Document(
        source, format, (), fields=result.tree.data, tree=result.tree, problems=result.problems
    )
