"""Entries found by words: what comes first, which words are one, and what is not found."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shipped import shipped_catalog

from guideline_kit.catalog import Catalog, Entry
from guideline_kit.errors import CannotError
from guideline_kit.project.searching import search, stem
from guideline_kit.report.search import Searched, render, render_json
from guideline_kit.report.text import printable
from guideline_kit.text import Source
from guideline_kit.trees import Tree

WORDS = st.lists(st.sampled_from(["plan", "plans", "planning", "letter", "risk", "of", "tone"]))


def entry(id: str, summary: str = "Says nothing", **data: Any) -> Entry:
    source = Source(f"prompts/{id}.yaml", "")
    about = {
        "id": id,
        "title": id.replace("-", " "),
        "summary": summary,
        "status": "approved",
        "template": {"engine": "none", "messages": [{"role": "user", "content": "Go."}]},
        **data,
    }
    return Entry("prompt", id, about, source, Tree(source, about, {}), f"prompts/{id}.yaml", "own")


def catalog(*entries: Entry) -> Catalog:
    return Catalog("own", {}, {item.id: item for item in entries})


def ids(result: Searched) -> list[str]:
    return [hit.entry.id for hit in result.hits]


def found(words: str, *entries: Entry) -> list[str]:
    return ids(search(catalog(*entries), words.split(), None, None))


def test_all_words_come_before_some_and_a_title_before_a_text() -> None:
    entries = (
        entry("letter"),
        entry("plan", goal="A letter"),
        entry("other", goal="A plan for a letter"),
        entry("none"),
    )
    assert found("plan letter", *entries) == ["plan", "other", "letter"]
    assert found("letter", *entries) == ["letter", "other", "plan"]


def test_a_tag_and_a_summary_count_more_than_the_text() -> None:
    entries = (
        entry("a", goal="tone"),
        entry("b", summary="tone"),
        entry("c", tags=["tone"]),
        entry("tone"),
    )
    assert found("tone", *entries) == ["tone", "c", "b", "a"]


def test_what_is_no_longer_used_comes_last() -> None:
    entries = (entry("plan-a", status="deprecated"), entry("plan-b"))
    assert found("plan", *entries) == ["plan-b", "plan-a"]


def test_messages_and_names_of_inputs_are_searched_and_examples_are_not() -> None:
    message = {"engine": "none", "messages": [{"role": "user", "content": "Weigh the harm."}]}
    one = entry("one", template=message, inputs={"harbour": {"type": "line", "description": "x"}})
    two = entry("two", examples=[{"title": "harm", "output": "harm"}])
    assert found("harm", one, two) == ["one"]
    assert found("harbour", one, two) == ["one"]
    assert search(catalog(one), ["harm"], None, None).hits[0].found[0].field == "user message"


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ("summaries", "summary"),
        ("summarize", "summarising"),
        ("summarise", "summarised"),
        ("planning", "plan"),
        ("boxes", "box"),
        ("classify", "classification"),
        ("extracting", "extraction"),
        ("notes", "note"),
        ("MEETING", "meeting"),
        ("sum", "summary"),
        ("délai", "délais"),
    ],
)
def test_inflections_and_beginnings_are_found(asked: str, word: str) -> None:
    assert found(asked, entry("a", goal=f"It is {word}."), entry("b")) == ["a"]


@pytest.mark.parametrize(
    ("asked", "word"), [("notes", "not"), ("as", "asset"), ("class", "clan"), ("ring", "r")]
)
def test_other_words_are_not_found(asked: str, word: str) -> None:
    assert found(asked, entry("a", goal=f"It is {word}.")) == []


@given(st.text(max_size=12))
def test_a_stem_is_the_same_in_capitals(word: str) -> None:
    assert stem(word) == stem(word.casefold())


def test_a_word_that_nothing_holds_gets_the_nearest_one() -> None:
    result = search(catalog(entry("letter"), entry("plan")), ["leter", "plan"], None, None)
    assert [(word.word, word.entries, word.near) for word in result.words] == [
        ("leter", 0, "letter"),
        ("plan", 1, None),
    ]
    assert ids(result) == ["plan"]


def test_words_of_a_question_are_left_out_unless_there_are_no_others() -> None:
    entries = (entry("letter"), entry("who-is-it", goal="how to do it"))
    result = search(catalog(*entries), ["How do I", "write a letter?"], None, None)
    assert [word.word for word in result.words] == ["write", "letter"]
    assert result.left_out == ["how", "do", "i", "a"]
    assert found("how", *entries) == ["who-is-it"]


@given(WORDS, st.permutations(range(4)))
def test_the_order_of_entries_does_not_matter(words: list[str], order: list[int]) -> None:
    entries = [
        entry("plan", goal="risk"),
        entry("plans", goal="risk"),
        entry("letter-plan"),
        entry("tone"),
    ]
    once = search(catalog(*entries), words, None, None)
    again = search(catalog(*(entries[place] for place in order)), words, None, None)
    assert ids(once) == ids(again)
    assert [hit.score for hit in once.hits] == [hit.score for hit in again.hits]
    lengths = [len(hit.words) for hit in once.hits]
    assert lengths == sorted(lengths, reverse=True)


@given(st.lists(st.text(max_size=20), max_size=3))
def test_the_report_can_not_move_the_cursor(words: list[str]) -> None:
    hostile = entry("plan", summary="A \x1b[2Jplan", goal="risk\u202e plan " + "x " * 80)
    result = search(catalog(hostile), [*words, "plan"], None, None)
    for line in render(result, 5).splitlines():
        assert printable(line) == line
    assert json.loads(render_json(result, 5))["found"] == len(result.hits) == 1


def test_every_entry_that_ships_is_found_first_by_its_title() -> None:
    loaded = shipped_catalog()
    lost = []
    for item in loaded.entries.values():
        best = ids(search(loaded, [item.title], None, None))[:3]
        if item.id not in best:
            lost.append(item.id)
    assert not lost, f"not among the first three for their own title: {lost}"


def test_only_a_kind_or_a_tag() -> None:
    entries = catalog(entry("plan", tags=["a"]), entry("plans"))
    assert ids(search(entries, ["plan"], "prompt", "a")) == ["plan"]
    assert ids(search(entries, ["plan"], "rule", None)) == []


@pytest.mark.parametrize("number", [0, 1, 24, 500])
def test_a_tag_that_nobody_knows_is_refused_with_those_that_there_are(number: int) -> None:
    tags = [f"tag-{index:03}" for index in range(number)]
    entries = catalog(*(entry(f"prompt-{tag}", tags=[tag]) for tag in tags), entry("plan"))
    with pytest.raises(CannotError, match="There is no tag 'xyz'") as raised:
        search(entries, ["plan"], None, "xyz")
    hint = raised.value.hint
    named = [tag for tag in tags if tag in hint]
    rest = f"{number - len(named):,} more"
    assert (rest in " ".join(hint.split())) == (len(named) < number), hint
    assert len(named) >= min(number, 24)
    assert all(len(line) <= 88 for line in hint.split("\n"))


def test_a_tag_of_the_manifest_is_known_before_an_entry_has_it() -> None:
    listed = catalog(entry("plan"))._replace(manifest={"tags": [{"id": "new", "title": "New"}]})
    assert ids(search(listed, ["plan"], None, "new")) == []
    with pytest.raises(CannotError) as raised:
        search(listed, ["plan"], None, "newt")
    assert raised.value.hint == "Did you mean 'new'?"
