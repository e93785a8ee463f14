"""Semantic Kernel's prompt functions, in YAML and as a folder, and the chat tags in both."""

from __future__ import annotations

import json

import pytest
from data_styles import STYLES, TEXTS, Folder, mutilated, read, said, spoken, written
from hypothesis import given
from hypothesis import strategies as st

from guideline_kit import formats
from guideline_kit.diagnostics import Severity
from guideline_kit.text import Source

YAML = "semantic-kernel-yaml"
FOLDER = "semantic-kernel-skprompt"

WHOLE = """\
name: Reply
description: Replies to a customer
template_format: semantic-kernel
template: |
  <message role="system">You reply in {{$tone}} words.</message>
  <message role="user">
    {{Mail.summarize $mail}}
  </message>
  {{$history}}
input_variables:
  - name: tone
    description: How to sound
    default: plain
  - name: mail
    is_required: true
  - name: history
    is_required: false
    allow_dangerously_set_content: true
output_variable:
  description: The reply
execution_settings:
  default:
    temperature: 0.2
  fast:
    model_id: gpt-4o-mini
    max_tokens: 100
"""
CONFIG = {
    "schema": 1,
    "description": "Replies",
    "execution_settings": {"default": {"temperature": 0.2, "model_id": "m"}},
    "input_variables": [
        {"name": "mail", "description": "A mail"},
        {"name": "tone", "default": "x"},
    ],
}


# --- where they are found ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text", "format"),
    [
        ("a.yaml", WHOLE, YAML),
        ("deep/a.yml", WHOLE, YAML),
        ("reply.prompt.yaml", WHOLE, YAML),
        ("a.yaml", "template: Write.\ntemplate_format: handlebars\n", YAML),
        ("a.yaml", "template: Write.\ntemplate_format: 'liquid'\n", YAML),
        ("a.yaml", "template: Write.\nexecution_settings: {}\n", YAML),
        ("a.yaml", "template: Write.\ninput_variables:\n  - name: a\n", YAML),
        ("a.yaml", 'template: |\n  <message role="user">Write.</message>\n', YAML),
        ("a.yaml", "name: a\ntemplate: Write.\ntemplate_format: jinja2\n", YAML),
        ("a.yaml", "template: [\nexecution_settings: {}\n", YAML),
        ("a.yaml", "_type: prompt\ntemplate: Write.\ntemplate_format: jinja2\n", "langchain"),
        ("a.yaml", "template: Write.\ninput_variables: [a]\ntemplate_format: jinja2\n",
         "langchain"),
        ("a.yaml", "name: a\ntemplate: Write.\n", None),
        ("a.yaml", "template:\n  metadata: {name: x}\nspec: {}\n", None),
        ("Reply/skprompt.txt", "Write.", FOLDER),
        ("Reply/config.json", json.dumps(CONFIG), FOLDER),
        ("config.json", json.dumps(CONFIG)[:-1], FOLDER),
        ("config.json", '{"schema": 1, "type": "completion", "description": ""}', FOLDER),
        ("config.json", '{"schema": 1, "name": "server"}', None),
        ("config.json", '{"architectures": ["A"], "model_type": "a", "vocab_size": 2}', None),
        ("config.json", "", None),
        ("my-config.json", json.dumps(CONFIG), None),
    ],
)  # fmt: skip
def test_a_file_is_taken_for_what_it_is(path: str, text: str, format: str | None) -> None:
    assert formats.detect(path, text) == format


# --- YAML ----------------------------------------------------------------------------------


def test_a_function_is_read() -> None:
    document = read(YAML, WHOLE, "a.yaml")
    assert document.problems == ()
    assert spoken(document) == [
        ("system", "You reply in {{$tone}} words."),
        ("user", "{{Mail.summarize $mail}}"),
        ("tool", "{{$history}}"),
    ]
    found = [(item.name, document.source.slice(item.span)) for item in document.placeholders]
    assert found == [
        ("tone", "{{$tone}}"),
        ("mail", "{{Mail.summarize $mail}}"),
        ("history", "{{$history}}"),
    ]
    assert document.engine == "semantic-kernel"


