"""What the two versions of Prompty have in common: front matter, and a text with role lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.documents import Case, Document, Input, Parameter
from guideline_kit.formats.beside import Beside
from guideline_kit.formats.reading.building import Builder
from guideline_kit.formats.reading.complaints import complaint
from guideline_kit.formats.reading.front_matter import FrontMatter, read_front_matter, read_unclosed
from guideline_kit.formats.reading.inputs import declared, settled
from guideline_kit.formats.reading.references import References, follow
from guideline_kit.formats.reading.role_lines import Roles, divide
from guideline_kit.formats.reading.turns import Ranges, Turn
from guideline_kit.text import MappedText, Source, Span
from guideline_kit.trees import Path, Tree

# The first role line, where nothing else says that the front matter is over.
_BEGINS = re.compile(
    r"(?<![^\r\n])[ \t]*+#?[ \t]*+(?i:system|user|assistant)[ \t]*+:[ \t]*+(?![^\r\n])"
)
_SIGN = re.compile(r"---|\+\+\+")
# What types are called in one version or the other -> ours.
TYPES = {
    **dict.fromkeys(("string", "str", "text"), "text"),
    **dict.fromkeys(("integer", "int"), "integer"),
    **dict.fromkeys(("number", "float", "double"), "number"),
    **dict.fromkeys(("boolean", "bool"), "boolean"),
    **dict.fromkeys(("array", "list", "thread"), "list"),
    **dict.fromkeys(("object", "dict"), "object"),
    **dict.fromkeys(("image", "audio", "file"), "document"),
}
_ENGINES = {"jinja2": "jinja2", "mustache": "mustache", "nunjucks": "nunjucks"}


class Said(NamedTuple):
    """What front matter says of a prompt.

    `inputs` is None where it declares none. `known` are variables that have a value without
    being declared; where they are in a file that can't be read, `unread` is where that is named.
    What is used `elsewhere` need not be in the text.
    """

    inputs: tuple[Input, ...] | None = None
    known: tuple[Input, ...] = ()
    unread: Span | None = None
    elsewhere: frozenset[str] = frozenset()
    parameters: tuple[Parameter, ...] = ()
    cases: tuple[Case, ...] = ()
    problems: tuple[Diagnostic, ...] = ()


class Version(NamedTuple):
    """What sets a version of Prompty apart.

    `understand` reads the fields. At the paths `plain` a text names a file by itself, and only
    files `below` the prompt's folder may be named.
    """

    format: str
    roles: Roles
    understand: Callable[[Tree, References], Said]
    plain: tuple[Path, ...] = ()
    below: bool = False


def read_prompty(source: Source, beside: Beside, version: Version) -> Document:
    """Read a Prompty file as far as it can be read; never raises."""
    front = front_of(source)
    tree = front.tree if front and front.tree and isinstance(front.tree.data, dict) else None
    said = Said()
    problems: list[Diagnostic] = []
    if front is not None:
        problems += front.problems
        problems += _early_end(source, front)
    if tree is not None:
        files = follow(tree, beside, plain=version.plain, below=version.below)
        said = version.understand(tree, files)
        problems += files.problems
        problems += said.problems
    builder = Builder(engine_of(tree.get(("template",)) if tree else None))
    body = Span(front.end if front else 0, len(source.text))
    text = MappedText.verbatim(source, body)
    slips: list[Diagnostic] = []

    def turns(ranges: Ranges) -> tuple[Turn, ...]:
        found = divide(text.text, ranges, version.roles)
        for slip in found.slips:
            span = text.span(slip.start, slip.end)
            slips.append(complaint(source, span, slip.message, slip.help))
        return found.turns

    builder.divide(text, turns)
    if front is not None and not builder.messages and not front.problems:
        problems.append(_no_text(source, front))
    document = Document(
        source=source,
        format=version.format,
        messages=tuple(builder.messages),
        fields=tree.data if tree else {},
        placeholders=tuple(builder.placeholders),
        tree=tree,
        engine=builder.engine,
        front=MappedText.verbatim(source, front.inside) if front else None,
        template_error=builder.error,
        problems=(*problems, *slips),
        parameters=said.parameters,
        cases=said.cases,
    )
    if said.inputs is None or (front and front.problems):
        return document  # nobody knows what it takes
    return document._replace(inputs=settled(_all_inputs(said, document), document, said.elsewhere))


def front_of(source: Source) -> FrontMatter | None:
    """Return a file's front matter, also where it is not closed; None where it has none."""
    front = read_front_matter(source, loose=False, plus=True, sure=True)
    return front or read_unclosed(source, _BEGINS)


