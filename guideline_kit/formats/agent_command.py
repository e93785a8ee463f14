"""Commands of other agents: those of Cursor, and the workflows of Windsurf and Cline.

Plain Markdown, which somebody sends by the name of its file.
"""

from __future__ import annotations

from guideline_kit.formats.markdown import reader

read = reader("agent-command", role="user")
