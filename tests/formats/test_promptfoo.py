"""Configurations of promptfoo: which files are some, and what is read from them."""

from __future__ import annotations

import json
import textwrap
from typing import Any

import pytest
import yaml
from exact import Folder, at, names, read, shown, texts
from hypothesis import assume, given
from hypothesis import strategies as st
from linting import STYLES, scalar

from guideline_kit import formats
from guideline_kit.documents import Document
from guideline_kit.text import Source

FORMAT = "promptfoo-config"


def config(text: str, **more: Any) -> Document:
    return read(textwrap.dedent(text), FORMAT, **more)


# --- which files ---------------------------------------------------------------------------

WHOLE = "prompts: [a.txt]\nproviders: [echo]\ntests: tests.csv\n"


@pytest.mark.parametrize(
    "path",
    [
        "promptfooconfig.yaml",
        "evals/promptfooconfig.yml",
        "promptfooconfig.json",
        "promptfooconfig.staging.yaml",
        "promptfooconfig-rag.yaml",
    ],
)
def test_the_usual_names_say_it_all(path: str) -> None:
    assert formats.detect(path, "") == FORMAT
    assert formats.detect(path, "broken: [") == FORMAT


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        WHOLE.replace("providers", "targets"),
        WHOLE.replace("tests", "scenarios"),
        WHOLE.replace("\n", "\r\n"),
        "redteam:\n  purpose: x\ntargets:\n  - echo\n",
        "# yaml-language-server: $schema=https://promptfoo.dev/config-schema.json\ntests: []\n",
        WHOLE + "broken: [\n",
        json.dumps({"prompts": ["a"], "providers": ["echo"], "tests": []}, indent=2),
        json.dumps({"prompts": ["a"], "providers": ["echo"], "tests": []}, indent="\t"),
    ],
)
def test_under_another_name_the_keys_at_the_top_say_it(text: str) -> None:
    path = "evals/smoke.json" if text.startswith("{") else "evals/smoke.yaml"
    assert formats.detect(path, text) == FORMAT


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("docker-compose.yaml", "services:\n  web:\n    image: x\n"),
        ("evals/tests.yaml", "- vars:\n    topic: tea\n  assert: []\n"),
        ("app.yaml", "prompts: [a]\nproviders: [b]\n"),
        ("app.yaml", "app:\n  prompts: [a]\n  providers: [b]\n  tests: [c]\n"),
        ("main.yaml", "providers: [aws]\ntests: [unit]\n"),
        ("flow.dag.yaml", "inputs: {}\nnodes: []\n"),
        ("package.json", '{\n  "name": "x",\n  "scripts": {"tests": "y"}\n}\n'),
        (
            "results.json",
            json.dumps(
                {"evalId": "x", "config": {"prompts": [], "providers": [], "tests": []}}, indent=2
            ),
        ),
        ("evals/README.md", WHOLE),
        ("notes.txt", WHOLE),
    ],
)
def test_other_files_are_none(path: str, text: str) -> None:
    assert formats.detect(path, text) is None


# --- prompts -------------------------------------------------------------------------------


def test_each_prompt_in_the_file_is_one_of_its_own() -> None:
    document = config(
        """\
        description: Two ways to greet
        prompts:
          - 'Greet {{name}}.'
          - |
            You greet people.

            {{name}}
          - {raw: "Say hello to {{ name | upper }}", label: loud}
          - id: file://greeting.txt
            label: from a file
        providers: [echo]
        """
    )
    assert texts(document) == [
        [("user", "Greet {{name}}.")],
        [("user", "You greet people.\n\n{{name}}\n")],
        [("user", "Say hello to {{ name | upper }}")],
    ]
    assert [part.name for part in document.parts] == ["", "", "loud"]
    assert names(document) == ["name", "name", "name"]
    assert {part.engine for part in document.parts} == {"nunjucks"}
    assert document.fields["description"] == "Two ways to greet"
    assert [part.fields for part in document.parts] == [{}, {}, {}]


