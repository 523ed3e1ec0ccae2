"""Where every test must run, a skipped one fails the session and is listed.

On with ``XIAOER_TEST_NO_SKIP=1``, as CI sets it. Strict xfails are no skips.
"""

import os

import pytest

_VARIABLE = "XIAOER_TEST_NO_SKIP"
_skipped: dict[str, str] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        _remember(report.nodeid, report.longrepr)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:
        _remember(report.nodeid, report.longrepr)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if _skipped and is_strict() and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not (_skipped and is_strict()):
        return
    terminalreporter.section(f"skipped, but {_VARIABLE}=1 allows no skip", red=True)
    for nodeid, reason in _skipped.items():
        terminalreporter.write_line(f"{nodeid}: {reason}")


def is_strict() -> bool:
    """Return whether a skip is a failure in this run."""
    return os.environ.get(_VARIABLE) == "1"


def _remember(nodeid: str, longrepr: object) -> None:
    reason = longrepr[2] if isinstance(longrepr, tuple) else longrepr
    _skipped[nodeid] = str(reason)
