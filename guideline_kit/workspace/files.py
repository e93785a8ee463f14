"""Reading and writing single files, and catalogs that are folders."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from guideline_kit.text import Source


def shown(path: Path) -> str:
    """Return a path as messages name it: relative to where we are, with forward slashes."""
    here = Path.cwd()
    # First as it is written: a link goes by its own name, not by that of what it leads to.
    with contextlib.suppress(ValueError):
        return Path(os.path.abspath(path)).relative_to(here).as_posix()  # noqa: PTH100
    with contextlib.suppress(ValueError, RuntimeError):  # links can lead in a circle
        return path.resolve().relative_to(here).as_posix()
    return Path(os.path.abspath(path)).as_posix()  # noqa: PTH100


def read_source(path: Path, name: str = "") -> Source:
    """Read a file as UTF-8; a byte-order mark is left out, line endings stay.

    Raises OSError or UnicodeDecodeError.
    """
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        # A pipe waits until somebody writes, and a device such as /dev/zero has no end.
        raise OSError(errno.EINVAL, "it is a pipe or a device")
    text = path.read_bytes().decode("utf-8")
    return Source(name or shown(path), text.removeprefix("\ufeff"))


def write_atomic(path: Path, content: str | bytes) -> None:
    """Write a file so that it is either as it was or wholly new; its permissions stay.

    A text is written as UTF-8. Raises OSError.
    """
    import tempfile  # costs more than all the rest of this module, and few runs write

    data = content.encode("utf-8") if isinstance(content, str) else content
    path = path.resolve()  # a link stays a link: what it leads to is written
    if path.exists() and not path.is_file():
        path.write_bytes(data)  # /dev/null stays what it is, and a folder says what it is
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)) from None
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        if path.exists():
            Path(temporary).chmod(path.stat().st_mode & 0o7777)
        else:
            mask = os.umask(0)
            os.umask(mask)
            Path(temporary).chmod(0o666 & ~mask)
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


class FolderReader:
    """A catalog that is a folder on disk. `name` goes before each path in messages."""

    def __init__(self, folder: Path, name: str | None = None) -> None:
        self.folder = folder
        place = shown(folder)
        self.name = name if name is not None else ("" if place == "." else f"{place}/")

    def paths(self) -> Iterator[str]:
        """Yield the path of each file, hidden folders left out."""
        for folder, folders, files in os.walk(self.folder):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            base = Path(folder).relative_to(self.folder)
            for name in sorted(files):
                yield (base / name).as_posix()

    def read(self, path: str) -> str:
        """Return a file's text. Raises OSError or UnicodeDecodeError."""
        place = self.folder / path
        # A catalog may come from a stranger: no link in it opens a file outside of it. The
        # walk that gave the path follows no links to folders.
        if place.is_symlink():
            if not place.exists():
                raise OSError(errno.EINVAL, "it is a link that leads nowhere")
            if not place.resolve().is_relative_to(self.folder.resolve()):
                raise PermissionError(errno.EACCES, "it is a link that leads out of the catalog")
        return read_source(place, path).text
