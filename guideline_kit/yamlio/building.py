"""Turns libyaml's events into data and places."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from guideline_kit.text import Span
from guideline_kit.trees import ALIAS, Path, Place
from guideline_kit.yamlio.complaints import StopError

MAX_DEPTH = 60
MAX_NODES = 200_000
MAX_DOUBLED = 100

_INT = re.compile(r"[-+]?[0-9]+\Z")
_OCT = re.compile(r"0o[0-7]+\Z")
_HEX = re.compile(r"0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_WORDS: Mapping[str, object] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    ".inf": float("inf"), ".Inf": float("inf"), ".INF": float("inf"), "+.inf": float("inf"),
    "-.inf": float("-inf"), "-.Inf": float("-inf"), "-.INF": float("-inf"),
    ".nan": float("nan"), ".NaN": float("nan"), ".NAN": float("nan"),
}  # fmt: skip
_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null")}
_COLLECTION_TAGS = {"tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}


class _Anchored(NamedTuple):
    """What an anchor stands for, how many values that is, and where it is; a key is nowhere."""

    value: Any
    weight: int
    at: tuple[Path, Place] | None


@dataclass(slots=True)
class _Open:
    """A mapping or a list that is still being filled."""

    data: dict[str, Any] | list[Any]
    path: Path
    start: int
    key: Span | None
    anchor: str | None
    weight: int = 1
    pending: tuple[str, Span] | None = None
    seen: dict[str, Span] = field(default_factory=dict)


class Builder:
    """Turns libyaml's events into data and places, without recursion."""

    def __init__(self, base: int, report: Any, tags: frozenset[str] = frozenset()) -> None:
        self.base = base
        self.report = report
        self.tags = _COLLECTION_TAGS | tags
        self.root: Any = None
        self.places: dict[Path, Place] = {}
        self.aliases: dict[Path, Path] = {}
        self.stack: list[_Open] = []
        self.anchors: dict[str, _Anchored] = {}
        self.end = 0  # of what was read
        self.nodes = 0
        self.doubled = 0
        self.documents = 0

    def take(self, event: Any) -> None:
        span = Span(self.base + event.start_mark.index, self.base + event.end_mark.index)
        match type(event).__name__:
            case "ScalarEvent":
                self.scalar(event, span)
            case "MappingStartEvent" | "SequenceStartEvent":
                self.open(event, span)
            case "MappingEndEvent" | "SequenceEndEvent":
                self.close(span)
            case "AliasEvent":
                if event.anchor not in self.anchors:
                    raise StopError(
                        "yaml-syntax", f"The alias *{event.anchor} has no anchor before it", span
                    )
                self.alias(self.anchors[event.anchor], span)
            case "DocumentStartEvent":
                self.documents += 1
                if self.documents > 1:
                    raise StopError(
                        "yaml-syntax",
                        "A second document begins here; a file holds one",
                        Span(span.start, span.start),
                        "Remove the line ---, or move what follows to a file of its own",
                    )
        self.end = span.end

    def scalar(self, event: Any, span: Span) -> None:
        if self.stack and isinstance(self.stack[-1].data, dict) and not self.stack[-1].pending:
            self.key(event.value, span)
            if event.anchor:
                self.anchors[event.anchor] = _Anchored(event.value, 1, None)
            return
        value: Any = event.value
        tag = event.tag
        if tag is not None and tag != "!" and tag not in _TAGS:
            raise StopError(
                "yaml-syntax", f"The tag {tag} is not known here", span, "Remove the tag"
            )
        if event.implicit[0] or tag in _TAGS - {"tag:yaml.org,2002:str"}:
            value = self.resolve(event.value, span)
        self.add(value, span, 1, event.anchor, event.style or None)

    def resolve(self, text: str, span: Span) -> Any:
        """Resolve a plain scalar by the YAML 1.2 core schema."""
        if text in _WORDS:
            return _WORDS[text]
        first = text[0]
        if not (first.isascii() and (first.isdigit() or first in "+-.")):
            return text
        if len(text) > 400:
            if _FLOAT.match(text):
                raise StopError("yaml-limit", "A number of more than 400 digits", span)
            return text
        if _INT.match(text):
            return int(text)
        if _OCT.match(text):
            return int(text.removeprefix("0o"), 8)
        if _HEX.match(text):
            return int(text.removeprefix("0x"), 16)
        if _FLOAT.match(text):
            return float(text)
        return text

    def key(self, name: str, span: Span) -> None:
        top = self.stack[-1]
        if name in top.seen:
            self.doubled += 1
            if self.doubled > MAX_DOUBLED:
                raise StopError(
                    "yaml-limit", f"More than {MAX_DOUBLED} keys that stand twice", span
                )
            self.report(
                "duplicate-key",
                f"The key '{name}' stands twice in this mapping",
                span,
                "Keep one of the two",
            )
        top.seen.setdefault(name, span)
        top.pending = (name, span)

    def step(self) -> tuple[Path, Span | None]:
        """Return the path and the key of the value that comes next."""
        if not self.stack:
            return (), None
        top = self.stack[-1]
        if isinstance(top.data, list):
            return (*top.path, len(top.data)), None
        if top.pending is None:
            raise StopError(
                "yaml-syntax",
                "A mapping or a list can't be a key",
                Span(top.start, top.start),
                'Quote a placeholder such as "{{name}}": braces open a mapping in YAML',
            )
        return (*top.path, top.pending[0]), top.pending[1]

    def alias(self, anchored: _Anchored, span: Span) -> None:
        path, _ = self.step()
        # Of two values of a key the first one counts, which need not be this one.
        if anchored.at and path not in self.places:
            there, place = anchored.at
            if self.places[there] is place:
                self.aliases[path] = there
        self.add(anchored.value, span, anchored.weight, None, ALIAS)

    def add(
        self, value: Any, span: Span, weight: int, anchor: str | None, style: str | None = None
    ) -> None:
        self.nodes += weight
        if self.nodes > MAX_NODES:
            raise StopError("yaml-limit", f"More than {MAX_NODES:,} values, aliases expanded", span)
        path, key = self.step()
        place = Place(key, span, style)
        self.places.setdefault(path, place)
        if anchor:
            self.anchors[anchor] = _Anchored(value, weight, (path, place))
        self.put(value, weight)

    def put(self, value: Any, weight: int) -> None:
        if not self.stack:
            self.root = value
            return
        top = self.stack[-1]
        top.weight += weight
        if isinstance(top.data, list):
            top.data.append(value)
        elif top.pending:
            # Of two equal keys the first one counts; the second was reported.
            top.data.setdefault(top.pending[0], value)
            top.pending = None

    def open(self, event: Any, span: Span) -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise StopError(
                "yaml-limit",
                f"The YAML is nested deeper than {MAX_DEPTH}",
                Span(span.start, span.start),
            )
        listed = type(event).__name__ == "SequenceStartEvent"
        known = _COLLECTION_TAGS if listed else self.tags
        if event.tag is not None and event.tag != "!" and event.tag not in known:
            raise StopError(
                "yaml-syntax", f"The tag {event.tag} is not known here", span, "Remove the tag"
            )
        path, key = self.step()
        data: dict[str, Any] | list[Any] = [] if listed else {}
        self.nodes += 1
        self.stack.append(_Open(data, path, span.start, key, event.anchor))

    def close(self, span: Span) -> None:
        top = self.stack.pop()
        place = Place(top.key, Span(top.start, span.end))
        self.places.setdefault(top.path, place)
        # Only now: an alias inside its own anchor would make a circle.
        if top.anchor:
            self.anchors[top.anchor] = _Anchored(top.data, top.weight, (top.path, place))
        self.put(top.data, top.weight)

    def settle(self, at: int) -> bool:
        """Close what is open where reading stopped; say whether anything was read."""
        while self.stack:
            end = max(at, self.end, self.stack[-1].start)
            self.close(Span(end, end))
        return () in self.places
