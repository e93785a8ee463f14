"""What git remembers, asked without trusting the repository; no git is an answer, too.

Only commands that read are run, and of those only ones that print objects as they are: a
repository may come from a stranger, and its configuration must start no program.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

_TIMEOUT = 10  # seconds
_LARGEST = 16_000_000  # bytes

# A repository's own configuration can name programs to run; these settings come after it.
_SETTINGS = ("core.fsmonitor=", f"core.hooksPath={os.devnull}", "core.pager=cat")
# Names and ranges that git understands; an option, a path or a search is none.
_REVISION = re.compile(r"[A-Za-z0-9_@][A-Za-z0-9_./@{}^~+-]*")


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
    if _git() is None:
        return Committed(None, "git is not installed")
    try:
        return _committed(path.resolve(), revision)
    except subprocess.TimeoutExpired:
        return Committed(None, f"git took longer than {_TIMEOUT} seconds")


def _committed(path: Path, revision: str) -> Committed:
    folder = path.parent
    if _ask(folder, "rev-parse", "--git-dir") is None:
        if any((parent / ".git").exists() for parent in path.parents):
            return Committed(None, "git refuses to read the repository; is it another user's?")
        return Committed(None, "the file is in no git repository")
    if not _REVISION.fullmatch(revision):
        raise RevisionError(revision)
    commit = _ask(folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    if commit is None:
        if revision == "HEAD":
            return Committed(None, "nothing has been committed yet")
        raise RevisionError(revision)
    # "./" is the folder that git runs in, whatever part of the repository that is.
    place = f"{commit.decode('ascii').strip()}:./{path.name}"
    found = _ask(folder, "rev-parse", "--verify", "--quiet", place)
    if found is None:
        return Committed(None, f"{revision} does not hold this file", new=True)
    blob = found.decode("ascii").strip()
    size = _ask(folder, "cat-file", "-s", blob)
    small = size is not None and int(size) <= _LARGEST
    data = _ask(folder, "cat-file", "blob", blob) if small else None
    if data is None:
        return Committed(None, f"what {revision} holds there can't be read as a file")
    try:
        return Committed(data.decode("utf-8").removeprefix("\ufeff"))
    except UnicodeDecodeError:
        return Committed(None, f"the file is not UTF-8 in {revision}")


def _git() -> str | None:
    found = shutil.which("git")
    # A relative path is a program of the folder that we are in.
    return found if found and Path(found).is_absolute() else None


def _ask(folder: Path, *question: str) -> bytes | None:
    """Return what a command of git prints; None where it fails. Raises TimeoutExpired."""
    program = _git()
    if program is None:
        return None
    command = [program, "--no-pager", "--no-optional-locks", "--no-replace-objects"]
    for setting in _SETTINGS:
        command += ["-c", setting]
    try:
        done = subprocess.run(  # noqa: S603  no shell, and the program is git
            [*command, *question],
            cwd=folder,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_TIMEOUT,
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
