"""Diagnostic: whatever the tool has to say about a place in a file.

Schema errors, findings of rules, bad configuration and broken rule files are all the same
type, so that one set of reporters serves them all.
"""

from __future__ import annotations

import enum
import itertools
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from guideline_kit.text import Excerpt, Lines, Position, Source, Span


class Severity(enum.IntEnum):
    """How much a diagnostic weighs; the larger, the more."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @classmethod
    def parse(cls, name: str) -> Severity:
        """Return the severity of a name: `error`, `warning` or `info`."""
        return cls[name.upper()]

    def __str__(self) -> str:
        return self.name.lower()


class Safety(enum.StrEnum):
    """How far a fix can be trusted."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    SUGGESTION = "suggestion"


class Edit(NamedTuple):
    """Replace a span of the source with a text."""

    span: Span
    text: str


class Fix(NamedTuple):
    """Edits that mend a finding together."""

    title: str
    edits: tuple[Edit, ...]
    safety: Safety = Safety.SUGGESTION


class Related(NamedTuple):
    """Another place that explains a diagnostic."""

    message: str
    source: Lines
    span: Span


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Something to say about a file: what, where, why and what to do.

    `rule` is a rule's id, or one of `PROBLEMS`. `span` is None where the file as a whole is
    meant. `help` says what to do, `url` where to read more. `secret` says that what stands at
    `span` must not be shown; `hidden` are all such places of the source, in order and apart. What
    is said `aside` is reported to nobody, and hidden all the same.
    """

    rule: str
    severity: Severity
    message: str
    source: Lines
    span: Span | None = None
    related: tuple[Related, ...] = ()
    fix: Fix | None = None
    help: str = ""
    url: str = ""
    secret: bool = False
    aside: bool = False
    hidden: tuple[Span, ...] = field(default=(), compare=False, repr=False)

    @property
    def position(self) -> Position | None:
        """Where it begins, for people; None for the file as a whole."""
        return self.source.position(self.span.start) if self.span else None

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Files in order, then places, then rules: the order of every report."""
        span = self.span or Span(-1, -1)
        return (self.source.name, span.start, span.end, self.rule, self.message)

    def excerpt(self, start: int, end: int) -> str:
        """Return a part of the source for people to read: secrets in it are stars."""
        if not self.hidden:
            return self.source.part(start, end)
        text = list(self.source.part(start, end))
        for span in _touched(self.hidden, start, end):
            for at in range(max(start, span.start + _shown(len(span))), min(end, span.end)):
                if not text[at - start].isspace():
                    text[at - start] = "*"
        return "".join(text)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return diagnostics sorted, each once; none of them tells a secret that another is about."""
    items = dict.fromkeys(diagnostics)
    if any(item.secret for item in items):
        items = dict.fromkeys(_discreet(list(items)))
    return tuple(sorted(items, key=lambda item: item.sort_key))


def excerpted(diagnostics: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return diagnostics with the lines that they speak of in the place of whole sources."""
    offsets: dict[Lines, set[int]] = {}
    for item in diagnostics:
        spans = [item.span, *(edit.span for edit in item.fix.edits)] if item.fix else [item.span]
        for source, span in (
            *((item.source, span) for span in spans),
            *((place.source, place.span) for place in item.related),
        ):
            offsets.setdefault(source, set()).update((span.start, span.end) if span else ())
    parts = {
        source: source.excerpt(places) if isinstance(source, Source) else source
        for source, places in offsets.items()
    }
    return tuple(_over(item, parts) for item in diagnostics)


def renamed(diagnostics: Sequence[Diagnostic], name: str) -> tuple[Diagnostic, ...]:
    """Return the diagnostics of one text as those of a copy of it that has another name."""
    parts: dict[Lines, Lines] = {
        item.source: item.source.named(name)
        for item in diagnostics
        if isinstance(item.source, Excerpt)
    }
    return tuple(_over(item, parts) for item in diagnostics)


