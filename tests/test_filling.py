"""A prompt with its inputs filled in: which value counts, what is refused, what is printed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cli.transcripts import in_process
from hypothesis import HealthCheck, settings
from hypothesis import given as drawn
from hypothesis import strategies as st

from guideline_kit.checks.contract.inputs import objection
from guideline_kit.errors import CannotError
from guideline_kit.project.filling import fill
from guideline_kit.project.opening import open_project
from guideline_kit.project.values import Given
from guideline_kit.rendering import Job, render
from guideline_kit.report.filled import Filled
from guideline_kit.report.filled import render as report
from guideline_kit.report.text import printable

NOTHING = Given()
TYPES = ("text", "line", "document", "integer", "number", "boolean", "date", "list", "object")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a catalog that has a prompt, `reply.yaml`, to be written."""
    (tmp_path / "catalog/prompts").mkdir(parents=True)
    (tmp_path / "catalog/catalog.yaml").write_text("name: own\ntitle: Own\n", "utf-8")
    (tmp_path / "guideline-kit.yaml").write_text("extends: catalog\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def prompt(here: Path, content: str, inputs: dict[str, Any], **more: Any) -> None:
    data = {
        "id": "reply",
        "title": "Reply",
        "summary": "Replies",
        "owner": "writers",
        "status": "draft",
        "version": "1.0.0",
        "template": {
            "engine": more.pop("engine", "mustache"),
            "messages": [{"role": "user", "content": content}],
        },
        "inputs": {
            name: {"type": "text", "description": "A value", **about}
            for name, about in inputs.items()
        },
        **more,
    }
    (here / "catalog/prompts/reply.yaml").write_text(json.dumps(data), "utf-8")


def filled(given: Given = NOTHING, standard_input: str = "") -> Filled:
    return fill(open_project(Path.cwd()), "reply", given, lambda: standard_input)


def text(given: Given = NOTHING, standard_input: str = "") -> str:
    ((_, found),) = filled(given, standard_input).messages
    return found


def refused(given: Given = NOTHING) -> str:
    with pytest.raises(CannotError) as caught:
        filled(given)
    return f"{caught.value.message}\n{caught.value.hint}"


# --- which value counts --------------------------------------------------------------------


def test_the_nearer_value_counts(here: Path) -> None:
    prompt(
        here,
        "{{a}} {{b}} {{c}} {{d}}",
        {name: {"default": "default", "example": "own"} for name in "abcd"},
        tests=[
            {
                "title": "One",
                "inputs": dict.fromkeys("abc", "test"),
                "assert": [{"type": "contains", "value": "x"}],
            }
        ],
    )
    (here / "values.yaml").write_text("a: file\nb: file\n", "utf-8")
    given = Given(values=["a=said"], file="values.yaml", case=("tests", 1))
    assert text(given) == "said file test default"
    assert text(given._replace(examples=True)) == "said file test own"
    assert text() == "own own own own"
    assert text(Given(examples=False)) == "default default default default"


def test_an_optional_input_without_a_value_is_empty(here: Path) -> None:
    inputs = {"a": {"required": False}}
    prompt(here, "<{{a}}>", inputs)
    assert text() == "<>"
    assert filled().empty == ["a"]
    written = "{% if a is defined %}x{% endif %}{% if a %}y{% endif %}<{{ a }}>"
    prompt(here, written, inputs, engine="jinja2")
    assert text() == "<>"
    assert text(Given(["a=1"])) == "xy<1>"


def test_a_value_from_a_file_or_standard_input_is_taken_as_it_is(here: Path) -> None:
    prompt(here, "{{a}}|", {"a": {"type": "document"}})
    (here / "a.txt").write_bytes("one\r\ntwo {{a}} é\n".encode())
    assert text(Given(files=["a=a.txt"])) == "one\r\ntwo {{a}} é\n|"
    assert text(Given(files=["a=-"]), "x\n") == "x\n|"
    assert text(Given(file="-"), "a: x") == "x|"


@pytest.mark.parametrize(
    "engine",
    ["mustache", "handlebars", "nunjucks", "jinja2", "fstring", "dollar", "semantic-kernel"],
)
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@drawn(value=st.text(alphabet=st.characters(codec="utf-8"), max_size=30))
def test_a_value_is_never_a_template(here: Path, engine: str, value: str) -> None:
    own = {"fstring": "{a}", "dollar": "${a}", "semantic-kernel": "{{$a}}"}
    name = own.get(engine, "{{a}}")
    prompt(here, f"<{name}>", {"a": {"type": "document"}}, engine=engine)
    value = f"{value} {name} {{% for x in y %}}"
    assert text(Given([f"a={value}"])) == f"<{value}>"


# --- types ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        ("integer", " 5 ", 5),
        ("number", "2.50", 2.5),
        ("number", "3", 3),
        ("boolean", "true", True),
        ("date", "2026-11-22\n", "2026-11-22"),
        ("line", "one\n", "one"),
        ("list", '["a", 1]', ["a", 1]),
        ("list", "- a\n- b\n", ["a", "b"]),
        ("object", "{a: b}", {"a": "b"}),
        ("text", "5", "5"),
    ],
)
def test_a_text_becomes_a_value_of_its_type(
    here: Path, kind: str, written: str, value: object
) -> None:
    prompt(here, "{{ a | tojson }}", {"a": {"type": kind}}, engine="jinja2")
    assert json.loads(text(Given([f"a={written}"]))) == value


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("integer", "2.5"),
        ("integer", "9" * 5000),
        ("number", "1e999"),
        ("number", "nan"),
        ("number", "--1"),
        ("boolean", "yes"),
        ("date", "2026-13-01"),
        ("line", "one\ntwo"),
        ("list", "a"),
        ("list", "[" * 30000),
        ("object", "{a: 1, a: 2}"),
        ("text", "\udcff"),
    ],
)
def test_a_value_of_another_type_is_refused(here: Path, kind: str, written: str) -> None:
    prompt(here, "{{a}}", {"a": {"type": kind}})
    said = refused(Given([f"a={written}"]))
    assert "'a' (--input): " in said
    assert printable(said.replace("\n", "")) == said.replace("\n", "")


