"""Where files are within their repository: services that show a report know them by that."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path


def from_top(here: Path) -> Callable[[str], str]:
    """Return what leads from the name of a source to its path from the top of the repository.

    That is the one around `here`, which names are relative to. Without one, and for what is
    outside of it, a name stays as it is.
    """
    here = here.resolve()
    top = next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), None)
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
