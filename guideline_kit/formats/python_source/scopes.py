"""What a file binds to which names, and the calls, lists and mappings in it."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, NamedTuple

from guideline_kit.formats.python_source.texts import TEMPLATES, called, operands

_Place = tuple[int, int]
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_ADDING = ("append", "extend", "insert")


class Binding:
    """What is bound to a name at a place: an expression, and what is added to it later.

    `node` is None where no expression shows the value.
    """

    __slots__ = ("added", "node", "place")

    def __init__(self, place: _Place, node: ast.expr | None) -> None:
        self.place = place
        self.node = node
        self.added: list[ast.expr] = []


class Scope:
    """A module, a class or a function: what it binds to which names, in order."""

    def __init__(self, parent: Scope | None, *, is_class: bool = False) -> None:
        self.parent = parent
        self.is_class = is_class
        self.bound: dict[str, list[Binding]] = {}

    def latest(self, name: str, place: _Place) -> Binding | None:
        """Return the last binding of a name in this scope before a place."""
        found = self.bound.get(name, ())
        index = bisect_right(found, place, key=lambda binding: binding.place)
        return found[index - 1] if index else None

    def find(self, node: ast.expr, place: _Place) -> Binding | None:
        """Return what a name, or an attribute of `self`, is bound to at a place."""
        key = key_of(node)
        if key is None:
            return None
        if key.startswith("."):
            owner = self._class()
            found = owner.bound.get(key) or owner.bound.get(key[1:]) if owner else None
            return found[-1] if found else None
        scope: Scope | None = self
        while scope is not None:
            # Of what stands around a function, all may have run before it is called.
            found = scope.bound.get(key)
            if found and (scope is self or not scope.is_class):
                return (scope.latest(key, place) if scope is self else None) or found[-1]
            scope = scope.parent
        return None

    def _class(self) -> Scope | None:
        scope: Scope | None = self
        while scope is not None and not scope.is_class:
            scope = scope.parent
        return scope

    def home(self, key: str) -> Scope:
        """Return the scope that holds a name which is bound here."""
        return (self._class() or self) if key.startswith(".") else self


class Found(NamedTuple):
    """A node of interest, and the scope that it stands in."""

    node: Any
    scope: Scope


# Calls that ask a person what their argument says.
ASKED = frozenset(("input", "raw_input", "getpass", "confirm", "prompt", "ask", "askstring"))


class Named(NamedTuple):
    """A name with the value that a place gives it: a variable, an argument, a key."""

    name: str
    binding: Binding
    scope: Scope
    key: str | None = None
    call: ast.Call | None = None


def key_of(node: ast.AST) -> str | None:
    """Return what a target is known by: `name`, or `.name` for an attribute of `self`."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f".{node.attr}" if node.value.id in ("self", "cls") else None
    return None


