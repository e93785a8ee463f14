"""conditional: what is wanted is there, and where it has to be, or each place that lacks it is
found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linting import STYLES, expect_the_same_in_yaml, findings, marked, messages, prompt, texts_of

from guideline_kit.checks.things import Thing


def conditional(when: object, then: object, **more: object) -> dict[str, object]:
    return {
        "kind": "conditional",
        "when": when,
        "then": then,
        "message": "{match}: no {missing}",
        **more,
    }


JSON = conditional(r"\bJSON\b", r"\bkeys?\b")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Answer in JSON.", ["JSON"]),
        ("Answer in JSON with the keys a and b.", []),
        ("Answer in json. It has one\n\nKEY.", []),
        ("Answer in text.", []),
        ("Answer in `JSON`.", []),
        ("Answer in JSON.\n\n```\nkey\n```\n", []),
        ("Answer in JSON.\n\n> a key\n", []),
        ("# Keys\n\nJSON", []),
        ("keyed JSON", ["JSON"]),
        ("", []),
    ],
)
def test_what_is_wanted_is_there_or_not(text: str, found: list[str]) -> None:
    assert marked(JSON, text) == found


def test_each_part_has_regions_of_its_own() -> None:
    text = "Answer in JSON.\n\n`key`"
    assert marked(conditional("JSON", {"pattern": "key", "in": "prose"}), text) == ["JSON"]
    assert marked(conditional("JSON", {"pattern": "key", "in": ["prose", "code"]}), text) == []
    assert marked(conditional({"pattern": "key", "in": "code"}, "XML"), text) == ["key"]
    assert marked(conditional("key", "XML"), text, where="code") == ["key"]


def test_all_messages_count_for_what_is_wanted() -> None:
    entry = prompt(("system", "Answer in JSON."), ("user", "Be kind."))
    assert marked(JSON, entry, "catalog-prompt") == ["JSON"]
    assert marked(JSON, entry, "catalog-prompt", roles=["user"]) == []
    assert marked(JSON, entry.replace("kind", "key"), "catalog-prompt") == []
    shot = "    - {role: assistant, example: true, content: 'key'}\n"
    assert marked(JSON, entry + shot, "catalog-prompt") == []


def test_front_matter_is_looked_at_where_the_rule_says_so() -> None:
    text = "---\nname: JSON\n---\nAnswer.\n"
    assert marked(JSON, text) == []
    assert marked(JSON, text, where="front-matter") == ["JSON"]
    both = conditional("Answer", {"pattern": "JSON", "in": "front-matter"})
    assert marked(both, text) == []
    assert marked(both, text.replace("JSON", "XML")) == ["Answer"]
    before = conditional("Answer", {"pattern": "JSON", "in": "front-matter"}, where="before")
    assert marked(before, text) == []


@pytest.mark.parametrize(
    ("where", "text", "found"),
    [
        ("document", "A a.\n\nB", 0),
        ("paragraph", "A a.\n\nB", 1),
        ("paragraph", "A a. So.\nB", 0),
        ("paragraph", "- A a\n- B", 1),
        ("sentence", "A a. So B.", 1),
        ("sentence", "A a so B.", 0),
        ("sentence", "B is A a.", 0),
        ("section", "A a.\n\nB\n\n# C\n\nx", 0),
        ("section", "A a.\n\n# C\n\nB", 1),
        ("section", "# C\n\nA a.\n\n## D\n\nB", 1),
        ("section", "# C B\n\nA a.", 0),
        ("before", "B. A a.", 0),
        ("before", "A a. B.", 1),
        ("before", "A a B", 1),
        ("after", "B. A a.", 1),
        ("after", "A a. B.", 0),
    ],
)
def test_where_it_has_to_be(where: str, text: str, found: int) -> None:
    check = conditional(r"\bA a\b", r"\bB\b", where=where, ignore_case=False)
    assert len(marked(check, text)) == found


def test_what_stands_around_it_is_before_it_and_after_it() -> None:
    for where in ("before", "after"):
        check = conditional(r"\bSLA\b", r"\bservice \(SLA\) level\b", where=where)
        assert marked(check, "A service (SLA) level.") == []


@pytest.mark.parametrize(
    ("where", "found"), [("message", 1), ("document", 0), ("before", 1), ("after", 0)]
)
def test_where_it_has_to_be_among_messages(where: str, found: int) -> None:
    entry = prompt(("system", "Answer in JSON."), ("user", "The keys are a and b."))
    check = conditional("JSON", "keys", where=where)
    assert len(marked(check, entry, "catalog-prompt")) == found


TABLE = "\n\n| a | b |\n|---|---|\n| c | d |\n"


@pytest.mark.parametrize(
    ("then", "text", "found"),
    [
        ({"region": "table"}, "The table below." + TABLE, 0),
        ({"region": "table"}, "The table below.", 1),
        ({"region": "table"}, "The table below. `| a |`", 1),
        ({"region": ["table", "code"]}, "The table below. `| a |`", 0),
        ({"region": "table"}, TABLE + "\nThe table below.", 1),
        ({"section": ["Prices"]}, "The table below.\n\n## All prices\n\nx", 0),
        ({"section": ["Prices", "Cost"]}, "The table below.\n\n<cost>\nx\n</cost>", 0),
        ({"section": ["Prices"]}, "The table below.\n\n## Priceless\n\nx", 1),
        ({"placeholder": "*"}, "The table below. {{a}}", 0),
        ({"placeholder": "b"}, "The table below. {{a}}", 1),
        ({"any": [{"region": "table"}, "csv"]}, "The table below. A CSV.", 0),
        ({"any": [{"region": "table"}, "csv"]}, "The table below.", 1),
    ],
)
def test_things_other_than_wordings(then: object, text: str, found: int) -> None:
    check = conditional("the table below", then, where="after")
    assert len(marked(check, text)) == found


def test_placeholders_ask_for_something() -> None:
    check = conditional({"placeholder": "*", "trust": "untrusted"}, r"\bdata\b")
    inputs = {
        "mail": {"type": "text", "description": "x"},
        "name": {"type": "line", "description": "x"},
    }
    entry = prompt("Hi {{name}}: {{mail}}, {{mail}}", engine="mustache", inputs=inputs)
    assert marked(check, entry, "catalog-prompt") == ["{{mail}}"]
    assert marked(check, entry.replace("Hi", "Data"), "catalog-prompt") == []
    typed = conditional({"placeholder": "*", "type": ["line"]}, "data")
    assert marked(typed, entry, "catalog-prompt") == ["{{name}}"]
    named = conditional({"placeholder": "name"}, "data", once=False)
    assert marked(named, entry, "catalog-prompt") == ["{{name}}"]


def test_a_message_asks_for_another() -> None:
    check = conditional({"role": "system"}, {"role": "user"})
    assert marked(check, prompt(("system", "Be kind.\n\nSo.")), "catalog-prompt") == ["Be kind."]
    assert messages(check, prompt(("system", "x")), "catalog-prompt") == ["x: no a user message"]
    assert marked(check, prompt(("system", "x"), ("user", "y")), "catalog-prompt") == []


ABBREVIATION = conditional(
    r"\b(?P<short>[A-Z]{2,5})\b", r"\((?P<short>[A-Z]{2,5})\)", ignore_case=False
)


def test_groups_of_both_have_to_take_the_same_text() -> None:
    text = "Use the SLA. A Key Result (KR) counts: KR, SLA and OKR."
    assert marked(ABBREVIATION, text) == ["SLA", "OKR"]
    assert marked({**ABBREVIATION, "once": False}, text) == ["SLA", "SLA", "OKR"]
    assert marked({**ABBREVIATION, "where": "before"}, "KR. Key Result (KR). KR.") == ["KR"]
    assert messages({**ABBREVIATION, "message": "{short}, {match}"}, "An SLA.") == ["SLA, SLA"]


@pytest.mark.parametrize(("ignore_case", "found"), [(True, []), (False, ["Max"])])
def test_capitals_of_groups_count_where_those_of_patterns_do(
    ignore_case: bool, found: list[str]
) -> None:
    check = conditional(
        r"ask (?P<match>(?P<who>\w+))", r"(?P<who>\w+) knows", ignore_case=ignore_case
    )
    assert marked(check, "ask Max, for max knows.") == found


def test_a_section_can_be_named_by_what_asks_for_it() -> None:
    check = conditional(r'see "(?P<match>(?P<name>[^"]+))"', {"section": ["{name}"]})
    text = '# Tone of voice\n\nsee "Tone" and see "Style".'
    assert marked(check, text, where="anywhere") == ["Style"]
    assert messages(check, text, where="anywhere") == ["Style: no a section Style"]
    after = conditional(r'see "(?P<match>(?P<name>[^"]+))"', {"section": ["{name}"]}, where="after")
    assert marked(after, text, where="anywhere") == ["Tone", "Style"]
    several = {**check, "then": {"any": ["nothing", {"section": ["{name}", "the {name}"]}]}}
    assert marked(several, text, where="anywhere") == ["Style"]


def test_only_the_first_in_each_part_is_reported() -> None:
    text = "JSON. JSON!\n\nJSON."
    for where, once, expected in [
        ("document", True, 1),
        ("paragraph", True, 2),
        ("sentence", True, 3),
        ("document", False, 3),
        ("after", True, 1),
    ]:
        check = conditional("JSON", "keys", where=where, once=once)
        assert len(marked(check, text)) == expected, (where, once)


def test_what_is_excused_does_not_hide_the_next() -> None:
    check = {**JSON, "unless": {"after": r"^ file"}}
    assert marked(check, "A JSON file.") == []
    text = "A JSON file. Answer in JSON."
    (item,) = findings(check, text)
    assert item.span is not None
    assert item.span.start == text.rindex("JSON")


def test_it_points_to_what_stands_in_the_wrong_place() -> None:
    text = "The keys are a and b.\n\nAnswer in JSON."
    (item,) = findings(conditional("JSON", "keys", where="after"), text)
    (related,) = item.related
    assert text[related.span.start : related.span.end] == "keys"
    (item,) = findings(conditional("JSON", "keys"), "JSON")
    assert item.related == ()


def test_what_is_missing_is_named() -> None:
    for then, words in [
        ("keys", "keys"),
        ({"section": ["A", "B"]}, "a section A or B"),
        ({"region": ["table", "code"]}, "a code or table"),
        ({"placeholder": "*"}, "a placeholder"),
        ({"placeholder": "x", "trust": "untrusted"}, "an untrusted placeholder x"),
        ({"any": ["keys", {"role": "user"}]}, "keys or a user message"),
    ]:
        assert messages(conditional("JSON", then), "JSON") == [f"JSON: no {words}"]


@given(texts_of("JSON", "keys", "one. Two"), st.sampled_from(sorted(STYLES)))
def test_finds_the_same_in_every_style_of_yaml(text: str, style: str) -> None:
    expect_the_same_in_yaml(JSON, text, style)
    expect_the_same_in_yaml({**JSON, "where": "paragraph", "once": False}, text, style)


@given(texts_of("JSON", "keys", "naïve"), st.sampled_from(["before", "after", "document"]))
def test_it_is_found_where_the_other_is_not(text: str, where: str) -> None:
    words = text.split()
    wants = [at for at, word in enumerate(words) if word == "JSON"]
    there = [at for at, word in enumerate(words) if word == "keys"]
    lacks = [
        at
        for at in wants
        if not any(
            where == "document" or (other < at if where == "before" else other > at)
            for other in there
        )
    ]
    found = marked(conditional(r"\bJSON\b", r"\bkeys\b", where=where, once=False), text)
    assert found == ["JSON"] * len(lacks)


@given(
    st.lists(st.sampled_from(["SLA", "(SLA)", "KR", "(KR)", "OKR", "and", "\n\n"]), max_size=20),
    st.booleans(),
)
def test_each_text_is_looked_up_by_itself(words: list[str], once: bool) -> None:
    text = " ".join(words)
    defined = {word.strip("()") for word in words if word.startswith("(")}
    lacks = [word for word in words if word.isupper() and word.strip("()") not in defined]
    if once:
        lacks = list(dict.fromkeys(lacks))
    assert marked({**ABBREVIATION, "once": once}, text) == lacks


@given(texts_of("JSON", "keys", "JSON. Keys"))
def test_guards_change_nothing(text: str) -> None:
    for check in (JSON, conditional({"any": ["JSON", "Keys"]}, {"region": "code"})):
        assert findings(check, text) == findings(check, text, guarded=False)


@given(st.permutations(["JSON", "XML", "YAML"]), texts_of("JSON", "XML", "keys"))
def test_the_order_of_things_does_not_matter(things: list[str], text: str) -> None:
    check = conditional({"any": things}, {"any": [*things[:1], "keys"]}, where="sentence")
    same = conditional({"any": things[::-1]}, {"any": ["keys", *things[:1]]}, where="sentence")
    assert marked(check, text) == marked(same, text)


def test_a_comment_that_silences_the_rule_is_not_what_it_looks_for() -> None:
    check = {"kind": "conditional", "when": "JSON", "then": r"\bkeys?\b"}
    text = "Answer in JSON. <!-- guideline: ignore[json-keys-missing] the caller adds them -->\n"
    assert marked(check, text) == ["JSON"]
    assert marked(check, text + "The keys are a and b.\n") == []


# --- what stands behind is looked for there first ------------------------------------------------

THEN = st.sampled_from(
    [
        "x+",
        r"a\b",
        r"b{1,3}$",
        {"any": ["xx", {"region": "code"}]},
        {"region": ["table", "inline-code"]},
        {"pattern": "a", "in": ["code", "prose"]},
        "(?P<match>x)a*",
    ]
)


@given(THEN, st.text("axb `\n|-", max_size=40))
def test_a_quick_look_changes_nothing(then: object, text: str) -> None:
    check = conditional("[ab]+", then, where="after")
    found = marked(check, text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Thing, "surely_behind", lambda *_: False)
        assert marked(check, text) == found
