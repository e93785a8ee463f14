"""markup: tags, fences, headings and lists that don't fit together."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from guideline_kit.checks import Match, Scope
from guideline_kit.checks.markup import headings
from guideline_kit.checks.markup.mending import MENDS
from guideline_kit.checks.sections import plain
from guideline_kit.documents import Document, Message
from guideline_kit.regions import QUOTE, Tag

if TYPE_CHECKING:
    from guideline_kit.checks.markup.pointers import Found

# Elements of HTML that have no end tag, or whose end tag may be left out.
_VOID = (
    "br hr img input meta link area base col embed source track wbr p li td tr th dt dd option"
    " tbody thead tfoot colgroup"
)
# Elements that lay out a page: in a prompt they are part of some HTML, not delimiters.
_LAYOUT = (
    "html head body div span script style select button form table ul ol a b i u s em strong"
    " small sub sup code pre kbd h1 h2 h3 h4 h5 h6 svg path iframe center font label nav video"
    " audio canvas picture textarea"
)
_NO_DELIMITERS = frozenset(f"{_VOID} {_LAYOUT}".split())
_MENTION = re.compile(
    rb"\s*[`'\"]?\s*(?:xml\s+)?(?:tags?|sections?|blocks?|elements?|delimiters?)\b", re.IGNORECASE
)
# Looking for the ends of the line itself would cost its whole length at each tag in it.
_BLANK_TO_BREAK = re.compile(rb"(?:\A|[\r\n])[ \t]*\Z")
_BREAK = re.compile(rb"[ \t]*(?:\r?\n|\Z)")
_LONGEST_QUOTE = 400  # bytes
_GOES_ON = re.compile(rb"[,:]? ['\"\[(]?[a-z]")
_NUMBER = re.compile(rb"(\d{1,9})[.)]")


class Markup:
    """One defect of a text's markup."""

    patterns = ()

    def __init__(self, params: Mapping[str, Any], scope: Scope) -> None:
        self.scope = scope
        self.problem: str = params["problem"]
        self.ignore = frozenset(plain(text) for text in params.get("ignore", ()))

    @property
    def guard(self) -> str | None:
        if self.problem == "broken-reference":
            from guideline_kit.checks.markup.pointers import GUARD

            return GUARD
        return _GUARDS.get(self.problem)

    def find(self, document: Document, today: datetime.date) -> Iterator[Match]:
        check = _PROBLEMS.get(self.problem)
        if check is None:
            # Its patterns are many, and few texts point to a part of themselves.
            from guideline_kit.checks.markup.references import References

            check = References(document).broken
        mend = MENDS.get(self.problem)
        for message in document.texts(self.scope.roles):
            for start, end, name in check(message):
                if plain(name) in self.ignore:
                    continue
                span = message.text.byte_span(start, end)
                values = {"match": document.source.slice(span), "name": name}
                yield Match(span, values, mend(message, start) if mend else None)


def _tag_defects(message: Message) -> Iterator[tuple[str, Tag]]:
    """Yield what is wrong with the tags of a message: ('unclosed' ...), in one pass.

    `<name>` in the middle of a line is often no tag but a blank to fill in, so only tags
    that begin a line count as opened; a closing tag always counts.
    """
    layout = message.layout
    data = message.text.data
    # Names in quotes and examples are talked about, not used.
    tags: list[Tag] = []
    spoken_of: dict[str, int] = {}  # where the name was last in quotes
    for tag in layout.tags:
        if _talked_about(layout.labels, data, tag):
            spoken_of[tag.name] = tag.end
        elif not _ends_quoted(data, tag, spoken_of.get(tag.name)):
            tags.append(tag)
    closings = Counter(tag.name for tag in tags if tag.kind == "close")
    closed = set(closings)
    seen = {tag.name for tag in tags if tag.kind == "open"}
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
            named = tag.name not in seen and _in_sentence(data, tag)
            if not named and not _MENTION.match(data, tag.end):
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
    end = len(data.rstrip())
    for tag in stack:
        # One that ends the prompt, and is closed elsewhere, is where the answer begins.
        begins_answer = tag.end >= end and tag.name in closed
        if _leads(data, tag) and not begins_answer:
            yield "unclosed", tag


def _talked_about(labels: bytearray, data: bytes, tag: Tag) -> bool:
    around = labels[tag.start - 1] if tag.start else 0
    quoted = data[tag.start - 1 : tag.start] in (b'"', b"'", b"`", b"\xbb", b"\x9c")
    return quoted or bool(around & QUOTE)


def _ends_quoted(data: bytes, tag: Tag, quoted: int | None) -> bool:
    """Whether a tag closes one in quotes, as in "<b>name</b>"."""
    if tag.kind != "close" or quoted is None or tag.start - quoted > _LONGEST_QUOTE:
        return False
    return b"\n" not in data[quoted : tag.start]


def _in_sentence(data: bytes, tag: Tag) -> bool:
    """Whether words stand before and behind a tag, as in: After </answer> write "done"."""
    before = data[tag.start - 2 : tag.start]
    return before[:1].isalnum() and before[1:] == b" " and bool(_GOES_ON.match(data, tag.end))


def _leads(data: bytes, tag: Tag) -> bool:
    """Whether a tag stands alone on its line."""
    return bool(_BLANK_TO_BREAK.search(data, max(0, tag.start - 80), tag.start)) and bool(
        _BREAK.match(data, tag.end)
    )


def _tags(problem: str) -> Callable[[Message], Found]:
    def check(message: Message) -> Found:
        for found, tag in _tag_defects(message):
            if found == problem:
                yield tag.start, tag.end, tag.name

    return check


def _open_fence(message: Message) -> Found:
    data = message.text.data
    stray = -1
    for fence in message.layout.fences:
        if fence.fenced and not fence.closed and fence.start != stray:
            # Closed by a line that stands further to the left, outside of the list item that the
            # fence is in: two fences to CommonMark, one to whoever wrote it.
            behind = data[fence.end : fence.end + 200].lstrip()
            stray = data.find(behind, fence.end)
            if behind.partition(b"\n")[0].rstrip() == data[fence.start : fence.start + 3]:
                continue
            stop = data.find(b"\n", fence.start)
            stop = stop if stop >= 0 else len(data)
            yield fence.start, len(data[:stop].rstrip()), data[fence.start : stop].decode().strip()


def _step_numbers(message: Message) -> Found:
    layout, data = message.layout, message.text.data
    lists: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
    last_end: dict[tuple[int, int], int] = {}
    runs: list[list[tuple[int, int, int]]] = []
    for item in [item for item in layout.items if item.ordered]:
        number = _NUMBER.match(data, item.start)
        if not number:
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


_PROBLEMS: Mapping[str, Callable[[Message], Found]] = {
    "unclosed-tag": _tags("unclosed"),
    "unopened-tag": _tags("unopened"),
    "crossed-tag": _tags("crossed"),
    "open-fence": _open_fence,
    "skipped-heading": headings.skipped,
    "duplicate-heading": headings.duplicate,
    "empty-section": headings.empty,
    "step-numbers": _step_numbers,
}

# What the text holds wherever there is such a problem.
_GUARDS = {
    "unclosed-tag": "<[A-Za-z]",
    "unopened-tag": "</[A-Za-z]",
    "crossed-tag": "</[A-Za-z]",
    "open-fence": "```|~~~",
}


class _Kind:
    name = "markup"
    regions = ("anywhere",)

    def bind(self, params: Mapping[str, Any], scope: Scope) -> Markup:
        return Markup(params, scope)


KIND = _Kind()
