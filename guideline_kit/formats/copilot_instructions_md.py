"""`*.instructions.md`: what Copilot is told about files of some paths."""

from __future__ import annotations

from guideline_kit.formats.markdown import reader

read = reader("copilot-instructions-md")
