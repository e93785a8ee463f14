"""What a comment says that silences rules: which ones, where, why, until when and by whom.

    guideline: ignore[rule-id, other-id] until 2026-12-31 by OWNER: the reason

`ignore-start`, `ignore-end` and `ignore-file` in the place of `ignore` say how far it reaches.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Container
from dataclasses import dataclass
from typing import NamedTuple

VERBS = ("ignore", "ignore-start", "ignore-end", "ignore-file")
# How other linters say it. Alone such a word may begin a remark; before a bracket it does not.
_OTHER_VERBS = {"allow", "disable", "enable", "nolint", "noqa", "silence", "skip", "suppress"}
_HOW = "Write guideline: ignore[rule-id] the reason"

_HEAD = re.compile(r"\s*(?P<verb>[A-Za-z][\w-]*)?(?P<gap>\s*)(?P<rules>\[[^\]]*\]?)?")
_NAME = re.compile(r"[^\s,\[\]]+")
_UNTIL = re.compile(r"\s*until\s+(?P<word>[^\s:,;]+)[,;]?")
_BY = re.compile(r"\s*by\s+(?P<word>[^\s:,;]+)[,;]?")


class Word(NamedTuple):
    """A part of a comment's text, and where in it it stands."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Instruction:
    """A comment that was understood. `head` is its verb with the bracket; `reason` says whether
    a reason follows."""

    verb: str
    rules: tuple[Word, ...]
    head: Word
    until: Word | None = None
    owner: str = ""
    reason: bool = False


class Fault(NamedTuple):
    """Why a comment is not understood, what to write, and the part that is to blame."""

    message: str
    help: str
    start: int
    end: int


def parse(text: str, ids: Container[str]) -> Instruction | Fault | None:
    """Read what stands behind `guideline:` in a comment; None for a remark to people.

    `ids` are the rules that there are: somebody who writes one where the verb belongs has
    forgotten the verb.
    """
    found = _HEAD.match(text)
    if found is None or not (found["verb"] or found["rules"]):
        return None
    verb, rules = found["verb"] or "", found["rules"]
    start = found.start("verb") if verb else found.start("rules")
    end = found.end() if rules else start + len(verb)
    if verb not in VERBS:
        near = _like_a_verb(verb)
        if not near and verb in ids:
            return Fault("The verb is missing, so nothing is silenced", _HOW, start, end)
        adjacent = rules is not None and not found["gap"]
        if not (near or adjacent or (rules and verb in _OTHER_VERBS)):
            return None
        message = f"'{verb or rules}' is not understood, so nothing is silenced"
        help = f"Did you mean '{near}'?" if near else _HOW
        return Fault(message, help, start, end)
    if rules is None:
        return Fault("No rule is named in brackets, so nothing is silenced", _HOW, start, end)
    if not rules.endswith("]"):
        first_line = rules.splitlines()[0].rstrip()
        end = found.start("rules") + len(first_line)
        return Fault("The bracket is not closed, so nothing is silenced", _HOW, start, end)
    inside = found.start("rules")
    listed = tuple(
        Word(name.group(), inside + name.start(), inside + name.end())
        for name in _NAME.finditer(rules)
    )
    if not listed:
        return Fault("No rule is named in the brackets, so nothing is silenced", _HOW, start, end)
    if any(word.text in ("*", "all") for word in listed):
        message = "All rules at once can't be silenced, so nothing is"
        return Fault(message, "Name the rules, with commas between them", start, end)
    head = Word(text[start:end], start, end)
    until, owner, at = _terms(text, end)
    return Instruction(verb, listed, head, until, owner, any(map(str.isalnum, text[at:])))


def _terms(text: str, at: int) -> tuple[Word | None, str, int]:
    """Return the last day, the owner, and where the reason begins."""
    until = _UNTIL.match(text, at)
    by = _BY.match(text, until.end() if until else at)
    if by and not until:
        until = _UNTIL.match(text, by.end())
        # "by design, ..." is a reason and "by platform: ..." an owner.
        if not until and not text[by.end() :].lstrip().startswith(":"):
            by = None
    at = max([at, *(found.end() for found in (until, by) if found)])
    last_day = Word(until["word"], until.start("word"), until.end("word")) if until else None
    return last_day, by["word"] if by else "", at


def _like_a_verb(word: str) -> str:
    """Return the verb that a word was meant to be, or nothing."""
    word = word.lower()
    if len({*word} & {*"ignore"}) < 4:  # cheaper than comparing
        return ""
    near = difflib.get_close_matches(word, VERBS, n=1, cutoff=0.8)
    if near:
        return near[0]
    return "ignore" if word.startswith("ignor") else ""
