"""Kinds of check: the small closed set of things that a rule file can ask for.

One module a kind. A kind turns a rule's parameters into a check, and a check looks at a
document and yields matches. Rules are data; only a kind is code.
"""

from __future__ import annotations

import datetime
import importlib
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol, runtime_checkable

from guideline_kit.diagnostics import Fix, Related
from guideline_kit.documents import Document
from guideline_kit.text import Span

KIND_NAMES = (
    "terms",
    "pattern",
    "required",
    "count",
    "repetition",
    "consistency",
    "conditional",
    "order",
    "metric",
    "placeholders",
    "markup",
    "characters",
    "secrets",
    "field",
    "keys",
    "contract",
    "similar",
)
# Kinds whose checks compare documents with each other (`Comparison`).
COMPARING = frozenset(("similar",))


class Match(NamedTuple):
    """A place that a check objects to; `values` fill the braces of the rule's message.

    `secret` says that no report may show what stands there; `aside` that it is no part of a
    prompt, so that this is all there is to do about it.
    """

    span: Span
    values: Mapping[str, str] = MappingProxyType({})
    fix: Fix | None = None
    related: tuple[Related, ...] = ()
    secret: bool = False
    aside: bool = False


class Scope(NamedTuple):
    """Where a check looks: the messages of some roles, and some regions of their text."""

    roles: frozenset[str] = frozenset(("system", "user"))
    regions: tuple[str, ...] = ("prose",)


class Check(Protocol):
    """A kind with a rule's parameters, ready to run.

    `guard` is an RE2 pattern that matches the regions of at least one message wherever
    `find` yields something; None means that the check always has to run.
    """

    @property
    def guard(self) -> str | None: ...

    @property
    def patterns(self) -> Sequence[tuple[str, bool]]:
        """The RE2 patterns that it will run, each with whether case is ignored."""
        ...

    def find(self, document: Document, today: datetime.date) -> Iterator[Match]:
        """Yield what the check objects to, in order within each message."""
        ...


@runtime_checkable
class Comparison(Check, Protocol):
    """A check that compares documents with each other; its `find` finds nothing in one."""

    def find_among(
        self, documents: Sequence[Document], today: datetime.date
    ) -> Iterator[tuple[Document, Match]]:
        """Yield what the check objects to, with the document that it is about."""
        ...


class Kind(Protocol):
    """A kind of check. `name` is what rule files call it."""

    name: str
    regions: tuple[str, ...]  # where it looks unless a rule says otherwise

    def bind(self, params: Mapping[str, Any], scope: Scope) -> Check:
        """Return the check for a rule's parameters, which fit the kind's schema."""
        ...


def kind(name: str) -> Kind:
    """Return a kind by its name; its module is imported when first asked for."""
    if name not in KIND_NAMES:
        raise KeyError(name)
    module = importlib.import_module(f"guideline_kit.checks.{name}")
    return module.KIND  # type: ignore[no-any-return]
