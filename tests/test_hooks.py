"""The hooks, as the real pre-commit runs them in a fresh repository."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from checkout import copy
from repositories import BAD_ENTRY, BAD_TEXT, GOOD_ENTRY, GOOD_TEXT, Repository

if shutil.which("git") is None:
    pytest.skip("pre-commit works with git, and git is not installed", allow_module_level=True)

CONFIGURATION = ".pre-commit-config.yaml"
# A tag that an editor does not show, and what it is without: an error that has a safe fix is
# needed as well as one that has none.
UNDECLARED = "error[undeclared-placeholder]"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps its environments: ours is installed once for all tests."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def hooks(home: Path) -> Repository:
    """A repository that holds what is in the checkout, as others would refer to it."""
    repository = Repository(copy(home / "guideline-kit"), home)
    repository.taken()
    return repository


def using(hooks: Repository, entries: str) -> str:
    """Return a configuration of pre-commit with some of our hooks."""
    head = f"repos:\n  - repo: {hooks.folder}\n    rev: {hooks.git('rev-parse', 'HEAD')}\n"
    return f"{head}    hooks:\n{entries}"


@pytest.fixture
def user(hooks: Repository, home: Path, tmp_path: Path) -> Repository:
    """A repository with prompts, whose hooks are ours."""
    repository = Repository(tmp_path / "user", home)
    entries = """\
      - id: guideline-lint
      - id: guideline-lint
        name: with warnings
        args: [--fail-on, warning]
        files: ^AGENTS\\.md$
      - id: guideline-validate
        files: ^catalog/
"""
    repository.write(CONFIGURATION, using(hooks, entries))
    repository.install()
    return repository


def test_the_hooks_are_what_precommit_expects() -> None:
    from pre_commit.clientlib import load_manifest

    manifest = load_manifest(str(Path(__file__).parents[1] / ".pre-commit-hooks.yaml"))
    assert [hook["id"] for hook in manifest] == [
        "guideline-lint", "guideline-fix", "guideline-validate"
    ]  # fmt: skip


def test_a_bad_prompt_is_refused_and_a_mended_one_taken(user: Repository) -> None:
    text = user.refused(
        {
            "README.md": BAD_TEXT,
            "notes/prompts/reply.yaml": BAD_ENTRY,
            "notes/prompts/values.yaml": "a: several\n",
        }
    )
    assert f"notes/prompts/reply.yaml:13:17: {UNDECLARED}" in text
    assert "= help: " in text
    assert "guideline-kit explain undeclared-placeholder" in text
    assert "1 file checked" in text, "other files than prompts were checked"
    user.taken({"notes/prompts/reply.yaml": GOOD_ENTRY})


def test_warnings_can_be_refused(user: Repository) -> None:
    text = user.refused({"AGENTS.md": BAD_TEXT})
    assert "AGENTS.md:1:6: warning[vague-quantity]" in text
    user.taken({"AGENTS.md": GOOD_TEXT})


def test_a_broken_catalog_is_refused(user: Repository) -> None:
    manifest = "name: mine\ntitle: Mine\nextends: [guideline-kit]\nteams:\n"
    text = user.refused(
        {
            "catalog/catalog.yaml": f"{manifest}  - {{id: writers, title: Writers}}\n",
            "catalog/prompts/reply.yaml": GOOD_ENTRY.replace("writers", "wirters"),
        }
    )
    assert "catalog/prompts/reply.yaml:4:8: error[unknown-reference]" in text
    assert "Did you mean 'writers'?" in text
    user.taken({"catalog/prompts/reply.yaml": GOOD_ENTRY})


def test_what_init_writes_works(home: Path, tmp_path: Path) -> None:
    repository = Repository(tmp_path / "init", home)
    done = repository.run("guideline-kit", "init", "--use", "guideline-kit")
    assert done.returncode == 0, f"is the package installed? {done.stdout}"
    repository.install()
    text = repository.refused({"prompts/reply.yaml": BAD_ENTRY, "README.md": BAD_TEXT})
    assert f"prompts/reply.yaml:13:17: {UNDECLARED}" in text
    assert "README.md" not in text
    repository.taken({"prompts/reply.yaml": GOOD_ENTRY})


# --- the hook that fixes -------------------------------------------------------------------

DOUBLED = "Sort the the names by date, and write one per line.\n"


@pytest.fixture
def fixing(hooks: Repository, home: Path, tmp_path: Path) -> Repository:
    repository = Repository(tmp_path / "fixing", home)
    repository.taken({CONFIGURATION: using(hooks, "      - id: guideline-fix\n")})
    repository.install()
    return repository


def test_what_was_fixed_is_refused_once(fixing: Repository) -> None:
    text = fixing.refused({"AGENTS.md": DOUBLED})
    assert "files were modified by this hook" in text
    assert "Fixed 1 finding in 1 file." in text
    assert fixing.read("AGENTS.md") == DOUBLED.replace("the the", "the")
    assert fixing.git("show", ":AGENTS.md") == DOUBLED.strip(), "the fix was staged unseen"
    fixing.taken()
    assert fixing.git("show", "HEAD:AGENTS.md") == DOUBLED.replace("the the", "the").strip()


def test_what_no_fix_mends_stays_refused(fixing: Repository) -> None:
    bad = BAD_ENTRY.replace("Answer the letter", "Answer the the letter")
    text = fixing.refused({"prompts/reply.yaml": bad})
    assert "Fixed 1 finding in 1 file." in text
    assert UNDECLARED in text
    assert fixing.read("prompts/reply.yaml") == BAD_ENTRY
    text = fixing.refused()
    assert "files were modified" not in text
    assert f"prompts/reply.yaml:13:17: {UNDECLARED}" in text
    fixing.taken({"prompts/reply.yaml": GOOD_ENTRY})


def test_a_fix_where_a_part_is_staged_loses_nothing(fixing: Repository) -> None:
    fixing.taken({"AGENTS.md": "Sort the names.\n\nWrite one per line.\n"})
    fixing.write("AGENTS.md", "Sort the names.\n\nWrite one one per line.\n")
    fixing.git("add", "AGENTS.md")
    whole = "Sort the names.\n\nWrite one one per line, in English.\n"
    text = fixing.refused({"AGENTS.md": whole}, add=False)
    # pre-commit puts aside what is not staged; where that and the fix meet, it undoes the fix.
    assert "Rolling back fixes" in text
    assert fixing.read("AGENTS.md") == whole


# --- guidelines of one's own, in a package ------------------------------------------------

PACKAGE: Mapping[str, str] = {
    "pyproject.toml": """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "acme-guidelines"
