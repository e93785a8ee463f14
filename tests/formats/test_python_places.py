"""Prompts in Python source: where each character stands, and what is written there."""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
import warnings

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from linting import TODAY, marked, rule

from guideline_kit import formats
from guideline_kit.documents import Document
from guideline_kit.fix import SAFE, settle
from guideline_kit.formats import python
from guideline_kit.formats.beside import ALONE
from guideline_kit.lint import RuleSet, lint
from guideline_kit.text import MappedText, Source

# What literals have ways of their own to write, and what stands for itself.
SIGNS = "abn0 {}'\"\\\n\t\r\x00\x07é一😀\u2028\u200b\x85"
TEXTS = st.text(st.sampled_from(SIGNS), max_size=12)
BREAKS = st.sampled_from(["\n", "\r\n", "\r"])


def read(text: str) -> Document:
    return python.read(Source("prompts.py", text), ALONE)


def message(text: str) -> tuple[Source, MappedText]:
    """Return the only message of a source."""
    document = read(text)
    assert not document.problems, document.problems[0].message
    [found] = document.messages
    return document.source, found.text


def value(text: str) -> str:
    """Return what Python makes of the last statement, an assignment."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        names: dict[str, str] = {}
        exec(text, {"textwrap": textwrap, "inspect": inspect}, names)  # noqa: S102
    return names["PROMPT"]


# --- spelling --------------------------------------------------------------------------------


@st.composite
def spelled(draw: st.DrawFn, text: str, quote: str, *, fields: bool) -> str:
    """Return one of the ways to write a text between some quotation marks."""
    pieces: list[str] = []
    for sign in text:
        code = ord(sign)
        ways = [f"\\U{code:08x}"]
        if code < 0x10000:
            ways.append(f"\\u{code:04X}")
        if code < 0x100:
            ways += f"\\x{code:02x}", f"\\{code:03o}"
        if sign == "é":
            ways.append("\\N{LATIN SMALL LETTER E WITH ACUTE}")
        if sign in "\n\t\r\x07":
            ways.append({"\n": "\\n", "\t": "\\t", "\r": "\\r", "\x07": "\\a"}[sign])
        if sign in "'\"\\":
            ways.append(f"\\{sign}")
        plain = sign not in "\\\r\x00" and sign != quote[0] and (sign != "\n" or len(quote) == 3)
        if plain and sign in "{}" and fields:
            ways.append(sign * 2)
        elif plain:
            ways += [sign] * 3
        pieces.append(draw(st.sampled_from(ways)))
        if draw(st.integers(0, 12)) == 0:
            pieces.append("\\\n")
    return "".join(pieces)


@st.composite
def literals(draw: st.DrawFn) -> str:
    """Return several literals, one behind the other, as an expression in brackets."""
    written: list[str] = []
    for text in draw(st.lists(TEXTS, min_size=1, max_size=4)):
        quote = draw(st.sampled_from(["'", '"', "'''", '"""']))
        prefix = draw(st.sampled_from(["", "", "u", "U", "f", "F", "r", "R", "fr", "Rf"]))
        fields = "f" in prefix.lower()
        if "r" in prefix.lower():
            inside = "".join(sign for sign in text if sign not in "\\'\"\r\x00{}")
            inside = inside if len(quote) == 3 else inside.replace("\n", "")
            inside += draw(st.sampled_from(["", "\\d", f"\\{quote[0]}x"]))
        else:
            inside = draw(spelled(text, quote, fields=fields))
        if fields:
            inside += draw(st.sampled_from(FIELDS))
        gap = draw(st.sampled_from([" ", "", "\n", '  # don\'t: "a" {remark}\n\t', "\\\n", "\f\n"]))
        written.append(f"{prefix}{quote}{inside}{quote}{gap}")
    return f'("Summarize the letter below: "\n{"".join(written)})'


FIELDS = ["", "{1}", "{ 1 }", "{1!r:>4}", "{1:{2}}", "{[1, 2][0]}", "{dict(a=1)}", "{(1 != 2)}"]


def expect_exact(text: str) -> None:
    """Expect every character of a prompt to stand where its place says."""
    source, found = message(text)
    for at, sign in enumerate(found.text):
        there = source.slice(found.span(at, at + 1))
        if there == sign or (sign == "\n" and there in ("\r\n", "\r")):
            continue
        if sign in "{}" and there == sign * 2:
            continue
        assert ast.literal_eval(f"'''{there}'''") == sign, (there, sign)


