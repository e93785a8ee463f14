"""What a configuration may not say, given the rules that there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from guideline_kit.config import Adjustment, Config, Section, version_key
from guideline_kit.diagnostics import Diagnostic, Severity, in_order
from guideline_kit.errors import CannotError
from guideline_kit.project.rules import Compiled
from guideline_kit.project.rules.fitting import brief, problem, sentence, unfit
from guideline_kit.rules import where_it_went
from guideline_kit.text import Source
from guideline_kit.workspace import discovery

if TYPE_CHECKING:
    from guideline_kit.trees import Path, Tree


class Objections:
    """Holds a configuration against the rules of a catalog.

    `rules` are their data by id, as of the versions that the configuration asks for.
    """

    def __init__(
        self,
        compiled: Compiled,
        config: Config,
        rules: Mapping[str, Mapping[str, Any]],
        *,
        cached: bool = True,
    ) -> None:
        self.compiled = compiled
        self.config = config
        self.names = compiled.names
        self.rules = rules
        self.cached = cached
        self._everywhere = {self.names.current(id): item for id, item in config.rules.items()}

    def check(self) -> None:
        """Raise CannotError, with the places, for what the rules do not allow."""
        self._refuse_flags()
        tree = self.config.tree
        problems = list(self._problems(tree)) if tree is not None else []
        if problems:
            raise CannotError(
                f"The configuration {self.config.name} does not fit the catalog; nothing was"
                " checked",
                hint="Correct the places above; 'guideline-kit list rules' names the rules",
                diagnostics=in_order(problems),
            )

    def _refuse_flags(self) -> None:
        """Raise CannotError for an id on the command line that can't be meant."""
        for setting in ("select", "ignore"):
            if not self.config.flagged(setting):
                continue
            flag = f"--{setting}"
            for name in getattr(self.config, setting):
                objection = self._objection(setting, name)
                if objection:
                    message, hint = objection
                    raise CannotError(f"{flag}: {message}", hint=hint)

    def _problems(self, tree: Tree) -> Iterator[Diagnostic]:
        """Yield what is wrong with a configuration file, given the rules that there are."""
        for start, level in self.config.levels():
            for setting in ("select", "ignore"):
                if start or not self.config.flagged(setting):
                    for number, name in enumerate(getattr(level, setting) or ()):
                        path = (*start, setting, number if setting == "select" else name)
                        objection = self._objection(setting, name)
                        if objection:
                            yield problem(tree, path, *objection)
            seen: dict[str, str] = {}
            for id, adjustment in level.rules.items():
                path = (*start, "rules", id)
                other = seen.setdefault(self.names.current(id), id)
                if other != id:
                    message = f"'{id}' and '{other}' are two names of one rule"
                    yield problem(tree, path, message, "Say under one of them what is different")
                yield from self._objections(tree, path, id, adjustment)
            yield from self._unknown_application(tree, (*start, "application"), level)
        yield from self._without_effect(tree)
        yield from _unusable_patterns(tree, self.config)

    def _without_effect(self, tree: Tree) -> Iterator[Diagnostic]:
        """Yield the versions of catalogs that nobody follows."""
        versions = {catalog.name: catalog.version for catalog in self.compiled.catalogs}
        known = list(versions)
        for name, version in self.config.rules_as_of.items():
            if self.config.flagged("extends"):
                continue
            if name in known:
                if versions[name] and version_key(version) > version_key(versions[name]):
                    single = not isinstance(tree.get(("rules_as_of",)), dict)
                    yield problem(
                        tree,
                        ("rules_as_of",) if single else ("rules_as_of", name),
                        f"the catalog {name} has version {versions[name]} here, no {version} yet",
                        f"Write a version up to {versions[name]}",
                    )
                continue
            path: Path = ("rules_as_of", name)
            message = f"there is no catalog '{name}' among those that these prompts follow"
            help = _nearest(name, known) or f"They are {', '.join(known)}"
            if not isinstance(tree.get(("rules_as_of",)), dict):
                path = ("rules_as_of",)
                message = f"this is a version of {name}, which these prompts do not follow"
                help = f"Name the catalog and a version of it: {{{known[0]}: {version}}}"
            yield problem(tree, path, message, help)

    def _objection(self, setting: str, name: str) -> tuple[str, str] | None:
        """Return why a rule can't be selected or left out, and what to do, if it can't."""
        names = self.names
        id = names.current(name)
        if id in names.gone:
            if setting != "select":
                return None  # to leave out a rule that is gone does no harm
            message, instead = where_it_went(id, names.gone[id])
            return message, instead or "Take it out"
        if id not in names.ids:
            near = _nearest(name, sorted(names.ids))
            return f"there is no rule '{name}'", near or "See 'guideline-kit list rules'"
        if setting == "ignore" and id in names.locked:
            return (
                f"the rule '{name}' is locked, so it can't be left out",
                (
                    "Silence single findings in their files, each with an owner and a last day:"
                    f" guideline: ignore[{name}] until YYYY-MM-DD by OWNER: the reason"
                ),
            )
        return None

    def _objections(
        self, tree: Tree, path: Path, name: str, adjustment: Adjustment
    ) -> Iterator[Diagnostic]:
        """Yield what is wrong with the adjustment of a rule."""
        id = self.names.current(name)
        if id in self.names.gone:
            return
        data = self.rules.get(id)
        if data is None:
            objection = self._objection("rules", name)
            assert objection  # noqa: S101  a rule that is neither there nor gone is unknown
            yield problem(tree, path, *objection)
            return
        severity = adjustment.severity
        milder = severity and Severity.parse(severity) < Severity.parse(data["severity"])
        weaker = [
            key
            for key, weakens in (
                ("severity", milder),
                ("parameters", adjustment.parameters),
                ("accept", adjustment.accept),
            )
            if weakens
        ]
        if weaker and data.get("locked"):
            yield problem(
                tree,
                (*path, weaker[0]),
                f"the rule '{name}' is locked, so it can't be weakened",
                "Take this out; a comment with an owner and a day can silence single findings",
            )
        elif weaker and not adjustment.reason:
            what = {
                "severity": f"makes '{name}' milder: it is {data['severity']} in the catalog",
                "parameters": f"changes what '{name}' looks for",
                "accept": f"has '{name}' accept texts",
            }[weaker[0]]
            yield problem(
                tree,
                (*path, weaker[0]),
                f"this {what}, and gives no reason",
                "Add 'reason: ...' beside it, for whoever wonders in a year",
            )
        if adjustment.parameters:
            # Those of a section come on top of what holds everywhere.
            everywhere = self._everywhere.get(id, Adjustment()).parameters if len(path) > 2 else {}
            parameters = {**everywhere, **adjustment.parameters}
            path = (*path, "parameters")
            yield from unfit(tree, path, data, parameters, cached=self.cached)

    def _unknown_application(
        self, tree: Tree, path: Path, level: Config | Section
    ) -> Iterator[Diagnostic]:
        known = self.compiled.applications
        if level.application and level.application not in known:
            yield problem(
                tree,
                path,
                f"the catalog has no application '{level.application}'",
                _nearest(level.application, known)
                or f"They are {', '.join(sorted(known)) or 'none'}; catalog.yaml has the list",
            )

    def notes(self) -> list[Diagnostic]:
        """Return what to say of removed rules that a configuration still speaks of."""
        tree, found = self.config.tree, []
        for start, level in self.config.levels():
            for setting in ("ignore", "rules"):
                for name in getattr(level, setting):
                    id = self.names.current(name)
                    if id not in self.names.gone:
                        continue
                    message, instead = where_it_went(id, self.names.gone[id])
                    help = f"Take it out of '{setting}'{f'; {instead}' if instead else ''}"
                    path = (*start, setting, name)
                    if tree is None or tree.get(path) is None:  # from the command line
                        source, span = Source(f"--{setting}", ""), None
                    else:
                        source, span = tree.source, tree.key_span(path)
                    found.append(
                        Diagnostic(
                            "configuration",
                            Severity.INFO,
                            sentence(message),
                            source,
                            span,
                            help=help,
                        )
                    )
        return found


def _unusable_patterns(tree: Tree, config: Config) -> Iterator[Diagnostic]:
    """Yield the patterns for files that mean nothing to git either."""
    lists: list[tuple[Path, Sequence[str]]] = [
        (("files", "include"), config.include),
        (("files", "exclude"), config.exclude),
        *(
            (("paths", number, "files"), section.files)
            for number, section in enumerate(config.paths)
        ),
    ]
    for path, patterns in lists:
        for number, pattern in enumerate(patterns):
            if discovery.is_unusable(pattern):
                message = f"the pattern {brief(pattern)!r} can't be matched with files"
                help = "Write it as in .gitignore: docs/*.md, **/drafts/, \\! for a leading sign"
                yield problem(tree, (*path, number), message, help)


def _nearest(name: str, known: Iterable[str]) -> str:
    from guideline_kit.schemas import nearest

    near = nearest(name, sorted(known))
    return f"Did you mean '{near}'?" if near else ""
