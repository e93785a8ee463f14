"""Few-shot prompts of LangChain as the one text that it makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guideline_kit.formats.engines import scan
from guideline_kit.formats.langchain.prompts import ENGINES
from guideline_kit.formats.writing.translating import translate

_SEPARATOR = "\n\n"


def few_shot(keys: Mapping[str, Any], engine: str) -> str | None:
    """Return the template with its examples in it; None where there is none, or not here.

    LangChain puts the examples in first, and then fills in the whole.
    """
    examples, about = keys.get("examples"), keys.get("example_prompt")
    if not isinstance(examples, list) or not isinstance(about, dict):
        return None
    inside = about.get("kwargs") if "lc" in about else about
    prefix, suffix = keys.get("prefix") or "", keys.get("suffix")
    separator = keys.get("example_separator", _SEPARATOR)
    pieces: list[Any] = [prefix, *(_filled(inside, values) for values in examples), suffix]
    if not isinstance(separator, str) or not all(isinstance(piece, str) for piece in pieces):
        return None
    whole = separator.join(piece for piece in pieces if piece)
    return None if scan(engine, whole).error else whole


def _filled(about: Any, values: Any) -> str | None:
    """Return one example, written as its template has it."""
    if not isinstance(about, dict) or not isinstance(values, dict):
        return None
    text, format = about.get("template"), about.get("template_format", "f-string")
    engine = ENGINES.get(format, "") if isinstance(format, str) else ""
    if not isinstance(text, str) or not engine:
        return None
    pieces: list[str | None] = []
    at = 0
    found = scan(engine, text)
    for item in found.expressions:
        expression = text[item.start : item.end]
        if expression.strip("{} ") != item.name or item.name not in values:
            return None
        pieces += (translate(text[at : item.start], engine, "none"), str(values[item.name]))
        at = item.end
    pieces.append(translate(text[at:], engine, "none"))
    return None if found.error or None in pieces else "".join(piece or "" for piece in pieces)
