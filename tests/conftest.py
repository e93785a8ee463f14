"""What all tests share: the day they take for today, and how Hypothesis runs."""

from __future__ import annotations

import datetime
import os

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


@pytest.fixture(scope="session")
def today() -> datetime.date:
    """The day on which the tests run, whatever the calendar says."""
    return TODAY
