"""The hooks, as the real pre-commit runs them in a fresh repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from checkout import copy, without_settings

if shutil.which("git") is None:
    pytest.skip("pre-commit works with git, and git is not installed", allow_module_level=True)

BAD_ENTRY = """\
id: reply
title: Reply
summary: Replies to a letter
owner: writers
status: draft
version: 0.1.0
template:
  engine: mustache
  messages:
    - role: user
      content: |
        Answer the letter between the tags in 2 sentences.
        <letter>{{leter}}</letter>
inputs:
  letter: {type: document, description: The letter}
"""
GOOD_ENTRY = BAD_ENTRY.replace("{{leter}}", "{{letter}}")
BAD_TEXT = "List several risks of the plan.\n"
GOOD_TEXT = "List 3 to 5 risks of the plan.\n"


class Repository:
    """A git repository of its own: no identity, settings or hooks of the machine."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.env = {
            **without_settings(),
            "PRE_COMMIT_HOME": str(home / "pre-commit"),
            "GUIDELINE_KIT_CACHE": str(home / "cache"),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }
        self.env.pop("PYTHONPATH", None)
        self.git("init", "--quiet")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
            check=False,
        )

    def git(self, *arguments: str) -> str:
        done = self.run("git", *arguments)
        assert done.returncode == 0, done.stdout
        return done.stdout.strip()

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")

    def commit(self) -> tuple[bool, str]:
        """Commit all there is; return whether it was taken, and what was printed."""
        self.git("add", "--all")
        done = self.run("git", "commit", "-m", "A change")
        return done.returncode == 0, done.stdout

    def install(self) -> None:
        done = self.run(sys.executable, "-m", "pre_commit", "install")
        assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps its environments: ours is installed once for all tests."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def hooks(home: Path) -> Repository:
    """A repository that holds what is in the checkout, as others would refer to it."""
    repository = Repository(copy(home / "guideline-kit"), home)
    taken, text = repository.commit()
    assert taken, text
    return repository


@pytest.fixture
def user(hooks: Repository, home: Path, tmp_path: Path) -> Repository:
    """A repository with prompts, whose hooks are ours."""
    repository = Repository(tmp_path / "user", home)
    repository.write(
        ".pre-commit-config.yaml",
        f"""\
repos:
  - repo: {hooks.folder}
    rev: {hooks.git("rev-parse", "HEAD")}
    hooks:
      - id: guideline-lint
      - id: guideline-lint
        name: with warnings
        args: [--fail-on, warning]
        files: ^AGENTS\\.md$
      - id: guideline-validate
        files: ^catalog/
""",
    )
    repository.install()
    return repository


def test_the_hooks_are_what_precommit_expects() -> None:
    from pre_commit.clientlib import load_manifest

    manifest = load_manifest(str(Path(__file__).parents[1] / ".pre-commit-hooks.yaml"))
    assert [hook["id"] for hook in manifest] == ["guideline-lint", "guideline-validate"]


def test_a_bad_prompt_is_refused_and_a_mended_one_taken(user: Repository) -> None:
    user.write("README.md", BAD_TEXT)
    user.write("notes/prompts/reply.yaml", BAD_ENTRY)
    user.write("notes/prompts/values.yaml", "a: several\n")
    taken, text = user.commit()
    assert not taken, text
    assert "notes/prompts/reply.yaml:13:17: error[undeclared-placeholder]" in text
    assert "= help: " in text
    assert "guideline-kit explain undeclared-placeholder" in text
    assert "1 file checked" in text, "other files than prompts were checked"
    user.write("notes/prompts/reply.yaml", GOOD_ENTRY)
    taken, text = user.commit()
    assert taken, text


def test_warnings_can_be_refused(user: Repository) -> None:
    user.write("AGENTS.md", BAD_TEXT)
    taken, text = user.commit()
    assert not taken, text
    assert "AGENTS.md:1:6: warning[vague-quantity]" in text
    user.write("AGENTS.md", GOOD_TEXT)
    taken, text = user.commit()
    assert taken, text


def test_a_broken_catalog_is_refused(user: Repository) -> None:
    user.write(
        "catalog/catalog.yaml",
        "name: mine\ntitle: Mine\nextends: [guideline-kit]\nteams:\n"
        "  - {id: writers, title: Writers}\n",
    )
    user.write("catalog/prompts/reply.yaml", GOOD_ENTRY.replace("writers", "wirters"))
    taken, text = user.commit()
    assert not taken, text
    assert "catalog/prompts/reply.yaml:4:8: error[unknown-reference]" in text
    assert "Did you mean 'writers'?" in text
    user.write("catalog/prompts/reply.yaml", GOOD_ENTRY)
    taken, text = user.commit()
    assert taken, text


def test_what_init_writes_works(home: Path, tmp_path: Path) -> None:
    repository = Repository(tmp_path / "init", home)
    done = repository.run("guideline-kit", "init", "--use", "guideline-kit")
    assert done.returncode == 0, f"is the package installed? {done.stdout}"
    repository.install()
    repository.write("prompts/reply.yaml", BAD_ENTRY)
    repository.write("README.md", BAD_TEXT)
    taken, text = repository.commit()
    assert not taken, text
    assert "prompts/reply.yaml:13:17: error[undeclared-placeholder]" in text
    assert "README.md" not in text
    repository.write("prompts/reply.yaml", GOOD_ENTRY)
    taken, text = repository.commit()
    assert taken, text
