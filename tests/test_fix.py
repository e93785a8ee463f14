"""Fixes: which ones are applied, and what the text is afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linting import STYLES, TODAY, findings, prompt, rule, texts_of
from shipped import shipped_catalog

from guideline_kit import formats, yamlio
from guideline_kit.diagnostics import Diagnostic, Edit, Fix, Safety, Severity
from guideline_kit.fix import PASSES, SAFE, UNSAFE, Fixed, apply, edited, settle
from guideline_kit.lint import RuleSet, lint
from guideline_kit.rules import Rule, bind
from guideline_kit.text import Source, Span
from guideline_kit.validate.examples import everywhere, strip_marks

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


# --- fixing until nothing is left ------------------------------------------------------------


def looking(*rules: Rule, format: str = "text") -> Callable[[Source], tuple[Diagnostic, ...]]:
    """Return what looks for the findings of rules in a text."""
    chosen = RuleSet(rules)
    return lambda source: lint(formats.read(source, format), chosen, TODAY)


def swap(id: str, **pairs: str) -> Rule:
    """Return a rule that has each word written as another one."""
    words = {word.replace("_", " "): new for word, new in pairs.items()}
    return rule({"kind": "terms", "replace": words, "fix": "safe"}, id=id, where="anywhere")


def pattern(id: str, pattern: str, new: str) -> Rule:
    check = {"kind": "pattern", "pattern": pattern, "replace": new, "fix": "safe"}
    return rule(check, id=id, where="anywhere")


def settled(text: str, *rules: Rule, format: str = "text") -> Fixed:
    return settle(Source("x", text), format, looking(*rules, format=format), SAFE)


def reasons(fixed: Fixed) -> list[str]:
    return [f"{item.rule}: {why}" for item, why in fixed.refused.items()]


def test_fixes_that_make_work_for_others_are_made_in_several_passes() -> None:
    fixed = settled("((())) a", pattern("empty", r"\(\)", ""))
    assert fixed.source.text == " a"
    assert not fixed.found
    assert not fixed.refused


def test_of_fixes_that_overlap_the_second_is_made_in_the_next_pass() -> None:
    fixed = settled(
        "one two three", swap("a", one_two="one 2"), swap("b", two_three="2 3", two="2")
    )
    assert fixed.source.text == "one 2 three"
    fixed = settled("aaa bbb ccc", swap("a", aaa_bbb="aaa x"), swap("b", bbb_ccc="x ccc", ccc="y"))
    assert fixed.source.text == "aaa x y"


def test_two_rules_that_fight_leave_the_text_alone_and_are_named() -> None:
    one, other = swap("a-rule", cat="dog"), swap("b-rule", dog="cat")
    fixed = settled("A cat.", one, other)
    assert fixed.source.text == "A cat."
    assert fixed.edits == ()
    assert reasons(fixed) == ["a-rule: it would bring a finding of 'b-rule'"]
    fixed = settled("A cat and a dog.", one, other)
    assert fixed.source.text == "A cat and a dog."
    assert reasons(fixed) == [
        "a-rule: it would bring a finding of 'b-rule'",
        "b-rule: it would bring a finding of 'a-rule'",
    ]


def test_three_rules_that_fight_in_a_circle_are_named() -> None:
    rules = swap("a", one="two"), swap("b", two="three"), swap("c", three="one")
    fixed = settled("one", *rules)
    assert fixed.source.text == "one"
    assert reasons(fixed) == ["a: it would bring a finding of 'b'"]


def test_only_the_fix_that_does_harm_is_left_out() -> None:
    good = swap("good", utilize="use")
    harm = swap("harm", bad="worse")
    watch = rule({"kind": "terms", "words": ["worse"]}, id="watch", where="anywhere")
    text = "utilize " * 40 + "bad " + "utilize " * 40
    fixed = settled(text, good, harm, watch)
    assert fixed.source.text == "use " * 40 + "bad " + "use " * 40
    assert reasons(fixed) == ["harm: it would bring a finding of 'watch'"]
    assert [item.rule for item in fixed.found] == ["harm"]


def test_harm_does_not_hide_behind_another_fix() -> None:
    """One finding less of a rule is no leave to bring one of the same rule elsewhere."""
    fixed = settled("cat bird", swap("a", cat="dog"), swap("b", bird="cat"))
    assert "a: " not in "".join(reasons(fixed))
    assert fixed.source.text == "dog bird"
    assert reasons(fixed) == ["b: it would bring a finding of 'a'"]


def test_a_fix_that_mends_nothing_is_refused() -> None:
    fixed = settled("a cat", swap("a", cat="cat"))
    assert fixed.source.text == "a cat"
    assert reasons(fixed) == ["a: the finding would stay, or another one like it would come"]


def test_a_fix_that_would_grow_for_ever_is_refused() -> None:
    fixed = settled("ab", pattern("grow", "b", "bb"))
    assert fixed.source.text == "ab"
    assert len(fixed.refused) == 1


def test_what_needs_many_passes_stops_and_says_so() -> None:
    text = "(" * 30 + ")" * 30
    fixed = settled(text, pattern("empty", r"\(\)", ""))
    assert fixed.source.text == "(" * (30 - PASSES) + ")" * (30 - PASSES)
    assert reasons(fixed) == [
        f"empty: after {PASSES} passes there is still something to fix; run it again"
    ]


def test_a_thousand_fixes_that_do_harm_take_a_bounded_number_of_looks() -> None:
    harm, watch = swap("harm", bad="worse"), rule({"kind": "terms", "words": ["worse"]}, id="w")
    looks = 0
    look = looking(harm, watch)

    def count(source: Source) -> tuple[Diagnostic, ...]:
        nonlocal looks
        looks += 1
        return look(source)

    text = "bad " * 1000
    fixed = settle(Source("x", text), "text", count, SAFE)
    assert fixed.source.text == text
    assert len(fixed.refused) == 1000
    assert looks < 60


def test_a_fix_that_does_harm_does_not_hold_up_the_one_that_it_overlaps() -> None:
    watch = rule({"kind": "terms", "words": ["worse"]}, id="watch", where="anywhere")
    fixed = settled("bad old way", swap("a", bad_old="worse"), swap("b", old_way="new way"), watch)
    assert fixed.source.text == "bad new way"
    assert not fixed.found


def test_a_rule_that_only_does_harm_does_not_hold_up_the_others() -> None:
    watch = rule({"kind": "terms", "words": ["worse"]}, id="watch", where="anywhere")
    text = "bad utilize " * 1000
    fixed = settled(text, swap("harm", bad="worse"), swap("good", utilize="use"), watch)
    assert fixed.source.text == "bad use " * 1000


def test_a_fix_whose_edits_overlap_each_other_is_never_applied() -> None:
    torn = finding((0, 5, "x"), (3, 8, "y"))
    assert apply(TEXT, [torn], SAFE) == TEXT
    twice = finding((4, 4, "x"), (4, 4, "y"))
    assert apply(TEXT, [twice], SAFE) == TEXT


# Rules that mend, that make work for each other, and that fight.
TWISTED = [
    swap("a", cat="dog"),
    swap("b", dog="cat"),
    swap("c", bird="big bird"),
    swap("d", big="large", large_large="large"),
    pattern("e", "!!", "!"),
    pattern("f", r"\(\)", ""),
    pattern("g", "  ", " "),
    swap("h", very=""),
    pattern("i", "(?P<what>cat|fish) fish", "{what}"),
    rule({"kind": "terms", "words": ["large bird", "a dog"]}, id="w", where="anywhere"),
    rule({"kind": "count", "of": "matches", "pattern": "cat", "max": 2}, id="x"),
]
WORDS = ["cat", "dog", "bird", "big", "fish", "very", "!!", "(", ")", "()", " ", " ", "  ", "\n"]
TANGLES = st.lists(st.sampled_from(WORDS), max_size=25).map("".join)


@given(TANGLES, st.lists(st.sampled_from(TWISTED), unique_by=lambda item: item.id))
def test_fixing_makes_nothing_worse_and_a_second_time_changes_nothing(
    text: str, rules: list[Rule]
) -> None:
    before = Counter(item.rule for item in looking(*rules)(Source("x", text)))
    fixed = settled(text, *rules)
    after = Counter(item.rule for item in fixed.found)
    assert all(after[id] <= before[id] for id in after), "more findings than before"
    assert fixed.found == looking(*rules)(fixed.source), "the findings are those of another text"
    assert edited(text, fixed.edits) == fixed.source.text
    again = settled(fixed.source.text, *rules)
    assert not again.edits, "a second time it changes something"
    assert again.refused == fixed.refused
    left = [item for item in fixed.found if item.fix]
    assert set(left) >= set(fixed.refused)


@given(TANGLES, st.lists(st.sampled_from(TWISTED), unique_by=lambda item: item.id))
def test_edits_stay_away_from_what_has_no_finding(text: str, rules: list[Rule]) -> None:
    parts = ["Nothing to see.\n", text, "\nNothing to see."]
    edits = settled("".join(parts), *rules).edits
    low, high = len(parts[0]), len(parts[0]) + len(text)
    assert all(low <= edit.span.start <= edit.span.end <= high for edit in edits)
    assert all(one.span.end < two.span.start for one, two in pairwise(edits)), "edits that touch"


# --- the file around a text ------------------------------------------------------------------

MEND = [
    swap("a", can_not="can't", utilize="use", whitelist="allowlist", very=""),
    swap("b", cite='say "so"', path="a\\b", ratio="1: 2", hash="a #b"),
    rule({"kind": "characters", "classes": ["invisible"], "replace": "", "fix": "safe"}, id="c"),
    pattern("d", "!!", "!"),
]
SAID = texts_of(
    *("can not", "utilize", "cite", "path", "ratio", "hash", "very"),
    *("re\u200bfund", "a\u00ad\u200bb", "!!!"),
)


@given(SAID, st.sampled_from(sorted(STYLES)), st.integers(10, 90), st.sampled_from(["\n", "\r\n"]))
def test_fixing_inside_of_yaml_gives_the_same_text_as_fixing_the_text(
    text: str, style: str, width: int, line_end: str
) -> None:
    comment = "  # can not utilize this\n"
    source = prompt(("system", text), "utilize", style=style, width=width)
    source = source.replace("template:\n", f"template:{comment}").replace("\n", line_end)
    fixed = settled(source, *MEND, format="catalog-prompt")
    assert comment.strip() in fixed.source.text, "comments stay"
    before, after = yamlio.read(Source("x", source)), yamlio.read(fixed.source)
    assert not after.problems
    assert before.tree is not None
    assert after.tree is not None
    path = ("template", "messages", 0, "content")
    value = before.tree.get(path)
    if fixed.refused or any(item.fix is None for item in fixed.found):
        return  # a plain or folded scalar can't hold every text
    assert after.tree.get(path) == settled(value, *MEND).source.text
    # Every byte outside of the edits is as it was.
    at = moved = 0
    for edit in fixed.edits:
        piece = source[at : edit.span.start]
        assert fixed.source.text[at + moved : edit.span.start + moved] == piece
        at, moved = edit.span.end, moved + len(edit.text) - len(edit.span)
    assert fixed.source.text[at + moved :] == source[at:]
    assert fixed.source.text.count("\r") == fixed.source.text.count("\n") * (line_end == "\r\n")


def test_nearly_all_fixes_can_be_made_in_every_style() -> None:
    text = "We can not utilize this to cite the path.\n\nIt is very good, re\u200bfund!!\n"
    for style in STYLES:
        for width in (20, 80):
            source = prompt(("system", text), style=style, width=width)
            fixed = settled(source, *MEND, format="catalog-prompt")
            assert not reasons(fixed), style
            assert not [item for item in fixed.found if item.fix], style


FOLDED = """\
id: a-prompt
template:
  messages:
    - role: user
      content: >
        Go on.
        very well
