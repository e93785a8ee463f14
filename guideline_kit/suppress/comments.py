"""Where the comments of a prompt file are that speak to the linter.

Each format has its own: HTML comments in Markdown and text, comments of the template language
in templates, `#` in YAML, in Python and in plain text. One that is shown, in code or in a quote,
is no comment.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from guideline_kit.documents import Document, Message
from guideline_kit.regions import CODE, QUOTE
from guideline_kit.suppress import may_hold_comments
from guideline_kit.text import Span
from guideline_kit.trees import Tree

_NAME = r"(?P<name>guideline(?:-kit)?):"
_OPEN = re.compile(rf"(?P<sign><!--|\{{#|\{{\{{!)(?P<more>-{{0,2}})\s{{0,20}}{_NAME}")
_OPEN_OR_HASH = re.compile(rf"{_OPEN.pattern}|(?m:^)#[ \t]*(?P<hash>guideline(?:-kit)?):")
_HASH = re.compile(rf"#[ \t]*{_NAME}")
_CLOSE = {"<!--": "-->", "{#": "#}", "{{!": "}}", "{{!--": "--}}"}
_TEMPLATE_SIGNS = {"jinja2": "{#", "nunjucks": "{#", "handlebars": "{{!", "mustache": "{{!"}
_RAW = re.compile(r"\{%[-+]?\s{0,20}(?P<end>end)?(?:raw|verbatim)\s{0,20}[-+]?%\}")
_PLAIN_TEXT = ("text", "cursorrules-legacy", "windsurf")
_LINE_END = re.compile(r"[\r\n]|\Z")
_QUOTATION_MARKS = {'"': '"', "'": "'", "`": "`", "“": "”", "‘": "’", "«": "»"}


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment that begins with `guideline:`.

    `text` is what follows, up to its end; `place` gives the span in the source of a part of
    that. `span` is where the whole comment stands, `close` the sign that it lacks at its end.
    `name` is what it begins with, `yaml` says that it stands among YAML. `about` is what it
    covers, where its place among the lines does not say that.
    """

    text: str
    place: Callable[[int, int], Span]
    span: Span
    name: str
    yaml: bool = False
    close: str = ""
    about: Span | None = None


def comments_of(document: Document) -> list[Comment]:
    """Return the comments of a document, in order."""
    if not may_hold_comments(document.source.text):
        return []
    found = [*_in_yaml(document), *_in_python(document)]
    for message in document.messages:
        if may_hold_comments(message.text.text):
            found += _in_message(document, message)
    return sorted(found, key=lambda comment: comment.span)


# --- in a message --------------------------------------------------------------------------


def _in_message(document: Document, message: Message) -> Iterator[Comment]:
    text = message.text.text
    own = _TEMPLATE_SIGNS.get(document.engine)  # how the template language writes comments
    # In files that name no template language {# #} is taken for what it looks like.
    signs = ("<!--", own or ("{#" if document.engine == "" else "<!--"))
    raw = _raw_ranges(text) if own == "{#" else []
    closers = _Closers(text)
    expression = _OPEN_OR_HASH if _is_plain_text(document) else _OPEN
    at = 0
    while found := expression.search(text, at):
        at = found.end()
        start, sign = found.start(), found["sign"] or "#"
        if sign == "#":
            end = after = _line_end(text, at)
            close = ""
        elif sign in signs:
            close = _CLOSE.get(sign + found["more"], _CLOSE[sign])
            end = closers.find(close, at)
            if end < 0 or text.find(sign, at, end) >= 0:
                end = after = _line_end(text, at)
            else:
                after, close = end + len(close), ""
        else:
            continue
        # What the template language takes out is no part of the prompt, not even in code.
        shown = _inside(raw, start) if sign == own else _is_shown(message, start, after)
        if shown:
            continue
        yield Comment(
            text[at:end],
            _within(message, at),
            message.text.span(start, after),
            found["name"] or found.groupdict().get("hash") or "",
            close=close,
        )
        at = after


