"""Formats that are Markdown or text: where they are found, and what is read from them."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guideline_kit import formats, yamlio
from guideline_kit.documents import Document
from guideline_kit.formats.beside import Looked
from guideline_kit.formats.reading.loose_fields import read_loosely
from guideline_kit.text import Source, Span
from guideline_kit.workspace.files import read_source
from guideline_kit.workspace.neighbours import Neighbours


def read(text: str, format: str = "agent-skill") -> Document:
    return formats.read(Source("a file", text), format)


def problems(document: Document) -> list[tuple[str, str]]:
    """Return what is wrong with a file, and the text that it is shown at."""
    return [
        (item.message, document.source.slice(item.span) if item.span else "")
        for item in document.problems
    ]


# --- Claude agents, wherever they lie ------------------------------------------------------

AGENT = """\
---
name: release-manager
description: Prepares a release. Use before each release.
tools: Read, Grep
---

You prepare releases.
"""


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("categories/08-release/release-manager.md", AGENT),
        ("team/release-manager.md", AGENT.replace("\n", "\r\n")),
        ("x.md", AGENT.replace("tools: Read, Grep", "model: sonnet")),
        ("x.md", AGENT.replace("tools: Read, Grep", "model: 'claude-sonnet-5'")),
        ("x.md", AGENT.replace("tools: Read, Grep", "tools:\n  - Bash\n  - mcp__github__search")),
        ("x.md", AGENT.replace("tools: Read, Grep", 'tools: ["Edit"]')),
        ("agents/x.md", AGENT.replace("release-manager", "Release Manager")),
        ("subagents/x.md", AGENT.replace("tools: Read, Grep", "color: red")),
        # What people lint is broken.
        ("x.md", AGENT.replace("Use before", "Use: before")),
        ("x.md", AGENT.replace("Grep\n---", "Grep")),
    ],
)
def test_an_agent_is_found_by_its_front_matter(path: str, text: str) -> None:
    assert formats.detect(path, text) == "claude-agent"


def page(**fields: str) -> str:
    lines = "".join(f"{key.replace('_', '-')}: {value}\n" for key, value in fields.items())
    return f"---\n{lines}---\n\nYou can read this page.\n"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("README.md", AGENT),
        ("agents/README.md", AGENT),
        ("docs/tools.md", page(title="Tools", description="Our tools", tools="Read")),
        ("content/drill.md", page(name="drill", description="A drill", model="X-200", color="red")),
        ("content/shelf.md", page(name="shelf", description="A shelf", tools="hammer, saw")),
        ("workflows/daily.md", page(name="daily", description="A report", on="push", tools="Read")),
        ("README.md", page(license="mit", library_name="transformers", pipeline_tag="any")),
        ("model.md", page(name="m", description="d", license="mit", model="claude-x")),
        ("_posts/a.md", page(layout="post", name="a", description="d", model="sonnet")),
        ("docs/a.md", page(name="a", description="d")),
        ("docs/a.md", page(description="d", tools="Read")),
        ("docs/a.md", "# A page\n\nname: a\ndescription: b\ntools: Read\n"),
        ("docs/a.md", "---\nname: a\n\ndescription: b\ntools: Read\n\nA text.\n"),
        ("a.md", ""),
        ("a.md", "---"),
    ],
)
def test_other_pages_are_no_agents(path: str, text: str) -> None:
    assert formats.detect(path, text) is None


def test_what_is_an_agent_is_told_in_linear_time() -> None:
    for text in ("---\n" + "name:" * 200_000, "---\n" + "a: b\n" * 200_000, "---\n" + " " * 10**6):
        start = time.perf_counter()
        formats.detect("a.md", text)
        assert time.perf_counter() - start < 1


# --- texts that a program loads ------------------------------------------------------------

PROMPT = "You are a careful editor.\nShorten the letter below to 5 sentences.\n\n{letter}\n"


@pytest.mark.parametrize(
    ("path", "format"),
    [
        ("prompts/edit.txt", "text"),
        ("app/prompts/mail/edit.txt", "text"),
        ("src/system_prompt.txt", "text"),
        ("src/SYSTEM_PROMPT.txt", "text"),
        ("src/prompt_v2.txt", "text"),
        ("app/system.txt", "text"),
        ("prompts/edit.md", "markdown"),
        ("src/edit_prompt.md", "markdown"),
        ("system-prompts/edit.md", "markdown"),
        # A format of its own goes first.
        ("prompts/CLAUDE.md", "claude-md"),
        ("prompts/a.prompt.md", "copilot-prompt-md"),
        # Nothing says that these are prompts.
        ("src/edit.txt", None),
        ("notes/edit.md", None),
        ("src/promptly.txt", None),
        # Other things lie beside prompts.
        ("prompts/README.md", None),
        ("prompts/requirements.txt", None),
        ("prompts/LICENSE.txt", None),
        ("tests/prompts/edit.txt", None),
        ("docs/prompts/edit.md", None),
        ("prompts/CMakeLists.txt", None),
    ],
)
def test_a_path_says_that_a_text_is_loaded_as_a_prompt(path: str, format: str | None) -> None:
    assert formats.detect(path, PROMPT) == format


@pytest.mark.parametrize(
    "text",
    [
        "",
        "apple\nbanana\ncherry\nelder\nfig\ngrape\n",
        "1,2,3\n4,5,6\n" * 20,
        "numpy==1.2\npandas==2.1\nscipy==1.0\nrequests==2.0\npydantic==2\n",
        "\0\1\2 You are a file of bytes that nobody can read at all.",
        "---\ntitle: How we write prompts\n---\nYou are reading a page of our site on prompts.\n",
    ],
)
def test_what_is_no_prose_is_no_prompt(text: str) -> None:
    assert formats.detect("prompts/a.txt", text) is None
    assert formats.detect("prompts/a.md", text) is None


def test_markdown_below_prompts_has_to_speak_to_a_model() -> None:
    notes = "# Meeting of May\n\nWe talked about which prompts the team has, and who owns them.\n"
    assert formats.detect("prompts/meeting.md", notes) is None
    assert formats.detect("prompts/meeting.md", f"{notes}\nYour task is to summarise it.\n")


# --- front matter, read field by field -----------------------------------------------------

WORDS = st.text("abcdef :-#'\"[]{}*&!|>%@,.äß😀", min_size=1, max_size=24).filter(str.strip)
VALUES = st.one_of(
    WORDS,
    st.booleans(),
    st.integers(-5, 5),
    st.none(),
    st.lists(WORDS, min_size=1, max_size=3),
    st.dictionaries(st.sampled_from(["author", "team"]), WORDS, min_size=1),
)
FIELDS = st.dictionaries(
    st.sampled_from(["name", "description", "tools", "model", "globs", "allowed-tools"]),
    VALUES,
    min_size=1,
)


def written(value: object, style: str) -> str:
    """Write the value of a field in YAML, in a style where it has one."""
    if isinstance(value, dict):
        return "".join(
            f"\n  {key}: {json.dumps(item, ensure_ascii=False)}" for key, item in value.items()
        )
    if isinstance(value, list):
        if style == "flow":
            return " " + json.dumps(value, ensure_ascii=False)
        return "".join(f"\n  - {json.dumps(item, ensure_ascii=False)}" for item in value)
    if value is None:
        return ""
    if isinstance(value, str) and style in "|>":
        return f" {style}-\n  x{value.rstrip()}"
    if isinstance(value, str) and style == "'":
        return " '" + value.replace("'", "''") + "'"
    return " " + json.dumps(value, ensure_ascii=False)


@given(FIELDS, st.data(), st.sampled_from(["\n", "\r\n"]))
def test_strict_and_loose_reading_agree_on_what_is_yaml(
    fields: dict[str, object], data: st.DataObject, line_end: str
) -> None:
    style = st.sampled_from(["json", "flow", "|", ">", "'"])
    lines = [f"{key}:{written(value, data.draw(style))}\n" for key, value in fields.items()]
    text = "".join(lines).replace("\n", line_end)
    source = Source("x", f"---{line_end}{text}---{line_end}Do it.{line_end}")
    region = Span(3 + len(line_end), 3 + len(line_end) + len(text))
    strict = yamlio.read(source, region)
    assert not strict.problems
    assert strict.tree is not None
    loose = read_loosely(source, region)
    assert loose.data == strict.tree.data
    assert {path: place for path, place in loose.places.items() if path} == {
        path: place for path, place in strict.tree.places.items() if path
    }


PLAIN = st.text("abcdef :*&@.,", min_size=1, max_size=20).map(str.strip).filter(bool)


@given(st.lists(PLAIN, min_size=1, max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_the_span_of_a_value_is_its_text_whatever_it_holds(
    values: list[str], line_end: str
) -> None:
    front = "".join(f"key{number}: {value}{line_end}" for number, value in enumerate(values))
    # A field that breaks all YAML around it.
    text = f"---{line_end}broken: *a: &b: [{line_end}{front}---{line_end}Do it.{line_end}"
    document = read(text, "cursor-mdc")
    assert document.messages[0].text.text == f"Do it.{line_end}"
    for number, value in enumerate(values):
        name = f"key{number}"
        found = document.fields[name]
        if isinstance(found, str) and not value.startswith(("&", "#")) and " #" not in value:
            assert found == value
            assert document.source.slice(document.field_span(name)) == value


@given(st.text("ab:-# \t\n\r'\"[]{}|>*&", max_size=60))
def test_no_front_matter_is_too_broken(text: str) -> None:
    for format in ("agent-skill", "cursor-mdc", "markdown"):
        for front in (f"---\n{text}\n---\nDo it.\n", f"---\n{text}", f"+++\n{text}\n+++\nDo it.\n"):
            document = read(front, format)
            for item in document.problems:
                assert item.span is not None
                assert 0 <= item.span.start <= item.span.end <= len(front)
            if document.tree is not None:
                for place in document.tree.places.values():
                    assert 0 <= place.value.start <= place.value.end <= len(front)


@pytest.mark.parametrize(
    ("front", "fields"),
    [
        ("globs: *.ts\nalwaysApply: true\n", {"globs": "*.ts", "alwaysApply": True}),
        ("globs: [*.ts, *.{js,jsx}]\n", {"globs": ["*.ts", "*.{js,jsx}"]}),
        ("globs: *.ts,*.tsx\ndescription:\n", {"globs": "*.ts,*.tsx", "description": None}),
        ("a: *b\ndescription: >\n  One\n  two.\n", {"a": "*b", "description": "One two.\n"}),
        ("a: *b\ndescription: |\n  One\n  two.\n", {"a": "*b", "description": "One\ntwo.\n"}),
        ("a: *b\ndescription: One: two\n  three\n", {"a": "*b", "description": "One: two three"}),
        ("a: *b\nmetadata:\n  name: x\n  b: c\n", {"a": "*b", "metadata": {"name": "x", "b": "c"}}),
        ("a: *b\nname:\tx\n", {"a": "*b", "name": "x"}),
        ("a: *b\ntools:\n- Read\n- @x\n", {"a": "*b", "tools": ["Read", "@x"]}),
        ("a: *b\n# a remark: no\nname: x\n", {"a": "*b", "name": "x"}),
        ('a: *b\nname: "x" and "y"\n', {"a": "*b", "name": '"x" and "y"'}),
        ("a: *b\nname: x\nname: y\n", {"a": "*b", "name": "x"}),
    ],
)
def test_one_bad_value_costs_no_other(front: str, fields: dict[str, object]) -> None:
    document = read(f"---\n{front}---\nDo it.\n", "cursor-mdc")
    assert document.fields == fields
    assert not document.problems


@pytest.mark.parametrize("ends", ["---\n", "--- \t\n", "---"])
def test_blanks_behind_the_dashes_do_no_harm(ends: str) -> None:
    document = read(f"--- \nname: a\n{ends}")
    assert document.fields == {"name": "a"}
    assert not document.problems


def test_a_byte_order_mark_may_stand_in_front(tmp_path: Path) -> None:
    file = tmp_path / "SKILL.md"
    file.write_bytes(b"\xef\xbb\xbf---\r\nname: a\r\n---\r\nDo it.\r\n")
    for source in (read_source(file), Source("an editor's", file.read_bytes().decode())):
        document = formats.read(source, "agent-skill")
        assert document.fields == {"name": "a"}
        assert document.messages[0].text.text == "Do it.\r\n"
        assert document.source.slice(document.field_span("name")) == "a"


def test_reading_broken_front_matter_takes_linear_time() -> None:
    for line in ("a{}: *b\n", "a{}: [" + "'{{" * 20 + "]\n", "x: *y{}\n"):
        text = "---\n" + "".join(line.format(number) for number in range(20_000)) + "---\nDo it.\n"
        start = time.perf_counter()
        read(text, "cursor-mdc")
        assert time.perf_counter() - start < 5


# --- what is wrong around the fields -------------------------------------------------------


def test_front_matter_that_is_never_closed_is_read_and_reported() -> None:
    front = "---\nname: a\ndescription: >\n  One\n  two.\ntools: [x]\n"
    # A line across the page, further down, closes nothing.
    for body in ("\nDo it.\n", "\nDo it.\n\n---\n\nThen stop.\n"):
        document = read(front + body)
        assert document.fields == {"name": "a", "description": "One two.\n", "tools": ["x"]}
        assert document.messages[0].text.text == body
        ((message, shown),) = problems(document)
        assert message == "The front matter is opened here and never closed"
        assert shown == "---"


@pytest.mark.parametrize("format", ["agents-md", "markdown"])
def test_a_line_across_the_page_opens_nothing(format: str) -> None:
    text = "---\nname: a\n\nDo it.\n"
    document = read(text, format)
    assert document.messages[0].text.text == text
    assert not document.problems


def test_a_text_below_a_line_is_no_front_matter() -> None:
    for text in ("---\nNote: this is a text.\n\nDo it.\n", "---\n\nDo it.\n", "---\nDo it.\n"):
        document = read(text)
        assert document.messages[0].text.text == text
        assert not document.problems


def test_a_second_front_matter_is_a_part_of_the_text() -> None:
    document = read("---\nname: a\n---\n\n---\ndescription: b\n---\nDo it.\n")
    assert document.fields == {"name": "a"}
    (problem,) = problems(document)
    assert problem[0].startswith("A second front matter")
    assert document.problems[0].position == (5, 1)
    # A paragraph between two lines is none.
    assert not read("---\nname: a\n---\n\n---\n\nNote: see below.\n\n---\nDo it.\n").problems


def test_what_git_left_in_front_matter_is_said_where_it_is() -> None:
    front = "name: a\n<<<<<<< ours\ndescription: b\n=======\ndescription: c\n>>>>>>> theirs\n"
    for format in ("agent-skill", "cursor-mdc"):
        document = read(f"---\n{front}tools: x\n---\nDo it.\n", format)
        assert document.fields == {"name": "a", "description": "b", "tools": "x"}
        ((message, shown),) = problems(document)
        assert message.startswith("A merge left both versions here")
        assert shown == "<<<<<<<"


def test_fields_in_toml_are_read_and_reported() -> None:
    document = read('\n+++\nname = "a"\ntools = ["x"]\n+++\nDo it.\n')
    assert document.fields == {"name": "a", "tools": ["x"]}
    assert document.messages[0].text.text == "Do it.\n"
    assert document.source.slice(document.field_span("name")) == '"a"'
    ((message, shown),) = problems(document)
    assert "TOML" in message
    assert shown == "+++"
    assert not read('+++\nname = "a"\n+++\nDo it.\n', "markdown").problems
    assert read("+++\nname = \n+++\nDo it.\n").fields == {}


# --- settings of the call ------------------------------------------------------------------


def test_the_model_is_a_parameter() -> None:
    document = read("---\nname: a\nmodel: opus\neffort: high\n---\nDo it.\n", "claude-agent")
    assert [(item.name, item.value) for item in document.parameters] == [
        ("model", "opus"),
        ("effort", "high"),
    ]
    assert document.source.slice(document.parameters[0].span) == "opus"
    assert read("---\nmodel:\n---\n").parameters == ()
    (both,) = read("---\nmodel: [a, b]\n---\nDo it.\n", "copilot-agent-md").parameters
    assert both.value == ["a", "b"]


def test_a_command_has_the_placeholders_of_claude_and_no_others() -> None:
    document = read("Close $ARGUMENTS in {{tracker}}.\n", "claude-command")
    assert [item.text for item in document.placeholders] == ["$ARGUMENTS"]
    assert document.engine == "claude-args"
    assert document.inputs is None


# --- imports -------------------------------------------------------------------------------


class Shelf:
    """Files by their names; notes what was asked for."""

    def __init__(self, **files: str) -> None:
        self.files = {name.replace("_", "."): text for name, text in files.items()}
        self.asked: list[str] = []

    def look(self, name: str) -> Looked:
        self.asked.append(name)
        if name in self.files:
            return Looked(Source(name, self.files[name]))
        return Looked(reason="there is no such file")


@pytest.mark.parametrize("format", ["claude-md", "agents-md", "gemini-md"])
def test_an_import_that_leads_nowhere_is_shown(format: str) -> None:
    shelf = Shelf(there_md="Yes.")
    text = "See @there.md, @gone.md and @docs/My\\ Notes.md.\n@./gone.md\n"
    document = formats.read(Source("x", text), format, shelf)
    assert problems(document) == [
        ("'gone.md' can't be imported: there is no such file", "@gone.md"),
        ("'docs/My Notes.md' can't be imported: there is no such file", "@docs/My\\ Notes.md"),
        ("'./gone.md' can't be imported: there is no such file", "@./gone.md"),
    ]
    assert {item.rule for item in document.problems} == {"missing-file"}


@pytest.mark.parametrize(
    "text",
    [
        "Ask @alice, or write to bob@example.md.\n",
        "Use @types/node and @/components and @decorator.\n",
        "Write `@gone.md` to import it.\n",
        "```\n@gone.md\n```\n",
        "    @gone.md\n",
        "<!-- @gone.md -->\n",
        "- @~/.claude/mine.md\n- @/etc/ours.md\n- @C:/ours.md\n",
        "See @https://example.com/a.md\n",
        'A path in quotes is none: "@gone.md"\n',
    ],
)
def test_what_is_no_import_of_a_file_of_the_project_is_not_looked_up(text: str) -> None:
    shelf = Shelf()
    assert not formats.read(Source("x", text), "claude-md", shelf).problems
    assert not shelf.asked


def test_other_formats_import_nothing() -> None:
    shelf = Shelf()
    assert not formats.read(Source("x", "See @gone.md\n"), "agent-skill", shelf).problems
    assert not shelf.asked


def test_an_import_from_outside_of_the_project_is_left_to_its_owner(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    file = tmp_path / "project" / "CLAUDE.md"
    beside = Neighbours(file, tmp_path / "project")
    source = Source(str(file), "See @../secret.md and @gone.md\n")
    found = formats.read(source, "claude-md", beside).problems
    assert [item.span for item in found] == [Span(22, 30)]


def test_nobody_complains_where_nobody_can_look() -> None:
    assert not read("See @gone.md\n", "claude-md").problems