"""


def test_a_fix_that_yaml_would_read_otherwise_is_refused() -> None:
    """A folded line that begins with a blank keeps its line break: the text would be another."""
    remove = pattern("a", "very", "")
    fixed = settled(FOLDED, remove, format="catalog-prompt")
    assert fixed.source.text == FOLDED
    assert reasons(fixed) == ["a: the file would not say what the fix means"]
    assert settled("Go on. very well", remove).source.text == "Go on.  well"


@pytest.mark.parametrize("what", [r"\.(?P<match>\n)\nT", r"\.\n(?P<match>\n)T"])
@pytest.mark.parametrize("style", ["folded", "plain", "single", "double", "literal"])
def test_of_two_line_breaks_that_one_fold_makes_none_is_taken_for_both(
    what: str, style: str
) -> None:
    source = prompt("One.\n\nTwo.", style=style)
    fixed = settled(source, pattern("a", what, ""), format="catalog-prompt")
    tree = yamlio.read(fixed.source).tree
    assert tree
    content = tree.get(("template", "messages", 0, "content")).rstrip("\n")
    assert content == ("One.\n\nTwo." if fixed.refused else "One.\nTwo.")
    if style in ("folded", "plain", "single"):
        assert fixed.refused, "it can't know which of the two is meant"


LITERAL = "id: x\ntemplate:\n  messages:\n    - content: |\n"


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("id: x\ntemplate: {messages: [{role: user, content: none}]}\n", swap("a", none="null")),
        ("id: x\ntemplate:\n  messages:\n    - content: few\n", swap("a", few="3")),
        (f"{LITERAL}        very\n         x\n      role: user\n", pattern("a", "very", "")),
    ],
)
def test_a_fix_that_would_break_an_entry_is_refused(text: str, rules: Rule) -> None:
    fixed = settled(text, rules, format="catalog-prompt")
    assert fixed.source.text == text
    assert reasons(fixed) == ["a: the file would not say what the fix means"]


def test_a_fix_that_would_break_front_matter_is_refused() -> None:
    text = "---\nname: x\ndescription: few\n---\nfew\n"
    broken = rule({"kind": "terms", "replace": {"few": "a: b"}, "fix": "safe"}, id="a",
                  where=["prose", "front-matter"])  # fmt: skip
    fixed = settled(text, broken, format="agent-skill")
    assert fixed.source.text == "---\nname: x\ndescription: few\n---\na: b\n"
    assert len(fixed.refused) == 1


def test_a_fix_that_would_make_another_value_of_a_text_is_refused() -> None:
    text = "---\nname: x\ndescription: few\n---\nfew\n"
    number = rule({"kind": "terms", "replace": {"few": "3"}, "fix": "safe"}, id="a",
                  where=["prose", "front-matter"])  # fmt: skip
    fixed = settled(text, number, format="agent-skill")
    assert fixed.source.text == "---\nname: x\ndescription: few\n---\n3\n"
    assert reasons(fixed) == ["a: the file would not say what the fix means"]


def test_a_fix_after_which_an_entry_is_not_known_as_one_is_refused() -> None:
    text = prompt("x")
    at = text.index("template:")
    quoted = Edit(Span(at, at + 8), '"template"')
    item = Diagnostic("a", Severity.ERROR, "x", Source("x", text), Span(at, at + 8),
                      fix=Fix("x", (quoted,), Safety.SAFE))  # fmt: skip
    fixed = settle(
        Source("x", text),
        "catalog-prompt",
        lambda source: [item] if source.text == text else [],
        SAFE,
    )
    assert fixed.source.text == text
    assert reasons(fixed) == ["a: the file would not say what the fix means"]


def test_a_new_line_break_is_like_those_of_the_file() -> None:
    split = pattern("a", "; ", ".\n")
    assert settled("One; two.\n", split).source.text == "One.\ntwo.\n"
    assert settled("One; two.\r\n", split).source.text == "One.\r\ntwo.\r\n"
    assert settled("One; two.\r", split).source.text == "One.\rtwo.\r"
    assert settled("One; two", split).source.text == "One.\ntwo"
    mixed = "a\r\nb\nc\r\nd; e\n\rf\r\n"
    assert settled(mixed, split).source.text == mixed.replace("; ", ".\r\n")


@pytest.mark.parametrize(
    ("style", "written"),
    [("literal", "|-\n        One.\n        two."), ("double", '"One.\\ntwo."'), ("folded", None),
     ("single", None), ("plain", None)],
)  # fmt: skip
def test_a_new_line_break_in_yaml(style: str, written: str | None) -> None:
    source = prompt("One; two.", style=style)
    fixed = settled(source, pattern("a", "; ", ".\n"), format="catalog-prompt")
    if written is None:  # the style has no line break that is short to write
        assert fixed.source.text == source
    else:
        assert written in fixed.source.text


# --- the rules that ship ---------------------------------------------------------------------

SHIPPED = [
    bind(everywhere(entry.data))
    for entry in shipped_catalog().rules
    if entry.data["stage"] != "removed"
]
EXAMPLES = [
    (entry.id, strip_marks(example["bad"], example.get("marks", "«»")).text)
    for entry in shipped_catalog().rules
    for example in entry.data["examples"]
    if "bad" in example and example.get("format", "markdown") == "markdown"
]
MENDED = [
    (id, text)
    for id, text in EXAMPLES
    if any(item.fix and item.fix.safety in UNSAFE
           for item in looking(*SHIPPED, format="markdown")(Source("x", text)))
]  # fmt: skip


def test_some_shipped_rules_have_fixes() -> None:
    assert {"invisible-character", "no-break-space", "complex-word"} <= {id for id, _ in MENDED}


# What compares parts of a text with each other finds more where a fix makes two of them alike.
# `settle` refuses that; of a fix by itself it can't be asked.
COMPARING = ("repetition", "consistency", "similar")
JUDGING = [item for item in SHIPPED if item.data["check"]["kind"] not in COMPARING]


def expect_no_harm(text: str, allowed: frozenset[Safety]) -> None:
    """Check that all fixes can be made, in a run and each alone, and bring no finding."""
    look = looking(*JUDGING, format="markdown")
    found = look(Source("x", text))
    before = Counter(item.rule for item in found)
    for item in found:
        if item.fix is None or item.fix.safety not in allowed:
            continue
        alone = Counter(new.rule for new in look(Source("x", apply(text, [item], allowed))))
        more = {id: alone[id] - before[id] for id in alone if alone[id] > before[id]}
        assert not more, f"the fix of {item.rule}, '{item.message}', brings {more}"
        assert alone[item.rule] < before[item.rule], f"the fix of {item.rule} mends nothing"
    fixed = settle(Source("x", text), "markdown", look, allowed)
    assert not fixed.refused, reasons(fixed)
    assert not [item for item in fixed.found if item.fix and item.fix.safety in allowed]


@pytest.mark.parametrize(("id", "text"), MENDED, ids=lambda value: value[:24])
def test_no_fix_of_an_example_brings_a_finding(id: str, text: str) -> None:
    expect_no_harm(text, UNSAFE)


@given(
    st.lists(st.sampled_from([text for _, text in EXAMPLES]), min_size=1, max_size=4),
    st.sampled_from(["\n", "\n\n", "\n\n---\n\n"]),
)
def test_no_safe_fix_brings_a_finding(pieces: list[str], gap: str) -> None:
    expect_no_harm(gap.join(pieces), SAFE)


WRITTEN = texts_of(
    *(
        "utilize",
        "Utilized",
        "commence",
        "in order to",
        "white\u200blist",
        "30\u00a0days",
        "several",
    ),
    *(
        "re\u200bfund",
        "\n# Title\n\n",
        "\n- ",
        "`code`",
        "**bold**",
        "{{name}}",
        "<text>",
        "\n```\n",
    ),
    *("word\u200b", "\u200bword", "a\u200b\u200bb", "-\u00a0x", "MUST", "<b>", "TODO", "1.\u00a0x"),
)


@given(WRITTEN)
def test_no_safe_fix_brings_a_finding_into_a_text_that_somebody_writes(text: str) -> None:
    look = looking(*SHIPPED, format="markdown")
    before = Counter(item.rule for item in look(Source("x", text)))
    fixed = settle(Source("x", text), "markdown", look, SAFE)
    after = Counter(item.rule for item in fixed.found)
    assert all(after[id] <= before[id] for id in after)
    assert not settle(fixed.source, "markdown", look, SAFE).edits
