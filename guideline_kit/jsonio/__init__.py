"""The only reader of JSON that keeps places (a Tree), and what files in version control need of
a reader beside `json`.

Reading goes on behind what has one meaning all the same, such as a comment or a comma too many;
it stops where a guess would be needed, and keeps what stood before. Depth, size and the number of
values are bounded, and nothing recurses: hostile JSON gets a problem in linear time.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from guideline_kit.text import Source, Span

if TYPE_CHECKING:
    from guideline_kit.trees import Read

# A line that git leaves where two branches changed the same.
CONFLICT = re.compile(r"^(?:<{7}|\|{7}|={7}|>{7})(?=[ \r\n]|\Z)", re.MULTILINE)


class TwiceError(ValueError):
    """A key stands twice; readers disagree on which one wins."""


def each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a mapping: the `object_pairs_hook` of a reader that refuses keys which stand twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise TwiceError(pairs)
    return found


def read(source: Source, region: Span | None = None) -> Read:
    """Read one JSON value from a source, or from a part of it.

    Never raises for what the text holds: problems are in the result, with their spans, beside
    the tree of what could be read. There is no tree where that is nothing.
    """
    from guideline_kit.jsonio.reading import Reader  # most runs read no JSON

    return Reader(source, region or Span(0, len(source.text))).read()
