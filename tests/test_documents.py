"""Prompt files: which format one has, and what is read from it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linting import STYLES, as_written, prompt

from guideline_kit import formats
from guideline_kit.documents import Document
from guideline_kit.text import Source


def read(text: str, format: str = "markdown") -> Document:
    return formats.read(Source("a file", text), format)


# --- which format --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "format"),
    [
        ("skills/pdf/SKILL.md", "agent-skill"),
        ("SKILL.md", "agent-skill"),
        ("AGENTS.md", "agents-md"),
        ("web/AGENTS.override.md", "agents-md"),
        ("CLAUDE.md", "claude-md"),
        ("app/CLAUDE.local.md", "claude-md"),
        (".claude/rules/tests/style.md", "claude-md"),
        ("GEMINI.md", "gemini-md"),
        (".claude/commands/git/commit.md", "claude-command"),
        ("plugins/git/commands/commit.md", "claude-command"),
        (".claude/agents/reviewer.md", "claude-agent"),
        (".github/copilot-instructions.md", "copilot-instructions-root"),
        (".github/instructions/python.instructions.md", "copilot-instructions-md"),
        (".github/prompts/plan.prompt.md", "copilot-prompt-md"),
        (".github/agents/reviewer.md", "copilot-agent-md"),
        ("a.agent.md", "copilot-agent-md"),
        (".github/chatmodes/plan.chatmode.md", "copilot-chatmode-md"),
        (".cursor/rules/style.mdc", "cursor-mdc"),
        (".cursorrules", "cursorrules-legacy"),
        (".windsurfrules", "windsurf"),
        (".windsurf/rules/style.md", "windsurf"),
        (".devin/rules/style.md", "windsurf"),
        (".windsurf/skills/pdf/SKILL.md", "agent-skill"),
        (".windsurf/workflows/deploy.md", "agent-command"),
        (".cursor/commands/review.md", "agent-command"),
        (".clinerules/workflows/deploy.md", "agent-command"),
        (".clinerules", "agent-rules"),
        (".clinerules/01-style.md", "agent-rules"),
        (".roo/rules/style.txt", "agent-rules"),
        (".roo/rules-code/style.md", "agent-rules"),
        (".roorules-code", "agent-rules"),
        (".kiro/steering/product.md", "agent-rules"),
        (".amazonq/rules/python.md", "agent-rules"),
        (".continue/rules/style.md", "agent-rules"),
        (".junie/guidelines.md", "agent-rules"),
        ("WARP.md", "agent-rules"),
        (".goosehints", "agent-rules"),
        ("patterns/summarize/system.md", "fabric-pattern"),
        ("catalog/prompts/support/reply.yaml", "catalog-prompt"),
        ("prompts/reply.yml", "catalog-prompt"),
        ("promptfooconfig.yaml", "promptfoo-config"),
        ("evals/promptfooconfig.rag.json", "promptfoo-config"),
        ("evals/registry/modelgraded/fact.yaml", "openai-evals-modelgraded"),
        ("a.mdc.txt", None),
        ("requirements.txt", None),
    ],
)
def test_a_path_says_which_format_a_file_has(path: str, format: str | None) -> None:
    assert formats.possible(path)[:1] == ((format,) if format else ())
    assert formats.possible(f"/home/somebody/{path}") == formats.possible(path)


def test_each_format_has_a_name_for_people_and_can_be_read() -> None:
    for format, title in formats.TITLES.items():
        assert title
        assert read("Say hello.\n", format).format == format


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("id: a\ntemplate:\n  engine: none\n", True),
        ("id: a\r\ntemplate:\r\n  engine: none\r\n", True),
        ("id: a\ntemplate: # the text\n  engine: none\n", True),
        ("id: a\ntemplate: {engine: none}\n", True),
        ("id: a\ntemplate: Say hello to {name}\n", False),
        ("template:\n  engine: none\n", False),
        ("name: a\nid: a\n", False),
    ],
)
def test_a_yaml_file_below_prompts_must_look_like_an_entry(text: str, is_one: bool) -> None:
    assert formats.confirm("catalog-prompt", "prompts/a.yaml", text) is is_one
    assert formats.detect("prompts/a.yaml", text) == ("catalog-prompt" if is_one else None)
    assert formats.confirm("agents-md", "prompts/a.yaml", text)


def test_a_named_file_of_no_format_is_markdown_or_text() -> None:
    assert formats.fallback("a/b.MD") == "markdown"
    assert formats.fallback("a/b.mdx") == "markdown"
    assert formats.fallback("a/b.txt") == "text"
    assert formats.fallback("a/b") == "text"


def test_who_speaks_depends_on_the_format() -> None:
    assert read("Hi.", "claude-command").messages[0].role == "user"
    assert read("Hi.", "copilot-prompt-md").messages[0].role == "user"
    assert read("Hi.", "agent-skill").messages[0].role == "system"


# --- Markdown and front matter -------------------------------------------------------------


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("before", ["", "\n\n", "# a licence\n#\n"])
def test_front_matter_is_read_and_is_no_part_of_the_text(before: str, line_end: str) -> None:
    text = f"{before}---\nname: a-skill\ndescription: 'It''s one'\ntools: [a, b]\n---\nDo it.\n"
    document = read(text.replace("\n", line_end))
    assert document.fields == {"name": "a-skill", "description": "It's one", "tools": ["a", "b"]}
    assert not document.problems
    assert document.messages[0].text.text.strip() == "Do it."
    assert document.source.slice(document.field_span("name")) == "a-skill"
    assert document.source.slice(document.first_line) == "Do it."


def test_a_file_of_front_matter_alone_has_no_text() -> None:
    document = read("---\nname: a\n---\n")
    assert document.messages[0].text.text == ""
    assert document.fields == {"name": "a"}


def test_empty_front_matter_is_empty() -> None:
    document = read("---\n---\nname: a\n")
    assert document.fields == {}
    assert document.messages[0].text.text == "name: a\n"
    assert not document.problems


@pytest.mark.parametrize(
    "text",
    [
        "# A prompt\n\n---\n\nSome text.\n\n---\n\nMore text.\n",
        "# A prompt\n---\nSome text: with colons: two\n---\nMore text.\n",
        "Text first.\n---\nname: a\n---\n",
        "---\nname: a\nno end\n",
        "----\nname: a\n----\n",
        " ---\nname: a\n---\n",
    ],
)
def test_what_only_looks_like_front_matter_is_text(text: str) -> None:
    document = read(text)
    assert document.messages[0].text.text == text
    assert document.fields == {}
    assert not document.problems


def test_plain_text_has_no_front_matter() -> None:
    assert read("---\nname: a\n---\n", "text").messages[0].text.text == "---\nname: a\n---\n"


BROKEN = """\
---
globs: *.ts
name: a: b
description: It's "fine"
flag: true
none:
list:
  - a: *b
  - two
