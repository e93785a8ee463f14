"""Fixing files: what is written, what stays, and what happens when something goes wrong."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from in_memory import MANIFEST, Files
from linting import TODAY, prompt, rule_data

from guideline_kit.checks.secrets.samples import sample
from guideline_kit.config import Config
from guideline_kit.project.linting import Asked, fixing
from guideline_kit.project.linting.fixing import Result, fix_paths, fix_text
from guideline_kit.project.opening import Project
from guideline_kit.report.diff import render
from guideline_kit.text import Source
from guideline_kit.workspace import files as workspace

CHECKS: Mapping[str, Mapping[str, Any]] = {
    "plain-word": {"kind": "terms", "replace": {"utilize": "use"}, "fix": "safe"},
    "fair-word": {"kind": "terms", "replace": {"whitelist": "allowlist"}, "fix": "unsafe"},
    "doubtful": {"kind": "terms", "replace": {"shall": "must"}, "fix": "suggestion"},
    "vague-word": {"kind": "terms", "words": ["several"]},
}
AFRESH = Asked(cached=False)
PAGE = "# Mail\n\nUtilize the whitelist; you shall utilize several.\n"
SAFE_PAGE = "# Mail\n\nUse the whitelist; you shall use several.\n"
UNSAFE_PAGE = "# Mail\n\nUse the allowlist; you shall use several.\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to be in."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def project(checks: Mapping[str, Mapping[str, Any]] = CHECKS, **config: Any) -> Project:
    rules = {
        f"rules/{id}.yaml": json.dumps(rule_data(check, id=id)) for id, check in checks.items()
    }
    reader = Files({"catalog.yaml": MANIFEST, **rules})
    return Project(Path.cwd(), Config(**config), reader, TODAY)


def fix(
    *names: str, unsafe: bool = False, write: bool = True, jobs: int = 1, **more: Any
) -> Result:
    paths: Sequence[Path] = [Path(name) for name in names] or [Path()]
    return fix_paths(
        project(**more), paths, unsafe=unsafe, write=write, asked=Asked(jobs=jobs, cached=False)
    )


def left(result: Result) -> list[str]:
    return [item.rule for item in result.report.diagnostics]


def write(name: str, text: str | bytes) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


# --- what is fixed ---------------------------------------------------------------------------


def test_safe_fixes_are_applied_and_the_rest_is_reported() -> None:
    path = write("AGENTS.md", PAGE)
    result = fix()
    assert path.read_text() == SAFE_PAGE
    assert left(result) == ["fair-word", "doubtful", "vague-word"]
    done = result.report.fixing
    assert done
    assert (done.findings, done.files, done.written) == (2, 1, True)


def test_unsafe_fixes_are_applied_when_they_are_asked_for_and_suggestions_never() -> None:
    path = write("AGENTS.md", PAGE)
    assert left(fix(unsafe=True)) == ["doubtful", "vague-word"]
    assert path.read_text() == UNSAFE_PAGE


def test_a_second_run_changes_nothing() -> None:
    path = write("AGENTS.md", PAGE)
    fix()
    before = path.stat()
    result = fix()
    assert result.changes == []
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert path.stat().st_ino == before.st_ino, "the file was written anew for nothing"


def test_the_report_is_about_the_new_text() -> None:
    write("AGENTS.md", PAGE)
    (vague,) = (item for item in fix().report.diagnostics if item.rule == "vague-word")
    assert vague.source == Source("AGENTS.md", SAFE_PAGE)
    assert vague.span
    assert vague.source.slice(vague.span) == "several"


def test_without_writing_the_files_stay_and_the_report_is_about_them() -> None:
    path = write("AGENTS.md", PAGE)
    result = fix(write=False)
    assert path.read_text() == PAGE
    (change,) = result.changes
    assert (change.name, change.before, change.after) == ("AGENTS.md", PAGE, SAFE_PAGE)
    assert left(result) == ["plain-word", "fair-word", "doubtful", "plain-word", "vague-word"]
    assert result.report.failed, "there is a difference"
    path.write_text(SAFE_PAGE)
    assert not fix(write=False).report.failed, "there is none"


def test_a_difference_for_people_does_not_show_secrets() -> None:
    taken = sample("aws-access-key")
    checks = {**CHECKS, "secret": {"kind": "secrets", "detect": ["aws-access-key"]}}
    write("AGENTS.md", f"Utilize it with {taken} and go on.\n")
    result = fix(write=False, checks=checks)
    assert "secret" in left(result)
    (change,) = result.changes
    assert taken in change.before, "what `patch` gets is exact"
    assert taken not in change.readable
    assert len(change.readable) == len(change.before)
    shown = render(change.name, change.readable, change.edits, exact=False)
    assert taken not in shown
    assert "+Use it with" in shown


def test_what_a_waiver_covers_is_not_fixed() -> None:
    waiver = {"rule": "plain-word", "reason": "The customer's own word", "until": "2027-01-01"}
    text = prompt("Utilize the whitelist.", waivers=[waiver])
    path = write("prompts/a-prompt.yaml", text)
    assert left(fix(unsafe=True)) == []
    assert path.read_text() == text.replace("whitelist", "allowlist")


def test_yaml_keeps_its_comments_and_its_layout() -> None:
    text = (
        "# utilize this\nid:   a-prompt # utilize\n\ntemplate:\n    engine: none\n    messages:\n"
        '    - {role: system, content: "Utilize\\u0020\\"it\\"."}   # utilize\n'
        "    - role:    user\n      content: >\n          Please\n          utilize it.\n\n# end"
    )
    path = write("prompts/a-prompt.yaml", text)
    fix()
    expected = text.replace("Utilize\\u0020", "Use\\u0020").replace("utilize it.", "use it.")
    assert path.read_text() == expected


# --- bytes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["no mark", "mark"])
@pytest.mark.parametrize(
    "text",
    [
        "Utilize it.",
        "Utilize it.\n",
        "One.\r\nUtilize it.\r\n",
        "One.\rUtilize it.\r",
        "One.\r\nUtilize it.\nThree.\r\n\n\r",
        "Ünï\u2028cödé 漢字 😀\nUtilize it.\n\x0c\x00",
    ],
)
def test_all_else_stays_byte_for_byte(text: str, mark: str) -> None:
    path = write("AGENTS.md", mark + text)
    fix()
    assert path.read_bytes() == (mark + text.replace("Utilize", "Use")).encode()


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_file_in_utf16_stays_in_it(encoding: str) -> None:
    text = "\ufeffOne 😀.\r\nUtilize it, for several 漢字.\nThree.\r"
    path = write("AGENTS.md", text.encode(encoding))
    before = left(fix(write=False))
    assert path.read_bytes() == text.encode(encoding)
    result = fix()
    assert path.read_bytes() == text.replace("Utilize", "Use").encode(encoding)
    assert sorted(before) == sorted([*left(result), "plain-word"])
    assert "encoding" in left(result), "what is fixed is still no UTF-8"
    assert result.report.fixing
    assert result.report.fixing.findings == 1
    assert fix().changes == []


def test_a_file_in_utf16_that_changed_meanwhile_is_left_alone() -> None:
    data = "\ufeffone".encode("utf-16-be")
    path = write("x.md", data)
    with pytest.raises(OSError, match="changed on disk"):
        workspace.rewrite(path, "\ufeffone".encode("utf-16-le"), "two")
    assert path.read_bytes() == data
    workspace.rewrite(path, data, "two")
    assert path.read_bytes() == "\ufefftwo".encode("utf-16-be")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(["utilize", " ", "\n", "\r\n", "\r", "é", "\ufeff", "a", "\x85"])),
    st.booleans(),
)
def test_every_text_keeps_its_bytes(pieces: list[str], mark: bool) -> None:
    text = "x" + " ".join(pieces)
    path = write("AGENTS.md", "\ufeff" * mark + text)
    result = fix(write=False)
    expected = "".join(change.after for change in result.changes) or "\ufeff" * mark + text
    fix()
    assert path.read_bytes() == expected.encode()
    assert path.read_bytes().startswith(b"\xef\xbb\xbf") == mark


@pytest.mark.parametrize("mode", [0o640, 0o600, 0o755, 0o666])
def test_permissions_stay(mode: int) -> None:
    path = write("AGENTS.md", PAGE)
    path.chmod(mode)
    fix()
    assert path.read_text() == SAFE_PAGE
    assert path.stat().st_mode & 0o7777 == mode


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root")
def test_root_does_not_take_files_over() -> None:
    path = write("AGENTS.md", PAGE)
    os.chown(path, 12345, 54321)
    path.chmod(0o640)
    fix()
    there = path.stat()
    assert path.read_text() == SAFE_PAGE
    assert (there.st_uid, there.st_gid, there.st_mode & 0o7777) == (12345, 54321, 0o640)


def test_a_file_with_the_longest_of_names_is_written() -> None:
    path = write("n" * 245 + ".md", PAGE)
    fix(path.name)
    assert path.read_text() == SAFE_PAGE


# --- links -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("link", "file"), [("CLAUDE.md", "AGENTS.md"), ("AGENTS.md", "CLAUDE.md")])
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_link_stays_a_link_and_its_file_is_fixed_once(link: str, file: str, jobs: int) -> None:
    text = PAGE + "x" * 500_000  # worth a second process
    path = write(file, text)
    Path(link).symlink_to(file)
    result = fix(jobs=jobs)
    assert path.read_text() == text.replace(PAGE, SAFE_PAGE)
    assert Path(link).is_symlink()
    assert not result.unwritten
    assert [change.name for change in result.changes] == [file], "under its own name"
    assert [about.path for about in result.report.files] == ["AGENTS.md", "CLAUDE.md"]
    assert left(result) == ["fair-word", "doubtful", "vague-word"] * 2
    lines = path.read_text().split("\n")
    for item in result.report.diagnostics:
        assert item.position
        assert item.source.line(item.position.line) == lines[item.position.line - 1]


def test_a_file_that_only_a_link_leads_to_is_fixed(tmp_path: Path) -> None:
    path = tmp_path / "elsewhere.txt"
    path.write_text(PAGE)
    Path("AGENTS.md").symlink_to(path)
    fix()
    assert path.read_text() == SAFE_PAGE
    assert Path("AGENTS.md").is_symlink()


# --- what goes wrong -------------------------------------------------------------------------


def test_a_read_only_file_is_not_touched_and_the_others_go_on() -> None:
    path, other = write("AGENTS.md", PAGE), write("CLAUDE.md", PAGE)
    path.chmod(0o444)
    result = fix()
    assert path.read_text() == PAGE
    assert other.read_text() == SAFE_PAGE
    assert result.unwritten == ["AGENTS.md was not fixed: it is read-only"]
    assert left(result)[:5] == ["plain-word", "fair-word", "doubtful", "plain-word", "vague-word"]
    assert result.report.fixing
    assert result.report.fixing.files == 1


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_folder_that_is_read_only_is_said(here: Path) -> None:
    path = write("a/AGENTS.md", PAGE)
    path.parent.chmod(0o555)
    try:
        result = fix()
    finally:
        path.parent.chmod(0o755)
    assert path.read_text() == PAGE
    assert result.unwritten == ["a/AGENTS.md was not fixed: Permission denied"]


def test_a_full_disk_is_said_and_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, here: Path
) -> None:
    path = write("AGENTS.md", PAGE)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", full)
    result = fix()
    assert path.read_text() == PAGE
    assert result.unwritten == [f"AGENTS.md was not fixed: {os.strerror(errno.ENOSPC)}"]
    assert list(here.iterdir()) == [here / "AGENTS.md"]


def fix_while(happens: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> Result:
    """Fix the files of the folder, where something happens between the look and the writing."""
    look = fixing.each

    def slowly(*given: Any) -> Any:
        looked = look(*given)
        happens()
        return looked

    monkeypatch.setattr(fixing, "each", slowly)
    return fix()


def test_a_file_that_somebody_saves_meanwhile_is_not_overwritten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = write("AGENTS.md", PAGE)
    result = fix_while(lambda: path.write_text(PAGE + "More.\n"), monkeypatch)
    assert path.read_text() == PAGE + "More.\n"
    assert result.unwritten == ["AGENTS.md was not fixed: it changed on disk after it was read"]
    assert result.changes == []


def test_a_file_that_goes_away_meanwhile_does_not_come_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = write("AGENTS.md", PAGE)
    result = fix_while(path.unlink, monkeypatch)
    assert not path.exists()
    assert len(result.unwritten) == 1


def test_whoever_stops_it_finds_whole_files_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, here: Path
) -> None:
    names = ["a/AGENTS.md", "b/AGENTS.md", "c/AGENTS.md"]
    for name in names:
        write(name, PAGE)
    replace, calls = Path.replace, []

    def stop(self: Path, target: Path) -> Path:
        calls.append(target)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        fix()
    assert [Path(name).read_text() for name in names] == [SAFE_PAGE, PAGE, PAGE]
    assert sorted(str(path) for path in here.rglob("*") if path.is_file()) == [
        str(here / name) for name in names
    ]


def test_nothing_is_written_before_all_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("AGENTS.md", PAGE)

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(fixing, "each", stopped)
    with pytest.raises(KeyboardInterrupt):
        fix()
    assert path.read_text() == PAGE


def test_a_crash_while_one_file_is_fixed_costs_the_others_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken, other = write("AGENTS.md", PAGE + "Broken.\n"), write("CLAUDE.md", PAGE)
    settle = fixing.settle

    def crash(source: Source, *rest: Any) -> Any:
        if "Broken" in source.text:
            raise ZeroDivisionError("by zero")
        return settle(source, *rest)

    monkeypatch.setattr(fixing, "settle", crash)
    result = fix()
    assert broken.read_text() == PAGE + "Broken.\n"
    assert other.read_text() == SAFE_PAGE
    assert "internal-error" in left(result)
    assert result.report.failed


def test_what_can_t_be_read_is_reported_and_stays() -> None:
    path, other = write("AGENTS.md", b"utilize \xff"), write("CLAUDE.md", PAGE)
    result = fix()
    assert path.read_bytes() == b"utilize \xff"
    assert other.read_text() == SAFE_PAGE
    assert "unreadable-file" in left(result)
    assert fix(write=False).report.failed, "whether there is a difference could not be told"


def test_rules_that_fight_leave_the_file_and_are_named() -> None:
    checks = {
        "a-rule": {"kind": "terms", "replace": {"cat": "dog"}, "fix": "safe"},
        "b-rule": {"kind": "terms", "replace": {"dog": "cat"}, "fix": "safe"},
    }
    path = write("AGENTS.md", "A cat.\n")
    result = fix(checks=checks)
    assert path.read_text() == "A cat.\n"
    assert result.report.fixing
    assert list(result.report.fixing.refused.values()) == ["it would bring a finding of 'b-rule'"]
    assert list(result.report.fixing.refused) == list(result.report.diagnostics)
    assert sum(result.report.fixable.values()) == 0


# --- many files ------------------------------------------------------------------------------


def test_several_processes_do_the_same_as_one(here: Path) -> None:
    for number in range(60):
        write(f"{number:02}/AGENTS.md", PAGE * (1 + 20 * (number % 7)) + "x" * 9_000)
    one = fix(write=False, jobs=1)
    assert len(one.changes) == 60
    assert [change.name for change in one.changes] == [f"{n:02}/AGENTS.md" for n in range(60)]
    several = fix(jobs=3)
    assert [change.after for change in several.changes] == [change.after for change in one.changes]
    assert [path.read_text() for path in sorted(here.rglob("*.md"))] == [
        change.after for change in one.changes
    ]
    assert left(several) == left(fix(jobs=1))
    assert fix(jobs=3).changes == []


# --- a text that somebody is writing ---------------------------------------------------------


def test_a_text_is_fixed_as_the_file_of_its_name() -> None:
    result = fix_text(project(), "\ufeff" + PAGE, "x.md", unsafe=False, write=True, asked=AFRESH)
    (change,) = result.changes
    assert change.after == "\ufeff" + SAFE_PAGE
    assert left(result) == ["fair-word", "doubtful", "vague-word"]
    assert [about.format for about in result.report.files] == ["markdown"]
    assert not list(Path().iterdir()), "nothing is written"


def test_a_text_without_anything_to_fix_has_no_change() -> None:
    result = fix_text(project(), SAFE_PAGE, "x.md", unsafe=False, write=True, asked=AFRESH)
    assert result.changes == []


def test_a_catalog_prompt_is_fixed_as_one() -> None:
    text = prompt("Utilize it.", style="double")
    result = fix_text(
        project(),
        text,
        "prompts/a-prompt.yaml",
        unsafe=False,
        write=True,
        asked=AFRESH,
    )
    assert result.changes[0].after == text.replace("Utilize", "Use")


# --- writing ---------------------------------------------------------------------------------


def test_rewriting_asks_for_the_bytes_that_were_read() -> None:
    path = write("x.md", "one")
    with pytest.raises(OSError, match="changed on disk"):
        workspace.rewrite(path, b"other", "two")
    assert path.read_bytes() == b"one"
    workspace.rewrite(path, b"one", "two")
    assert path.read_bytes() == b"two"
