"""Catalogs that installed packages offer.

A package says so with an entry point of the group `guideline_kit.catalogs`: its name is what
others write under `extends`, its value the package that holds the catalog's folder, as in
`acme = "acme_guidelines"` or `acme = "acme_guidelines.catalog"`. No code of it is run.
"""

from __future__ import annotations

import importlib.util
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from guideline_kit.catalog import MANIFEST

if TYPE_CHECKING:
    from importlib.metadata import Distribution

GROUP = "guideline_kit.catalogs"
_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")
_SEPARATORS = re.compile(r"[-_.]+")


class Package(NamedTuple):
    """The folder of a catalog, and the version of the package that brings it."""

    folder: Path
    version: str


class _Offer(NamedTuple):
    """What a package offers: the name, where it says that the catalog is, and who it is."""

    name: str
    value: str
    package: str
    brought_by: Distribution


def find(name: str) -> Package | str | None:
    """Return what an installed package offers under a name, or None.

    A text says why nothing can be made of what it offers.
    """
    offers = {offer.package: offer for offer in reversed(list(_offers())) if offer.name == name}
    if not offers:
        return None
    if len(offers) > 1:
        return f"the packages {' and '.join(sorted(offers))} both offer it"
    (offer,) = offers.values()
    if not _DOTTED.fullmatch(offer.value):
        return f"its entry point says '{offer.value}', which is not the name of a package"
    for folder in _folders(offer):
        if os.path.isfile(folder / MANIFEST):  # noqa: PTH113  false, whatever is wrong with it
            return Package(folder, _said(offer.brought_by, "Version"))
    return f"the package {offer.package} has no folder '{offer.value}' that holds {MANIFEST}"


def offered() -> list[str]:
    """Return the names of all catalogs that installed packages offer."""
    return sorted({offer.name for offer in _offers()})


def _folders(offer: _Offer) -> Iterator[Path]:
    """Yield where the catalog of a package can be."""
    top, *below = offer.value.split(".")
    # First beside what pip wrote of the package: no folder of the same name comes before it.
    yield Path(str(offer.brought_by.locate_file(top)), *below)
    try:
        # For one that is installed from its sources. Of a name without dots the specification is
        # found without importing anything.
        found = importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return
    for place in (found.submodule_search_locations or ()) if found else ():
        yield Path(place, *below)


def _offers() -> Iterator[_Offer]:
    """Yield what packages offer, in the order in which Python finds them."""
    from importlib.metadata import distributions  # takes as long as to check a small file

    for package in distributions():
        try:
            points = [point for point in package.entry_points if point.group == GROUP]
        except Exception:  # noqa: BLE001, S112  one broken package must not cost the others
            continue
        for point in points:
            name = _SEPARATORS.sub("-", _said(package, "Name")).lower()
            yield _Offer(point.name, point.value, name or "without a name", package)


def _said(package: Distribution, key: str) -> str:
    """Return what the metadata of a package says; empty where that is broken."""
    try:
        return str(package.metadata[key] or "")
    except Exception:  # noqa: BLE001  whatever somebody has installed
        return ""
