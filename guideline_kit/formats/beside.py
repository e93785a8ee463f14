"""What stands beside a prompt: files that it names, read by somebody who may."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from guideline_kit.text import Source

# Why a file that may well be there is not read.
OUTSIDE = "it leads out of this project"


class Looked(NamedTuple):
    """What there is at a name: its text, or in words why it can't be had.

    Neither of the two: nobody can say, so nobody can complain.
    """

    source: Source | None = None
    reason: str = ""


class Beside(Protocol):
    """Reads the files that a prompt names.

    It never leaves the project, and follows no link that does.
    """

    def look(self, name: str) -> Looked:
        """Return what stands at a path relative to the prompt's folder; never raises."""
        ...


class Alone:
    """Knows of no other file: a text from an editor, or an example."""

    def look(self, name: str) -> Looked:  # noqa: ARG002
        return Looked()


ALONE = Alone()
