"""Front matter: the fields between lines of dashes that a Markdown file may begin with.

It is YAML, or meant to be: in the wild it is often not, so what is broken is read field by field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from guideline_kit.diagnostics import Diagnostic, Severity
from guideline_kit.formats.reading.loose_fields import FIELD, read_loosely
from guideline_kit.jsonio import CONFLICT
from guideline_kit.text import Source, Span
from guideline_kit.trees import Tree
from guideline_kit.yamlio import read

_BREAK = r"(?>\r\n?|\n)"
# Comment lines and blank lines may stand before it, as in files that open with a licence.
_BEFORE = rf"\ufeff?(?:[ \t]*+{_BREAK}|#[^\r\n]*+{_BREAK}){{0,40}}?"
_FRONT = re.compile(
    rf"{_BEFORE}---[ \t]*+{_BREAK}(?P<inside>(?:[^\r\n]*+{_BREAK})*?)---[ \t]*+(?:{_BREAK}|\Z)"
)
_FRONT_PLUS = re.compile(_FRONT.pattern.replace("---", r"(?:---|\+\+\+)"))
_TOML = re.compile(_FRONT.pattern.replace("---", r"\+\+\+"))
_OPENED = re.compile(rf"{_BEFORE}(?P<sign>---|\+\+\+)[ \t]*+(?:{_BREAK}|\Z)")
_AGAIN = re.compile(rf"(?:[ \t]*+{_BREAK})*+(?P<sign>---)[ \t]*+{_BREAK}")
_CLOSED = re.compile(rf"---[ \t]*+(?:{_BREAK}|\Z)")
_LINE = re.compile(r"[^\n]*(?:\n|\Z)")
_BELOW = re.compile(r"[ \t]+\S|-[ \t]|#|\s*\Z")  # a line that belongs to the field above it


class FrontMatter(NamedTuple):
    """The fields of a file. `inside` is where they stand, `end` where the text begins."""

    inside: Span
    end: int
    tree: Tree | None
    problems: tuple[Diagnostic, ...]


def read_front_matter(
    source: Source,
    *,
    loose: bool = False,
    plus: bool = False,
    sure: bool = False,
    expected: bool = False,
) -> FrontMatter | None:
    """Read a file's front matter, or return None where it has none; never raises.

    `loose` front matter is not meant to be strict YAML. With `plus`, lines of +++ do as well. It
    is `sure` where the format has nothing else between such lines, whatever stands before them.
    Where it is `expected`, what is wrong around it is a problem: it is never closed, it is TOML,
    or there are two of them.
    """
    text = source.text
    found = (_FRONT_PLUS if plus else _FRONT).match(text)
    if found is None:
        return _in_toml(source, expected=expected) or (_unclosed(source) if expected else None)
    inside = Span(found.start("inside"), found.end("inside"))
    if not sure and text[:4000].lstrip().startswith("#"):
        # A comment, or a heading and a text between two rules?
        tree = read(source, inside).tree
        if tree is None or not isinstance(tree.data, dict):
            return None
    tree, problems = _fields(source, inside, loose=loose)
    if expected and (problems or loose):
        # A text that goes on up to a line across the page, much further down?
        end = _end_of_fields(text, inside.start)
        rest = source.part(end, inside.end)
        if rest.strip() and not FIELD.search(rest):
            return _unclosed(source)
    second = _second(source, found.end()) if expected else ()
    return FrontMatter(inside, found.end(), tree, (*problems, *second))


def read_unclosed(source: Source, begins: re.Pattern[str]) -> FrontMatter | None:
    """Read front matter that is opened and never closed; None where none is opened.

    It ends where `begins` finds the beginning of the prompt, or else at once.
    """
    found = _OPENED.match(source.text)
    if found is None:
        return None
    body = begins.search(source.text, found.end())
    return _opened(source, found, body.start() if body else found.end())


def _opened(source: Source, found: re.Match[str], end: int) -> FrontMatter:
    inside = Span(found.end(), end)
    tree, _ = _fields(source, inside, loose=True)
    message = "The front matter is opened here and never closed"
    help = f"Add a line {found['sign']} behind its last field"
    problem = _problem(source, message, Span(*found.span("sign")), help)
    return FrontMatter(inside, end, tree, (problem,))


def _problem(source: Source, message: str, span: Span, help: str) -> Diagnostic:
    return Diagnostic("front-matter", Severity.WARNING, message, source, span, help=help)


def _fields(
    source: Source, region: Span, *, loose: bool
) -> tuple[Tree | None, tuple[Diagnostic, ...]]:
    strict = read(source, region)
    if strict.tree and not strict.problems:
        if strict.tree.data is None:
            return Tree(source, {}, strict.tree.places), ()
        if isinstance(strict.tree.data, dict):
            return strict.tree, ()
    tree = read_loosely(source, region)
    conflict = CONFLICT.search(source.slice(region))
    if conflict:
        at = region.start + conflict.start()
        message = "A merge left both versions here; the first one was read"
        span = Span(at, at + len(conflict.group()))
        return tree, (_problem(source, message, span, "Keep one, and remove the marks of git"),)
    if loose:
        return tree, ()
    help = "Quote values that hold ': ' or begin with *, &, [, { or @"
    if strict.problems:
        first = strict.problems[0]
        message, span = first.message, first.span or region
        if first.rule != "yaml-syntax":
            help = first.help
    else:
        message, span = "These are no fields with values", Span(region.start, region.start)
    message = f"{message}; the front matter was read line by line, other tools may refuse it"
    return tree, (_problem(source, message, span, help),)


def _in_toml(source: Source, *, expected: bool) -> FrontMatter | None:
    found = _TOML.match(source.text)
    if found is None:
        return None
    from guideline_kit import tomlio  # hardly a prompt has such

    inside = Span(found.start("inside"), found.end("inside"))
    # What stands around it is blanked out, so that all places are those of the file.
    blank = re.sub(r"[^\n]", " ", source.part(0, inside.start))
    there = tomlio.read(Source(source.name, blank + source.slice(inside))).tree
    tree = Tree(source, there.data, there.places) if there else None
    signs = Span(inside.start - len(_last_line(blank)), inside.start)
    signs = Span(signs.start, signs.start + 3)
    message = "This front matter is between +++, as TOML is: agents take it for a part of the text"
    problem = _problem(source, message, signs, "Write the fields as YAML, between lines of ---")
    return FrontMatter(inside, found.end(), tree, (problem,) if expected else ())


def _last_line(blank: str) -> str:
    return blank[blank[:-1].rfind("\n") + 1 :]


def _unclosed(source: Source) -> FrontMatter | None:
    """Read front matter that is never closed, up to what is no field."""
    opened = _AGAIN.match(source.text, int(source.text.startswith("\ufeff")))
    if opened is None:
        return None
    end = _end_of_fields(source.text, opened.end())
    if end == opened.end() or not source.text[opened.end()].islower():
        return None  # a line across the page, and a text below it
    return _opened(source, opened, end)


def _second(source: Source, start: int) -> Iterator[Diagnostic]:
    """Yield the problem of further front matter right behind the first."""
    opened = _AGAIN.match(source.text, start)
    if opened is None:
        return
    end = _end_of_fields(source.text, opened.end())
    if end > opened.end() and _CLOSED.match(source.text, end):
        message = "A second front matter: agents read the first one, and this as a part of the text"
        help = "Move its fields into the first one"
        yield _problem(source, message, Span(*opened.span("sign")), help)


def _end_of_fields(text: str, start: int) -> int:
    """Return where the lines end that are fields, from one that begins at `start`."""
    if not FIELD.match(text, start):
        return start
    at = start
    while at < len(text):
        line = _LINE.match(text, at)
        is_one = FIELD.match(text, at) or (line and _BELOW.match(line.group()))
        if line is None or not is_one or not line.group().strip():
            break
        at = line.end()
    return at