def _all_inputs(said: Said, document: Document) -> tuple[Input, ...]:
    """Return the inputs that are declared, and what has a value without that."""
    inputs = said.inputs or ()
    missing = dict.fromkeys(item.name for item in document.placeholders if item.name)
    for item in inputs:
        missing.pop(item.name, None)
    known = {item.name: item for item in said.known if item.name in missing}
    if said.unread is not None:
        for name in missing:
            known.setdefault(name, declared(name, said.unread, required=False))
    return (*inputs, *known.values())


def _early_end(source: Source, front: FrontMatter) -> Iterator[Diagnostic]:
    """Complain of the signs of its end within front matter: Prompty stops at the first one."""
    found = _SIGN.search(source.text, front.inside.start, front.inside.end)
    if found and not front.problems:
        yield complaint(
            source,
            Span(found.start(), found.end()),
            f"Prompty ends the front matter at the first {found.group()}, which is this one",
            f"Write this line without {found.group()}",
        )


def _no_text(source: Source, front: FrontMatter) -> Diagnostic:
    start, end = source.line_span(source.position(max(0, front.end - 1)).line)
    return complaint(
        source,
        Span(start, end),
        "No text stands behind the front matter, and Prompty refuses a file without one",
        "Write the prompt below it",
    )


def engine_of(named: Any) -> str:
    """Return a template's language; where it is one of its own, nobody knows it here."""
    for key in ("format", "kind"):
        if isinstance(named, dict):
            named = named.get(key, named.get("type"))
    return _ENGINES.get(named.lower(), "") if isinstance(named, str) else "jinja2"


# --- fields that both versions have -------------------------------------------------------


def read_inputs(
    tree: Tree, path: Path, samples: Mapping[str, Any] = MappingProxyType({})
) -> tuple[Input, ...] | None:
    """Return the inputs at a path: a mapping of names, or a list of mappings with names.

    `samples` are values that stand elsewhere.
    """
    value = tree.get(path)
    if isinstance(value, dict):
        return tuple(
            _input(str(name), tree.key_span((*path, name)), about, samples.get(name))
            for name, about in value.items()
        )
    if isinstance(value, list):
        return tuple(
            _input(about["name"], tree.value_span((*path, number, "name")), about, None)
            for number, about in enumerate(value)
            if isinstance(about, dict) and isinstance(about.get("name"), str)
        )
    return None


def _input(name: str, span: Span, about: Any, sample: Any) -> Input:
    """Return an input from what is said about it: its properties, or a value as a sample."""
    if not isinstance(about, dict):
        about = {} if about is None else {"default": about}
    default = next((about[key] for key in ("default", "sample", "example") if key in about), sample)
    kind = about.get("kind", about.get("type"))
    return declared(
        name,
        span,
        TYPES.get(kind.lower(), "text") if isinstance(kind, str) else "",
        required=not about.keys() & {"default", "sample"} and about.get("required") is not False,
        sample=default,
        closed="enumValues" in about,
    )


def read_settings(tree: Tree, path: Path, *, model: tuple[str, ...] = ()) -> Iterator[Parameter]:
    """Yield what stands in a mapping of settings; keys in `model` name the model."""
    value = tree.get(path)
    for key, setting in value.items() if isinstance(value, dict) else ():
        name = "model" if key in model else str(key)
        yield Parameter(name, setting, tree.value_span((*path, key)))
