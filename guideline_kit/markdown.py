"""Markdown -> Layout: where a text's prose, headings, code, quotes, examples and tags are.

The events come from pyromark (Rust's pulldown-cmark), which gives byte ranges; nothing else
in the program knows it. All offsets are bytes of the UTF-8 text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Literal

import pyromark

from guideline_kit.regions import (
    CODE,
    COMMENT,
    EXAMPLE,
    HEADING,
    ITEM,
    NOTHING,
    PLACEHOLDER,
    PROSE,
    QUOTE,
    TABLE,
    Block,
    Fence,
    Item,
    Layout,
    Tag,
)

_OPTIONS = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_STRIKETHROUGH
_MARKDOWN = pyromark.Markdown(options=_OPTIONS | pyromark.Options.ENABLE_TASKLISTS)

_ADD = {
    flag: bytes((label | flag) if label < 64 else label for label in range(256))
    for flag in (QUOTE, EXAMPLE)
}

# Attributes have a value: <insert the text here> is a blank to fill in, no tag.
_ATTRIBUTE = rb"""\s+[\w:.-]{1,40}\s*=\s*(?:"[^"\n<>]{0,200}"|'[^'\n<>]{0,200}'|[^\s"'<>]{1,200})"""
_TAG = re.compile(rb"<(/?)([A-Za-z][\w.:-]{0,80})(?:" + _ATTRIBUTE + rb"){0,20}\s{0,4}(/?)>")
# A line of nothing but tags: to CommonMark the start of an HTML block, whose text would not
# be read as Markdown. In a prompt <rules> is a delimiter, and what it holds is prose.
_TAG_LINE = re.compile(
    rb"^[ \t]*(?:</?(?!(?i:script|style|pre|textarea)\b)[A-Za-z][\w.:-]{0,80}(?:"
    + _ATTRIBUTE
    + rb"){0,20}[ \t]{0,4}/?>[ \t]*)+\r?$",
    re.MULTILINE,
)
_CODE_TAG = re.compile(rb"[ \t]*<(?i:script|style|pre|textarea)\b")
_ADDRESS = re.compile(rb"(?:https?://|www\.)[^\s<>)\]\"'`]+")
_QUOTED = re.compile(
    rb"\"[^\"\n\0]{1,300}\""
    rb"|\xe2\x80\x9c[^\n\0]{1,400}?\xe2\x80\x9d"
    rb"|\xc2\xab[^\n\0]{1,400}?\xc2\xbb"
    rb"|(?<![\w\0])'[^'\n\0]{1,200}'(?![\w\0])"
)
_EXAMPLE_NAME = re.compile(rb"(?i)example|sample|few[-_ ]?shot")
_EXAMPLE_HEADING = re.compile(
    rb"(?i)^[#\s*_\d.()\x80-\xff]{0,40}(?:\w{1,40}[ -]){0,3}(?:examples?|samples?|few[- ]shots?)\b"
)
_EXAMPLE_LABEL = re.compile(
    rb"(?i)^[\s*_\0]{0,20}(?:(?:[\w-]{1,40} ){0,2}examples?(?: [\w-]{1,40}){0,3}"
    rb"|for example|for instance|e\.g\.|good|bad|wrong|right|correct|incorrect|before|after"
    rb"|sample (?:input|output|response))"
    rb"[*_\0]*\s?(?:\([^)\n]{0,60}\))?[*_]*:"
)
_MARKED_WRONG = re.compile("^[\\s*_]*(?:❌|✅|✗|✓|✘|✔|👎|👍|🚫)".encode())
_ASIDE = re.compile(
    rb"(?i)\((?:e\.g\.|eg\.|for example|for instance|such as|like)[^()\n]{1,300}\)"
    rb"|\b(?:e\.g\.|for example[,:]|for instance[,:])[^.;\n]{1,300}"
)


