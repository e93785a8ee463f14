"""Texts made to be slow: each is checked by all rules, in a time that grows with its length."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from linting import TODAY

from guideline_kit import resources
from guideline_kit.diagnostics import Diagnostic
from guideline_kit.project.linting import lint_text
from guideline_kit.project.opening import Project, open_project

SIZE = 100_000
# Twice the text takes twice the time. Where something is looked up again for each finding, it
# takes four times as long.
LIMIT = 3
# Less than this is lost among what every run costs.
NOISE = 0.15
RUNS = 3

PROMPT = """\
id: long
title: Long
summary: Long
owner: writers
status: draft
version: 1.0.0
template:
  engine: {engine}
  messages:
    - role: user
      content: |
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """The shipped rules, all of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GUIDELINE_KIT_CACHE", str(tmp_path_factory.mktemp("cache")))
        found = open_project(Path.cwd(), catalog=resources.catalog_dir(), today=TODAY)
        config = found.config.override("this test", preset="strict", ignore=(), select=())
        yield Project(found.root, config, found.reader, found.today)


def many(piece: str, *, before: str = "", after: str = "") -> Callable[[int], str]:
    """Return what makes a text of about some length from one piece."""
    return lambda size: before + piece * (size // len(piece)) + after


def nested(left: str, right: str = "", *, gap: str = "") -> Callable[[int], str]:
    """Return what makes a text of left pieces, then as many right ones."""

    def make(size: int) -> str:
        count = size // (len(left) + len(right) + 2 * len(gap))
        return (left + gap) * count + (right + gap) * count

    return make


def numbered(piece: str, *, before: str = "", after: str = "") -> Callable[[int], str]:
    """Return what makes a text of pieces in which {n} is a number of their own."""

    def make(size: int) -> str:
        count = size // len(piece.format(n=10_000))
        return before + "".join(piece.format(n=number) for number in range(count)) + after

    return make


def tags(size: int) -> str:
    """Open tags of all names there can be, and close them in the same order: all are crossed."""
    count = size // 13
    names = [f"t{number:03}" for number in range(count)]
    return "".join(f"<{name}>" for name in names) + "".join(f"</{name}>" for name in names)


def stairs(piece: str, step: str = "  ") -> Callable[[int], str]:
    """Return what makes lines that are each indented further than the one before."""

    def make(size: int) -> str:
        count = int((size * 2 / len(step)) ** 0.5)
        return "".join(f"{step * depth}{piece}\n" for depth in range(count))

    return make


def in_prompt(make: Callable[[int], str], engine: str = "none") -> Callable[[int], str]:
    """Return what makes a catalog prompt with a text in it."""

    def whole(size: int) -> str:
        lines = make(size).split("\n")
        return PROMPT.format(engine=engine) + "".join(f"        {line}\n" for line in lines)

    return whole


def declared(size: int) -> str:
    """Return a catalog prompt with as many inputs as placeholders."""
    count = size // 70
    text = "".join(f"        Take {{{{ a{number} }}}} now.\n" for number in range(count))
    inputs = "".join(f"  b{number}: {{type: text, description: So}}\n" for number in range(count))
    return PROMPT.format(engine="jinja2") + text + "inputs:\n" + inputs


MARKDOWN = {
    "one long word": many("a"),
    "one long line": many("word "),
    "one long sentence on many lines": many("Write of a word\n"),
    "many sentences": many("Write one word. "),
    "many paragraphs": many("Write a few words.\n\n"),
    "tags on one line": many("<a>"),
    "tags one a line": many("<a>\n"),
    "tags closed on one line": many("</a>"),
    "tags opened and closed": nested("<a>", "</a>"),
    "tags opened and closed one a line": nested("<a>", "</a>", gap="\n"),
    "tags of many names": tags,
    "tags of many names one a line": numbered("<t{n}>\n</t{n}>\n"),
    "tags of many names that stay open": numbered("<t{n}>\n"),
    "tags with attributes": many("<a b='c' "),
    "sections of tags": many("<rules>\nWrite a few words.\n</rules>\n\n"),
    "quotes in quotes": many("> "),
    "quotes deeper each line": stairs("a", "> "),
    "braces": many("{"),
    "double braces": many("{{ "),
    "quotation marks": many('"'),
    "quotation marks and words": many('"a '),
    "apostrophes": many("'a "),
    "asterisks": many("*"),
    "asterisks and words": many("*a "),
    "asterisks and words that close": many("*a **a "),
    "underscores and words": many("_a "),
    "tildes": many("~"),
    "brackets": many("["),
    "brackets and words": many("[a"),
    "brackets that close": nested("[", "]"),
    "pictures": many("![a"),
    "links": many("[a](b) "),
    "links that do not close": many("[a]("),
    "links with angles": many("[a](<b"),
    "references": numbered("[a{n}] ", after="\n\n[a1]: b\n"),
    "definitions": numbered("[a{n}]: b\n"),
    "backticks": many("`"),
    "backticks and words": many("`a "),
    "backticks of growing number": lambda size: " a ".join(
        "`" * number for number in range(1, int((2 * size) ** 0.5))
    ),
    "angles": many("<"),
    "angles and words": many("<a "),
    "addresses": many("https://a.example/ "),
    "dollars": many("$"),
    "dollars and braces": many("${"),
    "backslashes": many("\\"),
    "ampersands": many("&amp"),
    "comments that never end": many("<!-- a "),
    "comments one a line that never end": many("<!-- a\n\n"),
    "comments": many("<!-- a -->\n"),
    "declarations that never end": many("<!A "),
    "instructions that never end": many("<? "),
    "placeholders": many("{{a}} "),
    "placeholders one a line": numbered("{{{{a{n}}}}}\n"),
    "placeholders of several kinds": many("{{a}} ${b} {c} <d> [E] %(f)s "),
    "statements": many("{% if a %} "),
    "lists in lists": stairs("- a"),
    "lists in lists on one line": many("- "),
    "list items": many("- Write a few words\n"),
    "list items apart": many("* a\n\n"),
    "headings": many("# Write\n"),
    "headings of many names": numbered("## Write {n}\n\nSo.\n\n"),
    "headings of all levels": many("# a\n\n### b\n\n###### c\n\n"),
    "underlined headings": many("a\n===\n"),
    "numbered items": numbered("{n}. Write\n"),
    "numbered items that begin anew": many("1. Write\n"),
    "abbreviations": many("e.g. "),
    "full stops": many("."),
    "exclamation marks": many("! "),
    "what rules look for": many("List a few ideas and "),
    "what rules look for in one sentence": many("do not not never fail to avoid "),
    "capitals": many("NEVER DO IT "),
    "examples in brackets": many("(e.g. "),
    "zero-width characters": many("\u200b"),
    "zero-width characters and words": many("a\u200b"),
    "bidirectional characters": many("\u202ea"),
    "tag characters": many("\U000e0041"),
    "letters of other scripts": many("pаy "),
    "accents": many("e" + "\u0301" * 20),
    "emoji": many("👩‍💻"),
    "no-break spaces": many("\u00a0"),
    "NUL": many("\0"),
    "carriage returns": many("a\r"),
    "white space": many(" "),
    "tabs": many("\t"),
    "blank lines": many("\n"),
    "white space and a word": many("a          \n"),
    "fences": many("```\n"),
    "fences and text": many("```\na\n```\n\nWrite a few words.\n\n"),
    "fences that grow": lambda size: "\n".join(
        "`" * number for number in range(3, int((2 * size) ** 0.5))
    ),
    "code by indentation": many("    a\n\n"),
    "tables": many("| a | b |\n|---|---|\n| c | d |\n\n"),
    "rows of a table": many("| a few | b |\n", before="| a | b |\n|---|---|\n"),
    "columns of a table": lambda size: "\n".join(
        piece * (size // 12) for piece in ("|a", "|---", "|b few")
    ),
    "columns of a table in many rows": lambda size: "\n".join(
        piece * int(size**0.5 / 2) for piece in ("|a", "|-", *["|b"] * int(size**0.5))
    ),
    "headings of a table": many("| a "),
    "rules": many("---\n"),
    "examples": many("Example: a\n\n"),
    "examples in fences": many("Example:\n\n```\na\n```\n\n"),
    "sections of examples": many("## Example\n\na\n\n"),
    "front matter": numbered("a{n}: b\n", before="---\n", after="---\n\nWrite.\n"),
    "front matter of lists": many("- b\n", before="---\na:\n", after="---\n\nWrite.\n"),
    "front matter that is not YAML": numbered(
        "a{n}: *b: c\n", before="---\n", after="---\n\nWrite.\n"
    ),
    "front matter that never ends": numbered("a{n}: b\n", before="---\n"),
    "front matter of brackets": lambda size: "---\n" + "[" * min(size, 30_000) + "\n---\nWrite.\n",
    "comments before front matter": many("# a\n", after="---\na: b\n---\n"),
    "paths": many("see a/b.md "),
}  # fmt: skip
YAML = {
    "brackets as YAML": lambda size: "id: a\ntemplate:\n  " + "[" * min(size, 30_000),
    "keys as YAML": numbered("a{n}: b\n", before="id: a\ntemplate: {}\n"),
    "a long text": in_prompt(many("Write a few words.\n")),
    "a long line": in_prompt(many("Write a few words. ")),
    "placeholders in jinja2": in_prompt(numbered("{{{{ a{n} }}}}\n"), "jinja2"),
    "placeholders in jinja2 on one line": in_prompt(many("{{ a }} "), "jinja2"),
    "placeholders in mustache": in_prompt(numbered("{{{{a{n}}}}} "), "mustache"),
    "placeholders in handlebars": in_prompt(numbered("{{{{#if a{n}}}}} "), "handlebars"),
    "placeholders in fstring": in_prompt(numbered("{{a{n}}} "), "fstring"),
    "placeholders in dollar": in_prompt(numbered("${{a{n}}} "), "dollar"),
    "braces in fstring": in_prompt(many("{"), "fstring"),
    "blocks in jinja2": in_prompt(nested("{% if a %}", "{% endif %}"), "jinja2"),
    "brackets in jinja2": in_prompt(many("{{ (((((((((( "), "jinja2"),
    "an expression in jinja2": in_prompt(many("+ a ", before="{{ a ", after="}}"), "jinja2"),
    "inputs and placeholders": declared,
    "messages": lambda size: PROMPT.format(engine="none").removesuffix(
        "    - role: user\n      content: |\n"
    )
    + "    - {role: user, content: Write a few words.}\n" * (size // 48),
    "waivers": numbered(
        "  - {{rule: vague-quantity, reason: r{n}, owner: w}}\n",
        before=PROMPT.format(engine="none") + "        A few.\nwaivers:\n",
    ),
    "escapes": lambda size: PROMPT.format(engine="none").replace("|\n", '"')
    + "\\u0061\\n" * (size // 8)
    + '"\n',
}  # fmt: skip
CASES = [("prompt.md", name, make) for name, make in MARKDOWN.items()] + [
    ("prompts/long.yaml", name, make) for name, make in YAML.items()
]


def check(project: Project, file: str, text: str) -> tuple[float, tuple[Diagnostic, ...]]:
    """Check a text; return the seconds of the processor that it took, and what was found."""
    # The collector goes through all objects of all tests: its time says nothing of the text.
    gc.collect()
    gc.disable()
    try:
        start = time.process_time()
        report = lint_text(project, text, file)
        return time.process_time() - start, tuple(report.diagnostics)
    finally:
        gc.enable()


@pytest.mark.parametrize(("file", "name", "make"), CASES, ids=[name for _, name, _ in CASES])
def test_time_grows_with_the_text_and_nothing_crashes(
    project: Project, file: str, name: str, make: Callable[[int], str]
) -> None:
    text = make(2 * SIZE)
    long, found = check(project, file, text)
    crashes = [item.message for item in found if item.rule == "internal-error"]
    assert not crashes, crashes[0]
    assert all(item.span and item.span.end <= len(text) for item in found)
    if long < NOISE:
        return
    half = make(SIZE)
    short, _ = check(project, file, half)
    for _ in range(RUNS - 1):  # unless the machine was busy, once is enough
        if long <= LIMIT * short:
            return
        short = min(short, check(project, file, half)[0])
        long = min(long, check(project, file, text)[0])
    assert long <= LIMIT * short, (
        f"{name}: {short:.2f} s for {len(half):,} characters, {long:.2f} s for {len(text):,}"
    )


def test_the_texts_are_as_long_as_they_should_be() -> None:
    for _, name, make in CASES:
        assert 0.25 * SIZE < len(make(SIZE)) < 2 * SIZE, f"{name}: {len(make(SIZE)):,} characters"


def test_yaml_that_is_too_deep_is_said_to_be(project: Project) -> None:
    _, found = check(project, "prompts/long.yaml", "id: a\ntemplate:\n  " + "[" * 30_000)
    assert [item.rule for item in found if item.rule.startswith("yaml")] == ["yaml-limit"]
    _, found = check(project, "prompt.md", "---\n" + "[" * 30_000 + "\n---\nWrite.\n")
    assert "front-matter" in {item.rule for item in found}
