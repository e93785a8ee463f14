"""What an entry keeps of a template in `x-promptsource`, and how texts are parted and joined."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from guideline_kit.formats.promptsource import BLANKS, SEPARATOR

KEY = "x-promptsource"
FILE_NAME = "templates.yaml"
# What PromptSource writes for each template, in its order.
TEMPLATE_KEYS = ("answer_choices", "id", "jinja", "metadata", "name", "reference")
FILE_KEYS = ("dataset", "subset", "templates")
# The metadata of a template about which nobody has said anything.
NOTHING_KNOWN: Mapping[str, Any] = dict.fromkeys(
    ("choices_in_prompt", "languages", "metrics", "original_task")
)

_PAIRS: Mapping[str, Any] = {
    "type": "array",
    "items": {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "string"}},
}
_LINES: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["at", "lines", "text"],
    "properties": {
        "at": {"type": "integer", "minimum": 0},
        "lines": {"type": "integer", "minimum": 0},
        "text": {"type": "string"},
    },
}
# `folder` is where the file stands, where that is not what its data set is called. `key` is what
# the template stands under, where that is not its id; `also` and `file` are keys of
# the template and of its file that PromptSource does not know; `without` are those that it knows
# and that are not there. `around` are the blanks before and behind each message and each choice.
# `layout` is how the file is written where PromptSource would write it otherwise.
SHAPE: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["dataset", "id", "name"],
    "properties": {
        "dataset": {"type": "string"},
        "subset": {"type": ["string", "null"]},
        "folder": {"type": "string"},
        "id": {},
        "key": {"type": "string"},
        "name": {},
        "reference": {},
        "answer_choices": {},
        "metadata": {},
        "shares_metadata_with": {"type": "string"},
        "also": {"type": "object"},
        "file": {"type": "object"},
        "without": {"type": "array", "items": {"type": "string"}},
        "layout": {"type": "array", "items": _LINES},
        "around": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"messages": _PAIRS, "choices": _PAIRS},
        },
    },
}
# Of a data set's name, what can't be the name of a folder everywhere.
_NO_FOLDER = re.compile(r"\.{0,2}\Z|.*[\x00-\x1f\\:*?\"<>|]", re.DOTALL)
_LONGEST = 200  # bytes of a folder's name
_DEEPEST = 50  # folders, one in the other: data sets have two


def place_of(dataset: str, subset: str | None) -> str:
    """Return the name of a data set and its subset: the path of their folder."""
    return dataset if subset is None else f"{dataset}/{subset}"


def path_of(kept: Mapping[str, Any]) -> str | None:
    """Return the path of the file that a template is in, or None where it would lead elsewhere."""
    folders = kept.get("folder", place_of(kept["dataset"], kept.get("subset"))).split("/")
    if len(folders) > _DEEPEST or any(
        _NO_FOLDER.match(name) or len(name.encode()) > _LONGEST for name in folders
    ):
        return None
    return "/".join((*folders, FILE_NAME))


def template_of(kept: Any) -> tuple[str, str] | None:
    """Return the path of a template's file, and what it stands under there; None where that is
    not said."""
    if not isinstance(kept, Mapping):
        return None
    dataset, subset, folder = kept.get("dataset"), kept.get("subset"), kept.get("folder", "")
    if not isinstance(dataset, str) or not isinstance(subset, (str, type(None))):
        return None
    path = path_of(kept) if isinstance(folder, str) else None
    return None if path is None else (path, key_of(kept))


def key_of(kept: Mapping[str, Any]) -> str:
    """Return what a template stands under in its file."""
    return str(kept.get("key", kept.get("id")))


def parted(pieces: Sequence[str]) -> tuple[list[str], list[list[str]] | None]:
    """Return texts without the blanks around them, and these, unless they are the usual ones."""
    bare = [piece.strip(BLANKS) for piece in pieces]
    around = []
    for piece, text in zip(pieces, bare, strict=True):
        before, _, behind = piece.partition(text) if text else (piece, "", "")
        around.append([before, behind])
    return bare, None if around == _usual(len(bare)) else around


def joined(pieces: Sequence[str], around: Sequence[Sequence[str]] | None) -> str:
    """Return texts with the separator between them: what `parted` undoes.

    Where there are more texts or fewer than blanks are known for, these get the usual ones.
    """
    if around is None or len(around) != len(pieces):
        around = _usual(len(pieces))
    return SEPARATOR.join(
        f"{before}{piece}{behind}" for piece, (before, behind) in zip(pieces, around, strict=True)
    )


def _usual(count: int) -> list[list[str]]:
    return [[" " if number else "", " " if number + 1 < count else ""] for number in range(count)]
