"""What is remembered of files never shows in a report: it is the one that a first run gives.

Whatever happens to files, rules, configuration, the calendar, our code, or the cache folder.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from linting import TODAY, prompt

from guideline_kit.checks.secrets.samples import sample
from guideline_kit.cli import main
from guideline_kit.diagnostics import Diagnostic
from guideline_kit.project import looking, memory
from guideline_kit.project.linting import lint_paths
from guideline_kit.project.opening import Project, open_project
from guideline_kit.report import json as as_json
from guideline_kit.report import text as as_text
from guideline_kit.workspace import cache

SECRET = sample("credit-card")

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
    prompt("Name several risks.", title="A prompt", owner="writers").encode(),
    prompt("Name risks.", waivers=[{"rule": "locked", "reason": "It is."}]).encode(),
    prompt("Name risks.", waivers=[{"rule": "locked", "until": DAY, "owner": "us"}]).encode(),
    b"a: several\nb: risks\n",
    b"Caf\xe9 with several.\n",
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
        lint = looking.lint

        def other(*arguments: object) -> tuple[Diagnostic, ...]:
            return lint(*arguments)[self.code :]  # type: ignore[arg-type]

        with (
            mock.patch.object(looking, "lint", other),
            mock.patch.object(cache, "edition", lambda: f"edition {self.code}"),
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
            report, _ = lint_paths(project, files if self.named else [Path()], jobs=1)
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
