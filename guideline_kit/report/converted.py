"""What came of converting a prompt, for people: the files, and what the format has no place for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.report.text import Paint, block, printable

_FEW = 8  # things in a sentence


class Outcome(NamedTuple):
    """A prompt in another format.

    `title` is the format's name; `file` and `beside` are the files that were written, empty
    where none was. `kept` are JSON pointers to what the format has no place for, and
    `is_inside` says whether that is kept in the file itself. `as_it_was` are the numbers of
    messages whose placeholders stay as they are, `blanks` are fields that nobody has filled in,
    and `problems` are those of the file that was read.
    """

    title: str
    file: str
    beside: str
    kept: Sequence[str]
    is_inside: bool
    as_it_was: Sequence[int]
    blanks: Sequence[str]
    problems: Sequence[Diagnostic]


def render(outcome: Outcome, *, colour: bool = False) -> str:
    """Return what there is to say, on lines."""
    paint = Paint(colour)
    found = "".join(f"{block(item, paint)}\n" for item in outcome.problems)
    return found + "".join(f"{printable(line)}\n" for line in _lines(outcome))


def _lines(outcome: Outcome) -> Iterator[str]:
    if outcome.file:
        also = f" and {outcome.beside}" if outcome.beside else ""
        yield f"Wrote {outcome.file}{also}."
    if outcome.kept:
        names = _names(outcome.kept)
        if outcome.is_inside:
            where = "kept in the file, under x-guideline-kit"
        elif outcome.file:
            where = f"kept in {outcome.beside}"
        else:
            where = "left out; with --output FILE it is kept in a file beside that one"
        yield f"The format '{outcome.title}' has no place for {_listed(names)}: {where}."
    if outcome.as_it_was:
        which = _listed([str(number) for number in outcome.as_it_was])
        many = "messages" if len(outcome.as_it_was) > 1 else "message"
        yield (
            f"The placeholders of {many} {which} can't be written for the format"
            f" '{outcome.title}', and stay as they were: nobody will fill them in."
        )
    if outcome.blanks:
        yield f"Nobody has said: {_listed(outcome.blanks)}. Fill that in before it can be used."


def _names(pointers: Sequence[str]) -> list[str]:
    """Return in words what JSON pointers into an entry lead to: the fields, and parts of fields."""
    whole = [pointer[1:] for pointer in pointers if pointer.count("/") == 1]
    partly = dict.fromkeys(pointer.split("/")[1] for pointer in pointers if pointer.count("/") > 1)
    return [*whole, *(f"parts of '{name}'" for name in partly)]


def _listed(names: Sequence[str]) -> str:
    if len(names) > _FEW:
        names = [*names[: _FEW - 1], f"{len(names) - _FEW + 1} more"]
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
