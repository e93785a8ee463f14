"""Agent skills, `SKILL.md`: what an agent reads when a task fits the description."""

from __future__ import annotations

from guideline_kit.formats.markdown import reader

read = reader("agent-skill")
