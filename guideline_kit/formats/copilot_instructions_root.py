"""`copilot-instructions.md`: what Copilot is told about a repository."""

from __future__ import annotations

from guideline_kit.formats.markdown import reader

read = reader("copilot-instructions-root", fields="foreign")
