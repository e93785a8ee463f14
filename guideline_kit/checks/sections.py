"""Which sections a document has, and what they are called: its headings and its tags."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guideline_kit.documents import Document, Message

_SIGNS = re.compile(r"[\W_]+")
_LONGEST = 8  # words of a name that is looked for within another one
_MOST = 40  # words of a heading within which a name is looked for


def plain(text: str) -> str:
    """Return a name as names are compared: without capitals and signs."""
    return _SIGNS.sub(" ", text).strip().casefold()


def parts(name: str) -> Iterator[str]:
    """Yield a plain name, and each run of whole words in it.

    Bounded, so that a heading of a megabyte costs no more than its length.
    """
    yield name
    words = name.split(" ", _MOST)[:_MOST]
    for start in range(len(words)):
        for end in range(start + 1, min(start + _LONGEST, len(words)) + 1):
            yield " ".join(words[start:end])


def sections(message: Message) -> Iterator[tuple[int, int, str]]:
    """Yield the headings and the tags of a message: where they are, in bytes, and the name."""
    layout = message.layout
    for block in layout.blocks:
        if block.kind == "heading":
            text = layout.data[block.start : block.end].decode("utf-8", "replace")
            yield block.start, block.end, plain(text)
    for tag in layout.tags:
        if tag.kind != "close":
            yield tag.start, tag.end, plain(tag.name)


class Sections:
    """The sections of a document by their names, and by each part of a name."""

    def __init__(self, document: Document) -> None:
        self.places: dict[str, list[tuple[int, int, int]]] = {}
        for index, message in enumerate(document.messages):
            for start, end, name in sections(message):
                for part in set(parts(name)):
                    self.places.setdefault(part, []).append((index, start, end))

    def named(self, name: str) -> list[tuple[int, int, int]]:
        """Return the sections in whose names a name stands, as whole words.

        Each as the index of its message and its place there, in bytes; in no order.
        """
        return self.places.get(plain(name), [])
