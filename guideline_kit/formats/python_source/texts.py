"""The text that an expression is, as far as the source spells it."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import Any

from guideline_kit.formats.python_source.literals import read_strings, variable
from guideline_kit.formats.python_source.parsing import Code
from guideline_kit.formats.python_source.spelling import (
    Piece,
    Spelled,
    dedented,
    joined,
    stripped,
)

# An f-string, and from Python 3.14 on a t-string.
TEMPLATES: tuple[type, ...] = tuple(
    getattr(ast, name) for name in ("JoinedStr", "TemplateStr") if hasattr(ast, name)
)
_SPEAKING = (*TEMPLATES, ast.Constant, ast.BinOp, ast.Call, ast.BoolOp, ast.NamedExpr)
_STRIPS = ("strip", "lstrip", "rstrip")
_FORMATS = ("format", "format_map")
_ALIKE = ("replace", "removeprefix", "removesuffix")
_DEFAULTS = ("get", "getenv", "pop", "setdefault")
_CONVERSION = re.compile(
    r"%(?:%|(?:\((?P<name>\w*)\))?[-+ #0]*(?:\*|\d+)?(?:\.(?:\*|\d+))?[diouxXeEfFgGcrsa])"
)
_DEEPEST = 20  # wrappers around a text


def called(node: ast.expr) -> tuple[str, ...]:
    """Return the dotted name of what is called or named, `a.b.c` as its words, at most five.

    What stands before the last call or index in it is left out.
    """
    words: list[str] = []
    while isinstance(node, ast.Attribute) and len(words) < 5:
        words.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        words.append(node.id)
    return tuple(reversed(words))


def argument(call: ast.Call, *names: str, position: int | None = None) -> ast.expr | None:
    """Return an argument of a call, by its names or its position."""
    for keyword in call.keywords:
        if keyword.arg in names:
            return keyword.value
    if position is not None and position < len(call.args):
        value = call.args[position]
        return None if isinstance(value, ast.Starred) else value
    return None


def constant(node: ast.AST | None) -> str | None:
    """Return the text of a plain literal."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return None


def beginning(node: ast.AST) -> str:
    """Return the literal that an expression begins with."""
    while True:
        if isinstance(node, ast.BinOp):
            node = node.left
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            inside = node.func.attr in ("dedent", "cleandoc") and node.args
            node = node.args[0] if inside else node.func.value
        elif isinstance(node, ast.Call) and node.args and called(node.func)[-1:] != ():
            node = node.args[0] if called(node.func)[-1] in ("dedent", "cleandoc") else node.func
        elif isinstance(node, TEMPLATES) and node.values:  # type: ignore[attr-defined]
            node = node.values[0]  # type: ignore[attr-defined]
        else:
            return constant(node) or ""


