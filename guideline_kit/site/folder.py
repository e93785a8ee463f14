"""The top-level folder `site/`: the only module that knows how it is laid out.

mkdocs.yml    the base of the configuration
templates/    the pages that are made from the catalog, as Jinja2 templates
pages/        the pages that are written by hand, as Markdown
assets/       style sheets, scripts and pictures
theme/        what is changed in the theme's own templates
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from guideline_kit.errors import CannotError
from guideline_kit.site.model import SiteFolder
from guideline_kit.text import Source
from guideline_kit.yamlio import read

if TYPE_CHECKING:
    from pathlib import Path


def read_folder(folder: Path) -> SiteFolder:
    """Read the site folder, such as `resources.site_dir()`.

    Raises CannotError when its configuration can't be read.
    """
    source = Source("site/mkdocs.yml", (folder / "mkdocs.yml").read_text(encoding="utf-8"))
    found = read(source)
    if found.tree is None or found.problems:
        raise CannotError("site/mkdocs.yml can't be read", diagnostics=found.problems)
    assets = _files(folder / "assets")
    return SiteFolder(
        config=found.tree.data,
        templates=_texts(folder / "templates"),
        pages=_texts(folder / "pages"),
        assets={f"assets/{path}": content for path, content in assets.items()},
        theme=_files(folder / "theme"),
    )


def _files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


def _texts(folder: Path) -> dict[str, str]:
    return {name: content.decode("utf-8") for name, content in _files(folder).items()}
