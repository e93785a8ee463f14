"""consistency: of several spellings, values or limits, a document keeps one."""

from __future__ import annotations

import datetime
import functools
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import re2

from guideline_kit.checks import Check, Match, Scope
from guideline_kit.checks.alternatives import Alternatives
from guideline_kit.checks.consistency.limits import (
    ANSWER,
    LENGTHS,
    QUANTITY,
    Limit,
    limits,
    quantities,
)
from guideline_kit.checks.guard_sets import GuardSet
from guideline_kit.checks.matching import Unless, compiled, groups, taken, views
from guideline_kit.checks.terms import KIND as TERMS
from guideline_kit.diagnostics import Related
from guideline_kit.documents import Document, Message
from guideline_kit.text import Span


class Variants:
    """Ways to write one term. The document keeps the commonest; the others are found."""

    def __init__(self, params: Mapping[str, Any], scope: Scope) -> None:
        self.scope = scope
        self.ignore_case: bool = params.get("ignore_case", True)
        self.unless: Mapping[str, str] | None = params.get("unless")
        self.safety: str = params.get("fix", "suggestion")
        groups: list[list[str]] = params["variants"]
        self.groups = [[self.plain(word) for word in group] for group in groups]
        # As the rule writes it: what replaces the others.
        self.written = {self.plain(word): word for group in groups for word in group}
        self.all = self.terms({"words": sorted(self.written.values())})

    def terms(self, params: Mapping[str, Any]) -> Check:
        """Return the check that finds words in the same places and under the same exceptions."""
        unless = {"unless": self.unless} if self.unless else {}
        return TERMS.bind({**params, "ignore_case": self.ignore_case, **unless}, self.scope)

    def plain(self, text: str) -> str:
        text = " ".join(text.split()).replace("\u2019", "'")
        return text.casefold() if self.ignore_case else text

    @property
    def patterns(self) -> list[tuple[str, bool]]:
        return list(self.all.patterns)

    @property
    def guard(self) -> str | None:
        return self.all.guard

    @functools.cached_property
    def guards(self) -> tuple[list[int], GuardSet]:
        """One automaton that tells which words a text may hold, and the group of each word."""
        words = [(number, word) for number, group in enumerate(self.groups) for word in group]
        patterns = [r"\s+".join(map(re2.escape, word.split())) for _, word in words]
        flags = "i" if self.ignore_case else ""
        guards = GuardSet([f"(?{flags}:{text})".replace(r"\'", "['\u2019]") for text in patterns])
        return [number for number, _ in words], guards

    def may_be_mixed(self, document: Document) -> bool:
        """Whether the document may hold two words of one group; most hold none."""
        group, guards = self.guards
        held = {hit for _, view in views(document, self.scope) for hit in guards(view)}
        return len({group[hit] for hit in held}) < len(held)

    def find(self, document: Document, today: datetime.date) -> Iterator[Match]:
        if not self.may_be_mixed(document):
            return
        number: Counter[str] = Counter()
        first: dict[str, Span] = {}
        for found in self.all.find(document, today):
            word = self.plain(found.values["match"])
            number[word] += 1
            first.setdefault(word, found.span)
        for group in self.groups:
            used = [word for word in group if number[word]]
            if len(used) < 2:
                continue
            kept = max(used, key=lambda word: (number[word], -first[word].start))
            new = self.written[kept]
            check = self.terms(
                {
                    "replace": {self.written[word]: new for word in used if word != kept},
                    "except": [new],
                    "fix": self.safety,
                }
            )
            related = (Related(f"'{new}' stands here", document.source, first[kept]),)
            for found in check.find(document, today):
                yield Match(found.span, found.values, found.fix, related)


