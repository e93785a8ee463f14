"""Document: a prompt file as the rules see it, whatever its format was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.markdown import lay_out
from guideline_kit.regions import Layout
from guideline_kit.text import MappedText, Source, Span

if TYPE_CHECKING:
    from guideline_kit.trees import Tree


class Placeholder(NamedTuple):
    """A place in a message that is filled in before the model sees it.

    `name` is the variable's name, or empty for template code that names none. `start` and
    `end` are code points in the message's text, `span` is the place in the source.
    """

    name: str
    text: str
    message: int
    start: int
    end: int
    span: Span


class Input(NamedTuple):
    """A variable that the file declares; `span` is where its name stands."""

    name: str
    span: Span
    type: str = "text"
    trust: str = ""
    required: bool = True


class Parameter(NamedTuple):
    """A setting of the call, such as the temperature or the model; `span` is its value's place.

    `name` is the file's own name for it.
    """

    name: str
    value: Any
    span: Span


class Case(NamedTuple):
    """A test, or a sample: a value for each input, and what is expected of the answer, if that
    is said."""

    span: Span
    inputs: Mapping[str, Any]
    expected: Any = None
    title: str = ""


class Message:
    """One message of a prompt: who speaks, and the text.

    `role` is system, user, assistant or tool. `ranges` are the placeholders' places in
    the text, in code points. `example` marks a few-shot message.
    """

    __slots__ = ("_layout", "example", "ranges", "role", "text")

    def __init__(
        self,
        role: str,
        text: MappedText,
        ranges: tuple[tuple[int, int], ...] = (),
        *,
        example: bool = False,
    ) -> None:
        self.role = role
        self.text = text
        self.ranges = ranges
        self.example = example
        self._layout: Layout | None = None

    @property
    def layout(self) -> Layout:
        """Which part of the text is prose, code, quote and so on; made when first asked."""
        if self._layout is None:
            ranges = self.ranges
            if len(self.text.data) != len(self.text.text):
                ranges = tuple(
                    (self.text.byte(start), self.text.byte(end)) for start, end in ranges
                )
            self._layout = lay_out(self.text.data, ranges)
        return self._layout


class Document(NamedTuple):
    """A prompt file, read.

    `fields` is what the file says about the prompt: front matter, or a catalog entry;
    `tree` tells where each field stands. `inputs` is None where the format declares none.
    `engine` is the template language, empty where it is not known. `problems` are what
    was wrong with the file itself. `front` is the front matter's text. `application` is what
    the prompt is used for, where it does not say so itself.

    A file that holds several prompts has each of them in `parts`, as a document with messages
    and without fields; the whole has the fields, and the messages of all. `name` is what the
    file calls a prompt, if it does.
    """

    source: Source
    format: str
    messages: tuple[Message, ...]
    fields: Mapping[str, Any]
    placeholders: tuple[Placeholder, ...] = ()
    inputs: tuple[Input, ...] | None = None
    tree: Tree | None = None
    engine: str = ""
    front: MappedText | None = None
    template_error: tuple[str, Span] | None = None
    problems: tuple[Diagnostic, ...] = ()
    application: str = ""
    parameters: tuple[Parameter, ...] = ()
    cases: tuple[Case, ...] = ()
    parts: tuple[Document, ...] = ()
    name: str = ""

    def texts(self, roles: frozenset[str]) -> Iterator[Message]:
        """Yield the messages of some roles, few-shot examples left out."""
        for message in self.messages:
            if message.role in roles and not message.example:
                yield message

    @property
    def fields_text(self) -> bytes | None:
        """What there is beside messages, in UTF-8: front matter, or a whole file."""
        if self.front is not None:
            return self.front.data
        whole = self.tree is not None or not self.messages
        return self.source.text.encode("utf-8", "replace") if whole else None

    @property
    def first_line(self) -> Span:
        """Where a finding about the document as a whole is shown: its first line of text."""
        for message in self.messages:
            text = message.text.text
            start = len(text) - len(text.lstrip())
            if start < len(text):
                stop = text.find("\n", start)
                line = text[start : stop if stop >= 0 else len(text)].rstrip()
                return message.text.span(start, start + len(line))
        return Span(0, self.source.line_span(1)[1])

    def field_span(self, name: str) -> Span:
        """Return where a field's value stands; of a missing one, where it would belong."""
        path = tuple(name.split(".")) if name else ()
        if self.tree is None:
            return self.first_line
        if path and self.tree.get(path) is None and path not in self.tree.places:
            parent = path[:-1]
            if parent and parent in self.tree.places:
                return self.tree.key_span(parent)
            return self.file_line
        return self.tree.value_span(path) if path else self.file_line

    @property
    def file_line(self) -> Span:
        """The first line of the file that holds something other than comments."""
        for number in range(1, min(len(self.source.line_starts), 50) + 1):
            start, end = self.source.line_span(number)
            line = self.source.text[start:end]
            if line.strip() and not line.lstrip().startswith("#"):
                return Span(start, end)
        return Span(0, self.source.line_span(1)[1])
