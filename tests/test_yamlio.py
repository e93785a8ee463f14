"""Reading YAML: values, the place of every character, hostile files; and editing it."""

from __future__ import annotations

import ast
import io
import math
import pathlib
import subprocess
import sys
from typing import Any

import pytest
import yaml
from hypothesis import assume, example, given
from hypothesis import strategies as st
from linting import STYLES, scalar
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import (
    DoubleQuotedScalarString,
    FoldedScalarString,
    LiteralScalarString,
    SingleQuotedScalarString,
)

from guideline_kit import yamlio
from guideline_kit.diagnostics import Diagnostic
from guideline_kit.text import MappedText, Source, Span
from guideline_kit.trees import Path, Tree

# Pieces that mean something to YAML, and some that mean something to a person.
PIECES = st.sampled_from(
    [
        "a",
        "bc",
        "Write",
        "9",
        " ",
        "  ",
        "\n",
        "\n\n",
        "\t",
        ":",
        ": ",
        "#",
        " #",
        "-",
        "- ",
        "'",
        '"',
        "\\",
        "\\n",
        "{",
        "}",
        "[",
        "]",
        ",",
        "&a",
        "*a",
        "!",
        "|",
        ">",
        "%",
        "@",
        "`",
        "?",
        "~",
        "null",
        "no",
        "0x1F",
        "---",
        "...",
        "=",
        "<<",
        "é",
        "ß",
        "一",
        "😀",
        "\u200b",
        "\u00a0",
        "\u2028",
        "\x85",
        "\r",
        "\x07",
        "\x00",
        "\ufeff",
    ]
)
TEXTS = st.lists(PIECES, max_size=25).map("".join)


def read(text: str) -> Tree:
    result = yamlio.read(Source("x.yaml", text))
    assert not result.problems, f"{text!r}: {result.problems[0].message}"
    assert result.tree is not None
    return result.tree


def the_problem(text: str) -> Diagnostic:
    """Return what is wrong with a text: one thing, that has a place in the text."""
    result = yamlio.read(Source("x.yaml", text))
    assert result.problems, f"nothing is said against {text[:60]!r}"
    problem = result.problems[0]
    assert problem.span is not None
    assert 0 <= problem.span.start <= problem.span.end <= len(text)
    return problem


def expect_mapped(tree: Tree, path: Path, value: str, *, escaped: bool) -> None:
    """Check that a text stands in the source where its runs say, and all of it is covered."""
    text = tree.text(path)
    assert text is not None
    assert text.text == value
    source = tree.source
    at = place = -1
    covered: set[int] = set()
    for run in text.runs:
        piece = value[run.start : run.start + run.length]
        there = source.text[run.source : run.source + run.length]
        assert piece == there, f"the run {run} says {piece!r}, and the source {there!r}"
        assert run.length >= 0
        assert run.start >= at, "runs are in order and don't overlap"
        assert run.source >= place, "runs are in order in the source, too"
        assert text.whole.start <= run.source <= run.source + run.length <= text.whole.end
        at, place = run.start + run.length, run.source + run.length
        covered.update(range(run.start, at))
    if not escaped:
        bare = [at for at, letter in enumerate(value) if not letter.isspace() and at not in covered]
        bare = [at for at in bare if value[at] != "'" or "'" not in source.slice(text.whole)[:1]]
        assert not bare, f"no place for {value[bare[0]]!r} at {bare[0]} of {value!r}"


@given(TEXTS, st.sampled_from(sorted(STYLES)), st.integers(5, 100), st.integers(2, 8))
def test_each_style_gives_the_text_back_with_its_places(
    text: str, style: str, width: int, indent: int
) -> None:
    written = scalar(text, style, width=width, indent=indent)
    tree = read(written)
    value = tree.data["prompt"]
    if style == "plain" and not isinstance(value, str):
        return  # plain, 12 is a number and `null` nothing
    assert value == _by_pyyaml(written)["prompt"]
    # PyYAML's writer loses \x85, and a space at the beginning of a folded text.
    assert value == text or style == "folded" or "\x85" in text
    expect_mapped(tree, ("prompt",), value, escaped=_quoted(tree, ("prompt",)))


def _quoted(tree: Tree, path: Path) -> bool:
    return tree.places[path].style == '"'


@given(TEXTS, st.sampled_from(sorted(STYLES)), st.lists(st.sampled_from("kl"), max_size=4))
def test_a_text_deep_in_lists_and_mappings_keeps_its_places(
    text: str, style: str, nesting: list[str]
) -> None:
    written, path = scalar(text, style), ("prompt",)
    for kind in nesting:
        if kind == "k":
            written, path = "k:\n" + _indented(written, "   "), ("k", *path)
        else:
            written = "- first\n- " + _indented(written, "  ").removeprefix("  ")
            path = (1, *path)
    # What a block's indentation makes of an odd text is not ours to say: PyYAML does.
    try:
        expected = _by_pyyaml(written)
    except yaml.YAMLError:
        the_problem(written)
        return
    for step in path:
        expected = expected[step]
    tree = read(written)
    assert tree.get(path) == expected or style == "plain"
    if isinstance(tree.get(path), str):
        expect_mapped(tree, path, tree.get(path), escaped=_quoted(tree, path))


