"""The configuration of a run, and where each value comes from: for people, and for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from guideline_kit.config import Adjustment, Config
from guideline_kit.report.text import counted, printable

_DEFAULT = "default"
_PLAIN = re.compile(r"[A-Za-z][\w./-]*")
_NO_TEXTS = ("true", "false", "null")


class Settings(NamedTuple):
    """The settings of a configuration; `rules` is how many run by them.

    `path` is the file that they hold for, where they are those of one; `sections` are then the
    numbers of the sections that are about it. `remarks` are what else there is to know.
    """

    config: Config
    path: str = ""
    rules: int = 0
    sections: tuple[int, ...] | None = None
    remarks: tuple[str, ...] = ()


def render(settings: Settings, form: str = "text") -> str:
    """Return settings as text or JSON."""
    values = list(_values(settings))
    if form == "json":
        data = {
            "version": 1,
            "path": settings.path or None,
            "rules": settings.rules,
            "settings": {name: {"value": value, "from": origin} for name, value, origin in values},
            "remarks": settings.remarks,
        }
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    where = f" for {printable(settings.path)}" if settings.path else ""
    run = counted(settings.rules, "rule") + (" runs" if settings.rules == 1 else " run")
    lines = [f"# The configuration{where}, and where each value comes from; {run}."]
    lines += [f"# {printable(remark)}" for remark in settings.remarks]
    written = [(f"{name}: {_written(value)}", origin) for name, value, origin in values]
    width = min(48, max(len(text) for text, _ in written))
    lines += [f"{printable(text).ljust(width)}  # {printable(origin)}" for text, origin in written]
    return "".join(f"{line}\n" for line in lines)


def _values(settings: Settings) -> Iterator[tuple[str, Any, str]]:
    """Yield each setting: its name in the file, its value as plain data, and its origin."""
    config = settings.config
    names = {"include": "files.include", "exclude": "files.exclude"}
    for name in config._fields:
        if name in ("origins", "tree", "paths"):
            continue
        value = getattr(config, name)
        origin = config.origins.get(name, _DEFAULT)
        if name == "rules" or (name == "ignore" and isinstance(value, Mapping)):
            for id, said in value.items():
                about = _said(said._asdict()) if isinstance(said, Adjustment) else said
                yield f"{name}.{id}", about, config.origins.get(f"{name}.{id}", origin)
        elif isinstance(value, Mapping):
            yield names.get(name, name), dict(value), origin
        else:
            plain = list(value) if isinstance(value, tuple) else value
            yield names.get(name, name), plain, origin
    for number, section in enumerate(config.paths):
        if settings.sections is None or number in settings.sections:
            about = _said(section._asdict())
            if "rules" in about:
                about["rules"] = {id: _said(item._asdict()) for id, item in section.rules.items()}
            yield f"paths.{number}", about, config.origins.get(f"paths.{number}", _DEFAULT)


def _said(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what somebody said: without what was left out."""
    return {
        key: dict(value) if isinstance(value, Mapping) else value
        for key, value in data.items()
        if value
    }


def _written(value: object) -> str:
    """Return a value as one line of YAML has it; JSON is YAML."""
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value not in _NO_TEXTS:
        return value
    return json.dumps(value, ensure_ascii=False)
