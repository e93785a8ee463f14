"""The configuration of a run, and where each value comes from: for people, and for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from guideline_kit.config import Adjustment, Config
from guideline_kit.report.text import printable

_DEFAULT = "default"
_PLAIN = re.compile(r"[A-Za-z][\w./-]*")
_NO_TEXTS = ("true", "false", "null")


def render(config: Config, *, path: str = "", rules: int = 0, form: str = "text") -> str:
    """Return the settings of a configuration as text or JSON.

    `path` is the file that they hold for, where they are those of one; `rules` is how many run.
    """
    settings = list(_settings(config))
    if form == "json":
        data = {
            "path": path or None,
            "rules": rules,
            "settings": {
                name: {"value": value, "from": origin} for name, value, origin in settings
            },
        }
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    where = f" for {printable(path)}" if path else ""
    lines = [f"# The configuration{where}, and where each value comes from; {rules:,} rules run."]
    written = [(f"{name}: {_written(value)}", origin) for name, value, origin in settings]
    width = min(48, max(len(text) for text, _ in written))
    lines += [f"{printable(text).ljust(width)}  # {printable(origin)}" for text, origin in written]
    return "".join(f"{line}\n" for line in lines)


def _settings(config: Config) -> Iterator[tuple[str, Any, str]]:
    """Yield each setting: its name in the file, its value as plain data, and its origin."""
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
        about = _said(section._asdict())
        if "rules" in about:
            about["rules"] = {id: _said(item._asdict()) for id, item in section.rules.items()}
        yield f"paths.{number}", about, config.origins.get("paths", _DEFAULT)


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
