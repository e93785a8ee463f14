"""Messages and placeholders of a document, made from its texts one after the other."""

from __future__ import annotations

from guideline_kit.documents import Message, Placeholder
from guideline_kit.formats.engines import scan
from guideline_kit.text import MappedText, Span


class Builder:
    """Collects the messages of one prompt.

    `engine` is the language of its templates, empty where nobody says. `error` is the first
    place where a template does not parse.
    """

    __slots__ = ("engine", "error", "messages", "placeholders")

    def __init__(self, engine: str = "") -> None:
        self.engine = engine
        self.messages: list[Message] = []
        self.placeholders: list[Placeholder] = []
        self.error: tuple[str, Span] | None = None

    def add(self, role: str, text: MappedText, *, example: bool = False) -> None:
        """Add a message; `role` is system, user, assistant or tool."""
        found = scan(self.engine, text.text)
        number = len(self.messages)
        # An expression that uses several variables is there several times.
        ranges = tuple(dict.fromkeys((item.start, item.end) for item in found.expressions))
        self.messages.append(Message(role, text, ranges, example=example))
        self.placeholders.extend(
            Placeholder(
                item.name,
                text.text[item.start : item.end],
                number,
                item.start,
                item.end,
                text.span(item.start, item.end),
            )
            for item in found.expressions
        )
        if found.error and self.error is None:
            message, start, end = found.error
            self.error = message, text.span(start, end)
