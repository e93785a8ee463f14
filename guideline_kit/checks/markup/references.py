"""References of a text to parts of itself that are not there.

The kind `markup` reports them. A section counts as there if a heading or a tag has its name,
or if the text names it in another way: as a label, in bold, in code.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from urllib.parse import unquote

import re2

from guideline_kit.checks.markup.pointers import pointers
from guideline_kit.checks.sections import parts, plain, sections
from guideline_kit.documents import Document, Message

# A letter or a digit; of other scripts any byte, since of those only letters count later.
_ALNUM = rb"[A-Za-z0-9\x80-\xff]"
# The beginning of a line, up to a colon, a dash, a bracket, the end of bold type or of the line.
# By `re`, like the next one: with so many bounded repeats RE2 has no fast way to read groups.
_LABEL = re.compile(
    rb"^[ \t>#*_\d.()|`+\"'\[-]{0,40}(%s[^\n:*|`\[\]<>{}]{0,120}?)"
    rb"[_ \t]{0,4}(?:[:*|`(\[\]]|\r?$| (?:-|\xe2\x80[\x93\x94]))" % _ALNUM,
    re.MULTILINE,
)
# What is quoted, bold or code.
_SPAN = re.compile(
    rb"[\"`*\xe2](?:(?<=[\"`])|(?<=\*)\*|(?<=\xe2)\x80\x9c)#{0,6} ?"
    rb"(%s(?:(?!\xe2\x80[\x9c\x9d])[^\"`*\n]){0,120})(?:[\"`]|\*\*|\xe2\x80\x9d)" % _ALNUM
)
_CALLED = re2.compile(rb"\b(?i:called|titled|named|labell?ed|headed)\s+([\pL\pN][^\n.,:;]{0,60})")
_NUMBER = re2.compile(
    rb"(?mi)^[ \t>#*_|`\[\]\"'(-]{0,40}(?:(?:steps?|phase|stage|part)\s{0,2})?#?(\d{1,3})\b"
    rb"|\bstep\s{1,2}(\d{1,3})\s?(?:[:)]|\x{2013}|\x{2014})"
)
_TAG = re2.compile(rb"</?([A-Za-z][\w.:-]{0,80})")
_AND_ITS_END = re.compile(rb">\s?(?:and\s|\.\.\.|\xe2\x80\xa6|/)?\s?</")
_HTML_NAME = re2.compile(rb"(?i)\b(?:id|name)\s*=\s*[\"']?([^\"'\s>]{1,200})|\{#([^\s}]{1,200})\}")
_LINKED = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_NOT_IN_SLUGS = re.compile(r"[^\w\- ]")
_SIGNS = re.compile(r"[\W_]+")


def slug(heading: str) -> str:
    """Return the anchor that GitHub makes of a heading: its text in Markdown, without #."""
    text = _LINKED.sub(r"\1", heading) if "](" in heading else heading
    text = text.replace("`", "").replace("*", "")
    return _NOT_IN_SLUGS.sub("", text.strip().lower()).replace(" ", "-")


def _is_half(part: str, name: str) -> bool:
    """Whether a part has half of the words of a name, or more."""
    return 2 * (part.count(" ") + 1) > name.count(" ")


_STEP_TITLE = re.compile(
    rb"#[ \t]+(?:\d+[.:)]?[ \t]+)?(?:step|phase|stage|part)[ \t]+\d", re.IGNORECASE
)