@given(literals(), BREAKS, st.sampled_from(["", "\ufeff", "# -*- coding: utf-8 -*-\n", "é = 1; "]))
def test_each_character_stands_where_its_place_says(code: str, line_end: str, head: str) -> None:
    text = f"{head}PROMPT = {code}\n".replace("\n", line_end)
    plain = text.removeprefix("\ufeff")
    try:
        compiled = ast.parse(plain)
    except SyntaxError:
        assume(False)
    expect_exact(text)
    last = compiled.body[-1]
    assert isinstance(last, ast.Assign)
    if isinstance(last.value, ast.Constant):
        assert message(text)[1].text == last.value.value


@pytest.mark.skipif(sys.version_info < (3, 12), reason="fields could not hold these before")
@pytest.mark.parametrize(
    "field",
    ["{d['a']}", '{d["a"]}', "{'\\n'.join(x)}", '{f"{1}"}', "{x # a } remark\n}", "{'}' + \"{\"}"],
)
def test_a_field_can_hold_its_own_quotation_marks(field: str) -> None:
    text = f'PROMPT = f"Summarize the letter {field} in two sentences."\n'
    document = read(text)
    [placeholder] = document.placeholders
    assert placeholder.text == field == document.source.slice(placeholder.span)


@pytest.mark.parametrize(
    "field",
    ["{d['a']}", "{x:'>10}", "{', '.join(x)}", "{x!r}", "{x:%H:%M}", "{lambda_}", "{{1, 2} | x}",
     "{x if'}'else'{'}", "{rb'}'or b'{'}", "{x:{'>'}{10}}"],
)  # fmt: skip
def test_a_field_is_code_as_it_stands(field: str) -> None:
    if field.startswith("{{"):
        field = field.replace("{{", "{ {")
    document = read(f'PROMPT = f"Summarize the letter {field} in two sentences."\n')
    [placeholder] = document.placeholders
    assert placeholder.text == field == document.source.slice(placeholder.span)


# --- what methods leave of a text ------------------------------------------------------------

LINES = st.lists(
    st.sampled_from(["", "    Write.", "    Answer me.", "        Twice.", "  ", "\t", "A."]),
    min_size=1,
    max_size=6,
)
AROUND = [
    "textwrap.dedent({})",
    "inspect.cleandoc({})",
    "textwrap.dedent({}).strip()",
    "{}.rstrip()",
    "{}.lstrip('\\n ')",
    "'\\n'.join([{}, 'And so on.'])",
    "({}) + '\\tThe end.'",
    "(None or {})",
    "{}.replace('zzz', 'y')",
]


@given(LINES, st.sampled_from(AROUND), st.sampled_from(["", "\\\n"]), BREAKS)
def test_what_methods_leave_of_a_text_is_what_python_leaves(
    lines: list[str], around: str, joined: str, line_end: str
) -> None:
    inside = "\n".join(lines)
    assume("cleandoc" not in around or "\t" not in inside)  # it makes blanks of tabs
    literal = f'"""{joined}{inside}\n    Summarize the letter below, in two sentences.\n    """'
    text = f"PROMPT = {around.format(literal)}\n".replace("\n", line_end)
    source, found = message(text)
    assert found.text == value(text)
    for at, sign in enumerate(found.text):
        if not sign.isspace():
            assert source.slice(found.span(at, at + 1)) == sign


# --- writing ---------------------------------------------------------------------------------

KINDS = ['"{}"', "'{}'", '"""{}"""', "'''{}'''", 'r"{}"', "r'''{}'''", 'f"{}"', "rf'{}'", 'u"{}"']


