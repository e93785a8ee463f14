"""Whether the parameters that a configuration gives a rule fit the rule's kind."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from guideline_kit.diagnostics import Diagnostic, Severity
from guideline_kit.rules import compact
from guideline_kit.text import Span
from guideline_kit.workspace import cache

if TYPE_CHECKING:
    from guideline_kit.trees import Path, Tree

_BRIEF = 60  # characters of a pattern that a message shows


def unfit(
    tree: Tree,
    path: Path,
    data: Mapping[str, Any],
    parameters: Mapping[str, Any],
    *,
    cached: bool = True,
) -> list[Diagnostic]:
    """Return why parameters, which stand at a path, don't fit the kind of a rule."""
    if "kind" in parameters:
        return [
            problem(
                tree,
                (*path, "kind"),
                f"the kind of '{data['id']}' can't be changed",
                "Take it out; another kind is another rule",
            )
        ]
    check = {**data["check"], **parameters}
    name = cache.key([json.dumps(check, sort_keys=True)])
    if cached and cache.load("fits", name) is True:
        return []  # to ask jsonschema takes longer than to check a hundred prompts
    found = _held_against_schema(tree, path, check)
    if not found:
        found = _held_against_re2(tree, path, {**data, "check": check})
    if not found and cached:
        cache.store("fits", name, value=True)
    return found


def _held_against_schema(tree: Tree, path: Path, check: Mapping[str, Any]) -> list[Diagnostic]:
    """Hold the check of a rule, with what a configuration has at a path, against its schema.

    All of it: one parameter can rule out another one.
    """
    from guideline_kit import schemas
    from guideline_kit.trees import Tree

    # A tree of the check, in which the parameters stand where the configuration has them.
    places = {
        place[len(path) :]: about
        for place, about in tree.places.items()
        if place[: len(path)] == path
    }
    mixed = Tree(tree.source, dict(check), places)
    return list(schemas.check("rule.schema.json#/$defs/check", mixed))


def _held_against_re2(tree: Tree, path: Path, data: Mapping[str, Any]) -> list[Diagnostic]:
    from guideline_kit.rules import BadPatternError

    try:
        compact(data)
    except BadPatternError as error:
        # Where it stands; what is made of several values stands nowhere.
        path = next((place for place in tree.places if _is(tree, place, path, error.pattern)), path)
        message = f"the pattern {brief(error.pattern)!r} is not RE2: {brief(str(error))}"
        help = "Write it without look-around and backreferences, and shorter where it is long"
        return [problem(tree, path, message, help)]
    return []


def _is(tree: Tree, place: Path, path: Path, text: str) -> bool:
    """Whether a place below a path has a text."""
    return place[: len(path)] == path and tree.get(place) == text


def brief(text: str) -> str:
    """Return the beginning of a text."""
    return text if len(text) <= _BRIEF else f"{text[: _BRIEF - 1]}…"


def problem(tree: Tree, path: Path, message: str, help: str) -> Diagnostic:
    """Return an error about a place in a configuration file."""
    place = tree.place(path)
    # The key says which rule it is about; of a list, and of one value, the value does.
    keyed = path in tree.places and place.key is not None and "rules" in path[:-1]
    keyed = keyed or (len(path) > 1 and path[-2] in ("ignore", "rules", "rules_as_of"))
    span: Span = tree.key_span(path) if keyed else tree.value_span(path)
    return Diagnostic(
        "configuration", Severity.ERROR, sentence(message), tree.source, span, help=help
    )


def sentence(text: str) -> str:
    """Return a text with a capital letter."""
    return text[:1].upper() + text[1:]
