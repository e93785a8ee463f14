"""Plain text: what somebody names, and what a program loads as a prompt."""

from __future__ import annotations

from guideline_kit.formats.markdown import reader
from guideline_kit.formats.reading.loaded import is_loaded

read = reader("text", fields="")
is_one = is_loaded
