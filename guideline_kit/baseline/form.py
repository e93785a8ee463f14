"""The file that holds a baseline: JSON, made for version control.

It is the same, byte for byte, for the same findings, and has one of them a line, so that two
branches that mended different things can be merged. Equal findings stand in it as often as they
were found: a count would be a conflict wherever two people changed it. The words of a finding
are there for who reviews the file; those of a secret are not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NoReturn

from guideline_kit.baseline.entries import Baseline, Entry
from guideline_kit.diagnostics import Diagnostic, Severity
from guideline_kit.errors import CannotError
from guideline_kit.jsonio import CONFLICT, TwiceError, each_once
from guideline_kit.text import Source, Span

_VERSION = 1
_ABOUT = (
    "Findings that are known: guideline-kit lint reports only others."
    " Write it anew with: guideline-kit lint --update-baseline"
)
_ENTRY = re.compile(r"([a-z][a-z0-9]*(?:-[a-z0-9]+)*) ([0-9a-f]{16})(?: ([^\r\n]+))?")


def render(baseline: Baseline) -> str:
    """Return the text of the file that holds a baseline."""
    lines = ["{", f'  "version": {_VERSION},', f'  "about": {_quoted(_ABOUT)},']
    files = [
        f"    {_quoted(path)}: [\n"
        + ",\n".join(f"      {_quoted(str(entry))}" for entry in entries)
        + "\n    ]"
        for path, entries in baseline.findings.items()
    ]
    if files:
        lines += ['  "findings": {', ",\n".join(files), "  }"]
    else:
        lines.append('  "findings": {}')
    return "\n".join([*lines, "}", ""])


def _quoted(text: str) -> str:
    """Return a text in JSON: letters of all languages as they are, what can't be seen escaped."""
    if text.isprintable():
        return json.dumps(text, ensure_ascii=False)
    letters = (json.dumps(letter, ensure_ascii=not letter.isprintable()) for letter in text)
    return f'"{"".join(letter[1:-1] for letter in letters)}"'


def read(source: Source) -> Baseline:
    """Return the baseline that a file holds.

    Raises CannotError, with the places, for a file that can't be relied on.
    """
    try:
        data = json.loads(source.text, object_pairs_hook=each_once, parse_int=_whole_number)
    except json.JSONDecodeError as error:
        _give_up(source, [_no_json(source, error)])
    except (_OddError, TwiceError, RecursionError):
        _give_up(source, _objections(source, None))
    baseline = _of_data(data)
    if baseline is None:
        _give_up(source, _objections(source, data))
    return baseline


class _OddError(Exception):
    """Python reads it, and it is none of a baseline's."""


def _whole_number(digits: str) -> int:
    if len(digits) > 20:
        raise _OddError(digits[:20])
    return int(digits)


def _of_data(data: Any) -> Baseline | None:
    """Return the baseline that plain data stand for, or None where they don't fit the schema."""
    if not (
        isinstance(data, dict)
        and data.keys() <= {"$schema", "version", "about", "findings"}
        and all(isinstance(data.get(key, ""), str) for key in ("$schema", "about"))
        and data.get("version") == _VERSION
        and data["version"] is not True
        and isinstance(data.get("findings"), dict)
    ):
        return None
    entries: list[tuple[str, Entry]] = []
    for path, lines in data["findings"].items():
        if not path or "\0" in path or not isinstance(lines, list) or not lines:
            return None
        for line in lines:
            found = _ENTRY.fullmatch(line) if isinstance(line, str) else None
            if found is None:
                return None
            entries.append((path, Entry(found[1], found[2], found[3] or "")))
    return Baseline.of(entries)


_RENEW = (
    "Restore the file from version control, or remove it and write it anew with"
    " 'guideline-kit lint --update-baseline'"
)
_OURS = "configuration"
# JSON can name half of a character, for file names that are not UTF-8; YAML can't.
_HALF = re.compile(r"\\u[dD]([89a-fA-F])(?=[0-9a-fA-F]{2})")
_VERSION_KEY = re.compile(r'"version"\s*:\s*')
_HELP = {"duplicate-key": "Put what stands below the two into one list"}


def _give_up(source: Source, problems: Sequence[Diagnostic]) -> NoReturn:
    raise CannotError(
        f"The baseline {source.name} can't be relied on; nothing was checked",
        hint=problems[0].help if problems[0].rule == _OURS else _RENEW,
        diagnostics=problems,
    )


def _problem(source: Source, at: int, message: str, help: str) -> Diagnostic:
    return Diagnostic(_OURS, Severity.ERROR, message, source, Span(at, at), help=help)


def _no_json(source: Source, error: json.JSONDecodeError) -> Diagnostic:
    text = source.text
    conflict = CONFLICT.search(text)
    if conflict:
        help = "Keep the lines of both sides, without the markers; see that a comma separates them"
        return _problem(source, conflict.start(), "A merge conflict was left here", help)
    at = min(error.pos, len(text))
    if not text.strip():
        return _problem(source, 0, "The file is empty", _RENEW)
    # What Python says of the rest differs from one version of it to the next.
    if at >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
        return _problem(source, at, "The file ends in the middle of the baseline", _RENEW)
    help = f"See whether a comma is missing here, or one too many. {_RENEW}"
    return _problem(source, at, "Not valid JSON from here on", help)


def _objections(source: Source, data: Any) -> list[Diagnostic]:
    """Return why a file is no baseline, though it is JSON; `data` is None where it hardly is."""
    from guideline_kit import schemas, yamlio  # a sound baseline needs neither

    version = data.get("version") if isinstance(data, dict) else None
    if isinstance(version, int) and version > _VERSION:
        found = _VERSION_KEY.search(source.text)
        return [
            _problem(
                source,
                found.end() if found else 0,
                f"This file was written by a newer guideline-kit, in version {version} of its form",
                f"Install a newer guideline-kit: this one reads version {_VERSION}",
            )
        ]
    # All characters stay where they are.
    text = _HALF.sub(lambda half: rf"\ue{int(half[1], 16) - 8:x}", source.text)
    result = yamlio.read(Source(source.name, text))
    problems = list(result.problems)
    if result.tree is not None:
        problems += schemas.check("baseline.schema.json", result.tree)
    # YAML has bounds and rules of its own: what it says of a file that is JSON may be beside
    # the point.
    beside = data is not None or len(text) > yamlio.MAX_CHARACTERS
    if not problems or (result.tree is None and beside):
        return [_problem(source, 0, "This is not the form of a baseline", _RENEW)]
    return [
        replace(item, source=source, help=_HELP.get(item.rule, item.help) or _RENEW)
        for item in problems
    ]