def _indented(text: str, by: str) -> str:
    # Only real line ends: \x85 and \u2028 stand inside lines, as editors see it.
    lines = text.removesuffix("...\n").split("\n")
    return "\n".join(by + line if line else line for line in lines)


def _by_pyyaml(text: str) -> Any:
    """Read with PyYAML alone, all scalars as text: another way to the same values."""
    return yaml.load(text, yaml.CBaseLoader)  # noqa: S506  (the base loader makes text only)


@given(TEXTS, st.sampled_from(sorted(STYLES)))
def test_windows_line_ends_change_no_value_and_lose_no_place(text: str, style: str) -> None:
    written = scalar(text, style)
    assume("\r" not in written)
    tree = read(written.replace("\n", "\r\n"))
    assert tree.data == read(written).data
    if isinstance(tree.data["prompt"], str):
        expect_mapped(tree, ("prompt",), tree.data["prompt"], escaped=_quoted(tree, ("prompt",)))


_RUAMEL = {
    "plain": str,
    "single": SingleQuotedScalarString,
    "double": DoubleQuotedScalarString,
    "literal": LiteralScalarString,
    "folded": FoldedScalarString,
}


@given(TEXTS, st.sampled_from(sorted(_RUAMEL)), st.booleans())
def test_what_ruamel_writes_is_read_with_its_places(text: str, style: str, listed: bool) -> None:
    writer = YAML()
    writer.width = 40
    writer.indent(mapping=4, sequence=6, offset=3)
    made = _RUAMEL[style](text)
    out = io.StringIO()
    try:
        writer.dump({"a": {"b": ["one", made] if listed else made}, "c": 1}, out)
        expected = _by_pyyaml(out.getvalue())["a"]["b"]
    except Exception:  # noqa: BLE001  (texts that ruamel itself can't write, or not so that PyYAML reads it)
        assume(False)
    tree = read(out.getvalue())
    path = ("a", "b", 1) if listed else ("a", "b")
    value = tree.get(path)
    if isinstance(value, str):
        assert value == (expected[1] if listed else expected)
        expect_mapped(tree, path, value, escaped=_quoted(tree, path))


@st.composite
def block_scalars(draw: st.DrawFn) -> str:
    """A block scalar as a person may write it: odd indentation, blank lines, chomping."""
    style = draw(st.sampled_from("|>"))
    chomp = draw(st.sampled_from(["", "-", "+"]))
    base = draw(st.integers(1, 4))
    digit = str(base) if draw(st.booleans()) else ""
    comment = draw(st.sampled_from(["", "  ", " # a remark", "\t# a remark"]))
    lines = []
    for _ in range(draw(st.integers(0, 8))):
        indent = " " * (base + draw(st.integers(0, 3)))
        words = draw(
            st.lists(
                st.sampled_from(["a", "bb", "a", "#", "é 😀", "- x", "a: b", "\t"]), max_size=3
            )
        )
        line = indent + draw(st.sampled_from([" ", "  "])).join(words) if words else ""
        lines.append(
            line + draw(st.sampled_from(["", "", " ", "\t"]))
            if words
            else draw(st.sampled_from(["", " "]))
        )
    after = draw(st.sampled_from(["", "b: c", "# a remark\nb: c"]))
    order = (chomp, digit) if draw(st.booleans()) else (digit, chomp)
    return f"a: {style}{''.join(order)}{comment}\n" + "".join(f"{line}\n" for line in lines) + after


@given(block_scalars(), st.sampled_from(["\n", "\r\n", "\r"]))
@example("a: >\n  a\n  a\n   a\n   a\n\n  a\n", "\n")
@example("a: >-\n\n  a\n\n   a\n\n\n  a", "\n")
def test_block_scalars_that_people_write_keep_their_places(written: str, line_end: str) -> None:
    written = written.replace("\n", line_end)
    try:
        expected = _by_pyyaml(written)
    except yaml.YAMLError:
        the_problem(written)
        return
    tree = read(written)
    assert tree.data == expected
    expect_mapped(tree, ("a",), tree.data["a"], escaped=False)


@st.composite
def flow_scalars(draw: st.DrawFn) -> str:
    """A plain or quoted scalar over several lines, with odd spacing and escapes."""
    sign = draw(st.sampled_from(["", "'", '"']))
    pieces = ["a", "bb", "é", "😀", " ", "  ", "\n  ", "\n\n  ", " \n   ", "\t"]
    pieces += {
        "'": ["''"],
        '"': ["\\n", "\\\\", '\\"', "\\\n  ", " \\\n  \\ ", "\\u00e9", "\\x41", "\\t"],
    }.get(sign, [])
    return (
        f"a: {sign}x{''.join(draw(st.lists(st.sampled_from(pieces), max_size=12)))}y{sign}\nb: c\n"
    )


