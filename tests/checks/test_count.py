"""count: too few or too many of something, compared with counting by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linting import STYLES, expect_the_same_in_yaml, marked, messages, prompt, texts_of


def count(of: str, **more: object) -> dict[str, object]:
    return {"kind": "count", "of": of, "message": "{count} {of} ({min} to {max})", **more}


def number(of: str, text: str, format: str = "markdown", **more: object) -> int:
    """Return how many there are: the number in the message, when none is allowed."""
    found = messages(count(of, max=0, **more), text, format)
    return int(found[0].split()[0]) if found else 0


TEXT = """\
# One heading here

First sentence, with seven words in it. A second one! Is this the third?

- An item of four.
- Another item
  - Inside it

## Examples

1. Not counted as an item, since it is an example.

# Last

```
code of 4 words
```

> Two quoted words.

Wrapped but `x` one sentence
that goes on here.
"""


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        ("headings", 3),
        ("list-items", 3),
        ("sentences", 7),
        ("words", 30),
        ("code-blocks", 1),
        ("examples", 1),
        ("placeholders", 0),
        ("messages", 1),
    ],
)
def test_counting_by_hand_in_a_document(of: str, expected: int) -> None:
    assert number(of, TEXT) == expected
    assert number(of, TEXT.replace("\n", "\r\n")) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("don't stop", 2),
        ("don’t stop", 2),
        ("a well-known thing", 3),
        ("yes — no", 2),
        ("yes – no … so • it", 4),
        ("naïve café", 2),
        ("3\u00a0ideas", 2),
        ("snake_case and 3.5", 4),
        ("😀 ok ✅ ✔\ufe0f", 1),
        ("Ελλάδα, мир!", 2),
        ("“quoted”", 0),
    ],
)
def test_words(text: str, words: int) -> None:
    assert number("words", text) == words


@pytest.mark.parametrize(
    ("text", "examples"),
    [
        ("Nothing.", 0),
        ("Example: one.", 1),
        ("Example: one.\n\nText.\n\nExample:\n\n```\ntwo\n```\n", 2),
        ("<example>\none\n</example>\n<example>\ntwo\n</example>\n", 2),
        ("Do it (e.g. so).", 1),
        ("# Examples\n\none\n\ntwo\n\n# End\n", 1),
        ("# Examples\n\nGood: one\n\nBad: two\n\n# End\n", 2),
        ("<examples>\n<example>\none\n</example>\n<example>\ntwo\n</example>\n</examples>\n", 2),
        ("For example:\n\n- one\n- two\n\nText.", 1),
        ("Examples:\n\n- Good: one\n- Bad: two\n\nText.", 2),
    ],
)
def test_examples(text: str, examples: int) -> None:
    assert number("examples", text) == examples


def test_few_shot_answers_are_examples() -> None:
    entry = prompt("Hi.")
    for role in ("user", "assistant", "user", "assistant"):
        entry += f"    - {{role: {role}, example: true, content: x}}\n"
    assert number("examples", entry, "catalog-prompt") == 2
    assert number("messages", entry, "catalog-prompt") == 5


def test_placeholders() -> None:
    entry = prompt(("system", "é {{a}}"), ("user", "{{b}} and {{a}}"), engine="mustache")
    assert number("placeholders", entry, "catalog-prompt") == 3
    assert number("placeholders", entry, "catalog-prompt", per="message") == 1
    per_message = messages(count("placeholders", max=1, per="message"), entry, "catalog-prompt")
    assert per_message == ["2 placeholders (0 to 1)"]


@pytest.mark.parametrize(
    ("per", "text", "most", "found"),
    [
        ("document", "a b\n\nc d", 3, ["a b"]),
        ("message", "a b\n\nc d", 3, ["a b"]),
        ("section", "a b\n\n# H\n\nc d e\n\n# I\n\nf", 2, ["H"]),
        ("paragraph", "a b\n\nc d e\n\nf", 2, ["c d e"]),
        ("sentence", "A b. C d e. F.", 2, ["C d e."]),
        ("paragraph", "a b\nc", 2, ["a b"]),
        ("line", "a b\nc d e\n\n# f g h\n", 2, ["c d e"]),
        ("list-item", "- a b\n- c d\n  - e\n", 2, ["- c d"]),
        ("list-item", "a b c\n\n1. d e f\n", 2, ["1. d e f"]),
    ],
)
def test_each_unit_is_counted_by_itself(per: str, text: str, most: int, found: list[str]) -> None:
    assert marked(count("words", max=most, per=per), text) == found


def test_headings_are_counted_in_where_the_rule_looks_at_them() -> None:
    text = "# a b c\n\nd e f g\n\n## h\n"
    assert marked(count("words", max=2, per="heading"), text, where="heading") == ["a b c"]
    assert marked(count("words", max=2, per="heading"), text) == []


@pytest.mark.parametrize(
    ("bounds", "text", "found"),
    [
        ({"min": 2}, "a", ["a"]),
        ({"min": 2}, "a b", []),
        ({"max": 2}, "a b", []),
        ({"max": 2}, "a b c", ["a b c"]),
        ({"min": 1, "max": 2}, "a b c", ["a b c"]),
        ({"min": 0, "max": 0}, "", []),
    ],
)
def test_bounds_are_inside(bounds: dict[str, int], text: str, found: list[str]) -> None:
    assert marked(count("words", **bounds), text) == found


def test_of_too_many_matches_the_first_too_many_is_marked() -> None:
    check = count("matches", pattern=r"\bmust\b", max=2)
    text = "You must. I MUST. We `must` must1 not. They must. She must."
    assert marked(check, text) == ["must"]
    assert text[: text.index("They must")].count("must") == 3
    assert marked(check, text, where="anywhere") == ["must"]
    assert messages(check, text) == ["4 matches (0 to 2)"]
    assert (
        messages(count("matches", pattern="must", max=0, ignore_case=False, per="sentence"), text)
        == ["1 matches (0 to 0)"] * 4
    )


def test_matches_in_several_messages_are_counted_together() -> None:
    entry = prompt(("system", "must must"), ("user", "é must"))
    check = count("matches", pattern="must", max=2)
    assert marked(check, entry, "catalog-prompt") == ["must"]
    assert (
        marked(count("matches", pattern="must", max=2, per="message"), entry, "catalog-prompt")
        == []
    )


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(0, 9))
def test_sentences_and_words_of_a_known_number(lengths: list[int], most: int) -> None:
    sentences = ["Word" + " word" * (length - 1) + "." for length in lengths]
    text = " ".join(sentences)
    assert number("words", text) == sum(lengths)
    assert number("sentences", text) == len(lengths)
    too_long = [
        sentence for sentence, length in zip(sentences, lengths, strict=True) if length > most
    ]
    assert marked(count("words", max=most, per="sentence"), text) == too_long


@given(
    texts_of("must", "Must", "one. Two"),
    st.sampled_from(sorted(STYLES)),
    st.sampled_from(["document", "paragraph", "sentence"]),
)
def test_finds_the_same_in_every_style_of_yaml(text: str, style: str, per: str) -> None:
    expect_the_same_in_yaml(count("matches", pattern="must", max=1, per=per), text, style)
    expect_the_same_in_yaml({**count("words", max=3, per="document")}, text.split("\n")[0], style)
