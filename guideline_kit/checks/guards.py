"""Guards: a cheap necessary condition for a rule, drawn from its pattern.

Running every rule's pattern over every text is slow, and so is one automaton of all whole
patterns, because gaps such as `[^.]{0,60}` make it explode. A guard is a piece of the pattern
between two gaps: wherever the pattern matches, so does the piece, and where the guard is
silent the rule is, too. Of several pieces the one is taken that looks the rarest. The guards
of all rules run as one RE2 set.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

import re2

from guideline_kit.checks.guard_sets import GuardSet

_ESCAPE = re.compile(
    r"\\(?:x\{[0-9A-Fa-f]+\}|x[0-9A-Fa-f]{2}|[0-7]{1,3}|[pP]\{\^?\w+\}|[pP]\w|.)", re.DOTALL
)
_CLASS = re.compile(
    r"\[\^?\]?(?:\[:\^?\w+:\]|\\(?:x\{[0-9A-Fa-f]+\}|[pP]\{\^?\w+\}|.)|[^\]\\])*\]", re.DOTALL
)
_GROUP = re.compile(r"\((?:\?(?:P?<\w+>|(?P<flags>[a-zA-Z-]*)(?P<end>[:)])))?")
_REPEAT = re.compile(r"(?:[*+?]|\{(?P<least>\d+)(?P<comma>,(?P<most>\d*))?\})\??")
# What may repeat without end in a guard: white space, digits, a sign, or a set of such.
_NARROW = re.compile(r"\\[sdtn]|\\?[^\w\s.\\\[]|[ \w]|\[(?:\\[sdtnr]|\\x00|[ *_>#+-])+\]")
_FLAGS = re.compile(r"\(\?[a-zA-Z-]+\)")
_FEW = 3
# What looks at the text around, and what may stand for NUL.
_AROUND = frozenset(("^", "$", r"\b", r"\B", r"\A", r"\z"))
_NUL = re.compile(r"\\x00|\x00")
_MAY_BE_NUL = re.compile(r"\\[WDSPpx0-7]|\[\^|\[:|\x00")


def guard(pattern: str) -> str | None:
    """Return the guard of an RE2 pattern, or None where it would hold for every text."""
    parser = _Parser(pattern)
    _, pieces = parser.alternatives()
    if parser.lost or parser.at < len(pattern):
        return None
    for piece in sorted(pieces, key=lambda piece: piece.chance):
        try:
            if re2.search(piece.text, "") is None:
                return piece.text
        except re2.error:
            continue
    return None


def _as_run(pattern: str, ignore_case: bool) -> str:
    """Return a pattern with the flags that `matching.compiled` gives it."""
    return f"(?{'im' if ignore_case else 'm'}:{pattern})"


def guard_each(patterns: Iterable[str], ignore_case: bool) -> GuardSet:
    """Return a set that tells which of some patterns may match."""
    whole = [_as_run(pattern, ignore_case) for pattern in patterns]
    return GuardSet([guard(pattern) or pattern for pattern in whole])


def guard_of(patterns: Iterable[str], ignore_case: bool) -> str | None:
    """Return the guard of a check that looks for any of some patterns."""
    guards = [guard(_as_run(pattern, ignore_case)) for pattern in patterns]
    found = [text for text in guards if text is not None]
    if not found or len(found) < len(guards):
        return None
    return found[0] if len(found) == 1 else "|".join(f"(?:{text})" for text in found)


def loosened(found: str) -> str | None:
    """Return what a guard finds without looking at what stands around it, or None.

    Where a view of a text holds that, so does the text itself: in a view all else is NUL, which
    the result does not match. So one automaton can serve rules that look at different regions.
    """
    parts = []
    at = 0
    while at < len(found):
        atom = _ESCAPE.match(found, at) or _CLASS.match(found, at) or _GROUP.match(found, at)
        part = atom.group() if atom else found[at]
        at += len(part)
        if part in _AROUND:
            if _REPEAT.match(found, at):
                return None
        elif part.startswith("[^") and _NUL.search(part):
            parts.append(part)  # anything but NUL
        elif part.startswith("[") and _NUL.search(part):
            # Where the view has NUL, the text may have anything.
            repeat = _REPEAT.match(found, at)
            at += len(repeat.group()) if repeat else 0
            parts.append("(?s:.)*")
        elif part == "." or _MAY_BE_NUL.search(part):
            return None
        else:
            parts.append(part)
    text = "".join(parts)
    return guard(text) if "(?s:.)*" in parts else text


class _Piece(NamedTuple):
    """A piece of a pattern without gaps.

    `chance` is a rough guess how often it matches at some place of a text. `cut` says that
    the pattern goes on behind it.
    """

    text: str
    chance: float
    cut: bool = False


_NOTHING = _Piece("", 1.0)
# How likely a place of a text is to be what an atom asks for: a letter, one of a set, and
# what an escape or a sign stands for.
_LETTER, _SET = 1 / 16, 1 / 4
# How often each letter stands in English, in thousandths: JSON is rarer than "give", though
# both have four letters.
_LETTERS = dict(
    zip(
        "etaoinshrdlcumwfgypbvkjxqz",
        (127, 91, 82, 75, 70, 67, 63, 61, 60, 43, 40, 28, 28, 24, 24, 22, 20, 20, 19, 15, 10, 8,
         2, 2, 1, 1),
        strict=True,
    )
)  # fmt: skip
_ESCAPES = dict.fromkeys("wWdDsSpP", _SET) | dict.fromkeys("bBAz", 1 / 2)
_SIGNS = {".": 1.0, "^": 1 / 2, "$": 1 / 2}


class _Parser:
    """Reads RE2 syntax from left to right and copies what stands between gaps."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.lost = False  # at something that it does not know: no guard then
        self.flags = ""  # such as (?i): those that hold here, in the group that it is in

    def alternatives(self) -> tuple[_Piece, list[_Piece]]:
        """Read up to the end of the group.

        Return the beginning of all alternatives, and all pieces of which one holds wherever
        the group matches.
        """
        firsts: list[_Piece] = []
        bests: list[_Piece] = []
        while True:
            first, pieces = self.sequence()
            if not firsts and self.pattern[self.at : self.at + 1] != "|":
                return first, pieces
            firsts.append(first)
            bests.append(min(pieces, key=lambda piece: piece.chance))
            if self.pattern[self.at : self.at + 1] != "|":
                break
            self.at += 1
        first = _Piece(
            "|".join(piece.text for piece in firsts),
            sum(piece.chance for piece in firsts),
            any(piece.cut for piece in firsts),
        )
        best = _Piece(
            "|".join(f"(?:{piece.text})" for piece in bests), sum(piece.chance for piece in bests)
        )
        return first, [first, best]

    def sequence(self) -> tuple[_Piece, list[_Piece]]:
        """Read one alternative: its beginning, and all its pieces, that one among them.

        The beginning is to stand behind the alternatives before it, whose flags still hold; a
        piece can stand alone.
        """
        pieces: list[_Piece] = []
        lifted: list[_Piece] = []  # pieces of groups inside
        start, late = self.flags, ""
        text, chance = "", 1.0
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            atom, inner = self.atom()
            least, most, repeat = self.repeat()
            is_flags = _FLAGS.fullmatch(atom.text) is not None
            if self.lost or (is_flags and repeat):
                self.lost = True  # to RE2, a(?i)* is (?:a)*
                return _NOTHING, [_NOTHING]
            if is_flags:
                self.flags += atom.text
                text += atom.text
                late += atom.text if pieces else ""
                continue
            if least:
                lifted += [_Piece(self.flags + piece.text, piece.chance) for piece in inner]
            if not atom.cut and (most <= _FEW or _NARROW.fullmatch(atom.text)):
                text += atom.text + repeat
                chance *= atom.chance**least
                continue
            if least:
                text += atom.text
                chance *= atom.chance
            elif atom.cut:
                text += f"(?:{atom.text})?"
            pieces.append(_Piece(text, chance, True))
            text, chance = self.flags, 1.0
        pieces.append(_Piece(text, chance))
        first = pieces[0]
        pieces[0] = first._replace(text=start + first.text)
        return first._replace(text=first.text + late), pieces + lifted

    def atom(self) -> tuple[_Piece, list[_Piece]]:
        """Read the next atom; of a group also return the pieces that it consists of."""
        character = self.pattern[self.at]
        if character == "\\":
            text = self.copy(_ESCAPE)
            return _Piece(text, _ESCAPES.get(text[1:2], _LETTER)), []
        if character == "[":
            text = self.copy(_CLASS)
            return _Piece(text, 1.0 if text.startswith("[^") else _SET), []
        if character != "(":
            self.at += 1
            return _Piece(character, _chance(character)), []
        opening = _GROUP.match(self.pattern, self.at)
        if opening is None:
            self.lost = True
            return _NOTHING, []
        self.at = opening.end()
        if opening["end"] == ")":  # flags for the rest of the group
            return _Piece(opening.group(), 1.0), []
        outside, self.flags = self.flags, ""
        first, pieces = self.alternatives()
        self.flags = outside
        if self.pattern[self.at : self.at + 1] != ")":
            self.lost = True
        self.at += 1
        wrapped = [
            piece._replace(text=f"(?{opening['flags'] or ''}:{piece.text})")
            for piece in (first, *pieces)
        ]
        return wrapped[0], wrapped[1:]

    def copy(self, expression: re.Pattern[str]) -> str:
        found = expression.match(self.pattern, self.at)
        if found is None or found.group() in (r"\Q", r"\C"):
            self.lost = True
            return ""
        self.at = found.end()
        return found.group()

    def repeat(self) -> tuple[int, float, str]:
        """Return the least and the greatest number of repeats of the last atom."""
        found = _REPEAT.match(self.pattern, self.at)
        if found is None:
            return 1, 1, ""
        self.at = found.end()
        sign = found.group()[0]
        if sign == "{":
            least = int(found["least"])
            most = least if found["comma"] is None else int(found["most"] or 0) or float("inf")
        else:
            least, most = {"*": (0, float("inf")), "+": (1, float("inf")), "?": (0, 1)}[sign]
        return least, most, found.group()


def _chance(character: str) -> float:
    """Return how likely a place of a text is to be a character."""
    times = _LETTERS.get(character.lower())
    return times / 1000 if times else _SIGNS.get(character, _LETTER)