def lay_out(data: bytes, placeholders: tuple[tuple[int, int], ...] = ()) -> Layout:
    """Lay out a Markdown or plain text, given as UTF-8.

    `placeholders` are the byte ranges of template expressions, which are no prose.
    """
    layout = Layout(data, bytearray(len(data)))
    parsed = data
    if b"<" in data:
        parsed = _TAG_LINE.sub(lambda found: b" " * len(found.group()), data)
    examples = _Walk(layout).run(parsed)
    labels = layout.labels
    if parsed is not data and any(not fence.fenced for fence in layout.fences):
        # A blanked line of tags does not end indented code: it became a part of it.
        for found in _TAG_LINE.finditer(data):
            if labels[data.index(b"<", found.start())] & 7 != CODE:
                labels[found.start() : found.end()] = bytes(len(found.group()))
    if b"http" in data or b"www." in data:
        for found in _ADDRESS.finditer(data):
            if labels[found.start()] & 7 != CODE:
                labels[found.start() : found.end()] = bytes(found.end() - found.start())
    for start, end in placeholders:
        if labels[start] & 7 not in (CODE, COMMENT):
            flags = labels[start] & ~7
            labels[start:end] = bytes([flags | PLACEHOLDER]) * (end - start)
    if b"<" in data:
        layout.tags = list(_find_tags(data, labels))
    examples += _example_sections(layout)
    for start, end in examples:
        _flag(labels, start, end, EXAMPLE)
    prose = layout.view(("prose",))
    for found in _QUOTED.finditer(prose):
        _flag(labels, found.start(), found.end(), QUOTE)
    for found in _ASIDE.finditer(prose):
        _flag(labels, found.start(), found.end(), EXAMPLE)
        examples.append(found.span())
    examples.sort(key=lambda place: (place[0], -place[1]))
    # A section of examples that are told apart counts as what it holds.
    layout.examples = [
        place
        for place, following in pairwise([*examples, (len(data), len(data))])
        if following[0] >= place[1]
    ]
    layout.forget_views()  # the flags changed what they show
    return layout


def _flag(labels: bytearray, start: int, end: int, flag: int) -> None:
    labels[start:end] = labels[start:end].translate(_ADD[flag])


def _find_tags(data: bytes, labels: bytearray) -> Iterator[Tag]:
    for found in _TAG.finditer(data):
        if labels[found.start()] & 7 in (CODE, COMMENT, PLACEHOLDER):
            continue
        kind: Literal["open", "close", "void"] = "open"
        if found.group(1):
            kind = "close"
        elif found.group(3):
            kind = "void"
        yield Tag(found.group(2).decode(), found.start(), found.end(), kind)


def _example_sections(layout: Layout) -> Iterator[tuple[int, int]]:
    """Yield the ranges under a heading, or inside a tag, that says that it holds examples."""
    data = layout.data
    level = start = 0
    for block in layout.blocks:
        if block.kind != "heading" or layout.label(block.start) & QUOTE:
            continue
        if level and block.level <= level:
            yield start, block.start
            level = 0
        if not level and _EXAMPLE_HEADING.match(data[block.start : block.end]):
            level, start = block.level, block.end
    if level:
        yield start, len(data)
    opened: dict[str, int] = {}
    for tag in layout.tags:
        if not _EXAMPLE_NAME.search(tag.name.encode()):
            continue
        if tag.kind == "open":
            opened.setdefault(tag.name, tag.end)
        elif tag.kind == "close" and tag.name in opened:
            yield opened.pop(tag.name), tag.start


_LONGEST_HEADING = 12  # words


