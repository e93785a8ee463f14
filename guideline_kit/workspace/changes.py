"""Which files, and which lines of them, are not as a revision has them.

What is compared is the commit at which HEAD and the revision parted (what a pull request
shows), and the files on disk, whether git tracks them or not. git only lists and prints
objects: to compare files itself, it would run the filters of the repository's configuration,
and that may be a stranger's. So files are hashed here, as git does, and compared by hash.

Where something can't be told, a file counts as changed: it is checked once too often.
"""

from __future__ import annotations

import functools
import os
import stat
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from guideline_kit.errors import CannotError
from guideline_kit.workspace.git import LARGEST, TIMEOUT, ask, commit_of, program, refused
from guideline_kit.workspace.line_diff import changed_lines
from guideline_kit.workspace.snapshots import Snapshot, place_of

_NAMES = 5_000


# What a path stands for, as those who ask tell one from another.
Kind = Callable[[Path], object]


class ChangesError(CannotError):
    """git can't tell what changed: why, and what to do."""


class Changes:
    """What changed since a commit, `base`; None where nothing has been committed yet.

    `files` are those of the asked ones that are new or not as they were.
    """

    def __init__(self, base: str | None, changed: Mapping[Path, _Was | None]) -> None:
        self.base = base
        self.files = tuple(changed)
        self._changed = changed

    def lines(self, path: Path) -> list[tuple[int, int]] | None:
        """Return the ranges of lines that are new, counted from 1, or None for all of them.

        All other lines were there before, in the same order. Where lines were only taken out
        there is no range: what stands beside the gap is not new.
        """
        if path not in self._changed:
            return []
        was = self._changed[path]
        before = self._contents.get(was) if was else None
        now = _read(os.path.realpath(path))
        if before is None or now is None:
            return None
        return changed_lines(_text(before), _text(now))

    @functools.cached_property
    def _contents(self) -> dict[_Was, bytes]:
        """What the changed files were; those that can't be had, or are too large, are missing."""
        wanted: dict[Snapshot, set[str]] = {}
        for was in self._changed.values():
            if was:
                wanted.setdefault(was.snapshot, set()).add(was.blob)
        try:
            return {
                _Was(snapshot, blob): data
                for snapshot, blobs in wanted.items()
                for blob, data in snapshot.contents(sorted(blobs))
            }
        except subprocess.TimeoutExpired:
            return {}


def changed_since(
    root: Path, revision: str, files: Sequence[Path], kind: Kind = lambda _path: None
) -> Changes:
    """Return which of the files are not as a revision of the repository around `root` has them.

    A file outside of the repository, or in a repository within it that is no submodule, has
    no earlier version: all of it is new. So is everything as long as nothing is committed. A
    file of a submodule is compared with the commit that the revision has for it. How lines end
    does not count, nor that a file was only moved from where it was of the same `kind`.
    Raises ChangesError.
    """
    if program() is None:
        raise _error(revision, "git is not installed", "Install git, or check all files")
    try:
        return _changed_since(Path(os.path.realpath(root)), revision, files, kind)
    except subprocess.TimeoutExpired:
        reason = f"git took longer than {TIMEOUT} seconds"
        raise _error(revision, reason, "Try again, or check all files") from None


def _error(revision: str, reason: str, hint: str) -> ChangesError:
    return ChangesError(f"What changed since '{revision}' is not known: {reason}", hint=hint)


def _changed_since(root: Path, revision: str, files: Sequence[Path], kind: Kind) -> Changes:
    place = place_of(root)
    if place is None:
        raise _error(revision, *_no_repository(root))
    head, wanted = commit_of(root, "HEAD"), commit_of(root, revision)
    if wanted is None and not (head is None and revision in _unborn(root)):
        raise _error(revision, *_unknown(root, revision, shallow=place.shallow))
    if head is None or wanted is None:
        return Changes(None, dict.fromkeys(files))
    # While a merge is under way, the other side is a parent, too, of what is on disk.
    other = commit_of(root, "MERGE_HEAD")
    found = ask(root, "merge-base", wanted, head, *([other] if other else []))
    if not found and place.shallow:
        raise _error(
            revision,
            "this clone is shallow, and does not reach back to where HEAD and it parted",
            _DEEPER,
        )
    if not found:
        hint = "Name a branch, a tag or a commit that HEAD comes from"
        raise _error(revision, "HEAD and it have no commit in common", hint)
    base = found.decode("ascii").split()[0]
    snapshot = Snapshot.of(place, base)
    if snapshot is None:
        raise _error(
            revision,
            f"git can't list the files of the commit {base[:12]}",
            "Run git fsck; in a partial clone, fetch that commit",
        )
    return Changes(base, _compared(snapshot, files, kind))


# --- what can be wrong ---------------------------------------------------------------------

