"""What was said before, as version 1 of Prompty and Promptflow put it into a prompt: by a loop."""

from __future__ import annotations

import re

_LOOP = re.compile(
    r"\{%-?[ \t]*for[ \t]+(?P<item>\w+)[ \t]+in[ \t]+(?P<name>\w+)[ \t]*-?%\}\s*"
    r"(?<=[\r\n])[ \t]*#?[ \t]*\{\{[ \t]*(?P=item)\.role[ \t]*\}\}[ \t]*:[ \t]*[\r\n]\s*"
    r"\{\{[ \t]*(?P=item)\.content[ \t]*\}\}\s*"
    r"\{%-?[ \t]*endfor[ \t]*-?%\}"
)


def with_threads(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a text in which one placeholder stands for such a loop, and the placeholders' names.

    Prompty v2 has a kind of input for that, `thread`. A loop over roles can't be divided into
    messages.
    """
    names = tuple(found["name"] for found in _LOOP.finditer(text))
    return _LOOP.sub(r"{{\g<name>}}", text), names
