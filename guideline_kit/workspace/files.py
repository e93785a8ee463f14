"""Reading and writing single files, and catalogs that are folders."""

from __future__ import annotations

import codecs
import contextlib
import errno
import functools
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from guideline_kit.text import Source

# A file that is not there yet: neither a link nor what somebody else has put in its place.
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def shown(path: Path) -> str:
    """Return a path as messages name it: relative to where we are, with forward slashes."""
    # With texts, since a run asks for each of thousands of files.
    here = os.getcwd()  # noqa: PTH109
    written = os.path.abspath(path)  # noqa: PTH100
    if written == here:
        return "."
    folder, file = os.path.split(written)
    name = _beginning(here, folder) + file
    if name == written and here.endswith(file) and here == os.path.join(_real(folder), file):  # noqa: PTH118
        return "."  # named through links
    return name.replace(os.sep, "/")


# Names that people give can be no paths: too long, or with a NUL. `pathlib` raises for some of
# these; `os.path` says no to all.


def is_file(path: Path) -> bool:
    """Whether there is a file at a path, whatever somebody has given as one."""
    return os.path.isfile(path)  # noqa: PTH113


def is_folder(path: Path) -> bool:
    """Whether there is a folder at a path, whatever somebody has given as one."""
    return os.path.isdir(path)  # noqa: PTH112


def is_link(path: Path) -> bool:
    """Whether there is a link at a path, whatever somebody has given as one."""
    return os.path.islink(path)  # noqa: PTH114


def exists(path: Path) -> bool:
    """Whether there is anything at a path, whatever somebody has given as one."""
    return os.path.exists(path)  # noqa: PTH110


# Thousands of files share a few folders.
@functools.lru_cache(maxsize=4096)
def _beginning(here: str, folder: str) -> str:
    """Return what stands before the name of a file in a folder, as seen from where we are."""
    inside = os.path.join(here, "")  # noqa: PTH118
    written = os.path.join(folder, "")  # noqa: PTH118
    if written.startswith(inside):
        return written[len(inside) :]
    # Where we are is a real path, and a folder may have been named through links. The file goes
    # by its own name, not by that of what it leads to.
    real = os.path.join(_real(folder), "")  # noqa: PTH118
    return real[len(inside) :] if real.startswith(inside) else written


@functools.lru_cache(maxsize=4096)
def _real(folder: str) -> str:
    """Return the real path of a folder; of those beside it, the most is known already."""
    above, name = os.path.split(folder)
    if not name or os.path.islink(folder) or folder.count(os.sep) > _DEEP:  # noqa: PTH114
        return os.path.realpath(folder)
    return os.path.join(_real(above), name)  # noqa: PTH118


_DEEP = 100  # folders, one in the other: more of them are not gone through one by one


def read_source(
    path: Path, name: str = "", largest: int | None = None, *, utf16: bool = False
) -> Source:
    """Read a file as UTF-8; a byte-order mark is left out, line endings stay.

    `largest` is in bytes. With `utf16` a file that its mark says to be UTF-16 is read as well.
    Raises OSError or UnicodeDecodeError.
    """
    status = os.stat(path)  # noqa: PTH116  a run reads thousands of files
    if largest is not None and status.st_size > largest:
        raise OSError(0, f"it is larger than {largest // 1_000_000} MB")
    if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
        # A pipe waits until somebody writes, and a device such as /dev/zero has no end.
        raise OSError(errno.EINVAL, "it is a pipe or a device")
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123
        text, encoding = decoded(file.readall(), utf16=utf16)
    return Source(name or shown(path), text, encoding)


def decoded(data: bytes, *, utf16: bool = False) -> tuple[str, str]:
    """Return the text of a file's bytes without a byte-order mark, and the encoding, as people
    call it, unless that is UTF-8. Raises UnicodeDecodeError."""
    mark, encoding = _marked(data)
    if encoding == _UTF_8 or not utf16:
        units = data[:64]
        if b"\0" in units and len(data) > 3 and any(units[::2]) != any(units[1::2]):
            # Each second byte is NUL: letters of UTF-16.
            at = units.index(0)
            raise UnicodeDecodeError(_UTF_8, data, at, at + 1, "UTF-16 without a mark")
        return data.decode(_UTF_8).removeprefix("\ufeff"), ""
    try:
        return data[len(mark) :].decode(encoding), "UTF-16"
    except UnicodeDecodeError as error:
        start, end = (at + len(mark) for at in (error.start, error.end))
        raise UnicodeDecodeError(encoding, data, start, end, error.reason) from None