class References:
    """What a document's texts can point to, looked up once for all its messages."""

    def __init__(self, document: Document) -> None:
        self.document = document

    def broken(self, message: Message) -> Iterator[tuple[int, int, str]]:
        """Yield the references that lead nowhere: where they are, in bytes, and the name."""
        has = {
            "section": self.has_section,
            "step": self.has_step,
            "tag": self.has_tag,
            "anchor": self.has_anchor,
        }
        for pointer in pointers(message):
            if not has[pointer.to](pointer.name):
                yield pointer.start, pointer.end, pointer.name

    # Sections.

    def has_section(self, name: str) -> bool:
        """Whether a name is part of the name of something there, or the other way round."""
        name = plain(name)
        return (
            not name
            or name in self._parts
            or any(part in self._names and _is_half(part, name) for part in parts(name))
            or name in self._labels
        )

    @cached_property
    def _names(self) -> set[str]:
        names = {name for message in self.document.messages for *_, name in sections(message)}
        return names - {""}

    @cached_property
    def _parts(self) -> set[str]:
        return {part for name in self._names for part in parts(name)}

    @cached_property
    def _labels(self) -> set[str]:
        """The names that the text gives to something without making it a heading."""
        labels = set()
        for message in self.document.messages:
            data = message.text.data
            pointed = {pointer.start for pointer in pointers(message)}
            for expression in (_LABEL, _SPAN, _CALLED):
                for found in expression.finditer(data):
                    if found.start(1) not in pointed:
                        labels.add(found[1])
        return {plain(label.decode("utf-8", "replace")) for label in labels}

    # Steps.

    def has_step(self, name: str) -> bool:
        """Whether there is a step of a number: step 4."""
        return self._is_a_step or int(name.split()[-1]) in self._steps

    @cached_property
    def _is_a_step(self) -> bool:
        """Whether the document itself is one of several steps: the others are other files."""
        data = self.document.messages[0].text.data
        return _STEP_TITLE.match(data.lstrip()[:200]) is not None

    @cached_property
    def _steps(self) -> set[int]:
        """The numbers that stand at the beginning of a line or after "step", or count items."""
        numbers: set[int] = set()
        for message in self.document.messages:
            numbers.update(
                int(found[1] or found[2]) for found in _NUMBER.finditer(message.text.data)
            )
            lists: Counter[tuple[int, int]] = Counter()
            for item in message.layout.items:
                if item.ordered:
                    lists[item.depth, item.parent] += 1
            numbers.update(range(1, max(lists.values(), default=0) + 1))
        return numbers

    # Tags.

    def has_tag(self, name: str) -> bool:
        """Whether a tag of this name stands anywhere, beside the references to it."""
        return self._tags[name.casefold()] > 0

    @cached_property
    def _tags(self) -> Counter[str]:
        """How often the name of each tag stands in the text, references to it left out."""
        tags: Counter[str] = Counter()
        for message in self.document.messages:
            data = message.text.data
            tags.update(found[1].decode().casefold() for found in _TAG.finditer(data))
            for pointer in pointers(message):
                if pointer.to == "tag":
                    both = _AND_ITS_END.match(data, pointer.end) is not None
                    tags[pointer.name.casefold()] -= 1 + both
        return tags

    # Anchors.

    def has_anchor(self, name: str) -> bool:
        """Whether an anchor, with its #, is that of a heading or of an HTML element."""
        name = unquote(name.removeprefix("#")).lower().removeprefix("user-content-")
        if name == "top" or name in self._anchors:
            return True
        # Sites make anchors in their own ways; the letters are what they have in common.
        letters = _SIGNS.sub("", name)
        return not letters or letters in self._letters

    @cached_property
    def _anchors(self) -> set[str]:
        anchors: set[str] = set()
        seen: Counter[str] = Counter()
        for message in self.document.messages:
            layout = message.layout
            for block in layout.blocks:
                if block.kind == "heading":
                    text = layout.data[block.start : block.end].decode("utf-8", "replace")
                    name = slug(text)
                    anchors.add(f"{name}-{seen[name]}" if seen[name] else name)
                    seen[name] += 1
            for found in _HTML_NAME.finditer(layout.data):
                anchors.add((found[1] or found[2]).decode("utf-8", "replace").lower())
        return anchors

    @cached_property
    def _letters(self) -> set[str]:
        return {_SIGNS.sub("", name) for name in self._anchors}
