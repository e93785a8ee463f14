"""Values as they may be shown: without the secrets in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from guideline_kit.diagnostics import masked


class Hiding:
    """Takes secrets out of what is shown. Whoever cuts or folds a text does that afterwards."""

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        self.secrets = tuple(filter(None, secrets))

    def text(self, text: str) -> str:
        """Return a text with what may be said of each secret in its place."""
        places = self._places(text)
        for start, end in reversed(places):
            text = text[:start] + masked(text[start:end]) + text[end:]
        return text

    def stars(self, text: str) -> str:
        """Return a text with stars in the place of each secret, as long as it is."""
        for start, end in self._places(text):
            bare = text[start:end]
            stars = "".join(sign if sign.isspace() else "*" for sign in bare)
            text = text[:start] + stars + text[end:]
        return text

    def value(self, value: Any) -> Any:
        """Return any value without them; a number that is one becomes a text."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(item) for item in value]
        if isinstance(value, dict):
            return {self.text(str(key)): self.value(item) for key, item in value.items()}
        if isinstance(value, int | float) and str(value) != self.text(str(value)):
            return self.text(str(value))
        return value

    def _places(self, text: str) -> list[tuple[int, int]]:
        """Return where secrets stand, in order; those that overlap are one."""
        found = []
        for secret in self.secrets:
            at = text.find(secret)
            while at >= 0:
                found.append((at, at + len(secret)))
                at = text.find(secret, at + 1)
        apart: list[tuple[int, int]] = []
        for start, end in sorted(found):
            if apart and start < apart[-1][1]:
                apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
            else:
                apart.append((start, end))
        return apart
