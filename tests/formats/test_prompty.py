"""Prompty, both versions: which one a file is, its messages, inputs, settings and mistakes."""

from __future__ import annotations

import textwrap
import time

import pytest
from exact import Folder, inputs, problems, read, said
from hypothesis import given
from hypothesis import strategies as st

from guideline_kit import formats
from guideline_kit.formats.beside import Looked
from guideline_kit.text import Source

V1 = textwrap.dedent(
    """\
    ---
    name: Mail answer
    description: Answers a mail
    authors: [Ada]
    model:
      api: chat
      configuration:
        type: azure_openai
        azure_deployment: small-model
        azure_endpoint: ${env:ENDPOINT}
      parameters:
        max_tokens: 200
        temperature: 0.2
    inputs:
      mail: {type: string}
      tone: {type: string, default: friendly}
      limit: {type: int, sample: 3}
      orders: {type: list}
    sample:
      mail: Where is my parcel?
      orders: []
    ---
    system:
    Answer in a {{tone}} way, in {{limit}} sentences.
    {% for order in orders %}{{order.id}}{% endfor %}

    user:
    {{mail}}
    """
)
V2 = textwrap.dedent(
    """\
    ---
    name: mail-answer
    model:
      id: small-model
      provider: openai
      options:
        temperature: 0.2
        additionalProperties: {verbosity: low}
    inputs:
      - name: mail
        kind: string
      - name: tone
        kind: string
        default: friendly
      - name: limit
        kind: integer
        required: false
      - name: picture
        kind: image
    template: {format: {kind: jinja2}, parser: {kind: prompty}}
    ---
    system:
    Answer in a {{tone}} way, in {{limit}} sentences.

    user:
    {{mail}} {{picture}}
    """
)


def front(fields: str, body: str = "system:\nHello.\n") -> str:
    return f"---\n{fields}\n---\n{body}"


# --- which version -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "format"),
    [
        ("model:\n  api: chat", "prompty-v1"),
        ("model: {api: chat}", "prompty-v1"),
        ("model:\n  configuration:\n    id: x", "prompty-v1"),
        ("model:\n  parameters: {temperature: 0}", "prompty-v1"),
        ("model:\n  api: chat\n  connection: mine", "prompty-v1"),
        ("sample: a.json", "prompty-v1"),
        ("authors:\n  - Ada", "prompty-v1"),
        ("template: jinja2", "prompty-v1"),
        ("name: x\nversion: '1'\nmodel:\n  response: all", "prompty-v1"),
        ("model: small-model", "prompty-v2"),
        ("model: {id: small-model}", "prompty-v2"),
        ("model:\n  id: small-model\n  connection: {kind: key}", "prompty-v2"),
        ("model:\n  connection: {kind: key}", "prompty-v2"),
        ("inputs:\n  - name: a", "prompty-v2"),
        ("inputs:\n- name: a\nsample: {a: 1}", "prompty-v2"),
        ("template:\n  format: mustache", "prompty-v2"),
        ("metadata: {authors: [Ada]}", "prompty-v2"),
        ("model: small-model\nsample: {a: 1}", "prompty-v2"),
        ("model: ${file:model.json}\nsample: {a: 1}", "prompty-v1"),
        ("model: ${file:model.json}", "prompty-v2"),
        ("name: x", "prompty-v2"),
        ("", "prompty-v2"),
        # Half in one, half in the other: the model tells, the rest is a mistake.
        ("model:\n  id: x\n  parameters: {}\nsample: {}", "prompty-v2"),
        ("model:\n  api: chat\ninputs:\n  - name: a", "prompty-v1"),
        # No key of its own: one in another mapping, in a text, in a comment.
        ("metadata:\n  model:\n    api: chat", "prompty-v2"),
        ("description: |\n  sample: none\n  model:", "prompty-v2"),
        ("# sample: none\nname: x", "prompty-v2"),
    ],
)
def test_the_keys_tell_the_version(fields: str, format: str) -> None:
    for text in (front(fields), front(fields).replace("\n", "\r\n"), f"\n\n{front(fields)}"):
        assert formats.detect("prompts/a.prompty", text) == format