def test_inputs_and_settings_are_read_with_their_places() -> None:
    document = read(YAML, WHOLE, "a.yaml")
    inputs = [(item.name, item.required, item.trust) for item in document.inputs or ()]
    assert inputs == [
        ("tone", False, ""),
        ("mail", True, ""),
        ("history", False, "trusted"),
    ]
    for item in document.inputs or ():
        assert document.source.slice(item.span) == item.name
    settings = [(item.name, document.source.slice(item.span)) for item in document.parameters]
    assert settings == [("temperature", "0.2"), ("model", "gpt-4o-mini"), ("max_tokens", "100")]


@pytest.mark.parametrize(
    ("named", "engine", "template", "names"),
    [
        ("", "semantic-kernel", "{{$a}} {{b}}", ["a", ""]),
        ("template_format: semantic-kernel", "semantic-kernel", "{{p.f $a x=$c}}", ["a", "c"]),
        ("template_format: handlebars", "handlebars", "{{#if a}}{{b}}{{/if}}", ["a", "b", ""]),
        ("template_format: jinja2", "jinja2", "{% if a %}{{ b }}{% endif %}", ["a", "b", ""]),
        # Nobody knows Liquid here, and what looks wrong in it may be right.
        ("template_format: liquid", "", "{% for i in a %}{{i.b | c: 1}}{% endfor %}", None),
        ("template_format: liquid", "", "{{a.b}}{% for i in c %}{{i}}{% endfor %}",
         ["a", "c", "", ""]),
        ("template_format: own", "", "{{a}}", None),
    ],
)  # fmt: skip
def test_the_template_language_is_the_one_that_is_named(
    named: str, engine: str, template: str, names: list[str] | None
) -> None:
    document = read(YAML, f"template: {json.dumps(template)}\n{named}\n")
    assert (document.engine, document.template_error) == (engine, None)
    if names is not None:
        assert [item.name for item in document.placeholders] == names


def test_capitals_make_no_other_variable() -> None:
    text = 'template: "{{$INPUT}} {{$Other}}"\ninput_variables:\n- name: input\n'
    assert [item.name for item in read(YAML, text).placeholders] == ["input", "Other"]


def test_a_template_that_does_not_parse_is_known_by_its_place() -> None:
    document = read(YAML, "template: |\n  Write.\n  {{$a b}}\n")
    assert document.template_error is not None
    assert document.source.position(document.template_error[1].start).line == 3


def test_without_declarations_there_are_no_inputs() -> None:
    assert read(YAML, "template: x\n").inputs is None
    assert read(YAML, "template: x\ninput_variables: []\n").inputs == ()


@pytest.mark.parametrize(
    ("text", "severity", "place", "marked"),
    [
        ("name: x\n", "error", "1:1", "name: x"),
        ("name: x\ntemplate:\n", "error", "2:1", "template"),
        ("name: x\ntemplate: {a: b}\n", "error", "2:1", "template"),
        ("template: x\nauthor: me\n", "warning", "2:1", "author"),
        ("template: x\ntemplate_format: handlebar\n", "warning", "2:18", "handlebar"),
        ("template: x\ntemplate_format: [a]\n", "warning", "2:18", "[a]"),
        ("template: x\ninput_variables: {a: b}\n", "error", "2:1", "input_variables"),
        ("template: x\ninput_variables: [a]\n", "error", "2:19", "a"),
        ("template: x\ninput_variables:\n- description: y\n", "error", "3:3", "description: y"),
        ("template: x\ninput_variables:\n- name: y\n  required: true\n", "warning", "4:3",
         "required"),
        ("template: x\ninput_variables:\n- name: y\n  type: int\n", "warning", "4:3", "type"),
        ("template: x\ninput_variables:\n- name: y\n  default: 5\n", "warning", "4:12", "5"),
        ("template: x\nexecution_settings: {temperature: 1}\n", "error", "2:22", "temperature"),
        ("template: x\ncompletion: {max_tokens: 5}\n", "warning", "2:1", "completion"),
        ("just a text", "error", "1:1", ""),
    ],
)  # fmt: skip
def test_what_the_kernel_refuses_or_passes_over_is_said(
    text: str, severity: str, place: str, marked: str
) -> None:
    document = read(YAML, text)
    assert said(document)[0] == ("prompt-format", place, marked)
    assert document.problems[0].severity == Severity.parse(severity)


