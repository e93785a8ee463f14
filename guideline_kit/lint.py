"""(Document, rules) -> Diagnostics. Pure: no file, no clock, no terminal."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

from guideline_kit.checks.guards import GuardSet
from guideline_kit.diagnostics import Diagnostic, Severity, in_order
from guideline_kit.documents import Document
from guideline_kit.rules import Rule
from guideline_kit.text import Span


class RuleSet:
    """Rules that run together, with their guards in front.

    `site_url` is where the site is published; diagnostics then link to their rule's page.
    """

    def __init__(self, rules: Sequence[Rule], site_url: str = "", *, guarded: bool = True) -> None:
        self.rules = tuple(rules)
        self.site_url = site_url.rstrip("/")
        self._always: list[int] = []
        guarded_rules: dict[tuple[str, ...], list[tuple[int, str]]] = {}
        for index, rule in enumerate(self.rules):
            guard = rule.guard if guarded else None
            if guard is None or "front-matter" in rule.scope.regions:
                self._always.append(index)
            else:
                guarded_rules.setdefault(rule.scope.regions, []).append((index, guard))
        self._guarded = [
            (regions, [index for index, _ in items], GuardSet([guard for _, guard in items]))
            for regions, items in guarded_rules.items()
        ]

    def candidates(self, document: Document) -> list[Rule]:
        """Return the rules that may find something, in the order of the set."""
        wanted = set(self._always)
        for regions, indexes, guards in self._guarded:
            for message in document.messages:
                wanted.update(indexes[hit] for hit in guards(message.layout.view(regions)))
        return [self.rules[index] for index in sorted(wanted)]


def lint(document: Document, rules: RuleSet, today: datetime.date) -> tuple[Diagnostic, ...]:
    """Return the problems of a document and what the rules find in it, in order."""
    found: list[Diagnostic] = list(document.problems)
    for rule in rules.candidates(document):
        if not rule.applies(document.format, document.fields):
            continue
        try:
            found.extend(_run(rule, document, rules, today))
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
    return in_order(found)


def _run(
    rule: Rule, document: Document, rules: RuleSet, today: datetime.date
) -> Iterator[Diagnostic]:
    url = f"{rules.site_url}/rules/{rule.id}.html" if rules.site_url else ""
    for match in rule.check.find(document, today):
        yield Diagnostic(
            rule=rule.id,
            severity=rule.severity,
            message=rule.say(match.values),
            source=document.source,
            span=match.span,
            related=match.related,
            fix=match.fix,
            help=rule.help,
            url=url,
        )