def test_one_prompt_needs_no_list() -> None:
    assert texts(config("prompts: 'Greet {{name}}.'\n")) == [[("user", "Greet {{name}}.")]]


@pytest.mark.parametrize(
    "prompts",
    [
        "file://a.txt", "a.txt", "prompts/*.txt", "file://make.js:one", "make.py", "exec:make",
        "langfuse://greeting:3:chat", "langfuse://greeting@production", "portkey://x",
        "file://{{env.FOLDER}}/a.txt", "s3://bucket/key",
    ],
)  # fmt: skip
def test_the_name_of_a_file_is_no_prompt(prompts: str) -> None:
    for text in (f"prompts: '{prompts}'\n", f"prompts: ['{prompts}']\n"):
        assert not config(text).messages
    assert not config(f"prompts: [{{id: '{prompts}', label: x}}]\n").messages


@pytest.mark.parametrize(
    "prompt",
    [
        "Sum up a.txt", "{{prompt}}", "https://example.com says {{x}}. Is it true?",
        "Explain km/h", "file://a.txt\nis the file.",
    ],
)  # fmt: skip
def test_a_text_that_speaks_of_files_is_a_prompt(prompt: str) -> None:
    document = read(json.dumps({"prompts": [prompt]}), FORMAT)
    assert texts(document) == [[("user", prompt)]]


def test_a_map_of_files_and_labels_holds_no_text() -> None:
    document = config("prompts: {a.txt: one, 'file://b.txt': two}\n", beside=Folder({"a.txt": ""}))
    assert not document.messages
    assert [shown(item)[:2] for item in document.problems] == [("missing-file", "'file://b.txt'")]


CHAT = [
    {"role": "system", "content": 'You say "hello".'},
    {"role": "user", "content": "Greet {{name}}.\nNow: ä"},
]
SPOKEN = [("system", 'You say "hello".'), ("user", "Greet {{name}}.\nNow: ä")]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("ascii", [True, False])
def test_a_chat_in_json_in_a_text_has_messages(style: str, indent: int | None, ascii: bool) -> None:
    chat = json.dumps(CHAT, indent=indent, ensure_ascii=ascii)
    document = read(scalar(chat, style).replace("prompt:", "prompts:", 1), FORMAT)
    assert texts(document) == [SPOKEN]
    place = document.placeholders[0]
    assert (place.name, document.source.slice(place.span)) == ("name", "{{name}}")


def test_a_chat_in_yaml_in_a_text_has_messages() -> None:
    document = config(
        """\
        prompts:
          - |
            - role: system
              content: You greet.
            - role: user
              content: |
                Greet {{name}}.
                Now.
        """
    )
    assert texts(document) == [[("system", "You greet."), ("user", "Greet {{name}}.\nNow.\n")]]
    assert document.source.slice(document.placeholders[0].span) == "{{name}}"


@pytest.mark.parametrize(
    ("chat", "spoken"),
    [
        ([{"role": "developer", "content": "A"}], [("system", "A")]),
        ([{"role": "model", "parts": [{"text": "A"}]}], [("assistant", "A")]),
        ([{"role": "{{who}}", "content": "A"}], [("user", "A")]),
        (
            [{"role": "user", "content": [{"type": "text", "text": "A"}, {"type": "image_url"}]}],
            [("user", "A")],
        ),
        (
            {"system": [{"text": "A"}], "messages": [{"role": "user", "content": "B"}]},
            [("system", "A"), ("user", "B")],
        ),
        ({"contents": [{"role": "user", "parts": [{"text": "A"}]}]}, [("user", "A")]),
        ([{"role": "user", "content": None}, {"role": "user", "content": "A"}], [("user", "A")]),
    ],
)
def test_chats_of_several_providers_are_understood(chat: Any, spoken: Any) -> None:
    assert texts(read(json.dumps({"prompts": [json.dumps(chat)]}), FORMAT)) == [spoken]