def test_what_has_no_front_matter_is_of_the_newer_version() -> None:
    for text in ("", "Hello.", "system:\nHello.\n", "---", "sample: x"):
        assert formats.detect("a.prompty", text) == "prompty-v2"


def test_only_the_ending_counts() -> None:
    for path in ("a.prompty.bak", "prompty", "a.prompty/b.txt", "prompty.json"):
        assert formats.detect(path, V1) is None


# --- both versions, read -------------------------------------------------------------------


SYSTEM = """\
Answer in a {{tone}} way, in {{limit}} sentences.
{% for order in orders %}{{order.id}}{% endfor %}"""


def test_a_file_of_version_1() -> None:
    document = read(V1, "prompty-v1")
    assert said(document) == [
        (
            "system",
            SYSTEM,
            "",
        ),
        ("user", "{{mail}}", ""),
    ]
    assert document.engine == "jinja2"
    assert inputs(document) == {
        "mail": ("text", True),
        "tone": ("line", False),
        "limit": ("integer", False),
        "orders": ("list", True),
    }
    assert {item.name: item.trust for item in document.inputs or ()} == {
        "mail": "untrusted",
        "tone": "trusted",
        "limit": "trusted",
        "orders": "trusted",
    }
    assert all(document.source.slice(item.span) == item.name for item in document.inputs or ())
    assert [(item.name, item.value) for item in document.parameters] == [
        ("model", "small-model"),
        ("max_tokens", 200),
        ("temperature", 0.2),
    ]
    assert [case.inputs for case in document.cases] == [
        {"mail": "Where is my parcel?", "orders": []}
    ]
    assert document.fields["name"] == "Mail answer"
    assert not document.problems


def test_a_file_of_version_2() -> None:
    document = read(V2, "prompty-v2")
    assert [role for role, _, _ in said(document)] == ["system", "user"]
    assert inputs(document) == {
        "mail": ("text", True),
        "tone": ("line", False),
        "limit": ("integer", False),
        "picture": ("document", True),
    }
    assert all(document.source.slice(item.span) == item.name for item in document.inputs or ())
    assert [
        (item.name, item.value, document.source.slice(item.span)) for item in document.parameters
    ] == [
        ("model", "small-model", "small-model"),
        ("temperature", 0.2, "0.2"),
        ("verbosity", "low", "low"),
    ]
    assert not document.problems


