"""Fields of front matter that is no YAML, read one by one.

Each field is YAML for itself where it can be, so that one bad value costs no other.
"""

from __future__ import annotations

import re
from itertools import pairwise

from guideline_kit.jsonio import CONFLICT
from guideline_kit.text import Source, Span
from guideline_kit.trees import Path, Place, Tree
from guideline_kit.yamlio import read

# Nothing in front of a key: what is indented belongs to the field above it.
FIELD = re.compile(r"^(?P<key>[A-Za-z_][\w.-]*)[ \t]*:(?=[ \t\r\n]|\Z)", re.MULTILINE)
_LINE = re.compile(r"[^\r\n]*")
_REMARK = re.compile(r"#(?:[ \t]|\Z)")
_ITEM = re.compile(r"[ \t]*-(?:[ \t]+|(?=\r?$))")
_IN_FLOW = re.compile(r"\"[^\"]*\"|'[^']*'|\{[^{}]*\}|[^,\"'{}]+|.", re.DOTALL)
_MOST = 200  # fields that are tried as YAML; libyaml takes its time to begin


def read_loosely(source: Source, region: Span) -> Tree:
    """Read front matter field by field; the first of a key that stands twice counts."""
    data: dict[str, object] = {}
    places: dict[Path, Place] = {(): Place(None, region)}
    text = source.slice(region)
    found = list(FIELD.finditer(text))
    for number, field in enumerate(found):
        key = field["key"]
        if key in data:
            continue
        end = found[number + 1].start() if number + 1 < len(found) else len(text)
        conflict = CONFLICT.search(text, field.end(), end)
        end = conflict.start() if conflict else end
        whole = Span(region.start + field.start(), region.start + end)
        tree = _by_itself(source, whole, key) if number < _MOST else None
        if tree is not None:
            data[key] = tree.data[key]
            places.update((path, place) for path, place in tree.places.items() if path)
            continue
        name = Span(whole.start, whole.start + len(key))
        data[key] = _value(source, Span(region.start + field.end(), whole.end), key, name, places)
    return Tree(source, data, places)


def _by_itself(source: Source, whole: Span, key: str) -> Tree | None:
    """Return a field as YAML, if it is YAML."""
    strict = read(source, whole)
    if strict.problems or strict.tree is None or not isinstance(strict.tree.data, dict):
        return None
    return strict.tree if strict.tree.data.keys() == {key} else None


def _value(source: Source, region: Span, key: str, name: Span, places: dict[Path, Place]) -> object:
    """Read what stands behind a key; note where it does."""
    lines = [
        Span(region.start + line.start(), region.start + line.end())
        for line in _LINE.finditer(source.slice(region))
        if line.group().strip()
    ]
    lines = [_stripped(source, line) for line in lines]
    is_block = bool(lines) and source.part(lines[0].start, lines[0].start + 1) in ("|", ">")
    if not is_block:
        lines = [line for line in lines if not _REMARK.match(source.slice(line))]
    if not lines:
        places[key,] = Place(name, Span(region.start, region.start))
        return None
    whole = Span(lines[0].start, lines[-1].end)
    places[key,] = Place(name, whole)
    if source.part(region.start, lines[0].start).count("\n") and _all_items(source, lines):
        items = []
        for number, line in enumerate(lines):
            item = _ITEM.match(source.slice(line))
            at = Span(line.start + (item.end() if item else 0), line.end)
            places[key, number] = Place(None, at)
            items.append(_scalar(source.slice(at)))
        return items
    text = source.slice(whole)
    if len(lines) == 1 and text.startswith("[") and text.endswith("]"):
        return _flow(text, whole.start, key, places)
    return _scalar(" ".join(source.slice(line) for line in lines[is_block:]))


def _stripped(source: Source, line: Span) -> Span:
    text = source.slice(line)
    return Span(line.start + len(text) - len(text.lstrip()), line.start + len(text.rstrip()))


def _all_items(source: Source, lines: list[Span]) -> bool:
    return all(_ITEM.match(source.slice(line)) for line in lines)


def _flow(text: str, start: int, key: str, places: dict[Path, Place]) -> list[object]:
    """Read a list between brackets, which its signs keep from being YAML."""
    borders = [0]
    borders += [found.start() for found in _IN_FLOW.finditer(text) if found.group() == ","]
    items: list[object] = []
    for left, right in pairwise([*borders, len(text) - 1]):
        piece = text[left + 1 : right]
        if piece.strip():
            at = start + left + 1 + len(piece) - len(piece.lstrip())
            places[key, len(items)] = Place(None, Span(at, at + len(piece.strip())))
            items.append(_scalar(piece.strip()))
    return items


def _scalar(text: str) -> object:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" and text.count(text[0]) == 2:
        return text[1:-1]
    return {"true": True, "false": False, "null": None, "": None}.get(text, text)
