"""References in front matter, as Prompty has them: `${file:sample.json}` and `${env:NAME}`.

What an environment holds is no business of ours, and a variable that is not set here may be
where the prompt runs. Files are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.formats.beside import Beside
from guideline_kit.formats.reading.complaints import complaint, missing, quoted
from guideline_kit.text import Source, Span
from guideline_kit.trees import Path, Tree

_REFERENCE = re.compile(r"\s*\$\{(?P<kind>file|env):(?P<name>[^{}]*)\}\s*\Z", re.IGNORECASE)
_MANY = 100  # files that one prompt names
_MOST = 2_000_000  # characters of all of them together; of more, nobody knows what it holds


class References(NamedTuple):
    """What the files hold that front matter names, by where it names them, and problems."""

    values: Mapping[Path, Any]
    problems: tuple[Diagnostic, ...]


def is_reference(value: Any) -> bool:
    """Whether a value stands for something else."""
    return isinstance(value, str) and _REFERENCE.match(value) is not None


def follow(
    tree: Tree, beside: Beside, *, plain: tuple[Path, ...] = (), below: bool = False
) -> References:
    """Look at the files that front matter names.

    The texts at the paths `plain` name a file without any sign. With `below`, only files below
    the prompt's own folder can be named.
    """
    values: dict[Path, Any] = {}
    problems: list[Diagnostic] = []
    left = _MOST
    for path, name in list(_named(tree, plain))[:_MANY]:
        span = tree.value_span(path)
        if below and _leaves(name):
            reason = "it leads out of the prompt's folder"
            problems.append(missing(tree.source, span, name, reason))
            continue
        looked = beside.look(name)
        if looked.reason:
            problems.append(missing(tree.source, span, name, looked.reason))
        elif looked.source is not None and len(looked.source.text) <= left:
            left -= len(looked.source.text)
            value, problem = _value(looked.source, name)
            values[path] = value
            if problem:
                problems.append(_broken(tree.source, name, problem, looked.source, span))
    return References(values, tuple(problems))


def _named(tree: Tree, plain: tuple[Path, ...]) -> Iterator[tuple[Path, str]]:
    for path in tree.places:
        value = tree.get(path)
        if not isinstance(value, str):
            continue
        found = _REFERENCE.match(value)
        if found and found["kind"].lower() == "file":
            yield path, found["name"].strip()
        elif not found and path in plain and value.strip() and "\n" not in value:
            yield path, value.strip()


def _leaves(name: str) -> bool:
    """Whether a path goes up further than it has gone down."""
    depth = 0
    for part in name.replace("\\", "/").split("/"):
        depth += -1 if part == ".." else part not in ("", ".")
        if depth < 0:
            return True
    return False


def _value(source: Source, name: str) -> tuple[Any, Diagnostic | None]:
    """Return what a file holds, by its name's ending, and what is wrong with it."""
    lower = name.lower()
    if lower.endswith(".json"):
        from guideline_kit.jsonio import read as read_json

        found = read_json(source)
    elif lower.endswith((".yaml", ".yml")):
        from guideline_kit.yamlio import read as read_yaml

        found = read_yaml(source)
    else:
        return source.text, None
    return found.tree.data if found.tree else None, next(iter(found.problems), None)


def _broken(
    source: Source, name: str, problem: Diagnostic, there: Source, span: Span
) -> Diagnostic:
    place = problem.position
    where = f", line {place.line}, column {place.column}" if place else ""
    return complaint(
        source,
        span,
        f"{quoted(name)} can't be used{where}: {problem.message}",
        f"Mend {there.name}",
    )
