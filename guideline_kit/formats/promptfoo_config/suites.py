"""The tests of a promptfoo configuration, as catalog entries have them.

A test is an entry's if all that it gives is there to be read and our assertions say some of what
it expects.
"""

from __future__ import annotations

import copy
import fnmatch
import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from guideline_kit.formats.promptfoo_config.assertions import said, schema_of, written
from guideline_kit.formats.promptfoo_config.tests import is_generator
from guideline_kit.formats.writing.entries import Entry, line

# What keeps promptfoo from making one test of each item of a list.
EXPANDS_NOTHING = {"disableVarExpansion": True}

# What makes other values of a test's, or counts otherwise than all assertions together.
_CHANGES = ("assertScoringFunction", "providerOutput", "threshold")
_TRANSFORMS = ("postprocess", "transform", "transformVars")
_ELSEWHERE = re.compile(r"file://|package:")
_TEMPLATE = re.compile(r"\{[{%#]")
_TITLE = 100  # characters


class Suite(NamedTuple):
    """The tests of a configuration, and what holds for all of them.

    `defaults` are the values of variables, `shared` our assertions that each test has, `output` is
    what they say of the answer. `rest` is what of `defaultTest` is said in none of these but
    `defaults`. Of `changed` tests our assertions say nothing.
    """

    tests: Any
    defaults: Mapping[str, Any] = MappingProxyType({})
    shared: tuple[Entry, ...] = ()
    output: Mapping[str, Any] = MappingProxyType({})
    rest: Any = None
    changed: bool = False

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Suite:
        """Return the tests of a configuration."""
        tests, default = data.get("tests"), data.get("defaultTest")
        if default is None:
            return cls(tests, output=_output_of_tests(tests))
        values = default.get("vars", {}) if isinstance(default, Mapping) else None
        if not isinstance(values, dict) or _is_changed(default):
            return cls(tests, rest=default, changed=True)
        defaults = {key: item for key, item in values.items() if is_known(item)}
        changed = len(defaults) < len(values)
        output = _output(default) or _output_of_tests(tests)
        # Each test that is read here gets them; those in other files would go without.
        can_share = not changed and "scenarios" not in data and _are_here(tests)
        shared: list[Entry] = []
        others = []
        for item in _list(default.get("assert")):
            found = said(item, output.get("schema"))
            whole = found.assertions if found and found.whole else ()
            if whole and all(_is_of_output(one, output) for one in whole):
                continue
            if whole and can_share:
                shared += whole
            else:
                others.append(item)
        rest = {key: item for key, item in default.items() if key != "assert"}
        if others or not isinstance(default.get("assert", []), list):
            rest["assert"] = others or default["assert"]
        return cls(tests, defaults, tuple(shared), output, rest, changed)

    def names_of(self, about: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the names by which tests choose a prompt, if they choose any."""
        if not any(isinstance(item, Mapping) and "prompts" in item for item in _list(self.tests)):
            return ()
        names = about.get("id"), about.get("label", about.get("raw"))
        return tuple(name for name in names if isinstance(name, str))

    def tests_of(self, names: tuple[str, ...]) -> tuple[list[Entry], Any]:
        """Return the tests of a prompt, and those that stay as they are: in part, or as a whole."""
        if not isinstance(self.tests, list):
            return [], self.tests
        tests, in_part, unsaid = [], [], []
        for item in self.tests:
            if isinstance(item, Mapping) and isinstance(item.get("prompts"), list):
                if not _is_one_of(names, item["prompts"]):
                    continue
                item = {key: value for key, value in item.items() if key != "prompts"}
            found = self.test(item)
            if found is None:
                unsaid.append(self._on_its_own(item))
                continue
            test, whole = found
            tests.append(test)
            if not whole:
                in_part.append(self._on_its_own(item))
        # Nobody changes two of them at once.
        return tests, copy.deepcopy([*in_part, *unsaid])

    def _on_its_own(self, test: Any) -> Any:
        """Return a test with the assertions that are not said of all tests any more."""
        if not self.shared or _skips_defaults(test):
            return test
        schema = self.output.get("schema")
        shared = [item for one in self.shared if (item := written(one, schema)) is not None]
        return {**test, "assert": [*shared, *_list(test.get("assert"))]}

    def test(self, test: object) -> tuple[Entry, bool] | None:
        """Return a test as an entry has it, and whether that is all there is to it."""
        values = test.get("vars", {}) if isinstance(test, Mapping) else None
        if not isinstance(test, Mapping) or not isinstance(values, dict):
            return None
        if self.changed or _is_changed(test):
            return None
        lists = test.get("options") == EXPANDS_NOTHING
        if not all(is_known(item, lists=lists) for item in values.values()):
            return None
        known = {"assert", "description", "vars"}
        if lists and any(isinstance(item, list) for item in values.values()):
            known.add("options")
        whole = test.keys() <= known
        asserted = [] if _skips_defaults(test) else [dict(item) for item in self.shared]
        for item in _list(test.get("assert")):
            found = said(item, self.output.get("schema"))
            whole = whole and found is not None and found.whole
            asserted += found.assertions if found else ()
        if not asserted and not _skips_defaults(test) and self.output.get("format") == "json":
            kind = "matches-schema" if "schema" in self.output else "valid-json"
            asserted = [{"type": kind}]
        if not asserted:
            return None
        described = test.get("description")
        title = line(described) if isinstance(described, str) else ""
        whole = whole and ("description" not in test or title == described)
        entry: Entry = {"title": title or _title(values)}
        if values:
            entry["inputs"] = values
        return {**entry, "assert": asserted}, whole


def _title(values: Mapping[str, Any]) -> str:
    """Return a title for a test that has none: what is given to it."""
    named = (
        f"{name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for name, value in values.items()
    )
    words = line(", ".join(named) or "With nothing given")
    return words if len(words) <= _TITLE else f"{words[: _TITLE - 1].rstrip()}…"


def _is_changed(test: Mapping[str, Any]) -> bool:
    """Whether something in a test makes its assertions say something else."""
    options = test.get("options")
    return any(key in test for key in (*_CHANGES, "$ref", "<<")) or (
        isinstance(options, Mapping) and any(key in options for key in _TRANSFORMS)
    )


def _skips_defaults(test: Mapping[str, Any]) -> bool:
    options = test.get("options")
    return isinstance(options, Mapping) and bool(options.get("disableDefaultAsserts"))


def _is_one_of(names: tuple[str, ...], listed: list[Any]) -> bool:
    """Whether one of these names is in a list, in which `*` stands for any part of one."""
    patterns = [item for item in listed if isinstance(item, str)]
    return any(fnmatch.fnmatchcase(name, item) for name in names for item in patterns)


def is_known(value: Any, *, lists: bool = False) -> bool:
    """Whether a variable has the value that stands in the file.

    Of a list promptfoo makes one test an item, and what looks like a template it fills in.
    """
    if isinstance(value, str):
        return not (_ELSEWHERE.match(value) or _TEMPLATE.search(value))
    return value is not None and (lists or not isinstance(value, list))


def _output(default: Mapping[str, Any]) -> Entry:
    """Return what the assertions of all tests say of the answer."""
    output: Entry = {}
    for item in _list(default.get("assert")):
        if not isinstance(item, Mapping) or not item.keys() <= {"type", "value"}:
            continue
        if item.get("type") == "is-json" and "format" not in output:
            schema = schema_of(item.get("value"))
            if schema is not None:
                output = {"format": "json", "schema": schema, **output}
            elif item.get("value") in (None, ""):
                output = {"format": "json", **output}
        elif item.get("type") == "word-count" and "max_words" not in output:
            found = said(item)
            most = found.assertions[0]["value"] if found else 0
            if most > 0:
                output["max_words"] = most
    return {"format": "text", **output} if output else {}


def _output_of_tests(tests: Any) -> Entry:
    """Return what the answer is if each test says the same of it."""
    outputs = [_output(test) for test in _list(tests) if isinstance(test, Mapping)]
    first = outputs[0] if outputs else {}
    same = len(outputs) == len(_list(tests)) and all(item == first for item in outputs)
    return first if same and first.get("format") == "json" else {}


def _are_here(tests: Any) -> bool:
    """Whether all tests stand in the file."""
    return isinstance(tests, list) and all(
        isinstance(item, Mapping) and not is_generator(item) for item in tests
    )


def _is_of_output(assertion: Entry, output: Mapping[str, Any]) -> bool:
    """Whether the output says what an assertion says."""
    kind = assertion["type"]
    if kind == "max-words":
        return bool(assertion["value"] == output.get("max_words"))
    return bool(kind == ("matches-schema" if "schema" in output else "valid-json"))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
