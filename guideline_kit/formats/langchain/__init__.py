"""LangChain prompts in YAML and JSON: what its prompts save and load, and its dumps of objects.

In a file there may be several, each as deep as a chain has it. A few-shot prompt is two: the
text around its examples, and the template of one example, which has variables of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.documents import Document, Parameter
from guideline_kit.formats.beside import Beside
from guideline_kit.formats.langchain.chats import class_of
from guideline_kit.formats.langchain.prompts import ID, Reader
from guideline_kit.formats.reading.assembling import together
from guideline_kit.formats.reading.complaints import complaint
from guideline_kit.formats.reading.data_files import read_data, settings
from guideline_kit.text import Source, Span
from guideline_kit.trees import Path, Tree

# What `_type` says, and what a dump calls the class -> how a prompt is read.
_TYPES = {
    "prompt": "prompt", "few_shot": "few_shot", "few_shot_with_templates": "few_shot",
    "chat": "chat",
}  # fmt: skip
_CLASSES = {
    "PromptTemplate": "prompt", "FewShotPromptTemplate": "few_shot",
    "FewShotPromptWithTemplates": "few_shot", "ChatPromptTemplate": "chat",
    "StructuredPrompt": "chat",
}  # fmt: skip
_KEY = r"(?:^[ \t-]*|[{,]\s*)[\"']?%s[\"']?[ \t]*:[ \t]*"
_TYPE = re.compile(
    r"(?m)" + _KEY % "_type" + rf"[\"']?(?:{'|'.join(_TYPES)})[\"']?[ \t]*(?:#[^\n]*)?(?:[,}}\r]|$)"
)
_DUMP = re.compile(r"\"lc\"\s*:\s*1\b")
_WHOLE = re.compile(r"\"type\"\s*:\s*\"constructor\"")  # others are dumped by their names alone
_CLASS = re.compile(rf"\"(?:{'|'.join(_CLASSES)}|\w+MessagePromptTemplate)\"\s*\]")
_PARTS = re.compile(
    r"(?m)" + _KEY % "(?:template|template_path|messages|suffix|prefix|example_prompt)"
)
# Without a type: a list of names, and a template that is a text.
_NAMES = re.compile(
    r"(?m)" + _KEY % "input_variables" + r"(?:#[^\n]*)?(?:\r?\n[ \t]*)?"
    r"(?:\[\s*(?:[\"']|\w|\])|-[ \t]+[\"']?[\w.-]+[\"']?[ \t]*\r?$)"
)
_TEXT = re.compile(r"(?m)" + _KEY % "template(?:_path)?" + r"[^\s{\[]")
_FOLDED = re.compile(r"(?m)^template(?:_path)?:[ \t]*\r?\n[ \t]+[^\s{\[-]")
_MODELS = ("chat_models", "llms", "language_models")


class Found(NamedTuple):
    """A prompt in a file: how it is read, where its keys stand, whether it is part of a dump."""

    kind: str
    path: Path
    dumped: bool


def is_one(path: str, text: str) -> bool:  # noqa: ARG001
    """Whether a YAML or JSON file has a prompt of LangChain."""
    # To look for words takes less than to look for patterns, and most files have none of them.
    if not any(word in text for word in ("_type", '"lc"', "input_variables")):
        return False
    if '"lc"' in text and _DUMP.search(text):
        return bool(_CLASS.search(text) and _WHOLE.search(text))
    if _TYPE.search(text):
        return bool(_PARTS.search(text))
    return bool(_NAMES.search(text)) and bool(_TEXT.search(text) or _FOLDED.search(text))


def read(source: Source, beside: Beside) -> Document:
    """Read the prompts of a file as far as they can be read; never raises."""
    result = read_data(source)
    tree, problems = result.tree, list(result.problems)
    if tree is None or not isinstance(tree.data, dict | list):
        if not problems:
            what, help = "The file has no keys", "Begin with '_type: prompt'"
            problems.append(complaint(source, Span(0, 0), what, help, error=True))
        return Document(source, ID, (), {}, problems=tuple(problems))
    prompts: list[Document] = []
    for found in prompts_of(tree):
        reader = Reader(tree, found.path, beside, dumped=found.dumped, broken=bool(result.problems))
        prompts += reader.read(found.kind)
        problems += reader.problems
    if not prompts and not problems:
        problems.append(_nothing(source, tree))
    prompts = prompts or [Document(source, ID, (), {})]
    whole = prompts[0] if len(prompts) == 1 else together(prompts)
    return whole._replace(
        fields=tree.data if isinstance(tree.data, dict) else {},
        tree=tree,
        parameters=tuple(_parameters(tree)),
        cases=tuple(case for prompt in prompts for case in prompt.cases),
        problems=tuple(problems),
        parts=tuple(prompts) if len(prompts) > 1 else (),
    )


def entries(document: Document) -> list[dict[str, Any]]:
    """Return the prompts of a file as entries."""
    from guideline_kit.formats.langchain import writing  # it needs this module

    return writing.entries(document)


def write(entry: Mapping[str, Any], kept: Mapping[str, Any] | None) -> str:  # noqa: ARG001
    """Return a prompt's file; its `metadata` goes out with each trace, so nothing is kept there."""
    from guideline_kit.formats.langchain import writing

    return writing.write(entry)


