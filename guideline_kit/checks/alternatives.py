"""Several RE2 patterns, any of which may match: what `pattern` and `consistency` look for."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from guideline_kit.checks.guard_sets import GuardSet
from guideline_kit.checks.guards import guard_each, guard_of

_MANY = 4  # patterns: to run them one by one takes longer than to look which may match


class Alternatives:
    """The patterns of a rule that has one (`pattern`) or several (`any`)."""

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.any: list[str] = params.get("any") or [params["pattern"]]
        self.ignore_case: bool = params.get("ignore_case", True)

    @property
    def patterns(self) -> list[tuple[str, bool]]:
        """Each pattern, with whether case is ignored."""
        return [(text, self.ignore_case) for text in self.any]

    @property
    def guard(self) -> str | None:
        """Their guard."""
        return guard_of(self.any, self.ignore_case)

    @functools.cached_property
    def _guards(self) -> GuardSet:
        return guard_each(self.any, self.ignore_case)

    def candidates(self, view: bytes) -> list[str]:
        """Return the patterns that may match, in order: of many, a text fits few."""
        if len(self.any) < _MANY:
            return self.any
        return [self.any[index] for index in sorted(self._guards(view))]
