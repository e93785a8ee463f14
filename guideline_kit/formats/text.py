"""Plain text that nothing says more about."""

from __future__ import annotations

from guideline_kit.formats.markdown import reader

read = reader("text", front=False)
