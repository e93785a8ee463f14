"""Writing YAML as PyYAML's `yaml.dump` does: for files that a program of its own keeps so.

Keys are sorted, lines folded at 80 columns, and what stands at two places is written once, with
an alias for the second. Only plain data goes in, and mappings with a local tag.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml


class Tagged:
    """A mapping with a local tag, such as `!Template`. The same object twice becomes an alias."""

    __slots__ = ("tag", "value")

    def __init__(self, tag: str, value: Mapping[str, Any]) -> None:
        self.tag = tag
        self.value = value


# Not libyaml's: it folds long texts at other places.
class _Dumper(yaml.SafeDumper):
    pass


def _represent(dumper: _Dumper, data: Tagged) -> yaml.Node:
    return dumper.represent_mapping(data.tag, data.value)


_Dumper.add_representer(Tagged, _represent)


def dump(data: Any) -> str:
    """Return data as one YAML document."""
    text: str = yaml.dump(data, Dumper=_Dumper)
    return text
