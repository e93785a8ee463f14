"""placeholders: template variables that are undeclared, unused, undelimited and so on."""

from __future__ import annotations

import datetime
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from itertools import accumulate
from typing import Any

from guideline_kit.checks import Match, Scope
from guideline_kit.diagnostics import Edit, Fix, Safety
from guideline_kit.documents import Document, Message, Placeholder
from guideline_kit.regions import CODE, COMMENT, INLINE, Layout
from guideline_kit.text import Span

_NEAR = 400  # bytes
_MANY = 50  # names
_CHOICES = "answer_choices"  # what PromptSource calls the answers that a template offers
# In a section of these, nobody can say whether a name is an input or a field of an item.
_SECTIONS = ("mustache", "handlebars")
_WORD = re.compile(r"[\w-]+")
_SYNTAX = (("{{", "{{…}}"), ("{%", "{{…}}"), ("{#", "{{…}}"), ("${", "${…}"), ("$", "$NAME"))
_LABEL = re.compile(
    rb"(?m)^[ \t]*(?:#{1,6}[ \t].*|[^\n<>{}]{1,160}:[ \t]*)\r?\n(?:[ \t]*\r?\n)?[ \t]*\Z"
)
# A placeholder of nothing but a name; others compute something.
_FILLED_IN = re.compile(r"[{$<&]*\s*[$@]?[\w.-]+\s*[}>]*")
# Begins, closes or divides a block: it decides and repeats, and puts no text in.
_BLOCK = re.compile(r"\{%|\{\{~?(?:[#^/]|\s*else\b)(?!>)")
# Lines between which a value stands: one sign again and again, or BEGIN and END.
_BORDER = re.compile(
    rb"(?m)^[ \t]*+(?:([=+*_#-])\1{2,}+(?:[ \t]*+\w[\w \t'-]{0,60}\1{3,}+)?"
    rb"|([\[<(=*#-]{1,6})[ \t]*(?:BEGIN|START|END)\b[\w \t'-]{0,60}[\])>=*#-]{1,6})[ \t]*\r?$"
)
_LONGEST_NAME = 60  # bytes: of what stands before a value on its line


class Placeholders:
    """One defect of template variables."""

    guard = None
    patterns = ()

    def __init__(self, params: Mapping[str, Any], scope: Scope) -> None:
        self.scope = scope
        self.problem: str = params["problem"]

    def find(self, document: Document, today: datetime.date) -> Iterator[Match]:
        yield from _PROBLEMS[self.problem](document)


def _match(placeholder: Placeholder, fix: Fix | None = None) -> Match:
    return Match(placeholder.span, {"name": placeholder.name, "match": placeholder.text}, fix)


def _undeclared(document: Document) -> Iterator[Match]:
    if document.inputs is None:
        return
    declared = {item.name for item in document.inputs}
    meant: dict[str, str | None] = {}
    for placeholder in document.placeholders:
        name = placeholder.name
        if not name or name in declared:
            continue
        if name not in meant:
            from guideline_kit.schemas import nearest  # few prompts have such a name

            # To compare many names with many takes long; a slip is one of few.
            few = len(declared) <= _MANY and len(meant) < _MANY
            meant[name] = nearest(name, sorted(declared)) if few else None
        match = _match(placeholder, _correction(document, placeholder, meant[name]))
        span = _name_span(document, placeholder)
        if span is not None and _FILLED_IN.fullmatch(placeholder.text) is None:
            match = match._replace(span=span, values={"name": name, "match": name})
        yield match


def _name_span(document: Document, placeholder: Placeholder) -> Span | None:
    """Return where the name stands in a placeholder, if it is there once."""
    name = re.escape(placeholder.name)
    found = list(re.finditer(rf"(?<![\w.]){name}(?!\w)", placeholder.text))
    if len(found) != 1:
        return None
    start, end = found[0].span()
    text = document.messages[placeholder.message].text
    return text.span(placeholder.start + start, placeholder.start + end)


def _correction(document: Document, placeholder: Placeholder, name: str | None) -> Fix | None:
    """Return what writes another name in a placeholder: a guess, and never more than that."""
    span = _name_span(document, placeholder) if name else None
    written = document.messages[placeholder.message].text.written(name) if name else None
    if span is None or written is None:
        return None
    return Fix(f"Write '{name}', which is declared", (Edit(span, written),), Safety.SUGGESTION)


def _unused(document: Document) -> Iterator[Match]:
    # While the template does not parse, nobody knows what it uses.
    if not document.inputs or document.template_error:
        return
    used = {placeholder.name for placeholder in document.placeholders}
    if document.engine in _SECTIONS:
        for placeholder in document.placeholders:
            used.update(() if placeholder.name else _WORD.findall(placeholder.text))
    for item in document.inputs:
        if item.name not in used:
            yield Match(item.span, {"name": item.name, "match": item.name})


def _undelimited(document: Document) -> Iterator[Match]:
    if not document.inputs:
        return
    wanted = {
        item.name
        for item in document.inputs
        if item.type in ("text", "document") and item.trust == "untrusted"
    }
    delimiters: dict[int, _Delimiters] = {}
    for placeholder in document.placeholders:
        message = document.messages[placeholder.message]
        if placeholder.name not in wanted or message.example or _BLOCK.match(placeholder.text):
            continue
        if placeholder.message not in delimiters:
            delimiters[placeholder.message] = _Delimiters(message)
        if not delimiters[placeholder.message].around(placeholder):
            yield _match(placeholder)


