"""`AGENTS.md`: what any agent is told about a folder. Plain Markdown, no fields."""

from __future__ import annotations

from guideline_kit.formats.markdown import reader

read = reader("agents-md", fields="foreign", imports=True)
