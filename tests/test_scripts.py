"""The commands around the code keep what the README says of them."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

_ROOT = Path(__file__).parent.parent
_BASH = shutil.which("bash") or "bash"
_URL = "postgresql+psycopg://somebody@127.0.0.1:1/somewhere"


def run_script(
    *command: str, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own scripts
        [_BASH, *command],
        cwd=_ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def environment_without(*names: str, **values: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in names}
    return {**kept, **values}


class TestMake:
    def test_alone_it_lists_every_target(self) -> None:
        named = {
            line.split(":")[0]
            for line in (_ROOT / "Makefile").read_text("utf-8").splitlines()
            if line[:1].islower() and ":" in line
        }

        listed = run_script("-c", "make -s", environment=dict(os.environ)).stdout

        assert {line.split()[1] for line in listed.splitlines()} == named
        assert {"run", "test", "check", "fix", "bench"} <= named


class TestPython:
    def test_without_python_it_says_which_is_needed(self, tmp_path: Path) -> None:
        done = run_script("scripts/python", environment={"PATH": str(tmp_path)})

        assert done.returncode == 1
        assert "Python 3.11 or newer is needed" in done.stderr

    def test_without_venv_it_says_how_to_get_it(self, tmp_path: Path) -> None:
        recent = tmp_path / "python3.12"
        recent.write_text(f'#!{_BASH}\n[[ "$2" != *ensurepip* ]]\n', "utf-8")
        recent.chmod(0o755)

        done = run_script("scripts/python", environment={"PATH": str(tmp_path)})

        assert done.returncode == 1
        assert "python3-venv" in done.stderr


class TestWithPostgresql:
    def test_a_named_server_is_used_as_it_is(self) -> None:
        done = run_script(
            "scripts/with_postgresql",
            "sh",
            "-c",
            'echo "$XIAOER_TEST_POSTGRES_URL"; exit 7',
            environment=environment_without(XIAOER_TEST_POSTGRES_URL=_URL),
        )

        assert done.returncode == 7
        assert done.stdout == f"{_URL}\n"

    @pytest.mark.parametrize(
        "given", [{"CI": "true"}, {"XIAOER_TEST_ALLOW_SKIP": "0"}], ids=str
    )
    def test_where_every_test_must_run_no_skip_is_allowed(
        self, given: dict[str, str]
    ) -> None:
        done = run_script(
            "scripts/with_postgresql",
            "sh",
            "-c",
            'echo "$XIAOER_TEST_NO_SKIP"',
            environment=environment_without(
                "CI", "XIAOER_TEST_NO_SKIP", XIAOER_TEST_POSTGRES_URL=_URL, **given
            ),
        )

        assert done.stdout == "1\n"
