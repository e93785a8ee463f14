"""dotprompt: whose .prompt file it is, its messages, inputs, settings and mistakes."""

from __future__ import annotations

import textwrap

import pytest
from exact import inputs, problems, read, said
from hypothesis import given
from hypothesis import strategies as st

from guideline_kit import formats

WHOLE = textwrap.dedent(
    """\
    # A licence
    # of two lines

    ---
    model: googleai/a-model
    config:
      temperature: 0.4
      stopSequences: [END]
    input:
      schema:
        text: string, the text to look at
        language?: string
        limit: integer
        tone(enum): [kind, strict]
        tags(array): string
      default:
        limit: 3
        persona: Pirate
    output:
      format: json
      schema:
        name?: string, the full name
        parts(array, one each):
          title: string
    myext.key: 1
    ---
    {{role "system"}}
    Speak like a {{persona}}.
    {{#if language}}Answer in {{language}}.{{/if}}
    {{role "user"}}
    {{text}} {{limit}} {{tone}}
    {{#each tags}}{{this}}{{/each}}
    """
)


def front(fields: str, body: str = "Hello.\n") -> str:
    return f"---\n{fields}\n---\n{body}"


# --- whose file it is ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        (WHOLE, True),
        ("Hello.", True),
        ("", True),
        ('{{role "system"}}Hi', True),
        ("---\nmodel: x\nprompts: x\n---\nHi", True),
        ("---\nconfig: broken: yaml\n", True),
        ("Write prompts:\n- one\nname: two", True),
        ("Use these\nprompts:\n- one", True),
        # The other tool: YAML from top to bottom.
        ("config:\n  temperature: 1\nprompts:\n  user: |\n    Hi", False),
        ("name: x\nprompts:\n  system: Hi\n", False),
        ("model: x\r\nprompts:  # mine\r\n  user: Hi\r\n", False),
        ("config:\n  outputFormat text\nprompts:\n  user: {{ broken", False),
        # Data.
        ('{\n  "this": "is data"\n}', False),
        ("{}", False),
        ("[]", False),
        ('["a"]', True),
    ],
)
def test_it_is_dotprompt_unless_it_is_data_or_the_other_tools(text: str, taken: bool) -> None:
    assert formats.detect("prompts/a.prompt", text) == ("dotprompt" if taken else None)


def test_only_the_ending_counts() -> None:
    for path in ("a.prompt.md", "a.prompts", "prompt", "a.prompt.bak"):
        assert formats.detect(path, WHOLE) != "dotprompt"


# --- reading -------------------------------------------------------------------------------


def test_a_whole_file() -> None:
    document = read(WHOLE, "dotprompt")
    assert [(role, text.partition("\n")[0]) for role, text, _ in said(document)] == [
        ("system", "Speak like a {{persona}}."),
        ("user", "{{text}} {{limit}} {{tone}}"),
    ]
    assert document.engine == "handlebars"
    assert document.template_error is None
    assert inputs(document) == {
        "text": ("text", True),
        "language": ("line", False),
        "limit": ("integer", False),
        "tone": ("line", True),
        "tags": ("list", True),
        "persona": ("line", False),
    }
    assert all(document.source.slice(item.span) == item.name for item in document.inputs or ())
    assert [
        (item.name, item.value, document.source.slice(item.span)) for item in document.parameters
    ] == [
        ("model", "googleai/a-model", "googleai/a-model"),
        ("temperature", 0.4, "0.4"),
        ("stopSequences", ["END"], "[END]"),
    ]
    assert not document.problems


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end(end: str) -> None:
    document = read(WHOLE.replace("\n", end), "dotprompt")
    assert len(document.messages) == 2
    assert document.fields["model"] == "googleai/a-model"
    assert not document.problems


SPLIT = {
    "no role": ("Hello.\n\nYou.", ["user Hello.\n\nYou."]),
    "text first": ('Hi\n{{role "system"}}\nBe brief.', ["user Hi", "system Be brief."]),
    "other quotes": ("{{role 'system'}}Hi", ["system Hi"]),
    "blanks": ('{{  role   "system"  }} Hi ', ["system  Hi"]),
    "blanks eaten": ('{{~role "model"~}}Hi', ["assistant Hi"]),
    "tool": ('{{role "tool"}}Hi', ["tool Hi"]),
    "attributes": ('{{role "user" purpose="x"}}Hi', ["user Hi"]),
    "the same twice": ('{{role "user"}}a{{role "user"}}b', ["user a", "user b"]),
    "nothing in one": ('{{role "system"}}\n{{role "user"}}Hi', ["user Hi"]),
    "as a block": ('{{#role "system"}}Be.{{/role}}Hi', ["system Be.", "user Hi"]),
    "behind the history": (
        '{{role "system"}}Be.{{history}}Hi{{role "user"}}You',
        ["system Be.", "assistant Hi", "user You"],
    ),
    "in a loop": (
        '{{#each a}}{{role "user"}}{{this}}{{/each}}{{role "model"}}x',
        ["user {{#each a}}", "user {{this}}{{/each}}", "assistant x"],
    ),
    "from a value": ("{{role who}}Hi", ["user Hi"]),
    "a comment first": ('{{! mine }}{{role "system"}}Hi', ["system Hi"]),
    "only the end of a block": (
        '{{#if a}}{{role "user"}}Hi{{history}}{{/if}}',
        ["user {{#if a}}", "user Hi"],
    ),
    "another name": (
        "{{roles}}{{role.a}}{{historyOf}}{{history 3}}",
        ["user {{roles}}{{role.a}}{{historyOf}}{{history 3}}"],
    ),
}


