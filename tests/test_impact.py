"""What a rule would report: numbers, samples, and what changed since its last version."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from cli.transcripts import git
from hypothesis import given
from hypothesis import strategies as st
from linting import TODAY, rule_data
from shipped import shipped_catalog

from guideline_kit import resources
from guideline_kit.diagnostics import Diagnostic, Severity
from guideline_kit.errors import CannotError
from guideline_kit.project.impact import Sampling, _compare, impact_of
from guideline_kit.project.opening import open_project
from guideline_kit.report.impact import Impact, Part, Versions, render, render_json
from guideline_kit.text import Source, Span
from guideline_kit.workspace import git as gits
from guideline_kit.workspace.git import RevisionError, committed

NEEDS_GIT = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
SOME = Sampling(10, 0)


def rule_text(*words: str, message: str = "'{match}' is vague", id: str = "vague") -> str:
    """Return a rule file that finds words. JSON is YAML, too."""
    check = {"kind": "terms", "words": list(words), "message": message}
    return json.dumps(rule_data(check, id=id), indent=2) + "\n"


def impact(rule: str, *paths: str, against: str = "HEAD", sampling: Sampling = SOME) -> Impact:
    result, missing = impact_of(
        open_project(Path.cwd(), today=TODAY),
        rule,
        [Path(path) for path in paths] or [Path()],
        against=against,
        sampling=sampling,
    )
    assert not missing
    return result


def found(impact: Impact) -> list[str]:
    return [item.source.slice(item.span) for item in impact.found.findings if item.span]


def state(impact: Impact) -> tuple[str, str]:
    return impact.versions.state, impact.versions.reason


# --- the numbers ---------------------------------------------------------------------------


def test_counts_files_findings_and_the_file_with_most(here: Path) -> None:
    (here / "rule.yaml").write_text(rule_text("several", "some"), "utf-8")
    (here / "AGENTS.md").write_text("Name several risks.\n\nName some. Name several.\n", "utf-8")
    (here / "CLAUDE.md").write_text("Name some risks.\n", "utf-8")
    (here / "GEMINI.md").write_text("Name 3 risks.\n", "utf-8")
    (here / "README.md").write_text("Several files.\n", "utf-8")
    result = impact("rule.yaml")
    assert (result.files, len(result.found.findings)) == (3, 4)
    assert result.by_file == [("AGENTS.md", 3), ("CLAUDE.md", 1)]
    text = render(result)
    assert "3 files checked, 4 findings in 2 files: 1,333 per 1,000 files." in text
    assert "3 of 4 findings are in one file, AGENTS.md." in text
    assert " 1 | Name several risks.\n   |      ^^^^^^^\n" in text


def test_a_file_that_is_named_is_read_whatever_it_is(here: Path) -> None:
    (here / "rule.yaml").write_text(rule_text("several"), "utf-8")
    (here / "notes.txt").write_text("Name several risks.\n", "utf-8")
    assert found(impact("rule.yaml", "notes.txt")) == ["several"]
    assert impact("rule.yaml").files == 0


def test_what_a_waiver_silences_is_counted_and_said(here: Path) -> None:
    (here / "rule.yaml").write_text(rule_text("several"), "utf-8")
    prompt = (
        "id: reply\ntemplate:\n  engine: none\n  messages:\n"
        "    - {role: user, content: Name several risks.}\n"
        "waivers:\n  - {rule: vague, reason: So it is, owner: writers}\n"
    )
    (here / "prompts").mkdir()
    (here / "prompts/reply.yaml").write_text(prompt, "utf-8")
    (here / "prompts/other.yaml").write_text(prompt.partition("waivers")[0], "utf-8")
    result = impact("rule.yaml")
    assert (len(result.found.findings), result.silenced) == (2, 1)
    assert "1 of them is silenced" in render(result)


def test_what_a_comment_silences_is_counted_and_said(here: Path) -> None:
    (here / "rule.yaml").write_text(rule_text("several"), "utf-8")
    (here / "AGENTS.md").write_text(
        "<!-- guideline: ignore[vague]: so it is -->\nName several risks.\n\nName several.\n",
        "utf-8",
    )
    result = impact("rule.yaml")
    assert (len(result.found.findings), result.silenced) == (2, 1)


def test_a_secret_is_not_shown(here: Path) -> None:
    token = "gh" + "p_" + "aB3dE6gH9jK2mN5pQ8sT1vW4xY7zC0fL3kR6"
    (here / "AGENTS.md").write_text(f"Sign in with {token} and go on.\n", "utf-8")
    result = impact("access-token")
    assert len(result.found.sample) == 1
    for text in (render(result), render_json(result)):
        assert token[:4] in text
        assert token[:10] not in text
        assert token[10:20] not in text


def test_a_file_that_cannot_be_read_costs_no_other_file_its_findings(here: Path) -> None:
    (here / "rule.yaml").write_text(rule_text("several"), "utf-8")
    (here / "AGENTS.md").write_bytes(b"Name several risks.\xff\n")
    assert "No file could be checked." in render(impact("rule.yaml"))
    (here / "CLAUDE.md").write_text("Name several risks.\n", "utf-8")
    result = impact("rule.yaml")
    assert (result.files, len(result.found.findings)) == (1, 1)
    assert [item.rule for item in result.problems] == ["unreadable-file"]
    assert "AGENTS.md:1:20: error[unreadable-file]" in render(result)


def test_a_rule_of_the_shipped_catalog_runs(here: Path) -> None:
    (here / "AGENTS.md").write_text("List several risks of the plan.\n", "utf-8")
    assert found(impact("vague-quantity")) == ["several"]


def test_many_files_are_shared_among_processes(here: Path) -> None:
    (here / "rule.yaml").write_text(rule_text("several"), "utf-8")
    for number in range(4):
        (here / f"{number}.prompt.md").write_text(
            "Name several risks.\n" + "Go.\n" * 50_000, "utf-8"
        )
    project = open_project(here, today=TODAY)
    one, two = (
        impact_of(project, "rule.yaml", [Path()], sampling=SOME, jobs=jobs)[0] for jobs in (1, 2)
    )
    assert one == two
    assert len(one.found.findings) == 4


def test_the_json_says_the_same(here: Path) -> None:
    (here / "rule.yaml").write_text(rule_text("several"), "utf-8")
    (here / "AGENTS.md").write_text("Name several risks, several times.\n", "utf-8")
    result = impact("rule.yaml", sampling=Sampling(1, 0))
    data = json.loads(render_json(result))
    assert (data["checked"], data["findings"], data["files_with_findings"]) == (1, 2, 1)
    assert data["per_1000_files"] == 2000
    assert data["most_in_one_file"] == {"path": "AGENTS.md", "findings": 2}
    assert len(data["sample"]) == 1
    assert data["against"]["state"] == "unknown"


def test_the_contributor_page_shows_what_is_printed() -> None:
    page = (Path(__file__).parents[1] / "site/pages/contributing.md").read_text("utf-8")
    (shown,) = re.findall(r"^\$ guideline-kit impact .*\n((?:.*\n)*?)```$", page, re.MULTILINE)
    files = [5, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1]
    findings = [
        Diagnostic("and-or", Severity.WARNING, "Found", Source(f"support/{number}", ""))
        for number, count in enumerate(files)
        for _ in range(count)
    ]
    about = {"id": "and-or", "title": "And/or", "severity": "warning"}
    result = Impact(
        {**about, "preset": "strict", "stage": "preview"},
        412,
        Part(findings, ()),
        0,
        Versions("HEAD", "same"),
        (),
        0,
    )
    assert render(result).startswith(shown.replace("support/SKILL.md", "support/0"))


# --- a rule that can't run -----------------------------------------------------------------


def test_a_broken_rule_is_refused_with_the_places_that_validate_names(here: Path) -> None:
    from guideline_kit.project.validation import validate_catalog

    (here / "rules").mkdir()
    (here / "catalog.yaml").write_text("name: mine\ntitle: Mine\nteams: []\n", "utf-8")
    broken = rule_text("several").replace('"severity"', '"severety"')
    for path, text in (
        ("rules/vague.yaml", broken),
        ("rules/open.yaml", "id: open\ntitle: a: b\n"),
    ):
        (here / path).write_text(text, "utf-8")
        project = open_project(here, catalog=here, today=TODAY)
        wanted = [
            item for item in validate_catalog(project).diagnostics if item.source.name == path
        ]
        assert wanted
        for name in (path, Path(path).stem):
            with pytest.raises(CannotError) as caught:
                impact_of(project, name, [Path()], sampling=SOME)
            assert list(caught.value.diagnostics) == wanted, name


def test_an_example_that_does_not_hold_keeps_no_rule_from_running(here: Path) -> None:
    text = rule_text("several").replace('"good": "Nothing."', '"good": "Several."')
    (here / "rule.yaml").write_text(text, "utf-8")
    (here / "AGENTS.md").write_text("Name several risks.\n", "utf-8")
    assert found(impact("rule.yaml")) == ["several"]


def test_a_rule_that_compares_entries_is_refused(here: Path) -> None:
    rule = next(
        entry.id for entry in shipped_catalog().rules if entry.data["check"]["kind"] == "similar"
    )
    with pytest.raises(CannotError, match="compares entries"):
        impact(rule)


@pytest.mark.parametrize("rule", ["vague-quantiti", "none.yaml", ".", "../x.yaml"])
def test_a_rule_that_is_not_there_is_named(here: Path, rule: str) -> None:
    with pytest.raises(CannotError):
        impact(rule)


# --- the sample ----------------------------------------------------------------------------


def diagnostics(spans: list[tuple[int, int]]) -> list[Diagnostic]:
    return [
        Diagnostic("vague", Severity.WARNING, "Found", Source("a", "x" * 99), Span(*sorted(span)))
        for span in spans
    ]


SPANS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=12)


@given(SPANS, st.integers(0, 15), st.integers())
def test_a_sample_is_a_part_of_the_findings_in_their_order(
    spans: list[tuple[int, int]], size: int, seed: int
) -> None:
    findings = [
        Diagnostic("vague", Severity.WARNING, str(number), Source("a", ""), Span(*sorted(span)))
        for number, span in enumerate(spans)
    ]
    part = Sampling(size, seed).draw(findings)
    assert len(part.sample) == min(size, len(findings))
    places = [int(item.message) for item in part.sample]
    assert places == sorted(set(places))
    assert Sampling(size, seed).draw(findings) == part
    larger = Sampling(size + 1, seed).draw(findings)
    assert set(part.sample) <= set(larger.sample), "a larger sample holds the smaller one"


def test_no_finding_is_likelier_than_another() -> None:
    findings = [
        Diagnostic("vague", Severity.WARNING, str(number), Source("a", "")) for number in range(10)
    ]
    times = dict.fromkeys(map(str, range(10)), 0)
    for seed in range(2000):
        for item in Sampling(3, seed).draw(findings).sample:
            times[item.message] += 1
    assert all(500 < number < 700 for number in times.values()), times


@given(SPANS, SPANS)
def test_every_finding_is_new_gone_or_the_same(
    now: list[tuple[int, int]], earlier: list[tuple[int, int]]
) -> None:
    compared = _compare(diagnostics(now), diagnostics(earlier), "HEAD", SOME)
    new, gone, kept = (
        sorted(item.span for item in part.findings if item.span)
        for part in (compared.appeared, compared.gone, compared.kept)
    )
    assert sorted(new + kept) == sorted(Span(*sorted(span)) for span in now)
    assert sorted(gone + kept) == sorted(Span(*sorted(span)) for span in earlier)
    assert not set(new) & set(gone), "what moved in and out of one place is the same"


# --- the earlier version -------------------------------------------------------------------


@pytest.fixture
def repository(here: Path) -> Callable[[str, str], None]:
    """A repository; the function commits a text as the file of a name."""
    git(here, "init", "--quiet")
    (here / "AGENTS.md").write_text("Name several risks, some reasons, many ways.\n", "utf-8")

    def commit(name: str, text: str) -> None:
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text(text, "utf-8")
        git(here, "add", name)
        git(here, "commit", "--quiet", "-m", "A change")

    return commit


@NEEDS_GIT
def test_findings_new_gone_and_the_same(here: Path, repository: Callable[[str, str], None]) -> None:
    repository("rules/vague.yaml", rule_text("several", "some"))
    assert state(impact("rules/vague.yaml")) == ("same", "")
    (here / "rules/vague.yaml").write_text(rule_text("several", "many", message="No."), "utf-8")
    result = impact("rules/vague.yaml")
    parts = result.versions
    assert parts.state == "changed"
    for part, word in ((parts.appeared, "many"), (parts.gone, "some"), (parts.kept, "several")):
        assert [item.source.slice(item.span) for item in part.findings if item.span] == [word]
        assert part.findings == part.sample
    assert parts.kept.findings[0].message == "No.", "what is shown is what it says now"
    assert "Compared with HEAD: 1 finding new, 1 gone, 1 the same." in render(result)


@NEEDS_GIT
def test_another_revision_and_one_that_is_not_there(
    here: Path, repository: Callable[[str, str], None]
) -> None:
    repository("vague.yaml", rule_text("several"))
    git(here, "tag", "first")
    repository("vague.yaml", rule_text("some"))
    assert state(impact("vague.yaml")) == ("same", "")
    assert state(impact("vague.yaml", against="first"))[0] == "changed"
    assert state(impact("vague.yaml", against="HEAD~1"))[0] == "changed"
    for revision in (
        "second",
        "--output=x",
        "-h",
        "HEAD:vague.yaml",
        ":/A change",
        "",
        "a b",
        "\0",
    ):
        with pytest.raises(CannotError, match="no revision"):
            impact("vague.yaml", against=revision)


@NEEDS_GIT
def test_a_new_rule_says_so(here: Path, repository: Callable[[str, str], None]) -> None:
    (here / "vague.yaml").write_text(rule_text("several"), "utf-8")
    assert state(impact("vague.yaml")) == ("unknown", "nothing has been committed yet")
    repository("other.txt", "Something.\n")
    assert state(impact("vague.yaml")) == ("new", "HEAD does not hold this file")
    assert "The rule is new: HEAD does not hold this file." in render(impact("vague.yaml"))


@NEEDS_GIT
def test_an_earlier_version_that_cannot_run_is_no_obstacle(
    here: Path, repository: Callable[[str, str], None]
) -> None:
    for text in ("title: a: b\n", "id: vague\n", rule_text("several").replace("terms", "no-kind")):
        repository("vague.yaml", text)
        (here / "vague.yaml").write_text(rule_text("several"), "utf-8")
        result = impact("vague.yaml")
        assert state(result)[0] == "unknown"
        assert "the rule has an error in HEAD" in state(result)[1]
        assert found(result) == ["several"]


@NEEDS_GIT
def test_a_rule_that_came_with_the_package_has_no_earlier_version(
    here: Path, repository: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    repository("other.txt", "Something.\n")
    installed = here / "venv/_data"
    installed.parent.mkdir()
    installed.symlink_to(resources.data_folder())
    monkeypatch.setattr(resources, "data_folder", lambda: installed)
    reason = "the rule comes with guideline-kit, without its earlier versions"
    assert state(impact("vague-quantity")) == ("unknown", reason)


@NEEDS_GIT
def test_a_rule_by_its_id_is_compared_too(
    here: Path, repository: Callable[[str, str], None]
) -> None:
    repository("guide/catalog.yaml", "name: mine\ntitle: Mine\nteams: []\n")
    repository("guide/rules/vague.yaml", rule_text("several"))
    (here / "guide/rules/vague.yaml").write_text(rule_text("some"), "utf-8")
    project = open_project(here, catalog=Path("guide"), today=TODAY)
    result, _ = impact_of(project, "vague", [Path("AGENTS.md")], sampling=SOME)
    assert result.versions.state == "changed"


# --- git -----------------------------------------------------------------------------------


def test_without_git_there_is_a_reason(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(here))
    (here / "vague.yaml").write_text(rule_text("several"), "utf-8")
    assert state(impact("vague.yaml")) == ("unknown", "git is not installed")


@NEEDS_GIT
def test_git_that_takes_too_long_is_given_up(
    here: Path, repository: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    repository("vague.yaml", rule_text("several"))
    slow = here / "bin/git"
    slow.parent.mkdir()
    slow.write_text("#!/bin/sh\nexec sleep 60\n", "utf-8")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{slow.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(gits, "TIMEOUT", 0.1)
    earlier = committed(here / "vague.yaml", "HEAD")
    assert (earlier.text, earlier.reason) == (None, "git took longer than 0.1 seconds")


@NEEDS_GIT
def test_a_program_of_the_folder_is_not_run(
    here: Path, repository: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    repository("vague.yaml", rule_text("several"))
    (here / "git").write_text("#!/bin/sh\ntouch ran\n", "utf-8")
    (here / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f".{os.pathsep}{os.environ['PATH']}")
    committed(here / "vague.yaml", "HEAD")
    assert not (here / "ran").exists()


@NEEDS_GIT
def test_a_repository_of_a_stranger_starts_no_program(
    here: Path, repository: Callable[[str, str], None]
) -> None:
    repository("vague.yaml", rule_text("several"))
    repository(".gitattributes", "*.yaml diff=trap filter=trap\n")
    trap = here / "trap"
    trap.write_text(f"#!/bin/sh\ntouch '{here}/sprung'\ncat\n", "utf-8")
    trap.chmod(0o755)
    for setting in (
        "core.fsmonitor",
        "core.pager",
        "pager.cat-file",
        "core.sshCommand",
        "core.editor",
        "diff.external",
        "diff.trap.textconv",
        "filter.trap.smudge",
        "alias.cat-file",
        "alias.rev-parse",
        "uploadpack.packObjectsHook",
    ):
        git(here, "config", setting, f"!{trap}" if setting.startswith("alias") else str(trap))
    git(here, "config", "remote.origin.url", f"ext::{trap}")
    git(here, "config", "remote.origin.promisor", "true")
    git(here, "config", "extensions.partialClone", "origin")
    assert committed(here / "vague.yaml", "HEAD").text == rule_text("several")
    # What is missing would be fetched.
    blob = git(here, "rev-parse", "HEAD:vague.yaml").strip()
    (here / ".git/objects" / blob[:2] / blob[2:]).unlink()
    earlier = committed(here / "vague.yaml", "HEAD")
    assert (earlier.text, earlier.new) == (None, False)
    assert not (here / "sprung").exists(), "a program of the repository's configuration ran"
    git(here, "status")
    assert (here / "sprung").exists(), "the trap of this test is not set"


@NEEDS_GIT
def test_the_folder_decides_which_repository_is_asked(
    here: Path, repository: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    repository("rules/vague.yaml", rule_text("several"))
    other = here / "other"
    other.mkdir()
    git(other, "init", "--quiet")
    # A hook of the other repository has these.
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git/index"))
    assert committed(Path("rules/vague.yaml"), "HEAD").text == rule_text("several")


@NEEDS_GIT
def test_what_a_revision_holds_that_is_no_text(
    here: Path, repository: Callable[[str, str], None]
) -> None:
    repository("vague.yaml", "x")
    (here / "vague.yaml").write_bytes(b"\xff")
    git(here, "commit", "--quiet", "--all", "-m", "No text")
    assert committed(here / "vague.yaml", "HEAD").reason == "the file is not UTF-8 in HEAD"
    repository("folder/file", "x")
    shutil.rmtree(here / "folder")
    (here / "folder").write_text("x", "utf-8")
    assert committed(here / "folder", "HEAD").text is None
    with pytest.raises(RevisionError):
        committed(here / "vague.yaml", "no-such")
