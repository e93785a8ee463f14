"""The lock: it holds what was followed, notices what changed, and is never half believed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from configuring import rule
from hypothesis import given
from hypothesis import strategies as st

from guideline_kit import cli
from guideline_kit.config import LOCK_NAME
from guideline_kit.project.rules import Pinned
from guideline_kit.project.rules.locking import _changes, _read
from guideline_kit.text import Source

Run = Callable[..., tuple[int, str]]


def catalog(folder: Path, name: str, *words: str, more: str = "") -> None:
    """Write a catalog whose rules find words."""
    (folder / "rules").mkdir(parents=True, exist_ok=True)
    manifest = f"name: {name}\ntitle: A title\nteams: [{{id: w, title: W}}]\n{more}"
    (folder / "catalog.yaml").write_text(manifest, "utf-8")
    for word in words:
        data = json.dumps(rule(f"no-{word}", word), indent=1)
        (folder / "rules" / f"no-{word}.yaml").write_text(data, "utf-8")


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """A repository that follows a catalog outside of it and one inside; what runs a command."""
    monkeypatch.setenv("GUIDELINE_KIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_COLOR", "1")
    catalog(tmp_path / "theirs", "theirs", "zork", more="version: 1.2.0\n")
    here = tmp_path / "here"
    catalog(here / "house", "house", "blab", more="version: 2.0.0\n")
    (here / ".git").touch()
    (here / "a.md").write_text("One zork, one blab.\n", "utf-8")
    (here / "guideline-kit.yaml").write_text("extends: [../theirs, ./house]\n", "utf-8")
    monkeypatch.chdir(here)

    def run(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as end:
            cli.main(list(arguments))
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return int(end.value.code or 0), captured.out + captured.err

    return run


def locked() -> Any:
    return json.loads(Path(LOCK_NAME).read_text("utf-8"))


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_what_was_pinned_passes_and_is_written_once(run: Run) -> None:
    code, text = run("lock")
    assert code == 0
    assert "house   kept in this repository" in text
    assert "theirs  1.2.0  sha256:" in text
    before = everything(Path())
    assert run("lint", "a.md") == run("lint", "a.md")
    assert run("lock")[0] == 0
    assert everything(Path()) == before
    assert list(locked()["catalogs"]) == ["house", "theirs"], "a list of them is no catalog"


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: catalog(folder, "theirs", "other", more="version: 1.2.0\n"),
        lambda folder: (folder / "rules" / "no-zork.yaml").unlink(),
        lambda folder: (folder / "rules" / "no-zork.yaml").rename(folder / "rules" / "x.yaml"),
        lambda folder: catalog(folder, "theirs", more="version: 1.2.0\n# a comment\n"),
    ],
)
def test_rules_that_changed_elsewhere_stop_the_run(
    run: Run, change: Callable[[Path], None]
) -> None:
    run("lock")
    change(Path("../theirs"))
    code, text = run("lint", "a.md")
    assert code == 2
    if "file-name" not in text:
        assert "guideline-kit.lock:9:5: error[configuration]: The rules of the catalog" in text
        assert run("lock")[1].endswith("Changed: the rules of theirs.\n")
        assert run("lint", "a.md")[0] == 0


def test_another_version_stops_the_run(run: Run) -> None:
    run("lock")
    catalog(Path("../theirs"), "theirs", more="version: 1.3.0\n")
    code, text = run("lint", "a.md")
    assert code == 2
    assert "The catalog 'theirs' has version 1.3.0, and 1.2.0 is pinned" in text
    assert "Install version 1.2.0, or accept 1.3.0 with 'guideline-kit lock'" in text
    assert run("lock")[1].endswith("Changed: theirs, from 1.2.0 to 1.3.0.\n")


def test_line_ends_and_what_checks_no_prompts_are_not_pinned(run: Run) -> None:
    run("lock")
    theirs = Path("../theirs")
    for path in theirs.rglob("*.yaml"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    (theirs / "README.md").write_text("New.\n", "utf-8")
    assert run("lint", "a.md")[0] == 0


def test_the_repositorys_own_catalog_may_change(run: Run) -> None:
    run("lock")
    catalog(Path("house"), "house", "one", more="version: 3.0.0\n")
    assert run("lint", "a.md")[0] == 0


def test_a_catalog_that_leaves_the_repository_is_noticed(run: Run) -> None:
    run("lock")
    Path("house").rename("../house")
    Path("guideline-kit.yaml").write_text("extends: [../theirs, ../house]\n", "utf-8")
    code, text = run("lint", "a.md")
    assert code == 2
    assert "The catalog 'house' is elsewhere now, and was not when it was pinned" in text
    assert "Changed: house, no longer in this repository.\n" in run("lock")[1]
    assert run("lint", "a.md")[0] == 0


def test_catalogs_that_come_and_go_are_noticed(run: Run) -> None:
    run("lock")
    Path("guideline-kit.yaml").write_text("extends: ../theirs\n", "utf-8")
    code, text = run("lint", "a.md")
    assert code == 2
    assert "The catalog 'house' is pinned here, and no longer followed" in text
    assert run("lock")[1].endswith("No longer pinned: house.\n")
    Path("guideline-kit.yaml").write_text("extends: [../theirs, house]\n", "utf-8")
    code, text = run("lint", "a.md")
    assert code == 2
    assert "The catalog 'house' is followed, and not pinned here" in text
    assert run("lock")[1].endswith("New: house.\n")


def test_a_catalog_of_the_command_line_is_not_held_against_the_lock(run: Run) -> None:
    run("lock")
    catalog(Path("../theirs"), "theirs", more="version: 1.3.0\n")
    assert run("lint", "--catalog", "house", "a.md")[0] == 0


def test_without_a_configuration_there_is_nothing_to_pin(run: Run) -> None:
    Path("guideline-kit.yaml").unlink()
    code, text = run("lock")
    assert code == 2
    assert "There is no configuration here" in text
    assert not Path(LOCK_NAME).exists()


def test_two_catalogs_of_one_name_are_refused_since_a_lock_would_pin_one_of_them(run: Run) -> None:
    catalog(Path("../other"), "theirs", "nope")
    Path("guideline-kit.yaml").write_text("extends: [../theirs, ../other]\n", "utf-8")
    for command in (["lock"], ["lint", "a.md"]):
        code, text = run(*command)
        assert code == 2
        assert "/other/catalog.yaml:1:7: error[duplicate-id]: The name 'theirs' is taken" in text
    assert not Path(LOCK_NAME).exists()
    # By whatever way one comes to it, a catalog is the same one.
    catalog(Path("../other"), "other", "nope", more="extends: [../theirs]\n")
    code, text = run("lint", "a.md")
    assert code == 0
    assert "no-zork" in text


# --- locks that can't be relied on ---------------------------------------------------------

PIN = {"version": "1.2.0", "hash": f"sha256:{'0' * 64}"}
CONFLICT = """\
{
  "version": 1,
  "catalogs": {
<<<<<<< ours
    "theirs": {"version": "1.2.0", "hash": ""}
=======
    "theirs": {"version": "1.3.0", "hash": ""}
>>>>>>> theirs
  }
}
"""
TWICE = '{"version": 1, "catalogs": {"a": {"version": "", "hash": ""}, "a": 1}}'
BROKEN: dict[str, Any] = {
    "empty": "",
    "text": "a lock",
    "a list": [],
    "cut off": '{"version": 1, "cat',
    "a conflict": CONFLICT,
    "a key twice": TWICE,
    "a key too many": {"version": 1, "catalogs": {}, "more": 1},
    "no catalogs": {"version": 1},
    "no version": {"catalogs": {}},
    "an old version": {"version": 0, "catalogs": {}},
    "no hash": {"version": 1, "catalogs": {"a": {"version": "1"}}},
    "a broken hash": {"version": 1, "catalogs": {"a": {"version": "1", "hash": 1}}},
    "numbers": {"version": 1, "catalogs": {"a": {"version": 1, "hash": ""}}},
    "a list of catalogs": {"version": 1, "catalogs": [PIN]},
    "deep": "[" * 50_000,
    "no text": b"\xff\xfe",
    "large": b" " * 3_000_000,
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_lock_stops_the_run_and_stays(run: Run, name: str) -> None:
    data = BROKEN[name]
    if not isinstance(data, bytes):
        data = (data if isinstance(data, str) else json.dumps(data)).encode()
    Path(LOCK_NAME).write_bytes(data)
    before = everything(Path())
    for command in (("lint", "a.md"), ("lock",)):
        code, text = run(*command)
        assert code == 2
        assert "guideline-kit.lock" in text
        assert "write it anew: delete it, and run 'guideline-kit lock'" in text
        if name not in ("large", "empty"):
            assert "guideline-kit.lock:" in text, "no place"
        if name == "a conflict":
            assert "guideline-kit.lock:4:1: error[configuration]: A merge left both" in text
    assert everything(Path()) == before


def test_a_lock_of_a_newer_form_asks_for_an_upgrade(run: Run) -> None:
    Path(LOCK_NAME).write_text(json.dumps({"version": 2, "pins": []}), "utf-8")
    for command in (("lint", "a.md"), ("lock",)):
        code, text = run(*command)
        assert code == 2
        assert "guideline-kit.lock:1:13: error[configuration]: This lock has the form 2" in text
        assert "Upgrade guideline-kit" in text
        assert "not known" not in text


@pytest.mark.parametrize("kind", ["folder", "pipe", "a link to itself", "a link to nothing"])
def test_a_lock_that_is_no_file_is_not_passed_over(run: Run, kind: str) -> None:
    path = Path(LOCK_NAME)
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(LOCK_NAME if kind == "a link to itself" else "nowhere")
    for command in (("lint", "a.md"), ("lock",)):
        code, text = run(*command)
        assert code == 2
        assert "guideline-kit.lock: error[unreadable-file]" in text
    assert not Path("nowhere").exists()


# --- what a lock says, as data -------------------------------------------------------------

PINS = st.dictionaries(
    st.sampled_from(["a", "b", "c", "guideline-kit"]),
    st.tuples(
        st.sampled_from(["", "1.0.0", "2024.1"]),
        st.sampled_from(["", f"sha256:{'0' * 64}", f"sha256:{'1' * 64}"]),
    ),
)


@given(PINS, PINS)
def test_a_change_is_a_difference_and_nothing_else(
    before: dict[str, tuple[str, str]], now: dict[str, tuple[str, str]]
) -> None:
    text = json.dumps(
        {
            "version": 1,
            "catalogs": {name: {"version": v, "hash": h} for name, (v, h) in before.items()},
        }
    )
    read = _read(Source(LOCK_NAME, text))
    assert read == {name: Pinned(name, *about) for name, about in before.items()}
    found = [Pinned(name, *about) for name, about in now.items()]
    changed = {change.name for change in _changes(read, found)}
    assert changed == {name for name in {*before, *now} if before.get(name) != now.get(name)}
