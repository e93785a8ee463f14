"""The only reader of YAML, and the only writer.

Reading goes through libyaml's event stream, never through PyYAML's composer: that one
recurses in C and crashes on `[` x 30,000. The events carry the marks that become spans,
and plain scalars are resolved by the YAML 1.2 core schema, so that `no`, `on` and `0755`
are what they look like. Duplicate keys are refused. Depth, size and the expansion of
aliases are bounded, so hostile YAML gets a problem in bounded time and memory.

Changing a file changes a value in its place, or adds a key: the place is known from reading, and
ruamel.yaml writes the new value. All the rest stays as somebody wrote it, byte for byte.
"""

from __future__ import annotations

from guideline_kit.yamlio.building import MAX_DEPTH, MAX_DOUBLED, MAX_NODES
from guideline_kit.yamlio.editing import edit
from guideline_kit.yamlio.reading import MAX_CHARACTERS, read
from guideline_kit.yamlio.writing import write

__all__ = ("MAX_CHARACTERS", "MAX_DEPTH", "MAX_DOUBLED", "MAX_NODES", "edit", "read", "write")