@pytest.mark.parametrize(
    "prompt",
    [
        '[INST] Say who has the "role" [/INST]',
        '{"role": "x"} is an object. What is in it?',
        '["role", "content"]',
        '{"answer": "{{answer}}"}',
        "- a list\n- of points\n",
    ],
)
def test_brackets_alone_make_no_chat(prompt: str) -> None:
    document = read(json.dumps({"prompts": [prompt]}), FORMAT)
    assert texts(document) == [[("user", prompt)]]
    assert not document.problems


def test_templates_between_the_messages_of_a_chat_do_no_harm() -> None:
    document = config(
        """\
        prompts:
          - |
            [
              {% for turn in _conversation %}
              {"role": "user", "content": "{{ turn.input }}"},
              {"role": "assistant", "content": "{{ turn.output }}"},
              {% endfor %}
              {"role": "system", "content": {{ rules | dump }}},
              {"role": "user", "content": "Answer {{ question | default("a") }}"}
            ]
        providers: [echo]
        tests:
          - vars: {question: Why?}
        """
    )
    assert texts(document) == [
        [
            ("user", "{{ turn.input }}"),
            ("assistant", "{{ turn.output }}"),
            ("user", 'Answer {{ question | default("a") }}'),
        ]
    ]
    assert not document.problems
    # The loop sets `turn`: no test has to.
    assert names(document) == ["", "", "question"]


@pytest.mark.parametrize(
    ("chat", "place", "message"),
    [
        ('[{"role": "user", "content": "A {{b}}",}]', (3, 43), "a comma with nothing"),
        ('[{"role": "user", "content": "A"} {"role": "user"}]', (3, 38), "a comma is missing"),
        ("[{'role': 'user', 'content': 'A'}]", (3, 7), "single quotes"),
        ('[{"role": "user", "content": "A" "B"}]', (3, 37), "a comma is missing"),
    ],
)
def test_a_broken_chat_is_read_as_far_as_it_can_be(
    chat: str, place: tuple[int, int], message: str
) -> None:
    document = config(f"prompts:\n  - |-\n    {chat}\n")
    (problem,) = document.problems
    assert problem.rule == "prompt-format"
    assert message in problem.message
    assert " in line " not in problem.message
    assert at(problem) == place
    assert problem.help


def test_a_chat_that_a_template_may_mend_is_no_problem() -> None:
    text = '[{% if a %}{"role": "user", "content": "A"}{% else %}{"role": "x"}{% endif %}]'
    assert not read(json.dumps({"prompts": [text]}), FORMAT).problems


def test_a_key_that_stands_twice_in_a_chat_is_none_either() -> None:
    text = '[{"role": "user", "content": "A", "content": "B"}]'
    assert not read(json.dumps({"prompts": [text]}), FORMAT).problems


@pytest.mark.parametrize(
    ("item", "place"),
    [("7", (2, 5)), ("[a, b]", (2, 5)), ("{role: user, content: Hello}", (2, 5)), ("~", (2, 5))],
)
def test_what_promptfoo_takes_for_no_prompt_is_a_problem(item: str, place: tuple[int, int]) -> None:
    (problem,) = config(f"prompts:\n  - {item}\n  - Hello\n").problems
    assert (problem.rule, at(problem)) == ("prompt-format", place)
    assert "neither 'raw' nor 'label'" in problem.message


def test_a_prompt_that_is_an_alias_is_read_once_where_it_is_written() -> None:
    document = config("x: &hello 'Greet {{name}}.'\nprompts: [*hello, *hello]\n")
    assert texts(document) == [[("user", "Greet {{name}}.")]]


def test_aliases_of_a_long_text_do_not_make_it_many() -> None:
    many = "".join("  - assert: [{type: llm-rubric, rubricPrompt: *long}]\n" for _ in range(5000))
    document = config("prompts: [a]\nx: &long " + "word " * 20000 + "\ntests:\n" + many)
    assert len(document.parts) == 2
    text = "x: &x " + "word" * 100_000 + ".\nprompts:\n" + "  - *x\n" * 20_000
    assert len(config(text).parts) == 1


# --- judges --------------------------------------------------------------------------------


