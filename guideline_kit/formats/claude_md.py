"""`CLAUDE.md`, and the rules below `.claude/rules` that may be for some paths only."""

from __future__ import annotations

from guideline_kit.formats.markdown import reader

read = reader("claude-md", imports=True)
