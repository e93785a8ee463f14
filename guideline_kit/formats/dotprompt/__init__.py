"""dotprompt: `.prompt` files of Genkit, Handlebars below front matter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.documents import Document, Input, Parameter
from guideline_kit.formats.beside import Beside
from guideline_kit.formats.dotprompt.picoschema import Schema, read_schema
from guideline_kit.formats.reading.building import Builder
from guideline_kit.formats.reading.complaints import complaint, shown
from guideline_kit.formats.reading.front_matter import FrontMatter, read_front_matter, read_unclosed
from guideline_kit.formats.reading.inputs import declared, settled
from guideline_kit.formats.reading.turns import Ranges, Turn, trimmed, with_examples
from guideline_kit.formats.writing.entries import KEPT, Entry
from guideline_kit.text import MappedText, Source, Span
from guideline_kit.trees import Path, Tree

# For "code, tools, and libraries": the tool itself reads nothing in there.
KEPT_AT = ("metadata", KEPT)

_ROLES = {"system": "system", "user": "user", "model": "assistant", "tool": "tool"}
# What other tools call them.
_OTHER_ROLES = {"assistant": "assistant", "system": "system", "function": "tool", "tool": "tool"}
# Keys that are not there -> what is meant.
_MEANT = {
    "inputs": "input",
    "outputs": "output",
    "tool": "tools",
    "modelName": "model",
    "configuration": "config",
    "parameters": "config",
}
_SETTINGS = frozenset(
    ("temperature", "topK", "topP", "maxOutputTokens", "stopSequences", "safetySettings")
)
_PARTS = {
    "input": frozenset(("schema", "default", "jsonSchema")),
    "output": frozenset(
        ("schema", "format", "jsonSchema", "contentType", "constrained", "instructions")
    ),
}
_MARK = re.compile(r"\{\{~?(?P<block>[#/]?)\s*+(?P<helper>role|history)(?![\w.=-])")
_QUOTED = re.compile(r"(?P<sign>[\"'])(?P<word>[^\"']*)(?P=sign)")
# Where the prompt begins, if nothing else says that the front matter is over.
_BEGINS = re.compile(r"(?:(?<=\n)|(?<=\r)(?!\n))(?=[ \t]*+(?:\{\{|[\r\n]))")

# --- whose .prompt file it is ----------------------------------------------------------------

# Another tool of that name has YAML in its files, from top to bottom.
_FRONT = re.compile(r"(?:(?:#[^\r\n]*+|[ \t]*+)[\r\n])*+---[ \t]*(?:[\r\n]|\Z)")
_PROMPTS = re.compile(r"(?<![^\r\n])prompts:[ \t]*(?:#[^\r\n]*)?(?![^\r\n])")
_BESIDE_PROMPTS = re.compile(
    r"(?<![^\r\n])(?:config|name|model|version|fewShots):(?:[ \t]|(?![^\r\n]))"
)
_DATA = re.compile(r"\s*[{\[]\s*(?:\"[^\"\r\n]*\"\s*:|[\[{\"]?\s*[}\]])")


def is_one(path: str, text: str) -> bool:  # noqa: ARG001
    """Whether a .prompt file is dotprompt, and not data or the other tool's."""
    if _FRONT.match(text):
        return True
    if _DATA.match(text):
        return False
    return not (_PROMPTS.search(text) and _BESIDE_PROMPTS.search(text))


# --- reading -------------------------------------------------------------------------------


def read(source: Source, beside: Beside) -> Document:  # noqa: ARG001  partials are found by name
    """Read a dotprompt file as far as it can be read; never raises."""
    front = front_of(source)
    tree = front.tree if front and front.tree and isinstance(front.tree.data, dict) else None
    problems = list(front.problems) if front else []
    inputs: tuple[Input, ...] | None = None
    if tree is not None:
        schema = read_schema(tree, ("input", "schema"))
        if not problems:
            inputs = _inputs(tree, schema)
        for found in (schema, read_schema(tree, ("output", "schema"))):
            problems += [complaint(source, *fault) for fault in found.faults]
        problems += _key_problems(tree)
    builder = Builder("handlebars")
    text = MappedText.verbatim(source, Span(front.end if front else 0, len(source.text)))
    marks: list[_Mark] = []

    def turns(ranges: Ranges) -> Iterator[Turn]:
        marks.extend(_marks(text.text, ranges))
        divided = tuple(trimmed(text.text, _between(marks, len(text.text)), ranges))
        return with_examples(divided, ranges)

    builder.divide(text, turns)
    problems += [item for mark in marks for item in _mark_problems(source, text, mark)]
    document = Document(
        source=source,
        format="dotprompt",
        messages=tuple(builder.messages),
        fields=tree.data if tree else {},
        placeholders=tuple(builder.placeholders),
        tree=tree,
        engine="handlebars",
        front=MappedText.verbatim(source, front.inside) if front else None,
        template_error=builder.error,
        problems=tuple(problems),
        parameters=tuple(_parameters(tree)) if tree else (),
    )
    return document if inputs is None else document._replace(inputs=settled(inputs, document))


