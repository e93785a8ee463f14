"""Trees: plain data, and where each part of it stands in the text that it was read from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.text import MappedText, Source, Span

Path = tuple[str | int, ...]

TOML = "toml"
JSON = "json"
ALIAS = "*"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: its key (None in a list or at the top), the value, its style.

    The style is YAML's sign for how a text is written, None for a plain one, `TOML`,
    `JSON` for a text in JSON, or `ALIAS` for what stands for a value elsewhere.
    """

    key: Span | None
    value: Span
    style: str | None = None


@dataclass(frozen=True, slots=True)
class Tree:
    """The data of a document, and where each part of it stands.

    `data` is made of dict, list, str, int, float, bool and None. A key is the text that
    was written, never another type. `places` maps a path (keys and list indexes from the
    top) to its place. `aliases` maps the path of an alias to that of the value which it stands
    for, before it in the text; what is below an alias has no places of its own.
    """

    source: Source
    data: Any
    places: Mapping[Path, Place]
    aliases: Mapping[Path, Path] = field(default_factory=dict)

    def get(self, path: Path) -> Any:
        """Return the value at a path, or None where there is none."""
        value = self.data
        for step in path:
            if isinstance(value, dict):
                value = value.get(step)
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                value = value[step]
            else:
                return None
        return value

    def place(self, path: Path) -> Place:
        """Return the place of a path, or of the nearest part that has one."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path) or Place(None, Span(0, 0))

    def key_span(self, path: Path) -> Span:
        """Return where the key of a path stands, or its value where it has no key."""
        place = self.place(path)
        return place.key or _first_line(self.source, place.value)

    def value_span(self, path: Path) -> Span:
        """Return where the value of a path stands; of a long one, its first line."""
        return _first_line(self.source, self.place(path).value)

    def text(self, path: Path) -> MappedText | None:
        """Return the string at a path, each character mapped to the source; none of TOML.

        The text of an alias stands where its anchor does.
        """
        value = self.get(path)
        place = self.places.get(self.original(path))
        if not isinstance(value, str) or place is None or place.style in (TOML, ALIAS):
            return None
        from guideline_kit.scalars import map_scalar  # Markdown files need none of it

        return map_scalar(self.source, value, place.value, place.style)

    def original(self, path: Path) -> Path:
        """Return the path at which a value was written that is reached through aliases."""
        if not self.aliases:
            return path
        end = 0
        while end < len(path):
            end += 1
            there = self.aliases.get(path[:end])
            if there is not None:
                # What stands there stands before the alias: this comes to an end.
                path, end = (*there, *path[end:]), 0
        return path


def _first_line(source: Source, span: Span) -> Span:
    line = source.position(span.start).line
    return Span(span.start, max(span.start, min(span.end, source.line_span(line)[1])))


@dataclass(frozen=True, slots=True)
class Read:
    """What reading gave: a tree, unless nothing could be made of the text, and problems."""

    tree: Tree | None
    problems: tuple[Diagnostic, ...] = ()
