"""Changing values of a YAML text in their places, and adding keys."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from guideline_kit.text import Source
from guideline_kit.trees import Path, Tree
from guideline_kit.yamlio.reading import read


def edit(text: str, changes: Mapping[Path, Any]) -> str:
    """Return YAML text with values changed or added; every other character stays.

    `changes` maps a path to its new value: of a value that is there, or of a new key in a
    mapping that is there. The new value is written on one line.
    Raises ValueError for a text that is not valid YAML, KeyError for a path that leads nowhere.
    """
    source = Source("", text)
    tree = read(source).tree
    if tree is None:
        raise ValueError("only valid YAML can be edited")
    edits = []
    for path, value in changes.items():
        place = tree.places.get(path)
        if path and place is not None:
            # A block scalar's span goes on to the next line.
            end = place.value.start + len(source.slice(place.value).rstrip())
            space = "" if text[place.value.start - 1].isspace() else " "
            written = _written(value, quoted=place.style in ("'", '"'))
            edits.append((place.value.start, end, space + written))
        else:
            edits.append(_addition(tree, path, value))
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _written(value: Any, *, quoted: bool = False) -> str:
    """Return a value as YAML on one line; ruamel.yaml knows what has to be quoted."""
    from ruamel.yaml import YAML
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    if isinstance(value, str) and (quoted or not value.isprintable()):
        value = DoubleQuotedScalarString(value)
    writer = YAML()
    writer.default_flow_style = True
    writer.width = 1_000_000  # one line, however long
    out = io.StringIO()
    # In a list, a text is quoted wherever it might be taken for something else.
    writer.dump([value], out)
    text = out.getvalue().strip().removeprefix("[").removesuffix("]")
    # One sort of quotes is enough, and double ones can hold everything: also what libyaml
    # does not take for a plain text, such as :a in a list.
    if isinstance(value, str) and not quoted:
        plain = read(Source("", f"[ {text}]")).tree
        if text.startswith("'") or plain is None or plain.data != [value]:
            return _written(value, quoted=True)
    return text


def _addition(tree: Tree, path: Path, value: Any) -> tuple[int, int, str]:
    """Return the edit that adds a key to a mapping, behind the last one."""
    source, parent = tree.source, tree.get(path[:-1])
    if not path or not isinstance(path[-1], str) or not isinstance(parent, dict):
        raise KeyError(path)
    line = f"{_written(path[-1])}: {_written(value)}"
    place = tree.places[path[:-1]]
    if source.slice(place.value).startswith("{"):
        end = place.value.end - 1
        return end, end, f", {line}" if parent else line
    key = tree.places[(*path[:-1], next(iter(parent)))].key
    last: Path = path[:-1]
    while isinstance(inside := tree.get(last), (dict, list)) and inside:
        last = (*last, len(inside) - 1 if isinstance(inside, list) else list(inside)[-1])
    span = tree.place(last).value
    # The rest of the last value's line may hold a remark, or the brackets around it.
    number = source.position(span.start + len(source.slice(span).rstrip())).line
    end = source.line_span(number)[1]
    indent = " " * (source.position(key.start).column - 1 if key else 0)
    line_end = "\r\n" if "\r\n" in source.text else "\n"
    return end, end, f"{line_end}{indent}{line}"
