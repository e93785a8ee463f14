"""Reading JSON: the place of every key, value and character, broken and hostile files."""

from __future__ import annotations

import json
import math
import pathlib
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from guideline_kit import jsonio, yamlio
from guideline_kit.diagnostics import Diagnostic
from guideline_kit.jsonio.complaints import MAX_DEPTH
from guideline_kit.jsonio.reading import MAX_DOUBLED, MAX_FLAWS
from guideline_kit.problems import PROBLEMS
from guideline_kit.scalars import spoken
from guideline_kit.text import Source, Span
from guideline_kit.trees import JSON, Path, Tree

# --- documents with known data and a random layout ------------------------------------------

LETTERS = ["a", "bc", " ", "é", "😀", "一", '"', "\\", "/", "\n", "\t", "\r\n", "\x00", "\x7f",
           "\u2028", "\x85", "\ud83d", "\ude00", "u0041", "{", "]", ",", ":", "//"]  # fmt: skip
TEXTS = st.lists(st.sampled_from(LETTERS), max_size=10).map("".join)
NUMBERS = st.one_of(
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(10**399), 10**399),
)
DATA = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda some: st.lists(some, max_size=4) | st.dictionaries(TEXTS, some, max_size=4),
    max_leaves=12,
)
GAPS = st.sampled_from(["", "", " ", "\n", "\r\n\t", "\r"])
SHORT = {'"': '\\"', "\\": "\\\\", "/": "\\/", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r",
         "\t": "\\t"}  # fmt: skip


@st.composite
def strings(draw: st.DrawFn, text: str) -> str:
    """A text as JSON, each character written in one of the ways that there are."""
    pieces = []
    for letter in text:
        units = letter.encode("utf-16-be", "surrogatepass").hex()
        escape = "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
        ways = [escape, escape.upper().replace("U", "u"), SHORT.get(letter, escape)]
        if letter >= " " and letter not in '"\\':
            ways += [letter] * 3
        pieces.append(draw(st.sampled_from(ways)))
    return f'"{"".join(pieces)}"'


@st.composite
def layouts(draw: st.DrawFn, data: Any) -> str:
    """Data as JSON, in one of the many ways."""

    def written(value: Any) -> str:
        if isinstance(value, str):
            return draw(strings(value))
        if isinstance(value, list):
            return f"[{','.join(map(spaced, value)) or draw(GAPS)}]"
        if isinstance(value, dict):
            pairs = [f"{gapped(key)}:{spaced(item)}" for key, item in value.items()]
            return f"{{{','.join(pairs) or draw(GAPS)}}}"
        return json.dumps(value)

    def spaced(value: Any) -> str:
        return f"{draw(GAPS)}{written(value)}{draw(GAPS)}"

    def gapped(key: str) -> str:
        return f"{draw(GAPS)}{draw(strings(key))}{draw(GAPS)}"

    return spaced(data)


DOCUMENTS = DATA.flatmap(layouts)


def read(text: str) -> Tree:
    result = jsonio.read(Source("x.json", text))
    assert not result.problems, f"{text!r}: {result.problems[0].message}"
    assert result.tree is not None
    return result.tree


def problems_of(text: str) -> tuple[Diagnostic, ...]:
    """Return what is wrong with a text: each thing has a place in the text, and says what to do."""
    result = jsonio.read(Source("x.json", text))
    for problem in result.problems:
        assert problem.rule in PROBLEMS
        assert problem.span is not None
        assert 0 <= problem.span.start <= problem.span.end <= len(text)
        assert problem.help
        assert "\n" not in problem.message
    assert list(result.problems) == sorted(result.problems, key=lambda item: item.sort_key)
    return result.problems


def paths_of(data: Any, path: Path = ()) -> list[Path]:
    found = [path]
    if isinstance(data, dict):
        for key, value in data.items():
            found += paths_of(value, (*path, key))
    elif isinstance(data, list):
        for at, value in enumerate(data):
            found += paths_of(value, (*path, at))
    return found


def same(one: Any, two: Any) -> bool:
    """Whether two values are equal, and 1 is not 1.0, nor is it true."""
    return repr(one) == repr(two)


# --- what is read, and where it stands ------------------------------------------------------


