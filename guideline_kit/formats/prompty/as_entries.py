"""Prompty files as catalog entries: what their front matter says, in an entry's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from guideline_kit.documents import Document
from guideline_kit.formats.prompty.parts import front_of
from guideline_kit.formats.prompty.properties import (
    NAME,
    input_of,
    input_said,
    properties_of,
    schema_of,
)
from guideline_kit.formats.writing.entries import Entry, declared, described, plain_text, stem
from guideline_kit.formats.writing.entries import template as usual_template
from guideline_kit.formats.writing.metadata import understood
from guideline_kit.formats.writing.role_texts import is_all, spoken, with_plain_breaks

# What an entry keeps of a file, at its places there. `instructions` is the whole text, and inputs
# of null say that the file declares none.
OWN = "x-prompty"

_ROLE = re.compile(r"\s*#?[ \t]*(?i:system|user|assistant)[ \t]*:\s*")
_UNDERSTOOD = frozenset(
    ("name", "displayName", "description", "metadata", "inputs", "outputs", "instructions")
)


def entries_of(document: Document, fields: Mapping[str, Any]) -> list[Entry]:
    """Return the prompt as an entry, from fields as version 2 has them; none without a text."""
    messages = spoken(document)
    if not messages:
        return []
    own: Entry = {}
    name = plain_text(fields.get("name")) or stem(document.source.name)
    entry = described(
        name,
        title=plain_text(fields.get("displayName")),
        description=plain_text(fields.get("description")),
    )
    for key in ("name", "displayName", "description"):
        value = fields.get(key)
        if key in fields and (not isinstance(value, str) or not value.strip()):
            own[key] = value
    if "name" in fields and fields["name"] != entry["id"]:
        own["name"] = fields["name"]
    found, metadata = understood(fields.get("metadata"))
    entry |= found
    if metadata not in (None, {}):
        own["metadata"] = metadata
    engine = (document.engine or usual_template(document)["engine"]) if (
        document.placeholders
    ) else "none"  # fmt: skip
    entry["template"] = {"engine": engine, "messages": messages}
    inputs, unsaid = _inputs(document, fields, engine)
    if inputs:
        entry["inputs"] = inputs
    if unsaid != {}:
        own["inputs"] = unsaid
    if fields.get("outputs"):
        schema = schema_of(properties_of(fields["outputs"]) or {"": {}})
        entry["output"] = {"format": "json", **({"schema": schema} if schema else {})}
        if schema is None:
            own["outputs"] = fields["outputs"]
    own |= {key: value for key, value in fields.items() if key not in _UNDERSTOOD}
    front = front_of(document.source)
    start = front.end if front else 0
    if not is_all(document, start, _ROLE):
        own["instructions"] = with_plain_breaks(document.source.text[start:])
    if own:
        entry[OWN] = own
    return [entry]


def _inputs(document: Document, fields: Mapping[str, Any], engine: str) -> tuple[Entry, Any]:
    """Return the inputs, and what the file says of them that an entry can't."""
    said = fields.get("inputs")
    properties = properties_of(said)
    if properties is None:
        found = declared(document, engine)
        return found, said if said is not None or found else {}
    inputs = {name: input_of(name, about) for name, about in properties.items() if is_name(name)}
    unsaid = {
        name: about
        for name, about in properties.items()
        if name not in inputs or about != input_said(name, inputs[name])
    }
    return inputs, unsaid


def is_name(name: str) -> bool:
    """Whether an entry can have an input of a name."""
    return NAME.fullmatch(name) is not None
