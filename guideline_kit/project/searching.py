"""Finding entries of the catalog for somebody who knows what they need, not what it is called."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from guideline_kit.catalog import KINDS, Catalog, Entry
from guideline_kit.project.entries import chosen_entries
from guideline_kit.report.search import Found, Hit, Searched, Word
from guideline_kit.schemas import nearest
from guideline_kit.text import Span

_WORD = re.compile(r"[^\W_]+")
# What a word in a field counts for; in all others, 1.
_WEIGHTS: Mapping[str, float] = {"id": 8, "title": 8, "tags": 6, "summary": 4, "formerly": 4}
# What these say is not what an entry is for: made-up texts, and where it came from.
_LEFT_OUT = frozenset(
    ("examples", "tests", "example", "sources", "links", "origin", "changelog", "waivers",
     "measured", "models", "related", "since", "created", "updated", "review_by", "version")
)  # fmt: skip
# Words of a question that say nothing of what is looked for.
_EMPTY = frozenset(
    ("a", "an", "and", "are", "as", "at", "be", "by", "can", "do", "does", "for", "from", "has",
     "have", "how", "i", "in", "into", "is", "it", "my", "of", "on", "or", "our", "that", "the",
     "their", "them", "they", "this", "to", "want", "we", "what", "when", "which", "with", "you",
     "your")
)  # fmt: skip
# What a regular expression has beside the words that it looks for.
_SIGNS = re.compile(r"\\.|\(\?(?:P?<\w+>|[a-z-]*:)|[^\w\s]")
_SHORTEST = 3  # letters that a word has to have before the beginning of another one counts
_SHORTEST_STEM = 5  # the same for a stem
_EXACT, _INFLECTED, _BEGINNING = 1.0, 0.9, 0.6
_LESSER = 0.5  # what is no longer to be used comes after what is
_LONGEST = 12  # words of a search


class _Field(NamedTuple):
    """A text of an entry, what people call the place, and what a word in it counts for."""

    name: str
    text: str
    weight: float = 1


class _Place(NamedTuple):
    """Where a word stands: the field, by its number, and how well it fits there."""

    field: int
    span: Span
    fit: float


def search(catalog: Catalog, words: Sequence[str], kind: str | None, tag: str | None) -> Searched:
    """Return the entries that hold words, the likeliest first, and what became of each word.

    Those that hold all of them come before those that hold some. A word is found in another
    inflection and as the beginning of a longer one, too. Raises CannotError where nobody knows
    the tag.
    """
    entries = chosen_entries(catalog, kind, tag)
    wanted, left_out = _wanted(words)
    index = [(entry, list(_fields(entry))) for entry in entries]
    known = {} if not wanted else _vocabulary(index)
    forms = {word: _forms(word, known) for word in wanted}
    found = [(entry, fields, _places(fields, forms)) for entry, fields in index]
    holding = {word: sum(bool(places[word]) for _, _, places in found) for word in wanted}
    rare = {word: math.log(1 + len(entries) / number) for word, number in holding.items() if number}
    hits = [
        Hit(entry, _score(entry, fields, places, rare), *_shown(fields, places))
        for entry, fields, places in found
        if any(places.values())
    ]
    hits.sort(key=lambda hit: (-len(hit.words), -hit.score, KINDS.index(hit.entry.kind),
                               hit.entry.id))  # fmt: skip
    report = [
        Word(word, number, None if number else nearest(word, sorted(known)))
        for word, number in holding.items()
    ]
    return Searched(report, hits, left_out, len(entries))


def _wanted(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the words to look for, each once, and those that say too little."""
    given = dict.fromkeys(
        found.group().casefold() for word in words for found in _WORD.finditer(word)
    )
    telling = [word for word in given if word not in _EMPTY] or list(given)
    wanted = telling[:_LONGEST]
    return wanted, [word for word in given if word not in wanted]


# --- words ---------------------------------------------------------------------------------


def stem(word: str) -> str:
    """Return what an English word shares with its plural, its -ing, its -ed and its spellings.

    Not always a word, and not always right.
    """
    word = word.casefold()
    if len(word) > 4 and word.endswith("ies"):
        word = f"{word[:-3]}y"
    elif len(word) > 4 and word.endswith(("sses", "shes", "ches", "xes", "zes")):
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        begin = word.removesuffix(ending)
        if begin != word and len(begin) > 2 and re.search(r"[aeiouy]", begin):
            doubled = begin[-1] == begin[-2] and begin[-1] not in "lsz"
            word = begin[:-1] if doubled else begin
            break
    if len(word) > _SHORTEST + 1:  # "note" and "not" must stay apart
        word = word.removesuffix("e")
        word = f"{word[:-1]}i" if word.endswith("y") else word
    return f"{word[:-2]}is" if len(word) > 4 and word.endswith("iz") else word