def test_prompts_for_a_judge_are_prompts_and_criteria_are_none() -> None:
    document = config(
        """\
        prompts: [Hello]
        defaultTest:
          options:
            rubricPrompt: 'Judge {{output}}.'
          assert:
            - {type: llm-rubric, value: Is it polite?}
        tests:
          - vars: {a: b}
            assert:
              - type: llm-rubric
                value: Is it short?
                rubricPrompt:
                  - {role: system, content: You judge.}
                  - {role: user, content: '{{ output }}'}
              - type: assert-set
                assert:
                  - type: g-eval
                    rubricPrompt: '[{"role": "system", "content": "Third."}]'
        """
    )
    assert texts(document)[1:] == [
        [("user", "Judge {{output}}.")],
        [("system", "You judge."), ("user", "{{ output }}")],
        [("system", "Third.")],
    ]
    assert [part.inputs for part in document.parts[1:]] == [None, None, None]


# --- models --------------------------------------------------------------------------------


def test_models_and_their_settings_are_parameters() -> None:
    document = config(
        """\
        prompts:
          - {raw: Hello, label: a, config: {top_p: 0.5}}
        providers:
          - openai:gpt-5
          - id: anthropic:claude
            config: {temperature: 0.2, max_tokens: 100}
          - openai:old: {config: {seed: 1}}
        """
    )
    assert [(item.name, item.value) for item in document.parameters] == [
        ("model", "openai:gpt-5"),
        ("model", "anthropic:claude"),
        ("temperature", 0.2),
        ("max_tokens", 100),
        ("model", "openai:old"),
        ("seed", 1),
        ("top_p", 0.5),
    ]
    assert [document.source.slice(item.span) for item in document.parameters][:3] == [
        "openai:gpt-5", "anthropic:claude", "0.2"
    ]  # fmt: skip
    assert [(item.name, item.value) for item in document.parts[0].parameters] == [("top_p", 0.5)]
    assert config("targets: echo\n").parameters[0].value == "echo"


# --- tests ---------------------------------------------------------------------------------


def test_tests_are_cases_with_what_they_get_by_default() -> None:
    document = config(
        """\
        prompts: [Hello]
        defaultTest: {vars: {tone: warm, name: nobody}}
        tests:
          - description: A name
            vars: {name: Ada}
            assert: [{type: contains, value: Ada}]
          - file://more.yaml
          - {path: make.py, config: {}}
          - vars: {name: Bo}
        """
    )
    first, second = document.cases
    assert dict(first.inputs) == {"name": "Ada", "tone": "warm"}
    assert first.expected == [{"type": "contains", "value": "Ada"}]
    assert (first.title, second.title) == ("A name", "")
    assert dict(second.inputs) == {"name": "Bo", "tone": "warm"}
    assert document.source.slice(first.span) == "description: A name"


def test_each_row_of_a_scenario_is_tried_with_each_of_its_tests() -> None:
    document = config(
        """\
        prompts: [Hello]
        scenarios:
          - config: [{vars: {a: 1}}, {vars: {a: 2}}]
            tests: [{vars: {b: 3}}, {vars: {b: 4}, description: x}]
          - config: [{vars: {a: 5}}]
          - file://more.yaml
        """
    )
    assert [dict(case.inputs) for case in document.cases] == [
        {"a": 1, "b": 3}, {"a": 1, "b": 4}, {"a": 2, "b": 3}, {"a": 2, "b": 4}, {"a": 5}
    ]  # fmt: skip


def test_a_scenario_of_very_many_rows_and_tests_comes_to_an_end() -> None:
    rows = "".join(f"      - vars: {{a: {number}}}\n" for number in range(2000))
    text = f"prompts: [Hello]\nscenarios:\n  - config:\n{rows}    tests:\n{rows}"
    assert len(config(text).cases) == 1000


# --- variables -----------------------------------------------------------------------------

TESTED = """\
prompts:
  - 'Greet {{name}} in {{language}}.'
  - 'Say bye to {{name}}.'
providers: [echo]
tests:
  - vars: {name: Ada, language: French, mood: good}
    assert: [{type: llm-rubric, value: 'Is it {{mood}}?'}]
"""


