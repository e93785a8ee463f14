"""Names that people give, and those of files: too long, with a NUL, with signs for a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from guideline_kit import cli, skeletons
from guideline_kit.errors import CannotError
from guideline_kit.project.authoring import set_up
from guideline_kit.project.opening import open_project
from guideline_kit.report.text import printable

LONG = "a" * 300
MANIFEST = "name: mine\ntitle: Mine\nteams: []\n"
ODD = "x\n::error::pwn\x1b[2J\u202e"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.setenv("GUIDELINE_KIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(folder)
    return folder


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(list(arguments))
    printed = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, printed.out + printed.err


@pytest.mark.parametrize(
    "command",
    [
        "render N", "render N.md", "render N/x.yaml", "diff N", "diff N.md", "diff N/x.md",
        "lint N", "lint --catalog N", "lint --baseline N", "init --use N .", "init --use ./N .",
        "init N", "validate N", "build N", "impact --catalog N x", "impact x N", "impact N",
        "new rule x --catalog N", "new rule N", "list --catalog N", "explain N",
    ],
)  # fmt: skip
def test_a_name_that_is_no_path_is_not_there(
    here: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    arguments = [part.replace("N", LONG) for part in command.split()]
    code, text = run(capsys, *arguments)
    assert code == 2, text
    assert "Error: " in text
    assert not list(here.iterdir())


@pytest.mark.parametrize("name", [LONG, '"a\\0b"'], ids=["long", "NUL"])
@pytest.mark.parametrize("command", ["init", "validate", "new rule x", "build", "lint", "diff x"])
def test_a_configuration_can_name_what_is_no_path(
    here: Path, capsys: pytest.CaptureFixture[str], command: str, name: str
) -> None:
    (here / "guideline-kit.yaml").write_text(f"extends: {name}\n", "utf-8")
    (here / "notes.md").write_text("x", "utf-8")
    code, text = run(capsys, *command.split())
    assert code == 2, text
    assert "Error: " in text


# --- on a terminal -------------------------------------------------------------------------

NO_LINES = [
    ("lint", "--format", "github", ODD),
    ("lint", "--baseline", ODD),
    ("lint", "--select", ODD),
    ("lint", "--changed-since", ODD),
    ("lint", "--output", f"{ODD}/{LONG}"),
    ("lint", f"--{ODD}"),
    ("lint", "--preset", ODD),
    ("impact", "vague-quantity", ODD),
    ("impact", ODD),
    ("new", "rule", ODD, "--catalog", ODD),
    ("render", ODD),
    ("render", f"{ODD}.md"),
    ("diff", ODD),
    ("init", "--use", ODD),
    ("validate", ODD),
    ("build", ODD),
    (ODD,),
    ("explain", ODD),
]


@pytest.mark.parametrize("arguments", NO_LINES, ids=lambda parts: " ".join(parts)[:20])
def test_a_name_prints_no_line_of_its_own(
    here: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    code, text = run(capsys, *arguments)
    assert code == 2, text
    assert_inert(text)


def assert_inert(text: str) -> None:
    assert "pwn" in text
    for line in text.split("\n"):
        assert not line.startswith("::error::pwn"), text
        assert printable(line) == line


def test_what_is_written_is_said_on_one_line(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments in (
        ("init", ODD),
        ("init", ODD),
        ("new", "rule", "some-word", "--catalog", f"{ODD}/catalog"),
        ("schema", f"{ODD}/schemas"),
        ("init", "--use", f"{ODD}/catalog", f"{ODD} and"),
    ):
        _, text = run(capsys, *arguments)
        assert_inert(text)


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="needs permissions of POSIX")
def test_what_can_not_be_fixed_is_said_on_one_line(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = here / ODD / "AGENTS.md"
    file.parent.mkdir()
    file.write_text("Name the the risks.\n", "utf-8")
    file.chmod(0o444)
    code, text = run(capsys, "lint", "--fix", "--unsafe-fixes")
    assert code == 2
    assert "read-only" in text
    assert_inert(text)


def test_several_things_of_a_message_keep_their_lines(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ("--input", "one=1", "--input", f"two{ODD}=2", "meeting-actions")
    code, text = run(capsys, "render", *arguments)
    assert code == 2
    assert text.count("\n  - ") >= 2
    assert_inert(text)


# --- what init writes ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["our rules #1", "a: b", "- a", "*a", "'", '"', "{x", "\t", "\x07"]
)
def test_a_catalog_of_any_name_can_be_followed(here: Path, name: str) -> None:
    (here / name).mkdir()
    (here / name / "catalog.yaml").write_text(MANIFEST, "utf-8")
    set_up(here, name)
    project = open_project(here)
    assert project.config.extends == (f"./{name}",)


def test_a_plain_name_needs_no_quotes(here: Path) -> None:
    assert "\nextends: ../ours\n" in skeletons.configuration("../ours")


@pytest.mark.parametrize("name", ["a\nb", os.fsdecode(b"a\xff")], ids=["line", "not UTF-8"])
def test_a_catalog_that_no_configuration_can_name_is_refused(here: Path, name: str) -> None:
    try:
        (here / name).mkdir()
    except OSError:
        pytest.skip("the file system has no such names")
    (here / name / "catalog.yaml").write_text(MANIFEST, "utf-8")
    with pytest.raises(CannotError, match="can't be written into a configuration"):
        set_up(here, name)


# --- pipes ---------------------------------------------------------------------------------


def test_a_difference_counts_though_nobody_reads_it_to_its_end(here: Path) -> None:
    for number in range(30):
        (here / f"AGENTS{number}.md").write_text("Name the the risks.\n" * 200, "utf-8")
    names = [path.name for path in here.iterdir()]
    command = [sys.executable, "-m", "guideline_kit", "lint", "--diff", "--unsafe-fixes", *names]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, env=env, check=False)
    os.close(writing)
    whole = subprocess.run(command, capture_output=True, env=env, check=False)
    assert whole.returncode == 1
    assert whole.stdout
    assert done.returncode == 1
    assert done.stderr == whole.stderr
