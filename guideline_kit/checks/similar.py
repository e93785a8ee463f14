"""similar: entries of a catalog that say nearly the same.

Texts are compared by their shingles, the runs of three words in them: how similar two are is
the share of shingles that both have, of those that either has (Jaccard's measure). Two texts
that share enough shingles share one among the rarest of each, so only such texts are compared
in full.
"""

from __future__ import annotations

import datetime
import math
import re
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guideline_kit.checks import Match, Scope
from guideline_kit.diagnostics import Related
from guideline_kit.documents import Document
from guideline_kit.formats import CATALOG_PROMPT
from guideline_kit.formats.catalog_entry import FORMATS

_KINDS = {CATALOG_PROMPT: "prompt", **{format: kind for kind, format in FORMATS.items()}}
# What says of a pattern or of a rule what it is.
_FIELDS = {"pattern": ("summary", "problem", "solution"), "rule": ("summary", "why", "how_to_fix")}

# Words, their case aside; where no blanks stand between words, each character.
_CJK = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+")
_WORD_BITS = 21
_SHOWN = 3  # of several texts that are much the same, so many are named
# A rare shingle remembers so many texts. Of a thousand copies each finds some, and not all.
_REMEMBERED = 20


@dataclass(frozen=True, slots=True)
class _Text:
    """What an entry says: each of its shingles once, as a number."""

    document: Document
    shingles: array[int]


class Similar:
    """A text that is nearly the text of another entry."""

    guard = None
    patterns = ()

    def __init__(self, params: Mapping[str, Any], scope: Scope) -> None:
        self.scope = scope
        self.at_least: float = params["at_least"] / 100
        self.min_words: int = params.get("min_words", 30)
        self.entries: Sequence[str] = params.get("entries", ("prompt",))

    def find(self, document: Document, today: datetime.date) -> Iterator[Match]:
        """Find nothing: one document by itself is like no other."""
        return iter(())

    def find_among(
        self, documents: Sequence[Document], today: datetime.date
    ) -> Iterator[tuple[Document, Match]]:
        """Yield each document that is nearly one before it, with a match that names those."""
        for kind in sorted(set(self.entries)):
            numbers: dict[str, int] = {}
            texts = []
            for document in documents:
                if _KINDS.get(document.format) == kind:
                    words = self.words(document, kind)
                    if len(words) >= max(self.min_words, 3):
                        texts.append(_Text(document, _shingles(words, numbers)))
            for text, alike in _alike(texts, self.at_least):
                others = [item for item in alike if not _supersede(text.document, item[1])]
                if others:
                    yield text.document, _match(text.document, others)

    def words(self, document: Document, kind: str) -> list[str]:
        """Return the words by which an entry is compared."""
        return _WORD.findall("\n".join(_says(document, kind, self.scope.roles)).lower())


def _shingles(words: list[str], numbers: dict[str, int]) -> array[int]:
    """Return the runs of three words, each once, as numbers of 64 bits.

    `numbers` gives each word of the catalog a number of its own.
    """
    coded = [numbers.setdefault(word, len(numbers)) for word in words]
    mask = (1 << 64) - 1
    # The factor is odd, so different runs stay different; it spreads them over all bits.
    return array(
        "Q",
        {
            ((one << 2 * _WORD_BITS ^ two << _WORD_BITS ^ three) * 0x9E3779B97F4A7C15) & mask
            for one, two, three in zip(coded, coded[1:], coded[2:], strict=False)
        },
    )


def _says(document: Document, kind: str, roles: frozenset[str]) -> Iterator[str]:
    if kind == "prompt":
        for message in document.texts(roles):
            yield message.text.text
    for field in _FIELDS.get(kind, ()):
        value = document.fields.get(field)
        if isinstance(value, str):
            yield value


def _supersede(one: Document, other: Document) -> bool:
    """Whether one of two entries says that the other supersedes it: then they may be alike."""
    return any(
        isinstance(old.fields.get("superseded_by"), str)
        and old.fields["superseded_by"] == new.fields.get("id")
        for old, new in ((one, other), (other, one))
    )


def _match(document: Document, others: Sequence[tuple[float, Document]]) -> Match:
    share, nearest = others[0]
    span = document.file_line
    return Match(
        span,
        {
            "name": _name(nearest),
            "share": _percent(share),
            "match": document.source.slice(span),
        },
        related=tuple(
            Related(f"{_percent(share)}% as in {_name(other)}", other.source, other.file_line)
            for share, other in others[:_SHOWN]
        ),
    )


def _percent(share: float) -> str:
    return str(int(100 * share + 1e-9))  # 100 * 0.29 is a little less than 29


def _name(document: Document) -> str:
    id = document.fields.get("id")
    return id if isinstance(id, str) else document.source.name


def _alike(
    texts: Sequence[_Text], at_least: float
) -> Iterator[tuple[_Text, list[tuple[float, Document]]]]:
    """Yield each text that is like some before it, with those, the most similar first."""
    # How many texts have a shingle, counted roughly in a table of fixed size: never too few.
    # It gives an order, which has only to be the same for all texts.
    shift = 64 - max(10, sum(len(text.shingles) for text in texts).bit_length())
    having = array("I", bytes(array("I").itemsize << (64 - shift)))
    for text in texts:
        for shingle in text.shingles:
            having[shingle >> shift] += 1
    first_with: dict[int, list[int]] = {}
    for index, text in enumerate(texts):
        size = len(text.shingles)
        ordered = sorted(text.shingles, key=lambda shingle: (having[shingle >> shift], shingle))
        rarest = ordered[: size - math.ceil(at_least * size - 1e-9) + 1]
        shared = [shingle for shingle in rarest if having[shingle >> shift] > 1]
        own = frozenset(text.shingles)
        found = []
        for other in {other for shingle in shared for other in first_with.get(shingle, ())}:
            theirs = texts[other].shingles
            if min(size, len(theirs)) < at_least * max(size, len(theirs)) - 1e-9:
                continue  # too different in length
            both = len(own.intersection(theirs))
            share = both / (size + len(theirs) - both)
            if share >= at_least:
                found.append((share, -other))
        if found:
            found.sort(reverse=True)
            yield text, [(share, texts[-other].document) for share, other in found]
        for shingle in shared:
            remembered = first_with.setdefault(shingle, [])
            if len(remembered) < _REMEMBERED:
                remembered.append(index)


class _Kind:
    name = "similar"
    regions = ("anywhere",)

    def bind(self, params: Mapping[str, Any], scope: Scope) -> Similar:
        return Similar(params, scope)


KIND = _Kind()
