"""What is remembered of files never shows in a report: it is the one that a first run gives.

Whatever happens to files, rules, configuration, the calendar, our code, or the cache folder.
"""

from __future__ import annotations

import contextlib
import datetime
import errno
import io
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from linting import TODAY, prompt

from guideline_kit.checks.secrets.samples import sample
from guideline_kit.cli import main
from guideline_kit.diagnostics import Diagnostic
from guideline_kit.errors import CannotError
from guideline_kit.project import rules
from guideline_kit.project.linting import Asked, lint_paths, looking, memory
from guideline_kit.project.opening import Project, open_project
from guideline_kit.project.rules.believing import is_compiled
from guideline_kit.report import json as as_json
from guideline_kit.report import text as as_text
from guideline_kit.workspace import cache

ONE = Asked(jobs=1)
SECRET = sample("credit-card")


class Ran(NamedTuple):
    """What a run printed, and which files it knew."""

    code: object
    text: str
    known: list[bool]


Run = Callable[..., Ran]

MANIFEST = """\
name: NAME
title: A catalog
site_url: https://NAME.example/
teams:
  - {id: writers, title: Writers}
applications:
  - {id: support, title: Support}
"""
RULE = """\
id: ID
title: A rule
summary: A rule of a test
severity: warning
preset: default
stage: stable
evidence: convention
since: 0.1.0
MORE
check: CHECK
why: Because.
examples:
  - {title: None, good: Nothing.}
"""


def _rule(id: str, check: str, more: str = "locked: false") -> str:
    return RULE.replace("ID", id).replace("CHECK", check).replace("MORE", more)


RULES = {
    "several": _rule("several", "{kind: terms, words: [several], message: \"'{match}'\"}"),
    "strict": _rule(
        "strict", '{kind: terms, words: [naïve], message: "{match}"}', "locked: false"
    ).replace("preset: default", "preset: strict"),
    "locked": _rule("locked", '{kind: terms, words: [risks], message: "{match}"}', "locked: true"),
    "supporting": _rule(
        "supporting",
        '{kind: terms, words: [plan], message: "{match}"}',
        "applies_to: {applications: [support]}",
    ),
    "hidden": _rule(
        "hidden",
        '{kind: characters, classes: [tags], message: "{code}"}',
        "applies_to: {roles: [system, user], in: anywhere}",
    ),
    "twice": _rule("twice", '{kind: markup, problem: duplicate-heading, message: "{name}"}'),
    "old": _rule("old", '{kind: field, field: reviewed, max_age_days: 30, message: "{reason}"}'),
    "past": _rule("past", '{kind: field, field: until, not_past: true, message: "{reason}"}'),
    "owned": _rule("owned", '{kind: field, field: owner, required: true, message: "{reason}"}'),
    "secret": _rule(
        "secret",
        '{kind: secrets, detect: [credit-card], message: "{masked}"}',
        "applies_to: {roles: [system, user], in: [anywhere, front-matter]}",
    ),
}

