"""(text, findings) -> text: applies fixes until nothing is left that they mend.

A fix is kept only if it takes its finding away and brings no other one, and if the file says
afterwards what the fix meant it to say. Fixing that is done twice changes nothing the second
time: the last pass is one in which no fix could be kept.
"""

from __future__ import annotations

from bisect import insort
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from guideline_kit import formats
from guideline_kit.diagnostics import Diagnostic, Edit, Safety
from guideline_kit.fix.edits import apart, composed, edited, in_style, overlaps, place, spliced
from guideline_kit.fix.meaning import as_meant
from guideline_kit.text import Source, Span

__all__ = ("PASSES", "SAFE", "UNSAFE", "Fixed", "apply", "edited", "settle")

PASSES = 10
# How often a pass may look at the text to find out which fixes do harm; a long one less often,
# so that the time stays in proportion.
_TRIES = range(10, 41)
_CHARACTERS = 4_000_000

SAFE = frozenset((Safety.SAFE,))
UNSAFE = frozenset((Safety.SAFE, Safety.UNSAFE))

Look = Callable[[Source], Sequence[Diagnostic]]


@dataclass(frozen=True, slots=True)
class Fixed:
    """What fixing made of a text.

    `edits` make the new text of the old one in one step. `found` is what there is to say about
    the new text, and `refused` says of fixes that were tried and not kept why.
    """

    source: Source
    edits: tuple[Edit, ...]
    found: tuple[Diagnostic, ...]
    refused: Mapping[Diagnostic, str]


def apply(text: str, diagnostics: Iterable[Diagnostic], allowed: frozenset[Safety]) -> str:
    """Return a text with the fixes of some diagnostics applied, in one pass and unproved.

    Of two fixes that overlap, the one that begins first is applied.
    """
    chosen, _ = _choose(_fixable(diagnostics, allowed), [])
    return edited(text, _edits(chosen, text))


def settle(source: Source, format: str, look: Look, allowed: frozenset[Safety]) -> Fixed:
    """Apply the fixes of what is found in a text, look again, and so on.

    `look` returns the findings of a text, `allowed` says which fixes can be trusted.
    """
    pieces: list[Span | str] = [Span(0, len(source.text))]
    original = source.text
    found = tuple(look(source))
    refused: dict[Diagnostic, str] = {}
    for _ in range(PASSES):
        items = _fixable(found, allowed)
        if not items:
            refused = {}
            break
        step = _Pass(source, format, look, found)
        step.run(items)
        refused = step.refused
        if not step.kept:
            break
        pieces = spliced(pieces, _edits(step.kept, source.text))
        source, found = step.source, step.found
    else:
        why = f"after {PASSES} passes there is still something to fix; run it again"
        refused = dict.fromkeys(_fixable(found, allowed), why)
    return Fixed(source, composed(pieces, original), found, refused)


class _Pass:
    """One pass over a text: keeps as many fixes as do what they say and no harm."""

    def __init__(
        self, source: Source, format: str, look: Look, found: Sequence[Diagnostic]
    ) -> None:
        self.before = source
        self.document = formats.read(source, format)
        self.format = format
        self.look = look
        self.counts = Counter(item.rule for item in found)
        self.kept: list[Diagnostic] = []
        self.refused: dict[Diagnostic, str] = {}
        self.source = source  # with what is kept
        self.found = tuple(found)
        affordable = _CHARACTERS // max(1, len(source.text))
        self.tries = max(_TRIES[0], min(affordable, _TRIES[-1]))
        self.taken: Counter[str] = Counter()  # findings that are gone by what is kept

    def run(self, items: list[Diagnostic]) -> None:
        """Try all fixes at once; of those that overlap, the first that can be kept."""
        while items and self.tries:
            chosen, items = _choose(items, self.kept)
            self.add(chosen)
        self.give_up(items)

    def add(self, group: list[Diagnostic]) -> None:
        """Keep a group of fixes, or the parts of it that can be kept."""
        if not group:
            return
        if not self.tries:
            self.give_up(group)
            return
        self.tries -= 1
        harm = self.attempt(group)
        if not harm:
            return
        if len(group) == 1:
            self.refused[group[0]] = harm
            return
        rules = sorted({item.rule for item in group})
        if len(rules) > 1:  # mostly one rule is to blame
            parts = [[item for item in group if item.rule == rule] for rule in rules]
        else:
            half = len(group) // 2
            parts = [group[:half], group[half:]]
        for part in parts:
            self.add(part)

    def give_up(self, group: list[Diagnostic]) -> None:
        why = "too many fixes of this file do harm; it was left out with others"
        self.refused.update(dict.fromkeys(group, why))

    def attempt(self, group: list[Diagnostic]) -> str:
        """Keep a group of fixes if it does no harm; else say which."""
        edits = _edits([*self.kept, *group], self.before.text)
        source = Source(self.before.name, edited(self.before.text, edits), self.before.encoding)
        # A file that is in no format of its own can't cease to be in it.
        confirmed = self.format in formats.FALLBACKS or formats.confirm(
            self.format, source.name, source.text
        )
        if not confirmed or not as_meant(self.document, edits, formats.read(source, self.format)):
            return "the file would not say what the fix means"
        found = tuple(self.look(source))
        after = Counter(item.rule for item in found)
        taken = self.taken + Counter(item.rule for item in group)
        worse = [rule for rule in after if after[rule] > self.counts[rule] - taken[rule]]
        if worse and len(group) == 1 and len(source.text) < len(self.source.text):
            # What a fix takes out may bring the same fault together again, as with "!!!" where
            # "!!" becomes "!". The text gets shorter, so that comes to an end.
            taken = self.taken
            worse = [rule for rule in after if after[rule] > self.counts[rule] - taken[rule]]
        if worse:
            others = [f"'{rule}'" for rule in sorted(worse) if rule != group[0].rule]
            if others:
                return f"it would bring a finding of {' and '.join(others)}"
            return "the finding would stay, or another one like it would come"
        self.kept += group
        self.source, self.found, self.taken = source, found, taken
        return ""


def _fixable(diagnostics: Iterable[Diagnostic], allowed: frozenset[Safety]) -> list[Diagnostic]:
    """Return the diagnostics, in order, whose fixes are trusted and can be applied."""
    return sorted(
        (
            item
            for item in diagnostics
            if item.fix is not None and item.fix.safety in allowed and apart(item.fix.edits)
        ),
        key=lambda item: item.sort_key,
    )


def _choose(
    items: list[Diagnostic], kept: list[Diagnostic]
) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """Return fixes that overlap neither each other nor what is kept, and those that wait.

    Of two that overlap, the first waits for none; what overlaps with something kept has to
    wait for the next pass and is in neither list.
    """
    edits = sorted((edit for item in kept if item.fix for edit in item.fix.edits), key=place)
    fixed = list(edits)
    chosen: list[Diagnostic] = []
    waiting: list[Diagnostic] = []
    for item in items:
        if item.fix is None or any(overlaps(new, fixed) for new in item.fix.edits):
            continue
        if any(overlaps(new, edits) for new in item.fix.edits):
            waiting.append(item)
            continue
        chosen.append(item)
        for new in item.fix.edits:
            insort(edits, new, key=place)
    return chosen, waiting


def _edits(items: Sequence[Diagnostic], text: str) -> list[Edit]:
    """Return the edits of some fixes in order, as they are to be written in a text."""
    edits = sorted((edit for item in items if item.fix for edit in item.fix.edits), key=place)
    return in_style(edits, text)
