"""Examples that say the same twice, and tests whose answer stands in the prompt."""

from __future__ import annotations

import json
from collections.abc import Iterator

from guideline_kit.checks import Match
from guideline_kit.checks.contract.answers import cases, inputs_of
from guideline_kit.diagnostics import Related
from guideline_kit.documents import Document
from guideline_kit.text import Span
from guideline_kit.trees import Tree

_LOOKED_FOR = 200  # values of tests that are looked for in the messages
_SHORT = 20  # characters; a value of fewer may stand anywhere by chance


def repeated(document: Document, tree: Tree) -> Iterator[Match]:
    """Yield the examples that ask what an example before them asks."""
    seen: dict[str, tuple[str, Span]] = {}
    for asked, answered, span in (*_examples(tree), *_few_shot(document)):
        before = seen.setdefault(asked, (answered, span))
        if before[1] != span:
            reason = "the same answer" if before[0] == answered else "another answer"
            values = {"name": "example", "match": tree.source.slice(span), "where": "example"}
            related = Related("the example before", tree.source, before[1])
            yield Match(span, {**values, "reason": reason}, related=(related,))


def _examples(tree: Tree) -> Iterator[tuple[str, str, Span]]:
    """Yield what each example asks and answers, and where it begins."""
    for path, example in cases(tree, "examples"):
        asked = inputs_of(tree, example) if example.get("inputs") else None
        if asked is not None and "output" in example:
            yield asked, _plain(example["output"]), tree.key_span((*path, "inputs"))


def _few_shot(document: Document) -> Iterator[tuple[str, str, Span]]:
    """Yield what each few-shot message of a user asks, the answer, and where the question is."""
    messages = document.messages
    for index, message in enumerate(messages[:-1]):
        answer = messages[index + 1]
        alone = index == 0 or messages[index - 1].role in ("system", "assistant")
        if (
            alone
            and message.example
            and answer.example
            and (message.role, answer.role) == ("user", "assistant")
        ):
            text = message.text.text
            start = len(text) - len(text.lstrip())
            end = text.find("\n", start)
            span = message.text.span(start, len(text.rstrip()) if end < 0 else end)
            yield f"few-shot {_plain(text)}", _plain(answer.text.text), span


def _plain(value: object) -> str:
    """Return a text with its white space made even; of anything else, its JSON."""
    if isinstance(value, str):
        return " ".join(value.split())
    return json.dumps(value, sort_keys=True)


def leaked_test(document: Document, tree: Tree) -> Iterator[Match]:
    """Yield the inputs of tests that stand in the prompt as well."""
    said = " ".join(_plain(message.text.text).casefold() for message in document.messages)
    left = _LOOKED_FOR
    for path, test in cases(tree, "tests"):
        given = test.get("inputs")
        for name, value in given.items() if isinstance(given, dict) else ():
            wanted = _plain(value).casefold() if isinstance(value, str) else ""
            if len(wanted) < _SHORT or " " not in wanted:
                continue
            left -= 1
            if left >= 0 and wanted in said:
                span = tree.value_span((*path, "inputs", name))
                values = {"name": name, "where": "test", "reason": "a message holds it"}
                yield Match(span, {**values, "match": tree.source.slice(span)})
