"""secrets: credentials and personal data, found by their form and tested by a validator.

What is found is never quoted: messages have its first characters, and its place is marked as
one that no report shows.
"""

from __future__ import annotations

import datetime
import functools
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from typing import Any

from guideline_kit.checks import Match, Scope
from guideline_kit.checks.matching import Unless, compiled, groups, taken, views
from guideline_kit.checks.secrets import validators
from guideline_kit.checks.secrets.detectors import DETECTORS, IN_CONTEXT, Detector, own_form
from guideline_kit.checks.secrets.validators import Validator
from guideline_kit.diagnostics import masked
from guideline_kit.documents import Document, Message
from guideline_kit.text import MappedText

# Bytes; the private keys in use are far shorter, and what is longer is a file in base64.
_LONGEST = 20_000

_VALIDATORS: Mapping[str, Validator] = {
    "card": validators.card,
    "iban": validators.iban,
    "jwt": validators.jwt,
    "luhn": validators.luhn,
}


class Secrets:
    """Some detectors of the table, a pattern of the rule's own, or both."""

    def __init__(self, params: Mapping[str, Any], scope: Scope) -> None:
        self.scope = scope
        wanted = params.get("detect", ())
        self.detectors = [item for name, item in DETECTORS.items() if name in wanted]
        self.own: list[str] = [params["pattern"]] if "pattern" in params else []
        for pattern in self.own:
            valid = _own(params.get("validate"), params.get("min_entropy", 0))
            self.detectors.append(
                Detector("pattern", params.get("what", "a secret"), pattern, valid, source="")
            )
        self.allow: list[str] = params.get("allow", [])
        self.unless = Unless(params.get("unless"), ignore_case=True)

    @property
    def patterns(self) -> list[tuple[str, bool]]:
        return [
            *((pattern, False) for pattern in self.own),
            *((pattern, True) for pattern in self.allow),
            *self.unless.patterns,
        ]

    @functools.cached_property
    def guard(self) -> str | None:
        """How whatever the detectors find begins, or None where that can be anything."""
        guards = [detector.guard for detector in self.detectors]
        return None if None in guards else "|".join(map(str, guards))

    @functools.cached_property
    def possible(self) -> Any:
        """The cheap first test for a text: the guard, compiled."""
        return compiled(self.guard, ignore_case=False) if self.guard else None

    def find(self, document: Document, today: datetime.date) -> Iterator[Match]:
        excused = self.unless.excuses(document)
        for message, view in self.texts(document):
            for start, end, what in self.places(view):
                if not excused(message, start, end):
                    shown = masked(view[start:end].decode("utf-8", "replace"))
                    values = {"match": shown, "masked": shown, "what": what}
                    yield Match(message.text.byte_span(start, end), values, secret=True)
        if document.fields_text is not None and document.front is None and document.tree is None:
            # Code around prompts, or what could not be read: its lines may be shown.
            text = MappedText.verbatim(document.source)
            for start, end, _ in self.places(text.data):
                yield Match(text.byte_span(start, end), secret=True, aside=True)

    def texts(self, document: Document) -> Iterator[tuple[Message, bytes]]:
        """Yield each text that the rule looks at, with what it sees of it."""
        yield from views(document, self.scope)
        if "anywhere" in self.scope.regions:
            # What stands in a few-shot example has leaked, too.
            for message in document.messages:
                if message.example and message.role in self.scope.roles:
                    yield message, message.text.data
        if "front-matter" in self.scope.regions and document.front is None and document.tree:
            yield _fields(document)

    def places(self, view: bytes) -> list[tuple[int, int, str]]:
        """Return where secrets begin and end, in bytes, and what they are; no two overlap."""
        places: list[tuple[int, int, str]] = []  # in order
        if self.possible is not None and not self.possible.search(view):
            return places
        for detector in self.detectors:
            expression = compiled(detector.pattern, ignore_case=False)
            marked = groups(expression).get("secret", 0)
            for found in _found(detector, view):
                start, end = found.span(marked)
                if start < 0:  # a group that took no part
                    start, end = found.span()
                at = bisect_left(places, (start, end, ""))
                near = places[max(0, at - 1) : at + 1]
                if not 0 < end - start <= _LONGEST or any(
                    low < end and start < high for low, high, _ in near
                ):
                    continue
                value = view[start:end].decode("utf-8", "replace")
                around = taken(expression, found)
                if detector.valid(value, around) and not self.left_alone(detector, value):
                    places.insert(at, (start, end, detector.what))
        return places

    def left_alone(self, detector: Detector, value: str) -> bool:
        """Whether a value is allowed, or for a detector that knows its form."""
        data = value.encode()
        if detector.name in IN_CONTEXT and own_form().search(data):
            return True
        return any(compiled(pattern).search(data) for pattern in self.allow)


def _found(detector: Detector, view: bytes) -> Iterator[Any]:
    """Yield where a detector's pattern matches.

    Where its guard says more than how it begins, it stands in one line, and is looked for only in
    lines that the guard names: such patterns are slow.
    """
    expression = compiled(detector.pattern, ignore_case=False)
    if not detector.begins or detector.guard is None:
        yield from expression.finditer(view)
        return
    end = 0
    for hit in compiled(detector.guard, ignore_case=False).finditer(view):
        if hit.end() > end:
            start = view.rfind(b"\n", end, hit.start()) + 1 or end
            end = view.find(b"\n", hit.end())
            end = end if end >= 0 else len(view)
            yield from expression.finditer(view, start, end)


def _own(name: str | None, least: float) -> Validator:
    """Return the validator of a rule's own pattern."""
    check = _VALIDATORS[name] if name else None

    def valid(value: str, groups: Mapping[str, str]) -> bool:
        if validators.is_made_up(value) or validators.entropy(value) < least:
            return False
        return check is None or check(value, groups)

    return valid


def _fields(document: Document) -> tuple[Message, bytes]:
    """Return the file of a catalog prompt with its messages blanked: all that it says besides."""
    text = MappedText.verbatim(document.source)
    data = bytearray(text.data)
    for message in document.messages:
        whole = message.text.whole
        start, end = text.byte(whole.start), text.byte(whole.end)
        data[start:end] = bytes(end - start)
    return Message("system", text), bytes(data)


class _Kind:
    name = "secrets"
    regions = ("anywhere", "front-matter")

    def bind(self, params: Mapping[str, Any], scope: Scope) -> Secrets:
        return Secrets(params, scope)


KIND = _Kind()
