"""What the hand-written pages tell people to type is what the command line understands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from guideline_kit import resources
from guideline_kit.cli import root

PAGES = sorted((resources.site_dir() / "pages").glob("*.md"))
TEMPLATES = sorted((resources.site_dir() / "templates").glob("*.jinja"))


def commands(text: str) -> list[str]:
    """Every command line in a text; what a template fills in is an id."""
    text = re.sub(r"\{\{.*?\}\}", "some-id", text)
    return re.findall(r"(?:\$ |<code>|entry: )(guideline-kit [^\n<`]*)", text)


@pytest.mark.parametrize("path", [*PAGES, *TEMPLATES], ids=lambda path: path.name)
def test_commands_are_real(path: Path) -> None:
    for line in commands(path.read_text("utf-8")):
        _, *words = shlex.split(line)
        if words == ["--version"]:
            continue
        command = root.get_command(click.Context(root), words[0])
        assert command is not None, f"{path.name}: there is no command in {line!r}"
        known = {name for one in command.params for name in one.opts}
        for word in words[1:]:
            if word.startswith("-"):
                assert word in known, f"{path.name}: {word} of {line!r} is no option"


def test_the_pages_name_commands() -> None:
    assert sum(len(commands(path.read_text("utf-8"))) for path in PAGES) > 8
