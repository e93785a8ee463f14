"""Files that instructions import by `@path`, as CLAUDE.md does: which of them are missing.

Claude Code and the Gemini CLI put the imported file in the place of the import, wherever in the
text it stands, but for code. An import that leads nowhere is passed over without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from guideline_kit.diagnostics import Diagnostic, Severity
from guideline_kit.documents import Message
from guideline_kit.formats.beside import OUTSIDE, Beside
from guideline_kit.regions import CODE, COMMENT
from guideline_kit.text import Source

# A path ends at a blank that has no backslash before it. What has no ending of a text file may
# be a person, a package or a decorator.
_IMPORT = re.compile(r"@(?P<path>(?:[^\s\\`@]|\\ ){1,400})")
_FILE = re.compile(r".*\.(?:md|mdc|mdx|markdown|txt|rst|adoc|json|ya?ml|toml)", re.IGNORECASE)
_MOST = 200  # files that are asked for


def missing(message: Message, source: Source, beside: Beside) -> Iterator[Diagnostic]:
    """Yield a problem for each imported file that can't be read."""
    text = message.text
    seen: dict[str, str] = {}
    for found in _IMPORT.finditer(text.text):
        before = text.text[found.start() - 1 : found.start()]
        whole = _FILE.match(found["path"])
        if (before and not before.isspace()) or whole is None:
            continue
        path = whole.group().replace("\\ ", " ")
        # Files of somebody's own, which are on no other machine, are allowed.
        if path.startswith(("~", "/")) or re.match(r"[A-Za-z]:", path) or "://" in path:
            continue
        if message.layout.label(text.byte(found.start())) & 7 in (CODE, COMMENT):
            continue
        if path not in seen:
            if len(seen) == _MOST:
                return
            seen[path] = beside.look(path).reason
        if seen[path] and seen[path] != OUTSIDE:
            yield Diagnostic(
                "missing-file",
                Severity.WARNING,
                f"'{path}' can't be imported: {seen[path]}",
                source,
                text.span(found.start(), found.start() + 1 + len(whole.group())),
                help="Correct the path, or write it between backticks where no import is meant",
            )
