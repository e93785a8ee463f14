"""What a prompt may read beside itself: files of its project, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from guideline_kit.formats.beside import ALONE
from guideline_kit.workspace.neighbours import Neighbours


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "prompts" / "deep").mkdir(parents=True)
    (root / "common.txt").write_bytes(b"common\r\n")
    (root / "prompts" / "own.txt").write_bytes(b"own")
    (root / "prompts" / "marked.txt").write_bytes(b"\xef\xbb\xbfmarked")
    (root / "prompts" / "latin.txt").write_bytes(b"\xe9")
    (tmp_path / "secret.txt").write_bytes(b"secret")
    (tmp_path / "project-too").mkdir()
    (tmp_path / "project-too" / "other.txt").write_bytes(b"secret")
    (root / "prompts" / "out.txt").symlink_to(tmp_path / "secret.txt")
    (root / "prompts" / "round.txt").symlink_to("round.txt")
    (root / "prompts" / "in.txt").symlink_to("../common.txt")
    return root


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("own.txt", "own"),
        ("./own.txt", "own"),
        ("deep/../own.txt", "own"),
        ("../common.txt", "common\r\n"),
        ("..\\common.txt", "common\r\n"),
        ("in.txt", "common\r\n"),
        ("marked.txt", "marked"),
    ],
)
def test_files_of_the_project_are_read(project: Path, name: str, text: str) -> None:
    there = Neighbours(project / "prompts" / "a.prompty", project)
    looked = there.look(name)
    assert looked.source is not None
    assert looked.source.text == text
    assert looked.reason == ""
    assert there.asked


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("none.txt", "there is no such file"),
        ("own.txt/none", "there is no such file"),
        ("../../secret.txt", "it leads out of this project"),
        ("../../none.txt", "it leads out of this project"),
        ("../../project-too/other.txt", "it leads out of this project"),
        ("out.txt", "it leads out of this project"),
        ("round.txt", "it is a link that leads in a circle"),
        ("deep", "it is a folder"),
        ("latin.txt", "it is not UTF-8 text"),
        ("/etc/hostname", "the path is absolute; only files of this project are read"),
        ("C:\\secret.txt", "the path is absolute; only files of this project are read"),
        ("~/secret.txt", "the path is absolute; only files of this project are read"),
        ("", "that is no name of a file"),
        ("a\0b", "that is no name of a file"),
    ],
)
def test_what_cannot_be_read_has_a_reason(project: Path, name: str, reason: str) -> None:
    looked = Neighbours(project / "prompts" / "a.prompty", project).look(name)
    assert looked.source is None
    assert looked.reason == reason


def test_a_prompt_outside_of_the_project_has_its_own_folder(project: Path, tmp_path: Path) -> None:
    there = Neighbours(tmp_path / "project-too" / "a.prompty", project)
    assert there.look("other.txt").source is not None
    assert there.look("../secret.txt").reason == "it leads out of this project"


def test_a_text_that_is_no_file_knows_of_no_other() -> None:
    assert ALONE.look("own.txt").source is None
    assert ALONE.look("own.txt").reason == ""
