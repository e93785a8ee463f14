"""What a baseline holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple


class Entry(NamedTuple):
    """A finding of a baseline: its rule, its fingerprint, and words for people."""

    rule: str
    mark: str
    words: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, self))


class Baseline(NamedTuple):
    """The findings that are known, by the path of their file; both in order."""

    findings: Mapping[str, tuple[Entry, ...]] = MappingProxyType({})

    @classmethod
    def of(cls, entries: Iterable[tuple[str, Entry]]) -> Baseline:
        """Return the baseline of some findings, each with its path."""
        found: dict[str, list[Entry]] = {}
        for path, entry in entries:
            found.setdefault(path, []).append(entry)
        return cls({path: tuple(sorted(found[path])) for path in sorted(found)})

    def __len__(self) -> int:
        return sum(map(len, self.findings.values()))

    def __bool__(self) -> bool:
        return bool(self.findings)
