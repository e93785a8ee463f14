"""What changed since a revision: files and lines, in real repositories, also a stranger's."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from checkout import without_settings
from cli.transcripts import git
from hypothesis import given
from hypothesis import strategies as st

from guideline_kit.workspace import changes
from guideline_kit.workspace import git as gits
from guideline_kit.workspace.changes import ChangesError, changed_since
from guideline_kit.workspace.git import committed
from guideline_kit.workspace.line_diff import changed_lines

NEEDS_GIT = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
NEEDS_BYTES = pytest.mark.skipif(os.name == "nt", reason="file names are not bytes here")

Commit = Callable[..., str]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository to be in, whose branch is main."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    for name, value in without_settings().items():
        if name.startswith("GIT_CONFIG"):
            monkeypatch.setenv(name, value)
    if shutil.which("git"):
        git(folder, "init", "--quiet", "--initial-branch=main")
    return folder


def write(folder: Path, files: dict[str, str | bytes]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())


def commit(folder: Path, files: dict[str, str | bytes] | None = None) -> str:
    """Commit some files, and all else that changed; return the commit's name."""
    write(folder, files or {})
    git(folder, "add", "--all", "--force")
    git(folder, "commit", "--quiet", "--allow-empty", "-m", "A change")
    return git(folder, "rev-parse", "HEAD").strip()


def everything(folder: Path) -> list[Path]:
    return sorted(
        path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts[1:]
    )


def changed(folder: Path, revision: str = "HEAD") -> list[str]:
    """Return the names of the files that changed, of all in a folder."""
    result = changed_since(folder, revision, everything(folder))
    return [path.relative_to(folder).as_posix() for path in result.files]


def refusal(folder: Path, revision: str = "HEAD") -> str:
    with pytest.raises(ChangesError) as caught:
        changed_since(folder, revision, everything(folder))
    assert caught.value.hint
    return f"{caught.value.message}. {caught.value.hint}"


# --- which files ---------------------------------------------------------------------------


@NEEDS_GIT
def test_files_that_are_new_edited_staged_or_ignored_are_changed(here: Path) -> None:
    same = {"same.md": "x\n", "deep/er/same.md": "y\n"}
    commit(here, {**same, "edited.md": "x\n", "staged.md": "x\n", "back.md": "x\n"})
    write(here, {"edited.md": "z\n", "staged.md": "z\n", "new.md": "n\n", "out/ignored.md": "i\n"})
    write(here, {".gitignore": "out\n", "back.md": "z\n"})
    git(here, "add", "staged.md", "back.md")
    write(here, {"back.md": "x\n"})  # staged, but as it was
    expected = [".gitignore", "edited.md", "new.md", "out/ignored.md", "staged.md"]
    assert changed(here) == expected
    os.utime(here / "same.md", (1, 1))
    (here / "deep/er/same.md").chmod(0o755)
    assert changed(here) == expected, "neither times nor permissions are what a file says"


