"""Schemas: ours say in words what is wrong, and those of entries can't hang or fetch anything."""

from __future__ import annotations

import json
import re
import signal
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st
from in_memory import expect_golden, written

from guideline_kit import schemas, yamlio
from guideline_kit.diagnostics import Diagnostic
from guideline_kit.schemas import first_error, load_all, schema_problem
from guideline_kit.text import Source

DIALECTS = [
    "https://json-schema.org/draft/2020-12/schema",
    "http://json-schema.org/draft-07/schema#",
]

# --- what is said --------------------------------------------------------------------------

PROMPT = {
    "id": "reply",
    "title": "Reply",
    "summary": "Answers a question",
    "owner": "writers",
    "status": "draft",
    "version": "1.0.0",
    "template": {"engine": "none", "messages": [{"role": "user", "content": "Answer."}]},
}
PATTERN = {
    "id": "contract",
    "title": "Contract",
    "summary": "Says what comes back",
    "category": "format",
    "status": "draft",
    "evidence": {"grade": "convention", "summary": "Nobody measured it."},
    "problem": "Nobody knows what comes back.",
    "solution": "Say it.",
    "structure": [{"part": "The form", "purpose": "To say it"}],
    "example": {"before": "Answer.", "after": "Answer in JSON."},
    "when_to_use": ["Often"],
    "when_not_to_use": ["Seldom"],
    "costs": "A line.",
}
RULE = {
    "id": "vague",
    "title": "Vague",
    "summary": "Finds vague words",
    "severity": "warning",
    "preset": "default",
    "stage": "stable",
    "evidence": "convention",
    "since": "0.1.0",
    "check": {"kind": "terms", "words": ["several"], "message": "So"},
    "why": "It is vague.",
    "examples": [{"title": "One", "good": "Name 3."}],
}
CATALOG = {"name": "mine", "title": "Mine", "teams": [{"id": "writers", "title": "Writers"}]}
SOURCES = {"a-study": {"title": "A study", "kind": "paper", "status": "read"}}
SOUND = {"prompt": PROMPT, "pattern": PATTERN, "rule": RULE, "catalog": CATALOG, "sources": SOURCES}

GONE = object()
MESSAGE = {"message": "So"}

# A schema, and for the path of a field the value that it gets.
BROKEN: dict[str, tuple[str, dict[str, Any]]] = {
    "a key that is misspelt": ("prompt", {"sumary": "So"}),
    "a key that nobody knows": ("prompt", {"price": 3}),
    "a key of one's own": ("prompt", {"x-Price": 3}),
    "keys that are missing": ("prompt", {"title": GONE, "owner": GONE, "status": GONE}),
    "a key that is missing inside": ("prompt", {"template.engine": GONE}),
    "a key of a list item that is missing": ("prompt", {"template.messages.0.role": GONE}),
    "an id in capitals": ("prompt", {"id": "Reply One"}),
    "an empty title": ("prompt", {"title": "  "}),
    "a title on two lines": ("prompt", {"title": "Reply\nto all"}),
    "a title that is too long": ("prompt", {"title": "Reply " * 60}),
    "a title that is a number": ("prompt", {"title": 3}),
    "a version that is a number": ("prompt", {"version": 1.0}),
    "a version with two parts": ("prompt", {"version": "1.0"}),
    "a day that is none": ("prompt", {"updated": "2026-13-01"}),
    "a status that is misspelt": ("prompt", {"status": "aproved"}),
    "a status that nobody knows": ("prompt", {"status": "secret"}),
    "tags that are no list": ("prompt", {"tags": "clarity"}),
    "a tag that stands twice": ("prompt", {"tags": ["clarity", "tone", "clarity"]}),
    "no messages": ("prompt", {"template.messages": []}),
    "a message that is a text": ("prompt", {"template.messages": ["Answer."]}),
    "an input's name": ("prompt", {"inputs": {"my name": {"type": "line", "description": "So"}}}),
    "an input's type": ("prompt", {"inputs": {"name": {"type": "string", "description": "So"}}}),
    "no room for words": ("prompt", {"output": {"format": "text", "max_words": 0}}),
    "one choice": ("prompt", {"output": {"format": "label", "choices": ["good"]}}),
    "an address": ("prompt", {"links": [{"title": "So", "url": "ftp://a.example"}]}),
    "a prompt that is a list": ("prompt", {"": ["id"]}),
    "a prompt that is empty": ("prompt", {"": None}),
    "a pattern without costs": ("pattern", {"costs": GONE}),
    "a grade that nobody knows": ("pattern", {"evidence.grade": "proven"}),
    "a pattern without parts": ("pattern", {"structure": []}),
    "a kind that is misspelt": ("rule", {"check.kind": "term"}),
    "a key of another kind": ("rule", {"check.classes": ["invisible"]}),
    "a key of the kind that is misspelt": ("rule", {"check.word": ["few"]}),
    "a kind's value that is wrong": ("rule", {"check.words": [], "check.fix": "sure"}),
    "neither words nor replacements": ("rule", {"check.words": GONE}),
    "both words and replacements": ("rule", {"check.replace": {"utilize": "use"}}),
    "a check without a message": ("rule", {"check.message": GONE}),
    "a count without bounds": ("rule", {"check": {**MESSAGE, "kind": "count", "of": "words"}}),
    "a count of nothing": (
        "rule",
        {"check": {**MESSAGE, "kind": "count", "of": "matches", "max": 1}},
    ),
    "a condition on nothing": ("rule", {"check": {**MESSAGE, "kind": "field", "field": "tags"}}),
    "a region that nobody knows": ("rule", {"applies_to": {"in": "proes"}}),
    "a region in a list that nobody knows": ("rule", {"applies_to": {"in": ["prose", "text"]}}),
    "a role that nobody knows": ("rule", {"applies_to": {"roles": ["developer"]}}),
    "an example without texts": ("rule", {"examples": [{"title": "One"}]}),
    "no examples": ("rule", {"examples": []}),
    "marks of one sign": ("rule", {"examples": [{"title": "One", "bad": "a", "marks": "*"}]}),
    "a team without a title": ("catalog", {"teams": [{"id": "writers"}]}),
    "an empty name to extend": ("catalog", {"extends": [""]}),
    "a source's name": ("sources", {"": {"A Study": SOURCES["a-study"]}}),
    "a source from another age": ("sources", {"a-study.year": 26}),
}  # fmt: skip


