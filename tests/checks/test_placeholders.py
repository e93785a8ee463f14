"""placeholders: template variables that are undeclared, unused, undelimited and so on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linting import STYLES, as_written, findings, marked, messages, prompt

from guideline_kit.diagnostics import Safety
from guideline_kit.fix import UNSAFE, apply

ENGINES = {
    "mustache": "{{%s}}",
    "jinja2": "{{ %s }}",
    "handlebars": "{{%s}}",
    "fstring": "{%s}",
    "dollar": "${%s}",
    "nunjucks": "{{%s}}",
    "semantic-kernel": "{{$%s}}",
}


def placeholders(problem: str) -> dict[str, object]:
    return {"kind": "placeholders", "problem": problem, "message": "{name}|{match}"}


def inputs(**types: str) -> dict[str, object]:
    """Return the inputs of a prompt: name=type, or name='type trust'."""
    declared = {}
    for name, about in types.items():
        type, _, trust = about.partition(" ")
        declared[name] = {"type": type, "description": "x"} | ({"trust": trust} if trust else {})
    return declared


# --- undeclared and unused -----------------------------------------------------------------


@given(
    st.sampled_from(sorted(ENGINES)),
    st.sampled_from(sorted(STYLES)),
    st.lists(st.sampled_from("abcde"), max_size=6),
    st.sets(st.sampled_from("abcde")),
)
def test_used_and_declared_variables_are_compared(
    engine: str, style: str, used: list[str], declared: set[str]
) -> None:
    text = "Write to é: " + " and ".join(ENGINES[engine] % name for name in used) + "."
    entry = prompt(
        text, engine=engine, style=style, inputs=inputs(**dict.fromkeys(sorted(declared), "line"))
    )
    undeclared = [ENGINES[engine] % name for name in used if name not in declared]
    found = marked(placeholders("undeclared"), entry, "catalog-prompt")
    assert [as_written(piece) for piece in found] == undeclared
    unused = marked(placeholders("unused"), entry, "catalog-prompt")
    assert unused == [f'"{name}"' for name in sorted(declared) if name not in used]


@pytest.mark.parametrize("engine", sorted(ENGINES))
@pytest.mark.parametrize("style", sorted(STYLES))
def test_a_slip_in_a_name_is_guessed_and_never_more(engine: str, style: str) -> None:
    entry = prompt(
        "Sum up " + ENGINES[engine] % "leter" + ".",
        engine=engine,
        style=style,
        inputs=inputs(letter="document", tone="line"),
    )
    (found,) = findings(placeholders("undeclared"), entry, "catalog-prompt")
    assert found.fix
    assert found.fix.safety is Safety.SUGGESTION
    assert apply(entry, [found], frozenset(Safety)) == entry.replace("leter", "letter")
    assert apply(entry, [found], UNSAFE) == entry


def test_a_name_that_is_like_none_is_not_guessed() -> None:
    entry = prompt("See {{ tree }}, {{ b }}.", engine="mustache", inputs=inputs(letter="line"))
    assert [item.fix for item in findings(placeholders("undeclared"), entry, "catalog-prompt")] == [
        None,
        None,
    ]


def test_what_is_reported_is_the_placeholder_and_its_name() -> None:
    entry = prompt("Dear {{ b }},", engine="mustache", inputs=inputs(a="line"))
    assert messages(placeholders("undeclared"), entry, "catalog-prompt") == ["b|{{ b }}"]
    assert messages(placeholders("unused"), entry, "catalog-prompt") == ["a|a"]


@pytest.mark.parametrize(
    ("engine", "text", "found"),
    [
        ("jinja2", "{% for x in b %}{{ x }}{% endfor %}", ["b"]),
        ("jinja2", "{{ a ~ bb ~ b }}", ["bb", "b"]),
        ("jinja2", "{{ b|default('b') }}", ["{{ b|default('b') }}"]),
        ("jinja2", "{{ b }} {{b}}", ["{{ b }}", "{{b}}"]),
        ("handlebars", "{{#if b}}{{a}}{{/if}}", ["b"]),
        ("handlebars", "{{letter b}}{{{b}}}", ["b", "{{{b}}}"]),
        ("fstring", "{b!r} {b}", ["b", "{b}"]),
    ],
)
def test_of_an_expression_only_the_name_that_is_unknown_is_marked(
    engine: str, text: str, found: list[str]
) -> None:
    entry = prompt(text, engine=engine, inputs=inputs(a="line"), style="literal")
    assert marked(placeholders("undeclared"), entry, "catalog-prompt") == found


def test_a_file_that_declares_nothing_is_left_alone() -> None:
    assert marked(placeholders("undeclared"), "Dear {{b}},") == []
    assert marked(placeholders("unused"), "Dear {{b}},") == []


@pytest.mark.parametrize(
    "text",
    [
        "{% for x in items %}{{ x }}{{ loop.index }}{% endfor %}",
        "{% set x = items %}{{ x.y }}",
        "{{ items|join(', ') }}{{ range(3) }}",
        "{# {{ other }} #}{{ items }}",
        "{% if items is defined %}a{% endif %}",
        "{% macro m(x) %}{{ x }}{{ items }}{% endmacro %}{{ m(1) }}",
    ],
)
def test_what_a_template_defines_itself_is_not_undeclared(text: str) -> None:
    entry = prompt(text, engine="jinja2", inputs=inputs(items="list"))
    assert marked(placeholders("undeclared"), entry, "catalog-prompt") == []
    assert marked(placeholders("unused"), entry, "catalog-prompt") == []


@pytest.mark.parametrize("engine", ["mustache", "handlebars"])
def test_what_a_section_uses_may_be_an_input_and_may_be_a_field(engine: str) -> None:
    entry = prompt(
        "{{#letters}}{{author}}: {{body}}{{/letters}}",
        engine=engine,
        inputs=inputs(letters="list", author="line", tone="line"),
    )
    assert marked(placeholders("undeclared"), entry, "catalog-prompt") == []
    assert marked(placeholders("unused"), entry, "catalog-prompt") == ['"tone"']


def test_while_a_template_does_not_parse_nothing_is_called_unused() -> None:
    entry = prompt("{{ a", engine="jinja2", inputs=inputs(a="line", b="line"))
    assert marked(placeholders("unused"), entry, "catalog-prompt") == []


def test_few_shot_examples_use_variables_too() -> None:
    entry = prompt("Hi.", engine="mustache", inputs=inputs(a="line"))
    entry += "    - {role: user, example: true, content: 'Dear {{a}}'}\n"
    assert marked(placeholders("unused"), entry, "catalog-prompt") == []


# --- undelimited ---------------------------------------------------------------------------

DELIMITED = [
    "{{a}}",
    "  {{a}}\n",
    "Read it:\n\n<letter>\n{{a}}\n</letter>\n\nThen answer.",
    "Read <letter>{{a}}</letter> now.",
    "<letters>\n<letter>\nFrom: Kim\n{{a}}\n</letter>\n</letters>\nThen answer.",
    'Read """{{a}}""" now.',
    'Read it:\n"""\n{{a}}\n"""\nThen answer.',
    "Read it:\n'''\n{{a}}\n'''\nThen answer.",
    "Read it:\n\n```\n{{a}}\n```\n\nThen answer.",
    "Read `{{a}}` now.",
    "Answer it.\n\n## Letter\n\n{{a}}",
    "Answer it.\n\nLetter:\n{{a}}\n",
    "# Letter\n{{a}}\n\n# Task\nAnswer it.",
    "Letter:\n{{a}}\n---\nAnswer it.",
    "The letter is below.\n-----\n{{a}}\n-----\nAnswer it.",
    "The letter:\n+++++\nText: {{a}}\n+++++\nAnswer it.",
    "The letter:\n\n=====\n\n{{a}}\n\n=====\n\nAnswer it.",
    "Answer the last letter.\n*****\n{{a}}",
    "===BEGIN LETTER===\n{{a}}\n===END LETTER===\nAnswer it.",
    "[BEGIN DATA]\n***\n[Letter]: {{a}}\n***\n[END DATA]\nAnswer it.",
]
UNDELIMITED = [
    "Answer {{a}} now.",
    "Answer this: {{a}}",
    "Answer it.\n\n{{a}}",
    "Letter:\n{{a}}\nAnswer it.",
    "<letter>\n</letter>\n{{a}}",
    "<letter>\n{{a}}\nAnswer it.",
    '"""x""" {{a}}',
    '"""{{a}}',
    "</letter>{{a}}<letter>",
    "Letter: {{a}}",
    "The letter: {{a}}\n-----\nAnswer it.",
    "-----\nAnswer what comes now.\n{{a}}\n-----\nBe polite.",
    "-----\nThe letter {{a}} is new.\n-----\nBe polite.",
    "-----\n{{a}}\nAnswer it.\n-----\nBe polite.",
    "- - -\n{{a}}\nAnswer it.",
]


