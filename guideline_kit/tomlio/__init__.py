"""The only reader of TOML: one table of a file, and where each part of it stands.

The standard library's tomllib decides what is valid and what the values are, and tells no
places. So a scanner goes over what tomllib has taken and finds them; since the text is valid
by then, it needs to know where things end, and nothing else.

tomllib recurses into brackets and takes quadratic time for a key of many parts. A first pass
over the text bounds both, so that a hostile file gets a problem in linear time.
"""

from __future__ import annotations

import datetime
import re
from typing import Any

from guideline_kit.diagnostics import Diagnostic, Severity
from guideline_kit.text import Source, Span
from guideline_kit.tomlio.complaints import MAX_DIGITS, StopError, explained, too_deep, too_long
from guideline_kit.tomlio.scanner import Scanner, check_depth
from guideline_kit.trees import Read, Tree

MAX_CHARACTERS = 2_000_000

_LONG = re.compile(rf"[0-9](?:_?[0-9]){{{MAX_DIGITS}}}")


def read(source: Source, table: tuple[str, ...] = ()) -> Read:
    """Read one table of a TOML text, named by its keys; without any, the whole text.

    Paths are relative to the table. There is no tree where the text has no such table. Days and
    times are texts. Never raises for what the text holds: problems are in the result.
    """
    text = source.text
    # Most files of the name are about other tools, and importing tomllib takes a while.
    if "\\" not in text and not all(key in text for key in table):
        return Read(None)
    try:
        if len(text) > MAX_CHARACTERS:
            message = f"The TOML has {len(text):,} characters; more than {MAX_CHARACTERS:,} are"
            raise StopError("toml-limit", f"{message} not read", 0, "Split the file")
        check_depth(text)
        data: Any = _values(text)
        for key in table:
            if not isinstance(data, dict) or key not in data:
                return Read(None)
            data = data[key]
        places = {
            path[len(table) :]: place
            for path, place in Scanner(text).places().items()
            if path[: len(table)] == table
        }
    except StopError as stop:
        span = Span(stop.at, stop.at)
        problem = Diagnostic(stop.rule, Severity.ERROR, stop.message, source, span, help=stop.help)
        return Read(None, (problem,))
    return Read(Tree(source, _plain(data), places))


def _values(text: str) -> dict[str, Any]:
    import tomllib  # few runs read TOML

    try:
        text.encode("utf-8")
        return tomllib.loads(text)
    except UnicodeEncodeError as error:
        # Half a surrogate pair: no file has one, but an editor may send it.
        code = ord(text[error.start])
        message = f"Not valid TOML: U+{code:04X} is no character"
        raise StopError("toml-syntax", message, error.start, "Remove it") from None
    except tomllib.TOMLDecodeError as error:
        raise explained(error, text) from None
    except RecursionError:
        raise too_deep(0) from None
    except ValueError:  # Python's own bound for the digits of a number
        found = _LONG.search(text)
        raise too_long(found.start() if found else 0) from None


def _plain(value: Any) -> Any:
    """Return a value with days and times as texts."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return value
