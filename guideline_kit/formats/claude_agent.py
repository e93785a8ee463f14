"""Claude agents: a name, a description, and the system message."""

from __future__ import annotations

from guideline_kit.formats.markdown import reader

read = reader("claude-agent")
