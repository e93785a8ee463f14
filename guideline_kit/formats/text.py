"""Plain text: what somebody names, and what a program loads as a prompt."""

from __future__ import annotations

from guideline_kit.formats.loaded import is_loaded
from guideline_kit.formats.markdown import reader

read = reader("text", fields="")
is_one = is_loaded
