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

_BREAK = r"(?>\r\n?|\n)"
# Comment lines and blank lines may stand before it, as in files that open with a licence.
_BEFORE = rf"(?:[ \t]*+{_BREAK}|#[^\r\n]*+{_BREAK}){{0,40}}?"
_FRONT = re.compile(
    rf"{_BEFORE}---[ \t]*+{_BREAK}(?P<yaml>(?:[^\r\n]*+{_BREAK})*?)---[ \t]*+(?:{_BREAK}|\Z)"
)
_FRONT_PLUS = re.compile(_FRONT.pattern.replace("---", r"(?:---|\+\+\+)"))
_OPENED = re.compile(rf"{_BEFORE}(?P<sign>---|\+\+\+)[ \t]*+(?:{_BREAK}|\Z)")
_FIELD = re.compile(
    r"^(?P<key>[A-Za-z_][\w.-]*)[ \t]*:(?P<value>(?:[ \t][^\r\n]*)?)(?=\r?$)", re.MULTILINE
)


class FrontMatter(NamedTuple):
    """The fields of a file. `inside` is where they stand, `end` where the text begins."""

    inside: Span
    end: int
    tree: Tree | None
    problems: tuple[Diagnostic, ...]


def read_front_matter(
    source: Source, *, loose: bool, plus: bool = False, sure: bool = False
) -> FrontMatter | None:
    """Read a file's front matter, or return None where it has none; never raises.

    `loose` front matter is not meant to be strict YAML. With `plus`, lines of +++ do as well. It
    is `sure` where the format has nothing else between such lines, whatever stands before them.
    """
    text = source.text
    found = (_FRONT_PLUS if plus else _FRONT).match(text)
    if found is None:
        return None
    inside = Span(found.start("yaml"), found.end("yaml"))
    if not sure and text[:4000].lstrip().startswith("#"):
        # A comment, or a heading and a text between two rules?
        tree = read(source, inside).tree
        if tree is None or not isinstance(tree.data, dict):
            return None
    return FrontMatter(inside, found.end(), *_fields(source, inside, loose=loose))


def read_unclosed(source: Source, begins: re.Pattern[str]) -> FrontMatter | None:
    """Read front matter that is opened and never closed; None where none is opened.

    It ends where `begins` finds the beginning of the prompt, or else at once.
    """
    found = _OPENED.match(source.text)
    if found is None:
        return None
    body = begins.search(source.text, found.end())
    inside = Span(found.end(), body.start() if body else found.end())
    tree, _ = _fields(source, inside, loose=True)
    problem = Diagnostic(
        "front-matter",
        Severity.WARNING,
        "The front matter is opened here and never closed",
        source,
        Span(found.start("sign"), found.end("sign")),
        help=f"Add a line {found['sign']} behind its last field",
    )
    return FrontMatter(inside, inside.end, tree, (problem,))


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
