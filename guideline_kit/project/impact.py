"""What a new or changed rule would report on real files, before it bothers anybody."""

from __future__ import annotations

import datetime
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from guideline_kit import formats
from guideline_kit.catalog import Entry
from guideline_kit.checks import Comparison
from guideline_kit.diagnostics import Diagnostic, Severity, in_order
from guideline_kit.errors import CannotError
from guideline_kit.lint import RuleSet, lint
from guideline_kit.project.entries import broken, find_entry, read_entry
from guideline_kit.project.linting.looking import open_prompt
from guideline_kit.project.linting.parallel import each
from guideline_kit.project.opening import Project
from guideline_kit.project.rules import compiled_rules
from guideline_kit.project.rules.choosing import hiding_rules
from guideline_kit.report.impact import Impact, Part, Versions
from guideline_kit.rules import Names, bind, is_removed, where_it_went
from guideline_kit.suppress import waive
from guideline_kit.text import Source
from guideline_kit.validate.examples import rule_problems
from guideline_kit.workspace.discovery import Found, find
from guideline_kit.workspace.git import RevisionError, committed


@dataclass(frozen=True, slots=True)
class Sampling:
    """How many findings are shown, and the seed by which they are drawn."""

    size: int
    seed: int

    def draw(self, findings: Sequence[Diagnostic]) -> Part:
        """Return findings with a sample of them, in their order.

        Each finding is as likely as any other, and the same seed draws the same ones.
        """
        lots = random.Random(self.seed)  # noqa: S311  a sample is no secret
        drawn = sorted(range(len(findings)), key=[lots.random() for _ in findings].__getitem__)
        return Part(findings, [findings[index] for index in sorted(drawn[: self.size])])


def impact_of(
    project: Project,
    rule: str,
    paths: Sequence[Path],
    *,
    against: str = "HEAD",
    sampling: Sampling,
    jobs: int | None = None,
) -> tuple[Impact, list[Path]]:
    """Run a rule, by its id or its file, and its version in a revision over some files.

    Return what it would report, and the paths that don't exist. Raises CannotError where the
    rule is not there or broken, or the revision is not there.
    """
    entry, path = find_entry(project, "rule", rule, "checked")
    _refuse_broken(entry, project.today)
    before, versions = _version(entry, path, against, project.today)
    bound = bind(entry.data)
    if isinstance(bound.check, Comparison):
        raise CannotError(
            f"The rule '{entry.id}' compares entries of a catalog, not single files",
            hint="'guideline-kit validate' runs it over a whole catalog",
        )
    files, missing = find(paths, project.filters)
    hiding = hiding_rules(compiled_rules(project).rules, [bound])
    run = _Run(
        RuleSet([bound], hiding=hiding),
        RuleSet([bind(before.data)], hiding=hiding) if before is not None else None,
        project.today,
    )
    results = [result for result in each(run.file, files, jobs) if result is not None]
    found = in_order(item for result in results for item in result.found)
    if before is not None:
        earlier = in_order(item for result in results for item in result.before)
        versions = _compare(found, earlier, against, sampling)
    impact = Impact(
        about=entry.data,
        files=sum(result.checked for result in results),
        found=sampling.draw(found),
        silenced=sum(result.silenced for result in results),
        versions=versions,
        problems=in_order(item for result in results for item in result.problems),
        seed=sampling.seed,
    )
    return impact, missing


# --- the rule ------------------------------------------------------------------------------


def _refuse_broken(entry: Entry, today: datetime.date) -> None:
    if is_removed(entry.data):
        message, instead = where_it_went(entry.id, entry.data["gone"])
        raise CannotError(f"{message[:1].upper()}{message[1:]}", hint=instead)
    # An example that does not hold is for 'validate': the rule runs all the same.
    problems = [item for item in rule_problems(entry, today) if item.rule != "rule-example"]
    if problems:
        raise broken("rule", problems, "checked")