@given(flow_scalars(), st.sampled_from(["\n", "\r\n", "\r"]))
def test_scalars_over_several_lines_keep_their_places(written: str, line_end: str) -> None:
    written = written.replace("\n", line_end)
    tree = read(written)
    assert tree.data == _by_pyyaml(written)
    escaped = written[3] == '"'
    expect_mapped(tree, ("a",), tree.data["a"], escaped=escaped)
    # Letters that stand there as they are have their place in an escaped text, too.
    text = tree.text(("a",))
    assert text is not None
    for at, letter in enumerate(text.text):
        if letter in "😀xy":
            assert tree.source.slice(text.span(at, at + 1)) == letter


def test_an_escape_is_covered_as_a_whole() -> None:
    tree = read('a: "one\\ttwo"\n')
    text = tree.text(("a",))
    assert text is not None
    assert text.text == "one\ttwo"
    assert tree.source.slice(text.span(3, 4)) == "\\t"
    assert tree.source.slice(text.span(0, 7)) == "one\\ttwo"


ESCAPES = ["\\u200b", "\\x41", "\\U0001F600", '\\"', "\\\\", "\\n", "\\t", "x", "é", " \\\n  "]


@given(st.lists(st.sampled_from(ESCAPES), min_size=1, max_size=8))
def test_each_escape_has_a_place_of_its_own(pieces: list[str]) -> None:
    """What takes out one escape takes neither its neighbours nor the quotation mark."""
    source = f'a: "{"".join(pieces)}"\n'
    text = read(source).text(("a",))
    assert text is not None
    at = source.index('"') + 1
    for number, letter in enumerate(text.text):
        span = text.span(number, number + 1)
        assert span.start >= at, f"{letter!r} takes something of the letter before it"
        assert not source[at : span.start].strip("\\\n "), "nothing but folds lies between"
        there = source[span.start : span.end]
        assert read(f'a: "{there}"').data == {"a": letter}, f"{letter!r} takes {there!r}"
        at = span.end
    assert not source[at:].replace('"', "").strip("\\\n ")


@pytest.mark.parametrize("written", ["it''s", "''", "a''''b", "''x''"])
def test_a_doubled_quotation_mark_is_one_place(written: str) -> None:
    tree = read(f"a: '{written}'\n")
    text = tree.text(("a",))
    assert text is not None
    places = [tree.source.slice(text.span(at, at + 1)) for at in range(len(text.text))]
    assert "".join(places) == written
    assert places == ["''" if letter == "'" else letter for letter in text.text]


@pytest.mark.parametrize("before", ["&x ", "!!str ", "!!str &x ", "&x # why\n  ", "&x\n  "])
@pytest.mark.parametrize(
    "written", ["it is", "'it is'", '"it\\u0020is"', "|\n  it is", ">\n  it\n  is"]
)
def test_an_anchor_and_a_tag_are_no_part_of_a_text(before: str, written: str) -> None:
    tree = read(f"a: {before}{written}\nb: c\n")
    text = tree.text(("a",))
    assert text is not None
    assert text.text.strip() == "it is"
    places = [tree.source.slice(text.span(at, at + 1)) for at in range(5)]
    assert "".join(places[:2]) == "it"
    assert "".join(places[3:]) == "is"
    assert tree.source.slice(text.whole).rstrip() == written


def test_the_line_breaks_of_a_literal_text_have_places_of_their_own() -> None:
    source = "a: |\n  one\n\n   \n\n  two\nb: c\n"
    tree = read(source)
    text = tree.text(("a",))
    assert text is not None
    assert text.text == "one\n\n \n\ntwo\n"
    assert [tree.source.slice(text.span(at, at + 1)) for at in (3, 4, 6, 7)] == [
        "\n",
        "\n  ",
        "\n",
        "\n  ",
    ]


def test_the_places_of_keys_and_values() -> None:
    tree = read("one:\n  - two: 'three'\n    four: |\n      five\n      six\n")
    source = tree.source
    assert source.slice(tree.key_span(("one",))) == "one"
    assert source.slice(tree.key_span(("one", 0, "four"))) == "four"
    assert source.slice(tree.value_span(("one", 0, "two"))) == "'three'"
    assert source.slice(tree.value_span(("one", 0, "four"))) == "|", (
        "of a long value the first line"
    )
    assert tree.key_span(("one", 0, "seven")) == tree.key_span(("one", 0)), "the nearest part"
    assert tree.get(("one", 0, "two")) == "three"
    assert tree.get(("one", 5, "two")) is None
    assert tree.text(("one",)) is None


