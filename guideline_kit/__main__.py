"""`python -m guideline_kit`, and the command `guideline-kit`."""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line in a process of its own."""
    # Nearly all that a start makes is modules, which stay. To search them for garbage on the
    # way takes longer than to check a small file.
    gc.set_threshold(50_000)
    from guideline_kit import cli

    try:
        cli.main()
    except SystemExit as end:
        code = end.code
    # All files are closed by now. To free what a run has made, piece by piece, would take a
    # large one as long again as its start; the system does it at once.
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
