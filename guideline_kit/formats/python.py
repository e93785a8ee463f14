"""Prompts in Python source: what is passed to a model, and what is called a prompt.

The source is parsed, and never run. One file holds several prompts, each of which is a part.
"""

from __future__ import annotations

import functools
import string
from typing import TYPE_CHECKING, Any

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.documents import Document, Input, Message, Placeholder
from guideline_kit.formats.beside import Beside
from guideline_kit.text import Source, Span

if TYPE_CHECKING:
    from guideline_kit.formats.engines import Expression
    from guideline_kit.formats.python_source.conversations import Turn
    from guideline_kit.formats.python_source.finding import Prompt

_FORMAT = "python"
# Most files say nothing of the sort, so this is all that reading them takes.
_TRIGGERS = (
    r"(?i:prompt|instructions|system_?(?:message|msg|instruction))\w*[\"']?\]?\s*(?::|\+?=[^=]|\()"
    r"|[\"']role[\"']\s*:|\brole\s*=|PromptTemplate|(?:System|Human)Message|from_messages"
    r"|[\"'](?:\s|\\\n)*(?:You are (?:an?|the|my)|Your (?:task|job|role|goal) is|Act as)\s"
    r"|\.(?:system_prompt|instructions)\b|(?i:prompt)\w*\s*,[^=\n()]{0,80}=[^=]"
    r"|messages\s*=|\.generate_content|(?i:prompt)\w*(?:\.append|\s*=)"
)


@functools.cache
def _triggers() -> Any:
    import re2

    return re2.compile(_TRIGGERS)


def is_one(path: str, text: str) -> bool:
    """Whether a file of Python may hold a prompt."""
    return path.lower().endswith(".py") and bool(_triggers().search(text))


def read(source: Source, beside: Beside) -> Document:  # noqa: ARG001
    """Read a file of Python; never raises, and runs nothing."""
    from guideline_kit.formats.python_source.finding import find
    from guideline_kit.formats.python_source.parsing import parse

    code = parse(source)
    if isinstance(code, Diagnostic):
        return Document(source, _FORMAT, (), {}, problems=(code,))
    parts = tuple(_part(source, prompt) for prompt in find(code))
    placeholders: list[Placeholder] = []
    before = 0
    for part in parts:
        placeholders += (item._replace(message=item.message + before) for item in part.placeholders)
        before += len(part.messages)
    return Document(
        source,
        _FORMAT,
        tuple(message for part in parts for message in part.messages),
        {},
        tuple(placeholders),
        parts=parts,
    )


def _part(source: Source, prompt: Prompt) -> Document:
    messages: list[Message] = []
    placeholders: list[Placeholder] = []
    error: tuple[str, Span] | None = None
    engine = ""
    examples = _examples(prompt)
    for number, turn in enumerate(prompt.turns):
        text = turn.text.mapped(turn.whole)
        found, wrong = _expressions(turn)
        ranges = tuple(dict.fromkeys((item.start, item.end) for item in found))
        messages.append(Message(turn.role, text, ranges, example=number in examples))
        placeholders += (
            Placeholder(
                item.name,
                text.text[item.start : item.end],
                number,
                item.start,
                item.end,
                text.span(item.start, item.end),
            )
            for item in found
        )
        if wrong is not None and error is None:
            error = wrong[0], text.span(wrong[1], wrong[2])
        if not engine:
            fields = any(kind.fields for kind in turn.text.kinds)
            engine = turn.text.engine or ("fstring" if fields else "")
    inputs = None
    if prompt.variables is not None:
        inputs = tuple(Input(item.name, item.span) for item in prompt.variables)
    return Document(
        source,
        _FORMAT,
        tuple(messages),
        {},
        tuple(placeholders),
        inputs,
        engine=engine,
        template_error=error,
        parameters=prompt.settings,
    )


def _examples(prompt: Prompt) -> frozenset[int]:
    """Return the messages that show how to answer: the model's, and each that one answers."""
    roles = [turn.role for turn in prompt.turns]
    last = max((at for at, role in enumerate(roles) if role == "user"), default=-1)
    answers = [at for at, role in enumerate(roles) if role == "assistant" and at < last]
    asked = [at - 1 for at in answers if at and roles[at - 1] == "user"]
    return frozenset((*answers, *asked))


def _expressions(turn: Turn) -> tuple[list[Expression], tuple[str, int, int] | None]:
    """Return the placeholders of a text: what Python computes, and what its engine fills in."""
    from guideline_kit.formats.engines import Expression, scan

    text = turn.text
    fields = [
        Expression(piece.name, piece.at, piece.at + piece.length)
        for piece in text.pieces
        if piece.name is not None
    ]
    rest: list[str] = []
    at = 0
    for field in fields:
        rest += text.text[at : field.start], "x" * (field.end - field.start)
        at = field.end
    rest.append(text.text[at:])
    found = scan(text.engine, "".join(rest))
    error = found.error
    if error is not None and text.engine == "fstring" and _formats("".join(rest)):
        error = None  # {} and {0} are as good as names
    return sorted((*fields, *found.expressions), key=lambda item: item.start), error


def _formats(text: str) -> bool:
    """Whether `str.format` takes a text."""
    try:
        for _ in string.Formatter().parse(text):
            pass
    except ValueError:
        return False
    return True
