"""(Document, rules) -> Diagnostics. Pure: no file, no clock, no terminal."""

from __future__ import annotations

import datetime
import functools
from collections.abc import Iterator, Sequence

from guideline_kit.checks import Comparison, Match
from guideline_kit.checks.guard_sets import GuardSet
from guideline_kit.diagnostics import Diagnostic, Severity, in_order
from guideline_kit.documents import Document
from guideline_kit.rules import Rule, folded
from guideline_kit.text import Span

_WHOLE = ("anywhere",)
_MANY = 8  # rules that look at the same regions: their guards are worth a view


class RuleSet:
    """Rules that run together, with their guards in front.

    `site_url` is where the site is published; diagnostics then link to their rule's page.
    `hiding` are rules about secrets that nobody asked for: they report nothing, and what they
    find is hidden in what the others report.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        site_url: str = "",
        *,
        hiding: Sequence[Rule] = (),
        guarded: bool = True,
    ) -> None:
        self.rules = tuple(rules)
        self.silent = frozenset(rule.id for rule in hiding)
        self._all = (*rules, *hiding)
        self.site_url = site_url.rstrip("/")
        self._always: list[int] = []
        by_regions: dict[tuple[str, ...], list[tuple[int, str]]] = {}
        in_front: list[tuple[int, str]] = []
        for index, rule in enumerate(self._all):
            guard = rule.guard if guarded else None
            if guard is None:
                self._always.append(index)
                continue
            if "front-matter" in rule.scope.regions:
                in_front.append((index, guard))
            regions = tuple(name for name in rule.scope.regions if name != "front-matter")
            if regions:
                by_regions.setdefault(regions, []).append((index, guard))
        self._share(by_regions)
        self._guarded = [(regions, *_guards(items)) for regions, items in by_regions.items()]
        self._in_front = in_front
        # Those that don't look at all documents of a format.
        self._choosy = frozenset(
            index for index, rule in enumerate(self._all) if "applies_to" in rule.data
        )
        self._for_format: dict[str, frozenset[int]] = {}

    def candidates(self, document: Document) -> list[Rule]:
        """Return the rules that may find something, in the order of the set."""
        wanted = set(self._always)
        for regions, indexes, guards in self._guarded:
            for message in document.messages:
                wanted.update(indexes[hit] for hit in guards(message.layout.view(regions)))
        front = document.fields_text
        if front is not None:
            indexes, guards = self._front
            wanted.update(indexes[hit] for hit in guards(front))
        wanted &= self._looking_at(document.format)
        wanted.difference_update(
            index for index in wanted & self._choosy if not self._all[index].applies(document)
        )
        return [self._all[index] for index in sorted(wanted)]

    @functools.cached_property
    def _front(self) -> tuple[list[int], GuardSet]:
        """The guards of rules that look at front matter, which most files have none of."""
        return _guards(self._in_front)

    def reported(self, found: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
        """Return findings without those that are for nobody."""
        return tuple(item for item in found if item.rule not in self.silent and not item.aside)

    def _share(self, by_regions: dict[tuple[str, ...], list[tuple[int, str]]]) -> None:
        """Let a few rules that look at regions of their own share the guards over all text.

        To make a view of their regions, and to search that, would cost each text more than to
        run them now and then for nothing.
        """
        whole = by_regions.get(_WHOLE)
        for regions, items in list(by_regions.items()):
            if whole is None or regions == _WHOLE or len(items) >= _MANY:
                continue
            found = [(index, self._all[index].loose) for index, _ in items]
            loose = [(index, guard) for index, guard in found if guard is not None]
            if len(loose) == len(found):
                whole += loose
                del by_regions[regions]

    def _looking_at(self, format: str) -> frozenset[int]:
        """Return the rules that look at a format at all."""
        if format not in self._for_format:
            self._for_format[format] = frozenset(
                index for index, rule in enumerate(self._all) if rule.takes(format)
            )
        return self._for_format[format]


def _guards(items: Sequence[tuple[int, str]]) -> tuple[list[int], GuardSet]:
    """Return the indexes of rules, and their guards as one set."""
    return [index for index, _ in items], GuardSet([guard for _, guard in items])


def lint(document: Document, rules: RuleSet, today: datetime.date) -> tuple[Diagnostic, ...]:
    """Return the problems of a document and what the rules find in it, in order."""
    return rules.reported(lint_silently(document, rules, today))


def lint_silently(
    document: Document, rules: RuleSet, today: datetime.date
) -> tuple[Diagnostic, ...]:
    """Return that, and what the rules find that report nothing: whoever adds to it has to know."""
    found: list[Diagnostic] = list(document.problems)
    for prompt in _prompts(document):
        _look(prompt, rules, today, found)
    return in_order(found)


def _prompts(document: Document) -> Iterator[Document]:
    """Yield what rules look at by itself: a document, or each prompt in it and then its fields."""
    if not document.parts:
        yield document
        return
    for part in document.parts:
        yield part._replace(application=document.application)
    yield document._replace(messages=(), placeholders=(), inputs=None, template_error=None)


def _look(
    document: Document, rules: RuleSet, today: datetime.date, found: list[Diagnostic]
) -> None:
    """Add what the rules find in one prompt."""
    for rule in rules.candidates(document):
        try:
            for match in rule.check.find(document, today):
                if not _is_accepted(rule, match, document):
                    found.append(_finding(rule, match, document, rules))  # noqa: PERF401  keeps what came before a crash
        except Exception as error:  # noqa: BLE001  one rule's crash must not cost the others' findings
            found.append(
                Diagnostic(
                    "internal-error",
                    Severity.ERROR,
                    f"The rule {rule.id} crashed on this file: {type(error).__name__}: {error}",
                    document.source,
                    Span(0, 0),
                    help=f"Please report it; until it is mended, use --ignore {rule.id}",
                )
            )


def _is_accepted(rule: Rule, match: Match, document: Document) -> bool:
    """Whether a configuration says of what a rule has found that it is all right."""
    return bool(rule.accepted) and folded(document.source.slice(match.span)) in rule.accepted


def _finding(rule: Rule, match: Match, document: Document, rules: RuleSet) -> Diagnostic:
    return Diagnostic(
        rule=rule.id,
        severity=rule.severity,
        message=rule.say(match.values),
        source=document.source,
        span=match.span,
        related=match.related,
        fix=match.fix,
        help=rule.help,
        url=f"{rules.site_url}/rules/{rule.id}.html" if rules.site_url else "",
        secret=match.secret,
        aside=match.aside,
    )


def lint_together(
    documents: Sequence[Document], rules: RuleSet, today: datetime.date
) -> tuple[Diagnostic, ...]:
    """Return what the rules that compare documents find among some, in order."""
    found: list[Diagnostic] = []
    for rule in rules.rules:
        if not isinstance(rule.check, Comparison):
            continue
        chosen = [item for item in documents if rule.applies(item)]
        if not chosen:
            continue
        try:
            found.extend(
                _finding(rule, match, document, rules)
                for document, match in rule.check.find_among(chosen, today)
                if not _is_accepted(rule, match, document)
            )
        except Exception as error:  # noqa: BLE001  as in lint
            found.append(
                Diagnostic(
                    "internal-error",
                    Severity.ERROR,
                    f"The rule {rule.id} crashed here: {type(error).__name__}: {error}",
                    chosen[0].source,
                    Span(0, 0),
                    help=f"Please report it; until it is mended, use --ignore {rule.id}",
                )
            )
    return in_order(found)
