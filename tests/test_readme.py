"""What README.md and the contributor page show is what happens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from guideline_kit.cli import main

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "site/pages/contributing.md")


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / page).read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def run(*arguments: str) -> object:
    with pytest.raises(SystemExit) as end:
        main(list(arguments))
    return end.value.code


def test_the_first_findings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (shown,) = [
        text
        for text in blocks("README.md", "console")
        if text.startswith("$ cat ") and "\n$ guideline-kit lint " in text
    ]
    cat, lint = re.split(r"^\$ ", shown, flags=re.MULTILINE)[1:]
    named, content = cat.split("\n", 1)
    command, output = lint.split("\n", 1)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GUIDELINE_KIT_CACHE", str(tmp_path / "cache"))
    Path(named.removeprefix("cat ")).write_text(content, "utf-8")
    assert run(*command.split()[1:]) == 0
    assert capsys.readouterr().out == output, f"README.md shows something else for {command}"


@pytest.mark.parametrize("page", PAGES)
def test_the_rule_of_ones_own(
    page: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (rule,) = [text for text in blocks(page, "yaml") if re.search(r"^id: ", text, re.MULTILINE)]
    (id,) = re.findall(r"^id: (\S+)", rule, re.MULTILINE)
    monkeypatch.chdir(tmp_path)
    assert run("init", "our-guidelines") == 0
    monkeypatch.chdir(tmp_path / "our-guidelines")
    assert run("new", "rule", id, "--group", "house-style") == 0
    Path(f"catalog/rules/house-style/{id}.yaml").write_text(rule, "utf-8")
    assert run("validate") == 0, capsys.readouterr().out


def test_links_lead_somewhere() -> None:
    for page in (*ROOT.glob("*.md"), *(ROOT / "guideline_kit").glob("*.md")):
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}, which is gone"
