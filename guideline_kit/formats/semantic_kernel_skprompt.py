"""Semantic Kernel prompt functions as a folder: skprompt.txt, and config.json beside it."""

from __future__ import annotations

import re
from typing import Any

from guideline_kit import jsonio
from guideline_kit.documents import Document
from guideline_kit.formats.beside import Beside
from guideline_kit.formats.reading.complaints import complaint, missing
from guideline_kit.formats.semantic_kernel import config
from guideline_kit.formats.semantic_kernel.chat_tags import read_chat
from guideline_kit.formats.writing.entries import stem
from guideline_kit.text import MappedText, Source, Span
from guideline_kit.trees import Tree

_ID = "semantic-kernel-skprompt"
_PROMPT, _CONFIG = "skprompt.txt", "config.json"
# Two of these stand in no config.json of something else.
_SIGNS = tuple(
    map(
        re.compile,
        (
            r'"schema"\s*:\s*1\s*[,}]',
            r'"type"\s*:\s*"(?:completion|embeddings)"',
            r'"completion"\s*:\s*\{',
            r'"execution_settings"\s*:\s*[{\[]',
            r'"input_variables"\s*:\s*\[\s*[{\]]',
            r'"input"\s*:\s*\{\s*"parameters"\s*:\s*\[',
            r'"template_format"\s*:\s*"(?:semantic-kernel|handlebars|jinja2|liquid)"',
        ),
    )
)
# One of the two is there: to look for words takes less than to look for patterns.
_WORDS = ('"execution_settings"', '"completion"', '"input_variables"', '"parameters"')


def is_one(path: str, text: str) -> bool:  # noqa: ARG001
    """Whether a config.json is that of a prompt function."""
    if not any(word in text for word in _WORDS):
        return False
    return sum(bool(sign.search(text)) for sign in _SIGNS) > 1


def read(source: Source, beside: Beside) -> Document:
    """Read either file of a prompt function as far as it can be read; never raises."""
    if source.name.lower().endswith(".json"):
        return _read_config(source, beside)
    tree = _config(beside)
    format = config.template_format(tree) if tree else config.FORMAT
    chat = read_chat(source, MappedText.verbatim(source), format)
    declared = config.inputs(tree) if tree else None
    if declared is not None:
        # They stand in the other file.
        declared = tuple(item._replace(span=Span(0, 0)) for item in declared)
    return Document(
        source=source,
        format=_ID,
        messages=chat.messages,
        fields=tree.data if tree else {},
        placeholders=config.named_as_declared(chat.placeholders, declared),
        inputs=declared,
        engine=config.ENGINES.get(format, ""),
        template_error=chat.error,
        problems=chat.problems,
    )


def _config(beside: Beside) -> Tree | None:
    """Return what config.json says, if there is one that can be read."""
    source = beside.look(_CONFIG).source
    tree = jsonio.read(source).tree if source is not None else None
    return tree if tree is not None and isinstance(tree.data, dict) else None


def _read_config(source: Source, beside: Beside) -> Document:
    """Read the settings alone: the text stands in the other file."""
    result = jsonio.read(source)
    tree, problems = result.tree, list(result.problems)
    if tree is None or not isinstance(tree.data, dict):
        if not problems:
            what, help = "The file is no object", "Write the settings between { and }"
            problems.append(complaint(source, Span(0, 0), what, help, error=True))
        return Document(source, _ID, (), {}, problems=tuple(problems))
    problems += config.objections(tree, strict=False)
    document = Document(
        source=source,
        format=_ID,
        messages=(),
        fields=tree.data,
        tree=tree,
        parameters=tuple(config.parameters(tree)),
    )
    reason = beside.look(_PROMPT).reason
    if reason:
        problems.append(missing(source, document.file_line, _PROMPT, reason))
    return document._replace(problems=tuple(problems))


def entries(document: Document) -> list[dict[str, Any]]:
    """Return the prompt as an entry, with the settings of the file beside it."""
    from guideline_kit.formats.semantic_kernel import writing  # most runs only read

    if document.source.name.lower().endswith(".json"):
        return []  # the text stands in the other file
    # The function is called what its folder is called.
    fields = {"name": stem(document.source.name), **document.fields}
    text = MappedText.verbatim(document.source)
    return writing.entries(document._replace(fields=fields), text)
