"""Rule: one rule file, bound to its kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import re2

from guideline_kit.checks import Check, Scope, kind
from guideline_kit.checks.matching import compiled
from guideline_kit.diagnostics import Severity
from guideline_kit.schemas import why_not_re2

_BRACES = re.compile(r"\{(\w+)\}")
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that can run. `data` is the rule file, which fits the rule schema."""

    id: str
    severity: Severity
    preset: str
    stage: str
    scope: Scope
    check: Check
    message: str
    help: str
    data: Mapping[str, Any]
    guard: str | None

    def applies(self, format: str, fields: Mapping[str, Any]) -> bool:
        """Whether the rule looks at a document of a format with these fields."""
        about = self.data.get("applies_to")
        if not about:
            return True
        if "formats" in about and format not in about["formats"]:
            return False
        if "applications" in about and fields.get("application") not in about["applications"]:
            return False
        if "statuses" in about and fields.get("status") not in about["statuses"]:
            return False
        if "models" in about:
            models = fields.get("models")
            listed = models if isinstance(models, list) else []
            named = [item.get("id") for item in listed if isinstance(item, dict)]
            return any(name in about["models"] for name in named)
        return True

    def say(self, values: Mapping[str, str]) -> str:
        """Return the rule's message with its braces filled in, on one line."""
        return _BRACES.sub(lambda found: _short(values.get(found[1], found[0])), self.message)


def _short(text: str) -> str:
    text = " ".join(text.replace("\0", " ").split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


class BadPatternError(ValueError):
    """A pattern of a rule is not RE2; the text says why, `pattern` is the one."""

    def __init__(self, reason: str, pattern: str) -> None:
        super().__init__(reason)
        self.pattern = pattern


def bind(data: Mapping[str, Any], *, verified: bool = False) -> Rule:
    """Return the rule for the data of a rule file, which fits the rule schema.

    `verified` data is what `compact` gave: its patterns compiled before, so they can wait until
    they are needed. Raises BadPatternError.
    """
    check = data["check"]
    about = data.get("applies_to", {})
    bound_kind = kind(check["kind"])
    regions = about.get("in", bound_kind.regions)
    scope = Scope(
        frozenset(about.get("roles", ("system", "user"))),
        (regions,) if isinstance(regions, str) else tuple(sorted(regions)),
    )
    bound = bound_kind.bind(check, scope)
    if not verified:
        _verify(bound)
    return Rule(
        id=data["id"],
        severity=Severity.parse(data["severity"]),
        preset=data["preset"],
        stage=data["stage"],
        scope=scope,
        check=bound,
        message=check["message"],
        help=check.get("help", ""),
        data=data,
        guard=data["guard"] if verified else bound.guard,
    )


def compact(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a run needs of a rule, for the cache: not its prose and its examples.

    Raises BadPatternError.
    """
    wanted = ("id", "severity", "preset", "stage", "applies_to", "check")
    return {
        **{key: data[key] for key in wanted if key in data},
        "guard": bind(data).guard,
    }


def _verify(check: Check) -> None:
    for pattern, ignore_case in check.patterns:
        try:
            compiled(pattern, ignore_case)
        except re2.error as error:
            raise BadPatternError(why_not_re2(error), pattern) from None