version = "1.0.0"

[project.entry-points."guideline_kit.catalogs"]
acme = "acme_guidelines"

[tool.hatch.build.targets.wheel]
packages = ["acme_guidelines"]
""",
    "acme_guidelines/catalog.yaml": """\
name: acme-guidelines
title: The guidelines of Acme
version: 1.0.0
extends: [guideline-kit]
""",
    "acme_guidelines/rules/product-name.yaml": """\
id: product-name
title: Product name
summary: Writes the name of our product in another way than we do
severity: error
preset: default
stage: stable
evidence: convention
since: 1.0.0
check:
  kind: terms
  words: [AcmeBot]
  message: "'{match}' is not how we write it"
  help: Write Acme Assistant
why: Customers know it by that name.
examples:
  - title: The old name
    bad: You are «AcmeBot».
    good: You are Acme Assistant.
""",
}


def test_guidelines_in_a_package_come_with_the_hook(
    hooks: Repository, home: Path, tmp_path: Path
) -> None:
    package = tmp_path / "package"
    for name, text in PACKAGE.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(text, "utf-8")
    user = Repository(tmp_path / "user", home)
    entry = "      - id: guideline-lint\n        additional_dependencies: ['{package}']\n"
    user.taken(
        {
            CONFIGURATION: using(hooks, entry.format(package=package)),
            "guideline-kit.yaml": "extends: acme\n",
        }
    )
    user.install()
    text = user.refused({"AGENTS.md": "You are AcmeBot.\n", "prompts/reply.yaml": BAD_ENTRY})
    assert "AGENTS.md:1:9: error[product-name]: 'AcmeBot' is not how we write it" in text
    assert f"prompts/reply.yaml:13:17: {UNDECLARED}" in text
    user.taken({"AGENTS.md": "You are Acme Assistant.\n", "prompts/reply.yaml": GOOD_ENTRY})

    # What the hook follows is pinned, by the program of the hook's own environment.
    (own,) = (home / "pre-commit").glob("repo*/py_env-*/lib/python*/site-packages/acme_guidelines")
    programs = own.parents[3] / "bin"
    done = user.run(str(programs / "guideline-kit"), "lock")
    assert done.returncode == 0, done.stdout
    assert re.search(r"acme-guidelines +1\.0\.0", done.stdout)
    user.taken({"AGENTS.md": "You are Acme Assistant. Answer in English.\n"})

    # The package gets a newer version, with a rule that is changed.
    for name in ("pyproject.toml", "acme_guidelines/catalog.yaml"):
        (package / name).write_text(PACKAGE[name].replace("1.0.0", "1.1.0"), "utf-8")
    pip = (str(programs / "python"), "-m", "pip", "install", "--quiet", "--no-deps")
    done = user.run(*pip, str(package))
    assert done.returncode == 0, done.stdout
    text = user.refused({"AGENTS.md": "You are Acme Assistant. Answer in French.\n"})
    assert "guideline-kit.lock:" in text
    assert "The catalog 'acme-guidelines' has version 1.1.0, and 1.0.0 is pinned" in text
    assert "Install version 1.0.0, or accept 1.1.0 with 'guideline-kit lock'" in text
    assert "nothing was checked" in text
    done = user.run(str(programs / "guideline-kit"), "lock")
    assert "Changed: acme-guidelines, from 1.0.0 to 1.1.0." in done.stdout
    user.taken()


def test_guidelines_that_are_not_installed_are_asked_for(user: Repository) -> None:
    text = user.refused({"guideline-kit.yaml": "extends: acme\n", "AGENTS.md": GOOD_TEXT})
    assert "guideline-kit.yaml:1:10: error" in text
    assert "additional_dependencies" in text
