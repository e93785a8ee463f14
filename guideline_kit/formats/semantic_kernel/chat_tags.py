"""Chat tags: `<message role="system">…</message>`, by which one text holds several messages.

Semantic Kernel fills in a template and then reads the outcome as XML.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.documents import Message, Placeholder
from guideline_kit.formats.reading.assembling import add_code
from guideline_kit.formats.reading.building import Builder
from guideline_kit.formats.reading.complaints import complaint, quoted
from guideline_kit.formats.reading.turns import Ranges, Turn, with_examples
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
# What begins a part that is there or not.
BLOCK = ("{{#", "{{~#", "{{^", "{%")
_PLAIN = "so Semantic Kernel sends all of the text, tags included, as one message of the user"


class Chat(NamedTuple):
    """A text as messages. `error` is where its template does not parse.

    `turns` are where the first messages stand; the last one may be the code between them, which
    stands at `code`.
    """

    messages: tuple[Message, ...]
    placeholders: tuple[Placeholder, ...]
    error: tuple[str, Span] | None
    problems: tuple[Diagnostic, ...]
    turns: tuple[Turn, ...] = ()
    code: Ranges = ()


def read_chat(source: Source, text: MappedText, engine: str) -> Chat:
    """Read a template as messages: those of its tags, or all of it as one of the user."""
    # Nothing knows Liquid here; Jinja2, which grew out of the same idea, reads most of it.
    builder = Builder("jinja2" if engine == "liquid" else engine)
    tags = _Tags(source, text)
    builder.divide(text, tags.turns)
    if tags.code:
        add_code(builder, text, tags.code)
    return Chat(
        tuple(builder.messages),
        tuple(builder.placeholders),
        None if engine == "liquid" else builder.error,
        tuple(tags.problems),
        tags.found,
        tuple(tags.code),
    )


class _Tags:
    """Finds the messages of a text. `code` is what stands between them and fills in others."""

    def __init__(self, source: Source, text: MappedText) -> None:
        self.source = source
        self.text = text
        self.code: list[tuple[int, int]] = []
        self.problems: list[Diagnostic] = []
        self.places: Ranges = ()
        self.starts: list[int] = []
        self.varies = False
        self.found: tuple[Turn, ...] = ()

    def turns(self, places: Ranges) -> Iterable[Turn]:
        """Return the messages, given where the expressions of the template are."""
        self.found = tuple(self.all(places))
        return self.found

    def all(self, places: Ranges) -> Iterable[Turn]:
        text = self.text.text
        self.places = places
        self.starts = [start for start, _ in places]
        # Where a part is there or not by the values, nobody can say what the XML will be.
        self.varies = any(text.startswith(BLOCK, start) for start in self.starts)
        inside = list(self.tagged())
        if not inside:
            return (Turn("user", 0, len(text)),)
        if not self.varies and not self.problems:
            self.complain_of_xml()
        found: list[Turn] = []
        at = 0
        for start, end, turn in inside:
            found += self.outside(at, start, first=not at)
            found.append(turn)
            # Who speaks may be filled in, too.
            self.code += self.within(start, turn.start) + self.within(turn.end, end)
            at = end
        found += self.outside(at, len(text), first=False)
        return with_examples(found, places)

    def tagged(self) -> Iterator[tuple[int, int, Turn]]:
        """Yield the messages in tags, with where their tags begin and end."""
        tags = [
            tag
            for tag in _TAG.finditer(self.text.text)
            if not self.inside(tag.start()) and not self.inside(tag.end())
        ]
        if not any(_ROLE.search(_about(tag)) for tag in tags):
            return  # tags that show where a text begins and ends, for the model to read
        open: re.Match[str] | None = None
        for tag in tags:
            closes = (tag["close"] or tag["sign"]) == "/"
            if open is not None:
                yield (
                    open.start(),
                    tag.end() if closes else tag.start(),
                    self.turn(open, tag.start()),
                )
            if closes == (open is None):
                self.complain_of_tag(open or tag)
            open = None if closes or _about(tag).endswith("/") else tag
        if open is not None:
            self.complain_of_tag(open)
            end = len(self.text.text)
            yield open.start(), end, self.turn(open, end)

    def turn(self, open: re.Match[str], end: int) -> Turn:
        """Return what a message in tags says, and who speaks."""
        named = _ROLE.search(_about(open))
        role = next((value for value in named.groups() if value is not None), "") if named else ""
        # One that is filled in, or a variable of Handlebars, can be any.
        if role.lower() not in _ROLES and "{" not in role and not open["sign"]:
            what = (
                f"{quoted(role)} is no role that models know"
                if named
                else ("This message has no role, so Semantic Kernel leaves it out or fails")
            )
            begin, behind = open.span()
            if named:  # the role itself, or the attribute, where that is empty
                begin, behind = named.span((named.lastindex or 0) if role else 0)
                begin, behind = open.start("about") + begin, open.start("about") + behind
            span = self.text.span(begin, behind)
            help = f"Write role= with one of {', '.join(_ROLES)}"
            self.problems.append(complaint(self.source, span, what, help))
        return self.stripped(_ROLES.get(role.lower(), "user"), open.end(), end)

    def stripped(self, role: str, start: int, end: int) -> Turn:
        """Return a part without the blanks around it: so it is sent."""
        text = self.text.text[start:end]
        start += len(text) - len(text.lstrip())
        return Turn(role, start, max(start, end - len(text) + len(text.rstrip())))

    def outside(self, start: int, end: int, *, first: bool) -> list[Turn]:
        """Return what stands outside of all messages; what is mere code is kept apart."""
        code = self.within(start, end)
        rest, at = "", start
        for begin, behind in code:
            rest += self.text.text[at:begin]
            at = behind
        if not _ANY_TAG.sub("", rest + self.text.text[at:end]).strip():
            self.code += code
            return []
        turn = self.stripped("system" if first else "user", start, end)
        line = self.text.text[turn.start : turn.end].partition("\n")[0]
        self.problems.append(
            complaint(
                self.source,
                self.text.span(turn.start, turn.start + len(line)),
                "This text stands outside of the messages: Semantic Kernel for .NET leaves it out,"
                " and the one for Python sends it as a message of its own",
                "Put it into a <message> with a role, or remove it",
            )
        )
        return [turn]

    def inside(self, at: int) -> bool:
        """Whether a place is inside of an expression, and not at its border."""
        index = bisect_left(self.starts, at) - 1
        return index >= 0 and at < self.places[index][1]

    def within(self, start: int, end: int) -> list[tuple[int, int]]:
        """Return where the expressions of a part of the text are."""
        low, high = bisect_left(self.starts, start), bisect_left(self.starts, end)
        return list(self.places[low:high])

    def complain_of_tag(self, tag: re.Match[str]) -> None:
        if self.varies:
            return
        what = "closes no message" if tag["close"] else "is never closed"
        self.problems.append(
            complaint(
                self.source,
                self.text.span(tag.start(), tag.end()),
                f"This tag {what}, {_PLAIN}",
                "Write one </message> for each <message>",
            )
        )

    def complain_of_xml(self) -> None:
        """Say where the text is no XML, once values without a sign of it are filled in."""
        flaw = _flaw(self.text.text, self.places)
        if flaw is None:
            return
        self.problems.append(
            complaint(
                self.source,
                self.text.span(*flaw),
                f"The text is not well-formed XML here, {_PLAIN}",
                "Close each tag, and write &lt; for < and &amp; for & where they are text",
            )
        )


def _about(tag: re.Match[str]) -> str:
    """Return what a tag says beside its name."""
    return tag["about"] or tag["given"] or ""


def _flaw(text: str, places: Ranges) -> tuple[int, int] | None:
    """Return where a text is not well-formed XML, or None where it is."""
    # It loads nothing and expands nothing: a text has no room for declarations of entities.
    from xml.parsers import expat

    pieces: list[str] = []
    at = 0
    for start, end in places:
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