---
Do it.
"""


def test_front_matter_that_is_no_yaml_is_read_line_by_line_and_says_so() -> None:
    document = read(BROKEN, "agent-skill")
    assert document.fields == {
        "globs": "*.ts",
        "name": "a: b",
        "description": 'It\'s "fine"',
        "flag": True,
        "none": None,
        "list": ["a: *b", "two"],
    }
    (problem,) = document.problems
    assert problem.rule == "front-matter"
    assert str(problem.severity) == "warning"
    assert problem.position == (2, 9)
    assert "line by line" in problem.message
    assert document.source.slice(document.field_span("name")) == "a: b"
    assert document.messages[0].text.text == "Do it.\n"


def test_formats_whose_front_matter_was_never_yaml_say_nothing() -> None:
    document = read(BROKEN, "cursor-mdc")
    assert document.fields["globs"] == "*.ts"
    assert not document.problems


@pytest.mark.parametrize("front", ["- a\n- b\n", "just words\n"])
def test_front_matter_must_be_a_mapping(front: str) -> None:
    (problem,) = read(f"---\n{front}---\nDo it.\n").problems
    assert "no fields with values" in problem.message
    assert problem.position == (2, 1)


def test_a_key_that_stands_twice_in_front_matter_is_reported_and_the_first_counts() -> None:
    document = read("---\nname: a\nname: b\n---\n")
    (problem,) = document.problems
    assert problem.position == (3, 1)
    assert document.fields["name"] == "a"


# --- catalog prompts -----------------------------------------------------------------------

ENTRY = """\
# A remark.
id: a-prompt
inputs:
  letter: {type: text, description: What came in}
  tone: {type: line, description: How to sound, default: kind}
  note: {type: document, description: Ours, trust: trusted, required: false}
template:
  engine: mustache
  messages:
    - role: system
      content: You answer letters.
    - role: user
      content: >-
        Answer {{letter}}
        in a {{tone}} tone.
    - role: assistant
      example: true
      content: "Dear \\u00e9, {{ letter }}"
    - role: nobody
      content: Hi
    - content: 12
    - nonsense
