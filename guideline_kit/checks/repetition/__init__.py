"""repetition: a word, a sentence or an instruction said twice."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import re2

from guideline_kit.checks import Match, Scope
from guideline_kit.checks.matching import WORD, Unless, replacement, views
from guideline_kit.checks.repetition.instructions import (
    Meaning,
    is_instruction,
    is_standing,
    meaning,
    plain,
    points,
    tokens,
)
from guideline_kit.checks.repetition.parallels import (
    begins_line,
    in_list,
    is_reminder,
    parallel,
    section,
    siblings,
)
from guideline_kit.checks.repetition.suspects import suspects
from guideline_kit.diagnostics import Related
from guideline_kit.documents import Document, Message
from guideline_kit.regions import Block

# Words that stand twice in good English: "that that is", "had had", "very very long".
_GOOD_TWICE = "that had very so really much many far more no is in on do bla blah"
# Bytes of other scripts count as letters: words that a dash joins are then one, and pass.
_DOUBLED = re.compile(
    rb"(?<![\w'\x80-\xff-])([A-Za-z\x80-\xff]++)([ \t\r\n]++)(?=\1(?![\w'/\x80-\xff-]|\.\w))",
    re.IGNORECASE,
)
_PARAGRAPH_END = re.compile(rb"\n[ \t\r]*\n")

_ENDED = re.compile(r"[.!?:;][\W_]*\Z")
_HIDDEN = re.compile(rb"[\w\"`{\x80-\xff]")
_GAP = 40  # bytes between a sentence and the next
_MANY = 40  # a word that so many instructions share leads to none of them


class Words:
    """A word that stands right after itself."""

    def __init__(self, params: Mapping[str, Any], scope: Scope) -> None:
        self.scope = scope
        self.only = sorted(word.lower() for word in params.get("words", ()))
        self.ignore = frozenset(word.lower() for word in params.get("ignore", ()))
        if not self.only:
            self.ignore |= frozenset(_GOOD_TWICE.split())
        self.safety = params.get("fix", "suggestion")
        self.unless = Unless(params.get("unless"), ignore_case=True)

    @property
    def patterns(self) -> list[tuple[str, bool]]:
        return self.unless.patterns

    @property
    def guard(self) -> str | None:
        # \b knows ASCII only.
        pairs = (
            rf"\b{word}\s+{word}\b" if word.isascii() else rf"{word}\s+{word}"
            for word in map(re2.escape, self.only)
        )
        return f"(?i:{'|'.join(pairs)})" if self.only else None

    def find(self, document: Document, today: datetime.date) -> Iterator[Match]:
        excused = self.unless.excuses(document)
        for message, view in views(document, self.scope):
            for found in _DOUBLED.finditer(view):
                first, gap = found.groups()
                start, end = found.end(), found.end() + len(first)
                second = view[start:end]
                # AND and, Teams teams: a sign or a name beside a word, and no slip.
                if second != second.lower():
                    continue
                if first != second and (first != second.capitalize() or b"\n" in gap):
                    continue
                word = second.decode("utf-8", "replace")
                if (self.only and word not in self.only) or word in self.ignore:
                    continue
                if _PARAGRAPH_END.search(gap) or excused(message, start, end):
                    continue
                fix = replacement(message, found.end(1), end, "", self.safety)
                span = message.text.byte_span(start, end)
                yield Match(span, {"match": word}, fix)


class _Said(NamedTuple):
    """A sentence, where it stands in bytes, and what it is compared by."""

    message: Message
    start: int
    end: int
    text: str
    key: Hashable
    unit: Hashable
    leads: bool  # whether it begins a line


class Sentences:
    """A sentence, or an instruction, that has been said before."""

    guard = None

    def __init__(self, params: Mapping[str, Any], scope: Scope) -> None:
        self.scope = scope
        self.instructions = params["of"] == "instruction"
        self.least: int = params.get("min_words", 4)
        self.alike: int = params.get("alike", 100)
        self.same: bool = params.get("same", True)
        self.per: str = params.get("per", "document")
        self.ignore = frozenset(plain(tokens(text)) for text in params.get("ignore", ()))
        self.unless = Unless(params.get("unless"), ignore_case=True)

    @property
    def patterns(self) -> list[tuple[str, bool]]:
        return self.unless.patterns

    def find(self, document: Document, today: datetime.date) -> Iterator[Match]:
        excused = self.unless.excuses(document)
        pairs = self.pairs(list(self.sentences(document)))
        kept = [pair for pair in pairs if not excused(pair[1].message, pair[1].start, pair[1].end)]
        for run in _runs(kept):
            (first, later), (last_first, last) = run[0], run[-1]
            span = later.message.text.byte_span(later.start, last.end)
            place = first.message.text.byte_span(first.start, last_first.end)
            values = {"match": " ".join(later.text.split())}
            related = Related("said first here", document.source, place)
            yield Match(span, values, related=(related,))

    def sentences(self, document: Document) -> Iterator[_Said]:
        """Yield the sentences that may stand twice."""
        for message, block, view in suspects(
            document, self.scope, self.least, alike=self.alike < 100
        ):
            data = message.text.data
            for number, (start, end) in enumerate(_sentences(message, block, view)):
                text = data[start:end].decode("utf-8", "replace")
                if self.instructions and (not is_instruction(text) or points(text)):
                    continue
                if data[start - 1 : start] == b"[" and data.startswith(b"](", end):
                    continue  # a link, such as in a table of contents
                said = tokens(text)
                spoken = sum(word[0].isalnum() for word in said)
                if spoken + (spoken < len(said)) < self.least:
                    continue  # code and quotations count as one word together
                if self.ignore and plain(said) in self.ignore:
                    continue
                key = meaning(said) if self.instructions else plain(said)
                if isinstance(key, Meaning) and not key.content:
                    continue
                leads = not number or begins_line(message, start)
                yield _Said(message, start, end, text, key, self.unit(message, start), leads)

    def unit(self, message: Message, start: int) -> Hashable:
        """Return what names the part of the document within which nothing is to be said twice."""
        if self.per == "document":
            return None
        return id(message), section(message, start) if self.per == "section" else None

    def pairs(self, said: Sequence[_Said]) -> Iterator[tuple[_Said, _Said]]:
        """Yield each sentence that was said before, after the one that said it first."""
        alike = _alike(said, self.alike) if self.instructions and self.alike < 100 else {}
        seen: dict[Hashable, int] = {}
        for index, sentence in enumerate(said):
            same = seen.setdefault((sentence.unit, sentence.key), index)
            earlier = min(same, alike.get(index, index))
            if earlier == index or (same < index and not self.same):
                continue
            if not (self.instructions and _may_stand_twice(said[earlier], sentence)):
                yield said[earlier], sentence


def _sentences(message: Message, block: Block, view: bytes) -> Iterator[tuple[int, int]]:
    """Yield where the sentences of a block begin and end, with what the view hides at their ends.

    "Run `a`" and "Run `b`" are two, though a rule that does not look at code sees "Run" twice.
    """
    data = message.text.data
    seen = list(message.layout.sentences(block, view))
    ends = [block.start, *(end for _, end in seen)]
    starts = [*(start for start, _ in seen), block.end]
    for (start, end), before, behind in zip(seen, ends, starts[1:], strict=False):
        head = data[before:start].rpartition(b"\n")[2]
        tail = b"" if view[end - 1] in b".!?" else data[end:behind].partition(b"\n")[0]
        yield (
            start - len(head.lstrip()) if _HIDDEN.search(head) else start,
            end + len(tail.rstrip()) if _HIDDEN.search(tail) else end,
        )


def _alike(said: Sequence[_Said], percent: int) -> dict[int, int]:
    """Return, for instructions that were said before in about the same words, where first.

    Of two that are alike, the one holds all words of the other. So it is found among those
    that hold the rarest of these words.
    """
    keys = [sentence.key for sentence in said if isinstance(sentence.key, Meaning)]
    holders: defaultdict[Hashable, list[int]] = defaultdict(list)
    for index, key in enumerate(keys):
        for word in key.content:
            holders[said[index].unit, word].append(index)
    first: dict[int, int] = {}
    for index, key in enumerate(keys):
        others = min((holders[said[index].unit, word] for word in key.content), key=len)
        if len(others) > _MANY:
            continue
        for other in others:
            if other != index and key.like(keys[other], percent):
                early, late = sorted((index, other))
                first[late] = min(early, first.get(late, early))
    return first


def _may_stand_twice(first: _Said, later: _Said) -> bool:
    """Whether an instruction is no slip where it comes again."""
    message = first.message
    if message is not later.message:
        return False
    if not first.leads and not later.leads and siblings(message, first.start, later.start):
        return True  # a remark on the item that it stands in
    if not any(_ENDED.search(said.text) or in_list(message, said.start) for said in (first, later)):
        return True  # two bare lines: a heading, and the table of contents
    standing = is_standing(later.text)
    if standing and is_reminder(message, first.start, later.start):
        return True
    return parallel(message, first.start, later.start, standing=standing)


def _runs(pairs: Sequence[tuple[_Said, _Said]]) -> Iterator[list[tuple[_Said, _Said]]]:
    """Yield what was said again, sentences that follow each other both times as one."""
    run: list[tuple[_Said, _Said]] = []
    for pair in pairs:
        if run and not all(_next_to(old, new) for old, new in zip(run[-1], pair, strict=True)):
            yield run
            run = []
        run.append(pair)
    if run:
        yield run


def _next_to(old: _Said, new: _Said) -> bool:
    """Whether nothing that is read stands between the end of a sentence and another one."""
    if old.message is not new.message or not old.end <= new.start <= old.end + _GAP:
        return False
    return not WORD.search(old.message.text.data, old.end, new.start)


class _Kind:
    name = "repetition"
    regions = ("prose",)

    def bind(self, params: Mapping[str, Any], scope: Scope) -> Words | Sentences:
        return Words(params, scope) if params["of"] == "word" else Sentences(params, scope)


KIND = _Kind()
