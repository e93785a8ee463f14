"""Configuration: defaults < configuration file < flags -> a frozen Config.

The file is `guideline-kit.yaml`, or the table `[tool.guideline-kit]` of `pyproject.toml`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from guideline_kit import __version__
from guideline_kit.catalog import SHIPPED
from guideline_kit.errors import CannotError
from guideline_kit.text import Source

if TYPE_CHECKING:
    from guideline_kit.trees import Path, Tree

FILE_NAME = "guideline-kit.yaml"
LOCK_NAME = "guideline-kit.lock"
BASELINE_NAME = "guideline-kit-baseline.json"
PYPROJECT = "pyproject.toml"
TABLE = ("tool", "guideline-kit")

STAGES = ("stable", "deprecated")  # those that run unless a configuration says otherwise


class Adjustment(NamedTuple):
    """What a configuration changes about a rule.

    `parameters` take the place of those in the rule's `check`, and `accept` are texts that it
    may find and that are all right. None and nothing leave the rule as it is.
    """

    severity: str | None = None
    parameters: Mapping[str, Any] = MappingProxyType({})
    accept: tuple[str, ...] = ()
    reason: str = ""

    def over(self, other: Adjustment) -> Adjustment:
        """Return this one on top of another: what it says counts, texts are accepted by both."""
        return Adjustment(
            self.severity or other.severity,
            {**other.parameters, **self.parameters},
            (*other.accept, *self.accept),
            self.reason or other.reason,
        )


class Section(NamedTuple):
    """What holds for some files only: those that patterns in the syntax of .gitignore fit."""

    files: tuple[str, ...]
    application: str | None = None
    preset: str | None = None
    select: tuple[str, ...] | None = None
    ignore: Mapping[str, str] = MappingProxyType({})
    rules: Mapping[str, Adjustment] = MappingProxyType({})


class Config(NamedTuple):
    """What a run goes by.

    `extends` names catalogs: the one that ships, a folder as seen from the configuration file, or
    an installed package. `ignore` has the reason of each, `rules_as_of` the version of each
    catalog. `application` is that of the prompts that name none. `origins` says for each setting
    where it came from, and for each rule that is left out or changed (`ignore.<id>`), and `tree`
    is what the file holds, None without one.
    """

    extends: tuple[str, ...] = (SHIPPED,)
    requires: str = ""
    preset: str = "default"
    stages: tuple[str, ...] = STAGES
    select: tuple[str, ...] = ()
    ignore: Mapping[str, str] = MappingProxyType({})
    rules: Mapping[str, Adjustment] = MappingProxyType({})
    rules_as_of: Mapping[str, str] = MappingProxyType({})
    application: str = ""
    fail_on: str = "error"
    baseline: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    paths: tuple[Section, ...] = ()
    origins: Mapping[str, str] = MappingProxyType({})
    tree: Tree | None = None

    @property
    def name(self) -> str:
        """What people call the file; empty where there is none."""
        return self.tree.source.name if self.tree else ""

    def override(self, origin: str, **settings: Any) -> Config:
        """Return the configuration with some settings changed; None leaves one as it is."""
        given = {name: value for name, value in settings.items() if value is not None}
        # What the setting said before of single rules counts no more.
        earlier = tuple(f"{name}." for name in given)
        origins = {name: at for name, at in self.origins.items() if not name.startswith(earlier)}
        return self._replace(**given, origins={**origins, **dict.fromkeys(given, origin)})

    def flagged(self, setting: str) -> bool:
        """Whether a flag of the command line says what a setting is."""
        return self.origins.get(setting, "").startswith("--")

    def within(self, numbers: Sequence[int]) -> Config:
        """Return what holds for files that some sections of `paths` are about.

        A later section counts more than an earlier one, and a flag more than each.
        """
        config = self
        for number in numbers:
            section = self.paths[number]
            settings: dict[str, Any] = {
                name: getattr(section, name)
                for name in ("application", "preset", "select")
                if getattr(section, name) is not None and not config.flagged(name)
            }
            said: list[Path] = [(name,) for name in settings]
            if section.ignore and not config.flagged("ignore"):
                settings["ignore"] = {**config.ignore, **section.ignore}
                said += [("ignore", id) for id in section.ignore]
            if section.rules:
                settings["rules"] = {
                    **config.rules,
                    **{
                        id: adjustment.over(config.rules.get(id, Adjustment()))
                        for id, adjustment in section.rules.items()
                    },
                }
                said += [("rules", id) for id in section.rules]
            origins = {
                ".".join(map(str, path)): self._origin(("paths", number, *path)) for path in said
            }
            config = config._replace(**settings, origins={**config.origins, **origins})
        return config

    def _origin(self, path: Path) -> str:
        return _place(self.tree, path) if self.tree else ""

    def levels(self) -> Iterator[tuple[Path, Config | Section]]:
        """Yield what chooses and changes rules: the configuration itself, then its sections.

        With each goes its path in the file.
        """
        yield (), self
        for number, section in enumerate(self.paths):
            yield ("paths", number), section


def parse(source: Source, *, checked: bool = True) -> Config | None:
    """Return the configuration that a file holds; None for a pyproject.toml without one.

    `checked=False` skips the schema, for a text that is known to fit it. Raises CannotError, with
    the places, for a file that can't be relied on.
    """
    from guideline_kit import schemas, yamlio  # many folders have no such file

    if source.name.rpartition("/")[2] == PYPROJECT:
        from guideline_kit import tomlio

        result = tomlio.read(source, TABLE)
    else:
        result = yamlio.read(source)
    tree = result.tree
    problems = list(result.problems)
    if tree is not None and isinstance(tree.data, dict):
        # First: a newer version knows keys that this one would complain about.
        check_version(tree)
    if checked and tree is not None and tree.data is not None:
        problems += schemas.check("config.schema.json", tree)
    if problems:
        raise CannotError(
            f"The configuration {source.name} has an error; nothing was checked",
            hint="Correct the places above",
            diagnostics=problems,
        )
    if tree is None:
        return None
    return _config(tree)


def _config(tree: Tree) -> Config:
    data = tree.data or {}
    files = data.get("files", {})
    extends = data.get("extends")
    as_of = data.get("rules_as_of")
    settings: dict[str, Any] = {
        "extends": (extends,) if isinstance(extends, str) else _tuple(extends),
        "requires": data.get("requires"),
        "preset": data.get("preset"),
        "stages": _tuple(data.get("stages")),
        "select": _tuple(data.get("select")),
        "ignore": data.get("ignore"),
        "rules": _adjustments(data.get("rules")),
        "rules_as_of": {SHIPPED: as_of} if isinstance(as_of, str) else as_of,
        "application": data.get("application"),
        "fail_on": data.get("fail_on"),
        "baseline": data.get("baseline"),
        "include": _tuple(files.get("include")),
        "exclude": _tuple(files.get("exclude")),
        "paths": tuple(map(_section, data.get("paths", ()))) or None,
    }
    given = {name: value for name, value in settings.items() if value is not None}
    inside = {"include": ("files", "include"), "exclude": ("files", "exclude")}
    origins = {name: _place(tree, inside.get(name, (name,))) for name in given}
    for name in ("ignore", "rules"):
        origins |= {f"{name}.{id}": _place(tree, (name, id)) for id in given.get(name, ())}
    origins |= {
        f"paths.{number}": _place(tree, ("paths", number))
        for number in range(len(data.get("paths", ())))
    }
    return Config(**given, origins=origins, tree=tree)


def _section(data: Mapping[str, Any]) -> Section:
    return Section(
        files=tuple(data["files"]),
        application=data.get("application"),
        preset=data.get("preset"),
        select=_tuple(data.get("select")),
        ignore=data.get("ignore", {}),
        rules=_adjustments(data.get("rules")) or {},
    )


def _adjustments(data: Mapping[str, Any] | None) -> Mapping[str, Adjustment] | None:
    if data is None:
        return None
    return {
        id: Adjustment(
            item.get("severity"),
            item.get("parameters", {}),
            tuple(item.get("accept", ())),
            item.get("reason", ""),
        )
        for id, item in data.items()
    }


def _place(tree: Tree, path: Path) -> str:
    line, column = tree.source.position(tree.key_span(path).start)
    return f"{tree.source.name}:{line}:{column}"


def _tuple(value: list[str] | None) -> tuple[str, ...] | None:
    return None if value is None else tuple(value)


# --- versions ------------------------------------------------------------------------------


def version_key(version: str) -> tuple[Any, ...]:
    """Return what orders semantic versions: 1.10.0 after 1.9.0, and 1.0.0-rc.1 before 1.0.0."""
    numbers, _, early = version.partition("-")
    parts = [int(part) if part.isdecimal() else 0 for part in numbers.split(".")]
    release = (*parts, 0, 0, 0)[:3]
    steps = [(0, int(step), "") if step.isdecimal() else (1, 0, step) for step in early.split(".")]
    return (*release, not early, steps)


def check_version(tree: Tree) -> None:
    """Raise CannotError where a file requires a newer engine than this one."""
    required = tree.data.get("requires")
    if not isinstance(required, str) or len(required) > 40:
        return  # the schema will say what is wrong with it
    required = required.removeprefix(">=").strip()
    if required[:1].isdigit() and version_key(required) > version_key(__version__):
        from guideline_kit.diagnostics import Diagnostic, Severity

        problem = Diagnostic(
            "configuration",
            Severity.ERROR,
            f"This requires guideline-kit {required} or newer, and this is {__version__}",
            tree.source,
            tree.value_span(("requires",)),
            help="Upgrade guideline-kit; under pre-commit, 'pre-commit autoupdate' does it",
        )
        raise CannotError(
            f"{tree.source.name} asks for a newer guideline-kit; nothing was checked",
            hint="Upgrade it, or take 'requires' out if the file needs nothing new",
            diagnostics=[problem],
        )
