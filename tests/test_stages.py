"""Stages of rules: which run, what a configuration can say of them, and where one went."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from in_memory import MANIFEST, Files, problems, with_manifest
from linting import TODAY

from guideline_kit.catalog import Entry, load
from guideline_kit.config import Config, parse
from guideline_kit.errors import CannotError
from guideline_kit.project.linting import Asked, lint_text
from guideline_kit.project.opening import Project, resolve
from guideline_kit.project.publishing import compile_catalog_site
from guideline_kit.project.rules import Compiled, compiled_rules
from guideline_kit.project.rules.choosing import Choosing, is_chosen
from guideline_kit.project.validation import validate_catalog
from guideline_kit.report import entries
from guideline_kit.text import Source


def rule(
    id: str, word: str, *, stage: str = "stable", preset: str = "default", more: str = ""
) -> str:
    return f"""\
id: {id}
title: A title of {id}
summary: Finds '{word}'
severity: warning
preset: {preset}
stage: {stage}
evidence: convention
since: 0.1.0
check: {{kind: terms, words: [{word}], message: "'{{match}}' is there"}}
why: Because.
examples: [{{title: One, bad: "A «{word}».", good: Another.}}]
{more}"""


def gone(*instead: str, since: str = "0.3.0", reason: str = "It cried wolf.") -> str:
    others = f", instead: [{', '.join(instead)}]" if instead else ""
    return f"gone: {{since: {since}, reason: {reason}{others}}}\n"


REMOVED = f"""\
id: vanished
title: Vanished
summary: Found a word that nobody minds
stage: removed
since: 0.1.0
formerly: [vanished-before]
{gone("steady", "renamed")}"""

RULES = {
    "rules/steady.yaml": rule("steady", "steady"),
    "rules/noisy.yaml": rule("noisy", "noisy", preset="strict"),
    "rules/tried.yaml": rule("tried", "tried", stage="preview"),
    "rules/leaving.yaml": rule("leaving", "leaving", stage="deprecated", more=gone("steady")),
    "rules/renamed.yaml": rule("renamed", "renamed", more="formerly: [old-name, older-name]\n"),
    "rules/locked.yaml": rule("locked", "locked", more="locked: true\nformerly: [was-locked]\n"),
    "rules/vanished.yaml": REMOVED,
}
TEXT = "steady, noisy, tried, leaving, renamed, locked\n"


def project(config: Config | None = None, files: Mapping[str, str] = RULES) -> Project:
    return Project(Path(), config or Config(), Files(with_manifest(files)), TODAY)


@pytest.fixture(scope="module")
def compiled() -> Compiled:
    return compiled_rules(project(), cached=False)


def config(**settings: Any) -> Config:
    """Return a configuration as a file gives it."""
    found = parse(Source("guideline-kit.yaml", json.dumps(settings)))  # JSON is YAML
    assert found is not None
    return found


def refused(compiled: Compiled, config: Config) -> tuple[str, str]:
    """Return why a configuration is refused, and what to do."""
    with pytest.raises(CannotError) as caught:
        Choosing(compiled, config, cached=False)
    if config.tree is None:
        return caught.value.message, caught.value.hint
    (problem,) = caught.value.diagnostics
    assert problem.span is not None
    return problem.message, problem.help


def ran(compiled: Compiled, config: Config) -> set[str]:
    return {rule.id for rule in Choosing(compiled, config, cached=False).rules()}


# --- which rules run -----------------------------------------------------------------------


def test_what_runs_by_itself(compiled: Compiled) -> None:
    assert ran(compiled, Config()) == {"steady", "leaving", "renamed", "locked"}
    assert ran(compiled, config(preset="strict")) == {
        "steady",
        "leaving",
        "renamed",
        "locked",
        "noisy",
    }


def test_a_preview_runs_when_it_is_selected(compiled: Compiled) -> None:
    chosen = Config().override("--select", select=("tried", "steady"))
    assert ran(compiled, chosen) == {"tried", "steady"}


@pytest.mark.parametrize("name", ["renamed", "old-name", "older-name"])
def test_an_earlier_id_works_in_configurations(compiled: Compiled, name: str) -> None:
    assert ran(compiled, Config().override("--select", select=(name,))) == {"renamed"}
    assert "renamed" not in ran(compiled, config(ignore={name: "a reason"}))


# --- rules that were removed ---------------------------------------------------------------


@pytest.mark.parametrize("name", ["vanished", "vanished-before"])
def test_to_select_a_removed_rule_is_refused_and_it_is_said_where_it_went(
    compiled: Compiled, name: str
) -> None:
    assert refused(compiled, config(select=[name])) == (
        "The rule 'vanished' was removed in 0.3.0: It cried wolf",
        "'steady' and 'renamed' took its place",
    )


@pytest.mark.parametrize("name", ["vanished", "vanished-before"])
def test_to_ignore_a_removed_rule_does_no_harm_and_is_mentioned(
    compiled: Compiled, name: str
) -> None:
    chosen = config(ignore={name: "a reason"})
    assert ran(compiled, chosen) == ran(compiled, Config())
    (note,) = Choosing(compiled, chosen, cached=False).notes
    assert (note.rule, str(note.severity)) == ("configuration", "info")
    assert note.source.name == "guideline-kit.yaml"
    assert note.message == "The rule 'vanished' was removed in 0.3.0: It cried wolf"
    assert note.help == "Take it out of 'ignore'; 'steady' and 'renamed' took its place"
    report = lint_text(project(chosen), "A text.\n", "a.md", Asked(cached=False))
    assert report.diagnostics == (note,)
    assert not report.failed
    other = config(ignore={"steady": "a reason"})
    assert Choosing(compiled, other, cached=False).notes == []


def test_a_comment_that_silences_a_removed_rule_says_where_it_went() -> None:
    text = "A text. <!-- guideline: ignore[vanished] fine -->\n"
    (item,) = lint_text(project(), text, "a.md", Asked(cached=False)).diagnostics
    assert "was removed in 0.3.0" in item.message


def test_a_removed_rule_that_keeps_its_check_never_runs() -> None:
    kept = rule("steady", "steady", stage="removed", more=gone())
    loaded = compiled_rules(project(files={"rules/steady.yaml": kept}), cached=False)
    assert ran(loaded, config(preset="strict")) == set()
    assert not is_chosen(loaded.rules[0], Config())
    assert not validate_catalog(project(files={"rules/steady.yaml": kept})).diagnostics


# --- locked rules --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["locked", "was-locked"])
@pytest.mark.parametrize("flag", [False, True])
def test_a_locked_rule_can_not_be_left_out(compiled: Compiled, name: str, flag: bool) -> None:
    by_flag, in_file = Config().override("--ignore", ignore=(name,)), {name: "a reason"}
    chosen = by_flag if flag else config(ignore=in_file)
    message, help = refused(compiled, chosen)
    assert f"he rule '{name}' is locked, so it can't be left out" in message
    assert f"ignore[{name}] until YYYY-MM-DD by OWNER: the reason" in help
    (data,) = (data for data in compiled.rules if data["id"] == "locked")
    assert is_chosen(data, chosen), "what only asks must not leave it out either"


def test_a_file_can_not_leave_out_a_locked_rule_by_selecting_others(compiled: Compiled) -> None:
    assert ran(compiled, config(select=["steady"])) == {"steady", "locked"}
    assert ran(compiled, Config().override("--select", select=("steady",))) == {"steady"}
    narrower = config(select=["steady"]).override("--select", select=("noisy",))
    assert ran(compiled, narrower) == {"noisy"}


def test_a_locked_rule_of_the_strict_preset_runs_in_that_preset() -> None:
    strict = rule("locked", "locked", preset="strict", more="locked: true\n")
    loaded = compiled_rules(project(files={"rules/locked.yaml": strict}), cached=False)
    assert ran(loaded, Config()) == set()
    assert ran(loaded, config(preset="strict")) == {"locked"}


def test_what_is_kept_of_a_rule_says_what_silences_it(compiled: Compiled) -> None:
    names = compiled.names
    assert names.locked == {"locked"}
    assert names.current("was-locked") == "locked"
    assert names.gone.keys() == {"vanished"}
    text = "A locked text. <!-- guideline: ignore[was-locked] fine -->\n"
    found = lint_text(project(), text, "a.md", Asked(cached=False)).diagnostics
    assert [item.rule for item in found] == ["locked", "suppression"]


# --- the catalog ---------------------------------------------------------------------------


def test_the_catalog_of_these_tests_is_in_order() -> None:
    assert validate_catalog(project()).diagnostics == ()


def entry(kind: str, id: str) -> str:
    if kind == "rule":
        return rule(id, "other")
    return f"""\
