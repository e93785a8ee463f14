"""Rule: one rule file, bound to its kind; and what the ids of rules stand for."""

from __future__ import annotations

import datetime
import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import re2

from guideline_kit.checks import COMPARING, Check, Comparison, Match, Scope, kind
from guideline_kit.diagnostics import Severity
from guideline_kit.documents import Document
from guideline_kit.regions import canonical

_BRACES = re.compile(r"\{(\w+)\}")
_LONGEST = {"reason": 200}  # characters; of the other values, 60


class Rule(NamedTuple):
    """A rule that can run. `data` is the rule file, which fits the rule schema.

    `guard` is what the regions that it looks at hold wherever it finds something, None where
    that can be anything; `loose` is what the whole text then holds. `accepted` are texts that
    are all right where it finds them, as `folded` has them.
    """

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
    loose: str | None = None
    accepted: frozenset[str] = frozenset()

    def takes(self, format: str) -> bool:
        """Whether the rule looks at documents of a format."""
        formats = self.data.get("applies_to", {}).get("formats")
        return formats is None or format in formats

    def applies(self, document: Document) -> bool:
        """Whether the rule looks at a document."""
        about = self.data.get("applies_to")
        if not about:
            return True
        if not self.takes(document.format):
            return False
        fields = document.fields
        application = fields.get("application", document.application)
        if "applications" in about and application not in about["applications"]:
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
        return _BRACES.sub(
            lambda found: _short(values.get(found[1], found[0]), _LONGEST.get(found[1], 60)),
            self.message,
        )


def folded(text: str) -> str:
    """Return a text in small letters and on one line: by which two are the same."""
    return " ".join(text.split()).casefold()


def _short(text: str, most: int) -> str:
    text = " ".join(text.replace("\0", " ").split())
    return text if len(text) <= most else f"{text[: most - 1]}…"


class BadPatternError(ValueError):
    """A pattern of a rule is not RE2; the text says why, `pattern` is the one."""

    def __init__(self, reason: str, pattern: str) -> None:
        super().__init__(reason)
        self.pattern = pattern


def bind(data: Mapping[str, Any], *, verified: bool = False) -> Rule:
    """Return the rule for the data of a rule file, which fits the rule schema.

    `verified` data is what `compact` gave: its patterns compiled before, so they can wait until
    they are needed, and so can its kind. Raises BadPatternError.
    """
    check = data["check"]
    about = data.get("applies_to", {})
    default = data["regions"] if verified else kind(check["kind"]).regions
    regions = about.get("in", default)
    scope = Scope(
        frozenset(about.get("roles", ("system", "user"))),
        canonical((regions,) if isinstance(regions, str) else regions),
    )
    bound: Check
    if verified:
        later = _LaterComparison if check["kind"] in COMPARING else _LaterCheck
        bound = later(check, scope, data["guard"])
    else:
        bound = kind(check["kind"]).bind(check, scope)
    if verified:
        loose = data["loose"]
    else:
        from guideline_kit.checks.guards import loosened  # what is in the cache has its guards

        _verify(bound)
        loose = loosened(bound.guard) if bound.guard is not None else None
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
        guard=bound.guard,
        loose=loose,
        accepted=frozenset(map(folded, data.get("accept", ()))),
    )


class _LaterCheck:
    """A check that is made when it first runs.

    Most rules find nothing in a small file: their guards say so, and to import their kinds, each
    with patterns of its own, would take longer than all the rest.
    """

    def __init__(self, params: Mapping[str, Any], scope: Scope, guard: str | None) -> None:
        self._params = params
        self._scope = scope
        self.guard = guard

    @functools.cached_property
    def _check(self) -> Check:
        return kind(self._params["kind"]).bind(self._params, self._scope)

    @property
    def patterns(self) -> Sequence[tuple[str, bool]]:
        return self._check.patterns

    def find(self, document: Document, today: datetime.date) -> Iterator[Match]:
        return self._check.find(document, today)


class _LaterComparison(_LaterCheck):
    """A check that compares documents, made when it is given some to compare."""

    def find(self, document: Document, today: datetime.date) -> Iterator[Match]:  # noqa: ARG002
        return iter(())  # as each Comparison does

    def find_among(
        self, documents: Sequence[Document], today: datetime.date
    ) -> Iterator[tuple[Document, Match]]:
        check = self._check
        assert isinstance(check, Comparison)  # noqa: S101  its kind is one that compares
        return check.find_among(documents, today)


def compact(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a run needs of a rule, for the cache: not its prose and its examples.

    Of a removed rule that is where it went. Raises BadPatternError.
    """
    if is_removed(data):
        wanted: tuple[str, ...] = ("id", "stage", "formerly", "gone")
        return {key: data[key] for key in wanted if key in data}
    wanted = (
        *("id", "severity", "preset", "stage", "since", "before", "formerly", "locked"),
        *("applies_to", "check"),
    )
    rule = bind(data)
    return {
        **{key: data[key] for key in wanted if key in data},
        "guard": rule.guard,
        "loose": rule.loose,
        "regions": kind(data["check"]["kind"]).regions,
    }


def _verify(check: Check) -> None:
    from guideline_kit.checks.matching import compiled  # what is in the cache was verified

    for pattern, ignore_case in check.patterns:
        odd = next((sign for sign in pattern if ord(sign) < 32 and sign not in "\t\n\r"), None)
        if odd is not None:
            reason = f"it holds U+{ord(odd):04X}, which is what YAML makes of \\b in double quotes"
            raise BadPatternError(f"{reason}: write it in single quotes", pattern)
        try:
            compiled(pattern, ignore_case)
        except re2.error as error:
            from guideline_kit.schemas import why_not_re2

            raise BadPatternError(why_not_re2(error), pattern) from None


# --- ids -----------------------------------------------------------------------------------


def is_removed(data: Mapping[str, Any]) -> bool:
    """Whether a rule file only says where a rule went: it can't be bound, and never runs."""
    return bool(data["stage"] == "removed")


class Names(NamedTuple):
    """What the ids of a catalog's rules stand for.

    `ids` are those of the rules that can run. `earlier` leads from an id that a rule had before
    to the one it has now, `gone` from the id of a removed rule to what its file says of that.
    `complete` is false where not all rules of the catalog are known.
    """

    ids: frozenset[str]
    locked: frozenset[str] = frozenset()
    earlier: Mapping[str, str] = MappingProxyType({})
    gone: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
    complete: bool = True

    @classmethod
    def of(cls, rules: Iterable[Mapping[str, Any]], *, complete: bool = True) -> Names:
        """Return the names of rules, from the data of their files."""
        rules = list(rules)
        return cls(
            ids=frozenset(data["id"] for data in rules if not is_removed(data)),
            locked=frozenset(data["id"] for data in rules if data.get("locked")),
            earlier={name: data["id"] for data in rules for name in data.get("formerly", ())},
            gone={data["id"]: data["gone"] for data in rules if is_removed(data)},
            complete=complete,
        )

    def current(self, name: str) -> str:
        """Return the id that a rule has now, for one that it may have had before."""
        known = name in self.ids or name in self.gone
        return name if known else self.earlier.get(name, name)


def where_it_went(id: str, gone: Mapping[str, Any]) -> tuple[str, str]:
    """Return when and why a rule was removed, and what to use instead, for people."""
    others = [f"'{name}'" for name in gone.get("instead", ())]
    took_its_place = f"{' and '.join(others)} took its place" if others else ""
    reason = gone["reason"].rstrip(".")
    return f"the rule '{id}' was removed in {gone['since']}: {reason}", took_its_place
