"""Which files that are gone have another name now, told by what was found in them.

A file is the new name of at most one other. To hold each file that is new against each one that
is gone would take as long as there are pairs: first come those that hold exactly the same, and
of the others only those are held against each other that share something few files have.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from itertools import product

from guideline_kit.fingerprints import one_sided

# A finding, by its rule and its whole fingerprint.
Known = tuple[str, str]
_Bags = Mapping[str, Counter[Known]]

_FEW = 4  # files that share something, on either side, and are held against each other for it
_CLOSEST = 16  # files that are looked at as the new name of one
_DEEP = 6  # names at the end of a path that are compared


def renamed(
    gone: Mapping[str, Iterable[Known]], fresh: Mapping[str, Iterable[Known]]
) -> dict[str, str]:
    """Return the earlier path of each fresh file that is one of those that are gone."""
    before = {path: Counter(gone[path]) for path in sorted(gone)}
    now = {path: Counter(fresh[path]) for path in sorted(fresh)}
    earlier = dict(_exactly_the_same(before, now))
    for path, was in earlier.items():
        del now[path], before[was]
    ranked = []
    for was, path in _candidates(before, now):
        old, new = before[was], now[path]
        shared = old & new
        # A word that stands alone, as "etc." may on a line, can be in any file.
        sure = _has_words(shared) or _name(was) == _name(path)
        if shared and sure and 2 * shared.total() >= old.total():
            apart = abs(old.total() - new.total())
            ranked.append((-shared.total(), -_alike(was, path), apart, was, path))
    taken: set[str] = set()
    for *_, was, path in sorted(ranked):
        if path not in earlier and was not in taken:
            earlier[path] = was
            taken.add(was)
    return earlier


def _has_words(found: Iterable[Known]) -> bool:
    """Whether words stand beside one of some findings."""
    return any(any(one_sided(mark)) for _, mark in found)


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _ends(path: str) -> list[str]:
    """Return the ends of a path: its last name, its last two, and so on."""
    names = path.split("/")
    return ["/".join(names[-parts:]) for parts in range(1, min(len(names), _DEEP) + 1)]


def _alike(one: str, other: str) -> int:
    """Return how many names at their ends two paths share."""
    return len({*_ends(one)} & {*_ends(other)})


def _exactly_the_same(before: _Bags, now: _Bags) -> Iterator[tuple[str, str]]:
    """Yield each fresh file that holds what one that is gone held, and that one.

    Of many such files those belong together whose paths end alike, the more names the better. Of
    the rest any two do, but for those that hold a single word that may stand alone anywhere.
    """
    olds, news = _by_content(before), _by_content(now)
    for content, some in olds.items():
        left = dict.fromkeys(some)
        others = dict.fromkeys(news.get(content, ()))
        alone = len(content) < 2 and not _has_words(found for found, _ in content)
        for parts in range(_DEEP, 0 if alone else -1, -1):
            if not content or not left or not others:
                break
            ending: dict[str, list[str]] = {}
            for path in reversed(others):
                ending.setdefault(_end(path, parts), []).append(path)
            for was in list(left):
                alike = ending.get(_end(was, parts))
                if alike:
                    path = alike.pop()
                    del left[was], others[path]
                    yield path, was


def _end(path: str, parts: int) -> str:
    """Return the last names of a path; as many as it has, where it has fewer."""
    return "/".join(path.split("/")[-parts:]) if parts else ""


def _by_content(files: _Bags) -> dict[frozenset[tuple[Known, int]], list[str]]:
    found: dict[frozenset[tuple[Known, int]], list[str]] = {}
    for path, bag in files.items():
        found.setdefault(frozenset(bag.items()), []).append(path)
    return found


def _candidates(before: _Bags, now: _Bags) -> Iterator[tuple[str, str]]:
    """Yield the pairs that are worth a look: they share a finding, or an end, that few have."""
    olds, news = _by_trait(before), _by_trait(now)
    shared: dict[str, Counter[str]] = {}
    for trait in olds.keys() & news.keys():
        some, others = olds[trait], news[trait]
        if len(some) <= _FEW and len(others) <= _FEW:
            for was, path in product(some, others):
                shared.setdefault(was, Counter())[path] += 1
    for was, paths in shared.items():
        closest = sorted(paths, key=lambda path: (-paths[path], path))
        yield from ((was, path) for path in closest[:_CLOSEST])


def _by_trait(files: _Bags) -> dict[Hashable, list[str]]:
    """Return the files that have each finding, and each end of a path."""
    found: dict[Hashable, list[str]] = {}
    for path, bag in files.items():
        for trait in (*bag, *_ends(path)):
            found.setdefault(trait, []).append(path)
    return found
