"""What silences rules: what it covers, whether it counts, and what is said where it does not."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linting import TODAY, prompt, rule
from silencing import NAMES, RAN, RULES, WORDS, complaints, found, left, places

from guideline_kit import formats
from guideline_kit.diagnostics import Diagnostic, Severity
from guideline_kit.lint import RuleSet, lint
from guideline_kit.problems import PROBLEMS, SILENCEABLE
from guideline_kit.project.linting import Linter
from guideline_kit.rules import Names
from guideline_kit.suppress import may_silence, waive
from guideline_kit.text import Source, Span

RULE_OF = {word: id for id, word in WORDS.items()}
IGNORE_FEW = "<!-- guideline: ignore[amount] it does not matter -->"


def dated(days: int) -> str:
    return str(TODAY + datetime.timedelta(days))


# --- which lines ---------------------------------------------------------------------------

COVERED = {
    "a comment beside a text covers its line": (
        f"A few.\nA few. {IGNORE_FEW} A few.\nA few.\n",
        ["1:few", "3:few"],
    ),
    "a comment alone covers the next line": (
        f"A few.\n{IGNORE_FEW}\nA few.\nA few.\n",
        ["1:few", "4:few"],
    ),
    "blank lines stand between them": (f"{IGNORE_FEW}\n\n \t\n\nA few.\n\nA few.\n", ["7:few"]),
    "several comments above one line": (
        f"""\
{IGNORE_FEW}
<!-- guideline: ignore[choice] nor this -->

