"""What nobody would hand to the tool on purpose: each gets a sentence and an exit code.

No traceback, no hang, and the other files are checked all the same. Where a place can be
named, the message names it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from guideline_kit import cli, formats, rendering
from guideline_kit.checks import terms
from guideline_kit.documents import Document
from guideline_kit.project import linting, rules
from guideline_kit.project.opening import load_catalog, open_project
from guideline_kit.project.publishing import previews
from guideline_kit.rendering import Job, render
from guideline_kit.text import Source
from guideline_kit.workspace.files import FolderReader

MANIFEST = """\
name: mine
title: Mine
teams:
  - {id: writers, title: Writers}
"""
RULE = """\
id: several
title: Several
summary: Says several
severity: warning
preset: default
stage: stable
evidence: convention
since: 0.1.0
check: {kind: terms, words: [several], message: "'{match}' is vague"}
why: It is vague.
examples:
  - {title: One, bad: "Name «several» risks.", good: "Name 3 risks."}
"""
OTHER_RULE = RULE.replace("several", "some").replace("Several", "Some")
PROMPT = """\
id: reply
title: Reply
summary: Replies
owner: writers
status: draft
version: 0.1.0
template: {engine: none, messages: [{role: user, content: Answer in 2 words.}]}
"""

# A program of its own runs in another folder, and finds us whether we are installed or not.
PROGRAM = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a catalog of one rule and one prompt, and a file that has a finding."""
    monkeypatch.setenv("GUIDELINE_KIT_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "here"
    for name, text in {
        "guideline-kit.yaml": "extends: catalog\n",
        "catalog/catalog.yaml": MANIFEST,
        "catalog/rules/several.yaml": RULE,
        "catalog/prompts/reply.yaml": PROMPT,
        "good.md": "Name several risks.\n",
    }.items():
        write(folder / name, text)
    monkeypatch.chdir(folder)
    yield folder
    for path in folder.rglob("*"):  # so that pytest can remove it
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line; return the exit code and all that it printed."""

    def call(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as end:
            cli.main(list(arguments))
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        assert isinstance(end.value.code, int)
        return end.value.code, out + err

    return call


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


# --- files that can't be read --------------------------------------------------------------


def make_latin1(path: Path) -> None:
    write(path, b"First line.\nCaf\xe9.\n")


def make_unmarked_utf16(path: Path) -> None:
    write(path, "Name several risks.\n".encode("utf-16-le"))


def make_unmarked_big_endian_utf16(path: Path) -> None:
    write(path, "Name several risks.\n".encode("utf-16-be"))


def make_broken_utf16(path: Path) -> None:
    # Half of a character, and then half of a unit.
    write(path, "\ufeffOne.\nTwo \ud83d.\n".encode("utf-16-le", "surrogatepass") + b"x")


def make_cut_off_utf16(path: Path) -> None:
    write(path, "\ufeffOne.\nTwo.".encode("utf-16-be")[:-1])


def make_utf32(path: Path) -> None:
    write(path, "Name several risks.\n".encode("utf-32"))


def make_binary(path: Path) -> None:
    write(path, bytes(range(256)) * 40)


def make_dangling_link(path: Path) -> None:
    path.symlink_to("nowhere")


def make_circle_of_links(path: Path) -> None:
    path.symlink_to(path.name)


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


UNREADABLE = {
    make_latin1: ":2:4: error[unreadable-file]: The file can't be read: it is not UTF-8: byte 15",
    make_unmarked_utf16: "it is not UTF-8: byte 1 (line 1) is 0x00",
    make_unmarked_big_endian_utf16: "it is not UTF-8: byte 0 (line 1) is 0x00",
    make_broken_utf16: ":2:5: error[unreadable-file]: The file can't be read: it is not valid"
    " UTF-16: byte 20 (line 2) is 0x3D",
    make_cut_off_utf16: ":2:4: error[unreadable-file]: The file can't be read: it is not valid"
    " UTF-16: byte 18 (line 2) is 0x00",
    make_utf32: "it is not UTF-8: byte 0 (line 1) is 0xFF",
    make_binary: "it is not UTF-8: byte 128 (line 2) is 0x80",
    make_dangling_link: "The file can't be read: it is not there",
    make_circle_of_links: "The file can't be read: Too many levels of symbolic links",
    make_pipe: "The file can't be read: it is a pipe or a device",
}


@pytest.mark.parametrize("make", UNREADABLE, ids=lambda make: make.__name__)
def test_a_file_that_cannot_be_read_is_a_finding(
    make: Callable[[Path], None], here: Path, run: Run
) -> None:
    make(here / "bad.md")
    code, text = run("lint", "bad.md", "good.md")
    assert code == 1
    assert "bad.md" in text
    assert UNREADABLE[make] in text
    assert "good.md:1:6: warning[several]" in text, "the other file was not checked"
    assert "2 files checked" in text


@pytest.mark.parametrize("make", UNREADABLE, ids=lambda make: make.__name__)
def test_an_entry_that_cannot_be_read_is_a_finding(
    make: Callable[[Path], None], here: Path, run: Run
) -> None:
    make(here / "catalog" / "prompts" / "bad.yaml")
    write(here / "catalog" / "prompts" / "other.yaml", PROMPT)
    code, text = run("validate")
    assert code == 1
    assert "catalog/prompts/bad.yaml" in text
    assert "error[unreadable-file]: The file can't be read: it is" in text
    assert "catalog/prompts/other.yaml" in text, "the other entry was not checked"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_with_a_mark_is_read_and_said(encoding: str, here: Path, run: Run) -> None:
    text = "\ufeffOne 😀.\r\nTwo.\rThree.\n😀 Name several risks.\r\n"
    for name in ("AGENTS.md", "CLAUDE.md"):  # copies of each other
        write(here / name, text.encode(encoding))
    write(here / "GEMINI.md", text.encode())
    for _ in range(2):  # the second run could remember
        code, out = run("lint", ".")
        assert code == 0
        assert out.count("warning[encoding]: The file is UTF-16") == 2
        for name in ("AGENTS.md", "CLAUDE.md"):
            assert f"{name}:1:1: warning[encoding]" in out
            assert f"{name}:4:8: warning[several]" in out
        assert "GEMINI.md:4:8: warning[several]" in out
    write(here / "AGENTS.md", text.encode())
    _, out = run("lint", "AGENTS.md")
    assert "warning[several]" in out
    assert "encoding" not in out, "the same text, and now in UTF-8"
    write(here / "AGENTS.md", text.encode(encoding))
    assert "AGENTS.md:1:1: warning[encoding]" in run("lint", "AGENTS.md")[1]


def test_a_comment_can_silence_what_is_said_of_utf16(here: Path, run: Run) -> None:
    comment = "<!-- guideline: ignore[encoding] our editor wants it so -->"
    write(here / "AGENTS.md", f"\ufeff{comment}\nOne.\n".encode("utf-16-le"))
    code, out = run("lint", "AGENTS.md")
    assert code == 0
    assert "encoding" not in out
    assert "suppression" not in out


@pytest.mark.parametrize("ends", ["\r\n\n\r", "\n\r\r\n", "\r\r\n\n"])
def test_places_hold_in_a_file_with_several_sorts_of_line_ends(
    ends: str, here: Path, run: Run
) -> None:
    write(here / "AGENTS.md", f"# é{ends}Name several risks.{ends}And several more.\n")
    _, out = run("lint", "AGENTS.md")
    assert "AGENTS.md:4:6: warning[several]" in out
    assert "AGENTS.md:7:5: warning[several]" in out


def test_a_pipe_in_a_folder_is_no_prompt(here: Path, run: Run) -> None:
    os.mkfifo(here / "AGENTS.md")
    os.mkfifo(here / ".gitignore")
    write(here / "CLAUDE.md", "Name several risks.\n")
    code, text = run("lint", ".")
    assert code == 0
    assert "CLAUDE.md:1:6: warning[several]" in text


def test_a_device_is_not_read(here: Path, run: Run) -> None:
    code, text = run("lint", "/dev/zero", "good.md")
    assert code == 1
    assert "/dev/zero: error[unreadable-file]" in text
    assert "good.md:1:6" in text


def test_a_file_that_may_not_be_read(here: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    # Permissions don't hold for root, who often runs the tests: the answer is made up.
    bad = write(here / "bad.md", "Name several risks.\n")
    read = os.stat

    def refuse(path: object, *more: object, **options: object) -> object:
        if Path(str(path)).name == bad.name:
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    with monkeypatch.context() as patch:
        patch.setattr(os, "stat", refuse)
        code, text = run("lint", "bad.md", "good.md")
    assert code == 1
    assert "bad.md: error[unreadable-file]: The file can't be read: Permission denied" in text
    assert "good.md:1:6" in text


def test_a_file_that_vanishes_while_it_is_read(
    here: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(here / "AGENTS.md", "Name several risks.\n")
    write(here / "CLAUDE.md", "Name several risks.\n")
    found = linting.find

    def find_and_remove(*arguments: object, **more: object) -> object:
        result = found(*arguments, **more)  # type: ignore[arg-type]
        (here / "AGENTS.md").unlink()
        return result

    monkeypatch.setattr(linting, "find", find_and_remove)
    code, text = run("lint", ".")
    assert code == 1
    assert "AGENTS.md: error[unreadable-file]: The file can't be read: it is not there" in text
    assert "CLAUDE.md:1:6" in text


@pytest.mark.parametrize("text", ["", "\n", "---\n---\n", "\ufeff", "# only a heading"])
def test_an_empty_file_has_nothing_to_report(text: str, here: Path, run: Run) -> None:
    write(here / "empty.md", text)
    code, printed = run("lint", "empty.md")
    assert (code, printed) == (0, "1 file checked, nothing to report.\n")


def test_ten_megabytes(here: Path, run: Run) -> None:
    page = "The plan on the table has three parts, and each has an owner.\n\n" * 1_600
    write(here / "long.md", (page + "Name several risks.\n\n") * 100)
    start = time.monotonic()
    code, text = run("lint", "long.md", "good.md", "--format", "json")
    assert code == 0
    assert text.count('"rule": "several"') == 101
    assert time.monotonic() - start < 60, "far more time than ten megabytes are worth"


def test_a_path_that_is_too_long(here: Path, run: Run) -> None:
    code, text = run("lint", "a" * 5000, "good.md")
    assert code == 2
    assert "there is no file or folder 'aaa" in text
    assert "good.md:1:6" in text


def test_a_prompt_where_a_folder_should_be(here: Path, run: Run) -> None:
    code, text = run("lint", "good.md/AGENTS.md", "good.md")
    assert code == 2
    assert "there is no file or folder 'good.md/AGENTS.md'" in text
    assert "good.md:1:6" in text


def test_a_folder_where_an_entry_should_be(here: Path, run: Run) -> None:
    (here / "catalog" / "sources.yaml").mkdir()
    (here / "catalog" / "prompts" / "folder.yaml").mkdir()
    code, text = run("validate")
    assert code == 0, text


def test_standard_input_that_is_not_utf8(here: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "guideline_kit", "lint", "-"],
        env=PROGRAM,
        input=b"Caf\xe9",
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert b"Standard input is not UTF-8: byte 3 is 0xE9" in done.stderr
    assert b"Traceback" not in done.stderr


# --- YAML that is broken, or hostile -------------------------------------------------------

DEEP = "[" * 30_000
BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 10)}]\n" for n in range(9)
)
BROKEN_YAML = {
    "deep": (DEEP, "yaml-limit"),
    "deep mapping": ("{a: " * 30_000, "yaml-limit"),
    "deep block": ("- " * 30_000, "yaml-limit"),
    "bomb": (BOMB, "yaml-limit"),
    "open list": ("id: [", "yaml-syntax"),
    "second colon": ("id: a: b", "yaml-syntax"),
    "tab": ("id:\n\ttitle: a", "yaml-syntax"),
    "control character": ("id: \x07", "yaml-syntax"),
    "no such alias": ("id: *nowhere", "yaml-syntax"),
    "a tag that runs code": ("id: !!python/object/apply:os.system [ls]", "yaml-syntax"),
    "two documents": ("id: a\n---\nid: b\n", "yaml-syntax"),
    "duplicate key": ("id: bad\nid: bad\n", "duplicate-key"),
    "a list": ("- id\n", "schema"),
    "a text": ("id", "schema"),
    "nothing": ("", "schema"),
    "a comment": ("# nothing\n", "schema"),
    "long number": (f"id: {'9' * 5000}\n", "yaml-limit"),
    "two megabytes": ("# " + "x" * 2_000_001, "yaml-limit"),
}


@pytest.mark.parametrize("name", BROKEN_YAML)
def test_broken_yaml_in_a_prompt_entry(name: str, here: Path, run: Run) -> None:
    text, rule = BROKEN_YAML[name]
    write(here / "catalog" / "prompts" / "bad.yaml", text)
    write(here / "catalog" / "prompts" / "other.yaml", PROMPT)
    code, printed = run("validate")
    assert code == 1
    assert "catalog/prompts/bad.yaml:" in printed, "no place is named"
    assert f"error[{rule}]" in printed
    assert "catalog/prompts/other.yaml" in printed, "the other entry was not checked"


@pytest.mark.parametrize("name", BROKEN_YAML)
def test_broken_yaml_in_a_rule_stops_lint(name: str, here: Path, run: Run) -> None:
    text, rule = BROKEN_YAML[name]
    write(here / "catalog" / "rules" / "bad.yaml", text)
    code, printed = run("lint", "good.md")
    assert code == 2
    assert "catalog/rules/bad.yaml:" in printed
    assert f"error[{rule}]" in printed
    assert "nothing was checked" in printed


# An empty configuration is none, and no mistake.
@pytest.mark.parametrize("name", sorted(set(BROKEN_YAML) - {"nothing", "a comment"}))
def test_broken_yaml_in_the_configuration(name: str, here: Path, run: Run) -> None:
    text, rule = BROKEN_YAML[name]
    write(here / "guideline-kit.yaml", text)
    code, printed = run("lint", "good.md")
    assert code == 2
    assert "guideline-kit.yaml:" in printed
    assert f"error[{rule}]" in printed
    assert "nothing was checked" in printed


@pytest.mark.parametrize("name", BROKEN_YAML)
def test_broken_yaml_in_front_matter(name: str, here: Path, run: Run) -> None:
    text, _ = BROKEN_YAML[name]
    write(here / "SKILL.md", f"---\n{text}\n---\nName several risks.\n")
    code, printed = run("lint", "SKILL.md")
    assert code == 0, printed
    assert "warning[several]" in printed, "the text below the front matter was not checked"


@pytest.mark.parametrize("name", BROKEN_YAML)
def test_broken_yaml_in_a_catalog_prompt_that_is_linted(name: str, here: Path, run: Run) -> None:
    text, _ = BROKEN_YAML[name]
    path = here / "prompts" / "bad.yaml"
    write(path, f"id: bad\ntemplate:\n{text}\n")
    code, printed = run("lint", "prompts/bad.yaml", "good.md")
    assert code in (0, 1)
    assert "good.md:1:6" in printed


def test_the_configuration_is_a_folder_or_not_utf8(here: Path, run: Run) -> None:
    config = here / "guideline-kit.yaml"
    config.unlink()
    config.write_bytes(b"extends: caf\xe9\n")
    code, text = run("lint", "good.md")
    assert code == 2
    assert "guideline-kit.yaml:1:13: error[unreadable-file]" in text
    assert "nothing was checked" in text


# --- catalogs ------------------------------------------------------------------------------


def test_the_catalog_is_not_there(here: Path, run: Run) -> None:
    write(here / "guideline-kit.yaml", "extends: gone\n")
    for command in (["lint", "good.md"], ["explain", "several"], ["list"]):
        code, text = run(*command)
        assert code == 2, command
        assert "guideline-kit.yaml:1:10: error[configuration]: 'gone' is neither a folder" in text
    (here / "catalog" / "catalog.yaml").unlink()
    for command in (["validate"], ["build"], ["new", "rule", "a-rule"]):
        code, text = run(*command)
        assert code == 2, command
        assert "There is no catalog" in text
        assert "guideline-kit init" in text


def test_a_link_out_of_the_catalog_is_not_followed(here: Path, run: Run) -> None:
    secret = write(here / "outside.yaml", PROMPT)
    (here / "catalog" / "prompts" / "outside.yaml").symlink_to(secret)
    code, text = run("validate")
    assert code == 1
    assert "catalog/prompts/outside.yaml: error[unreadable-file]" in text
    assert "leads out of the catalog" in text


def test_catalogs_that_extend_each_other(here: Path, run: Run) -> None:
    write(here / "catalog" / "catalog.yaml", MANIFEST + "extends: [../other]\n")
    write(
        here / "other" / "catalog.yaml",
        "name: other\ntitle: Other\nteams: []\nextends: [../catalog]\n",
    )
    for command in (["validate"], ["lint", "good.md"], ["build"]):
        code, text = run(*command)
        assert code in (1, 2), command
        assert "error[reference-cycle]" in text, command


# --- folders that can't be written ---------------------------------------------------------


def writers(folder: str) -> dict[str, list[str]]:
    return {
        "report": ["lint", "good.md", "--output", f"{folder}/report.txt"],
        "site": ["build", "--output", folder],
        "schemas": ["schema", "--write", folder],
        "init": ["init", folder],
    }


@pytest.mark.parametrize("what", writers(""))
def test_an_output_folder_that_is_a_file(what: str, here: Path, run: Run) -> None:
    write(here / "a-file", "Mine.\n")
    code, text = run(*writers("a-file/below")[what])
    assert code == 2, text
    assert "Error: " in text
    assert (here / "a-file").read_text() == "Mine.\n"


@pytest.mark.parametrize("what", writers(""))
def test_a_disk_that_is_read_only(
    what: str, here: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = os.open

    def refuse(path: str, flags: int, *more: int) -> int:
        if flags & os.O_CREAT:
            raise OSError(30, "Read-only file system")
        return opened(path, flags, *more)

    if what == "report":
        (here / "out").mkdir()  # no folder is made for a report
    monkeypatch.setattr("os.open", refuse)
    code, text = run(*writers("out")[what])
    assert code == 2, text
    assert "Read-only file system" in text


def test_a_report_is_written_through_a_link(here: Path, run: Run) -> None:
    kept = write(here / "kept.txt", "old\n")
    (here / "link.txt").symlink_to(kept)
    assert run("lint", "good.md", "--output", "link.txt")[0] == 0
    assert (here / "link.txt").is_symlink(), "the link was replaced by a file"
    assert "warning[several]" in kept.read_text()


def test_a_report_can_go_into_a_pipe(here: Path, run: Run) -> None:
    pipe = here / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    assert run("lint", "good.md", "--output", "pipe")[0] == 0
    reader.join(60)
    assert "warning[several]" in read[0]


# --- the cache -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '{"rules": 1}', '{"edition": 1, "members": 1}', "[" * 100_000, "\x00"],
)
def test_a_broken_cache_is_no_cache(
    content: str, here: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "_SETTLED", 0)
    expected = run("lint", "good.md")
    assert run("lint", "good.md") == expected
    cached = sorted((here.parent / "cache").glob("*.json"))
    kinds = [path.name.partition("-")[0] for path in cached]
    assert kinds == ["catalog", "findings", "fits", "rules"]
    for chosen in (*([path] for path in cached), cached):
        for path in chosen:
            write(path, content)
        assert run("lint", "good.md") == expected
        # Nor where its checksum is the right one.
        for path in chosen:
            write(path, f"{zlib.crc32(content.encode()):08x}\n{content}")
        assert run("lint", "good.md") == expected


def test_a_cache_that_cannot_be_written_is_done_without(
    here: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = run("lint", "good.md")
    write(here / "a-file", "")
    monkeypatch.setenv("GUIDELINE_KIT_CACHE", str(here / "a-file" / "cache"))
    assert run("lint", "good.md") == expected


def test_a_user_without_a_home(here: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("GUIDELINE_KIT_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", nowhere)
    assert run("lint", "good.md")[0] == 0


def test_a_changed_rule_is_read_anew(here: Path, run: Run) -> None:
    assert "'several' is vague" in run("lint", "good.md")[1]
    write(here / "catalog" / "rules" / "several.yaml", RULE.replace("is vague", "is not exact"))
    assert "'several' is not exact" in run("lint", "good.md")[1]


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files of catalogs that were read, as they come; and no file changed too lately."""
    monkeypatch.setattr(rules, "_SETTLED", 0)
    paths: list[str] = []
    read = FolderReader.read

    def noted(reader: FolderReader, path: str) -> str:
        paths.append(path)
        return read(reader, path)

    monkeypatch.setattr(FolderReader, "read", noted)
    return paths


def test_an_unchanged_catalog_is_not_read_again(here: Path, run: Run, readings: list[str]) -> None:
    expected = run("lint", "good.md")
    assert "rules/several.yaml" in readings
    readings.clear()
    assert run("lint", "good.md") == expected
    assert not readings, "nothing has changed since"


def test_a_file_that_changed_a_moment_ago_is_read_again(
    here: Path, run: Run, readings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "_SETTLED", 3600 * 10**9)
    expected = run("lint", "good.md")
    readings.clear()
    assert run("lint", "good.md") == expected
    assert "rules/several.yaml" in readings, "it may have changed again with the same time"


def test_a_rule_that_changed_in_size_and_time_alike_is_read_anew(
    here: Path, run: Run, readings: list[str]
) -> None:
    rule = here / "catalog" / "rules" / "several.yaml"
    before = rule.stat()
    assert "'several' is vague" in run("lint", "good.md")[1]
    write(rule, RULE.replace("is vague", "is loose"))
    os.utime(rule, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert rule.stat().st_size == before.st_size
    assert "'several' is loose" in run("lint", "good.md")[1]


@pytest.mark.parametrize("what", ["more", "fewer", "renamed", "manifest"])
def test_a_catalog_of_other_files_is_read_anew(
    what: str, here: Path, run: Run, readings: list[str]
) -> None:
    folder = here / "catalog" / "rules"
    write(folder / "below" / "some.yaml", OTHER_RULE)
    run("lint", "good.md")
    if what == "more":
        write(folder / "below" / "deep" / "few.yaml", OTHER_RULE.replace("some", "few"))
    elif what == "fewer":
        (folder / "below" / "some.yaml").unlink()
    elif what == "renamed":
        (folder / "below").rename(folder / "beneath")
    else:
        write(here / "catalog" / "catalog.yaml", MANIFEST + "# More.\n")
    readings.clear()
    assert run("lint", "good.md")[0] == 0
    assert "rules/several.yaml" in readings


def test_a_catalog_with_a_link_is_always_read(here: Path, run: Run, readings: list[str]) -> None:
    folder = here / "catalog" / "rules"
    write(folder / ".kept", OTHER_RULE)
    (folder / "some.yaml").symlink_to(".kept")
    run("lint", "good.md")
    readings.clear()
    write(folder / ".kept", OTHER_RULE.replace("vague", "loose"))
    run("lint", "good.md")
    assert "rules/some.yaml" in readings


def test_what_a_catalog_extends_is_noticed_too(here: Path, run: Run, readings: list[str]) -> None:
    for version in ("vague", "loose"):
        name, rule = MANIFEST.replace("name: ", f"name: {version}-"), OTHER_RULE
        write(here / version / "catalog.yaml", name)
        write(here / version / "rules" / "some.yaml", rule.replace("vague", version))
    write(here / "good.md", "Name some risks.\n")
    write(here / "catalog" / "catalog.yaml", f"{MANIFEST}extends: [../base]\n")
    (here / "base").symlink_to("vague")
    assert "'some' is vague" in run("lint", "good.md")[1]
    readings.clear()
    assert "'some' is vague" in run("lint", "good.md")[1]
    assert not readings
    (here / "base").unlink()
    (here / "base").symlink_to("loose")
    assert "'some' is loose" in run("lint", "good.md")[1]
    write(here / "loose" / "rules" / "some.yaml", OTHER_RULE.replace("vague", "woolly"))
    assert "'some' is woolly" in run("lint", "good.md")[1]


def test_two_processes_find_what_one_finds(here: Path, run: Run) -> None:
    for number in range(20):
        write(here / f"long/{number}.md", f"Name several risks of plan {number}.\n\n" * 1_000)
    names = [f"long/{number}.md" for number in range(20)]
    assert run("lint", "--jobs", "1", *names) == run("lint", "--jobs", "2", *names)


# --- mistakes of ours ----------------------------------------------------------------------


def test_a_crash_is_one_sentence_and_a_report(
    here: Path, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def crash(*arguments: object, **more: object) -> None:
        raise ZeroDivisionError("the cause of this test")

    monkeypatch.setattr("guideline_kit.cli.lint_.lint_paths", crash)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    code, text = run("lint", "good.md")
    assert code == 3
    assert text.startswith("Error: guideline-kit made a mistake of its own (ZeroDivisionError)")
    (report,) = tmp_path.glob("guideline-kit-*.txt")
    assert str(report) in text
    assert "the cause of this test" in report.read_text()


def test_a_crash_in_one_rule_leaves_the_others(
    here: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(
        here / "catalog" / "rules" / "shouting.yaml",
        RULE.replace("several", "shouting").replace(
            "kind: terms, words: [shouting]", 'kind: pattern, pattern: "[A-Z]{6,}"'
        ),
    )
    write(here / "good.md", "SHOUTING several times.\n")

    def crash(*arguments: object) -> None:
        raise ZeroDivisionError("the cause of this test")

    monkeypatch.setattr(terms.Terms, "find", crash)
    code, text = run("lint", "good.md")
    assert code == 1
    assert "error[internal-error]: The rule several crashed on this file" in text
    assert "--ignore several" in text
    assert "warning[shouting]: 'SHOUTING'" in text


def test_a_crash_while_one_file_is_read_leaves_the_others(
    here: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(here / "bad.md", "Name several risks.\n")
    write(here / "odd.md", "Odd.\n")
    read = formats.read

    def crash(source: Source, format: str, *beside: formats.Beside) -> Document:
        if source.name == "odd.md":
            raise ZeroDivisionError("the cause of this test")
        return read(source, format, *beside)

    monkeypatch.setattr("guideline_kit.formats.read", crash)
    code, text = run("lint", "bad.md", "odd.md")
    assert code == 1
    assert "odd.md: error[internal-error]: This file could not be checked" in text
    assert "bad.md:1:6: warning[several]" in text


def test_whoever_reads_the_output_may_go(here: Path) -> None:
    write(here / "long.md", "Name several risks.\n" * 20_000)
    done = subprocess.run(
        ["/bin/sh", "-c", f"'{sys.executable}' -m guideline_kit lint long.md | head -n 1"],
        env=PROGRAM,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.startswith(b"long.md:1:6: warning[several]")
    assert done.stderr == b""


# --- templates that are programs -----------------------------------------------------------

HOSTILE_TEMPLATES = {
    "a loop without an end": "{% for a in range(99999) %}{% for b in range(99999) %}"
    "{% endfor %}{% endfor %}",
    "a range without an end": "{% for a in range(10 ** 9) %}{{ a }}{% endfor %}",
    "a bomb in memory": "{% set a = 'x' * 10 ** 9 %}{{ a * 10 }}",
    "a power": "{{ 9 ** (9 ** 9) }}",
    "a format": "{{ '%999999999d' % 1 }}",
    "doubling": "{% set n = namespace(s='x') %}"
    "{% for i in range(60) %}{% set n.s = n.s + n.s %}{% endfor %}{{ n.s }}",
    "classes": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "globals": "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "attribute filter": "{{ ''|attr('__class__') }}",
    "recursion": "{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}",
    "an import": "{% include '/etc/passwd' %}",
    "deep nesting": "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
}


@pytest.mark.parametrize("name", HOSTILE_TEMPLATES)
def test_a_hostile_template_costs_the_others_nothing(name: str) -> None:
    good = Job("jinja2", ["Hello {{ name }}."], {"name": "Ann"})
    start = time.monotonic()
    first, bad, last = render([good, Job("jinja2", [HOSTILE_TEMPLATES[name]], {}), good])
    assert time.monotonic() - start < 60, "it was not stopped"
    assert bad.error, f"it rendered {bad.texts!r:.80}"
    assert not bad.texts
    assert first.texts == last.texts == ("Hello Ann.",)


def test_a_catalog_with_a_hostile_prompt_has_previews_of_the_others(here: Path) -> None:
    for id, text in (
        ("hostile", HOSTILE_TEMPLATES["a loop without an end"]),
        ("kind", "Hi {{ a }}"),
    ):
        prompt = f"""\
id: {id}
title: Reply
summary: Replies
owner: writers
status: draft
version: 0.1.0
template:
  engine: jinja2
  messages:
    - {{role: user, content: {json.dumps(text)}}}
inputs:
  a: {{type: text, description: A name, example: Ann}}
"""
        write(here / "catalog" / "prompts" / f"{id}.yaml", prompt)
    loaded = load_catalog(open_project(here))
    assert not loaded.problems
    assert previews(loaded.catalog) == {"kind": [("user", "Hi Ann")]}


def test_the_worker_sees_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONSTARTUP", "/nowhere")
    (only,) = render([Job("jinja2", ["{{ self._TemplateReference__context }}"], {})])
    assert only.error


def test_a_missing_value_is_an_error_with_its_name() -> None:
    (only,) = render([Job("jinja2", ["Hello {{ name }}."], {})])
    assert "name" in only.error


def test_limits_are_what_the_tests_assume() -> None:
    assert rendering.SECONDS <= 5


def test_a_site_is_not_built_with_a_pattern_that_is_not_re2(here: Path, run: Run) -> None:
    rule = RULE.replace("several", "ahead").replace(
        "kind: terms, words: [ahead]", 'kind: pattern, pattern: "a(?=b)"'
    )
    write(here / "catalog" / "rules" / "ahead.yaml", rule)
    code, text = run("build", "catalog", "--output", "out")
    assert code == 2
    assert "This pattern is not RE2" in text
    assert "the site was not built" in text


# --- where the output goes -----------------------------------------------------------------------


def as_process(here: Path, out: int, *more: str) -> tuple[int, str]:
    """Run `lint` on many findings as a program whose output goes to a file descriptor."""
    write(here / "bad.md", "Name several risks.\n" * 2_000)
    done = subprocess.run(
        [sys.executable, "-m", "guideline_kit", *(more or ("lint", "bad.md"))],
        cwd=here,
        stdout=out,
        stderr=subprocess.PIPE,
        check=False,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("command", "code"),
    [("lint bad.md", 0), ("lint bad.md --fail-on warning", 1), ("list", 0)],
)
def test_a_reader_that_has_gone_is_no_error(here: Path, command: str, code: int) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        assert as_process(here, writing, *command.split()) == (code, "")
    finally:
        os.close(writing)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_told_from_a_mistake_of_ours(here: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        code, text = as_process(here, full.fileno())
    assert code == 2
    assert text == (
        "Error: the output can't be written: No space left on device.\n"
        "Make room, and run it again.\n"
    )


# --- files that only their text could tell --------------------------------------------------


def test_a_file_that_may_be_no_prompt_at_all_need_not_be_readable(here: Path, run: Run) -> None:
    write(here / "own" / "AGENTS.md", "Name several risks.\n")
    (here / "own" / "templates.yaml").write_bytes(b"name: caf\xe9\n")
    code, text = run("lint", "own")
    assert "templates.yaml" not in text
    assert "1 file checked" in text
    code, text = run("lint", "own/templates.yaml")
    assert code == 1
    assert "own/templates.yaml:1:10: error[unreadable-file]" in text


def test_a_file_of_many_megabytes_is_no_prompt_unless_somebody_says_so(
    here: Path, run: Run
) -> None:
    write(here / "own" / "AGENTS.md", "Name several risks.\n")
    long = "templates:\n  a: !Template\n" + "# a line of a long file\n" * 200_000
    write(here / "own" / "templates.yaml", long)
    assert "1 file checked" in run("lint", "own")[1]
    assert "own/templates.yaml" in run("lint", "own/templates.yaml", "--format", "json")[1]


def test_a_program_without_a_prompt_is_not_counted_as_one(here: Path, run: Run) -> None:
    write(here / "own" / "AGENTS.md", "Name several risks.\n")
    write(here / "own" / "shell.py", 'prompt = input("Name: ")\n')
    write(here / "own" / "copy" / "shell.py", 'prompt = input("Name: ")\n')
    for _ in range(2):
        assert "1 file checked" in run("lint", "own")[1]
    assert "own/shell.py" in run("lint", "own/shell.py", "--format", "json")[1]
