"""LangChain prompts: saved ones in YAML and JSON, dumps of objects, and chains around them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from data_styles import STYLES, TEXTS, Folder, mutilated, read, said, spoken, written
from hypothesis import given
from hypothesis import strategies as st

from guideline_kit import formats
from guideline_kit.diagnostics import Severity
from guideline_kit.text import Source

ID = "langchain"

SIMPLE = """\
_type: prompt
input_variables:
  - topic
  - style
partial_variables:
  style: plain
template: |-
  Write about {topic}
  in {style} words.
template_format: f-string
"""
FEW_SHOT = """\
_type: few_shot
input_variables: [word]
prefix: Write the opposite.
example_prompt:
  _type: prompt
  input_variables: [input, output]
  template: "In: {input}\\nOut: {output}"
examples:
  - input: hot
    output: cold
  - {input: long, output: short}
suffix: "In: {word}\\nOut:"
"""


def dumped(name: str, **kwargs: Any) -> dict[str, Any]:
    """Return an object of LangChain as it dumps it."""
    return {"lc": 1, "type": "constructor", "id": ["langchain", "prompts", name], "kwargs": kwargs}


def template(text: str, format: str = "f-string") -> dict[str, Any]:
    return dumped("PromptTemplate", template=text, template_format=format, input_variables=[])


CHAT = dumped(
    "ChatPromptTemplate",
    input_variables=["role", "question"],
    optional_variables=["past"],
    partial_variables={"past": []},
    messages=[
        dumped("SystemMessagePromptTemplate", prompt=template("You are {role}.")),
        dumped("MessagesPlaceholder", variable_name="past", optional=True),
        dumped("HumanMessage", content="2+2 in {x}"),
        dumped("AIMessage", content=[{"type": "text", "text": "4"}, "!"]),
        dumped("HumanMessagePromptTemplate", prompt=[template("{question}")]),
        dumped("ChatMessagePromptTemplate", role="ai", prompt=template("{{more}}", "mustache")),
    ],
)


# --- where it is found ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "text", "format"),
    [
        ("a.yaml", SIMPLE, ID),
        ("deep/a.yml", FEW_SHOT, ID),
        ("prompts/a.json", json.dumps({"_type": "prompt", "template": "Write."}), ID),
        ("prompt.json", '{"_type":"prompt","template":"Write."}', ID),
        ("chat_prompt.json", json.dumps(CHAT), ID),
        ("my_chain.json", json.dumps({"prompt": {"_type": "prompt", "template": "x"}}), ID),
        # Old ones have no type.
        ("a.yaml", "input_variables: [a]\ntemplate: Write {a}.\n", ID),
        ("a.yaml", "input_variables:\n- a\noutput_parser: null\ntemplate: 'Write {a}.'\n", ID),
        ("a.yaml", "input_variables:\n    ['a']\ntemplate:\n    Write {a}.\n", ID),
        ("a.yaml", "input_variables: []\ntemplate_path: a.txt\n", ID),
        ("prompts/a.json", json.dumps({"input_variables": ["a"], "template": "Write {a}."}), ID),
        ("a.yaml", SIMPLE.replace("template: |-", "template: ["), ID),
        # Others use the same words.
        ("a.yaml", "metadata:\n  workflow_type: few_shot\n  few_shot: {prefix: a}\n", None),
        ("a.yaml", "asset_type: few_shot\nprefix: x\nsuffix: y\n", None),
        ("a.yaml", "_type: prompt\nid: 5\n", None),
        ("a.yaml", "template: Write.\n", None),
        ("a.yaml", "input_variables:\n- name: a\ntemplate: x\n", "semantic-kernel-yaml"),
        ("prompts/a.json", json.dumps({"lc": 1, "type": "constructor", "id": ["a", "Tool"]}), None),
        ("prompts/a.json", '{"lc": 1, "type": "not_implemented", "id": ["PromptTemplate"]}', None),
        ("package.json", json.dumps(CHAT), None),
    ],
)  # fmt: skip
def test_a_file_is_taken_for_what_it_is(path: str, text: str, format: str | None) -> None:
    assert formats.detect(path, text) == format


# --- what is read --------------------------------------------------------------------------


def test_a_template_is_read() -> None:
    document = read(ID, SIMPLE, "a.yaml")
    assert document.problems == ()
    assert spoken(document) == [("user", "Write about {topic}\nin {style} words.")]
    assert [item.name for item in document.placeholders] == ["topic", "style"]
    inputs = [(item.name, item.required) for item in document.inputs or ()]
    assert inputs == [("topic", True), ("style", False)]
    for item in document.inputs or ():
        assert document.source.slice(item.span) == item.name
    assert (document.engine, document.parts) == ("fstring", ())
    assert document.fields["_type"] == "prompt"


@pytest.mark.parametrize(
    ("named", "engine"),
    [("f-string", "fstring"), ("mustache", "mustache"), ("jinja2", "jinja2"), (None, "fstring")],
)
def test_the_template_language_is_the_one_that_is_named(named: str | None, engine: str) -> None:
    about = {"_type": "prompt", "template": "x"} | ({"template_format": named} if named else {})
    assert read(ID, json.dumps(about), "a.json").engine == engine


def test_a_few_shot_prompt_is_two_prompts() -> None:
    document = read(ID, FEW_SHOT, "a.yaml")
    assert document.problems == ()
    prompt, example = document.parts
    assert spoken(prompt)[0] == ("user", "Write the opposite.")
    assert spoken(prompt)[-1] == ("user", "In: {word}\nOut:")
    shown = [message.text.text for message in prompt.messages if message.example]
    assert shown == ["hot", "cold", "long", "short"]
    assert [item.name for item in prompt.inputs or ()] == ["word"]
    assert [item.name for item in prompt.placeholders] == ["word"]
    assert [item.name for item in example.inputs or ()] == ["input", "output"]
    assert [item.name for item in example.placeholders] == ["input", "output"]
    assert [message.example for message in example.messages] == [True]
    assert [case.inputs for case in document.cases] == [
        {"input": "hot", "output": "cold"},
        {"input": "long", "output": "short"},
    ]


@pytest.mark.parametrize("text", [json.dumps(CHAT), json.dumps(CHAT, indent=2)])
def test_a_dump_of_a_chat_is_read(text: str) -> None:
    document = read(ID, text, "a.json")
    assert document.problems == ()
    assert spoken(document) == [
        ("system", "You are {role}."),
        ("tool", "past"),
        ("user", "2+2 in {x}"),
        ("assistant", "4"),
        ("assistant", "!"),
        ("user", "{question}"),
        ("assistant", "{{more}}"),
    ]
    # What is no template is sent as it is.
    found = [(item.name, item.message) for item in document.placeholders]
    assert found == [("role", 0), ("past", 1), ("question", 5), ("more", 6)]
    inputs = [(item.name, item.required) for item in document.inputs or ()]
    assert inputs == [("role", True), ("question", True), ("past", False)]
    assert document.engine == ""  # two languages


@pytest.mark.parametrize(
    "messages",
    [
        [{"role": "system", "content": "A"}, {"role": "human", "content": "{b}"}],
        [["system", "A"], ["user", "{b}"]],
        [{"type": "system", "content": "A"}, {"type": "human", "content": "{b}"}],
        [{"role": "system", "prompt": {"template": "A"}}, {"prompt": {"template": "{b}"}}],
        [{"role": "system", "prompt": "A"}, "{b}"],
        [{"role": "system", "content": [{"type": "text", "text": "A"}]}, {"template": "{b}"}],
    ],
)
@pytest.mark.parametrize("key", ["messages", "template"])
def test_a_chat_is_read_however_it_is_written(key: str, messages: list[Any]) -> None:
    text = json.dumps({"_type": "chat", "input_variables": ["b"], key: messages})
    document = read(ID, text, "a.json")
    assert spoken(document) == [("system", "A"), ("user", "{b}")]
    assert [item.name for item in document.placeholders] == ["b"]


def test_a_picture_in_a_message_has_its_variables() -> None:
    picture = dumped("ImagePromptTemplate", template={"url": "{where}"}, input_variables=["where"])
    message = dumped("HumanMessagePromptTemplate", prompt=[template("See {what}"), picture])
    document = read(ID, json.dumps(dumped("ChatPromptTemplate", messages=[message])), "a.json")
    assert [item.name for item in document.placeholders] == ["what", "where"]


def test_each_prompt_of_a_chain_is_one_of_its_own() -> None:
    model = dumped("Chat", model="m", temperature=0, key={"lc": 1, "type": "secret"})
    model["id"] = ["langchain", "chat_models", "openai", "Chat"]
    chain = dumped("RunnableSequence", first=CHAT, middle=[model], last=template("Then {a}."))
    document = read(ID, json.dumps(chain), "chain.json")
    assert [len(part.messages) for part in document.parts] == [7, 1]
    assert len(document.messages) == 8
    assert [(item.name, item.value) for item in document.parameters] == [
        ("model", "m"),
        ("temperature", 0),
    ]


def test_an_old_chain_has_a_prompt_and_a_model() -> None:
    text = json.dumps(
        {
            "prompt": {"input_variables": ["a"], "template": "Write {a}.", "_type": "prompt"},
            "llm": {"model_name": "m", "temperature": 0.1, "logit_bias": {}, "_type": "openai"},
            "_type": "llm_chain",
        },
        indent=1,
    )
    document = read(ID, text, "chain.json")
    assert (spoken(document), document.parts) == ([("user", "Write {a}.")], ())
    found = [(item.name, document.source.slice(item.span)) for item in document.parameters]
    assert found == [("model", '"m"'), ("temperature", "0.1")]


def test_what_has_a_value_in_the_file_is_trusted() -> None:
    text = "input_variables: [mail, tone]\npartial_variables: {text: x}\ntemplate: '{mail}'\n"
    inputs = read(ID, text, "a.yaml").inputs or ()
    assert [(item.name, item.trust) for item in inputs] == [
        ("mail", "untrusted"),
        ("tone", "trusted"),
        ("text", "trusted"),
    ]


# --- other files ---------------------------------------------------------------------------


def test_a_template_in_another_file_is_looked_for() -> None:
    text = "_type: prompt\ninput_variables: [a]\ntemplate_path: a.txt\n"
    document = read(ID, text, "a.yaml", Folder(a__txt="Write {a}."))
    assert (document.messages, document.inputs, document.problems) == ((), None, ())


def test_a_path_may_count_from_a_folder_above() -> None:
    """The name is taken from where a program was started, which no file says."""
    beside = Folder()
    beside.files["../prompts/a.txt"] = "Write."
    text = "_type: prompt\ninput_variables: []\ntemplate_path: prompts/a.txt\n"
    assert read(ID, text, "a.yaml", beside).problems == ()


def test_examples_in_another_file_are_cases() -> None:
    text = FEW_SHOT[: FEW_SHOT.index("  - input: hot")] + FEW_SHOT[FEW_SHOT.index("suffix") :]
    text = text.replace("examples:\n", "examples: e.json\n")
    beside = Folder(e__json='[{"input": "hot", "output": "cold"}, 5]')
    document = read(ID, text, "a.yaml", beside)
    assert [case.inputs for case in document.cases] == [{"input": "hot", "output": "cold"}]
    assert document.source.slice(document.cases[0].span) == "e.json"
    assert document.problems == ()


@pytest.mark.parametrize(
    ("name", "rules"),
    [
        ("none.txt", ["missing-file"]),
        ("/etc/a.txt", ["missing-file"]),
        ("../../a.txt", ["missing-file"]),
        ("../there.txt", ["prompt-format"]),
        ("a.md", ["prompt-format", "missing-file"]),
    ],
)
def test_a_file_that_can_not_be_read_is_said_at_its_name(name: str, rules: list[str]) -> None:
    beside = Folder()
    beside.files["../there.txt"] = "Write."
    document = read(ID, f"_type: prompt\ntemplate_path: {name}\n", "a.yaml", beside)
    assert said(document) == [(rule, "2:16", name) for rule in rules]


def test_nobody_complains_of_files_that_nobody_can_look_for() -> None:
    assert read(ID, "_type: prompt\ntemplate_path: a.txt\n", "a.yaml").problems == ()


# --- what is wrong -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "severity", "place", "marked"),
    [
        ("_type: prompt\n", "error", "1:1", "_type: prompt"),
        ("_type: chat\n", "error", "1:1", "_type: chat"),
        ("_type: prompt\ntemplate: x\ntemplate_format: jinja2\n", "warning", "3:18", "jinja2"),
        ("_type: prompt\ntemplate: x\ntemplate_format: erb\n", "warning", "3:18", "erb"),
        ("_type: prompt\ntemplate: x\ntemplate_format: [a]\n", "warning", "3:18", "[a]"),
        ("_type: prompt\ntemplate: x\ntemplate_path: a.txt\n", "warning", "3:1", "template_path"),
        ("_type: prompt\ntemplate_path: [a]\n", "warning", "2:16", "[a]"),
        ("_type: prompt\ntemplate: x\noutput_parser: {_type: re}\n", "warning", "3:24", "re"),
        (FEW_SHOT.replace("suffix", "ending"), "error", "1:1", "_type: few_shot"),
        (FEW_SHOT + "temperature: 5\n", "warning", "13:1", "temperature"),
        (FEW_SHOT[: FEW_SHOT.index("examples:")] + "examples: {}\nsuffix: x\n", "error", "8:1",
         "examples"),
        ("just a text", "error", "1:1", ""),
        ("a: b\n", "warning", "1:1", "a: b"),
    ],
)  # fmt: skip
def test_what_langchain_refuses_is_said(text: str, severity: str, place: str, marked: str) -> None:
    document = read(ID, text, "a.yaml")
    assert said(document)[0] == ("prompt-format", place, marked)
    assert document.problems[0].severity == Severity.parse(severity)


def test_a_language_that_is_refused_is_said_once() -> None:
    text = FEW_SHOT + "template_format: jinja2\n"
    assert [there for _, _, there in said(read(ID, text, "a.yaml"))] == ["jinja2"]


def test_a_template_that_does_not_parse_is_known_by_its_place() -> None:
    document = read(ID, "_type: prompt\ntemplate: |\n  Write\n  {a.\n", "a.yaml")
    assert document.template_error is not None
    assert document.source.position(document.template_error[1].start) == (4, 3)


@pytest.mark.parametrize(("name", "text"), [("a.yaml", SIMPLE), ("a.json", json.dumps(CHAT))])
def test_a_broken_file_is_read_up_to_where_it_breaks(name: str, text: str) -> None:
    whole = read(ID, text, name)
    cut = text.rindex("f-string") if name == "a.yaml" else text.rindex('"mustache"')
    document = read(ID, text[:cut] + ("]: [" if name == "a.yaml" else "}"), name)
    assert spoken(document)[: len(whole.messages) - 1] == spoken(whole)[:-1]
    assert {rule for rule, _, _ in said(document)} <= {"yaml-syntax", "json-syntax"}
    assert document.problems


# --- generated files -----------------------------------------------------------------------


@given(TEXTS, TEXTS, st.sampled_from(STYLES))
def test_every_text_is_found_in_every_style(prefix: str, suffix: str, style: str) -> None:
    first, last = (written(text, style, 2) for text in (prefix, suffix))
    text = f"_type: few_shot\nprefix: {first}\nsuffix: {last}\n"
    document = read(ID, text, "a.yaml")
    assert spoken(document) == [("user", prefix), ("user", suffix)]


@given(TEXTS, st.booleans())
def test_every_text_is_found_in_json(text: str, ascii: bool) -> None:
    whole = json.dumps({"_type": "prompt", "template": text}, ensure_ascii=ascii)
    document = read(ID, whole, "a.json")
    assert spoken(document) == [("user", text)]


@given(st.data())
def test_mutilated_files_are_read_all_the_same(data: st.DataObject) -> None:
    for name, whole in (("a.yaml", SIMPLE), ("a.yaml", FEW_SHOT), ("a.json", json.dumps(CHAT))):
        text = data.draw(mutilated(whole))
        read(ID, text, name, Folder())
        formats.detect(name, text)


@pytest.mark.parametrize("piece", ['{"prompt": [', "- ", "_type: prompt\n", '{"lc": 1, "id": ['])
def test_a_long_text_is_read_in_one_go(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    for name in ("a.yaml", "a.json"):
        formats.detect("prompts/" + name, text)
        formats.read(Source(name, text), ID)
