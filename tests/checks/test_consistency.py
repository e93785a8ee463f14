"""consistency: spellings, values and limits of which a document keeps one."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from linting import STYLES, expect_the_same_in_yaml, findings, marked, messages, prompt, texts_of

from guideline_kit import formats
from guideline_kit.checks.consistency.limits import limits, quantities
from guideline_kit.diagnostics import Safety
from guideline_kit.fix import apply
from guideline_kit.text import Source

ALL = frozenset(Safety)


def variants(*groups: list[str], **more: object) -> dict[str, object]:
    return {
        "kind": "consistency",
        "variants": list(groups),
        "message": "{match}, {replacement}",
        **more,
    }


def values(pattern: str, *others: str, **more: object) -> dict[str, object]:
    given = {"any": [pattern, *others]} if others else {"pattern": pattern}
    return {"kind": "consistency", "message": "{match}, {first}", **given, **more}


def limit(**more: object) -> dict[str, object]:
    return {"kind": "consistency", "limits": True, "message": "{limit}, {first}", **more}


# --- variants ------------------------------------------------------------------------------

EMAIL = variants(["e-mail", "email"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The e-mail and the e-mail.", []),
        ("The email, Email and EMAIL.", []),
        ("An e-mail, an email, an e-mail.", ["email"]),
        ("An email, an e-mail, an email.", ["e-mail"]),
        ("An email, an e-mail.", ["e-mail"]),
        ("E-mail and email.", ["email"]),
        ("E-mails and email.", []),
        ("The `email` of an e-mail.", []),
        ('The word "email" in an e-mail.', []),
        ("# E-mail\n\nAn email.", []),
    ],
)
def test_the_rarer_or_later_one_is_found(text: str, found: list[str]) -> None:
    assert marked(EMAIL, text) == found


def test_the_fix_writes_the_commonest() -> None:
    text = "Email them. An e-mail is an e-mail."
    check = variants(["email", "e-mail"], fix="unsafe")
    (found,) = findings(check, text)
    assert found.message == "Email, E-mail"
    assert found.fix is not None
    assert found.fix.safety is Safety.UNSAFE
    assert [text[place.span.start : place.span.end] for place in found.related] == ["e-mail"]
    assert found.related[0].message == "'e-mail' stands here"
    assert apply(text, [found], ALL) == "E-mail them. An e-mail is an e-mail."


def test_groups_of_three_and_phrases() -> None:
    check = variants(["data set", "data-set", "dataset"], ["set up", "set-up"])
    text = "A dataset, a data\nset, the dataset and a data-set. Set up the set-up."
    assert marked(check, text) == ["data\nset", "data-set", "set-up"]


def test_a_longer_one_is_not_its_part() -> None:
    check = variants(["system prompt", "prompt"])
    text = "The system prompt and the system prompt. A prompt."
    assert marked(check, text) == ["prompt"]
    assert text.rindex("prompt") == findings(check, text)[0].span.start  # type: ignore[union-attr]


def test_case_can_matter_and_exceptions_count() -> None:
    check = variants(["GitHub", "Github"], ignore_case=False)
    assert marked(check, "On GitHub, GitHub and Github.") == ["Github"]
    check = variants(["e-mail", "email"], unless={"before": "old $"})
    assert marked(check, "An e-mail, the old email, the email.") == ["email"]
    assert marked(check, "An e-mail, the old email.") == []


def test_all_messages_count_together() -> None:
    entry = prompt(("system", "An email and an email."), ("user", "The e-mail."))
    assert marked(EMAIL, entry, "catalog-prompt") == ["e-mail"]


WORDS = ["email", "e-mail", "colour", "color", "grey"]


@given(texts_of(*WORDS), st.permutations(WORDS[:2]), st.booleans())
def test_variants_as_by_hand(text: str, group: list[str], turned: bool) -> None:
    groups = [group, ["colour", "color"]]
    check = variants(*(groups[::-1] if turned else groups), fix="unsafe")
    expected = []
    for pair in groups:
        times = Counter(word for word in text.split() if word in pair)
        if len(times) == 2:
            first = min(pair, key=text.split().index)
            keep = max(pair, key=lambda word: (times[word], word == first))
            expected += [word for word in text.split() if word in pair and word != keep]
    assert sorted(marked(check, text)) == sorted(expected)
    assert findings(check, text) == findings(check, text, guarded=False)
    assert findings(check, apply(text, findings(check, text), ALL)) == ()


@given(texts_of("email", "e-mail", "set up"), st.sampled_from(sorted(STYLES)), st.integers(20, 90))
def test_variants_are_the_same_in_yaml(text: str, style: str, width: int) -> None:
    check = variants(["email", "e-mail"], ["set up", "set-up"])
    expect_the_same_in_yaml(check, text, style, width)


# --- values --------------------------------------------------------------------------------

ZONE = values(r"\btimes are in (?P<value>\w+)")
BY_TOPIC = values(r"\b(?P<topic>\w+) is (?P<value>red|green)\b")


@pytest.mark.parametrize(
    ("check", "text", "found"),
    [
        (ZONE, "All times are in CET. Here times are in UTC.", ["UTC"]),
        (ZONE, "All times are in CET. Here times are in cet.", []),
        (BY_TOPIC, "Stop is red. Go is green. Stop is green. stop is red.", ["green"]),
        (BY_TOPIC, "A is red. B is green. C is red.", []),
        (BY_TOPIC, "A is red. `A is green.` A is red.", []),
        (BY_TOPIC, "A is red.\n\nA is\ngreen.", []),
        (values(r"in (?P<value>JSON)", r"as (?P<value>\w+)"), "In JSON. As XML. As json.", ["XML"]),
        (values(r"(?P<topic>a)? is (?P<value>\d)"), "a is 1. b is 2. A is 3. c is 4.", ["3", "4"]),
        (values(r"is (?P<value>\d*)"), "a is 1 and is so", []),
        ({**ZONE, "ignore_case": False}, "times are in CET; times are in cet", ["cet"]),
    ],
)
def test_the_first_value_holds(check: dict[str, object], text: str, found: list[str]) -> None:
    assert marked(check, text) == found


def test_what_is_said_about_values() -> None:
    check = {**BY_TOPIC, "message": "{topic}: {match}, not {first}"}
    text = "Stop is red.\n\nSTOP is green."
    (found,) = findings(check, text)
    assert found.message == "stop: green, not red"
    assert [text[place.span.start : place.span.end] for place in found.related] == ["red"]
    assert (
        marked({**BY_TOPIC, "unless": {"sentence": "not"}}, "A is red. A is green, not so.") == []
    )


@given(texts_of("a is red.", "A is green.", "b is red.", "b is green."))
def test_values_as_by_hand(text: str) -> None:
    words = text.split(" ")
    first: dict[str, str] = {}
    expected = []
    for topic, verb, value in zip(words, words[1:], words[2:], strict=False):
        topic, value = topic.split("\n")[-1].lower(), value.split(".")[0]
        if verb == "is" and topic in ("a", "b") and value != first.setdefault(topic, value):
            expected.append(value)
    assert marked(BY_TOPIC, text) == expected
    assert findings(BY_TOPIC, text) == findings(BY_TOPIC, text, guarded=False)


@given(texts_of("a is red.", "a is green."), st.sampled_from(sorted(STYLES)), st.integers(20, 90))
def test_values_are_the_same_in_yaml(text: str, style: str, width: int) -> None:
    expect_the_same_in_yaml(BY_TOPIC, text, style, width)


# --- reading limits ------------------------------------------------------------------------


def read(text: str) -> list[str]:
    """Return the limits of a text, as what they limit and how."""
    message = formats.read(Source("a file", text), "markdown").messages[0]
    view = message.layout.view(("prose",))
    return [f"{item.subject}: {item}" for item in limits(message, view, quantities(view))]


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("Keep the answer under 50 words.", "at most 49 words"),
        ("Keep answers under 50 words.", "at most 49 words"),
        ("Write at least 300 words.", "at least 300 words"),
        ("Answer in at most 2 sentences.", "at most 2 sentences"),
        ("Answer in exactly 5 sentences.", "5 sentences"),
        ("Answer in one sentence.", "1 sentence"),
        ("Answer in one or two sentences.", "1 to 2 sentences"),
        ("Limit your reply to 100 words.", "at most 100 words"),
        ("Limit your reply to between 20 and 40 words.", "20 to 40 words"),
        ("The answer must not exceed 100 words.", "at most 100 words"),
        ("Your response must not be longer than 3 sentences.", "at most 3 sentences"),
        ("The response should be no longer than 3 sentences.", "at most 3 sentences"),
        ("Your answer should be 1,000 words or more.", "at least 1000 words"),
        ("The output must be at least five hundred words long.", "at least 500 words"),
        ("Respond with 3 to 5 bullet points.", "3 to 5 bullets"),
        ("Respond with 3-5 bullet points.", "3 to 5 bullets"),
        ("List no more than 3 bullet points.", "at most 3 bullets"),
        ("Write a 200-word answer.", "200 words"),
        ("Give a one-sentence reply.", "1 sentence"),
        ("Please always answer in twenty-five words or fewer.", "at most 25 words"),
        ("Do not write more than 50 words.", "at most 50 words"),
        ("Never use fewer than 10 words.", "at least 10 words"),
        ("Don't exceed 4 sentences.", "at most 4 sentences"),
        ("Answer the question in 2 sentences or less.", "at most 2 sentences"),
        ("Reply to the customer in 3 sentences max.", "at most 3 sentences"),
        ("Answer in about 100 words.", "50 to 200 words"),
        ("Maximum length of the answer: 100 words.", "at most 100 words"),
        ("Keep your answers short: at most 3 sentences.", "at most 3 sentences"),
        ("**Length:** the answer has at most 4 sentences.", "at most 4 sentences"),
        ("Respond in under 100 words and cite a source.", "at most 99 words"),
        ("Your reply should have more than 120 words.", "at least 121 words"),
        ("Use 3+ sentences.", "at least 3 sentences"),
        ("Give exactly 3 examples.", "3 examples"),
        ("The answer has at most 600 characters.", "at most 600 characters"),
        ("Use a single paragraph.", "1 paragraph"),
    ],
)
def test_limits_on_the_answer(text: str, limit: str) -> None:
    assert read(text) == [f"answer: {limit}"]
    assert read(f"You help. {text} Be kind.") == [f"answer: {limit}"]
    assert read(f"- Be kind.\n- {text}\n") == [f"answer: {limit}"]


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("Write a summary of at most 100 words.", ["summary: at most 100 words"]),
        ("Keep the title under 60 characters.", ["title: at most 59 characters"]),
        ("Title: at most 10 words.", ["title: at most 10 words"]),
        (
            "Write a title of at most 10 words and a summary of 50 to 80 words.",
            ["title: at most 10 words", "summary: 50 to 80 words"],
        ),
    ],
)
def test_limits_on_a_text_by_its_name(text: str, limits: list[str]) -> None:
    assert read(text) == limits


@pytest.mark.parametrize(
    "text",
    [
        "Keep it under 50 words.",
        "Be brief (at most 2 sentences).",
        "If the user is in a hurry, answer in 1 sentence.",
        "Answer in 1 sentence unless the user asks for more.",
        "For simple questions, answer in 1 sentence.",
        "Each answer has at most 10 words.",
        "Use at most 20 words per sentence.",
        "Write 3 sentences about the weather.",
        "Give 3 reasons for the choice.",
        "Give 50 words of context.",
        "The tool output has 50 lines.",
        "Use sentences of at most 20 words.",
        "Read the first 100 lines.",
        "Include a 2-sentence quote of the customer.",
        "In a section called SUMMARY, write a summary of 25 words.",
        "`Answer in 3 sentences.`",
        'The user writes "Answer in 3 sentences."',
        "Example: Answer in 3 sentences.",
        "> Answer in 3 sentences.",
    ],
)
def test_what_is_no_plain_limit(text: str) -> None:
    assert read(text) == []


# --- limits that contradict ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Keep the answer under 50 words.", "Write at least 300 words."),
        ("Answer in at most 2 sentences.", "Answer in exactly 5 sentences."),
        ("Give exactly 3 examples.", "Give exactly 4 examples."),
        ("Respond with no more than 3 bullet points.", "List 5 bullets."),
        ("Write between 150 and 200 words.", "Use at most 100 words."),
        ("The answer must not exceed one paragraph.", "Write four paragraphs."),
        ("Answer in one sentence.", "Write at least two paragraphs."),
        ("Answer in at most 5 words.", "The reply has at least 6 sentences."),
        ("Keep the summary under 80 words.", "Write a summary of 200 words."),
    ],
)
@pytest.mark.parametrize("mark", ["", "- ", "1. "])
def test_limits_that_contradict(one: str, other: str, mark: str) -> None:
    for first, second in ((one, other), (other, one)):
        text = f"{mark}{first}\n\nThe day was long.\n\n{mark}{second}\n"
        (found,) = findings(limit(), text)
        assert found.span is not None
        assert text.index(second) <= found.span.start < found.span.end <= len(text)
        (place,) = found.related
        assert place.span.end <= text.index(second)
    entry = prompt(("system", one), ("user", other))
    if "summary" not in one:
        assert len(findings(limit(), entry, "catalog-prompt")) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Answer in 3 to 5 sentences. Keep the answer below 100 words. Use 5 sentences.",
        "Write a title of at most 10 words. Write a summary of at least 50 words.",
        "Answer in 2 sentences. Use sentences of at least 20 words.",
        "Write at least 2 paragraphs. Answer in at least 20 words.",
        "Answer in at most 40 words. Write at most 3 paragraphs.",
        "Answer in 2 sentences. If asked for more, write 5 paragraphs.",
        "# Short answers\n\nAnswer in 1 sentence.\n\n# Long answers\n\nWrite 5 paragraphs.",
        "For simple questions:\n\n- Answer in 1 sentence.\n\nFor others:\n\n- Write 5 paragraphs.",
        "- Short version\n  - Answer in 1 sentence.\n- Long version\n  - Write 5 paragraphs.",
        "# A\n\nKeep the summary under 9 words.\n\n# B\n\nKeep the summary above 90 words.",
        "Give 3 examples. Ask 5 questions. Give 4 examples of irony.",
    ],
)
def test_limits_that_can_be_kept(text: str) -> None:
    assert marked(limit(), text) == []


def test_what_is_said_about_limits() -> None:
    text = "Answer in 2 sentences.\n\nWrite at least 3 paragraphs. Use 9 sentences.\n"
    assert messages(limit(), text) == [
        "at least 3 paragraphs, 2 sentences",
        "9 sentences, 2 sentences",
    ]
    assert marked(limit(), text) == ["3 paragraphs", "9 sentences"]
    check = limit(message="{match} of the {subject}")
    assert messages(check, text)[0] == "3 paragraphs of the answer"
    assert marked(limit(unless={"sentence": "Use"}), text) == ["3 paragraphs"]


OPERATORS = {
    "at most {} words": (0, 0),
    "up to {} words": (0, 0),
    "under {} words": (0, -1),
    "at least {} words": (0, None),
    "more than {} words": (1, None),
    "exactly {} words": (None, 0),
}
LIMIT = st.tuples(st.sampled_from(sorted(OPERATORS)), st.integers(2, 12))


def bounds(form: str, number: int) -> tuple[float, float]:
    low, high = OPERATORS[form]
    if form.startswith(("at least", "more")):
        return number + (low or 0), float("inf")
    return (number if low is None else 0), number + (high or 0)


@given(st.lists(LIMIT, max_size=6), st.sampled_from(["\n\n", " ", "\n- "]))
@example([("at most {} words", 3), ("at least {} words", 3)], " ")
@example([("under {} words", 3), ("at least {} words", 3)], " ")
def test_limits_contradict_where_no_number_keeps_both(
    drawn: list[tuple[str, int]], gap: str
) -> None:
    text = gap.join(["Be kind.", *(f"Answer in {form.format(n)}." for form, n in drawn)])
    expected = 0
    for at, (form, number) in enumerate(drawn):
        low, high = bounds(form, number)
        earlier = (bounds(*item) for item in drawn[:at])
        expected += any(low > most or least > high for least, most in earlier)
    found = findings(limit(), text)
    assert len(found) == expected
    assert found == findings(limit(), text, guarded=False)


@given(st.lists(LIMIT, max_size=5), st.sampled_from(sorted(STYLES)), st.integers(20, 90))
def test_limits_are_the_same_in_yaml(drawn: list[tuple[str, int]], style: str, width: int) -> None:
    text = " ".join(["Be kind.", *(f"Answer in {form.format(n)}." for form, n in drawn)])
    expect_the_same_in_yaml(limit(), text, style, width)
