"""Reading TOML: one table of a file, the place of every key and value, hostile files."""

from __future__ import annotations

import datetime
import math
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guideline_kit import schemas, tomlio
from guideline_kit.diagnostics import Diagnostic
from guideline_kit.problems import PROBLEMS
from guideline_kit.text import Source
from guideline_kit.tomlio.complaints import MAX_DEPTH
from guideline_kit.trees import Path, Tree

# --- documents with known data and a random layout ------------------------------------------

PIECES = ["a", "bc", " ", "é", "😀", "一", "#", "=", "[", "]", "{", "}", ",", ".", "'", '"', "\\",
          "\n", "\t", "\u2028", "\x85", "'''", '"""', "\x07", "True", "1"]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)
NAMES = st.one_of(
    st.sampled_from(["a", "b", "c-d", "1", "007", "1.5", "true", "tool"]),
    st.lists(st.sampled_from([piece for piece in PIECES if piece != "\n"]), max_size=3).map(
        "".join
    ),
)
NUMBERS = ["0", "-17", "+3", "1_000", "0xDEAD_beef", "0o17", "0b1_0", "1.5", "-2e3", "6.6_1E-3",
           "inf", "-inf", "nan", "true", "false", "2026-11-22", "07:32:00", "07:32:00.999",
           "1979-05-27T07:32:00Z", "1979-05-27 07:32:00", "1979-05-27t00:32:00-07:00"]  # fmt: skip
BLANKS = st.sampled_from(["", "", " ", "\t", "  "])
GAPS = st.sampled_from(["", " ", "\n", "\r\n  ", ' # it\'s "one" [\n', "\n\n\t"])


def escaped(text: str, *, bare: str = "") -> str:
    """Write each character that needs it as an escape."""
    return "".join(
        letter
        if letter in bare or (letter not in '"\\' and (letter >= " " or letter == "\t"))
        else f"\\u{ord(letter):04X}"
        for letter in text
    )


@st.composite
def strings(draw: st.DrawFn) -> str:
    text = draw(TEXTS)
    clean = not any(letter < " " and letter not in "\t\n" for letter in text)
    ways = ['"', '"""']
    if clean and "'" not in text and "\n" not in text:
        ways.append("'")
    if clean and "'''" not in f"{text}'":
        ways.append("'''")
    match draw(st.sampled_from(ways)):
        case "'":
            return f"'{text}'"
        case "'''":
            return f"'''{draw(st.sampled_from(['', chr(10)]))}{text}'''"
        case '"""':
            start = draw(st.sampled_from(["", "\n", "\\\n   ", "\r\n"]))
            end = draw(st.sampled_from(["", '"', '""', '\\"', "\\  \n "]))
            return f'"""{start}{escaped(text, bare=chr(10))}{end}"""'
        case _:
            return f'"{escaped(text)}"'


@st.composite
def keys(draw: st.DrawFn, name: str) -> str:
    ways = [f'"{escaped(name)}"']
    if "'" not in name and all(letter >= " " or letter == "\t" for letter in name):
        ways.append(f"'{name}'")
    if name and name.isascii() and name.replace("-", "").replace("_", "").isalnum():
        ways += [name, name]
    return draw(st.sampled_from(ways))


SCALARS = st.one_of(strings(), st.sampled_from(NUMBERS))
# Texts are values as they are written, so a leaf's value is what tomllib makes of it alone.
DATA = st.dictionaries(
    NAMES,
    st.recursive(
        SCALARS,
        lambda some: st.one_of(
            st.lists(some, max_size=3),
            st.dictionaries(NAMES, some, max_size=3),
            st.lists(st.dictionaries(NAMES, some, max_size=2), min_size=1, max_size=3),
        ),
        max_leaves=12,
    ),
    max_size=4,
)