def test_a_region_of_a_file_is_read_with_the_places_of_the_file() -> None:
    source = Source("x.md", "---\nname: 'é'\n---\nname: no\n")
    result = yamlio.read(source, Span(4, 14))
    assert result.tree is not None
    assert result.tree.data == {"name": "é"}
    text = result.tree.text(("name",))
    assert isinstance(text, MappedText)
    assert source.slice(text.span(0, 1)) == "é"


def test_an_empty_region_is_empty_and_not_the_whole_file() -> None:
    assert yamlio.read(Source("x.md", "a: b"), Span(2, 2)).tree == Tree(
        Source("x.md", "a: b"), None, {}
    )


# --- values --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *[
            (word, word)
            for word in ("no", "No", "on", "off", "yes", "y", "12:30", "2026-11-22", "1_000")
        ],
        *[
            (word, word)
            for word in ("0b11", "0o8", "0xG", "1e", "++1", "1.2.3", "+", ".", "0x", "<<")
        ],
        *[(word, None) for word in ("~", "null", "Null", "NULL", "")],
        ("nUll", "nUll"),
        ("true", True),
        ("False", False),
        ("tRue", "tRue"),
        ("0755", 755),
        ("0o17", 15),
        ("0x1F", 31),
        ("-12", -12),
        ("+12", 12),
        ("1e3", 1000.0),
        ("-1.5E-1", -0.15),
        (".5", 0.5),
        ("1.", 1.0),
        (".inf", math.inf),
        ("-.INF", -math.inf),
        ("'12'", "12"),
        ('"true"', "true"),
        ("!!str 12", "12"),
        ("!!int 12", 12),
        ("!!null ~", None),
    ],
)
def test_values_are_what_the_core_schema_of_yaml_1_2_says(written: str, value: object) -> None:
    data = read(f"a: {written}\n").data["a"]
    assert data == value
    assert type(data) is type(value)


def test_not_a_number_is_one() -> None:
    assert math.isnan(read("a: .nan").data["a"])


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | TEXTS,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
        max_leaves=12,
    )
)
def test_any_data_comes_back(data: object) -> None:
    """Through ruamel.yaml, which writes YAML 1.2 as we read it."""
    out = io.StringIO()
    writer = YAML(typ="safe")
    writer.default_flow_style = False
    writer.dump(data, out)
    written = out.getvalue()
    try:
        assume(YAML(typ="safe").load(written) == data)
    except Exception:  # noqa: BLE001  (some odd keys ruamel.yaml can't read back itself)
        assume(False)
    assert read(written).data == data


def test_keys_are_always_text() -> None:
    assert read("1: a\ntrue: b\n~: c\n1.5: d\n").data == {
        "1": "a",
        "true": "b",
        "~": "c",
        "1.5": "d",
    }


def test_an_empty_file_is_nothing() -> None:
    for text in ("", "\n", "# a remark\n", "---\n", "---\n...\n"):
        assert read(text).data is None


def test_aliases_stand_for_their_anchor() -> None:
    assert read("a: &x [1, 2]\nb: *x\n").data == {"a": [1, 2], "b": [1, 2]}


def test_a_merge_key_is_a_key_like_any_other() -> None:
    """YAML 1.2 has no merge keys; a schema can then refuse the key `<<`."""
    assert read("a: &x {b: 1}\nc:\n  <<: *x\n").data["c"] == {"<<": {"b": 1}}


# --- what is refused -----------------------------------------------------------------------


@given(TEXTS.filter(bool), TEXTS)
def test_a_key_that_stands_twice_is_reported_where_it_stands_again(key: str, between: str) -> None:
    first, second = (scalar(key, "double", width=9999)[8:].rstrip("\n") for _ in range(2))
    other = scalar("other" + between, "double", width=9999)[8:].rstrip("\n")
    assume(key != "other" + between)
    written = f"{first}: 1\n{other}: 2\n{second}: 3\n"
    assume(len(first) < 900 and len(other) < 900)
    result = yamlio.read(Source("x.yaml", written))
    assert [problem.rule for problem in result.problems] == ["duplicate-key"]
    problem = result.problems[0]
    assert problem.position is not None
    assert problem.position.line == 3
    assert problem.span is not None
    assert written[problem.span.start : problem.span.end] == second
    assert result.tree is not None
    assert result.tree.data[key] == 1, "the first one counts"


