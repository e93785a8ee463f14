"""Messages and placeholders of a document, made from its texts one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from guideline_kit.documents import Message, Placeholder
from guideline_kit.formats.engines import Scan, scan
from guideline_kit.formats.reading.turns import Ranges, Turn
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

    def scan(self, text: str) -> Scan:
        """Return what is filled in in a text."""
        return scan(self.engine, text)

    def add(self, role: str, text: MappedText, *, example: bool = False) -> None:
        """Add a message; `role` is system, user, assistant or tool."""
        self.divide(text, lambda _: (Turn(role, 0, len(text.text), example),))

    def divide(self, text: MappedText, into: Callable[[Ranges], Iterable[Turn]]) -> None:
        """Add the messages of one template: what is opened in one may be closed in another.

        `into` is given where the expressions stand, and says where the messages do, in order.
        No message begins or ends within an expression.
        """
        found = self.scan(text.text)
        # An expression that uses several variables is there several times.
        places = tuple(dict.fromkeys((item.start, item.end) for item in found.expressions))
        expressions = iter(found.expressions)
        item = next(expressions, None)
        for turn in into(places):
            number = len(self.messages)
            whole = (turn.start, turn.end) == (0, len(text.text))
            part = text if whole else text.part(turn.start, turn.end)
            ranges: dict[tuple[int, int], None] = {}
            while item is not None and item.start < turn.end:
                if item.start >= turn.start:
                    start, end = item.start - turn.start, item.end - turn.start
                    ranges[start, end] = None
                    self.placeholders.append(
                        Placeholder(
                            item.name,
                            part.text[start:end],
                            number,
                            start,
                            end,
                            part.span(start, end),
                        )
                    )
                item = next(expressions, None)
            self.messages.append(Message(turn.role, part, tuple(ranges), example=turn.example))
        if found.error and self.error is None:
            message, start, end = found.error
            self.error = message, text.span(start, end)
