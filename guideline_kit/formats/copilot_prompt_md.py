"""`*.prompt.md`: prompts that people send in VS Code by their name.

As an entry it is one message of the user. `${input:name}` is an input; so is what the editor
fills in by itself, such as `${selection}`. Any other `$` is text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from guideline_kit.documents import Document
from guideline_kit.formats.markdown import reader
from guideline_kit.formats.writing.entries import (
    Entry,
    described,
    description,
    plain_text,
    stem,
    translated,
)

read = reader("copilot-prompt-md", role="user")

_VARIABLE = re.compile(r"\$\{(?:input:)?(?P<name>[A-Za-z_]\w*)(?::(?P<about>[^}\n]*))?\}")
_DOLLAR = re.compile(r"\$(?!\{[A-Za-z_]\w*\})")
# What VS Code fills in by itself: it asks nobody for these.
_BUILT_IN = frozenset((
    "file", "fileBasename", "fileBasenameNoExtension", "fileDirname", "selectedText", "selection",
    "workspaceFolder", "workspaceFolderBasename",
))  # fmt: skip


def entries(document: Document) -> list[Entry]:
    """Return the prompt as an entry."""
    fields = document.fields
    name = plain_text(fields.get("name")) or stem(document.source.name)
    entry = described(name, description=plain_text(fields.get("description")))
    text = document.messages[0].text.text if document.messages else ""
    found = list(_VARIABLE.finditer(text))
    if found:
        # A sign of money is written twice where others begin variables.
        text = _DOLLAR.sub("$$", _VARIABLE.sub(r"${\g<name>}", text))
    entry["template"] = {
        "engine": "dollar" if found else "none",
        "messages": [{"role": "user", "content": text}] if text.strip() else [],
    }
    if found:
        about = {item["name"]: item["about"] for item in found if item["about"]}
        entry["inputs"] = {
            name: {"type": "text", "description": about.get(name) or name}
            for name in dict.fromkeys(item["name"] for item in found)
        }
    others = {key: fields[key] for key in fields if key not in ("name", "description")}
    if others:
        entry["x-copilot-prompt"] = others
    return [entry]


def write(entry: Mapping[str, Any], kept: Mapping[str, Any] | None) -> str:  # noqa: ARG001
    """Return a prompt file; VS Code takes no keys but its own, so it has no place for others."""
    from guideline_kit.yamlio.writing import write as write_yaml

    template = entry["template"]
    engine = template["engine"]
    own = entry.get("x-copilot-prompt")
    fields = {
        "name": entry["id"],
        "description": description(entry),
        **(own if isinstance(own, dict) else {}),
    }
    messages = translated(template["messages"], engine, "dollar" if _has_inputs(entry) else "none")
    text = "\n\n".join(message["content"] for message in messages)
    if _has_inputs(entry):
        text = _VARIABLE.sub(_asked_for, text).replace("$$", "$")
    return f"---\n{write_yaml(fields)}---\n{text}"


def _has_inputs(entry: Mapping[str, Any]) -> bool:
    return bool(entry["template"]["engine"] != "none")


def _asked_for(found: re.Match[str]) -> str:
    return found.group() if found["name"] in _BUILT_IN else f"${{input:{found['name']}}}"