def _version(
    entry: Entry, path: Path | None, revision: str, today: datetime.date
) -> tuple[Entry | None, Versions]:
    """Return the rule as a revision has it, where there is one to run, and what is known."""
    if path is None:
        reason = "the rule comes with guideline-kit, without its earlier versions"
        return None, Versions(revision, "unknown", reason)
    try:
        earlier = committed(path, revision)
    except RevisionError:
        raise CannotError(
            f"--against: the repository has no revision '{revision}'",
            hint="Name a commit, a branch or a tag; 'git log' lists commits",
        ) from None
    if earlier.text is None:
        return None, Versions(revision, "new" if earlier.new else "unknown", earlier.reason)
    if earlier.text == entry.source.text:
        return None, Versions(revision, "same")
    before, problems = read_entry(Source(f"{revision}:{entry.source.name}", earlier.text), "rule")
    if before is not None and is_removed(before.data):
        return None, Versions(revision, "unknown", f"the rule is a removed one in {revision}")
    if before is not None:
        problems = [item for item in rule_problems(before, today) if item.rule != "rule-example"]
    if before is None or problems:
        reason = f"the rule has an error in {revision}: {problems[0].message}"
        return None, Versions(revision, "unknown", reason)
    return before, Versions(revision, "changed")


# --- the files -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Result:
    """What a file gave: findings now, how many of them are silenced, findings before."""

    checked: bool = True
    found: Sequence[Diagnostic] = ()
    silenced: int = 0
    before: Sequence[Diagnostic] = ()
    problems: Sequence[Diagnostic] = ()


@dataclass(frozen=True, slots=True)
class _Run:
    """A rule, and its earlier version where there is one."""

    now: RuleSet
    earlier: RuleSet | None
    today: datetime.date

    def file(self, found: Found) -> _Result | None:
        """Run them over a file; None where it turns out to be no prompt."""
        opened = open_prompt(found)
        if isinstance(opened, Diagnostic):
            return _Result(checked=False, problems=[opened])
        source, format = opened
        if format is None:
            return None
        try:
            return self.text(source, format)
        except Exception as error:  # noqa: BLE001  the other files are checked all the same
            message = f"This file could not be checked: {type(error).__name__}: {error}"
            crash = Diagnostic("internal-error", Severity.ERROR, message, source)
            return _Result(checked=False, problems=[crash])

    def text(self, source: Source, format: str) -> _Result:
        """Run them over a text."""
        document = formats.read(source, format)
        found, crashes = self._findings(self.now, lint(document, self.now, self.today))
        (rule,) = self.now.rules
        names = Names.of((rule.data,), complete=False)
        left = waive(document, found, frozenset((rule.id,)), self.today, names)
        silenced = len(found) - sum(item.rule == rule.id for item in left)
        before: Sequence[Diagnostic] = ()
        if self.earlier is not None:
            linted = lint(document, self.earlier, self.today)
            before, more = self._findings(self.earlier, linted)
            crashes = [*crashes, *more]
        return _Result(not crashes, found, silenced, before, crashes)

    @staticmethod
    def _findings(
        rules: RuleSet, linted: Sequence[Diagnostic]
    ) -> tuple[list[Diagnostic], list[Diagnostic]]:
        """Return the rule's own findings, and its crashes."""
        (rule,) = rules.rules
        return (
            [item for item in linted if item.rule == rule.id],
            [item for item in linted if item.rule == "internal-error"],
        )


def _compare(
    now: Sequence[Diagnostic], earlier: Sequence[Diagnostic], revision: str, sampling: Sampling
) -> Versions:
    """Tell apart what is found now, before, and both times, by file and span."""
    after, before = _by_place(now), _by_place(earlier)
    return Versions(
        revision,
        "changed",
        appeared=sampling.draw([item for place, item in after.items() if place not in before]),
        gone=sampling.draw([item for place, item in before.items() if place not in after]),
        kept=sampling.draw([item for place, item in after.items() if place in before]),
    )


def _by_place(findings: Sequence[Diagnostic]) -> dict[tuple[object, ...], Diagnostic]:
    """Return findings by file and span; the second one of a place is another place."""
    times: Counter[tuple[object, ...]] = Counter()
    places: dict[tuple[object, ...], Diagnostic] = {}
    for item in findings:
        place = (item.source.name, item.span)
        times[place] += 1
        places[(*place, times[place])] = item
    return places