@pytest.mark.parametrize(
    ("text", "rule", "says", "line", "column"),
    [
        ("a: 1\n---\nb: 2\n", "yaml-syntax", "A second document begins here", 2, 1),
        ("a: !!python/name:os.system x", "yaml-syntax", "is not known here", 1, 4),
        ("a: !mine x", "yaml-syntax", "The tag !mine is not known here", 1, 4),
        ("a: !!set {b}", "yaml-syntax", "is not known here", 1, 4),
        ("a: *x", "yaml-syntax", "The alias *x has no anchor before it", 1, 4),
        ("a: &x [1, *x]", "yaml-syntax", "The alias *x has no anchor before it", 1, 11),
        ("a: &x {b: *x}", "yaml-syntax", "The alias *x has no anchor before it", 1, 11),
        ("? [a]\n: b", "yaml-syntax", "can't be a key", 1, 1),
        ("a: {{name}}", "yaml-syntax", "can't be a key", 1, 4),
        ("a: b: c", "yaml-syntax", "a second ': ' on the line", 1, 5),
        ("a:\n\tb: c", "yaml-syntax", "cannot start any token", 2, 1),
        ("a: @b", "yaml-syntax", "cannot start any token", 1, 4),
        ("a: |\n  b\n c\n", "yaml-syntax", "a key was expected here", 3, 2),
        ("a: 'b", "yaml-syntax", "unexpected end", 1, 6),
        ("é: \x00", "yaml-syntax", "the character U+0000 is not allowed", 1, 4),
        ("é: b\x07", "yaml-syntax", "the character U+0007 is not allowed", 1, 5),
        ("é: '\ud83d'", "yaml-syntax", "U+D83D is no character", 1, 5),
        ('é: "\\ud83d"', "yaml-syntax", "invalid Unicode character escape", 1, 7),
        ("a: " + "9" * 500, "yaml-limit", "more than 400 digits", 1, 4),
    ],
)
def test_what_is_refused_and_where(text: str, rule: str, says: str, line: int, column: int) -> None:
    problem = the_problem(text)
    assert problem.rule == rule
    assert says in problem.message
    assert problem.position == (line, column)
    assert "\n" not in problem.message


@given(
    st.lists(
        PIECES | st.sampled_from(["\n- ", "\n  ", "\na: ", "? ", "\ud800", "<<: "]), max_size=30
    )
)
def test_no_text_raises(pieces: list[str]) -> None:
    text = "".join(pieces)
    result = yamlio.read(Source("x.yaml", text))
    assert result.tree is not None or result.problems
    for problem in result.problems:
        assert problem.span is not None
        assert 0 <= problem.span.start <= problem.span.end <= len(text)
    if result.tree is None:
        return
    for path, place in result.tree.places.items():
        assert 0 <= place.value.start <= place.value.end <= len(text)
        mapped = result.tree.text(path)
        if mapped is not None and place.style == '"':
            expect_mapped(result.tree, path, mapped.text, escaped=True)


