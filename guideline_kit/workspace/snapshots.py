"""What a commit holds, held against what is on disk: by hash, as git names contents."""

from __future__ import annotations

import functools
import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from guideline_kit.workspace.git import LARGEST, ask

_LARGEST_TOGETHER = 256_000_000  # bytes


class Place(NamedTuple):
    """Where a checkout is, how its objects are named, and whether its history was cut.

    `folder` is where git is asked: the configuration may say that the checkout is elsewhere.
    """

    folder: Path
    top: str
    hash: str
    shallow: bool


def place_of(folder: Path) -> Place | None:
    questions = ("--show-toplevel", "--show-object-format", "--is-shallow-repository")
    found = ask(folder, "rev-parse", *questions)
    if not found:
        return None
    top, hash, shallow, _ = found.rsplit(b"\n", 3)  # a folder's name may have line breaks
    return Place(
        folder, os.path.realpath(os.fsdecode(top)), hash.decode("ascii"), shallow == b"true"
    )


class Snapshot:
    """The files of a commit, by the path below the folder `top` where they are checked out."""

    def __init__(self, place: Place, listed: bytes) -> None:
        self._folder = place.folder
        self.top = place.top
        self.hash = place.hash
        self.blobs: dict[str, str] = {}
        self._modules: dict[str, str] = {}
        self._opened: dict[str, Snapshot | None] = {}
        self._gone: dict[tuple[str, str], list[str]] = {}
        for entry in filter(None, listed.split(b"\0")):
            about, _, name = entry.partition(b"\t")
            _, kind, id = about.decode("ascii").split(" ")
            (self._modules if kind == "commit" else self.blobs)[os.fsdecode(name)] = id

    @classmethod
    def of(cls, place: Place, commit: str) -> Snapshot | None:
        """Return what a commit holds, or None where git does not have all of it."""
        listed = ask(place.folder, "ls-tree", "-r", "-z", "--full-tree", commit)
        return None if listed is None else cls(place, listed)

    def find(self, path: str) -> tuple[Snapshot, str] | None:
        """Return the snapshot that a real path belongs to, and its name there.

        That is the one of a submodule for a path in one. There is none for a path outside, and
        for a submodule whose commit is not here.
        """
        inside = os.path.join(self.top, "")  # noqa: PTH118  with texts: there are thousands
        if not path.startswith(inside):
            return None
        name = path[len(inside) :].replace(os.sep, "/")
        for at in (at for at, sign in enumerate(name) if sign == "/" and self._modules):
            if name[:at] in self._modules:
                snapshot = self._module(name[:at])
                return snapshot.find(path) if snapshot else None
        return self, name

    def _module(self, name: str) -> Snapshot | None:
        if name not in self._opened:
            folder = Path(self.top, name)
            place = place_of(folder)
            # Where it is not checked out, git finds the repository around it.
            own = place is not None and place.top == str(folder)
            self._opened[name] = Snapshot.of(place, self._modules[name]) if place and own else None
        return self._opened[name]

    def blob(self, name: str) -> str | None:
        """Return the blob of a file, also where its name had other capitals on this disk."""
        if name in self.blobs:
            return self.blobs[name]
        for other in self._by_letters.get(name.casefold(), ()):
            try:
                if os.path.samefile(self._on_disk(name), self._on_disk(other)):  # noqa: PTH121
                    return self.blobs[other]
            except OSError:
                continue
        return None

    @functools.cached_property
    def _by_letters(self) -> dict[str, list[str]]:
        return _grouped((name.casefold(), name) for name in self.blobs)

    @functools.cached_property
    def _by_blob(self) -> dict[str, list[str]]:
        return _grouped((blob, name) for name, blob in self.blobs.items())

    @functools.cached_property
    def _by_name(self) -> dict[str, list[str]]:
        return _grouped((name.rpartition("/")[2], name) for name in self.blobs)

    def _on_disk(self, name: str) -> str:
        return os.path.join(self.top, name)  # noqa: PTH118

    def gone(self, *, blob: str = "", name: str = "") -> list[str]:
        """Return the files that are no longer on disk, of those with a blob or a file name."""
        if (blob, name) not in self._gone:
            paths = self._by_blob.get(blob, ()) if blob else self._by_name.get(name, ())
            there = os.path.lexists
            self._gone[blob, name] = [one for one in paths if not there(self._on_disk(one))]
        return self._gone[blob, name]

    def ids(self, data: bytes) -> Iterator[str]:
        """Yield what git calls a content, with the line ends that it has, and with others."""
        yield self._id(data)
        if b"\n" in data:
            short = data.replace(b"\r\n", b"\n")
            for other in (short, short.replace(b"\n", b"\r\n")):
                if other != data:
                    yield self._id(other)

    def _id(self, data: bytes) -> str:
        found = hashlib.new(self.hash, b"blob %d\0" % len(data), usedforsecurity=False)
        found.update(data)
        return found.hexdigest()

    def contents(self, blobs: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """Yield blobs with what they hold: of those that are here and not too large."""
        left = _LARGEST_TOGETHER
        wanted = []
        listed = self._batch("--batch-check=%(objectname) %(objecttype) %(objectsize)", blobs)
        for line in listed.splitlines():
            id, kind, *size = line.split(b" ")
            if kind == b"blob" and int(size[0]) <= min(LARGEST, left):
                left -= int(size[0])
                wanted.append(id.decode("ascii"))
        data = self._batch("--batch", wanted)
        at = 0
        for blob in wanted:
            about = data[at : at + 200].partition(b"\n")[0]
            if not about.startswith(f"{blob} blob ".encode()):
                return
            start = at + len(about) + 1
            end = start + int(about.rpartition(b" ")[2])
            yield blob, data[start:end]
            at = end + 1

    def _batch(self, form: str, ids: Sequence[str]) -> bytes:
        if not ids:
            return b""
        given = "".join(f"{id}\n" for id in ids).encode("ascii")
        return ask(self._folder, "cat-file", form, given=given) or b""


def _grouped(pairs: Iterator[tuple[str, str]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups
