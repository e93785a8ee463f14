"""A template in the language of another engine.

Only plain placeholders can be: `{{ name }}`, `{name}`, `${name}`. What has logic in it, or text
that the other engine would take for its own signs, has no translation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from guideline_kit.formats.engines import Expression, scan

_NAME = r"(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
_DOUBLE = re.compile(rf"\{{\{{\s*{_NAME}\s*\}}\}}")

# How each engine writes a plain placeholder: what is read, and what is written.
_PLAIN: Mapping[str, tuple[re.Pattern[str], str]] = {
    "mustache": (_DOUBLE, "{{%s}}"),
    "handlebars": (_DOUBLE, "{{%s}}"),
    "jinja2": (_DOUBLE, "{{ %s }}"),
    "nunjucks": (_DOUBLE, "{{ %s }}"),
    "fstring": (re.compile(rf"\{{\s*{_NAME}\s*\}}"), "{%s}"),
    "dollar": (re.compile(rf"\$\{{{_NAME}\}}"), "${%s}"),
    "semantic-kernel": (re.compile(rf"\{{\{{\s*\${_NAME}\s*\}}\}}"), "{{$%s}}"),
}


def _same(text: str) -> str:
    return text


# What is meant as text where an engine would take it for its own sign: how it is read, how it is
# written.
_LITERAL: Mapping[str, tuple[Callable[[str], str], Callable[[str], str]]] = {
    "fstring": (
        lambda text: text.replace("{{", "{").replace("}}", "}"),
        lambda text: text.replace("{", "{{").replace("}", "}}"),
    ),
    "dollar": (lambda text: text.replace("$$", "$"), lambda text: text.replace("$", "$$")),
}


def translate(text: str, engine: str, other: str) -> str | None:
    """Return a template of one engine in the language of another; None where there is none.

    The other engine makes the same text of it, from the same variables. Going back may give other
    blanks in the placeholders. `engine` and `other` are as in the prompt schema.
    """
    if engine == other:
        return text
    found = scan(engine, text)
    if found.error:
        return None
    if {engine, other} == _ALIKE and _means_the_same(text, found.expressions):
        return text if scan(other, text) == found else None
    names = [item.name for item in found.expressions]
    plain = [_name(text, item, engine) for item in found.expressions]
    if plain != names:
        return None
    if _is_same(text, found.expressions, engine, other):
        return text  # each has its own taste in blanks
    if names and other not in _PLAIN:
        return None
    write = _LITERAL.get(other, (_same, _same))[1]
    pieces: list[str] = []
    texts = _spoken(text, found.expressions, engine)
    for number, piece in enumerate(texts):
        pieces.append(write(piece))
        if number < len(names):
            pieces.append(_PLAIN[other][1] % names[number])
    there = "".join(pieces)
    check = scan(other, there)
    if check.error or [item.name for item in check.expressions] != names:
        return None
    return there if _spoken(there, check.expressions, other) == texts else None


_ALIKE = {"jinja2", "nunjucks"}
# What one of them has and the other one lacks, or has otherwise: other tags, filters and tests,
# and methods of values, which are those of Python and of JavaScript.
_SHARED_TAG = re.compile(r"\{%[-+]?\s*(?:if|elif|else|endif|for|endfor|set|endset|raw|endraw)\b")
_CALL = re.compile(r"\.\s*\w+\s*\(|\w\s*\(")
_NAMED = re.compile(r"(?P<sign>\||\bis\s+(?:not\s+)?)\s*(?P<name>\w+)")
_SHARED = {
    "|": frozenset((
        "abs", "capitalize", "default", "escape", "first", "float", "indent", "int", "join", "last",
        "length", "lower", "replace", "reverse", "round", "safe", "sort", "string", "striptags",
        "sum", "title", "trim", "truncate", "upper", "urlencode", "wordcount",
    )),
    "is": frozenset((
        "defined", "undefined", "none", "odd", "even", "number", "string", "eq", "ne",
    )),
}  # fmt: skip
_WITH_ARGUMENTS = re.compile(r"(?:\||\bis\s+(?:not\s+)?)\s*\w+\s*\(")


def _means_the_same(text: str, expressions: tuple[Expression, ...]) -> bool:
    """Whether the code of a template is in both of two languages that are alike."""
    for item in expressions:
        code = text[item.start : item.end]
        if code.startswith("{%") and not _SHARED_TAG.match(code):
            return False
        if _CALL.search(_WITH_ARGUMENTS.sub("| ", code)):
            return False
        for found in _NAMED.finditer(code):
            if found["name"] not in _SHARED["|" if found["sign"] == "|" else "is"]:
                return False
    return True


def _is_same(text: str, expressions: tuple[Expression, ...], engine: str, other: str) -> bool:
    """Whether another engine reads a template in the same way."""
    there = scan(other, text)
    return (
        not there.error
        and there.expressions == expressions
        and _spoken(text, expressions, engine) == _spoken(text, expressions, other)
    )


def _name(text: str, item: Expression, engine: str) -> str | None:
    """Return the name in a plain placeholder, None for any other expression."""
    known = _PLAIN.get(engine)
    found = known[0].fullmatch(text, item.start, item.end) if known else None
    return found["name"] if found else None


def _spoken(text: str, expressions: tuple[Expression, ...], engine: str) -> list[str]:
    """Return the texts before, between and behind some placeholders, as the model gets them."""
    read = _LITERAL.get(engine, (_same, _same))[0]
    borders = [0, *(place for item in expressions for place in (item.start, item.end)), len(text)]
    return [read(text[start:end]) for start, end in zip(borders[::2], borders[1::2], strict=True)]
