"""Which of a catalog's rules run, and how: what a configuration makes of them."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from guideline_kit.config import Adjustment, Config, version_key
from guideline_kit.project.rules import Compiled
from guideline_kit.project.rules.believing import is_compiled
from guideline_kit.project.rules.objecting import Objections
from guideline_kit.rules import Names, Rule, bind, compact, is_removed
from guideline_kit.workspace import cache


class Choosing:
    """Chooses rules by one configuration, which has been held against the catalog's rules."""

    def __init__(self, compiled: Compiled, config: Config, *, cached: bool = True) -> None:
        """Raise CannotError, with the places, for what the rules do not allow."""
        self.compiled = compiled
        self.config = config
        self.cached = cached
        self.names = compiled.names
        self._dated = [(data, as_of(data, config.rules_as_of)) for data in compiled.rules]
        # What a configuration is held against: a rule that is not there yet, as it will be.
        known = {data["id"]: was or data for data, was in self._dated if not is_removed(data)}
        self._adjusted: dict[tuple[str, str], Mapping[str, Any]] = {}
        objections = Objections(compiled, config, known, cached=cached)
        objections.check()
        self.notes = objections.notes()
        self._current = _by_current_ids(config, self.names)

    def chosen(self, numbers: Sequence[int] = ()) -> list[Mapping[str, Any]]:
        """Return the data of the rules that run, as they run, in order of their ids.

        `numbers` are those of the sections that are about a file.
        """
        config = self._current.within(numbers)
        return [
            self._adjust(data, config.rules.get(data["id"], Adjustment()))
            for _, data in self._dated
            if data is not None and is_chosen(data, config)
        ]

    def ran(self, id: str) -> bool:
        """Whether a rule runs on some files, or is none that could run.

        What silences a rule that was left out on the command line can't be judged.
        """
        if id in ("suppression", "waiver"):
            return not (self.config.flagged("select") or self.config.flagged("ignore"))
        return id in self.running or self.names.current(id) not in self.names.ids

    @functools.cached_property
    def running(self) -> frozenset[str]:
        """The ids of the rules that run on some files."""
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
            found: Any = cache.load("adjusted", name) if self.cached else None
            if not is_compiled(found) or found["id"] != data["id"]:
                found = compact({**data, "check": {**data["check"], **parameters}})
                if self.cached:
                    cache.store("adjusted", name, found)
            self._adjusted[key] = found
        return self._adjusted[key]


def _by_current_ids(config: Config, names: Names) -> Config:
    """Return a configuration in which each rule goes by the id that it has now.

    Sections then change what the configuration says of a rule under whichever of its names.
    """

    def renamed(rules: Mapping[str, Adjustment]) -> Mapping[str, Adjustment]:
        return {names.current(id): adjustment for id, adjustment in rules.items()}

    sections = (item._replace(rules=renamed(item.rules)) for item in config.paths)
    return config._replace(rules=renamed(config.rules), paths=tuple(sections))


# --- which rules ---------------------------------------------------------------------------


def as_of(data: Mapping[str, Any], versions: Mapping[str, str]) -> Mapping[str, Any] | None:
    """Return a rule as it was in a version of its catalog; None where that had no such rule."""
    version = versions.get(data.get("origin", ""))
    if version is None or is_removed(data) or data.get("locked"):
        return data  # a locked rule can't be weakened, in this way either
    then = version_key(version)
    if version_key(data.get("since", "0.0.0")) > then:
        return None
    earlier = [item for item in data.get("before", ()) if version_key(item["until"]) > then]
    if not earlier:
        return data
    # One key changed in this version and another in that one: of each, the change that came next.
    was: dict[str, Any] = {}
    for item in sorted(earlier, key=lambda item: version_key(item["until"]), reverse=True):
        was.update(item)
    del was["until"]
    return {**data, **was}


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
