"""Template engines: which placeholders a message has, and whether its template parses.

Nothing is rendered here. Jinja2's own parser is used for Jinja2 templates, to know which
variables are free; it is imported only when there is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Expression:
    """A template expression in a text, `text[start:end]`; `name` is its variable, if any."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Scan:
    """What a template holds.

    `expressions` are all places that are not plain text, in order. `error` says why the
    template does not parse, with the range of the text that is to blame.
    """

    expressions: tuple[Expression, ...]
    error: tuple[str, int, int] | None = None


_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_MUSTACHE = re.compile(r"\{\{\{?(?P<inside>[^{}]{0,400})\}?\}\}")
_MUSTACHE_INSIDE = re.compile(rf"\s*(?P<sign>[#/^&>!~]*)\s*(?P<name>@?{_NAME}(?:\.{_NAME})*)?")
_HELPERS = frozenset(("if", "unless", "each", "with", "else", "this", "lookup", "log"))
_DOLLAR = re.compile(rf"\$\$|\$\{{(?P<name>{_NAME})\}}")
_FSTRING = re.compile(r"\{\{|\}\}|\{(?P<name>[^{}!:]{0,200})(?P<rest>[!:][^{}]{0,100})?\}|[{}]")
# None goes on past the next one of its kind: else a text of open braces takes a thousand
# times as long as others.
_JINJA = re.compile(
    r"\{\{(?P<print>(?:[^{}]|\}(?!\})|\{(?!\{)){0,2000})\}\}"
    r"|\{%(?P<block>(?:[^{%]|%(?!\})|\{(?!%)){0,2000})%\}"
    r"|\{#(?:[^{#]|#(?!\})|\{(?!#)){0,4000}#\}"
)
_LONE_BRACE = "a single brace; a brace that is meant as text is written twice"
_NO_NAME = "only a name can stand between braces; a brace that is meant as text is written twice"
# In files that name no engine, what looks like a placeholder in the syntaxes that are
# common there: Copilot's ${...}, Claude's $ARGUMENTS and $1, and double braces. The pattern
# begins with a set of characters, which `re` can skip to.
_GUESSED = re.compile(
    r"[{$](?:(?<=\{)(?:\{(?!\{)[^{}\n]{1,200}\}\}|%[^%\n]{1,200}%\}|#[^#\n]{1,400}#\})"
    r"|(?<=\$)(?:\{[A-Za-z_][\w:.-]{0,80}\}|ARGUMENTS\b(?:\[\d\])?"
    r"|(?<![\w$\\]\$)[1-9](?![\w.,])))"
)


def scan(engine: str, text: str) -> Scan:
    """Find the template expressions of a text.

    `engine` is one of the schema's, or empty for a file that names none.
    """
    if engine == "none":
        return Scan(())
    if engine == "jinja2":
        return _jinja2(text)
    if engine in ("mustache", "handlebars"):
        return _mustache(text)
    if engine == "fstring":
        return _fstring(text)
    if engine == "dollar":
        return Scan(
            tuple(
                Expression(found["name"], found.start(), found.end())
                for found in _DOLLAR.finditer(text)
                if found["name"]
            )
        )
    return Scan(
        tuple(
            Expression(_guessed_name(found.group()), found.start(), found.end())
            for found in _GUESSED.finditer(text)
        )
    )


def _guessed_name(text: str) -> str:
    return "" if text.startswith("{#") else text.strip("{}$% ")


