"""order: one thing has to stand before another one."""

from __future__ import annotations

import datetime
from bisect import bisect_left
from collections.abc import Hashable, Iterator, Mapping
from functools import cached_property
from typing import Any

from guideline_kit.checks import Match, Scope
from guideline_kit.checks.matching import WORD, Unless
from guideline_kit.checks.things import Place, Thing, Units
from guideline_kit.diagnostics import Related
from guideline_kit.documents import Document

# All that stands in a prompt before anything is filled in.
_WRITTEN = ("prose", "heading", "table", "code", "quote", "example", "comment", "link")
_RELATED = {"then": "This has to come first", "first": "It has to stand before this"}


class Order:
    """`first` has to stand before `then`."""

    def __init__(self, params: Mapping[str, Any], scope: Scope) -> None:
        self.scope = scope
        self.ignore_case: bool = params.get("ignore_case", True)
        self.first = Thing(params["first"], self.ignore_case, scope.regions)
        self.then = Thing(params["then"], self.ignore_case, scope.regions)
        self.compare: str = params.get("compare", "starts")
        self.mark: str = params.get("mark", "then")
        self.where: str = params.get("where", "document")
        self.least: int = params.get("min_words", 0)
        self.unless = Unless(params.get("unless"), self.ignore_case)

    @property
    def patterns(self) -> list[tuple[str, bool]]:
        return [*self.first.patterns, *self.then.patterns, *self.unless.patterns]

    @property
    def guard(self) -> str | None:
        # Both have to be there: where one of them can't be, nothing is wrong.
        return self.first.guard(self.scope) or self.then.guard(self.scope)

    def find(self, document: Document, today: datetime.date) -> Iterator[Match]:
        places: dict[Thing, list[Place]] = {}
        for thing in sorted((self.first, self.then), key=lambda thing: thing.cost):
            places[thing] = thing.places(document, self.scope.roles)
            if not places[thing]:
                return
        shared = sorted(self.first.groups & self.then.groups)
        units = Units(self.where)

        def by_unit(places: list[Place]) -> dict[Hashable, list[Place]]:
            groups: dict[Hashable, list[Place]] = {}
            for place in places:
                key = (units.around(place), place.key(shared, self.ignore_case))
                groups.setdefault(key, []).append(place)
            return groups

        firsts = by_unit(places[self.first])
        excused = self.unless.excuses(document)
        words = _Words(document)
        for key, thens in by_unit(places[self.then]).items():
            wrong = self.wrong(firsts.get(key, []), thens)
            if wrong is None:
                continue
            first, then, end = wrong
            between = words.between(then, end) if self.least else 0
            if between < self.least:
                continue
            marked, other = (then, first) if self.mark == "then" else (first, then)
            if excused(marked.message, marked.start, marked.end):
                continue
            yield Match(
                marked.span,
                {
                    **marked.values,
                    "match": marked.text,
                    "first": first.text,
                    "then": then.text,
                    "words": f"{between:,}",
                },
                related=(Related(_RELATED[self.mark], document.source, other.span),),
            )

    def wrong(self, firsts: list[Place], thens: list[Place]) -> tuple[Place, Place, Place] | None:
        """Return the two that stand in the wrong order, and the last place of `first`."""
        if not firsts:
            return None
        if self.compare == "ends":
            first, then = firsts[-1], thens[-1]
            return (first, then, first) if _after(first, then) else None
        then = thens[0]
        if self.compare == "starts":
            return (firsts[0], then, firsts[0]) if _after(firsts[0], then) else None
        behind = next((place for place in firsts if _after(place, then)), None)
        return (behind, then, firsts[-1]) if behind else None


def _after(place: Place, other: Place) -> bool:
    return (place.index, place.start) >= (other.index, other.end)


class _Words:
    """Counts the words between places, those in placeholders left out."""

    def __init__(self, document: Document) -> None:
        self.document = document

    @cached_property
    def starts(self) -> list[tuple[int, int]]:
        """The index of the message and the first byte of each word, looked up once."""
        return [
            (index, found.start())
            for index, message in enumerate(self.document.messages)
            for found in WORD.finditer(message.layout.view(_WRITTEN))
        ]

    def between(self, start: Place, end: Place) -> int:
        """Return how many words begin after a place and before the end of another one."""
        low = bisect_left(self.starts, (start.index, start.end))
        return bisect_left(self.starts, (end.index, end.end)) - low


class _Kind:
    name = "order"
    regions = ("prose",)

    def bind(self, params: Mapping[str, Any], scope: Scope) -> Order:
        return Order(params, scope)


KIND = _Kind()
