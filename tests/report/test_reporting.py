"""What the command line does beside writing a report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from guideline_kit.cli import root

MANY = "List several ideas.\n" * 30


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GUIDELINE_KIT_CACHE", str(tmp_path / "cache"))
    (tmp_path / "prompt.md").write_text(MANY, "utf-8")
    return tmp_path


def lint(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(
        root, ["lint", "--no-cache", "--fail-on", "warning", *arguments], input=given
    )


def test_a_text_that_somebody_gives_is_no_place_to_begin_with_a_baseline() -> None:
    hint = "--update-baseline"
    assert hint in lint("prompt.md").stdout
    assert hint not in lint("-", given=MANY).stdout


def test_a_report_without_a_folder_costs_nothing(folder: Path) -> None:
    done = lint("prompt.md", "--fix", "--output", "none/report.txt", "--update-baseline")
    assert "none is not there" in str(done.exception)
    assert sorted(path.name for path in folder.iterdir() if path.name != "cache") == ["prompt.md"]
    assert (folder / "prompt.md").read_text("utf-8") == MANY


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github", "gitlab", "junit"])
def test_the_log_has_what_a_report_in_a_file_comes_to(folder: Path, form: str) -> None:
    done = lint("prompt.md", "--format", form, "--output", "report")
    assert not done.stdout
    *_, last = summary = done.stderr.splitlines()
    assert summary[0] == "1 file checked: 30 warnings; failed (--fail-on warning)."
    assert last == "The report is in report."
    assert (folder / "report").read_text("utf-8") == lint("prompt.md", "--format", form).stdout


def test_a_missing_path_is_named_whatever_it_is_called() -> None:
    path = "no\n\x1b[31m.md"
    done = lint("prompt.md", path, "--format", "json", "--output", "report.json")
    assert "'no<U+000A><U+001B>[31m.md'" in done.stderr
    assert json.loads(Path("report.json").read_text("utf-8"))["missing"] == [path]
