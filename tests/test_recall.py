"""How many defects are found: planted at random places in clean prompts, as people make them.

A plant counts as found if a rule that fits reports something within two lines of it. The places
are drawn with fixed seeds, so that a run says the same as the last one.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

import pytest
from linting import TODAY
from recall_hosts import Host, catalog_text, entries, hosts, read
from recall_plants import (
    CHARACTERS,
    EXAMPLES,
    FENCES,
    LIMITS,
    PLACEHOLDERS,
    REFERENCES,
    REPEATED,
    SECRETS,
    TAGS,
    UNFINISHED,
    Form,
    Plant,
)
from shipped import shipped_catalog

from guideline_kit import formats
from guideline_kit.lint import RuleSet, lint
from guideline_kit.rules import bind

PLANTS = 80  # of a sort, at least
NEAR = 2  # lines
OVERALL = 0.95
OF_A_SORT = 0.9


@dataclass(frozen=True)
class Sort:
    """A sort of defect: the rules that fit, by id or all of a kind of check, and its forms.

    A rule that is only strict fits where `strict` names it.
    """

    forms: Mapping[str, Form]
    rules: tuple[str, ...] = ()
    kind: str = ""
    strict: tuple[str, ...] = ()


SORTS = {
    "an undeclared placeholder": Sort(PLACEHOLDERS, ("undeclared-placeholder",)),
    "an open tag": Sort(TAGS, ("unclosed-tag", "unopened-tag", "crossed-tag")),
    "an open fence": Sort(FENCES, ("open-fence",)),
    "a hidden character": Sort(
        CHARACTERS,
        (
            *("invisible-character", "hidden-tags", "bidirectional-control"),
            *("confusable-letter", "control-character"),
        ),
    ),
    "a secret": Sort(SECRETS, kind="secrets"),
    "two limits that contradict": Sort(LIMITS, ("contradicting-limits",)),
    "an instruction said twice": Sort(
        REPEATED, ("repeated-instruction",), strict=("repeated-instruction",)
    ),
    "a reference that leads nowhere": Sort(REFERENCES, ("broken-reference",)),
    "unfinished text": Sort(
        UNFINISHED, ("unfinished-text", "trailing-dots"), strict=("trailing-dots",)
    ),
    "an example off its contract": Sort(EXAMPLES, kind="contract"),
}


@functools.cache
def rules_of(name: str) -> RuleSet | None:
    """Return the rules that fit a sort; None where the catalog has none yet."""
    sort = SORTS[name]
    found = [
        bind(entry.data)
        for entry in shipped_catalog().rules
        if entry.data["stage"] in ("stable", "preview")
        and (entry.id in sort.rules or entry.data["check"]["kind"] == sort.kind)
        and (entry.data["preset"] == "default" or entry.id in sort.strict)
    ]
    return RuleSet(found) if found else None


def lines_of_findings(rules: RuleSet, text: str, format: str) -> set[int]:
    ids = {rule.id for rule in rules.rules}
    lines: set[int] = set()
    for item in lint(read(text, format), rules, TODAY):
        assert item.rule in ids, f"{item.rule}: {item.message}"
        if item.span is not None:
            first, last = map(item.source.position, (item.span.start, item.span.end))
            lines.update(range(first.line, last.line + 1))
    return lines


def plant(form: Form, seed: str) -> tuple[Host, Plant]:
    """Plant a defect in a prompt that has room for it."""
    random = Random(seed)  # noqa: S311  nothing depends on its being hard to guess
    for _ in range(400):
        host = random.choice(hosts())
        found = form(random, host)
        if found is not None:
            return host, found
    raise AssertionError(f"no prompt has room for this: {seed}")


@functools.cache
def outcome(name: str) -> tuple[Counter[str], dict[str, str]]:
    """Plant a sort of defect; return how often each form was planted, and what was missed."""
    rules = rules_of(name)
    assert rules is not None
    forms = SORTS[name].forms
    planted: Counter[str] = Counter()
    missed = {}
    for form in forms:
        for number in range(-(-PLANTS // len(forms))):
            seed = f"{name}, {form}, {number}"
            host, found = plant(forms[form], seed)
            near = {line + by for line in found.lines for by in range(-NEAR, NEAR + 1)}
            if near.isdisjoint(lines_of_findings(rules, found.text, found.format)):
                missed[seed] = f"{host.name}, line {found.lines[0]}"
            planted[form] += 1
    return planted, missed


@pytest.mark.parametrize("name", SORTS)
def test_the_prompts_are_clean(name: str) -> None:
    rules = rules_of(name)
    if rules is None:
        pytest.skip("the catalog has no rule for it")
    for host in hosts():
        lines = lines_of_findings(rules, host.file(host.lines), host.format)
        assert not lines, f"{host.name} has {name} in line {min(lines)}"
    for entry in entries():
        assert not lines_of_findings(rules, catalog_text(entry), formats.CATALOG_PROMPT), entry.id


@pytest.mark.parametrize("name", SORTS)
def test_almost_all_of_a_sort_are_found(name: str) -> None:
    if rules_of(name) is None:
        pytest.skip("the catalog has no rule for it")
    planted, missed = outcome(name)
    total = planted.total()
    assert total >= PLANTS
    listed = "\n".join(f"  {seed}: {place}" for seed, place in missed.items())
    assert total - len(missed) >= OF_A_SORT * total, (
        f"{len(missed)} of {total} were missed:\n{listed}"
    )


def test_almost_all_are_found() -> None:
    results = [outcome(name) for name in SORTS if rules_of(name) is not None]
    total = sum(planted.total() for planted, _ in results)
    missed = [seed for _, misses in results for seed in misses]
    listed = "\n  ".join(missed)
    assert total - len(missed) >= OVERALL * total, (
        f"{len(missed)} of {total} were missed:\n  {listed}"
    )
