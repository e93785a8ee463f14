"""How people start a run: from subfolders, on what changed, with a baseline, with fixes."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pytest
from checkout import without_settings
from cli.transcripts import git

from guideline_kit import cli
from guideline_kit.workspace import files

NEEDS_GIT = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
VAGUE = "List several risks.\n"
CONFIGURATION = """\
select: [vague-quantity, vague-quality, contradicting-limits, wordy-phrase]
fail_on: info
files: {exclude: [/vendor/]}
paths:
  - {files: [/poems/], ignore: {vague-quantity: poems may be vague}}
"""

Found = Callable[..., list[str]]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the rules that ship are compiled once for all tests."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def here(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with settings for a part of it, to be in."""
    monkeypatch.setenv("GUIDELINE_KIT_CACHE", str(cache))
    for name, value in without_settings().items():
        if name.startswith("GIT_CONFIG"):
            monkeypatch.setenv(name, value)
    folder = tmp_path / "here"
    for name in ("AGENTS.md", "poems/AGENTS.md", "vendor/AGENTS.md", "work/CLAUDE.md"):
        write(folder / name, VAGUE)
    write(folder / "guideline-kit.yaml", CONFIGURATION)
    if shutil.which("git"):
        git(folder, "init", "--quiet")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def found(capsys: pytest.CaptureFixture[str]) -> Found:
    """Run lint; return what it finds, as `path:line rule`, and the files it checked before that."""

    def call(*arguments: str, checked: bool = False) -> list[str]:
        with pytest.raises(SystemExit) as end:
            cli.main(["lint", "--format", "json", *arguments])
        out, err = capsys.readouterr()
        assert end.value.code in (0, 1), err
        report = json.loads(out[out.index("{\n") :])
        places = [
            f"{item['path']}:{item['span']['start']['line'] if item['span'] else ''} {item['rule']}"
            for item in report["diagnostics"]
        ]
        return [*(file["path"] for file in report["files"]), *places] if checked else places

    return call


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def commit(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "-m", "A change")


# --- from where, and by which path ---------------------------------------------------------


@pytest.mark.parametrize(("where", "way"), [("work", ".."), ("work", "../poems/.."), (".", ".")])
def test_the_same_is_found_from_wherever_somebody_asks(
    where: str, way: str, here: Path, found: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(here / where)
    names = sorted((here / where / line.split(":")[0]).resolve().name for line in found(way))
    assert names == ["AGENTS.md", "CLAUDE.md"], "poems may be vague, and vendor is left out"


def test_a_file_that_is_named_in_several_ways_is_checked_once(here: Path, found: Found) -> None:
    names = (
        "AGENTS.md",
        "./AGENTS.md",
        "work/../AGENTS.md",
        str(here / "work" / ".." / "AGENTS.md"),
    )
    assert found(*names, checked=True) == ["AGENTS.md", "AGENTS.md:1 vague-quantity"]
    assert found("--force-exclude", "work/../vendor/AGENTS.md") == []
    assert found("work/../poems/AGENTS.md") == []


def test_a_link_in_a_circle_is_passed_by(here: Path, found: Found) -> None:
    (here / "loop").symlink_to("loop")
    assert len(found()) == 2


def test_a_folder_that_nobody_may_look_into_is_said(here: Path, found: Found) -> None:
    found("--update-baseline")
    real = os.scandir

    def scandir(path: str | Path) -> object:
        if Path(path).name == "work":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path)

    def read(path: Path, *arguments: object, **options: object) -> object:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    with (
        mock.patch("guideline_kit.workspace.discovery.os.scandir", scandir),
        mock.patch("guideline_kit.project.linting.looking.read_source", read),
    ):
        assert "work: unreadable-file" in found("--no-cache")


# --- what changed --------------------------------------------------------------------------


