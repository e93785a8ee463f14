"""Prompt files that are data as a whole, in YAML or JSON: what their formats share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.documents import Parameter
from guideline_kit.formats.beside import Beside
from guideline_kit.formats.reading.complaints import missing
from guideline_kit.text import Source, Span
from guideline_kit.trees import Path, Read, Tree

_FAR = 12  # folders above a prompt in which somebody may have started the program


def read_data(source: Source) -> Read:
    """Read a file that is YAML or JSON, by its name or else by its first sign.

    What is broken is read as far as it goes; never raises.
    """
    name = source.name.lower()
    json = name.endswith(".json") or (
        not name.endswith((".yaml", ".yml")) and source.text.lstrip()[:1] in ("{", "[")
    )
    if json:
        from guideline_kit import jsonio

        return jsonio.read(source)
    from guideline_kit import yamlio

    return yamlio.read(source, partial=True)


def listed(value: Any) -> Iterable[tuple[int, Any]]:
    """Return the items of a value that should be a list, with their indexes."""
    return enumerate(value) if isinstance(value, list) else ()


def settings(tree: Tree, path: Path, renamed: str = "") -> Iterator[Parameter]:
    """Yield the settings of a call that a mapping holds.

    `renamed` is what the format calls the model.
    """
    found = tree.get(path)
    for name, value in found.items() if isinstance(found, dict) else ():
        known = "model" if name == renamed else name
        yield Parameter(known, value, tree.value_span((*path, name)))


def look(
    source: Source, beside: Beside, name: str, span: Span, *, above: bool = False
) -> tuple[Source | None, tuple[Diagnostic, ...]]:
    """Return the file that a prompt names, or what is to be said where it can't be read.

    `above`: the name may count from a folder further up, in which the program is started.
    """
    looked = beside.look(name)
    reason = looked.reason
    up = above and reason and not name.startswith(("/", "\\", "~"))
    for far in range(1, _FAR if up else 1):
        other = beside.look("../" * far + name)
        if other.source is not None:
            return other.source, ()
        if other.reason != reason:
            break  # further up is what is not ours
    if not reason:
        return looked.source, ()
    return None, (missing(source, span, name, reason),)
