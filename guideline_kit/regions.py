"""Which part of a text is prose, code, quote or example: the layout of one message.

Most false alarms of prompt linters sit in code, quotes and examples. So a text is laid out
once, and each rule sees only the parts that it asks for, with everything else blanked out.

The Markdown events come from pyromark (Rust's pulldown-cmark), which gives byte ranges;
nothing else in the program knows it. All offsets here are bytes of the UTF-8 text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import pyromark

# What a byte of the text is: one of these, and any of the three flags.
NOTHING, PROSE, HEADING, TABLE, CODE, COMMENT, PLACEHOLDER = range(7)
QUOTE, EXAMPLE, ITEM = 8, 16, 32

_OPTIONS = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_STRIKETHROUGH
_MARKDOWN = pyromark.Markdown(options=_OPTIONS | pyromark.Options.ENABLE_TASKLISTS)


def _labels(test: Any) -> bytes:
    """Return a translation table: 0xFF for the labels that pass, 0 for the others."""
    return bytes(0xFF if label < 64 and test(label) else 0 for label in range(256))


_NEAR = 600  # bytes

# Which labels each region of the rule language takes.
_REGIONS = {
    "prose": _labels(lambda label: label & 7 == PROSE and not label & (QUOTE | EXAMPLE)),
    "list-item": _labels(
        lambda label: label & 7 == PROSE and label & ITEM and not label & (QUOTE | EXAMPLE)
    ),
    "heading": _labels(lambda label: label & 7 == HEADING and not label & (QUOTE | EXAMPLE)),
    "table": _labels(lambda label: label & 7 == TABLE and not label & (QUOTE | EXAMPLE)),
    "code": _labels(lambda label: label & 7 == CODE and not label & EXAMPLE),
    "quote": _labels(
        lambda label: label & QUOTE and not label & EXAMPLE and label & 7 in (PROSE, HEADING, TABLE)
    ),
    "example": _labels(lambda label: label & EXAMPLE and label & 7 != COMMENT),
    "comment": _labels(lambda label: label & 7 == COMMENT),
    "placeholder": _labels(lambda label: label & 7 == PLACEHOLDER),
}
_ADD = {
    flag: bytes((label | flag) if label < 64 else label for label in range(256))
    for flag in (QUOTE, EXAMPLE)
}
_WHITE = bytes(0xFF if byte in b" \t\r\n" else 0 for byte in range(256))


class Tag(NamedTuple):
    """A tag such as <policy>; its attributes don't matter here."""

    name: str
    start: int
    end: int
    kind: Literal["open", "close", "void"]


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of running text: a paragraph, a heading, a list item, a table cell.

    `level` is a heading's level, from 1; `depth` says how many lists it stands in.
    """

    kind: Literal["paragraph", "heading", "cell"]
    start: int
    end: int
    level: int = 0
    depth: int = 0


class Fence(NamedTuple):
    """A code block: where it stands, whether it has fences, and whether those are closed."""

    start: int
    end: int
    fenced: bool
    closed: bool


class Item(NamedTuple):
    """A list item: where it stands, its depth from 1, and its number where it has one."""

    start: int
    end: int
    depth: int
    parent: int
    ordered: bool


@dataclass(slots=True)
class Layout:
    """The layout of a text: a label for each byte, and the blocks, items, fences and tags."""

    data: bytes
    labels: bytearray
    blocks: list[Block] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    fences: list[Fence] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    _views: dict[tuple[str, ...], bytes] = field(default_factory=dict)
    _block_starts: list[int] | None = None
    _sentences: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    def view(self, regions: tuple[str, ...]) -> bytes:
        """Return the text with all but some regions replaced by NUL, white space kept.

        It is as long as `data`, so that a match in it stands at the same offset there. Were
        the indentation of a wrapped list item blanked, no phrase could go on behind it.
        """
        if "anywhere" in regions:
            return self.data
        view = self._views.get(regions)
        if view is None:
            # Masking byte by byte in Python is slow; two long integers and an AND are one
            # pass in C each.
            size = len(self.data)
            mask = int.from_bytes(self.data.translate(_WHITE), "little")
            for region in regions:
                if region in _REGIONS:
                    mask |= int.from_bytes(self.labels.translate(_REGIONS[region]), "little")
            view = (int.from_bytes(self.data, "little") & mask).to_bytes(size, "little")
            self._views[regions] = view
        return view

    def label(self, at: int) -> int:
        """Return the label of a byte."""
        return self.labels[at] if at < len(self.labels) else NOTHING

    def block_at(self, at: int) -> Block | None:
        """Return the block that holds an offset."""
        if self._block_starts is None:
            self._block_starts = [block.start for block in self.blocks]
        index = bisect_right(self._block_starts, at) - 1
        if index >= 0 and at < self.blocks[index].end:
            return self.blocks[index]
        return None

    def sentences(self, block: Block, view: bytes) -> Iterator[tuple[int, int]]:
        """Yield where the sentences of a block begin and end, by their sight in a view."""
        start = block.start
        for found in _SENTENCE_END.finditer(view, block.start, block.end):
            yield from _trimmed(view, start, max(found.end(1), found.start()))
            start = found.end()
        yield from _trimmed(view, start, block.end)

    def sentence_at(self, start: int, end: int) -> tuple[int, int]:
        """Return the sentence around a range, or its line where it is in no block.

        Of an endless one only what is near is returned: whoever looks at it must not pay
        for its whole length at each of its words.
        """
        low, high = self._sentence(start, end)
        return max(low, start - _NEAR), min(high, end + _NEAR)

    def _sentence(self, start: int, end: int) -> tuple[int, int]:
        block = self.block_at(start)
        if block is None:
            line = self.data.rfind(b"\n", max(0, start - _NEAR), start) + 1
            stop = self.data.find(b"\n", end, end + _NEAR)
            return line or max(0, start - _NEAR), stop if stop >= 0 else len(self.data)
        sentences = self._sentences.get(block.start)
        if sentences is None:
            sentences = list(self.sentences(block, self.data))
            self._sentences[block.start] = sentences
        index = max(0, bisect_right(sentences, (start, len(self.data))) - 1)
        low, high = sentences[index] if sentences else (block.start, block.end)
        return min(low, start), max(high, end)


# A line break before a capital, a number or a sign ends a sentence too: plain-text prompts
# put one instruction on a line, without full stops. In wrapped prose this cuts a sentence
# now and then, which can only make a measure smaller.
_SENTENCE_END = re.compile(
    rb"([.!?][\"')\]*_]*)(?=[ \t\r\n]+[^a-z\s])[ \t\r\n]+|()\r?\n(?=[ \t]*[^a-z \t\r\n])"
)


def _trimmed(view: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and view[start] in b" \t\r\n\0":
        start += 1
    while end > start and view[end - 1] in b" \t\r\n\0":
        end -= 1
    if start < end:
        yield start, end


# --- laying out ----------------------------------------------------------------------------

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
_CODE_TAG = re.compile(rb"<(?i:script|style|pre|textarea)\b")
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
    rb"(?i)^[\s*_\0]{0,20}(?:(?:[\w-]{1,40} ){0,2}examples?(?: [\w-]{1,40}){0,3}|for example|for instance|e\.g\."
    rb"|good|bad|wrong|right|correct|incorrect|before|after|sample (?:input|output|response))"
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
    if b"http" in data or b"www." in data:
        for found in _ADDRESS.finditer(data):
            if labels[found.start()] & 7 != CODE:
                labels[found.start() : found.end()] = bytes(found.end() - found.start())
    for start, end in placeholders:
        if labels[start] & 7 != CODE:
            flags = labels[start] & ~7
            labels[start:end] = bytes([flags | PLACEHOLDER]) * (end - start)
    if b"<" in data:
        layout.tags = list(_find_tags(data, labels))
    for start, end in _example_sections(layout):
        _flag(labels, start, end, EXAMPLE)
    for start, end in examples:
        _flag(labels, start, end, EXAMPLE)
    prose = layout.view(("prose",))
    for found in _QUOTED.finditer(prose):
        _flag(labels, found.start(), found.end(), QUOTE)
    for found in _ASIDE.finditer(prose):
        _flag(labels, found.start(), found.end(), EXAMPLE)
    layout._views.clear()  # the flags changed what they show
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
        if block.kind != "heading":
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
            if self.label_pending:
                self.examples.append((block.start, block.end))
            self.label_pending = False
            if _EXAMPLE_LABEL.match(text):
                self.examples.append((block.start, block.end))
                self.label_pending = text.rstrip(b"*_ ").endswith(b":")
            elif _MARKED_WRONG.match(text):
                self.examples.append((block.start, block.end))
        elif kind == "heading":
            self.label_pending = False
        self.run_start = -1

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
                self.examples.append((start, end))
                self.label_pending = False
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
                self.examples.append((start, end))
                self.label_pending = False
            self.base = CODE
            self.code(start, end, fenced=isinstance(detail, dict))
        elif name in ("TableHead", "TableRow", "TableCell"):
            self.flush()
            self.base = TABLE
        elif name == "HtmlBlock":
            self.flush()
            self.commented = False
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
        elif name == "Link":
            self.silent = 0

    def code(self, start: int, end: int, *, fenced: bool) -> None:
        data = self.layout.data
        self.labels[start:end] = bytes((CODE | self.flags,)) * (end - start)
        closed = True
        if fenced:
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
        elif _CODE_TAG.match(data, start):
            labels[start:end] = bytes((CODE | self.flags,)) * (end - start)
        elif not _TAG.fullmatch(data, start, end):
            # A line such as <p>text</p>: the text between the tags is prose.
            labels[start:end] = bytes((self.base | self.flags,)) * (end - start)
            for found in _TAG.finditer(data, start, end):
                labels[found.start() : found.end()] = bytes(found.end() - found.start())
        if self.run_start >= 0:
            self.run_end = end
