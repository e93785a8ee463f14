"""Finds a Chromium for the tests of the site, or gets one, and prints its path.

$GUIDELINE_KIT_CHROMIUM, or a browser on PATH; else the package, as root on Debian; else the
one that Playwright downloads. Where none of that works it says what to do, and prints an empty
line: the tests of the site then fail, and the others run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")


def find() -> str | None:
    """Return the path of a browser that starts: the named one, or one on PATH.

    Raises SystemExit where one is named that does not start.
    """
    named = os.environ.get("GUIDELINE_KIT_CHROMIUM")
    if named:
        if _starts(named):
            return named
        sys.exit(f"GUIDELINE_KIT_CHROMIUM names {named}, which is no browser that starts.")
    for name in NAMES:
        path = shutil.which(name)
        if path and _starts(path):
            return path
    return None


def _starts(path: str) -> bool:
    # A name on PATH is not enough: Ubuntu has a chromium-browser that asks for snap instead.
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def get() -> str | None:
    """Install a browser; return its path, or None."""
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        print("There is no Chromium here; installing the package.", file=sys.stderr)
        if _ran("apt-get", "-qq", "update") and _ran("apt-get", "-qq", "install", "-y", "chromium"):
            found = find()
            if found:
                return found
    print("There is no Chromium here; Playwright downloads one.", file=sys.stderr)
    if not _ran(sys.executable, "-m", "playwright", "install", "chromium"):
        return None
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if _starts(path) else None


def _ran(*command: str) -> bool:
    # What they print is for the person who waits; our standard output is the path alone.
    return subprocess.run(command, stdout=sys.stderr, check=False).returncode == 0


if __name__ == "__main__":
    path = find() or get()
    if path is None:
        print(
            "The tests of the site need a Chromium, and none could be found or installed: they will"
            " fail. Install one, or name one: GUIDELINE_KIT_CHROMIUM=/path/to/chromium make test",
            file=sys.stderr,
        )
    print(path or "")