@pytest.mark.parametrize("sign", ["---", "+++"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_front_matter_stands_between_lines_of_either_sign(sign: str, end: str) -> None:
    text = f"{sign}\nname: x\nmodel: small\n{sign}\n# user:\nHello.\n".replace("\n", end)
    document = read(text, "prompty-v2")
    assert said(document) == [("user", "Hello.", "")]
    assert document.fields == {"name": "x", "model": "small"}
    assert not document.problems


def test_without_front_matter_all_of_it_is_the_text() -> None:
    document = read("Hello.\n\nuser:\nAnd {{you}}?\n", "prompty-v2")
    assert said(document) == [("system", "Hello.", ""), ("user", "And {{you}}?", "")]
    assert document.inputs is None
    assert document.front is None
    assert not document.problems


# --- messages ------------------------------------------------------------------------------

SPLIT = {
    "text before the first role": ("Be brief.\nuser:\nHi", ["system Be brief.", "user Hi"]),
    "as headings": ("# system:\nBe brief.\n #  user :  \nHi", ["system Be brief.", "user Hi"]),
    "in capitals": ("System:\nBe brief.\nUSER:\nHi", ["system Be brief.", "user Hi"]),
    "with attributes": (
        'system:\nBe brief.\nuser[name="Ada", age=7]:\nHi',
        ["system Be brief.", "user Hi"],
    ),
    "in a code fence": (
        "system:\nWrite\n```\nuser:\nHi\n```\n",
        ["system Write\n```", "user Hi\n```"],
    ),
    "blank lines around": (
        "\n\nsystem:\n\n  Be\n brief.\n\n\nuser:\n\nHi\n\n",
        ["system   Be\n brief.", "user Hi"],
    ),
    "nothing in one": ("system:\n\nuser:\nHi\n", ["user Hi"]),
    "on a line with text": ("user: Hi\nsystem: x", ["system user: Hi\nsystem: x"]),
    "two signs": ("## user:\nHi", ["system ## user:\nHi"]),
    "within a comment": ("Be {# \nuser:\n#} brief.", ["system Be {# \nuser:\n#} brief."]),
    "within raw text": (
        "{% raw %}\nuser:\n{% endraw %}Hi",
        ["system {% raw %}", "user {% endraw %}Hi"],
    ),
    "a text between comments": (
        "{# a #}Hi{# b #}\nuser:\nYou",
        ["system {# a #}Hi{# b #}", "user You"],
    ),
    "a comment before the first role": ("{# Mine #}\nsystem:\nHi", ["system Hi"]),
    "mixed line ends": ("system:\r\nBe brief.\ruser:\nHi", ["system Be brief.", "user Hi"]),
}


@pytest.mark.parametrize("version", ["prompty-v1", "prompty-v2"])
@pytest.mark.parametrize("case", SPLIT)
def test_role_lines_split_the_text(case: str, version: str) -> None:
    body, expected = SPLIT[case]
    for text in (body, front("name: x", body)):
        document = read(text, version)
        assert [f"{role} {text}" for role, text, _ in said(document)] == expected


@pytest.mark.parametrize(
    ("version", "word", "role"),
    [
        ("prompty-v1", "function", "tool"),
        ("prompty-v1", "tool", "tool"),
        ("prompty-v1", "developer", None),
        ("prompty-v2", "developer", "system"),
        ("prompty-v2", "tool", None),
        ("prompty-v2", "function", None),
    ],
)
def test_each_version_has_roles_of_its_own(version: str, word: str, role: str | None) -> None:
    document = read(f"user:\nHi\n{word}:\nOne\n", version)
    expected = [("user", f"Hi\n{word}:\nOne", "")]
    assert said(document) == ([("user", "Hi", ""), (role, "One", "")] if role else expected)


def test_a_role_from_a_value_counts_where_values_are_filled_in_first() -> None:
    body = "system:\nHi\n{% for item in history %}\n{{item.role}}:\n{{item.text}}\n{% endfor %}\n"
    assert [role for role, _, _ in said(read(body, "prompty-v1"))] == ["system", "user"]
    assert [role for role, _, _ in said(read(body, "prompty-v2"))] == ["system"]


def test_a_block_may_go_from_one_message_into_the_next() -> None:
    document = read(
        "system:\nHi\n{% for turn in turns %}\nuser:\n{{turn.asked}}\nassistant:\n"
        "{{turn.answered}}\n{% endfor %}\nuser:\n{{question}}\n",
        "prompty-v2",
    )
    assert document.template_error is None
    assert {item.name for item in document.placeholders} == {"turns", "", "question"}
    open_block = read("system:\nHi\n{% for turn in turns %}\nuser:\n{{turn}}\n", "prompty-v2")
    assert open_block.template_error is not None


EXAMPLE = "system:\nAdd.\nuser:\n1+1\nassistant:\n2\nuser:\n{q}\n"


@pytest.mark.parametrize(
    ("body", "marked"),
    [
        (EXAMPLE, [1, 2]),
        (EXAMPLE.replace("{q}", "{{q}}"), [1, 2]),
        (EXAMPLE + "assistant:\nThe answer is", [1, 2]),
        (EXAMPLE.replace("1+1", "{{asked}}"), []),
        (EXAMPLE.replace("\n2\n", "\n{{answered}}\n"), []),
        ("user:\n1+1\nassistant:\n2\n", []),
        ("assistant:\nWelcome\nuser:\n{{q}}\n", []),
        ("user:\na\nassistant:\nb\nuser:\nc\nassistant:\nd\nuser:\n{{q}}", [0, 1, 2, 3]),
        ("user:\na\nuser:\nb\nassistant:\nc\nuser:\nd", [1, 2]),
    ],
)
def test_questions_with_fixed_answers_are_examples(body: str, marked: list[int]) -> None:
    document = read(body, "prompty-v2")
    assert [i for i, item in enumerate(document.messages) if item.example] == marked


def test_a_comment_that_silences_a_rule_is_kept_before_the_first_role() -> None:
    document = read("{# guideline: ignore-file[x] fine #}\nsystem:\nHi\n", "prompty-v1")
    assert [role for role, _, _ in said(document)] == ["system", "system"]


# --- inputs --------------------------------------------------------------------------------

BODY = "system:\n{{a}} {{b}}\n"


@pytest.mark.parametrize(
    ("version", "fields", "expected"),
    [
        ("prompty-v1", "name: x", None),
        ("prompty-v1", "inputs: {}", {}),
        (
            "prompty-v1",
            "inputs:\n  a: {type: string}\n  b: One",
            {"a": ("line", True), "b": ("line", False)},
        ),
        ("prompty-v1", "inputs:\n  a:\n  b: [1]", {"a": ("line", True), "b": ("list", False)}),
        (
            "prompty-v1",
            "inputs:\n  a: {type: dict, sample: {}}\n  b: 2.5",
            {"a": ("object", False), "b": ("number", False)},
        ),
        (
            "prompty-v1",
            "inputs:\n  a: {type: [x]}\n  b: {type: odd}",
            {"a": ("line", True), "b": ("line", True)},
        ),
        # A sample alone declares its keys; beside inputs it only makes them known.
        ("prompty-v1", "sample: {a: x, c: true}", {"a": ("line", False), "c": ("boolean", False)}),
        (
            "prompty-v1",
            "inputs: {a: {type: string}}\nsample: {b: 1, c: 2}",
            {"a": ("line", True), "b": ("integer", False)},
        ),
        (
            "prompty-v2",
            "inputs:\n  a: {kind: float}\n  b: true",
            {"a": ("number", True), "b": ("boolean", False)},
        ),
        (
            "prompty-v2",
            "inputs:\n  - {name: a, kind: thread}\n  - {name: b, kind: string, required: false}",
            {"a": ("list", True), "b": ("line", False)},
        ),
        (
            "prompty-v2",
            "inputSchema:\n  properties:\n    a: {kind: string}\n    b: {kind: array}",
            {"a": ("line", True), "b": ("list", True)},
        ),
        (
            "prompty-v2",
            "inputSchema:\n  properties:\n    - {name: a, kind: boolean}",
            {"a": ("boolean", True)},
        ),
        ("prompty-v2", "inputs: 7", None),
    ],
)
def test_inputs_have_many_shapes(
    version: str, fields: str, expected: dict[str, tuple[str, bool]] | None
) -> None:
    document = read(front(fields, BODY), version)
    assert inputs(document) == expected
    assert all(document.source.slice(item.span) == item.name for item in document.inputs or ())


@pytest.mark.parametrize(
    ("name", "sample", "type"),
    [
        ("firstName", "", "line"),
        ("question", "", "text"),
        ("userQuestion", "", "text"),
        ("chat_history", "", "text"),
        ("questionId", "", "line"),
        ("city", "x" * 100, "text"),
        ("city", "one\\ntwo", "text"),
        ("city", "Rome", "line"),
    ],
)
def test_a_string_is_a_text_where_its_name_or_its_sample_says_so(
    name: str, sample: str, type: str
) -> None:
    default = f', default: "{sample}"' if sample else ""
    document = read(front(f"inputs: {{{name}: {{kind: string{default}}}}}"), "prompty-v2")
    assert [item.type for item in document.inputs or ()] == [type]


def test_an_input_that_a_tool_is_handed_need_not_be_in_the_text() -> None:
    tools = "tools:\n  - {name: t, kind: function, bindings: {unit: {input: b}}}\n"
    declared = "inputs: {a: {kind: string}, b: {kind: string}, c: {kind: string}}"
    document = read(front(tools + declared, "user:\n{{a}}"), "prompty-v2")
    assert set(inputs(document) or ()) == {"a", "c"}


def test_an_input_may_be_used_by_a_template_that_is_included() -> None:
    declared = "inputs: {a: {kind: string}, b: {kind: string}}"
    document = read(front(declared, "user:\n{{a}}{% include 'x' %}"), "prompty-v2")
    assert set(inputs(document) or ()) == {"a"}


@pytest.mark.parametrize(
    ("template", "engine"),
    [
        ("template: jinja2", "jinja2"),
        ("template: mustache", "mustache"),
        ("template: {type: mustache, parser: prompty}", "mustache"),
        ("template: {format: mustache}", "mustache"),
        ("template: {format: {kind: Nunjucks}}", "nunjucks"),
        ("template: {format: {kind: own}}", ""),
        ("template: {format: 7}", "jinja2"),
        ("name: x", "jinja2"),
    ],
)
def test_the_template_names_its_engine(template: str, engine: str) -> None:
    assert read(front(template), "prompty-v1").engine == engine


# --- files and variables of the environment ------------------------------------------------


def test_a_sample_may_be_in_a_file() -> None:
    for name in ("sample.json", "${file:sample.json}", "${FILE:sample.json}"):
        folder = Folder({"sample.json": '{"a": "One", "b": 2}'})
        document = read(front(f"sample: {name}", BODY), "prompty-v1", folder)
        assert folder.asked == ["sample.json"]
        assert [case.inputs for case in document.cases] == [{"a": "One", "b": 2}]
        assert inputs(document) == {"a": ("line", False), "b": ("integer", False)}
        assert {document.source.slice(item.span) for item in document.inputs or ()} == {name}
        assert not document.problems


def test_what_stands_in_a_file_that_nobody_can_read_may_hold_any_variable() -> None:
    document = read(front("inputs: {a: x}\nsample: s.json", BODY), "prompty-v1")
    assert inputs(document) == {"a": ("line", False), "b": ("line", False)}
    assert not document.problems


@pytest.mark.parametrize("shape", ['{"a": {"kind": "string"}}', '[{"name": "a"}, 7]'])
def test_inputs_may_be_in_a_file(shape: str) -> None:
    folder = Folder({"in.json": shape})
    document = read(front("inputs: ${file:in.json}", "user:\n{{a}}"), "prompty-v2", folder)
    assert list(inputs(document) or ()) == ["a"]


def test_a_variable_of_the_environment_is_never_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINE", "a-secret")
    folder = Folder({})
    fields = "model: {id: '${env:MINE}', connection: {key: '${env:UNSET}', at: '${env:A:x}'}}"
    document = read(front(fields), "prompty-v2", folder)
    assert not document.problems
    assert not folder.asked
    assert not document.parameters
    assert "a-secret" not in repr(document.fields)


@pytest.mark.parametrize(
    ("version", "fields", "expected"),
    [
        ("prompty-v1", "sample: ${file:s.json}", ["missing-file 2:9 ${file:s.json}"]),
        ("prompty-v1", "sample: s.json", ["missing-file 2:9 s.json"]),
        (
            "prompty-v1",
            "model:\n  configuration: ${file:../c.json}",
            ["missing-file 3:18 ${file:../c.json}"],
        ),
        ("prompty-v1", "a: [{b: '${file:/etc/x}'}]", ["missing-file 2:9 '${file:/etc/x}'"]),
        ("prompty-v1", "sample: broken.json", ["prompt-format 2:9 broken.json"]),
        ("prompty-v1", "sample: broken.yaml", ["prompt-format 2:9 broken.yaml"]),
        ("prompty-v1", "sample: good.yaml", []),
        ("prompty-v2", "inputs: ${file:../good.yaml}", ["missing-file 2:9 ${file:../good.yaml}"]),
        ("prompty-v2", "inputs: ${file:x/../good.yaml}", []),
        (
            "prompty-v2",
            "inputs: ${file:../x/good.yaml}",
            ["missing-file 2:9 ${file:../x/good.yaml}"],
        ),
        ("prompty-v1", "sample: ../good.yaml", []),
        ("prompty-v2", "inputs: '${other:x}'", []),
    ],
)
def test_a_file_that_is_missing_or_broken_is_named(
    version: str, fields: str, expected: list[str]
) -> None:
    good = ("good.yaml", "../good.yaml", "x/../good.yaml", "../x/good.yaml")
    folder = Folder(
        {"broken.json": '{"a": ', "broken.yaml": "a: [", **dict.fromkeys(good, "{a: 1, b: 2}")}
    )
    document = read(front(fields, BODY), version, folder)
    assert problems(document) == expected


def test_a_broken_file_is_named_with_the_place_in_it() -> None:
    folder = Folder({"s.json": '{"a": 1,\n "b": x}'})
    document = read(front("sample: s.json"), "prompty-v1", folder)
    assert "line 2, column 7" in document.problems[0].message
    assert document.problems[0].source is document.source


# --- mistakes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("sytem:\nHi", ["prompt-format 1:1 sytem"]),
        ("system:\nHi\n# usre:\nYou", ["prompt-format 3:3 usre"]),
        ("Assistent:\nHi", ["prompt-format 1:1 Assistent"]),
        ("system:\nHi\nasistant:\nYou", ["prompt-format 3:1 asistant"]),
        ("system:\nHi\n\n# user\n{{q}}", ["prompt-format 4:1 # user"]),
        ("user[name]:\nHi", ["prompt-format 1:5 [name]"]),
        ("user[]:\nHi", ["prompt-format 1:5 []"]),
        # Words of their own, headings, and what is clearly no role line.
        ("Users:\n- Ada", []),
        ("Use:\n- care", []),
        ("Used:\n- tools", []),
        ("systems:\nHi", []),
        ("assistants:\nHi", []),
        ("The sytem: it is old", []),
        ("# user\nHi", []),
        ("system:\nHi\n# User\nAda", []),
        ("system:\nHi\nuser:\nYou\n# user\nAda", []),
        ("system:\nHi\nuser\nAda", []),
        ("note[1]:\nHi", []),
        ("{# sytem:\n #}Hi", []),
    ],
)
def test_a_line_that_was_meant_as_a_role_line_is_named(body: str, expected: list[str]) -> None:
    assert problems(read(body, "prompty-v2")) == expected
    within = read(front("name: x", body), "prompty-v1")
    assert [item.partition(" ")[0] for item in problems(within)] == ["prompt-format"] * len(
        expected
    )


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("sample: {a: 1}", ["2:1 sample"]),
        ("authors: [Ada]\ntags: [x]\nversion: '1'", ["2:1 authors", "3:1 tags", "4:1 version"]),
        ("model:\n  id: x\n  api: chat\n  parameters: {}", ["4:3 api", "5:3 parameters"]),
        ("model: {id: x, options: {max_tokens: 5, topP: 1}}", ["2:26 max_tokens"]),
        ("template: mustache", ["2:11 mustache"]),
        ("inputs: {a: {type: string}}", ["2:14 type"]),
        ("inputs: {a: {description: An a}}", ["2:10 a"]),
        ("inputs:\n  - {name: a}", ["3:12 a"]),
        ("inputs:\n  - a\n  - {kind: string}", ["3:5 a", "4:5 {kind: string}"]),
        ("inputs: {a: [1]}", ["2:10 a"]),
        ("inputs: {a: {kind: string, sample: x}}", ["2:28 sample"]),
        ("metadata: {version: '1'}\nmodel: x\nown: true\ninputs: {a: 1}", []),
    ],
)
def test_version_2_says_what_it_passes_over_or_refuses(fields: str, expected: list[str]) -> None:
    document = read(front(fields, "user:\n{{a}}"), "prompty-v2")
    assert problems(document) == [f"prompt-format {item}" for item in expected]


