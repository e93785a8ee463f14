"""order: two things in the wrong order are found, and only those."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linting import STYLES, expect_the_same_in_yaml, findings, marked, messages, prompt, texts_of


def order(first: object, then: object, **more: object) -> dict[str, object]:
    return {
        "kind": "order",
        "first": first,
        "then": then,
        "message": "{then} before {first}",
        **more,
    }


def pair(check: dict[str, object], text: str, format: str = "markdown") -> list[tuple[str, str]]:
    """Return what each finding marks, and what it points to."""
    return [
        (
            text[item.span.start : item.span.end] if item.span else "",
            text[item.related[0].span.start : item.related[0].span.end],
        )
        for item in findings(check, text, format)
    ]


@pytest.mark.parametrize(
    ("compare", "text", "found"),
    [
        # starts: the earliest of each.
        ("starts", "alpha beta", []),
        ("starts", "beta alpha", [("beta", "alpha")]),
        ("starts", "alpha beta alpha", []),
        ("starts", "beta alpha beta", [("beta", "alpha")]),
        # all: each alpha before each beta.
        ("all", "alpha alpha beta beta", []),
        ("all", "alpha beta alpha beta", [("beta", "alpha")]),
        ("all", "beta alpha", [("beta", "alpha")]),
        # ends: a beta after the last alpha.
        ("ends", "alpha beta", []),
        ("ends", "beta alpha beta", []),
        ("ends", "alpha beta alpha", [("beta", "alpha")]),
        # One alone is in no order.
        ("starts", "beta beta", []),
        ("all", "alpha", []),
        ("ends", "", []),
    ],
)
def test_which_of_several_count(compare: str, text: str, found: list[tuple[str, str]]) -> None:
    assert pair(order("alpha", "beta", compare=compare), text) == found


def test_the_places_are_those_that_stand_wrong() -> None:
    text = "beta one alpha two beta three alpha"
    for compare, first, then in [
        ("starts", text.index("alpha"), text.index("beta")),
        ("all", text.index("alpha"), text.index("beta")),
        ("ends", text.rindex("alpha"), text.rindex("beta")),
    ]:
        for mark in ("then", "first"):
            (item,) = findings(order("alpha", "beta", compare=compare, mark=mark), text)
            assert item.span is not None
            places = (item.span.start, item.related[0].span.start)
            assert places == ((then, first) if mark == "then" else (first, then))


def test_the_message_knows_both() -> None:
    assert messages(order("alph.", "bet."), "Beta, Alpha") == ["Beta before Alpha"]
    check = order("alpha", "beta", mark="first", message="{match}")
    assert messages(check, "Beta, Alpha") == ["Alpha"]
    groups = order("alpha", "(?P<what>b)eta", message="{what}")
    assert messages(groups, "beta, alpha") == ["b"]


def test_one_inside_the_other_is_in_no_wrong_order() -> None:
    check = order(r"beta \(alpha\)", "alpha")
    assert marked(check, "a beta (alpha)") == []
    assert marked(order("alpha", "alpha beta"), "alpha beta") == []
    assert marked(order("beta", "alpha beta"), "alpha beta") == []


DEFINITION = order(
    r"\b(?:[A-Z][a-z]+ )+\((?P<short>[A-Z]{2,5})\)",
    r"\b(?P<short>[A-Z]{2,5})\b",
    ignore_case=False,
)


def test_groups_of_both_have_to_take_the_same_text() -> None:
    text = "The SLA and the KR. A Key Result (KR). A Service Level Agreement (SLA). A DPO."
    assert pair(DEFINITION, text) == [
        ("SLA", "Service Level Agreement (SLA)"),
        ("KR", "Key Result (KR)"),
    ]
    assert marked(DEFINITION, "A Key Result (KR). The KR.") == []
    assert marked({**DEFINITION, "unless": {"match": "^KR$"}}, text) == ["SLA"]


@pytest.mark.parametrize(
    ("where", "text", "found"),
    [
        ("document", "alpha\n\nbeta\n\nalpha", 0),
        ("paragraph", "alpha\n\nbeta so alpha", 1),
        ("paragraph", "beta\n\nalpha", 0),
        ("sentence", "Alpha. Beta so alpha.", 1),
        ("sentence", "Beta. So alpha.", 0),
        ("section", "alpha\n\n# H\n\nbeta\n\nalpha", 1),
        ("section", "beta\n\n# H\n\nalpha", 0),
    ],
)
def test_each_part_is_looked_at_by_itself(where: str, text: str, found: int) -> None:
    assert len(marked(order("alpha", "beta", where=where), text)) == found


def test_messages_stand_one_after_the_other() -> None:
    entry = prompt(("system", "beta"), ("user", "alpha"))
    assert pair(order("alpha", "beta"), entry, "catalog-prompt") == [("beta", "alpha")]
    assert marked(order("alpha", "beta", where="message"), entry, "catalog-prompt") == []
    assert marked(order("beta", "alpha"), entry, "catalog-prompt") == []
    assert marked(order("alpha", "beta"), entry, "catalog-prompt", roles=["user"]) == []


def test_roles_are_in_an_order() -> None:
    check = order({"role": "system"}, {"role": "user"})
    wrong = prompt(("user", "Hi.\n\nSo."), ("system", "Be kind."))
    assert pair(check, wrong, "catalog-prompt") == [("Hi.", "Be kind.")]
    again = prompt(("system", "Be kind."), ("user", "Hi."), ("system", "Be short."))
    assert marked(check, again, "catalog-prompt") == []
    shot = wrong.replace("role: user", "role: user\n      example: true", 1)
    assert marked(check, shot, "catalog-prompt") == ["Hi."]


@pytest.mark.parametrize(
    ("check", "text", "found"),
    [
        (order({"section": ["Rules"]}, {"section": ["Examples"]}), "# Rules\n\n# Examples\n", []),
        (
            order({"section": ["Rules"]}, {"section": ["Examples"]}),
            "# Two examples\n\nx\n\n<rules>\ny\n</rules>\n",
            [("Two examples", "<rules>")],
        ),
        (
            order({"region": "table"}, {"region": "code"}),
            "`x`\n\n| a |\n|---|\n| b |\n",
            [("`x`", "a")],
        ),
        (order({"placeholder": "a"}, {"placeholder": "b"}), "{{b}} {{a}}", [("{{b}}", "{{a}}")]),
        (order({"any": ["x", "alpha"]}, "beta"), "beta alpha", [("beta", "alpha")]),
        (order("alpha", {"pattern": "beta", "in": "heading"}), "beta\n\n# beta\n\nalpha",
         [("beta", "alpha")]),
    ],
)  # fmt: skip
def test_things_other_than_wordings(
    check: dict[str, object], text: str, found: list[tuple[str, str]]
) -> None:
    assert pair(check, text) == found


STATIC = {"region": ["prose", "heading", "table", "code"]}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hi {{name}}. One two three four.", 4),
        ("Hi {{name}}. One `two three` four.\n\n# Five\n", 5),
        ("{{name}} one {{other}} two three four", 4),
        ("One two three four {{name}}", None),
        ("Hi {{name}}. One two three.", None),
        ("One two three four five.", None),
    ],
)
def test_the_words_between_the_two_are_counted(text: str, words: int | None) -> None:
    check = order(
        STATIC, {"placeholder": "*"}, compare="all", min_words=4, message="{words} after {then}"
    )
    assert messages(check, text) == ([f"{words} after {{{{name}}}}"] if words else [])


def test_words_are_counted_across_messages() -> None:
    entry = prompt("{{a}} one two", "three four", engine="mustache")
    check = order(STATIC, {"placeholder": "*"}, compare="all", min_words=4, message="{words}")
    assert messages(check, entry, "catalog-prompt") == ["4"]
    assert messages({**check, "where": "message"}, entry, "catalog-prompt") == []


def test_braces_in_code_are_no_placeholders_unless_an_engine_fills_them_in() -> None:
    check = order(STATIC, {"placeholder": "*"}, compare="all")
    assert marked(check, "Write `{{a}}`. Then go.") == []
    entry = prompt("Write `{{a}}`. Then go.", engine="mustache")
    assert marked(check, entry, "catalog-prompt") == ["{{a}}"]


@given(texts_of("alpha", "beta", "one. Two"), st.sampled_from(sorted(STYLES)))
def test_finds_the_same_in_every_style_of_yaml(text: str, style: str) -> None:
    for compare in ("starts", "all", "ends"):
        expect_the_same_in_yaml(order(r"\balpha\b", r"\bbeta\b", compare=compare), text, style)


@given(texts_of("alpha", "beta"), st.sampled_from(["starts", "all", "ends"]))
def test_the_order_is_that_of_the_words(text: str, compare: str) -> None:
    words = text.split()
    alphas = [at for at, word in enumerate(words) if word == "alpha"]
    betas = [at for at, word in enumerate(words) if word == "beta"]
    wrong = (
        bool(alphas and betas)
        and {
            "starts": lambda: alphas[0] > betas[0],
            "all": lambda: alphas[-1] > betas[0],
            "ends": lambda: alphas[-1] > betas[-1],
        }[compare]()
    )
    found = marked(order(r"\balpha\b", r"\bbeta\b", compare=compare), text)
    assert found == (["beta"] if wrong else [])


@given(st.lists(st.sampled_from(["SLA", "Level (SLA)", "KR", "Result (KR)", "so"]), max_size=12))
def test_each_text_is_looked_at_by_itself(words: list[str]) -> None:
    early = {
        short
        for short in ("SLA", "KR")
        if short in words
        and any(short in word and "(" in word for word in words[words.index(short) :])
        and not any(short in word and "(" in word for word in words[: words.index(short)])
    }
    assert set(marked(DEFINITION, ", ".join(words))) == early


@given(texts_of("alpha", "beta"))
def test_guards_change_nothing(text: str) -> None:
    for check in (order("alpha", "beta"), order({"region": "code"}, "beta")):
        assert findings(check, text) == findings(check, text, guarded=False)