DAY = TODAY.isoformat()
NAMES = [
    "AGENTS.md",
    "a/SKILL.md",
    "a/b/CLAUDE.md",
    ".cursorrules",
    ".windsurfrules",
    ".windsurf/rules/one.md",
    "prompts/a-prompt.yaml",
    "prompts/other.yaml",
    "notes/one.txt",
    os.fsdecode(b"notes/caf\xe9.prompt.md"),
]
TEXTS = [
    b"",
    b"Name several risks of the plan.\n",
    b"Name the four risks of the plan\n",  # as long
    b"\xef\xbb\xbfName several risks.\r\nBe na\xc3\xafve.\r\n",
    "# Tasks\n\nName\U000e0041 several.\n\n# Tasks\n\nAgain.\n".encode(),
    f"---\nreviewed: {DAY}\nuntil: {DAY}\nowner: us\n---\nName several.\n".encode(),
    b'# A licence\n---\nreviewed: "2026\\x2d11-01"\nuntil: "2026-11-\\u0032\\u0034"\n---\nGo.\n',
    f"Name several. <!-- guideline: ignore[several] until {DAY}: a reason -->\n".encode(),
    b"<!-- guideline: ignore[locked] -->\nName risks.\n",
    b"# guideline: ignore[several] a reason\nName several.\n",
    f"Pay with {SECRET}, several times.\n".encode(),
    f"<!-- guideline: ignore[secret]: a reason -->\nPay with {SECRET}, several times.\n".encode(),
    f"<!-- guideline: ignore[no-such]: a reason --> Pay with {SECRET}.\n".encode(),
    prompt("Name several risks.", title="A prompt", owner="writers").encode(),
    prompt("Name risks.", waivers=[{"rule": "locked", "reason": "It is."}]).encode(),
    prompt("Name risks.", waivers=[{"rule": "locked", "until": DAY, "owner": "us"}]).encode(),
    b"a: several\nb: risks\n",
    b"Caf\xe9 with several.\n",
    *("Name several risks of the plan.\n".encode(name) for name in ("utf-16", "utf-16-le")),
    b"---\nreviewed: [\n---\nName several.\n",
]
CONFIGURATIONS = [
    None,
    "",
    "preset: strict\n",
    "select: [several]\n",
    "ignore: {several: a reason}\n",
    "rules: {several: {severity: error}}\n",
    "rules: {several: {accept: [several], reason: It is fine}}\n",
    "rules: {several: {parameters: {words: [four]}, reason: Others are fine}}\n",
    "application: support\n",
    "files: {include: ['notes/*']}\n",
    "files: {include: ['prompts/*']}\n",
    "paths: [{files: ['a/**'], select: [twice, hidden]}, {files: ['*.md'], preset: strict}]\n",
    "paths: [{files: ['a/**'], application: support}]\n",
]
FLAGS: list[dict[str, object]] = [
    {},
    {},
    {"preset": "strict"},
    {"preset": "default"},
    {"select": ("several",)},
    {"select": ("several", "old", "past")},
    {"ignore": {"several": ""}},
]


