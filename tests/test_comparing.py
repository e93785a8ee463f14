"""Two versions of a prompt: which they are, what changed, and a repository of a stranger."""

from __future__ import annotations

import itertools
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli.transcripts import git
from hypothesis import given
from hypothesis import strategies as st
from linting import TODAY

from guideline_kit.checks.matching import compiled, groups
from guideline_kit.checks.secrets.detectors import DETECTORS
from guideline_kit.checks.secrets.samples import sample
from guideline_kit.diagnostics import Diagnostic, Severity
from guideline_kit.errors import CannotError
from guideline_kit.project.comparing import WORKING_TREE, _held_against, compare_versions
from guideline_kit.project.opening import open_project
from guideline_kit.report.hiding import Hiding
from guideline_kit.report.text import printable
from guideline_kit.report.versions import Comparison, render, render_json
from guideline_kit.text import Source, Span
from guideline_kit.workspace import git as gits
from guideline_kit.workspace.git import History, dated, history, names, texts

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

Commit = Callable[..., None]


@pytest.fixture
def commit(here: Path) -> Commit:
    """Commits a file with a text."""
    git(here, "init", "--quiet")

    def write(name: str, text: str) -> None:
        path = here / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        git(here, "--literal-pathspecs", "add", "--", name)
        git(here, "commit", "--quiet", "--allow-empty", "-m", "A version")

    return write


def prompt(content: str = "Name 3 risks.", **fields: Any) -> str:
    """Return the text of a catalog prompt. JSON is YAML, too."""
    data = {
        "id": "reply",
        "version": "1.0.0",
        **fields,
        "template": {"engine": "none", "messages": [{"role": "user", "content": content}]},
    }
    return f"id: reply\ntemplate:\n  {json.dumps(data.pop('template'))}\n" + "".join(
        f"{key}: {json.dumps(value)}\n" for key, value in data.items() if key != "id"
    )


def compared(name: str, *versions: str) -> Comparison:
    return compare_versions(open_project(Path.cwd(), today=TODAY), name, versions)


def refused(name: str, *versions: str) -> str:
    with pytest.raises(CannotError) as caught:
        compared(name, *versions)
    said = f"{caught.value.message}. {caught.value.hint}"
    assert printable(said) == said
    return said


def rules(found: Any) -> list[str]:
    return [item.rule for item in found]


# --- which versions ------------------------------------------------------------------------


def test_without_versions_the_last_commit_is_held_against_the_file(
    here: Path, commit: Commit
) -> None:
    commit("AGENTS.md", "Name 3 risks.\n")
    (here / "AGENTS.md").write_text("Name 4 risks.\n", "utf-8")
    result = compared("AGENTS.md")
    assert (result.before.name, result.after.name) == ("HEAD", WORKING_TREE)
    assert "Name [-3-]{+4+} risks." in render(result)


def test_a_number_is_the_newest_commit_that_had_it(here: Path, commit: Commit) -> None:
    commit("prompts/reply.yaml", prompt("One."))
    commit("prompts/reply.yaml", prompt("Two."))
    commit("prompts/reply.yaml", prompt("Three.", version="1.1.0"))
    commit("other.md", "x")
    result = compared("prompts/reply.yaml", "1.0.0", "1.1.0")
    assert "[-Two-]{+Three+}." in render(result)
    assert result.before.commit == git(here, "rev-parse", "HEAD~2").strip()
    assert "Nothing changed." in render(compared("prompts/reply.yaml", "1.1.0"))


def test_a_number_of_the_file_goes_before_a_tag(here: Path, commit: Commit) -> None:
    commit("prompts/reply.yaml", prompt("One."))
    commit("prompts/reply.yaml", prompt("Two.", version="2.0.0"))
    git(here, "tag", "1.0.0")
    git(here, "tag", "3.0.0")
    assert "[-One-]" in render(compared("prompts/reply.yaml", "1.0.0"))
    assert compared("prompts/reply.yaml", "3.0.0").alike


@pytest.mark.parametrize("number", ["2.0.0", 2])
def test_of_two_numbers_one_can_be_that_of_the_file_as_it_is(
    here: Path, commit: Commit, number: str | int
) -> None:
    commit("prompts/reply.yaml", prompt("One."))
    if number == "2.0.0":
        git(here, "tag", number)
    (here / "prompts/reply.yaml").write_text(prompt("Two.", version=number), "utf-8")
    result = compared("prompts/reply.yaml", "1.0.0", str(number))
    assert (result.before.name, result.after.name) == ("1.0.0", WORKING_TREE)
    assert "[-One-]{+Two+}." in render(result)
    result = compared("prompts/reply.yaml", str(number), "1.0.0")
    assert (result.before.name, result.after.name) == (WORKING_TREE, "1.0.0")
    assert "no version '3.0.0'" in refused("prompts/reply.yaml", "1.0.0", "3.0.0")


