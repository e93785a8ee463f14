"""Each transcript in `cases/` is what the command line prints.

`UPDATE_GOLDEN=1 pytest tests/cli` rewrites them; read the difference before you keep it.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from transcripts import Program, Ran, as_program, in_process, play

from guideline_kit import resources
from guideline_kit.cli import COMMANDS

HERE = Path(__file__).parent
CASES = sorted(path.stem for path in (HERE / "cases").glob("*.md"))
# These run as a program of its own, too: a process starts, reads and ends by other means.
PROGRAMS = ("help", "lint-colour", "lint-standard-input", "lint-text", "mistakes")


@pytest.fixture(autouse=True)
def same_everywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a terminal or a machine says to programs must not show in a transcript."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "CLICOLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GUIDELINE_KIT_CACHE", str(tmp_path / "cache"))


def run(case: str, tmp_path: Path, program: Program) -> tuple[str, str, list[tuple[str, Ran]]]:
    """Play a case in a folder that has the small catalog beside it."""
    shutil.copytree(HERE / "catalog", tmp_path / "catalog")
    folder = tmp_path / "here"
    folder.mkdir()
    written = (HERE / "cases" / f"{case}.md").read_text("utf-8")
    if "$ git " in written and shutil.which("git") is None:
        pytest.skip("the case works with git, and git is not installed")
    played, ran = play(written, folder.resolve(), program)
    return written, played, ran


@pytest.mark.parametrize("case", CASES)
def test_prints_what_the_transcript_says(case: str, tmp_path: Path) -> None:
    written, played, ran = run(case, tmp_path, in_process)
    for command, result in ran:
        assert "Traceback" not in result.out + result.err, f"{command}: a traceback"
        # Where standard output holds a difference or a text, the report goes beside it.
        for printed in (result.out, result.err):
            if "--format json" in command and printed.startswith("{"):
                check_json(command, printed)
    if os.environ.get("UPDATE_GOLDEN"):
        (HERE / "cases" / f"{case}.md").write_text(played, "utf-8")
    else:
        assert played == written, (
            f"{case}.md is not what is printed now. Where the new output is right, run"
            " UPDATE_GOLDEN=1 pytest tests/cli"
        )


@pytest.mark.parametrize("case", PROGRAMS)
def test_prints_the_same_as_a_program(case: str, tmp_path: Path) -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        pytest.skip("the transcripts are being rewritten")
    written, played, _ = run(case, tmp_path, as_program)
    assert played == written


# These sentences are click's, in words that change with its releases.
@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("lint --fromat json", ("--fromat", "--format")),
        ("lint --format yaml", ("--format", "'yaml'", "text", "json")),
        ("lint --fail-on fatal", ("--fail-on", "'fatal'", "warning")),
        ("lint --jobs 0", ("--jobs", "0")),
        ("lint --output .", ("--output", "'.'")),
        ("lint --select", ("--select",)),
        ("list recipes", ("'recipes'", "prompts", "rules")),
        ("explain", ("ID",)),
        ("new rule", ("ID",)),
        ("search", ("WORDS",)),
        ("search vague --kind recipe", ("--kind", "'recipe'", "pattern")),
        ("render", ("PROMPT",)),
        ("render thank-you --example 0", ("--example", "0")),
        ("diff", ("PROMPT",)),
        ("serve --port 0", ("--port",)),
    ],
)
def test_a_mistake_in_an_option_is_named(
    command: str, said: tuple[str, ...], tmp_path: Path
) -> None:
    ran = in_process(command.split(), tmp_path, {}, b"")
    assert ran.code == 2
    assert not ran.out
    for text in said:
        assert text in ran.err


def test_without_a_command_there_is_help(tmp_path: Path) -> None:
    ran = in_process([], tmp_path, {}, b"")
    assert ran.code == 2
    assert "guideline-kit init" in ran.err


def test_every_command_has_a_transcript() -> None:
    text = "".join((HERE / "cases" / f"{case}.md").read_text("utf-8") for case in CASES)
    # `serve` runs until somebody stops it; the tests of the site know it.
    missing = [
        name for name in COMMANDS if name != "serve" and f"$ guideline-kit {name}" not in text
    ]
    assert not missing, f"no transcript runs {', '.join(missing)}"


def check_json(command: str, text: str) -> None:
    """Hold a report against its schema, with a validator that is not ours."""
    data = json.loads(text)
    without = ("-kit list", "-kit impact", "-kit search", "-kit render", "-kit diff")
    if any(name in command for name in (*without, "--show-config")):
        return  # only reports have a schema
    schemas = {name: json.loads(text) for name, text in resources.read_schemas().items()}
    registry: Registry[Any] = Registry().with_resources(
        (name, Resource.from_contents(schema)) for name, schema in schemas.items()
    )
    validator = Draft202012Validator({"$ref": "report.schema.json"}, registry=registry)
    problems = [error.message for error in validator.iter_errors(data)]
    assert not problems, f"{command}: {problems[0]}"
    assert data["checked"] == len(data["files"])