@given(
    st.sampled_from(KINDS),
    st.text(st.sampled_from("ab {}'\"\\\né一n1"), max_size=10),
    st.sampled_from(["here", "Summarize", "the end."]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_is_written_is_read_again(kind: str, new: str, word: str, line_end: str) -> None:
    text = f"PROMPT = {kind.format('Summarize the letter that stands here, to the end.')}\n"
    source, found = message(text)
    written = found.written(new)
    if written is None:
        # Plain words can stand everywhere.
        assert set(new) & set("\\'\"\n{}")
        return
    start = found.text.index(word)
    span = found.span(start, start + len(word))
    changed = source.text[: span.start] + written + source.text[span.end :]
    again = value(changed.replace("\n", line_end))
    assert again == found.text.replace(word, new)


REFUSED = {
    "a mark in a raw literal": ('r"{}"', 'say "a"'),
    "a break in a raw literal of one line": ("r'{}'", "a\nb"),
    "a backslash at the end of a raw literal": ("r'{}'", "a\\"),
    "a character that is not seen": ('"{}"', "a\u200bb"),
    "a field of the f-string": ('f"{} {{letter}}"', "<a>{letter}</a>"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_written_is_not(case: str) -> None:
    kind, new = REFUSED[case]
    _, found = message(f"PROMPT = {kind.format('Summarize what stands here, to the end.')}\n")
    assert found.written(new) is None


def test_literals_of_two_kinds_take_what_both_write_alike() -> None:
    _, found = message("PROMPT = \"Summarize what stands here, \" f'to the end of {it}.'\n")
    assert found.written("a word") == "a word"
    assert found.written("it's") is None


def test_a_line_break_is_not_written_where_indentation_is_taken_away() -> None:
    text = 'PROMPT = textwrap.dedent("""\n    Summarize what\n    stands here.\n    """)\n'
    assert message(text)[1].written("a\nb") is None


# --- bad input -------------------------------------------------------------------------------

BROKEN = {
    "an open bracket": ("PROMPT = (\n", "python-syntax"),
    "an open string": ('x = 1\nPROMPT = "Summarize\n', "python-syntax"),
    "an open field": ('PROMPT = f"Summarize {letter"\n', "python-syntax"),
    "an older Python": ('print "Summarize the letter"\nPROMPT = ""\n', "python-syntax"),
    "a wrong indentation": ("if x:\nPROMPT = 1\n", "python-syntax"),
    "an unknown name of a character": ('PROMPT = "Say \\N{NO SUCH SIGN} now"\n', "python-syntax"),
    "a NUL": ("PROMPT = 1\0\n", "python-syntax"),
    "half a surrogate pair": ("PROMPT = '\ud800'\n", "python-syntax"),
    "a conflict": ("<<<<<<< HEAD\nPROMPT = 1\n=======\n>>>>>>> x\n", "python-syntax"),
    "an invisible character": ("PROMPT = 1\u200b\n", "python-syntax"),
    "a long number": ("PROMPT = " + "1" * 5000 + "\n", "python-syntax"),
    "open brackets": ("PROMPT = " + "(" * 5000, "python-syntax"),
    "brackets": ("PROMPT = " + "(" * 5000 + ")" * 5000, "python-syntax"),
    "blocks": ("".join(" " * n + "if PROMPT:\n" for n in range(200)), "python-syntax"),
    "signs": ("PROMPT = " + "-" * 100_000 + "1\n", "python-limit"),
    "denials": ("PROMPT = " + "not " * 50_000 + "x\n", "python-limit"),
    "a long sum": ("PROMPT = " + "'a' + " * 50_000 + "'b'\n", "python-limit"),
    "many fields": ("PROMPT = f'" + "{x}" * 60_000 + "'\n", "python-limit"),
    "a long file": ("PROMPT = 1\n" + "#" * 1_000_000, "python-limit"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_a_problem_with_a_place(case: str) -> None:
    text, rule = BROKEN[case]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        document = read(text)
    [problem] = document.problems
    assert problem.rule == rule
    assert problem.span is not None
    assert 0 <= problem.span.start <= problem.span.end <= len(text)
    assert problem.message[0].isupper()
    assert problem.help
    assert not document.messages


def test_a_broken_program_that_is_about_something_else_is_no_prompt() -> None:
    text = 'print "What now?"\nmessages = ["a letter", "a parcel"]\n'
    assert python.is_one("post.py", text)
    assert not python.read(Source("post.py", text), ALONE).problems
    assert python.read(Source("post.py", text + "import openai\n"), ALONE).problems


def test_the_place_of_a_syntax_error_is_where_python_sees_it() -> None:
    [problem] = read('\ufeffé = 1\r\nPROMPT = "Summarize the letter\r\n').problems
    assert problem.position == (2, 10)


def test_python_s_own_warnings_are_not_printed(capfd: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        document = read(
            'PROMPT = "Summarize the \\d letter below, in two \\. sentences."\nx is 1\n'
        )
    assert len(document.messages) == 1
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "text",
    [
        "m += m2\nm2 += m\n" * 100 + "m = []\nm2 = []\nchat(messages=m)\n",
        "m = m\nchat(messages=m)\n",
        "class A:\n  def f(self):\n    self.p = self.p + self.p\n    chat(messages=self.p)\n",
        "p = p.format(p)\nchat(messages=[{'role': 'user', 'content': p}])\n",
        "".join(f"m{n} += m{n + 1}\n" * 5 for n in range(40)) + "chat(messages=m0)\n",
        "chat(messages=[*a, None, {}, {'role': 1}, {**x}, {'role': 'ai'}], system=[], input=())\n",
        "PromptTemplate()\nChatPromptTemplate.from_messages()\nFewShotPromptTemplate(prefix=x)\n",
        "ChatPromptTemplate.from_messages([(), ('system',), (1, 2), *x, ('user', [])])\n",
        "def f(*prompt, **prompts): pass\nlambda prompt='a b c': 0\n",
        "for prompt in x: pass\nprompt: str\nprompt += 1\ndel prompt\n(prompt for prompt in x)\n",
        "''.join()\n''.format()\ndedent()\nprompt = dedent()\nprompt = ''.join([])\nprompt = ''\n",
        "prompt = f'' f'{x}' ''\nprompt = '%' % x\nprompt = 'a b c d %'.format() + ''\n",
    ],
)
def test_strange_code_is_read(text: str) -> None:
    assert not read(text).problems


@given(st.text(st.sampled_from("PROMPT =\"'{}()[]f\\\n#:rmessages+.,é\t"), max_size=60))
def test_no_text_stops_reading(text: str) -> None:
    document = read(text)
    for item in document.messages:
        assert item.text.whole.start <= item.text.whole.end <= len(text)


LARGE = {
    "strings": "PROMPT = 'Summarize the letter below, in two sentences.'\n",
    "fields": "PROMPT = f'Summarize the {letter} below, in two {x!r:>{y}} sentences.'\n",
    "additions": "PROMPT += 'Summarize the letter below, in two sentences.\\n'\n",
    "messages": "m.append({'role': 'user', 'content': P})\nchat(messages=m)\n",
    "names": "chat(messages=[{'role': 'user', 'content': x}], system=x)\nx = 'Name rivers. '\n",
    "calls": "run(system_prompt=a + b, prompt=x.format(a=b))\n",
    "é": "é.prompt = 'é '; é.run(messages=[{'role': 'user', 'content': 'é é'}])\n",
    "one line": "PROMPT = 'é é é é é é é é é é é é é.'; ",
    "remarks": "# guideline: ignore[amount] so it is\nPROMPT = 1\n",
}


def test_many_fields_are_no_problem_in_many_strings() -> None:
    document = read("# it's {\nx = f'{a}' + '{' + rf'{b}'\n" * 4000)
    assert not document.problems


@pytest.mark.parametrize("case", LARGE)
def test_a_large_file_is_read_to_its_end(case: str) -> None:
    line = LARGE[case]
    document = read(line * (300_000 // len(line)))
    assert not document.problems


# --- findings --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [*KINDS, '"""\n{}\n"""'])
def test_a_fix_is_written_into_the_literal(kind: str) -> None:
    check = {"kind": "terms", "replace": {"utilize": "use"}, "fix": "safe"}
    look = RuleSet([rule(check, where="anywhere")])
    text = f"SYSTEM_PROMPT = {kind.format('Utilize or utilize the letter below, in two lines.')}\n"
    fixed = settle(
        Source("a.py", text),
        "python",
        lambda source: lint(formats.read(source, "python"), look, TODAY),
        SAFE,
    )
    assert fixed.source.text == text.replace("Utilize", "Use").replace("utilize", "use")


def test_a_finding_stands_at_the_word() -> None:
    text = (
        "# few\nfew = 1\nSYSTEM_PROMPT = (\n"
        '    "Summarize the letter in a \\"few\\" words.\\n"  # few\n'
        "    'Say \\x66ew things about it.'\n)\n"
    )
    check = {"kind": "terms", "words": ["few"]}
    assert marked(check, text, "python", where="anywhere") == ["few", "\\x66ew"]


def test_a_prompt_with_half_a_character_is_read() -> None:
    # An escape for one can stand in any literal.
    [message] = read('PROMPT = "You are an assistant. Sum up \\ud83d what follows."\n').messages
    assert "\ud83d" in message.text.text
    assert python.is_one("prompts.py", 'PROMPT = "\ud83d"\n')