class Layout:
    """Writes data as TOML, in one of the many ways."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.line_end = draw(st.sampled_from(["\n", "\n", "\r\n"]))

    def gap(self) -> str:
        return self.draw(GAPS)

    def blank(self) -> str:
        return self.draw(BLANKS)

    def name(self, names: list[str]) -> str:
        dot = f"{self.blank()}.{self.blank()}"
        return dot.join(self.draw(keys(name)) for name in names)

    def inline(self, value: Any) -> str:
        if isinstance(value, list):
            items = [f"{self.gap()}{self.inline(item)}{self.gap()}" for item in value]
            return f"[{','.join(items)}{',' if items and self.draw(st.booleans()) else ''}]"
        if isinstance(value, dict):
            pairs = [
                f"{self.blank()}{name}{self.blank()}={self.blank()}{written}{self.blank()}"
                for name, written in self.pairs(value)
            ]
            return f"{{{self.blank()}{','.join(pairs)}}}"
        return str(value)

    def pairs(self, data: dict[str, Any], before: tuple[str, ...] = ()) -> Iterator[Any]:
        for key, value in data.items():
            if isinstance(value, dict) and value and self.draw(st.booleans()):
                yield from self.pairs(value, (*before, key))
            else:
                yield self.name([*before, key]), self.inline(value)

    def section(self, data: dict[str, Any], path: list[str], header: str = "") -> str:
        here: dict[str, Any] = {}
        blocks = []
        for key, value in data.items():
            below = [*path, key]
            if isinstance(value, dict) and self.draw(st.booleans()):
                blocks.append(self.section(value, below, "[{}]"))
            elif (
                isinstance(value, list)
                and value
                and all(isinstance(item, dict) for item in value)
                and self.draw(st.booleans())
            ):
                blocks.append("".join(self.section(item, below, "[[{}]]") for item in value))
            else:
                here[key] = value
        own = ""
        if header:
            name = header.format(f"{self.blank()}{self.name(path)}{self.blank()}")
            own = f"{self.blank()}{name}{self.end()}"
        for name, written in self.pairs(here):
            between = f"{self.blank()}={self.blank()}"
            own += f"{self.blank()}{name}{between}{written}{self.end()}"
        blocks = self.draw(st.permutations(blocks))
        if header == "[{}]" and blocks and not here and self.draw(st.booleans()):
            return "".join(blocks)  # the headers below name it
        if header == "[{}]" and self.draw(st.booleans()):
            return "".join([*blocks, own])  # what stands below it may come first
        return "".join([own, *blocks])

    def end(self) -> str:
        remark = self.draw(st.sampled_from(["", "", " # remark = [1", "\t#'"]))
        return self.blank() + remark + self.line_end * self.draw(st.sampled_from([1, 1, 2]))


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, Any]:
    """A text, and its data with each leaf as it is written."""
    data = draw(DATA)
    text = Layout(draw).section(data, [])
    return (text.rstrip("\r\n") if draw(st.booleans()) else text), data


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else value


def values(data: Any) -> Any:
    """Return what written leaves mean, each read alone."""
    if isinstance(data, dict):
        return {key: values(item) for key, item in data.items()}
    if isinstance(data, list):
        return [values(item) for item in data]
    return alone(data)


def alone(written: str) -> Any:
    return plain(tomllib.loads(f"x = {written}")["x"])


def parts(data: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    yield path, data
    if isinstance(data, dict | list):
        for step, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from parts(value, (*path, step))


def same(one: Any, other: Any) -> bool:
    return repr(one) == repr(other) or one == other  # nan is not equal to itself


def read(text: str, *table: str) -> Tree:
    result = tomlio.read(Source("pyproject.toml", text), table)
    assert not result.problems, f"{text!r}: {result.problems[0].message}"
    assert result.tree is not None
    return result.tree


def the_problem(text: str) -> Diagnostic:
    result = tomlio.read(Source("pyproject.toml", text))
    assert result.tree is None
    (problem,) = result.problems
    assert problem.span is not None
    assert 0 <= problem.span.start <= problem.span.end <= len(text)
    assert problem.rule in PROBLEMS
    assert problem.help
    assert problem.message.isprintable()
    return problem


def expect_places(tree: Tree) -> None:
    source = tree.source
    assert set(tree.places) == {path for path, _ in parts(tree.data)}
    for path, value in parts(tree.data):
        place = tree.places[path]
        written = source.slice(place.value)
        if not isinstance(value, dict | list):
            assert same(alone(written), value), f"{path}: {written!r} is not {value!r}"
        elif path:
            assert written.strip() == written, f"{path} has blanks around it: {written!r}"
        assert (place.key is None) == (not path or isinstance(path[-1], int))
        if place.key is not None:
            assert tomllib.loads(f"{source.slice(place.key)} = 1") == {path[-1]: 1}


@given(documents())
def test_every_part_has_its_place_however_it_is_written(document: tuple[str, Any]) -> None:
    text, written = document
    expected = values(written)
    # tomllib says what the text means; the generator must not write anything else.
    assert same(plain(tomllib.loads(text)), expected) or "nan" in text
    tree = read(text)
    assert same(tree.data, plain(tomllib.loads(text)))
    expect_places(tree)


@given(documents(), st.data())
def test_a_table_is_read_as_if_it_were_the_whole(document: tuple[str, Any], data: Any) -> None:
    whole = read(document[0])
    tables = [
        path
        for path, value in parts(whole.data)
        if all(isinstance(step, str) for step in path) and isinstance(value, dict)
    ]
    path = data.draw(st.sampled_from(tables))
    table = read(document[0], *path)
    assert same(table.data, whole.get(path))
    assert table.places == {
        below[len(path) :]: place
        for below, place in whole.places.items()
        if below[: len(path)] == path
    }


@given(st.lists(st.sampled_from([*PIECES, "x = 1\n", "[x]\n", "[[x]]\n", "x.y = {a = 1}\n", "= "]),
                max_size=12).map("".join))  # fmt: skip
def test_any_text_gives_a_tree_or_one_problem(text: str) -> None:
    try:
        expected = plain(tomllib.loads(text))
    except tomllib.TOMLDecodeError:
        the_problem(text)
        return
    tree = read(text)
    assert same(tree.data, expected)
    expect_places(tree)


# --- one table -----------------------------------------------------------------------------

PYPROJECT = """\
[project]
name = "prompts"