# What each text is, as Python, and the rule that refuses it.
HOSTILE = {
    "deep-lists": ('"[" * 30_000', "yaml-limit"),
    "deep-mappings": ('"{" * 30_000', "yaml-syntax"),
    "deep-mappings-with-keys": ('"{a: " * 30_000', "yaml-limit"),
    "deep-block-lists": ('"- " * 30_000', "yaml-limit"),
    "deep-keys": ('"? " * 30_000', "yaml-syntax"),
    "deep-block-mappings": ('"".join("  " * n + "a:\\n" for n in range(1_000))', "yaml-limit"),
    "laughing-lists": (
        '"a: &a0 [x]\\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\\n" for n in range(1, 60))',
        "yaml-limit",
    ),
    "laughing-mappings": (
        '"a: &a0 {}\\n"+"".join(f"a{n}: &a{n} {{p: *a{n-1},q: *a{n-1}}}\\n" for n in range(1, 60))',
        "yaml-limit",
    ),
    "ten-megabytes": ('"a: " + "x" * 10_000_000', "yaml-limit"),
    "many-values": ('"[" + "a," * 500_000 + "]"', "yaml-limit"),
    "many-tagged-values": ('"[" + "!!str a," * 210_000 + "]"', "yaml-limit"),
    "many-anchors": ('"[" + "&a x," * 210_000 + "]"', "yaml-limit"),
    "an-open-quote": ('"a: \'" + "x\\n" * 900_000', "yaml-syntax"),
    "colons": ('"a:" * 900_000', "yaml-syntax"),
    "question-marks": ('"?\\n" * 900_000', "duplicate-key"),
    "tabs": ('"\\t" * 1_900_000', "yaml-syntax"),
    "percent-signs": ('"%" * 1_900_000', "yaml-syntax"),
    "ampersands": ('"&" * 1_900_000', "yaml-syntax"),
    "one-long-word": ('"-" * 1_900_000', "none"),
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_yaml_gives_a_problem_in_bounded_time_and_no_crash(name: str) -> None:
    """In a process of its own: PyYAML's own composer would take the interpreter with it."""
    text, rule = HOSTILE[name]
    code = (
        "import resource\n"
        "resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))\n"
        "from guideline_kit import yamlio\n"
        "from guideline_kit.text import Source\n"
        f"found = yamlio.read(Source('x', {text})).problems\n"
        "print(found[0].rule if found and found[0].position else 'none')\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
        cwd=pathlib.Path(__file__).parent.parent,
    )
    assert ran.returncode == 0, f"{name}: exit {ran.returncode}\n{ran.stderr[-500:]}"
    assert ran.stdout.strip() == rule


def test_two_megabytes_of_honest_text_are_read() -> None:
    text = "a: |\n" + "  A line of text, as people write it.\n" * 50_000
    tree = read(text)
    mapped = tree.text(("a",))
    assert mapped is not None
    assert len(mapped.runs) == 50_000


# --- edits ---------------------------------------------------------------------------------

FILE = """\
# A remark at the top.
id: a-prompt          # its name

status: draft   # who knows

template:
  engine: "none"
  messages:
  # The one message.
  - role: 'user'
    content: |
        Hello,   world.

          # no remark
tags: [one,   two]   # two of them
x-numbers: {a: 0755,   b: 0x1F}
x-nothing:
x-more:
    - 1

    - deep:   yes   # the last one
# The end.
"""


@pytest.mark.parametrize(
    ("path", "value", "line", "becomes"),
    [
        (("status",), "approved", 4, "status: approved   # who knows"),
        (("id",), "an id: odd", 2, 'id: "an id: odd"          # its name'),
        (("id",), "no", 2, "id: no          # its name"),
        (("id",), "null", 2, 'id: "null"          # its name'),
        (("id",), 12, 2, "id: 12          # its name"),
        (("template", "engine"), "jinja2", 7, '  engine: "jinja2"'),
        (("template", "messages", 0, "role"), "system", 10, '  - role: "system"'),
        (("tags", 1), "2026", 15, 'tags: [one,   "2026"]   # two of them'),
        (("x-nothing",), ["a", 1.5, None], 17, "x-nothing: [a, 1.5, null]"),
        (("x-more", 1, "deep"), False, 21, "    - deep:   false   # the last one"),
    ],
)
def test_an_edit_leaves_every_other_line_as_it_was(
    path: Path, value: object, line: int, becomes: str
) -> None:
    expected = FILE.split("\n")
    expected[line - 1] = becomes
    after = yamlio.edit(FILE, {path: value})
    assert after.split("\n") == expected
    assert read(after).get(path) == value
    windows = yamlio.edit(FILE.replace("\n", "\r\n"), {path: value})
    assert windows == after.replace("\n", "\r\n"), "the same in a file with Windows line ends"


def test_a_block_scalar_is_replaced_as_a_whole() -> None:
    after = yamlio.edit(FILE, {("template", "messages", 0, "content"): "One.\nTwo."})
    assert 'content: "One.\\nTwo."\ntags:' in after
    assert read(after).get(("template", "messages", 0, "content")) == "One.\nTwo."


@pytest.mark.parametrize(
    ("path", "after_line", "added"),
    [
        (("owner",), 21, "owner: a team"),
        (("template", "x"), 14, "  x: a team"),
        (("template", "messages", 0, "x"), 14, "    x: a team"),
        (("x-more", 1, "x"), 21, "      x: a team"),
    ],
)
def test_a_new_key_stands_behind_the_last_one(path: Path, after_line: int, added: str) -> None:
    expected = FILE.split("\n")
    expected.insert(after_line, added)
    after = yamlio.edit(FILE, {path: "a team"})
    assert after.split("\n") == expected
    assert read(after).get(path) == "a team"


def test_a_new_key_fits_between_braces() -> None:
    assert yamlio.edit("a: {}\n", {("a", "b"): 1}) == "a: {b: 1}\n"
    assert yamlio.edit("a: {c: 2}  # x\n", {("a", "b"): 1}) == "a: {c: 2, b: 1}  # x\n"


def test_several_changes_at_once() -> None:
    after = yamlio.edit("a: 1\nb: 2\n", {("b",): 20, ("a",): 10, ("c",): 30})
    assert after == "a: 10\nb: 20\nc: 30\n"


@pytest.mark.parametrize("path", [(), ("id", "x"), ("tags", "x"), ("tags", 7), ("nowhere", "x")])
def test_an_edit_of_nothing_is_an_error(path: Path) -> None:
    with pytest.raises(KeyError):
        yamlio.edit(FILE, {path: "x"})


def test_what_is_no_yaml_can_not_be_edited() -> None:
    with pytest.raises(ValueError, match="valid YAML"):
        yamlio.edit("a: b: c", {("a",): "x"})


@given(
    TEXTS,
    st.sampled_from([("status",), ("template", "engine"), ("tags", 0), ("x-nothing",), ("x-new",)]),
)
def test_an_edit_writes_what_reading_gives_back(value: str, path: Path) -> None:
    before, after = read(FILE), read(yamlio.edit(FILE, {path: value}))
    assert after.get(path) == value
    assert len(after.places) == len(before.places) + (path == ("x-new",))


def test_doubled_keys_are_named_up_to_a_bound() -> None:
    result = yamlio.read(Source("a file", "a: 1\n" * 5_000))
    assert result.tree is None
    assert {item.rule for item in result.problems} == {"duplicate-key", "yaml-limit"}
    assert len(result.problems) == yamlio.MAX_DOUBLED + 1


# --- what stands in front of a value, and in its place ----------------------------------------


@st.composite
def properties(draw: st.DrawFn) -> str:
    """Anchors, tags and remarks that may stand between a key and its value."""
    pieces = [
        draw(st.sampled_from(["", "", "&anchor-{number}", "&b{number}"])),
        draw(st.sampled_from(["", "", "!!str", "!"])),
    ]
    if draw(st.booleans()):
        pieces.reverse()
    gap = draw(
        st.sampled_from([" ", "  ", " # 😀 a remark\n    ", "\n\n    # &c !d 😀\u2028\n    "])
    )
    return "".join(f" {piece}" for piece in pieces if piece) + gap


@given(
    st.lists(
        st.tuples(TEXTS, st.sampled_from(sorted(STYLES)), properties()), min_size=1, max_size=4
    ),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "# 😀 é\x85\n", "\ufeff", "%YAML 1.1\n---\n"]),
)
def test_what_stands_before_a_text_moves_none_of_its_places(
    values: list[tuple[str, str, str]], line_end: str, head: str
) -> None:
    written = head
    for number, (text, style, before) in enumerate(values):
        one = scalar(text, style).removeprefix("prompt:").strip(" ")
        if one.endswith("\n...\n"):  # PyYAML's end of a document
            one = one.removesuffix("...\n")
        if one.startswith(("|", ">")) or one[:1] in "'\"":
            # More indentation than the remarks before it changes nothing.
            written += f"k{number} 😀:{before.replace('{number}', str(number))}{one}"
        else:
            written += f"k{number} 😀: {one}"
    assume("\r" not in written)
    written = written.replace("\n", line_end)
    try:
        expected = _by_pyyaml(written)
    except yaml.YAMLError:
        the_problem(written)
        return
    tree = read(written)
    for number in range(len(values)):
        path: Path = (f"k{number} 😀",)
        assert tree.source.slice(tree.key_span(path)) == path[0]
        value = tree.get(path)
        if not isinstance(value, str):
            continue
        assert value == expected[path[0]]
        expect_mapped(tree, path, value, escaped=_quoted(tree, path))
        text_of = tree.text(path)
        assert text_of is not None
        assert tree.source.text[text_of.whole.start] not in "&!#", "no part of the text"


