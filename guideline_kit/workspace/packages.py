"""Catalogs that installed packages offer.

A package says so with an entry point of the group `guideline_kit.catalogs`: its name is what
others write under `extends`, its value the package that holds the catalog's folder, as in
`acme = "acme_guidelines"` or `acme = "acme_guidelines.catalog"`. No code of it is run.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "guideline_kit.catalogs"
_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


class Package(NamedTuple):
    """The folder of a catalog, and the version of the package that brings it."""

    folder: Path
    version: str


def find(name: str) -> Package | None:
    """Return what an installed package offers under a name, or None."""
    for point in _points():
        if point.name != name or not _DOTTED.fullmatch(point.value):
            continue
        top, *below = point.value.split(".")
        # Of a name without dots the specification is found without importing anything.
        found = importlib.util.find_spec(top)
        for place in (found.submodule_search_locations or ()) if found else ():
            folder = Path(place, *below)
            if folder.is_dir():
                return Package(folder, point.dist.version if point.dist else "")
    return None


def offered() -> list[str]:
    """Return the names of all catalogs that installed packages offer."""
    return [point.name for point in _points()]


def _points() -> Iterable[EntryPoint]:
    from importlib.metadata import entry_points  # takes as long as to check a small file

    return entry_points(group=GROUP)