def inputs(text: str) -> list[list[str] | None]:
    document = config(text)
    return [
        None if part.inputs is None else [item.name for item in part.inputs]
        for part in document.parts
    ]


def test_what_tests_give_is_what_prompts_may_use() -> None:
    assert inputs(TESTED) == [["name", "language"], ["name"]]
    part = config(TESTED).parts[0]
    assert part.inputs is not None
    assert [part.source.position(item.span.start).line for item in part.inputs] == [6, 6]


def test_a_variable_that_nothing_speaks_of_is_one_that_prompts_should_use() -> None:
    assert inputs(TESTED.replace("{{mood}}", "polite"))[0] == ["name", "language", "mood"]
    # A program may use it, whatever it is called there.
    assert inputs(TESTED.replace("{{mood}}", "polite").replace("echo", "file://a.js"))[0] == [
        "name", "language"
    ]  # fmt: skip
    assert inputs(TESTED.replace("'Say bye", "file://a.txt\n  - 'Say bye").replace("{{mood}}", ""))[
        0
    ] == ["name", "language"]


@pytest.mark.parametrize(
    "optional",
    ["{% if formal %}Sir{% endif %}", "{{ formal | default('Sir') }}", "{{ formal or 'Sir' }}"],
)
def test_what_a_template_can_do_without_needs_no_test(optional: str) -> None:
    document = config(TESTED.replace("'Say bye to {{name}}.'", f'"Bye {optional} {{{{name}}}}."'))
    assert document.parts[1].inputs is not None
    assert [(item.name, item.required) for item in document.parts[1].inputs] == [
        ("formal", False), ("name", True)
    ]  # fmt: skip


def test_what_promptfoo_itself_gives_needs_no_test() -> None:
    document = config(TESTED.replace("bye to", "{{env.BYE}} {{_conversation}}"))
    assert names(document)[2:] == ["", "", "name"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tests:\n", "tests:\n  - file://more.yaml\n"),
        ("tests:\n", "tests:\n  - {path: make.py}\n"),
        ("tests:\n", "defaultTest: file://default.yaml\ntests:\n"),
        ("tests:\n", "defaultTest: {options: {transformVars: 'x'}}\ntests:\n"),
        ("tests:\n", "extensions: [file://a.py:f]\ntests:\n"),
        ("tests:\n", "redteam: {}\ntests:\n"),
        ("tests:\n", "scenarios: file://s.yaml\ntests:\n"),
        ("tests:\n", "scenarios: [file://s.yaml]\ntests:\n"),
        ("tests:\n", "tests:\n  - vars: file://vars.yaml\n"),
        ("tests:\n", "tests:\n  - vars: [a.yaml, b.yaml]\n"),
        ("tests:\n", "tests:\n  - {$ref: '#/x'}\n"),
        ("tests:\n", "x: &x {vars: {a: b}}\ntests:\n  - <<: *x\n"),
        ("tests:\n", "x: &x {a: b}\ntests:\n  - vars: {<<: *x}\n"),
        ("tests:\n", "unclosed: [\ntests:\n"),
    ],
)
def test_where_more_may_come_from_elsewhere_nothing_is_declared(old: str, new: str) -> None:
    found = inputs(TESTED.replace(old, new))
    assert set(map(type, found)) == {type(None)}


@pytest.mark.parametrize("tests", ["", "tests: []\n", "tests: tests.csv\n", "tests: [{}]\n"])
def test_without_tests_nothing_is_declared(tests: str) -> None:
    assert inputs("prompts: ['Greet {{name}}.']\nproviders: [echo]\n" + tests) == [None]


# --- other files ---------------------------------------------------------------------------