[tool.guideline-kit]
preset = "strictly"
select = [
    "vague-quantity",
    'no id',  # a remark
]

[tool.other]
x = 1

[tool.guideline-kit.files]
inclde = ["docs/*.md"]
"""


def test_what_the_schema_objects_to_has_its_place_in_the_file() -> None:
    tree = read(PYPROJECT, "tool", "guideline-kit")
    found = sorted(schemas.check("config.schema.json", tree), key=lambda item: item.sort_key)
    assert [(item.position, item.source.slice(item.span)) for item in found if item.span] == [
        ((5, 10), '"strictly"'),
        ((8, 5), "'no id'"),
        ((15, 1), "inclde"),
    ]
    assert "did you mean 'include'" in f"{found[2].message} {found[2].help}".lower()


def test_the_table_itself_is_shown_by_its_name() -> None:
    tree = read(PYPROJECT, "tool", "guideline-kit")
    assert tree.source.slice(tree.key_span(())) == "guideline-kit"
    assert tree.source.slice(tree.value_span(())) == "[tool.guideline-kit]"
    assert tree.source.slice(tree.key_span(("files",))) == "files"
    dotted = read("tool.guideline-kit.preset = 'strict'\n", "tool", "guideline-kit")
    assert dotted.data == {"preset": "strict"}
    assert dotted.source.slice(dotted.key_span(())) == "guideline-kit"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[project]\nname = 'x'\n",
        "[tool.guideline]\n",
        "[tool]\nother = 'guideline-kit'\n",
        "tool = 'guideline-kit'\n",
        "[[tool]]\nguideline-kit = {}\n",
        "[tool.black]\nwrong =\n",
    ],
)
def test_a_file_without_the_table_has_no_tree_and_no_problem(text: str) -> None:
    result = tomlio.read(Source("pyproject.toml", text), ("tool", "guideline-kit"))
    assert (result.tree, result.problems) == (None, ())


def test_a_name_with_an_escape_is_found_all_the_same() -> None:
    assert read('["t\\u006fol"."guideline\\u002Dkit"]\na = 1\n', "tool", "guideline-kit").data == {
        "a": 1
    }


def test_a_table_that_is_no_table_is_left_to_the_schema() -> None:
    tree = read("[tool]\nguideline-kit = 3\n", "tool", "guideline-kit")
    (found,) = schemas.check("config.schema.json", tree)
    assert found.position == (2, 17)


def test_days_and_times_are_texts() -> None:
    text = "a = 2026-11-22\nb = [07:32:00]\nc = 1979-05-27 07:32:00Z # x\n"
    assert read(text).data == {
        "a": "2026-11-22",
        "b": ["07:32:00"],
        "c": "1979-05-27T07:32:00+00:00",
    }


def test_texts_of_toml_are_not_mapped_character_by_character() -> None:
    assert read('a = "b\\n"').text(("a",)) is None


# --- what is wrong -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("a = 1\nb = yes\n", 2, 5, "a value was expected here"),
        ("a = 1\r\nb\r\n", 2, 2, "followed by ="),
        ("é = 1", 1, 1, "a key with a value"),
        ('a = "é', 1, 7, "a text is not closed"),
        ('a = "x\n"', 1, 7, "not closed on its line"),
        ("a = 'x\r\n'", 1, 7, "not closed on its line"),
        ("[a\n", 1, 3, "has to end with ]"),
        ("[[a]\n", 1, 4, "has to end with ]]"),
        ("[a]\n[a]\n", 2, 3, "there already"),
        ("a = 1\na = 2\n", 2, 6, "has a value already"),
        ("a = {b = 1}\na.c = 1\n", 2, 8, "nothing can be added"),
        ("a = [1 2]", 1, 8, "a list is not closed"),
        ('a = "C:\\Users"', 1, 10, "4 digits"),
        ('a = "\\d"', 1, 8, "a backslash"),
        ("a = 1 b", 1, 7, "where the line should end"),
        ("a = '\x1b'", 1, 6, "U+001B is not allowed"),
        ("a = 1\n\r", 2, 1, "U+000D"),
        ("a = '\ud800'", 1, 6, "U+D800 is no character"),
        ("a = 2026-02-30", 1, 5, "no such day"),
    ],
)
def test_each_mistake_has_a_place_and_plain_words(
    text: str, line: int, column: int, said: str
) -> None:
    problem = the_problem(text)
    assert problem.rule == "toml-syntax"
    assert said in problem.message
    assert problem.position == (line, column)


HOSTILE = {
    "lists": "a = " + "[" * 500_000,
    "tables": "a = " + "{a = " * 200_000,
    "closed lists": f"a = {'[' * 100_000}{']' * 100_000}",
    "dotted key": f"a{'.a' * 900_000} = 1",
    "dotted header": f"[a{'.a' * 900_000}]",
    "dotted with blanks": f"a{' . a' * 400_000} = 1",
    "dotted in quotes": f"a{chr(39) * 2}{'.' + chr(39) * 2}" * 300_000,
    "dots below dots": "[" + ".".join("a" * 50) + "]\n" + ".".join("b" * 50) + " = 1",
    "dots in tables": f"{'.'.join('a' * 40)} = {{{'.'.join('b' * 40)} = 1}}",
    "long number": f"a = {'9' * 5000}",
    "long hexadecimal number": f"a = 0x{'f' * 5000}",
    "too large": "# " + "x" * 2_000_000,
    "many values": f"a = [{'1,' * 300_000}]",
    "open quotes": 'a = "' + '\\"' * 900_000,
    "open quotes over lines": 'a = """' + '""\\' * 600_000,
    "quotes": "'\"" * 900_000,
}


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_files_get_a_problem(case: str) -> None:
    problem = the_problem(HOSTILE[case])
    limit = not case.startswith(("open", "quotes"))
    assert problem.rule == ("toml-limit" if limit else "toml-syntax")


def test_depth_that_people_write_is_read() -> None:
    deep = f"a = {'[' * (MAX_DEPTH - 1)}{']' * (MAX_DEPTH - 1)}"
    assert isinstance(read(deep).get(("a", 0, 0)), list)
    dots = " .".join("ab" * 20) + ' = "' + "." * 200 + '" # ' + "a." * 100
    assert read(dots).data
    assert math.isinf(read("a = [" + "1.5, " * 200 + "inf]").get(("a", 200)))
