"""Rules of Cursor, `*.mdc`. By its own guide their front matter is not strictly YAML."""

from __future__ import annotations

from guideline_kit.formats.markdown import reader

read = reader("cursor-mdc", fields="loose")