@pytest.mark.parametrize(
    ("text", "expected", "messages"),
    [
        (front("inputs:\n  - {name: a}"), ["prompt-format 2:1 inputs"], 1),
        (front("sample: [1]"), ["prompt-format 2:9 [1]"], 1),
        ("---\nname: x\nsystem:\nHi\n", ["front-matter 1:1 ---"], 1),
        ("\n+++\nname: x\n", ["front-matter 2:1 +++"], 1),
        ("---\n", ["front-matter 1:1 ---"], 0),
        ("---\nname: x\n---\n", ["prompt-format 3:1 ---"], 0),
        ("---\nname: x\n---\n\n \nuser:\n\n", ["prompt-format 3:1 ---"], 0),
        ("---\nname: a --- b\n---\nHi", ["prompt-format 2:9 ---"], 1),
        ("---\n# ---- mine ----\nname: x\n---\nHi", ["prompt-format 2:3 ---"], 1),
        ("---\nname: a: b\n---\nuser:\nHi", ["front-matter 2:8 "], 1),
        ("---\n- a\n---\nuser:\nHi", ["front-matter 2:1 "], 1),
        ("---\nname: x\nname: y\n---\nHi", ["front-matter 3:1 name"], 1),
    ],
)
def test_a_broken_file_is_read_as_far_as_it_can_be(
    text: str, expected: list[str], messages: int
) -> None:
    document = read(text, "prompty-v1")
    assert problems(document) == expected
    assert len(document.messages) == messages


