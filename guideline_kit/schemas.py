"""Knows `schemas/`: loads the JSON Schemas, and turns what they object to into words.

jsonschema is given a closed registry, so a schema can't fetch anything, and RE2 behind
`pattern` and `patternProperties`, so that one can't hang. It takes a while to import, so it
is imported when first used.
"""

from __future__ import annotations

import datetime
import functools
import json
import math
import posixpath
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

import re2

from guideline_kit import resources
from guideline_kit.diagnostics import Diagnostic, Severity
from guideline_kit.text import Source, Span

if TYPE_CHECKING:
    from guideline_kit.trees import Path, Tree

_BASE = "file:///schemas/"
_STEPS = 100_000
_OBJECTIONS = 20
HOW_TO_WRITE_ONE = "Write a JSON Schema (2020-12) that refers to no other, with RE2 patterns"


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
    from referencing import Registry
    from referencing.jsonschema import DRAFT202012

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
                error = jsonschema.ValidationError(f"{key!r} is not a known key")
                error.path.append(key)
                yield error
            elif wanted is not True:
                yield from validator.descend(item, wanted, path=key)

    def unique_items(validator: Any, wanted: Any, value: Any, schema: Any) -> Iterator[Any]:
        # jsonschema's own compares each mapping with each: minutes for a few thousand.
        if wanted and isinstance(value, list) and len(set(map(_hashable, value))) < len(value):
            yield jsonschema.ValidationError("the same value stands here twice")

    checker = validators.extend(  # type: ignore[no-untyped-call]
        Draft202012Validator,
        {
            "pattern": pattern,
            "patternProperties": pattern_properties,
            "additionalProperties": additional_properties,
            "uniqueItems": unique_items,
        },
    )
    evolve = checker.evolve

    def counted(validator: Any, **changes: Any) -> Any:
        # jsonschema makes a validator for each part of a schema that it holds a value against.
        _budget.spend()
        return evolve(validator, **changes)

    checker.evolve = counted
    registry: Any = Registry()
    registry = registry.with_resources(
        (_BASE + name, DRAFT202012.create_resource(_undeclared(schema)))
        for name, schema in load_all().items()
    )
    return checker, registry


class _TooManyStepsError(Exception):
    pass


class _Budget:
    """How many parts of schemas may still be held against values.

    A few lines of references that branch can ask for more steps than there is time.
    """

    def __init__(self) -> None:
        self.left = math.inf

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise _TooManyStepsError


_budget = _Budget()


def _hashable(value: Any) -> Any:
    """Return something that is equal for values that are equal in JSON: 1 and 1.0, not true."""
    if isinstance(value, dict):
        return (dict, frozenset((key, _hashable(item)) for key, item in value.items()))
    if isinstance(value, list):
        return (list, tuple(map(_hashable, value)))
    return (bool, value) if isinstance(value, bool) else value


def _undeclared(schema: Any) -> Any:
    """Return a schema without its `$schema`.

    Where jsonschema meets that key it goes on with a validator of its own choice, one that
    runs patterns on `re`.
    """
    if isinstance(schema, dict):
        return {
            key: _undeclared(value)
            for key, value in schema.items()
            if key != "$schema" or not isinstance(value, str)
        }
    if isinstance(schema, list):
        return [_undeclared(item) for item in schema]
    return schema


@functools.cache
def _validator(name: str) -> Any:
    checker, registry = _toolbox()
    return checker({"$ref": f"{_BASE}{name}"}, registry=registry)


def schema_problem(schema: Any) -> str | None:
    """Return why a schema that an entry brings is not one, or None."""
    import jsonschema
    from jsonschema import Draft202012Validator, FormatChecker

    try:
        # No formats: that of a pattern would be Python's.
        Draft202012Validator.check_schema(schema, format_checker=FormatChecker(()))
    except jsonschema.SchemaError as error:
        place = ".".join(map(str, error.absolute_path))
        return f"at {place}: {_words(error)}" if place else _words(error)
    except RecursionError:
        return "it is nested too deeply"
    if _outside_reference(schema):
        return f"the reference {_outside_reference(schema)!r} leads outside"
    for text in _patterns(schema):
        try:
            _regex(text)
        except re2.error as error:
            return f"the pattern {text!r} is not RE2: {why_not_re2(error)}"
    if _uses(schema, "unevaluatedProperties") and _uses(schema, "patternProperties"):
        # jsonschema would run the patterns on `re`, to see which keys are evaluated.
        return "unevaluatedProperties can't be used together with patternProperties"
    return None


