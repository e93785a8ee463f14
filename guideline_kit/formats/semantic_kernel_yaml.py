"""Semantic Kernel prompt functions in YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from guideline_kit.documents import Document
from guideline_kit.formats.beside import Beside
from guideline_kit.formats.reading.complaints import complaint
from guideline_kit.formats.reading.data_files import read_data
from guideline_kit.formats.semantic_kernel import config
from guideline_kit.formats.semantic_kernel.chat_tags import read_chat
from guideline_kit.text import Source, Span

_ID = "semantic-kernel-yaml"
_KEY = r"(?m)^\ufeff?%s[ \t]*:[ \t]*"
_TEMPLATE = re.compile(_KEY % "template")
# Each of these stands beside a template in no other format that we know.
_SIGNS = (
    re.compile(_KEY % "template_format" + r"[\"']?(?:semantic-kernel|handlebars|liquid)\b"),
    re.compile(_KEY % "execution_settings"),
    # A list of mappings, and not of names.
    re.compile(
        _KEY % "input_variables" + r"(?:#[^\n]*)?\r?\n[ \t]*-[ \t]+"
        r"(?:name|description|default|is_required)[ \t]*:"
    ),
    re.compile(r"(?m)^[ \t]+<message[ \t]+role[ \t]*="),
)
_JINJA2 = re.compile(_KEY % "template_format" + r"[\"']?jinja2\b")
_LANGCHAIN = re.compile(_KEY % "_type" + "|" + _KEY[4:] % "input_variables" + r"\[[ \t]*[^\s{]")


def is_one(path: str, text: str) -> bool:  # noqa: ARG001
    """Whether a YAML file looks like a function of Semantic Kernel."""
    if "template" not in text or not _TEMPLATE.search(text):
        return False
    if any(sign.search(text) for sign in _SIGNS):
        return True
    return bool(_JINJA2.search(text)) and not _LANGCHAIN.search(text)


def read(source: Source, beside: Beside) -> Document:  # noqa: ARG001  it names no other file
    """Read a prompt function as far as it can be read; never raises."""
    result = read_data(source)
    tree, problems = result.tree, list(result.problems)
    if tree is None or not isinstance(tree.data, dict):
        if not problems:
            what, help = (
                "The file has no 'template' at its top",
                "Write the prompt under 'template'",
            )
            problems.append(complaint(source, Span(0, 0), what, help, error=True))
        return Document(source, _ID, (), {}, problems=tuple(problems))
    problems += config.objections(tree, strict=True)
    format = config.template_format(tree)
    document = Document(
        source=source,
        format=_ID,
        messages=(),
        fields=tree.data,
        inputs=config.inputs(tree),
        tree=tree,
        engine=config.ENGINES.get(format, ""),
        parameters=tuple(config.parameters(tree)),
    )
    text = tree.text(("template",))
    if text is None:
        if not result.problems:
            where = tree.key_span(("template",)) if "template" in tree.data else document.file_line
            help = "Write the prompt under 'template'"
            problems.append(complaint(source, where, "There is no template", help, error=True))
        return document._replace(inputs=None, problems=tuple(problems))
    chat = read_chat(source, text, format)
    return document._replace(
        messages=chat.messages,
        placeholders=config.named_as_declared(chat.placeholders, document.inputs),
        template_error=chat.error,
        problems=(*problems, *chat.problems),
    )


def entries(document: Document) -> list[dict[str, Any]]:
    """Return the prompt as an entry."""
    from guideline_kit.formats.semantic_kernel import writing  # most runs only read

    text = document.tree.text(("template",)) if document.tree is not None else None
    return writing.entries(document, text)


def write(entry: Mapping[str, Any], kept: Mapping[str, Any] | None) -> str:  # noqa: ARG001
    """Return a prompt's file; Semantic Kernel for .NET refuses files with keys of others."""
    from guideline_kit.formats.semantic_kernel import writing

    return writing.write(entry)