def _within(message: Message, base: int) -> Callable[[int, int], Span]:
    return lambda start, end: message.text.span(base + start, base + end)


def _is_plain_text(document: Document) -> bool:
    # The rules of one editor are plain text or Markdown, by the file's name.
    return document.format in _PLAIN_TEXT and not document.source.name.lower().endswith(".md")


class _Closers:
    """Finds where comments end, without looking at any part of the text twice."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.known: dict[str, int] = {}

    def find(self, close: str, at: int) -> int:
        """Return where a sign stands next, or -1."""
        known = self.known.get(close, 0)
        if 0 <= known < at:
            known = self.known[close] = self.text.find(close, at)
        return known


def _line_end(text: str, at: int) -> int:
    found = _LINE_END.search(text, at)
    return found.start() if found else len(text)


def _raw_ranges(text: str) -> list[tuple[int, int]]:
    """Return where a template shows its own signs instead of obeying them."""
    ranges: list[tuple[int, int]] = []
    start = -1
    for found in _RAW.finditer(text):
        if found["end"] and start >= 0:
            ranges.append((start, found.start()))
            start = -1
        elif not found["end"] and start < 0:
            start = found.end()
    return ranges


def _inside(ranges: list[tuple[int, int]], at: int) -> bool:
    index = bisect_right(ranges, (at, at)) - 1
    return index >= 0 and at < ranges[index][1]


def _is_shown(message: Message, start: int, end: int) -> bool:
    """Whether readers see a comment as an example of one: in code, in a quote, escaped."""
    label = message.layout.label(message.text.byte(start))
    if label & 7 == CODE or label & QUOTE:
        return True
    text = message.text.text
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    return before == "\\" or (bool(after) and _QUOTATION_MARKS.get(before) == after)


# --- in Python -----------------------------------------------------------------------------


def _in_python(document: Document) -> Iterator[Comment]:
    if document.format != "python":
        return
    from guideline_kit.formats.python_source.remarks import remarks  # few files are Python

    for remark in remarks(document.source):
        found = _HASH.match(document.source.slice(remark.span))
        if found:
            start = remark.span.start + found.end()
            yield Comment(
                document.source.part(start, remark.span.end),
                _shifted(start),
                remark.span,
                found["name"],
                about=remark.about,
            )


# --- among YAML ----------------------------------------------------------------------------


def _in_yaml(document: Document) -> Iterator[Comment]:
    tree, source = document.tree, document.source
    if tree is None:
        return
    stop = len(source.text)
    if document.front is not None:
        stop = document.front.whole.end
    text = source.text
    scalars = _scalars(tree)
    starts = [span.start for span, _ in scalars]
    at = 0
    while found := _HASH.search(text, at, stop):
        start = found.start()
        line_start, line_end = source.line_span(source.position(start).line)
        index = bisect_right(starts, start) - 1
        before = line_start
        at = start + 1
        if index >= 0:
            span, style = scalars[index]
            before = max(before, span.end)
            if start < span.end:
                # Behind the sign that opens a block scalar there can be a comment.
                if style not in ("|", ">") or span.start < line_start:
                    at = max(at, span.end)
                    continue
                before = span.start
        if start > line_start and text[start - 1] not in " \t":
            continue
        at = line_end
        if "#" not in text[before:start]:  # else it stands within another comment
            yield Comment(
                text[found.end() : line_end],
                _shifted(found.end()),
                Span(start, line_end),
                found["name"],
                yaml=True,
            )


def _shifted(base: int) -> Callable[[int, int], Span]:
    return lambda start, end: Span(base + start, base + end)


def _scalars(tree: Tree) -> list[tuple[Span, str | None]]:
    """Return where the scalars stand, and how they are written."""
    collections = {path[:-1] for path in tree.places if path}
    found: list[tuple[Span, str | None]] = []
    for path, place in tree.places.items():
        if place.key is not None:
            found.append((place.key, None))
        if path not in collections and len(place.value):
            found.append((place.value, place.style))
    return sorted(found, key=lambda item: item[0])
