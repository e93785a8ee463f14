"""Claude commands: what the program puts into a command's text before the model reads it.

$ARGUMENTS is all that the user typed, $1 and $ARGUMENTS[0] a part of it: the one variable
that there is. A command between !` and `, a file behind @, and ${CLAUDE_…} are replaced, too,
and take no input.
"""

from __future__ import annotations

import re

from guideline_kit.formats.engines import Expression, Scan

VARIABLE = "ARGUMENTS"
# A price such as $5.00 is text, and so is what stands behind a backslash.
_PLACE = re.compile(
    r"[$!@](?:(?<=\$)(?<!\\\$)(?:(?P<variable>ARGUMENTS\b(?:\[\d{1,3}\])?"
    r"|(?<![\w$]\$)[1-9](?!\w|[.,]\d))|\{CLAUDE_[A-Z_]{1,40}\})"
    r"|(?<=!)`[^`\n]{1,2000}`"
    # A file: with a folder or with an ending; not an address, not a name of a person.
    r"|(?<=@)(?<![\w`@]@)(?:(?:~?/|\.{1,2}/)[\w./-]{0,200}[\w/]"
    r"|[\w-]{1,100}(?:\.[\w-]{1,100}){0,9}(?:/[\w./-]{0,200}[\w/]|\.[A-Za-z]\w{0,4}\b)))"
)


def scan(text: str) -> Scan:
    """Find what is replaced in the text of a Claude command."""
    return Scan(
        tuple(
            Expression(VARIABLE if found["variable"] else "", found.start(), found.end())
            for found in _PLACE.finditer(text)
        )
    )
