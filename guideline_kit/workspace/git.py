"""What git remembers, asked without trusting the repository; no git is an answer, too.

Only commands that read are run, and of those only ones that print objects as they are: a
repository may come from a stranger, and its configuration must start no program.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

TIMEOUT = 10  # seconds
LARGEST = 16_000_000  # bytes

# A repository's own configuration can name programs to run; these settings come after it.
_SETTINGS = ("core.fsmonitor=", f"core.hooksPath={os.devnull}", "core.pager=cat")
# What names a commit: a name has none of these signs. An option, a path or a search is no name.
_REVISION = re.compile(r"[^\x00-\x20\x7f:?*\[\\^~-][^\x00-\x20\x7f:?*\[\\]*")


@dataclass(frozen=True, slots=True)
class Committed:
    """A file as a revision has it.

    `text` is None where there is none, and `reason` says why in a sentence. `new` is true
    where the revision is there and does not hold the file.
    """

    text: str | None
    reason: str = ""
    new: bool = False


class RevisionError(ValueError):
    """The repository has no such revision."""


def committed(path: Path, revision: str) -> Committed:
    """Return a file as a revision of its repository has it.

    Raises RevisionError where the repository is there and has no such revision.
    """
    if program() is None:
        return Committed(None, "git is not installed")
    try:
        return _committed(path.resolve(), revision)
    except subprocess.TimeoutExpired:
        return Committed(None, f"git took longer than {TIMEOUT} seconds")


def _committed(path: Path, revision: str) -> Committed:
    folder = path.parent
    inside = ask(folder, "rev-parse", "--is-inside-work-tree")
    if inside is None:
        if refused(folder):
            return Committed(None, "git refuses to read the repository; is it another user's?")
        return Committed(None, "the file is in no git repository")
    if inside.strip() != b"true":
        return Committed(None, "the file is in no checkout of the repository")
    commit = commit_of(folder, revision)
    if commit is None:
        if revision == "HEAD":
            return Committed(None, "nothing has been committed yet")
        raise RevisionError(revision)
    # "./" is the folder that git runs in, whatever part of the repository that is.
    place = f"{commit}:./{path.name}"
    found = ask(folder, "rev-parse", "--verify", "--quiet", place)
    if found is None:
        return Committed(None, f"{revision} does not hold this file", new=True)
    blob = found.decode("ascii").strip()
    size = ask(folder, "cat-file", "-s", blob)
    small = size is not None and int(size) <= LARGEST
    data = ask(folder, "cat-file", "blob", blob) if small else None
    if data is None:
        return Committed(None, f"what {revision} holds there can't be read as a file")
    try:
        return Committed(data.decode("utf-8").removeprefix("\ufeff"))
    except UnicodeDecodeError:
        return Committed(None, f"the file is not UTF-8 in {revision}")


def refused(folder: Path) -> bool:
    """Whether a folder that git finds no repository for looks as if it were in one."""
    return any((parent / ".git").exists() for parent in (folder, *folder.parents))


def hook(folder: Path, name: str) -> Path | None:
    """Return where the repository whose top a folder is has a hook, if it has it; else None."""
    if not (folder / ".git").exists():
        return None
    try:
        # A linked worktree has its hooks where it was linked to.
        common = ask(folder, "rev-parse", "--git-common-dir")
    except subprocess.TimeoutExpired:
        return None
    return folder / os.fsdecode(common).rstrip("\n") / "hooks" / name if common else None


def commit_of(folder: Path, revision: str) -> str | None:
    """Return the name of the commit that a revision is, or None. Raises TimeoutExpired."""
    if not _REVISION.fullmatch(revision):
        return None
    found = ask(folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    return found.decode("ascii").strip() if found else None


def program() -> str | None:
    """Return where git is, or None."""
    found = shutil.which("git")
    # A relative path is a program of the folder that we are in.
    return found if found and Path(found).is_absolute() else None


def ask(folder: Path, *question: str, given: bytes | None = None) -> bytes | None:
    """Return what a command of git prints, `given` something to read; None where it fails.

    Raises TimeoutExpired.
    """
    git = program()
    if git is None:
        return None
    command = [git, "--no-pager", "--no-optional-locks", "--no-replace-objects"]
    for setting in _SETTINGS:
        command += ["-c", setting]
    try:
        done = subprocess.run(  # noqa: S603  no shell, and the program is git
            [*command, *question],
            cwd=folder,
            env=_environment(),
            input=given,
            stdin=subprocess.DEVNULL if given is None else None,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=TIMEOUT,
            check=False,
        )
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


# These point to a repository, and a hook has them of the one that it runs in. The folder alone
# is to decide which repository is meant.
_POINTERS = frozenset(
    ("GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY",
     "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_PREFIX", "GIT_NAMESPACE")
)  # fmt: skip


def _environment() -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if name not in _POINTERS},
        # What is missing is not fetched: the repository would say by which program.
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_TERMINAL_PROMPT": "0",
    }


# --- the history of a file -----------------------------------------------------------------

_COMMITS = 1_000  # of a file's history; a version that is further back has a commit to be named by
_NAMES = 2_000  # branches and tags that a slip is held against


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit that changed a file: its id, when it was made (seconds since 1970), the blob."""

    id: str
    time: int
    blob: str
    size: int


