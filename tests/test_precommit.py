"""Setting a repository up: the configuration that is written, and the hook that is added."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guideline_kit import precommit, skeletons, yamlio
from guideline_kit.config import parse
from guideline_kit.project.authoring import is_hooked, set_up
from guideline_kit.text import Source

SIGNS = st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n")
NAMES = st.text(SIGNS, min_size=1, max_size=20)


@given(
    st.one_of(NAMES, st.sampled_from(["our rules #1", "a: b", "- a", "*a", "no", "1", "'", '"']))
)
def test_any_name_of_a_catalog_is_written_so_that_it_is_read_again(name: str) -> None:
    text = skeletons.configuration(f"./{name}")
    config = parse(Source("guideline-kit.yaml", text))
    assert config is not None
    assert config.extends == (f"./{name}",)
    assert config.fail_on == "warning"


# --- the hook ------------------------------------------------------------------------------

REMARKS = st.sampled_from(["", "  # a remark", "  # TODO add guideline-lint some day"])


@st.composite
def configurations(draw: st.DrawFn) -> str:
    """A configuration of pre-commit as people write them."""
    lines: list[str] = []

    def remark(depth: str) -> None:
        if draw(st.booleans()):
            lines.append(draw(st.sampled_from(["", f"{depth}# guideline-lint?", "# a remark"])))

    def line(text: str) -> None:
        lines.append(text + draw(REMARKS))

    remark("")
    if draw(st.booleans()):
        line(draw(st.sampled_from(["default_stages: [pre-commit]", "exclude: ^notes/", "---"])))
    kind = draw(st.sampled_from(["list", "list", "list", "list", "[]", "null", "nothing"]))
    if kind != "list":
        if kind != "nothing" or draw(st.booleans()):
            line(f"repos: {kind if kind != 'nothing' else ''}".rstrip())
    else:
        line("repos:")
        depth = " " * draw(st.sampled_from([0, 2, 4]))
        for number in range(draw(st.integers(1, 3))):
            remark(depth)
            line(f"{depth}- repo: https://example.com/{number}")
            line(f"{depth}  rev: v1.0")
            if draw(st.booleans()):
                line(f"{depth}  hooks: [{{id: h{number}}}]")
                continue
            line(f"{depth}  hooks:")
            inner = depth + " " * draw(st.sampled_from([2, 4]))
            for hook in range(draw(st.integers(1, 2))):
                remark(inner)
                line(f"{inner}- id: h{number}-{hook}")
                if draw(st.booleans()):
                    lines += [f"{inner}  entry: |", f"{inner}    sh -c", f"{inner}    true"]
    remark("")
    if draw(st.booleans()) and any(text and not text.startswith("#") for text in lines):
        line("fail_fast: true")
    remark("")
    end = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    return end.join(lines) + draw(st.sampled_from([end, "", end * 2]))


def data_of(text: str) -> dict[str, Any]:
    read = yamlio.read(Source("", text))
    assert not read.problems
    assert read.tree is not None
    return read.tree.data or {}


@given(configurations())
def test_the_hook_is_one_more_repository_and_every_line_stays(text: str) -> None:
    before = yamlio.read(Source("", text))
    after = precommit.with_hook(text)
    if before.problems or (before.tree and isinstance(before.tree.data, str)):
        return
    assert not precommit.is_hooked(text)
    if after is None:  # then somebody does it by hand: never where there is a list of lines
        # but for a text of several lines, which goes on where the file ends within a line.
        assert "- repo:" not in text or not text.endswith("\n")
        return
    assert precommit.is_hooked(after)
    old, new = data_of(text), data_of(after)
    added = new["repos"].pop()
    assert [hook["id"] for hook in added["hooks"]] == [precommit.HOOK_ID]
    assert new == {**old, "repos": old.get("repos") or []}
    rest = iter(after.splitlines())
    for line in text.splitlines():
        # An empty list makes room for one.
        wanted = [line, line.replace(" []", "").replace(" null", "")]
        assert any(other in wanted for other in rest), (line, after)
    assert ("\r\n" in after) == ("\r\n" in text)
    assert "\r\n" not in after or "\n" not in after.replace("\r\n", "")


REPOSITORY = "repos:\n- repo: local\n  hooks:\n  - "


@pytest.mark.parametrize(
    ("text", "hooked"),
    [
        (f"{REPOSITORY}id: guideline-lint\n", True),
        (f"{REPOSITORY}{{id: prompts, entry: guideline-kit lint}}\n", True),
        (f"{REPOSITORY}{{id: prompts, entry: sh -c 'guideline-kit  lint'}}\n", True),
        (f"{REPOSITORY}{{id: prompts, entry: guideline-kit, args: [lint, --]}}\n", True),
        (f"{REPOSITORY}{{id: prompts, entry: python -m guideline_kit lint}}\n", True),
        (f"# TODO add guideline-lint some day\n{REPOSITORY}id: other\n", False),
        (f"{REPOSITORY}{{id: other, name: guideline-lint}}\n", False),
        (f"{REPOSITORY}{{id: other, entry: guideline-kit validate}}\n", False),
        ("repos: [1, {hooks: 3}, {hooks: [1, {id: [], entry: {}, args: 5}]}]\n", False),
        ("- guideline-lint\n", False),
        ("repos: [", False),
        ("", False),
    ],
)
def test_a_hook_is_one_that_pre_commit_would_run(
    tmp_path: Path, text: str, *, hooked: bool
) -> None:
    assert not is_hooked(tmp_path)
    (tmp_path / precommit.FILE_NAME).write_text(text, "utf-8")
    assert is_hooked(tmp_path) == hooked


def test_a_mark_at_the_beginning_stays(tmp_path: Path) -> None:
    path = tmp_path / precommit.FILE_NAME
    text = f"# TODO add guideline-lint some day\n{REPOSITORY}id: other\n"
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    written = set_up(tmp_path, "guideline-kit")
    assert list(written.extended) == [path]
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf" + text.encode())
    assert data.count(b"\xef\xbb\xbf") == 1
    assert is_hooked(tmp_path)


def test_the_hook_of_a_part_is_found_by_what_it_runs() -> None:
    hook = precommit.hook_of_part("services/a b")
    assert precommit.has_entry(f"repos:\n{hook}", hook)
    assert not precommit.has_entry(f"repos:\n{precommit.hook_of_part('services/a')}", hook)
    remark = "".join(f"# {line}\n" for line in hook.splitlines())
    assert not precommit.has_entry(f"{remark}repos: []\n", hook)
