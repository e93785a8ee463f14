"""Git repositories of their own: no identity, settings or hooks of the machine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from checkout import without_settings

BAD_ENTRY = """\
id: reply
title: Reply
summary: Replies to a letter
owner: writers
status: draft
version: 0.1.0
template:
  engine: mustache
  messages:
    - role: user
      content: |
        Answer the letter between the tags in 2 sentences.
        <letter>{{leter}}</letter>
inputs:
  letter: {type: document, description: The letter}
"""
GOOD_ENTRY = BAD_ENTRY.replace("{{leter}}", "{{letter}}")
BAD_TEXT = "List several risks of the plan.\n"
GOOD_TEXT = "List 3 to 5 risks of the plan.\n"


class Repository:
    """A git repository, and the programs that are run in it.

    `home` is where pre-commit keeps its environments, and we our cache.
    """

    def __init__(self, folder: Path, home: Path, *, begin: bool = True) -> None:
        self.folder = folder
        self.home = home
        self.env = {
            **without_settings(),
            "PRE_COMMIT_HOME": str(home / "pre-commit"),
            "GUIDELINE_KIT_CACHE": str(home / "cache"),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }
        self.env.pop("PYTHONPATH", None)
        if begin:
            folder.mkdir(parents=True, exist_ok=True)
            self.git("init", "--quiet", "--initial-branch=main")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
            check=False,
        )

    def git(self, *arguments: str) -> str:
        done = self.run("git", *arguments)
        assert done.returncode == 0, done.stdout
        return done.stdout.strip()

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def read(self, name: str) -> str:
        return (self.folder / name).read_text("utf-8")

    def commit(
        self, files: Mapping[str, str] | None = None, *options: str, add: bool = True
    ) -> tuple[bool, str]:
        """Write files, and commit all there is, or with `add=False` what is staged.

        Return whether it was taken, and what was printed.
        """
        for name, text in (files or {}).items():
            self.write(name, text)
        if add:
            self.git("add", "--all")
        done = self.run("git", "commit", *(options or ("-m", "A change")))
        return done.returncode == 0, done.stdout

    def taken(self, files: Mapping[str, str] | None = None, *options: str, add: bool = True) -> str:
        """Commit what must be taken; return what was printed."""
        taken, text = self.commit(files, *options, add=add)
        assert taken, text
        return text

    def refused(
        self, files: Mapping[str, str] | None = None, *options: str, add: bool = True
    ) -> str:
        """Commit what must be refused; return what was printed."""
        taken, text = self.commit(files, *options, add=add)
        assert not taken, text
        return text

    def install(self) -> None:
        done = self.run(sys.executable, "-m", "pre_commit", "install")
        assert done.returncode == 0, done.stdout