def test_a_broken_file_is_read_up_to_where_it_breaks() -> None:
    document = read(YAML, WHOLE.replace("output_variable:", "output_variable: ]"))
    assert len(document.messages) == 3
    assert len(document.inputs or ()) == 3
    assert [rule for rule, _, _ in said(document)] == ["yaml-syntax"]


# --- chat tags -----------------------------------------------------------------------------


def chat(text: str, engine: str = "semantic-kernel") -> list[tuple[str, str]]:
    document = read(FOLDER, text, "skprompt.txt", Folder(
        config__json=json.dumps({"template_format": engine})))  # fmt: skip
    return spoken(document)


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("Write.", [("user", "Write.")]),
        ("", [("user", "")]),
        ("<message role='system'>A</message><MESSAGE  role = \"assistant\" >B</MESSAGE>",
         [("system", "A"), ("assistant", "B")]),
        ('<message role="developer">\n A\n b \n</message>', [("system", "A\n b")]),
        ('<message role="tool">A</message>', [("tool", "A")]),
        ('<message role="{{$who}}">A</message>', [("user", "A"), ("tool", "{{$who}}")]),
        ('<message role="user"></message>', [("user", "")]),
        ('<message role="user"/>', [("user", '<message role="user"/>')]),
        ('Be brief.\n<message role="user">A</message>\nBye.',
         [("system", "Be brief."), ("user", "A"), ("user", "Bye.")]),
        ('<chat_history>\n<message role="user">A</message></chat_history>', [("user", "A")]),
        ('{{$a}}{{$b}} <message role="user">A</message>{{p.f $c}}',
         [("user", "A"), ("tool", "{{$a}}{{$b}}\n{{p.f $c}}")]),
        # A tag inside of an expression is none, nor is one that would end in it.
        ("<message role='user'>{{p.f '<message role=\"system\">'}}</message>",
         [("user", "{{p.f '<message role=\"system\">'}}")]),
        # Tags that mark a part of a text, and are no messages.
        ("Read <message>{{$a}}</message>.", [("user", "Read <message>{{$a}}</message>.")]),
        ("<messages>A</messages>", [("user", "<messages>A</messages>")]),
        ("<message role", [("user", "<message role")]),
    ],
)  # fmt: skip
def test_tags_make_messages(text: str, messages: list[tuple[str, str]]) -> None:
    assert chat(text) == messages


def test_a_helper_writes_tags_as_well() -> None:
    text = (
        '{{#message role="system"}}A{{/message}}'
        "{{#each h}}{{#message role=r}}{{~c~}}{{/message}}{{/each}}"
    )
    document = read(
        FOLDER, text, "skprompt.txt", Folder(config__json='{"template_format": "handlebars"}')
    )
    assert spoken(document)[:2] == [("system", "A"), ("user", "{{~c~}}")]
    assert document.problems == ()


def test_code_between_messages_keeps_its_variables_and_places() -> None:
    text = '{{#each past}}\n<message role="{{role}}">{{text}}</message>\n{{/each}}\n{{f more}}'
    document = read(
        FOLDER, text, "skprompt.txt", Folder(config__json='{"template_format": "handlebars"}')
    )
    assert document.template_error is None
    assert {item.name for item in document.placeholders} == {"past", "more", ""}
    for item in document.placeholders:
        assert document.source.slice(item.span) == item.text


def test_a_fixed_question_and_its_answer_are_an_example() -> None:
    text = "".join(
        f'<message role="{role}">{said}</message>'
        for role, said in (("user", "2+2"), ("assistant", "4"), ("user", "{{$a}}"))
    )
    document = read(FOLDER, text, "skprompt.txt")
    assert [message.example for message in document.messages] == [True, True, False]