def _mustache(text: str) -> Scan:
    expressions: list[Expression] = []
    stack: list[tuple[str, int, int]] = []
    error: tuple[str, int, int] | None = None
    for found in _MUSTACHE.finditer(text):
        start, end = found.span()
        inside = _MUSTACHE_INSIDE.match(found["inside"])
        sign, name = (inside["sign"], inside["name"] or "") if inside else ("", "")
        if "!" in sign or ">" in sign:
            name = ""
        elif "#" in sign or "^" in sign:
            rest = found["inside"][inside.end() :].split() if inside else []
            stack.append((name, start, end))
            if name in _HELPERS:
                name = rest[0].split(".")[0] if rest else ""
        elif "/" in sign:
            if stack and stack[-1][0] == name:
                stack.pop()
            else:
                error = error or (f"{found.group()} closes a block that is not open", start, end)
            name = ""
        name = name.split(".")[0]
        if name.startswith("@") or name in _HELPERS:
            name = ""
        expressions.append(Expression(name, start, end))
    if stack and not error:
        name, start, end = stack[-1]
        error = (f"the block {text[start:end]} is never closed", start, end)
    # A lone }} is no error: nested JSON ends like that.
    for at, piece in _outside(text, expressions):
        place = piece.find("{{")
        if place >= 0 and not error:
            start = at + place
            error = ("a placeholder is opened and not closed", start, start + 2)
    return Scan(tuple(expressions), error)


def _outside(text: str, expressions: list[Expression]) -> Iterator[tuple[int, str]]:
    at = 0
    for expression in expressions:
        yield at, text[at : expression.start]
        at = expression.end
    yield at, text[at:]


def _fstring(text: str) -> Scan:
    expressions: list[Expression] = []
    error: tuple[str, int, int] | None = None
    for found in _FSTRING.finditer(text):
        start, end = found.span()
        if found.group() in ("{{", "}}"):
            continue
        name = found["name"]
        if name is None:
            error = error or (
                _LONE_BRACE,
                start,
                end,
            )
            continue
        plain = re.match(_NAME, name.strip())
        if not plain or plain.end() != len(name.strip()):
            error = error or (
                _NO_NAME,
                start,
                end,
            )
            name = plain.group() if plain else ""
        expressions.append(Expression(name.strip(), start, end))
    return Scan(tuple(expressions), error)


def _jinja2(text: str) -> Scan:
    from jinja2 import TemplateSyntaxError, meta
    from jinja2.sandbox import SandboxedEnvironment

    # Only parsed, never rendered. But looking for variables computes what is constant, and
    # {{ 'a' * 10**10 }} would take all memory. So nothing can be computed.
    environment = SandboxedEnvironment()
    environment.intercepted_binops = frozenset(environment.default_binop_table)
    environment.filters = dict.fromkeys(environment.filters, _refuse)
    environment.tests = dict.fromkeys(environment.tests, _refuse)
    error: tuple[str, int, int] | None = None
    free: set[str] | None = None
    try:
        free = meta.find_undeclared_variables(environment.parse(text))
    except TemplateSyntaxError as problem:
        start, end = _line(text, problem.lineno)
        error = (problem.message or "the template does not parse", start, end)
    except RecursionError:
        error = ("the template is nested too deeply", 0, 0)
    except ValueError:  # of int(), where a number has thousands of digits
        error = ("a number in the template is too long", 0, 0)
    expressions: list[Expression] = []
    for found in _JINJA.finditer(text):
        inside = found["print"] or found["block"] or ""
        names = [
            name
            for name in re.findall(rf"(?<![\w.\"'|]){_NAME}", _without_strings(inside))
            if (free is None and found["print"]) or (free and name in free)
        ]
        # One expression may use several variables: each gets an entry of its own.
        expressions.extend(
            Expression(name, found.start(), found.end()) for name in dict.fromkeys(names) or [""]
        )
    return Scan(tuple(expressions), error)


def _refuse(*_: object) -> None:
    raise TypeError("constants are not computed")


def _without_strings(code: str) -> str:
    return re.sub(r"\"[^\"]*\"|'[^']*'", lambda found: " " * len(found.group()), code)


def _line(text: str, number: int) -> tuple[int, int]:
    lines = text.split("\n")
    number = max(1, min(number, len(lines)))
    start = sum(len(line) + 1 for line in lines[: number - 1])
    return start, start + len(lines[number - 1])
