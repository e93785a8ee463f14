"""`.cursorrules`: what Cursor was told about a repository. Plain text."""

from __future__ import annotations

from guideline_kit.formats.markdown import reader

read = reader("cursorrules-legacy", fields="loose")