@pytest.mark.parametrize("case", SPLIT)
def test_roles_split_the_text(case: str) -> None:
    body, expected = SPLIT[case]
    for text in (body, front("model: x", body)):
        found = [f"{role} {text}" for role, text, _ in said(read(text, "dotprompt"))]
        assert found == expected


def test_questions_with_fixed_answers_are_examples() -> None:
    body = '{{role "user"}}1+1{{role "model"}}2{{role "user"}}{{q}}'
    assert [mark for _, _, mark in said(read(body, "dotprompt"))] == ["example", "example", ""]
    filled = body.replace("1+1", "{{before}}")
    assert [mark for _, _, mark in said(read(filled, "dotprompt"))] == ["", "", ""]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("model: x", None),
        ("input: {default: {a: 1}}", None),
        ("input: {schema: Recipe}", None),
        ("input: {schema: {a: string, '(*)': any}}", None),
        (
            "input: {schema: {type: object, properties: {a: {type: integer}}}}",
            {"a": ("integer", False)},
        ),
        ("input: {schema: {}}", {}),
        ("input: {schema: {a: string}, default: {a: x}}", {"a": ("line", False)}),
        (
            "input: {schema: {a: string}, default: {b: 1}}",
            {"a": ("line", True), "b": ("integer", False)},
        ),
        ("input: {schema: {a: broken: yaml}}", None),
    ],
)
def test_inputs_are_what_the_schema_says(
    fields: str, expected: dict[str, tuple[str, bool]] | None
) -> None:
    assert inputs(read(front(fields, "{{a}}"), "dotprompt")) == expected


def test_a_text_of_a_few_known_values_can_be_trusted() -> None:
    fields = "input: {schema: {message: string, 'text(enum)': [a, b]}}"
    document = read(front(fields, "{{message}}{{text}}"), "dotprompt")
    assert [item.trust for item in document.inputs or ()] == ["untrusted", "trusted"]


def test_an_input_may_be_used_by_a_partial() -> None:
    fields = "input: {schema: {a: string, b: string}}"
    assert set(inputs(read(front(fields, "{{a}}"), "dotprompt")) or ()) == {"a", "b"}
    assert set(inputs(read(front(fields, "{{a}}{{>other}}"), "dotprompt")) or ()) == {"a"}


# --- mistakes ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (front("inputs: {a: string}"), ["prompt-format 2:1 inputs"]),
        (front("modelName: x\nmodelProvider: y"), ["prompt-format 2:1 modelName"]),
        (front("temperature: 1\nconfig: {topK: 2}"), ["prompt-format 2:1 temperature"]),
        (front("input: {name: string}"), ["prompt-format 2:9 name"]),
        (
            front("output:\n  a: string\n  b: string"),
            ["prompt-format 3:3 a", "prompt-format 4:3 b"],
        ),
        (front("output: Recipe"), ["prompt-format 2:9 Recipe"]),
        (front("config: 7"), ["prompt-format 2:9 7"]),
        (front("input: {schema: {a: str}}"), ["prompt-format 2:21 str"]),
        (front("output: {schema: {'a(list)': string}}"), ["prompt-format 2:19 'a(list)'"]),
        ('{{role "assistant"}}Hi', ["prompt-format 1:9 assistant"]),
        ('Hi {{role "System"}}Hi', ["prompt-format 1:12 System"]),
        ('{{role "o"}}Hi', ["prompt-format 1:9 o"]),
        (front("model: x: y"), ["front-matter 2:9 "]),
        (front("# mine: x: y\nmodel: x: y"), ["front-matter 3:9 "]),
        ("# Licence\n---\nmodel: x: y\n---\nHi", ["front-matter 3:9 "]),
        ("---\nmodel: x\n", ["front-matter 1:1 ---"]),
        # All of these are right, or somebody else's business.
        (front("input: {schema: {a: Recipe}}\nmetadata: {a: 1}\next.a: 1\nmaxTurns: 3"), []),
        (front("output: {format: json}\ninput: {default: {a: 1}}\ntools: [a]"), []),
        ("{{>missing}}", []),
        ("", []),
    ],
)
def test_mistakes_are_named_at_their_place(text: str, expected: list[str]) -> None:
    assert problems(read(text, "dotprompt")) == expected


def test_front_matter_that_is_never_closed_gives_its_fields_and_the_text() -> None:
    for body in ('{{role "user"}}\nHi\n', "\nHi\n"):
        document = read(f"---\nmodel: x\ninput: {{schema: {{a: string}}}}\n{body}", "dotprompt")
        assert document.fields["model"] == "x"
        assert [text for _, text, _ in said(document)] == ["Hi"]
        assert document.inputs is None


# --- all files -----------------------------------------------------------------------------

TEXTS = st.text(st.sampled_from("abé 𝄞-#:\n\t\"'\\"), max_size=30)
ROLES = {"system": "system", "user": "user", "model": "assistant", "tool": "tool"}


@given(
    st.lists(st.tuples(st.sampled_from(sorted(ROLES)), TEXTS), min_size=1, max_size=6),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
)
def test_each_block_is_a_message_with_its_text(
    blocks: list[tuple[str, str]], end: str, fields: bool
) -> None:
    body = "".join(f'{{{{role "{role}"}}}}\n.{text}.\n' for role, text in blocks)
    text = (front("model: x", body) if fields else body).replace("\n", end)
    document = read(text, "dotprompt")
    assert [(role, text) for role, text, _ in said(document)] == [
        (ROLES[role], f".{text}.".replace("\n", end)) for role, text in blocks
    ]


@given(st.integers(0, len(WHOLE)), st.integers(0, 80), st.text(max_size=3))
def test_a_file_of_which_a_part_is_missing_is_read(start: int, length: int, instead: str) -> None:
    text = WHOLE[:start] + instead + WHOLE[start + length :]
    formats.detect("a.prompt", text)
    read(text, "dotprompt")
