"""Derived files are what their sources make of them."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
import yaml

from guideline_kit import formats, generated
from guideline_kit.cli import COMMANDS, main, root

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", generated.FILES)
def test_a_derived_file_is_up_to_date(name: str) -> None:
    assert name not in generated.stale(ROOT), f"{name} is out of date: run 'make generated'"


def test_writing_and_checking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "README.md").write_text(
        "# Mine\n<!-- begin commands -->\nold\n<!-- end commands -->\nThe end.\n", "utf-8"
    )
    monkeypatch.setattr(generated.resources, "data_folder", lambda: tmp_path)
    monkeypatch.setattr(sys, "argv", ["generated", "--check"])
    assert generated.main() == 1
    assert "README.md is out of date; write it with 'make generated'." in capsys.readouterr().err
    assert "old" in (tmp_path / "README.md").read_text("utf-8"), "--check has written"
    monkeypatch.setattr(sys, "argv", ["generated"])
    assert generated.main() == 0
    text = (tmp_path / "README.md").read_text("utf-8")
    assert text.startswith("# Mine\n<!-- begin commands -->\n\n| Command |")
    assert text.endswith("|\n\n<!-- end commands -->\nThe end.\n")
    monkeypatch.setattr(sys, "argv", ["generated", "--check"])
    assert generated.main() == 0


def test_the_readme_has_both_tables() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    rules = list((ROOT / "catalog" / "rules").rglob("*.yaml"))
    for path in rules:
        assert f"](catalog/{path.relative_to(ROOT / 'catalog').as_posix()})" in text
    for name in COMMANDS:
        assert f"| `guideline-kit {name}` |" in text


# --- the hooks' patterns -------------------------------------------------------------------

HOOKS = {item["id"]: item for item in yaml.safe_load(generated.hooks(""))}
PROMPTS = (
    *("SKILL.md", "skills/pdf/SKILL.md", "AGENTS.md", "sub/AGENTS.md", "AGENTS.override.md"),
    *("CLAUDE.md", "CLAUDE.local.md", ".claude/rules/style.md", ".claude/rules/deep/style.md"),
    *(".claude/commands/fix.md", ".claude/agents/reviewer.md", "plugins/git/commands/tidy.md"),
    *("plugins/git/agents/tidy.md", "GEMINI.md", ".github/copilot-instructions.md"),
    *(".github/instructions/a.instructions.md", ".github/prompts/a.prompt.md", "a.agent.md"),
    *(".github/agents/a.md", "a.chatmode.md", ".cursor/rules/a.mdc", ".cursorrules"),
    *(".windsurfrules", ".windsurf/rules/a.md", "patterns/tidy/system.md"),
    *("reply.mcp-prompt.json", "app/agents.py"),
    *("chat.prompty", "flows/chat.prompty", "prompts/joke.prompt", "_style.prompt"),
    *("flow/chat.jinja2", "prompts/system.j2", "prompts/mail.jinja", "templates/index.html.j2"),
    *("templates.yaml", "promptsource/templates/a/b/templates.yaml"),
    *(".cursor/commands/a.md", ".windsurf/workflows/a.md", ".clinerules", ".clinerules/a.md"),
    *(".roo/rules-code/a.txt", ".kiro/steering/a.md", ".goosehints", "sub/WARP.md"),
    *("README.md", "prompts/a.md", "prompts/a.txt", "src/system_prompt.txt"),
    "Prompt_Templates/b.TXT",
    *("prompts/a.yaml", "catalog/prompts/mail/a.yml", "prompts/a\nb.yaml"),
    *("a.prompt.yml", "any.yaml", "plugins/Writer/Poem/skprompt.txt", "Poem/config.json"),
    *("prompts/a.json", "chain.json", "few_shot/a.json"),
    *("promptfooconfig.json", "evals/smoke.json", "registry/modelgraded/fact.yaml"),
    *("langfuse_export.json", "mlflow/greeting.json"),
)
OTHERS = (
    *("chat.prompty.bak", "prompty", "prompt", "joke.prompts", "j2", "a.jinja2.txt", "a.j22"),
    *("AGENTS.md.txt", "agents.pyc", "prompts/a.rst", "requirements.txt", "promptly/a.txt"),
    *("x.cursorrules", "a.mdc.bak", "package.json", "my-config.json", "WARP.mdx", "any.yaml.txt"),
    "my-skprompt.txt",
)


@pytest.mark.parametrize("path", [*PROMPTS, *OTHERS])
def test_the_lint_hook_takes_what_a_format_claims(path: str) -> None:
    taken = re.search(HOOKS["guideline-lint"]["files"], path) is not None
    assert taken == bool(formats.possible(path)), f"the hook and the formats differ on {path}"
    assert taken == (path in PROMPTS)


def test_every_format_with_paths_is_among_the_examples() -> None:
    claimed = {format for path in PROMPTS for format in formats.possible(path)}
    assert claimed == {format.id for format in formats.FORMATS if format.paths or format.maybe}


@pytest.mark.parametrize(
    ("path", "taken"),
    [
        ("catalog/catalog.yaml", True),
        ("catalog/sources.yaml", True),
        ("catalog/rules/tone/shouting.yaml", True),
        ("guidelines/patterns/few-shot.yaml", True),
        ("prompts/reply.yaml", True),
        ("README.md", False),
        ("docs/catalog.yaml.md", False),
        (".windsurf/rules/style.md", False),
    ],
)
def test_the_validate_hook_takes_the_files_of_a_catalog(path: str, taken: bool) -> None:
    assert (re.search(HOOKS["guideline-validate"]["files"], path) is not None) == taken


def test_the_hooks_run_commands_and_options_that_there_are() -> None:
    for hook in HOOKS.values():
        program, name, *options = hook["entry"].split()
        assert program == "guideline-kit"
        command = root.get_command(None, name)  # type: ignore[arg-type]
        assert command is not None
        known = {option for param in command.params for option in param.opts}
        assert set(options) <= known


# --- help ----------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["--help", *(f"{name} --help" for name in COMMANDS)])
def test_help_is_the_same_at_every_terminal(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def printed(columns: str) -> str:
        monkeypatch.setenv("COLUMNS", columns)
        with pytest.raises(SystemExit) as end:
            main(command.split())
        assert not end.value.code
        return capsys.readouterr().out

    text = printed("40")
    assert text == printed("200")
    assert max(len(line) for line in text.splitlines()) <= 80