@dataclass(frozen=True, slots=True)
class History:
    """The commits that changed a file, the newest first, without those that took it away.

    `whole` is false where older ones are not here, or were not looked at.
    """

    commits: Sequence[Commit]
    whole: bool = True


def history(path: Path) -> History:
    """Return the commits before HEAD that changed a file; of no repository, none.

    A file that was renamed has a history since then.
    """
    path = path.resolve()
    try:
        return _history(path.parent, path.name)
    except subprocess.TimeoutExpired:
        return History((), whole=False)


def _history(folder: Path, name: str) -> History:
    if "\n" in name:  # git would take it for two questions
        return History((), whole=False)
    listed = ask(
        folder,
        *("rev-list", "--timestamp", f"--max-count={_COMMITS}", "HEAD", "--"),
        f":(top,literal){_inside(folder)}{name}",
    )
    found = [line.split() for line in (listed or b"").decode("ascii").splitlines()]
    places = b"".join(os.fsencode(f"{id}:./{name}\n") for _, id in found)
    answers = ask(folder, "cat-file", "--batch-check", given=places) or b""
    commits = []
    for (time, id), answer in zip(found, answers.split(b"\n"), strict=False):
        match answer.split():
            case [blob, b"blob", size]:
                commits.append(Commit(id, int(time), blob.decode("ascii"), int(size)))
    shallow = ask(folder, "rev-parse", "--is-shallow-repository")
    return History(commits, whole=len(found) < _COMMITS and shallow != b"true\n")


def _inside(folder: Path) -> str:
    """Return where in its repository a folder is, with a slash at its end."""
    return os.fsdecode((ask(folder, "rev-parse", "--show-prefix") or b"").removesuffix(b"\n"))


def texts(path: Path, commits: Sequence[Commit]) -> Iterator[tuple[Commit, str]]:
    """Yield the file as each commit has it, where it is UTF-8, up to a bound for all together.

    Each text comes once, with the first of the commits that have it.
    """
    wanted: dict[str, Commit] = {}
    left = LARGEST
    for commit in commits:
        if commit.blob not in wanted and commit.size <= left:
            wanted[commit.blob] = commit
            left -= commit.size
    question = "".join(f"{blob}\n" for blob in wanted).encode("ascii")
    try:
        data = ask(path.resolve().parent, "cat-file", "--batch", given=question) or b""
    except subprocess.TimeoutExpired:
        return
    at = 0
    for commit in wanted.values():
        head, _, _ = data[at : at + 200].partition(b"\n")
        at += len(head) + 1
        if head.split()[1:2] != [b"blob"]:
            continue  # it is missing here
        with contextlib.suppress(UnicodeDecodeError):
            yield commit, data[at : at + commit.size].decode("utf-8").removeprefix("\ufeff")
        at += commit.size + 1


def dated(path: Path, revision: str) -> tuple[str, int] | None:
    """Return the commit that a revision of a file's repository names, and when it was made."""
    folder = path.resolve().parent
    try:
        commit = commit_of(folder, revision)
        found = commit and ask(folder, "rev-list", "--timestamp", "--max-count=1", commit, "--")
    except subprocess.TimeoutExpired:
        return None
    parts = (found or b"").split()
    return (parts[1].decode("ascii"), int(parts[0])) if len(parts) == 2 else None


def names(path: Path) -> list[str]:
    """Return the branches and the tags of a file's repository."""
    question = ("for-each-ref", f"--count={_NAMES}", "--format=%(refname:short)")
    try:
        found = ask(path.resolve().parent, *question, "refs/heads", "refs/tags")
    except subprocess.TimeoutExpired:
        found = None
    return (found or b"").decode("utf-8", "replace").splitlines()