def _changed(schema: str, changes: dict[str, Any]) -> Any:
    data: Any = json.loads(json.dumps(SOUND[schema]))
    for path, value in changes.items():
        if not path:
            return value
        *way, last = path.split(".")
        part = data
        for step in way:
            part = part[int(step) if isinstance(part, list) else step]
        if value is GONE:
            del part[last]
        else:
            part[last] = value
    return data


def _check(schema: str, data: Any) -> tuple[Diagnostic, ...]:
    # A key a line, so that places mean something.
    result = yamlio.read(Source(f"{schema}.yaml", json.dumps(data, indent=1) + "\n"))
    assert result.tree is not None
    return schemas.check(f"{schema}.schema.json", result.tree)


@pytest.mark.parametrize("schema", SOUND)
def test_a_sound_file_has_no_problem(schema: str) -> None:
    assert written(_check(schema, SOUND[schema])) == "nothing\n"


@pytest.mark.parametrize("case", BROKEN)
def test_each_problem_has_a_place_and_help(case: str) -> None:
    found = _check(BROKEN[case][0], _changed(*BROKEN[case]))
    assert found, "the mistake of this case passes"
    for item in found:
        assert item.rule == "schema"
        assert item.span is not None
        assert item.span.end <= len(item.source.text)
        assert item.help, f"no help: {item.message}"
        assert "(?" not in item.message, "a regular expression of ours helps nobody"


def test_what_is_said_of_each_mistake() -> None:
    expect_golden(
        "schema-errors.txt",
        {
            case: written(_check(schema, _changed(schema, changes)))
            for case, (schema, changes) in BROKEN.items()
        },
    )


@given(
    st.sampled_from(["requires", "rules_as_of"]),
    st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3})?", fullmatch=True),
)
def test_a_number_that_is_no_version_is_told_how_to_become_one(key: str, number: str) -> None:
    def found(value: str) -> list[Diagnostic]:
        tree = yamlio.read(Source("guideline-kit.yaml", f"{key}: {value}\n")).tree
        assert tree is not None
        return list(schemas.check("config.schema.json", tree))

    (problem,) = found(number)
    proposed = re.findall(r'"[^"]+"', problem.help)
    assert bool(proposed) == ("is a number, and no version" in problem.message)
    assert proposed or re.search(r"(^|\.)0[0-9]", number), problem
    for text in proposed:
        assert found(text) == []


def test_many_mistakes_are_found_in_time() -> None:
    """What compares each item of a list with each takes minutes here."""
    many = [{"a": number} for number in range(5000)]
    start = time.monotonic()
    assert len(_check("rule", {**RULE, "related": many, "tags": [*many, *many]})) > 5000
    assert time.monotonic() - start < 10


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 2) | st.sampled_from([0.0, 1.0, 0.5, "", "a", "1"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2)
    ),
    max_leaves=6,
)