class _Walk:
    """One pass over the events of a text; fills the layout."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.labels = layout.labels
        self.base = PROSE
        self.flags = 0
        self.quotes = 0
        self.level = 0
        self.lists: list[bool] = []
        self.open_items: list[int] = []
        self.run_start = -1  # where the running text began, -1 outside
        self.run_end = -1
        self.silent = 0  # inside an autolink: its text is an address
        self.examples: list[tuple[int, int]] = []
        self.label_pending = False  # the next block belongs to an "Example:" line
        self.commented = False  # inside a comment of several lines
        self.raw = False  # inside <pre>, <script> and the like, which come line by line, too

    def run(self, parsed: bytes) -> list[tuple[int, int]]:
        text = parsed.decode("utf-8", "surrogatepass")
        labels = self.labels
        for event, where in _MARKDOWN.events_with_range(text):
            start, end = where["start"], where["end"]
            if isinstance(event, str):  # a line break or a rule
                if event == "Rule":
                    self.flush()
                continue
            ((key, value),) = event.items()
            if key == "Text":
                if self.run_start < 0:
                    self.run_start = start
                self.run_end = end
                label = NOTHING if self.silent else self.base | self.flags
                labels[start:end] = bytes((label,)) * (end - start)
            elif key == "Start":
                self.start(value, start, end)
            elif key == "End":
                self.end(value)
            elif key == "Code":
                if self.run_start < 0:
                    self.run_start = start
                self.run_end = end
                labels[start:end] = bytes((CODE | self.flags,)) * (end - start)
            elif key in ("Html", "InlineHtml"):
                self.html(str(value), start, end)
        self.flush()
        return self.examples

    def flush(self) -> None:
        """End the running text, if there is one."""
        if self.run_start < 0 or self.base == CODE:
            self.run_start = -1
            return
        kind: Literal["paragraph", "heading", "cell"] = "paragraph"
        if self.base == HEADING:
            kind = "heading"
        elif self.base == TABLE:
            kind = "cell"
        block = Block(kind, self.run_start, self.run_end, self.level, len(self.lists))
        self.layout.blocks.append(block)
        text = self.layout.data[block.start : block.end]
        if kind == "paragraph":
            label = _EXAMPLE_LABEL.match(text)
            if self.label_pending:
                self.labelled(block.start, block.end)
            elif label or _MARKED_WRONG.match(text):
                self.examples.append((block.start, block.end))
            self.label_pending = bool(label) and text.rstrip(b"*_ ").endswith(b":")
        elif kind == "heading":
            self.label_pending = False
        self.run_start = -1

    def labelled(self, start: int, end: int) -> None:
        """Take in what follows a line such as "Example:"; the two are one example."""
        label, _ = self.examples.pop()
        self.examples.append((min(label, start), end))
        self.label_pending = False

    def start(self, value: Any, start: int, end: int) -> None:
        detail: Any = None
        name = value
        if not isinstance(value, str):
            ((name, detail),) = value.items()
        if name == "Paragraph":
            self.flush()
        elif name == "Heading":
            self.flush()
            if not self.is_underlined_text(start, end):
                self.base = HEADING
                self.level = int(detail["level"][1:])
        elif name == "List":
            self.flush()
            if self.label_pending:
                self.labelled(start, end)
            self.lists.append(detail is not None)
            self.flags |= ITEM
        elif name == "Item":
            self.flush()
            parent = self.open_items[-1] if self.open_items else -1
            self.open_items.append(len(self.layout.items))
            self.layout.items.append(
                Item(start, end, len(self.lists), parent, bool(self.lists and self.lists[-1]))
            )
        elif name == "BlockQuote":
            self.flush()
            self.label_pending = False
            self.quotes += 1
            self.flags |= QUOTE
        elif name == "CodeBlock":
            self.flush()
            if self.label_pending:
                self.labelled(start, end)
            self.base = CODE
            self.code(start, end, fenced=isinstance(detail, dict))
        elif name in ("TableHead", "TableRow", "TableCell"):
            self.flush()
            self.base = TABLE
        elif name == "HtmlBlock":
            self.flush()
            self.commented = False
            self.raw = _CODE_TAG.match(self.layout.data, start) is not None
        elif name == "Link":
            self.silent += detail["link_type"] in ("Autolink", "Email")
            if self.run_start < 0:
                self.run_start = start
            self.run_end = end

    def is_underlined_text(self, start: int, end: int) -> bool:
        """Whether a heading is a paragraph that happens to stand right above a line of ---."""
        text = self.layout.data[start:end]
        if text.lstrip().startswith(b"#"):
            return False
        lines = text.strip().split(b"\n")
        return len(lines) > 2 or len(lines[0].split()) > _LONGEST_HEADING

    def end(self, value: Any) -> None:
        name = value if isinstance(value, str) else next(iter(value))
        if name in ("Paragraph", "TableCell"):
            self.flush()
        elif name == "Heading":
            self.flush()
            self.base, self.level = PROSE, 0
        elif name == "Item":
            self.flush()
            self.open_items.pop()
        elif name == "List":
            self.lists.pop()
            if not self.lists:
                self.flags &= ~ITEM
        elif name == "BlockQuote":
            self.flush()
            self.quotes -= 1
            if not self.quotes:
                self.flags &= ~QUOTE
        elif name == "CodeBlock":
            self.run_start = -1
            self.base = PROSE
        elif name == "Table":
            self.flush()
            self.base = PROSE
        elif name == "HtmlBlock":
            self.raw = False
        elif name == "Link":
            self.silent = 0

    def code(self, start: int, end: int, *, fenced: bool) -> None:
        data = self.layout.data
        closed = True
        if fenced:
            self.labels[start:end] = bytes((CODE | self.flags,)) * (end - start)
            mark = data[start : start + 1]
            length = 0
            while data[start + length : start + length + 1] == mark:
                length += 1
            last = data[start:end].rstrip(b"\r\n \t").rpartition(b"\n")
            line = last[2].strip(b" \t\r>")
            closed = bool(last[1]) and len(line) >= length and line.strip(mark) == b""
        self.layout.fences.append(Fence(start, end, fenced, closed))

    def html(self, value: str, start: int, end: int) -> None:
        labels, data = self.labels, self.layout.data
        if value.startswith("<!--") or self.commented:
            # A comment of several lines comes line by line.
            self.commented = "-->" not in value
            labels[start:end] = bytes((COMMENT | self.flags,)) * (end - start)
        elif self.raw or _CODE_TAG.match(data, start):
            labels[start:end] = bytes((CODE | self.flags,)) * (end - start)
        elif not _TAG.fullmatch(data, start, end):
            # A line such as <p>text</p>: the text between the tags is prose.
            labels[start:end] = bytes((self.base | self.flags,)) * (end - start)
            for found in _TAG.finditer(data, start, end):
                labels[found.start() : found.end()] = bytes(found.end() - found.start())
        if self.run_start >= 0:
            self.run_end = end
