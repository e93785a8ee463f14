"""Jinja2 templates: Jinja2's own lexer and parser say what is where, and nothing is computed.

The parser is handed tokens whose line number is their place in the list of tokens, so that
each part of the template that it makes, and each complaint, tells where it stands.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cache
from typing import NamedTuple

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.lexer import TokenStream
from jinja2.parser import Parser

from guideline_kit.formats.engines import Expression, Scan, tag_names, tags
from guideline_kit.formats.engines.half_open import half_open
from guideline_kit.formats.engines.jinja2_errors import in_words, lexing, wrong_literal
from guideline_kit.formats.engines.jinja2_names import PROVIDED, free_names

_BLANK = re.compile(r"\s*")
_OPENING = frozenset(("variable_begin", "block_begin", "comment_begin", "raw_begin"))
_CLOSING = frozenset(("variable_end", "block_end", "comment_end", "raw_begin", "raw_end"))
_FALLBACK = tags.Dialect(
    nested=True, provided=PROVIDED | {"loop", "self", "super"}, functions=frozenset(("zip",))
)
_TOO_DEEP = "the template is nested too deeply"
_UNSAFE_NAME = re.compile(r"__\w+__|(?:gi|cr|ag)_(?:frame|code)|f_(?:globals|locals|builtins)")
_PERHAPS = re.compile(r"__|_frame|_code|f_|attr|lipsum|cycler|joiner|self")
_UNSAFE_FIELD = re.compile(r"\{[^{}]*(?:\.|\[)__\w+__")
_OBJECTS = frozenset(("lipsum", "cycler", "joiner"))


class _Lexed(NamedTuple):
    """The tokens of a template, and its tags.

    `tokens` are as the parser takes them; `places` says where each stands, and `owners` in
    which tag, text in the one before it. A tag is a range from its opening sign to its
    closing one.
    """

    tokens: list[tuple[int, str, str]]
    places: list[tuple[int, int]]
    owners: list[int]
    tags: list[tuple[int, int]]
    error: tags.Error | None


def scan(text: str) -> Scan:
    """Find the expressions of a Jinja2 template."""
    lexed = _lex(text)
    error = lexed.error
    if error is None:
        template, error = _parse(text, lexed)
        if template is not None:
            found = tuple(_expressions(lexed, template))
            return Scan(found, half_open(text, found))
    # What does not parse is read as far as it can be seen.
    return Scan(tag_names.scan(text, _FALLBACK).expressions, error)


def _expressions(lexed: _Lexed, template: nodes.Template) -> list[Expression]:
    names: dict[int, dict[str, None]] = {}
    for index, name in sorted(free_names(template)):
        names.setdefault(lexed.owners[index], {})[name] = None
    return [
        Expression(name, start, end)
        for number, (start, end) in enumerate(lexed.tags)
        for name in names.get(number, {"": None})
    ]


@cache
def _environment() -> Environment:
    # What a host can switch on without any code of its own.
    return Environment(  # noqa: S701  nothing is rendered
        extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"]
    )


# --- tokens --------------------------------------------------------------------------------


def _lex(text: str) -> _Lexed:
    # The lexer writes all line ends as \n; its places are moved back to where they were.
    even = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    breaks = [found.start() - number for number, found in enumerate(re.finditer(r"\r\n", text))]

    def place(start: int, end: int) -> tuple[int, int]:
        if not breaks:
            return start, end
        return start + bisect_left(breaks, start), end + bisect_left(breaks, end)

    lexed = _Lexed([], [], [], [], None)
    found: tags.Error | None = None
    opened: tuple[int, int] | None = None
    at = 0
    try:
        for _, kind, value in _environment().lexer.tokeniter(even, None):
            if not even.startswith(value, at):  # {%- takes the blanks before it away
                at = _BLANK.match(even, at).end()  # type: ignore[union-attr]
            start, end = place(at, at + len(value))
            at += len(value)
            if kind in _OPENING:
                opened = (start, end)
                lexed.tags.append(opened)
            if kind in _CLOSING:
                # -%} takes the blanks behind it away.
                end = place(at - len(value), at - len(value) + len(value.rstrip()))[1]
                first = start if kind == "raw_end" else lexed.tags[-1][0]
                if kind == "raw_end":
                    lexed.tags.append((start, end))
                lexed.tags[-1] = (first, end)
                opened = (start, end) if kind == "raw_begin" else None
            elif kind == "string":
                found = found or wrong_literal(value, start)
                value = "''"
            elif kind == "integer":
                found = found or wrong_literal(value, start)
                value = "0"
            lexed.tokens.append((len(lexed.tokens), kind, value))
            lexed.places.append((start, end))
            lexed.owners.append(len(lexed.tags) - 1)
    except TemplateSyntaxError as problem:
        start, end = place(at, min(at + 1, len(even)))
        found = lexing(problem.message or "", text, opened, (start, end))
    else:
        if opened:
            found = lexing("", text, opened, opened)
    return lexed._replace(error=found)


# --- parsing -------------------------------------------------------------------------------


class _Parser(Parser):
    """Jinja2's parser, on our tokens; `opened` are the tags of blocks that are open."""

    def __init__(self, tokens: list[tuple[int, str, str]]) -> None:
        environment = _environment()
        super().__init__(environment, "")
        self.opened: list[int] = []
        self.stream = TokenStream(environment.lexer.wrap(tokens), None, None)

    def parse_statement(self) -> nodes.Node | list[nodes.Node]:
        self.opened.append(self.stream.current.lineno)
        node = super().parse_statement()
        self.opened.pop()
        return node