id: {id}
title: A prompt
summary: Answers
owner: writers
status: draft
version: 0.1.0
template: {{engine: none, messages: [{{role: user, content: Answer.}}]}}
"""


@pytest.mark.parametrize("kind", ["rule", "prompt"])
@pytest.mark.parametrize(
    ("id", "said"),
    [
        ("old-name", "The id 'old-name' is taken: the rule 'renamed' had it before"),
        ("vanished-before", "is taken: the rule 'vanished' had it before"),
        ("vanished", "The id 'vanished' is taken: "),
    ],
)
def test_no_entry_gets_an_id_that_is_reserved(kind: str, id: str, said: str) -> None:
    (problem,) = problems({**RULES, f"{kind}s/other/{id}.yaml": entry(kind, id)})
    assert problem.rule == "duplicate-id"
    assert said in problem.message or "prompt of that name" in problem.message
    assert problem.related
    assert problem.help


def test_an_entry_can_not_have_an_id_that_a_rule_of_its_base_had() -> None:
    own = {
        "catalog.yaml": f"{MANIFEST}extends: [base]\n",
        "prompts/old-name.yaml": entry("prompt", "old-name"),
    }
    (problem,) = problems(own, base=RULES)
    assert "the rule 'renamed' had it before" in problem.message


def test_an_earlier_id_belongs_to_one_rule() -> None:
    doubled = rule("steady", "steady", more="formerly: [old-name]\n")
    (problem,) = problems({**RULES, "rules/steady.yaml": doubled})
    assert problem.message == "The rule 'renamed' says of itself, too, that it was 'old-name'"
    assert problem.source.name == "rules/steady.yaml"
    itself = rule("steady", "steady", more="formerly: [steady]\n")
    (problem,) = problems({**RULES, "rules/steady.yaml": itself})
    assert problem.message == "'steady' is the id that the rule has now"


@pytest.mark.parametrize("stage", ["preview", "stable"])
def test_a_rule_that_stays_is_not_gone(stage: str) -> None:
    files = {"rules/steady.yaml": rule("steady", "steady", stage=stage, more=gone())}
    (problem,) = problems(files)
    assert problem.message == (
        f"'gone' is for rules that are deprecated or removed, and this one is {stage}"
    )


@pytest.mark.parametrize("stage", ["deprecated", "removed"])
def test_a_rule_that_goes_says_why(stage: str) -> None:
    (problem,) = problems({"rules/steady.yaml": rule("steady", "steady", stage=stage)})
    assert problem.message == "The key 'gone' is missing"


def test_what_took_the_place_of_a_rule_has_to_be_there() -> None:
    files = {**RULES, "rules/vanished.yaml": REMOVED.replace("[steady, renamed]", "[stedy]")}
    (problem,) = problems(files)
    assert (problem.rule, problem.help) == ("unknown-reference", "Did you mean 'steady'?")


WAIVED = """\
waivers:
  - {{rule: {rule}, reason: Because, owner: writers, until: "2027-01-31"}}
