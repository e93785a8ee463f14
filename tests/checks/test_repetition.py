"""repetition: a word, a sentence or an instruction said twice, compared with searches by hand."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from linting import STYLES, expect_the_same_in_yaml, findings, marked, prompt, texts_of

from guideline_kit.diagnostics import Safety
from guideline_kit.fix import apply

SAFE = frozenset({Safety.SAFE})


def words(*only: str, **more: object) -> dict[str, object]:
    listed = {"words": list(only)} if only else {}
    return {"kind": "repetition", "of": "word", "message": "{match}", **listed, **more}


def sentence(**more: object) -> dict[str, object]:
    return {"kind": "repetition", "of": "sentence", "message": "{match}", **more}


def instruction(**more: object) -> dict[str, object]:
    return {"kind": "repetition", "of": "instruction", "message": "{match}", **more}


# --- words ---------------------------------------------------------------------------------

PIECES = ["the", "The", "THE", "a", "of", "über", "it", "the,", "the.", "(the", "the-the", "`the`"]
GAPS = [" ", " ", "  ", "\n", "\n\n", "\t"]


def doubled(text: str, only: set[str]) -> list[int]:
    """Find words right behind themselves, word by word; return where the second ones begin."""
    found = []
    tokens = list(re.finditer(r"[^\W\d_]+", text))
    for first, second in itertools.pairwise(tokens):
        between = text[first.end() : second.start()]
        before, behind = text[: first.start()][-1:], text[second.end() :][:1]
        if between.strip(" \t\r\n") or not between or between.count("\n") > 1:
            continue
        if before in ("-", "'") or behind in ("-", "'", "/") or "\n\n" in between:
            continue
        word = second.group()
        if word not in only or word != word.lower():
            continue
        capital = first.group() == word.capitalize() and "\n" not in between
        if first.group() == word or capital:
            found.append(second.start())
    return found


@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(GAPS)), max_size=20))
@example([("the", " "), ("the", " "), ("the", " ")])
@example([("The", "\n"), ("the", " ")])
def test_words_are_found_as_by_hand(drawn: list[tuple[str, str]]) -> None:
    text = "".join(word + gap for word, gap in drawn)
    found = findings(words("the", "a", "of", "über"), text, "text", where="anywhere")
    places = [item.span.start for item in found if item.span]
    assert places == doubled(text, {"the", "a", "of", "über"})


@pytest.mark.parametrize(
    "text",
    [
        "Read the the text.",
        "Read the\nthe text.",
        "Read the\r\nthe text.",
        "The the text.",
        "- Read\n- the the text.",
        "Read **the the** text.",
        "Read über über text.",
    ],
)
def test_a_word_behind_itself(text: str) -> None:
    assert len(marked(words(), text)) == 1
    assert len(marked(words("the", "über"), text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "He said that that is so. They had had it, very very long, in in and on on.",
        "Blah blah. A bla bla.",
        "Ask Makey Makey or New York York.",
        "Use AND and OR. It is of use. Use it.",
        "The, the. The-the. The/the. Of. Of them.",
        "End of the\n\nthe next one.",
        "Say `the the` or the `the`.",
        '"the the"',
        "# The the\n\nthe",
        "the 's the's",
        "body body.json",
    ],
)
def test_what_may_stand_twice(text: str) -> None:
    assert marked(words(), text) == []


def test_which_words_are_looked_at() -> None:
    text = "Take the the file file of of him."
    assert marked(words(), text) == ["the", "file", "of"]
    assert marked(words("of", "the"), text) == ["the", "of"]
    assert marked(words(ignore=["File"]), text) == ["the", "of"]
    assert marked(words("of", "the", ignore=["of"]), text) == ["the"]
    assert marked(words("that"), "that that") == ["that"]
    assert marked(words(unless={"before": "Take"}), "Take the the.\nGive the the.") == ["the"]


@given(texts_of("the", "the the", "The the", "of", "a a"))
def test_the_fix_leaves_each_word_once(text: str) -> None:
    check = words(fix="safe")
    fixed = apply(text, findings(check, text), SAFE)
    assert findings(check, fixed) == ()
    assert set(fixed.lower().split()) == set(text.lower().split())
    assert len(fixed) <= len(text)


def test_three_in_a_row_become_one() -> None:
    check = words("the", fix="safe")
    text = "Read the the\n  the text."
    assert marked(check, text) == ["the", "the"]
    assert apply(text, findings(check, text), SAFE) == "Read the text."


@given(st.permutations(["the", "a", "of", "if"]), texts_of("the the", "a", "of of", "if", "the"))
def test_the_order_of_the_words_and_guards_do_not_matter(only: list[str], text: str) -> None:
    found = findings(words(*only), text)
    assert found == findings(words("a", "if", "of", "the"), text, guarded=False)


@given(texts_of("the the", "a a", "The the"), st.sampled_from(sorted(STYLES)), st.integers(20, 90))
def test_words_are_the_same_in_yaml(text: str, style: str, width: int) -> None:
    expect_the_same_in_yaml(words(), text, style, width)


# --- sentences -----------------------------------------------------------------------------

SENTENCES = [
    "The sky is blue today.",
    "the SKY is blue today!",
    "**The sky** is blue today",
    "The sky is grey today.",
    "Nobody knows the reason for it.",
    "Four words are enough.",
    "Three are not.",
    "It costs 3 euros now.",
    "It costs 5 euros now.",
]


def plain(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", text.lower()))


def apart(said: list[str]) -> str:
    """Put other text between sentences: those that follow each other would be one finding."""
    return "So.\n\n" + "".join(f"- {item}\n\nPart {at}.\n\n" for at, item in enumerate(said))


@given(st.lists(st.sampled_from(SENTENCES), max_size=12), st.sampled_from(["\n\n", "\n\n- "]))
def test_sentences_are_found_as_by_hand(drawn: list[str], gap: str) -> None:
    text = gap.join(["Begin.", *drawn])
    seen = set()
    expected = []
    for item in drawn:
        key = plain(item)
        if len(key) >= 4 and key in seen:
            expected.append(key)
        seen.add(key)
    # Sentences that follow each other both times are one finding.
    found = findings(sentence(), text)
    pieces = [text[item.span.start : item.span.end] for item in found if item.span]
    assert [word for piece in pieces for word in plain(piece)] == [
        word for key in expected for word in key
    ]
    for item in found:
        assert item.span is not None
        assert all(place.span.end <= item.span.start for place in item.related)


def test_the_later_one_is_marked_and_the_first_is_named() -> None:
    text = "# Sky\n\nThe sky is blue.\n\n# Again\n\nSo: the sky is blue. THE SKY IS BLUE!\n"
    found = findings(sentence(), text)
    assert [item.message for item in found] == ["THE SKY IS BLUE!"]
    (place,) = found[0].related
    assert text[place.span.start : place.span.end] == "The sky is blue."
    assert place.message == "said first here"


def test_what_follows_each_other_twice_is_one_finding() -> None:
    block = "The first one is here. And here is the second."
    text = f"{block}\n\nBetween them is another.\n\n{block}"
    assert marked(sentence(), text) == [block]


@pytest.mark.parametrize(
    "text",
    [
        "Look at the code `a` here. Look at the code `b` here.",
        "It returns a list of `a`\n\nIt returns a list of `b`",
        "`a` returns the list of all\n\n`b` returns the list of all",
        'They call it "the sky" here. They call it "the sea" here.',
        "The limit is 3 days now. The limit is 30 days now.",
        "```\nThe sky is blue today.\n```\n\nThe sky is blue today.",
        "> The sky is blue today.\n\nThe sky is blue today.",
        "Example: the sky is blue today.\n\nThe sky is blue today.",
    ],
)
def test_what_differs_is_not_the_same(text: str) -> None:
    assert marked(sentence(), text) == []


def test_parameters_of_sentences() -> None:
    text = "The sky is blue. Sky. Sky. The sky is blue."
    assert marked(sentence(), text) == ["The sky is blue."]
    assert marked(sentence(min_words=1), text) == ["Sky.", "The sky is blue."]
    assert marked(sentence(min_words=5), text) == []
    assert marked(sentence(ignore=["the sky: is BLUE"]), text) == []
    assert marked(sentence(unless={"before": r"Sky\. $"}), text) == []


def test_the_part_that_counts() -> None:
    twice = "The sky is blue today."
    sections = f"# A\n\n{twice}\n\n# B\n\n{twice}\n\nSo. {twice}"
    assert len(marked(sentence(), sections)) == 2
    assert len(marked(sentence(per="section"), sections)) == 1
    entry = prompt(("system", twice), ("user", f"{twice} So it is. {twice}"))
    assert len(marked(sentence(), entry, "catalog-prompt")) == 2
    assert len(marked(sentence(per="message"), entry, "catalog-prompt")) == 1


@given(
    st.lists(st.sampled_from(SENTENCES), max_size=8),
    st.sampled_from(sorted(STYLES)),
    st.integers(30, 90),
)
def test_sentences_are_the_same_in_yaml(drawn: list[str], style: str, width: int) -> None:
    expect_the_same_in_yaml(sentence(), apart(drawn), style, width)


# --- instructions --------------------------------------------------------------------------

ORDERS = [
    "Write in the language of the reader",
    "Never name a price without a source",
    "You must check each number twice",
    "Keep the tables free of colour",
    "Use `GET` to read the orders",
    "Round all amounts to full euros",
    "Leave out what the diff does not change",
]
FORMS = [
    "{}.",
    "{}!",
    "{}",
    "**{}.**",
    "Please {}.",
    "Always {}.",
    "Remember: {}.",
    "And {}",
]


def as_told(form: str, order: str) -> str:
    return form.format(order if form[0] in "{*" else order[0].lower() + order[1:])


@given(
    st.sampled_from(ORDERS),
    st.sampled_from(FORMS),
    st.sampled_from(FORMS),
    st.lists(st.sampled_from(["The day was long.", "Rain fell on it.", "# Rest"]), max_size=4),
    st.sampled_from(["", "- ", "> "]),
)
def test_an_instruction_is_found_again_however_it_is_put(
    order: str, one: str, other: str, between: list[str], mark: str
) -> None:
    first, second = as_told(one, order), as_told(other, order)
    text = "\n\n".join([f"- {first}", *between, f"{mark}{second}"])
    found = marked(instruction(), text)
    if mark == "> ":
        assert found == []  # what is quoted is mentioned
    else:
        assert [plain(piece) for piece in found] == [plain(second)]


@given(st.lists(st.sampled_from(ORDERS), max_size=7, unique=True), st.sampled_from(FORMS))
def test_different_instructions_are_no_repetition(orders: list[str], form: str) -> None:
    text = "\n\n".join(as_told(form, order) for order in orders)
    assert marked(instruction(), text) == []
    assert marked(instruction(alike=80), text) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Use GET for the reads.", "Use PUT for the reads."),
        ("Use GET for reads only.", "Use PUT for writes only."),
        ("Write the list of `a` first.", "Write the list of `b` first."),
        ("Give the user 3 options at once.", "Give the user 5 options at once."),
        ("Share the draft with the team.", "Do not share the draft with the team."),
        ("Share the draft with the team.", "Never share the draft with the team."),
        ('Say "yes" to the customer now.', 'Say "no" to the customer now.'),
        ("Translate the text from German.", "Translate the text into German."),
        ("Read the file config.json first.", "Read the file config.yaml first."),
        ("Convert the JSON file to YAML.", "Convert the YAML file to JSON."),
        ("Use the {{name}} in the greeting.", "Use the {{title}} in the greeting."),
        ("Do mention the price, not the date.", "Do mention the date, not the price."),
        ("Show the result before the question.", "Show the result after the question."),
        ("Ask Zoe about the late orders.", "Ask Max about the late orders."),
    ],
)
def test_a_word_that_matters_makes_two_of_them(one: str, other: str) -> None:
    for check in (instruction(), instruction(alike=50), instruction(alike=80)):
        assert marked(check, f"{one}\n\n{other}") == []
        assert marked(check, f"- {other}\n- {one}") == []


NEARLY = [
    ("Use the tool to track sources and notes.", "Use the tool to track all sources and notes."),
    ("Use the tool to track sources.", "Use the tool to track new-found sources."),
    ("Avoid emoji in the code and comments.", "Avoid emoji in the comments and code."),
    ("Sort the results by date and owner name.", "Sort the final results by date and owner name."),
]


@pytest.mark.parametrize(("one", "other"), NEARLY[1:])
def test_nearly_the_same(one: str, other: str) -> None:
    for first, second in ((one, other), (other, one)):
        text = f"{first}\n\n{second}"
        assert marked(instruction(), text) == []
        assert marked(instruction(alike=70), text) == [second]
        assert marked(instruction(alike=70, same=False), text) == [second]
        assert marked(instruction(alike=70, same=False), f"{one}\n\n{one}") == []


def test_a_word_such_as_all_is_no_addition() -> None:
    one, other = NEARLY[0]
    assert marked(instruction(alike=50), f"{one}\n\n{other}") == []


def test_how_alike_they_must_be() -> None:
    text = "Check names, dates, totals daily.\n\nCheck names, dates, totals, units daily."
    assert len(marked(instruction(alike=80), text)) == 1  # 5 of 6 words
    assert marked(instruction(alike=90), text) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "The day was long and dark.",
        "Format: Markdown files with front matter",
        "Which of them do you use?",
        "Read these files and sections:",
        "Build Tools And Other Things",
        "GET /orders/17 of the shop",
        "Work is complete and is ready.",
        "(Add the reason for it.)",
        "They must be real ones today.",
        "Keep this section below the others.",
        "→ Read the guide and go on.",
        "[Create your own set of rules](rules.md)",
        "Use `a`.",
    ],
)
def test_what_is_no_instruction_or_speaks_of_its_place(sentence: str) -> None:
    assert marked(instruction(), f"{sentence}\n\nSo it is.\n\n{sentence}\n") == []


@pytest.mark.parametrize(
    "text",
    [
        (
            "## Plan review\n\n- Return the list of defects.\n\n"
            "## Code review of 2\n\n- Return the list of bugs.\n\n"
            "## Wave review\n\n- Return the list of defects.\n"
        ),
        (
            "## Undo a part\n\n1. Collect the changes of it.\n\n"
            "## Undo all\n\n1. Collect the changes of it.\n"
        ),
        "- Method\n  - Begin it with an article.\n- Property\n  - Begin it with an article.\n",
        (
            "1. Build the list of names.\n2. Sort it.\n\n"
            "## Step 1: names\n\nBuild the list of names.\n"
        ),
        "- A. Cite the law. Give reasons for each.\n- B. Rate it. Give reasons for each.\n",
        "SYSTEM\nSort the names by length.\n\nUSER\nSort the names by length.\n",
        "Java:\nIndent the code with tabs.\n\nPython:\nIndent the code with tabs.\n",
        "What it does\nCreate your own list\n\nSo it goes.\n\nCreate your own list\n",
    ],
)
def test_parallel_parts_may_say_the_same(text: str) -> None:
    assert marked(instruction(), text) == []


def test_a_standing_rule_is_said_once_even_in_two_procedures() -> None:
    text = "## Undo a part\n\n1. Never delete a file.\n\n## Begin\n\n1. Never delete a file.\n"
    assert marked(instruction(), text) == ["Never delete a file."]


def test_a_rule_may_be_said_again_at_the_end_of_a_long_prompt() -> None:
    rest = "".join(f"The day {number} was as long as the others were.\n\n" for number in range(90))
    rule = "Never delete a file.\n\n"
    step = "Take the old name.\n\n"
    assert marked(instruction(), f"{rule}{rest}{rule}") == []
    assert marked(instruction(), f"{step}{rest}{step}") == ["Take the old name."]
    assert marked(instruction(), f"{rest}{rule}{step}{rule}") == ["Never delete a file."]
    assert marked(instruction(), f"{rule}{rest}{rule}{rest}") == ["Never delete a file."]


def test_wrapped_text_and_text_on_one_line_are_the_same() -> None:
    one = "Answer with one\nobject `a` and\nnothing else than that."
    other = "- Answer with one object `a` and nothing\n  else than that."
    assert len(marked(instruction(), f"{one}\n\n{other}")) == 1
    assert len(marked(instruction(), f"{one}\n\n{other}".replace("\n", "\r\n"))) == 1


def test_a_word_that_many_share_leads_nowhere_and_costs_nothing() -> None:
    names = [f"{first}{second}" for first in "abcdefgh" for second in "klmnopqr"]
    text = "\n\n".join(f"Check the {name} value of it." for name in names)
    assert marked(instruction(alike=80), text) == []
    assert len(marked(instruction(alike=80), f"{text}\n\nCheck the ak value of it.")) == 1


@given(
    st.lists(st.tuples(st.sampled_from(FORMS), st.sampled_from(ORDERS)), max_size=8),
    st.sampled_from(sorted(STYLES)),
    st.integers(30, 90),
    st.sampled_from([70, 80, 100]),
)
def test_instructions_are_the_same_in_yaml(
    drawn: list[tuple[str, str]], style: str, width: int, alike: int
) -> None:
    text = apart([as_told(form, order) for form, order in drawn])
    expect_the_same_in_yaml(instruction(alike=alike), text, style, width)


@given(
    st.lists(st.tuples(st.sampled_from(FORMS), st.sampled_from(ORDERS)), max_size=8),
    st.sampled_from([70, 80, 100]),
)
def test_each_finding_has_a_cause(drawn: list[tuple[str, str]], alike: int) -> None:
    text = apart([as_told(form, order) for form, order in drawn])
    found = findings(instruction(alike=alike), text)
    assert found == findings(instruction(alike=alike), text, guarded=False)
    assert len(found) == len(drawn) - len({order for _, order in drawn})
    for item in found:
        (place,) = item.related
        assert item.span is not None
        assert place.span.end <= item.span.start
