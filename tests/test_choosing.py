"""Which rules run, and how: what a person says in a configuration, and what comes of it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from configuring import compiled, config, found, keys, objections, project, rule
from hypothesis import given
from hypothesis import strategies as st

from guideline_kit.config import Config
from guideline_kit.errors import CannotError
from guideline_kit.project.linting import lint_text
from guideline_kit.project.rules.choosing import Choosing, as_of, is_chosen


@pytest.fixture(scope="module", autouse=True)
def memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A cache for these tests: what is in it must never be what another configuration asks for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GUIDELINE_KIT_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


RULES = [
    rule("steady"),
    rule("noisy", preset="strict"),
    rule("tried", stage="preview"),
    rule("renamed", formerly=["old-name"]),
    rule("locked", locked=True, severity="error"),
    rule("mild", severity="info"),
]
TEXT = "steady, noisy, tried, renamed, locked, mild"
USUAL = ["steady", "renamed", "locked", "mild"]


def ran(**settings: Any) -> list[str]:
    return [id for id, _, _ in found(RULES, TEXT, **settings)]


# --- rules_as_of ---------------------------------------------------------------------------

VERSIONS = ["0.1.0", "0.2.0-rc.1", "0.2.0-rc.2", "0.2.0", "0.9.0", "0.10.0", "1.0.0"]
LOOKS: dict[str, list[str]] = {
    "severity": ["info", "warning", "error"],
    "preset": ["strict", "default"],
    "stage": ["preview", "stable"],
}


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, Any] | None]:
    """What a rule was in each version of a catalog, None before it came."""
    looks = st.fixed_dictionaries({key: st.sampled_from(values) for key, values in LOOKS.items()})
    states: list[dict[str, Any] | None] = [None] * draw(st.integers(0, len(VERSIONS) - 1))
    while len(states) < len(VERSIONS):
        before = states[-1] if states else None
        states.append(before if before and draw(st.booleans()) else draw(looks))
    return states


def as_written(id: str, history: list[dict[str, Any] | None], seed: int) -> dict[str, Any]:
    """Return the rule file that somebody keeps who notes each change when it is made."""
    first = next(index for index, state in enumerate(history) if state)
    before = []
    for index in range(first + 1, len(history)):
        was, now = history[index - 1], history[index]
        assert was is not None
        assert now is not None
        changed = {key: was[key] for key in was if was[key] != now[key]}
        if changed:
            before.append({"until": VERSIONS[index], **changed})
    random.Random(seed).shuffle(before)  # noqa: S311
    last = history[-1]
    assert last is not None
    more = {"before": before} if before else {}
    return {**rule(id), **last, "since": VERSIONS[first], **more, "origin": "mine"}


@given(st.lists(histories(), min_size=1, max_size=4), st.integers(0, 9), st.booleans())
def test_as_of_a_version_runs_what_that_version_ran(
    rules: list[list[dict[str, Any] | None]], seed: int, strict: bool
) -> None:
    asked = Config(preset="strict" if strict else "default")
    for index, version in enumerate(VERSIONS):
        for number, history in enumerate(rules):
            data = as_of(as_written(f"rule-{number}", history, seed), {"mine": version})
            then = history[index]
            if then is None:
                assert data is None, f"it came in a later version than {version}"
                continue
            assert data is not None
            assert {key: data[key] for key in LOOKS} == then
            assert is_chosen(data, asked) == is_chosen({**rule("a"), **then}, asked)


@given(histories(), st.sampled_from(VERSIONS))
def test_a_version_says_nothing_of_other_catalogs(
    history: list[dict[str, Any] | None], version: str
) -> None:
    data = as_written("a-rule", history, 0)
    assert as_of(data, {"another": version}) == data


def test_an_upgrade_of_the_catalog_turns_no_build_red() -> None:
    before = [rule("grew", severity="info")]
    after = [
        rule("grew", severity="error", before=[{"until": "2.0.0", "severity": "info"}]),
        rule("brand-new", "new", since="2.0.0", severity="error"),
    ]
    # What was said of the rule as it was is not held against the rule as it is now.
    for settings in ({}, {"rules": {"grew": {"severity": "warning"}}}):
        pinned = {**settings, "rules_as_of": {"mine": "1.0.0"}}
        then = found(before, "grew, new", **pinned)
        assert found(after, "grew, new", **pinned) == then
        assert then == [("grew", "warning" if settings else "info", "grew")]
    assert len(found(after, "grew, new")) == 2


def test_a_rule_that_is_still_off_can_be_spoken_of() -> None:
    after = [rule("brand-new", since="2.0.0")]
    settings: dict[str, Any] = {
        "ignore": {"brand-new": "not yet"},
        "rules_as_of": {"mine": "1.0.0"},
    }
    assert objections(after, **settings) == []


def test_a_version_of_a_catalog_that_nobody_follows_is_said() -> None:
    ((message, place, help),) = objections(RULES, rules_as_of={"mien": "1.0.0"})
    assert message == "There is no catalog 'mien' among those that these prompts follow"
    assert (place, help) == ('"mien"', "Did you mean 'mine'?")
    ((message, place, help),) = objections(RULES, rules_as_of="1.0.0")
    assert message == "This is a version of guideline-kit, which these prompts do not follow"
    assert (place, help) == ('"1.0.0"', "Name the catalog and a version of it: {mine: 1.0.0}")


# --- presets, stages, selections -----------------------------------------------------------


def test_what_runs() -> None:
    assert ran() == USUAL
    assert ran(preset="strict") == ["steady", "noisy", "renamed", "locked", "mild"]
    assert ran(stages=["preview"]) == ["tried", "locked"]
    assert ran(select=["tried", "noisy"]) == ["noisy", "tried", "locked"]
    assert ran(select=["old-name"]) == ["renamed", "locked"]
    assert ran(ignore={"old-name": "a reason"}) == ["steady", "locked", "mild"]


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "preset": st.sampled_from(["default", "strict"]),
            "stages": st.lists(
                st.sampled_from(["preview", "stable", "deprecated"]), min_size=1, unique=True
            ),
            "select": st.lists(
                st.sampled_from(["steady", "noisy", "tried", "mild"]), min_size=1, unique=True
            ),
            "ignore": st.dictionaries(st.sampled_from(["steady", "noisy"]), st.just("why")),
        },
    )
)
def test_no_configuration_leaves_out_a_locked_rule(settings: dict[str, Any]) -> None:
    rules = compiled(*RULES)
    assert "locked" in {data["id"] for data in Choosing(rules, config(**settings)).chosen()}
    within = config(
        paths=[{"files": ["*.md"], **{k: v for k, v in settings.items() if k != "stages"}}]
    )
    assert "locked" in {data["id"] for data in Choosing(rules, within).chosen([0])}


# --- a reason for what weakens -------------------------------------------------------------

SEVERITIES = ["info", "warning", "error"]
ADJUSTMENTS = st.fixed_dictionaries(
    {},
    optional={
        "severity": st.sampled_from(SEVERITIES),
        "parameters": st.just({"words": ["another"]}),
        "accept": st.just(["a text"]),
        "reason": st.just("a reason"),
    },
).filter(bool)


@given(st.sampled_from(RULES), ADJUSTMENTS, st.booleans())
def test_a_reason_is_needed_for_what_weakens_and_for_nothing_else(
    data: dict[str, Any], adjustment: dict[str, Any], in_section: bool
) -> None:
    settings: dict[str, Any] = {"rules": {data["id"]: adjustment}}
    if in_section:
        settings = {"paths": [{"files": ["*.md"], **settings}]}
    given_severity = adjustment.get("severity", "error")
    milder = SEVERITIES.index(given_severity) < SEVERITIES.index(data["severity"])
    weaker = milder or "parameters" in adjustment or "accept" in adjustment
    said = [message for message, _, _ in objections(RULES, **settings)]
    if weaker and data.get("locked"):
        assert said == ["The rule 'locked' is locked, so it can't be weakened"]
    elif weaker and "reason" not in adjustment:
        (message,) = said
        assert message.endswith("gives no reason")
    else:
        assert said == []


@pytest.mark.parametrize(
    ("settings", "place", "help"),
    [
        ({"select": ["stedy"]}, '"stedy"', "Did you mean 'steady'?"),
        ({"ignore": {"stedy": "why"}}, '"stedy"', "Did you mean 'steady'?"),
        ({"rules": {"stedy": {"severity": "error"}}}, '"stedy"', "Did you mean 'steady'?"),
        ({"rules": {"zzz": {"severity": "error"}}}, '"zzz"', "See 'guideline-kit list rules'"),
        ({"application": "suport"}, '"suport"', "Did you mean 'support'?"),
        ({"paths": [{"files": ["*"], "select": ["stedy"]}]}, '"stedy"', "Did you mean 'steady'?"),
        (
            {"paths": [{"files": ["*"], "application": "x"}]},
            '"x"',
            "They are support; catalog.yaml",
        ),
        ({"files": {"exclude": ["ok", "[z-a]"]}}, '"[z-a]"', "Write it as in .gitignore"),
        ({"paths": [{"files": ["!"], "preset": "strict"}]}, '"!"', "Write it as in .gitignore"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    settings: dict[str, Any], place: str, help: str
) -> None:
    ((_, where, what_to_do),) = objections(RULES, **settings)
    assert where == place
    assert what_to_do.startswith(help)


@pytest.mark.parametrize(
    ("parameters", "place", "said"),
    [
        ({"wrods": ["x"]}, '"wrods"', "The key 'wrods' is not known here"),
        ({"words": []}, "[]", "'words': too short"),
        ({"message": 3}, "3", "'message': 3 is not text"),
        ({"kind": "pattern"}, '"kind"', "The kind of 'steady' can't be changed"),
    ],
)
def test_parameters_have_to_fit_the_kind(parameters: Any, place: str, said: str) -> None:
    adjustment = {"parameters": parameters, "reason": "why"}
    ((message, where, help),) = objections(RULES, rules={"steady": adjustment})
    assert where == place
    assert message.startswith(said)
    assert help


@pytest.mark.parametrize("pattern", ["(a", "(?=a)", r"(a)\1", "(a{1000}){1000}", "[" * 4000])
def test_a_pattern_that_is_not_re2_is_said_with_its_place(pattern: str) -> None:
    check = {"kind": "pattern", "any": ["one", "two"], "message": "x"}
    rules = [rule("a-pattern", check=check, examples=[{"title": "None", "good": "Nothing."}])]
    adjustment = {"parameters": {"any": ["fine", pattern]}, "reason": "why"}
    ((message, where, help),) = objections(rules, rules={"a-pattern": adjustment})
    assert "is not RE2" in message
    assert len(message) < 200
    assert where[1:9] == pattern.replace("\\", "\\\\")[:8] or where[1:-1] in repr(pattern)
    assert help


def test_parameters_that_fit_alone_and_not_together_are_said() -> None:
    check = {"kind": "repetition", "of": "word", "message": "x"}
    rules = [rule("twice", check=check, examples=[{"title": "None", "good": "Nothing."}])]
    everywhere = {"twice": {"parameters": {"words": ["the"]}, "reason": "why"}}
    section = {
        "files": ["*.md"],
        "rules": {"twice": {"parameters": {"of": "sentence"}, "reason": "why"}},
    }
    assert objections(rules, rules=everywhere) == []
    assert objections(rules, paths=[section]) == []
    ((message, place, _),) = objections(rules, rules=everywhere, paths=[section])
    assert message.startswith("'of': ")
    assert place == '"sentence"'


# --- what an adjustment does ---------------------------------------------------------------

PIECES = st.lists(
    st.sampled_from(["steady", "STEADY", "Steady", "mild", "steady state", "\n", "other"]),
    max_size=12,
).map(" ".join)


@given(PIECES)
def test_parameters_like_the_rules_own_change_no_finding(text: str) -> None:
    own = {id: {"parameters": {"words": [id]}, "reason": "why"} for id in ("steady", "mild")}
    assert found(RULES, text, rules=own) == found(RULES, text)


TWO_WORDS = [rule("phrase", "two words"), rule("other")]


@given(
    st.lists(
        st.sampled_from(["two words", "Two  Words", "two\nwords", "other", "a two words b", "."]),
        max_size=10,
    ).map(" and ".join),
    st.sampled_from(["two words", "TWO WORDS", " two   words ", "two", "words and", "other"]),
)
def test_what_is_accepted_is_dropped_and_nothing_else(text: str, accepted: str) -> None:
    def folded(piece: str) -> str:
        return " ".join(piece.split()).casefold()

    rules = {"phrase": {"accept": [accepted], "reason": "why"}}
    expected = [
        item
        for item in found(TWO_WORDS, text)
        if item[0] != "phrase" or folded(item[2]) != folded(accepted)
    ]
    assert found(TWO_WORDS, text, rules=rules) == expected


def test_other_parameters_and_another_severity_count() -> None:
    changed = {"steady": {"parameters": {"words": ["mild"]}, "severity": "error", "reason": "why"}}
    assert found([RULES[0]], TEXT, rules=changed) == [("steady", "error", "mild")]


# --- paths ---------------------------------------------------------------------------------

SECTION = {
    "files": ["drafts/*.md", "!drafts/kept.md"],
    "preset": "strict",
    "ignore": {"mild": "a draft"},
    "rules": {"steady": {"severity": "error"}},
}


def test_a_section_holds_for_its_files_only() -> None:
    inside = found(RULES, TEXT, "drafts/a.md", paths=[SECTION])
    assert [(id, severity) for id, severity, _ in inside] == [
        ("steady", "error"),
        ("noisy", "warning"),
        ("renamed", "warning"),
        ("locked", "error"),
    ]
    for name in ("a.md", "drafts/kept.md", "drafts.md", "../drafts/a.md"):
        assert found(RULES, TEXT, name, paths=[SECTION]) == found(RULES, TEXT), name


@given(
    st.lists(
        st.sampled_from(
            [
                SECTION,
                {"files": ["no/*"], "select": ["tried"]},
                {"files": ["/x.md"], "preset": "strict", "application": "support"},
            ]
        ),
        max_size=4,
    ),
    st.integers(0, 4),
)
def test_a_section_that_fits_no_file_changes_nothing(sections: list[Any], at: int) -> None:
    nowhere = {"files": ["nowhere/**"], "ignore": {"steady": "why"}, "select": ["mild"]}
    more = [*sections[:at], nowhere, *sections[at:]]
    for name in ("a.md", "drafts/a.md", "x.md"):
        assert found(RULES, TEXT, name, paths=more) == found(RULES, TEXT, name, paths=sections)


def test_of_two_sections_the_later_one_counts_more() -> None:
    first = {"files": ["*.md"], "select": ["steady"], "rules": {"steady": {"severity": "error"}}}
    then = {"files": ["a.*"], "rules": {"steady": {"accept": ["none"], "reason": "why"}}}
    last = {"files": ["a.md"], "select": ["mild"]}
    assert found(RULES, "steady, mild", paths=[first, then]) == [("steady", "error", "steady")]
    assert found(RULES, "steady, mild", paths=[first, last]) == [("mild", "info", "mild")]


@pytest.mark.parametrize("everywhere", ["renamed", "old-name"])
@pytest.mark.parametrize("here", ["renamed", "old-name"])
def test_a_section_adds_to_what_is_said_of_a_rule_under_any_of_its_names(
    everywhere: str, here: str
) -> None:
    settings = {
        "rules": {everywhere: {"severity": "error"}},
        "paths": [{"files": ["*.md"], "rules": {here: {"accept": ["none"], "reason": "why"}}}],
    }
    assert found(RULES, "renamed", **settings) == [("renamed", "error", "renamed")]


def test_two_names_of_one_rule_are_said() -> None:
    twice = {"renamed": {"severity": "error"}, "old-name": {"severity": "info", "reason": "why"}}
    ((message, place, help),) = objections(RULES, rules=twice)
    assert message == "'old-name' and 'renamed' are two names of one rule"
    assert (place, help) == ('"old-name"', "Say under one of them what is different")


def test_an_application_decides_which_rules_look() -> None:
    rules = [rule("steady", applies_to={"applications": ["support"]})]
    assert found(rules, TEXT) == []
    assert len(found(rules, TEXT, application="support")) == 1
    section = {"files": ["a.*"], "application": "support"}
    assert len(found(rules, TEXT, "a.md", paths=[section])) == 1
    assert found(rules, TEXT, "b.md", paths=[section]) == []


# --- flags ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flag", "setting", "value", "expected"),
    [
        ("--ignore", "ignore", ("steady",), ["noisy", "renamed", "locked", "mild"]),
        ("--preset", "preset", "default", ["steady", "renamed", "locked"]),
        ("--select", "select", ("mild", "steady"), ["steady"]),
    ],
)
def test_a_flag_counts_more_than_a_section(
    flag: str, setting: str, value: Any, expected: list[str]
) -> None:
    opened = project(RULES, paths=[{**SECTION, "files": ["*.md"]}])
    flagged = opened._replace(config=opened.config.override(flag, **{setting: value}))
    report = lint_text(flagged, TEXT, "a.md")
    assert [item.rule for item in report.diagnostics] == expected


def test_an_unknown_rule_of_a_flag_is_refused_with_the_nearest_one() -> None:
    flagged = Config().override("--select", select=("stedy",))
    with pytest.raises(CannotError, match="--select: there is no rule 'stedy'") as caught:
        Choosing(compiled(*RULES), flagged, cached=False)
    assert caught.value.hint == "Did you mean 'steady'?"


# --- what is remembered --------------------------------------------------------------------


def test_findings_are_remembered_by_all_that_they_depend_on() -> None:
    adjusted = {"steady": {"parameters": {"words": ["x"]}, "reason": "why"}}
    told = keys(
        RULES,
        {},
        {"preset": "strict"},
        {"select": ["steady"]},
        {"ignore": {"steady": "why"}},
        {"rules": adjusted},
        {"rules": {"steady": {"accept": ["x"], "reason": "why"}}},
        {"rules": {"steady": {"severity": "error"}}},
        {"rules_as_of": {"mine": "0.1.0"}},
        {"application": "support"},
        {"stages": ["preview"]},
    )
    assert len(set(told)) == len(told)
    # A selection in the file keeps locked rules, and one of a flag does not.
    from guideline_kit.project.linting import Linters

    opened = project(RULES, select=["steady"])
    flagged = opened._replace(config=opened.config.override("--select", select=("steady",)))
    assert Linters(opened, cached=False).key(()) != Linters(flagged, cached=False).key(())


def test_the_order_of_keys_changes_nothing() -> None:
    settings = {
        "rules": {"steady": {"severity": "error"}, "mild": {"accept": ["x"], "reason": "why"}},
        "ignore": {"renamed": "why"},
        "preset": "strict",
    }
    turned = {key: settings[key] for key in reversed(settings)}
    turned["rules"] = dict(reversed(settings["rules"].items()))  # type: ignore[attr-defined]
    assert found(RULES, TEXT, **settings) == found(RULES, TEXT, **turned)
