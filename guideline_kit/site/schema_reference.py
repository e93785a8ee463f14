"""JSON Schemas as tables: each property with its description, type and limits.

Schemas are named by their path below the schemas folder: `rule.schema.json`,
`kinds/terms.schema.json`.
"""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from guideline_kit.site.encode import anchor

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Schema = Mapping[str, Any]
    Schemas = Mapping[str, Schema]

ENDING = ".schema.json"
_MAX_REFERENCES = 8
_LIMITS = {
    "minLength": "{} characters or more",
    "maxLength": "{} characters or fewer",
    "minimum": "{} or more",
    "maximum": "{} or less",
    "minItems": "{} items or more",
    "maxItems": "{} items or fewer",
    "minProperties": "{} properties or more",
    "pattern": "matches {}",
    "format": "format {}",
}


@dataclass(frozen=True, slots=True)
class Value:
    """One allowed value, and what it stands for, where the description says so."""

    value: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Definition:
    """What a property refers to: a schema, and the name of a definition in it, "" for all."""

    schema: str
    name: str


@dataclass(frozen=True, slots=True)
class Property:
    """One property. `path` is dotted; `[]` stands for each item, `*` for any name."""

    path: str
    anchor: str
    type: str
    required: bool
    description: str
    values: tuple[Value, ...]
    limits: tuple[str, ...]
    definition: Definition | None

    @property
    def plain_values(self) -> bool:
        """Whether there are allowed values, and nothing is said about any of them."""
        return bool(self.values) and not any(value.meaning for value in self.values)

    @property
    def depth(self) -> int:
        """How deep it is nested; 0 at the top."""
        return self.path.count(".")


def page_name(schema_name: str) -> str:
    """Return how a schema is called: rule for rule.schema.json, terms for kinds/terms..."""
    return posixpath.basename(schema_name).removesuffix(ENDING)


def check_kinds(schemas: Schemas) -> list[str]:
    """Return the kinds of check that a rule can have, in the order of the schema."""
    rule = schemas[f"rule{ENDING}"]
    names = rule["$defs"]["check"]["properties"]["kind"]["enum"]
    return [name for name in names if kind_schema(name) in schemas]


def kind_schema(kind: str) -> str:
    """Return the name of the schema with the parameters of a kind of check."""
    return f"kinds/{kind}{ENDING}"


def properties(schemas: Schemas, name: str) -> list[Property]:
    """Return the properties of a schema, each before those inside it."""
    return list(_walk(schemas, name, schemas[name], "", (Definition(name, ""),)))


def definitions(schemas: Schemas, name: str) -> list[Property]:
    """Return the shared definitions of a schema."""
    return [
        replace(_describe(schemas, name, node, key, required=False), anchor=f"def-{anchor(key)}")
        for key, node in schemas[name].get("$defs", {}).items()
    ]


def choices(schema: Schema) -> list[str]:
    """Return, as sentences, which properties a schema wants some of but not all."""
    sentences = []
    for keyword, words in (("oneOf", "exactly one of"), ("anyOf", "at least one of")):
        names = [name for branch in schema.get(keyword, ()) for name in branch.get("required", ())]
        if names:
            sentences.append(f"Give {words} these: {', '.join(names)}.")
    return sentences


def meanings(description: str, values: list[str]) -> dict[str, str]:
    """Return what a description says about each value: `low: an annoyance. high: harm.`

    Also understood are `low (the default): an annoyance.` and `low is an annoyance; high is
    harm`. A description that does not speak of every value in one of these ways explains none.
    """
    names = "|".join(re.escape(value) for value in sorted(values, key=len, reverse=True))
    if not names:
        return {}
    found = dict(
        re.findall(
            rf"(?:^|(?<=[.;] ))({names})(?: \([^)]*\))?: (.*?)(?=[.;]?$|[.;] (?:{names})[^:]*: )",
            description,
        )
    )
    if set(found) != set(values):
        found = dict(re.findall(rf"(?:^|(?<=; ))({names}) (.*?)(?=[.;]?$|; )", description))
    return found if set(found) == set(values) else {}


def resolve(schemas: Schemas, name: str, node: Schema) -> tuple[str, Schema]:
    """Follow the `$ref` of a node: the schema where it leads, and what stands there.

    What the node says beside the reference takes precedence.
    """
    for _ in range(_MAX_REFERENCES):
        if "$ref" not in node:
            break
        file, _, pointer = node["$ref"].partition("#")
        if file:
            name = posixpath.normpath(posixpath.join(posixpath.dirname(name), file))
        target: Any = schemas[name]
        for step in pointer.split("/")[1:]:
            target = target[step]
        own = {key: value for key, value in node.items() if key != "$ref"}
        node = {**target, **own}
    return name, node


def _walk(
    schemas: Schemas, name: str, schema: Schema, prefix: str, inside: tuple[Definition, ...]
) -> Iterator[Property]:
    """Yield the properties of a schema; `inside` is what stands around it, from the top."""
    nodes = {**schema.get("properties", {}), **schema.get("patternProperties", {})}
    if isinstance(schema.get("additionalProperties"), dict):
        nodes["*"] = schema["additionalProperties"]
    for key, node in nodes.items():
        required = key in schema.get("required", ())
        yield from _property(schemas, name, node, f"{prefix}{key}", required, inside)