@given(DOCUMENTS)
def test_the_data_are_those_of_pythons_own_reader(written: str) -> None:
    assert same(read(written).data, json.loads(written))


@given(DOCUMENTS)
def test_each_key_and_value_stands_where_its_place_says(written: str) -> None:
    tree = read(written)
    assert sorted(map(repr, tree.places)) == sorted(map(repr, paths_of(tree.data)))
    for path, place in tree.places.items():
        assert same(json.loads(tree.source.slice(place.value)), tree.get(path))
        assert (place.key is None) == (not path or isinstance(path[-1], int))
        if place.key:
            assert json.loads(tree.source.slice(place.key)) == path[-1]
        assert (place.style == JSON) == isinstance(tree.get(path), str)


@given(TEXTS.flatmap(strings), GAPS)
def test_each_character_stands_where_it_or_its_escape_does(written: str, gap: str) -> None:
    """What takes out one character takes neither its neighbours nor the quotation mark."""
    tree = read(f'{{"a":{gap}{written}}}')
    text = tree.text(("a",))
    assert text is not None
    assert text.text == json.loads(written)
    at = text.whole.start + 1
    for number, letter in enumerate(text.text):
        span = text.span(number, number + 1)
        assert span.start == at, "nothing lies between two characters"
        assert json.loads(f'"{tree.source.slice(span)}"') == letter
        at = span.end
    assert at == text.whole.end - 1
    if text.text:
        assert text.span(len(text.text), len(text.text)) == Span(at, at)


@pytest.mark.parametrize(
    ("written", "places"),
    [
        (r"a\/b", ["a", r"\/", "b"]),
        (r"\ud83d\ude00!", [r"\ud83d\ude00", "!"]),
        (r"\uD83D\uDE00", [r"\uD83D\uDE00"]),
        (r"\ud83d\ud83d\ude00", [r"\ud83d", r"\ud83d\ude00"]),
        (r"\ude00\ud83d", [r"\ude00", r"\ud83d"]),
        (r"\ud83d\n", [r"\ud83d", r"\n"]),
        (r"\\u0041", [r"\\", "u", "0", "0", "4", "1"]),
        ("😀\\u00e9é", ["😀", r"\u00e9", "é"]),
    ],
)
def test_escapes_are_one_place_each(written: str, places: list[str]) -> None:
    text = read(f'["{written}"]').text((0,))
    assert text is not None
    assert len(text.text) == len(places)
    source = f'["{written}"]'
    spans = [text.span(at, at + 1) for at in range(len(places))]
    assert [source[span.start : span.end] for span in spans] == places


def test_a_part_of_a_file_is_read_with_the_places_of_the_file() -> None:
    source = Source("x.md", '```json\n{"é": ["a\\n"]}\n```\n')
    result = jsonio.read(source, Span(8, 22))
    assert not result.problems
    assert result.tree is not None
    assert result.tree.data == {"é": ["a\n"]}
    assert source.slice(result.tree.place(("é", 0)).value) == '"a\\n"'
    text = result.tree.text(("é", 0))
    assert text is not None
    assert source.slice(text.span(1, 2)) == "\\n"


@given(DOCUMENTS, st.text(max_size=5), st.text(max_size=5))
def test_what_surrounds_a_part_changes_nothing(written: str, before: str, after: str) -> None:
    whole = read(written)
    source = Source("x", f"{before}{written}{after}")
    part = jsonio.read(source, Span(len(before), len(before) + len(written)))
    assert not part.problems
    assert part.tree is not None
    assert same(part.tree.data, whole.data)
    for path, place in whole.places.items():
        moved = part.tree.places[path].value
        assert (moved.start - len(before), moved.end - len(before)) == (
            place.value.start,
            place.value.end,
        )


@given(DOCUMENTS)
def test_a_byte_order_mark_is_no_part_of_the_value(written: str) -> None:
    tree = read("\ufeff" + written)
    assert same(tree.data, json.loads(written))
    for path, place in tree.places.items():
        assert same(json.loads(tree.source.slice(place.value)), tree.get(path))


# --- texts that fixing writes -------------------------------------------------------------