def test_a_committed_number_goes_before_that_of_the_file_as_it_is(
    here: Path, commit: Commit
) -> None:
    commit("prompts/reply.yaml", prompt("One."))
    commit("prompts/reply.yaml", prompt("Two.", version="2.0.0"))
    (here / "prompts/reply.yaml").write_text(prompt("Three.", version="2.0.0"), "utf-8")
    assert "[-One-]{+Two+}." in render(compared("prompts/reply.yaml", "1.0.0", "2.0.0"))
    (here / "prompts/reply.yaml").unlink()
    assert "[-One-]{+Two+}." in render(compared("prompts/reply.yaml", "1.0.0", "2.0.0"))


@pytest.mark.parametrize("revision", ["HEAD~1", "first", "old", "main~1", "HEAD^", "@~1"])
def test_any_revision_will_do(here: Path, commit: Commit, revision: str) -> None:
    commit("AGENTS.md", "One.\n")
    git(here, "tag", "first")
    git(here, "branch", "old")
    commit("AGENTS.md", "Two.\n")
    git(here, "branch", "-M", "main")
    assert "[-One-]{+Two+}." in render(compared("AGENTS.md", revision))


def test_a_skill_has_its_number_in_its_front_matter(here: Path, commit: Commit) -> None:
    text = "---\nname: a\nmetadata:\n  version: '{}'\n---\n{}\n"
    commit("SKILL.md", text.format("1.0", "One."))
    commit("SKILL.md", text.format("1.1", "Two."))
    assert "[-One-]" in render(compared("SKILL.md", "1.0"))


def test_a_file_that_was_deleted_has_versions(here: Path, commit: Commit) -> None:
    commit("AGENTS.md", "One.\n")
    commit("AGENTS.md", "Two.\n")
    git(here, "rm", "--quiet", "AGENTS.md")
    git(here, "commit", "--quiet", "-m", "Gone")
    assert "[-One-]" in render(compared("AGENTS.md", "HEAD~2", "HEAD~1"))
    assert "name two versions" in refused("AGENTS.md")
    assert len(history(here / "AGENTS.md").commits) == 2


def test_a_link_is_the_file_that_it_leads_to(here: Path, commit: Commit) -> None:
    commit("docs/AGENTS.md", "One.\n")
    commit("docs/AGENTS.md", "Two.\n")
    (here / "CLAUDE.md").symlink_to("docs/AGENTS.md")
    assert "[-One-]" in render(compared("CLAUDE.md", "HEAD~1"))


def test_a_name_with_signs_is_a_name(here: Path, commit: Commit) -> None:
    for name in ("*.md", ":(glob)x.md", "é b.md", "-x.md", "HEAD.md"):
        commit(name, prompt("One.").replace("id", f"id{len(name)}"))
        assert len(history(here / name).commits) == 1, name
        assert compared(f"./{name}").alike


def test_by_id_a_broken_entry_is_found(here: Path, commit: Commit) -> None:
    (here / "catalog").mkdir()
    (here / "catalog/catalog.yaml").write_text("name: own\ntitle: Own\nteams: []\n", "utf-8")
    (here / "guideline-kit.yaml").write_text("extends: catalog\n", "utf-8")
    commit("catalog/prompts/reply.yaml", prompt("One."))
    (here / "catalog/prompts/reply.yaml").write_text(prompt("Two."), "utf-8")
    assert "[-One-]{+Two+}." in render(compared("reply"))


# --- what can't be done --------------------------------------------------------------------


def test_what_there_is_instead_is_said(here: Path, commit: Commit) -> None:
    commit("prompts/reply.yaml", prompt())
    commit("prompts/reply.yaml", prompt(version="1.1.0"))
    git(here, "tag", "released")
    assert "Did you mean 'released'?" in refused("prompts/reply.yaml", "release")
    assert "versions 1.1.0, 1.0.0" in refused("prompts/reply.yaml", "nonsense-xyz")
    for hostile in ("--help", "-1", ":/x", "HEAD:prompts/reply.yaml", "\x1b[2J", "a..b", ""):
        assert "has no version" in refused("prompts/reply.yaml", hostile)


