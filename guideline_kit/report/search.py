"""Entries that were looked for by words: as text for people, as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from guideline_kit.catalog import Entry
from guideline_kit.report.entries import summary
from guideline_kit.report.text import Paint, printable
from guideline_kit.text import Span

_WIDEST = 84  # characters of a text that are shown
_BEFORE = 24  # of them before the first word that was found
_MARK = "1;33"


class Word(NamedTuple):
    """A word of a search, how many entries hold it, and the nearest one where none does."""

    word: str
    entries: int
    near: str | None = None


class Found(NamedTuple):
    """A text of an entry in which words were found: where it stands, and where they do.

    `words` is how many of the words of the search it holds.
    """

    field: str
    text: str
    spans: Sequence[Span]
    words: int


class Hit(NamedTuple):
    """An entry, how likely it is the one, the words that it holds, and where."""

    entry: Entry
    score: float
    words: Sequence[str]
    found: Sequence[Found]


class Searched(NamedTuple):
    """What a search found, the likeliest first. `left_out` are words that were not looked for.

    `entries` is how many entries were looked through.
    """

    words: Sequence[Word]
    hits: Sequence[Hit]
    left_out: Sequence[str]
    entries: int


def render(result: Searched, limit: int, *, colour: bool = False) -> str:
    """Return the first hits as text, and what became of the words."""
    paint = Paint(colour)
    shown = result.hits[:limit]
    lines = list(_hits(shown, paint))
    lines += [""] * bool(lines)
    lines += _words(result)
    if not result.hits:
        lines.append(_nothing(result))
    elif len(shown) < len(result.hits):
        total = _entries(len(result.hits))
        lines.append(f"{len(shown):,} of {total}; --limit {len(result.hits)} shows all.")
    else:
        entry = result.hits[0].entry
        lines.append(
            f"{_entries(len(shown))}. 'guideline-kit explain {entry.id}' shows the first in full."
        )
    return "\n".join(lines) + "\n"


def _hits(hits: Sequence[Hit], paint: Paint) -> Iterator[str]:
    width = max((len(hit.entry.id) for hit in hits), default=0)
    for hit in hits:
        entry = hit.entry
        here = {item.field: item for item in hit.found}
        name = _marked(entry.id, here.get("id"), paint) + " " * (width - len(entry.id))
        about = _marked(entry.data["summary"], here.get("summary"), paint)
        yield f"{name}  {entry.kind:<9}{_state(entry):<12}{about}"
        # The line of the entry shows its id and its summary.
        there = max(
            (item.words for item in hit.found if item.field in ("id", "summary")), default=0
        )
        best = next((item for item in hit.found if item.field not in ("id", "summary")), None)
        if best is not None and best.words >= there:
            yield f"  {best.field}: {_excerpt(best, paint)}"


def _state(entry: Entry) -> str:
    data = entry.data
    if entry.kind != "rule":
        return str(data["status"])
    return str(data["severity"] if data["stage"] == "stable" else data["stage"])


def _marked(text: str, found: Found | None, paint: Paint) -> str:
    return _painted(text, found.spans if found else (), 0, len(text), paint)


def _excerpt(found: Found, paint: Paint) -> str:
    """Return the part of a text around the first word that was found in it."""
    text = found.text.rstrip()
    low = max(0, min(found.spans[0].start - _BEFORE, len(text) - _WIDEST))
    high = min(len(text), low + _WIDEST)
    if low:  # at the border of a word, if one is near
        low = next((at + 1 for at in range(low, found.spans[0].start) if text[at].isspace()), low)
    if high < len(text):
        end = found.spans[0].end
        high = next((at for at in range(high, end, -1) if text[at - 1].isspace()), max(high, end))
    inside = _painted(text, found.spans, low, high, paint).strip()
    return f"{'…' if low else ''}{inside}{'…' if high < len(text) else ''}"


def _painted(text: str, spans: Sequence[Span], low: int, high: int, paint: Paint) -> str:
    parts = []
    at = low
    for span in spans:
        if span.start >= at and span.end <= high:
            parts += [
                printable(text[at : span.start]),
                paint(printable(text[span.start : span.end]), _MARK),
            ]
            at = span.end
    return " ".join("".join([*parts, printable(text[at:high])]).split())


def _words(result: Searched) -> Iterator[str]:
    """Yield what there is to say of words that were not found."""
    missing = [word for word in result.words if not word.entries]
    # With no hit at all the last line says it.
    if not result.hits and not any(word.near for word in missing):
        return
    for word in missing:
        guess = f" Did you mean '{printable(word.near)}'?" if word.near else ""
        yield f"No entry holds '{printable(word.word)}'.{guess}"


def _nothing(result: Searched) -> str:
    if not result.entries:
        return "There is no such entry to search. 'guideline-kit list' shows those that there are."
    if not result.words:
        return "There is no word in what was asked for. Give words of letters or digits."
    searched = _entries(result.entries)
    return (
        f"Nothing was found in {searched}. Try another word for it, or the beginning of one;"
        " 'guideline-kit list' shows all entries."
    )


def _entries(number: int) -> str:
    return f"{number:,} {'entry' if number == 1 else 'entries'}"


def render_json(result: Searched, limit: int) -> str:
    """Return the first hits as one JSON object."""
    data = {
        "version": 1,
        "searched": result.entries,
        "words": [
            {"word": word.word, "entries": word.entries, "did_you_mean": word.near}
            for word in result.words
        ],
        "left_out": list(result.left_out),
        "found": len(result.hits),
        "entries": [
            {
                **summary(hit.entry),
                "score": hit.score,
                "words": list(hit.words),
                "fields": list(dict.fromkeys(item.field for item in hit.found)),
            }
            for hit in result.hits[:limit]
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