@given(TEXTS, st.sampled_from(sorted(STYLES)))
def test_a_byte_order_mark_moves_no_place(text: str, style: str) -> None:
    written = scalar(text, style)
    without, tree = read(written), read("\ufeff" + written)
    assert tree.data == without.data or without.data["prompt"] != without.data["prompt"]
    for path, place in without.places.items():
        moved = tree.places[path].value
        assert (moved.start - 1, moved.end - 1) == (place.value.start, place.value.end)


@pytest.mark.parametrize(
    "written", ["one", "'it''s'", '"a\\tb"', "|\n  one\n  two\n", ">\n  a\n  b\n"]
)
def test_the_text_of_an_alias_stands_where_its_anchor_does(written: str) -> None:
    tree = read(f"a: &x {written}\nb: *x\nc: [*x, {{d: *x}}]\ne: &y [*x]\nf: {{g: *y}}\n")
    there = tree.text(("a",))
    assert there is not None
    for path in (("b",), ("c", 0), ("c", 1, "d"), ("e", 0), ("f", "g", 0)):
        text = tree.text(path)
        assert text is not None
        assert (text.text, text.runs, text.whole) == (there.text, there.runs, there.whole)
    assert tree.source.slice(tree.value_span(("b",))) == "*x", "the value itself is the alias"
    assert tree.source.slice(tree.value_span(("f", "g", 0))) == "*y", "the nearest part"


def test_an_anchor_that_is_given_anew_stands_for_its_latest_value() -> None:
    tree = read("a: &x one\nb: *x\nc: &x two\nd: *x\n")
    for path, letters in ((("b",), "one"), (("d",), "two")):
        text = tree.text(path)
        assert text is not None
        assert text.text == tree.source.slice(text.whole) == letters


def test_an_alias_of_a_key_has_no_text_of_its_own() -> None:
    tree = read("&x key: one\nb: *x\n")
    assert tree.data == {"key": "one", "b": "key"}
    assert tree.text(("b",)) is None


