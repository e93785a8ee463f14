"""PromptSource's files as texts: what they say, and how they are written.

PromptSource writes a file as PyYAML does. One that somebody has edited says the same in other
lines: those are kept with an entry of the file, so that an export gives it back as it was. They
are a matter of form alone: they count while the file says what the entries say, and no longer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from guideline_kit.formats.promptsource import TAGS
from guideline_kit.text import Source
from guideline_kit.trees import Read, Tree
from guideline_kit.yamlio import read

_LONGEST_WORD = 60  # characters of what may be a number or such
_MANY = 2000  # lines; more are not compared line by line


def read_file(source: Source) -> Read:
    """Read a file as far as it can be read, its values as YAML 1.1 has them."""
    result = read(source, tags=TAGS, partial=True)
    if result.tree is not None:
        _load_as_pyyaml(result.tree)
    return result


def _load_as_pyyaml(tree: Tree) -> None:
    from guideline_kit.yamlio.dumping import loaded

    for path, place in tree.places.items():
        value = tree.get(path)
        if not path or place.style is not None or isinstance(value, (dict, list)):
            continue
        written = tree.source.slice(place.value)
        if len(written) <= _LONGEST_WORD and written[:1] not in ("&", "!", "*"):
            now = loaded(written)
            if type(now) is not type(value):
                tree.get(path[:-1])[path[-1]] = now


def say_the_same(one: str, other: str) -> bool:
    """Whether two files hold the same data, and nothing is wrong with them."""
    reads = [read_file(Source("", text)) for text in (one, other)]
    if any(item.tree is None or item.problems for item in reads):
        return False
    # By JSON, since 1, 1.0 and true are equal for Python.
    said = [json.dumps(item.tree.data, sort_keys=True) for item in reads if item.tree]
    return said[0] == said[1]


def layout_of(dumped: str, written: str) -> list[dict[str, Any]]:
    """Return what has to be written in the place of some lines of a text to get another one."""
    before, after = dumped.splitlines(keepends=True), written.splitlines(keepends=True)
    if len(before) > _MANY or len(after) > _MANY:
        return [{"at": 0, "lines": len(before), "text": written}]
    changes = SequenceMatcher(None, before, after).get_opcodes()
    return [
        {"at": start, "lines": end - start, "text": "".join(after[first:last])}
        for what, start, end, first, last in changes
        if what != "equal"
    ]


def laid_out(dumped: str, layout: Sequence[Mapping[str, Any]]) -> str:
    """Return a text with other lines in the place of some: as `layout_of` has them.

    Where it then says something else, the layout is that of another text, and the text stays.
    """
    lines = dumped.splitlines(keepends=True)
    for change in reversed(layout):
        lines[change["at"] : change["at"] + change["lines"]] = [change["text"]]
    text = "".join(lines)
    return text if say_the_same(dumped, text) else dumped
