"""What is made of messages once they are read: examples among them, and several prompts as one."""

from __future__ import annotations

from collections.abc import Sequence

from guideline_kit.documents import Document, Message, Placeholder
from guideline_kit.formats.engines import scan
from guideline_kit.formats.reading.building import Builder
from guideline_kit.formats.reading.turns import examples_among
from guideline_kit.text import MappedText, Run


def mark_examples(messages: Sequence[Message]) -> None:
    """Mark the messages that show the model how to answer."""
    turns = [(message.role, bool(message.ranges)) for message in messages]
    for index in examples_among(turns):
        messages[index].example = True


def add_code(builder: Builder, text: MappedText, ranges: Sequence[tuple[int, int]]) -> None:
    """Add what stands between the messages of a template and fills in whole ones.

    Nobody that is known says it, but it uses variables. `ranges` are in order and apart.
    """
    pieces: list[str] = []
    runs: list[Run] = []
    starts: dict[int, int] = {}  # where an expression begins in the whole -> in what is added
    at, before = 0, -1
    for start, end in ranges:
        if pieces and start > before:
            pieces.append("\n")
            at += 1
        part = text.part(start, end)
        runs.extend(Run(run.start + at, run.source, run.length) for run in part.runs)
        pieces.append(part.text)
        starts[start] = at
        at, before = at + len(part.text), end
    number = len(builder.messages)
    inside = tuple((starts[start], starts[start] + end - start) for start, end in ranges)
    code = MappedText("".join(pieces), tuple(runs), text.span(ranges[0][0], ranges[-1][1]))
    builder.messages.append(Message("tool", code, inside))
    for item in scan(builder.engine, text.text).expressions:
        if item.start in starts:
            start = starts[item.start]
            end = start + item.end - item.start
            span = code.span(start, end)
            builder.placeholders.append(
                Placeholder(item.name, code.text[start:end], number, start, end, span)
            )


def together(prompts: Sequence[Document]) -> Document:
    """Return a document with the messages of several prompts of a file."""
    messages = [message for prompt in prompts for message in prompt.messages]
    placeholders = []
    before = 0
    for prompt in prompts:
        placeholders += [
            item._replace(message=item.message + before) for item in prompt.placeholders
        ]
        before += len(prompt.messages)
    return prompts[0]._replace(
        messages=tuple(messages),
        placeholders=tuple(placeholders),
        template_error=next(filter(None, (prompt.template_error for prompt in prompts)), None),
    )