@drawn(
    kind=st.sampled_from(TYPES),
    value=st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.lists(st.integers())
    | st.dictionaries(st.text(), st.integers()),
    most=st.integers(1, 10),
)
def test_an_objection_is_a_sentence_or_nothing(kind: str, value: object, most: int) -> None:
    said = objection({"type": kind, "max_characters": most}, value)
    if isinstance(value, str) and kind in ("text", "document"):
        assert bool(said) == (len(value.rstrip("\n")) > most)
    if value is None:
        assert said


def test_what_is_no_choice_and_what_is_too_long_is_refused(here: Path) -> None:
    prompt(here, "{{a}} {{b}}", {"a": {"choices": ["x", "y"]}, "b": {"max_characters": 3}})
    said = refused(Given(["a=z", "b=four"]))
    assert "none of x, y" in said
    assert "4 characters, and 3 are allowed" in said


# --- what can't be done --------------------------------------------------------------------


def test_an_undeclared_placeholder_can_be_given_and_is_named(here: Path) -> None:
    prompt(here, "{{a}} {{other}}", {"a": {}})
    assert text(Given(["a=1", "other=2"])) == "1 2"
    assert "'other', not declared under inputs" in refused(Given(["a=1"]))


@pytest.mark.parametrize(
    ("name", "written", "said"),
    [
        ("v.json", b"[1]", "holds no values by name"),
        ("v.json", b'{"a": ', "is not JSON"),
        ("v.json", b"[" * 30000, "is not JSON"),
        ("v.json", b'{"a": ' + b"9" * 5000 + b"}", "v.json"),
        ("v.yaml", b"a: [", "can't be read as YAML"),
        ("v.yaml", b"a: 1\na: 2\n", "can't be read as YAML"),
        ("v.yaml", b"\xff", "can't be read"),
        ("v.yaml", b"", "holds no values by name"),
    ],
)
def test_a_file_of_values_that_can_not_be_used(
    here: Path, name: str, written: bytes, said: str
) -> None:
    prompt(here, "{{a}}", {"a": {}})
    (here / name).write_bytes(written)
    assert said in refused(Given(file=name))


def test_half_a_character_of_a_template_does_not_end_in_a_crash(here: Path) -> None:
    prompt(here, "{{ '\\ud800' }}{{ a }}", {"a": {}}, engine="jinja2")
    assert text(Given(["a=x"])) == "\ufffdx"


def test_a_prompt_that_grows_without_bound_is_refused(here: Path) -> None:
    prompt(here, "{{a}}" * 10_000, {"a": {"type": "document"}})
    (here / "a.txt").write_text("x" * 100_000, "utf-8")
    assert "is longer than" in refused(Given(files=["a=a.txt"]))


