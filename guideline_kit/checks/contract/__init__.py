"""contract: parts of a prompt that don't agree with each other: inputs, output, examples, tests."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from guideline_kit.checks import Match, Scope
from guideline_kit.checks.contract import assertions, examples, inputs, names, outputs
from guideline_kit.checks.contract.json_examples import broken_json_examples
from guideline_kit.documents import Document
from guideline_kit.formats import CATALOG_PROMPT
from guideline_kit.trees import Tree

# What is looked for in a catalog prompt, by the name that rule files give it.
_PROBLEMS: Mapping[str, Callable[[Document, Tree], Iterator[Match]]] = {
    "unknown-input": inputs.unknown,
    "missing-input": inputs.missing,
    "input-off-type": inputs.off_type,
    "input-off-choices": inputs.off_choices,
    "input-too-long": inputs.too_long,
    "output-not-json": outputs.not_json,
    "output-off-schema": outputs.off_schema,
    "output-off-choices": outputs.off_choices,
    "output-too-long": outputs.too_long,
    "invalid-output-schema": outputs.invalid_schema,
    "unmentioned-choice": names.unmentioned_choice,
    "unmentioned-key": names.unmentioned_key,
    "repeated-example": examples.repeated,
    "test-without-assertion": assertions.missing,
    "unjudgeable-assertion": assertions.unjudgeable,
    "failing-assertion": assertions.failing,
    "leaked-test": examples.leaked_test,
}


class Contract:
    """One way in which parts of a prompt can contradict each other."""

    patterns = ()

    def __init__(self, params: Mapping[str, Any], scope: Scope) -> None:
        self.scope = scope
        self.problem: str = params["problem"]

    @property
    def guard(self) -> str | None:
        return "json" if self.problem == "broken-json-example" else None

    def find(self, document: Document, today: datetime.date) -> Iterator[Match]:
        if self.problem == "broken-json-example":
            yield from broken_json_examples(document, self.scope.roles)
        elif document.format == CATALOG_PROMPT and document.tree is not None:
            yield from _PROBLEMS[self.problem](document, document.tree)


class _Kind:
    name = "contract"
    regions = ("anywhere",)

    def bind(self, params: Mapping[str, Any], scope: Scope) -> Contract:
        return Contract(params, scope)


KIND = _Kind()