def test_front_matter_that_is_never_closed_gives_its_fields_and_the_text() -> None:
    document = read("---\nname: x\nmodel: small\n\nsystem:\nHi\n", "prompty-v2")
    assert document.fields == {"name": "x", "model": "small"}
    assert said(document) == [("system", "Hi", "")]
    assert document.inputs is None


@pytest.mark.parametrize("fields", ["inputs: {a: [}\nname: x", "inputs:\n- name: a\nname: a: b"])
def test_nobody_knows_the_inputs_of_broken_front_matter(fields: str) -> None:
    assert read(front(fields, "user:\n{{b}}\n"), "prompty-v1").inputs is None


# --- all files -----------------------------------------------------------------------------

WORDS = st.text(st.sampled_from("abé 𝄞{}%#:-\n\t\"'"), max_size=40)
LINES = WORDS.map(lambda text: text.replace("{{", "{ {").replace("{%", "{ %").replace("{#", "{ #"))
ROLES = st.sampled_from(["system", "user", "assistant"])
VERSIONS = st.sampled_from(["prompty-v1", "prompty-v2", "promptflow-jinja2"])
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


def is_role_line(line: str) -> bool:
    return line.strip().lstrip("#").strip().rstrip(":").strip().lower() in ("system", "user")


@given(VERSIONS, st.lists(st.tuples(ROLES, LINES), min_size=1, max_size=6), ENDS, st.booleans())
def test_each_block_is_a_message_with_its_text(
    version: str, blocks: list[tuple[str, str]], end: str, as_heading: bool
) -> None:
    sign = "# " if as_heading else ""
    # A sign that begins or ends an expression in one block would swallow the next one.
    body = "".join(f"{sign}{role}:\n.{text}.\n" for role, text in blocks)
    document = read(body.replace("\n", end), version)
    texts = [(role, f".{text}.".replace("\n", end)) for role, text in blocks]
    assert [(role, text) for role, text, _ in said(document)] == texts


