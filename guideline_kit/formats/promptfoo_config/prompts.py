"""The prompts of a promptfoo configuration: texts, chats written as texts, and files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.formats.promptfoo_config.files import Reference, is_reference
from guideline_kit.formats.reading.chats import chat_in
from guideline_kit.formats.reading.complaints import complaint
from guideline_kit.text import MappedText
from guideline_kit.trees import Path, Tree

_NEITHER = "promptfoo can't use this prompt: it is no text, and has neither 'raw' nor 'label'"
_AS_TEXT = "Write it as a text; for a chat, write |- and below it the list of messages as JSON"


class Prompt(NamedTuple):
    """A prompt: its texts with who says them, or where it is found; or what is wrong with it.

    `settings` is where the settings are that it has of its own. `template` is the whole of a
    chat's text, in which one message may set what others use.
    """

    texts: tuple[tuple[str, MappedText], ...] = ()
    reference: Reference | None = None
    settings: Path | None = None
    problem: Diagnostic | None = None
    name: str = ""
    template: str = ""


def prompts(tree: Tree) -> Iterator[Prompt]:
    """Yield what stands below `prompts`, each text once."""
    listed = tree.get(("prompts",))
    once = Once(tree)
    if isinstance(listed, str):
        yield prompt_at(tree, ("prompts",), once)
    elif isinstance(listed, list):
        for number, item in enumerate(listed):
            path: Path = ("prompts", number)
            if isinstance(item, str):
                yield prompt_at(tree, path, once)
            elif isinstance(item, Mapping):
                yield _in_mapping(tree, path, item, once)
            else:
                yield Prompt(problem=_complaint(tree, path))
    elif isinstance(listed, Mapping):
        # An old form: names of files, or texts, with a label for each.
        for name in listed:
            if is_reference(name):
                path = ("prompts", name)
                yield Prompt(reference=Reference(name, tree.key_span(path)))


class Once:
    """Says of each value of a tree once that it is new, by however many aliases it is reached.

    Else a long text and many aliases of it would be many long texts.
    """

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._seen: set[Path] = set()

    def is_new(self, path: Path) -> bool:
        """Whether a value was not asked about before."""
        at = self._tree.original(path)
        if at in self._seen:
            return False
        self._seen.add(at)
        return True


def prompt_at(tree: Tree, path: Path, once: Once) -> Prompt:
    """Return the prompt that a text is, names, or holds as JSON or YAML."""
    value = tree.get(path)
    if is_reference(value):
        return Prompt(reference=Reference(value, tree.value_span(path)))
    text = tree.text(path) if once.is_new(path) else None
    if text is None:
        return Prompt()
    chat = chat_in(text, tree.source)
    if chat is None:
        return Prompt((("user", text),))
    return Prompt(chat.texts, problem=chat.problem, template=text.text)


def _in_mapping(tree: Tree, path: Path, item: Mapping[str, Any], once: Once) -> Prompt:
    settings = (*path, "config") if isinstance(item.get("config"), Mapping) else None
    label = item.get("label")
    for key in ("raw", "id"):
        value = item.get(key)
        if isinstance(value, str) and (key == "raw" or is_reference(value)):
            found = prompt_at(tree, (*path, key), once)
            return found._replace(settings=settings, name=label if isinstance(label, str) else "")
    if any(key in item for key in ("raw", "id", "label", "function", "$ref", "<<")):
        return Prompt()
    return Prompt(problem=_complaint(tree, path))


def _complaint(tree: Tree, path: Path) -> Diagnostic:
    return complaint(tree.source, tree.value_span(path), _NEITHER, _AS_TEXT)
