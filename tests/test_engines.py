"""Template engines: where the placeholders are, what has to be passed in, what does not parse."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import meta
from jinja2.sandbox import SandboxedEnvironment

from guideline_kit.formats.engines import Expression, Scan, is_unsafe, scan

ENGINES = (
    *("none", "jinja2", "nunjucks", "mustache", "handlebars", "fstring", "dollar"),
    *("claude-args", "semantic-kernel", ""),
)


def names(engine: str, text: str) -> list[str]:
    return [item.name for item in scan(engine, text).expressions]


# --- which variables -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("engine", "text", "expected"),
    [
        ("none", "{{a}} {a} ${a}", []),
        # Jinja2
        ("jinja2", "{{ a }} {{ b.c|upper }} {{ d['e'] }}", ["a", "b", "d"]),
        ("jinja2", '{{ f(a, b) }} {{ a ~ "c d" }}', ["f", "a", "b", "a"]),
        ("jinja2", "{% for x in items %}{{ x }}{{ loop.index }}{% endfor %}", ["items", *[""] * 3]),
        ("jinja2", "{% for x in xs %}{{ x }}{% endfor %}{{ x }}", ["xs", "", "", "x"]),
        ("jinja2", "{% for x in xs if y %}{% else %}{{ x }}{% endfor %}", ["xs", "y", "", "x", ""]),
        ("jinja2", "{% for k, (v, w) in m.items() %}{{ k ~ v ~ w }}{% endfor %}", ["m", "", ""]),
        ("jinja2", "{% if a and not b %}x{% endif %}", ["a", "b", ""]),
        ("jinja2", "{% set a = 1 %}{{ a }}", ["", ""]),
        ("jinja2", "{{ a }}{% set a = a %}{{ a }}", ["a", "a", ""]),
        ("jinja2", "{% set a %}{{ b }}{% endset %}{{ a }}", ["", "b", "", ""]),
        ("jinja2", "{% set ns = namespace(n=a) %}{% set ns.n = b %}{{ ns.n }}", ["a", "b", ""]),
        ("jinja2", "{% for x in y %}{% set z = 1 %}{% endfor %}{{ z }}", ["y", "", "", "z"]),
        ("jinja2", "{% if a %}{% set b = 1 %}{% endif %}{{ b }}", ["a", "", "", ""]),
        ("jinja2", "{% if a %}{% set b = 1 %}{% else %}{{ b }}{% endif %}", ["a", "", "", "b", ""]),
        ("jinja2", "{% with a = b, c = a %}{{ a }}{% endwith %}", ["b", "a", "", ""]),
        ("jinja2", "{% macro m(a, b=c) %}{{ a ~ d }}{{ caller() }}{% endmacro %}{{ m(e) }}",
         ["c", "d", "", "", "e"]),
        ("jinja2", "{{ m() }}{% macro m() %}{{ m() }}{% endmacro %}", ["m", "", "", ""]),
        ("jinja2", "{% macro m() %}{{ a }}{% endmacro %}{% set a = 1 %}", ["", "", "", ""]),
        ("jinja2", "{% call(x) m(y) %}{{ x }}{% endcall %}", ["m", "y", "", ""]),
        ("jinja2", "{% filter f(a) %}{{ b }}{% endfilter %}", ["a", "b", ""]),
        ("jinja2", "{% block a %}{{ b }}{{ super() }}{% endblock %}", ["", "b", "", ""]),
        ("jinja2", "{% import a as b %}{% from c import d as e %}{{ b.x ~ e ~ d }}",
         ["a", "c", "d"]),
        ("jinja2", "{% include a %}{% do b.append(c) %}", ["a", "b", "c"]),
        ("jinja2", "{% for a in b %}{% break %}{% continue %}{% endfor %}", ["b", "", "", ""]),
        ("jinja2", "{{ range(3) }}{{ dict(a=b) }}{{ zip(c, d) }}{{ zip }}",
         ["", "b", "c", "d", "zip"]),
        ("jinja2", "{{ a | choice }}{{ a is odd_enough }}{{ b | f(k=c) }}", ["a", "a", "b", "c"]),
        ("jinja2", "{# {{ a }} #}{{ '{{ b }}' }}", ["", ""]),
        ("jinja2", "{{ {'k': {'l': a}} }}", ["a"]),
        ("jinja2", "{% raw %}{{ a }}{% endraw %}", ["", ""]),
        ("jinja2", "{{ a is defined and a != 'b' and true and none }}", ["a"]),
        ("jinja2", "x{{ a\r\n ~ b }}\r\n{%- if c -%}\r\n{{ d }}{% endif %}",
         ["a", "b", "c", "d", ""]),
        # Nunjucks
        ("nunjucks", "{{ x | dump | safe }} {{ a.b['c'] }} {{ f(d, k=e) }}",
         ["x", "a", "f", "d", "e"]),
        ("nunjucks", "{{env.KEY}} {{ _conversation[0].output }} {{ env }}", ["", "", "env"]),
        ("nunjucks", "{% for a, b in x %}{{a}}{{b}}{{loop.index}}{{c}}{% endfor %}{{a}}",
         ["x", "", "", "", "c", "", "a"]),
        ("nunjucks", "{% raw %}{{ a }}{% endraw %}{% verbatim %}{{b}}{% endverbatim %}", [""] * 4),
        ("nunjucks", "{% set a = b %}{{ a }}{% set c %}{{ d }}{% endset %}{{ c }}",
         ["b", "", "", "d", "", ""]),
        ("nunjucks", "{% if a %}{% set b = 1 %}{% endif %}{{ b }}", ["a", "", "", ""]),
        ("nunjucks", "{% macro m(a, b=c) %}{{ a ~ d }}{% endmacro %}{{ m(e) }}",
         ["c", "d", "", "e"]),
        ("nunjucks", "{{ {k: v, 'l': w} }} {{ a if b else c }}", ["v", "w", "a", "b", "c"]),
        ("nunjucks", "{% switch a %}{% case b %}x{% default %}y{% endswitch %}",
         ["a", "b", "", ""]),
        ("nunjucks", "{# {{ a }} #}{{- b -}}{{ 'it }} \\' s' ~ c }}", ["", "b", "c"]),
        # Mustache
        ("mustache", "{{a}} {{{ b }}} {{& c}} {{d.e}}", ["a", "b", "c", "d"]),
        ("mustache", "{{#a}}x{{/a}} {{^b}}y{{/b}}", ["a", "", "b", ""]),
        ("mustache", "{{! a {{remark}} {{> part}} {{.}}", ["", "", ""]),
        ("mustache", '{"a": {"b": {{c}}}} {a} ${a}', ["c"]),
        ("mustache", '{"a": {"b": {{{c}}}}}', ["c"]),
        ("mustache", "{{#a}}{{a}}{{b}}{{.}}{{/a}}", ["a", "a", "", "", ""]),
        ("mustache", "{{b}}{{#a}}{{b}}{{c}}{{/a}}{{^a}}{{c}}{{/a}}",
         ["b", "a", "b", "c", "", "a", "c", ""]),
        ("mustache", "{{=<% %>=}}<%a%> {{b}} <%={{ }}=%>{{c}}", ["", "a", "", "c"]),
        ("mustache", "{{user-name}} {{user name}}", ["user-name", "user name"]),
        # Handlebars
        ("handlebars", "{{#if a}}{{b}}{{else if c}}{{d}}{{else}}y{{/if}}",
         ["a", "b", "c", "d", "", ""]),
        ("handlebars", "{{#each items}}{{this}}{{@index}}{{name}}{{this.x}}{{/each}}",
         ["items", "", "", "", "", ""]),
        ("handlebars", "{{#each a}}{{../b}}{{@root.c}}{{else}}{{d}}{{/each}}",
         ["a", "b", "c", "", "d", ""]),
        ("handlebars", "{{#each a as |x i|}}{{x.y}}{{i}}{{/each}}{{x}}", ["a", "", "", "", "x"]),
        ("handlebars", "{{#with a}}{{#each b}}{{../c}}{{../../d}}{{/each}}{{/with}}",
         ["a", "", "", "d", "", ""]),
        ("handlebars", "{{~ a ~}}{{{b}}}{{&c}}{{~{d}~}}", ["a", "b", "c", "d"]),
        ("handlebars", "{{helper a (eq b 'c') 1 true key=d other=(f e)}}", ["a", "b", "d", "e"]),
        ("handlebars", '{{role "user"}}{{history}}{{media url=a}}{{json b indent=2}}{{@state.c}}',
         ["", "", "a", "b", ""]),
        ("handlebars", '{{#ifEquals a "b"}}{{c}}{{/ifEquals}}{{#role "x"}}{{d}}{{/role}}',
         ["a", "c", "", "", "d", ""]),
        ("handlebars", "{{> part}}{{> part a k=b}}{{> (which c)}}", ["", "a", "b", "c"]),
        ("handlebars", "{{!-- {{a}} --}}{{! b }}{{c}}", ["", "", "c"]),
        ("handlebars", "{{{{raw}}}}{{a}}{{{{/raw}}}}{{b}}", ["", "", "b"]),
        ("handlebars", "\\{{a}} \\\\{{b}}", ["b"]),
        ("handlebars", "{{[a b].c}} {{a/b}} {{./d}} {{this.e}}", ["a b", "a", "d", "e"]),
        ("handlebars", "{{#items}}{{n}}{{/items}}{{^a}}{{b}}{{/a}}",
         ["items", "", "", "a", "b", ""]),
        ("handlebars", '{"a": {"b": {{c}}}}', ["c"]),
        # Format strings
        ("fstring", "{a} {b!r} {c:>10} {{d}}", ["a", "b", "c"]),
        ("fstring", "{a.b[0].c} {n!r:>{width}} {0} {1}", ["a", "n", "width", "", ""]),
        ("fstring", "{{{a}}} {} { b } {c[k:l]}", ["a", "", "b", "c"]),
        ("dollar", "${a} $b $$ $${c} $5 $b.c ${HOME:-x}", ["a", "b", "b"]),
        # Claude's arguments
        ("claude-args", "$ARGUMENTS, $ARGUMENTS[0], $1 and $2.", ["ARGUMENTS"] * 4),
        ("claude-args", "!`git status` @src/a.py @README.md ${CLAUDE_PLUGIN_ROOT}/x", [""] * 4),
        ("claude-args", "$5.00 $10 \\$1 me@home.org @kim ${HOME} `@a/b` $ARGUMENTSX", []),
        # Semantic Kernel
        ("semantic-kernel", "{{$a}} {{ $b }} {{Plugin.fn $c key=$d}} {{fn}}",
         ["a", "b", "c", "d", ""]),
        ("semantic-kernel", "{{ '{{' }}{{ \"}}\" }}{{ 'it\\'s' }}{{fn 'x' k='y'}}", [""] * 4),
        ("semantic-kernel", '{{}} {{ }} {"a": {"b": {}}} {{{$c}}}', ["c"]),
        # Files that name no engine
        ("", "{{a}} ${input:b} $ARGUMENTS $1 $12.50 \\$2 $x", ["a", "b", "ARGUMENTS", "1"]),
        ("", "${input:b:What is it about?} ${file} ${workspaceFolder} ${env:X} ${c}",
         ["b", "", "", "", "c"]),
        ("", "{{ a.b }} {{ c | upper }} {% if d %} {# e #} {{#if f}}", ["a", "c", "", "", ""]),
    ],
)  # fmt: skip
def test_placeholders_of_each_engine(engine: str, text: str, expected: list[str]) -> None:
    assert names(engine, text) == expected


# --- where they are ------------------------------------------------------------------------

# Pieces of templates, with the names that each uses, and texts that hold none.
PIECES: dict[str, dict[str, list[str]]] = {
    "jinja2": {
        "{{ a }}": ["a"],
        "{{- b.c | upper -}}": ["b"],
        "{{ {'x': {'y': a}} }}": ["a"],
        "{{ '}}' ~ b }}": ["b"],
        "{# a {{ b }} #}": [""],
        "{% if a and b %}": ["a", "b"],
        "{%- endif %}": [""],
        "{% set c = 'é\n%}' %}": [""],
    },
    "nunjucks": {
        "{{a}}": ["a"],
        "{{- b | dump -}}": ["b"],
        "{{ '}}' ~ a }}": ["a"],
        "{# a #}": [""],
        "{{ f(b, k=a) }}": ["f", "b", "a"],
    },
    "mustache": {"{{a}}": ["a"], "{{{ b }}}": ["b"], "{{! a\nb }}": [""], "{{>c}}": [""]},
    "handlebars": {
        "{{a}}": ["a"],
        "{{{b.c}}}": ["b"],
        "{{~f a k=(g b '}}')~}}": ["a", "b"],
        "{{!-- {{a}} --}}": [""],
        "{{role \"user\"}}": [""],
    },
    "fstring": {"{a}": ["a"], "{b!r:>{c}}": ["b", "c"], "{a.b[0]}": ["a"]},
    "dollar": {"${a}": ["a"], "$b": ["b"]},
    "claude-args": {"$ARGUMENTS": ["ARGUMENTS"], "!`ls a`": [""], "@a/b.md": [""]},
    "semantic-kernel": {
        "{{$a}}": ["a"],
        "{{ p.f $b k='}}' l=$a }}": ["b", "a"],
        "{{ '{{' }}": [""],
    },
    "": {"{{a}}": ["a"], "${b}": ["b"], "$ARGUMENTS": ["ARGUMENTS"], "${input:a:Say it}": ["a"]},
}  # fmt: skip
TEXTS = (" ", "\n", "\r\n", " é😀 ", ' "x": 1, ', " it's ", " % # ", " - ")


@st.composite
def templates(draw: st.DrawFn, engine: str) -> tuple[str, list[Expression]]:
    text, expected = "", []
    for piece in draw(st.lists(st.sampled_from(sorted(PIECES[engine])), max_size=8)):
        text += draw(st.sampled_from(TEXTS))
        expected += [
            Expression(name, len(text), len(text) + len(piece)) for name in PIECES[engine][piece]
        ]
        text += piece
    return text + draw(st.sampled_from(TEXTS)), expected


@pytest.mark.parametrize("engine", sorted(PIECES))
@given(data=st.data())
def test_each_place_is_the_piece_that_was_written(engine: str, data: st.DataObject) -> None:
    text, expected = data.draw(templates(engine))
    found = scan(engine, text)
    assert list(found.expressions) == expected
    if "if %}" not in text and "{% if" not in text:  # else a block may be open
        assert found.error is None


@given(templates("jinja2"))
def test_line_ends_do_not_move_the_places_of_jinja2(made: tuple[str, list[Expression]]) -> None:
    text = "{{ 'a\n' }}" + made[0].replace("\r", "")
    windows = text.replace("\n", "\r\n")
    found = [windows[item.start : item.end] for item in scan("jinja2", windows).expressions]
    usual = [text[item.start : item.end] for item in scan("jinja2", text).expressions]
    assert [piece.replace("\r", "") for piece in found] == usual


# Statements and expressions whose scopes are easy to get wrong.
BODIES = st.recursive(
    st.sampled_from(
        [
            "{{ a }}",
            "{{ b + c[a] }}",
            "{% set a = b %}",
            "{% set b, c = a %}",
            "{{ loop.index }}",
            "x",
        ]
    ),
    lambda inner: st.tuples(
        st.sampled_from(
            [
                "{% for a in b %}%s{% endfor %}",
                "{% for b, c in a if c %}%s{% endfor %}",
                "{% with a = c %}%s{% endwith %}",
                "{% macro b(c, a=b) %}%s{% endmacro %}",
                "{% set c %}%s{% endset %}",
                "{% filter f(a) %}%s{% endfilter %}",
                "{% call(a) b(c) %}%s{% endcall %}",
                "{{ c }}%s",
            ]
        ),
        st.lists(inner, max_size=3),
    ).map(lambda parts: parts[0].replace("%s", "".join(parts[1]))),
    max_leaves=8,
)


@given(st.lists(BODIES, max_size=4).map("".join))
def test_free_variables_are_those_that_jinja2_looks_up(text: str) -> None:
    environment = SandboxedEnvironment()
    environment.filters["f"] = str
    expected = meta.find_undeclared_variables(environment.parse(text))
    assert set(names("jinja2", text)) - {""} == expected


# --- what does not parse -------------------------------------------------------------------

DEEP = "(" * 3000 + ")" * 3000


@pytest.mark.parametrize(
    ("engine", "text", "says", "at"),
    [
        ("jinja2", "a\n{% if b %}\nc", "never closed", "{% if b %}"),
        ("jinja2", "{% if a %}{% for b in c %}{% endfor %}", "never closed", "{% if a %}"),
        ("jinja2", "a\n{{ b\nc", "opened and not closed", "{{"),
        ("jinja2", "Dear {{ a, how are you? {{ b }}", "opened and not closed", "{{"),
        ("jinja2", "a {# b", "comment is opened", "{#"),
        ("jinja2", "{% raw %}{{ a", "never closed", "{% raw %}"),
        ("jinja2", "{{ a b }}", "end of the placeholder is expected", "b"),
        ("jinja2", "{{ a ? b }}", "means nothing", "?"),
        ("jinja2", "{{ 'a }}", "quotation mark", "'"),
        ("jinja2", "{{ f(a }}", "')' is missing", "}"),
        ("jinja2", "{{ a) }}", "not open", ")"),
        ("jinja2", "{{ }}", "nothing between", "{{ }}"),
        ("jinja2", "é\r\n{% if %}x{% endif %}", "value is missing", "{% if %}"),
        ("jinja2", "x {% endif %}", "not open", "{% endif %}"),
        ("jinja2", "{% for a in b %}{% if c %}{% endfor %}", "{% if c %} is still open",
         "{% endfor %}"),
        ("jinja2", "{% chat a %}", "no tag 'chat'", "{% chat a %}"),
        ("jinja2", "{{{ a }}}", "third brace", "{{{ a }}}"),
        ("jinja2", "{{ '\\x' }}", "backslash", "\\x"),
        ("jinja2", "{{ " + "9" * 5000 + " }}", "too long", "9" * 5000),
        ("jinja2", f"a {{{{ {DEEP} }}}}", "nested too deeply", "{{"),
        ("jinja2", "{% if a %}" * 2000, "nested too deeply", "{%"),
        ("nunjucks", "{{ a, hello", "opened and not closed", "{{"),
        ("nunjucks", "{{ a {{ b }}", "opened and not closed", "{{"),
        ("nunjucks", "{% for a in b %}", "never closed", "{% for a in b %}"),
        ("nunjucks", "{% endif %}", "not open", "{% endif %}"),
        ("nunjucks", "{% if a %}{% for b in c %}{% endif %}", "is still open", "{% endif %}"),
        ("nunjucks", "{{ a b }}", "side by side", "b"),
        ("nunjucks", "{{ it's }}", "quotation mark", "'"),
        ("nunjucks", "{{ f(a }}", "bracket", "{{ f(a }}"),
        ("nunjucks", "{% else %}", "outside of its block", "{% else %}"),
        ("nunjucks", "{# a", "comment is opened", "{#"),
        ("mustache", "a {{b", "opened and not closed", "{{"),
        ("mustache", "a {{b, hello {{c}}", "opened and not closed", "{{"),
        ("mustache", "a {{#b}} c", "never closed", "{{#b}}"),
        ("mustache", "a {{/b}} c", "not open", "{{/b}}"),
        ("mustache", "{{#a}}{{#b}}{{/a}}{{/b}}", "{{#b}} is still open", "{{/a}}"),
        ("mustache", "{{#if a}}{{/if}}", "is Handlebars", "{{#if a}}"),
        ("mustache", "{{{a}}, b", "three braces", "{{{a}}"),
        ("mustache", "{{ }}", "nothing between", "{{ }}"),
        ("mustache", "{{! a", "comment is opened", "{{"),
        ("handlebars", "{{#if a}}", "never closed", "{{#if a}}"),
        ("handlebars", "{{#if a}}{{#each b}}{{/if}}", "{{#each b}} is still open", "{{/if}}"),
        ("handlebars", "{{/each}}", "not open", "{{/each}}"),
        ("handlebars", "{{else}}", "outside of a block", "{{else}}"),
        ("handlebars", "{{ a | upper }}", "means nothing", "|"),
        ("handlebars", "{{ it's }}", "quotation mark", "'"),
        ("handlebars", "{{f (g a }}", "bracket", "("),
        ("handlebars", "{{{a}} b", "three braces", "{{{a}}"),
        ("handlebars", "a {{b {{c}}", "opened and not closed", "{{"),
        ("handlebars", "{{!-- a }}", "comment is opened", "{{"),
        ("handlebars", "{{{{raw}}}} a", "never closed", "{{{{raw}}}}"),
        ("handlebars", "{{}}", "nothing between", "{{}}"),
        ("fstring", "a {b", "single brace", "{"),
        ("fstring", "a } b", "single brace", "}"),
        ("fstring", '{"a": 1}', "written twice", '{"a": 1}'),
        ("fstring", '{\n  "a": 1\n}', "written twice", "{"),
        ("fstring", "{a!x}", "exclamation mark", "{a!x}"),
        ("fstring", "{} {0}", "numbered", "{0}"),
        ("dollar", "a ${b", "opened and not closed", "${"),
        ("semantic-kernel", "a {{$b", "opened and not closed", "{{"),
        ("semantic-kernel", "{{$a $b}}", "behind a variable", "$b"),
        ("semantic-kernel", "{{f $a $b}}", "a function takes one value", "$b"),
        ("semantic-kernel", '{{ "a": 1 }}', "no part of a block", ":"),
        ("semantic-kernel", "{{ k=$a }}", "begins with", "{{ k=$a }}"),
    ],
)  # fmt: skip
def test_templates_that_do_not_parse(engine: str, text: str, says: str, at: str) -> None:
    error = scan(engine, text).error
    assert error is not None
    message, start, end = error
    assert says in message
    assert text[start:end] == at


@pytest.mark.parametrize(
    "engine", ["jinja2", "nunjucks", "mustache", "handlebars", "semantic-kernel"]
)
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Dear {name}}, hello", "{name}}"),
        ('{"a": "{ user.name }}"}\n', None),
        ('{"a": {b}}', None),
        ("{a} and {b}}.", "{b}}"),
        ("Pick one of { choices[label] | join(', ') }}.", "{ choices[label] | join(', ') }}"),
        ("${a}} \\frac{a}} x^{a}} {a}}}", None),
        ("{a b}} {} }} {1}}", None),
    ],
)
def test_a_placeholder_without_its_first_brace(engine: str, text: str, found: str | None) -> None:
    error = scan(engine, text).error
    assert (error and text[error[1] : error[2]]) == found


@pytest.mark.parametrize(
    ("engine", "text"),
    [
        ("mustache", '{"a": {"b": {}}}'),
        ("mustache", "{{#a}}{{#b}}{{/b}}{{/a}}"),
        ("handlebars", "{{#if a}}{{else}}{{/if}}{{#role 'x'}}{{/role}}{{#a}}{{^}}{{/a}}"),
        ("fstring", "{a} {{ }} {b!r:>3} {0} {1}"),
        ("jinja2", "{{ a|default('}}')|upper }} {% if b is defined %}{% endif %}"),
        ("jinja2", "{{ a | choice | most_frequent }} {{ b is something }} {% do a.b() %}"),
        ("jinja2", "{% autoescape true %}{% endautoescape %}{% block a %}{% endblock a %}"),
        ("nunjucks", "{% if a %}{% elseif b %}{% else %}{% endif %} {% own tag %} {{ a is odd }}"),
        ("nunjucks", "{{ not a and -1 < 2 }} {{ [1, 2][0] }} {{ a === b }}"),
        ("dollar", "${a} $ { ${b-c} $1"),
        ("claude-args", "$ARGUMENTS {{ {% ${"),
        ("semantic-kernel", "{{ not a block"),
        ("none", "{{ {% }"),
        ("", "{{ {% }"),
    ],
)
def test_templates_that_parse(engine: str, text: str) -> None:
    assert scan(engine, text).error is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ a ? b }} {{ c }}", ["a", "b", "c"]),
        ("{% if a %}{{ b }} {{ c", ["a", "b"]),
        ("{% for x in y %}{{ x }}{{ z }}{% endif %}", ["y", "", "z", ""]),
        ("{{ {'a': {'b': c}} }} {{ d e }}", ["c", "d", "e"]),
    ],
)
def test_what_does_not_parse_is_read_as_far_as_it_can_be_seen(
    text: str, expected: list[str]
) -> None:
    assert scan("jinja2", text).error
    assert names("jinja2", text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "{{ 'a' * 10**10 }}",
        "{{ 9**9**9**9 }}",
        "{{ 'a'|center(10**11) }}",
        "{{ 'a'|center(99999999999) }}",
        "{% set a = 'b' * 10**10 %}{{ a }}",
        "{{ [0] * 10**10 }}",
        "{{ range(10**12)|list }}",
        "{{ '%99999999999d' % 1 }}",
        "{{ '%99999999999d'|format(1) }}",
    ],
)
def test_nothing_in_a_template_is_computed(text: str) -> None:
    """Jinja2 folds constants when it makes code of a template; these would take all memory."""
    assert scan("jinja2", text).error is None


# --- whatever the text ---------------------------------------------------------------------

SCRAPS = (
    *("{", "}", "{{", "}}", "{%", "%}", "{#", "#}", "$", "${", "#", "/", "a", "b.c", " ", "\n"),
    *("if ", "for x in y", "endif", "endfor", "set a = 1", "|upper", "'", '"', "(", ")", "!r", ":"),
    *("é", "raw", "not ", "-", "1", "\\", "~", "else", "{{#a}}", "{{/a}}", "{{{{", "each x"),
    *("as |y|",),
    *("../", "this", "=", "!", "!--", "--}}", "@", "!`", "`", "ARGUMENTS", "macro m(", "\r\n"),
    *("[", "]"),
    *("call(", "import", "with a=b", "block c", "set d", "endset", "endraw", ",", "<% %>"),
    *("0", "in "),
)  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES)
@given(text=st.lists(st.sampled_from(SCRAPS), max_size=15).map("".join))
def test_no_template_raises_and_every_place_lies_in_the_text(engine: str, text: str) -> None:
    found = scan(engine, text)
    assert isinstance(found, Scan)
    at = 0
    for item in found.expressions:
        assert at <= item.start < item.end <= len(text)
        if engine != "claude-args":  # there $1 is a part of ARGUMENTS
            assert item.name in text[item.start : item.end]
        at = item.start
        assert is_unsafe(engine, text[item.start : item.end]) in (True, False)
    if found.error:
        message, start, end = found.error
        assert message
        assert "\n" not in message
        assert 0 <= start <= end <= len(text)


HOSTILE = (
    *("{", "{{", "{%", "{{#", "{{#a}}", "{{/a}}", "{{ ' ", '{{ " ', "{{ \\' ", "{{!"),
    *("{{!-- ", "{{{{"),
    *("{% raw %}", "{# ", "{a:", "{a:{b}", "{a[", "${", "${a ", "!`", "@a.", "@a/", "{{f 'x"),
    *("{{$a ",),
    *("{% if a %}", "{{ (", "{{ a.b }}\r\n", "{{=<% %>=}}", "{%- ", "\n{%-", "{{else}}"),
    *("{{a as |",),
    *("{% set a = 1 %}{% if b %}{% endif %}", "{{#if a}}{{else}}", "{% for a in b %}{% endif %}"),
)  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES)
def test_a_long_text_takes_time_that_grows_with_it(engine: str) -> None:
    for piece in HOSTILE:
        text = piece * (100_000 // len(piece))
        start = time.process_time()
        scan(engine, text)
        # One that grows with the square of the text takes minutes.
        assert time.process_time() - start < 10, piece


# --- what reaches too far ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("engine", "expression", "unsafe"),
    [
        ("jinja2", "{{ a.__class__ }}", True),
        ("jinja2", "{{ a['__class__'] }}", True),
        ("jinja2", "{{ a | attr('x') }}", True),
        ("jinja2", "{{ a | map(attribute='b.__class__') }}", True),
        ("jinja2", "{{ '{0.__class__}'.format(a) }}", True),
        ("jinja2", "{{ f.gi_frame.f_globals }}", True),
        ("jinja2", "{{ lipsum.x }}{% if cycler['x'] %}", True),
        ("jinja2", "{{ self._x }}", True),
        ("jinja2", "{{ self.title() }} {{ cycler('a') }} {{ attribute }} {{ a.b_c }}", False),
        ("jinja2", "{{ 'a.__class__' }} {{ '____' }} {{ a | replace('__name__', b) }}", False),
        ("nunjucks", "{{ range.constructor('x')() }}", True),
        ("nunjucks", "{{ a['constructor']['constructor'] }}", True),
        ("nunjucks", "{{ a.__proto__ }}", True),
        ("nunjucks", "{{ race.constructor }} {{ constructor }}", False),
        ("handlebars", "{{a.constructor.constructor}}", True),
        ("handlebars", '{{lookup a "constructor"}}', True),
        ("handlebars", "{{__proto__.a}}", True),
        ("handlebars", "{{race.constructor}} {{a}}", False),
        ("fstring", "{a.__class__}", True),
        ("fstring", "{a[__class__]}", True),
        ("fstring", "{__a__} {a.b}", False),
        ("", "{{ a.__class__ }}", True),
        ("", "{{ a }}", False),
        ("mustache", "{{a.__class__}}", False),
        ("none", "{{ a.__class__ }}", False),
    ],
)
def test_what_reaches_behind_the_values(engine: str, expression: str, unsafe: bool) -> None:
    assert is_unsafe(engine, expression) is unsafe
