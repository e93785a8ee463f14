"""The free variables of a Jinja2 template: which names have to be passed in, place by place.

Jinja2's own finder of undeclared variables generates code and computes constants on the way,
and knows no places. This follows the same scopes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from jinja2 import nodes
from jinja2.defaults import DEFAULT_NAMESPACE

PROVIDED = frozenset((*DEFAULT_NAMESPACE, "self"))
# What PromptSource gives to each template. Without a call it may well be somebody's zip code.
_FUNCTIONS = frozenset(("zip",))
_IN_MACROS = ("caller", "varargs", "kwargs")


class _Scope:
    """Names that are set in a part of a template, and the part around it."""

    __slots__ = ("names", "outer")

    def __init__(self, outer: _Scope | None, names: Iterable[str] = ()) -> None:
        self.outer = outer
        self.names = set(names)

    def __contains__(self, name: str) -> bool:
        scope: _Scope | None = self
        while scope is not None:
            if name in scope.names:
                return True
            scope = scope.outer
        return False


def free_names(template: nodes.Template) -> list[tuple[int, str]]:
    """Return the variables that nothing in a template sets, each with its line number."""
    reader = _Reader()
    reader.read(template.body)
    return reader.free


class _Reader:
    def __init__(self) -> None:
        self.free: list[tuple[int, str]] = []
        self.top = _Scope(None)
        # A loop or a macro sees all that is set around it, before or behind: it is read last.
        self._later: list[tuple[_Scope, Sequence[nodes.Node]]] = []

    def read(self, body: Sequence[nodes.Node]) -> None:
        self._later.append((self.top, body))
        while self._later:
            scope, part = self._later.pop()
            self._statements(part, scope)

    def _statements(self, body: Iterable[nodes.Node], scope: _Scope) -> None:
        for node in body:
            if isinstance(node, nodes.Expr):
                self._expression(node, scope)
            elif isinstance(node, nodes.If):
                self._condition(node, scope)
            else:
                self._statement(node, scope)

    def _condition(self, node: nodes.If, scope: _Scope) -> None:
        # What one branch sets is not there in another one, and perhaps there afterwards: then
        # nobody has to pass it in.
        branches = []
        for test, body in (
            (node.test, node.body),
            *((other.test, other.body) for other in node.elif_),
            (None, node.else_),
        ):
            if test is not None:
                self._expression(test, scope)
            branches.append(_Scope(scope))
            self._statements(body, branches[-1])
        for branch in branches:
            scope.names |= branch.names

    def _statement(self, node: nodes.Node, scope: _Scope) -> None:
        if isinstance(node, nodes.Assign):
            self._expression(node.node, scope)
            self._store(node.target, scope)
        elif isinstance(node, nodes.AssignBlock):
            self._expression(node.filter, scope)
            self._store(node.target, scope)
            self._later.append((_Scope(scope), node.body))
        elif isinstance(node, nodes.For):
            self._expression(node.iter, scope)
            targets = list(_names(node.target))
            if node.test is not None:
                self._later.append((_Scope(scope, targets), [node.test]))
            self._later.append((_Scope(scope, [*targets, "loop"]), node.body))
            self._later.append((_Scope(scope), node.else_))
        elif isinstance(node, nodes.With):
            for value in node.values:
                self._expression(value, scope)
            names = [name for target in node.targets for name in _names(target)]
            self._later.append((_Scope(scope, names), node.body))
        elif isinstance(node, nodes.Macro | nodes.CallBlock):
            if isinstance(node, nodes.Macro):
                scope.names.add(node.name)
            else:
                self._expression(node.call, scope)
            names = [name for argument in node.args for name in _names(argument)]
            inner = _Scope(scope, (*names, *_IN_MACROS))
            self._later.append((inner, [*node.defaults, *node.body]))
        elif isinstance(node, nodes.FilterBlock):
            self._expression(node.filter, scope)
            self._later.append((_Scope(scope), node.body))
        elif isinstance(node, nodes.Block):
            # Others may fill it in: it sees what is set at the top, and no loop around it.
            around = scope if node.scoped else self.top
            self._later.append((_Scope(around, ("super",)), node.body))
        elif isinstance(node, nodes.Import):
            self._expression(node.template, scope)
            scope.names.add(node.target)
        elif isinstance(node, nodes.FromImport):
            self._expression(node.template, scope)
            scope.names.update(name if isinstance(name, str) else name[1] for name in node.names)
        elif isinstance(node, nodes.Scope):
            self._later.append((_Scope(scope), node.body))
        else:
            self._statements(node.iter_child_nodes(), scope)

    def _store(self, target: nodes.Node, scope: _Scope) -> None:
        self._expression(target, scope)
        scope.names.update(_names(target))

    def _expression(self, node: nodes.Node | None, scope: _Scope) -> None:
        # A sum of thousands is thousands of nodes deep.
        waiting = [node] if node is not None else []
        while waiting:
            node = waiting.pop()
            if isinstance(node, nodes.Name | nodes.NSRef):
                if isinstance(node, nodes.Name) and node.ctx != "load":
                    continue
                if node.name not in PROVIDED and node.name not in scope:
                    self.free.append((node.lineno, node.name))
                continue
            called = isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name)
            if called and node.node.name in _FUNCTIONS:  # type: ignore[attr-defined]
                waiting += node.iter_child_nodes(exclude=("node",))
            else:
                waiting += node.iter_child_nodes()


def _names(target: nodes.Node) -> Iterator[str]:
    """Yield the names that a target sets."""
    waiting = [target]
    while waiting:
        node = waiting.pop()
        if isinstance(node, nodes.Name):
            yield node.name
        elif isinstance(node, nodes.Tuple | nodes.List):
            waiting += node.items