def _uses(schema: Any, keyword: str) -> bool:
    if isinstance(schema, dict):
        return keyword in schema or any(_uses(part, keyword) for part in schema.values())
    return isinstance(schema, list) and any(_uses(part, keyword) for part in schema)


def why_not_re2(error: re2.error) -> str:
    """Return what RE2 says of a pattern that it refuses; it says it in bytes."""
    reason = error.args[0] if error.args else error
    text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
    return re.sub(r"\(\?i?m:", "", text)  # what we put around a pattern is not its author's


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


class Objection(NamedTuple):
    """What a schema has against a value: why, and where in the value.

    Where a mapping lacks keys, `keys` are those that the schema has for it, in its order.
    `unusable` says that it is the schema that fails, whatever the value.
    """

    reason: str
    path: Path = ()
    keys: tuple[str, ...] = ()
    unusable: bool = False

    def __str__(self) -> str:
        place = ".".join(map(str, self.path))
        return f"at {place}: {self.reason}" if place else self.reason


def _unusable(why: object) -> Objection:
    return Objection(f"its schema can't be used: {why}", unusable=True)


class EntrySchema:
    """A schema that an entry brings: it refers to nothing else, and its patterns are RE2."""

    def __init__(self, schema: Any) -> None:
        self._schema = schema

    @functools.cached_property
    def _plain(self) -> bool:
        return _is_plain(self._schema)

    @functools.cached_property
    def problem(self) -> str | None:
        """Why the schema can't be used, if it can't; nothing fits it then."""
        return schema_problem(self._schema)

    @functools.cached_property
    def _validator(self) -> Any:
        from referencing import Registry

        checker, _ = _toolbox()
        return checker(_undeclared(self._schema), registry=Registry())

    def objections(self, value: Any) -> list[Objection]:
        """Return what the schema has against a value, the most telling first."""
        if self._plain and _fits(self._schema, value):
            return []
        if self.problem:
            return [_unusable(self.problem)]
        from jsonschema.exceptions import best_match
        from referencing.exceptions import Unresolvable

        _budget.left = _STEPS
        try:
            errors = list(islice(self._validator.iter_errors(value), _OBJECTIONS))
        except (Unresolvable, RecursionError) as failure:
            return [_unusable(failure)]
        except _TooManyStepsError:
            return [_unusable(f"it takes more than {_STEPS:,} steps to check this")]
        finally:
            _budget.left = math.inf  # our own schemas need no bound
        # Of alternatives, the nearest one says what is wrong.
        telling = [best_match(some) for some in (errors, *([error] for error in errors)) if some]
        return list(dict.fromkeys(map(_objection, telling)))

    def first_error(self, value: Any) -> str | None:
        """Return why a value does not fit, or None if it does."""
        found = self.objections(value)
        return str(found[0]) if found else None


def day_of(value: object) -> datetime.date | None:
    """Return the day that a value names as the schemas have dates, YYYY-MM-DD, or None."""
    try:
        day = datetime.date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    # Python takes 20261122 and 2026-W47-7, too; people who compare dates as texts don't.
    return day if day and day.isoformat() == value else None


_VALUES: Mapping[str, tuple[type, ...]] = {
    "string": (str,), "boolean": (bool,), "integer": (int,), "number": (int, float),
    "array": (list,), "object": (dict,), "null": (type(None),),
}  # fmt: skip


def _is_plain(schema: Any) -> bool:
    """Whether a schema is made of the few words that those of most rules are made of."""
    if not isinstance(schema, dict):
        return False
    return all(_is_plain_word(word, wanted) for word, wanted in schema.items())


