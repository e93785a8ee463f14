"""How the time of hostile texts grows: `make bench` prints those that grow faster than they do.

Each text is checked at one size and at twice that size, in this process; the fastest of three
runs counts. What is linear shows a ratio of two, what is quadratic one of four.
"""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from hostile import ENTRIES, TEXTS, Make, check

SIZE = 100_000
# What is linear doubles; the rest is noise.
STEEP = 2.3
# Below this many seconds a ratio says more about the machine than about the code.
SHORT = 0.05
# What is steep only now and then is the machine's doing.
TRIES = 3


def main() -> None:
    cases = [
        *((name, make, "markdown") for name, make in TEXTS.items()),
        *((name, make, "catalog-prompt") for name, make in ENTRIES.items()),
    ]
    ratios = sorted(((growth(make, format), name) for name, make, format in cases), reverse=True)
    print(f"\n{len(cases)} hostile texts of {SIZE // 1000} kB, against {2 * SIZE // 1000} kB\n")
    print(f"{'the steepest':<34} {'ratio':>9}   (below {STEEP:g})")
    for ratio, name in ratios[:5]:
        print(f"  {name:<32} {ratio:>9.2f}")


def growth(make: Make, format: str) -> float:
    """Return how much longer a text of twice the size takes; 2 where both take no time."""
    ratio = STEEP
    for _ in range(TRIES):
        if ratio < STEEP:
            break
        once, twice = (
            min(seconds(make(size), format) for _ in range(3)) for size in (SIZE, 2 * SIZE)
        )
        ratio = twice / once if twice > SHORT else 2.0
    return ratio


def seconds(text: str, format: str) -> float:
    gc.collect()
    gc.disable()
    try:
        began = time.process_time()
        check(text, format)
        return time.process_time() - began
    finally:
        gc.enable()


if __name__ == "__main__":
    main()
