"""Rules of Windsurf: `.windsurfrules`, or Markdown below `.windsurf/rules`."""

from __future__ import annotations

from guideline_kit.formats.markdown import reader

read = reader("windsurf")
