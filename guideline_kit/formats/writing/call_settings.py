"""The model that a prompt was tried on, and the settings of the call, for a file that says them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def settings(entry: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Return the first model that an entry says it works with, and the settings of the call."""
    for tried in entry.get("models") or ():
        if tried.get("verdict") == "works":
            return tried["id"], tried.get("parameters") or {}
    return "", {}


# What settings are called most often -> as formats that come from Gemini and Prompty have it.
CAMEL_CASE: Mapping[str, str] = {
    "max_tokens": "maxOutputTokens",
    "max_completion_tokens": "maxOutputTokens",
    "max_output_tokens": "maxOutputTokens",
    "top_p": "topP",
    "top_k": "topK",
    "frequency_penalty": "frequencyPenalty",
    "presence_penalty": "presencePenalty",
    "stop": "stopSequences",
    "stop_sequences": "stopSequences",
}


def in_camel_case(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings by the names that Gemini and Prompty have for them."""
    found: dict[str, Any] = {}
    for name, value in parameters.items():
        known = CAMEL_CASE.get(name, name)
        if known == "stopSequences" and isinstance(value, str):
            value = [value]
        found.setdefault(known, value)
    return found
