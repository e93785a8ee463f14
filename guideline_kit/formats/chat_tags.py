"""Chat tags: `<message role="system">…</message>`, by which one text holds several messages.

Semantic Kernel fills in a template and then reads the outcome as XML.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.documents import Message, Placeholder
from guideline_kit.formats.assembling import gathered, mark_examples
from guideline_kit.formats.data_files import objection, shown
from guideline_kit.formats.engines import Expression, scan
from guideline_kit.text import MappedText, Source, Span

_ROLES = {
    "system": "system", "developer": "system", "user": "user", "assistant": "assistant",
    "tool": "tool",
}  # fmt: skip
# In Handlebars a helper writes the tag.
_TAG = re.compile(
    r"[<{](?:(?<=<)(?P<close>/?)message\b(?P<about>[^<>]*)>"
    r"|(?<=\{)\{~?(?P<sign>[#/])message\b(?P<given>[^{}]*)\}\})",
    re.IGNORECASE,
)
_ROLE = re.compile(r"\brole\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|(\w+))")
_ANY_TAG = re.compile(r"<[/!]?[A-Za-z_-][^<>]*>")
_BLOCK = ("{{#", "{{~#", "{{^", "{%")
_PLAIN = "so Semantic Kernel sends all of the text, tags included, as one message of the user"


class Chat(NamedTuple):
    """A text as messages. `error` is where its template does not parse."""

    messages: tuple[Message, ...]
    placeholders: tuple[Placeholder, ...]
    error: tuple[str, Span] | None
    problems: tuple[Diagnostic, ...]


class _Piece(NamedTuple):
    """A part of a text that one speaker says."""

    role: str
    start: int
    end: int


def read_chat(source: Source, text: MappedText, engine: str) -> Chat:
    """Read a template as messages: those of its tags, or all of it as one of the user."""
    # Nothing knows Liquid here; Jinja2, which grew out of the same idea, reads most of it.
    found = scan("jinja2" if engine == "liquid" else engine, text.text)
    error = None
    if found.error and engine != "liquid":
        message, start, end = found.error
        error = message, text.span(start, end)
    reader = _Reader(source, text, found.expressions)
    reader.read()
    mark_examples(reader.messages)
    return Chat(tuple(reader.messages), tuple(reader.placeholders), error, tuple(reader.problems))


class _Reader:
    """Takes a text apart."""

    def __init__(
        self, source: Source, text: MappedText, expressions: tuple[Expression, ...]
    ) -> None:
        self.source = source
        self.text = text
        self.expressions = expressions
        self.starts = [item.start for item in expressions]
        self.messages: list[Message] = []
        self.placeholders: list[Placeholder] = []
        self.problems: list[Diagnostic] = []
        # Where a part is there or not by the values, nobody can say what the XML will be.
        self.varies = any(text.text.startswith(_BLOCK, item.start) for item in expressions)

    def read(self) -> None:
        inside = list(self.tagged())
        if not inside:
            self.add(_Piece("user", 0, len(self.text.text)))
            return
        if not self.varies and not self.problems:
            self.complain_of_xml()
        code: list[tuple[int, int]] = []
        at = 0
        for start, end, piece in inside:
            code += self.outside(at, start, first=not at)
            self.add(piece)
            # Who speaks may be filled in, too.
            code += self.ranges(start, piece.start) + self.ranges(piece.end, end)
            at = end
        code += self.outside(at, len(self.text.text), first=False)
        if code:
            # What fills in whole messages is said by nobody, but the variables are used.
            self.carry(code)

    def tagged(self) -> Iterator[tuple[int, int, _Piece]]:
        """Yield the messages in tags, with where their tags begin and end."""
        tags = list(_TAG.finditer(self.text.text))
        if not any(_ROLE.search(_about(tag)) for tag in tags):
            return  # tags that show where a text begins and ends, for the model to read
        open: re.Match[str] | None = None
        for tag in tags:
            closes = (tag["close"] or tag["sign"]) == "/"
            if open is not None:
                yield (
                    open.start(),
                    tag.end() if closes else tag.start(),
                    self.piece(open, tag.start()),
                )
            if closes == (open is None):
                self.complain_of_tag(open or tag)
            open = None if closes or _about(tag).endswith("/") else tag
        if open is not None:
            self.complain_of_tag(open)
            end = len(self.text.text)
            yield open.start(), end, self.piece(open, end)

    def piece(self, open: re.Match[str], end: int) -> _Piece:
        """Return what a message in tags says, and who speaks."""
        named = _ROLE.search(_about(open))
        role = next((value for value in named.groups() if value is not None), "") if named else ""
        # One that is filled in, or a variable of Handlebars, can be any.
        if role.lower() not in _ROLES and "{" not in role and not open["sign"]:
            what = (
                f"'{shown(role)}' is no role that models know"
                if named
                else ("This message has no role, so Semantic Kernel leaves it out or fails")
            )
            begin = open.start("about") + named.start() if named else open.start()
            behind = open.start("about") + named.end() if named else open.end()
            span = self.text.span(begin, behind)
            help = f"Write role= with one of {', '.join(_ROLES)}"
            self.problems.append(objection(self.source, what, span, help))
        return self.stripped(_ROLES.get(role.lower(), "user"), open.end(), end)

    def stripped(self, role: str, start: int, end: int) -> _Piece:
        """Return a part without the blanks around it: so it is sent."""
        text = self.text.text[start:end]
        start += len(text) - len(text.lstrip())
        return _Piece(role, start, max(start, end - len(text) + len(text.rstrip())))

    def outside(self, start: int, end: int, *, first: bool) -> list[tuple[int, int]]:
        """Take what stands outside of all messages; return the ranges that are mere code."""
        code = self.ranges(start, end)
        rest, at = "", start
        for begin, behind in code:
            rest += self.text.text[at:begin]
            at = behind
        if not _ANY_TAG.sub("", rest + self.text.text[at:end]).strip():
            return code
        piece = self.stripped("system" if first else "user", start, end)
        self.add(piece)
        line = self.text.text[piece.start : piece.end].partition("\n")[0]
        self.problems.append(
            objection(
                self.source,
                "This text stands in no <message>: Semantic Kernel for .NET leaves it out, for"
                " Python it sends it as a message of its own",
                self.text.span(piece.start, piece.start + len(line)),
                "Put it into a <message> with a role, or remove it",
            )
        )
        return []

    def ranges(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return where the expressions of a part of the text are, each once."""
        return list(dict.fromkeys((item.start, item.end) for item in self.within(start, end)))

    def within(self, start: int, end: int) -> Sequence[Expression]:
        """Return the expressions of a part of the text."""
        low, high = bisect_left(self.starts, start), bisect_left(self.starts, end)
        return [item for item in self.expressions[low:high] if item.end <= end]

    def add(self, piece: _Piece) -> None:
        number = len(self.messages)
        text = self.text.part(piece.start, piece.end)
        inside = self.within(piece.start, piece.end)
        ranges = dict.fromkeys(
            (item.start - piece.start, item.end - piece.start) for item in inside
        )
        self.messages.append(Message(piece.role, text, tuple(ranges)))
        self.place(inside, number, {item.start: item.start - piece.start for item in inside})

    def carry(self, code: list[tuple[int, int]]) -> None:
        """Add a message of the code that stands between messages."""
        text = gathered(self.text, code)
        starts: dict[int, int] = {}
        at, before = 0, -1
        for start, end in code:
            at -= start == before
            starts[start] = at
            at, before = at + end - start + 1, end
        ranges = tuple((starts[start], starts[start] + end - start) for start, end in code)
        number = len(self.messages)
        self.messages.append(Message("tool", text, ranges))
        self.place([item for item in self.expressions if item.start in starts], number, starts)

    def place(self, items: Iterable[Expression], number: int, starts: Mapping[int, int]) -> None:
        """Add the placeholders of a message; `starts` is where each begins in its text."""
        for item in items:
            start = starts[item.start]
            text = self.text.text[item.start : item.end]
            span = self.text.span(item.start, item.end)
            self.placeholders.append(
                Placeholder(item.name, text, number, start, start + len(text), span)
            )

    def complain_of_tag(self, tag: re.Match[str]) -> None:
        if self.varies:
            return
        what = "closes no message" if tag["close"] else "is never closed"
        self.problems.append(
            objection(
                self.source,
                f"This tag {what}, {_PLAIN}",
                self.text.span(tag.start(), tag.end()),
                "Write one </message> for each <message>",
            )
        )

    def complain_of_xml(self) -> None:
        """Say where the text is no XML, once values without a sign of it are filled in."""
        flaw = _flaw(self.text.text, self.expressions)
        if flaw is None:
            return
        self.problems.append(
            objection(
                self.source,
                f"The text is not well-formed XML here, {_PLAIN}",
                self.text.span(*flaw),
                "Close each tag, and write &lt; for < and &amp; for & where they are text",
            )
        )