def _property(
    schemas: Schemas,
    name: str,
    node: Schema,
    path: str,
    required: bool,
    inside: tuple[Definition, ...],
) -> Iterator[Property]:
    yield _describe(schemas, name, node, path, required=required)
    entered = _enter(schemas, name, node, inside)
    if entered and entered[1].get("type") == "array":
        where, whole, inside = entered
        path += "[]"
        entered = _enter(schemas, where, whole.get("items", {}), inside)
    if entered:
        where, whole, inside = entered
        yield from _walk(schemas, where, whole, f"{path}.", inside)


def _enter(
    schemas: Schemas, name: str, node: Schema, inside: tuple[Definition, ...]
) -> tuple[str, Schema, tuple[Definition, ...]] | None:
    """Follow the reference of a node, or return None where the page links to it instead.

    That is so for what stands in another file, which has a page of its own, and for a schema
    that refers to itself.
    """
    definition = _definition(name, node)
    if definition and (definition.schema != name or definition in inside):
        return None
    return (*resolve(schemas, name, node), (*inside, definition) if definition else inside)


def _describe(schemas: Schemas, name: str, node: Schema, path: str, *, required: bool) -> Property:
    definition = _definition(name, node)
    where, whole = resolve(schemas, name, node)
    description = str(whole.get("description", ""))
    item = whole
    one = _one_of_several(whole)
    if one is not None:
        definition = definition or _definition(where, one)
        _, item = resolve(schemas, where, one)
    values = [_text(value) for value in item.get("enum", ())]
    explained = meanings(description, values)
    return Property(
        path=path,
        anchor="prop-" + re.sub("-+", "-", anchor(path.replace("*", "any"))).strip("-"),
        type=_type(schemas, where, whole),
        required=required,
        description=_without(description, explained),
        values=tuple(Value(value, explained.get(value, "")) for value in values),
        limits=() if definition else tuple(_limits(whole)),
        definition=definition,
    )


def _one_of_several(node: Schema) -> Schema | None:
    """Return what each item of a list is, also where one may stand without a list around it."""
    if node.get("type") == "array":
        found: Schema = node.get("items", {})
        return found
    branches = [branch.get("items", branch) for branch in node.get("oneOf", ())]
    same = "type" not in node and all(branch == branches[0] for branch in branches)
    return branches[0] if branches and same else None


def _limits(node: Schema) -> Iterator[str]:
    for key, words in _LIMITS.items():
        if key in node and key.startswith("min") and key != "minimum" and node[key] == 1:
            yield "not empty"
        elif key in node:
            yield words.format(_text(node[key]))
    if node.get("uniqueItems"):
        yield "each once"


def _definition(name: str, node: Schema) -> Definition | None:
    if "$ref" not in node:
        return None
    file, _, pointer = node["$ref"].partition("#")
    folder = posixpath.dirname(name)
    schema = posixpath.normpath(posixpath.join(folder, file)) if file else name
    return Definition(schema, pointer.removeprefix("/$defs/"))


def _type(schemas: Schemas, name: str, node: Schema) -> str:
    """Return the type in words: text, list of text, true or false, one of the values."""
    if "const" in node:
        return f"always {_text(node['const'])}"
    if "enum" in node:
        return "one of the values"
    if "oneOf" in node and "type" not in node:
        branches = [resolve(schemas, name, branch) for branch in node["oneOf"]]
        return " or ".join(dict.fromkeys(_type(schemas, *branch) for branch in branches))
    if node.get("type") == "array":
        where, item = resolve(schemas, name, node.get("items", {}))
        inner = _type(schemas, where, item)
        return f"list of {_PLURALS.get(inner, inner)}"
    types = node.get("type", "any value")
    types = [types] if isinstance(types, str) else types
    return " or ".join(_WORDS.get(one, one) for one in types)


_WORDS: Mapping[str, str] = {
    "string": "text",
    "integer": "whole number",
    "boolean": "true or false",
    "object": "mapping",
}
_PLURALS: Mapping[str, str] = {
    "text": "texts",
    "mapping": "mappings",
    "any value": "values of any type",
    "whole number": "whole numbers",
    "one of the values": "the values",
}


def _without(description: str, explained: Mapping[str, str]) -> str:
    """Return the description up to the explanations of the values, which stand apart.

    Which value is the default is said among them, and kept.
    """
    if not explained:
        return description
    names = "|".join(re.escape(value) for value in explained)
    value = rf"(?:^|(?<=[.;] ))({names})"
    first = re.search(rf"{value}(?: \([^)]*\))?: ", description)
    default = re.search(rf"{value} \(the default\): ", description)
    before = description[: first.start()].strip() if first else ""
    return f"{before} Default: {default[1]}.".lstrip() if default else before


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
