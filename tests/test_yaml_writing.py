"""Data written as YAML: for people, and as another program has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from guideline_kit import yamlio
from guideline_kit.text import Source
from guideline_kit.yamlio.dumping import Tagged, dump, loaded

# Signs of YAML, blanks of all sorts, every line break of YAML 1.1, what editors hide, words.
PIECES = [
    *"ab:-#'\"|{}[]&*!%@`,?~<>=\\0.y ", "  ", "\n", "\n", "\t", "\r", "\x85", "\u2028", "\ufeff",
    "\xa0", "é", "\x00", "\x7f", "😀", "null", "no", "- ", ": ", "{{x}}", "{% if x %}", "|||",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
SCALARS = TEXTS | st.integers() | st.floats(allow_nan=False) | st.booleans() | st.none()
DATA = st.recursive(
    SCALARS,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(TEXTS, inside, max_size=4),
    max_leaves=12,
)
DOCUMENTS = st.lists(DATA, max_size=4) | st.dictionaries(TEXTS, DATA, max_size=4)


def read(text: str) -> Any:
    result = yamlio.read(Source("x", text))
    assert not result.problems, f"{result.problems[0].message} in\n{text}"
    assert result.tree is not None
    return result.tree.data


@given(DOCUMENTS)
def test_what_is_written_is_read_back_as_it_was(data: Any) -> None:
    assert read(yamlio.write(data)) == data


@given(st.dictionaries(TEXTS, st.dictionaries(TEXTS, TEXTS, max_size=3), max_size=3))
def test_texts_are_the_same_for_a_reader_of_yaml_1_1(data: Any) -> None:
    """A catalog may be read by a script with PyYAML: it has to see the same prompt."""
    assert yaml.safe_load(yamlio.write(data)) == data


def test_a_text_of_several_lines_is_a_block() -> None:
    text = "Sum it up.\n\n  - in 3 points \n\t{{text}}"
    assert yamlio.write({"content": text}) == (
        "content: |-\n  Sum it up.\n\n    - in 3 points \n  \t{{text}}\n"
    )


@pytest.mark.parametrize(
    "text", ["a\rb\nc", "a\x85b\nc", "a\u2028b\nc", "a\ufeffb\nc", "a\x00b\nc"]
)
def test_what_no_block_can_hold_is_quoted(text: str) -> None:
    written = yamlio.write({"content": text})
    assert written.startswith('content: "')
    assert read(written) == {"content": text}


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("Sum it up", "Sum it up"),
        ("https://example.org/a", "https://example.org/a"),
        ("a: b", '"a: b"'),
        ("a #b", '"a #b"'),
        ("{{text}}", '"{{text}}"'),
        ('{{"a" ~ b}}', "'{{\"a\" ~ b}}'"),
        ('it\'s "it"', 'it\'s "it"'),
        ("no", '"no"'),
        ("1.0.0", '"1.0.0"'),
        ("", '""'),
        (["en", "de"], "[en, de]"),
        ([["", "\n"], [" ", ""]], '[["", "\\n"], [" ", ""]]'),
        ([], "[]"),
        ({}, "{}"),
        (None, "null"),
        (True, "true"),
    ],
)
def test_a_value_on_one_line(value: Any, written: str) -> None:
    assert yamlio.write({"a": value}) == f"a: {written}\n"


def test_mappings_in_lists_and_keys_of_any_length() -> None:
    data = {
        "messages": [{"role": "user", "content": "a\nb"}, {}],
        "k" * 200: {"a b": [1, {"c": 2}]},
    }
    written = yamlio.write(data)
    assert written.startswith(
        "messages:\n  - role: user\n    content: |-\n      a\n      b\n  - {}\n"
    )
    assert read(written) == data


def test_what_stands_at_two_places_is_written_once() -> None:
    choices = ["yes", "no"]
    written = yamlio.write({"inputs": {"default": choices}, "output": {"choices": choices}})
    assert written == ('inputs:\n  default: &choices ["yes", "no"]\noutput:\n  choices: *choices\n')
    assert read(written) == {"inputs": {"default": choices}, "output": {"choices": choices}}


# --- as PyYAML has it ----------------------------------------------------------------------


@given(st.dictionaries(TEXTS, DATA, max_size=4))
def test_data_is_dumped_as_pyyaml_dumps_it(data: Mapping[str, Any]) -> None:
    assert dump(data) == yaml.dump(data)


def test_a_tagged_mapping_that_stands_at_two_places_is_an_alias() -> None:
    shared = Tagged("!Thing", {"b": 1, "a": None})
    assert dump({"y": shared, "x": shared}) == "x: &id001 !Thing\n  a: null\n  b: 1\ny: *id001\n"


@pytest.mark.parametrize(
    "text",
    [
        *("yes", "No", "on", "1e3", "1.5e+3", "0o17", "017", "0x1f", "0b1", "1_000", "1:30", "~"),
        *("null", "True", ".inf", "1.0", "abc"),
    ],
)
def test_a_plain_value_is_what_pyyaml_takes_it_for(text: str) -> None:
    expected = yaml.safe_load(f"- {text}")[0]
    assert loaded(text) == expected
    assert type(loaded(text)) is type(expected)


@pytest.mark.parametrize("text", ["2001-01-01", "2001-01-01 10:00:00", "=", "<<"])
def test_a_day_stays_a_text(text: str) -> None:
    assert loaded(text) == text


SIGNS = ("---", "+++")
SIGNED = st.lists(st.sampled_from(["-", "--", "---", "+", "++", "a", "\n", ": ", "\\"]), max_size=9)


@given(
    st.recursive(
        SIGNED.map("".join),
        lambda inside: (
            st.lists(inside, max_size=3) | st.dictionaries(SIGNED.map("".join), inside, max_size=3)
        ),
        max_leaves=6,
    ).filter(lambda data: isinstance(data, dict | list))
)
def test_signs_that_mean_something_to_a_reader_are_nowhere_in_the_text(data: Any) -> None:
    written = yamlio.write(data, without=SIGNS)
    assert not any(sign in written for sign in SIGNS)
    assert read(written) == data
    assert yaml.safe_load(written) == data


def test_what_stands_at_two_places_can_be_written_twice() -> None:
    one = {"a": ["b"]}
    assert "*" in yamlio.write({"one": one, "two": one})
    assert yamlio.write({"one": one, "two": one}, aliases=False) == (
        "one:\n  a: [b]\ntwo:\n  a: [b]\n"
    )
