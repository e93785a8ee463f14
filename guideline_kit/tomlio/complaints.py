"""What can be wrong with a TOML text, in words for its author."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tomllib

MAX_DEPTH = 60
MAX_DIGITS = 400


class StopError(Exception):
    """Nothing can be made of the text: the problem to report, and where it is."""

    def __init__(self, rule: str, message: str, at: int, help: str) -> None:
        self.rule, self.message, self.at, self.help = rule, message, at, help


def too_deep(at: int) -> StopError:
    message = f"The TOML is nested deeper than {MAX_DEPTH}"
    return StopError("toml-limit", message, at, "Write it with fewer levels")


def too_long(at: int) -> StopError:
    message = f"A number of more than {MAX_DIGITS} digits"
    return StopError("toml-limit", message, at, "Write a number that fits, or a text in quotes")


_WHERE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)\Z")
_PAIR = 'Write key = value, and texts in quotes: key = "text"'
_HEADER = "Write [name] for a table, and [[name]] for each table of a list"
_CLOSE = "End it with the quotes that it begins with"
_LINES = 'A text over several lines begins and ends with three quotes: """'
_ONCE = "Keep one of the two, or write both together"
_BACKSLASH = "Write the backslash twice, or put the text into single quotes"
# What tomllib says, what that means, and what to do.
_MEANINGS = (
    ("Invalid statement", "a line has to be a key with a value, or a name in brackets", _PAIR),
    ("Invalid value", "a value was expected here",
     "A value is a text in quotes, a number, true, false, a day, a list in [ ] or a table in { }"),
    ("Expected '=' after a key", "a key has to be followed by = and its value", _PAIR),
    ("Expected newline", "something follows where the line should end",
     "Put a text into quotes, and each key on a line of its own"),
    ("Invalid initial character for a key", "a key was expected here",
     "Put a key into quotes, unless it is made of A-Z, a-z, 0-9, - and _"),
    ("at the end of a table declaration", "the name of a table has to end with ]", _HEADER),
    ("at the end of an array declaration", "what begins with [[ has to end with ]]", _HEADER),
    ("Cannot declare", "this table is there already", _ONCE),
    ("Cannot overwrite a value", "this key has a value already", _ONCE),
    ("Duplicate inline table key", "this key stands twice in its table", _ONCE),
    ("Cannot redefine namespace", "this table is there already", _ONCE),
    ("Cannot mutate immutable", "nothing can be added to a table in { } or a list in [ ]",
     "Write all of it in one place"),
    ("Unclosed array", "a list is not closed", "Put commas between its values, and ] at its end"),
    ("Unclosed inline table", "a table in { } is not closed",
     "Put commas between its keys, all on one line, and } at its end"),
    ("Unterminated string", "a text is not closed", _CLOSE),
    ("Expected \"'", "a text is not closed", _CLOSE),
    ("character '\\n'", "a text is not closed on its line", _LINES),
    ("Unescaped '\\'", "a backslash that begins nothing known", _BACKSLASH),
    ("Invalid hex value", "\\u is followed by 4 digits of 0-9 and a-f, and \\U by 8", _BACKSLASH),
    ("not a Unicode scalar value", "there is no such character", _BACKSLASH),
    ("Invalid date or datetime", "there is no such day or time", "Correct it, or quote it"),
)  # fmt: skip


def explained(error: tomllib.TOMLDecodeError, text: str) -> StopError:
    """Return an error of tomllib in words for its user, with its place."""
    said, place = str(error), _WHERE.search(str(error))
    at = len(text)
    if place:
        said = said[: place.start()]
    if place and place[1]:
        # Lines end at \n only. Columns are those of the text as it is: \r comes last in a line.
        at = 0
        for _ in range(int(place[1]) - 1):
            at = text.index("\n", at) + 1
        at = min(at + int(place[2]) - 1, len(text))
    sign = text[at : at + 1]
    if sign and sign < " " and sign not in "\t\n" and text[at : at + 2] != "\r\n":
        message = f"Not valid TOML: the character U+{ord(sign):04X} is not allowed here"
        help = "Remove it; in a text in double quotes, write it as an escape"
        return StopError("toml-syntax", message, at, help)
    for begins, meaning, help in _MEANINGS:
        if begins in said:
            return StopError("toml-syntax", f"Not valid TOML: {meaning}", at, help)
    return StopError("toml-syntax", f"Not valid TOML: {said[:1].lower()}{said[1:]}", at, _PAIR)
