"""The messages of a prompt with its inputs filled in: for people, for pipes, for chat APIs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from guideline_kit.report.text import Paint, printable


class Filled(NamedTuple):
    """A prompt, filled in: role and text of each message.

    `taken` says which values were not given by name: origin -> names. `empty` are optional
    inputs without a value.
    """

    messages: Sequence[tuple[str, str]]
    taken: Mapping[str, Sequence[str]]
    empty: Sequence[str]


def render(filled: Filled, *, colour: bool = False, exact: bool = True) -> str:
    """Return the messages, each below a line with its role; one by itself stands alone.

    With `exact`, the texts are what a model would get. Without, what a terminal would act on
    or not show is written out.
    """
    paint = Paint(colour)
    texts = [text if exact else _shown(text) for _, text in filled.messages]
    if len(texts) == 1:
        return texts[0] if exact else _ended(texts[0])
    parts = (
        f"{paint(f'--- {role} ---', '1')}\n{_ended(text)}"
        for (role, _), text in zip(filled.messages, texts, strict=True)
    )
    return "\n".join(parts)


def render_json(filled: Filled) -> str:
    """Return the messages as one JSON object, of the form that chat APIs take."""
    messages = [{"role": role, "content": text} for role, text in filled.messages]
    return json.dumps({"messages": messages}, ensure_ascii=False, indent=2) + "\n"


def notes(filled: Filled) -> Iterator[str]:
    """Yield which values come from where, if nobody gave them by name."""
    for origin, names in filled.taken.items():
        yield f"From {origin}: {', '.join(names)}."
    if filled.empty:
        yield f"Optional and left empty: {', '.join(filled.empty)}."


def _shown(text: str) -> str:
    return "\n".join("\t".join(map(printable, line.split("\t"))) for line in text.split("\n"))


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"
