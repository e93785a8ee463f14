"""What JSON files that people keep in version control need of a reader, beside `json`."""

from __future__ import annotations

import re
from typing import Any

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
