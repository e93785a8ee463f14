"""conditional: where one thing is, another one must be, too."""

from __future__ import annotations

import datetime
import functools
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import Any

from guideline_kit.checks import Match, Scope
from guideline_kit.checks.matching import Unless
from guideline_kit.checks.sections import Sections
from guideline_kit.checks.things import Place, Thing, Units, filled, in_order
from guideline_kit.diagnostics import Related
from guideline_kit.documents import Document

_ANYWHERE = ("anywhere",)


class Conditional:
    """Where `when` is there, `then` must be there."""

    def __init__(self, params: Mapping[str, Any], scope: Scope) -> None:
        self.scope = scope
        self.ignore_case: bool = params.get("ignore_case", True)
        self.when = Thing(params["when"], self.ignore_case, scope.regions)
        self.then = Thing(params["then"], self.ignore_case, _ANYWHERE)
        self.where: str = params.get("where", "document")
        self.once: bool = params.get("once", True)
        self.unless = Unless(params.get("unless"), self.ignore_case)

    @property
    def patterns(self) -> list[tuple[str, bool]]:
        return [*self.when.patterns, *self.then.patterns, *self.unless.patterns]

    @property
    def guard(self) -> str | None:
        return self.when.guard(self.scope)

    @functools.cached_property
    def is_plain(self) -> bool:
        """Whether what is wanted is the same for all that want it."""
        return not (self.then.templates or self.when.groups & self.then.groups)

    def find(self, document: Document, today: datetime.date) -> Iterator[Match]:
        reasons = self.when.places(document, self.scope.roles)
        if not reasons:
            return
        if self.where == "after" and self.is_plain:
            # Where it stands behind the last place, it does so behind all of them.
            last = max(reasons, key=lambda place: (place.index, place.end))
            if self.then.surely_behind(last):
                return
        excused = self.unless.excuses(document)
        wanted = _Wanted(self, document)
        beside = self.where in ("before", "after")
        units = Units("document" if beside else self.where)
        said = set()
        for place in reasons:
            unit = units.around(place)
            what = (unit, wanted.key(place))
            if self.once and what in said:
                continue
            places = wanted.by(place)
            if any(
                one.beside(place, self.where) if beside else one.within(unit) for one in places
            ) or excused(place.message, place.start, place.end):
                continue
            said.add(what)
            yield Match(
                place.span,
                {
                    **place.values,
                    "match": place.text,
                    "missing": filled(self.then.words, place.values),
                },
                related=tuple(
                    Related("It stands here", document.source, one.places[0].span)
                    for one in places
                    if one.places
                ),
            )


class _Found:
    """The places of what is wanted, in order."""

    def __init__(self, places: list[Place]) -> None:
        self.places = in_order(places)
        self._starts = [(place.index, place.start) for place in self.places]

    def within(self, unit: tuple[int, int, int]) -> bool:
        """Whether some of it stands in a unit."""
        index, low, high = unit
        if index < 0:
            return bool(self.places)
        at = bisect_left(self._starts, (index, low))
        if at < len(self.places) and self._starts[at] < (index, high):
            return True
        return at > 0 and (index, low) < (self.places[at - 1].index, self.places[at - 1].end)

    def beside(self, place: Place, side: str) -> bool:
        """Whether some of it begins before a place, or ends after it."""
        if not self.places:
            return False
        if side == "before":
            return self._starts[0] <= (place.index, place.start)
        last = self.places[-1]
        return (last.index, last.end) >= (place.index, place.end)


class _Wanted:
    """What is wanted in a document, by what it has in common with that which wants it.

    Looked up once, so that many places that want something don't each search the document.
    """

    def __init__(self, check: Conditional, document: Document) -> None:
        self.document = document
        self.fold = check.ignore_case
        self.shared = sorted(check.when.groups & check.then.groups)
        self.templates = check.then.templates
        by_key: dict[tuple[str, ...], list[Place]] = {}
        for place in check.then.places(document, None):
            by_key.setdefault(place.key(self.shared, self.fold), []).append(place)
        self._by_key = {key: _Found(places) for key, places in by_key.items()}
        self._by_name: dict[str, _Found] = {}
        self._sections = Sections(document) if self.templates else None

    def key(self, place: Place) -> tuple[str, ...]:
        """Return what a place wants: two that want the same have the same key."""
        return (*place.key(self.shared, self.fold), *self._names(place))

    def by(self, place: Place) -> list[_Found]:
        """Return where that is which a place wants."""
        found = [self._named(name) for name in self._names(place)]
        own = self._by_key.get(place.key(self.shared, self.fold))
        return [own, *found] if own else found

    def _names(self, place: Place) -> list[str]:
        return [filled(name, place.values) for name in self.templates]

    def _named(self, name: str) -> _Found:
        found = self._by_name.get(name)
        if found is None:
            messages = self.document.messages
            places = self._sections.named(name) if self._sections else ()
            found = _Found([
                Place(index, start, end, messages[index]) for index, start, end in places
            ])  # fmt: skip
            self._by_name[name] = found
        return found


class _Kind:
    name = "conditional"
    regions = ("prose",)

    def bind(self, params: Mapping[str, Any], scope: Scope) -> Conditional:
        return Conditional(params, scope)


KIND = _Kind()
