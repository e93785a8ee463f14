"""What a run reports beside a baseline, which holds back what was known before; and its update."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from guideline_kit import catalog as catalogs
from guideline_kit.config import BASELINE_NAME
from guideline_kit.diagnostics import Diagnostic
from guideline_kit.errors import CannotError
from guideline_kit.project.opening import Project
from guideline_kit.project.rules.choosing import Choosing
from guideline_kit.report import Baselined, Report
from guideline_kit.workspace.files import read_source, shown, write_atomic

if TYPE_CHECKING:
    from guideline_kit.baseline import Baseline, Gone, Run

_LARGEST = 64_000_000
_WRITE_ONE = "Write it with 'guideline-kit lint --update-baseline'"


class Holding:
    """The baseline of a run: the one that somebody named, or the project's, if it has one.

    Made before anything is checked, so that a broken one stops the run. `update` writes it.
    """

    def __init__(self, project: Project, named: Path | None = None, *, update: bool = False):
        """Raise CannotError for a baseline that can't be relied on, or is not there."""
        configured = project.config.baseline
        self.path = named or project.root / (configured or BASELINE_NAME)
        self.update = update
        self.known: Baseline | None = None
        self.state = self._state()
        if os.path.lexists(self.path):
            self.known = self._read()
        elif not update and (named or configured):
            where = "" if named else f"{project.config.origins['baseline']}: "
            raise CannotError(f"{where}there is no baseline {shown(self.path)}", hint=_WRITE_ONE)

    def _state(self) -> tuple[int, ...] | None:
        """Return what changes when somebody writes the file; None where there is none."""
        try:
            about = self.path.stat()
        except OSError:
            return None
        return about.st_ino, about.st_size, about.st_mtime_ns

    def _read(self) -> Baseline:
        try:
            source = read_source(self.path, largest=_LARGEST)
        except (OSError, UnicodeDecodeError) as error:
            raise CannotError(
                "The baseline can't be read; nothing was checked",
                hint="Restore it from version control, or remove it and write it anew with"
                " 'guideline-kit lint --update-baseline'",
                diagnostics=[catalogs.unreadable(shown(self.path), error)],
            ) from None
        from guideline_kit import baseline as baselines  # most runs have none

        return baselines.read(source)

    def applied(
        self,
        report: Report,
        choosing: Choosing,
        *,
        whole: bool = False,
        fresh: Collection[Diagnostic] = frozenset(),
    ) -> Report:
        """Return the report of what is not known yet; write what stands now, if that is asked.

        A `whole` run looked at all prompts of the project. Another can't tell whether a file that
        is gone has another name now. Of equal findings the `fresh` ones count as new.
        """
        if self.known is None and not self.update:
            return report
        from guideline_kit import baseline as baselines

        known = self.known or baselines.Baseline()
        checked = [file.path for file in report.files]
        run = self._run(choosing, checked, whole=whole, fresh=fresh)
        compared = baselines.compare(known, report.diagnostics, run)
        about = Baselined(
            shown(self.path),
            len(compared.known),
            len(compared.gone),
            gone_items=[_said(gone) for gone in compared.gone],
        )
        if self.update:
            now = baselines.updated(known, report.diagnostics, run)
            self._write(now, baselines.render(now))
            refused = baselines.refused(report.diagnostics, run)
            # All that the first one holds is new, which is said already.
            added = baselines.added(known, report.diagnostics, run) if self.known else 0
            about = about._replace(known=len(now), written=True, refused=len(refused), added=added)
            compared = baselines.compare(now, report.diagnostics, run)
        return replace(report, diagnostics=compared.new, baseline=about)

    def unknown(
        self, diagnostics: tuple[Diagnostic, ...], name: str, choosing: Choosing
    ) -> tuple[Diagnostic, ...]:
        """Return the findings of one file that are not known yet."""
        if not self.known or self.update:
            return diagnostics
        from guideline_kit import baseline as baselines

        run = self._run(choosing, [name], whole=False)
        path = run.place(name)
        # A file that has entries of its own was not renamed: no others are about it.
        own = self.known.findings.get(path)
        known = baselines.Baseline({path: own}) if own else self.known
        return baselines.compare(known, diagnostics, run).new

    def _run(
        self,
        choosing: Choosing,
        checked: Sequence[str],
        *,
        whole: bool,
        fresh: Collection[Diagnostic] = frozenset(),
    ) -> Run:
        from guideline_kit import baseline as baselines

        place = _placing(self.path)
        return baselines.Run(
            place=place,
            checked=frozenset(map(place, checked)),
            exists=lambda path: _is_there(self.path.parent / path),
            ran=choosing.ran,
            current=choosing.names.current,
            locked=choosing.names.locked,
            whole=whole,
            fresh=fresh,
        )

    def _write(self, now: Baseline, text: str) -> None:
        if now == self.known or not (now or self.known):
            return
        try:
            if self._state() != self.state:
                raise CannotError(
                    f"Somebody else wrote {shown(self.path)} meanwhile; it was left as it is",
                    hint="Run it again",
                )
            write_atomic(self.path, text)
        except OSError as error:
            raise CannotError(
                f"The baseline can't be written to {shown(self.path)}: {error.strerror}",
                hint="Name a file in a folder that you may write to, with --baseline",
            ) from None


def _said(gone: Gone) -> str:
    """Return what a baseline holds and is gone, for people."""
    words = f" ({gone.words})" if gone.words else ""
    return f"{gone.path}: {gone.rule}{words}"


def _is_there(path: Path) -> bool:
    """Whether there is a file; yes, too, where nobody may look."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode)  # noqa: PTH116
    except PermissionError:
        return True
    except (OSError, ValueError):  # a stranger's path may be none that a file can have
        return False


def _placing(path: Path) -> Callable[[str], str]:
    """Return what leads from the name of a source to its path as the baseline has it."""
    folder = os.path.realpath(path.parent)

    def place(name: str) -> str:
        above, file = os.path.split(os.path.abspath(name))  # noqa: PTH100  a text, for thousands
        written = os.path.relpath(os.path.join(os.path.realpath(above), file), folder)  # noqa: PTH118
        return written.replace(os.sep, "/")

    return place
