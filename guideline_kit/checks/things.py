"""Things that a rule speaks of: a wording, a section, a region, a placeholder, a role.

The kinds `conditional` and `order` look for two things, and at how their places lie to each
other. schemas/kinds/thing.schema.json says how a rule names a thing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from guideline_kit.checks import Scope
from guideline_kit.checks.guards import guard_of
from guideline_kit.checks.matching import compiled, groups, in_messages, taken
from guideline_kit.checks.sections import plain, sections
from guideline_kit.documents import Document, Message
from guideline_kit.regions import PLACEHOLDER
from guideline_kit.text import Span

# What a region shows, up to where something else begins.
_PIECE = re.compile(rb"[^\0\s]+(?:\s+[^\0\s]+)*")
_BRACES = re.compile(r"\{(\w+)\}")
_SILENCING = re.compile(
    rb"<!--[ \t]{0,9}guideline(?:-kit)?:[^\n]{0,600}?-->"
    rb"|\{#[ \t]{0,9}guideline(?:-kit)?:[^\n]{0,600}?#\}"
)
_FRONT = -1  # the index of front matter, which stands before all messages


@dataclass(frozen=True, slots=True)
class Place:
    """Where a thing stands: the index of its message, and bytes of the message's text.

    `values` is what the named groups of its pattern took.
    """

    index: int
    start: int
    end: int
    message: Message
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def span(self) -> Span:
        """Its span in the source."""
        return self.message.text.byte_span(self.start, self.end)

    @property
    def text(self) -> str:
        """The text that stands there."""
        return self.message.text.data[self.start : self.end].decode("utf-8", "replace")

    def key(self, groups: Sequence[str], fold: bool) -> tuple[str, ...]:
        """What some groups took, for comparing places; `fold`: without regard to capitals."""
        texts = (" ".join(self.values.get(name, "").split()) for name in groups)
        return tuple(text.casefold() if fold else text for text in texts)


_order = attrgetter("index", "start", "end")


def in_order(places: Iterable[Place]) -> list[Place]:
    """Return places as they stand in the document."""
    # With a key: the comparisons of a dataclass are written in Python.
    return sorted(places, key=_order)


class Thing:
    """A thing as a rule names it; `regions` is where a pattern looks that does not say so."""

    def __init__(
        self, params: str | Mapping[str, Any], ignore_case: bool, regions: tuple[str, ...]
    ) -> None:
        about = {"pattern": params} if isinstance(params, str) else params
        self.ignore_case = ignore_case
        self.any = [Thing(part, ignore_case, regions) for part in about.get("any", ())]
        self.pattern: str = about.get("pattern", "")
        self.regions = _listed(about["in"]) if "in" in about else regions
        self.sections: Sequence[str] = about.get("section", ())
        self.region = _listed(about.get("region", ()))
        self.placeholder: str = about.get("placeholder", "")
        self.trust: str = about.get("trust", "")
        self.types: Sequence[str] = about.get("type", ())
        self.role: str = about.get("role", "")

    @property
    def patterns(self) -> list[tuple[str, bool]]:
        """Its RE2 patterns, each with whether case is ignored."""
        own = [(self.pattern, self.ignore_case)] if self.pattern else []
        return own + [pattern for part in self.any for pattern in part.patterns]

    def guard(self, scope: Scope) -> str | None:
        """Return a guard over the regions of a rule, where they have to hold the thing."""
        if self.any:
            guards = [part.guard(scope) for part in self.any]
            found = [text for text in guards if text is not None]
            return "|".join(f"(?:{text})" for text in found) if found == guards else None
        if not self.pattern or self.regions != scope.regions:
            return None
        return guard_of([self.pattern], self.ignore_case)

    @property
    def groups(self) -> frozenset[str]:
        """The names of the groups of its patterns."""
        names = {name for part in self.any for name in part.groups}
        if self.pattern:
            names.update(groups(compiled(self.pattern, self.ignore_case)))
        return frozenset(names - {"match"})

    @property
    def templates(self) -> list[str]:
        """The names of sections with {group} in them, which stand for no section yet."""
        own = [name for name in self.sections if _BRACES.search(name)]
        return own + [name for part in self.any for name in part.templates]

    @property
    def cost(self) -> int:
        """How long it takes to look for it, compared with other things."""
        own = 0 if self.role or self.placeholder else 1 if self.pattern else 2
        return max((own, *(part.cost for part in self.any)))

    @property
    def words(self) -> str:
        """What it is, for a message."""
        if self.any:
            return " or ".join(part.words for part in self.any)
        if self.sections:
            return f"a section {' or '.join(self.sections)}"
        if self.region:
            return _with_article(" or ".join(self.region))
        if self.placeholder:
            named = "" if self.placeholder == "*" else f" {self.placeholder}"
            return _with_article(f"{self.trust} placeholder{named}".strip())
        return _with_article(f"{self.role} message") if self.role else self.pattern

    def places(self, document: Document, roles: frozenset[str] | None) -> list[Place]:
        """Return where it stands in the messages of some roles, in order.

        Few-shot messages are left out, unless `roles` is None: then all messages count.
        """
        found = [place for part in self.any for place in part.places(document, roles)]
        if self.placeholder:
            found += self._placeholders(document, roles)
        elif self.role:
            for index, message in enumerate(document.messages):
                if message.role == self.role:
                    found.append(Place(index, *_first_line(message.text.data), message))
        else:
            for index, message in enumerate(document.messages):
                if _looked_at(message, roles):
                    found += self._in_message(index, message)
        if self.pattern and "front-matter" in self.regions and document.front is not None:
            front = Message("system", document.front)
            found += self._matches(_FRONT, front, front.text.data)
        return in_order(found)

    def surely_behind(self, place: Place) -> bool:
        """Whether it stands behind a place, in the same message: a quick look.

        Where the answer is no, it may stand there all the same.
        """
        if self.region:
            view = _without_placeholders(place.message, self.region)
            return _PIECE.search(view, place.end) is not None
        regions = self._regions
        if self.pattern and regions:
            expression = compiled(self.pattern, self.ignore_case)
            found = expression.search(_said(place.message.layout.view(regions)), place.end)
            if found is not None and "match" not in groups(expression):
                return bool(found.start() < found.end())
        return any(part.surely_behind(place) for part in self.any)

    @property
    def _regions(self) -> tuple[str, ...]:
        """Where its pattern looks in messages."""
        return in_messages(self.regions)

    def _in_message(self, index: int, message: Message) -> Iterator[Place]:
        if self.pattern:
            if self._regions:
                yield from self._matches(index, message, message.layout.view(self._regions))
        elif self.sections:
            wanted = [f" {plain(name)} " for name in self.sections if not _BRACES.search(name)]
            for start, end, name in sections(message):
                if any(one in f" {name} " for one in wanted):
                    yield Place(index, start, end, message)
        elif self.region:
            for piece in _PIECE.finditer(_without_placeholders(message, self.region)):
                yield Place(index, *piece.span(), message)

    def _matches(self, index: int, message: Message, view: bytes) -> Iterator[Place]:
        expression = compiled(self.pattern, self.ignore_case)
        marked = groups(expression).get("match")
        for found in expression.finditer(_said(view)):
            start, end = found.span()
            if marked is not None and found.span(marked)[0] >= 0:
                start, end = found.span(marked)
            if start < end:
                yield Place(index, start, end, message, taken(expression, found))

    def _placeholders(self, document: Document, roles: frozenset[str] | None) -> Iterator[Place]:
        wanted = {
            item.name
            for item in document.inputs or ()
            if self.trust in ("", item.trust) and (not self.types or item.type in self.types)
        }
        any_input = not (self.trust or self.types)
        for item in document.placeholders:
            message = document.messages[item.message]
            if (
                self.placeholder not in ("*", item.name)
                or not (any_input or item.name in wanted)
                or not _looked_at(message, roles)
            ):
                continue
            start, end = message.text.byte(item.start), message.text.byte(item.end)
            # Where nobody says which engine fills a text in, braces in code are its own.
            if document.engine or message.layout.label(start) & 7 == PLACEHOLDER:
                yield Place(item.message, start, end, message)


def _said(view: bytes) -> bytes:
    """Return a view without comments that silence a rule.

    They name it, and must not be what it looks for.
    """
    if b"guideline" not in view:
        return view
    return _SILENCING.sub(lambda found: b" " * len(found.group()), view)


def _without_placeholders(message: Message, regions: tuple[str, ...]) -> bytes:
    """Return a view in which a placeholder ends a piece, in code, too."""
    view = message.layout.view(regions)
    if "placeholder" in regions or not message.ranges:
        return view
    blanked = bytearray(view)
    for start, end in message.ranges:
        low, high = message.text.byte(start), message.text.byte(end)
        blanked[low:high] = bytes(high - low)
    return bytes(blanked)


def _looked_at(message: Message, roles: frozenset[str] | None) -> bool:
    return roles is None or (message.role in roles and not message.example)


def _with_article(text: str) -> str:
    return f"{'an' if text[0] in 'aeio' or text.startswith('un') else 'a'} {text}"


def _listed(names: str | Sequence[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(sorted(names))


def _first_line(data: bytes) -> tuple[int, int]:
    start = len(data) - len(data.lstrip())
    stop = data.find(b"\n", start)
    return start, start + len(data[start : stop if stop >= 0 else len(data)].rstrip())


def filled(template: str, values: Mapping[str, str]) -> str:
    """Return a text with {name} replaced by the value of that name."""
    return _BRACES.sub(lambda found: values.get(found[1], found[0]), template)


class Units:
    """The parts of a document that a rule looks at one by one, such as sentences."""

    def __init__(self, per: str) -> None:
        self.per = per
        self._sections: dict[int, list[int]] = {}

    def around(self, place: Place) -> tuple[int, int, int]:
        """Return the unit that a place is in: the index of its message, and bytes there.

        The document as a whole is (-1, 0, 0).
        """
        layout = place.message.layout
        if self.per == "document":
            return -1, 0, 0
        if self.per == "message":
            return place.index, 0, len(layout.data)
        if self.per == "section":
            starts = self._sections.get(place.index)
            if starts is None:
                found = (item.start for item in layout.blocks if item.kind == "heading")
                starts = sorted({0, len(layout.data) + 1, *found})
                self._sections[place.index] = starts
            after = bisect_right(starts, place.start)
            return place.index, starts[after - 1], starts[after]
        block = layout.block_at(place.start) if self.per == "paragraph" else None
        if block is not None:
            return place.index, block.start, block.end
        return place.index, *layout.sentence_at(place.start, place.end)
