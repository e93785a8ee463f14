"""Templates of Python's `str.format`, which prompts know as f-strings: {name}, {{ and }}."""

from __future__ import annotations

import re

from guideline_kit.formats.engines import Expression, Scan

_NAME = re.compile(r"[^\W\d]\w*\Z")
# A field ends at its brace; only behind the colon there can be fields in it, of one level.
_FIELD = re.compile(
    r"[{}](?:(?<=\{)(?P<double>\{)|(?<=\})\}"
    r"|(?<=\{)(?P<name>[^{}!:\[\]]*)(?P<path>(?:\[[^\[\]{}]*\][^{}!:\[\]]*)*)"
    r"(?P<conversion>![^{}:]*)?(?P<form>:[^{}]*(?:\{[^{}]*\}[^{}]*)*)?\})?"
)
_INNER = re.compile(r"\{([^{}!:\[\]]*)[^{}]*\}")
_UNSAFE = re.compile(r"(?:\.|\[)\s*__[A-Za-z]+__")
_LONE_BRACE = "a single brace; a brace that is meant as text is written twice"
_NO_NAME = "only a name can stand between braces; a brace that is meant as text is written twice"
_NO_CONVERSION = "behind the exclamation mark there is r, s or a, and a colon after that"
_BOTH = "some places are numbered and others are not: Python takes only one of the two"


def scan(text: str) -> Scan:
    """Find the fields of a format string."""
    expressions: list[Expression] = []
    error: tuple[str, int, int] | None = None
    numbered: set[bool] = set()
    for found in _FIELD.finditer(text):
        start, end = found.span()
        written = found["name"]
        if written is None:
            if end - start == 1:
                error = error or (_LONE_BRACE, start, end)
            continue
        if "\n" in found.group():  # an object of JSON, or code
            error = error or (_LONE_BRACE, start, start + 1)
            continue
        names = []
        problem = ""
        for field in (written, *_INNER.findall(found["form"] or "")):
            name = field.partition(".")[0]
            if _NAME.match(name):
                names.append(name)
            elif name.strip().isidentifier():
                # Python takes the blanks for a part of the name; whoever wrote it did not.
                names.append(name.strip())
            elif name and not name.isdecimal():
                problem = _NO_NAME
            else:
                numbered.add(bool(name))
                problem = problem or (_BOTH if len(numbered) > 1 else "")
        if found["conversion"] and found["conversion"] not in ("!r", "!s", "!a"):
            problem = problem or _NO_CONVERSION
        if problem:
            error = error or (problem, start, end)
        expressions += [Expression(name, start, end) for name in dict.fromkeys(names) or ("",)]
    return Scan(tuple(expressions), error)


def is_unsafe(expression: str) -> bool:
    """Whether an expression reaches behind the values into the program that renders it."""
    return bool(_UNSAFE.search(expression))
