"""Filling in the inputs of a prompt, to see what a model would get, or to send it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from guideline_kit.catalog import Entry
from guideline_kit.errors import CannotError
from guideline_kit.formats.catalog_prompt import read_catalog_prompt
from guideline_kit.project.entries import find_entry, is_path
from guideline_kit.project.opening import Project
from guideline_kit.project.values import Given, Value, collect
from guideline_kit.rendering import Job, render
from guideline_kit.report.filled import Filled
from guideline_kit.report.text import printable
from guideline_kit.trees import Read
from guideline_kit.workspace.files import is_file

_FEW = 8  # names in a message


def fill(project: Project, name: str, given: Given, standard_input: Callable[[], str]) -> Filled:
    """Return a prompt of the catalog, by its id or its file, with its inputs filled in.

    Raises CannotError, with all that is wrong with the values.
    """
    if is_path(name) and Path(name).suffix not in (".yaml", ".yml") and is_file(Path(name)):
        raise CannotError(
            f"{printable(name)} is no prompt of a catalog: it has no inputs to fill in",
            hint="Name the id of a prompt in the catalog, or its YAML file",
        )
    entry, _ = find_entry(project, "prompt", name, "rendered")
    declared: Mapping[str, Any] = entry.data.get("inputs", {})
    document = read_catalog_prompt(entry.source, Read(entry.tree))
    undeclared = {item.name for item in document.placeholders if item.name} - set(declared)
    values, problems = collect(given, declared, undeclared, standard_input)
    if given.case is not None:
        for key, value in _case(entry, *given.case).items():
            origin = f"{given.case[0].removesuffix('s')} {given.case[1]}"
            values.setdefault(key, Value(value, origin, said=False))
    empty = []
    lacking = []
    for key, about in declared.items():
        if key in values:
            continue
        own = _own(entry, key, about, given.standing_in)
        if own is not None:
            values[key] = own
        elif about.get("required") is False:
            empty.append(key)
        else:
            lacking.append(key)
    if problems or lacking:
        raise _refusal(entry, problems, lacking)
    messages = entry.data["template"]["messages"]
    job = Job(
        entry.data["template"]["engine"],
        [message["content"] for message in messages],
        {key: value.value for key, value in values.items()},
        empty,
    )
    (rendered,) = render([job])
    if rendered.error:
        raise _failure(entry, rendered.error, sorted(undeclared - set(values)))
    taken: dict[str, list[str]] = {}
    for key in sorted(values, key=[*declared, *values].index):
        if not values[key].said:
            taken.setdefault(values[key].origin, []).append(key)
    roles = (message["role"] for message in messages)
    return Filled(list(zip(roles, map(_whole, rendered.texts), strict=True)), taken, empty)


def _whole(text: str) -> str:
    """Return a text that can be written as UTF-8: half a surrogate pair becomes a sign for it."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


# --- values of the prompt itself -----------------------------------------------------------


def _case(entry: Entry, group: str, number: int) -> Mapping[str, Any]:
    """Return the inputs of an example or a test. Raises CannotError."""
    cases = entry.data.get(group, ())
    what = group.removesuffix("s")
    if not 1 <= number <= len(cases):
        have = f"{len(cases)} {group if len(cases) != 1 else what}" if cases else f"no {group}"
        raise CannotError(
            f"The prompt '{entry.id}' has {have}: there is no {what} {number}",
            hint="They are counted from 1" if cases else "Give values with --input NAME=VALUE",
        )
    found: Mapping[str, Any] = cases[number - 1].get("inputs", {})
    # What is optional may be left empty.
    return {name: value for name, value in found.items() if value is not None}


def _own(entry: Entry, name: str, about: Mapping[str, Any], standing_in: bool) -> Value | None:
    """Return the value that the prompt itself has for an input."""
    if standing_in and about.get("example") is not None:
        return Value(about["example"], "the examples of the inputs", said=False)
    if about.get("default") is not None:
        return Value(about["default"], "the defaults", said=False)
    if not standing_in or about.get("required") is False:
        return None
    for group in ("examples", "tests"):
        for number, case in enumerate(entry.data.get(group, ()), 1):
            value = case.get("inputs", {}).get(name)
            if value is not None:
                return Value(value, f"{group.removesuffix('s')} {number}", said=False)
    return None


# --- what can't be done --------------------------------------------------------------------


def _refusal(entry: Entry, problems: Sequence[str], lacking: Sequence[str]) -> CannotError:
    said = [*problems, *(f"'{name}' is required and not given" for name in lacking)]
    hint = f"Its inputs and their types stand in {entry.source.name}"
    if lacking:
        first = lacking[0]
        hint = (
            f"Give it with --input {first}=VALUE or --input-file {first}=PATH, or take the"
            " examples of the prompt for what is missing with --examples"
        )
    if len(said) == 1:
        return CannotError(f"The prompt '{entry.id}' can't be filled in: {said[0]}", hint=hint)
    lines = "".join(f"\n  - {text}" for text in said)
    return CannotError(f"The prompt '{entry.id}' can't be filled in:{lines}", hint=hint)


def _failure(entry: Entry, error: str, undeclared: Sequence[str]) -> CannotError:
    hint = f"Correct the template in {entry.source.name}"
    if undeclared:
        names = ", ".join(f"'{name}'" for name in undeclared[:_FEW])
        hint = (
            f"The template uses {names}, not declared under inputs: declare it there, or give"
            f" --input {undeclared[0]}=VALUE"
        )
    return CannotError(
        f"The template of '{entry.id}' can't be filled in: {printable(error)}", hint=hint
    )
