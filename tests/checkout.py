"""A clean copy of the checkout: what a clone would hold, and what is about to be committed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from pathspec import GitIgnoreSpec

ROOT = Path(__file__).parents[1]


def without_settings() -> dict[str, str]:
    """Return the environment for a git that knows no settings or hooks of the machine."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "A tester",
        "GIT_AUTHOR_EMAIL": "tester@example.org",
        "GIT_COMMITTER_NAME": "A tester",
        "GIT_COMMITTER_EMAIL": "tester@example.org",
        # The same files then make the same commits.
        "GIT_AUTHOR_DATE": "2026-11-22T12:00:00Z",
        "GIT_COMMITTER_DATE": "2026-11-22T12:00:00Z",
    }


def ignored() -> GitIgnoreSpec:
    """Return what .gitignore says."""
    return GitIgnoreSpec.from_lines((ROOT / ".gitignore").read_text("utf-8").splitlines())


def copy(to: Path) -> Path:
    """Copy the checkout into a new folder, without .git and without what is ignored."""
    spec = ignored()

    def leave(folder: str, names: list[str]) -> set[str]:
        base = Path(folder).relative_to(ROOT)
        return {
            name
            for name in names
            if name == ".git"
            or spec.match_file((base / name).as_posix() + "/" * (Path(folder) / name).is_dir())
        }

    shutil.copytree(ROOT, to, ignore=leave, symlinks=True)
    return to
