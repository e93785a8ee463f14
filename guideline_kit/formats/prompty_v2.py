"""Prompty, version 2: `.prompty` files with `model.id` and inputs that have a `kind`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, ValuesView
from typing import Any

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.documents import Document, Input, Parameter
from guideline_kit.formats.beside import Beside
from guideline_kit.formats.prompty.parts import (
    TYPES,
    Said,
    Version,
    read_inputs,
    read_prompty,
    read_settings,
)
from guideline_kit.formats.reading.complaints import complaint, shown
from guideline_kit.formats.reading.inputs import declared
from guideline_kit.formats.reading.references import References, is_reference
from guideline_kit.formats.reading.role_lines import Roles
from guideline_kit.formats.writing.entries import KEPT, Entry
from guideline_kit.text import Source
from guideline_kit.trees import Path, Tree

# Its documentation has "arbitrary properties" there.
KEPT_AT = ("metadata", KEPT)

_ROLES = Roles(
    {"system": "system", "developer": "system", "user": "user", "assistant": "assistant"},
    late=False,
)
_INPUTS: tuple[Path, ...] = (("inputs",), ("inputSchema", "properties"))
# Keys of version 1, and what says the same in version 2.
_TOP = {
    "sample": "the 'default' of each input",
    "authors": "'metadata.authors'",
    "tags": "'metadata.tags'",
    "version": "'metadata.version'",
}
_MODEL = {
    "api": "'model.apiType'",
    "configuration": "'model.connection'",
    "parameters": "'model.options'",
    "response": "",
}
_OPTIONS = {
    "max_tokens": "maxOutputTokens",
    "max_completion_tokens": "maxOutputTokens",
    "top_p": "topP",
    "top_k": "topK",
    "frequency_penalty": "frequencyPenalty",
    "presence_penalty": "presencePenalty",
    "stop": "stopSequences",
}


def read(source: Source, beside: Beside) -> Document:
    """Read a Prompty file of version 2 as far as it can be read; never raises."""
    return read_prompty(source, beside, _VERSION)


def entries(document: Document) -> list[Entry]:
    """Return the prompt as an entry."""
    from guideline_kit.formats.prompty.as_entries import entries_of

    fields = dict(document.fields)
    # The names that they had before version 2 was done.
    for old, key in (("inputSchema", "inputs"), ("outputSchema", "outputs")):
        schema = fields.get(old)
        if key not in fields and isinstance(schema, dict) and "properties" in schema:
            fields[key] = schema["properties"]
            rest = {name: value for name, value in schema.items() if name != "properties"}
            del fields[old]
            fields |= {old: rest} if rest not in ({}, {"type": "object"}) else {}
    return entries_of(document, fields)


def write(entry: Mapping[str, Any], kept: Mapping[str, Any] | None) -> str:
    """Return a prompt's file."""
    from guideline_kit.formats.prompty import writing

    return writing.write(entry, kept)


def _understand(tree: Tree, files: References) -> Said:
    return Said(
        inputs=_inputs(tree, files),
        elsewhere=frozenset(_bound(tree)),
        parameters=tuple(_parameters(tree)),
        problems=tuple(_problems(tree)),
    )


def _inputs(tree: Tree, files: References) -> tuple[Input, ...] | None:
    for path in _INPUTS:
        value = tree.get(path)
        if is_reference(value):
            return _inputs_of_file(files.values.get(path), tree, path)
        found = read_inputs(tree, path)
        if found is not None:
            return found
    return None


def _inputs_of_file(value: Any, tree: Tree, path: Path) -> tuple[Input, ...] | None:
    """Return inputs that another file declares; they stand where this one names it."""
    span = tree.value_span(path)
    if isinstance(value, dict):
        return tuple(declared(str(name), span, "text", required=False) for name in value)
    if isinstance(value, list):
        named = [item for item in value if isinstance(item, dict) and "name" in item]
        return tuple(declared(str(item["name"]), span, "text", required=False) for item in named)
    return None


