"""What all tests share: the day they take for today, and how Hypothesis runs."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from linting import TODAY

# A slow, shared machine must not turn a test red, so no example has a deadline. In CI the
# examples are the same on every run: a red build is the commit's doing. `thorough` is for
# hunting: HYPOTHESIS_PROFILE=thorough pytest tests/test_yamlio.py
_CALM = {"deadline": None, "suppress_health_check": (HealthCheck.too_slow,)}
settings.register_profile("ci", derandomize=True, database=None, max_examples=60, **_CALM)
settings.register_profile("here", max_examples=60, **_CALM)
settings.register_profile("thorough", max_examples=3000, **_CALM)
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "here")
)


# What is fast comes first, so that a mistake shows before what is slow has begun: structure,
# engine, command line, site, and last what builds packages and makes environments.
_LATER = {
    **dict.fromkeys(("cli", "test_bad_input.py", "test_generated.py", "test_readme.py"), 2),
    "site": 3,
    "test_packaging.py": 4,
    "test_adoption.py": 5,
    "test_hooks.py": 5,
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests in order."""
    here = Path(__file__).parent

    def rank(item: pytest.Item) -> int:
        place = item.path.relative_to(here).parts[0]
        return 0 if place == "test_structure.py" else _LATER.get(place, 1)

    items.sort(key=rank)


@pytest.fixture(scope="session")
def today() -> datetime.date:
    """The day on which the tests run, whatever the calendar says."""
    return TODAY


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to be in, without any repository around it."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    monkeypatch.setenv("GUIDELINE_KIT_CACHE", str(tmp_path / "cache"))
    return folder