def _is_plain_word(word: str, wanted: Any) -> bool:
    match word:
        case "type":
            names = wanted if isinstance(wanted, list) else [wanted]
            return bool(names) and all(isinstance(name, str) and name in _VALUES for name in names)
        case "enum":
            return isinstance(wanted, list) and all(isinstance(item, str) for item in wanted)
        case "minLength" | "maxLength":
            return type(wanted) is int and wanted >= 0
        case "pattern":
            return isinstance(wanted, str) and _is_re2(wanted)
        case "items":
            return _is_plain(wanted)
        case "properties":
            return isinstance(wanted, dict) and all(map(_is_plain, wanted.values()))
        case "required":
            return isinstance(wanted, list) and all(isinstance(key, str) for key in wanted)
    return False


def _is_re2(pattern: str) -> bool:
    try:
        _regex(pattern)
    except re2.error:
        return False
    return True


def _fits(schema: Mapping[str, Any], value: Any) -> bool:
    """Whether a value fits a plain schema; importing jsonschema takes longer than to check a
    hundred files."""
    return all(_fits_word(word, wanted, value) for word, wanted in schema.items())


def _fits_word(word: str, wanted: Any, value: Any) -> bool:
    match word:
        case "type":
            names = wanted if isinstance(wanted, list) else [wanted]
            return any(
                isinstance(value, _VALUES[name])
                and (name == "boolean" or not isinstance(value, bool))
                for name in names
            )
        case "enum":
            return isinstance(value, str) and value in wanted
        case "minLength":
            return not isinstance(value, str) or len(value) >= wanted
        case "maxLength":
            return not isinstance(value, str) or len(value) <= wanted
        case "pattern":
            return not isinstance(value, str) or bool(_regex(wanted).search(value))
        case "items":
            return not isinstance(value, list) or all(_fits(wanted, item) for item in value)
    if not isinstance(value, dict):
        return True
    if word == "required":
        return all(key in value for key in wanted)
    return all(_fits(part, value[key]) for key, part in wanted.items() if key in value)


def _objection(error: Any) -> Objection:
    path: Path = tuple(error.absolute_path)
    if error.validator != "required":
        return Objection(_words(error), path)
    known = error.schema.get("properties")
    keys = [*(known if isinstance(known, dict) else ()), *error.validator_value]
    return Objection(_words(error), path, tuple(dict.fromkeys(keys)))


def first_error(schema: Any, value: Any) -> str | None:
    """Return why a value does not fit a schema that an entry brings, or None if it does."""
    return EntrySchema(schema).first_error(value)


def check(name: str, tree: Tree) -> tuple[Diagnostic, ...]:
    """Return what a schema of ours objects to in a file, each with its place.

    A name can go on with a part of the schema: `rule.schema.json#/$defs/check`.
    """
    found: dict[tuple[Span, str], Diagnostic] = {}
    for error in _leaves(_validator(name).iter_errors(tree.data)):
        for diagnostic in _diagnostics(name, error, tree):
            if diagnostic.span is not None:
                found.setdefault((diagnostic.span, diagnostic.message), diagnostic)
    return tuple(found.values())


# What programs rely on: the others are about wording, lengths and keys of one's own.
_SHAPE = ("type", "required", "enum", "const", "minItems")


def misshapen(name: str, data: Any) -> str | None:
    """Return what keeps data from being taken for what a schema of ours describes, or None.

    Values of a wrong kind and missing ones do, and what can't be an id; no other flaw does.
    """
    from guideline_kit.trees import Tree

    tree = Tree(Source("", ""), data, {})
    for error in _leaves(_validator(name).iter_errors(data)):
        if error.validator in _SHAPE or tuple(error.absolute_path) == ("id",):
            return next((item.message for item in _diagnostics(name, error, tree)), error.message)
    return None


# What says that a value is nothing of the sort, rather than that something in it is wrong.
_AT_ALL = ("type", "const", "enum")


def _leaves(errors: Any) -> Iterator[Any]:
    """Yield the errors that say something: of alternatives, those of the nearest branch."""
    for error in errors:
        if (
            error.validator in ("anyOf", "oneOf")
            and error.context
            and not all(part.validator == "required" for part in error.context)
        ):
            branches: dict[Any, list[Any]] = {}
            for part in error.context:
                branches.setdefault(part.schema_path[0], []).append(part)
            closest = min(branches.values(), key=lambda parts: (
                any(part.validator in _AT_ALL and not part.path for part in parts),
                len(parts),
            ))  # fmt: skip
            yield from _leaves(closest)
        else:
            yield error