class Values:
    """What a document says about one topic in several places."""

    def __init__(self, params: Mapping[str, Any], scope: Scope) -> None:
        self.scope = scope
        self.any = Alternatives(params)
        self.unless = Unless(params.get("unless"), self.any.ignore_case)

    @property
    def patterns(self) -> list[tuple[str, bool]]:
        return [*self.any.patterns, *self.unless.patterns]

    @property
    def guard(self) -> str | None:
        return self.any.guard

    def find(self, document: Document, today: datetime.date) -> Iterator[Match]:
        excused = self.unless.excuses(document)
        first: dict[str, tuple[str, str, Span]] = {}
        for message, view in views(document, self.scope):
            for start, end, topic in sorted(self.values(view)):
                if excused(message, start, end):
                    continue
                text = view[start:end].decode("utf-8", "replace")
                value = self.plain(text)
                span = message.text.byte_span(start, end)
                known, known_text, place = first.setdefault(topic, (value, text, span))
                if value == known:
                    continue
                yield Match(
                    span,
                    {
                        "match": text,
                        "topic": topic,
                        "first": known_text,
                    },
                    related=(Related(f"'{known_text}' is said here", document.source, place),),
                )

    def values(self, view: bytes) -> Iterator[tuple[int, int, str]]:
        """Yield where each value stands, and its topic."""
        seen = set()
        for pattern in self.any.candidates(view):
            expression = compiled(pattern, self.any.ignore_case)
            for found in expression.finditer(view):
                start, end = found.span(groups(expression)["value"])
                if start < end and (start, end) not in seen:
                    seen.add((start, end))
                    yield start, end, self.plain(taken(expression, found).get("topic", ""))

    def plain(self, text: str) -> str:
        text = " ".join(text.replace("\0", " ").split())
        return text.casefold() if self.any.ignore_case else text


class Limits:
    """Limits on how long something is, or how many, of which two can't be kept at once."""

    guard = f"(?i:{QUANTITY})"

    def __init__(self, params: Mapping[str, Any], scope: Scope) -> None:
        self.scope = scope
        self.unless = Unless(params.get("unless"), ignore_case=True)

    @property
    def patterns(self) -> list[tuple[str, bool]]:
        return [(QUANTITY, True), *self.unless.patterns]

    def find(self, document: Document, today: datetime.date) -> Iterator[Match]:
        excused = self.unless.excuses(document)
        bounds: defaultdict[Hashable, _Bounds] = defaultdict(_Bounds)
        seen = [(*both, quantities(both[1])) for both in views(document, self.scope)]
        if sum(len(there) for _, _, there in seen) < 2:
            return
        for message, view, there in seen:
            for limit in limits(message, view, there):
                if excused(message, limit.start, limit.end):
                    continue
                # One on the answer holds for all of the prompt, one on a summary in its section.
                whole = limit.subject == ANSWER
                heading = next(message.layout.headings_above(limit.start), None)
                place = None if whole else (id(message), heading)
                known = bounds[limit.subject, limit.case, place].add(message, limit)
                if known is None:
                    continue
                owner, other = known
                span = owner.text.byte_span(other.start, other.end)
                yield Match(
                    message.text.byte_span(limit.start, limit.end),
                    {
                        "match": view[limit.start : limit.end].decode("utf-8", "replace"),
                        "subject": limit.subject,
                        "limit": str(limit),
                        "first": str(other),
                    },
                    related=(Related(f"{other} here", document.source, span),),
                )


class _Bounds:
    """The tightest limits on one thing so far, by their units, and where they stand."""

    def __init__(self) -> None:
        self.most: dict[str, tuple[Message, Limit]] = {}
        self.least: dict[str, tuple[Message, Limit]] = {}

    def add(self, message: Message, limit: Limit) -> tuple[Message, Limit] | None:
        """Take in a limit; return one before it that can't be kept together with it."""
        # Five paragraphs are at least five sentences, and so more than three.
        size = LENGTHS.index(limit.unit) if limit.unit in LENGTHS else -1
        smaller = LENGTHS[: size + 1] if size >= 0 else (limit.unit,)
        larger = LENGTHS[size:] if size >= 0 else (limit.unit,)
        known = [
            *(self.most[unit] for unit in smaller
              if unit in self.most and self.most[unit][1].most < limit.least),
            *(self.least[unit] for unit in larger
              if unit in self.least and self.least[unit][1].least > limit.most),
        ]  # fmt: skip
        if limit.unit not in self.most or limit.most < self.most[limit.unit][1].most:
            self.most[limit.unit] = message, limit
        if limit.unit not in self.least or limit.least > self.least[limit.unit][1].least:
            self.least[limit.unit] = message, limit
        return known[0] if known else None


class _Kind:
    name = "consistency"
    regions = ("prose",)

    def bind(self, params: Mapping[str, Any], scope: Scope) -> Variants | Values | Limits:
        if "variants" in params:
            return Variants(params, scope)
        return Limits(params, scope) if "limits" in params else Values(params, scope)


KIND = _Kind()
