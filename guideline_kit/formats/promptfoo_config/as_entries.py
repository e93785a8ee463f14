"""The prompts of a promptfoo configuration as catalog entries, with the tests of each.

What an entry has no field for stays in `x-promptfoo`, in the shape that it has in the file. So
does a test of which our assertions don't say all: it is written again as long as the entry says
the same.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from guideline_kit.documents import Document
from guideline_kit.formats.promptfoo_config.prompts import prompts
from guideline_kit.formats.promptfoo_config.suites import Suite
from guideline_kit.formats.writing.entries import (
    Entry,
    declared,
    described,
    line,
    own_ids,
    plain_text,
    template,
)
from guideline_kit.formats.writing.metadata import without_kept
from guideline_kit.trees import Tree

EXTRA = "x-promptfoo"
# It gives back what it is given, and stands where nobody has named a model.
NO_MODEL = ["echo"]

_SAID = ("defaultTest", "metadata", "prompts", "tests")
_NAMED_LIKE_OTHERS = re.compile(r"[._-]?promptfooconfig[._-]?", re.IGNORECASE)
_TYPES = {bool: "boolean", int: "integer", float: "number", list: "list", dict: "object"}


def entries(document: Document) -> list[Entry]:
    """Return the prompts that stand in a configuration as entries; those for a judge are none."""
    tree = document.tree
    if tree is None or not isinstance(tree.data, dict):
        return []
    suite = Suite.of(tree.data)
    tests_of = functools.cache(suite.tests_of)
    found = []
    for number, (part, about) in enumerate(_parts(document, tree), 1):
        entry = _described(document, part, about, number)
        engine = "nunjucks" if part.placeholders or part.template_error else "none"
        entry["template"] = template(part, engine)
        inputs = declared(part, engine)
        if suite.output:
            entry["output"] = dict(suite.output)
        tests, others = tests_of(suite.names_of(about))
        if inputs:
            entry["inputs"] = {
                name: _input(name, item, suite.defaults, tests) for name, item in inputs.items()
            }
        if tests:
            entry["tests"] = tests
        extra = _extra(tree.data, about, _rest(suite, entry), others)
        if extra:
            entry[EXTRA] = extra
        found.append(entry)
    return own_ids(found)


def _parts(document: Document, tree: Tree) -> Iterator[tuple[Document, Mapping[str, Any]]]:
    """Yield each prompt that stands in the file, with what the file says of it."""
    listed = tree.data.get("prompts")
    parts = iter(document.parts)
    for number, prompt in enumerate(prompts(tree)):
        if prompt.texts:
            part = next(parts, None)
            if part is None:
                return
            about = listed[number] if isinstance(listed, list) else None
            if any(message.text.text.strip() for message in part.messages):
                yield part, about if isinstance(about, Mapping) else {}


def _described(document: Document, part: Document, about: Mapping[str, Any], number: int) -> Entry:
    path = PurePosixPath(document.source.name)
    file = _NAMED_LIKE_OTHERS.sub("", path.stem) or path.parent.name or "prompt"
    id = plain_text(about.get("id")) if "raw" in about else ""
    name = id or part.name or (file if number == 1 else f"{file} {number}")
    text = plain_text(document.fields.get("description"))
    return described(name, title=part.name, description=text)


def _input(name: str, about: Entry, defaults: Mapping[str, Any], tests: list[Entry]) -> Entry:
    """Return an input with what is known of its values."""
    values = [defaults[name]] if name in defaults else []
    values += (test["inputs"][name] for test in tests if name in test.get("inputs", {}))
    kinds = {_TYPES.get(type(value), about["type"]) for value in values}
    more = {"default": defaults[name]} if name in defaults else {}
    return {**about, **({"type": kinds.pop()} if len(kinds) == 1 else {}), **more}


def _rest(suite: Suite, entry: Entry) -> Any:
    """Return what of `defaultTest` an entry does not say."""
    if not isinstance(suite.rest, Mapping) or not suite.defaults:
        return suite.rest
    said = {name for name, about in entry.get("inputs", {}).items() if "default" in about}
    values = {key: item for key, item in suite.rest["vars"].items() if key not in said}
    rest = {key: item for key, item in suite.rest.items() if key != "vars"}
    return {**({"vars": values} if values else {}), **rest}


def _extra(data: Mapping[str, Any], about: Mapping[str, Any], rest: Any, others: Any) -> Entry:
    """Return what an entry has no field for."""
    extra = {key: item for key, item in data.items() if key not in _SAID}
    if isinstance(extra.get("description"), str):
        del extra["description"]
    if extra.get("providers") == NO_MODEL:
        del extra["providers"]
    label = about.get("label")
    own = {key: item for key, item in about.items() if key not in ("raw", "label")}
    if isinstance(label, str) and line(label) != label:
        own["label"] = label
    if "raw" in about and own.get("id") == described(plain_text(own.get("id")))["id"]:
        del own["id"]
    if own:
        extra["prompts"] = [own]
    if rest not in (None, {}):
        extra["defaultTest"] = rest
    if others not in (None, []):
        extra["tests"] = others
    metadata = without_kept(data.get("metadata"))
    if metadata and isinstance(metadata, Mapping):
        extra["metadata"] = metadata
    return extra
