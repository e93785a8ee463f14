"""markup: tags, fences, headings and lists that don't fit together."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from itertools import pairwise
from typing import Any

from guideline_kit.checks import Match, Scope
from guideline_kit.documents import Document, Message
from guideline_kit.regions import EXAMPLE, PROSE, QUOTE, Block, Tag

# Elements of HTML that have no end tag, or whose end tag may be left out.
_VOID = (
    "br hr img input meta link area base col embed source track wbr p li td tr th dt dd option"
    " tbody thead tfoot colgroup"
)
# Elements that lay out a page: in a prompt they are part of some HTML, not delimiters.
_LAYOUT = (
    "html head body div span script style select button form table ul ol a b i u s em strong"
    " small sub sup code pre kbd h1 h2 h3 h4 h5 h6 svg path iframe center font label nav video"
    " audio canvas picture"
)
_NO_DELIMITERS = frozenset(f"{_VOID} {_LAYOUT}".split())
_MENTION = re.compile(
    rb"\s*[`'\"]?\s*(?:xml\s+)?(?:tags?|sections?|blocks?|elements?|delimiters?)\b", re.IGNORECASE
)
# Looking for the ends of the line itself would cost its whole length at each tag in it.
_BLANK_TO_BREAK = re.compile(rb"(?:\A|[\r\n])[ \t]*\Z")
_BREAK = re.compile(rb"[ \t]*(?:\r?\n|\Z)")
_NUMBER = re.compile(rb"(\d{1,9})[.)]")
_SIGNS = re.compile(r"[\W_]+")
# For one problem of nine: compiled when that one is looked for, and kept by re.
_INSIDE = (
    rb"(?i)\b(?:from|in|inside|within|between)\s+(?:the\s+)?[`'\"]?</?([A-Za-z][\w-]{0,60})>[`'\"]?"
    rb"\s+(?:xml\s+)?(?:tags?|section|block|element)\b"
)
_SECTION = (
    rb"(?i)\b(?:in|under|see|from|follow)\s+(?:the\s+)?(?:[\"*'_]{1,2}|\xe2\x80[\x98\x9c])"
    rb"([A-Za-z][^\"*'\n\xe2]{1,60})(?:[\"*'_]{1,2}|\xe2\x80[\x99\x9d])\s+section\b(?!\s+(?:of|in|on|from)\b)"
)
_OUTPUT = (
    rb"(?i)\b(?:wrap\w*|writ\w+|put\w*|plac\w+|return\w*|output\w*|enclos\w+|format\w*|generat\w+"
    rb"|produc\w+|respond\w*|answer\w*|includ\w+|add\w*|creat\w+|insert\w*|provid\w+|report\w*|docs?|readme|document)\b"
)


class Markup:
    """One defect of a text's markup."""

    guard = None
    patterns = ()

    def __init__(self, params: Mapping[str, Any], scope: Scope) -> None:
        self.scope = scope
        self.problem: str = params["problem"]
        self.ignore = frozenset(_name(text) for text in params.get("ignore", ()))

    def find(self, document: Document, today: datetime.date) -> Iterator[Match]:
        check = _PROBLEMS.get(self.problem) or _References(document).broken
        for message in document.texts(self.scope.roles):
            for start, end, name in check(message):
                if _name(name) in self.ignore:
                    continue
                span = message.text.byte_span(start, end)
                yield Match(span, {"match": document.source.slice(span), "name": name})


# What the checks below yield: where it begins and ends, in bytes, and the name in question.
_Found = Iterator[tuple[int, int, str]]


def _name(text: str) -> str:
    return _SIGNS.sub(" ", text).strip().casefold()


