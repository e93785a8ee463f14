"""Transcripts: Markdown files that say which files there are, what is run, and what it prints.

A fenced block with a path after its language is a file. A `console` block holds commands
and what they print:

    ```markdown prompt.md
    Name several risks.
    ```

    ```console
    $ guideline-kit lint prompt.md
    prompt.md:1:6: warning[vague-word]: ...
    [exit 1]
    ```

Besides `guideline-kit` there are `cat FILE`, `cd FOLDER`, `cp FILE FILE` and `git`. A command
may begin with variables (`NO_COLOR=1 guideline-kit ...`) and end with `< FILE`. `[exit N]`
stands where the code is not 0, `[standard error]` before what was printed there. `<here>` is
the folder that the case runs in, `<escape>` the sign that begins a terminal's control
sequences.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from checkout import without_settings

from guideline_kit import __version__
from guideline_kit.cli import main

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(
    r"^(?P<fence>`{3,})(?P<language>\w+)(?: (?P<path>\S+))?\n(?P<text>.*?)^(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)
_VARIABLE = re.compile(r"[A-Z_]+=")


@dataclass(frozen=True)
class Ran:
    """What a command printed, and the code that it ended with."""

    out: str
    err: str
    code: int


# Runs `guideline-kit` with arguments, in a folder, with variables and standard input.
Program = Callable[[list[str], Path, dict[str, str], bytes], Ran]


def in_process(arguments: list[str], folder: Path, variables: dict[str, str], given: bytes) -> Ran:
    """Run the command line in this process: fast, and what most cases do."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
    stdin = io.TextIOWrapper(io.BytesIO(given), "utf-8")
    code: object = 0
    with (
        contextlib.chdir(folder),
        mock.patch.dict(os.environ, variables),
        mock.patch.multiple(sys, stdout=out, stderr=err, stdin=stdin),
    ):
        try:
            main(arguments)
        except SystemExit as end:
            code = end.code
    assert isinstance(code, int), f"the exit code is {code!r}"
    return Ran(_written(out), _written(err), code)


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    data: io.BytesIO = stream.buffer  # type: ignore[assignment]
    return data.getvalue().decode("utf-8")


def as_program(arguments: list[str], folder: Path, variables: dict[str, str], given: bytes) -> Ran:
    """Run `python -m guideline_kit`, as a user does."""
    done = subprocess.run(
        [sys.executable, "-m", "guideline_kit", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **variables},
        input=given,
        capture_output=True,
        timeout=120,
        check=False,
    )
    return Ran(done.stdout.decode("utf-8"), done.stderr.decode("utf-8"), done.returncode)


def play(transcript: str, folder: Path, program: Program) -> tuple[str, list[tuple[str, Ran]]]:
    """Write a transcript's files into a folder and run its commands.

    Return the transcript as it is now, and what each command did.
    """
    for block in _BLOCK.finditer(transcript):
        if block["path"]:
            path = folder / block["path"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(block["text"].encode("utf-8"))
    session = _Session(folder, program)

    def replay(block: re.Match[str]) -> str:
        if block["language"] != "console":
            return block.group()
        commands = re.findall(r"^\$ (.*)$", block["text"], re.MULTILINE)
        text = "".join(f"$ {command}\n{session.run(command)}" for command in commands)
        return f"{block['fence']}console\n{text}{block['fence']}"

    return _BLOCK.sub(replay, transcript), session.ran


def git(folder: Path, *arguments: str) -> str:
    """Run git without the identity, the settings and the hooks of the machine."""
    done = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env=without_settings(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


class _Session:
    def __init__(self, home: Path, program: Program) -> None:
        self.home = home
        self.folder = home
        self.program = program
        self.ran: list[tuple[str, Ran]] = []

    def run(self, command: str) -> str:
        words = shlex.split(command)
        variables = {}
        while _VARIABLE.match(words[0]):
            name, _, variables[name] = words.pop(0).partition("=")
        given = b""
        if "<" in words:
            given = (self.folder / words.pop()).read_bytes()
            words.pop()
        name, *arguments = words
        if name == "cd":
            self.folder = self.folder / arguments[0]
            return ""
        if name == "cat":
            return "".join((self.folder / path).read_text("utf-8") for path in arguments)
        if name == "cp":
            shutil.copyfile(self.folder / arguments[0], self.folder / arguments[1])
            return ""
        if name == "git":
            return git(self.folder, *arguments)
        assert name == "guideline-kit", f"a transcript can't run {name}"
        ran = self.program(arguments, self.folder, variables, given)
        self.ran.append((command, ran))
        return "".join(self._shown(ran))

    def _shown(self, ran: Ran) -> Iterator[str]:
        yield self._plain(ran.out)
        if ran.err:
            yield "[standard error]\n" + self._plain(ran.err)
        if ran.code:
            yield f"[exit {ran.code}]\n"

    def _plain(self, text: str) -> str:
        """Take out of a text what differs from one machine, day or version to another."""
        text = text.replace(str(self.home), "<here>").replace("\x1b", "<escape>")
        text = text.replace(f"guideline-kit {__version__}", "guideline-kit <version>")
        # An output without a line break at its end would swallow the next line.
        return text if not text or text.endswith("\n") else f"{text}\n"
