"""Whether what the cache has of a rule can be believed: it may come from a stranger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guideline_kit.checks import KIND_NAMES
from guideline_kit.diagnostics import Severity

_TEXTS = ("id", "severity", "preset", "stage")
_SEVERITIES = frozenset(item.name.lower() for item in Severity)
_LONG = 1_000  # characters of a version: Python refuses to read numbers of many digits
_LISTS = ("roles", "formats", "applications", "statuses", "models")


def is_text(value: Any) -> bool:
    """Whether this is a text that can be written down: JSON can name half of a character."""
    if not isinstance(value, str):
        return False
    try:
        return value.isascii() or bool(value.encode())
    except UnicodeEncodeError:
        return False


def is_compiled(data: Any) -> bool:
    """Whether what the cache has of a rule has the shape of what `compact` gives.

    What a rule looks for is not held against its kind: a rule that can't look for it crashes
    by itself, and a report says so.
    """
    if type(data) is not dict or not _are_texts(data.get("formerly", [])):
        return False
    if data.get("stage") == "removed":
        gone = data.get("gone")
        return (
            is_text(data.get("id"))
            and type(gone) is dict
            and is_text(gone.get("since"))
            and is_text(gone.get("reason"))
            and _are_texts(gone.get("instead", []))
        )
    for key in _TEXTS:
        if not is_text(data.get(key)):
            return False
    check, regions, before = data.get("check"), data.get("regions"), data.get("before", [])
    return (
        data["severity"] in _SEVERITIES
        and type(check) is dict
        and check.get("kind") in KIND_NAMES
        and is_text(check.get("message"))
        and is_text(check.get("help", ""))
        and _is_version(data.get("since", ""))
        and type(data.get("locked", False)) is bool
        and _are_guards(data)
        and _are_texts(regions)
        and _are_about(data.get("applies_to", {}))
        and type(before) is list
        and all(map(_is_earlier, before))
    )


def _are_texts(value: Any) -> bool:
    return type(value) is list and all(is_text(item) for item in value)


def _are_guards(data: Mapping[str, Any]) -> bool:
    return all(
        key in data and (data[key] is None or is_text(data[key])) for key in ("guard", "loose")
    )


def _are_about(about: Any) -> bool:
    if type(about) is not dict:
        return False
    return (is_text(about.get("in", "")) or _are_texts(about["in"])) and all(
        _are_texts(about[key]) for key in _LISTS if key in about
    )


def _is_version(value: Any) -> bool:
    return is_text(value) and len(value) < _LONG


def _is_earlier(was: Any) -> bool:
    """Whether this is what a rule was before some version of its catalog."""
    return (
        type(was) is dict
        and _is_version(was.get("until"))
        and all(is_text(was.get(key, "")) for key in ("preset", "stage"))
        and was.get("severity", "info") in _SEVERITIES
    )