def _tag_defects(message: Message) -> Iterator[tuple[str, Tag]]:
    """Yield what is wrong with the tags of a message: ('unclosed' ...), in one pass.

    `<name>` in the middle of a line is often no tag but a blank to fill in, so only tags
    that begin a line count as opened; a closing tag always counts.
    """
    layout = message.layout
    data = message.text.data
    # Names in quotes and examples are talked about, not used.
    tags = [tag for tag in layout.tags if not _talked_about(layout.labels, data, tag)]
    closings = Counter(tag.name for tag in tags if tag.kind == "close")
    stack: list[Tag] = []
    opened: Counter[str] = Counter()
    for tag in tags:
        if tag.kind == "void" or tag.name.lower() in _NO_DELIMITERS:
            continue
        if tag.kind == "open":
            if not _MENTION.match(data, tag.end):
                stack.append(tag)
                opened[tag.name] += 1
            continue
        closings[tag.name] -= 1
        if not opened[tag.name]:
            if not _MENTION.match(data, tag.end):
                yield "unopened", tag
            continue
        crossed = False
        while stack:
            top = stack.pop()
            opened[top.name] -= 1
            if top.name == tag.name:
                break
            if closings[top.name] > 0 and _leads(data, top):
                crossed = True
            elif _leads(data, top):
                yield "unclosed", top
        if crossed:
            yield "crossed", tag
    for tag in stack:
        if _leads(data, tag):
            yield "unclosed", tag


def _talked_about(labels: bytearray, data: bytes, tag: Tag) -> bool:
    around = labels[tag.start - 1] if tag.start else 0
    quoted = data[tag.start - 1 : tag.start] in (b'"', b"'", b"`", b"\xbb", b"\x9c")
    return quoted or bool(around & QUOTE)


def _leads(data: bytes, tag: Tag) -> bool:
    """Whether a tag stands alone on its line."""
    return bool(_BLANK_TO_BREAK.search(data, max(0, tag.start - 80), tag.start)) and bool(
        _BREAK.match(data, tag.end)
    )


def _tags(problem: str) -> Callable[[Message], _Found]:
    def check(message: Message) -> _Found:
        for found, tag in _tag_defects(message):
            if found == problem:
                yield tag.start, tag.end, tag.name

    return check


def _open_fence(message: Message) -> _Found:
    data = message.text.data
    for fence in message.layout.fences:
        if fence.fenced and not fence.closed:
            stop = data.find(b"\n", fence.start)
            stop = stop if stop >= 0 else len(data)
            yield fence.start, len(data[:stop].rstrip()), data[fence.start : stop].decode().strip()


def _headings(message: Message) -> list[tuple[Block, int, int, str]]:
    """Return each heading with its whole line, in bytes, and its text."""
    data = message.text.data
    found = []
    for block in message.layout.blocks:
        if block.kind != "heading" or message.layout.label(block.start) & QUOTE:
            continue
        start = data.rfind(b"\n", 0, block.start) + 1
        stop = data.find(b"\n", block.end)
        line = data[start : stop if stop >= 0 else len(data)]
        start += len(line) - len(line.lstrip())
        text = data[block.start : block.end].decode("utf-8", "replace").strip()
        found.append((block, start, start + len(line.strip()), text))
    return found


def _skipped_heading(message: Message) -> _Found:
    before = 0
    for block, start, end, text in _headings(message):
        if before and block.level > before + 1:
            yield start, end, text
        before = block.level


def _duplicate_heading(message: Message) -> _Found:
    parents: list[tuple[int, str]] = []
    seen: set[tuple[str, ...]] = set()
    labels = message.layout.labels
    for block, start, end, text in _headings(message):
        if text.startswith((".", "…")):
            continue  # "# ... more code": a remark in code that has no fence
        while parents and parents[-1][0] >= block.level:
            parents.pop()
        parents.append((block.level, _name(text)))
        path = tuple(name for _, name in parents)
        if path in seen and path[-1] and not labels[block.start] & EXAMPLE:
            yield start, end, text
        seen.add(path)


def _empty_section(message: Message) -> _Found:
    headings = _headings(message)
    data = message.text.data
    for (block, start, end, text), (following, low, _, _) in pairwise(headings):
        between = data[end:low].strip(b" \t\r\n=-")
        if not between and following.level <= block.level:
            yield start, end, text


