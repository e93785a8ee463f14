"""The files that a prompt names: read from its folder, and never from outside of the project."""

from __future__ import annotations

import errno
import os
from pathlib import Path, PureWindowsPath

from guideline_kit.formats.beside import OUTSIDE, Looked
from guideline_kit.workspace.files import read_source, shown

_LARGEST = 4_000_000  # bytes


class Neighbours:
    """What stands beside a prompt; `asked` says whether anybody wanted to know.

    Files below `root` can be read; if the prompt is not there itself, those below its folder.
    """

    def __init__(self, prompt: Path, root: Path) -> None:
        self._prompt = prompt
        self._root = root
        self.asked = False

    def look(self, name: str) -> Looked:
        """Return the file at a path relative to the prompt's folder, or why it can't be read."""
        self.asked = True
        if not name.strip() or not name.isprintable():
            return Looked(reason="that is no name of a file")
        if name.startswith(("/", "\\", "~")) or PureWindowsPath(name).drive:
            return Looked(reason="the path is absolute; only files of this project are read")
        # With os.path: names that are no paths at all raise nothing there.
        folder = os.path.dirname(os.path.abspath(self._prompt))  # noqa: PTH100, PTH120
        path = os.path.join(folder, name.replace("\\", "/"))  # noqa: PTH118
        root = os.path.realpath(self._root)
        real_folder = os.path.realpath(folder)
        if not _is_inside(real_folder, root):
            root = real_folder
        try:
            real = os.path.realpath(path, strict=True)
        except OSError as error:
            if error.errno == errno.ELOOP:
                return Looked(reason="it is a link that leads in a circle")
            # What is not there may not be there outside of the project either.
            inside = _is_inside(os.path.realpath(path), root)
            return Looked(reason="there is no such file" if inside else OUTSIDE)
        except ValueError:
            return Looked(reason="that is no name of a file")
        if not _is_inside(real, root):
            return Looked(reason=OUTSIDE)
        if os.path.isdir(real):  # noqa: PTH112
            return Looked(reason="it is a folder")
        try:
            return Looked(read_source(Path(real), shown(Path(path)), _LARGEST))
        except UnicodeDecodeError:
            return Looked(reason="it is not UTF-8 text")
        except OSError as error:
            return Looked(reason=error.strerror or "it can't be read")


def _is_inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(os.path.join(folder, ""))  # noqa: PTH118
