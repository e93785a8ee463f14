"""Front matter: the fields between lines of dashes that a Markdown file may begin with.

It is YAML, or meant to be: in the wild it is often not, so what is broken is read line by line.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from guideline_kit.diagnostics import Diagnostic, Severity
from guideline_kit.text import Source, Span
from guideline_kit.trees import Path, Place, Tree
from guideline_kit.yamlio import read

# Comment lines and blank lines may stand before it, as in files that open with a licence.
_FRONT = re.compile(
    r"(?:[ \t]*\r?\n|#[^\n]*\n){0,40}?---[ \t]*\r?\n(?P<yaml>(?:[^\n]*\n)*?)---[ \t]*(?:\r?\n|\Z)"
)
_FIELD = re.compile(
    r"^(?P<key>[A-Za-z_][\w.-]*)[ \t]*:(?P<value>(?:[ \t][^\r\n]*)?)(?=\r?$)", re.MULTILINE
)


class FrontMatter(NamedTuple):
    """The fields of a file. `inside` is where they stand, `end` where the text begins."""

    inside: Span
    end: int
    tree: Tree | None
    problems: tuple[Diagnostic, ...]


def read_front_matter(source: Source, *, loose: bool) -> FrontMatter | None:
    """Read a file's front matter, or return None where it has none; never raises.

    `loose` front matter is not meant to be strict YAML.
    """
    text = source.text
    found = _FRONT.match(text)
    if found is None:
        return None
    inside = Span(found.start("yaml"), found.end("yaml"))
    if text[:4000].lstrip().startswith("#"):
        # A comment, or a heading and a text between two rules?
        tree = read(source, inside).tree
        if tree is None or not isinstance(tree.data, dict):
            return None
    return FrontMatter(inside, found.end(), *_fields(source, inside, loose=loose))


def _fields(
    source: Source, region: Span, *, loose: bool
) -> tuple[Tree | None, tuple[Diagnostic, ...]]:
    strict = read(source, region)
    if strict.tree and not strict.problems:
        if strict.tree.data is None:
            return Tree(source, {}, strict.tree.places), ()
        if isinstance(strict.tree.data, dict):
            return strict.tree, ()
    tree = _read_lines(source, region)
    if loose:
        return tree, ()
    help = "Quote values that hold ': ' or begin with *, &, [, { or @"
    if strict.problems:
        first = strict.problems[0]
        message, span = first.message, first.span
        if first.rule != "yaml-syntax":
            help = first.help
    else:
        message, span = "Not a mapping of fields", Span(region.start, region.start)
    problem = Diagnostic(
        "front-matter",
        Severity.WARNING,
        f"{message}; the front matter was read line by line, other tools may refuse it",
        source,
        span,
        help=help,
    )
    return tree, (problem,)


def _read_lines(source: Source, region: Span) -> Tree:
    """Read front matter line by line: `key: value`, and lists of `- value`."""
    data: dict[str, object] = {}
    places: dict[Path, Place] = {(): Place(None, region)}
    text = source.slice(region)
    matches = list(_FIELD.finditer(text))
    for index, found in enumerate(matches):
        start = region.start + found.start("value")
        raw = found["value"]
        key = found["key"]
        after = matches[index + 1].start() if index + 1 < len(matches) else len(text)
        items = re.findall(
            r"^[ \t]*-[ \t]+(.*?)[ \t]*\r?$", text[found.end() : after], re.MULTILINE
        )
        value: object = _scalar(raw.strip())
        if not raw.strip() and items:
            value = [_scalar(item) for item in items]
        if key in data:
            continue
        data[key] = value
        begin = start + len(raw) - len(raw.lstrip())
        places[(key,)] = Place(
            Span(region.start + found.start("key"), region.start + found.end("key")),
            Span(begin, max(begin, start + len(raw.rstrip()))),
        )
    return Tree(source, data, places)


def _scalar(text: str) -> object:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return {"true": True, "false": False, "": None}.get(text, text)