@given(st.text() | TEXTS)
@example("a\tb")
def test_what_is_written_into_a_text_is_what_it_then_says(text: str) -> None:
    for read_again in (jsonio.read, yamlio.read):
        tree = read_again(Source("x", '{"a": "x\\n y"}')).tree
        assert tree is not None
        place = tree.text(("a",))
        assert place is not None
        written = place.written(text)
        if written is None:
            assert not text.replace("\n", "").replace("\t", "").isprintable()
            continue
        assert spoken(written, '"') == text
        span = place.span(1, 2)
        source = tree.source.text
        after = Source("x", source[: span.start] + written + source[span.end :])
        result = read_again(after)
        assert not result.problems
        assert result.tree is not None
        assert result.tree.data == {"a": f"x{text} y"}


# --- what is no JSON ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "data", "says", "there", "column"),
    [
        ('{"a": 1,}', {"a": 1}, "a comma with nothing between it and the }", ",", 8),
        ("[1, 2 , ]", [1, 2], "a comma with nothing between it and the ]", ",", 7),
        ('{"a": 1 // one\n}', {"a": 1}, "a comment, which JSON does not have", "// one", 9),
        ("[/* a\n */ 1]", [1], "a comment", "/* a\n */", 2),
        ("# a\n# b\n[]", [], "a comment", "# a", 1),
        ("[1] // end", [1], "a comment", "// end", 5),
        ('["a\nb"]', ["a\nb"], "a line break inside of a text", "\n", 4),
        ('["a\r\nb\n"]', ["a\r\nb\n"], "a line break inside of a text", "\r", 4),
        ('["a\tb"]', ["a\tb"], "a tab inside of a text", "\t", 4),
        ('["\x07"]', ["\x07"], "the character U+0007 inside of a text", "\x07", 3),
        ('{"a\tb": 1}', {"a\tb": 1}, "a tab inside of a text", "\t", 4),
        ("[True]", [True], "the value True", "True", 2),
        ("[None]", [None], "the value None", "None", 2),
        ("[-Infinity]", [-math.inf], "the value -Infinity", "-Infinity", 2),
        (r'["a\d\n"]', ["a\\d\n"], "a backslash that begins nothing known", "\\", 4),
        (r'["\u12 \u0041"]', ["\\u12 A"], "\\u is not followed by 4 digits", "\\", 3),
        (r'["it\'s"]', ["it\\'s"], "a backslash", "\\", 5),
    ],
)
def test_what_has_one_meaning_is_reported_and_read(
    text: str, data: object, says: str, there: str, column: int
) -> None:
    (problem,) = problems_of(text)
    assert problem.rule == "json-syntax"
    assert problem.message.startswith("Not valid JSON: ")
    assert says in problem.message
    assert problem.span is not None
    assert text[problem.span.start : problem.span.end] == there
    assert problem.position is not None
    assert problem.position.column == column
    result = jsonio.read(Source("x.json", text))
    assert result.tree is not None
    assert same(result.tree.data, data)
    for path in paths_of(data):
        mapped = result.tree.text(path)
        if mapped is not None:
            assert len({mapped.span(at, at + 1) for at in range(len(mapped.text))}) == len(
                mapped.text
            )


def test_not_a_number_is_reported_and_read() -> None:
    (problem,) = problems_of("[NaN]")
    assert "the value NaN" in problem.message
    tree = jsonio.read(Source("x", "[NaN]")).tree
    assert tree is not None
    assert math.isnan(tree.data[0])


