"""Where files are within their repository: services that show a report know them by that."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from pathlib import Path


def top_of(folder: Path) -> Path | None:
    """Return the top of the repository that a folder is in, or None; links are followed."""
    folder = folder.resolve()
    # Of `os.path`: a name that no folder can have is no.
    return next(
        (path for path in (folder, *folder.parents) if os.path.exists(path / ".git")),  # noqa: PTH110
        None,
    )


def from_top(here: Path) -> Callable[[str], str]:
    """Return what leads from the name of a source to its path from the top of the repository.

    That is the one around `here`, which names are relative to. Without one, and for what is
    outside of it, a name stays as it is.
    """
    here = here.resolve()
    top = top_of(here)
    if top is None:
        return str

    @functools.cache  # a file can have thousands of findings
    def place(name: str) -> str:
        path = here / name
        # A file goes by its own name, not by that of what it leads to; git follows no links.
        for written in (path.parent.resolve() / path.name, path):
            if written.is_relative_to(top) and ".." not in written.parts:
                # What a package brings is named `package:path`.
                of_package = ":" in name and not written.exists()
                return name if of_package else written.relative_to(top).as_posix()
        return name

    return place