@pytest.mark.parametrize("text", DELIMITED)
@pytest.mark.parametrize("before", ["", "é😀\n\n"])
def test_a_value_whose_ends_are_marked_is_silent(text: str, before: str) -> None:
    if before and text.strip() == "{{a}}":
        return
    entry = prompt(
        ("system", before + text), engine="mustache", inputs=inputs(a="text"), style="double"
    )
    assert marked(placeholders("undelimited"), entry, "catalog-prompt") == []


@pytest.mark.parametrize("text", UNDELIMITED)
@pytest.mark.parametrize(
    "type",
    ["text", "document", "line untrusted", "document trusted", "text trusted", "line", "integer"],
)
def test_a_long_value_that_nothing_marks_off_is_found(text: str, type: str) -> None:
    entry = prompt(("system", text), engine="mustache", inputs=inputs(a=type), style="double")
    found = ["{{a}}"] if type in ("text", "document") else []
    assert marked(placeholders("undelimited"), entry, "catalog-prompt") == found


@pytest.mark.parametrize(
    ("engine", "text", "found"),
    [
        ("jinja2", "Go. {% for x in a %}Yes.{% endfor %} Now.", []),
        ("jinja2", "Go. {%- if a %} Answer {{ a }} now.{% endif %}", ["{{ a }}"]),
        ("handlebars", "Go. {{#if a}} Answer {{a}} now.{{/if}}", ["{{a}}"]),
        ("handlebars", "Go. {{#with a}}{{/with}}{{#each a}}{{/each}}{{~#a}}{{~/a}} Now.", []),
        ("mustache", "Go. {{#a}}Answer{{/a}}{{^a}}Wait{{/a}}. {{&a}} Now.", ["{{&a}}"]),
    ],
)
def test_a_block_puts_no_text_in(engine: str, text: str, found: list[str]) -> None:
    entry = prompt(("system", text), engine=engine, inputs=inputs(a="text"), style="double")
    assert marked(placeholders("undelimited"), entry, "catalog-prompt") == found