def _over(item: Diagnostic, sources: Mapping[Lines, Lines]) -> Diagnostic:
    """Return a diagnostic with other sources in the place of its own."""
    related = tuple(
        place._replace(source=sources.get(place.source, place.source)) for place in item.related
    )
    return replace(item, source=sources[item.source], related=related)


def together(parts: Iterable[Sequence[Diagnostic]]) -> tuple[Diagnostic, ...]:
    """Return the diagnostics of several files in order; those of each file already are."""
    items = (item for part in parts for item in part)
    return tuple(sorted(items, key=lambda item: item.sort_key))


# --- secrets -------------------------------------------------------------------------------

# Who quotes so many characters of a secret tells it.
_TELLING = 6


def masked(secret: str) -> str:
    """Return what may be said of a secret: its first characters, and how many there are."""
    return f"{secret[: _shown(len(secret))]}… ({len(secret):,} characters)"


def _shown(length: int) -> int:
    """Return how many characters of a secret may be shown."""
    return min(4, length // 4)


def _discreet(items: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
    """Yield diagnostics so that none quotes a secret, and each knows what to hide of its source.

    Rules that know nothing of secrets quote what they find. A fix that would write a secret,
    or change one, is left out.
    """
    spans: dict[Lines, set[Span]] = {}
    for item in items:
        if item.secret and item.span:
            spans.setdefault(item.source, set()).add(item.span)
    secrets = {source: _Secrets(source, found) for source, found in spans.items()}
    for item in items:
        own = secrets.get(item.source)
        if own:
            item = replace(item, hidden=item.hidden or own.places)
        about = {item.source, *(place.source for place in item.related)} & secrets.keys()
        if not item.secret:
            for source in about:
                item = secrets[source].kept_from(item)
        yield item


class _Secrets:
    """The secrets of one source: where they are, and the pieces of text that tell them."""

    def __init__(self, source: Lines, spans: Iterable[Span]) -> None:
        apart: list[Span] = []
        for span in sorted(spans):
            if apart and span.start < apart[-1].end:
                apart[-1] = Span(apart[-1].start, max(apart[-1].end, span.end))
            else:
                apart.append(span)
        self.places = tuple(apart)
        self.pieces: dict[int, set[str]] = {}
        for span in apart:
            # As a message has it, on one line.
            text = _folded(" ".join(source.slice(span).split()))
            size = max(1, min(_TELLING, len(text)))
            pieces = self.pieces.setdefault(size, set())
            pieces.update(text[at : at + size] for at in range(len(text) - size + 1))

    def kept_from(self, item: Diagnostic) -> Diagnostic:
        """Return a diagnostic that does not tell them."""
        fix = item.fix
        if fix and (
            self.without(fix.title) != fix.title
            or any(self.without(edit.text) != edit.text for edit in fix.edits)
            or any(_touched(item.hidden, edit.span.start, edit.span.end) for edit in fix.edits)
        ):
            fix = None
        related = tuple(
            place._replace(message=self.without(place.message)) for place in item.related
        )
        return replace(item, message=self.without(item.message), fix=fix, related=related)

    def without(self, text: str) -> str:
        """Return a text with … in the place of what it tells."""
        folded = _folded(text)
        telling = bytearray(len(text))
        for size, pieces in self.pieces.items():
            for at in range(len(text) - size + 1):
                if folded[at : at + size] in pieces:
                    telling[at : at + size] = b"\1" * size
        parts = itertools.groupby(range(len(text)), telling.__getitem__)
        return "".join("…" if told else "".join(text[at] for at in run) for told, run in parts)


def _folded(text: str) -> str:
    """Return a text in small letters, as long as it is."""
    small = text.lower()
    return small if len(small) == len(text) else text


def _touched(places: Sequence[Span], start: int, end: int) -> list[Span]:
    """Return those of several places, in order and apart, that a range overlaps."""
    index = bisect_right(places, start, key=lambda place: place.end)
    found = []
    while index < len(places) and places[index].start < end:
        found.append(places[index])
        index += 1
    return found