def _step_numbers(message: Message) -> _Found:
    layout, data = message.layout, message.text.data
    lists: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
    last_end: dict[tuple[int, int], int] = {}
    runs: list[list[tuple[int, int, int]]] = []
    for item in layout.items:
        number = _NUMBER.match(data, item.start)
        if not item.ordered or not number:
            continue
        key = (item.depth, item.parent)
        entry = (item.start, number.end(), int(number[1]))
        # Items of one list follow each other with nothing but white space between them.
        if key in last_end and not data[last_end[key] : item.start].strip():
            lists[key].append(entry)
        else:
            lists[key] = [entry]
            runs.append(lists[key])
        last_end[key] = item.end
    for run in runs:
        numbers = [number for _, _, number in run]
        if len(set(numbers)) == 1:
            continue  # 1. 1. 1. is Markdown's own way
        for (_, _, before), (start, end, step) in pairwise(run):
            if step != before + 1:
                yield start, end, str(step)
                break


class _References:
    """What a document's texts can point to, looked up once for all its messages."""

    def __init__(self, document: Document) -> None:
        self.document = document

    @cached_property
    def closed(self) -> set[str]:
        """The names of tags that are closed somewhere."""
        return {tag.name.casefold() for message in self.document.messages
                for tag in message.layout.tags if tag.kind == "close"}  # fmt: skip

    @cached_property
    def opened(self) -> Mapping[str, set[int]]:
        """The names of tags that are opened, with the messages that do."""
        opened: dict[str, set[int]] = {}
        for message in self.document.messages:
            for tag in message.layout.tags:
                if tag.kind != "close":
                    opened.setdefault(tag.name.casefold(), set()).add(id(message))
        return opened

    @cached_property
    def names(self) -> set[str]:
        """The names of sections: headings and tags."""
        headings = {_name(text) for message in self.document.messages
                    for *_, text in _headings(message)}  # fmt: skip
        return {name for name in headings | self.closed | self.opened.keys() if name}

    @cached_property
    def joined(self) -> str:
        """All names in one text: whether a name is part of another one is one search in it."""
        return "\n".join(self.names)

    def has_tag(self, name: str, message: Message) -> bool:
        """Whether a tag is closed anywhere, or opened in another message."""
        name = name.casefold()
        openers = self.opened.get(name, set())
        return name in self.closed or len(openers) > 1 or bool(openers - {id(message)})

    def has_section(self, name: str) -> bool:
        """Whether a section's name is part of a name that is there, or the other way round."""
        name = _name(name)
        if name in self.joined:
            return True
        parts = (name[start:end] for end in range(len(name) + 1) for start in range(end))
        return not self.names.isdisjoint(parts)

    def broken(self, message: Message) -> _Found:
        """Yield the references of a message that lead nowhere."""
        layout, data = message.layout, message.text.data
        for found in re.compile(_INSIDE).finditer(data):
            low, high = layout.sentence_at(found.start(), found.end())
            name = found[1].decode()
            if self.has_tag(name, message) or re.compile(_OUTPUT).search(data, low, high):
                continue
            if _is_prose(message, found.start()):
                yield found.start(1), found.end(1), name
        for found in re.compile(_SECTION).finditer(data):
            low, high = layout.sentence_at(found.start(), found.end())
            name = found[1].decode("utf-8", "replace")
            if self.has_section(name) or re.compile(_OUTPUT).search(data, low, high):
                continue
            if _is_prose(message, found.start()):
                yield found.start(1), found.end(1), name


def _is_prose(message: Message, at: int) -> bool:
    label = message.layout.label(at)
    return label & 7 == PROSE and not label & (QUOTE | EXAMPLE)


_PROBLEMS: Mapping[str, Callable[[Message], _Found]] = {
    "unclosed-tag": _tags("unclosed"),
    "unopened-tag": _tags("unopened"),
    "crossed-tag": _tags("crossed"),
    "open-fence": _open_fence,
    "skipped-heading": _skipped_heading,
    "duplicate-heading": _duplicate_heading,
    "empty-section": _empty_section,
    "step-numbers": _step_numbers,
}


class _Kind:
    name = "markup"
    regions = ("anywhere",)

    def bind(self, params: Mapping[str, Any], scope: Scope) -> Markup:
        return Markup(params, scope)


KIND = _Kind()
