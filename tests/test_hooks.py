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
        args: [--fail-on, warning, --]
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

MENDED = "Sort the names by date, and write one per line.\n"
FIXABLE = MENDED.replace("by", "by\u200b")  # a space that has no width


@pytest.fixture
def fixing(hooks: Repository, home: Path, tmp_path: Path) -> Repository:
    repository = Repository(tmp_path / "fixing", home)
    repository.taken({CONFIGURATION: using(hooks, "      - id: guideline-fix\n")})
    repository.install()
    return repository


def test_what_was_fixed_is_refused_once(fixing: Repository) -> None:
    text = fixing.refused({"AGENTS.md": FIXABLE})
    assert "files were modified by this hook" in text
    assert "Fixed 1 finding in 1 file." in text
    assert fixing.read("AGENTS.md") == MENDED
    assert fixing.git("show", ":AGENTS.md") == FIXABLE.strip(), "the fix was staged unseen"
    fixing.taken()
    assert fixing.git("show", "HEAD:AGENTS.md") == MENDED.strip()


def test_what_no_fix_mends_stays_refused(fixing: Repository) -> None:
    bad = BAD_ENTRY.replace("Answer the letter", "Answer the\u200b letter")
    text = fixing.refused({"prompts/reply.yaml": bad})
    assert "Fixed 1 finding in 1 file." in text
    assert UNDECLARED in text
    assert fixing.read("prompts/reply.yaml") == BAD_ENTRY
    text = fixing.refused()
    assert "files were modified" not in text
    assert f"prompts/reply.yaml:13:17: {UNDECLARED}" in text
    fixing.taken({"prompts/reply.yaml": GOOD_ENTRY})


def test_a_fix_where_a_part_is_staged_loses_nothing(fixing: Repository) -> None:
    fixing.taken({"AGENTS.md": MENDED})
    fixing.write("AGENTS.md", FIXABLE)
    fixing.git("add", "AGENTS.md")
    whole = FIXABLE.replace("per line", "per line, in English")
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
teams:
  - {id: writers, title: Writers}
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


# --- the states that a repository can be in ------------------------------------------------


@pytest.fixture
def plain(hooks: Repository, home: Path, tmp_path: Path) -> Repository:
    """A repository with our hook and one commit."""
    repository = Repository(tmp_path / "plain", home)
    entries = """\
      - id: guideline-lint
      - id: guideline-lint
        name: changed lines
        args: [--changed-since, HEAD, --changed-lines, --fail-on, warning, --]
"""
    repository.taken({CONFIGURATION: using(hooks, entries), "AGENTS.md": GOOD_TEXT})
    repository.install()
    return repository


ODD = (
    *("with space", "with\nline break", 'it\'s "quoted"', "für Kölner", "読む", "-dash", "--fix"),
    *("back\\slash", "$(touch ran)", "tab\there", "semi;colon", "*", "\u202eright to left"),
)


def test_names_of_files_that_are_odd(plain: Repository) -> None:
    bad = {f"{name}/prompts/{name}.yaml": BAD_ENTRY for name in ODD}
    text = plain.refused(bad)
    assert text.count(UNDECLARED) == 2 * len(ODD), "each by both hooks"
    assert f"{len(ODD)} files checked" in text
    assert "\nwith<U+000A>line break/prompts/with<U+000A>line break.yaml:13:17: error" in text
    assert "\u202e" not in text
    assert not (plain.folder / "ran").exists()
    assert "Traceback" not in text
    plain.taken(dict.fromkeys(bad, GOOD_ENTRY))


def test_the_first_commit_of_a_repository(plain: Repository, home: Path, tmp_path: Path) -> None:
    first = Repository(tmp_path / "first", home)
    first.write(CONFIGURATION, plain.read(CONFIGURATION))
    first.install()
    text = first.refused({"prompts/reply.yaml": BAD_ENTRY, "AGENTS.md": BAD_TEXT})
    assert text.count(UNDECLARED) == 2
    assert "AGENTS.md:1:6: warning[vague-quantity]" in text
    first.taken({"prompts/reply.yaml": GOOD_ENTRY, "AGENTS.md": GOOD_TEXT})


def test_amending(plain: Repository) -> None:
    assert "(no files to check)Skipped" in plain.taken(None, "--amend", "-m", "Another message")
    text = plain.refused({"prompts/reply.yaml": BAD_ENTRY}, "--amend", "--no-edit")
    assert UNDECLARED in text
    plain.taken({"prompts/reply.yaml": GOOD_ENTRY}, "--amend", "--no-edit")
    assert plain.git("rev-list", "--count", "HEAD") == "1"


def test_a_file_of_which_a_part_is_staged(plain: Repository) -> None:
    plain.taken({"prompts/reply.yaml": GOOD_ENTRY})
    # What is staged decides, not what is on disk: first good, then bad.
    plain.write("prompts/reply.yaml", GOOD_ENTRY.replace("2 sentences", "3 sentences"))
    plain.git("add", "--all")
    text = plain.taken({"prompts/reply.yaml": BAD_ENTRY}, add=False)
    assert "Stashing unstaged files" in text
    assert plain.read("prompts/reply.yaml") == BAD_ENTRY
    plain.git("add", "--all")
    text = plain.refused({"prompts/reply.yaml": GOOD_ENTRY}, add=False)
    assert UNDECLARED in text
    assert plain.read("prompts/reply.yaml") == GOOD_ENTRY
    # A file that is taken out is not looked at, one that is only moved is not new.
    plain.taken()
    plain.git("mv", "prompts/reply.yaml", "prompts/answer.yaml")
    plain.taken()
    plain.git("rm", "--quiet", "prompts/answer.yaml")
    assert "Skipped" in plain.taken()