def _same(a: Any, b: Any) -> bool:
    """Whether two values are equal in JSON, compared part by part."""
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_same(a[key], b[key]) for key in a)
    return bool(a == b)


@given(st.lists(JSON, max_size=5))
def test_values_are_the_same_when_json_says_so(values: list[Any]) -> None:
    twice = any(_same(a, b) for at, a in enumerate(values) for b in values[:at])
    assert (first_error({"uniqueItems": True}, values) is not None) == twice
    assert first_error({"uniqueItems": False}, values) is None


# --- what our schemas promise --------------------------------------------------------------


def _properties(file: str, schema: Any, path: str = "") -> Iterator[tuple[str, str, Any]]:
    """Yield each property of a schema: its file, its path, and what is said of it."""
    if isinstance(schema, dict):
        for keyword in ("properties", "patternProperties"):
            # `if` asks what another property is; it describes nothing.
            if keyword in schema and not path.endswith("/if"):
                for name, about in schema[keyword].items():
                    yield file, f"{path}/{name}", about
        for key, part in schema.items():
            yield from _properties(file, part, f"{path}/{key}")
    elif isinstance(schema, list):
        for index, part in enumerate(schema):
            yield from _properties(file, part, f"{path}/{index}")


def _described(file: str, about: Any) -> bool:
    while "description" not in about and "$ref" in about:
        file, about = _target(file, about["$ref"])
    return bool(about.get("description", "").strip())


def _target(file: str, reference: str) -> tuple[str, Any]:
    other, _, pointer = reference.partition("#")
    if other:
        folder = file.rpartition("/")[0]
        while other.startswith("../"):
            other, folder = other[3:], folder.rpartition("/")[0]
        file = f"{folder}/{other}" if folder else other
    schema = load_all()[file]
    for step in filter(None, pointer.split("/")):
        schema = schema[step]
    return file, schema


@pytest.mark.parametrize("file", sorted(load_all()))
def test_every_property_is_described(file: str) -> None:
    found = list(_properties(file, load_all()[file]))
    assert found or file == "common.schema.json"
    silent = [path for _, path, about in found if not _described(file, about)]
    assert not silent, f"schemas/{file} says nothing of {', '.join(silent)}"


@pytest.mark.parametrize("file", sorted(load_all()))
def test_every_schema_of_ours_is_one(file: str) -> None:
    from jsonschema import Draft202012Validator

    schema = load_all()[file]
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == DIALECTS[0]
    assert schema["title"]
    assert schema["description"]


@pytest.mark.parametrize("file", sorted(load_all()))
def test_our_patterns_are_re2(file: str) -> None:
    def patterns(schema: Any) -> Iterator[str]:
        if isinstance(schema, dict):
            if isinstance(schema.get("pattern"), str):
                yield schema["pattern"]
            yield from schema.get("patternProperties", {})
            schema = list(schema.values())
        for part in schema if isinstance(schema, list) else ():
            yield from patterns(part)

    for text in patterns(load_all()[file]):
        re2.compile(text)


