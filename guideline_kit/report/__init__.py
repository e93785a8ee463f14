"""Report -> text for someone: one module a format. Reporters decide nothing."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from guideline_kit.diagnostics import Diagnostic, Safety, Severity

# What `--format` takes -> the module that writes it. Each is imported only where it is asked for.
FORMS: Mapping[str, str] = {
    "text": "guideline_kit.report.text",
    "json": "guideline_kit.report.json",
    "sarif": "guideline_kit.report.sarif",
    "github": "guideline_kit.report.github",
    "gitlab": "guideline_kit.report.gitlab",
    "junit": "guideline_kit.report.junit",
}
# Those that can hold statistics, those that describe rules, and those that a service attaches
# to files of a repository, which it knows by their paths from its top.
COUNTING = ("text", "json")
DESCRIBING = ("sarif",)
PLACING = ("sarif", "github", "gitlab")


class Checked(NamedTuple):
    """A file that was looked at."""

    path: str
    format: str
    cached: bool = False


class Fixing(NamedTuple):
    """What fixing did: how many findings are gone, and in how many files.

    Without `written` it only showed what it would do. `refused` says of the fixes that were
    tried and not applied why.
    """

    findings: int
    files: int
    written: bool
    refused: Mapping[Diagnostic, str] = MappingProxyType({})


class Baselined(NamedTuple):
    """What a baseline did: how many findings it holds back, and how many of its own are gone.

    `file` is what people call it, and `gone_items` say which are gone. Where it was `written`,
    `known` is what it holds now, `added` how many of these it did not hold before, and `refused`
    are findings that stay, since their rules are locked.
    """

    file: str
    known: int
    gone: int = 0
    written: bool = False
    refused: int = 0
    added: int = 0
    gone_items: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What a run found. `fail_on` is the least severity that fails it, or never; `nothing` is what
    to say where there was no file to look at.

    `unsafe_fixes` says whether they were asked for; `fixing` is None where nothing was fixed,
    `baseline` where there is none. `rules` are the rule files of what ran, by id, for forms that
    describe rules, with the `url` of each one's page where there is a site; `statistics` asks
    for counts in place of findings. `place` leads from the name of a source to the path that
    forms of `PLACING` show. `missing` are paths that somebody named and that are not there;
    `given` says that no file was checked, but a text.
    """

    diagnostics: Sequence[Diagnostic]
    files: Sequence[Checked]
    fail_on: str = "error"
    unsafe_fixes: bool = False
    fixing: Fixing | None = None
    baseline: Baselined | None = None
    rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    statistics: bool = False
    place: Callable[[str], str] = str
    missing: Sequence[str] = ()
    given: bool = False
    nothing: str = (
        "No prompts were found. Name files or folders, or name the files that are prompts under"
        " files.include in guideline-kit.yaml."
    )

    @property
    def failed(self) -> bool:
        """Whether anything weighs enough to fail the run.

        A run that shows what fixing would do fails if that is anything, and where it could
        not tell.
        """
        if self.fixing is not None and not self.fixing.written:
            return self.fixing.files > 0 or bool(self.unchecked)
        return bool(self.failing)

    @property
    def failing(self) -> Sequence[Diagnostic]:
        """The diagnostics that weigh enough to fail the run."""
        if self.fail_on == "never":
            return ()
        least = Severity.parse(self.fail_on)
        return [item for item in self.diagnostics if item.severity >= least]

    @property
    def counts(self) -> Mapping[Severity, int]:
        """How many diagnostics of each severity there are."""
        return {
            severity: sum(item.severity is severity for item in self.diagnostics)
            for severity in reversed(Severity)
        }

    @property
    def unchecked(self) -> Sequence[Diagnostic]:
        """What says that a file, or a rule on a file, could not be looked at."""
        rules = ("unreadable-file", "internal-error")
        return [item for item in self.diagnostics if item.rule in rules]

    @property
    def absent(self) -> Sequence[str]:
        """What there is to say of the paths that are missing, as sentences without an end."""
        return [f"there is no file or folder '{path}'" for path in self.missing]

    @property
    def with_fix(self) -> Sequence[Diagnostic]:
        """The diagnostics with a fix that can be applied, a mere suggestion left out."""
        refused = self.fixing.refused if self.fixing else {}
        return [
            item
            for item in self.diagnostics
            if item.fix
            and item.fix.safety is not Safety.SUGGESTION
            and not (refused and item in refused)
        ]

    @property
    def fixable(self) -> Mapping[Safety, int]:
        """How many diagnostics have a fix that can be applied, by how far it can be trusted."""
        fixes = [item.fix for item in self.with_fix if item.fix]
        return {
            safety: sum(fix.safety is safety for fix in fixes)
            for safety in (Safety.SAFE, Safety.UNSAFE)
        }


def renderer(form: str) -> Callable[..., str]:
    """Return the function that writes a form of `FORMS`; it takes a Report."""
    render: Callable[..., str] = importlib.import_module(FORMS[form]).render
    return render
