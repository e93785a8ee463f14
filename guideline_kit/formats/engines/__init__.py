"""Template engines: which placeholders a text has, and whether its template parses.

Nothing is rendered here, and nothing is computed. One module knows one engine; it is imported
when a text of that engine is first asked about. None of them raises, whatever the text, and
each takes time linear in it.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import NamedTuple

_MODULES = {
    "jinja2": "jinja2",
    "nunjucks": "nunjucks",
    "mustache": "mustache",
    "handlebars": "handlebars",
    "fstring": "fstring",
    "dollar": "dollar",
    "claude-args": "claude_args",
    "semantic-kernel": "semantic_kernel",
}
# The others can't reach anything but the values that they are given.
_REACHING = frozenset(("jinja2", "nunjucks", "handlebars", "fstring", ""))


class Expression(NamedTuple):
    """A template expression in a text, `text[start:end]`; `name` is its variable, if any.

    A variable is what has to be passed in: a loop's own variable, a helper and a function of
    the engine are none. An expression that uses several variables is there once for each.
    """

    name: str
    start: int
    end: int


class Scan(NamedTuple):
    """What a template holds.

    `expressions` are all places that are not plain text, in order. `error` says why the
    template does not parse, with the range of the text that is to blame.
    """

    expressions: tuple[Expression, ...]
    error: tuple[str, int, int] | None = None


def scan(engine: str, text: str) -> Scan:
    """Find the template expressions of a text.

    `engine` is one of the schema's, or empty for a file that names none.
    """
    if engine == "none":
        return Scan(())
    found: Scan = _module(engine).scan(text)
    return found


def is_unsafe(engine: str, expression: str) -> bool:
    """Whether an expression reaches behind the values into the program that renders it."""
    return engine in _REACHING and bool(_module(engine).is_unsafe(expression))


def _module(engine: str) -> ModuleType:
    return import_module(f"{__name__}.{_MODULES.get(engine, 'guessing')}")
