"""Rules and texts for tests of what silences rules."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from linting import TODAY, rule, rule_data

from guideline_kit import formats
from guideline_kit.diagnostics import Diagnostic
from guideline_kit.lint import RuleSet, lint
from guideline_kit.rules import Names
from guideline_kit.suppress import waive
from guideline_kit.text import Source

WORDS = {"amount": "few", "choice": "some", "crowd": "many"}


def _check(word: str) -> dict[str, object]:
    return {"kind": "terms", "words": [word]}


# These run; each finds a word, wherever it stands.
RULES = [rule(_check(word), id=id, where="anywhere") for id, word in WORDS.items()]
RAN = frozenset(item.id for item in RULES)
# What the catalog holds besides: one that does not run, a locked one, and one that is gone.
NAMES = Names.of(
    [
        *(rule_data(_check(WORDS[id]), id=id) for id in ("amount", "choice")),
        {**rule_data(_check("many"), id="crowd"), "locked": True, "formerly": ["throng"]},
        rule_data(_check("other"), id="not-run"),
        {
            "id": "retired",
            "stage": "removed",
            "formerly": ["old-retired"],
            "gone": {"since": "2.0.0", "reason": "It was wrong.", "instead": ["amount", "choice"]},
        },
    ]
)


def found(text: str, format: str = "markdown", name: str = "a file") -> tuple[Diagnostic, ...]:
    """Return all findings in a text, whatever silences them."""
    return lint(formats.read(Source(name, text), format), RuleSet(RULES), TODAY)


def left(
    text: str,
    format: str = "markdown",
    *,
    name: str = "a file",
    today: datetime.date = TODAY,
    ran: frozenset[str] = RAN,
    names: Names | None = NAMES,
) -> tuple[Diagnostic, ...]:
    """Return the findings in a text that are not silenced, and the complaints, in order."""
    document = formats.read(Source(name, text), format)
    everything = lint(document, RuleSet(RULES), TODAY)
    items = waive(document, everything, ran, today, names)
    return tuple(sorted(items, key=lambda item: item.sort_key))


def places(items: Iterable[Diagnostic]) -> list[str]:
    """Return findings as line:word, and complaints as line:id of the problem."""
    return [f"{item.position.line}:{_word(item)}" for item in items if item.position and item.span]


def _word(item: Diagnostic) -> str:
    if item.rule in ("suppression", "waiver") or item.span is None:
        return item.rule
    return item.source.slice(item.span)


def complaints(items: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return what is said about comments and waivers."""
    return [item for item in items if item.rule in ("suppression", "waiver")]