@pytest.mark.parametrize(
    ("text", "place", "marked"),
    [
        ('<message role="user">A', "1:1", '<message role="user">'),
        (
            '<message role="user">A\n<message role="user">B</message>',
            "1:1",
            '<message role="user">',
        ),
        ('<message role="user">A</message>\n</message>', "2:1", "</message>"),
        ('<message role="bot">A</message>', "1:16", "bot"),
        ("<message role=''>A</message>", "1:10", "role=''"),
        ('<message role="user">A</message><message>B</message>', "1:33", "<message>"),
        ('<message role="user">A & B</message>', "1:24", "&"),
        ('<message role="user">{{$x}}é <b>C</message>', "1:34", "</message>"),
        ('<message role="user">A < B</message>', "1:24", "<"),
        ('<message role="user">A</message><b>', "1:33", "<b>"),
        ('<message role="user">A</message>\n Then stop.\n', "2:2", "Then stop."),
    ],
)
def test_tags_that_go_wrong_are_said_where_they_stand(text: str, place: str, marked: str) -> None:
    for document in (
        read(FOLDER, text, "skprompt.txt"),
        read(YAML, "template: |\n  " + text.replace("\n", "\n  ") + "\n", "a.yaml"),
    ):
        rule, where, there = said(document)[0]
        line, column = map(int, place.split(":"))
        if document.format == YAML:
            line, column = line + 1, column + 2
        assert (rule, where) == ("prompt-format", f"{line}:{column}")
        assert there[: len(marked)] == marked


@pytest.mark.parametrize(
    "text",
    [
        '<message role="user">A &amp; B &lt; C <b>x</b><br/></message>',
        '<message role="user">{{p.f "<&"}}</message>',
        "{{#if a}}<message role='user'>{{else}}<message role='system'>{{/if}}A</message>",
        "A & B < C <message>",
    ],
)
def test_what_may_be_right_is_left_alone(text: str) -> None:
    config = Folder(config__json='{"template_format": "handlebars"}') if "#if" in text else Folder()
    assert read(FOLDER, text, "skprompt.txt", config).problems == ()


