"""Statements: what the comments and waivers of a document ask to be silenced, and where.

Whether a statement counts, on this day and for these rules, is not judged here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from guideline_kit.diagnostics import Diagnostic, Severity
from guideline_kit.documents import Document
from guideline_kit.problems import PROBLEMS, SILENCEABLE
from guideline_kit.rules import Names, where_it_went
from guideline_kit.schemas import nearest
from guideline_kit.suppress.comments import Comment, comments_of
from guideline_kit.suppress.grammar import Fault, Instruction, parse
from guideline_kit.suppress.reach import covered_lines
from guideline_kit.text import Span

_EVERYWHERE = (-1, 1 << 62)
# Looking for a name that is like another one takes a while, and a file with a thousand unknown
# names has no slips in it.
_GUESSES = 20

Read = list[tuple[Comment, Instruction | None]]


class Breadth(IntEnum):
    """How much a statement covers, the least first."""

    LINES = 1
    BLOCK = 2
    FILE = 3
    ENTRY = 4


@dataclass(frozen=True, slots=True)
class Cover:
    """A rule, by the id that it has now, and the offsets from which to which it is silenced.

    `name` is where the rule is named, `written` how.
    """

    id: str
    written: str
    name: Span
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Statement:
    """What one comment or waiver says: these rules, here, until a day, by an owner.

    `until` is what was written, whether it is a day or not, and None where nothing was.
    """

    breadth: Breadth
    covers: tuple[Cover, ...]
    until: object
    until_place: Span
    owner: str

    @property
    def what(self) -> str:
        """What people call it."""
        return "waiver" if self.breadth is Breadth.ENTRY else "comment"

    def about(self, covers: Sequence[Cover]) -> str:
        """Return what people call it, with rules that it names."""
        rules = " and ".join(f"'{cover.written}'" for cover in covers)
        return (
            f"The waiver of {rules}"
            if self.what == "waiver"
            else f"The comment that silences {rules}"
        )


def complaint(document: Document, what: str, span: Span, message: str, help: str) -> Diagnostic:
    """Return a finding about a comment or a waiver."""
    rule = "waiver" if what == "waiver" else "suppression"
    return Diagnostic(rule, Severity.WARNING, message, document.source, span, help=help)


def statements_of(document: Document, names: Names) -> tuple[list[Statement], list[Diagnostic]]:
    """Return the statements of a document, and what is wrong with how they are written."""
    reader = _Comments(document, names)
    return [*reader.statements(), *_waivers(document, names)], reader.complaints


class _Comments:
    """Reads the comments of a document; what it objects to is in `complaints`."""

    def __init__(self, document: Document, names: Names) -> None:
        self.document = document
        self.names = names
        self.complaints: list[Diagnostic] = []
        self.guesses: dict[str, str | None] = {}

    def complain(self, span: Span, message: str, help: str) -> None:
        self.complaints.append(complaint(self.document, "comment", span, message, help))

    def statements(self) -> Iterator[Statement]:
        comments = comments_of(self.document)
        read = [(comment, self.instruction(comment)) for comment in comments]
        blocks = self.blocks(read)
        lines = covered_lines(self.document.source, comments)
        for index, (comment, instruction) in enumerate(read):
            if instruction is None or instruction.verb == "ignore-end":
                continue
            if not instruction.reason:
                head = comment.place(instruction.head.start, instruction.head.end)
                self.complain(
                    head,
                    "No reason is given, so nothing is silenced",
                    f"Write why behind it: guideline: {instruction.head.text} the reason",
                )
                continue
            covers = []
            for word in instruction.rules:
                place = comment.place(word.start, word.end)
                id = self.known(word.text, place)
                reach: tuple[int, int] | None = lines[index]
                breadth = Breadth.LINES
                if instruction.verb == "ignore-file":
                    reach, breadth = _EVERYWHERE, Breadth.FILE
                elif instruction.verb == "ignore-start":
                    reach, breadth = blocks.get((index, id)), Breadth.BLOCK
                    if id and reach is None:
                        self.complain(
                            place,
                            f"Nothing below ends what silences '{word.text}' from here on, so"
                            " nothing is silenced",
                            f"Write guideline: ignore-end[{word.text}] below the last line, or"
                            " ignore-file for the whole file",
                        )
                if id and reach:
                    covers.append(Cover(id, word.text, place, *reach))
            if covers:
                until = instruction.until
                yield Statement(
                    breadth,
                    tuple(covers),
                    until and until.text,
                    comment.place(until.start, until.end) if until else comment.span,
                    instruction.owner,
                )

    def instruction(self, comment: Comment) -> Instruction | None:
        """Return what a comment says, where it is understood."""
        read = parse(comment.text, self.names.ids)
        if read is None:
            return None
        if isinstance(read, Fault):
            self.complain(comment.place(read.start, read.end), read.message, read.help)
            return None
        head = comment.place(read.head.start, read.head.end)
        if comment.name != "guideline":
            message = f"'{comment.name}:' is not understood, so nothing is silenced"
            self.complain(head, message, "Begin it with 'guideline:'")
            return None
        if comment.close:
            message = "The comment is not closed, so nothing is silenced"
            self.complain(head, message, f"Write {comment.close} at its end")
            return None
        return read

    def blocks(self, read: Read) -> dict[tuple[int, str | None], tuple[int, int]]:
        """Return where the blocks are, by the comment that opens one and the rule."""
        opened: dict[str, list[int]] = {}
        blocks: dict[tuple[int, str | None], tuple[int, int]] = {}
        for index, (comment, instruction) in enumerate(read):
            if instruction is None or instruction.verb not in ("ignore-start", "ignore-end"):
                continue
            for word in instruction.rules:
                id = self.names.current(word.text)
                if instruction.verb == "ignore-start":
                    opened.setdefault(id, []).append(index)
                elif opened.get(id):
                    start = opened[id].pop()
                    blocks[start, id] = (read[start][0].span.start, comment.span.end)
                else:
                    self.complain(
                        comment.place(word.start, word.end),
                        f"Nothing above silences '{word.text}', so nothing ends here",
                        f"Write guideline: ignore-start[{word.text}] the reason above it",
                    )
        return blocks

    def known(self, name: str, place: Span) -> str | None:
        """Return the id of the rule that a comment names, if there is one to be silenced."""
        id = self.names.current(name)
        if id in self.names.ids or id in SILENCEABLE:
            return id
        if id in self.names.gone:
            message, instead = where_it_went(id, self.names.gone[id])
            remove = "Take it out of the comment"
            self.complain(
                place,
                f"There is nothing to silence: {message}",
                f"{remove}; {instead}" if instead else remove,
            )
        elif id in PROBLEMS:
            self.complain(
                place, f"'{name}' is no rule and can't be silenced", "Mend what it reports"
            )
        elif self.names.complete:
            near = self.guess(name)
            help = f"Did you mean '{near}'?" if near else "See 'guideline-kit list rules'"
            self.complain(place, f"There is no rule '{name}', so it silences nothing", help)
        return None

    def guess(self, name: str) -> str | None:
        if name not in self.guesses:
            if len(self.guesses) >= _GUESSES:
                return None
            self.guesses[name] = nearest(name, sorted(self.names.ids))
        return self.guesses[name]


def _waivers(document: Document, names: Names) -> Iterator[Statement]:
    """Yield what the waivers of a catalog prompt say; `validate` looks at the rules they name."""
    listed = document.fields.get("waivers")
    tree = document.tree
    if document.format != "catalog-prompt" or tree is None or not isinstance(listed, list):
        return
    for index, waiver in enumerate(listed):
        rule = waiver.get("rule") if isinstance(waiver, dict) else None
        if not isinstance(rule, str):
            continue
        reason = waiver.get("reason")
        if not isinstance(reason, str) or not reason.strip():
            continue  # silences nothing; `validate` asks for the reason
        owner = waiver.get("owner")
        place = tree.value_span(("waivers", index, "rule"))
        yield Statement(
            Breadth.ENTRY,
            (Cover(names.current(rule), rule, place, *_EVERYWHERE),),
            waiver.get("until"),
            tree.value_span(("waivers", index, "until")),
            owner if isinstance(owner, str) else "",
        )