def _parse(text: str, lexed: _Lexed) -> tuple[nodes.Template | None, tags.Error | None]:
    parser: _Parser | None = None
    try:
        parser = _Parser(lexed.tokens)
        return parser.parse(), None
    except TemplateSyntaxError as problem:
        index = min(problem.lineno, len(lexed.tokens) - 1)
        opened = parser.opened if parser else []
        tag = lexed.tags[lexed.owners[index]]
        block = lexed.tags[lexed.owners[opened[-1]]] if opened else tag
        outer = lexed.tags[lexed.owners[opened[-2]]] if len(opened) > 1 else block
        return None, in_words(
            problem.message or "", text, token=lexed.places[index], tag=tag, block=block,
            outer=outer,
        )  # fmt: skip
    except RecursionError:
        index = parser.stream.current.lineno if parser else 0
        start = lexed.tags[lexed.owners[index]][0]
        return None, (_TOO_DEEP, start, start + 2)


# --- what reaches too far ------------------------------------------------------------------


def is_unsafe(expression: str) -> bool:
    """Whether an expression reaches behind the values into the program that renders it."""
    if not _PERHAPS.search(expression):
        return False
    tokens: list[tuple[str, str]] = []
    try:
        for _, kind, value in _environment().lexer.tokeniter(expression, None):
            if kind != "whitespace":
                tokens.append((kind, value))
    except TemplateSyntaxError:
        pass
    for index, (kind, value) in enumerate(tokens):
        before = tokens[index - 1][1] if index else ""
        after = tokens[index + 1][1] if index + 1 < len(tokens) else ""
        if kind == "name":
            if before == "." and _UNSAFE_NAME.fullmatch(value):
                return True
            if before == "|" and value == "attr" and after == "(":
                return True
            if before != "." and (
                (value in _OBJECTS and after in (".", "[")) or (value == "self" and after == "[")
            ):
                return True
            if before == "." and value.startswith("_") and tokens[index - 2][1] == "self":
                return True
        elif kind == "string":
            inside = value[1:-1]
            if before in ("[", "=") and _UNSAFE_NAME.fullmatch(inside.rpartition(".")[2]):
                return before == "[" or tokens[index - 2][1] == "attribute"
            if _UNSAFE_FIELD.search(inside):
                return True
    return False
