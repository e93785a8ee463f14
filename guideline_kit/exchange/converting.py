"""One prompt in another format, and nothing lost: texts in, texts out.

Between two formats stands a catalog entry. What the target has no place for is kept: in the file
itself where its format has a place for what others want to keep, or else in a file beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from guideline_kit import formats
from guideline_kit.digests import digest
from guideline_kit.errors import CannotError
from guideline_kit.exchange.keeping import Difference, difference, restored
from guideline_kit.formats.engines import scan
from guideline_kit.formats.writing.entries import KEPT, Entry, translated
from guideline_kit.formats.writing.own_keys import same
from guideline_kit.formats.writing.translating import translate
from guideline_kit.text import Source


class Target(NamedTuple):
    """A format to convert to: its id, and what the name of a file ends with."""

    format: str
    suffix: str


TARGETS: Mapping[str, Target] = {
    "catalog": Target("catalog-prompt", ".yaml"),
    "copilot-prompt": Target("copilot-prompt-md", ".prompt.md"),
    "dotprompt": Target("dotprompt", ".prompt"),
    "github-models": Target("github-models-prompt-yml", ".prompt.yml"),
    "langchain": Target("langchain", ".prompt.json"),
    "mcp": Target("mcp", ".mcp-prompt.json"),
    "promptfoo": Target("promptfoo-config", ".promptfooconfig.yaml"),
    "prompty": Target("prompty-v2", ".prompty"),
    "semantic-kernel": Target("semantic-kernel-yaml", ".yaml"),
}

# What a file beside another one is called, in which is kept what that one can't hold.
BESIDE = ".guideline-kit.yaml"

_MESSAGES = "/template/messages/"


class Converted(NamedTuple):
    """A file in another format. `beside` is a file to go with it, empty where there is no need.

    `kept` are pointers to what the format has no place for. `as_it_was` are numbers of messages,
    from 1, whose placeholders can't be written for the engine of the format.
    """

    text: str
    beside: str
    kept: tuple[str, ...]
    as_it_was: tuple[int, ...] = ()


def prompts_of(source: Source, format: str, beside: formats.Beside) -> list[Entry]:
    """Return the prompts of a file as entries, with what was kept when it was converted.

    Each has a template. That it has all else, each of the right kind, is not said where somebody
    wrote it by hand: `flaw_of` tells.
    """
    module = formats.module(format)
    document = formats.read(source, format, beside)
    found: list[Entry] = formats.entries_of(document)
    if len(found) != 1:
        return found
    kept = None
    place = getattr(module, "KEPT_AT", None)
    if place is not None and document.tree is not None:
        kept = document.tree.get(place)
    elif getattr(module, "write", None) is not None:
        name = source.name.rpartition("/")[2]
        kept = _kept_beside(beside.look(f"{name}{BESIDE}").source)
    if not isinstance(kept, dict):
        return found
    return [_with(found[0], kept)]


# What an entry has to have, and files of other formats do not say.
_UNSAID = {"owner": "", "status": "draft", "version": "0.1.0"}


def flaw_of(entry: Entry) -> str | None:
    """Return why an entry can't be written in any format, or None where it can."""
    from guideline_kit import schemas

    try:
        json.dumps(entry, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return "it holds half a character, which no file can hold"
    return schemas.misshapen("prompt.schema.json", {**_UNSAID, **entry})


def _kept_beside(source: Source | None) -> Any:
    if source is None:
        return None
    from guideline_kit import yamlio

    tree = yamlio.read(source).tree
    return tree.get((KEPT,)) if tree is not None else None


def _with(said: Entry, kept: Mapping[str, Any]) -> Entry:
    """Return the entry that a file was made from, of what it says and what was kept."""
    add, remove = kept.get("add"), kept.get("remove")
    add = add if isinstance(add, dict) else {}
    remove = [item for item in remove if isinstance(item, str)] if isinstance(remove, list) else []
    if kept.get("messages", _digest(said)) != _digest(said):
        # Somebody has changed the messages since: what they wrote counts.
        add = {key: value for key, value in add.items() if not key.startswith(_MESSAGES)}
        remove = [key for key in remove if not key.startswith(_MESSAGES)]
    engine = add.get("/template/engine")
    meant = restored(_for_engine(said, engine) if isinstance(engine, str) else said, add, remove)
    return meant if isinstance(meant, dict) and isinstance(meant.get("template"), dict) else said


def _for_engine(said: Entry, engine: str) -> Entry:
    """Return an entry with its messages written for another engine, where that can be."""
    template = said["template"]
    messages = translated(template["messages"], template["engine"], engine)
    return {**said, "template": {**template, "messages": messages}}


def _digest(said: Entry) -> str:
    contents = [item.get("content") for item in said["template"]["messages"]]
    return digest(json.dumps(contents).encode(), 8)


def convert(entry: Entry, target: str, name: str) -> Converted:
    """Return an entry as a file of another format; `target` is one of `TARGETS`.

    `name` is what the file is going to be called: some formats say no other name. Raises
    CannotError where nothing would be left of the prompt.
    """
    format = TARGETS[target].format
    module = formats.module(format)
    text = module.write(entry, None)
    said = _said(text, format, name)
    found = difference(_for_engine(said, entry["template"]["engine"]), entry)
    as_it_was = tuple(_untranslated(entry["template"], said["template"]["engine"]))
    if not found:
        return Converted(text, "", (), as_it_was)
    kept = _kept(found, said)
    pointers = (*found.add, *found.remove)
    if getattr(module, "KEPT_AT", None) is not None:
        text = module.write(entry, kept)
        beside = ""
    else:
        from guideline_kit.yamlio.writing import write

        beside = _ABOUT_BESIDE.format(name=name) + write({KEPT: kept})
    back = _said(text, format, name)
    if not same(_with(back, kept), entry):
        raise AssertionError(f"{target} does not give back the entry {entry.get('id')}")
    return Converted(text, beside, pointers, as_it_was)


_ABOUT_BESIDE = """\
# What {name} has no place for.
# 'guideline-kit convert {name} --to catalog' puts both together again.
"""


def _said(text: str, format: str, name: str) -> Entry:
    document = formats.read(Source(name, text), format)
    found: list[Entry] = formats.entries_of(document)
    if not found:
        # Its text may be nothing but signs that mean something else there.
        raise CannotError(
            f"The prompt would say nothing as {formats.TITLES[format]}; nothing was converted",
            hint="Choose another format with --to",
        )
    return found[0]


def _kept(found: Difference, said: Entry) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    if found.add:
        kept["add"] = found.add
    if found.remove:
        kept["remove"] = found.remove
    if any(pointer.startswith(_MESSAGES) for pointer in (*found.add, *found.remove)):
        kept["messages"] = _digest(said)
    return kept


def _untranslated(template: Mapping[str, Any], engine: str) -> Iterator[int]:
    """Yield the numbers of messages whose placeholders can't be written for an engine."""
    for number, message in enumerate(template["messages"], 1):
        text = message["content"]
        if (
            scan(template["engine"], text).expressions
            and translate(text, template["engine"], engine) is None
        ):
            yield number