def _vocabulary(index: Sequence[tuple[Entry, Sequence[_Field]]]) -> dict[str, str]:
    """Return each word of the entries with its stem."""
    words = {
        found.group().casefold()
        for _, fields in index
        for field in fields
        for found in _WORD.finditer(field.text)
    }
    return {word: stem(word) for word in words}


def _forms(wanted: str, known: Mapping[str, str]) -> dict[str, float]:
    """Return the words of the entries that a word stands for, and how well they fit."""
    core = stem(wanted)
    forms = {}
    for word, other in known.items():
        if word == wanted:
            forms[word] = _EXACT
        elif other == core:
            forms[word] = _INFLECTED
        elif (len(wanted) >= _SHORTEST and word.startswith(wanted)) or (
            len(core) >= _SHORTEST_STEM and other.startswith(core)
        ):
            forms[word] = _BEGINNING
    return forms


# --- entries -------------------------------------------------------------------------------


def _fields(entry: Entry) -> Iterator[_Field]:
    """Yield the texts of an entry, those that say most of it first."""
    for key, weight in _WEIGHTS.items():
        for field in _texts(key, entry.data.get(key)):
            yield field._replace(weight=weight)
    for key, value in entry.data.items():
        if key not in _WEIGHTS and key not in _LEFT_OUT and not key.startswith("x-"):
            yield from _texts(key.replace("_", " "), value)


def _texts(name: str, value: Any) -> Iterator[_Field]:
    if isinstance(value, str):
        yield _Field(name, _searched_for(value) if name == "check" else value)
    elif isinstance(value, list):
        if all(isinstance(item, str) for item in value):
            value = [", ".join(value)]
        for item in value:
            yield from _texts(name, item)
    elif isinstance(value, dict):
        if isinstance(value.get("content"), str):
            yield _Field(f"{value.get('role', 'a')} message", value["content"])
            return
        for key, item in value.items():
            if name == "inputs":  # the name of an input says what goes in
                yield _Field(f"input {key}", key)
                yield from _texts(f"input {key}", item)
            elif key not in _LEFT_OUT:
                spoken = name == "check" and key in ("message", "help")
                yield from _texts(key if spoken else name, item)


def _searched_for(text: str) -> str:
    """Return what a check looks for: of a regular expression the words in it."""
    if not re.search(r"[\\|(\[]", text):
        return text
    words = (word for part in _SIGNS.split(text) for word in part.split())
    return ", ".join(dict.fromkeys(word for word in words if len(word) >= _SHORTEST))


def _places(
    fields: Sequence[_Field], forms: Mapping[str, Mapping[str, float]]
) -> dict[str, list[_Place]]:
    """Return where each word stands in an entry."""
    places: dict[str, list[_Place]] = {word: [] for word in forms}
    for number, field in enumerate(fields):
        for found in _WORD.finditer(field.text):
            word = found.group().casefold()
            for wanted, known in forms.items():
                if word in known:
                    places[wanted].append(_Place(number, Span(*found.span()), known[word]))
    return places


def _score(
    entry: Entry,
    fields: Sequence[_Field],
    places: Mapping[str, Sequence[_Place]],
    rare: Mapping[str, float],
) -> float:
    """Return how likely an entry is the one: each word counts where it weighs most."""
    score = 0.0
    for word, found in places.items():
        if not found:
            continue
        best: dict[str, float] = {}
        for place in found:
            field = fields[place.field]
            best[field.name] = max(best.get(field.name, 0.0), place.fit * field.weight)
        # In further fields it says less and less.
        weights = sorted(best.values(), reverse=True)
        score += rare[word] * sum(weight / 4**rank for rank, weight in enumerate(weights))
    gone = entry.data.get("stage") == "removed" or entry.data.get("status") in (
        "deprecated",
        "archived",
    )
    return round(score * (_LESSER if gone else 1), 4)


def _shown(
    fields: Sequence[_Field], places: Mapping[str, Sequence[_Place]]
) -> tuple[list[str], list[Found]]:
    """Return the words that an entry holds, and the fields that hold them, the best one first."""
    words = [word for word, found in places.items() if found]
    by_field: dict[int, list[tuple[str, _Place]]] = {}
    for word in words:
        for place in places[word]:
            by_field.setdefault(place.field, []).append((word, place))
    order = sorted(
        by_field,
        key=lambda number: (
            -len({word for word, _ in by_field[number]}),
            -fields[number].weight,
            number,
        ),
    )
    found = [
        Found(
            fields[number].name,
            fields[number].text,
            sorted({place.span for _, place in by_field[number]}),
            len({word for word, _ in by_field[number]}),
        )
        for number in order
    ]
    return words, found
