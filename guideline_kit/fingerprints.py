"""What a finding is known by from one run to the next, wherever it has moved meanwhile.

A fingerprint is made of the words that a finding is about and of those beside them, not of its
file, its line or its message: it stays the same when lines are put before it, when the file gets
another name, and when the message counts something else. Of a secret it holds no more than a
report shows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from guideline_kit.diagnostics import Diagnostic

_BESIDE = 3  # words on either side
_LONGEST = 200  # characters of what is meant


def fingerprint(item: Diagnostic) -> str:
    """Return what a finding is known by: 16 hexadecimal digits.

    Findings of one rule that stand in the same words have the same; `numbered` tells them
    apart. The rule is no part of it: a rule may be renamed.
    """
    import hashlib  # loads OpenSSL; most runs need none of it

    text = "\0".join(" ".join(part) for part in _words(item))
    data = text.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=8).hexdigest()


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


def _words(item: Diagnostic) -> tuple[list[str], list[str], list[str]]:
    """Return the words before a finding, its own, and those after it, on its first line."""
    if item.span is None:
        return [], [], []
    line = item.source.position(item.span.start).line
    start, stop = item.source.line_span(line)
    low = min(item.span.start, stop)
    high = max(low, min(item.span.end, stop))
    return (
        _lettered(item.excerpt(start, low))[-_BESIDE:],
        item.excerpt(low, min(high, low + _LONGEST)).split(),
        _lettered(item.excerpt(high, stop))[:_BESIDE],
    )


def _lettered(text: str) -> list[str]:
    """Return the words that have letters: the number of a list item changes with the others'."""
    return [word for word in text.split() if any(map(str.isalpha, word))]
