"""Fixes: which ones are applied, and what the text is afterwards."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from linting import STYLES, findings, prompt, texts_of

from guideline_kit import yamlio
from guideline_kit.diagnostics import Diagnostic, Edit, Fix, Safety, Severity
from guideline_kit.fix import apply
from guideline_kit.text import Source, Span

SAFE = frozenset({Safety.SAFE})
TEXT = "One two three four five six seven."


def finding(
    *edits: tuple[int, int, str], safety: Safety = Safety.SAFE, rule: str = "a-rule"
) -> Diagnostic:
    made = tuple(Edit(Span(start, end), text) for start, end, text in edits)
    span = Span(min(edit.span.start for edit in made), max(edit.span.end for edit in made))
    return Diagnostic(
        rule, Severity.WARNING, "x", Source("x", TEXT), span, fix=Fix("x", made, safety)
    )


EDITS = st.tuples(
    st.integers(0, 34), st.integers(0, 4), st.sampled_from(["", "x", "yy", "zzzzz"])
).map(lambda drawn: (drawn[0], min(34, drawn[0] + drawn[1]), drawn[2]))
FINDINGS = st.lists(
    st.builds(
        lambda edits, safety: finding(*edits, safety=safety),
        st.lists(EDITS, min_size=1, max_size=1),
        st.sampled_from(Safety),
    ),
    max_size=8,
)


def slowly(text: str, found: list[Diagnostic], allowed: frozenset[Safety]) -> str:
    """Apply one fix after the other, each checked against all that were applied before."""
    applied: list[Edit] = []
    for item in sorted(found, key=lambda item: item.sort_key):
        if item.fix is None or item.fix.safety not in allowed:
            continue
        clash = any(
            new.span == old.span
            or (new.span.start < old.span.end and old.span.start < new.span.end)
            for new in item.fix.edits
            for old in applied
        )
        if not clash:
            applied += item.fix.edits
    for edit in sorted(applied, key=lambda edit: edit.span, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


@given(FINDINGS, st.frozensets(st.sampled_from(Safety)), st.randoms())
def test_the_first_of_overlapping_fixes_is_applied_in_whatever_order_they_come(
    found: list[Diagnostic], allowed: frozenset[Safety], random: object
) -> None:
    expected = slowly(TEXT, found, allowed)
    assert apply(TEXT, found, allowed) == expected
    random.shuffle(found)  # type: ignore[attr-defined]
    again = apply(TEXT, found, allowed)
    assert again == expected or len({item.sort_key for item in found}) < len(found)


def test_fixes_that_touch_are_both_applied() -> None:
    assert (
        apply(TEXT, [finding((0, 3, "1")), finding((3, 7, "-2"))], SAFE)
        == "1-2 three four five six seven."
    )


def test_a_fix_of_several_edits_is_applied_as_a_whole_or_not_at_all() -> None:
    both = finding((0, 3, "1"), (8, 13, "3"))
    assert apply(TEXT, [both], SAFE) == "1 two 3 four five six seven."
    assert apply(TEXT, [both, finding((4, 7, "2"))], SAFE) == "1 2 3 four five six seven."
    first = finding((0, 2, "x"), rule="0")
    assert apply(TEXT, [first, both], SAFE) == "xe two three four five six seven."


def test_only_fixes_that_are_trusted_enough_are_applied() -> None:
    found = [
        finding((0, 3, "1")),
        finding((4, 7, "2"), safety=Safety.UNSAFE),
        finding((8, 13, "3"), safety=Safety.SUGGESTION),
    ]
    assert apply(TEXT, found, frozenset()) == TEXT
    assert apply(TEXT, found, SAFE) == "1 two three four five six seven."
    assert (
        apply(TEXT, found, frozenset({Safety.SAFE, Safety.UNSAFE}))
        == "1 2 three four five six seven."
    )


def test_an_insertion_and_a_removal() -> None:
    assert apply(TEXT, [finding((0, 0, "> "))], SAFE) == "> " + TEXT
    assert apply(TEXT, [finding((3, 7, ""))], SAFE) == "One three four five six seven."
    assert apply(TEXT, [finding((34, 34, "!"))], SAFE) == TEXT + "!"


def test_a_finding_without_a_fix_changes_nothing() -> None:
    assert (
        apply(TEXT, [Diagnostic("x", Severity.ERROR, "x", Source("x", TEXT), Span(0, 3))], SAFE)
        == TEXT
    )


@given(st.lists(st.sampled_from(["ab", "abc", "bc", "b", " ", "x"]), max_size=20).map("".join))
def test_fixing_comes_to_an_end(text: str) -> None:
    """Fixes that make work for others: after a few passes there is nothing left to fix."""
    check = {"kind": "pattern", "any": ["abc?", "bc", "xx"], "replace": "x", "fix": "safe"}
    for _ in range(len(text) + 1):
        found = findings(check, text, "text", where="anywhere")
        if not found:
            break
        shorter = apply(text, found, SAFE)
        assert len(shorter) < len(text)
        text = shorter
    assert findings(check, text, "text", where="anywhere") == ()


REPLACE = {
    "kind": "terms",
    "replace": {
        "can not": "can't",
        "utilize": "use",
        "cite": 'say "so"',
        "path": "a\\b",
        "ratio": "1: 2",
    },
    "fix": "safe",
}


@given(
    texts_of("can not", "utilize", "cite", "path", "ratio", "don't"),
    st.sampled_from(sorted(STYLES)),
    st.integers(20, 90),
)
def test_a_fix_in_an_entry_is_written_as_its_yaml_wants_it(
    text: str, style: str, width: int
) -> None:
    source = prompt(("system", text), style=style, width=width)
    found = findings(REPLACE, source, "catalog-prompt")
    fixed = yamlio.read(Source("x", apply(source, found, SAFE)))
    assert not fixed.problems
    assert fixed.tree is not None
    content = fixed.tree.get(("template", "messages", 0, "content"))
    # A plain scalar can't hold every text: then there is no fix.
    unfixed = {item.message for item in found if item.fix is None}
    assert not unfixed or fixed.tree.place(("template", "messages", 0, "content")).style is None
    assert unfixed <= {"cite", "path", "ratio"}
    in_file = [item for item in findings(REPLACE, text, "text") if item.message not in unfixed]
    expected = apply(text, in_file, SAFE)
    assert " ".join(content.split()) == " ".join(expected.split())


def test_ten_thousand_fixes_take_no_longer_than_they_must() -> None:
    text = "few " * 20_000
    found = findings({"kind": "terms", "replace": {"few": "3"}, "fix": "safe"}, text)
    assert len(found) == 20_000
    assert apply(text, found, SAFE) == "3 " * 20_000
