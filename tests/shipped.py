"""The catalog that ships, loaded once for all tests."""

from __future__ import annotations

import functools

from guideline_kit import resources
from guideline_kit.catalog import Catalog, load
from guideline_kit.workspace.files import FolderReader


@functools.cache
def shipped_catalog() -> Catalog:
    """Return the catalog that ships; its files must be free of schema errors."""
    loaded = load(FolderReader(resources.catalog_dir(), "catalog/"), lambda *_: None)
    problems = [f"{item.source.name}:{item.position}: {item.message}" for item in loaded.problems]
    assert not problems, "\n".join(problems)
    return loaded.catalog
