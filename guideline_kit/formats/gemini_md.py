"""`GEMINI.md`: what the Gemini CLI is told about a folder."""

from __future__ import annotations

from guideline_kit.formats.markdown import reader

read = reader("gemini-md", fields="foreign", imports=True)
