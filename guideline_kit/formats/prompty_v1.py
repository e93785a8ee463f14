"""Prompty, version 1: `.prompty` files with `model.configuration` and `sample`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.documents import Case, Document, Input, Parameter
from guideline_kit.formats.beside import ALONE, Beside
from guideline_kit.formats.prompty.parts import (
    Said,
    Version,
    read_inputs,
    read_prompty,
    read_settings,
)
from guideline_kit.formats.reading.complaints import complaint
from guideline_kit.formats.reading.inputs import declared
from guideline_kit.formats.reading.references import References, is_reference
from guideline_kit.formats.reading.role_lines import Roles
from guideline_kit.formats.writing.entries import Entry
from guideline_kit.text import Source
from guideline_kit.trees import Tree

_ROLES = Roles(
    {
        "system": "system",
        "user": "user",
        "assistant": "assistant",
        # Promptflow, which reads these files as well, says tool for it.
        **dict.fromkeys(("function", "tool", "tools"), "tool"),
    },
    late=True,
)
_MODEL = ("azure_deployment", "deployment_name", "model", "model_name", "name")

# --- which version -------------------------------------------------------------------------

_FRONT = re.compile(
    r"\s*(?:---|\+\+\+)[ \t]*[\r\n](.*?)(?:(?<![^\r\n])(?:---|\+\+\+)|\Z)", re.DOTALL
)
_TOP = re.compile(r"(?<![^\r\n])(?P<key>[A-Za-z]+)[ \t]*:[ \t]*(?P<value>[^\r\n#]*)")
_BELOW = re.compile(r"(?<![^\r\n])(?P<indent>[ \t]+)(?P<key>[A-Za-z]+)[ \t]*:")
_IN_BRACES = re.compile(r"[{,]\s*(?P<key>[A-Za-z]+)\s*:")
_LIST = re.compile(r"\s*(?:\[|-[ \t])")
_OLD = frozenset(("sample", "authors", "tags", "version"))
_NEW = frozenset(("displayName", "metadata", "tools", "inputSchema", "outputSchema"))
_OLD_MODEL = frozenset(("api", "configuration", "parameters", "response"))
_NEW_MODEL = frozenset(("id", "provider", "apiType", "options"))


def is_one(path: str, text: str) -> bool:  # noqa: ARG001
    """Whether a Prompty file is of this version, by keys that only one of the two has."""
    found = _FRONT.match(text)
    if found is None:
        return False
    front = found[1]
    tops = list(_TOP.finditer(front))
    ends = [top.start() for top in tops[1:]] + [len(front)] * bool(tops)
    inside = {
        top["key"]: front[top.start("value") : end] for top, end in zip(tops, ends, strict=True)
    }
    values = {top["key"]: top["value"].strip() for top in tops}
    # How the model is written tells most; a key of the other version is then a mistake.
    if "model" in inside:
        keys = _keys(inside["model"])
        if keys & _NEW_MODEL:
            return False
        if keys & _OLD_MODEL:
            return True
        if keys or values["model"][:1] not in ("", "$"):
            return False
    template = values.get("template", "none")
    if inside.keys() & _NEW or _LIST.match(inside.get("inputs", "")) or template[:1] in ("", "{"):
        return False
    return bool(inside.keys() & _OLD) or "template" in inside


def _keys(block: str) -> set[str]:
    """Return the keys of a mapping, those in mappings inside of it left out."""
    if block.lstrip().startswith("{"):
        return {found["key"] for found in _IN_BRACES.finditer(block)}
    found = list(_BELOW.finditer(block))
    return {item["key"] for item in found if item["indent"] == found[0]["indent"]}


# --- reading -------------------------------------------------------------------------------


def read(source: Source, beside: Beside) -> Document:
    """Read a Prompty file of version 1 as far as it can be read; never raises."""
    return read_prompty(source, beside, _VERSION)


def entries(document: Document) -> list[Entry]:
    """Return the prompt as an entry, in which stands what version 2 says for it."""
    from guideline_kit.formats.prompty.as_entries import entries_of
    from guideline_kit.formats.prompty.migration import migrated
    from guideline_kit.formats.writing.history import with_threads

    sample = document.cases[0].inputs if document.cases else {}
    fields, rest = migrated(document.fields, sample)
    text, threads = with_threads(document.source.text)
    if threads:
        document = read(Source(document.source.name, text), ALONE)
        names = dict.fromkeys(item.name for item in document.placeholders if item.name)
        inputs = fields.setdefault("inputs", {name: {"kind": "string"} for name in names})
        for name in threads:
            said = inputs.get(name, {})
            inputs[name] = {key: said[key] for key in said if key != "items"} | {"kind": "thread"}
    found = entries_of(document, fields)
    for entry in found if rest else ():
        entry["x-prompty-v1"] = rest
    return found


def _understand(tree: Tree, files: References) -> Said:
    value = tree.get(("sample",))
    sample = value if isinstance(value, dict) else files.values.get(("sample",))
    sample = sample if isinstance(sample, dict) else {}
    inputs = read_inputs(tree, ("inputs",), sample)
    known = tuple(_samples(tree, sample))
    if "inputs" not in tree.data and known:
        inputs, known = known, ()
    return Said(
        inputs=inputs,
        known=known,
        unread=tree.value_span(("sample",)) if isinstance(value, str) and not sample else None,
        parameters=tuple(_parameters(tree)),
        cases=(Case(tree.value_span(("sample",)), sample),) if sample else (),
        problems=tuple(_problems(tree)),
    )


def _samples(tree: Tree, sample: Mapping[str, Any]) -> Iterator[Input]:
    """Yield the variables that have a sample: callers may leave them out."""
    for name, value in sample.items():
        path = ("sample", name)
        # Where they are in another file, they stand where this one names it.
        span = tree.key_span(path) if path in tree.places else tree.value_span(("sample",))
        yield declared(str(name), span, required=False, sample=value)


def _parameters(tree: Tree) -> Iterator[Parameter]:
    settings = tree.get(("model", "configuration"))
    for name in _MODEL:
        if isinstance(settings, dict) and isinstance(settings.get(name), str):
            path = ("model", "configuration", name)
            yield Parameter("model", settings[name], tree.value_span(path))
            break
    yield from read_settings(tree, ("model", "parameters"), model=_MODEL)


def _problems(tree: Tree) -> Iterator[Diagnostic]:
    if isinstance(tree.get(("inputs",)), list):
        yield complaint(
            tree.source,
            tree.key_span(("inputs",)),
            "'inputs' is a list, as in Prompty v2, and other keys are of v1: the file is refused",
            "Write each input as 'name:', and its type below",
        )
    sample = tree.get(("sample",))
    if sample is not None and not isinstance(sample, dict | str) and not is_reference(sample):
        yield complaint(
            tree.source,
            tree.value_span(("sample",)),
            "'sample' has neither values for the inputs nor names a file that has",
            "Write a value for each input, or ${file:sample.json}",
        )


_VERSION = Version("prompty-v1", _ROLES, _understand, plain=(("sample",),))