@NEEDS_GIT
def test_only_the_files_that_are_asked_for_count_and_as_they_are_named(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(here, {"a/b.md": "x\n", "a/c.md": "x\n"})
    write(here, {"a/b.md": "y\n", "a/c.md": "y\n"})
    monkeypatch.chdir(here / "a")
    asked = [Path("b.md"), Path("../a/b.md"), here / "a/b.md", Path("missing.md")]
    result = changed_since(here / "a", "HEAD", asked)
    assert list(result.files) == asked
    assert result.lines(asked[1]) == [(1, 1)]
    assert result.lines(asked[3]) is None


@NEEDS_GIT
def test_the_revision_counts_from_where_head_left_it(here: Path) -> None:
    start = commit(here, {"ours.md": "x\n", "theirs.md": "x\n", "both.md": "x\n"})
    git(here, "switch", "--quiet", "-c", "topic")
    commit(here, {"ours.md": "y\n", "both.md": "y\n"})
    git(here, "switch", "--quiet", "main")
    theirs = commit(here, {"theirs.md": "y\n", "new.md": "y\n"})
    git(here, "switch", "--quiet", "topic")
    assert changed(here, "main") == ["both.md", "ours.md"]
    assert changed_since(here, "main", []).base == start
    git(here, "switch", "--quiet", "--detach", "topic")
    assert changed(here, "main") == ["both.md", "ours.md"]
    for name in (theirs, theirs[:10], "main~1", "@~1"):
        assert changed(here, name) == ["both.md", "ours.md"]
    assert changed(here, "@") == []


@NEEDS_GIT
def test_a_merge_that_is_under_way_brings_nothing_of_ours(here: Path) -> None:
    commit(here, {"a.md": "1\n2\n3\n", "b.md": "x\n"})
    git(here, "switch", "--quiet", "-c", "topic")
    commit(here, {"a.md": "1\n2\nours\n"})
    git(here, "switch", "--quiet", "main")
    commit(here, {"a.md": "theirs\n2\n3\n", "b.md": "y\n"})
    git(here, "switch", "--quiet", "topic")
    git(here, "merge", "--no-commit", "main")
    result = changed_since(here, "main", everything(here))
    assert [path.name for path in result.files] == ["a.md"]
    assert result.lines(result.files[0]) == [(3, 3)]
    git(here, "commit", "--quiet", "-m", "Merged")
    assert changed(here, "main") == ["a.md"]


@NEEDS_GIT
def test_in_a_rebase_that_stopped(here: Path) -> None:
    commit(here, {"a.md": "x\n", "b.md": "x\n"})
    git(here, "switch", "--quiet", "-c", "topic")
    commit(here, {"b.md": "ours\n"})
    commit(here, {"a.md": "ours\n"})
    git(here, "switch", "--quiet", "main")
    commit(here, {"a.md": "theirs\n"})
    git(here, "switch", "--quiet", "topic")
    with pytest.raises(AssertionError, match="CONFLICT"):
        git(here, "rebase", "main")
    assert changed(here, "main") == ["a.md", "b.md"]


@NEEDS_GIT
def test_as_long_as_nothing_is_committed_everything_is_new(here: Path) -> None:
    write(here, {"a.md": "x\n"})
    for name in ("HEAD", "main"):
        result = changed_since(here, name, [here / "a.md"])
        assert (result.base, result.files) == (None, (here / "a.md",))
        assert result.lines(here / "a.md") is None
    assert "no such commit" in refusal(here, "other")


@NEEDS_GIT
def test_names_of_every_kind(here: Path) -> None:
    names = ["a b.md", "'q'.md", "ümlaut.md", "😀/#.md", "-x.md", ":(glob)*.md", "Case.md"]
    if os.name != "nt":
        names += ["two\nlines.md", 'tab\tand".md', "back\\slash.md", " \n/x.md", "case.md"]
    commit(here, dict.fromkeys(names, "x\n"))
    assert changed(here) == []
    for name in names:
        write(here, {name: "y\n"})
        assert changed(here) == [name]
        assert committed(here / name, "HEAD").text == "x\n"
        write(here, {name: "x\n"})


@NEEDS_GIT
@NEEDS_BYTES
def test_a_name_that_is_not_utf8(here: Path) -> None:
    name = os.fsdecode(b"caf\xe9.md")
    try:
        write(here, {name: "x\n"})
    except OSError:
        pytest.skip("this file system takes UTF-8 only")
    commit(here)
    assert changed_since(here, "HEAD", [here / name]).files == ()
    write(here, {name: "y\n"})
    assert changed_since(here, "HEAD", [here / name]).lines(here / name) == [(1, 1)]


@NEEDS_GIT
@NEEDS_BYTES
def test_a_folder_with_a_line_break_in_its_name(here: Path) -> None:
    inner = here / "a\nb\n"
    inner.mkdir()
    git(inner, "init", "--quiet")
    commit(inner, {"a.md": "x\n", "b.md": "x\n"})
    write(inner, {"a.md": "y\n"})
    assert changed(inner) == ["a.md"]


@NEEDS_GIT
def test_other_capitals_on_a_disk_that_knows_none(here: Path) -> None:
    commit(here, {"Prompt.md": "x\n"})
    # On such a disk both names are one file; a second name of the same file is like it.
    os.link(here / "Prompt.md", here / "prompt.md")
    assert changed(here) == []
    write(here, {"prompt.md": "y\n"})
    assert "prompt.md" in changed(here)


@NEEDS_GIT
@pytest.mark.parametrize("format", ["sha1", "sha256"])
def test_both_sorts_of_names_for_objects(tmp_path: Path, here: Path, format: str) -> None:
    folder = tmp_path / format
    folder.mkdir()
    git(folder, "init", "--quiet", f"--object-format={format}")
    commit(folder, {"a.md": "x\n", "b.md": "é\n", "empty.md": ""})
    write(folder, {"b.md": "é\ne\n"})
    assert changed(folder) == ["b.md"]
    assert changed_since(folder, "HEAD", [folder / "b.md"]).lines(folder / "b.md") == [(2, 2)]


@NEEDS_GIT
def test_how_lines_end_does_not_count(here: Path) -> None:
    commit(here, {"unix.md": "a\nb\n", "dos.md": "a\r\nb\r\n", "mixed.md": "a\r\nb\n"})
    write(here, {"unix.md": "a\r\nb\r\n", "dos.md": "a\nb\n", "mixed.md": "a\nb\n"})
    assert changed(here) == ["mixed.md"]
    assert changed_since(here, "HEAD", [here / "mixed.md"]).lines(here / "mixed.md") == []
    write(here, {"unix.md": "a\r\nb\r\nc\r\n"})
    assert changed_since(here, "HEAD", [here / "unix.md"]).lines(here / "unix.md") == [(3, 3)]


# --- moved files ---------------------------------------------------------------------------


@NEEDS_GIT
def test_a_file_that_was_only_moved_is_not_changed_and_a_copy_is(here: Path) -> None:
    commit(here, {"old/a.md": "a\n", "b.md": "b\n", "c.md": "c\n"})
    (here / "new").mkdir()
    (here / "old/a.md").rename(here / "new/z.md")
    write(here, {"copy.md": "b\n"})
    assert changed(here) == ["copy.md"]
    write(here, {"new/again.md": "a\n"})
    assert len(changed(here)) == 2, "one file that is gone makes one file that was moved"
    commit(here)
    assert changed(here, "HEAD~1")[0] == "copy.md"


@NEEDS_GIT
def test_a_file_that_was_moved_and_edited_has_the_lines_that_were_edited(here: Path) -> None:
    commit(here, {"old/a.md": "1\n2\n3\n", "x/b.md": "b\nx\n", "y/b.md": "b\ny\n"})
    for name, text in {"a.md": "1\nzwei\n3\n", "b.md": "b\nz\n"}.items():
        write(here, {f"new/{name}": text})
    for name in ("old/a.md", "x/b.md", "y/b.md"):
        (here / name).unlink()
    result = changed_since(here, "HEAD", everything(here))
    one, other = result.files
    assert result.lines(one) == [(2, 2)]
    assert result.lines(other) is None, "of two that are gone, none is more likely the one"


# --- links, other repositories, worktrees --------------------------------------------------


@NEEDS_GIT
@NEEDS_BYTES
def test_a_link_is_changed_when_what_it_leads_to_is(here: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    write(here, {"AGENTS.md": "x\n", "shared/p.md": "x\n"})
    outside.write_text("x\n", "utf-8")
    (here / "CLAUDE.md").symlink_to("AGENTS.md")
    (here / "moved.md").symlink_to("AGENTS.md")
    (here / "out.md").symlink_to(outside)
    (here / "folder").symlink_to("shared")
    commit(here)
    assert changed(here) == ["out.md"], "what stands outside has no earlier version"
    write(here, {"AGENTS.md": "x\ny\n"})
    result = changed_since(here, "HEAD", [here / "CLAUDE.md"])
    assert result.lines(here / "CLAUDE.md") == [(2, 2)]
    write(here, {"AGENTS.md": "x\n"})
    (here / "moved.md").unlink()
    (here / "moved.md").symlink_to("shared/p.md")
    result = changed_since(here, "HEAD", [here / "moved.md", here / "folder/p.md"])
    assert result.files == (here / "moved.md",)
    assert result.lines(here / "moved.md") is None
    (here / "CLAUDE.md").unlink()
    write(here, {"CLAUDE.md": "x\n"})
    assert changed_since(here, "HEAD", [here / "CLAUDE.md"]).files, "it was a link"


@NEEDS_GIT
def test_files_outside_and_in_a_repository_within_are_new(here: Path, tmp_path: Path) -> None:
    commit(here, {"a.md": "x\n"})
    inner = here / "inner"
    inner.mkdir()
    git(inner, "init", "--quiet")
    commit(inner, {"b.md": "x\n"})
    outside = tmp_path / "here-not/a.md"
    write(outside.parent, {"a.md": "x\n"})
    asked = [here / "a.md", inner / "b.md", outside]
    result = changed_since(here, "HEAD", asked)
    assert list(result.files) == asked[1:]
    assert result.lines(outside) is None
    assert changed_since(inner, "HEAD", asked).files == (asked[0], outside)


@NEEDS_GIT
def test_a_linked_worktree(here: Path, tmp_path: Path) -> None:
    commit(here, {"a.md": "x\n", "b.md": "x\n"})
    linked = tmp_path / "linked"
    git(here, "worktree", "add", "--quiet", "-b", "topic", str(linked))
    commit(linked, {"a.md": "y\n"})
    write(linked, {"b.md": "z\n"})
    assert changed(linked, "main") == ["a.md", "b.md"]
    assert changed(linked, "HEAD") == ["b.md"]
    assert changed(here) == []
    assert committed(linked / "a.md", "HEAD").text == "y\n"
    assert committed(linked / "a.md", "main").text == "x\n"


def add_submodule(here: Path, origin: Path) -> None:
    git(here, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add",
        str(origin), "sub")  # fmt: skip


@NEEDS_GIT
def test_a_submodule_is_compared_with_the_commit_that_the_revision_has_for_it(
    here: Path, tmp_path: Path
) -> None:
    origin = tmp_path / "origin"
    origin.mkdir()
    git(origin, "init", "--quiet")
    commit(origin, {"p/a.md": "x\n", "b.md": "x\n"})
    add_submodule(here, origin)
    commit(here, {"c.md": "x\n"})
    assert changed(here) == [], "also the files of the submodule are as they were"
    commit(here / "sub", {"p/a.md": "x\ny\n"})
    assert changed(here) == ["sub/p/a.md"]
    result = changed_since(here, "HEAD", [here / "sub/p/a.md"])
    assert result.lines(here / "sub/p/a.md") == [(2, 2)]
    commit(here)
    assert changed(here) == []
    assert changed(here, "HEAD~1") == ["sub/p/a.md"]
    assert changed(here / "sub") == [], "asked in the submodule, its own commit counts"
    assert committed(here / "sub/p/a.md", "HEAD").text == "x\ny\n"
    assert committed(here / "sub/p/a.md", "HEAD~1").text == "x\n"
    # The commit that is recorded is not here.
    record = f"160000,{'1' * 40},sub"
    git(here, "update-index", "--cacheinfo", record)
    git(here, "commit", "--quiet", "-m", "Elsewhere")
    assert changed(here) == ["sub/b.md", "sub/p/a.md"]


@NEEDS_GIT
def test_a_bare_repository_has_no_files(here: Path, tmp_path: Path) -> None:
    commit(here, {"a.md": "x\n"})
    bare = tmp_path / "bare"
    git(here, "clone", "--quiet", "--bare", str(here), str(bare))
    assert "no files checked out" in refusal(bare)
    earlier = committed(bare / "HEAD", "HEAD")
    assert (earlier.text, earlier.new) == (None, False)
    assert earlier.reason == "the file is in no checkout of the repository"
    assert committed(here / ".git/config", "HEAD").reason == earlier.reason


# --- what can't be told --------------------------------------------------------------------


def test_without_git_there_is_a_reason(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(here))
    assert "git is not installed. Install git" in refusal(here)


@NEEDS_GIT
def test_without_a_repository_there_is_a_reason(tmp_path: Path, here: Path) -> None:
    folder = tmp_path / "none"
    folder.mkdir()
    assert "this folder is in no git repository" in refusal(folder)
    shutil.rmtree(here / ".git")
    (here / ".git").write_text("gitdir: /nowhere\n", "utf-8")
    assert "refuses to read" in refusal(here)


@NEEDS_GIT
def test_a_repository_of_another_user_is_refused_by_git(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(here, {"a/b.md": "x\n"})
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    for folder in (here, here / "a"):
        assert "is it another user's" in refusal(folder)
        assert "safe.directory" in refusal(folder)
    reason = "git refuses to read the repository; is it another user's?"
    assert committed(here / "a/b.md", "HEAD").reason == reason


@NEEDS_GIT
def test_a_revision_that_is_not_there_is_named_with_the_nearest(here: Path) -> None:
    commit(here, {"a.md": "x\n"})
    git(here, "branch", "release")
    git(here, "branch", "feature/#12-größer")
    git(here, "update-ref", "refs/remotes/origin/trunk", "HEAD")
    assert "no such commit, branch or tag. Did you mean release?" in refusal(here, "relaese")
    assert "Did you mean origin/trunk?" in refusal(here, "trunk")
    assert "git fetch" in refusal(here, "zzz")
    assert changed(here, "feature/#12-größer") == []
    for name in ("--output=x", "-h", "HEAD:a.md", ":/A", "", "a b", "\0", "a..b", "^HEAD", "a\nb"):
        assert "no such commit" in refusal(here, name)
    assert not (here / "x").exists()


@NEEDS_GIT
def test_a_shallow_clone_is_told_to_fetch_more(here: Path, tmp_path: Path) -> None:
    commit(here, {"a.md": "x\n"})
    git(here, "tag", "v1")
    git(here, "switch", "--quiet", "-c", "topic")
    commit(here, {"b.md": "x\n"})
    git(here, "switch", "--quiet", "main")
    commit(here, {"c.md": "x\n"})
    clone = tmp_path / "clone"
    git(here, "clone", "--quiet", "--depth=1", "--no-tags", "--branch=topic", f"file://{here}",
        str(clone))  # fmt: skip
    said = refusal(clone, "v1")
    assert "this clone is shallow" in said
    assert "fetch-depth: 0" in said
    git(clone, "fetch", "--quiet", "--depth=1", "origin", "main")
    said = refusal(clone, "FETCH_HEAD")
    assert "shallow, and does not reach back" in said
    assert "git fetch --unshallow" in said
    git(clone, "fetch", "--quiet", "--unshallow", "origin", "main")
    assert changed(clone, "FETCH_HEAD") == ["b.md"]


@NEEDS_GIT
def test_two_histories_without_a_common_commit(here: Path) -> None:
    commit(here, {"a.md": "x\n"})
    git(here, "switch", "--quiet", "--orphan", "other")
    commit(here, {"b.md": "x\n"})
    assert "have no commit in common" in refusal(here, "main")


@NEEDS_GIT
def test_git_that_takes_too_long_is_given_up(
    here: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    commit(here, {"a.md": "x\n"})
    slow = tmp_path / "bin/git"
    slow.parent.mkdir()
    slow.write_text("#!/bin/sh\nexec sleep 60\n", "utf-8")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{slow.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(gits, "TIMEOUT", 0.1)
    monkeypatch.setattr(changes, "TIMEOUT", 0.1)
    assert "git took longer than 0.1 seconds" in refusal(here)


@NEEDS_GIT
def test_a_partial_clone_fetches_nothing(here: Path, tmp_path: Path) -> None:
    commit(here, {"a.md": "x\n"})
    commit(here, {"a.md": "y\n"})
    git(here, "config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    git(here, "clone", "--quiet", "--filter=blob:none", f"file://{here}", str(clone))
    here.rename(tmp_path / "gone")
    result = changed_since(clone, "HEAD~1", everything(clone))
    assert [path.name for path in result.files] == ["a.md"]
    assert result.lines(clone / "a.md") is None, "what it was before is not here"


@NEEDS_GIT
@NEEDS_BYTES
def test_what_is_no_file_is_not_opened(here: Path) -> None:
    commit(here, {"a.md": "x\n"})
    (here / "a.md").unlink()
    os.mkfifo(here / "a.md")
    result = changed_since(here, "HEAD", [here / "a.md"])
    assert result.lines(here / "a.md") is None


# --- a stranger's repository ---------------------------------------------------------------


@NEEDS_GIT
def test_a_repository_of_a_stranger_starts_no_program(here: Path, tmp_path: Path) -> None:
    commit(
        here, {"a.md": "x\ny\n", "b.md": "x\n", ".gitattributes": "*.md diff=trap filter=trap\n"}
    )
    trap, marker = tmp_path / "trap", tmp_path / "sprung"
    trap.write_text(f"#!/bin/sh\ntouch '{marker}'\ncat\n", "utf-8")
    trap.chmod(0o755)
    for setting in (
        "core.fsmonitor", "core.pager", "core.sshCommand", "core.editor", "core.askPass",
        "diff.external", "diff.trap.command", "diff.trap.textconv", "filter.trap.clean",
        "filter.trap.smudge", "filter.trap.process", "merge.trap.driver", "credential.helper",
        "gpg.program", "uploadpack.packObjectsHook", "core.alternateRefsCommand",
        *(f"pager.{name}" for name in ("cat-file", "ls-tree", "rev-parse", "for-each-ref")),
    ):  # fmt: skip
        git(here, "config", setting, str(trap))
    for name in ("cat-file", "ls-tree", "rev-parse", "merge-base", "for-each-ref", "symbolic-ref"):
        git(here, "config", f"alias.{name}", f"!{trap}")
    hooks = here / "hooks"
    hooks.mkdir()
    for name in ("post-checkout", "post-index-change", "reference-transaction", "pre-commit"):
        shutil.copy(trap, hooks / name)
    git(here, "config", "core.hooksPath", str(hooks))
    git(here, "config", "remote.origin.url", f"ext::{trap}")
    git(here, "config", "remote.origin.promisor", "true")
    git(here, "config", "extensions.partialClone", "origin")
    (here / ".git/info/attributes").write_text("* filter=trap diff=trap\n", "utf-8")
    write(here, {"a.md": "x\nz\n"})
    asked = [here / "a.md", here / "b.md"]
    result = changed_since(here, "HEAD", asked)
    assert result.files == (here / "a.md",)
    assert result.lines(here / "a.md") == [(2, 2)]
    assert "Did you mean" in refusal(here, "mian")
    # What is missing would be fetched.
    blob = git(here, "rev-parse", "HEAD:a.md").strip()
    (here / ".git/objects" / blob[:2] / blob[2:]).unlink()
    result = changed_since(here, "HEAD", asked)
    assert result.files == (here / "a.md",)
    assert result.lines(here / "a.md") is None
    tree = git(here, "rev-parse", "HEAD^{tree}").strip()
    (here / ".git/objects" / tree[:2] / tree[2:]).unlink()
    assert "can't list the files" in refusal(here)
    assert not marker.exists(), "a program of the repository's configuration ran"
    subprocess.run(["git", "status"], cwd=here, env=without_settings(), capture_output=True)
    assert marker.exists(), "the trap of this test is not set"


@NEEDS_GIT
def test_a_repository_that_claims_another_folder_tells_nothing_of_it(
    here: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    write(other, {"a.md": "x\n"})
    commit(here, {"a.md": "x\n"})
    git(here, "config", "core.worktree", str(other))
    asked = [here / "a.md"]
    assert changed_since(here, "HEAD", asked).files == tuple(asked)


@NEEDS_GIT
def test_the_folder_decides_which_repository_is_asked(
    here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(here, {"a.md": "x\n"})
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "--quiet")
    # A hook of the other repository has these.
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git/index"))
    assert changed(here) == []


# --- many files ----------------------------------------------------------------------------


@NEEDS_GIT
def test_a_few_questions_to_git_serve_any_number_of_files(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit(here, {f"p/{number}.md": f"{number}\n" * 50 for number in range(1500)})
    for number in range(0, 1500, 3):
        write(here, {f"p/{number}.md": f"{number}\n" * 50 + "new\n"})
    asked = 0
    real = gits.subprocess.run

    def counted(*arguments: object, **options: object) -> object:
        nonlocal asked
        asked += 1
        return real(*arguments, **options)

    monkeypatch.setattr(gits.subprocess, "run", counted)
    files = everything(here)
    result = changed_since(here, "HEAD", files)
    assert len(result.files) == 500
    assert asked <= 7
    for path in result.files:
        assert result.lines(path) == [(51, 51)]
    assert asked <= 9


# --- lines ---------------------------------------------------------------------------------

LINES = st.lists(st.sampled_from(["", "", "a", "b", "c", "d", "e", "}"]), max_size=30)


def is_within(some: list[str], lines: list[str]) -> bool:
    """Whether lines stand among others, in the same order."""
    rest = iter(lines)
    return all(line in rest for line in some)


def outside(new: str, ranges: list[tuple[int, int]]) -> list[str]:
    lines = new.splitlines() if new.endswith("\n") else new.split("\n")
    inside = {number for first, last in ranges for number in range(first, last + 1)}
    return [line for number, line in enumerate(lines, 1) if number not in inside]


@given(LINES, LINES, st.sampled_from(["\n", "\r\n", "\r"]))
def test_lines_outside_of_the_ranges_were_there_before(
    old: list[str], new: list[str], line_end: str
) -> None:
    before, after = "\n".join(old), "\n".join(new)
    ranges = changed_lines(before, after.replace("\n", line_end))
    lines = after.split("\n")
    assert is_within(outside(after + "\n", ranges), before.split("\n"))
    assert all(1 <= first <= last <= len(lines) for first, last in ranges)
    # They are in order, apart, and as long as can be.
    assert all(one[1] + 1 < other[0] for one, other in itertools.pairwise(ranges))


@given(LINES, st.lists(st.integers(0, 30), max_size=10))
def test_lines_that_were_only_taken_out_make_no_range(lines: list[str], out: list[int]) -> None:
    rest = [line for at, line in enumerate(lines) if at not in out]
    assert changed_lines("\n".join([*lines, "end"]), "\n".join([*rest, "end"])) == []


@given(LINES, st.lists(st.tuples(st.integers(0, 30), st.integers(0, 99)), max_size=6))
def test_lines_that_are_new_make_the_ranges(lines: list[str], more: list[tuple[int, int]]) -> None:
    after = list(lines)
    for at, number in more:
        after.insert(at, f"new {number}")
    expected = {at for at, line in enumerate(after, 1) if line.startswith("new")}
    ranges = changed_lines("\n".join(["start", *lines]), "\n".join(["start", *after]))
    found = {number - 1 for first, last in ranges for number in range(first, last + 1)}
    assert found == expected


def test_what_a_person_calls_changed() -> None:
    before = "# Title\n\nOne.\n\nTwo.\n\nThree.\n"
    assert changed_lines(before, before) == []
    assert changed_lines("", "a\nb") == [(1, 2)]
    assert changed_lines(before, before.replace("Two.", "2.")) == [(5, 5)]
    assert changed_lines(before, f"{before}\nFour.\n") == [(8, 9)]
    assert changed_lines(before, before.replace("One.\n\n", "")) == []
    moved = "# Title\n\nTwo.\n\nThree.\n\nOne.\n"
    assert changed_lines(before, moved) == [(6, 7)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a\n" * 200_000, "b\n" * 200_000),
        ("a\nb\n" * 100_000, "b\na\n" * 100_000 + "c"),
        ("a\nb\nc\n" * 60_000, "c\na\nb\nb\n" * 50_000),
        ("\n".join(map(str, range(200_000))), "\n".join(map(str, range(200_000, 0, -1)))),
        ("\n".join(map(str, range(100_000))), "\n".join(str(n ^ 1) for n in range(100_000))),
        ("x" * 4_000_000, "y" * 4_000_000),
        ("\r" * 500_000, "\r\n" * 300_000 + "a"),
    ],
)
def test_the_time_is_bounded_for_any_two_texts(old: str, new: str) -> None:
    start = time.perf_counter()
    ranges = changed_lines(old, new)
    assert time.perf_counter() - start < 60
    assert ranges