PIECES = st.sampled_from(
    [
        *(
            "---",
            "+++",
            "\n",
            "\r\n",
            "\r",
            "system:",
            "# user:",
            "assistant",
            'user[a="b"]:',
            "user[:",
        ),
        *(
            "inputs:",
            "  a: {type: string}",
            "- name: b",
            "model:",
            "  api: chat",
            "  id: x",
            ": ",
            "[",
        ),
        *(
            "{{a}}",
            "{{",
            "}}",
            "{% if a %}",
            "{% endif %}",
            "{#",
            "#}",
            "{% raw %}",
            "{{item.role}}:",
        ),
        *(
            "sample: ${file:x.json}",
            "${env:A}",
            "\x00",
            "\ufeff",
            "\u2028",
            "\ud800",
            "\t",
            "é",
            "𝄞",
        ),
        *('{{role "system"}}', "{{role", "{{history}}", "{{#if a}}", "{{/if}}", "{{>p}}", "input:"),
        *(
            "  schema:",
            "    a(array",
            "    b?: string",
            "output: x",
            "'",
            '"',
            "&a",
            "*a",
            "!t",
            "|",
        ),
    ]
)


@given(
    st.sampled_from(["prompty-v1", "prompty-v2", "promptflow-jinja2", "dotprompt"]),
    st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=60),
)
def test_whatever_stands_in_a_file_it_is_read(format: str, text: str) -> None:
    for path in ("a.prompty", "a.prompt", "a.jinja2"):
        formats.detect(path, text)
    read(text, format, Folder({"x.json": text}))