# --- schemas that entries bring ------------------------------------------------------------


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody open a connection, nor ask for an address."""

    def refuse(*arguments: object, **more: object) -> None:
        raise AssertionError("somebody wants to go to the network")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "https://schema.example/a"},
        {"$ref": "//schema.example/a"},
        {"$ref": "file:///etc/hostname"},
        {"$ref": "prompt.schema.json"},
        {"$ref": DIALECTS[0]},
        {"$dynamicRef": "https://schema.example/a#b"},
        {"$id": "https://schema.example/", "properties": {"a": {"$ref": "b"}}},
        {"$defs": {"a": {"allOf": [{"not": {"items": {"$ref": "http://a.example"}}}]}}},
        {"patternProperties": {"a": {"$ref": "http://a.example"}}},
    ],
    ids=json.dumps,
)
def test_a_schema_fetches_nothing(offline: None, schema: Any) -> None:
    assert "leads outside" in (schema_problem(schema) or "")
    for value in ({"a": 1}, [1], "a"):
        assert "leads outside" in (first_error(schema, value) or ""), "nothing fits such a schema"


@pytest.mark.parametrize("target", ["#/nowhere", "#no", "#"])
def test_a_reference_that_leads_nowhere_fits_nothing(offline: None, target: str) -> None:
    assert "can't be used" in (first_error({"$ref": target}, "a") or "")


LONG = "a" * 5000 + "!"
SLOW = "(a+)+$"


def _slow(dialect: str | None) -> dict[str, tuple[Any, Any]]:
    """Schemas with a pattern wherever one can stand, each with a value that is slow on `re`."""
    declared: dict[str, Any] = {"$schema": dialect} if dialect else {}
    pattern = {**declared, "pattern": SLOW}
    names = {**declared, "patternProperties": {SLOW: True}}
    two = {**names, "minProperties": 2}
    return {
        "pattern": (pattern, LONG),
        "in a property": ({**declared, "properties": {"a": pattern}}, {"a": LONG}),
        "in items": ({"items": {"properties": {"a": pattern}}}, [{"a": LONG}]),
        "behind a reference": ({"$ref": "#/$defs/a", "$defs": {"a": pattern}}, LONG),
        "behind an id": ({"$ref": "#/$defs/a", "$defs": {"a": {"$id": "b", **pattern}}}, LONG),
        "behind a dynamic reference": (
            {"$dynamicRef": "#a", "$defs": {"a": {"$dynamicAnchor": "a", **pattern}}},
            LONG,
        ),
        "in alternatives": ({"anyOf": [pattern, {"not": {**declared, "not": pattern}}]}, LONG),
        "in a condition": ({"if": pattern, "then": False, "else": False}, LONG),
        "in names of properties": ({**declared, "propertyNames": pattern}, {LONG: 1}),
        "in patternProperties": (two, {LONG: 1}),
        "in patternProperties of a property": ({"properties": {"a": two}}, {"a": {LONG: 1}}),
        "beside additionalProperties": ({**names, "additionalProperties": False}, {LONG: 1}),
        "beside unevaluatedProperties": ({**names, "unevaluatedProperties": False}, {LONG: 1}),
        "below unevaluatedProperties": (
            {"allOf": [names], "unevaluatedProperties": False},
            {LONG: 1},
        ),
    }  # fmt: skip


@pytest.fixture
def five_seconds() -> Iterator[None]:
    """Stop a test that would never end."""
    if not hasattr(signal, "setitimer"):
        pytest.skip("nothing can stop a pattern here")

    def late(*_: object) -> None:
        pytest.fail("a pattern ran on Python's re")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, 5)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("dialect", [None, *DIALECTS])
@pytest.mark.parametrize("where", _slow(None))
def test_a_pattern_can_not_hang(five_seconds: None, where: str, dialect: str | None) -> None:
    schema, value = _slow(dialect)[where]
    assert first_error(schema, value) is not None


@pytest.mark.parametrize("pattern", [r"\pL", r"^\p{Greek}+\z", r"(?i)a", "(" * 2000 + ")" * 2000])
def test_what_is_re2_is_a_pattern_whatever_python_thinks(pattern: str) -> None:
    try:
        re2.compile(pattern)
    except re2.error:
        pytest.skip("too deep for RE2")
    assert schema_problem({"pattern": pattern, "patternProperties": {pattern: {}}}) is None


@pytest.mark.parametrize("pattern", ["a(?=b)", r"(a)\1", "(", "[a", "a{2000}", "*"])
@pytest.mark.parametrize("keyword", ["pattern", "patternProperties"])
def test_what_is_not_re2_is_no_pattern(pattern: str, keyword: str) -> None:
    inner = {"pattern": pattern} if keyword == "pattern" else {"patternProperties": {pattern: {}}}
    problem = schema_problem({"items": {"not": inner}})
    assert problem is not None
    assert problem.startswith(f"the pattern {pattern!r} is not RE2: ")
    assert "b'" not in problem


@pytest.mark.parametrize(
    "schema",
    [{"type": "text"}, {"required": "a"}, {"properties": []}, {"minimum": "1"}, 3, "a", None],
    ids=json.dumps,
)
def test_what_is_no_schema_is_refused(schema: Any) -> None:
    assert schema_problem(schema)
    assert "can't be used" in (first_error(schema, 1) or "")


def test_a_deep_schema_and_a_deep_value_are_no_crash() -> None:
    schema: Any = {"type": "integer"}
    value: Any = "a"
    for _ in range(yamlio.MAX_DEPTH):
        schema, value = {"properties": {"a": schema}}, {"a": value}
    assert schema_problem(schema) is None
    assert "is not a whole number" in (first_error(schema, value) or "")
    for _ in range(3000):
        schema = {"not": schema}
    assert "too deep" in (schema_problem(schema) or "")


def test_references_that_branch_without_end_are_given_up_on() -> None:
    levels = {"l0": {"type": "object"}}
    for level in range(1, 40):
        levels[f"l{level}"] = {"allOf": [{"$ref": f"#/$defs/l{level - 1}"}] * 2}
    schema = {"$defs": levels, "$ref": "#/$defs/l39"}
    assert "steps" in (schemas.first_error(schema, {}) or "")
    # The bound holds for that schema alone: the next one has all its steps again.
    assert schemas.first_error({"items": {"type": "integer"}}, list(range(50_000))) is None