# --- mixed, unbalanced, unsafe -------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Dear {{a}}, {{b}} and ${c}.", ["${c}"]),
        ("Dear ${a}, ${b}: {{c}}.", ["{{c}}"]),
        ("Use $ARGUMENTS and ${a} and {{b}}.", ["{{b}}"]),
        ("Dear {{a}} and {% if b %}c{% endif %}.", []),
        ("Use $ARGUMENTS, $1 and ${a}.", []),
        ("Dear {{a}} and `${HOME}`.", []),
        ("Dear {{a}}.\n\n```sh\necho ${HOME} $1\n```\n", []),
        ("Dear {{a}}. <!-- ${b} -->", []),
        ("Dear {{a}}, it costs $5.00 or $x.", []),
        ("Nothing.", []),
    ],
)
def test_two_syntaxes_in_one_document(text: str, found: list[str]) -> None:
    assert marked(placeholders("mixed"), text) == found


def test_an_entry_names_its_syntax_and_the_rest_is_text() -> None:
    entry = prompt("Dear {{a}} and ${b}.", engine="mustache", inputs=inputs(a="line"))
    assert marked(placeholders("mixed"), entry, "catalog-prompt") == []


@pytest.mark.parametrize(
    ("engine", "text", "found"),
    [
        ("mustache", "Dear {{a, hello", ["{{"]),
        ("mustache", "{{#a}} hello", ["{{#a}}"]),
        ("jinja2", "Dear {{ a, hello", ["{{"]),
        ("nunjucks", "Dear {{ a, hello", ["{{"]),
        ("semantic-kernel", "Dear {{$a, hello", ["{{"]),
        ("handlebars", "{{#if a}} {{#each b}} {{/if}}", ["{{/if}}"]),
        ("jinja2", "One.\n{% if a %}\nhello", ["{% if a %}"]),
        ("fstring", "Dear {a, hello", ["{"]),
        ("fstring", 'Like {"a": 1}', ['{"a": 1}']),
        ("mustache", 'Dear {{a}}, {"b": {"c": {}}}', []),
        ("jinja2", "Dear {{ a }}", []),
        ("fstring", "Dear {a}, {{x}}", []),
        ("none", "Dear {{a", []),
        ("dollar", "Dear ${a}, $ and {{", []),
    ],
)
@pytest.mark.parametrize("style", ["literal", "folded"])
def test_templates_that_do_not_parse_are_found(
    engine: str, text: str, found: list[str], style: str
) -> None:
    entry = prompt(text, engine=engine, style=style, inputs=inputs(a="line"))
    assert marked(placeholders("unbalanced"), entry, "catalog-prompt") == found
    if found:
        check = {**placeholders("unbalanced"), "message": "{reason}."}
        assert len(messages(check, entry, "catalog-prompt")[0]) > 10


@pytest.mark.parametrize(
    ("engine", "text", "found"),
    [
        ("jinja2", "{{ a.__class__ }}", ["{{ a.__class__ }}"]),
        ("jinja2", "{{ a|attr('x') }} {{ lipsum.x }}", ["{{ a|attr('x') }}", "{{ lipsum.x }}"]),
        ("jinja2", "{% if cycler['x'] %}{% endif %}", ["{% if cycler['x'] %}"]),
        ("jinja2", "{{ a.b }} {{ attribute }} {{ a|upper }} {{ myself.x }}", []),
        ("mustache", "{{ a.__class__ }}", []),
        ("fstring", "{a.__class__}, {a}", ["{a.__class__}"]),
        ("nunjucks", "{{ a.__proto__ }}, {{ a }}", ["{{ a.__proto__ }}"]),
    ],
)
def test_template_code_that_reaches_into_python(engine: str, text: str, found: list[str]) -> None:
    entry = prompt(text, engine=engine, inputs=inputs(a="line"))
    assert marked(placeholders("unsafe"), entry, "catalog-prompt") == found


def test_a_place_is_reported_once_however_many_variables_it_uses() -> None:
    entry = prompt("{{ a.__class__ ~ b }}", engine="jinja2", inputs=inputs(a="line"))
    assert len(findings(placeholders("unsafe"), entry, "catalog-prompt")) == 1