def test_a_long_value_fits_in(here: Path) -> None:
    for engine in ("mustache", "jinja2"):
        prompt(here, "{{a}} {{a}}", {"a": {"type": "document"}}, engine=engine)
        (here / "a.txt").write_text("x" * 400_000, "utf-8")
        assert len(text(Given(files=["a=a.txt"]))) == 800_001


def test_names_that_may_be_empty_are_no_error_and_others_are() -> None:
    jobs = [Job(engine, ["<{{a}}>"], {}, empty) for engine in ("mustache", "jinja2")
            for empty in (["a"], ["b"])]  # fmt: skip
    first, second, third, fourth = render(jobs)
    assert first.texts == third.texts == ("<>",)
    assert second.error
    assert fourth.error


@pytest.mark.parametrize(
    ("engine", "template", "expected"),
    [
        ("mustache", "{{a}} {{{ a }}} {{& a}} {a} ${a}", "é é é {a} ${a}"),
        ("handlebars", "{{a}} \\{{a}} \\\\{{a}}", "é {{a}} \\é"),
        ("nunjucks", "{{ a }} {a}", "é {a}"),
        ("fstring", "{a} {{a}} {{{a}}}", "é {a} {é}"),
        ("dollar", "${a} $a. $$a $5 $${a}", "é é. $a $5 ${a}"),
        ("semantic-kernel", "{{$a}} {{ $a }} {{ }} {{a", "é é {{ }} {{a"),
        ("none", "{{a}}", "{{a}}"),
    ],
)
def test_names_are_filled_in_and_escapes_resolved(
    engine: str, template: str, expected: str
) -> None:
    (result,) = render([Job(engine, [template], {"a": "é"})])
    assert (result.error, result.texts) == ("", (expected,))


def test_the_arguments_of_a_claude_command_are_one_value() -> None:
    job = Job("claude-args", ["Fix $ARGUMENTS now, \\$1."], {"ARGUMENTS": "issue 7"})
    assert render([job])[0].texts == ("Fix issue 7 now, \\$1.",)


@pytest.mark.parametrize(
    ("engine", "template", "what"),
    [
        ("mustache", "{{#a}}x{{/a}}", "{{#a}}"),
        ("mustache", "{{> a}}", "{{> a}}"),
        ("mustache", "{{a.b}}", "{{a.b}}"),
        ("handlebars", "{{#if a}}x{{/if}}", "{{#if a}}"),
        ("handlebars", "{{json a}}", "{{json a}}"),
        ("nunjucks", "{{ a | dump }}", "{{ a | dump }}"),
        ("nunjucks", "{% if a %}x{% endif %}", "{% if a %}"),
        ("fstring", "{a:>10}", "{a:>10}"),
        ("fstring", "{a.__class__}", "{a.__class__}"),
        ("semantic-kernel", "{{Plugin.function $a}}", "{{Plugin.function $a}}"),
        ("claude-args", "$1 of $ARGUMENTS", "$1"),
        ("claude-args", "!`ls` $ARGUMENTS", "!`ls`"),
        ("fstring", 'x {"a": 1}', "the template does not parse: only a name"),
        ("mustache", "{{a", "the template does not parse: a placeholder"),
        ("liquid", "{{a}}", "the engine 'liquid' is not known"),
    ],
)
def test_what_is_more_than_a_name_is_refused_and_nothing_runs(
    engine: str, template: str, what: str
) -> None:
    (result,) = render([Job(engine, ["fine", template], {"a": "x", "ARGUMENTS": "x y"})])
    assert not result.texts
    assert result.error.startswith(what)


# --- what is printed -----------------------------------------------------------------------


@drawn(st.lists(st.tuples(st.sampled_from(["system", "user"]), st.text()), min_size=1))
def test_a_terminal_is_safe_and_a_pipe_is_exact(messages: list[tuple[str, str]]) -> None:
    item = Filled(messages, {}, ())
    for line in report(item, exact=False).replace("\t", " ").split("\n"):
        assert printable(line) == line
    exact = report(item)
    assert all(found in exact for _, found in messages)
    if len(messages) == 1:
        assert exact == messages[0][1]


def test_a_pipe_gets_the_control_characters_of_a_value(here: Path) -> None:
    prompt(here, "{{a}}", {"a": {"type": "document"}})
    ran = in_process(["render", "reply", "--input", "a=\x1b[2J\r\n\u202ex"], here, {}, b"")
    assert ran.out == "\x1b[2J\r\n\u202ex"
    coloured = in_process(
        ["render", "reply", "--input", "a=\x1b[2J\u202ex"], here, {"FORCE_COLOR": "1"}, b""
    )
    assert coloured.out == "<U+001B>[2J<U+202E>x\n"