def test_files_that_are_not_there_are_named_where_the_file_names_them() -> None:
    document = config(
        """\
        prompts:
          - file://there.txt
          - file://gone.txt
          - gone.md
          - {id: file://gone.json, label: x}
          - file:///etc/passwd.txt
        defaultTest: file://gone.yaml
        tests:
          - file://gone.csv
        """,
        beside=Folder({"there.txt": ""}),
    )
    assert [(shown(item)[1], at(item)[0]) for item in document.problems] == [
        ("file://gone.txt", 3),
        ("gone.md", 4),
        ("file://gone.json", 5),
        ("file:///etc/passwd.txt", 6),
        ("file://gone.csv", 9),
        ("file://gone.yaml", 7),
    ]
    assert {item.rule for item in document.problems} == {"missing-file"}
    assert document.problems[0].message == "'gone.txt' can't be read: it is not there"
    assert "absolute" in document.problems[3].message


@pytest.mark.parametrize(
    "name",
    [
        "file://prompts/*.txt", "file://a[0-9].txt", "file://{a,b}.txt", "exec:a.txt",
        "file://make.js:one", "file://make.py", "langfuse://a.txt", "file://{{env.DIR}}/a.txt",
        "file://folder/", "package:a:b",
    ],
)  # fmt: skip
def test_what_promptfoo_has_to_find_out_is_left_alone(name: str) -> None:
    folder = Folder({})
    source = Source("a", f"prompts: ['{name}']\n")
    assert not formats.read(source, FORMAT, folder).problems
    assert not folder.asked


def test_nothing_is_looked_for_where_paths_count_from_elsewhere() -> None:
    assert not config("basePath: ../x\nprompts: [file://a.txt]\n", beside=Folder({})).problems


def test_each_file_is_looked_for_once_and_not_more_than_a_hundred() -> None:
    folder = Folder({})
    listed = [f"file://{number}.txt" for number in range(500)] + ["file://1.txt"] * 5
    document = formats.read(Source("a", json.dumps({"prompts": listed})), FORMAT, folder)
    assert len(folder.asked) == len(set(folder.asked)) == 100
    assert len(document.problems) == 100


# --- keys ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("prompt", "prompts"),
        ("test", "tests"),
        ("provider", "providers"),
        ("defaulttest", "defaultTest"),
        ("default_test", "defaultTest"),
        ("scenario", "scenarios"),
        ("descripton", "description"),
    ],
)
def test_a_slip_in_a_key_is_named(wrong: str, right: str) -> None:
    document = config(f"env: {{}}\n{wrong}: x\n")
    (problem,) = document.problems
    assert shown(problem)[:2] == ("prompt-format", wrong)
    assert problem.help == f"Did you mean '{right}'?"


@pytest.mark.parametrize(
    "text",
    [
        "my-notes: x\n",
        "x-tests: []\n",
        "outputs: []\n",
        "test: x\ntests: []\n",
        "test: &t {vars: {a: b}}\nscenarios: [*t]\n",
        "test: {vars: {a: b}}\nscenarios: [{$ref: '#/test'}]\n",
        "metadata: {test: x}\n",
    ],
)
def test_a_key_of_somebodys_own_is_none(text: str) -> None:
    assert not config(text).problems


# --- JSON, and what is broken --------------------------------------------------------------


def test_a_configuration_may_be_json() -> None:
    text = '{\n  "prompts": ["Greet\\n{{name}} \\ud83d\\ude00"],\n  "providers": "echo"\n}\n'
    assert texts(read(text, FORMAT)) == [[("user", "Greet\n{{name}} 😀")]]


def test_json_that_is_good_yaml_is_good_enough() -> None:
    document = read('{\n  # a remark\n  "prompts": ["Hello",],\n}\n', FORMAT)
    assert texts(document) == [[("user", "Hello")]]
    assert not document.problems


def test_of_broken_files_is_read_what_stands_before() -> None:
    document = config("prompts:\n  - Hello {{name}}\nproviders: 'echo\n")
    assert texts(document) == [[("user", "Hello {{name}}")]]
    assert [item.rule for item in document.problems] == ["yaml-syntax"]
    document = read('{"prompts": ["Hello"], "providers": ["echo" "x"]}', FORMAT)
    assert texts(document) == [[("user", "Hello")]]
    assert [item.rule for item in document.problems] == ["json-syntax"]


