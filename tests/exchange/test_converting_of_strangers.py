"""Files that somebody wrote to mislead `convert`: it refuses them, and writes nowhere else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from guideline_kit.errors import CannotError
from guideline_kit.exchange.converting import TARGETS
from guideline_kit.project.converting import Asked, Result, convert_prompt, write
from guideline_kit.project.opening import open_project

ENTRY: dict[str, Any] = {
    "id": "letter",
    "title": "Letter",
    "summary": "Sums up a letter",
    "template": {"engine": "none", "messages": [{"role": "user", "content": "Sum it up."}]},
}
# What stands in the entry in the place of something else; None takes it away.
WRONG: dict[str, dict[str, Any]] = {
    "an id that is a path": {"id": "../../elsewhere"},
    "an id that is absolute": {"id": "/elsewhere"},
    "an id with a NUL": {"id": "a\0b"},
    "an id that is a list": {"id": ["letter"]},
    "no id": {"id": None},
    "no title": {"title": None},
    "a title that is a number": {"title": 5},
    "a title that holds half a character": {"title": "\ud800"},
    "an empty template": {"template": {}},
    "messages that are a number": {"template": {"engine": "none", "messages": 5}},
    "a message that is a number": {"template": {"engine": "none", "messages": [5]}},
    "an engine that is a list": {"template": {**ENTRY["template"], "engine": ["none"]}},
    "an engine that nobody knows": {"template": {**ENTRY["template"], "engine": "other"}},
    "inputs that are a list": {"inputs": [1]},
    "an input that is a number": {"inputs": {"letter": 5}},
    "examples that are a number": {"examples": 5},
}


def converted(folder: Path, name: str, target: str, **more: Any) -> Result:
    return convert_prompt(open_project(folder), str(folder / name), Asked(target, **more))


def yaml(entry: dict[str, Any]) -> str:
    return "".join(f"{key}: {json.dumps(value)}\n" for key, value in entry.items())


@pytest.mark.parametrize("target", TARGETS)
# Half a character can't stand in YAML, and a file without an id is no entry.
@pytest.mark.parametrize("case", [case for case in WRONG if "half" not in case and case != "no id"])
def test_an_entry_that_is_none_is_refused(case: str, target: str, tmp_path: Path) -> None:
    entry = {key: value for key, value in {**ENTRY, **WRONG[case]}.items() if value is not None}
    (tmp_path / "letter.yaml").write_text(yaml(entry))
    with pytest.raises(CannotError, match="can't be converted"):
        converted(tmp_path, "letter.yaml", target)


@pytest.mark.parametrize("case", WRONG)
def test_what_is_kept_makes_no_entry_that_is_none(case: str, tmp_path: Path) -> None:
    add = {f"/{key}": value for key, value in WRONG[case].items() if value is not None}
    remove = [f"/{key}" for key, value in WRONG[case].items() if value is None]
    prompt = {
        "name": "letter",
        "title": "Letter",
        "messages": [{"role": "user", "content": {"type": "text", "text": "Sum it up."}}],
        "_meta": {"x-guideline-kit": {"add": add, "remove": remove}},
    }
    (tmp_path / "letter.mcp-prompt.json").write_text(json.dumps(prompt))
    for target in TARGETS:
        with pytest.raises(CannotError, match="can't be converted"):
            converted(tmp_path, "letter.mcp-prompt.json", target)


@pytest.mark.parametrize("pointer", ["", "letter", "/template/messages/99999999999", "/a/b/c"])
def test_a_pointer_to_nowhere_changes_nothing(pointer: str, tmp_path: Path) -> None:
    prompt = {
        "name": "letter",
        "messages": [{"role": "user", "content": {"type": "text", "text": "Sum it up."}}],
    }
    (tmp_path / "a.mcp-prompt.json").write_text(json.dumps(prompt))
    prompt["_meta"] = {"x-guideline-kit": {"add": {pointer: 5}, "remove": [pointer]}}
    (tmp_path / "b.mcp-prompt.json").write_text(json.dumps(prompt))
    one, other = (converted(tmp_path, f"{name}.mcp-prompt.json", "catalog") for name in "ab")
    assert one.made.text == other.made.text


@pytest.mark.parametrize("name", ["letter.prompt.md", "letter.prompt.md.guideline-kit.yaml"])
@pytest.mark.parametrize("there", [True, False])
def test_no_link_in_the_folder_is_written_through(name: str, there: bool, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    other = tmp_path / "other"
    if there:
        other.write_text("mine")
    (tmp_path / "work/letter.yaml").write_text(yaml({**ENTRY, "status": "draft"}))
    (tmp_path / "work" / name).symlink_to(other)
    result = converted(tmp_path / "work", "letter.yaml", "copilot-prompt")
    assert result.made.beside
    for force in (False, True):
        with pytest.raises(CannotError, match="is a link"):
            write(result, force=force)
    assert other.exists() == there
    assert not there or other.read_text() == "mine"


def test_a_text_that_is_no_text_elsewhere_is_refused(tmp_path: Path) -> None:
    message = {"role": "user", "content": '{{role "model"}}'}
    template = {"engine": "mustache", "messages": [message]}
    (tmp_path / "letter.yaml").write_text(yaml({**ENTRY, "template": template}))
    with pytest.raises(CannotError, match="would say nothing as dotprompt"):
        converted(tmp_path, "letter.yaml", "dotprompt")


def test_a_link_that_somebody_names_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "letter.yaml").write_text(yaml(ENTRY))
    (tmp_path / "link.json").symlink_to(tmp_path / "real.json")
    result = converted(tmp_path, "letter.yaml", "mcp", output=tmp_path / "link.json")
    write(result, force=False)
    assert (tmp_path / "real.json").read_text() == result.made.text