"""


def test_a_catalog_prompt_is_read() -> None:
    document = read(ENTRY, "catalog-prompt")
    assert not document.problems
    assert document.engine == "mustache"
    assert [
        (message.role, message.text.text, message.example) for message in document.messages
    ] == [
        ("system", "You answer letters.", False),
        ("user", "Answer {{letter}} in a {{tone}} tone.", False),
        ("assistant", "Dear é, {{ letter }}", True),
        ("user", "Hi", False),
    ]
    assert [(item.name, item.message) for item in document.placeholders] == [
        ("letter", 1),
        ("tone", 1),
        ("letter", 2),
    ]
    for item in document.placeholders:
        assert document.source.slice(item.span) == item.text
        assert document.messages[item.message].text.text[item.start : item.end] == item.text
    assert document.inputs is not None
    assert [(item.name, item.type, item.trust, item.required) for item in document.inputs] == [
        ("letter", "text", "untrusted", True),
        ("tone", "line", "trusted", False),
        ("note", "document", "trusted", False),
    ]
    assert [document.source.slice(item.span) for item in document.inputs] == [
        "letter",
        "tone",
        "note",
    ]
    assert [message.role for message in document.texts(frozenset({"assistant", "user"}))] == [
        "user",
        "user",
    ], "few-shot examples are left out"


def test_where_a_finding_about_the_whole_entry_is_shown() -> None:
    document = read(ENTRY, "catalog-prompt")
    source = document.source
    assert source.slice(document.first_line) == "You answer letters."
    assert source.slice(document.file_line) == "id: a-prompt"
    assert source.slice(document.field_span("id")) == "a-prompt"
    assert source.slice(document.field_span("template.engine")) == "mustache"
    assert source.slice(document.field_span("owner")) == "id: a-prompt", "where it is missing"
    assert source.slice(document.field_span("template.x")) == "template"
    assert source.slice(document.field_span("")) == "id: a-prompt"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "id: a\n",
        "- a\n",
        "template: 3\n",
        "template:\n",
        "template: {messages: {a: b}}\n",
        "template: {messages: [{role: user}]}\n",
        "template:\n  engine: [1]\n  messages: [{role: [], content: hi, example: 3}]\n",
        "inputs: [a]\ntemplate: {engine: x, messages: []}\n",
        "inputs: {a: 1, b: {type: []}, c: {trust: 5}}\n",
        "a: b: c\n",
        "waivers: 3\n",
    ],
)
def test_a_broken_entry_is_read_as_far_as_it_can_be(text: str) -> None:
    document = read(text, "catalog-prompt")
    assert document.format == "catalog-prompt"
    span = document.first_line
    assert 0 <= span.start <= span.end <= len(text)
    for field in ("id", "template.engine", ""):
        span = document.field_span(field)
        assert 0 <= span.start <= span.end <= len(text)


def test_what_is_wrong_with_the_yaml_is_a_problem_of_the_document() -> None:
    (problem,) = read("id: a\nid: b\n", "catalog-prompt").problems
    assert (problem.rule, problem.position) == ("duplicate-key", (2, 1))


@given(
    st.lists(
        st.sampled_from(["a", "é", "😀", " ", "\n", "'", '"', "\\", ": ", "{{x}}", "{{ y }}"]),
        min_size=1,
        max_size=20,
    ).map("".join),
    st.sampled_from(sorted(STYLES)),
)
def test_placeholders_keep_their_place_however_the_text_is_written(text: str, style: str) -> None:
    document = read(prompt(text, engine="mustache", style=style), "catalog-prompt")
    if not document.messages:  # blank text, which plain YAML takes for nothing
        assert not text.strip()
        return
    message = document.messages[0]
    found = [
        (found.start(), found.group())
        for found in re.finditer(r"\{\{ ?\w ?\}\}", message.text.text)
    ]
    assert [(item.start, item.text) for item in document.placeholders] == found
    for item in document.placeholders:
        # Where a line is folded at its blank, the placeholder goes on in the next line.
        assert as_written(document.source.slice(item.span)) == item.text
    assert message.layout.data == message.text.data


def test_the_name_of_a_file_need_not_be_utf_8() -> None:
    assert formats.possible("a/.claude/agents/b\udcff.md") == ("claude-agent",)
    assert formats.possible("a\udcff/readme.rst") == ()
