"""Knows `schemas/`: loads the JSON Schemas, and turns what they object to into words.

jsonschema is given a closed registry, so a schema can't fetch anything, and RE2 behind
`pattern` and `patternProperties`, so that one can't hang. It takes a while to import, so it
is imported when first used.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator, Mapping
from typing import Any

import re2

from guideline_kit import resources
from guideline_kit.diagnostics import Diagnostic, Severity
from guideline_kit.text import Span
from guideline_kit.yamlio import Path, Tree

_BASE = "file:///schemas/"


@functools.cache
def load_all() -> Mapping[str, Any]:
    """Return all schemas by their path below `schemas/`: 'rule.schema.json' and so on."""
    return {name: json.loads(text) for name, text in resources.read_schemas().items()}


@functools.cache
def _regex(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options)


@functools.cache
def _toolbox() -> tuple[Any, Any]:
    """Return the validator class, and the registry of our schemas."""
    import jsonschema
    from jsonschema import Draft202012Validator, validators
    from referencing import Registry, Resource

    def pattern(validator: Any, wanted: str, value: Any, schema: Any) -> Iterator[Any]:
        if isinstance(value, str) and not _regex(wanted).search(value):
            yield jsonschema.ValidationError(f"{value!r} does not match {wanted!r}")

    def pattern_properties(
        validator: Any, wanted: Mapping[str, Any], value: Any, schema: Any
    ) -> Iterator[Any]:
        if not isinstance(value, dict):
            return
        for text, subschema in wanted.items():
            for key, item in value.items():
                if _regex(text).search(key):
                    yield from validator.descend(item, subschema, path=key, schema_path=text)

    def additional_properties(
        validator: Any, wanted: Any, value: Any, schema: Any
    ) -> Iterator[Any]:
        if not isinstance(value, dict):
            return
        patterns = schema.get("patternProperties", {})
        for key, item in value.items():
            if key in schema.get("properties", {}):
                continue
            if any(_regex(text).search(key) for text in patterns):
                continue
            if wanted is False:
                yield jsonschema.ValidationError(f"{key!r} is not a known key", path=[key])
            elif wanted is not True:
                yield from validator.descend(item, wanted, path=key)

    checker = validators.extend(
        Draft202012Validator,
        {
            "pattern": pattern,
            "patternProperties": pattern_properties,
            "additionalProperties": additional_properties,
        },
    )
    registry: Any = Registry()
    registry = registry.with_resources(
        (_BASE + name, Resource.from_contents(schema)) for name, schema in load_all().items()
    )
    return checker, registry


@functools.cache
def _validator(name: str) -> Any:
    checker, registry = _toolbox()
    return checker({"$ref": f"{_BASE}{name}"}, registry=registry)


@functools.lru_cache(maxsize=256)
def _free_validator(schema: str) -> Any:
    """Return a validator for a schema that an entry brings; it can refer to nothing else."""
    from referencing import Registry

    checker, _ = _toolbox()
    return checker(json.loads(schema), registry=Registry())


def schema_problem(schema: Any) -> str | None:
    """Return why a schema that an entry brings is not one, or None."""
    import jsonschema
    from jsonschema import Draft202012Validator

    try:
        Draft202012Validator.check_schema(schema)
    except jsonschema.SchemaError as error:
        return error.message
    if _outside_reference(schema):
        return f"the reference {_outside_reference(schema)!r} leads outside"
    for text in _patterns(schema):
        try:
            _regex(text)
        except re2.error as error:
            return f"the pattern {text!r} is not RE2: {error}"
    return None


def _outside_reference(schema: Any) -> str | None:
    if isinstance(schema, dict):
        for key in ("$ref", "$dynamicRef"):
            target = schema.get(key)
            if isinstance(target, str) and not target.startswith("#"):
                return target
        parts: Any = schema.values()
    elif isinstance(schema, list):
        parts = schema
    else:
        return None
    return next(filter(None, map(_outside_reference, parts)), None)


def _patterns(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("pattern"), str):
            yield schema["pattern"]
        if isinstance(schema.get("patternProperties"), dict):
            yield from schema["patternProperties"]
        for part in schema.values():
            yield from _patterns(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _patterns(part)


def first_error(schema: Any, value: Any) -> str | None:
    """Return why a value does not fit a schema that an entry brings, or None if it does.

    A schema that can't be used (see `schema_problem`) fits nothing.
    """
    problem = schema_problem(schema)
    if problem:
        return f"its schema can't be used: {problem}"
    from jsonschema.exceptions import best_match
    from referencing.exceptions import Unresolvable

    try:
        error = best_match(_free_validator(json.dumps(schema)).iter_errors(value))
    except (Unresolvable, RecursionError) as failure:
        return f"its schema can't be used: {failure}"
    if error is None:
        return None
    place = ".".join(map(str, error.absolute_path))
    return f"at {place}: {_words(error)}" if place else _words(error)


def check(name: str, tree: Tree) -> tuple[Diagnostic, ...]:
    """Return what a schema of ours objects to in a file, each with its place."""
    found: dict[tuple[Span, str], Diagnostic] = {}
    for error in _leaves(_validator(name).iter_errors(tree.data)):
        diagnostic = _diagnostic(error, tree)
        if diagnostic.span is not None:
            found.setdefault((diagnostic.span, diagnostic.message), diagnostic)
    return tuple(found.values())


def _leaves(errors: Any) -> Iterator[Any]:
    """Yield the errors that say something: of alternatives, those of the nearest branch."""
    for error in errors:
        if error.validator in ("anyOf", "oneOf") and error.context and not all(
            part.validator == "required" for part in error.context
        ):
            branches: dict[Any, list[Any]] = {}
            for part in error.context:
                branches.setdefault(part.schema_path[0], []).append(part)
            nearest = min(branches.values(), key=lambda parts: (
                any(part.validator in ("type", "const") and not part.path for part in parts),
                len(parts),
            ))  # fmt: skip
            yield from _leaves(nearest)
        else:
            yield error


def _diagnostic(error: Any, tree: Tree) -> Diagnostic:
    path: Path = tuple(error.absolute_path)
    name = ".".join(map(str, path)) or "the file"
    help = ""
    if error.validator in ("additionalProperties", "unevaluatedProperties"):
        if error.validator == "unevaluatedProperties":
            unknown = _unknown_keys(error)
            path = (*path, unknown[0]) if unknown else path
        key = str(path[-1]) if path else ""
        span = tree.key_span(path)
        message = f"The key '{key}' is not known here"
        known = sorted(_known_keys(error))
        near = nearest(key, known)
        help = f"Did you mean '{near}'?" if near else f"Known keys: {', '.join(known)}"
    elif error.validator == "required":
        missing = [key for key in error.validator_value if key not in error.instance]
        message = f"The key '{missing[0]}' is missing" + (f" in {name}" if path else "")
        for key in missing:
            # jsonschema gives an error for each missing key; its words name the one meant.
            if f"'{key}'" in error.message:
                message = f"The key '{key}' is missing" + (f" in {name}" if path else "")
        description = _description(error.schema, message.split("'")[1])
        help = f"Add it: {description}" if description else "Add it"
        span = tree.key_span(path) if path else tree.key_span(_first(tree))
    else:
        message = f"{name[:1].upper()}{name[1:]}: {_words(error)}" if path else _words(error)
        span = tree.value_span(path)
        if error.validator in ("enum", "const"):
            span = tree.value_span(path)
            allowed = error.validator_value if error.validator == "enum" else [error.validator_value]
            near = nearest(str(error.instance), [str(item) for item in allowed])
            help = f"Did you mean '{near}'?" if near else ""
        elif error.schema.get("description"):
            help = error.schema["description"]
        if error.validator == "propertyNames" or (
            error.parent is not None and error.parent.validator == "propertyNames"
        ):
            span = tree.key_span((*path, str(error.instance)))
    return Diagnostic("schema", Severity.ERROR, message, tree.source, span, help=help)


def _first(tree: Tree) -> Path:
    return (next(iter(tree.data)),) if isinstance(tree.data, dict) and tree.data else ()


def _unknown_keys(error: Any) -> list[str]:
    return [key for key in error.instance if f"'{key}'" in error.message]


def _known_keys(error: Any) -> set[str]:
    known = set(error.schema.get("properties", {}))
    if error.validator == "unevaluatedProperties" and isinstance(error.instance, dict):
        kind = error.instance.get("kind")
        known |= set(load_all().get(f"kinds/{kind}.schema.json", {}).get("properties", {}))
    return known


def _description(schema: Mapping[str, Any], key: str) -> str:
    about = schema.get("properties", {}).get(key, {})
    return str(about.get("description", "")).split(". ")[0]


_TYPES = {"object": "a mapping", "array": "a list", "string": "text", "integer": "a whole number",
          "number": "a number", "boolean": "true or false", "null": "empty"}  # fmt: skip


def _words(error: Any) -> str:
    """Say what a schema objects to, in words for the author of the file."""
    value, wanted = error.instance, error.validator_value
    shown = json.dumps(value, ensure_ascii=False, default=str)
    shown = shown if len(shown) <= 60 else f"{shown[:57]}..."
    match error.validator:
        case "type":
            names = [wanted] if isinstance(wanted, str) else wanted
            return f"{shown} is not {' or '.join(_TYPES.get(name, name) for name in names)}"
        case "enum":
            return f"{shown} is not one of {', '.join(map(str, wanted))}"
        case "const":
            return f"{shown} is not {wanted}"
        case "pattern":
            return f"{shown} does not have the right form (it must match {wanted})"
        case "minLength" | "minItems" | "minProperties":
            return f"too short: at least {wanted}"
        case "maxLength" | "maxItems" | "maxProperties":
            return f"too long: at most {wanted}"
        case "minimum":
            return f"{shown} is less than {wanted}"
        case "maximum":
            return f"{shown} is more than {wanted}"
        case "uniqueItems":
            return "the same value stands here twice"
        case "oneOf" | "anyOf":
            keys = [key for part in wanted for key in part.get("required", ())]
            if keys:
                joined = " or ".join(f"'{key}'" for key in keys)
                given = [key for key in keys if isinstance(value, dict) and key in value]
                if error.validator == "oneOf" and len(given) > 1:
                    return f"only one of {joined} can stand here"
                return f"one of the keys {joined} is missing"
    return str(error.message)


def nearest(name: str, known: list[str]) -> str | None:
    """Return the known name that is most like a name, if any is."""
    import difflib

    found = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    return found[0] if found else None
