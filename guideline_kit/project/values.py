"""Values that somebody gives to a prompt: on the command line, in files, by name."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from guideline_kit import catalog as catalogs
from guideline_kit import yamlio
from guideline_kit.checks.contract import json_text
from guideline_kit.checks.contract.inputs import objection
from guideline_kit.diagnostics import Diagnostic, in_order
from guideline_kit.errors import CannotError
from guideline_kit.report.text import printable
from guideline_kit.schemas import nearest
from guideline_kit.text import Source
from guideline_kit.workspace.files import read_source, shown

_LARGEST = 64_000_000  # bytes of a file with a value
_INTEGER = re.compile(r"[-+]?[0-9]{1,300}")
_NUMBER = re.compile(r"[-+.0-9eE]{1,300}")
_FEW = 8  # names in a message


class Given(NamedTuple):
    """What somebody gives to a prompt.

    `values` are NAME=VALUE, `files` NAME=PATH; the path `-` is standard input. `file` holds
    values by name. `case` is an example or a test of the prompt: `examples` or `tests`, and its
    number from 1. `examples` says whether the examples of inputs stand in for what is missing;
    None means: where nothing else is given.
    """

    values: Sequence[str] = ()
    files: Sequence[str] = ()
    file: str | None = None
    case: tuple[str, int] | None = None
    examples: bool | None = None

    @property
    def standing_in(self) -> bool:
        """Whether the examples of inputs stand in for what is missing."""
        if self.examples is not None:
            return self.examples
        return not (self.values or self.files or self.file or self.case)


class Value(NamedTuple):
    """A value and where it is from; `said` where somebody gave it by its name."""

    value: Any
    origin: str
    said: bool = True


def collect(
    given: Given,
    declared: Mapping[str, Any],
    undeclared: set[str],
    standard_input: Callable[[], str],
) -> tuple[dict[str, Value], list[str]]:
    """Return the values that were given, and what is wrong with them."""
    if [given.file, *(item.partition("=")[2] for item in given.files)].count("-") > 1:
        raise CannotError(
            "Standard input was named more than once", hint="It can be read once: name files"
        )
    values: dict[str, Value] = {}
    problems: list[str] = []
    for name, value in _from_file(given.file, standard_input).items():
        about = declared.get(name)
        if value is None and about is not None:
            continue  # as if it were not given
        reason = _unwritable(value) or (objection(about, value) if about is not None else "")
        if reason:
            problems.append(f"'{printable(name)}' in {_shown(given.file)}: {reason}")
        values[name] = Value(value, "")
    named: set[str] = set()
    for option, name, text in _texts(given, standard_input):
        if name in named:
            problems.append(f"'{printable(name)}' is given twice")
        named.add(name)
        try:
            value = _converted(declared.get(name, {}), text)
        except ValueError as error:
            problems.append(f"'{printable(name)}' ({option}): {error}")
            value = text
        values[name] = Value(value, "")
    problems += [
        _unknown(name, list(declared)) for name in values if name not in {*declared, *undeclared}
    ]
    return values, problems


def _texts(given: Given, standard_input: Callable[[], str]) -> Iterator[tuple[str, str, str]]:
    """Yield each value that is given as a text: the option, the name, the text."""
    for option, items in (("--input", given.values), ("--input-file", given.files)):
        for item in items:
            name, sign, text = item.partition("=")
            if not sign or not name:
                what = "VALUE" if option == "--input" else "PATH"
                raise CannotError(
                    f"{option}: '{printable(item)}' has no name and value",
                    hint=f"Write {option} NAME={what}",
                )
            if option == "--input-file":
                text = standard_input() if text == "-" else _read(text, "").text
            yield option, name, text


def _read(path: str, nothing: str) -> Source:
    try:
        return read_source(Path(path), largest=_LARGEST)
    except (OSError, UnicodeDecodeError) as error:
        problem = catalogs.unreadable(shown(Path(path)), error)
        raise CannotError(
            f"A file with {nothing or 'the value of an input'} can't be read; nothing was rendered",
            diagnostics=[problem],
        ) from None


def _from_file(path: str | None, standard_input: Callable[[], str]) -> Mapping[str, Any]:
    """Return the values that a file has by name. Raises CannotError."""
    if path is None:
        return {}
    source = Source("standard input", standard_input()) if path == "-" else _read(path, "values")
    found: Any
    problems: Sequence[Diagnostic] = ()
    if path.endswith(".json"):
        # JSON has escapes that YAML has not.
        try:
            found = json_text.parse(source.text)
        except ValueError as error:
            raise CannotError(
                f"{_shown(path)} is not JSON: {error}", hint="Correct it; nothing was rendered"
            ) from None
    else:
        read = yamlio.read(source)
        problems = read.problems
        found = read.tree.data if read.tree is not None else None
    if problems:
        raise CannotError(
            f"{_shown(path)} can't be read as YAML; nothing was rendered",
            hint="Correct the places above",
            diagnostics=in_order(problems),
        )
    if not isinstance(found, dict):
        raise CannotError(
            f"{_shown(path)} holds no values by name",
            hint="Write a mapping, as in 'name: value', or a JSON object",
        )
    return found


def _shown(path: str | None) -> str:
    return "standard input" if path in (None, "-") else printable(shown(Path(path or "")))


def _converted(about: Mapping[str, Any], text: str) -> Any:
    """Return a text as a value of the type of an input. Raises ValueError with the reason."""
    if reason := _unwritable(text):
        raise ValueError(reason)
    value: Any = text
    match about.get("type"):
        case "integer":
            if not _INTEGER.fullmatch(text.strip()):
                raise ValueError(f"'{_brief(text)}' is no whole number")
            value = int(text)
        case "number":
            value = _number(text.strip())
        case "boolean":
            if text.strip() not in ("true", "false"):
                raise ValueError(f"'{_brief(text)}' is neither true nor false")
            value = text.strip() == "true"
        case "date":
            value = text.strip()
        case "line":
            value = text.removesuffix("\n").removesuffix("\r")
        case "list" | "object":
            read = yamlio.read(Source("a value", text))
            if read.tree is None or read.problems:
                raise ValueError(f"it is not JSON or YAML: {read.problems[0].message}")
            value = read.tree.data
    if reason := objection(about, value):
        kind = about.get("type")
        example = {"list": "[one, two]", "object": "{key: value}"}.get(kind or "")
        raise ValueError(f"{reason}; write it as in {example}" if example else reason)
    return value


def _number(text: str) -> int | float:
    if _INTEGER.fullmatch(text):
        return int(text)
    try:
        number = float(text) if _NUMBER.fullmatch(text) else math.nan
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"'{_brief(text)}' is no number")
    return number


def _unwritable(value: Any) -> str:
    try:
        str(value).encode("utf-8")
    except UnicodeEncodeError:
        return "it is not UTF-8"
    return ""


def _brief(text: str) -> str:
    text = printable(text.strip())
    return text if len(text) <= 40 else f"{text[:40]}…"


def _unknown(name: str, declared: list[str]) -> str:
    near = nearest(name, declared)
    if near:
        hint = f"did you mean '{near}'?"
    elif declared:
        hint = f"its inputs are {', '.join(declared[:_FEW])}{', …' * (len(declared) > _FEW)}"
    else:
        hint = "it has none"
    return f"There is no input '{printable(name)}'; {hint}"
