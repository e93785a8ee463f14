"""Which blocks of a document may hold something that is said twice: a cheap first look.

One pass in C over all blocks joined. Every line of them in Python would take longer than all
other rules together.
"""

from __future__ import annotations

import re
from collections import Counter

from guideline_kit.checks import Scope
from guideline_kit.checks.matching import views
from guideline_kit.checks.repetition.instructions import FILLERS, NOT
from guideline_kit.documents import Document, Message
from guideline_kit.regions import Block

_BREAK, _LINE, _BLOCK = b"\xff", b"\xfe", b"\xfd"  # bytes that UTF-8 never has
# Small letters, digits and full stops as they are, ends of lines as such, all else as blanks.
_PLAIN = bytes(
    byte if byte >= 0x80 or byte == 0x2E else ord(chr(byte).lower()) if chr(byte).isalnum()
    else _LINE[0] if byte == 0x0A else _BREAK[0] if byte in b"!?" else 0x20
    for byte in range(256)
)  # fmt: skip
_SIGNS = b"\0*_\"'`,:;()[]\r"
_WRAP = re.compile(rb"\n[ \t\0]*+(?=[a-z(])")  # a line that goes on
_COURTESY = (b"please ", b"always ")
_SAME, _LIKE = 20, 16  # bytes of the beginning and the end of a line that are compared
_STEM = 4  # letters of a word that are compared: the plural of a word has the same
_EMPTY = frozenset(word.replace("'", "").encode()[:_STEM] for word in FILLERS | NOT)


def suspects(
    document: Document, scope: Scope, words: int, *, alike: bool
) -> list[tuple[Message, Block, bytes]]:
    """Return the blocks with a line that may be said twice, in order.

    Such a line begins or ends as another one does and, unless it need only be `alike`, has the
    same words, save those that carry no meaning. Most lines don't: splitting all of them into
    sentences and words would take many times as long. Lines that can't hold a number of `words`
    are left out.
    """
    seen = list(views(document, scope))
    border = _BREAK + _BLOCK + _BREAK
    joined = border.join(
        [view[start:end] for message, view in seen for _, start, end, _, _ in message.layout.blocks]
    )
    joined = _WRAP.sub(b" ", joined).translate(_PLAIN, _SIGNS).replace(b". ", _BREAK)
    for word in _COURTESY:
        joined = joined.replace(word, b"")
    joined = joined.replace(_LINE, _BREAK + _LINE + _BREAK)
    pieces = joined.split(_BREAK)
    least = 2 * words - 1
    long = [
        line for piece in pieces if len(piece) >= least and len(line := piece.strip(b" .")) >= least
    ]
    length = _LIKE if alike else _SAME
    starts, ends = [line[:length] for line in long], [line[-length:] for line in long]
    again, anew = _repeated(starts), _repeated(ends)
    if not again and not anew:
        return []
    lines = [piece.strip(b" .") for piece in pieces]
    found = [
        line
        for line, start, end in zip(long, starts, ends, strict=True)
        if start in again or end in anew
    ]
    if not alike:
        keys = list(map(_key, found))
        times = Counter(keys)
        torn = _torn(lines)
        found = [
            line for line, key in zip(found, keys, strict=True) if times[key] > 1 or line in torn
        ]
    wanted = set(found)
    numbers: list[int] = []
    number = 0
    for line in lines if wanted else ():
        if line == _BLOCK:
            number += 1
        elif line in wanted and (not numbers or numbers[-1] != number):
            numbers.append(number)
    if not numbers:
        return []
    blocks = [(message, block, view) for message, view in seen for block in message.layout.blocks]
    return [blocks[number] for number in numbers]


def _torn(lines: list[bytes]) -> set[bytes]:
    """Return the lines that may be a part of a sentence, since they share a block with others."""
    if _LINE not in lines:
        return set()
    threes = zip(lines, lines[1:], lines[2:], strict=False)
    return {line for one, sign, other in threes if sign == _LINE for line in (one, other)}


def _key(line: bytes) -> frozenset[bytes]:
    return frozenset([word[:_STEM] for word in line.split()]) - _EMPTY


def _repeated(items: list[bytes]) -> set[bytes]:
    if len(set(items)) == len(items):
        return set()
    return {item for item, number in Counter(items).items() if number > 1}
