"""Values that examples and tests give to a prompt, against the inputs that it declares."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from guideline_kit.checks import Match
from guideline_kit.checks.contract.answers import cases, none_of, whole_number
from guideline_kit.diagnostics import Edit, Fix, Safety
from guideline_kit.documents import Document
from guideline_kit.schemas import nearest
from guideline_kit.trees import Path, Tree

_FEW = 4  # names in a message
# Looking for a name that is like another one takes a while, and a prompt with a hundred unknown
# names has no slips in it.
_GUESSES = 20
_COMPARED = 50
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def _given(tree: Tree) -> Iterator[tuple[str, Path, Mapping[str, Any]]]:
    """Yield the inputs that examples and tests give, with whose they are and their path."""
    for group in ("examples", "tests"):
        for path, case in cases(tree, group):
            given = case.get("inputs")
            if given is None or isinstance(given, dict):
                yield group.removesuffix("s"), (*path, "inputs"), given or {}


def unknown(document: Document, tree: Tree) -> Iterator[Match]:
    """Yield the inputs of examples and tests that the prompt does not declare."""
    declared = tree.get(("inputs",))
    if declared is not None and not isinstance(declared, dict):
        return
    names = list(declared or ())
    # A placeholder that is not declared is another rule's business.
    known = {*names, *(placeholder.name for placeholder in document.placeholders)}
    guesses = _GUESSES if len(names) <= _COMPARED else 0
    for where, path, given in _given(tree):
        for name in given:
            if name in known:
                continue
            guesses -= 1
            span = tree.key_span((*path, name))
            near = nearest(name, names) if guesses >= 0 else None
            fix = None
            if near is not None and near not in given and document.source.slice(span) == name:
                fix = Fix(f"Rename it to {near}", (Edit(span, near),), Safety.SUGGESTION)
            reason = f"perhaps '{near}' is meant" if near else f"its inputs are {_few(names)}"
            yield Match(
                span,
                {
                    "name": name,
                    "match": name,
                    "where": where,
                    "reason": reason if names else "it has none",
                },
                fix,
            )


def missing(document: Document, tree: Tree) -> Iterator[Match]:
    """Yield the examples and tests that lack a required input."""
    required = [item.name for item in document.inputs or () if item.required]
    for where, path, given in _given(tree):
        lacking = list(islice((name for name in required if name not in given), _FEW))
        if lacking:
            # The key `inputs` where there is one, else the line where the case begins.
            span = tree.key_span(path if path in tree.places else path[:-1])
            names = " and ".join(f"'{name}'" for name in lacking)
            values = {"name": names, "match": document.source.slice(span), "where": where}
            yield Match(span, {**values, "reason": "it is not given"})


def _few(names: list[str]) -> str:
    return ", ".join(names[:_FEW]) + ", …" * (len(names) > _FEW)


def _values(tree: Tree) -> Iterator[tuple[Mapping[str, Any], str, Path, Any]]:
    """Yield each value of an input: the input's declaration, whose value it is, its path, and
    the value."""
    declared = tree.get(("inputs",))
    if not isinstance(declared, dict):
        return
    for name, about in declared.items():
        for field in ("default", "example"):
            if isinstance(about, dict) and about.get(field) is not None:
                yield about, f"input's {field}", ("inputs", name, field), about[field]
    for where, path, given in _given(tree):
        for name, value in given.items():
            about = declared.get(name)
            # What is optional may be left empty.
            if isinstance(about, dict) and (value is not None or _required(about)):
                yield about, where, (*path, name), value


def _required(about: Mapping[str, Any]) -> bool:
    return about.get("required") is not False and "default" not in about


def _match(tree: Tree, where: str, path: Path, value: Any, reason: str) -> Match:
    collection = isinstance(value, dict | list)
    span = tree.key_span(path) if collection else tree.value_span(path)
    name = path[-1] if path[0] != "inputs" else path[1]
    values = {"name": str(name), "where": where, "match": tree.source.slice(span)}
    return Match(span, {**values, "reason": reason})


def off_type(document: Document, tree: Tree) -> Iterator[Match]:
    """Yield the values that are not of the type that their input declares."""
    for about, where, path, value in _values(tree):
        reason = _not_of_type(about.get("type"), value)
        if reason:
            yield _match(tree, where, path, value, reason)


_WHAT = {str: "a text", bool: "true or false", int: "a number", float: "a number",
         list: "a list", dict: "a mapping"}  # fmt: skip


def _not_of_type(kind: Any, value: Any) -> str:
    """Return why a value is not of an input's type, or nothing."""
    what = f"it is {_WHAT.get(type(value), 'empty')}"
    number = isinstance(value, int | float) and not isinstance(value, bool)
    match kind:
        case "text" | "document" | "line" | "date" if not isinstance(value, str):
            return f"{what}; quote it" if isinstance(value, int | float) else what
        case "line" if "\n" in value.strip():
            return "it has several lines"
        case "date" if not _is_date(value):
            return "it is no day of the form YYYY-MM-DD"
        case "integer" if not number:
            return what
        case "integer" if isinstance(value, float) and not value.is_integer():
            return "it is no whole number"
        case "number" if not number:
            return what
        case "boolean" if not isinstance(value, bool):
            return what
        case "list" if not isinstance(value, list):
            return what
        case "object" if not isinstance(value, dict):
            return what
    return ""


def _is_date(value: str) -> bool:
    try:
        return bool(_DATE.fullmatch(value)) and bool(datetime.date.fromisoformat(value))
    except ValueError:
        return False


def off_choices(document: Document, tree: Tree) -> Iterator[Match]:
    """Yield the values that are none of the choices of their input."""
    known: dict[int, frozenset[str]] = {}  # of each declaration: comparing one by one takes long
    for about, where, path, value in _values(tree):
        choices = about.get("choices")
        if not isinstance(choices, list) or not choices:
            continue
        allowed = known.get(id(about)) or frozenset(map(_key, choices))
        known[id(about)] = allowed
        if not _is_chosen(value, allowed):
            yield _match(tree, where, path, value, none_of(choices))


def _is_chosen(value: Any, allowed: frozenset[str]) -> bool:
    """Return whether a value is one of the keys of choices, or a list of several of them."""
    several = isinstance(value, list) and bool(value) and allowed.issuperset(map(_key, value))
    return several or _key(value) in allowed


def _key(value: Any) -> str:
    """Return a text that is the same for values that are equal in JSON."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, sort_keys=True)


def too_long(document: Document, tree: Tree) -> Iterator[Match]:
    """Yield the values that are longer than their input allows."""
    for about, where, path, value in _values(tree):
        reason = _beyond(about, value)
        if reason:
            yield _match(tree, where, path, value, reason)


def _beyond(about: Mapping[str, Any], value: Any) -> str:
    """Return why a value is longer than its input allows, or nothing."""
    most = whole_number(about.get("max_characters"))
    # The line break at the end of a block in YAML is nobody's text.
    length = len(value.rstrip("\n")) if isinstance(value, str) else 0
    if most is not None and length > most:
        return f"{length:,} characters, and {most:,} are allowed"
    return ""


def objection(about: Mapping[str, Any], value: Any) -> str:
    """Return why a value can't be given to an input, or nothing; `about` is its declaration."""
    reason = _not_of_type(about.get("type"), value)
    if reason:
        return reason
    choices = about.get("choices")
    if (
        isinstance(choices, list)
        and choices
        and not _is_chosen(value, frozenset(map(_key, choices)))
    ):
        return none_of(choices)
    return _beyond(about, value)
