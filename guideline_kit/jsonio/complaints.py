"""What can be wrong with a JSON text, in words for its author."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from typing import NamedTuple

from guideline_kit.text import Source, Span

MAX_DEPTH = 60
MAX_DIGITS = 400

ONCE = "Keep one of the two"

# What other languages write for a value, what it means, and what to write.
_INFINITY = "JSON has no infinite numbers: write null, or a text in double quotes"
_NAN = "JSON has numbers only: write null, or a text in double quotes"
WORDS: Mapping[str, tuple[float | bool | None, str]] = {
    "NaN": (float("nan"), _NAN), "nan": (float("nan"), _NAN),
    "Infinity": (float("inf"), _INFINITY), "+Infinity": (float("inf"), _INFINITY),
    "-Infinity": (float("-inf"), _INFINITY),
    "True": (True, "Write true"), "False": (False, "Write false"),
    "TRUE": (True, "Write true"), "FALSE": (False, "Write false"),
    "None": (None, "Write null"), "Null": (None, "Write null"), "NULL": (None, "Write null"),
    "undefined": (None, "Write null"),
}  # fmt: skip


class Flaw(NamedTuple):
    """Something that is not JSON, and yet has one meaning."""

    message: str
    span: Span
    help: str


class StopError(Exception):
    """Nothing more can be made of the text: the problem to report, and where it is."""

    def __init__(self, rule: str, message: str, span: Span, help: str) -> None:
        self.rule, self.message, self.span, self.help = rule, message, span, help


class Expected(enum.Enum):
    """What should stand where something else does."""

    VALUE = "a value"
    KEY = "a key in double quotes"
    COLON = "a colon"
    COMMA = "a comma"
    END = "nothing more"


def limit(message: str, at: int, help: str) -> StopError:
    return StopError("json-limit", message, Span(at, at), help)


def too_deep(at: int) -> StopError:
    return limit(f"The JSON is nested deeper than {MAX_DEPTH}", at, "Write it with fewer levels")


def too_long(at: int) -> StopError:
    message = f"A number of more than {MAX_DIGITS} digits"
    return limit(message, at, "Write a number that fits, or a text in double quotes")


# --- behind which reading goes on ----------------------------------------------------------

_CONTROLS = {"\n": ("a line break", r"\n"), "\r": ("a line break", r"\n"), "\t": ("a tab", r"\t")}


def needless(closing: str, comma: int) -> Flaw:
    """Return what to say of a comma before a closing bracket."""
    message = f"Not valid JSON: a comma with nothing between it and the {closing}"
    return Flaw(message, Span(comma, comma + 1), "Remove the comma")


def comment(found: re.Match[str]) -> Flaw:
    """Return what to say of a comment."""
    if found[0].startswith("/*") and not found[0].endswith("*/", 4):
        message = "Not valid JSON: a comment that is not closed"
        raise StopError("json-syntax", message, Span(*found.span()), "Remove it")
    message = "Not valid JSON: a comment, which JSON does not have"
    return Flaw(message, Span(*found.span()), "Remove it, or keep it as the value of a key")


def control(found: re.Match[str]) -> Flaw:
    """Return what to say of a control character in a string."""
    sign = found[0]
    code = ord(sign)
    name, escape = _CONTROLS.get(sign, (f"the character U+{code:04X}", f"\\u{code:04x}"))
    message = f"Not valid JSON: {name} inside of a text"
    return Flaw(message, Span(*found.span()), f"Write {escape} for it")


def bad_escape(source: Source, at: int) -> Flaw:
    """Return what to say of a backslash that begins no escape of JSON."""
    message = "Not valid JSON: a backslash that begins nothing known"
    help = "Write the backslash twice"
    if source.part(at + 1, at + 2) == "u":
        message = "Not valid JSON: \\u is not followed by 4 digits of 0-9 and a-f"
        help = "Write the 4 digits, or the backslash twice"
    elif source.part(at + 1, at + 2) == "'":
        help = "Write the sign ' without a backslash"
    return Flaw(message, Span(at, at + 1), help)


# --- where reading stops -------------------------------------------------------------------

_CONFLICT = re.compile(r"<{7}|\|{7}|={7}|>{7}")
_QUOTES = re.compile(r"['`\u2018-\u201f\u00ab\u00bb]")
_DIGIT = re.compile(r"[-+]?\.?[0-9]")
_LETTER = re.compile(r"[\w$]")
_BEGINS = re.compile(r"[\w\"\[{$+.-]")


def unclosed(source: Source, start: int, end: int) -> StopError:
    """Return the error for a string that is not closed on its line."""
    line = source.line_span(source.position(start).line)[1]
    message = "Not valid JSON: a text is not closed"
    help = 'End it with ", and write \\n for a line break inside of it'
    return StopError("json-syntax", message, Span(start, max(start + 1, min(end, line))), help)


def unexpected(
    source: Source, rest: Span, expected: Expected, behind: int, opened: int
) -> StopError:
    """Return the error for what stands at the beginning of `rest`, in the place of something else.

    `behind` is the end of what came before, `opened` where the bracket is that is still open, or
    -1.
    """
    at = rest.start
    message, help, span = _meaning(source, rest, expected, behind, opened)
    return StopError("json-syntax", f"Not valid JSON: {message}", span or Span(at, at + 1), help)


def _meaning(
    source: Source, rest: Span, expected: Expected, behind: int, opened: int
) -> tuple[str, str, Span | None]:
    at, text = rest.start, source.part(rest.start, min(rest.end, rest.start + 20))
    sign = text[:1]
    bracket = source.part(opened, opened + 1) if opened >= 0 else ""
    closing = "]" if bracket == "[" else "}"
    where = f"the {bracket} in line {source.position(opened).line}" if bracket else ""
    if not text:
        if bracket:
            return f"the text ends inside of {where}", f"Close it with {closing}", Span(at, at)
        return "there is nothing here", "Write a value, such as {}", Span(at, at)
    if _CONFLICT.match(text):
        return "a conflict that git left here", "Choose what is to stay of it", Span(at, at + 7)
    if expected is Expected.END:
        help = "Remove it, or put all values into a list, with commas between them"
        return "something follows the value; a file holds one", help, None
    if _QUOTES.match(sign) and expected is not Expected.COLON:
        name = "single quotes" if sign == "'" else f"the quotation mark {sign}"
        return f"{name} in the place of double ones", 'Write texts and keys as "text"', None
    if sign in "]}" and expected is Expected.COMMA:
        return f"this {sign} does not close {where}", f"Close that with {closing} first", None
    if expected is Expected.COMMA and _BEGINS.match(sign):
        if source.part(behind - 1, behind) == '"' and _LETTER.match(sign):
            help = (
                f'Write a quotation mark inside of a text as \\"; or put a comma or {closing} here'
            )
            return "a text goes on behind its quotation mark", help, Span(behind - 1, behind)
        help = f"Put a comma here, or close {where} with {closing}"
        return "a comma is missing", help, Span(behind, behind)
    if expected is Expected.COLON:
        return "a key has to be followed by a colon", 'Write "key": value', Span(behind, behind)
    if text.startswith(("{{", "{%")) or (sign == "{" and expected is Expected.KEY):
        help = 'Put a placeholder into a text: "{{name}}"'
        return "a { where a key was expected", help, None
    if sign == ",":
        return f"{expected.value} was expected before this comma", "Remove the comma", None
    if expected is Expected.VALUE and _DIGIT.match(text):
        help = "Write it like 12, -0.5 or 1e3, or as a text in double quotes"
        return "a number can't be written like this", help, None
    if _LETTER.match(sign):
        if expected is Expected.KEY:
            return "a key without quotes", 'Put it into double quotes: "key"', None
        return "a text without quotes", 'Put it into double quotes: "text"', None
    if not sign.isprintable():
        return f"the character U+{ord(sign):04X} is not allowed here", "Remove it", None
    return f"{expected.value} was expected, and not {sign}", _HELP[expected], None


_HELP = {
    Expected.VALUE: "A value is a text in double quotes, a number, true, false, null, [ ] or { }",
    Expected.KEY: 'Write "key": value, with commas between',
    Expected.COMMA: "Put a comma between two values, and remove what else is there",
}
