"""What is worth remembering between runs, in the user's cache folder.

An entry is a JSON file. It is named by a hash of all that it depends on, so it is never stale:
it is there or it is not. Or it is named by the folder that it is about, and holds the state of
the files that it depends on, for whoever asks to compare. One that can't be read counts as not
there.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from guideline_kit import __version__, resources
from guideline_kit.workspace.files import write_atomic

_KEPT = 40
_PARTS = 1024  # of what comes in many parts


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
    import hashlib  # loads OpenSSL, which takes longer than to find an entry by its state

    digest = hashlib.blake2b(edition().encode(), digest_size=20)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return digest.hexdigest()


def edition() -> str:
    """Tell one state of the code that reads rules and prompts from another: a checkout changes
    within a version."""
    package, schemas = Path(__file__).parents[1], resources.schemas_dir()
    checks = (Path(folder) for folder, _, _ in os.walk(package / "checks"))
    kinds = [folder for folder in checks if folder.name != "__pycache__"]
    reading = [package / name for name in ("formats", "suppress", "project")]
    files = [
        (entry.name, entry.stat().st_mtime_ns)
        for folder in (package, *kinds, *reading, schemas, schemas / "kinds")
        for entry in os.scandir(folder)
        if entry.name.endswith((".py", ".json"))
    ]
    return repr((__version__, sorted(files)))


def load(kind: str, name: str) -> Any:
    """Return an entry, or None."""
    try:
        return json.loads((cache_folder() / f"{kind}-{name}.json").read_bytes())
    except (OSError, ValueError, RecursionError):
        return None


def store(kind: str, name: str, value: Any) -> None:
    """Keep an entry; where that is not possible, do without."""
    store_part(kind, name, value)
    prune(kind, _KEPT)


def store_part(kind: str, name: str, value: Any) -> None:
    """Keep one of many entries that belong together; `prune` when all of them are there."""
    with contextlib.suppress(OSError):
        path = cache_folder() / f"{kind}-{name}.json"
        write_atomic(path, json.dumps(value, separators=(",", ":")))


def prune(kind: str, kept: int = _PARTS) -> None:
    """Leave only the newest entries of a kind."""
    with contextlib.suppress(OSError):
        files = [
            entry
            for entry in os.scandir(cache_folder())
            if entry.name.startswith(f"{kind}-") and entry.name.endswith(".json")
        ]
        if len(files) > kept:
            for old in sorted(files, key=lambda entry: entry.stat().st_mtime)[:-kept]:
                with contextlib.suppress(FileNotFoundError):  # another run was faster
                    os.unlink(old)  # noqa: PTH108