@pytest.mark.parametrize("text", ["", "- a\n", "7\n", "a text\n", "{", "[", "\x00", "null", "{}"])
def test_what_is_no_configuration_at_all_has_no_prompts(text: str) -> None:
    document = read(text, FORMAT)
    assert not document.messages
    assert not document.parts


def test_a_template_that_does_not_parse_is_shown_in_its_place() -> None:
    document = config("prompts:\n  - 'Fine {{a}}'\n  - |\n    One\n    {% if a %}two\n")
    assert document.parts[0].template_error is None
    error = document.parts[1].template_error
    assert error is not None
    assert document.template_error == error
    assert document.source.position(error[1].start).line == 5


@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_other_line_ends_move_nothing(line_end: str) -> None:
    text = "prompts:\n  - |\n    One\n    {{two}}\n  - Three\ntest: x\n".replace("\n", line_end)
    document = read(text, FORMAT)
    assert [document.source.slice(item.span) for item in document.placeholders] == ["{{two}}"]
    assert shown(document.problems[0])[1] == "test"


def test_a_byte_order_mark_moves_nothing() -> None:
    for text in ("\ufeffprompts: ['{{a}}']\n", '\ufeff{"prompts": ["{{a}}"]}'):
        document = read(text, FORMAT)
        assert [document.source.slice(item.span) for item in document.placeholders] == ["{{a}}"]


# --- any text ------------------------------------------------------------------------------

WORDS = st.lists(
    st.sampled_from(
        ["a", "word", " ", " ", "\n", "\n\n", "é", "😀", '"', "'", "\\", "{{x}}", "{", "}", "[",
         "{% if a %}b{% endif %}", ": ", " #", "- ", "\t", "file://a.txt"]
    ),
    max_size=12,
).map("".join)  # fmt: skip


@st.composite
def configurations(draw: st.DrawFn) -> tuple[str, list[list[tuple[str, str]]]]:
    """A configuration, and who says what in its prompts."""
    prompts, spoken = [], []
    for _ in range(draw(st.integers(1, 3))):
        text = "See " + draw(WORDS) + " end"
        if draw(st.booleans()):
            chat = [{"role": "system", "content": text}, {"role": "user", "content": draw(WORDS)}]
            spoken.append([("system", text), ("user", chat[1]["content"])])
            text = json.dumps(
                chat, ensure_ascii=draw(st.booleans()), indent=draw(st.sampled_from([None, 2]))
            )
        else:
            spoken.append([("user", text)])
        prompts.append(draw(st.sampled_from([text, {"raw": text, "label": "x"}])))
    data = {"prompts": prompts, "tests": [{"vars": {"a": "b"}}]}
    if draw(st.booleans()):
        return json.dumps(data, ensure_ascii=draw(st.booleans())), spoken
    written = yaml.dump(
        data,
        default_style=draw(st.sampled_from([None, "'", '"', "|", ">"])),
        allow_unicode=draw(st.booleans()),
        width=draw(st.integers(20, 90)),
    )
    assume(yaml.safe_load(written) == data)  # PyYAML folds what can't be folded
    return written.replace("\n", draw(st.sampled_from(["\n", "\n", "\r\n"]))), spoken


@given(configurations())
def test_prompts_come_out_as_they_were_written(
    made: tuple[str, list[list[tuple[str, str]]]],
) -> None:
    text, spoken = made
    assert texts(read(text, FORMAT)) == spoken


@given(configurations(), st.data())
def test_mutilated_files_never_raise(
    made: tuple[str, list[list[tuple[str, str]]]], data: st.DataObject
) -> None:
    text, _ = made
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 30)))
    put = data.draw(st.sampled_from(["", "{", "[", '"', "\n", ": ", "*a", "&a ", "<<: ", "\x00"]))
    text = text[:start] + put + text[end:]
    formats.detect("a/b.yaml", text)
    read(text, FORMAT)
