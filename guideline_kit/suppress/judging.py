"""Who silences what: which comments and waivers count, and which findings they take out."""

from __future__ import annotations

import datetime
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.documents import Document
from guideline_kit.rules import Names
from guideline_kit.schemas import day_of
from guideline_kit.suppress.statements import Breadth, Cover, Statement, complaint
from guideline_kit.text import Span

# Who locks a rule wants each exception looked at again, at the latest after this time.
LONGEST = datetime.timedelta(days=366)


class Judge:
    """Decides what counts; what it objects to is in `complaints`."""

    def __init__(
        self, document: Document, ran: frozenset[str], today: datetime.date, names: Names
    ) -> None:
        self.document = document
        self.ran = ran
        self.today = today
        self.names = names
        self.complaints: list[Diagnostic] = []

    def complain(self, statement: Statement, span: Span, message: str, help: str) -> None:
        self.complaints.append(complaint(self.document, statement.what, span, message, help))

    def in_force(self, statements: Iterable[Statement]) -> Iterator[tuple[Statement, Cover]]:
        """Yield what counts today, of rules that ran."""
        for statement in statements:
            covers = [cover for cover in statement.covers if cover.id in self.ran]
            if not covers or not self._is_current(statement, covers):
                continue
            for cover in covers:
                if cover.id not in self.names.locked or self._may_silence_locked(statement, cover):
                    yield statement, cover

    def _is_current(self, statement: Statement, covers: Sequence[Cover]) -> bool:
        day = day_of(statement.until)
        if statement.until is None or (day and day >= self.today):
            return True
        what = statement.about(covers)
        if day is None:
            message = f"{what} says until when, but not as YYYY-MM-DD, so it does not count"
            help = "Write a day such as 2026-12-31; put a colon before a reason that begins so"
        else:
            message = f"{what} ran out on {day}"
            help = "Mend what it covers, or decide anew and move the date"
        self.complain(statement, statement.until_place, message, help)
        return False

    def _may_silence_locked(self, statement: Statement, cover: Cover) -> bool:
        day = day_of(statement.until)
        last = self.today + LONGEST
        what = f"'{cover.written}' is locked: a {statement.what} silences it only"
        if not statement.owner or day is None:
            message = f"{what} with an owner and a last day"
            help = f"Name both, with a day up to {last}"
            if statement.what == "comment":
                help = f"Write ignore[{cover.written}] until YYYY-MM-DD by OWNER: the reason"
            self.complain(statement, cover.name, message, help)
        elif day > last:
            message = f"{what} for {LONGEST.days} days"
            self.complain(statement, statement.until_place, message, f"Write a day up to {last}")
        else:
            return True
        return False

    def silence(
        self, found: Sequence[Diagnostic], in_force: list[tuple[Statement, Cover]]
    ) -> set[int]:
        """Return the indexes of the findings that are silenced.

        A finding is taken by what covers the least, so that of two that overlap the broader
        one is reported as unused, and taking out all that are reported changes nothing.
        """
        findings: dict[str, _Findings] = {}
        for index in sorted(range(len(found)), key=lambda index: _start(found[index])):
            item = found[index]
            findings.setdefault(item.rule, _Findings()).add(_start(item), index)
        crashed = "internal-error" in findings  # a rule that crashed can't be called unneeded
        silenced: set[int] = set()
        in_force.sort(key=lambda pair: (pair[0].breadth, pair[1].name))
        for statement, cover in in_force:
            taken, any_there = findings.get(cover.id, _Findings()).take(cover.start, cover.end)
            silenced.update(taken)
            if taken or crashed:
                continue
            message = f"{statement.about([cover])} covers nothing: "
            if any_there:
                message += "another one silences what is found here"
            else:
                message += "there is no such finding here"
            help = f"Remove the {statement.what}"
            if len(statement.covers) > 1:
                help = f"Take '{cover.written}' out of the brackets"
            elif statement.breadth is Breadth.BLOCK:
                help += ", and the one that ends its block"
            self.complain(statement, cover.name, message, help)
        return silenced


class _Findings:
    """The findings of one rule, by place; each can be taken once."""

    def __init__(self) -> None:
        self.starts: list[int] = []
        self.indexes: list[int] = []
        self.following = [0]

    def add(self, start: int, index: int) -> None:
        """Add a finding that begins behind those that were added before."""
        self.starts.append(start)
        self.indexes.append(index)
        self.following.append(len(self.starts))

    def take(self, start: int, end: int) -> tuple[list[int], bool]:
        """Take what begins in a range; say, too, whether anything at all begins there."""
        low, high = bisect_left(self.starts, start), bisect_left(self.starts, end)
        taken = []
        at = self._next(low)
        while at < high:
            taken.append(self.indexes[at])
            self.following[at] = at + 1
            at = self._next(at)
        return taken, low < high

    def _next(self, at: int) -> int:
        """Return the next finding that is not taken."""
        following = self.following
        while following[at] != at:
            # The way gets shorter as it is gone: a thousand comments on one line don't each
            # go through all that the others took.
            following[at] = following[following[at]]
            at = following[at]
        return at


def _start(item: Diagnostic) -> int:
    return item.span.start if item.span else -1
