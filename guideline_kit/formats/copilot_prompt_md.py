"""`*.prompt.md`: prompts that people send in VS Code by their name."""

from __future__ import annotations

from guideline_kit.formats.markdown import reader

read = reader("copilot-prompt-md", role="user")