class _Delimiters:
    """What shows a reader of a message where a value begins and where it ends."""

    def __init__(self, message: Message) -> None:
        self.message = message
        self.bare = message.text.text.strip()
        data = message.text.data
        # Ranges between a tag and the one that closes it, or between two triple quotes.
        ranges = list(_enclosed(message.layout))
        for quotes in (b'"""', b"'''", b"~~~"):
            places = [found.start() for found in re.finditer(quotes, data)]
            ranges += zip(places[::2], places[1::2], strict=False)
        ranges.sort()
        self.borders = [found.span() for found in _BORDER.finditer(data)]
        self.values_only: dict[int, bool] = {}
        self.starts = [start for start, _ in ranges]
        # The furthest end of all ranges up to each: a range may lie in another one.
        self.ends = list(accumulate((end for _, end in ranges), max))

    def around(self, placeholder: Placeholder) -> bool:
        """Whether a placeholder's value is delimited."""
        if self.bare == placeholder.text:
            return True  # the message's own borders
        text = self.message.text
        start, end = text.byte(placeholder.start), text.byte(placeholder.end)
        if self.message.layout.label(start) & 7 == CODE:
            return True
        before = bisect_right(self.starts, start)
        if before and self.ends[before - 1] >= end:
            return True
        # Alone under a heading or a label, with a new section or nothing after it.
        after = text.data[end : end + _NEAR]
        alone = not after.partition(b"\n")[0].strip()
        last = not after.strip() or after.lstrip().startswith((b"#", b"---", b"==="))
        above = text.data[max(0, start - _NEAR) : start]
        if alone and self.between_lines(start):
            return True
        return alone and last and bool(_LABEL.search(above))

    def between_lines(self, at: int) -> bool:
        """Whether a place is between two lines that are borders of values, and of nothing else.

        The end of the message is a border, too.
        """
        index = bisect_right(self.borders, (at, at))
        if not index:
            return False
        if index not in self.values_only:
            view = self.message.layout.view(("prose", "heading", "quote", "example", "code"))
            ends = [start for start, _ in self.borders[index : index + 1]]
            between = view[self.borders[index - 1][1] : ends[0] if ends else len(view)]
            lines = (line.strip(b"\0 \t\r") for line in between.split(b"\n"))
            self.values_only[index] = all(
                not line or (line.endswith(b":") and len(line) <= _LONGEST_NAME) for line in lines
            )
        return self.values_only[index]


def _enclosed(layout: Layout) -> Iterator[tuple[int, int]]:
    """Yield the ranges between a tag and the one that closes it, outermost ones only."""
    opened: dict[str, int] = {}
    for tag in layout.tags:
        if tag.kind == "open":
            opened.setdefault(tag.name, tag.end)
        elif tag.kind == "close" and tag.name in opened:
            yield opened.pop(tag.name), tag.start


def _mixed(document: Document) -> Iterator[Match]:
    if document.engine:
        return  # a file that names its engine has one syntax; the rest is text
    by_syntax: dict[str, list[Placeholder]] = {}
    spoken_of: set[str] = set()  # "use `{{name}}`": the prompt is about that syntax
    for placeholder in document.placeholders:
        layout = document.messages[placeholder.message].layout
        text = document.messages[placeholder.message].text
        label = layout.label(text.byte(placeholder.start))
        syntax = next((name for mark, name in _SYNTAX if placeholder.text.startswith(mark)), "")
        if label & 7 == CODE and label & INLINE:
            spoken_of.add(syntax)
        elif syntax and label & 7 not in (CODE, COMMENT):
            by_syntax.setdefault(syntax, []).append(placeholder)
    by_syntax = {name: found for name, found in by_syntax.items() if name not in spoken_of}
    # ${...} and $NAME are one shell-like family.
    if "$NAME" in by_syntax and "${…}" in by_syntax:
        by_syntax["${…}"] += by_syntax.pop("$NAME")
    if len(by_syntax) > 1:
        rarest = min(by_syntax.values(), key=len)
        yield _match(rarest[0])


def _unbalanced(document: Document) -> Iterator[Match]:
    if document.template_error is not None:
        message, span = document.template_error
        text = document.source.slice(span)
        yield Match(span, {"match": text, "name": text, "reason": message})


def _unsafe(document: Document) -> Iterator[Match]:
    if not document.placeholders:
        return
    from guideline_kit.formats.engines import is_unsafe  # few files come here

    # One that uses several variables is there several times.
    places = {placeholder.span: placeholder for placeholder in reversed(document.placeholders)}
    for placeholder in reversed(places.values()):
        if is_unsafe(document.engine, placeholder.text):
            yield _match(placeholder)


def _idle_choices(document: Document) -> Iterator[Match]:
    if document.template_error:
        return
    used = {placeholder.name for placeholder in document.placeholders}
    for item in document.parameters:
        if item.name == _CHOICES and item.name not in used:
            yield Match(item.span, {"name": item.name, "match": str(item.value)})


_PROBLEMS: Mapping[str, Callable[[Document], Iterator[Match]]] = {
    "undeclared": _undeclared,
    "unused": _unused,
    "undelimited": _undelimited,
    "mixed": _mixed,
    "unbalanced": _unbalanced,
    "unsafe": _unsafe,
    "idle-choices": _idle_choices,
}


class _Kind:
    name = "placeholders"
    regions = ("anywhere",)

    def bind(self, params: Mapping[str, Any], scope: Scope) -> Placeholders:
        return Placeholders(params, scope)


KIND = _Kind()
