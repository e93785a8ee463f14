"""What Jinja2 complains about, in words for people and with the place that is to blame."""

from __future__ import annotations

import re

from guideline_kit.formats.engines.tags import NOT_CLOSED, NOTHING_INSIDE, Error

Range = tuple[int, int]

# What the decoder of string escapes refuses; a backslash and its letter are one pair.
_ESCAPE = re.compile(
    r"\\(?:x(?P<x>[0-9a-fA-F]{2})?|u(?P<u>[0-9a-fA-F]{4})?"
    r"|U(?P<U>000[0-9a-fA-F]{5}|0010[0-9a-fA-F]{4})?|N(?P<N>\{[^{}]+\})?|.)",
    re.DOTALL,
)
_DIGITS = 4300  # Python converts no longer number
_LONGEST = 60  # of a tag in a message
_UNEXPECTED = re.compile(r"unexpected '(?P<sign>[^']+)'(?:, expected '(?P<wanted>.)')?\Z")
_EXPECTED = re.compile(r"expected token '(?P<wanted>[^']+)', got '(?P<got>.*)'\Z", re.DOTALL)
_UNKNOWN = re.compile(r"Encountered unknown tag '(?P<name>\w*)'\.")
_WORDS = {
    "end of print statement": "the end of the placeholder",
    "end of statement block": "the end of the tag",
    "begin of statement block": "a tag",
    "name": "a name",
}
_ENDS = re.compile(r"end|elif\Z|else\Z")


def wrong_literal(value: str, start: int) -> Error | None:
    """Return what is wrong with a string or a whole number that the lexer let pass."""
    if value[:1] not in ("'", '"'):
        if len(value) > _DIGITS:
            return "a number in the template is too long", start, start + len(value)
        return None
    if "\\" not in value:
        return None
    for found in _ESCAPE.finditer(value):
        letter = found.group()[1]
        if letter in "xuUN" and not found[letter]:
            return (
                f"a backslash and {letter} begin a letter given by its code, and there is none",
                start + found.start(),
                start + found.end(),
            )
    return None


def lexing(message: str, text: str, opened: Range | None, place: Range) -> Error:
    """Return what stops the lexer, in the tag that is open there."""
    if opened is None:
        return message or "the template does not parse", *place
    start, end = opened
    sign = text[start : start + 2]
    if sign == "{#":
        return "a comment is opened and not closed", start, start + 2
    if "raw" in message:
        return f"the block {shortened(text, opened)} is never closed", start, end
    close = "}}" if sign == "{{" else "%}"
    closed = text.find(close, place[0])
    others = re.compile(r"\{[{%#]").search(text, start + 2)
    if not message or closed < 0 or (others and others.start() < closed):
        what = NOT_CLOSED if sign == "{{" else "a tag is opened and not closed"
        return what, start, start + 2
    unexpected = _UNEXPECTED.match(message)
    if unexpected and unexpected["wanted"]:
        return f"'{unexpected['wanted']}' is missing before '{unexpected['sign']}'", *place
    if unexpected:
        return f"'{unexpected['sign']}' closes a bracket that is not open", *place
    if text[place[0]] in "'\"":
        return "a quotation mark is opened and not closed", *place
    return f"'{text[slice(*place)]}' means nothing in Jinja2", *place


def in_words(
    message: str, text: str, *, token: Range, tag: Range, block: Range, outer: Range
) -> Error:
    """Return what stops the parser.

    `token` is where it stopped, `tag` the tag around that; `block` is the innermost tag whose
    block is open, `outer` the one around it.
    """
    if message.startswith("Unexpected end of template"):
        return f"the block {shortened(text, block)} is never closed", *block
    unknown = _UNKNOWN.match(message)
    if unknown:
        name = unknown["name"]
        if not _ENDS.match(name):
            return f"Jinja2 has no tag '{name}'", *tag
        if block == tag and outer != tag:
            block = outer
        if block != tag and not name.startswith("end"):
            return f"{shortened(text, tag)} can't stand in {shortened(text, block)}", *tag
        if block != tag:
            return (
                f"{shortened(text, tag)} stands where {shortened(text, block)} is still open",
                *tag,
            )
        return f"{shortened(text, tag)} belongs to a block that is not open", *tag
    expected = _EXPECTED.match(message)
    if expected:
        wanted = _WORDS.get(expected["wanted"], f"'{expected['wanted']}'")
        if text.startswith("{{{", tag[0]) and expected["wanted"] == ":":
            return "a third brace begins a dictionary in Jinja2, and this is none", *tag
        if token[1] > tag[1] - 3 and token[0] < tag[1]:
            return f"{wanted} is missing before {text[slice(*token)].strip()}", *token
        return f"'{text[slice(*token)]}' stands where {wanted} is expected", *token
    if message.startswith("Expected an expression, got"):
        return NOTHING_INSIDE if not text[tag[0] + 2 : tag[1] - 2].strip(" -+") else (
            "a value is missing before the end of the tag"
        ), *tag
    unexpected = _UNEXPECTED.match(message)
    if unexpected:
        return f"'{text[slice(*token)]}' can't stand here", *token
    if message == "expected name or number":
        return f"a name is missing before {text[slice(*token)].strip()}", *token
    message = message.rstrip(".") or "the template does not parse"
    return message[0].lower() + message[1:], *token


def shortened(text: str, place: Range) -> str:
    """Return a tag on one line, cut where it is long."""
    start, end = place
    written = " ".join(text[start : min(end, start + _LONGEST)].split())
    return f"{written}…" if end - start > _LONGEST else written