@given(st.sampled_from([V1, V2]), st.integers(0, 1000), st.integers(0, 60))
def test_a_file_of_which_a_part_is_missing_is_read(text: str, start: int, length: int) -> None:
    for format in ("prompty-v1", "prompty-v2"):
        read(text[:start] + text[start + length :], format)


@pytest.mark.parametrize(
    "make",
    [
        lambda n: "user:\n" * n,
        lambda n: "user:\nHi\nassistant:\nYou\n" * (n // 4),
        lambda n: "# user\n" * n,
        lambda n: " " * n + "user",
        lambda n: "user[" + "a=b," * n,
        lambda n: "user[" + "a" * n,
        lambda n: "{{" + "role" * n,
        lambda n: "---\n" + "\r" * n,
        lambda n: "---\n" + "a\r\n" * n,
        lambda n: "\r\n" * n,
        lambda n: "#\n" * n,
        lambda n: "sytem:\n" * n,
        lambda n: "---\nsample: {" + "a: '${file:x}'," * (n // 10),
    ],
)
@pytest.mark.parametrize("format", ["prompty-v1", "prompty-v2", "promptflow-jinja2", "dotprompt"])
def test_time_grows_with_the_file_and_no_faster(format: str, make) -> None:  # type: ignore[no-untyped-def]
    """A hundred times what a long file has, in seconds: what is quadratic takes an hour."""
    text = make(60_000)
    began = time.perf_counter()
    for path in ("a.prompty", "a.prompt", "a.jinja2"):
        formats.detect(path, text)
    formats.read(formats.Source("a file", text), format)
    assert time.perf_counter() - began < 20


def test_files_are_read_up_to_a_bound_however_often_they_are_named() -> None:
    asked: list[str] = []

    class Large:
        def look(self, name: str) -> Looked:
            asked.append(name)
            return Looked(Source(name, "[" * 400_000))

    names = "".join(f"  n{number}: ${{file:{'./' * number}a.json}}\n" for number in range(50))
    text = f"---\nname: a\nmodel:\n  api: chat\nsample:\n{names}---\nsystem:\nHi {{{{n1}}}}\n"
    document = formats.read(Source("a.prompty", text), "prompty-v1", Large())
    # Each is looked for; the broken JSON is read in the first five.
    assert len(asked) == 50
    assert sum("can't be used" in item.message for item in document.problems) == 5
