"""pattern: a regular expression, with exceptions in the place of look-around."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from typing import Any

from guideline_kit.checks import Match, Scope
from guideline_kit.checks.alternatives import Alternatives
from guideline_kit.checks.matching import Unless, compiled, groups, replacement, taken, views
from guideline_kit.documents import Document

_NAME = re.compile(r"\{(\w+)\}")


class Pattern:
    """One or several RE2 patterns."""

    def __init__(self, params: Mapping[str, Any], scope: Scope) -> None:
        self.scope = scope
        self.any = Alternatives(params)
        self.new: str | None = params.get("replace")
        self.safety = params.get("fix", "suggestion")
        self.unless = Unless(params.get("unless"), self.any.ignore_case)

    @property
    def patterns(self) -> list[tuple[str, bool]]:
        return [*self.any.patterns, *self.unless.patterns]

    @property
    def guard(self) -> str | None:
        return self.any.guard

    def find(self, document: Document, today: datetime.date) -> Iterator[Match]:
        excused = self.unless.excuses(document)
        for message, view in views(document, self.scope):
            seen: set[tuple[int, int]] = set()
            for pattern in self.any.candidates(view):
                expression = compiled(pattern, self.any.ignore_case)
                marked = groups(expression).get("match")
                for found in expression.finditer(view):
                    start, end = found.span()
                    if marked is not None and found.span(marked)[0] >= 0:
                        start, end = found.span(marked)
                    if start == end or (start, end) in seen:
                        continue
                    if excused(message, start, end):
                        continue
                    seen.add((start, end))
                    values = taken(expression, found)
                    values["match"] = view[start:end].decode("utf-8", "replace")
                    fix = None
                    if self.new is not None:
                        new = _NAME.sub(lambda name: values.get(name[1], name[0]), self.new)  # noqa: B023
                        fix = replacement(message, start, end, new, self.safety)
                    yield Match(message.text.byte_span(start, end), values, fix)


class _Kind:
    name = "pattern"
    regions = ("prose",)

    def bind(self, params: Mapping[str, Any], scope: Scope) -> Pattern:
        return Pattern(params, scope)


KIND = _Kind()