_UTF_8 = "utf-8"
_MARKS = (
    (codecs.BOM_UTF8, _UTF_8),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def _marked(data: bytes) -> tuple[bytes, str]:
    """Return the byte-order mark of a file's bytes, if any, and the encoding that it stands for."""
    # That of UTF-32, in which nobody writes prompts, begins like one of UTF-16.
    if not data.startswith(codecs.BOM_UTF32_LE):
        for mark, encoding in _MARKS:
            if data.startswith(mark):
                return mark, encoding
    return b"", _UTF_8


def rewrite(path: Path, before: bytes, text: str) -> None:
    """Write a file's new text, unless the file is no longer what it was when it was read.

    Encoding, byte-order mark and permissions stay as they were. Raises OSError.
    """
    # Renaming a file over another one asks only for the folder's permission.
    if not os.access(path, os.W_OK) or not path.stat().st_mode & 0o222:
        raise PermissionError(errno.EACCES, "it is read-only")
    mark, encoding = _marked(before)
    data = mark + text.encode(encoding)
    if path.read_bytes() != before:
        raise OSError(errno.ECANCELED, "it changed on disk after it was read")
    write_atomic(path, data)


def write_atomic(path: Path, content: str | bytes) -> None:
    """Write a file so that it is either as it was or wholly new; its permissions stay, and
    its owner where we may give files away.

    A text is written as UTF-8. Raises OSError.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    path = path.resolve()  # a link stays a link: what it leads to is written
    if path.exists() and not path.is_file():
        path.write_bytes(data)  # /dev/null stays what it is, and a folder says what it is
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)) from None
    # Not by `tempfile`: to import it takes longer than to check a small file. A name that is as
    # long as names can be leaves no room for more.
    temporary = path.with_name(f".{path.name[:40]}.{os.urandom(8).hex()}")
    handle = os.open(temporary, _NEW_FILE, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        if path.exists():
            there, made = path.stat(), temporary.stat()
            if (there.st_uid, there.st_gid) != (made.st_uid, made.st_gid):
                with contextlib.suppress(OSError):  # only root may give a file away
                    os.chown(temporary, there.st_uid, there.st_gid)
            temporary.chmod(there.st_mode & 0o7777)
        else:
            mask = os.umask(0)
            os.umask(mask)
            temporary.chmod(0o666 & ~mask)
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


class FolderReader:
    """A catalog that is a folder on disk. `name` goes before each path in messages.

    `version` is that of the package which brings it, empty where none does.
    """

    def __init__(self, folder: Path, name: str | None = None, version: str = "") -> None:
        self.folder = folder
        self.version = version
        place = shown(folder)
        self.name = name if name is not None else ("" if place == "." else f"{place}/")

    def paths(self) -> Iterator[str]:
        """Yield the path of each file, hidden folders left out."""
        for folder, folders, files in os.walk(self.folder):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            base = Path(folder).relative_to(self.folder)
            for name in sorted(files):
                yield (base / name).as_posix()

    @property
    def number(self) -> str:
        """What the file system calls the folder. Raises OSError."""
        about = self.folder.stat()
        return f"{about.st_dev:x}-{about.st_ino:x}"

    def state(self, below: str) -> dict[str, list[int]] | None:
        """Return what changes when a file does, of those at the top and in the folder `below`.

        Of each path that is the size, the inode, and when the file and what is known of it
        changed, in nanoseconds; none is opened. None where a link is among them, whose state is
        not that of the file that it leads to. Raises OSError.
        """
        files: dict[str, list[int]] = {}
        folders = [""]
        while folders:
            base = folders.pop()
            for entry in os.scandir(self.folder / base):
                path = base + entry.name
                if entry.is_symlink():
                    return None
                if entry.is_dir():
                    if path == below or (base and not entry.name.startswith(".")):
                        folders.append(f"{path}/")
                    continue
                about = entry.stat()
                changed = [about.st_mtime_ns, about.st_ctime_ns]
                files[path] = [about.st_size, about.st_ino, *changed]
        return files

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
