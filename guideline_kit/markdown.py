"""Markdown -> Layout: where a text's prose, headings, code, quotes, examples and tags are.

The events come from pyromark (Rust's pulldown-cmark), which gives byte ranges; nothing else
in the program knows it. All offsets are bytes of the UTF-8 text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, Literal

import pyromark
import re2

from guideline_kit.regions import (
    CODE,
    COMMENT,
    EXAMPLE,
    HEADING,
    INLINE,
    ITEM,
    LINK,
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

_Range = Mapping[str, int]  # start and end of an event

# One byte of each label, to be repeated; and tables that set a flag.
_FILL = [bytes((label,)) for label in range(256)]
_ADD = {
    flags: bytes((label | flags) if label < 128 else label for label in range(256))
    for flags in (QUOTE | INLINE, EXAMPLE)
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
# Where a line of tags, an address or an aside may begin. RE2 passes over a text many times as
# fast as `re`; what begins there is read by `re`, which takes the first alternative that fits.
_TAG_LINE_START = re2.compile(rb"(?m)^[ \t]*</?[A-Za-z]")
_ADDRESS = re2.compile(rb"(?:https?://|www\.)[^\s<>)\]\"'`]+")
_ASIDE_START = re2.compile(
    rb"(?i)\((?:e\.g\.|eg\.|for example|for instance|such as|like)"
    rb"|\b(?:e\.g\.|for example[,:]|for instance[,:])"
)
# One pattern for each pair of marks: each begins with a byte that `re` can skip to.
_QUOTED = (
    (b'"', re.compile(rb"\"[^\"\n\0]{1,300}\"")),
    (b"\xe2\x80\x9c", re.compile(rb"\xe2\x80\x9c[^\n\0]{1,400}?\xe2\x80\x9d")),
    (b"\xc2\xab", re.compile(rb"\xc2\xab[^\n\0]{1,400}?\xc2\xbb")),
    (b"'", re.compile(rb"'(?<![\w\0]')[^'\n\0]{1,200}'(?![\w\0])")),
)
_EXAMPLE_NAME = re.compile(rb"(?i)example|sample|few[-_ ]?shot")
_EXAMPLE_HEADING = re.compile(
    rb"(?i)^[#\s*_\d.()\x80-\xff]{0,40}(?:\w{1,40}[ -]){0,3}(?:examples?|samples?|few[- ]shots?)\b"
)
_EXAMPLE_LABEL = re.compile(
    rb"(?i)[\s*_\0]{0,20}(?:(?:[\w-]{1,40} ){0,2}examples?(?: [\w-]{1,40}){0,3}"
    rb"|for example|for instance|e\.g\.|good|bad|wrong|right|correct|incorrect|before|after"
    rb"|sample (?:input|output|response))"
    rb"[*_\0]*\s?(?:\([^)\n]{0,60}\))?[*_]*:"
)
_LONGEST_LABEL = 400  # bytes
_MARKED_WRONG = re.compile("[\\s*_]*(?:❌|✅|✗|✓|✘|✔|👎|👍|🚫)".encode())
_ASIDE = re.compile(
    rb"(?i)\((?:e\.g\.|eg\.|for example|for instance|such as|like)[^()\n]{1,300}\)"
    rb"|\b(?:e\.g\.|for example[,:]|for instance[,:])[^.;\n]{1,300}"
)


def lay_out(data: bytes, placeholders: tuple[tuple[int, int], ...] = ()) -> Layout:
    """Lay out a Markdown or plain text, given as UTF-8.

    `placeholders` are the byte ranges of template expressions, which are no prose.
    """
    layout = Layout(data, bytearray(len(data)))
    has_tags = b"<" in data
    tag_lines = list(_tag_lines(data)) if has_tags else []
    filled_in = frozenset(end for _, end in placeholders)
    examples = _Walk(layout, filled_in).run(_blanked(data, tag_lines))
    labels = layout.labels
    if tag_lines and any(not fence.fenced for fence in layout.fences):
        # A blanked line of tags does not end indented code: it became a part of it.
        for start, end in tag_lines:
            if labels[data.index(b"<", start)] & 7 != CODE:
                labels[start:end] = bytes(end - start)
    if b"http" in data or b"www." in data:
        for found in _ADDRESS.finditer(data):
            start, end = found.span()
            if labels[start] & 7 != CODE:
                labels[start:end] = _FILL[labels[start] & ~7 | LINK] * (end - start)
    for start, end in placeholders:
        if labels[start] & 7 not in (CODE, COMMENT):
            labels[start:end] = _FILL[labels[start] & ~7 | PLACEHOLDER] * (end - start)
    if has_tags:
        layout.tags = list(_find_tags(data, labels))
    examples += _example_sections(layout)
    for start, end in examples:
        _flag(labels, start, end, EXAMPLE)
    prose = layout.view(("prose",))
    quoted = [
        found.span()
        for mark, expression in _QUOTED
        if mark in prose
        for found in expression.finditer(prose)
    ]
    for start, end in quoted:
        _flag(labels, start, end, QUOTE | INLINE)
    asides = list(_asides(prose))
    for start, end in asides:
        _flag(labels, start, end, EXAMPLE)
    examples += asides
    examples.sort(key=lambda place: (place[0], -place[1]))
    # A section of examples that are told apart counts as what it holds.
    layout.examples = [
        place
        for place, following in pairwise([*examples, (len(data), len(data))])
        if following[0] >= place[1]
    ]
    if quoted or asides:
        layout.forget_views()  # the flags changed what they show
    return layout


def _tag_lines(data: bytes) -> Iterator[tuple[int, int]]:
    for start in _TAG_LINE_START.finditer(data):
        found = _TAG_LINE.match(data, start.start())
        if found:
            yield found.span()


def _blanked(data: bytes, ranges: list[tuple[int, int]]) -> bytes:
    """Return a text with blanks in the place of some ranges."""
    if not ranges:
        return data
    blanked = bytearray(data)
    for start, end in ranges:
        blanked[start:end] = b" " * (end - start)
    return bytes(blanked)


def _asides(prose: bytes) -> Iterator[tuple[int, int]]:
    """Yield where examples stand in the middle of a sentence."""
    at = 0
    for start in _ASIDE_START.finditer(prose):
        if start.start() >= at:
            # A bracket that is not closed may still hold "e.g. ...".
            found = _ASIDE.match(prose, start.start()) or _ASIDE.match(prose, start.start() + 1)
            if found:
                yield found.span()
                at = found.end()


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
    # Most texts have no such heading: to look for two words costs less than the pattern.
    names = b"\n".join([data[block.start : block.end] for block in layout.headings]).lower()
    for block in layout.headings if b"ample" in names or b"shot" in names else ():
        if layout.labels[block.start] & QUOTE:
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
_SENTENCE_ENDS = (b".", b",", b";")
_LONGEST_NAME = 3  # words, of a heading that ends in a colon


class _Walk:
    """One pass over the events of a text; fills the layout."""

    def __init__(self, layout: Layout, filled_in: frozenset[int]) -> None:
        self.layout = layout
        self.filled_in = filled_in  # where placeholders end
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
        # Most of the time that a run takes is spent here: what each event costs counts, and what
        # comes most often is seen to in the loop itself.
        labels, items, open_items = self.labels, self.layout.items, self.open_items
        starts = {name: getattr(self, f"start_{method}") for name, method in _STARTS.items()}
        ends = {name: getattr(self, f"end_{method}") for name, method in _ENDS.items()}
        text = parsed.decode("utf-8", "surrogatepass")
        events: Any = _MARKDOWN.events_with_range(text)  # dictionaries that are ours to empty
        for event, where in events:
            if event.__class__ is str:  # a line break or a rule
                if event == "Rule":
                    self.flush()
                continue
            key, value = event.popitem()
            if key == "Text":
                start, end = where["start"], where["end"]
                if self.run_start < 0:
                    self.run_start = start
                self.run_end = end
                label = LINK | self.flags if self.silent else self.base | self.flags
                labels[start:end] = _FILL[label] * (end - start)
            elif key == "End":
                if value.__class__ is not str:
                    value = next(iter(value))
                if value in _TEXTS:
                    if self.run_start >= 0:
                        self.flush()
                    if value == "Item":
                        open_items.pop()
                elif value in ends:
                    ends[value](where)
            elif key == "Start":
                detail = None
                if value.__class__ is not str:
                    value, detail = value.popitem()
                if value in _TEXTS:
                    if self.run_start >= 0:
                        self.flush()
                    if value == "Item":
                        start, end, depth = where["start"], where["end"], len(self.lists)
                        parent = open_items[-1] if open_items else -1
                        open_items.append(len(items))
                        items.append(Item(start, end, depth, parent, self.lists[-1]))
                elif value in starts:
                    starts[value](detail, where)
            elif key == "Code":
                start, end = where["start"], where["end"]
                if self.run_start < 0:
                    self.run_start = start
                self.run_end = end
                labels[start:end] = _FILL[CODE | INLINE | self.flags] * (end - start)
            elif key in ("Html", "InlineHtml"):
                self.html(where["start"], where["end"])
        self.flush()
        return self.examples

    def flush(self) -> None:
        """End the running text, if there is one."""
        start, end = self.run_start, self.run_end
        self.run_start = -1
        if start < 0 or self.base == CODE:
            return
        depth, blocks = len(self.lists), self.layout.blocks
        if self.base == HEADING:
            blocks.append(Block("heading", start, end, self.level, depth))
            self.label_pending = False
        elif self.base == TABLE:
            blocks.append(Block("cell", start, end, self.level, depth))
        else:
            blocks.append(Block("paragraph", start, end, self.level, depth))
            self.paragraph(start, end)

    def paragraph(self, start: int, end: int) -> None:
        """See whether a paragraph is an example, or says that one follows."""
        data = self.layout.data
        label = None
        if data.find(b":", start, min(end, start + _LONGEST_LABEL)) >= 0:
            label = _EXAMPLE_LABEL.match(data, start, end)
        if self.label_pending:
            self.labelled(start, end)
        elif label or (
            not data[start : start + 1].isalnum() and _MARKED_WRONG.match(data, start, end)
        ):
            self.examples.append((start, end))
        self.label_pending = bool(label) and data[start:end].rstrip(b"*_ ").endswith(b":")

    def labelled(self, start: int, end: int) -> None:
        """Take in what follows a line such as "Example:"; the two are one example."""
        label, _ = self.examples.pop()
        self.examples.append((min(label, start), end))
        self.label_pending = False

    def start_heading(self, detail: Any, where: _Range) -> None:
        self.flush()
        if not self.is_underlined_text(where["start"], where["end"]):
            self.base = HEADING
            self.level = int(detail["level"][1:])

    def start_list(self, detail: Any, where: _Range) -> None:
        self.flush()
        if self.label_pending:
            self.labelled(where["start"], where["end"])
        self.lists.append(detail is not None)
        self.flags |= ITEM

    def start_quote(self, detail: Any, where: _Range) -> None:
        self.flush()
        self.label_pending = False
        self.quotes += 1
        self.flags |= QUOTE

    def start_code(self, detail: Any, where: _Range) -> None:
        self.flush()
        start, end = where["start"], where["end"]
        if self.label_pending:
            self.labelled(start, end)
        self.base = CODE
        self.code(start, end, fenced=isinstance(detail, dict))

    def start_table(self, detail: Any, where: _Range) -> None:
        self.flush()
        self.base = TABLE

    def start_html(self, detail: Any, where: _Range) -> None:
        self.flush()
        self.commented = False
        self.raw = _CODE_TAG.match(self.layout.data, where["start"]) is not None

    def start_link(self, detail: Any, where: _Range) -> None:
        self.silent += detail["link_type"] in ("Autolink", "Email")
        if self.run_start < 0:
            self.run_start = where["start"]
        self.run_end = where["end"]

    def is_underlined_text(self, start: int, end: int) -> bool:
        """Whether a heading is a text, or its last line, right above a border of --- or ===."""
        data = self.layout.data
        if data.startswith(b"#", start):
            return False
        text = data[start:end].lstrip()
        if text.startswith(b"#"):
            return False
        lines = text.strip().split(b"\n")
        if len(lines) > 2 or len(lines[0].split()) > _LONGEST_HEADING:
            return True
        # A sentence, or the end of a value that is filled in.
        line = lines[0].rstrip()
        if line.endswith(b":") and len(line.split()) > _LONGEST_NAME:
            return True
        return line.endswith(_SENTENCE_ENDS) or end - len(text) + len(line) in self.filled_in

    def end_heading(self, where: _Range) -> None:
        self.flush()
        self.base, self.level = PROSE, 0

    def end_list(self, where: _Range) -> None:
        self.lists.pop()
        if not self.lists:
            self.flags &= ~ITEM

    def end_quote(self, where: _Range) -> None:
        self.flush()
        self.quotes -= 1
        if not self.quotes:
            self.flags &= ~QUOTE

    def end_code(self, where: _Range) -> None:
        self.run_start = -1
        self.base = PROSE

    def end_table(self, where: _Range) -> None:
        self.flush()
        self.base = PROSE

    def end_html(self, where: _Range) -> None:
        self.raw = False

    def end_link(self, where: _Range) -> None:
        self.silent = 0
        start, end = where["start"], where["end"]
        # [text](address): the address, and a title if there is one.
        address = self.layout.data.rfind(b"](", start, end) + 2
        if address > 1 and self.layout.data[end - 1 : end] == b")":
            self.labels[address : end - 1] = _FILL[LINK | self.flags] * (end - 1 - address)

    def code(self, start: int, end: int, *, fenced: bool) -> None:
        data = self.layout.data
        closed = True
        if fenced:
            self.labels[start:end] = _FILL[CODE | self.flags] * (end - start)
            mark = data[start : start + 1]
            length = 0
            while data[start + length : start + length + 1] == mark:
                length += 1
            last = data[start:end].rstrip(b"\r\n \t").rpartition(b"\n")
            line = last[2].strip(b" \t\r>")
            closed = bool(last[1]) and len(line) >= length and line.strip(mark) == b""
        self.layout.fences.append(Fence(start, end, fenced, closed))

    def html(self, start: int, end: int) -> None:
        """Label a line of an HTML block, or a tag or a comment in a paragraph."""
        labels, data = self.labels, self.layout.data
        if self.raw or (not self.commented and _CODE_TAG.match(data, start)):
            labels[start:end] = _FILL[CODE | self.flags] * (end - start)
        else:
            # A comment of several lines comes line by line; text may stand around it.
            at = start
            while at < end:
                opening = at if self.commented else data.find(b"<!--", at, end)
                if opening < 0:
                    opening = end
                self.html_text(at, opening)
                if opening == end:
                    break
                closing = data.find(b"-->", opening, end)
                self.commented = closing < 0
                at = closing + 3 if closing >= 0 else end
                labels[opening:at] = _FILL[COMMENT | self.flags] * (at - opening)
        if self.run_start >= 0:
            self.run_end = end

    def html_text(self, start: int, end: int) -> None:
        """Label what stands outside of comments: in <p>text</p> the text is prose."""
        labels, data = self.labels, self.layout.data
        if data[start:end].strip() and not _TAG.fullmatch(data, start, end):
            labels[start:end] = _FILL[self.base | self.flags] * (end - start)
            for found in _TAG.finditer(data, start, end):
                labels[found.start() : found.end()] = bytes(found.end() - found.start())


# What holds running text of its own.
_TEXTS = frozenset(("Paragraph", "Item", "TableCell"))

# The other events that begin and end something -> the methods that see to it. What has none
# (emphasis, pictures) is part of the running text.
_STARTS = {
    "Heading": "heading",
    "List": "list",
    "BlockQuote": "quote",
    "CodeBlock": "code",
    "TableHead": "table",
    "TableRow": "table",
    "HtmlBlock": "html",
    "Link": "link",
}
_ENDS = {
    "Heading": "heading",
    "List": "list",
    "BlockQuote": "quote",
    "CodeBlock": "code",
    "Table": "table",
    "HtmlBlock": "html",
    "Link": "link",
}