@NEEDS_GIT
@pytest.mark.parametrize("way", ["AGENTS.md", "work/../AGENTS.md", "."])
def test_what_is_new_is_found_by_each_path(way: str, here: Path, found: Found) -> None:
    commit(here)
    write(here / "AGENTS.md", f"Say why.\n\n{VAGUE}\nGive a few reasons.\n")
    changed = found("--changed-since", "HEAD", "--changed-lines", way)
    assert changed == ["AGENTS.md:5 vague-quantity"]


@NEEDS_GIT
def test_a_new_line_is_to_blame_for_what_it_does_to_an_old_one(here: Path, found: Found) -> None:
    write(here / "AGENTS.md", "# Answer\n\nAnswer in at most 50 words.\n")
    commit(here)
    write(
        here / "AGENTS.md",
        "# Answer\n\nAnswer in at least 200 words.\n\nAnswer in at most 50 words.\n",
    )
    assert found("AGENTS.md") == ["AGENTS.md:5 contradicting-limits"]
    changed = found("AGENTS.md", "--changed-since", "HEAD", "--changed-lines")
    assert changed == ["AGENTS.md:5 contradicting-limits"]


@NEEDS_GIT
def test_of_equal_findings_the_one_in_a_new_line_is_new(here: Path, found: Found) -> None:
    write(here / "AGENTS.md", "# A\n\nSome text that is fine.\n\netc.\n")
    commit(here)
    found("--update-baseline")
    write(here / "AGENTS.md", "# A\n\netc.\n\nSome text that is fine.\n\netc.\n")
    changed = found("AGENTS.md", "--changed-since", "HEAD", "--changed-lines")
    assert changed == ["AGENTS.md:3 vague-quality"]


@NEEDS_GIT
def test_what_becomes_a_prompt_is_new_and_what_only_moves_is_not(here: Path, found: Found) -> None:
    write(here / "notes.txt", "Give several reasons.\n")
    commit(here)
    git(here, "mv", "notes.txt", "GEMINI.md")
    git(here, "mv", "AGENTS.md", "work/AGENTS.md")
    assert found("--changed-since", "HEAD") == ["GEMINI.md:1 vague-quantity"]


# --- a baseline, and fixes -----------------------------------------------------------------


def test_what_is_known_is_not_fixed(here: Path, found: Found) -> None:
    old = "In order to win, play.\n"
    write(here / "AGENTS.md", old)
    found("--update-baseline")
    assert found("--fix", "--unsafe-fixes", "AGENTS.md") == []
    assert (here / "AGENTS.md").read_text("utf-8") == old
    write(here / "AGENTS.md", f"{old}\nIn order to lose, wait.\n")
    assert found("AGENTS.md") == ["AGENTS.md:3 wordy-phrase"]
    assert found("--fix", "--unsafe-fixes", "AGENTS.md") == []
    assert (here / "AGENTS.md").read_text("utf-8") == f"{old}\nTo lose, wait.\n"


def test_a_baseline_that_somebody_else_wrote_meanwhile_is_left_alone(
    here: Path, found: Found, capsys: pytest.CaptureFixture[str]
) -> None:
    found("--update-baseline", "work")
    path = here / "guideline-kit-baseline.json"
    theirs = path.read_text("utf-8").replace("CLAUDE.md", "CLAUDE.local.md")
    real = files.read_source

    def slow(*arguments: object, **options: object) -> object:
        source = real(*arguments, **options)  # type: ignore[arg-type]
        path.write_text(theirs, "utf-8")
        return source

    with (
        mock.patch("guideline_kit.project.linting.looking.read_source", slow),
        pytest.raises(SystemExit) as end,
    ):
        cli.main(["lint", "--no-cache", "--jobs", "1", "--update-baseline"])
    assert end.value.code == 2
    assert "Somebody else wrote guideline-kit-baseline.json meanwhile" in capsys.readouterr().err
    assert path.read_text("utf-8") == theirs


def test_nothing_to_hold_back_makes_no_baseline(here: Path, found: Found) -> None:
    write(here / "AGENTS.md", "List 3 risks.\n")
    assert found("AGENTS.md", "--update-baseline") == []
    assert not (here / "guideline-kit-baseline.json").exists()
