"""The catalog's own prompt entries, `prompts/**/<id>.yaml`."""

from __future__ import annotations

from guideline_kit.documents import Document, Input, Message, Placeholder
from guideline_kit.formats.templates import scan
from guideline_kit.text import Source, Span
from guideline_kit.trees import Path, Read, Tree
from guideline_kit.yamlio import read

_ROLES = ("system", "user", "assistant", "tool")
_UNTRUSTED = ("text", "document")


def read_catalog_prompt(source: Source, already: Read | None = None) -> Document:
    """Read a prompt entry as far as it can be read; never raises.

    `already` is the YAML, where somebody has read it before.
    """
    result = already or read(source)
    tree = result.tree
    if tree is None or not isinstance(tree.data, dict):
        return Document(source, "catalog-prompt", (), {}, problems=result.problems)
    engine = tree.get(("template", "engine"))
    engine = engine if isinstance(engine, str) else ""
    messages: list[Message] = []
    placeholders: list[Placeholder] = []
    problems = list(result.problems)
    first_error: tuple[str, Span] | None = None
    for index, role, example, path in _contents(tree):
        text = tree.text(path)
        if text is None:
            continue
        found = scan(engine, text.text)
        messages.append(
            Message(
                role,
                text,
                tuple(dict.fromkeys((item.start, item.end) for item in found.expressions)),
                example=example,
            )
        )
        placeholders.extend(
            Placeholder(
                item.name,
                text.text[item.start : item.end],
                index,
                item.start,
                item.end,
                text.span(item.start, item.end),
            )
            for item in found.expressions
        )
        if found.error and first_error is None:
            message, start, end = found.error
            first_error = (message, text.span(start, end))
    return Document(
        source=source,
        format="catalog-prompt",
        messages=tuple(messages),
        placeholders=tuple(placeholders),
        inputs=_inputs(tree),
        fields=tree.data,
        tree=tree,
        engine=engine,
        template_error=first_error,
        problems=tuple(problems),
    )


def _contents(tree: Tree) -> list[tuple[int, str, bool, Path]]:
    listed = tree.get(("template", "messages"))
    if not isinstance(listed, list):
        return []
    contents: list[tuple[int, str, bool, Path]] = []
    for number, message in enumerate(listed):
        if isinstance(message, dict) and isinstance(message.get("content"), str):
            role = message.get("role")
            contents.append(
                (
                    len(contents),
                    role if role in _ROLES else "user",
                    message.get("example") is True,
                    ("template", "messages", number, "content"),
                )
            )
    return contents


def _inputs(tree: Tree) -> tuple[Input, ...]:
    declared = tree.get(("inputs",))
    if not isinstance(declared, dict):
        return ()
    inputs = []
    for name, about in declared.items():
        about = about if isinstance(about, dict) else {}
        kind = about.get("type")
        kind = kind if isinstance(kind, str) else "text"
        trust = about.get("trust")
        if trust not in ("trusted", "untrusted"):
            trust = "untrusted" if kind in _UNTRUSTED else "trusted"
        inputs.append(
            Input(
                name,
                tree.key_span(("inputs", name)),
                kind,
                trust,
                about.get("required") is not False and "default" not in about,
            )
        )
    return tuple(inputs)
