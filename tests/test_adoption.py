"""A team that has never seen the tool: from an old repository to a hook that fails on what is new.

Every step is the one that the output before it names.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from repositories import BAD_ENTRY, Repository

OWN_HOOKS = """\
# Ours.
default_stages: [pre-commit]
repos:
- repo: local
  hooks:
  - id: tidy
    name: no tabs in the notes
    entry: sh -c 'true'
    language: system
    files: ^notes/
"""
# A finding each. The words beside them differ from file to file.
WARNINGS = (
    "List several risks to the {thing}.",
    "Give a couple of steps about {thing}.",
    "Add numerous names of {thing}.",
    "Do not hallucinate {thing}.",
    "I will tip you $200 for good {thing}.",
)
# An error: letters that nobody sees.
HIDDEN = "Sort the {thing} by date.\U000e0041\U000e0042\n"
THINGS = (
    *("risks", "costs", "dates", "owners", "steps", "goals", "limits", "names", "notes", "terms"),
    *("tests", "tasks", "units", "users", "views", "words"),
)


def old_prompts() -> Iterator[tuple[str, str]]:
    """Yield the prompts of some years, by path: six formats, with mistakes of several kinds."""
    for number, thing in enumerate(THINGS):
        lines = "\n\n".join(line.format(thing=thing) for line in WARNINGS)
        yield f"services/{thing}/AGENTS.md", f"# {thing.title()}\n\n{lines}\n"
        if number < 8:
            yield f".cursor/rules/{thing}.mdc", f"---\ndescription: {thing}\n---\n{lines}\n"
            yield f".github/prompts/{thing}.prompt.md", f"{lines}\n\n{HIDDEN.format(thing=thing)}"
            yield f"prompts/{thing}.yaml", BAD_ENTRY.replace("id: reply", f"id: {thing}")
        if number < 3:
            skill = f"---\nname: {thing}\ndescription: About {thing}.\n---\n\n{lines}\n"
            yield f".claude/skills/{thing}/SKILL.md", skill
            yield f"docs/{thing}.md", f"{lines}\n"  # no prompt


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


def old_repository(folder: Path, home: Path, files: dict[str, str] | None = None) -> Repository:
    repository = Repository(folder, home)
    repository.taken({**dict(old_prompts()), **(files or {})})
    return repository


def next_step(text: str) -> list[str]:
    """Return the command that an output names as the next one."""
    (command,) = re.findall(r"^Next: ([^,\n]+)", text, re.MULTILINE)
    return shlex.split(command)


def adopt(repository: Repository) -> list[str]:
    """Do what each output says, from `init` on; return the outputs."""
    outputs = []
    command = ["guideline-kit", "init"]
    for _ in range(3):
        done = repository.run(*command)
        assert done.returncode == 0, f"{command}: is the package installed? {done.stdout}"
        outputs.append(done.stdout)
        if command[0] == "guideline-kit":
            command = next_step(done.stdout)
    assert command == ["pre-commit", "install"]
    return outputs


@pytest.mark.parametrize("before", ["", OWN_HOOKS], ids=["no hooks", "hooks of its own"])
def test_three_commands_lead_to_a_hook_that_fails_only_on_what_is_new(
    before: str, home: Path, tmp_path: Path
) -> None:
    name = ".pre-commit-config.yaml"
    old = old_repository(tmp_path / "old", home, {name: before} if before else None)
    first, second, _ = adopt(old)
    found = re.search(r"have (\d+) findings in (\d+) prompts: (\d+) errors, ", first)
    assert found, first
    findings, prompts, errors = map(int, found.groups())
    assert findings >= 200
    assert prompts >= 40
    assert errors >= 15
    assert f"it holds back {findings} findings" in second
    assert old.read(name).startswith(before or "# Install pre-commit")
    assert ("tidy" in old.read(name)) == bool(before)
    # Nothing that was there has changed: three files are new, or one has grown.
    status = old.git("status", "--porcelain").splitlines()
    assert {line.split()[1] for line in status} == {
        name, "guideline-kit.yaml", "guideline-kit-baseline.json"
    }  # fmt: skip
    old.taken()
    done = old.run("pre-commit", "run", "--all-files")
    assert done.returncode == 0, done.stdout
    assert f"{findings} known findings are held back" in done.stdout
    assert f"{prompts} files checked, nothing to report." in done.stdout


@pytest.fixture
def adopted(home: Path, tmp_path: Path) -> Repository:
    repository = old_repository(tmp_path / "old", home)
    adopt(repository)
    repository.taken()
    return repository


AGENTS, PROMPT = "services/risks/AGENTS.md", ".github/prompts/risks.prompt.md"


def test_what_is_old_stays_held_back(adopted: Repository) -> None:
    # A harmless change of a file with errors, before and after what is known.
    text = f"Answer in English.\n\n{adopted.read(PROMPT)}\nSay when you are done.\n"
    assert "6 known findings are held back" in adopted.taken({PROMPT: text})
    # Another name, in another folder.
    (adopted.folder / "library").mkdir()
    adopted.git("mv", PROMPT, "library/risks.prompt.md")
    assert "6 known findings are held back" in adopted.taken()
    # Another name and another text, at once.
    adopted.git("mv", "library/risks.prompt.md", "library/dangers.prompt.md")
    text = adopted.read("library/dangers.prompt.md").replace("in English", "in plain English")
    assert "6 known findings are held back" in adopted.taken({"library/dangers.prompt.md": text})


def test_what_is_new_is_refused_and_only_that_is_shown(adopted: Repository) -> None:
    known = adopted.read(PROMPT)
    text = adopted.refused({PROMPT: f"{known}\nSort them again.\U000e0043\n"})
    assert re.findall(r"error\[([a-z-]+)\]", text) == ["hidden-tags"]
    assert "warning[" not in text
    line = known.count("\n") + 2
    assert f"{PROMPT}:{line}:17: error[hidden-tags]" in text
    assert "1 file checked: 1 error; failed (--fail-on warning)." in text
    assert "6 known findings are held back" in text
    adopted.taken({PROMPT: f"{known}\nSort them again.\n"})


def test_what_is_mended_is_reported_and_taken_out(adopted: Repository) -> None:
    known = adopted.read(PROMPT)
    text = adopted.taken({PROMPT: known.replace("\U000e0041\U000e0042", "")})
    assert "1 of its findings is gone" in text
    (command,) = re.findall(r"take it out with '([^']+)'", text)
    before = json.loads(adopted.read("guideline-kit-baseline.json"))["findings"]
    done = adopted.run(*shlex.split(command))
    assert done.returncode == 0, done.stdout
    assert "1 finding that is gone was taken out of it." in done.stdout
    after = json.loads(adopted.read("guideline-kit-baseline.json"))["findings"]
    assert {path for path in before if before[path] != after.get(path)} == {PROMPT}
    adopted.taken()
    # Once taken out, it is new when it comes back.
    assert "error[hidden-tags]" in adopted.refused({PROMPT: known})


def test_the_next_step_is_known_in_a_linked_worktree_and_without_a_folder_of_hooks(
    home: Path, tmp_path: Path
) -> None:
    first = Repository(tmp_path / "first", home)
    first.taken({"AGENTS.md": "List several risks of the plan.\n"})
    for hook in (first.folder / ".git" / "hooks").iterdir():
        hook.unlink()
    (first.folder / ".git" / "hooks").rmdir()
    first.git("worktree", "add", "--quiet", "-b", "other", str(tmp_path / "linked worktree"))
    linked = Repository(tmp_path / "linked worktree", home, begin=False)
    adopt(linked)
    linked.taken()
    done = linked.run("guideline-kit", "lint", "--update-baseline")
    assert "Next: commit it" in done.stdout, "what is installed already is asked for"
