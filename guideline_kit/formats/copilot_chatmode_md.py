"""`*.chatmode.md`: what agents of Copilot were called before."""

from __future__ import annotations

from guideline_kit.formats.markdown import reader

read = reader("copilot-chatmode-md")
