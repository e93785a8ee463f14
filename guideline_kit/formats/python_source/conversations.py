"""The messages of one prompt: who speaks, and which expressions hold the text."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from guideline_kit.formats.python_source.clients import (
    TEMPLATES,
    message_class,
    role_of,
    template_engine,
)
from guideline_kit.formats.python_source.scopes import Binding, Scope, key_of
from guideline_kit.formats.python_source.spelling import Spelled, joined
from guideline_kit.formats.python_source.texts import Texts, argument, called, constant, operands
from guideline_kit.text import Span

_SAME = ("format", "format_map", "strip", "lstrip", "rstrip", "replace", "dedent", "cleandoc")
_DEEPEST = 8  # lists that are added up, names that stand for names


class Turn(NamedTuple):
    """One message: `whole` is the code that its text comes from.

    Of one that is not `literal` the source shows nothing but the code that computes it.
    """

    role: str
    text: Spelled
    whole: Span
    literal: bool = True


class Conversations:
    """Reads messages. Each text is read once: `taken` has the nodes that belong to a prompt."""

    def __init__(self, texts: Texts, formatted: set[str]) -> None:
        self.texts = texts
        self.formatted = formatted
        self.taken: set[int] = set()
        self._listed: set[int] = set()

    # --- texts -----------------------------------------------------------------------------

    def literal(self, node: ast.expr | None, engine: str = "") -> Turn | None:
        """Return what a literal says, as a turn of nobody, and take it."""
        text = None if id(node) in self.taken else self.texts.of(node)
        if text is None or node is None:
            return None
        self.taken.add(id(node))
        return Turn("", text._replace(engine=text.engine or engine), self.texts.code.span(node))

    def bound(
        self, binding: Binding, key: str | None, engine: str = "", after: int = 0
    ) -> Turn | None:
        """Return the text that is bound to a name, with all that is added to it, and take it.

        None for one that stands before an offset: the places of a text are in order.
        """
        node = binding.node
        if node is None or id(node) in self.taken:
            return None
        start = self.texts.code.start(node)
        if start < after:
            return None
        first = self.texts.of(node)
        if first is None:
            return None
        nodes = [node, *(item for item in binding.added if not isinstance(item, ast.Call))]
        # What a function adds can stand above what the file begins with.
        nodes = [item for item in nodes if item is node or self.texts.code.start(item) > start]
        text = (self.texts.together(nodes) if len(nodes) > 1 else None) or first
        self.taken.update(map(id, nodes))
        if not engine and key in self.formatted:
            engine = "fstring"
        code = self.texts.code
        whole = Span(start, max(code.span(item).end for item in nodes))
        return Turn("", text._replace(engine=text.engine or engine), whole)

    def said(self, node: ast.expr, scope: Scope, engine: str = "") -> Turn:
        """Return what an expression says: a literal, a name for one, blocks, or code."""
        return (
            self._sum(node, scope, engine)
            or self.literal(node, engine)
            or self._blocks(node, scope)
            or self._named(node, scope, engine)
            or self._computed(node)
        )

    def _computed(self, node: ast.expr) -> Turn:
        return Turn("", self.texts.computed(node), self.texts.code.span(node), literal=False)

    def _named(self, node: ast.expr, scope: Scope, engine: str, after: int = 0) -> Turn | None:
        inner, through = _unwrapped(node)
        key = key_of(inner)
        binding = scope.find(inner, (node.lineno, node.col_offset)) if key else None
        return self.bound(binding, key, through or engine, after) if binding else None

    def _sum(self, node: ast.expr, scope: Scope, engine: str) -> Turn | None:
        """Return the texts of names and literals that are added up."""
        if not isinstance(node, ast.BinOp) or not isinstance(node.op, ast.Add):
            return None
        found: list[Turn] = []
        for item in operands(node):
            after = found[-1].whole.end if found else 0
            turn = self.literal(item, engine) or self._named(item, scope, engine, after)
            found.append(turn or self._computed(item))
            if found[-1].whole.start < after:  # a list that is added to stands here and there
                found.pop()
        if not any(turn.literal for turn in found):
            return None
        self.taken.add(id(node))
        return together(found, "")

    def _blocks(self, node: ast.expr, scope: Scope) -> Turn | None:
        """Return the texts of a list of blocks, such as {"type": "text", "text": ...}."""
        if not isinstance(node, ast.List) or not node.elts:
            return None
        found: list[Turn] = []
        for item in node.elts:
            text: ast.expr | None = None
            if isinstance(item, ast.Dict):
                text = entry(item, "text")
            elif isinstance(item, ast.Call):
                text = argument(item, "text")
            elif not isinstance(item, ast.Starred):
                text = item
            if text is not None:
                found.append(self.said(text, scope))
        if not found:
            return None
        self.taken.add(id(node))
        return together(found, "\n")

    # --- messages --------------------------------------------------------------------------

    def message(
        self, node: ast.AST, scope: Scope, *, template: str = "", depth: int = 0
    ) -> Turn | None:
        """Return the message that an expression is; `template` is the engine of a list of them."""
        if id(node) in self.taken or depth > _DEEPEST:
            return None
        role: str | None = None
        text: ast.expr | None = None
        engine = ""
        if isinstance(node, ast.Dict):
            role = role_of(entry(node, "role"))
            text = entry(node, "content") or entry(node, "parts")
        elif isinstance(node, ast.Call):
            made = message_class(node)
            if made is not None:
                role, text, is_template = made
                engine = template_engine(node, "fstring") if is_template else ""
                if isinstance(text, ast.Call) and called(text.func)[-1:] != ("format",):
                    inner = template_text(text)
                    if inner is not None:
                        self.taken.add(id(text))
                        text = inner
        elif isinstance(node, ast.Tuple) and template and len(node.elts) == 2:
            role, text, engine = role_of(node.elts[0]), node.elts[1], template
        elif template and constant(node) is not None:
            role, text, engine = "user", node, template  # type: ignore[assignment]
        elif isinstance(node, ast.Name | ast.Attribute):
            binding = scope.find(node, (node.lineno, node.col_offset))
            if binding is not None and binding.node is not None:
                if template and self.texts.of(binding.node) is not None:
                    role, text, engine = "user", node, template
                else:
                    return self.message(binding.node, scope, template=template, depth=depth + 1)
        if role is None or text is None:
            return None
        self.taken.add(id(node))
        return self.said(text, scope, engine)._replace(role=role)

    def messages(
        self, node: ast.expr, scope: Scope, *, template: str = "", depth: int = 0
    ) -> list[Turn]:
        """Return the messages of a list of them, or of a name for one, and take it."""
        if isinstance(node, ast.Name | ast.Attribute):
            binding = scope.find(node, (node.lineno, node.col_offset))
            if binding is None or binding.node is None or depth > _DEEPEST:
                return []
            return self.listed(binding, scope, template=template, depth=depth + 1)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and depth <= _DEEPEST:
            sides = (node.left, node.right)
            return [
                turn
                for side in sides
                for turn in self.messages(side, scope, template=template, depth=depth + 1)
            ]
        if not isinstance(node, ast.List | ast.Tuple) or id(node) in self.taken:
            return []
        found = [self.message(item, scope, template=template) for item in node.elts]
        if any(found):
            self.taken.add(id(node))
        return [turn for turn in found if turn is not None]

    def listed(
        self, binding: Binding, scope: Scope, *, template: str = "", depth: int = 0
    ) -> list[Turn]:
        """Return the messages of a list that is bound to a name, with those added to it."""
        node = binding.node
        if node is None or id(binding) in self._listed:
            return []
        self._listed.add(id(binding))
        found = self.messages(node, scope, template=template, depth=depth)
        for item in binding.added:
            first = isinstance(item, ast.Call) and called(item.func)[-1] == "insert"
            for value in _values(item):
                turn = self.message(value, scope, template=template)
                turns = self.messages(value, scope, template=template) if turn is None else [turn]
                # What the model is to answer, and what comes back, is no part of the prompt.
                turns = [turn for turn in turns if turn.literal or turn.role == "user"]
                found = [*turns, *found] if first else [*found, *turns]
        return found


def entry(node: ast.Dict, name: str) -> ast.expr | None:
    """Return the value of a key of a mapping."""
    for key, value in zip(node.keys, node.values, strict=True):
        if isinstance(key, ast.Constant) and key.value == name:
            return value
    return None


def is_message(node: ast.AST) -> bool:
    """Whether an expression looks like a message: a mapping with a role, or a class of one."""
    if isinstance(node, ast.Dict):
        return role_of(entry(node, "role")) is not None and any(
            entry(node, name) is not None for name in ("content", "parts")
        )
    return isinstance(node, ast.Call) and message_class(node) is not None


def together(turns: Sequence[Turn], separator: str) -> Turn:
    """Return several texts as one turn, in the order of the source."""
    ordered: list[Turn] = []
    for turn in sorted(turns, key=lambda turn: turn.whole):
        if not ordered or ordered[-1].whole.end <= turn.whole.start:
            ordered.append(turn)
    text = joined([turn.text for turn in ordered], separator)
    whole = Span(ordered[0].whole.start, ordered[-1].whole.end)
    return Turn(turns[0].role, text, whole, any(turn.literal for turn in ordered))


def template_text(call: ast.Call) -> ast.expr | None:
    """Return the text of a call that makes a template of a whole prompt."""
    name = called(call.func)
    last = name[-2] if name[-1:] == ("from_template",) and len(name) > 1 else "".join(name[-1:])
    return argument(call, "template", "template_str", position=0) if last in TEMPLATES else None


def _values(node: Any) -> Iterator[ast.expr]:
    """Yield what `append`, `insert`, `extend` or `+=` adds to a list."""
    if isinstance(node, ast.Call):
        node = node.args[-1] if node.args else None
    if node is not None and not isinstance(node, ast.Starred):
        yield node


def _unwrapped(node: ast.expr) -> tuple[ast.expr, str]:
    """Return the name that methods of a text are called on, and the engine that they stand for."""
    engine = ""
    for _ in range(_DEEPEST):
        if not isinstance(node, ast.Call):
            break
        name = called(node.func)
        if not name or name[-1] not in _SAME:
            break
        if name[-1].startswith("format"):
            engine = "fstring"
        if name[-1] in ("dedent", "cleandoc"):
            if not node.args:
                break
            node = node.args[0]
        elif isinstance(node.func, ast.Attribute):
            node = node.func.value
        else:
            break
    return node, engine