@pytest.mark.parametrize(
    ("text", "data", "says", "line", "column"),
    [
        ("", None, "there is nothing here", 1, 1),
        (" \n", None, "there is nothing here", 2, 1),
        ("{'a': 1}", {}, "single quotes in the place of double ones", 1, 2),
        ('{"a": 1, "b": \'c\'}', {"a": 1}, "single quotes", 1, 15),
        ("[“a”]", [], "the quotation mark “ in the place of double ones", 1, 2),
        ("{a: 1}", {}, "a key without quotes", 1, 2),
        ("[1, a]", [1], "a text without quotes", 1, 5),
        ('{"a": 1\n "b": 2}', {"a": 1}, "a comma is missing", 1, 8),
        ("[1 [2]]", [1], "a comma is missing", 1, 3),
        ('{"a": "say "b" to"}', {"a": "say "}, "goes on behind its quotation mark", 1, 12),
        ('{"a" 1}', {}, "a key has to be followed by a colon", 1, 5),
        ('{"a": }', {}, "a value was expected, and not }", 1, 7),
        ("[1,,2]", [1], "a value was expected before this comma", 1, 4),
        ('{"a": [1}', {"a": [1]}, "this } does not close the [ in line 1", 1, 9),
        ('{\n"a": [1', {"a": [1]}, "the text ends inside of the [ in line 2", 2, 8),
        ('{"a": "b', {}, "a text is not closed", 1, 7),
        ('{"a": "b,\n "c": 1}', {}, "a text is not closed", 1, 7),
        ("[1 /* a", [1], "a comment that is not closed", 1, 4),
        ('{"a": 1} {"b": 2}', {"a": 1}, "something follows the value", 1, 10),
        ("[1];", [1], "something follows the value", 1, 4),
        ('{"a": {{b}}}', {"a": {}}, "a { where a key was expected", 1, 8),
        ("[01]", [], "a number can't be written like this", 1, 2),
        ("[1, +1]", [1], "a number can't be written like this", 1, 5),
        ("[1, .5]", [1], "a number can't be written like this", 1, 5),
        ("[1, 0x1F]", [1], "a number can't be written like this", 1, 5),
        ("[1\u00a0]", [1], "the character U+00A0 is not allowed here", 1, 3),
        ('{"a": 1,\n<<<<<<< main\n"b": 2}', {"a": 1}, "a conflict that git left here", 2, 1),
    ],
)
def test_where_reading_stops_and_what_is_kept(
    text: str, data: object, says: str, line: int, column: int
) -> None:
    (problem,) = problems_of(text)
    assert problem.rule == "json-syntax"
    assert says in problem.message
    assert problem.position == (line, column)
    tree = jsonio.read(Source("x", text)).tree
    assert (tree.data if tree else None) == data


def test_of_two_equal_keys_the_first_one_counts() -> None:
    text = '{"a": ["one"], "b": 1, "\\u0061": ["two", "three"]}'
    result = jsonio.read(Source("x", text))
    (problem,) = result.problems
    assert problem.rule == "duplicate-key"
    assert problem.span is not None
    assert text[problem.span.start : problem.span.end] == '"\\u0061"'
    assert result.tree is not None
    assert result.tree.data == {"a": ["one"], "b": 1}
    mapped = result.tree.text(("a", 0))
    assert mapped is not None
    assert text[mapped.whole.start : mapped.whole.end] == '"one"'


def test_what_stands_twice_or_is_wrong_too_often_is_named_up_to_a_bound() -> None:
    doubled = problems_of("{" + '"a": 1, ' * 5_000 + '"b": 2}')
    assert {item.rule for item in doubled} == {"duplicate-key", "json-limit"}
    assert len(doubled) == MAX_DOUBLED + 1
    text = "[" + "True, " * 5_000 + "1]"
    assert len(problems_of(text)) == MAX_FLAWS
    tree = jsonio.read(Source("x", text)).tree
    assert tree is not None
    assert len(tree.data) == 5_001, "all of it is read"


@pytest.mark.parametrize(
    "number", ["9" * 401, "-" + "1" * 5_000, "0." + "3" * 9_000, "1e" + "9" * 500]
)
def test_a_number_of_many_digits_is_a_problem_and_no_crash(number: str) -> None:
    (problem,) = problems_of(f'{{"a": "b", "c": {number}}}')
    assert problem.rule == "json-limit"
    assert problem.position == (1, 17)
    tree = jsonio.read(Source("x", f'{{"a": "b", "c": {number}}}')).tree
    assert tree is not None
    assert tree.data == {"a": "b"}


