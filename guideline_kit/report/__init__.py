"""Report -> text for someone: one module a format. Reporters decide nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from guideline_kit.diagnostics import Diagnostic, Severity


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that was looked at."""

    path: str
    format: str
    cached: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What a run found. `fail_on` is the least severity that fails it, or never."""

    diagnostics: Sequence[Diagnostic]
    files: Sequence[Checked]
    fail_on: str = "error"

    @property
    def failed(self) -> bool:
        """Whether anything weighs enough to fail the run."""
        if self.fail_on == "never":
            return False
        least = Severity.parse(self.fail_on)
        return any(item.severity >= least for item in self.diagnostics)

    @property
    def counts(self) -> Mapping[Severity, int]:
        """How many diagnostics of each severity there are."""
        return {
            severity: sum(item.severity is severity for item in self.diagnostics)
            for severity in reversed(Severity)
        }
