"""`*.agent.md`: agents of Copilot."""

from __future__ import annotations

from guideline_kit.formats.markdown import reader

read = reader("copilot-agent-md")
