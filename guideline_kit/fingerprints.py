"""What a finding is known by from one run to the next, wherever it has moved meanwhile.

A fingerprint is made of the first words that a finding is about and of those beside them, not of
its file, its line or its message: it stays the same when lines are put before it, when the file
gets another name, and when the message counts something else. Of a secret it holds no more than
a report shows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.digests import digest

# A paragraph that is wrapped anew ends its lines elsewhere, and a report has the first line of
# a finding: the fewer words, the more often all of them are still on it.
_OWN = 3
_BESIDE = 2
_FAR = 40  # characters of the words beside: some languages put no spaces between theirs
_SEEN = 200  # characters on either side in which words are looked for: lines may be endless
_END = re.compile(r"(?<=[.!?])\s")  # of a sentence: the next one may be edited by itself
_OWN_DIGITS = 6
_SIDE_DIGITS = 5


def fingerprint(item: Diagnostic) -> str:
    """Return what a finding is known by: 16 hexadecimal digits.

    Findings of one rule that stand in the same words have the same; `numbered` tells them
    apart. The rule is no part of it: a rule may be renamed.
    """
    own, before, after = _words(item)
    # Three words are enough to know a finding by where none stand beside them, one is not.
    alone = "" if own.count(" ") < _OWN - 1 else own
    return _hashed(own, _OWN_DIGITS) + "".join(
        _hashed(side or alone, _SIDE_DIGITS) for side in (before, after)
    )


def one_sided(mark: str) -> tuple[str, str]:
    """Return what is left of a fingerprint when the words behind, or before, a finding changed.

    Within one file that is enough to know it by. It is empty where there were no other words.
    """
    middle = _OWN_DIGITS + _SIDE_DIGITS
    own, before, after = mark[:_OWN_DIGITS], mark[_OWN_DIGITS:middle], mark[middle:]
    return f"{own}{before}-" if before.strip("0") else "", f"{own}-{after}" if after.strip(
        "0"
    ) else ""


def own_words(item: Diagnostic) -> str:
    """Return the first words that a finding is about, as far as a report shows them."""
    return _words(item)[0]


def numbered(diagnostics: Iterable[Diagnostic]) -> Iterator[tuple[Diagnostic, str, int]]:
    """Yield each finding with its fingerprint, and how many of the same stand before it.

    The same are those of one file, rule and fingerprint; the findings are in order.
    """
    seen: Counter[tuple[str, str, str]] = Counter()
    for item in diagnostics:
        mark = fingerprint(item)
        key = (item.source.name, item.rule, mark)
        yield item, mark, seen[key]
        seen[key] += 1


def _hashed(text: str, digits: int) -> str:
    if not text:
        return "0" * digits
    data = text.encode("utf-8", "surrogatepass")
    return digest(data, 8)[:digits]


def _words(item: Diagnostic) -> tuple[str, str, str]:
    """Return a finding's own first words, those before it and those after it, on its first line."""
    if item.span is None:
        return "", "", ""
    line = item.source.position(item.span.start).line
    start, stop = item.source.line_span(line)
    low = min(item.span.start, stop)
    high = max(low, min(item.span.end, stop))
    own = item.excerpt(low, min(high, low + _SEEN))
    before = _sentences(item.excerpt(max(start, low - _SEEN), low))[-1]
    after = _sentences(f"{own[-1:]}{item.excerpt(high, min(stop, high + _SEEN))}")[0][1:]
    return (
        " ".join((_lettered(own) or own.split())[:_OWN]),
        " ".join(_lettered(before)[-_BESIDE:])[-_FAR:],
        " ".join(_lettered(after)[:_BESIDE])[:_FAR],
    )


def _sentences(text: str) -> list[str]:
    return _END.split(text)


def _lettered(text: str) -> list[str]:
    """Return the words that have letters: the number of a list item changes with the others'."""
    return [word for word in text.split() if any(map(str.isalpha, word))]