@pytest.mark.parametrize("second", ['"other"', "&x other", "[x, y]", "{b: c}", "*y"])
def test_of_two_equal_keys_the_first_one_has_the_place(second: str) -> None:
    text = f"z: &y why\na: 'it''s'\nb: 1\na: {second}\nc: *{'x' if '&x' in second else 'y'}\n"
    result = yamlio.read(Source("x", text))
    assert [item.rule for item in result.problems] == ["duplicate-key"]
    assert result.tree is not None
    expect_mapped(result.tree, ("a",), "it's", escaped=False)
    mapped = result.tree.text(("c",))
    assert mapped is None if "&x" in second else mapped and mapped.text == "why"


# --- what is kept of broken YAML ------------------------------------------------------------


def partly(text: str, **more: Any) -> Any:
    """Return what is kept of a text that is broken in one place."""
    result = yamlio.read(Source("x.yaml", text), partial=True, **more)
    assert len(result.problems) == 1
    whole = yamlio.read(Source("x.yaml", text), **more)
    assert whole.tree is None, "nobody gets half a tree who did not ask for it"
    assert whole.problems == result.problems
    return result.tree.data if result.tree else None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a: 1\nb: [2, {c: 3}, {\n", {"a": 1, "b": [2, {"c": 3}, {}]}),
        ("a: 1\nb:\n  c: {{name}}\nd: 2\n", {"a": 1, "b": {"c": {}}}),
        ("a:\n  - x\n  - y\n b: 1\n", {"a": ["x", "y"]}),
        ("a: |\n  x\n b: 1\n", {"a": "x\n"}),
        ("a: 1\nb: 'x\n", {"a": 1}),
        ("a: 1\nb: !mine x\nc: 3\n", {"a": 1}),
        ("a: 1\nb: *c\n", {"a": 1}),
        ("a: 1\n---\nb: 2\n---\nc: 3\n", {"a": 1}),
        ("a: " + "[" * 90, {"a": ast.literal_eval("[" * 59 + "]" * 59)}),
        ("@", None),
    ],
)  # fmt: skip
def test_what_was_complete_or_open_is_kept(text: str, kept: object) -> None:
    assert partly(text) == kept


NESTED = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


@given(NESTED, st.data())
def test_yaml_that_is_cut_off_keeps_what_stood_before(value: object, data: st.DataObject) -> None:
    written = yaml.dump(
        {"a": value, "b": 1}, allow_unicode=True, default_flow_style=False, width=60
    )
    whole = yamlio.read(Source("x", written)).tree
    assume(whole is not None)
    assert whole is not None
    cut = data.draw(st.integers(0, len(written)))
    result = yamlio.read(Source("x", written[:cut]), partial=True)
    # What stands on the line of the cut may mean something else without the rest, and the last
    # value before that may turn out to be a key.
    line = written.rfind("\n", 0, cut) + 1
    before = [
        path
        for path, place in sorted(whole.places.items(), key=lambda item: item[1].value)
        if place.value.end < line and not isinstance(whole.get(path), (dict, list))
    ]
    for path in before[:-1]:
        assert result.tree is not None
        assert result.tree.get(path) == whole.get(path)
        assert result.tree.places[path] == whole.places[path]
    if result.tree is None:
        return
    for path, place in result.tree.places.items():
        assert 0 <= place.value.start <= place.value.end <= cut
        for length in range(1, len(path)):
            around = result.tree.places[path[:length]].value
            assert around.start <= place.value.start <= place.value.end <= around.end


@given(
    st.lists(
        PIECES | st.sampled_from(["\n- ", "\n  ", "\na: ", "? ", "\ud800", "*x", "&x ", "---\n"]),
        max_size=30,
    )
)
def test_no_text_raises_where_parts_are_kept(pieces: list[str]) -> None:
    text = "".join(pieces)
    result = yamlio.read(Source("x.yaml", text), partial=True)
    if result.tree is None:
        assert result.problems
        return
    for path, place in result.tree.places.items():
        assert 0 <= place.value.start <= place.value.end <= len(text)
        mapped = result.tree.text(path)
        if mapped is not None:
            assert mapped.text == result.tree.get(path)
            expect_mapped(result.tree, path, mapped.text, escaped=True)


# --- tags that a format has -----------------------------------------------------------------

TAGS = frozenset(("!Template", "!TemplateMetadata"))


def test_mappings_with_tags_of_a_format_are_read_as_mappings() -> None:
    text = "a: !Template\n  b: 1\n  c: !TemplateMetadata {d: é}\n"
    result = yamlio.read(Source("x", text), tags=TAGS)
    assert not result.problems
    assert result.tree is not None
    assert result.tree.data == {"a": {"b": 1, "c": {"d": "é"}}}
    expect_mapped(result.tree, ("a", "c", "d"), "é", escaped=False)
    assert "!Template" in the_problem(text).message, "for that format only"


@pytest.mark.parametrize("text", ["a: !Template [1]", "a: !Template x", "a: !Other {b: 1}"])
def test_such_a_tag_is_for_mappings_only(text: str) -> None:
    assert partly(text, tags=TAGS) == {}