def _bound(tree: Tree) -> Iterator[str]:
    """Yield the inputs that tools are handed."""
    tools = tree.get(("tools",))
    listed = tools.values() if isinstance(tools, dict) else tools
    for tool in listed if isinstance(listed, list | ValuesView) else ():
        bindings = tool.get("bindings") if isinstance(tool, dict) else None
        if isinstance(bindings, dict):
            bindings = list(bindings.values())
        for binding in bindings if isinstance(bindings, list) else ():
            name = binding.get("input") if isinstance(binding, dict) else binding
            if isinstance(name, str):
                yield name


def _parameters(tree: Tree) -> Iterator[Parameter]:
    for path in (("model",), ("model", "id")):
        value = tree.get(path)
        if isinstance(value, str) and not is_reference(value):
            yield Parameter("model", value, tree.value_span(path))
    for item in read_settings(tree, ("model", "options")):
        if item.name != "additionalProperties":
            yield item
    yield from read_settings(tree, ("model", "options", "additionalProperties"))


# --- what version 2 passes over or refuses ---------------------------------------------------


def _problems(tree: Tree) -> Iterator[Diagnostic]:
    for key, instead in _TOP.items():
        if key in tree.data:
            yield _old(tree, (key,), instead)
    model = tree.get(("model",))
    for key, instead in _MODEL.items():
        if isinstance(model, dict) and key in model:
            yield _old(tree, ("model", key), instead)
    options = tree.get(("model", "options"))
    for key, name in _OPTIONS.items():
        if isinstance(options, dict) and key in options:
            yield _old(tree, ("model", "options", key), f"'{name}'")
    template = tree.get(("template",))
    if isinstance(template, str) and not is_reference(template):
        yield complaint(
            tree.source,
            tree.value_span(("template",)),
            "'template' is a text, as in Prompty v1: v2 refuses the file",
            f"Write 'template: {{format: {{kind: {shown(template)}}}, parser: {{kind: prompty}}}}'",
        )
    for path in _INPUTS:
        yield from _input_problems(tree, path)


def _old(tree: Tree, path: Path, instead: str) -> Diagnostic:
    return complaint(
        tree.source,
        tree.key_span(path),
        f"'{path[-1]}' is a key of Prompty v1, which v2 passes over",
        f"Use {instead}" if instead else "Remove it",
    )


def _input_problems(tree: Tree, path: Path) -> Iterator[Diagnostic]:
    value = tree.get(path)
    if isinstance(value, dict):
        for name, about in value.items():
            yield from _property_problems(
                tree, (*path, name), f"The input '{shown(str(name))}'", about
            )
    for number, about in enumerate(value if isinstance(value, list) else ()):
        here = (*path, number)
        if not isinstance(about, dict) or not isinstance(about.get("name"), str):
            yield complaint(
                tree.source,
                tree.value_span(here),
                "An input in a list needs a 'name'",
                "Write '- name: question', and its kind below",
            )
        else:
            yield from _property_problems(tree, here, f"The input '{shown(about['name'])}'", about)


def _property_problems(tree: Tree, path: Path, what: str, about: Any) -> Iterator[Diagnostic]:
    if isinstance(about, list):
        yield complaint(
            tree.source,
            tree.key_span(path),
            f"{what} is a list: Prompty v2 refuses the file",
            "Write 'kind: array' and 'default:' with the list below its name",
        )
    if not isinstance(about, dict):
        return
    if "kind" not in about:
        old = about.get("type")
        known = isinstance(old, str) and old.lower() in TYPES
        yield complaint(
            tree.source,
            tree.key_span((*path, "type")) if "type" in about else _name_span(tree, path),
            f"{what} has no 'kind', and Prompty v2 refuses the file",
            f"Write 'kind: {old}' instead of 'type'"
            if known
            else "Add 'kind: string', or what it is",
        )
    if "sample" in about:
        yield _old(tree, (*path, "sample"), "'default'")


def _name_span(tree: Tree, path: Path) -> Any:
    named = (*path, "name")
    return tree.value_span(named) if named in tree.places else tree.key_span(path)


_VERSION = Version("prompty-v2", _ROLES, _understand, below=True)
