"""What holds for every test: how hypothesis searches, and that CI skips nothing."""

import os

from hypothesis import HealthCheck, settings

from tests.no_skips import (
    pytest_collectreport,
    pytest_runtest_logreport,
    pytest_sessionfinish,
    pytest_terminal_summary,
)

__all__ = [
    "pytest_collectreport",
    "pytest_runtest_logreport",
    "pytest_sessionfinish",
    "pytest_terminal_summary",
]

# No deadline: a loaded machine is no bug. CI repeats itself, so that a red run stays
# red until it is mended; the nightly search is wide and random.
settings.register_profile(
    "ci",
    deadline=None,
    derandomize=True,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("dev", deadline=None, max_examples=50)
settings.register_profile("wide", deadline=None, max_examples=5000)
settings.load_profile(
    os.environ.get(
        "HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") == "true" else "dev"
    )
)