@pytest.mark.parametrize(
    "piece",
    ["<message ", '<message role="user">', "</message>", "<!--", "{{$a}}", "{{", "&", "<a>",
     '<message role="user">{{$a}}</message>x'],
)  # fmt: skip
def test_a_long_text_of_tags_is_read_in_one_go(piece: str) -> None:
    """What is quadratic would not end here."""
    text = '<message role="user">A</message>' + piece * (200_000 // len(piece))
    formats.read(Source("skprompt.txt", text), FOLDER)


# --- the folder ----------------------------------------------------------------------------


def test_the_text_has_the_inputs_of_the_file_beside_it() -> None:
    beside = Folder(config__json=json.dumps(CONFIG))
    document = read(FOLDER, "Answer {{$mail}} in {{$tone}} words.", "R/skprompt.txt", beside)
    inputs = [(item.name, item.required) for item in document.inputs or ()]
    assert inputs == [("mail", True), ("tone", False)]
    assert {len(item.span) for item in document.inputs or ()} == {0}
    assert (document.problems, document.parameters, beside.asked) == ((), (), ["config.json"])


@pytest.mark.parametrize("config", [None, "", "[]", "{", '{"input_variables": 5}'])
def test_without_settings_that_can_be_read_it_is_a_text(config: str | None) -> None:
    beside = Folder() if config is None else Folder(config__json=config)
    document = read(FOLDER, "Write {{$a}}.", "skprompt.txt", beside)
    assert spoken(document) == [("user", "Write {{$a}}.")]
    assert (document.inputs, document.problems) == (None, ())


def test_the_settings_are_read_by_themselves() -> None:
    text = json.dumps(CONFIG, indent=2)
    document = read(FOLDER, text, "R/config.json", Folder(skprompt__txt="Write."))
    assert (document.messages, document.inputs, document.problems) == ((), None, ())
    assert document.fields["description"] == "Replies"
    found = [(item.name, document.source.slice(item.span)) for item in document.parameters]
    assert found == [("temperature", "0.2"), ("model", '"m"')]


def test_settings_from_before_are_read_and_called_so() -> None:
    text = json.dumps(
        {
            "schema": 1,
            "type": "completion",
            "completion": {"temperature": 0.5},
            "input": {"parameters": [{"name": "input", "defaultValue": ""}]},
        },
        indent=1,
    )
    document = read(FOLDER, text, "config.json")
    assert [(item.name, item.value) for item in document.parameters] == [("temperature", 0.5)]
    assert [there for _, _, there in said(document)] == ['"completion"', '"input"']
    beside = Folder(config__json=text)
    inputs = read(FOLDER, "{{$input}}", "skprompt.txt", beside).inputs
    assert [(item.name, item.required) for item in inputs or ()] == [("input", False)]


@pytest.mark.parametrize(
    ("text", "rule", "place"),
    [
        ('{"schema": 1,\n "input_variables": [{"name": "a", "defaultValue": "b"}]}',
         "prompt-format", "2:36"),
        ('{"schema": 1,\n "input_variables": [{"description": "a"}]}', "prompt-format", "2:22"),
        ('{"schema": 1,\n "execution_settings": {"a": 5}}', "prompt-format", "2:25"),
        ('{"schema": 1,\n "execution_settings": }', "json-syntax", "2:24"),
        ("[]", "prompt-format", "1:1"),
    ],
)  # fmt: skip
def test_wrong_settings_are_said_where_they_stand(text: str, rule: str, place: str) -> None:
    document = read(FOLDER, text, "config.json")
    assert said(document)[0][:2] == (rule, place)


def test_settings_without_a_text_are_said() -> None:
    document = read(FOLDER, json.dumps(CONFIG), "config.json", Folder())
    assert [found[0] for found in said(document)] == ["missing-file"]


# --- generated files -----------------------------------------------------------------------


@given(TEXTS, st.sampled_from(STYLES))
def test_a_template_is_found_in_every_style(text: str, style: str) -> None:
    document = read(YAML, f"name: a\ntemplate: {written(text, style, 2)}\nname2: b\n", "a.yaml")
    assert spoken(document) == [("user", text)]


ROLES = ("system", "user", "assistant")
PLAIN = st.text(st.sampled_from("ab é\n.}$'\"#-"), max_size=12)


@given(st.lists(st.tuples(st.sampled_from(ROLES), PLAIN, st.booleans()), min_size=1, max_size=4),
       st.sampled_from(STYLES))  # fmt: skip
def test_messages_are_found_in_every_style(
    contents: list[tuple[str, str, bool]], style: str
) -> None:
    text = "".join(
        f'<message role="{role}">{inside}{"{{$a}}" * variable}</message>\n'
        for role, inside, variable in contents
    )
    document = read(YAML, f"template: {written(text, style, 2)}\n", "a.yaml")
    wanted = [(role, (inside + "{{$a}}" * variable).strip()) for role, inside, variable in contents]
    assert [item for item in spoken(document) if item[0] != "tool"] == wanted
    named = [item for item in document.placeholders if item.text == "{{$a}}"]
    assert len(named) == sum(variable for _, _, variable in contents)
    for item in named:
        assert document.messages[item.message].text.text[item.start : item.end] == "{{$a}}"


@given(st.data())
def test_mutilated_files_are_read_all_the_same(data: st.DataObject) -> None:
    read(YAML, data.draw(mutilated(WHOLE)), "a.yaml")
    config = data.draw(mutilated(json.dumps(CONFIG)))
    read(FOLDER, config, "config.json")
    template = WHOLE.partition("template: |")[2].partition("input_variables")[0]
    read(FOLDER, data.draw(mutilated(template)), "skprompt.txt", Folder(config__json=config))