_DEEPER = "Fetch the history: git fetch --unshallow, or fetch-depth: 0 for actions/checkout"


def _no_repository(root: Path) -> tuple[str, str]:
    """Return why there are no files of a repository at a folder, and what to do."""
    if ask(root, "rev-parse", "--git-dir") is not None:
        return "the repository has no files checked out here", "Run this in a checkout"
    if refused(root):
        return (
            "git refuses to read the repository; is it another user's?",
            "Run git status there: it says why, and how to trust the folder (safe.directory)",
        )
    return "this folder is in no git repository", "Check all files, or run this in a repository"


def _unborn(root: Path) -> set[str]:
    """Return the names of the branch that the first commit will be on."""
    found = ask(root, "symbolic-ref", "--quiet", "--short", "HEAD") or b""
    return {"HEAD", "@", found.decode("utf-8", "replace").rstrip("\n")}


def _unknown(root: Path, revision: str, *, shallow: bool) -> tuple[str, str]:
    """Return what is wrong with a revision that is not there, and what to do."""
    from guideline_kit.schemas import nearest

    listed = ask(
        root,
        "for-each-ref",
        f"--count={_NAMES}",
        "--format=%(refname:short)",
        *("refs/heads", "refs/tags", "refs/remotes"),
    )
    names = (listed or b"").decode("utf-8", "replace").split("\n")
    names = [name for name in names if name.isprintable()]  # a stranger may have named them
    # In CI, a branch that is not the one being built is there as origin/main only.
    near = next((name for name in names if name.endswith(f"/{revision}")), None)
    near = near or nearest(revision, names)
    reason = "the repository has no such commit, branch or tag"
    if near:
        return reason, f"Did you mean {near}?"
    if shallow:
        return f"{reason}; this clone is shallow", _DEEPER
    return reason, "Name a branch, a tag or a commit; git fetch gets those of others"


# --- comparing -----------------------------------------------------------------------------


class _Was(NamedTuple):
    """What a file was before."""

    snapshot: Snapshot
    blob: str


def _compared(snapshot: Snapshot, files: Sequence[Path], kind: Kind) -> dict[Path, _Was | None]:
    """Return the files that changed, and what each was; None for one that is new."""
    changed: dict[str, _Was | None] = {}
    new: dict[str, tuple[Snapshot, str, list[str]]] = {}
    real = functools.cache(os.path.realpath)
    paths: dict[Path, str] = {}
    for file in files:
        folder, last = os.path.split(os.path.abspath(file))  # noqa: PTH100
        named = os.path.join(real(folder), last)  # noqa: PTH118
        paths[file] = path = os.path.realpath(named) if os.path.islink(named) else named  # noqa: PTH114
        if path != named and not _same_link(snapshot, named):
            paths[file] = named
            changed[named] = None
        elif path not in changed and path not in new:
            found, data = snapshot.find(path), _read(path)
            if found is None or data is None:
                changed[path] = None
                continue
            owner, name = found
            blob = owner.blob(name)
            if blob is None:
                new[path] = (owner, name, list(owner.ids(data)))
            elif blob not in owner.ids(data):
                changed[path] = _Was(owner, blob)
    changed.update(_not_moved(new, kind))
    return {file: changed[path] for file, path in paths.items() if path in changed}


def _not_moved(
    new: Mapping[str, tuple[Snapshot, str, list[str]]], kind: Kind
) -> Iterator[tuple[str, _Was | None]]:
    """Yield those of new files that were not only moved, and what they were before."""
    taken: set[tuple[Snapshot, str]] = set()
    edited = []
    for path, (owner, name, ids) in new.items():
        origins = (
            (owner, gone)
            for id in ids
            for gone in owner.gone(blob=id)
            if kind(Path(owner.top, gone)) == kind(Path(path))
        )
        origin = next((one for one in origins if one not in taken), None)
        if origin:
            taken.add(origin)
        else:
            edited.append((path, owner, name))
    for path, owner, name in edited:
        last = name.rpartition("/")[2]
        gone = [one for one in owner.gone(name=last) if (owner, one) not in taken]
        yield path, _Was(owner, owner.blobs[gone[0]]) if len(gone) == 1 else None


def _same_link(snapshot: Snapshot, path: str) -> bool:
    """Whether a symbolic link leads where it led."""
    found = snapshot.find(path)
    if found is None:
        return False
    owner, name = found
    target = os.fsencode(os.readlink(path)).replace(os.sep.encode(), b"/")  # noqa: PTH115
    return (owner.blob(name) or "") in owner.ids(target)


def _read(path: str) -> bytes | None:
    """Return what a file holds; None where it is too large, no file, or can't be read."""
    try:
        about = os.stat(path)  # noqa: PTH116
        if not stat.S_ISREG(about.st_mode) or about.st_size > LARGEST:
            return None
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123
            return file.readall()
    except OSError:
        return None


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