class Twice(RuleBasedStateMachine):
    """Whatever happens between two runs, the second finds what it would find on its own."""

    root: Path

    @initialize()
    def begin(self) -> None:
        shutil.rmtree(self.root / "work", ignore_errors=True)
        self.work = self.root / "work" / "project"
        self.work.mkdir(parents=True)
        self.stack = contextlib.ExitStack()
        self.stack.enter_context(contextlib.chdir(self.work))
        self.stack.enter_context(mock.patch.object(memory, "_SETTLED", 20_000_000))
        self.day = TODAY
        self.code = 0
        self.flags: dict[str, object] = {}
        self.catalog = "one"
        for name in ("one", "two"):
            folder = self.root / "work" / name
            (folder / "rules").mkdir(parents=True)
            (folder / "catalog.yaml").write_text(MANIFEST.replace("NAME", name))
            for id, text in RULES.items():
                (folder / "rules" / f"{id}.yaml").write_text(text)
        self.named = False
        for name in NAMES[:3]:
            self.write(name, TEXTS[1])

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            self.stack.close()

    # --- what happens ----------------------------------------------------------------------

    @rule(name=st.sampled_from(NAMES), text=st.sampled_from(TEXTS))
    def write(self, name: str, text: bytes) -> None:
        path = self.work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text)

    @rule(name=st.sampled_from(NAMES), text=st.sampled_from(TEXTS), anew=st.booleans())
    def write_with_the_time_that_it_had(self, name: str, text: bytes, anew: bool) -> None:
        path = self.work / name
        if path.exists():
            before = path.stat()
            if anew:
                path.rename(path.with_name("before"))
            path.write_bytes(text)
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    @rule(name=st.sampled_from(NAMES), ahead=st.sampled_from([-1000, 0, 1000]))
    def touch(self, name: str, ahead: int) -> None:
        if (self.work / name).exists():
            now = time.time() + ahead
            os.utime(self.work / name, (now, now))

    @rule(name=st.sampled_from(NAMES), other=st.sampled_from(NAMES), how=st.integers(0, 3))
    def copy_link_or_rename(self, name: str, other: str, how: int) -> None:
        path, target = self.work / name, self.work / other
        if name == other or not path.exists() or path.is_symlink():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        if how == 0:
            shutil.copy2(path, target)
        elif how == 1:
            target.symlink_to(path)
        elif how == 2:
            target.hardlink_to(path)
        else:
            path.rename(target)

    @rule(name=st.sampled_from(NAMES))
    def remove(self, name: str) -> None:
        (self.work / name).unlink(missing_ok=True)

    @rule(text=st.sampled_from(CONFIGURATIONS))
    def configure(self, text: str | None) -> None:
        path = self.work / "guideline-kit.yaml"
        path.unlink(missing_ok=True)
        if text is not None:
            path.write_text(text or "{}\n")

    @rule(flags=st.sampled_from(FLAGS), named=st.booleans())
    def call_differently(self, flags: dict[str, object], named: bool) -> None:
        self.flags, self.named = flags, named

    @rule(catalog=st.sampled_from(["one", "two"]))
    def follow(self, catalog: str) -> None:
        self.catalog = catalog

    @rule(word=st.sampled_from(["several", "four"]), severity=st.sampled_from(["error", "info"]))
    def change_a_rule(self, word: str, severity: str) -> None:
        text = RULES["several"].replace("[several]", f"[{word}]").replace("warning", severity)
        path = self.root / "work" / self.catalog / "rules" / "several.yaml"
        path.write_text(text)

    @rule(days=st.sampled_from([1, 1, 5, 40, -1]))
    def let_days_pass(self, days: int) -> None:
        self.day += datetime.timedelta(days)

    @rule(code=st.integers(0, 1))
    def change_the_code(self, code: int) -> None:
        self.code = code

    @rule()
    def wait(self) -> None:
        time.sleep(0.03)

    # --- what holds ------------------------------------------------------------------------

    @invariant()
    def a_run_finds_what_it_would_find_alone(self) -> None:
        if not hasattr(self, "work"):
            return
        lint = looking.lint_silently

        def other(*arguments: object) -> tuple[Diagnostic, ...]:
            return lint(*arguments)[self.code :]  # type: ignore[arg-type]

        with (
            mock.patch.object(looking, "lint_silently", other),
            mock.patch.object(cache, "edition", return_value=f"edition {self.code}"),
        ):
            alone = self.run(remembering=False)
            assert self.run() == alone
            assert self.run() == alone
        for path in cache.cache_folder().iterdir():
            assert SECRET.encode() not in path.read_bytes()

    def run(self, *, remembering: bool = True) -> tuple[str, str]:
        catalog = self.root / "work" / self.catalog
        project = open_project(self.work, catalog=catalog, today=self.day)
        config = project.config
        for setting, value in self.flags.items():
            config = config.override(f"--{setting}", **{setting: value})
        project = Project(project.root, config, project.reader, project.today)
        files = [Path(name) for name in NAMES if (self.work / name).exists()]
        with contextlib.ExitStack() as stack:
            if not remembering:  # rules may come from the cache: they take long to read
                nothing = mock.Mock(return_value=None)
                for name in ("recall", "keep", "save"):
                    stack.enter_context(mock.patch.object(memory.Memory, name, nothing))
            report, _ = lint_paths(project, files if self.named else [Path()], ONE)
        return as_text.render(report), as_json.render(report).replace(
            '"cached": true', '"cached": false'
        )


