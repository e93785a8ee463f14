"""Findings against a baseline: which are new, which are known, and which of the known are gone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from guideline_kit.baseline.entries import Baseline, Entry
from guideline_kit.baseline.renaming import renamed
from guideline_kit.diagnostics import Diagnostic
from guideline_kit.fingerprints import fingerprint, one_sided, own_words

_LONGEST = 40  # characters of the words for people


class Run(NamedTuple):
    """What a run looked at, and what it knows of rules and files.

    `place` leads from the name of a source to its path in a baseline; `checked` are the paths
    that were looked at, which are all that there are if the run was `whole`. `exists` says
    whether a path is a file today, `ran` whether a rule ran at all, or will never again.
    `current` leads from an id that a rule had before to its present one. No baseline holds back
    findings of rules that are `locked`. Where some of several equal findings are new, these are
    the `fresh` ones first.
    """

    place: Callable[[str], str]
    checked: Collection[str]
    exists: Callable[[str], bool]
    ran: Callable[[str], bool]
    current: Callable[[str], str] = str
    locked: Collection[str] = frozenset()
    whole: bool = True
    fresh: Collection[Diagnostic] = frozenset()


class Gone(NamedTuple):
    """A finding of a baseline that is no longer found in its file."""

    path: str
    entry: Entry

    @property
    def rule(self) -> str:
        """The rule, under the name that it has now."""
        return self.entry.rule

    @property
    def words(self) -> str:
        """The words for people; whoever wrote the file may have put anything there."""
        return _readable(self.entry.words[:_LONGEST])


class Compared(NamedTuple):
    """What a baseline says of findings: those it does not hold, those it does, and what is gone.

    Findings are in the order they came in, `gone` is in order of paths.
    """

    new: tuple[Diagnostic, ...]
    known: tuple[Diagnostic, ...]
    gone: tuple[Gone, ...]


# What no baseline holds: a mistake of ours, or of the settings, is none of a prompt; and what is
# in a file that nobody can read is not known.
_NEVER = frozenset(("internal-error", "configuration", "unreadable-file"))
# Where a file could not be looked at, nothing can be said of what is not found in it.
_BLIND = frozenset(("internal-error", "unreadable-file"))


def compare(baseline: Baseline, diagnostics: Sequence[Diagnostic], run: Run) -> Compared:
    """Tell new findings from known ones, and say which of the known ones are gone.

    Within a file a finding is known by its words and those on one side of it; in a file that was
    renamed, by all of them. Of more findings than are known the last ones are new.
    """
    known, left = _matched(baseline, diagnostics, run)
    gone = _gone(left, diagnostics, run)
    return Compared(
        tuple(item for at, item in enumerate(diagnostics) if at not in known),
        tuple(item for at, item in enumerate(diagnostics) if at in known),
        tuple(gone),
    )


def updated(baseline: Baseline, diagnostics: Sequence[Diagnostic], run: Run) -> Baseline:
    """Return the baseline that holds what stands today.

    Of files that were not looked at, and of rules that did not run, it keeps what it has.
    """
    _, left = _matched(baseline, diagnostics, run)
    gone = set(_gone(left, diagnostics, run))
    kept = ((item.path, item.entry) for item in left if item not in gone)
    now = (
        (run.place(item.source.name), Entry(item.rule, fingerprint(item), _shown(item)))
        for item in diagnostics
        if _may_hold(item, run)
    )
    return Baseline.of([*kept, *now])


def added(before: Baseline, diagnostics: Sequence[Diagnostic], run: Run) -> int:
    """Return how many findings an update puts into a baseline that did not hold them back."""
    known, _ = _matched(before, diagnostics, run)
    return sum(at not in known and _may_hold(item, run) for at, item in enumerate(diagnostics))


def refused(diagnostics: Iterable[Diagnostic], run: Run) -> tuple[Diagnostic, ...]:
    """Return the findings that no baseline holds, since their rules are locked."""
    return tuple(item for item in diagnostics if item.rule in run.locked)


def _may_hold(item: Diagnostic, run: Run) -> bool:
    return item.rule not in _NEVER and item.rule not in run.locked


def _shown(item: Diagnostic) -> str:
    """Return the words of a finding for people: none of a secret, nor what can't be seen."""
    words = "" if item.secret else own_words(item)[:_LONGEST]
    return _readable(words)


