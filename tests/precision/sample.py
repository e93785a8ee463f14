"""Draw findings at random from the corpus, to be judged by people who read them in their files.

    python tests/precision/sample.py CORPUS --preset default --seed 1 --number 100

Prints a draw for verdicts.yaml with empty verdicts: where each finding stands, and no text.
"""

from __future__ import annotations

import argparse
import datetime
import functools
import random
import sys
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from corpus import Draw, Verdict, check, written

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.problems import PROBLEMS
from guideline_kit.workspace.files import read_source

# So many findings of one rule in one file at most: sixty of a kind in a file stand or fall
# together, and would tell about one file instead of the rule.
MOST = 4
_AROUND = 200  # characters: where they are the same in two files, one is a copy of the other

Item = TypeVar("Item")


def draw(
    items: Sequence[Item], groups: Sequence[Hashable], seed: int, number: int, most: int = MOST
) -> list[Item]:
    """Return some of the items, in their order; no more than `most` of a group.

    Which of a group those are is drawn, too. Of all that are left after that, each one is as
    likely as any other.
    """
    lots = random.Random(seed)  # noqa: S311  a sample is no secret
    taken: Counter[Hashable] = Counter()
    left = []
    for index in _in_any_order(range(len(items)), lots):
        taken[groups[index]] += 1
        if taken[groups[index]] <= most:
            left.append(index)
    # Drawn anew: the first ones of a large group come early in the first order.
    return [items[index] for index in sorted(_in_any_order(left, lots)[:number])]


def _in_any_order(indexes: Sequence[int], lots: random.Random) -> list[int]:
    drawn = {index: lots.random() for index in indexes}
    return sorted(indexes, key=drawn.__getitem__)


@functools.cache
def _text(name: str) -> str:
    """Return the text of a file: a report has only the lines that it shows."""
    return read_source(Path(name)).text


def once(
    diagnostics: Sequence[Diagnostic], text_of: Callable[[str], str] = _text
) -> Iterator[Diagnostic]:
    """Yield the findings of rules, without those that stand in a copy of a text seen before."""
    seen = set()
    for item in diagnostics:
        if item.rule in PROBLEMS or item.span is None:
            continue
        text, (start, end) = text_of(item.source.name), (item.span.start, item.span.end)
        before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
        place = (item.rule, text[start:end], *(" ".join(part.split()) for part in (before, after)))
        if place not in seen:
            seen.add(place)
            yield item


def main() -> None:
    """Print a draw."""
    options = argparse.ArgumentParser(description="Draw findings to be judged.")
    options.add_argument("corpus", type=Path)
    options.add_argument("--preset", choices=("default", "strict"), default="default")
    options.add_argument("--seed", type=int, required=True)
    options.add_argument("--number", type=int, default=100)
    options.add_argument("--most", type=int, default=MOST, help="of one rule in one file")
    given = options.parse_args()
    today = datetime.date.today()
    report = check(given.corpus, given.preset, today)
    found = [
        Verdict(item.rule, item.source.name, *item.position, "", "")
        for item in once(report.diagnostics)
        if item.position is not None
    ]
    chosen = draw(
        found, [(item.rule, item.file) for item in found], given.seed, given.number, given.most
    )
    chosen.sort(key=lambda item: (item.rule, item.file, item.line, item.column))
    lines = written(Draw(given.preset, given.seed, today.isoformat(), tuple(chosen)))
    sys.stdout.writelines(f"{line}\n" for line in lines)


if __name__ == "__main__":
    main()