def test_a_shallow_history_is_said(here: Path, commit: Commit, tmp_path: Path) -> None:
    commit("prompts/reply.yaml", prompt())
    commit("prompts/reply.yaml", prompt("Two.", version="1.1.0"))
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{here}", "shallow")
    os.chdir(tmp_path / "shallow")
    said = refused("prompts/reply.yaml", "1.0.0")
    assert "Not all of the history is here" in said
    assert not history(Path("prompts/reply.yaml")).whole


def test_without_git_there_are_no_versions(
    here: Path, commit: Commit, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit("AGENTS.md", "One.\n")
    monkeypatch.setenv("PATH", "")
    assert "git is not installed" in refused("AGENTS.md")
    assert history(here / "AGENTS.md") == History([])
    assert names(here / "AGENTS.md") == []


def test_a_slow_git_is_not_waited_for(
    here: Path, commit: Commit, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit("AGENTS.md", "One.\n")
    monkeypatch.setattr(gits, "TIMEOUT", 0.00001)
    assert "git took longer" in refused("AGENTS.md")
    assert history(here / "AGENTS.md") == History((), whole=False)
    assert dated(here / "AGENTS.md", "HEAD") is None


def test_a_version_that_can_not_be_read(here: Path, commit: Commit) -> None:
    commit("AGENTS.md", "One.\n")
    (here / "AGENTS.md").write_bytes(b"\xff")
    git(here, "commit", "--quiet", "-a", "-m", "No text")
    assert "not UTF-8" in refused("AGENTS.md", "HEAD", "HEAD~1")
    assert len(list(texts(here / "AGENTS.md", history(here / "AGENTS.md").commits))) == 1
    with pytest.raises(CannotError, match="can't be read"):
        compared("AGENTS.md")


def test_a_repository_of_a_stranger_starts_no_program(here: Path, commit: Commit) -> None:
    commit("prompts/reply.yaml", prompt("One."))
    commit("prompts/reply.yaml", prompt("Two.", version="1.1.0"))
    commit(".gitattributes", "*.yaml diff=trap filter=trap merge=trap\n")
    trap = here / "trap"
    trap.write_text(f"#!/bin/sh\ntouch '{here}/sprung'\ncat\n", "utf-8")
    trap.chmod(0o755)
    for setting in (
        "core.fsmonitor",
        "core.pager",
        "pager.rev-list",
        "core.sshCommand",
        "diff.external",
        "diff.trap.textconv",
        "diff.trap.command",
        "filter.trap.smudge",
        "gpg.program",
        "alias.rev-list",
        "alias.for-each-ref",
        "core.alternateRefsCommand",
    ):
        git(here, "config", setting, f"!{trap}" if setting.startswith("alias") else str(trap))
    git(here, "config", "log.showSignature", "true")
    git(here, "config", "remote.origin.url", f"ext::{trap}")
    git(here, "config", "remote.origin.promisor", "true")
    git(here, "config", "extensions.partialClone", "origin")
    assert "[-One-]" in render(compared("prompts/reply.yaml", "1.0.0", "1.1.0"))
    blob = git(here, "rev-parse", "HEAD~2:prompts/reply.yaml").strip()
    (here / ".git/objects" / blob[:2] / blob[2:]).unlink()
    assert "has no version" in refused("prompts/reply.yaml", "1.0.0")
    assert names(here / "prompts/reply.yaml")
    assert not (here / "sprung").exists(), "a program of the repository's configuration ran"
    git(here, "status")
    assert (here / "sprung").exists(), "the trap of this test is not set"


def test_the_history_that_is_walked_has_a_bound(
    here: Path, commit: Commit, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        commit("AGENTS.md", f"{number}\n")
    monkeypatch.setattr(gits, "_COMMITS", 3)
    found = history(here / "AGENTS.md")
    assert (len(found.commits), found.whole) == (3, False)
    monkeypatch.setattr(gits, "LARGEST", 4)
    assert [text for _, text in texts(here / "AGENTS.md", found.commits)] == ["3\n", "2\n"]


# --- findings ------------------------------------------------------------------------------


def finding(text: str, word: str, rule: str = "vague") -> Diagnostic:
    start = text.index(word)
    source = Source("a", text)
    span = Span(start, start + len(word))
    return Diagnostic(rule, Severity.WARNING, "", source, span)


def test_a_finding_that_moved_is_kept() -> None:
    before = finding("Name several risks of the plan.", "several")
    after = finding("New.\n\nMore.\n\n- Name several risks of the plan.", "several")
    assert _held_against([before], [after]) == ([], [], [after])
    other = finding("Name several risks of the plan.", "several", "another")
    assert _held_against([before], [other]) == ([other], [before], [])


def test_a_change_beside_a_finding_leaves_it_the_same() -> None:
    before = finding("Name several risks of the plan.", "several")
    for changed in ("Name several dangers of a plan.", "Please list several risks of the plan."):
        after = finding(changed, "several")
        assert _held_against([before], [after]) == ([], [], [after])


FINDINGS = st.lists(
    st.builds(
        finding,
        st.just("one two three four five six seven eight"),
        st.sampled_from(["one", "four", "eight"]),
        st.sampled_from(["a", "b"]),
    )
)


@given(FINDINGS, FINDINGS)
def test_every_finding_is_new_gone_or_kept(
    before: list[Diagnostic], after: list[Diagnostic]
) -> None:
    new, gone, kept = _held_against(before, after)
    assert len(new) + len(kept) == len(after)
    assert len(gone) + len(kept) == len(before)
    assert not {(item.rule, item.span) for item in new} & {(item.rule, item.span) for item in gone}
    assert [item for item in after if item in kept or item in new] == after
    assert _held_against(after, after)[:2] == ([], [])


def test_new_findings_have_code_frames_and_gone_ones_a_line(here: Path, commit: Commit) -> None:
    commit("AGENTS.md", "List several ideas for the title.\n\nBe brief.\n")
    (here / "AGENTS.md").write_text("Be brief.\n\nList a few ideas for the title.\n", "utf-8")
    result = compared("AGENTS.md")
    assert rules(result.new) == rules(result.gone) == ["vague-quantity"]
    text = render(result)
    assert " 3 | List a few ideas for the title.\n" in text
    assert "HEAD:AGENTS.md:1:6: [vague-quantity]" in text
    data = json.loads(render_json(result))
    assert [item["path"] for item in data["findings"]["gone"]] == ["HEAD:AGENTS.md"]


# --- what is printed -----------------------------------------------------------------------


def test_a_secret_is_not_shown_in_any_form(here: Path, commit: Commit) -> None:
    ends = ("B3dE6gH9jK2mN5pQ8sT1vW4xY7zC0fL3kR6a", "kR6aB3dE6gH9jK2mN5pQ8sT1vW4xY7zC0fL3")
    secrets = ["gh" + "p_" + end for end in ends]
    commit("prompts/reply.yaml", prompt(f"Use {secrets[0]} here.", summary=f"Not {secrets[0]}"))
    later = prompt(f"Use {secrets[1]} there.", summary=f"Not {secrets[1]}")
    (here / "prompts/reply.yaml").write_text(later, "utf-8")
    result = compared("prompts/reply.yaml")
    assert result.hiding.secrets, "the sample of this test is no secret to any rule"
    for text in (render(result), render_json(result)):
        assert f"{secrets[0][:4]}****" in text
        for secret in secrets:
            assert secret[:12] not in text


HIDDEN = ("github-token", "private-key", "generic-assignment", "iban")
FORMS: dict[str, Callable[[str], dict[str, Any]]] = {
    "a text that is cut": lambda text: {"description": f"{'x' * 19} {text} and then some"},
    "a long text": lambda text: {"description": f"{'so it goes ' * 9} {text} and then some"},
    "a list": lambda text: {"notes": [f"{'x' * 19} {text}", "another"]},
    "a list of mappings": lambda text: {"notes": [{"a": "x" * 19, "b": text}, {"a": 1}]},
    "a mapping": lambda text: {"metadata": {"deep": {"deeper": f"{'x' * 19} {text} so"}}},
    "a key": lambda text: {"metadata": {text: "so"}},
    "a key in a list": lambda text: {"notes": [[{text: {"a": "so"}}]]},
    "the name of a member": lambda text: {"notes": [{"id": text, "a": 1}]},
    "an input": lambda text: {"inputs": {text: {"type": text, "description": text}}},
}


def secret_in(detector: str, text: str) -> str:
    expression = compiled(DETECTORS[detector].pattern, ignore_case=False)
    found = expression.search(text.encode())
    assert found, f"the sample of {detector} is none"
    return str(found.group(groups(expression)["secret"]).decode())


def _escaped(text: str, value: str) -> str:
    written = json.dumps(value)[1:-1]
    assert written in text
    return text.replace(written, "".join(f"\\u{ord(sign):04x}" for sign in value))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("escaped", [False, True], ids=["plain", "escaped"])
def test_no_field_tells_a_secret(here: Path, commit: Commit, form: str, *, escaped: bool) -> None:
    # A key of YAML has a bound, which a private key in escapes is beyond.
    for detector in HIDDEN[::3] if escaped else HIDDEN:
        samples = [sample(detector, number) for number in range(2)]
        texts = [prompt(), *(prompt(**FORMS[form](text)) for text in samples)]
        if escaped:  # other letters in the file, the same value
            pairs = zip(texts[1:], samples, strict=True)
            texts[1:] = [_escaped(text, secret) for text, secret in pairs]
        secrets = [" ".join(secret_in(detector, text).split()) for text in samples]
        for before, after in itertools.pairwise(texts):
            commit("prompts/reply.yaml", before)
            (here / "prompts/reply.yaml").write_text(after, "utf-8")
            result = compared("prompts/reply.yaml")
            assert result.changes.fields
            for printed in (render(result), render_json(result)):
                folded = " ".join(printed.replace("\\n", " ").split())
                for secret in secrets:
                    for at in range(len(secret) - 7):
                        assert secret[at : at + 8] not in folded, (detector, printed)


def test_a_number_can_be_a_secret(here: Path, commit: Commit) -> None:
    card = sample("credit-card")
    commit("prompts/reply.yaml", prompt())
    (here / "prompts/reply.yaml").write_text(prompt(notes=[int(card)], account=int(card)), "utf-8")
    result = compared("prompts/reply.yaml")
    for printed in (render(result), render_json(result)):
        assert card[:6] not in printed


def test_that_only_a_secret_changed_is_said(here: Path, commit: Commit) -> None:
    commit("prompts/reply.yaml", prompt(summary=f"Not {sample('github-token', 0)}"))
    text = prompt(summary=f"Not {sample('github-token', 1)}")
    (here / "prompts/reply.yaml").write_text(text, "utf-8")
    assert "summary: a secret in it changed" in render(compared("prompts/reply.yaml"))


SHORT_TEXTS = st.text("ab \n", max_size=12)


@given(st.lists(SHORT_TEXTS.filter(bool), max_size=4), SHORT_TEXTS)
def test_of_secrets_that_overlap_nothing_is_left(secrets: list[str], text: str) -> None:
    hiding = Hiding(secrets)
    starred = hiding.stars(text)
    assert len(starred) == len(text)
    inside = {
        at
        for secret in secrets
        for start in range(len(text))
        if text.startswith(secret, start)
        for at in range(start, start + len(secret))
    }
    for at, sign in enumerate(text):
        assert starred[at] == ("*" if at in inside and not sign.isspace() else sign)
    assert (hiding.text(text) == text) == (not inside)


def test_control_characters_are_written_out(here: Path, commit: Commit) -> None:
    commit("AGENTS.md", "One.\n")
    (here / "AGENTS.md").write_text("One\x1b[2J.\u202e\r\n", "utf-8")
    text = render(compared("AGENTS.md"))
    assert "<U+001B>" in text
    for line in text.splitlines():
        assert printable(line) == line


def test_the_layout_of_a_file_is_no_change_of_the_prompt(here: Path, commit: Commit) -> None:
    commit("prompts/reply.yaml", prompt())
    (here / "prompts/reply.yaml").write_text(f"# A remark\n{prompt()}", "utf-8")
    result = compared("prompts/reply.yaml")
    assert not result.alike
    assert "Only the layout of the file changed" in render(result)


BROKEN = {
    "not YAML": "id: [",
    "a list": "- id: reply\n",
    "nothing": "",
    "odd fields": "id: reply\ntemplate: []\nversion: [1]\ninputs: 5\n",
    "odd messages": "id: reply\ntemplate: {messages: [1, {role: x}]}\nmetadata: x\n",
    "deep": "id: reply\ntemplate:\n  a: " + "[" * 3000,
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_version_is_compared_as_far_as_it_can_be_read(
    here: Path, commit: Commit, name: str
) -> None:
    commit("prompts/reply.yaml", prompt())
    commit("prompts/reply.yaml", BROKEN[name])
    (here / "prompts/reply.yaml").write_text(prompt("Two."), "utf-8")
    for versions in ((), ("HEAD", "HEAD~1"), ("1.0.0", "HEAD")):
        result = compared("prompts/reply.yaml", *versions)
        assert not result.alike
        assert render(result)
        json.loads(render_json(result))