"""


def test_a_waiver_can_name_an_earlier_id() -> None:
    text = entry("prompt", "a-prompt").replace("Answer.", "renamed.")
    files = {**RULES, "prompts/a-prompt.yaml": text + WAIVED.format(rule="old-name")}
    assert validate_catalog(project(files=files)).diagnostics == ()
    assert "a-prompt" in pages(files)["rules/renamed.md"]


@pytest.mark.parametrize("name", ["vanished", "vanished-before"])
def test_a_waiver_of_a_removed_rule_says_where_it_went(name: str) -> None:
    files = {
        **RULES,
        "prompts/a-prompt.yaml": entry("prompt", "a-prompt") + WAIVED.format(rule=name),
    }
    (problem,) = validate_catalog(project(files=files)).diagnostics
    assert (problem.rule, str(problem.severity)) == ("unknown-reference", "warning")
    assert problem.message == "The rule 'vanished' was removed in 0.3.0: It cried wolf"
    assert problem.help == "Take it out; 'steady' and 'renamed' took its place"
    assert problem.span
    assert problem.source.slice(problem.span) == name


# --- what people read ----------------------------------------------------------------------


def entries_of(files: Mapping[str, str] = RULES) -> Mapping[str, Entry]:
    return load(Files(with_manifest(files)), resolve).catalog.entries


@pytest.mark.parametrize(
    ("id", "said"),
    [
        ("vanished", "Removed in 0.3.0: It cried wolf. Use steady and renamed instead. Formerly v"),
        ("leaving", "Deprecated since 0.3.0: It cried wolf. Use steady instead."),
        ("renamed", "Formerly old-name, older-name."),
        ("locked", "Formerly was-locked. Locked: no configuration can leave it out"),
    ],
)
def test_explain_says_where_a_rule_stands(id: str, said: str) -> None:
    text = entries.explain(entries_of()[id], {})
    assert said in " ".join(text.split())


def test_a_list_shows_the_stage() -> None:
    found = [entries_of()[id] for id in ("leaving", "steady", "tried", "vanished")]
    assert entries.listing(found) == (
        "Rules\n"
        "  leaving   warning default  deprecated Finds 'leaving'\n"
        "  steady    warning default  Finds 'steady'\n"
        "  tried     warning default  preview Finds 'tried'\n"
        "  vanished  removed          Found a word that nobody minds"
    )
    assert entries.summary(found[-1])["stage"] == "removed"


def pages(files: Mapping[str, str] = RULES) -> dict[str, str]:
    """Return the pages of the site as a browser shows them."""
    site = compile_catalog_site(project(files=files))
    return {path: html.unescape(page) for path, page in site.pages.items()}


def test_the_page_of_a_removed_rule_says_where_it_went() -> None:
    found = pages()
    page = found["rules/vanished.md"]
    assert "This rule was removed in 0.3.0." in page
    assert "steady.html" in page
    assert "Examples" not in page
    assert "--select" not in page
    assert "This rule is deprecated since 0.3.0" in found["rules/leaving.md"]
    assert "deprecated since" not in found["rules/steady.md"]
    assert "old-name, older-name" in found["rules/renamed.md"]


def test_what_a_rule_was_before_is_on_its_page_and_in_the_terminal() -> None:
    before = "before: [{until: 0.2.0, severity: info, preset: strict}]\n"
    files = {"rules/steady.yaml": rule("steady", "steady", more=before)}
    assert "Until 0.2.0: severity info, preset strict." in entries.explain(
        entries_of(files)["steady"], {}
    )
    page = pages(files)["rules/steady.md"]
    assert "<dt>Until 0.2.0</dt>" in page
    assert "severity info, preset strict" in page


def test_the_page_of_a_rule_shows_how_to_silence_it() -> None:
    found = pages()
    steady, locked = found["rules/steady.md"], found["rules/locked.md"]
    assert "<!-- guideline: ignore[steady] the reason -->" in steady
    assert "--ignore steady" in steady
    assert "guideline: ignore[locked] until YYYY-MM-DD by OWNER: the reason" in locked
    assert "--ignore locked" not in locked
    assert "silence-a-rule.html" in steady
    assert "silence-a-rule.md" in found
