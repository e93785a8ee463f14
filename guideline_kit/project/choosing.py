"""Which of a catalog's rules run, and how: what a configuration makes of them."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from guideline_kit.config import Adjustment, Config, Section, version_key
from guideline_kit.diagnostics import Diagnostic, Severity, in_order
from guideline_kit.errors import CannotError
from guideline_kit.project.rules import Compiled
from guideline_kit.rules import Rule, bind, compact, is_removed, where_it_went
from guideline_kit.text import Source, Span
from guideline_kit.workspace import cache

if TYPE_CHECKING:
    from guideline_kit.trees import Path, Tree


class Choosing:
    """Chooses rules by one configuration, which has been held against the catalog's rules."""

    def __init__(self, compiled: Compiled, config: Config, *, cached: bool = True) -> None:
        """Raise CannotError, with the places, for what the rules do not allow."""
        self.compiled = compiled
        self.config = config
        self.cached = cached
        self.names = compiled.names
        self._data = {data["id"]: data for data in compiled.rules if not is_removed(data)}
        self._adjusted: dict[tuple[str, str], Mapping[str, Any]] = {}
        self._refuse_flags()
        if config.tree is not None:
            problems = list(self._problems(config.tree))
            if problems:
                raise CannotError(
                    f"The configuration {config.name} does not fit the catalog; nothing was"
                    " checked",
                    hint="Correct the places above; 'guideline-kit list rules' names the rules",
                    diagnostics=in_order(problems),
                )

    def chosen(self, numbers: Sequence[int] = ()) -> list[Mapping[str, Any]]:
        """Return the data of the rules that run, as they run, in order of their ids.

        `numbers` are those of the sections that are about a file.
        """
        config = self.config.within(numbers)
        adjustments = {
            self.names.current(id): adjustment for id, adjustment in config.rules.items()
        }
        dated = [as_of(data, config.rules_as_of) for data in self.compiled.rules]
        return [
            self._adjust(data, adjustments.get(data["id"], Adjustment()))
            for data in dated
            if data is not None and is_chosen(data, config)
        ]

    def ran(self, id: str) -> bool:
        """Whether a rule runs on some files, or is none that could.

        What silences a rule that was left out on the command line can't be judged.
        """
        if id in ("suppression", "waiver"):
            return not (self.config.flagged("select") or self.config.flagged("ignore"))
        return id in self._running or self.names.current(id) not in self.names.ids

    @functools.cached_property
    def _running(self) -> frozenset[str]:
        levels: list[Sequence[int]] = [(), *((number,) for number in range(len(self.config.paths)))]
        return frozenset(data["id"] for numbers in levels for data in self.chosen(numbers))

    def rules(self, numbers: Sequence[int] = ()) -> list[Rule]:
        """Return the rules that run on files that some sections are about."""
        return [bind(data, verified=True) for data in self.chosen(numbers)]

    # --- adjustments -----------------------------------------------------------------------

    def _adjust(self, data: Mapping[str, Any], adjustment: Adjustment) -> Mapping[str, Any]:
        """Return a rule as a configuration changes it."""
        if adjustment.parameters:
            data = self._with_parameters(data, adjustment.parameters)
        if adjustment.severity:
            data = {**data, "severity": adjustment.severity}
        return {**data, "accept": adjustment.accept} if adjustment.accept else data

    def _with_parameters(
        self, data: Mapping[str, Any], parameters: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Return a rule with other parameters, which fit its kind: they have been checked."""
        written = json.dumps(parameters, sort_keys=True)
        key = (data["id"], written)
        if key not in self._adjusted:
            # To draw the guard of a rule anew takes its kind, and the schema has been asked.
            name = cache.key([json.dumps(data, sort_keys=True), written])
            found = cache.load("adjusted", name) if self.cached else None
            if not isinstance(found, dict):
                found = compact({**data, "check": {**data["check"], **parameters}})
                if self.cached:
                    cache.store("adjusted", name, found)
            self._adjusted[key] = found
        return self._adjusted[key]

    # --- what a configuration may not say -----------------------------------------------------

    def _refuse_flags(self) -> None:
        """Raise CannotError for an id on the command line that can't be meant."""
        for setting in ("select", "ignore"):
            if not self.config.flagged(setting):
                continue
            flag = f"--{setting}"
            for name in getattr(self.config, setting):
                problem = self._objection(setting, name)
                if problem:
                    message, hint = problem
                    raise CannotError(f"{flag}: {message}", hint=hint)

    def _problems(self, tree: Tree) -> Iterator[Diagnostic]:
        """Yield what is wrong with a configuration file, given the rules that there are."""
        for start, level in self.config.levels():
            for setting in ("select", "ignore"):
                if start or not self.config.flagged(setting):
                    for number, name in enumerate(getattr(level, setting) or ()):
                        path = (*start, setting, number if setting == "select" else name)
                        problem = self._objection(setting, name)
                        if problem:
                            yield _problem(tree, path, *problem)
            for id, adjustment in level.rules.items():
                yield from self._objections(tree, (*start, "rules", id), id, adjustment)
            yield from self._unknown_application(tree, (*start, "application"), level)
        for name in self.config.rules_as_of:
            known = [catalog.name for catalog in self.compiled.catalogs]
            if name not in known and isinstance(tree.get(("rules_as_of",)), dict):
                yield _problem(
                    tree,
                    ("rules_as_of", name),
                    f"There is no catalog '{name}' among those that this one follows",
                    _nearest(name, known) or f"They are {', '.join(known)}",
                )

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
        data = self._data.get(id)
        if data is None:
            problem = self._objection("rules", name)
            assert problem  # noqa: S101  a rule that is neither there nor gone is unknown
            yield _problem(tree, path, *problem)
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
            yield _problem(
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
            yield _problem(
                tree,
                (*path, weaker[0]),
                f"this {what}, and gives no reason",
                "Add 'reason: ...' beside it, for whoever wonders in a year",
            )
        if adjustment.parameters:
            yield from self._unfit(tree, (*path, "parameters"), data, adjustment.parameters)

    def _unfit(
        self, tree: Tree, path: Path, data: Mapping[str, Any], parameters: Mapping[str, Any]
    ) -> list[Diagnostic]:
        """Return why parameters don't fit the kind of a rule."""
        if "kind" in parameters:
            return [
                _problem(
                    tree,
                    (*path, "kind"),
                    f"the kind of '{data['id']}' can't be changed",
                    "Take it out; another kind is another rule",
                )
            ]
        check = {**data["check"], **parameters}
        name = cache.key([json.dumps(check, sort_keys=True)])
        if self.cached and cache.load("fits", name) is True:
            return []  # to ask jsonschema takes longer than to check a hundred prompts
        found = _held_against_schema(tree, path, check)
        if not found:
            found = _held_against_re2(tree, path, {**data, "check": check})
        if not found and self.cached:
            cache.store("fits", name, value=True)
        return found

    def _unknown_application(
        self, tree: Tree, path: Path, level: Config | Section
    ) -> Iterator[Diagnostic]:
        known = self.compiled.applications
        if level.application and level.application not in known:
            yield _problem(
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
                            _sentence(message),
                            source,
                            span,
                            help=help,
                        )
                    )
        return found


def _held_against_schema(tree: Tree, path: Path, check: Mapping[str, Any]) -> list[Diagnostic]:
    """Hold the check of a rule, with what a configuration has at a path, against its schema."""
    from guideline_kit import schemas
    from guideline_kit.trees import Tree

    # A tree of the check, in which the parameters stand where the configuration has them.
    places = {
        place[len(path) :]: about
        for place, about in tree.places.items()
        if place[: len(path)] == path
    }
    mixed = Tree(tree.source, dict(check), places)
    return list(schemas.check(f"kinds/{check['kind']}.schema.json", mixed))


def _held_against_re2(tree: Tree, path: Path, data: Mapping[str, Any]) -> list[Diagnostic]:
    from guideline_kit.rules import BadPatternError

    try:
        compact(data)
    except BadPatternError as error:
        message = f"the pattern {error.pattern!r} is not RE2: {error}"
        return [_problem(tree, path, message, "Write it without look-around or backreferences")]
    return []


def _problem(tree: Tree, path: Path, message: str, help: str) -> Diagnostic:
    """Return an error about a place in a configuration file."""
    place = tree.place(path)
    # The key says which rule it is about; of a list, and of one value, the value does.
    keyed = path in tree.places and place.key is not None and "rules" in path[:-1]
    keyed = keyed or (len(path) > 1 and path[-2] in ("ignore", "rules", "rules_as_of"))
    span: Span = tree.key_span(path) if keyed else tree.value_span(path)
    return Diagnostic(
        "configuration", Severity.ERROR, _sentence(message), tree.source, span, help=help
    )


def _nearest(name: str, known: Iterable[str]) -> str:
    from guideline_kit.schemas import nearest

    near = nearest(name, sorted(known))
    return f"Did you mean '{near}'?" if near else ""


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- which rules ---------------------------------------------------------------------------


def as_of(data: Mapping[str, Any], versions: Mapping[str, str]) -> Mapping[str, Any] | None:
    """Return a rule as it was in a version of its catalog; None where that had no such rule."""
    version = versions.get(data.get("origin", ""))
    if version is None or is_removed(data):
        return data
    then = version_key(version)
    if version_key(data.get("since", "0.0.0")) > then:
        return None
    earlier = [item for item in data.get("before", ()) if version_key(item["until"]) > then]
    if not earlier:
        return data
    was = min(earlier, key=lambda item: version_key(item["until"]))
    return {**data, **{key: value for key, value in was.items() if key != "until"}}


def is_chosen(data: Mapping[str, Any], config: Config) -> bool:
    """Whether a configuration asks for a rule, by its selection, its preset and its stage.

    The locked rules of the preset run whatever a configuration file selects or ignores; only
    `--select` leaves them out, for a run that somebody makes narrower on purpose.
    """
    if is_removed(data):
        return False
    ids = {data["id"], *data.get("formerly", ())}
    locked = data.get("locked", False)
    if not locked and not ids.isdisjoint(config.ignore):
        return False
    if not ids.isdisjoint(config.select):
        return True
    if config.select and not (locked and config.origins.get("select") != "--select"):
        return False
    if data["stage"] not in config.stages and not (locked and data["stage"] != "preview"):
        return False
    return data["preset"] == "default" or config.preset == "strict"


def hiding_rules(rules: Iterable[Mapping[str, Any]], chosen: Sequence[Rule]) -> list[Rule]:
    """Return the rules about secrets, of the default preset, that were not chosen.

    No report shows a secret, whichever rules it is about.
    """
    ids = {rule.id for rule in chosen}
    return [
        bind(data, verified="guard" in data)
        for data in rules
        if data["id"] not in ids
        and data["stage"] == "stable"
        and data["preset"] == "default"
        and data["check"]["kind"] == "secrets"
    ]
