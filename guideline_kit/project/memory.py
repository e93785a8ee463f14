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
from typing import Any, NamedTuple

from guideline_kit import formats
from guideline_kit.diagnostics import Diagnostic, Edit, Fix, Related, Safety, Severity
from guideline_kit.project.looking import Look, open_prompt
from guideline_kit.project.opening import Project
from guideline_kit.report import Checked
from guideline_kit.text import Excerpt, Span
from guideline_kit.workspace import cache
from guideline_kit.workspace.discovery import Found
from guideline_kit.workspace.files import shown

_SHARDS = 64
_KEPT = 256  # records in each: files that are gone make room for others
# A file that changed a moment ago may change again without a trace: the clocks of file systems
# tick up to two seconds apart.
_SETTLED = 2_000_000_000  # nanoseconds

# What a day looks like; in YAML its characters may be escaped, too.
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

_SEVERITIES = {severity.value: severity for severity in Severity}


class Record(NamedTuple):
    """What is remembered of a file: a hash of its text, whether it mentions a day, its format
    (None where it is no prompt), and plain data of what was found."""

    digest: str
    dated: bool
    format: str | None
    found: Any


def record_of(look: Look) -> Record | None:
    """Return what to remember of a file that was just checked, if anything."""
    text = look.text
    if text is None or any(item.hidden or item.rule == "internal-error" for item in look.found):
        return None
    found = _packed(look.found)
    if found is None:
        return None
    format = look.about.format if look.about else None
    yaml = format == formats.CATALOG_PROMPT or text.lstrip().startswith("---")
    dated = _DAY.search(text) is not None or (yaml and "\\" in text)
    return Record(_digest(text), dated, format, found)


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
        self._looked = time.time_ns()

    def recall(self, found: Found, sections: tuple[int, ...]) -> Look | None:
        """Return what was found in a file, if it is as it was then."""
        path, shard = self._place(found, sections)
        kept = shard.files.get(path)
        if kept is None:
            return None
        try:
            state, given, digest, day, format, packed = kept
            if given != [found.format, found.named] or day not in ("", self._today):
                return None
            about = os.stat(found.path)  # noqa: PTH116
            if state != _state(about):
                opened = open_prompt(found)
                if isinstance(opened, Diagnostic) or _digest(opened[0].text) != digest:
                    return None
                shard.put(path, [self._settled(about), *kept[1:]])
            if format is None:
                return Look(None, ())
            name = shown(found.path)
            return Look(Checked(name, format, cached=True), _unpacked(packed, name))
        except (OSError, LookupError, TypeError, ValueError):
            return None  # it is broken, or the file is gone

    def keep(self, found: Found, sections: tuple[int, ...], record: Record) -> None:
        """Remember what was found in a file."""
        path, shard = self._place(found, sections)
        try:
            state = self._settled(os.stat(found.path))  # noqa: PTH116
        except OSError:
            return
        day = self._today if record.dated else ""
        given = [found.format, found.named]
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
        number = zlib.crc32(path.encode("utf-8", "surrogateescape")) % _SHARDS
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
            self._keys[sections] = key, zlib.crc32(key.encode("utf-8", "surrogateescape"))
        return self._keys[sections]

    def _settled(self, about: os.stat_result) -> list[int]:
        """Return the state of a file, or nothing that a state can equal if it may change unseen."""
        state = _state(about)
        return state if self._looked - max(state[2:]) > _SETTLED else []


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


def _state(about: os.stat_result) -> list[int]:
    """Return what changes when a file does."""
    return [about.st_size, about.st_ino, about.st_mtime_ns, about.st_ctime_ns]


def _digest(text: str) -> str:
    import hashlib  # loads OpenSSL, which a run without news needs not

    data = text.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=16).hexdigest()


# --- findings as plain data -----------------------------------------------------------------


def _packed(found: tuple[Diagnostic, ...]) -> Any:
    """Return findings as plain data, or None where they speak of more than one file."""
    if not found:
        return 0
    source = found[0].source
    if not isinstance(source, Excerpt):
        return None
    items = []
    for item in found:
        if item.source != source or any(place.source != source for place in item.related):
            return None
        span = [item.span.start, item.span.end] if item.span else 0
        related = [[place.message, place.span.start, place.span.end] for place in item.related]
        fix: Any = 0
        if item.fix:
            edits = [[edit.span.start, edit.span.end, edit.text] for edit in item.fix.edits]
            fix = [item.fix.title, str(item.fix.safety), edits]
        about = [item.rule, int(item.severity), item.message, item.help, item.url]
        items.append([*about, span, related, fix])
    return [*source.parts, items]


def _unpacked(packed: Any, name: str) -> tuple[Diagnostic, ...]:
    """Return findings from plain data, as those of a file of a name."""
    if packed == 0:
        return ()
    numbers, starts, lines, items = packed
    source = Excerpt(name, numbers, starts, lines)
    found = []
    for rule, severity, message, help, url, span, related, fix in items:
        places = tuple(Related(what, source, Span(start, end)) for what, start, end in related)
        mended = None
        if fix:
            title, safety, edits = fix
            changes = tuple(Edit(Span(start, end), text) for start, end, text in edits)
            mended = Fix(title, changes, Safety(safety))
        found.append(
            Diagnostic(
                rule,
                _SEVERITIES[severity],
                message,
                source,
                Span(*span) if span else None,
                places,
                mended,
                help,
                url,
            )
        )
    return tuple(found)
