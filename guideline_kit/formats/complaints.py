"""What a format has to say about a file: something that its own tool passes over or refuses."""

from __future__ import annotations

from guideline_kit.diagnostics import Diagnostic, Severity
from guideline_kit.text import Source, Span

_LONG = 80  # characters


def complaint(source: Source, span: Span, message: str, help: str) -> Diagnostic:
    """Return a warning that a file does not say something as its format wants it."""
    return Diagnostic("prompt-format", Severity.WARNING, message, source, span, help=help)


def shown(text: str) -> str:
    """Return a text from a file as a message can show it."""
    return text if len(text) <= _LONG else text[:_LONG] + "…"
