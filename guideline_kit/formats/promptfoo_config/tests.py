"""The tests of a promptfoo configuration: what they give to the prompts, and expect of answers."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from guideline_kit.documents import Case
from guideline_kit.formats.promptfoo_config.files import Reference, is_reference
from guideline_kit.formats.promptfoo_config.prompts import Once, Prompt, prompt_at
from guideline_kit.formats.reading.chats import said
from guideline_kit.trees import Path, Tree

_MOST = 1000  # cases of one scenario: each of its rows is tried with each of its tests


def sections(tree: Tree) -> Iterator[Path]:
    """Yield where there is something about tests: one, or what holds for many."""
    if isinstance(tree.get(("defaultTest",)), Mapping):
        yield ("defaultTest",)
    yield from _mappings(tree, ("tests",))
    for scenario in _mappings(tree, ("scenarios",)):
        yield from _mappings(tree, (*scenario, "config"))
        yield from _mappings(tree, (*scenario, "tests"))


def elsewhere(tree: Tree) -> Iterator[Reference]:
    """Yield the files that tests are in."""
    for key in ("tests", "defaultTest", "scenarios"):
        value = tree.get((key,))
        paths = [(key, number) for number in range(len(value))] if isinstance(value, list) else []
        for path in ((key,), *paths):
            name = tree.get(path)
            if isinstance(name, str) and is_reference(name):
                yield Reference(name, tree.value_span(path))


def cases(tree: Tree) -> Iterator[Case]:
    """Yield the tests, each with what is given to it by default."""
    default = variables(tree.get(("defaultTest",)))
    for path in _mappings(tree, ("tests",)):
        test = tree.get(path)
        if not is_generator(test):
            yield _case(tree, path, test, variables(test), default)
    for scenario in _mappings(tree, ("scenarios",)):
        rows = list(_mappings(tree, (*scenario, "config")))
        tests = list(_mappings(tree, (*scenario, "tests")))
        pairs = ((row, test) for row in rows or [()] for test in tests or [()])
        for row, path in islice(pairs, _MOST):
            test = tree.get(path) if path else {}
            given = variables(test), variables(tree.get(row) if row else {}), default
            yield _case(tree, path or row or scenario, test, *given)


def _case(tree: Tree, path: Path, test: Mapping[str, Any], *given: dict[str, Any]) -> Case:
    title = test.get("description")
    return Case(
        tree.value_span(path),
        ChainMap(*given),  # what many tests have by default is not copied for each
        test.get("assert"),
        title if isinstance(title, str) else "",
    )


def variables(test: object) -> dict[str, Any]:
    """Return the variables of a test that stand in the file."""
    given = test.get("vars") if isinstance(test, Mapping) else None
    return given if isinstance(given, dict) else {}


def is_generator(test: object) -> bool:
    """Whether what stands in the place of a test names a program that makes some."""
    return isinstance(test, Mapping) and "path" in test and "vars" not in test


def rubrics(tree: Tree) -> Iterator[Prompt]:
    """Yield the prompts for a judge that tests bring along, each once."""
    once = Once(tree)
    for section in sections(tree):
        yield from _rubric(tree, (*section, "options", "rubricPrompt"), once)
        for assertion in _mappings(tree, (*section, "assert")):
            yield from _rubric(tree, (*assertion, "rubricPrompt"), once)
            # Several assertions as one.
            for inner in _mappings(tree, (*assertion, "assert")):
                yield from _rubric(tree, (*inner, "rubricPrompt"), once)


def _rubric(tree: Tree, path: Path, once: Once) -> Iterator[Prompt]:
    value = tree.get(path)
    if isinstance(value, str):
        yield prompt_at(tree, path, once)
    elif isinstance(value, list) and once.is_new(path):
        texts = ((item.role, tree.text(item.path)) for item in said(value, path))
        yield Prompt(tuple((role, text) for role, text in texts if text is not None))


def _mappings(tree: Tree, path: Path) -> Iterator[Path]:
    """Yield where the mappings of a list are, or the one that stands in its place."""
    value = tree.get(path)
    if isinstance(value, Mapping):
        yield path
    elif isinstance(value, list):
        for number, item in enumerate(value):
            if isinstance(item, Mapping):
                yield (*path, number)
