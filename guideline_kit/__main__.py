"""`python -m guideline_kit`, and the command `guideline-kit`."""

from __future__ import annotations

from guideline_kit.cli import main

if __name__ == "__main__":
    main()
