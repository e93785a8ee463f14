"""Keys that a tool does not know, and that look like a slip for one that it knows."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.formats.reading.complaints import complaint, quoted
from guideline_kit.trees import Path, Tree

_ALIKE = 0.8  # of difflib's ratio: one letter of five, or of ten two
_MOST = 20  # keys of one mapping; who has more writes something else
_ANCHOR = re.compile(r"[ \t]*:[ \t]+&")


def slips(tree: Tree, path: Path, known: Collection[str], message: str) -> Iterator[Diagnostic]:
    """Complain of the keys of a mapping that a tool does not know and nearly knows.

    `message` says what the tool does with a `{key}` that it does not know. A key that is not like
    any other may be there for somebody else.
    """
    mapping = tree.get(path)
    if not isinstance(mapping, Mapping):
        return
    unknown = [key for key in mapping if key not in known and not key.startswith(("x-", "_"))]
    if not unknown or len(unknown) > _MOST:
        return
    import difflib

    text = tree.source.text
    for key in unknown:
        meant = difflib.get_close_matches(key[:80], known, 1, _ALIKE)
        span = tree.key_span((*path, key))
        # Who writes both means both; and who uses it elsewhere has it for that.
        used = bool(_ANCHOR.match(text, span.end)) or f"#/{key}" in text
        if meant and meant[0] not in mapping and not used:
            help = f"Did you mean '{meant[0]}'?"
            yield complaint(tree.source, span, message.format(key=quoted(key)), help)
