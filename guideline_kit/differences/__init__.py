"""What changed between two versions of a prompt: its fields, and its messages word by word."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from guideline_kit.differences import fields, words
from guideline_kit.differences.fields import FieldChange
from guideline_kit.differences.words import Piece, TooDifferentError
from guideline_kit.documents import Document, Message


class MessageChange(NamedTuple):
    """A message that came, went, or says something else.

    `number` counts the messages of its role, from 1, in the version that has it. Of a changed
    one, `pieces` says what changed; None where the two have too little in common. Where all
    pieces are the same, only white space differs.
    """

    state: Literal["new", "gone", "changed"]
    role: str
    number: int
    before: Message | None
    after: Message | None
    pieces: Sequence[Piece] | None = ()


class Changes(NamedTuple):
    """What differs between two versions of a prompt, and how many words their messages have."""

    fields: Sequence[FieldChange]
    messages: Sequence[MessageChange]
    words: tuple[int, int]


def compare(before: Document, after: Document) -> Changes:
    """Return what changed from one version of a prompt to another."""
    return Changes(
        list(fields.compare(_about(before), _about(after))),
        list(_messages(before.messages, after.messages)),
        (_words(before), _words(after)),
    )


def size(message: Message) -> int:
    """Return how many words a message has."""
    return len(message.text.text.split())


def _words(document: Document) -> int:
    return sum(map(size, document.messages))


def _about(document: Document) -> Mapping[str, Any]:
    """Return the fields of a document without the texts that are its messages."""
    about = dict(document.fields)
    template = about.get("template")
    if isinstance(template, dict):
        about["template"] = {key: value for key, value in template.items() if key != "messages"}
    return about


def _messages(before: Sequence[Message], after: Sequence[Message]) -> Iterator[MessageChange]:
    """Yield what became of the messages: those at either end that stayed, then by role."""
    head = tail = 0
    most = min(len(before), len(after))
    while head < most and _same(before[head], after[head]):
        head += 1
    while tail < most - head and _same(before[-1 - tail], after[-1 - tail]):
        tail += 1
    of_role: dict[str, list[int]] = {}
    for index in range(head, len(before) - tail):
        of_role.setdefault(before[index].role, []).append(index)
    old_numbers, new_numbers = _numbers(before), _numbers(after)
    at = head
    for index in range(head, len(after) - tail):
        message = after[index]
        places = of_role.get(message.role, ())
        first = bisect_left(places, at)
        if first == len(places):
            yield MessageChange("new", message.role, new_numbers[index], None, message)
            continue
        for gone in range(at, places[first]):
            yield MessageChange("gone", before[gone].role, old_numbers[gone], before[gone], None)
        old = before[places[first]]
        at = places[first] + 1
        if not _same(old, message):
            try:
                pieces = words.compare(old.text.text, message.text.text)
            except TooDifferentError:
                pieces = None
            yield MessageChange("changed", message.role, new_numbers[index], old, message, pieces)
    for gone in range(at, len(before) - tail):
        yield MessageChange("gone", before[gone].role, old_numbers[gone], before[gone], None)


def _numbers(messages: Sequence[Message]) -> list[int]:
    seen: dict[str, int] = {}
    numbers = []
    for message in messages:
        seen[message.role] = seen.get(message.role, 0) + 1
        numbers.append(seen[message.role])
    return numbers


def _same(before: Message, after: Message) -> bool:
    return (before.role, before.text.text) == (after.role, after.text.text)
