"""Claude commands: what a person sends by its name, with arguments."""

from __future__ import annotations

from guideline_kit.formats.markdown import reader

read = reader("claude-command", role="user", engine="claude-args")
