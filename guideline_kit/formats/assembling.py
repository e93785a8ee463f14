"""What is made of messages once they are read: examples among them, and several prompts as one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from guideline_kit.documents import Document, Message
from guideline_kit.text import MappedText, Run


def mark_examples(messages: Iterable[Message]) -> None:
    """Mark the turns of a conversation that are there to show the model what is wanted.

    These are pairs of a question and an answer without any placeholder, before the last
    message of the user.
    """
    spoken = list(messages)
    last = max((at for at, item in enumerate(spoken) if item.role == "user"), default=0)
    for question, answer in pairwise(spoken[:last]):
        pair = (question.role, answer.role) == ("user", "assistant")
        if pair and not question.ranges and not answer.ranges:
            question.example = answer.example = True


def gathered(text: MappedText, ranges: Iterable[tuple[int, int]]) -> MappedText:
    """Return parts of a text, which are in order and apart, as lines of one text."""
    pieces: list[str] = []
    runs: list[Run] = []
    at = 0
    start = end = None
    for first, behind in ranges:
        if end == first:
            pieces[-1] = pieces[-1].removesuffix("\n")
            at -= 1
        part = text.part(first, behind)
        runs.extend(Run(run.start + at, run.source, run.length) for run in part.runs)
        pieces.append(part.text + "\n")
        at += len(part.text) + 1
        start, end = (first if start is None else start), behind
    return MappedText("".join(pieces), tuple(runs), text.span(start or 0, end or 0))


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
