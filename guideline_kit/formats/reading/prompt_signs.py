"""What tells a text that is written for a model from pages, letters, scripts and configurations."""

from __future__ import annotations

import re

_LOOKED_AT = 50_000  # characters
_MODEL_IS = (
    "assistant|expert|AI|bot|chatbot|agent|model|engineer|developer|analyst|writer|editor|reviewer"
    "|evaluator|judge|teacher|tutor|translator|specialist|researcher|scientist|summari[sz]er"
    "|classifier|planner|copilot"
)
_TASKS = (
    "summari[sz]e|classify|translate|rewrite|rephrase|paraphrase|extract|generate|write|answer"
    "|evaluate|rate|identify|determine|analy[sz]e"
)
_ANSWERS = "(?:an? |the )?(?:valid|JSON|single|one|yes|markdown|following|format)"
_SIGNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\bYou(?:'re| are) (?:an?|the|my|our) (?:[\w,-]+ ){{0,6}}?(?:{_MODEL_IS})\b",
        r"\bYour (?:main |primary |only )?(?:task|job|goal|role) is",
        r"\b(?:you will|you'll) (?:then )?be (?:given|presented|provided)\b",
        r"\byou are (?:given|tasked|provided with|asked)\b",
        rf"(?<![^\r\n])(?:Please |Now,? )?(?:{_TASKS}) (?:an?|the|this|these|some|all|each)\b",
        r"\b(?:do not|don't|never) (?:add|include|make up|invent|mention|use|output|explain)\b",
        rf"\b(?:respond|reply|answer|return|output) (?:only |just )?(?:with|in|as) {_ANSWERS}\b",
        r"\bstep[- ]by[- ]step\b",
        r"\b(?:chat|conversation)[_ ]?history\b|\bLLM\b|\blanguage model|\bfew[- ]shot",
        r"\{#[^#]{0,200}\bprompt\b",
        r"\bhere (?:are|is) (?:a few|some|the|an) examples?\b",
        # What the model is to go on from: "Answer:" at the very end.
        r"(?<![^\r\n])[A-Z][\w ]{0,30}:\s*\Z",
    )
)


def count(text: str) -> int:
    """Return how many signs of a prompt a text has; one alone says little."""
    text = text[:_LOOKED_AT]
    return sum(sign.search(text) is not None for sign in _SIGNS)
