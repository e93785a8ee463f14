"""Entries of a catalog -> PromptSource's files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from guideline_kit.catalog import Entry
from guideline_kit.diagnostics import Diagnostic
from guideline_kit.exchange.promptsource.files import laid_out
from guideline_kit.exchange.promptsource.form import (
    KEY,
    NOTHING_KNOWN,
    SHAPE,
    joined,
    key_of,
    path_of,
    place_of,
)
from guideline_kit.formats.promptsource import CHOICES, METADATA, SEPARATOR, TEMPLATE
from guideline_kit.schemas import EntrySchema
from guideline_kit.trees import Path


class Exported(NamedTuple):
    """What an export gave: the files' texts by their paths, and why entries are not in them.

    `templates` is how many there are in the files, `others` how many prompts say nothing of
    PromptSource.
    """

    files: Mapping[str, str]
    problems: tuple[Diagnostic, ...]
    templates: int
    others: int


class _LeftOutError(Exception):
    """An entry can't be a template; `path` is the place that is to blame."""

    def __init__(self, message: str, path: Path, help: str) -> None:
        super().__init__(message)
        self.path = path
        self.help = help


def export(entries: Iterable[Entry]) -> Exported:
    """Make the files of those prompts of a catalog that have `x-promptsource`."""
    shape = EntrySchema(dict(SHAPE))
    files: dict[str, dict[str, Entry]] = {}
    problems: list[Diagnostic] = []
    templates = others = 0
    for entry in entries:
        if KEY not in entry.data:
            others += 1
            continue
        try:
            path = _checked(entry.data, shape)
            beside = files.setdefault(path, {})
            _compare(entry.data, beside)
        except _LeftOutError as why:
            span = entry.tree.value_span(why.path)
            problems.append(entry.error("exchange", str(why), span, why.help))
            continue
        beside[key_of(entry.data[KEY])] = entry
        templates += 1
    texts = {
        path: file_of([entry.data for entry in inside.values()])
        for path, inside in sorted(files.items())
        if inside
    }
    return Exported(texts, tuple(problems), templates, others)


def file_of(entries: Sequence[Mapping[str, Any]]) -> str:
    """Return the file of entries that are about one data set."""
    from guideline_kit.yamlio.dumping import Tagged, dump  # PyYAML's own, for this alone

    templates: dict[str, Tagged] = {}
    shared: dict[str, Tagged] = {}
    for data in sorted(entries, key=lambda data: "shares_metadata_with" in data[KEY]):
        kept = data[KEY]
        template = _template(data)
        metadata = template.get("metadata")
        if isinstance(metadata, dict):
            tagged = Tagged(METADATA, metadata)
            other = shared.get(kept.get("shares_metadata_with", ""))
            if other is not None and other.value == metadata:
                tagged = other
            shared.setdefault(key_of(kept), tagged)
            template["metadata"] = tagged
        templates[key_of(kept)] = Tagged(TEMPLATE, template)
    kept = entries[0][KEY]
    top = {name: kept[name] for name in ("dataset", "subset") if name in kept}
    text = dump({**kept.get("file", {}), **top, "templates": templates})
    layout = next((data[KEY]["layout"] for data in entries if "layout" in data[KEY]), None)
    return text if layout is None else laid_out(text, layout)


def _template(data: Mapping[str, Any]) -> dict[str, Any]:
    kept = data[KEY]
    around = kept.get("around", {})
    texts = [message["content"] for message in data["template"]["messages"]]
    choices = data.get("output", {}).get("choices")
    if choices is not None:
        choices = joined(choices, around.get("choices"))
    without = kept.get("without", ())
    metadata = kept.get("metadata", {} if "metadata" in without else NOTHING_KNOWN)
    if isinstance(metadata, dict):
        metadata = dict(metadata)
        if "languages" in data:
            metadata["languages"] = data["languages"]
    template = {
        **kept.get("also", {}),
        CHOICES: kept.get(CHOICES) if choices is None else choices,
        "id": kept["id"],
        "jinja": joined(texts, around.get("messages")),
        "metadata": metadata,
        "name": kept["name"],
        "reference": kept.get("reference", ""),
    }
    # What was not there is left out, unless somebody has given it a value since.
    missing = {name for name in kept.get("without", ()) if name == "id" or not template.get(name)}
    return {name: value for name, value in template.items() if name not in missing}


# --- what can't be a template --------------------------------------------------------------


def _checked(data: Mapping[str, Any], shape: EntrySchema) -> str:
    """Return the path of an entry's file. Raises _LeftOutError."""
    kept = data[KEY]
    reason = shape.first_error(kept)
    if reason:
        raise _LeftOutError(
            f"This does not say which template the prompt is: {reason}",
            (KEY,),
            "Give it what other prompts from PromptSource have: dataset, id (a UUID), name",
        )
    path = path_of(kept)
    if path is None:
        place = kept.get("folder", place_of(kept["dataset"], kept.get("subset")))
        raise _LeftOutError(
            f"'{place}' can't be the path of a folder",
            (KEY, "folder" if "folder" in kept else "dataset"),
            "Name the data set and the subset as folders can be named",
        )
    template = data["template"]
    if template["engine"] != "jinja2":
        raise _LeftOutError(
            "PromptSource's templates are Jinja2",
            ("template", "engine"),
            "Write the template in Jinja2, and 'engine: jinja2'",
        )
    for number, message in enumerate(template["messages"]):
        at: Path = ("template", "messages", number)
        wanted = "assistant" if number else "user"
        if message["role"] != wanted or message.get("example"):
            raise _LeftOutError(
                "PromptSource knows a text for the model, and then answers; no other message",
                (*at, "role"),
                "Write one message of the role user, and behind it those of the role assistant",
            )
        if SEPARATOR in message["content"] and len(template["messages"]) > 1:
            raise _LeftOutError(
                f"A message that holds '{SEPARATOR}' would become two",
                (*at, "content"),
                "Make two messages of it",
            )
    for number, choice in enumerate(data.get("output", {}).get("choices", ())):
        if SEPARATOR in choice:
            raise _LeftOutError(
                f"A choice that holds '{SEPARATOR}' would become two",
                ("output", "choices", number),
                "Make two choices of it",
            )
    return path


def _compare(data: Mapping[str, Any], beside: Mapping[str, Entry]) -> None:
    """Raise _LeftOutError where an entry can't be in a file together with others."""
    kept = data[KEY]
    other = beside.get(key_of(kept))
    if other is not None:
        raise _LeftOutError(
            f"The prompt '{other.id}' is the same template, by its id",
            (KEY, "id"),
            "Give one of the two a UUID of its own",
        )
    first = next(iter(beside.values()), None)
    if first is not None and first.data[KEY].get("file", {}) != kept.get("file", {}):
        raise _LeftOutError(
            f"The prompt '{first.id}', of the same file, has other keys for the file",
            (KEY,),
            "Write the same under 'file' in all prompts of the data set",
        )
