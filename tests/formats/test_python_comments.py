"""Comments in Python source that silence rules: what each of them covers."""

from __future__ import annotations

import pytest
from silencing import complaints, left, places

from guideline_kit.formats.python_source.remarks import remarks
from guideline_kit.text import Source

SAYS = "# guideline: ignore[amount] it does not matter"
FEW = "Summarize the letter in a few words."

SILENT = {
    "beside": f'PROMPT = "{FEW}"  {SAYS}\n',
    "above": f'{SAYS}\nPROMPT = "{FEW}"\n',
    "above, on Windows": f'{SAYS}\r\nPROMPT = "{FEW}"\r\n',
    "above, with more below it": f'{SAYS}\n\n# The summary.\nPROMPT = "{FEW}"\n',
    "above a statement of several lines": (
        f'{SAYS}\nPROMPT = (\n    "Summarize the letter "\n    "in a few words."\n)\n'
    ),
    "above a call": (
        f'{SAYS}\nchat(messages=[\n    {{"role": "user",\n     "content": "{FEW}"}},\n])\n'
    ),
    "above a statement that goes on": (
        f'{SAYS}\nPROMPT = "Summarize the letter" \\\n    " in few."\n'
    ),
    "above, in a function": f'def f():\n    {SAYS}\n    prompt = "{FEW}"\n',
    "within a call, above": (
        f'ask(messages=[\n    {SAYS}\n    {{"role": "user", "content": "{FEW}"}},\n])\n'
    ),
    "within a call, beside": (
        f'chat(messages=[\n    {{"role": "user", "content": "{FEW}"}},  {SAYS}\n])\n'
    ),
    "above a long string": f'{SAYS}\nPROMPT = """\nSummarize the letter.\nTake few words.\n"""\n',
    "behind a long string": f'PROMPT = """\nSummarize the letter.\nTake few words.\n"""  {SAYS}\n',
    "behind a long f-string": (
        f"PROMPT = f'''\nSummarize {{letter['a']}}.\nTake few words.\n'''.strip()  {SAYS}\n"
    ),
    "above a long string in a call": (
        f'run(\n    {SAYS}\n    prompt="""Summarize the letter.\n    Take few words.""",\n)\n'
    ),
    "beside one of several literals": (
        f'PROMPT = (\n    "Summarize the letter."\n    " Take few words."  {SAYS}\n)\n'
    ),
    "around": (
        f"{SAYS.replace('ignore', 'ignore-start')}\nPROMPT = '{FEW}'\n"
        f"{SAYS.replace('ignore', 'ignore-end')}\n"
    ),
    "the file": f"x = '#'\n{SAYS.replace('ignore', 'ignore-file')}\n\n\nPROMPT = '{FEW}'\n",
    "in the text itself": f'PROMPT = """{FEW} <!-- {SAYS[2:]} -->"""\n',
}


@pytest.mark.parametrize("case", SILENT)
def test_a_comment_silences(case: str) -> None:
    text = SILENT[case]
    neutral = text.replace("guideline:", "guideline;")
    assert [place.partition(":")[2] for place in places(left(neutral, "python"))] == ["few"]
    assert places(left(text, "python")) == []


LOUD = {
    "in a string": f'PROMPT = """{FEW}\n{SAYS}\n"""\n',
    "in a string, in its only line": f"PROMPT = \"{FEW} '{SAYS}'\"\n",
    "in a documentation": f'def f():\n    """\n    {SAYS}\n    """\n    prompt = "{FEW}"\n',
}


@pytest.mark.parametrize("case", LOUD)
def test_what_stands_in_a_string_is_no_comment(case: str) -> None:
    assert [item.rule for item in left(LOUD[case], "python")] == ["amount"]


def test_a_comment_covers_its_own_lines_only() -> None:
    text = (
        f'A_PROMPT = "{FEW}"\n{SAYS}\nB_PROMPT = "{FEW}"\nC_PROMPT = "{FEW}"\n'
        f'D_PROMPT = (\n    "{FEW}"  {SAYS}\n    "{FEW}"\n)\n'
    )
    assert places(left(text, "python")) == ["1:few", "4:few", "7:few"]


def test_a_comment_that_covers_nothing_is_told() -> None:
    [item] = left(f'PROMPT = "Summarize the letter for me, please."  {SAYS}\n', "python")
    assert "covers nothing" in item.message
    assert complaints([item]) == [item]
    assert item.position is not None
    assert item.position.line == 1


def test_comments_end_where_python_ends_them() -> None:
    text = (
        "x = 'a # b'  # one 'a\n"
        "y = if'a#' + rb'\\'#' + r'\\\\'  # two\r\n"
        'z = f"{d["#"]!r:{"#"}>4} # {x}"  # three\n'
        "'''\n# no'''# four\r(  # five\n)"
    )
    source = Source("a.py", text)
    said = [source.slice(remark.span) for remark in remarks(source)]
    assert said == ["# one 'a", "# two", "# three", "# four", "# five"]


def test_many_comments_take_no_longer_than_as_many_lines() -> None:
    text = "f(\n" + f"{SAYS}\n" * 20_000 + "\n" * 20_000 + "'Summarize a few.')\n"
    found = remarks(Source("a.py", text))
    assert len(found) == 20_000
    assert {remark.about.end for remark in found} == {len(text) - 1}