def _readable(words: str) -> str:
    return " ".join("".join(filter(str.isprintable, words)).split())


class _Found(NamedTuple):
    """A finding to look for: where it stands among the diagnostics, and what it is known by."""

    at: int
    rule: str
    mark: str
    secret: bool


def _matched(
    baseline: Baseline, diagnostics: Sequence[Diagnostic], run: Run
) -> tuple[set[int], list[Gone]]:
    """Return the indexes of the findings that a baseline holds, and what it holds beside them."""
    entries = {
        path: [Gone(path, entry._replace(rule=run.current(entry.rule))) for entry in some]
        for path, some in baseline.findings.items()
    }
    found: dict[str, list[_Found]] = {}
    order = [(item in run.fresh, item.sort_key) for item in diagnostics]
    for at in sorted(range(len(diagnostics)), key=order.__getitem__):
        item = diagnostics[at]
        if _may_hold(item, run):
            one = _Found(at, item.rule, fingerprint(item), item.secret)
            found.setdefault(run.place(item.source.name), []).append(one)
    everywhere = {one.at for some in found.values() for one in some}
    fresh = {path: some for path, some in found.items() if path not in entries}
    new: list[_Found] = []
    for path, some in found.items():
        if path in entries:
            some, entries[path] = _paired(some, entries[path], (_whole, _before, _after))
            new += some
    earlier = _earlier(entries, fresh, run) if fresh else {}
    for path, some in fresh.items():
        was = earlier.get(path)
        if was is not None:
            some, left = _paired(some, entries[was], (_whole,))
            # What did not run goes with its file; it would not be known there otherwise.
            entries[was] = [
                one if run.ran(one.entry.rule) else one._replace(path=path) for one in left
            ]
        new += some
    left = [old for path in sorted(entries) for old in entries[path]]
    return everywhere - {one.at for one in new}, left


def _earlier(
    entries: Mapping[str, Sequence[Gone]], fresh: Mapping[str, Sequence[_Found]], run: Run
) -> dict[str, str]:
    """Return the earlier path of each file that was renamed, of those the baseline knows not."""
    gone = {
        path: [
            (entry.rule, entry.mark)
            for _, entry in some
            # Of others nothing can be found in whatever file.
            if entry.rule not in _NEVER and entry.rule not in run.locked and run.ran(entry.rule)
        ]
        for path, some in entries.items()
        if path not in run.checked and not run.exists(path)
    }
    if not gone:
        return {}
    now = {path: [(one.rule, one.mark) for one in some] for path, some in fresh.items()}
    return renamed(gone, now)


def _paired(
    found: list[_Found], entries: list[Gone], ways: Iterable[Callable[[str], str]]
) -> tuple[list[_Found], list[Gone]]:
    """Return what is left on either side when what is the same is taken out, one way at a time."""
    for way in ways:
        known: dict[tuple[str, str], list[int]] = {}
        for at, (_, entry) in enumerate(entries):
            known.setdefault((entry.rule, way(entry.mark)), []).append(at)
        rest, taken = [], set()
        for one in found:
            mark = way(one.mark)
            # Of a secret there is little to tell it by: its first letters and its length.
            sure = mark and (way is _whole or not one.secret)
            same = known.get((one.rule, mark)) if sure else None
            if same:
                taken.add(same.pop())
            else:
                rest.append(one)
        found = rest
        entries = [entry for at, entry in enumerate(entries) if at not in taken]
    return found, entries


def _whole(mark: str) -> str:
    return mark


def _before(mark: str) -> str:
    return one_sided(mark)[0]


def _after(mark: str) -> str:
    return one_sided(mark)[1]


def _gone(left: Iterable[Gone], diagnostics: Iterable[Diagnostic], run: Run) -> list[Gone]:
    """Return what is gone for sure, of what a baseline holds and was not found."""
    blind = {run.place(item.source.name) for item in diagnostics if item.rule in _BLIND}
    over: dict[str, bool] = {}
    for path in {one.path for one in left}:
        over[path] = (
            path not in blind if path in run.checked else run.whole and not run.exists(path)
        )
    return [
        one
        for one in left
        if (over[one.path] and run.ran(one.entry.rule))
        # It was written before no baseline held it.
        or (one.path in run.checked and one.entry.rule in _NEVER)
    ]
