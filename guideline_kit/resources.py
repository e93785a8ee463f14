"""Where the data that ships with the tool is: `catalog/`, `schemas/` and `site/`.

In a checkout they are top-level folders, and the only copies. A wheel carries them in
`guideline_kit/_data/`. The checkout is looked for first: an editable install may have left
a stale `_data` behind.
"""

from __future__ import annotations

import functools
from pathlib import Path


@functools.cache
def data_folder() -> Path:
    """Return the folder that holds `catalog/`, `schemas/` and `site/`."""
    package = Path(__file__).resolve().parent
    checkout = package.parent
    if (checkout / "schemas" / "rule.schema.json").is_file() and (
        checkout / "pyproject.toml"
    ).is_file():
        return checkout
    return package / "_data"


def is_installed() -> bool:
    """Whether the tool came in a wheel: then its files are those of its version."""
    return data_folder().name == "_data"


def catalog_dir() -> Path:
    """Return the folder of the catalog that ships."""
    return data_folder() / "catalog"


def schemas_dir() -> Path:
    """Return the folder of the JSON Schemas."""
    return data_folder() / "schemas"


def site_dir() -> Path:
    """Return the folder of the site's sources."""
    return data_folder() / "site"


def read_schemas() -> dict[str, str]:
    """Return the text of each schema by its path below `schemas/`."""
    folder = schemas_dir()
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8")
        for path in sorted(folder.rglob("*.schema.json"))
    }