class Texts:
    """Reads the texts of a file. `engines` are those of classes that are called `Template`."""

    def __init__(self, code: Code) -> None:
        self.code = code
        self.engines: dict[str, str] = {}
        self._known: dict[int, Spelled | None] = {}

    def of(self, node: ast.AST | None, depth: int = 0) -> Spelled | None:
        """Return the text of an expression, or None where no literal shows it."""
        if depth > _DEEPEST or node is None or not isinstance(node, _SPEAKING):
            return None
        if id(node) not in self._known:
            self._known[id(node)] = self._read(node, depth)
        return self._known[id(node)]

    def _read(self, node: ast.AST, depth: int) -> Spelled | None:
        if isinstance(node, ast.Constant):
            return self._literal(node) if isinstance(node.value, str) else None
        if isinstance(node, TEMPLATES):
            return self._literal(node)
        if isinstance(node, ast.BinOp):
            return self._operation(node, depth)
        if isinstance(node, ast.Call):
            return self._call(node, depth)
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            return self.of(node.values[-1], depth + 1)
        if isinstance(node, ast.NamedExpr):
            return self.of(node.value, depth + 1)
        return None

    def computed(self, node: ast.AST) -> Spelled:
        """Return the code of an expression as a text that is computed."""
        span = self.code.span(node)
        text = self.code.source.slice(span)
        return Spelled(text, (Piece(0, len(text), span.start, span.end, variable(text)),))

    def together(self, nodes: Sequence[Any], separator: str = "", depth: int = 0) -> Spelled | None:
        """Return the texts of several expressions as one; None where none of them has any."""
        found = [self.of(node, depth + 1) for node in nodes]
        if not any(item is not None and item.text.strip() for item in found):
            return None
        return joined(
            [item or self.computed(node) for item, node in zip(found, nodes, strict=True)],
            separator,
        )

    def _literal(self, node: Any) -> Spelled | None:
        span = self.code.span(node)
        spelled = read_strings(self.code.source.text, span.start, span.end)
        if isinstance(node, ast.Constant) and spelled and spelled.text != node.value:
            return None  # Python reads it otherwise: there are no places to tell
        return spelled

    def _operation(self, node: ast.BinOp, depth: int) -> Spelled | None:
        if isinstance(node.op, ast.Mod):
            text = self.of(node.left, depth + 1)
            return text and _converted(text)
        return self.together(operands(node), depth=depth) if isinstance(node.op, ast.Add) else None

    def _call(self, node: ast.Call, depth: int) -> Spelled | None:
        name = called(node.func)
        last = name[-1] if name else ""
        if isinstance(node.func, ast.Attribute):
            if last == "join":
                separator = constant(node.func.value)
                if separator is None or len(node.args) != 1:
                    return None
                listed = node.args[0]
                if not isinstance(listed, ast.List | ast.Tuple):
                    return None
                return self.together(listed.elts, separator, depth)
            if last in (*_STRIPS, *_FORMATS, *_ALIKE):
                text = self.of(node.func.value, depth + 1)
                if text is None:
                    return None
                if last in _STRIPS:
                    return stripped(text, last, constant(argument(node, position=0)))
                return text._replace(engine="fstring") if last in _FORMATS else text
        first = argument(node, position=0)
        if last in ("dedent", "cleandoc"):
            text = self.of(first, depth + 1)
            return text and dedented(text, clean=last == "cleandoc")
        if last in ("Template", "from_string"):
            text = self.of(first, depth + 1)
            return text and text._replace(engine=self.engine_of(name))
        if last in _DEFAULTS:
            return self.of(argument(node, "default", position=1), depth + 1)
        return None

    def engine_of(self, name: tuple[str, ...]) -> str:
        """Return the engine of a class that is called `Template`, or of what makes one."""
        if name[-1] == "from_string" or "jinja2" in name:
            return "jinja2"
        return "dollar" if "string" in name else self.engines.get(name[0], "")


def operands(node: ast.expr) -> list[ast.expr]:
    """Return what an expression adds up, in order."""
    found: list[ast.expr] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        found.append(node.right)
        node = node.left
    return [node, *reversed(found)]


def _converted(text: Spelled) -> Spelled:
    """Return a text in which the conversions of `%` are marked as computed."""
    pieces: list[Piece] = []
    for piece in text.pieces:
        if piece.name is not None or piece.length != piece.end - piece.start:
            pieces.append(piece)
            continue
        at, end = piece.at, piece.at + piece.length
        for found in _CONVERSION.finditer(text.text, at, end):
            if found.group() == "%%":
                continue
            pieces += (
                _cut(piece, at, found.start()),
                _cut(piece, *found.span(), found["name"] or ""),
            )
            at = found.end()
        pieces.append(_cut(piece, at, end))
    return text._replace(pieces=tuple(piece for piece in pieces if piece.length))


def _cut(piece: Piece, start: int, end: int, name: str | None = None) -> Piece:
    begin = piece.start + start - piece.at
    return Piece(start, end - start, begin, begin + end - start, name)
