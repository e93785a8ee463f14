"""Which variables the tests of a promptfoo configuration give to its prompts.

Nobody declares them. But where all tests stand in the file, a name that none of them gives is
empty in every prompt: then they are as good as a declaration.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from guideline_kit.documents import Input, Placeholder
from guideline_kit.formats.promptfoo_config.tests import is_generator, sections
from guideline_kit.text import Span
from guideline_kit.trees import Tree

# What else fills something in, or makes tests.
_OTHERS = ("redteam", "extensions", "plugins", "strategies")
# What some assertions look at, by its name.
_LOOKED_AT = frozenset(("query", "context"))
_MANY = 20  # variables that nothing speaks of: then it is likelier that we don't see what does
# What a template asks about, or has something else for, may be missing.
_OPTIONAL = re.compile(r"\{%|.*(?:\|\s*d(?:efault)?\b|\b(?:or|if)\b)", re.DOTALL)
_WORD = re.compile(r"\w+")
# Programs, and other files, which may use any variable.
_OUT_OF_SIGHT = re.compile(r"\w://|\b(?:exec|package|python|javascript|golang|ruby)\b|\.[jt]s\b")


class Variables(NamedTuple):
    """Where each variable is given first; `unmentioned` are those that nothing else speaks of."""

    given: Mapping[str, Span]
    unmentioned: frozenset[str]

    @classmethod
    def of(cls, tree: Tree, *, inline: bool) -> Variables | None:
        """Return them, or None where more may come from elsewhere.

        `inline` says that all prompts stand in the file.
        """
        if any(key in tree.data for key in _OTHERS) or not _is_complete(tree):
            return None
        given: dict[str, Span] = {}
        counts: Counter[str] = Counter()
        for section in sections(tree):
            values = tree.get((*section, "vars"))
            if values is None:
                continue
            if not isinstance(values, Mapping) or "<<" in values or "$ref" in values:
                return None
            for name in values:
                counts[name] += 1
                given.setdefault(name, tree.key_span((*section, "vars", name)))
        if not given:
            return None
        unmentioned = frozenset[str]()
        text = tree.source.text
        if inline and not _OUT_OF_SIGHT.search(text):
            words = Counter(_WORD.findall(text))
            unmentioned = frozenset(
                name for name in given if words[name] == counts[name] and name not in _LOOKED_AT
            )
        return cls(given, unmentioned if len(unmentioned) <= _MANY else frozenset())

    def inputs(self, placeholders: Iterable[Placeholder]) -> tuple[Input, ...]:
        """Return the inputs of a prompt.

        A variable is one of them if the prompt uses it, or if nothing in the file does: it may
        be meant for another prompt, or for what judges the answer.
        """
        names = set(self.unmentioned)
        optional: dict[str, Input] = {}
        for item in placeholders:
            if item.name in self.given:
                names.add(item.name)
            elif item.name and _OPTIONAL.match(item.text):
                optional[item.name] = Input(item.name, item.span, required=False)
        inputs = [*(Input(name, self.given[name]) for name in names), *optional.values()]
        return tuple(sorted(inputs, key=lambda item: item.span))


def _is_complete(tree: Tree) -> bool:
    """Whether all tests stand in the file, as they are."""
    default, tests = tree.get(("defaultTest",)), tree.get(("tests",))
    scenarios = tree.get(("scenarios",))
    if default is not None and not isinstance(default, Mapping):
        return False
    places = [tests, scenarios]
    if isinstance(scenarios, list):
        for scenario in scenarios:
            if isinstance(scenario, Mapping):
                places += scenario.get("config"), scenario.get("tests")
    for place in places:
        if place is not None and not isinstance(place, list):
            return False
        for item in place or ():
            if not isinstance(item, Mapping) or is_generator(item):
                return False
    for section in sections(tree):
        test = tree.get(section)
        options = test.get("options")
        if "<<" in test or "$ref" in test or "transformVars" in test:
            return False
        if isinstance(options, Mapping) and ("transformVars" in options or "<<" in options):
            return False
    return bool(tests or scenarios)
