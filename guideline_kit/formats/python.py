"""Prompts in Python source: what is passed to a model, and what is called a prompt.

The source is parsed, and never run. One file holds several prompts, each of which is a part.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.documents import Document, Input, Message, Placeholder
from guideline_kit.formats.beside import Beside
from guideline_kit.formats.reading.assembling import mark_examples
from guideline_kit.text import Source, Span

if TYPE_CHECKING:
    from guideline_kit.formats.engines import Expression
    from guideline_kit.formats.python_source.finding import Prompt
    from guideline_kit.formats.python_source.spelling import Spelled

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

    return re2.compile(_TRIGGERS.encode())


def is_one(path: str, text: str) -> bool:
    """Whether a file of Python may hold a prompt."""
    data = text.encode("utf-8", "replace")  # what an editor sends may hold half a character
    return path.lower().endswith(".py") and bool(_triggers().search(data))


def read(source: Source, beside: Beside) -> Document:  # noqa: ARG001
    """Read a file of Python; never raises, and runs nothing."""
    from guideline_kit.formats.python_source.finding import find
    from guideline_kit.formats.python_source.names import is_about_models
    from guideline_kit.formats.python_source.parsing import parse

    code = parse(source)
    if isinstance(code, Diagnostic):
        # Old and generated code that is about something else is nobody's prompt.
        problems = (code,) if is_about_models(source) else ()
        return Document(source, _FORMAT, (), {}, problems=problems)
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
    engines: list[str] = []
    for number, turn in enumerate(prompt.turns):
        text = turn.text.mapped(turn.whole)
        engine, found, wrong = _expressions(turn.text)
        engines.append(engine)
        ranges = tuple(dict.fromkeys((item.start, item.end) for item in found))
        messages.append(Message(turn.role, text, ranges))
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
    mark_examples(messages)
    inputs = None
    # What is computed may use variables that nobody sees.
    if prompt.variables is not None and not any(turn.text.computed for turn in prompt.turns):
        inputs = tuple(Input(item.name, item.span) for item in prompt.variables)
    named = [turn.text.engine for turn in prompt.turns]
    return Document(
        source,
        _FORMAT,
        tuple(messages),
        {},
        tuple(placeholders),
        inputs,
        # Code in one message is code, though another one would do as a format string.
        engine=next(filter(None, (*named, "none" if "none" in engines else "", *engines)), ""),
        template_error=error,
        parameters=prompt.settings,
    )


def _expressions(text: Spelled) -> tuple[str, list[Expression], tuple[str, int, int] | None]:
    """Return the engine of a text, its placeholders, and what is wrong with it as a template.

    The placeholders are what Python computes, and what the engine fills in. A text with nothing
    but variables for Python is as good as a format string; other code is of no engine.
    """
    from guideline_kit.formats.engines import Expression, is_unsafe, scan

    fields = [
        Expression(piece.name, piece.at, piece.at + piece.length)
        for piece in text.pieces
        if piece.name is not None
    ]
    if not fields:
        found = scan(text.engine, text.text)
        return text.engine, list(found.expressions), found.error
    if not text.engine:
        found = scan("fstring", text.text)
        alike = found.error is None and list(found.expressions) == fields
        unsafe = any(is_unsafe("fstring", text.text[item.start : item.end]) for item in fields)
        return "fstring" if alike and not unsafe else "none", fields, None
    rest: list[str] = []
    at = 0
    for field in fields:
        rest += text.text[at : field.start], "x" * (field.end - field.start)
        at = field.end
    rest.append(text.text[at:])
    found = scan(text.engine, "".join(rest))
    ordered = sorted((*fields, *found.expressions), key=lambda item: item.start)
    return text.engine, ordered, found.error
