"""Which texts of a file are prompts, and which of them belong together."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from guideline_kit.documents import Parameter
from guideline_kit.formats.python_source import clients
from guideline_kit.formats.python_source.conversations import (
    Conversations,
    Turn,
    is_message,
    template_text,
    together,
)
from guideline_kit.formats.python_source.names import (
    ASKING,
    belongs,
    is_about_models,
    is_addressed,
    reads_like_one,
    said,
)
from guideline_kit.formats.python_source.parsing import Code
from guideline_kit.formats.python_source.scopes import Named, Scope, Survey
from guideline_kit.formats.python_source.texts import Texts, argument, beginning, called, constant
from guideline_kit.text import Span

_FIELDS = ("Field", "field", "attrib", "ib", "InputField", "OutputField")


class Variable(NamedTuple):
    """A variable that a template declares, and where its name stands."""

    name: str
    span: Span


class Prompt(NamedTuple):
    """A prompt: its messages, the variables that it declares, if it does, and the settings of
    the call that it is passed to."""

    turns: tuple[Turn, ...]
    variables: tuple[Variable, ...] | None = None
    settings: tuple[Parameter, ...] = ()


def find(code: Code) -> list[Prompt]:
    """Return the prompts of a file, in the order of the source."""
    finder = _Finder(code)
    # What says the most comes first: a text that it takes is not taken again.
    finder.calls()
    finder.lists()
    finder.messages()
    finder.names()
    return sorted(finder.found, key=lambda prompt: prompt.turns[0].whole)


class _Finder:
    def __init__(self, code: Code) -> None:
        self.code = code
        self.survey = Survey(code.tree)
        self.texts = Texts(code)
        self.texts.engines = self.survey.engines
        self.read = Conversations(self.texts, self.survey.formatted)
        self.found: list[Prompt] = []
        self.about_models = is_about_models(code.source)
        # What a value is bound to.
        self.named = {
            id(item.binding.node): item for item in reversed(self.survey.named) if item.call is None
        }

    def add(
        self,
        turns: list[Turn],
        variables: tuple[Variable, ...] | None = None,
        settings: tuple[Parameter, ...] = (),
    ) -> None:
        """Add a prompt, if somebody but the model says something in it."""
        if any(
            turn.literal and turn.role in ("system", "user") and len(turn.text.plain.split()) > 1
            for turn in turns
        ):
            self.found.append(Prompt(tuple(turns), variables, settings))

    # --- calls -----------------------------------------------------------------------------

    def calls(self) -> None:
        for call, scope in self.survey.calls:
            if id(call) in self.read.taken:
                continue
            name = called(call.func)
            if not name:
                continue
            if name[-1] == "from_messages" or name[-1] in clients.CHATS:
                self._chat(call, scope)
            elif name[-1] in clients.FEW_SHOTS:
                self._few_shot(call, scope)
            elif template_text(call) is not None:
                self._template(call, scope)
            else:
                self._client(call, scope)

    def _chat(self, call: ast.Call, scope: Scope) -> None:
        listed = argument(call, "messages", "template", position=0)
        if listed is None:
            return
        builder = called(call.func)[-1] == "ChatPromptBuilder"
        engine = "jinja2" if builder else clients.template_engine(call, "fstring")
        self.add(self.read.messages(listed, scope, template=engine), self._variables(call))

    def _few_shot(self, call: ast.Call, scope: Scope) -> None:
        engine = clients.template_engine(call, "fstring")
        parts = [argument(call, name) for name in ("prefix", "suffix")]
        turns = [self.read.said(part, scope, engine) for part in parts if part is not None]
        if turns:
            role = self._role(call, "user")
            self.add([together(turns, "\n\n")._replace(role=role)], self._variables(call))

    def _template(self, call: ast.Call, scope: Scope) -> None:
        text = template_text(call)
        name = called(call.func)
        last = name[-2] if name[-1] == "from_template" else name[-1]
        engine = clients.template_engine(call, clients.TEMPLATES[last])
        if text is None:
            return
        role = self._role(text, "user") if self._role(call, "") == "" else self._role(call, "user")
        turn = self.read.said(text, scope, engine)._replace(role=role)
        self.read.taken.add(id(call))
        self.add([turn], self._variables(call))

    def _client(self, call: ast.Call, scope: Scope) -> None:
        known = clients.is_client(call)
        system = [
            item.value
            for item in call.keywords
            if item.arg in clients.SYSTEM_ARGUMENTS
            and (known or (item.arg is not None and item.arg.startswith("system_")))
        ]
        user = [item.value for item in call.keywords if item.arg in clients.USER_ARGUMENTS]
        listed = argument(call, "messages")
        if known and clients.takes_prompt_first(call) and call.args:
            user = call.args[:1]
        turns = self.read.messages(listed, scope) if listed is not None else []
        if not (known or turns or (len(system) == 1 and user)):
            return
        spoken = [self.read.said(node, scope)._replace(role="system") for node in system]
        for node in user:
            if isinstance(node, ast.Starred):
                continue
            inside = self.read.messages(node, scope)
            turns += inside or [self.read.said(node, scope)._replace(role="user")]
        self.add([*spoken, *turns], settings=self._settings(call))

    def _settings(self, call: ast.Call) -> tuple[Parameter, ...]:
        """Return the settings that a call is given as they stand."""
        return tuple(
            Parameter(item.arg, item.value.value, self.code.span(item.value))
            for item in call.keywords
            if item.arg in clients.SETTINGS
            and isinstance(item.value, ast.Constant)
            and isinstance(item.value.value, str | int | float)
        )

    def _role(self, node: ast.expr, default: str) -> str:
        """Return the role that the name says to which a value is bound, or that is a value."""
        if isinstance(node, ast.Name):
            name = said(node.id)
        else:
            item = self.named.get(id(node))
            name = said(item.name) if item else None
        return name.role if name else default

    def _variables(self, call: ast.Call) -> tuple[Variable, ...] | None:
        """Return the variables that a template of LangChain declares."""
        listed = argument(call, "input_variables")
        if not isinstance(listed, ast.List | ast.Tuple):
            return None
        nodes: list[ast.expr | None] = list(listed.elts)
        partial = argument(call, "partial_variables")
        if isinstance(partial, ast.Dict):
            nodes += partial.keys
        elif partial is not None:
            return None
        found: list[Variable] = []
        for node in nodes:
            name = constant(node)
            if name is None:
                return None  # some are computed
            text = self.texts.of(node)
            if text is not None:
                found.append(Variable(name, text.mapped(self.code.span(node)).span(0, len(name))))
        return tuple(found)

    # --- messages --------------------------------------------------------------------------

    def lists(self) -> None:
        for node, scope in self.survey.lists:
            if id(node) in self.read.taken:
                continue
            item = self.named.get(id(node))
            added = item.binding.added if item else ()
            if any(map(is_message, node.elts)) or (not node.elts and added):
                turns = (
                    self.read.listed(item.binding, scope)
                    if item is not None
                    else self.read.messages(node, scope)
                )
                self.add(turns)

    def messages(self) -> None:
        for node, scope in (*self.survey.mappings, *self.survey.calls):
            if id(node) not in self.read.taken and is_message(node):
                turn = self.read.message(node, scope)
                if turn is not None:
                    self.add([turn])

    # --- names -----------------------------------------------------------------------------

    def names(self) -> None:
        for item in self.survey.named:
            about = said(item.name)
            if about is None:
                self._addressed(item)
                continue
            if self._asks(item):
                continue
            for value in _values(item):
                if id(value) in self.read.taken:
                    continue
                text = self.texts.of(value)
                if text is None or not reads_like_one(
                    text.plain, about.claim, about_models=self.about_models
                ):
                    continue
                turn = (
                    self.read.bound(item.binding, item.key)
                    if value is item.binding.node
                    else self.read.literal(value)
                )
                if turn is not None:
                    self.add([turn._replace(role=about.role)])

    def _addressed(self, item: Named) -> None:
        """Add a text that its name does not call a prompt, and that begins like one."""
        node = item.binding.node
        if node is None or id(node) in self.read.taken:
            return
        if is_addressed(beginning(node), about_models=self.about_models):
            turn = self.read.bound(item.binding, item.key)
            if turn is not None:
                self.add([turn._replace(role="system")])

    def _asks(self, item: Named) -> bool:
        """Whether a text is there to ask a person."""
        if item.call is None:
            return item.key in self.survey.asked
        return not ASKING.isdisjoint(called(item.call.func)[-2:])


def _values(item: Named) -> Iterator[ast.expr]:
    """Yield the expressions that a name with a value stands for."""
    stack = [(item.binding.node, 0)]
    while stack:
        node, depth = stack.pop()
        if isinstance(node, ast.Dict) and depth < 2:
            pairs = list(zip(node.keys, node.values, strict=True))
            # {"name": ..., "description": ...} is about a prompt.
            stack += (
                (value, depth + 1)
                for key, value in reversed(pairs)
                if not belongs(constant(key) or "")
            )
        elif isinstance(node, ast.List | ast.Tuple) and depth < 2:
            stack += ((value, depth + 1) for value in reversed(node.elts))
        elif (
            isinstance(node, ast.Call)
            and called(node.func)[-1:]
            and (called(node.func)[-1] in _FIELDS)
        ):
            stack.append((argument(node, "default", position=0), depth + 1))
        elif node is not None:
            yield node
