"""Jinja2 templates: which are prompts, and what is read from them."""

from __future__ import annotations

import pytest
from exact import problems, read, said
from hypothesis import given
from hypothesis import strategies as st

from guideline_kit import formats

TASK = "You are a helpful assistant.\nYour task is to sum up the mail.\n\n{{mail}}\n"
PAGE = "<!DOCTYPE html>\n<html><body>{{title}}</body></html>\n"


def is_prompt(path: str, text: str) -> bool:
    return formats.detect(path, text) == "promptflow-jinja2"


@pytest.mark.parametrize("ending", [".jinja2", ".jinja", ".j2"])
@pytest.mark.parametrize(
    ("path", "text"),
    [
        # Role lines.
        ("flow/chat", "system:\nBe brief.\n\nuser:\n{{question}}\n"),
        ("flow/chat", "{# mine #}\n# User:\n  {{question}}\n"),
        ("flow/chat", "# system:\r\nBe brief.\r\n"),
        # The path says so.
        ("src/prompts/summarise", "Sum up {{text}}."),
        ("app/system_prompt", "{{rules}}"),
        ("app/userPrompt.v2", TASK),
        ("prompt_templates/mail", "{{mail}}"),
        ("mail-prompt", "Hello {{name}}"),
        ("prompts/page.md", "# {{title}}"),
        ("prompts/base", "{% macro rule(x) %}{{x}}{% endmacro %}"),
        # It speaks to a model.
        ("flow/sum", TASK),
        (
            "flow/sum",
            "Please summarize the following text. Do not add anything.\n{{text}}\nSummary:",
        ),
        ("templates/sum", "You will be given an essay. Rate it step by step.\n{{essay}}"),
    ],
)
def test_a_prompt_is_taken_for_one(path: str, text: str, ending: str) -> None:
    assert is_prompt(path + ending, text)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("templates/index.html.j2", TASK),
        ("templates/index.jinja2", PAGE),
        (
            "templates/index.jinja2",
            "{% extends 'base.jinja2' %}{% block body %}{{x}}{% endblock %}",
        ),
        ("prompts/index.jinja2", PAGE),
        ("prompts/login.j2", "<form><input><br></form><p>{{a}}</p><a href='x'>b</a>"),
        ("prompts/run.sh.j2", "echo {{x}}"),
        ("prompts/prompt.py.jinja2", "PROMPT = '''system:\n{{x}}'''"),
        ("deploy/config.yml.j2", "system:\n  a: {{b}}\n"),
        ("deploy/config.j2", "user:\n  name: {{name}}\n  group: x\n"),
        ("deploy/config.j2", "user:\n  - {{name}}\n"),
        ("deploy/Dockerfile.j2", "FROM {{image}}\n"),
        ("deploy/app.j2", "#!/bin/sh\n# system:\necho\n"),
        ("docs/README.md.j2", TASK),
        ("mail/welcome.j2", "Dear {{name}},\n\nPlease click the link below to go on.\n\nRegards"),
        ("mail/code.txt.j2", "Hello {{name}},\nYou are given access. Your code: {{code}}"),
        ("notes.j2", "{{a}}"),
        ("notes.j2", ""),
        ("impromptu.j2", "{{a}}"),
        ("promptly.j2", "{{a}}"),
        ("site/prompts.md.j2", "# {{title}}\n\nAll prompts."),
        ("cli/prompts.j2", "{{a}}"),
        ("prompter/a.j2", "{{a}}"),
        ("a.jinja2.bak", TASK),
        ("prompts/a.txt", TASK),
    ],
)
def test_what_is_no_prompt_is_left_alone(path: str, text: str) -> None:
    assert not is_prompt(path, text)


def test_the_roles_of_promptflow() -> None:
    document = read(
        "# system:\nBe brief.\n# user:\n{{q}}\n# assistant:\n## tool_calls:\n{{calls}}\n"
        "# tool:\n## content:\n{{got}}\n# function:\n{{got}}\n",
        "promptflow-jinja2",
    )
    assert [role for role, _, _ in said(document)] == [
        "system",
        "user",
        "assistant",
        "tool",
        "tool",
    ]
    assert document.engine == "jinja2"
    assert document.inputs is None
    assert {item.name for item in document.placeholders} == {"q", "calls", "got"}


def test_a_role_from_a_value_begins_a_message() -> None:
    document = read(
        "system:\nHi\n{% for m in history %}\n{{ m['role'] | lower }}:\n{{m.text}}\n{% endfor %}\n"
        "user:\n{{q}}\n",
        "promptflow-jinja2",
    )
    assert [role for role, _, _ in said(document)] == ["system", "user", "user"]
    assert document.template_error is None


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("prompts/summarise.jinja2", "user"),
        ("prompts/system_prompt.j2", "system"),
        ("prompts/System.jinja2", "system"),
        ("prompts/sys.j2", "system"),
        ("system/a.j2", "user"),
        ("ecosystem.j2", "user"),
    ],
)
def test_who_speaks_where_no_line_says_it(name: str, role: str) -> None:
    assert said(read("Hi {{you}}", "promptflow-jinja2", name=name)) == [(role, "Hi {{you}}", "")]


def test_a_template_that_does_not_parse_says_where() -> None:
    document = read("system:\nHi\nuser:\n{% if a %}{{b}\n", "promptflow-jinja2")
    assert document.template_error is not None
    _, span = document.template_error
    assert document.source.position(span.start).line == 4


def test_slips_are_named() -> None:
    assert problems(read("system:\nHi\nusre:\n{{q}}\n", "promptflow-jinja2")) == [
        "prompt-format 3:1 usre"
    ]


@given(st.text(max_size=200) | st.text("usrytem:#{}%-\n\r ", max_size=80))
def test_whatever_a_template_holds_it_is_looked_at_and_read(text: str) -> None:
    for path in ("a.j2", "prompts/a.jinja2"):
        formats.detect(path, text)
    read(text, "promptflow-jinja2")