@given(DOCUMENTS, st.data())
def test_a_file_that_is_cut_off_keeps_what_stood_before(written: str, data: st.DataObject) -> None:
    whole = read(written)
    cut = data.draw(st.integers(0, len(written)))
    result = jsonio.read(Source("x", written[:cut]))
    problems_of(written[:cut])
    # A number may go on; all else is whole where its end stands.
    kept = {
        path: place
        for path, place in whole.places.items()
        if place.value.end < cut or (place.value.end == cut and written[cut - 1] in '"]}')
    }
    assert result.tree is not None or not kept
    if result.tree is None:
        return
    for path, place in kept.items():
        assert same(result.tree.get(path), whole.get(path))
        assert result.tree.places[path] == place
    for path in paths_of(result.tree.data):
        assert path in whole.places, "nothing is made up"
        assert path in result.tree.places


@given(DOCUMENTS, st.data())
def test_no_text_raises(written: str, data: st.DataObject) -> None:
    letters = list(written)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(letters)))
        new = data.draw(
            st.sampled_from([*"{}[],:\"\\/*#'-+.0eEntN \n", "", "//", "\ufeff", "\x00"])
        )
        letters[at : at + data.draw(st.integers(0, 1))] = [new]
    text = "".join(letters)
    problems = problems_of(text)
    result = jsonio.read(Source("x", text))
    try:
        strict = json.loads(text.removeprefix("\ufeff"))
    except ValueError:
        assert problems, f"nothing is said against {text!r}"
    else:
        if not problems:
            assert result.tree is not None
            assert same(result.tree.data, strict)
    if result.tree is None:
        return
    for path, place in result.tree.places.items():
        assert 0 <= place.value.start <= place.value.end <= len(text)
        mapped = result.tree.text(path)
        if mapped is not None:
            ends = [mapped.span(at, at + 1).end for at in range(len(mapped.text))]
            assert ends == sorted(set(ends)), "each character has a place behind the last one"


# What each text is, as Python, and the rule that refuses it.
HOSTILE: Mapping[str, tuple[str, str]] = {
    "deep-lists": ('"[" * 1_900_000', "json-limit"),
    "deep-objects": ("'{\"a\":' * 300_000", "json-limit"),
    "ten-megabytes": ("'\"' + 'x' * 10_000_000 + '\"'", "json-limit"),
    "many-values": ('"[" + "1," * 900_000 + "1]"', "json-limit"),
    "an-open-quote": ("'[\"' + 'x' * 1_900_000", "json-syntax"),
    "an-open-quote-over-lines": ("'[\"' + 'x\\n' * 900_000", "json-syntax"),
    "backslashes": ("'[\"' + '\\\\' * 1_900_000", "json-syntax"),
    "bad-escapes": ("'[' + '\"\\\\q\",' * 190_000 + '1]'", "json-syntax"),
    "bad-escapes-in-one": ("'[\"' + '\\\\q' * 900_000 + '\"]'", "json-syntax"),
    "raw-breaks": ("'[' + '\"\\n\",' * 190_000 + '1]'", "json-syntax"),
    "comments": ("'[' + '//\\n' * 600_000 + '1]'", "json-syntax"),
    "comments-between": ("'[' + '1,//\\n' * 190_000 + '1]'", "json-syntax"),
    "an-open-comment": ("'[1 /*' + '*' * 1_900_000", "json-syntax"),
    "blanks": ("'[1' + ' ' * 1_900_000", "json-syntax"),
    "blanks-behind-strings": ("'[' + ('\"\\n\"' + ' ' * 90) * 20_000", "json-syntax"),
    "digits": ("'9' * 1_900_000", "json-limit"),
    "many-keys": ("'{' + ','.join(f'\"{n}\":1' for n in range(150_000)) + '}'", "none"),
    "one-text": ("'\"' + 'x\\\\n' * 600_000 + '\"'", "none"),
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_json_gives_a_problem_in_linear_time_and_no_crash(name: str) -> None:
    text, rule = HOSTILE[name]
    code = (
        "import resource\n"
        "resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))\n"
        "from guideline_kit import jsonio\n"
        "from guideline_kit.text import Source\n"
        f"found = jsonio.read(Source('x', {text})).problems\n"
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


def test_as_deep_as_is_allowed() -> None:
    deep = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert same(read(deep).data, json.loads(deep))
    result = jsonio.read(Source("x", f"[{deep}]"))
    assert [item.rule for item in result.problems] == ["json-limit"]
    assert result.tree is not None
    assert len(result.tree.places) == MAX_DEPTH, "what is open is kept"