def prompts_of(tree: Tree) -> Iterator[Found]:
    """Yield the prompts of a file, those inside of another one left out."""
    stack: list[tuple[Path, Any]] = [((), tree.data)]
    while stack:
        path, value = stack.pop()
        found = _prompt_at(path, value)
        if found is not None:
            yield found
        elif isinstance(value, dict):
            stack.extend(reversed([((*path, key), inside) for key, inside in value.items()]))
        elif isinstance(value, list):
            stack.extend(reversed([((*path, at), inside) for at, inside in enumerate(value)]))


def _prompt_at(path: Path, value: Any) -> Found | None:
    if not isinstance(value, dict):
        return None
    if "lc" in value and isinstance(value.get("kwargs"), dict):
        kind = _CLASSES.get(class_of(value))
        return Found(kind, (*path, "kwargs"), dumped=True) if kind else None
    named = value.get("_type")
    kind = _TYPES.get(named) if isinstance(named, str) else None
    template = isinstance(value.get("template"), str) or "template_path" in value
    if kind is None and named is None:
        if template and (not path or isinstance(value.get("input_variables"), list)):
            kind = "prompt"
        elif "suffix" in value and ("example_prompt" in value or "example_prompt_path" in value):
            kind = "few_shot"
    return Found(kind, path, dumped=False) if kind else None


def _parameters(tree: Tree) -> Iterator[Parameter]:
    """Yield the settings of the models that stand beside the prompts of a chain."""
    stack: list[tuple[Path, Any]] = [((), tree.data)]
    while stack:
        path, value = stack.pop()
        if isinstance(value, list):
            stack.extend(reversed([((*path, at), inside) for at, inside in enumerate(value)]))
        if not isinstance(value, dict):
            continue
        names = value.get("id")
        model = isinstance(names, list) and any(name in _MODELS for name in names)
        if "lc" in value and model:
            yield from _plain(tree, (*path, "kwargs"))
        elif path and path[-1] == "llm" and "_type" in value:
            yield from _plain(tree, path)
        else:
            stack.extend(reversed([((*path, key), inside) for key, inside in value.items()]))


def _plain(tree: Tree, path: Path) -> Iterator[Parameter]:
    for item in settings(tree, path, "model_name"):
        # The others are objects, and names of secrets.
        if isinstance(item.value, str | int | float | bool) and item.name != "_type":
            yield item


def _nothing(source: Source, tree: Tree) -> Diagnostic:
    where = Document(source, ID, (), {}, tree=tree).file_line
    help = "Write the text under 'template', with '_type: prompt'"
    return complaint(source, where, "There is no prompt of LangChain in this file", help)
