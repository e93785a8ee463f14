"""Paths from the top of a repository: what services attach findings by."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from guideline_kit.workspace.files import shown
from guideline_kit.workspace.places import from_top

FILES = ("AGENTS.md", "docs/a.md", "docs/deep/er/b:c.md", "docs/line\nbreak.md", "not-\udcff.md")


@pytest.fixture
def top(tmp_path: Path) -> Path:
    top = tmp_path / "repository"
    (top / "docs/deep/er").mkdir(parents=True)
    (top / ".git").write_text("gitdir: elsewhere")  # as in a linked worktree
    for name in FILES:
        (top / name).write_text("x")
    return top


@pytest.mark.parametrize("folder", ["", "docs", "docs/deep/er"])
@pytest.mark.parametrize("name", FILES)
def test_a_file_has_one_place_wherever_we_are(
    top: Path, folder: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = top / folder
    monkeypatch.chdir(here)
    place = from_top(here)
    assert place(shown(top / name)) == name
    assert place(os.path.relpath(top / name, here)) == name
    assert place(str(top / name)) == name


def test_what_is_not_in_the_repository_keeps_its_name(top: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.md").write_text("x")
    outside = str(tmp_path / "outside.md")
    for folder in (top, top / "docs"):
        place = from_top(folder)
        assert place(outside) == outside
        assert place("guideline-kit:rules/filler.yaml") == "guideline-kit:rules/filler.yaml"
    assert from_top(tmp_path)("outside.md") == "outside.md"


def test_a_link_to_a_folder_is_followed_and_one_to_a_file_is_not(top: Path) -> None:
    (top / "linked").symlink_to(top / "docs")
    (top / "same.md").symlink_to(top / "AGENTS.md")
    place = from_top(top)
    assert place("linked/a.md") == "docs/a.md", "git knows no file below a link"
    assert place("same.md") == "same.md"


def test_a_file_that_is_not_there_yet_has_its_place(top: Path) -> None:
    assert from_top(top / "docs")("new.md") == "docs/new.md"
