"""Patterns of Fabric: a folder with `system.md`, and perhaps `user.md`."""

from __future__ import annotations

from guideline_kit.formats.markdown import reader

read = reader("fabric-pattern", fields="foreign")
