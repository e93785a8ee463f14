"""Role lines: `system:` or `# user:` on a line of its own, which splits a text into messages.

Prompty and Promptflow know them. They look at each line alone, so such a line splits in a code
fence as well, and in no comment of the template language.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from guideline_kit.formats.reading.complaints import shown
from guideline_kit.formats.reading.turns import Ranges, Turn, trimmed, with_examples

# One word on a line, as it is or as a heading, with or without attributes and a colon.
_LINE = re.compile(
    r"(?<![^\r\n])[ \t]*+(?P<sign>#?)[ \t]*+(?P<word>[A-Za-z]{3,12})"
    r"(?P<attributes>\[[^\r\n\]]{0,400}\])?[ \t]*+(?P<colon>:?)[ \t]*+(?![^\r\n])"
)
_ATTRIBUTES = re.compile(r"""\[(?:\s*+\w++\s*+=\s*+(?:"[^"]*+"|[^",\]]*+)\s*+,?+)++\s*+\]""")
# {{item.role}}: in a loop over what was said before.
_ANY_ROLE = re.compile(
    r"(?<![^\r\n])[ \t]*+#?[ \t]*+\{\{-?[ \t]*+[\w.\[\]'\"]{0,80}role[\w.\[\]'\"]{0,80}"
    r"(?:[ \t]{0,8}\|[^{}\r\n]{0,80})?-?\}\}[ \t]*+:[ \t]*+(?![^\r\n])"
)
_MANY = 100  # slips of one text
_MEANT = ("system", "user", "assistant")


class Roles(NamedTuple):
    """Whom a tool knows: its words for them -> ours.

    A tool that fills in the template before it looks for roles takes them from values, too:
    it is `late`.
    """

    words: Mapping[str, str]
    late: bool


class Slip(NamedTuple):
    """A line that looks as if it was meant as a role line, and is none."""

    start: int
    end: int
    message: str
    help: str


class Divided(NamedTuple):
    """The messages of a text, and lines that may be mistakes."""

    turns: tuple[Turn, ...]
    slips: tuple[Slip, ...]


def divide(text: str, ranges: Ranges, roles: Roles, default: str = "system") -> Divided:
    """Split a text at its role lines; what stands before the first one is said by `default`.

    `ranges` are where the template's expressions stand.
    """
    starts = [start for start, _ in ranges]
    marks: list[tuple[int, int, str]] = []
    slips: list[Slip] = []
    bare: list[re.Match[str]] = []
    for found in _LINE.finditer(text):
        if _within(starts, ranges, found.start("word")):
            continue
        word = found["word"].lower()
        attributes = found["attributes"]
        if word in roles.words and not found["colon"]:
            bare.append(found)
        elif word in roles.words and (not attributes or _ATTRIBUTES.fullmatch(attributes)):
            marks.append((found.start(), found.end(), roles.words[word]))
        elif found["colon"] and len(slips) < _MANY:
            slips += _slips(found, roles)
    known = {role for _, _, role in marks}
    slips += [_without_colon(found) for found in bare if _is_meant(found, known, roles)]
    if roles.late:
        marks += [(found.start(), found.end(), "user") for found in _ANY_ROLE.finditer(text)]
        marks.sort()
    turns = tuple(trimmed(text, _between(marks, len(text), default), ranges))
    return Divided(tuple(with_examples(turns, ranges)), tuple(sorted(slips)[:_MANY]))


def _between(marks: list[tuple[int, int, str]], end: int, default: str) -> Iterator[Turn]:
    yield Turn(default, 0, marks[0][0] if marks else end)
    for index, (_, start, role) in enumerate(marks):
        yield Turn(role, start, marks[index + 1][0] if index + 1 < len(marks) else end)


def _within(starts: Sequence[int], ranges: Ranges, at: int) -> bool:
    index = bisect_right(starts, at) - 1
    return index >= 0 and at < ranges[index][1]


def _is_meant(found: re.Match[str], known: set[str], roles: Roles) -> bool:
    """Whether a line without a colon is meant as a role line, and not as a heading.

    `# user` is, where nobody else says anything in the role.
    """
    word = found["word"]
    return (
        bool(found["sign"])
        and word in _MEANT
        and bool(known)
        and roles.words.get(word, "") not in known
        and not found["attributes"]
    )


def _without_colon(found: re.Match[str]) -> Slip:
    word = found["word"]
    return Slip(
        found.start("sign"),
        found.end("word"),
        f"'{found['sign']} {word}' has no colon, so it is text, and no {word} message begins here",
        f"Write '{word}:' if a message is to begin here",
    )


def _slips(found: re.Match[str], roles: Roles) -> Iterator[Slip]:
    """Yield what is wrong with a line that ends with a colon and is no role line."""
    word = found["word"]
    if found["attributes"]:
        if word.lower() in roles.words:
            yield Slip(
                found.start("attributes"),
                found.end("attributes"),
                f"{shown(found['attributes'])} is no list of attributes, so the line is text, and"
                f" no {word.lower()} message begins here",
                f'Write them as {word.lower()}[name="value"]:',
            )
        return
    meant = next((role for role in _MEANT if _is_slip_of(word.lower(), role)), None)
    if meant is not None:
        yield Slip(
            found.start("word"),
            found.end("word"),
            f"'{word}:' is no role, so the line is text, and no {meant} message begins here",
            f"Write '{meant}:' if a message is to begin here",
        )


def _is_slip_of(word: str, role: str) -> bool:
    """Whether a word is a role with one slip of the hand in it, and no word of its own.

    Two letters swapped, one doubled, or in a long word one missing or another in its place.
    """
    if word == role or abs(len(word) - len(role)) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(word, role, strict=False)) if a != b), len(role))
    rest, other = word[at:], role[at:]
    if len(word) == len(role):
        swapped = rest[:2] == other[1::-1] and rest[2:] == other[2:]
        return swapped or (len(role) > 5 and rest[1:] == other[1:])
    if len(word) > len(role):
        return rest[1:] == other and at > 0 and word[at] == word[at - 1]
    return len(role) > 5 and rest == other[1:]
