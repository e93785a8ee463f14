"""Which files are prompts: a walk through folders, and paths that somebody named."""

from __future__ import annotations

import os
import re
import stat
import warnings
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from guideline_kit import formats
from guideline_kit.workspace.files import shown

# Folders that hold other people's files, or a tool's own. Dot-folders are walked: agents
# keep their prompts there.
_SKIPPED = frozenset(
    (".git", ".hg", ".svn", ".jj", "node_modules", "__pycache__", ".venv", "venv", ".tox",
     ".nox", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".terraform")
)  # fmt: skip


class Found(NamedTuple):
    """A file to check: its path, and the formats that its path allows, the likeliest first.

    There is none for a file that somebody named or included although nothing says what it is.
    """

    path: Path
    formats: tuple[str, ...]
    named: bool = False


@lru_cache(maxsize=256)
def _spec(lines: tuple[str, ...]) -> Any:
    from pathspec import GitIgnoreSpec

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of `re`, about '[['
        return GitIgnoreSpec.from_lines(lines)


# What most patterns look like; to ask pathspec takes a while to import.
_USUAL = re.compile(r"!?(?:[\w.*/ -]*[\w.*-])/?")


@lru_cache(maxsize=4096)
def is_unusable(pattern: str) -> bool:
    """Whether a pattern in the syntax of .gitignore is none."""
    if _USUAL.fullmatch(pattern):
        return False
    try:
        _spec((pattern,))
    except Exception:  # noqa: BLE001  pathspec, re and RE2 each have errors of their own
        return True
    return False


class Filters(NamedTuple):
    """What a walk takes besides the recognised paths, and what it leaves.

    The patterns are those of .gitignore, relative to `root`.
    """

    root: Path
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def takes(self, path: Path) -> bool | None:
        """Return True for a file to include, False to exclude, None for no opinion."""
        relative = _relative(path, self.root)
        if relative is None:
            return None
        if self.exclude and _spec(self.exclude).match_file(relative):
            return False
        if self.include and _spec(self.include).match_file(relative):
            return True
        return None


def fits(patterns: tuple[str, ...], path: Path, root: Path) -> bool:
    """Whether patterns in the syntax of .gitignore, relative to a folder, are about a file."""
    relative = _relative(path, root)
    return relative is not None and bool(_spec(patterns).match_file(relative))


def _plain(path: Path) -> Path:
    """Return a path from the root of the file system, without the dots that lead back."""
    return Path(os.path.abspath(path))  # noqa: PTH100  `Path.absolute` keeps them


def _relative(path: Path, root: Path) -> str | None:
    try:
        return _as_text(_plain(path).relative_to(_plain(root)))
    except ValueError:
        return None


def _as_text(path: Path) -> str:
    """Return a path to hold against patterns; the name of a file need not be UTF-8."""
    text = path.as_posix()
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


@lru_cache(maxsize=4096)
def _gitignore(folder: Path) -> Any:
    """Return the ignore rules that a folder holds, or None."""
    path = folder / ".gitignore"
    try:
        # Only a plain file: a pipe of that name would wait for somebody who writes.
        text = path.read_text("utf-8", "replace") if path.is_file() else ""
    except OSError:
        return None
    if not text:
        return None
    # Lines that are no patterns mean nothing to git either.
    return _spec(tuple(line for line in text.splitlines() if not is_unusable(line)))


@lru_cache(maxsize=4096)
def _ignore_roots(folder: Path) -> tuple[Path, ...]:
    """Return the folders whose .gitignore counts for a folder: up to the repository's root."""
    roots = [folder]
    for parent in (folder, *folder.parents):
        if parent != folder:
            roots.append(parent)
        if (parent / ".git").exists():
            return tuple(roots)
    return (folder,)  # in no repository: no .gitignore above it counts


def _ignored(path: Path, *, folder: bool) -> bool:
    for root in _ignore_roots(path.parent):
        spec = _gitignore(root)
        if spec is None:
            continue
        relative = _as_text(path.relative_to(root)) + ("/" if folder else "")
        verdict = spec.check_file(relative).include
        if verdict is not None:
            return bool(verdict)  # the nearest .gitignore with an opinion decides
    return False


def walk(folder: Path, filters: Filters) -> Iterator[Found]:
    """Yield the prompts below a folder, in order of their paths."""
    # The walk keeps its own stack: no depth of folders can exhaust Python's.
    stack = [_plain(folder)]
    while stack:
        current = stack.pop()
        try:
            entries = sorted(os.scandir(current), key=lambda entry: entry.name)
        except PermissionError:
            yield Found(current, (), named=True)  # who reads it will say why that can't be done
            continue
        except OSError:
            continue
        below = []
        for entry in entries:
            path = Path(entry.path)
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in _SKIPPED and not _ignored(path, folder=True):
                    below.append(path)
            elif _is_file(entry):
                found = _take(path, filters)
                if found is not None and not _ignored(path, folder=False):
                    yield found
        stack.extend(reversed(below))


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:
        return False  # a link in a circle


def _take(path: Path, filters: Filters) -> Found | None:
    verdict = filters.takes(path)
    if verdict is False:
        return None
    possible = formats.possible(path.as_posix())
    if possible or verdict:
        return Found(path, possible, named=bool(verdict))
    return None


def _in_skipped(path: Path, root: Path) -> bool:
    """Whether a walk from the root would leave out a folder that a file is in."""
    relative = _relative(path, root)
    return relative is not None and not _SKIPPED.isdisjoint(relative.split("/")[:-1])


def _mode(path: Path) -> int | None:
    """Return what a path leads to, 0 for a link that leads nowhere, None where there is nothing.

    A path that is too long, or not ours to see, is not there either.
    """
    try:
        return os.stat(path).st_mode  # noqa: PTH116  a run asks for each of thousands of files
    except (OSError, ValueError):
        return 0 if os.path.lexists(path) else None


def find(
    paths: Sequence[Path], filters: Filters, *, force_exclude: bool = False
) -> tuple[list[Found], list[Path]]:
    """Return the files to check, each once, and the named paths that don't exist.

    A named file is always taken; with `force_exclude` the walk's filters hold for it, too.
    """
    files: dict[Path, Found] = {}
    missing = []
    for path in paths:
        absolute = _plain(path)
        mode = _mode(absolute)
        if mode is None:
            missing.append(path)
        elif stat.S_ISDIR(mode):
            for found in walk(path, filters):
                files.setdefault(found.path, found)
        elif force_exclude:
            taken = _take(absolute, filters)
            left = _in_skipped(absolute, filters.root) or _ignored(absolute, folder=False)
            if taken is not None and not left:
                files.setdefault(absolute, taken)
        else:
            files[absolute] = Found(absolute, formats.possible(absolute.as_posix()), named=True)
    return sorted(files.values(), key=lambda found: shown(found.path)), missing
