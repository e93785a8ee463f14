"""What front matter says of a prompt's authors and version, in the words of an entry.

Prompty, dotprompt and promptfoo have a mapping `metadata` in which anything may stand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from guideline_kit.formats.writing.entries import KEPT, Entry, line

VERSION = re.compile(r"(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}(?:-[0-9A-Za-z.-]+)?", re.ASCII)
_ID = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_LICENCE = re.compile(r"[A-Za-z0-9.+-]+")
_LONGEST_ID = 64


def without_kept(metadata: Any) -> Any:
    """Return what a file says there by itself."""
    if not isinstance(metadata, dict):
        return metadata
    return {key: value for key, value in metadata.items() if key != KEPT}


def understood(metadata: Any, *, version: bool = True) -> tuple[Entry, Any]:
    """Return what an entry has fields for, and the rest.

    `version` says that the prompt's version belongs there.
    """
    rest = without_kept(metadata)
    if not isinstance(rest, dict):
        return {}, rest
    found: Entry = {}
    for key, (field, fits) in _FIELDS.items():
        if key in rest and fits(rest[key]) and (version or key != "version"):
            found[field] = rest.pop(key)
    return found, rest


def written(entry: Mapping[str, Any], *, version: bool = True) -> Entry:
    """Return what a file can say of an entry there."""
    return {
        key: entry[field]
        for key, (field, fits) in _FIELDS.items()
        if field in entry and fits(entry[field]) and (version or key != "version")
    }


def _is_version(value: Any) -> bool:
    return isinstance(value, str) and VERSION.fullmatch(value) is not None


def _are_names(value: Any) -> bool:
    return _are_texts(value) and all(item and line(item) == item for item in value)


def _are_ids(value: Any) -> bool:
    if not _are_texts(value) or len(set(value)) < len(value):
        return False
    return all(_ID.fullmatch(item) and len(item) <= _LONGEST_ID for item in value)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_licence(value: Any) -> bool:
    return isinstance(value, str) and _LICENCE.fullmatch(value) is not None


_FIELDS = {
    "version": ("version", _is_version),
    "authors": ("authors", _are_names),
    "tags": ("tags", _are_ids),
    "license": ("licence", _is_licence),
}
