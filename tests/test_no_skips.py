"""A skip fails the session exactly where it must not happen."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parent.parent

_SKIPPED = """
import pytest

@pytest.mark.skip(reason="no server here")
def test_with_a_server(): ...

def test_without(): ...
"""
_SKIPPED_MODULE = """
import pytest

pytest.skip("no such program", allow_module_level=True)
"""
_EXPECTED_FAILURE = """
import pytest

@pytest.mark.xfail(reason="known", strict=True)
def test_known(): raise ValueError
"""


def run_pytest(
    folder: Path, *, source: str, no_skip: str, workers: int = 0
) -> subprocess.CompletedProcess[str]:
    (folder / "pytest.ini").write_text("[pytest]\n", "utf-8")
    (folder / "test_sample.py").write_text(source, "utf-8")
    spread = ["-n", str(workers)] if workers > 0 else []
    return subprocess.run(  # noqa: S603 - our own interpreter and files
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.no_skips", *spread],
        cwd=folder,
        env={
            **os.environ,
            "XIAOER_TEST_NO_SKIP": no_skip,
            "PYTHONPATH": str(_ROOT),
            "PYTEST_ADDOPTS": "-p no:cacheprovider",
        },
        capture_output=True,
        text=True,
        check=False,
    )


class TestNoSkips:
    @pytest.mark.parametrize("workers", [0, 1])
    def test_a_skip_fails_the_session_and_is_listed(
        self, tmp_path: Path, workers: int
    ) -> None:
        done = run_pytest(tmp_path, source=_SKIPPED, no_skip="1", workers=workers)

        assert done.returncode == pytest.ExitCode.TESTS_FAILED
        assert "test_sample.py::test_with_a_server: " in done.stdout
        assert "no server here" in done.stdout

    def test_a_skipped_module_fails_the_session_too(self, tmp_path: Path) -> None:
        (tmp_path / "test_other.py").write_text("def test_other(): ...\n", "utf-8")

        done = run_pytest(tmp_path, source=_SKIPPED_MODULE, no_skip="1")

        assert done.returncode == pytest.ExitCode.TESTS_FAILED
        assert "no such program" in done.stdout

    def test_elsewhere_a_skip_is_only_a_skip(self, tmp_path: Path) -> None:
        done = run_pytest(tmp_path, source=_SKIPPED, no_skip="0")

        assert done.returncode == pytest.ExitCode.OK

    def test_an_expected_failure_is_no_skip(self, tmp_path: Path) -> None:
        done = run_pytest(tmp_path, source=_EXPECTED_FAILURE, no_skip="1")

        assert done.returncode == pytest.ExitCode.OK
