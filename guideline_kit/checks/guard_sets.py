"""Many guards as one automaton. Apart from `guards`, which draws them: each run needs these."""

from __future__ import annotations

from collections.abc import Sequence

import re2

_MAX_MEMORY = 256 << 20


class GuardSet:
    """Many guards as one automaton; tells which of them match a text somewhere."""

    def __init__(self, guards: Sequence[str]) -> None:
        options = re2.Options()
        options.log_errors = False
        options.max_mem = _MAX_MEMORY
        self._set = re2.Set.SearchSet(options) if guards else None
        for text in guards:
            if self._set is not None:
                try:
                    self._set.Add(text)
                except (re2.error, UnicodeError):
                    self._set.Add("")  # a stranger wrote it into the cache: it guards nothing
        if self._set is not None:
            self._set.Compile()

    def __call__(self, text: bytes) -> Sequence[int]:
        """Return the indexes of the guards that match."""
        return (self._set.Match(text) or ()) if self._set is not None else ()
