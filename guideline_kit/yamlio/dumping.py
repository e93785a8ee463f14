"""YAML as PyYAML has it, which is YAML 1.1: for files that another program reads and writes so.

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


class _Loader(yaml.resolver.Resolver, yaml.constructor.SafeConstructor):
    def __init__(self) -> None:
        yaml.resolver.Resolver.__init__(self)
        yaml.constructor.SafeConstructor.__init__(self)


_LOADER: Any = _Loader()
_KNOWN = tuple(f"tag:yaml.org,2002:{name}" for name in ("null", "bool", "int", "float"))


def loaded(text: str) -> Any:
    """Return what a plain scalar stands for in YAML 1.1: `yes` is true, and `1e3` is a text.

    A day stays a text.
    """
    tag = _LOADER.resolve(yaml.ScalarNode, text, (True, False))
    if tag not in _KNOWN:
        return text
    try:
        return _LOADER.construct_object(yaml.ScalarNode(tag, text))
    except ValueError:
        return text


def dump(data: Any) -> str:
    """Return data as one YAML document."""
    text: str = yaml.dump(data, Dumper=_Dumper)
    return text
