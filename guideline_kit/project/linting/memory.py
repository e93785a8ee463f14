"""What was found in files, remembered from one run to the next.

A file is known by its path, and is as it was if its size, its times and its inode are; or else if
its text is. What is remembered holds for one choice of rules, and for one state of our code:
both are in the key. A file that mentions a day is known for a day only, since rules may ask what
day it is. Lines that hold secrets are not remembered.

The records are spread over many small files, so that a run on one prompt reads few of them and
two runs at once are seldom in each other's way; where they are, the later one wins.
"""

from __future__ import annotations

import os
import re
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from guideline_kit import formats
from guideline_kit.diagnostics import Diagnostic
from guideline_kit.digests import digest
from guideline_kit.project.linting.looking import Look, open_prompt
from guideline_kit.project.linting.packing import packed, unpacked
from guideline_kit.project.opening import Project
from guideline_kit.report import Checked
from guideline_kit.suppress import may_hold_comments
from guideline_kit.workspace import cache
from guideline_kit.workspace.discovery import Found
from guideline_kit.workspace.files import shown

_SHARDS = 64
_KEPT = 256  # records in each: files that are gone make room for others
_SETTLED = cache.SETTLED

# It begins with the sign that is rare: for that `re` skips over a text.
_DAY = re.compile(r"-[0-9]{2}-[0-9]{2}(?<=[0-9]{4}-[0-9]{2}-[0-9]{2})")


class Record(NamedTuple):
    """What is remembered of a file: a hash of its text, whether what is found in it may depend on
    the day, its format (None where it is no prompt), and plain data of what was found."""

    digest: str
    dated: bool
    format: str | None
    found: Any


def record_of(look: Look) -> Record | None:
    """Return what to remember of a file that was just checked, if anything.

    What depends on other files has to be found anew each time.
    """
    if look.text is None or not look.alone:
        return None
    found = packed(look.found)
    if found is None:
        return None
    format = look.about.format if look.about else None
    return Record(_digest(look.text), _is_dated(look.text, format), format, found)


def _is_dated(text: str, format: str | None) -> bool:
    """Whether what is found in a text may be something else on another day.

    Rules hold days in it against today, and so does what silences rules, which may also say
    up to which day it would count.
    """
    if _DAY.search(text) or "waivers" in text or may_hold_comments(text):
        return True
    # In YAML, JSON and programs each character of a day, or of these words, may be escaped.
    return "\\" in text and ("---" in text or format is None or formats.escapes(format))


class Memory:
    """What a run remembers. `key` says for some sections of the configuration what all that is
    found depends on, but for the texts and the day."""

    def __init__(self, project: Project, key: Callable[[tuple[int, ...]], str]) -> None:
        self._root = str(project.root)
        self._inside = os.path.join(self._root, "")  # noqa: PTH118  a text, for thousands of files
        self._today = project.today.isoformat()
        self._key = key
        self._shards: dict[tuple[tuple[int, ...], int], _Shard] = {}
        self._keys: dict[tuple[int, ...], tuple[str, int]] = {}
        self._states: dict[Path, list[int]] = {}
        self._looked = time.time_ns()

    def recall(self, found: Found, sections: tuple[int, ...]) -> Look | None:
        """Return what was found in a file, if it is as it was then."""
        path, shard = self._place(found, sections)
        try:
            # Before the file is read: what changes later is then noticed.
            state = _state(os.stat(found.path))  # noqa: PTH116
        except OSError:
            return None
        self._states[found.path] = state
        kept = shard.files.get(path)
        if kept is None:
            return None
        try:
            then, given, digest, day, format, data = kept
            if given != [list(found.formats), found.named] or day not in ("", self._today):
                return None
            if then != state:
                opened = open_prompt(found)
                if isinstance(opened, Diagnostic) or opened[0].encoding:
                    return None
                if _digest(opened[0].text) != digest:
                    return None
                if self._is_settled(state):
                    shard.put(path, [state, *kept[1:]])
            if not _may_be(found, format):
                return None
            if format is None:
                return Look(None, ())
            name = shown(found.path)
            return Look(Checked(name, format, cached=True), unpacked(data, name))
        except (OSError, LookupError, TypeError, ValueError):
            return None  # it is broken, or the file is gone

    def keep(self, found: Found, sections: tuple[int, ...], record: Record) -> None:
        """Remember what was found in a file, which could not be recalled before."""
        path, shard = self._place(found, sections)
        state = self._states.get(found.path)
        if state is None:
            return
        # Nothing equals no state: the text will have to be looked at.
        state = state if self._is_settled(state) else []
        day = self._today if record.dated else ""
        given = [list(found.formats), found.named]
        shard.put(path, [state, given, record.digest, day, record.format, record.found])

    def save(self) -> None:
        """Write what is new."""
        changed = [shard for shard in self._shards.values() if shard.changed]
        for shard in changed:
            files = dict(list(shard.files.items())[-_KEPT:])
            cache.store_part("findings", shard.name, {"key": shard.key, "files": files})
        if changed:
            cache.prune("findings")

    def _place(self, found: Found, sections: tuple[int, ...]) -> tuple[str, _Shard]:
        path = str(found.path)
        path = path.removeprefix(self._inside)
        number = zlib.crc32(path.encode("utf-8", "surrogatepass")) % _SHARDS
        shard = self._shards.get((sections, number))
        if shard is None:
            key, name = self._named(sections)
            shard = self._shards[sections, number] = _Shard(key, f"{name:08x}-{number:02x}")
        return path, shard

    def _named(self, sections: tuple[int, ...]) -> tuple[str, int]:
        """Return a key, and a number that leads to it."""
        if sections not in self._keys:
            # A checkout elsewhere may take over what was found in this one, as a rule in CI.
            project = os.path.basename(self._root)  # noqa: PTH119
            key = f"{project}\n{self._key(sections)}"
            self._keys[sections] = key, zlib.crc32(key.encode("utf-8", "surrogatepass"))
        return self._keys[sections]

    def _is_settled(self, state: list[int]) -> bool:
        """Whether a file that changes from now on will have another state."""
        return self._looked - max(state[2:]) > _SETTLED


class _Shard:
    """Some of the records, as a file of the cache has them."""

    def __init__(self, key: str, name: str) -> None:
        self.key = key
        self.name = name
        self.changed = False
        kept = cache.load("findings", name)
        try:
            # Another key may lead to the same name.
            files = kept["files"] if kept is not None and kept["key"] == key else {}
            self.files: dict[str, Any] = dict(files)
        except (LookupError, TypeError, ValueError):
            self.files = {}

    def put(self, path: str, record: list[Any]) -> None:
        self.files.pop(path, None)  # the latest stands last
        self.files[path] = record
        self.changed = True


def _may_be(found: Found, format: str | None) -> bool:
    """Whether a file can turn out to be in a format, or to be no prompt."""
    if format is not None and format in found.formats:
        return True
    if found.named:
        return format == formats.fallback(found.path.name)
    path = found.path.as_posix()
    return format is None and not any(formats.is_certain(item, path) for item in found.formats)


def _state(about: os.stat_result) -> list[int]:
    """Return what changes when a file does."""
    return [about.st_size, about.st_ino, about.st_mtime_ns, about.st_ctime_ns]


def _digest(text: str) -> str:
    data = text.encode("utf-8", "surrogatepass")
    return digest(data, 16)
