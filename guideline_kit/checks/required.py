"""required: something that must be there, and is not."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import Any

from guideline_kit.checks import Match, Scope
from guideline_kit.checks.guards import guard_of
from guideline_kit.checks.matching import WORD, compiled, views
from guideline_kit.checks.sections import plain, sections
from guideline_kit.documents import Document


class Required:
    """A pattern, a section, a role or a placeholder."""

    def __init__(self, params: Mapping[str, Any], scope: Scope) -> None:
        self.scope = scope
        self.params = params
        self.ignore_case = params.get("ignore_case", True)
        self.when: str | None = params.get("when")

    @property
    def patterns(self) -> list[tuple[str, bool]]:
        used = (self.params.get("pattern"), self.when)
        return [(pattern, self.ignore_case) for pattern in used if pattern]

    @property
    def guard(self) -> str | None:
        return guard_of([self.when], self.ignore_case) if self.when else None

    def find(self, document: Document, today: datetime.date) -> Iterator[Match]:
        if document.parts:
            return  # each prompt of the file is looked at by itself
        seen = list(views(document, self.scope))
        if not seen and "role" not in self.params:
            return
        least = self.params.get("min_words", 0)
        if least and not _has_words([view for _, view in seen], least):
            return
        if self.when:
            expression = compiled(self.when, self.ignore_case)
            if not any(expression.search(view) for _, view in seen):
                return
        missing = self.missing(document, [view for _, view in seen])
        if missing:
            yield Match(document.first_line, {"missing": missing})

    def missing(self, document: Document, seen: list[bytes]) -> str:
        """Return what is not there, in words, or nothing."""
        params = self.params
        if "pattern" in params:
            expression = compiled(params["pattern"], self.ignore_case)
            return "" if any(expression.search(view) for view in seen) else params["pattern"]
        if "section" in params:
            names = [f" {plain(name)} " for name in params["section"]]
            there = (item for message in document.messages for item in sections(message))
            if any(name in f" {section} " for *_, section in there for name in names):
                return ""
            return f"a section {' or '.join(params['section'])}"
        if "role" in params:
            role = params["role"]
            there_is = any(message.role == role for message in document.messages)
            return "" if there_is else f"a message of the role {role}"
        wanted = params["placeholder"]
        for placeholder in document.placeholders:
            if wanted in ("*", placeholder.name):
                return ""
        return "a placeholder" if wanted == "*" else f"the placeholder {wanted}"


def _has_words(texts: list[bytes], least: int) -> bool:
    words = chain.from_iterable(WORD.finditer(text) for text in texts)
    return next(islice(words, least - 1, None), None) is not None


class _Kind:
    name = "required"
    regions = ("prose", "heading", "table", "list-item")

    def bind(self, params: Mapping[str, Any], scope: Scope) -> Required:
        return Required(params, scope)


KIND = _Kind()