def _diagnostics(schema: str, error: Any, tree: Tree) -> Iterator[Diagnostic]:
    """Turn an error into words, with its place; a few errors are about several keys."""
    path: Path = tuple(error.absolute_path)

    def report(message: str, span: Span, help: str = "") -> Diagnostic:
        return Diagnostic("schema", Severity.ERROR, message, tree.source, span, help=help)

    match error.validator:
        case "additionalProperties":
            yield report(*_unknown_key(tree, path, sorted(error.schema.get("properties", {}))))
        case "unevaluatedProperties":
            known = _keys_of_kind(error)
            # Where the kind is not known, that is what has to be said.
            for key in error.instance if known else ():
                # A key that its kind knows is listed too when something in it is wrong.
                if key not in known and f"'{key}'" in error.message:
                    yield report(*_unknown_key(tree, (*path, key), sorted(known)))
        case "required":
            # jsonschema gives one error for each missing key, and names it in its words.
            for key in error.validator_value:
                if key not in error.instance and error.message.startswith(f"{key!r} "):
                    where = f" in '{_dotted(path)}'" if path else ""
                    yield report(
                        f"The key '{key}' is missing{where}",
                        tree.key_span(path or _first(tree)),
                        _how_to_add(schema, error, key),
                    )
        case _:
            span = tree.value_span(path)
            help = _first_sentence(_description(schema, error))
            if error.validator in ("enum", "const"):
                help = _description(schema, error).removesuffix(".")  # with what each one means
                wanted = error.validator_value
                allowed = wanted if isinstance(wanted, list) else [wanted]
                near = nearest(str(error.instance), [str(item) for item in allowed])
                help = f"Did you mean '{near}'?" if near else help
            if "propertyNames" in error.absolute_schema_path:
                span = tree.key_span((*path, str(error.instance)))
            name = f"'{_dotted(path)}': " if path else ""
            told = _no_version(error, tree.source.slice(span)) or _described(error)
            words, help = told or (_words(error), help)
            yield report(f"{name}{words}", span, help)


def _unknown_key(tree: Tree, path: Path, known: list[str]) -> tuple[str, Span, str]:
    near = nearest(str(path[-1]), known)
    help = f"Did you mean '{near}'?" if near else f"Known keys: {', '.join(known)}"
    return f"The key '{path[-1]}' is not known here", tree.key_span(path), help


def _keys_of_kind(error: Any) -> set[str]:
    kind = error.instance.get("kind")
    about = load_all().get(f"kinds/{kind}.schema.json")
    return {*error.schema.get("properties", {}), *about["properties"]} if about else set()


def _dotted(path: Path) -> str:
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _first(tree: Tree) -> Path:
    return (next(iter(tree.data)),) if isinstance(tree.data, dict) and tree.data else ()


def _first_sentence(text: str) -> str:
    return text.split(". ")[0].removesuffix(".")


def _described(error: Any) -> tuple[str, str] | None:
    """Return what to say of a text whose form is described in words, and those words."""
    if error.validator != "pattern" or "description" not in error.schema:
        return None
    if _telling_fault(error.instance, error.validator_value):
        return None
    words = f"{_shown(error.instance)} does not have the right form"
    return words, _first_sentence(error.schema["description"])


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")


def _no_version(error: Any, written: str) -> tuple[str, str] | None:
    """Return what to say of a number in the place of a version, and how to write it as one."""
    pattern = error.schema.get("pattern") if error.validator == "type" else None
    if pattern is None or not _NUMBER.fullmatch(written):
        return None
    fits = _regex(pattern).search
    three = f"{written}{'.0' * (2 - written.count('.'))}"
    if fits("x") or not fits(three):
        return None
    help = f'Write three numbers, in quotes: "{three}"'
    if fits(written):
        help = f'Put it in quotes: "{written}" or "{three}"'
    return f"{written} is a number, and no version", help


