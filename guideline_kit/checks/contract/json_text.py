"""JSON in a text: what it says, where a part of it stands, why it is none."""

from __future__ import annotations

import json
import re
from typing import Any

from guideline_kit.trees import Path

# What Python says of a text that is no JSON, and what that means to its author. Its own words
# differ between its versions.
_REASONS = (
    ("Extra data", "more text follows the JSON value"),
    ("Expecting property name", "a key in double quotes is wanted here"),
    ("Expecting ',' delimiter", "a comma or a closing bracket is missing"),
    ("Expecting ':' delimiter", "a colon is missing"),
    ("Unterminated string", "a text in double quotes is not closed"),
    ("Invalid control character", "a line break or a tab inside of double quotes"),
    ("Invalid", "a backslash that escapes nothing"),
    ("Expecting value", "a value is wanted here"),
)
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
# What JSON has outside of texts. What has anything else there is a sketch of JSON: it has
# elisions, remarks, or names that stand for values.
_OUTSIDE = re.compile(
    r"(?:[\s{}\[\],:]|(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.-]))*+"
)

# A mapping of nothing but a text with dots: {"..."} stands for what is left out.
_ELIDED = re.compile(r'\{\s*"(?:\.\.\.|…)[^"\n]*"\s*\}')


class NotJSONError(ValueError):
    """A text is not JSON; the message says why, `at` where."""

    def __init__(self, reason: str, at: int) -> None:
        super().__init__(reason)
        self.at = at


def _refuse(name: str) -> None:
    raise NotJSONError(f"{name} is no value in JSON", 0)


# Python itself would take NaN and Infinity.
_DECODER = json.JSONDecoder(parse_constant=_refuse)


def parse(text: str) -> Any:
    """Return the value of a JSON text. Raises NotJSONError."""
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        comma = trailing_comma(text, error.pos)
        if comma is not None:
            raise NotJSONError("a comma before a closing bracket", comma) from None
        raise NotJSONError(_why(text, error), min(error.pos, len(text))) from None
    except RecursionError:
        raise NotJSONError("it is nested too deeply", 0) from None
    except NotJSONError:
        raise
    except ValueError:  # of int()
        raise NotJSONError("a number in it has thousands of digits", 0) from None


def _why(text: str, error: json.JSONDecodeError) -> str:
    if not text.strip():
        return "it is empty"
    if text.lstrip().startswith("```"):
        return "it stands in a code fence"
    if error.msg == "Expecting value" and not text[: error.pos].strip():
        return "it does not begin like a JSON value"
    return next((mine for words, mine in _REASONS if error.msg.startswith(words)), error.msg)


def trailing_comma(text: str, at: int) -> int | None:
    """Return where the comma before a closing bracket is that a parser stumbled over at `at`."""
    # Some versions of Python name the comma itself, others what stands behind it.
    comma = at if text[at : at + 1] == "," else len(text[:at].rstrip()) - 1
    behind = text[comma + 1 :].lstrip()[:1]
    return comma if comma >= 0 and text[comma] == "," and behind in ("}", "]") else None


def slip(text: str) -> NotJSONError | None:
    """Return what is wrong with a text that is meant as JSON, to the last sign, and is none.

    A sketch of JSON, a fragment, and several values one after the other are not.
    """
    bare = text.strip()
    if _ELIDED.search(bare):
        return None
    if bare[:1] not in ("{", "[") or bare[-1:] not in ("}", "]"):
        return None
    try:
        parse(text)
    except NotJSONError as error:
        outside = _STRING.sub(" ", text)
        if _OUTSIDE.fullmatch(outside) is None:
            return None
        closed = all(outside.count(left) == outside.count(right) for left, right in ("{}", "[]"))
        return None if closed and str(error).startswith("more text") else error
    return None


def place(text: str, path: Path) -> tuple[int, int]:
    """Return where the value at a path of a JSON text begins and ends."""
    try:
        return _place(text, path)
    except ValueError:  # a key stands twice, and the first one has no such part
        return _place(text, ())


def _place(text: str, path: Path) -> tuple[int, int]:
    at = _next(text, 0)
    for step in path:
        at = _next(text, at + 1)  # behind the opening bracket
        index = 0
        while True:
            key: Any = index
            if isinstance(step, str):
                key, at = _DECODER.raw_decode(text, at)
                at = _next(text, _next(text, at) + 1)  # behind the colon
            if key == step:
                break
            _, at = _DECODER.raw_decode(text, at)
            at = _next(text, _next(text, at) + 1)  # behind the comma
            index += 1
    return at, _DECODER.raw_decode(text, at)[1]


_WHITE = re.compile(r"[ \t\r\n]*")


def _next(text: str, at: int) -> int:
    found = _WHITE.match(text, at)
    return found.end() if found else at