def _about(tag: re.Match[str]) -> str:
    """Return what a tag says beside its name."""
    return tag["about"] or tag["given"] or ""


def _flaw(text: str, expressions: Sequence[Expression]) -> tuple[int, int] | None:
    """Return where a text is not well-formed XML, or None where it is."""
    # It loads nothing and expands nothing: a text has no room for declarations of entities.
    from xml.parsers import expat

    pieces: list[str] = []
    at = 0
    for start, end in dict.fromkeys((item.start, item.end) for item in expressions):
        pieces += (text[at:start], "x" * (end - start))
        at = end
    data = "".join((*pieces, text[at:])).encode("utf-8", "replace")
    parser = expat.ParserCreate("utf-8")
    try:
        parser.Parse(b"<root>", False)
        parser.Parse(data, False)
        parser.Parse(b"</root>", True)
    except expat.ExpatError:
        byte = max(0, parser.ErrorByteIndex - len(b"<root>"))
        at = min(len(data[:byte].decode("utf-8", "ignore")), len(text) - 1)
        if text[at] < " " and text[at] not in "\t\r\n":
            return at, at + 1
        # It names the place where it noticed: behind the sign that is to blame.
        start = max(text.rfind("<", 0, at + 1), text.rfind("&", 0, at + 1), 0)
        tag = _ANY_TAG.match(text, start)
        return start, tag.end() if tag else start + 1
    return None
