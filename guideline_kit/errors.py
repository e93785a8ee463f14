"""The few exceptions that we raise on purpose, and the exit codes.

Problems in the user's files are values (see `diagnostics`), not exceptions. What is
raised here ends a command: the command line prints the message and returns the code.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from guideline_kit.diagnostics import Diagnostic


class ExitCode(enum.IntEnum):
    """What a command's exit status says."""

    OK = 0
    FINDINGS = 1
    CANNOT = 2
    BUG = 3


class CannotError(Exception):
    """What was asked for can't be done: usage, configuration, a broken rule or schema.

    `diagnostics` are the positions of the causes, where there are any; `hint` says what
    to do next.
    """

    def __init__(
        self, message: str, *, hint: str = "", diagnostics: Sequence[Diagnostic] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.diagnostics = tuple(diagnostics)