class Survey:
    """Walks through a tree once. All lists are in the order of the source."""

    def __init__(self, tree: ast.Module) -> None:
        self.calls: list[Found] = []
        self.lists: list[Found] = []
        self.mappings: list[Found] = []
        self.named: list[Named] = []
        self.formatted: set[str] = set()
        self.asked: set[str] = set()
        self.engines: dict[str, str] = {}
        self._added: list[tuple[_Place, str, ast.expr, Scope]] = []
        self._walk(tree)
        self._add()

    def _walk(self, tree: ast.Module) -> None:
        # A node is visited before what stands in it, and that in the order of the source.
        stack: list[tuple[Any, Scope, str]] = [(tree, Scope(None), "")]
        while stack:
            node, scope, function = stack.pop()
            kind = type(node)
            visit = _VISITS.get(kind)
            if visit is not None:
                visit(self, node, scope, function)
            if kind in _FUNCTIONS:
                inner = Scope(scope)
                self._parameters(node.args, inner)
                label = _label(node)
                stack += ((child, inner, label) for child in reversed(node.body))
                stack += ((child, scope, "") for child in (*node.args.defaults, *_given(node)))
                continue
            if kind is ast.ClassDef:
                inner = Scope(scope, is_class=True)
                stack += ((child, inner, "") for child in reversed(node.body))
                continue
            for child in _children(node):
                if type(child) not in _IGNORED:
                    stack.append((child, scope, function))

    def _bind(self, target: ast.AST, node: ast.expr | None, scope: Scope, at: Any) -> None:
        key = key_of(target)
        place = (at.lineno, at.col_offset)
        name = key or (target.attr if isinstance(target, ast.Attribute) else None)
        if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
            name = target.slice.value if isinstance(target.slice.value, str) else None
        if isinstance(target, ast.Tuple | ast.List):
            values: list[ast.expr | None] = [None] * len(target.elts)
            if isinstance(node, ast.Tuple | ast.List) and len(node.elts) == len(values):
                values = list(node.elts)
            for inner, value in zip(target.elts, values, strict=True):
                self._bind(inner, value, scope, at)
        if name is None:
            return
        binding = Binding(place, node)
        if key is not None:
            scope.home(key).bound.setdefault(key, []).append(binding)
        if node is not None:
            self.named.append(Named(name.lstrip("."), binding, scope, key))

    def _parameters(self, arguments: ast.arguments, scope: Scope) -> None:
        listed = [*arguments.posonlyargs, *arguments.args]
        missing = [None] * (len(listed) - len(arguments.defaults))
        pairs = zip(
            [*listed, *arguments.kwonlyargs],
            [*missing, *arguments.defaults, *arguments.kw_defaults],
            strict=True,
        )
        for parameter, default in pairs:
            self._bind(ast.Name(parameter.arg), default, scope, parameter)

    def _assign(self, node: ast.Assign, scope: Scope, _: str) -> None:
        for target in node.targets:
            key = key_of(target)
            values = operands(node.value)
            if key is not None and len(values) > 1 and key_of(values[0]) == key:
                place = (node.lineno, node.col_offset)
                self._added += ((place, key, value, scope) for value in values[1:])
            else:
                self._bind(target, node.value, scope, node)

    def _annotated(self, node: ast.AnnAssign, scope: Scope, _: str) -> None:
        self._bind(node.target, node.value, scope, node)

    def _walrus(self, node: ast.NamedExpr, scope: Scope, _: str) -> None:
        self._bind(node.target, node.value, scope, node)

    def _augmented(self, node: ast.AugAssign, scope: Scope, _: str) -> None:
        key = key_of(node.target)
        if key is not None and isinstance(node.op, ast.Add):
            self._added.append(((node.lineno, node.col_offset), key, node.value, scope))

    def _loop(self, node: Any, scope: Scope, _: str) -> None:
        self._bind(node.target, None, scope, node.target)

    def _imported(self, node: ast.ImportFrom, scope: Scope, _: str) -> None:
        for alias in node.names:
            self._bind(ast.Name(alias.asname or alias.name), None, scope, node)
            if alias.name == "Template" and node.module in ("jinja2", "string"):
                engine = "jinja2" if node.module == "jinja2" else "dollar"
                self.engines[alias.asname or alias.name] = engine

    def _returned(self, node: ast.Return, scope: Scope, function: str) -> None:
        if node.value is not None and function:
            binding = Binding((node.lineno, node.col_offset), node.value)
            self.named.append(Named(function, binding, scope))

    def _call(self, node: ast.Call, scope: Scope, _: str) -> None:
        self.calls.append(Found(node, scope))
        for keyword in node.keywords:
            if keyword.arg is not None:
                binding = Binding((keyword.value.lineno, keyword.value.col_offset), keyword.value)
                self.named.append(Named(keyword.arg, binding, scope, call=node))
        if called(node.func)[-1:] and called(node.func)[-1] in ASKED:
            self.asked.update(key for item in node.args if (key := key_of(item)))
        if not isinstance(node.func, ast.Attribute):
            return
        if node.func.attr in ("format", "format_map"):
            key = key_of(node.func.value)
            if key is not None:
                self.formatted.add(key)
        elif node.func.attr in _ADDING and node.args:
            key = key_of(node.func.value)
            if key is not None:
                place = (node.lineno, node.col_offset)
                self._added.append((place, key, node, scope))

    def _list(self, node: Any, scope: Scope, _: str) -> None:
        self.lists.append(Found(node, scope))

    def _mapping(self, node: ast.Dict, scope: Scope, _: str) -> None:
        self.mappings.append(Found(node, scope))
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                binding = Binding((value.lineno, value.col_offset), value)
                self.named.append(Named(key.value, binding, scope))

    def _add(self) -> None:
        """Give each binding what is added to it: `+=`, `append` and the like."""
        for place, key, node, scope in sorted(self._added, key=lambda item: item[0]):
            home = scope.home(key)
            binding = home.latest(key, place) or scope.find(ast.Name(key), place)
            if binding is not None:
                binding.added.append(node)


# Nothing in these counts. Strings in the fields of f-strings have no sure places.
_IGNORED = frozenset(
    (*TEMPLATES, ast.Constant, ast.Name, ast.arguments, ast.Import, ast.Pass, ast.alias)
)
_UNREAD = frozenset(("annotation", "returns", "ctx", "op", "ops", "type_params", "names"))
_VISITS: dict[type, Any] = {
    ast.Assign: Survey._assign,
    ast.AnnAssign: Survey._annotated,
    ast.AugAssign: Survey._augmented,
    ast.NamedExpr: Survey._walrus,
    ast.For: Survey._loop,
    ast.AsyncFor: Survey._loop,
    ast.ImportFrom: Survey._imported,
    ast.Return: Survey._returned,
    ast.Call: Survey._call,
    ast.List: Survey._list,
    ast.Dict: Survey._mapping,
}


def _label(node: Any) -> str:
    """Return what a function says that it returns: its name, or what it is decorated as."""
    for decorator in node.decorator_list:
        name = called(decorator.func if isinstance(decorator, ast.Call) else decorator)
        if name[-1:] and name[-1] in ("system_prompt", "instructions"):
            return name[-1]
    return str(node.name)


def _given(node: Any) -> Iterator[ast.expr]:
    """Yield the defaults of keyword-only parameters, and the decorators."""
    yield from (default for default in node.args.kw_defaults if default is not None)
    yield from node.decorator_list


def _children(node: ast.AST) -> list[Any]:
    """Return what stands in a node, what comes last in the source first."""
    if isinstance(node, ast.Dict):
        # Keys and values are two lists.
        pairs = zip(reversed(node.keys), reversed(node.values), strict=True)
        return [item for key, value in pairs for item in (value, key) if item is not None]
    found: list[Any] = []
    for field in reversed(node._fields):
        value = None if field in _UNREAD else getattr(node, field, None)
        if type(value) is list:
            found += (item for item in reversed(value) if isinstance(item, ast.AST))
        elif isinstance(value, ast.AST):
            found.append(value)
    return found
