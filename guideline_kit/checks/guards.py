"""Guards: a cheap necessary condition for a rule, drawn from its pattern.

Running every rule's pattern over every text is slow, and so is one automaton of all whole
patterns, because gaps such as `[^.]{0,60}` make it explode. A guard is a pattern's
beginning up to its first gap. Every match of the pattern begins with a match of its guard,
so where the guard is silent the rule is, too. The guards of all rules run as one RE2 set.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import re2

_ESCAPE = re.compile(
    r"\\(?:x\{[0-9A-Fa-f]+\}|x[0-9A-Fa-f]{2}|[0-7]{1,3}|[pP]\{\^?\w+\}|[pP]\w|.)", re.DOTALL
)
_CLASS = re.compile(
    r"\[\^?\]?(?:\[:\^?\w+:\]|\\(?:x\{[0-9A-Fa-f]+\}|[pP]\{\^?\w+\}|.)|[^\]\\])*\]", re.DOTALL
)
_GROUP = re.compile(r"\((?:\?(?:P?<\w+>|(?P<flags>[a-zA-Z-]*)(?P<end>[:)])))?")
_REPEAT = re.compile(r"(?:[*+?]|\{(?P<least>\d+)(?P<comma>,(?P<most>\d*))?\})\??")
_NARROW = re.compile(r"\\[sdtn]|\\?[^\w\s.\\\[]|[ \w]")
_FLAGS = re.compile(r"\(\?[a-zA-Z-]+\)")
_FEW = 3

_MAX_MEMORY = 256 << 20


def guard(pattern: str) -> str | None:
    """Return the guard of an RE2 pattern, or None where it would hold for every text."""
    parser = _Parser(pattern)
    text, _ = parser.alternatives()
    if parser.lost or parser.at < len(pattern):
        return None
    try:
        if re2.search(text, "") is not None:
            return None
    except re2.error:
        return None
    return text


class _Parser:
    """Reads RE2 syntax from left to right and copies it up to the first gap."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0
        self.lost = False  # at something that it does not know: no guard then

    def alternatives(self) -> tuple[str, bool]:
        """Return the text up to the end of the group, and whether anything was cut."""
        branches = []
        cut = False
        while True:
            text, was_cut = self.sequence()
            branches.append(text)
            cut = cut or was_cut
            if self.pattern[self.at : self.at + 1] != "|":
                return "|".join(branches), cut
            self.at += 1

    def sequence(self) -> tuple[str, bool]:
        parts: list[str] = []
        cut = False
        while self.at < len(self.pattern) and self.pattern[self.at] not in "|)":
            text, inner_cut = self.atom()
            if self.lost:
                return "", True
            least, most, repeat = self.repeat()
            if repeat and _FLAGS.fullmatch(text):
                self.lost = True  # to RE2, a(?i)* is (?:a)*
                return "", True
            if cut:
                # Read on to the end of the group, and copy nothing but flags: they hold for
                # the alternatives after this one, too.
                if _FLAGS.fullmatch(text):
                    parts.append(text)
                continue
            if inner_cut:
                parts.append(f"(?:{text})?" if least == 0 else f"(?:{text})")
                cut = True
            elif most > _FEW and not _NARROW.fullmatch(text):
                parts.append(text if least else "")
                cut = True
            else:
                parts.append(text + repeat)
        return "".join(parts), cut

    def atom(self) -> tuple[str, bool]:
        """Return the next atom, and whether a gap inside it was cut."""
        character = self.pattern[self.at]
        if character == "\\":
            return self.copy(_ESCAPE), False
        if character == "[":
            return self.copy(_CLASS), False
        if character != "(":
            self.at += 1
            return character, False
        opening = _GROUP.match(self.pattern, self.at)
        if opening is None or self.pattern.startswith(r"\Q", self.at):
            self.lost = True
            return "", True
        self.at = opening.end()
        if opening["end"] == ")":  # flags for the rest of the group
            return opening.group(), False
        inside, cut = self.alternatives()
        if self.pattern[self.at : self.at + 1] != ")":
            self.lost = True
        self.at += 1
        flags = opening["flags"] or ""
        return f"(?{flags}:{inside})", cut

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


class GuardSet:
    """Many guards as one automaton; tells which of them match a text somewhere."""

    def __init__(self, guards: Sequence[str]) -> None:
        options = re2.Options()
        options.log_errors = False
        options.max_mem = _MAX_MEMORY
        self._set = re2.Set.SearchSet(options) if guards else None
        for text in guards:
            if self._set is not None:
                self._set.Add(text)
        if self._set is not None:
            self._set.Compile()

    def __call__(self, text: bytes) -> Sequence[int]:
        """Return the indexes of the guards that match."""
        return (self._set.Match(text) or ()) if self._set is not None else ()