def test_only_changed_lines(plain: Repository) -> None:
    plain.taken({"GEMINI.md": GOOD_TEXT})
    plain.write("GEMINI.md", BAD_TEXT)
    plain.git("commit", "--quiet", "--no-verify", "--all", "-m", "Past the hooks")
    assert "vague-quantity" not in plain.taken({"GEMINI.md": f"{BAD_TEXT}\nSay why.\n"})
    text = plain.refused({"GEMINI.md": f"{BAD_TEXT}\nThen list several steps.\n"})
    assert "GEMINI.md:3:11: warning[vague-quantity]" in text
    assert "GEMINI.md:1:" not in text.split("changed lines")[1]


def test_a_merge_under_way(plain: Repository) -> None:
    plain.git("checkout", "--quiet", "-b", "other")
    plain.taken({"AGENTS.md": "List 4 risks of the plan.\n", "GEMINI.md": GOOD_TEXT})
    plain.git("checkout", "--quiet", "main")
    plain.taken({"AGENTS.md": "List 6 risks of the plan.\n"})
    done = plain.run("git", "merge", "other")
    assert "CONFLICT" in done.stdout
    text = plain.refused({"AGENTS.md": BAD_TEXT}, "--no-edit")
    assert "AGENTS.md:1:6: warning[vague-quantity]" in text
    plain.taken({"AGENTS.md": "List 4 to 6 risks of the plan.\n"}, "--no-edit")
    assert len(plain.git("rev-list", "--parents", "-1", "HEAD").split()) == 3


def test_a_detached_head(plain: Repository) -> None:
    plain.git("checkout", "--quiet", "--detach")
    assert UNDECLARED in plain.refused({"prompts/reply.yaml": BAD_ENTRY})
    plain.taken({"prompts/reply.yaml": GOOD_ENTRY})


def test_a_linked_worktree(plain: Repository, home: Path, tmp_path: Path) -> None:
    plain.git("worktree", "add", "--quiet", "-b", "linked", str(tmp_path / "a linked one"))
    linked = Repository(tmp_path / "a linked one", home, begin=False)
    # What is in the other tree is not looked at.
    plain.write("prompts/reply.yaml", BAD_ENTRY)
    assert UNDECLARED in linked.refused({"prompts/mine.yaml": BAD_ENTRY})
    linked.taken({"prompts/mine.yaml": GOOD_ENTRY})


def test_a_submodule(plain: Repository, home: Path, tmp_path: Path) -> None:
    library = Repository(tmp_path / "library", home)
    library.taken({"prompts/reply.yaml": BAD_ENTRY, CONFIGURATION: plain.read(CONFIGURATION)})
    local = ("-c", "protocol.file.allow=always")
    plain.git(*local, "submodule", "--quiet", "add", str(library.folder), "library")
    # What the submodule holds is the business of its own repository, and of its own hooks.
    plain.taken()
    inner = Repository(plain.folder / "library", home, begin=False)
    inner.install()
    assert UNDECLARED in inner.refused({"prompts/answer.yaml": BAD_ENTRY})
    inner.taken({"prompts/answer.yaml": GOOD_ENTRY})
    plain.taken()


def test_a_part_of_a_repository_with_a_configuration_of_its_own(plain: Repository) -> None:
    part = "teams/the d'Or & co"
    plain.write(f"{part}/AGENTS.md", GOOD_TEXT)
    done = plain.run("guideline-kit", "init", part, "--use", "guideline-kit")
    assert done.returncode == 0, done.stdout
    assert not (plain.folder / part / CONFIGURATION).exists(), "pre-commit never reads it"
    # Done by hand, as it says.
    assert "Add this hook to 'repos' in .pre-commit-config.yaml by hand:" in done.stdout
    assert "pre-commit reads only the configuration at the top of a repository." in done.stdout
    hook = done.stdout.split("by hand:\n\n")[1].split("\n\n")[0] + "\n"
    plain.write(CONFIGURATION, f"repos:\n{hook}")
    done = plain.run("guideline-kit", "init", part, "--use", "guideline-kit")
    assert "by hand" not in done.stdout, "it is there already"
    assert "kept  .pre-commit-config.yaml" in done.stdout
    plain.write(f"{part}/guideline-kit.yaml", "extends: guideline-kit\nfail_on: warning\n")
    text = plain.refused({f"{part}/AGENTS.md": BAD_TEXT})
    assert "AGENTS.md:1:6: warning[vague-quantity]" in text
    text = plain.taken({f"{part}/AGENTS.md": GOOD_TEXT, "AGENTS.md": BAD_TEXT})
    assert "1 file checked, nothing to report." in text
