"""`python -m guideline_kit`, and the command `guideline-kit`."""

from __future__ import annotations

import gc
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line in a process of its own."""
    # Nearly all that a start makes is modules, which stay. To search them for garbage on the
    # way, and once more at the end, takes longer than to check a small file.
    gc.set_threshold(50_000)
    from guideline_kit import cli

    try:
        cli.main()
    finally:
        gc.freeze()


if __name__ == "__main__":
    main()
