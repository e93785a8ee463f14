"""Prompts for a judge in the registry of OpenAI's evals: `modelgraded/*.yaml`.

Each name at the top is one of them, a Python format string. It is filled in from the samples of
the eval that uses it, so nobody declares its variables here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.documents import Document
from guideline_kit.formats.beside import Beside
from guideline_kit.formats.reading.assembling import together
from guideline_kit.formats.reading.building import Builder
from guideline_kit.formats.reading.chats import said
from guideline_kit.formats.reading.complaints import complaint, quoted
from guideline_kit.formats.reading.exports import is_said
from guideline_kit.formats.reading.keys import slips
from guideline_kit.formats.writing.entries import Entry, declared, described, own_ids, template
from guideline_kit.text import MappedText, Source
from guideline_kit.trees import Tree

FORMAT = "openai-evals-modelgraded"
_ENGINE = "fstring"
_KEYS = (
    *("append_answer_prompt", "append_type", "args", "choice_scores", "choice_strings"),
    *("completion_sample_templates", "eval_type", "format_type", "group", "input_outputs", "key"),
    *("match_fn", "multicomp_n", "output_template", "prompt"),
)
_SIGNS = re.compile(r"^[ \t]+(prompt|choice_strings|input_outputs)[ \t]*:", re.MULTILINE)


def is_one(path: str, text: str) -> bool:  # noqa: ARG001
    """Whether a file has what each specification must have."""
    return len(set(_SIGNS.findall(text))) == 3


def read(source: Source, beside: Beside) -> Document:  # noqa: ARG001  it names no other file
    """Read a file as far as it can be read; never raises."""
    from guideline_kit.yamlio import read as read_yaml

    result = read_yaml(source, partial=True)
    tree = result.tree
    if tree is None or not isinstance(tree.data, dict):
        return Document(source, FORMAT, (), {}, problems=result.problems)
    # One prompt under many names, as an alias, is one.
    names = {tree.original((name, "prompt")): name for name in reversed(tree.data)}
    parts = tuple(
        _part(tree, name, texts)
        for name in reversed(names.values())
        if (texts := tuple(_texts(tree, name)))
    )
    none = Document(source, FORMAT, (), {}, engine=_ENGINE)
    return (together(parts) if parts else none)._replace(
        fields=tree.data,
        tree=tree,
        problems=(*result.problems, *(() if result.problems else _complaints(tree))),
        parts=parts,
        name="",
    )


def _texts(tree: Tree, name: str) -> Iterator[tuple[str, MappedText]]:
    """Yield the texts of a specification's prompt, each with who says it."""
    prompt = tree.get((name, "prompt"))
    places = [("user", (name, "prompt"))] if isinstance(prompt, str) else []
    for role, path in places or said(prompt, (name, "prompt")):
        text = tree.text(path)
        if text is not None:
            yield role, text


def _part(tree: Tree, name: str, texts: tuple[tuple[str, MappedText], ...]) -> Document:
    builder = Builder(_ENGINE)
    for role, text in texts:
        builder.add(role, text)
    return Document(
        tree.source,
        FORMAT,
        tuple(builder.messages),
        {},
        tuple(builder.placeholders),
        engine=_ENGINE,
        template_error=builder.error,
        name=name,
    )


def _complaints(tree: Tree) -> Iterator[Diagnostic]:
    """Complain of what keeps a specification from being loaded."""
    for name, specification in tree.data.items():
        if not isinstance(specification, Mapping):
            continue
        found = list(
            slips(
                tree, (name,), _KEYS, "OpenAI evals has no key {key} and refuses the specification"
            )
        )
        yield from found
        if "prompt" not in specification and not found:
            yield complaint(
                tree.source,
                tree.key_span((name,)),
                f"OpenAI evals refuses the specification {quoted(name)}: it has no prompt",
                "Write the text for the judge below 'prompt'",
            )


def entries(document: Document) -> list[Entry]:
    """Return the prompts as entries; how answers are judged is kept as it is."""
    found = []
    for part in document.parts:
        if not any(message.text.text.strip() for message in part.messages):
            continue
        specification = document.fields[part.name]
        entry = described(part.name)
        texts = "".join(message.text.text for message in part.messages)
        engine = _ENGINE if "{" in texts or "}" in texts else "none"
        entry["template"] = template(part, engine)
        inputs = declared(part, engine)
        if inputs:
            entry["inputs"] = inputs
        said = {"prompt"} if is_said(specification["prompt"]) else set()
        choices = _labels(specification.get("choice_strings"))
        if choices:
            entry["output"] = {"format": "label", "choices": choices}
            said.add("choice_strings")
        rest = {key: item for key, item in specification.items() if key not in said}
        if entry["id"] != part.name:
            rest = {"name": part.name, **rest}
        found.append({**entry, **({"x-openai-evals": rest} if rest else {})})
    return own_ids(found)


def _labels(choices: object) -> list[str]:
    """Return the labels to choose from; each letter of a text is one, if it names no list."""
    if isinstance(choices, str) and not choices.startswith("from_"):
        choices = list(choices)
    if not isinstance(choices, list) or not all(isinstance(item, str) for item in choices):
        return []
    return choices if len(set(choices)) == len(choices) > 1 else []