def front_of(source: Source) -> FrontMatter | None:
    """Return a file's front matter, also where it is not closed; None where it has none."""
    return read_front_matter(source, loose=False, sure=True) or read_unclosed(source, _BEGINS)


def entries(document: Document) -> list[Entry]:
    """Return the prompt as an entry."""
    from guideline_kit.formats.dotprompt import as_entries

    return as_entries.entries(document)


def write(entry: Mapping[str, Any], kept: Mapping[str, Any] | None) -> str:
    """Return a prompt's file."""
    from guideline_kit.formats.dotprompt import writing

    return writing.write(entry, kept)


# --- messages ------------------------------------------------------------------------------


class _Mark(NamedTuple):
    """An expression at which another message begins.

    `word` is the role in the file's words, which stands at `place`.
    """

    start: int
    end: int
    role: str
    word: str = ""
    place: int = 0


def _marks(text: str, ranges: Ranges) -> Iterator[_Mark]:
    for start, end in ranges:
        found = _MARK.match(text, start, end)
        if found is None:
            continue
        argument = text[found.end() : end].rstrip("}~ \t\r\n").lstrip()
        if found["helper"] == "history":
            # What stands behind it is said by the model, by the tool's own reading.
            if not found["block"] and not argument:
                yield _Mark(start, end, "assistant")
        elif found["block"] == "/":
            yield _Mark(start, end, "user")
        elif argument:
            quoted = _QUOTED.match(argument)
            word = quoted["word"] if quoted else ""
            role = _ROLES.get(word) or _OTHER_ROLES.get(word.lower(), "user")
            yield _Mark(start, end, role, word, text.find(argument, found.end()) + 1)


def _between(marks: list[_Mark], end: int) -> Iterator[Turn]:
    yield Turn("user", 0, marks[0].start if marks else end)
    for index, mark in enumerate(marks):
        yield Turn(mark.role, mark.end, marks[index + 1].start if index + 1 < len(marks) else end)


def _mark_problems(source: Source, text: MappedText, mark: _Mark) -> Iterator[Diagnostic]:
    if mark.word and mark.word not in _ROLES:
        meant = {"assistant": "model"}.get(mark.word.lower(), mark.word.lower())
        yield complaint(
            source,
            text.span(mark.place, mark.place + len(mark.word)),
            f"'{shown(mark.word)}' is no role of dotprompt",
            f"Write '{meant}'" if meant in _ROLES else f"Write one of {', '.join(_ROLES)}",
        )


# --- fields --------------------------------------------------------------------------------


def _inputs(tree: Tree, schema: Schema) -> tuple[Input, ...] | None:
    """Return the inputs, or None where nobody can know them all from this file."""
    if schema.fields is None or schema.open:
        return None
    defaults = tree.get(("input", "default"))
    defaults = defaults if isinstance(defaults, dict) else {}
    inputs = [
        declared(
            field.name,
            field.span,
            field.type,
            required=field.required and field.name not in defaults,
            sample=defaults.get(field.name),
            closed=field.choices,
        )
        for field in schema.fields
    ]
    names = {field.name for field in schema.fields}
    inputs += (
        declared(str(name), tree.key_span(("input", "default", name)), required=False, sample=value)
        for name, value in defaults.items()
        if name not in names
    )
    return tuple(inputs)


def _parameters(tree: Tree) -> Iterator[Parameter]:
    model = tree.get(("model",))
    if isinstance(model, str):
        yield Parameter("model", model, tree.value_span(("model",)))
    config = tree.get(("config",))
    for name, value in config.items() if isinstance(config, dict) else ():
        yield Parameter(str(name), value, tree.value_span(("config", name)))


def _key_problems(tree: Tree) -> Iterator[Diagnostic]:
    """Complain of keys that dotprompt passes over, and of values that it refuses."""
    for key in tree.data:
        meant = _MEANT.get(str(key))
        if meant and meant not in tree.data:
            yield _passed_over(tree, (key,), f"Write '{meant}'")
        elif key in _SETTINGS:
            yield _passed_over(tree, (key,), "Write it below 'config'")
    for key, known in _PARTS.items():
        value = tree.get((key,))
        if isinstance(value, dict) and not value.keys() & known:
            for name in value:
                yield _passed_over(tree, (key, name), f"Write it below '{key}.schema'")
        elif value is not None and not isinstance(value, dict):
            yield complaint(
                tree.source,
                tree.value_span((key,)),
                f"'{key}' has no keys below it: dotprompt refuses the file",
                f"Write what it holds below '{key}: schema:'",
            )
    config = tree.get(("config",))
    if config is not None and not isinstance(config, dict):
        yield complaint(
            tree.source,
            tree.value_span(("config",)),
            "'config' has no keys below it: dotprompt refuses the file",
            "Write each setting on a line below it, such as 'temperature: 0.2'",
        )


def _passed_over(tree: Tree, path: Path, help: str) -> Diagnostic:
    name = shown(".".join(str(step) for step in path))
    return complaint(
        tree.source,
        tree.key_span(path),
        f"dotprompt has no key '{name}' and passes it over",
        help,
    )
