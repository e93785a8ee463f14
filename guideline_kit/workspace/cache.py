"""What is worth remembering between runs, in the user's cache folder.

An entry is a checksum on a line of its own, and JSON below it. It is named by a hash of all that
it depends on, so it is never stale: it is there or it is not. Or it is named by the folder that it
is about, and holds the state of the files that it depends on, for whoever asks to compare. One
that can't be read, or is damaged in whatever way, counts as not there.

The folder may be shared, and anybody may write to it: what comes from it is data, to be looked
at before it is used. Only plain files are read; a link is never followed, and never written
through.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import re
import stat
import sys
import time
import zlib
from collections.abc import Iterable, Mapping
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

from guideline_kit import __version__, resources
from guideline_kit.digests import digest

# A file that changed a moment ago may change again without a trace: the clocks of file systems
# tick up to two seconds apart.
SETTLED = 2_000_000_000  # nanoseconds

_KEPT = 40
_SUM = 9  # bytes of a checksum and its line end
_PARTS = 1024  # of what comes in many parts
_LARGEST = 16_000_000  # bytes of an entry; to parse more would keep a run waiting
_TOTAL = 100_000_000  # bytes of the parts of one kind
_DAY = 86_400
_UNUSED = 30 * _DAY
_ABANDONED = 3_600  # seconds after which nobody can be writing a temporary file any more

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
# Not to wait at a pipe for somebody who writes, and not to go where a link leads.
_PLAIN_FILE = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOFOLLOW", 0)
)

# What of our own has a say in what is found in a prompt, beside the modules at the top.
_ROOMS = ("checks", "formats", "suppress", "project", "workspace")
# The libraries that have a say in what is found in a prompt, and what brings them.
_LIBRARIES = {
    "re2": "google_re2",
    "pyromark": "pyromark",
    "yaml": "pyyaml",
    "jinja2": "jinja2",
    "jsonschema": "jsonschema",
    "stdnum": "python_stdnum",
}


def cache_folder() -> Path:
    """Return the folder: $GUIDELINE_KIT_CACHE, or the place that the system has for it.

    Raises OSError where there is none.
    """
    named = os.environ.get("GUIDELINE_KIT_CACHE")
    if named:
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    try:
        return (Path(base) if base else Path.home() / ".cache") / "guideline-kit"
    except RuntimeError as error:  # a container's user may have no home
        raise OSError(str(error)) from None


def key(parts: Iterable[str]) -> str:
    """Return the key of an entry that depends on some texts, and on our code."""
    data = [part.encode("utf-8", "surrogatepass") for part in (edition(), *parts)]
    # With their lengths, so that no two rows of texts look alike.
    return digest(b"".join(len(part).to_bytes(8, "little") + part for part in data), 20)


@functools.lru_cache(maxsize=1)
def edition() -> str:
    """Tell one state of the code that reads rules and prompts from another: a checkout changes
    within a version, and Python and the libraries change under an installed one.

    Of what is installed no times count, but what its installer noted down of its contents: a
    machine in CI installs it anew for each run, and what another one found is to hold there.
    """
    package, schemas = Path(__file__).parents[1], resources.schemas_dir()
    installed = resources.is_installed()
    rooms = [package / name for name in _ROOMS]
    inside = [Path(folder) for room in rooms for folder, _, _ in os.walk(room)]
    folders = [folder for folder in inside if folder.name != "__pycache__"]
    files = [
        (folder.name, entry.name, *_written(entry.stat())[: 1 if installed else 2])
        for folder in (package, *folders, schemas, schemas / "kinds")
        for entry in os.scandir(folder)
        if entry.name.endswith((".py", ".json"))
    ]
    noted = _noted(package) if installed else 0
    return repr((__version__, sys.version, noted, sorted(files), _libraries()))


def _noted(package: Path) -> int:
    """Return a sum of the hashes that an installer wrote down of a package's files."""
    folder = package.parent / f"{package.name}-{__version__}.dist-info"
    with contextlib.suppress(OSError):
        return zlib.crc32((folder / "RECORD").read_bytes())
    return 0