def _description(name: str, error: Any) -> str:
    """Return what a schema of ours says of the value that an error is about.

    An error knows the definition that failed, such as "plain text on one line"; what helps
    is what the property that refers to it is for.
    """
    found = ""
    for _, schema in _way(name, error):
        found = schema.get("description", found)
    return found


def _how_to_add(name: str, error: Any, key: str) -> str:
    """Return what to write for a key that is missing: its choices, or what it is for."""
    *_, (base, schema) = _way(name, error)
    while "properties" not in schema and "$ref" in schema:
        base, schema = _follow(base, schema["$ref"])
    about = schema.get("properties", {}).get(key, {})
    found = about.get("description", "")
    while "$ref" in about and "enum" not in about:
        base, about = _follow(base, about["$ref"])
        found = found or about.get("description", "")
    if "enum" in about:
        return f"Add it; it is one of {', '.join(about['enum'])}"
    return f"Add it: {_first_sentence(found) or key}"


def _way(name: str, error: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the schemas from one of ours, its file first, to the one that an error is about,
    each with the file that it is in."""
    base, schema = _follow("", name)
    yield base, schema
    for step in list(error.absolute_schema_path)[:-1]:
        while isinstance(schema, dict) and step not in schema and "$ref" in schema:
            base, schema = _follow(base, schema["$ref"])
            yield base, schema
        if not isinstance(schema, dict | list):
            return
        schema = schema[step]
        if isinstance(schema, dict):
            yield base, schema


def _follow(base: str, reference: str) -> tuple[str, Any]:
    """Return the schema that a reference in one of ours leads to, and the file it is in."""
    file, _, pointer = reference.partition("#")
    if file:
        base = posixpath.normpath(posixpath.join(posixpath.dirname(base), file))
    schema: Any = load_all()[base]
    for step in filter(None, pointer.split("/")):
        schema = schema[step]
    return base, schema


_TYPES = {"object": "a mapping", "array": "a list", "string": "text", "integer": "a whole number",
          "number": "a number", "boolean": "true or false", "null": "empty"}  # fmt: skip


def _words(error: Any) -> str:
    """Say what a schema objects to, in words for the author of the file."""
    value, wanted = error.instance, error.validator_value
    shown = _shown(value)
    match error.validator:
        case "type":
            names = [wanted] if isinstance(wanted, str) else wanted
            return f"{shown} is not {' or '.join(_TYPES.get(name, name) for name in names)}"
        case "enum":
            return f"{shown} is not one of {', '.join(map(str, wanted))}"
        case "const":
            return f"{shown} is not {wanted}"
        case "pattern":
            fault = _telling_fault(value, wanted)
            return fault or f"{shown} does not have the right form (it must match {wanted})"
        case "minLength" | "minItems" | "minProperties":
            return f"too short: at least {wanted}"
        case "maxLength" | "maxItems" | "maxProperties":
            return f"too long: at most {wanted}"
        case "minimum":
            return f"{shown} is less than {wanted}"
        case "maximum":
            return f"{shown} is more than {wanted}"
        case "required":
            return f"it has no {', '.join(repr(key) for key in wanted if key not in value)}"
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


def _telling_fault(value: str, pattern: str) -> str | None:
    """Return why a text does not fit a pattern, where that is more than another form."""
    if not value.strip():
        return "it is empty"
    shared = load_all()["common.schema.json"]["$defs"]
    if pattern == shared["id"]["pattern"]:
        return f"{_shown(value)} is no id: small letters, digits and single hyphens"
    if pattern == shared["date"]["pattern"] and _DAY.fullmatch(value):
        return f"{_shown(value)} is no day of the calendar"
    if "\n" in value and pattern.startswith((r"^[^\r\n]*", r"^[^\r\n]+")):
        return "it must stand on one line"
    return None


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."


def nearest(name: str, known: list[str]) -> str | None:
    """Return the known name that is most like a name, if any is."""
    import difflib

    found = difflib.get_close_matches(name, known, n=3, cutoff=0.6)
    # Two letters in the wrong order are the commonest slip; difflib sees two mistakes.
    swapped = [other for other in found if sorted(other) == sorted(name)]
    return next(iter(swapped or found), None)