def test_a_run_finds_what_it_would_find_alone(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    Twice.root = tmp_path_factory.mktemp("memory")
    # The examples share it: what one has left must not show in another.
    monkeypatch.setenv("GUIDELINE_KIT_CACHE", str(Twice.root / "cache"))
    case = Twice.TestCase()
    case.settings = settings(
        max_examples=settings().max_examples // 3,
        stateful_step_count=25,
        phases=(Phase.reuse, Phase.generate),  # to make an example small takes minutes
    )
    case.runTest()


# --- what a run depends on, told one by one -------------------------------------------------


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with a catalog beside it, where each file counts as settled at once."""
    monkeypatch.setenv("GUIDELINE_KIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(memory, "_SETTLED", -(10**18))
    folder = tmp_path / "project"
    folder.mkdir()
    catalog = tmp_path / "catalog"
    (catalog / "rules").mkdir(parents=True)
    (catalog / "catalog.yaml").write_text(MANIFEST.replace("NAME", "one"))
    for id, text in RULES.items():
        (catalog / "rules" / f"{id}.yaml").write_text(text)
    (folder / "guideline-kit.yaml").write_text("extends: ../catalog\n")
    monkeypatch.chdir(folder)
    yield folder
    for path in (tmp_path, *tmp_path.rglob("*")):  # so that pytest can remove it
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `lint` with arguments; return what it prints, as JSON, and its exit code."""

    def call(*arguments: str) -> Ran:
        with pytest.raises(SystemExit) as end:
            main(["lint", "--format", "json", *arguments])
        out, err = capsys.readouterr()
        assert not err
        found = json.loads(out)
        known = [item["cached"] for item in found["files"]]
        return Ran(end.value.code, out.replace('"cached": true', '"cached": false'), known)

    return call


def shards(here: Path) -> list[Path]:
    """Return the files of the cache that know of a prompt; others know what is none."""
    return [path for path in sorted((here.parent / "cache").glob("findings-*")) if _knows(path)]


def _knows(path: Path) -> bool:
    try:
        return any(record[4] for record in written(path)["files"].values())
    except (OSError, ValueError, LookupError, TypeError):
        return True  # somebody has changed it


def written(path: Path) -> Any:
    """Return what an entry of the cache holds, below its checksum."""
    return json.loads(path.read_bytes().partition(b"\n")[2])


def test_what_was_found_is_remembered_and_a_run_can_do_without(here: Path, run: Run) -> None:
    (here / "AGENTS.md").write_bytes(TEXTS[1])
    first, second, without = run(), run(), run("--no-cache")
    assert (first.known, second.known, without.known) == ([False], [True], [False])
    assert first.text == second.text == without.text
    assert "'several'" in first.text


def test_a_locked_rule_is_left_out_by_a_flag_alone(here: Path, run: Run) -> None:
    (here / "AGENTS.md").write_bytes(TEXTS[1])
    assert '"locked"' not in run("--select", "several").text
    with (here / "guideline-kit.yaml").open("a") as file:
        file.write("select: [several]\n")
    assert '"locked"' in run().text


@pytest.mark.parametrize("text", [TEXTS[5], TEXTS[6], TEXTS[7], TEXTS[14], TEXTS[15]])
@pytest.mark.parametrize("days", [1, 2, 3, 40])
def test_what_may_depend_on_the_day_is_known_for_a_day(
    here: Path, run: Run, monkeypatch: pytest.MonkeyPatch, text: bytes, days: int
) -> None:
    name = "prompts/a-prompt.yaml" if text.startswith(b"id:") else "AGENTS.md"
    (here / "prompts").mkdir()
    (here / name).write_bytes(text)
    for day in (TODAY, TODAY + datetime.timedelta(days)):
        today = mock.Mock(wraps=datetime.date, today=lambda day=day: day)
        monkeypatch.setattr("guideline_kit.project.opening.datetime", mock.Mock(date=today))
        assert run().text == run("--no-cache").text
        assert run().known == [True]


def test_a_file_that_changed_a_moment_ago_is_read_again(
    here: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "AGENTS.md").write_bytes(TEXTS[1])
    run()
    opened = mock.Mock(wraps=looking.open_prompt)
    monkeypatch.setattr(memory, "open_prompt", opened)
    assert run().known == [True]
    assert not opened.called
    monkeypatch.setattr(memory, "_SETTLED", 3600 * 10**9)
    (here / "AGENTS.md").write_bytes(TEXTS[1])
    assert run().known == run().known == [True]
    assert opened.call_count == 2


def test_lines_with_secrets_are_not_written_down(here: Path, run: Run) -> None:
    for number, text in enumerate(TEXTS[10:13]):
        (here / f"{number}.md").write_bytes(text)
    names = ["0.md", "1.md", "2.md"]
    assert "several" in run(*names).text
    assert run("--select", "several", *names).known == [False, False, False]
    with pytest.raises(SystemExit), contextlib.redirect_stdout(io.StringIO()) as out:
        main(["lint", "--select", "several", *names])
    assert "no-such" in out.getvalue()
    assert SECRET not in out.getvalue()
    for path in (here.parent / "cache").iterdir():
        assert SECRET.encode() not in path.read_bytes()


def test_the_same_text_in_a_file_of_another_kind_is_another_matter(here: Path, run: Run) -> None:
    (here / ".windsurf" / "rules").mkdir(parents=True)
    names = [".windsurfrules", ".windsurf/rules/one.md"]
    for name in names:
        (here / name).write_bytes(TEXTS[9])
    alone = [len(json.loads(run("--no-cache", name).text)["diagnostics"]) for name in names]
    assert alone[0] != alone[1]
    assert len(json.loads(run("--no-cache", *names).text)["diagnostics"]) == sum(alone)


def test_a_library_of_another_version_is_another_edition(tmp_path: Path) -> None:
    def editions() -> tuple[str, str]:
        cache.edition.cache_clear()
        return cache.edition(), cache.edition()

    library = tmp_path / "re2.py"
    library.write_text("")
    before = editions()
    try:
        with mock.patch.object(sys, "path", [str(tmp_path), *sys.path]):
            other = editions()
            library.write_text("# Newer.\n")
            newer = editions()
    finally:
        cache.edition.cache_clear()
    assert len({before, other, newer}) == 3


# --- a cache that others have written to -----------------------------------------------------


@pytest.fixture
def known(here: Path, run: Run) -> Ran:
    """What a run prints that remembers one file with findings of all sorts."""
    (here / "AGENTS.md").write_bytes(b"---\nowner: us\n---\n\n" + TEXTS[4] + b"\nName risks.\n")
    run()
    assert run().known == [True]
    assert "fix" in run().text
    return run()


def test_a_record_with_a_part_cut_off_or_changed_is_no_record(
    here: Path, run: Run, known: Ran
) -> None:
    (path,) = shards(here)
    whole = path.read_bytes()
    for at in range(0, len(whole), 5):
        for data in (whole[:at], whole[:at] + b"\xff" + whole[at + 1 :]):
            path.write_bytes(data)
            ran = run()
            assert (ran.code, ran.text) == (known.code, known.text), data


STRANGE = [None, -1, 0, 1, 10**9, 10**400, 1.5, True, "", "x", "\ud800", [], ["x"] * 9, {}, [[]]]


def _changed(value: object) -> Iterator[object]:
    """Yield a value with each of its parts in turn in the shape of something else."""
    for strange in STRANGE:
        if strange != value or type(strange) is not type(value):
            yield strange
    if isinstance(value, (list, dict)):
        keys = list(value) if isinstance(value, dict) else range(len(value))
        for key in keys:
            for changed in _changed(value[key]):  # type: ignore[call-overload, index]
                copy = value.copy()
                copy[key] = changed  # type: ignore[call-overload, index]
                yield copy


def test_a_record_of_any_other_shape_breaks_nothing(here: Path, known: Ran) -> None:
    (path,) = shards(here)
    kept = written(path)
    project = open_project(here)
    believed = 0
    for value in _changed(kept):
        with mock.patch.object(cache, "load", _loading(value)), mock.patch.object(cache, "store"):
            report, _ = lint_paths(project, [here], ONE)
        as_text.render(report).encode()
        as_json.render(report).encode()
        believed += report.files[0].cached
    assert believed, "a number may be another number"


@pytest.mark.parametrize("kind", ["rules", "adjusted"])
def test_an_entry_that_is_damaged_counts_as_not_there(
    here: Path, run: Run, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setattr(rules, "_SETTLED", 0)
    (here / "guideline-kit.yaml").write_text(f"extends: ../catalog\n{CONFIGURATIONS[7]}")
    (here / "AGENTS.md").write_bytes(TEXTS[2])
    whole = run("--no-cache")
    assert run().text == whole.text
    (path,) = (here.parent / "cache").glob(f"{kind}-*")
    data = path.read_bytes()
    for spoiled in (
        data.replace(b'"id":"several",', b"", 1),
        data[:9] + json.dumps({**written(path), "rules": []}).encode(),
        data[:9] + b"{}",
        data.replace(b"warning", b"warninh", 1),
        data[9:],
        data[:-1],
        data[:4],
        b"00000000\n",
    ):
        assert spoiled != data
        path.write_bytes(spoiled)
        for shard in shards(here):
            shard.unlink()
        ran = run()
        assert (ran.code, ran.text) == (whole.code, whole.text), spoiled
        assert path.read_bytes() == data, "it is written anew"


@pytest.mark.parametrize("kind", ["rules", "adjusted"])
def test_rules_of_any_other_shape_break_nothing(here: Path, kind: str) -> None:
    (here / "guideline-kit.yaml").write_text(f"extends: ../catalog\n{CONFIGURATIONS[7]}")
    (here / "AGENTS.md").write_bytes(TEXTS[2])
    lint_paths(open_project(here), [here], ONE)
    (path,) = (here.parent / "cache").glob(f"{kind}-*")
    kept = written(path)
    load = cache.load
    rule = (
        kept if kind == "adjusted" else next(one for one in kept["rules"] if one["id"] == "several")
    )
    for changed in _changed(rule):
        if not is_compiled(changed):
            continue  # it is not there: the test above says what that means
        others = [] if kind == "adjusted" else [one for one in kept["rules"] if one is not rule]
        value = changed if kind == "adjusted" else {**kept, "rules": [*others, changed]}
        loading = mock.Mock(
            side_effect=lambda asked, name, value=value: (
                value if asked == kind else None if asked == "findings" else load(asked, name)
            )
        )
        with (
            mock.patch.object(cache, "load", loading),
            mock.patch.object(cache, "store"),
            mock.patch.object(cache, "store_part"),
        ):
            try:
                report, _ = lint_paths(open_project(here), [here], ONE)
            except CannotError:
                continue  # a configuration may not fit other rules
        as_text.render(report).encode()


def _loading(value: object) -> object:
    load = cache.load
    return lambda kind, name: value if kind == "findings" else load(kind, name)


def test_what_a_record_says_cannot_move_the_cursor(here: Path, known: Ran) -> None:
    (path,) = shards(here)
    kept = written(path)
    (record,) = kept["files"].values()
    for item in record[5][3]:
        item[0] = item[2] = item[3] = item[4] = "\x1b[2J\x9b1A\u202e"
    path.write_bytes(cache.entry(kept))
    with pytest.raises(SystemExit), contextlib.redirect_stdout(io.StringIO()) as out:
        main(["lint"])
    assert "<U+001B>[2J" in out.getvalue()
    assert not {"\x1b", "\x9b", "\u202e"} & set(out.getvalue())


def _a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _a_link(path: Path) -> None:
    path.rename(path.with_name("mine.txt"))
    path.symlink_to("mine.txt")


def _a_link_to_itself(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


def _locked_folder(path: Path) -> None:
    path.parent.chmod(0o500)


def _no_folder(path: Path) -> None:
    shutil.rmtree(path.parent)


def _a_file(path: Path) -> None:
    shutil.rmtree(path.parent)
    path.parent.write_text("Not yours.\n")


@pytest.mark.parametrize(
    "spoil",
    [_a_folder, _a_pipe, _a_link, _a_link_to_itself, _locked_folder, _no_folder, _a_file],
)
def test_whatever_stands_in_the_place_of_a_record(
    here: Path, run: Run, known: Ran, spoil: Callable[[Path], None]
) -> None:
    (path,) = shards(here)
    spoil(path)
    mine = path.with_name("mine.txt")
    before = mine.read_bytes() if mine.exists() else b""
    ran = run()
    assert (ran.code, ran.text) == (known.code, known.text)
    (here / "AGENTS.md").write_bytes(TEXTS[1])
    assert run().text == run("--no-cache").text
    assert not mine.exists() or mine.read_bytes() == before, "a link was written through"
    if path.parent.is_dir():
        assert not list(path.parent.glob(".*")), "a temporary file was left"


def test_a_full_disk(here: Path, run: Run, known: Ran, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    (here / "AGENTS.md").write_bytes(TEXTS[1])
    monkeypatch.setattr("guideline_kit.workspace.cache.os.replace", full)
    assert run().text == run("--no-cache").text
    assert not list((here.parent / "cache").glob(".*"))


def test_no_record_says_of_which_format_a_file_is(here: Path, run: Run, known: Ran) -> None:
    (path,) = shards(here)
    text = path.read_text()
    assert text.count('"agents-md"') == 2
    text = text[::-1].replace('"agents-md"'[::-1], '"no-such"'[::-1], 1)[::-1]
    path.write_bytes(cache.entry(json.loads(text.partition("\n")[2])))
    assert run().text == known.text


# --- room, and company -----------------------------------------------------------------------


def test_the_folder_does_not_grow_for_ever(
    here: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = here.parent / "cache"
    monkeypatch.setattr(cache, "_TOTAL", 50_000)
    (here / "AGENTS.md").write_bytes(TEXTS[1])
    run()
    (folder / "findings-mine.json").write_text("A file of somebody's.\n")
    for name, age in ((".findings-0123456789abcdef", 7_200), ("findings-00000000-00.json", 4e6)):
        (folder / name).write_text("{}")
        os.utime(folder / name, (time.time() - age,) * 2)
    monkeypatch.setattr(cache, "_PARTS", 5)
    with mock.patch.object(cache.prune, "__defaults__", (5,)):
        for number in range(12):
            (here / "guideline-kit.yaml").write_text(
                f"extends: ../catalog\nignore: {{several: reason}}\n"
                f"rules: {{old: {{parameters: {{max_age_days: {number}}}, reason: A test}}}}\n"
            )
            run()
    left = {path.name for path in folder.glob("*findings*")}
    assert "findings-mine.json" in left
    assert not left & {".findings-0123456789abcdef", "findings-00000000-00.json"}
    assert len(left) == 6


def test_what_is_used_goes_last(here: Path, run: Run, known: Ran) -> None:
    (path,) = shards(here)
    long_ago = time.time() - 20 * 86_400
    os.utime(path, (long_ago, long_ago))
    assert run().known == [True]
    assert time.time() - path.stat().st_mtime < 86_400


def test_many_runs_at_once(here: Path) -> None:
    names = []
    for number in range(120):
        (here / f"{number:03}.md").write_bytes(TEXTS[1] * (1 + number % 3) + b"\n" * 5_000)
        names.append(f"{number:03}.md")
    environment = {**os.environ, "PYTHONPATH": str(Path(cache.__file__).parents[2])}
    command = [sys.executable, "-m", "guideline_kit", "lint", "--fail-on", "never", "--jobs", "2"]
    without = subprocess.run(
        [*command, "--no-cache", *names], env=environment, capture_output=True, check=True
    )
    for start in (0, 30, 0):
        running = [
            subprocess.Popen(
                [*command, *names], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            for _ in range(3)
        ]
        for process in running:
            out, err = process.communicate(timeout=120)
            assert (out, err, process.returncode) == (without.stdout, b"", 0)
        for name in names[start : start + 20]:
            (here / name).write_bytes((here / name).read_bytes())
    assert not list((here.parent / "cache").glob(".*"))