def _libraries() -> list[object]:
    """Return what changes with the versions of the libraries; to import them would take longer."""
    about: list[object] = []
    versions: dict[Path, Mapping[str, str]] = {}
    for name, brought_by in _LIBRARIES.items():
        found = PathFinder.find_spec(name)
        if not found or not found.origin:
            continue
        folder = Path(found.origin).parents[1]
        if folder not in versions:
            versions[folder] = _versions(folder)
        with contextlib.suppress(OSError):
            about.append(versions[folder].get(brought_by) or _written(os.stat(found.origin)))  # noqa: PTH116
    return about


def _versions(folder: Path) -> Mapping[str, str]:
    """Return the versions of what is installed in a folder, by names with underscores."""
    found = {}
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder):
            if entry.name.endswith(".dist-info"):  # such as PyYAML-6.0.3.dist-info
                name, _, version = entry.name.removesuffix(".dist-info").partition("-")
                found[name.lower().replace(".", "_")] = version
    return found


def _written(about: os.stat_result) -> tuple[int, int]:
    return about.st_size, about.st_mtime_ns


def load(kind: str, name: str) -> Any:
    """Return an entry, or None."""
    try:
        path = os.path.join(cache_folder(), f"{kind}-{name}.json")  # noqa: PTH118
        handle = os.open(path, _PLAIN_FILE)
        with os.fdopen(handle, "rb", buffering=0) as file:
            about = os.fstat(handle)
            if not stat.S_ISREG(about.st_mode) or about.st_size > _LARGEST:
                return None
            data = file.read(_LARGEST)
        if time.time() - about.st_mtime > _DAY:
            with contextlib.suppress(OSError):
                os.utime(path, follow_symlinks=False)  # who is used goes last
        written = data[_SUM:]
        return json.loads(written) if data[:_SUM] == _sum(written) else None
    except (OSError, ValueError, RecursionError):
        return None


def _sum(data: bytes) -> bytes:
    return b"%08x\n" % zlib.crc32(data)


def entry(value: Any) -> bytes:
    """Return what an entry's file holds."""
    data = json.dumps(value, separators=(",", ":")).encode()
    return _sum(data) + data


def store(kind: str, name: str, value: Any) -> None:
    """Keep an entry; where that is not possible, do without."""
    store_part(kind, name, value)
    prune(kind, _KEPT)


def store_part(kind: str, name: str, value: Any) -> None:
    """Keep one of many entries that belong together; `prune` when all of them are there."""
    data = entry(value)
    if len(data) > _LARGEST:
        return
    with contextlib.suppress(OSError):
        folder = cache_folder()
        temporary = os.path.join(folder, f".{kind}-{os.urandom(8).hex()}")  # noqa: PTH118
        try:
            handle = os.open(temporary, _NEW_FILE, 0o666)
        except FileNotFoundError:
            # It will hold lines of prompts: what we make is for nobody else to look into.
            folder.parent.mkdir(parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
            handle = os.open(temporary, _NEW_FILE, 0o666)
        try:
            with os.fdopen(handle, "wb", buffering=0) as file:
                if file.write(data) < len(data):
                    return  # the disk is full
            os.replace(temporary, os.path.join(folder, f"{kind}-{name}.json"))  # noqa: PTH105, PTH118
        finally:
            with contextlib.suppress(OSError):
                os.unlink(temporary)  # noqa: PTH108


def prune(kind: str, kept: int = _PARTS) -> None:
    """Leave only the entries of a kind that were used lately, and not too many of them.

    Files that can't be ours are left alone.
    """
    ours = re.compile(rf"{kind}-[0-9a-f-]+\.json|\.{kind}-[0-9a-f]{{16}}")
    now = time.time()
    files = []
    with contextlib.suppress(OSError):
        for entry in os.scandir(cache_folder()):
            if ours.fullmatch(entry.name):
                with contextlib.suppress(OSError):  # another run was faster
                    about = entry.stat(follow_symlinks=False)
                    files.append((about.st_mtime, about.st_size, entry))
    files.sort(key=lambda item: -item[0])
    number = total = 0
    for changed, size, entry in files:
        if entry.name.startswith("."):
            gone = now - changed > _ABANDONED
        else:
            number, total = number + 1, total + size
            gone = number > kept or total > _TOTAL or now - changed > _UNUSED
        if gone:
            with contextlib.suppress(OSError):
                os.unlink(entry)  # noqa: PTH108
