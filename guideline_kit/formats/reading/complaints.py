"""What a format has to say about a file: something that its own tool passes over or refuses."""

from __future__ import annotations

from typing import Any

from guideline_kit.diagnostics import Diagnostic, Severity
from guideline_kit.text import Source, Span

_LONG = 80  # characters


def complaint(
    source: Source, span: Span, message: str, help: str, *, error: bool = False
) -> Diagnostic:
    """Return that a file does not say something as its format wants it.

    It is an error where the tool refuses the whole file.
    """
    severity = Severity.ERROR if error else Severity.WARNING
    return Diagnostic("prompt-format", severity, message, source, span, help=help)


def missing(source: Source, span: Span, name: str, reason: str) -> Diagnostic:
    """Return that a file can't be read which a prompt names."""
    return Diagnostic(
        "missing-file",
        Severity.WARNING,
        f"{quoted(name)} can't be read: {reason}",
        source,
        span,
        help="Correct the path, which counts from this file's folder, or add the file",
    )


def shown(text: str) -> str:
    """Return a text from a file as a message can show it."""
    return text if len(text) <= _LONG else text[:_LONG] + "…"


def quoted(value: Any) -> str:
    """Return a value from a file in quotation marks, as a message can show it."""
    return f"'{shown(str(value))}'"