{{# guideline: ignore[amount] nor that #}}
A few and some.
A few and some.
""",
        ["4:suppression", "6:few", "6:some"],
    ),
    "two comments on a line of their own": (
        f"{IGNORE_FEW} <!-- guideline: ignore[choice] fine -->\nA few and some.\nA few.\n",
        ["3:few"],
    ),
    "a comment of several lines": (
        "<!-- guideline: ignore[amount]\n     it does not\n     matter\n-->\nA few.\nA few.\n",
        ["6:few"],
    ),
    "several lines, beside a text": (
        "A few. <!-- guideline: ignore[amount]\nit does not matter --> A few.\nA few.\n",
        ["3:few"],
    ),
    "a list item": (f"- A few {IGNORE_FEW}\n- A few\n", ["2:few"]),
    "two rules in one comment": (
        "A few, some. <!-- guideline: ignore[amount, choice] fine -->\n",
        [],
    ),
    "a block": (
        """\
A few.
<!-- guideline: ignore-start[amount] fine -->
A few.

A few and some.
<!-- guideline: ignore-end[amount] -->
A few.
""",
        ["1:few", "5:some", "7:few"],
    ),
    "a block within a line": (
        """\
A few. <!-- guideline: ignore-start[amount] fine --> A few.
A few. <!-- guideline: ignore-end[amount] --> A few.
""",
        ["1:few", "2:few"],
    ),
    "blocks that overlap": (
        """\
<!-- guideline: ignore-start[amount, choice] fine -->
A few, some.
<!-- guideline: ignore-end[amount] -->
A few, some.
<!-- guideline: ignore-end[choice] -->
A few, some.
""",
        ["4:few", "6:few", "6:some"],
    ),
    "the whole file, wherever it says so": (
        "A few.\n\nSome.\n\n<!-- guideline: ignore-file[amount] fine -->\n\nA few.\n",
        ["3:Some"],
    ),
    "at the end of the file": (f"A few.\n{IGNORE_FEW}", ["1:few", "2:suppression"]),
    "line ends of Windows": (
        f"A few.\r\n{IGNORE_FEW}\r\n\r\nA few.\r\nA few.\r\n",
        ["1:few", "5:few"],
    ),
}


@pytest.mark.parametrize("case", COVERED)
def test_covers_what_it_says(case: str) -> None:
    text, expected = COVERED[case]
    assert places(left(text)) == expected


def of_one_rule(check: Mapping[str, Any], text: str) -> list[str]:
    """Return what a rule, whose id is amount, finds in a text and is not silenced."""
    document = formats.read(Source("a file", text), "markdown")
    everything = lint(document, RuleSet([rule(check, id="amount")]), TODAY)
    assert len(everything) == 1, "the test proves nothing"
    items = waive(document, everything, frozenset(("amount",)), TODAY, NAMES)
    return [item.rule for item in items]


def test_a_finding_of_several_lines_is_silenced_where_it_begins() -> None:
    check = {"kind": "terms", "words": ["take some"]}
    assert of_one_rule(check, f"{IGNORE_FEW}\nTake\nsome.\n") == []
    assert of_one_rule(check, f"Text. {IGNORE_FEW} Take\nsome.\n") == []
    assert of_one_rule(check, f"Take\nsome. {IGNORE_FEW}\n") == ["amount", "suppression"]


@pytest.mark.parametrize(
    "text",
    [
        f"{IGNORE_FEW}\n# Title\n",
        f"# Title {IGNORE_FEW}\n",
        f"<!-- guideline: ignore-file[not-run] fine -->\n{IGNORE_FEW}\n\n# Title\n",
        "# Title\n\nText.\n\n<!-- guideline: ignore-file[amount] fine -->\n",
    ],
)
def test_a_comment_for_the_first_line_covers_what_is_said_of_the_document(text: str) -> None:
    assert of_one_rule({"kind": "required", "pattern": "zzz"}, text) == []


# --- whether it counts ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "counts"), [(-1, False), (0, True), (1, True), (100_000, True), (None, True)]
)
def test_the_last_day_counts_and_the_next_one_does_not(days: int | None, counts: bool) -> None:
    until = {} if days is None else {"until": dated(days)}
    in_waiver = left(entry([waiver("amount", **until)]), "catalog-prompt")
    term = f" until {until['until']}" if until else ""
    in_comment = left(f"A few. <!-- guideline: ignore[amount]{term}: fine -->\n")
    for items in (in_waiver, in_comment):
        assert any(item.rule == "amount" for item in items) != counts
        assert [str(item.severity) for item in complaints(items)] == ["warning"] * (not counts)
        if not counts:
            (item,) = complaints(items)
            assert f"ran out on {dated(-1)}" in item.message
            assert item.span
            assert item.source.slice(item.span).strip('"') == dated(-1)


@pytest.mark.parametrize("until", ["soon", "20261231", "2026-W52-1", "31.12.2026", "2026-02-30"])
def test_a_date_that_nobody_can_read_does_not_last_for_ever(until: str) -> None:
    for items in (
        left(entry([waiver("amount", until=until)]), "catalog-prompt"),
        left(f"A few. <!-- guideline: ignore[amount] until {until} by me: fine -->\n"),
    ):
        assert any(item.rule == "amount" for item in items)
        (item,) = complaints(items)
        assert "not as YYYY-MM-DD" in item.message
        assert item.span
        assert item.source.slice(item.span).strip('"') == until


@pytest.mark.parametrize("until", [20261231, True, ["2026-12-31"], {}])
def test_a_date_of_another_type_is_no_date(until: object) -> None:
    items = left(entry([waiver("amount", until=until)]), "catalog-prompt")
    (item,) = complaints(items)
    assert "YYYY-MM-DD" in item.message
    assert any(item.rule == "amount" for item in items)


def test_a_rule_that_did_not_run_is_not_judged() -> None:
    for text in (
        "<!-- guideline: ignore[not-run] fine -->\n",
        "<!-- guideline: ignore[not-run] until 2020-01-01: fine -->\n",
        "<!-- guideline: ignore-file[not-run, not-run] fine -->\n",
    ):
        assert left(text) == ()
    assert places(left(f"A few. {IGNORE_FEW}", ran=frozenset(("choice",)))) == ["1:few"]
    listed = [waiver("not-run"), waiver("unheard-of"), waiver("internal-error"), waiver("waiver")]
    assert places(left(entry(listed), "catalog-prompt")) == ["8:few", "8:some", "8:few"]


def test_where_not_all_rules_are_known_none_is_called_unknown() -> None:
    text = "<!-- guideline: ignore[unheard-of] fine -->\n"
    assert left(text, names=None) == ()
    assert left(text, names=Names(RAN, complete=False)) == ()
    (item,) = left(text)
    assert "There is no rule 'unheard-of'" in item.message


def test_while_a_rule_crashes_nothing_is_called_unneeded() -> None:
    document = formats.read(Source("a file", f"{IGNORE_FEW}\nText.\n"), "markdown")
    crash = Diagnostic("internal-error", Severity.ERROR, "Crashed", document.source)
    assert waive(document, (crash,), RAN, TODAY, NAMES) == (crash,)


def test_a_complaint_does_not_show_a_secret_that_is_silenced() -> None:
    text = "The key is few-0123. <!-- guideline: ignore[amount, choice] of the sandbox -->\n"
    document = formats.read(Source("a file", text), "markdown")
    span = Span(11, 19)
    secret = Diagnostic(
        "amount", Severity.ERROR, "A key", document.source, span, secret=True, hidden=(span,)
    )
    (item,) = waive(document, (secret,), RAN, TODAY, NAMES)
    assert "'choice' covers nothing" in item.message
    assert "few-0123" not in item.excerpt(0, len(text))


# --- locked rules --------------------------------------------------------------------------

LOCKED = {
    "": "only with an owner and a last day",
    " by writers:": "only with an owner and a last day",
    f" until {dated(30)}:": "only with an owner and a last day",
    f" until {dated(30)} by writers:": None,
    f" by writers until {dated(30)}:": None,
    f" until {dated(0)} by writers:": None,
    f" until {dated(366)} by writers:": None,
    f" until {dated(367)} by writers:": "only for 366 days",
    f" until {dated(-1)} by writers:": "ran out",
    " until 9999-12-31 by writers:": "only for 366 days",
}


@pytest.mark.parametrize("terms", LOCKED)
@pytest.mark.parametrize("verb", ["ignore", "ignore-file"])
def test_a_locked_rule_asks_for_an_owner_and_a_day_that_is_near(terms: str, verb: str) -> None:
    wrong = LOCKED[terms]
    items = left(f"Many. <!-- guideline: {verb}[crowd]{terms} the reason -->\n")
    if wrong is None:
        assert items == ()
        return
    finding, item = items
    assert finding.rule == "crowd"
    assert wrong in item.message
    assert item.help


@pytest.mark.parametrize(
    ("more", "counts"),
    [
        ({}, False),
        ({"until": dated(30)}, True),
        ({"until": dated(30), "owner": ""}, False),
        ({"until": dated(30), "owner": 3}, False),
        ({"until": dated(400)}, False),
    ],
)
def test_a_waiver_of_a_locked_rule_asks_for_the_same(more: dict[str, Any], counts: bool) -> None:
    text = entry([waiver("crowd", **more)], "Many.")
    items = left(text, "catalog-prompt")
    assert len(items) == (0 if counts else 2)
    assert all("'crowd' is locked" in item.message for item in complaints(items))


def test_what_a_locked_rule_asks_for_is_not_asked_for_others_in_the_comment() -> None:
    items = left("Many, few. <!-- guideline: ignore[amount, crowd] fine -->\n")
    assert places(items) == ["1:Many", "1:suppression"]


# --- earlier ids, rules that are gone ------------------------------------------------------


def test_an_earlier_id_does_what_the_present_one_does() -> None:
    comment = "<!-- guideline: {}[throng] until {} by me: fine -->"
    assert left("Many. " + comment.format("ignore", dated(9))) == ()
    (item,) = left("Text. " + comment.format("ignore", dated(9)))
    assert "'throng' covers nothing" in item.message
    (_, item) = left("Many. <!-- guideline: ignore[throng] fine -->")
    assert "'throng' is locked" in item.message
    text = entry([waiver("throng", until=dated(9))], "Many.")
    assert left(text, "catalog-prompt") == ()
    # One id may open what the other ends.
    text = (
        f"{comment.format('ignore-start', dated(9))}\nMany.\n<!-- guideline: ignore-end[crowd] -->"
    )
    assert left(text) == ()


@pytest.mark.parametrize("name", ["retired", "old-retired"])
def test_a_rule_that_is_gone_can_not_be_silenced_and_it_is_said_why(name: str) -> None:
    (item,) = left(f"<!-- guideline: ignore[{name}] fine -->\n")
    assert item.message == (
        "There is nothing to silence: the rule 'retired' was removed in 2.0.0: It was wrong"
    )
    assert item.help == "Take it out of the comment; 'amount' and 'choice' took its place"


# --- problems that are no rules ------------------------------------------------------------

NOT_YAML = "---\nname: x\ndescription: a: b\n---\nText.\n"


def test_front_matter_that_is_no_yaml_can_be_silenced() -> None:
    assert [item.rule for item in left(NOT_YAML)] == ["front-matter"]
    assert (
        left(NOT_YAML + "\n<!-- guideline: ignore-file[front-matter] our tool reads it -->\n") == ()
    )
    beside = NOT_YAML.replace("description", "# guideline: ignore[front-matter] fine\ndescription")
    assert left(beside) == ()
    doubled = prompt("Text.") + "x-a: 1\n# guideline: ignore[duplicate-key] fine\nx-a: 2\n"
    assert left(doubled, "catalog-prompt") == ()


@pytest.mark.parametrize("problem", sorted({*PROBLEMS} - SILENCEABLE))
def test_other_problems_can_not_be_silenced(problem: str) -> None:
    (item,) = left(f"<!-- guideline: ignore-file[{problem}] fine -->\n")
    assert item.message == f"'{problem}' is no rule and can't be silenced"


def test_complaints_can_not_be_silenced() -> None:
    text = f"{IGNORE_FEW}\n<!-- guideline: ignore-file[suppression] fine -->\nText.\n"
    assert [item.rule for item in left(text)] == ["suppression", "suppression"]


# --- what covers nothing -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "why", "help", "at"),
    [
        (f"{IGNORE_FEW}\nText.\n", "there is no such finding here", "Remove the comment", "amount"),
        (
            "A few. <!-- guideline: ignore[choice, amount] fine -->\n",
            "there is no such finding here",
            "Take 'choice' out of the brackets",
            "choice",
        ),
        (
            f"A few. {IGNORE_FEW}\n<!-- guideline: ignore-file[amount] fine -->\n",
            "another one silences what is found here",
            "Remove the comment",
            "amount",
        ),
        (
            "<!-- guideline: ignore-start[amount] x -->\n<!-- guideline: ignore-end[amount] -->\n",
            "there is no such finding here",
            "Remove the comment, and the one that ends its block",
            "amount",
        ),
    ],
)
def test_what_covers_nothing_is_reported(text: str, why: str, help: str, at: str) -> None:
    (item,) = left(text)
    assert item.message == f"The comment that silences '{at}' covers nothing: {why}"
    assert item.help == help
    assert item.span
    assert text[item.span.start : item.span.end] == at
    assert item.severity is Severity.WARNING


# --- waivers -------------------------------------------------------------------------------


def entry(waivers: Any, text: str = "Take a few, some, a few.") -> str:
    return prompt(text, waivers=waivers)


def waiver(rule: str, **more: object) -> dict[str, object]:
    return {"rule": rule, "reason": "Because.", "owner": "writers", **more}


def ids(found: Sequence[Diagnostic]) -> list[str]:
    return [item.rule for item in found]


def waived(waivers: Any) -> list[str]:
    items = left(entry(waivers), "catalog-prompt")
    return [item.rule for item in items if item.rule != "waiver"]


def test_a_waiver_covers_every_finding_of_its_rule_and_no_other() -> None:
    assert waived([]) == ["amount", "choice", "amount"]
    assert waived([waiver("amount")]) == ["choice"]
    assert waived([waiver("choice"), waiver("amount")]) == []


def test_a_waiver_that_covers_nothing_is_reported_at_its_place() -> None:
    items = left(entry([waiver("amount"), waiver("choice")], "A few."), "catalog-prompt")
    (stale,) = items
    assert stale.message == ("The waiver of 'choice' covers nothing: there is no such finding here")
    assert stale.span is not None
    assert stale.source.slice(stale.span) == '"choice"'
    assert stale.help == "Remove the waiver"
    assert (stale.rule, str(stale.severity)) == ("waiver", "warning")


def test_a_waiver_without_a_reason_covers_nothing() -> None:
    for waiver in (
        {"rule": "vague", "owner": "us"},
        {"rule": "vague", "owner": "us", "reason": " "},
    ):
        source = prompt("Name a few.", waivers=[waiver])
        document = formats.read(Source("a file", source), "catalog-prompt")
        found = lint(
            document, RuleSet([rule({"kind": "terms", "words": ["few"]}, id="vague")]), TODAY
        )
        left = waive(document, found, frozenset({"vague"}), TODAY)
        assert [item.rule for item in left] == ["vague"]


def test_the_second_waiver_of_a_rule_covers_nothing() -> None:
    items = left(entry([waiver("amount"), waiver("amount")]), "catalog-prompt")
    assert ids(items) == ["waiver", "choice"]


@pytest.mark.parametrize(
    "waivers",
    [
        None,
        3,
        "amount",
        {"rule": "amount"},
        ["amount"],
        [3],
        [None],
        [[]],
        [{}],
        [{"rule": ["amount"]}],
        [{"rule": {}}],
    ],
)
def test_waivers_that_make_no_sense_cover_nothing_and_break_nothing(waivers: object) -> None:
    assert waived(waivers) == ["amount", "choice", "amount"]


def test_front_matter_has_no_waivers() -> None:
    text = "---\nwaivers: [{rule: amount, reason: fine, owner: me}]\n---\nA few.\n"
    assert places(left(text)) == ["4:few"]


@given(
    st.lists(st.sampled_from(["few", "some", "lots"]), max_size=8),
    st.lists(
        st.tuples(st.sampled_from(["few", "some"]), st.sampled_from([-1, 0, 1, None])),
        max_size=4,
    ),
)
def test_every_finding_is_kept_unless_a_waiver_in_force_names_its_rule(
    words: list[str], waivers: list[tuple[str, int | None]]
) -> None:
    listed = [
        waiver(RULE_OF[word], **({"until": dated(days)} if days is not None else {}))
        for word, days in waivers
    ]
    in_force = {word for word, days in waivers if days is None or days >= 0}
    items = left(entry(listed, "Take " + " ".join(words) + "."), "catalog-prompt")
    kept = [word for word in words if word != "lots" and word not in in_force]
    assert [item.rule for item in items if item.rule != "waiver"] == [
        RULE_OF[word] for word in kept
    ]
    stale = sum(item.rule == "waiver" for item in items)
    assert stale == len(waivers) - len(in_force & set(words)), "each is used once, or reported"


# --- properties ----------------------------------------------------------------------------

VERBS = ("ignore", "ignore", "ignore", "ignore-start", "ignore-end", "ignore-file", "ingore")
RULE_IDS = ("amount", "choice", "crowd", "throng", "not-run", "retired", "unheard-of", "*")
TERMS = ("", f" until {dated(9)}", f" until {dated(-9)}", f" until {dated(9)} by me", " until x")
COMMENT = re.compile(r"<!--.*?-->|\{#.*?#\}")


@st.composite
def comments(draw: st.DrawFn) -> str:
    verb = draw(st.sampled_from(VERBS))
    rules = draw(st.lists(st.sampled_from(RULE_IDS), min_size=1, max_size=3))
    terms = draw(st.sampled_from(TERMS))
    reason = draw(st.sampled_from([" fine", ": fine", ""]))
    text = f"guideline: {verb}[{', '.join(rules)}]{terms}{reason}"
    return draw(st.sampled_from([f"<!-- {text} -->", f"{{# {text} #}}"]))


words = st.sampled_from(["A few.", "Some.", "Many and few.", "Text.", "The rest is some text."])
lines = st.one_of(
    words,
    comments(),
    st.just(""),
    st.tuples(words, comments()).map(" ".join),
    st.tuples(words, comments(), words).map(" ".join),
)
files = st.lists(lines, max_size=14).map("\n".join)


def unsilenced(text: str) -> dict[tuple[int, int], Diagnostic]:
    """Return what is found in a text with each comment made a remark to people."""
    return {
        (item.span.start, item.span.end): item
        for item in found(text.replace("guideline:", "guideline;"), "text")
        if item.span
    }


def not_silenced(text: str) -> dict[tuple[int, int], Diagnostic]:
    return {
        (item.span.start, item.span.end): item
        for item in left(text, "text")
        if item.span and item.rule in RAN
    }


@given(files)
def test_nothing_is_silenced_beyond_what_a_comment_names_and_reaches(text: str) -> None:
    everything, remaining = unsilenced(text), not_silenced(text)
    assert remaining.keys() <= everything.keys(), "a comment can't make a rule find more"
    all_lines = text.split("\n")
    bare = [COMMENT.sub("", line).strip() for line in all_lines]
    for place in everything.keys() - remaining.keys():
        hidden = everything[place]
        assert hidden.position
        number = hidden.position.line - 1
        above = number - 1
        while above >= 0 and not bare[above]:
            above -= 1
        # The line itself, and the lines above that hold no text; or a block, or the whole file.
        near = "\n".join(all_lines[above + 1 : number + 1])
        wide = "\n".join(line for line in all_lines if re.search("ignore-(start|file)", line))
        names = {hidden.rule, *("throng" for _ in [0] if hidden.rule == "crowd")}
        told = [
            found.group()
            for found in COMMENT.finditer(f"{near}\n{wide}")
            if names & {*re.split(r"[\[\], ]+", found.group())}
        ]
        assert told, f"nothing says to silence {hidden.rule} on line {number + 1}"
        assert any(dated(-9) not in comment and "until x" not in comment for comment in told)


@given(files)
def test_what_has_run_out_changes_nothing(text: str) -> None:
    text = re.sub(r"\](?: until \S+)?( by me)?(?=[ :]*fine)", f"] until {dated(-9)}", text)
    assert not_silenced(text).keys() == unsilenced(text).keys()


@given(files)
def test_a_comment_that_is_reported_can_be_removed(text: str) -> None:
    blamed = [item.span.start for item in complaints(left(text, "text")) if item.span]

    def without(comment: re.Match[str]) -> str:
        here = {at for at in blamed if comment.start() <= at < comment.end()}
        rules = comment.group().partition("[")[2].partition("]")[0].split(", ")
        whole = any(text.startswith(VERBS, at) for at in here)
        block = "ignore-start" in comment.group() or "ignore-end" in comment.group()
        removed = not block and (whole or len(here) == len(rules))
        return " " * len(comment.group()) if removed else comment.group()

    assert not_silenced(COMMENT.sub(without, text)).keys() == not_silenced(text).keys()


@given(st.text(alphabet="guideline: ignore[amount] <!-->{#}\n", max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    for format in ("markdown", "text"):
        left(f"{text}\n<!-- guideline: {text}", format)
        left(f"# guideline: {text}\nA few.", format)
    left(prompt(text or "x", engine="jinja2") + f"# guideline: {text}", "catalog-prompt")


# --- what most files need ------------------------------------------------------------------


def test_a_file_without_comments_and_waivers_is_left_as_it_was() -> None:
    document = formats.read(Source("a.md", "A few guidelines.\n"), "markdown")
    assert not may_silence(document)


def test_the_linter_silences_what_it_finds() -> None:
    text = f"A few. {IGNORE_FEW}\nSome. <!-- guideline: ignore[unheard-of] fine -->\n"
    bare, knowing = Linter(RuleSet(RULES), TODAY), Linter(RuleSet(RULES), TODAY, NAMES)
    assert ids(bare.text(Source("a.md", text), "markdown")) == ["choice"]
    assert ids(knowing.text(Source("a.md", text), "markdown")) == ["choice", "suppression"]
