"""What `explain` says of the problems that are no rules."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from guideline_kit.cli.explain_ import command
from guideline_kit.problems import PROBLEMS
from guideline_kit.suppress.grammar import Instruction, parse


@pytest.mark.parametrize("id", sorted(PROBLEMS))
def test_a_problem_says_what_it_is_and_what_to_do_within_88_columns(id: str) -> None:
    ran = CliRunner().invoke(command, [id], standalone_mode=False)
    head, what, remedy = ran.stdout.rstrip("\n").split("\n\n")
    assert head.startswith(f"{id}: ")
    assert " ".join(what.split()) == PROBLEMS[id].what
    assert " ".join(remedy.split()) == PROBLEMS[id].remedy
    assert all(len(line) <= 88 for line in ran.stdout.split("\n"))


def test_the_comments_that_it_shows_are_understood_and_stand_on_one_line() -> None:
    remedy = PROBLEMS["suppression"].remedy
    shown = re.findall(r"'guideline: (.*?)'", remedy)
    read = [
        parse(text.replace("YYYY-MM-DD", "2026-12-31").replace("RULE", "filler"), ["filler"])
        for text in shown
    ]
    plain, locked = read
    assert isinstance(plain, Instruction)
    assert isinstance(locked, Instruction)
    assert plain.reason
    assert locked.reason
    assert (locked.owner, locked.until and locked.until.text) == ("OWNER", "2026-12-31")
    printed = CliRunner().invoke(command, ["suppression"], standalone_mode=False).stdout
    assert all(text in printed for text in shown)
