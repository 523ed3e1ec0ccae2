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


def path_without(*names: str, folder: Path) -> str:
    """A folder with every program of the machine but these."""
    folder.mkdir()
    for place in os.environ["PATH"].split(os.pathsep):
        for program in Path(place).glob("*"):
            link = folder / program.name
            if program.name not in names and not link.is_symlink():
                link.symlink_to(program)
    return str(folder)


def environment_on(path: str) -> dict[str, str]:
    return {**os.environ, "PATH": path}


def no_rights(folder: Path) -> dict[str, str]:
    """An environment of somebody who may not install anything."""
    for name, answer in (("id", "1000"), ("fc-list", "")):
        program = folder / name
        program.write_text(f"#!{_BASH}\necho {answer}\n", "utf-8")
        program.chmod(0o755)
    return {"PATH": str(folder)}


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


class TestNode:
    def fake(self, folder: Path, version: str) -> None:
        """Make a Node.js that only knows its version, and an npm beside it."""
        major, minor, _ = version.split(".")
        is_recent = (int(major), int(minor)) >= (22, 12)
        for name, status in (("node", 0 if is_recent else 1), ("npm", 0)):
            program = folder / name
            program.write_text(f"#!{_BASH}\nexit {status}\n", "utf-8")
            program.chmod(0o755)

    def test_the_machines_own_is_taken_when_it_is_new_enough(
        self, tmp_path: Path
    ) -> None:
        self.fake(tmp_path, "24.1.0")

        done = run_script(
            "scripts/node", environment={"PATH": f"{tmp_path}:{os.environ['PATH']}"}
        )

        assert done.stdout == f"{tmp_path}\n"

    def test_without_one_that_is_new_enough_the_locked_one_is_installed(
        self, tmp_path: Path
    ) -> None:
        path = path_without("node", "npm", folder=tmp_path / "bin")
        none = run_script("scripts/node", environment=environment_on(path))
        self.fake(tmp_path / "bin", "18.0.0")
        old = run_script("scripts/node", environment=environment_on(path))

        folder = _ROOT / ".venv/node"
        npm = run_script(f"{folder}/npm", "--version", environment=environment_on(path))
        vite = run_script(
            "-c",
            f"{folder}/node web/node_modules/vite/bin/vite.js --version",
            environment=environment_on(path),
        )

        assert (none.stdout, old.stdout) == (f"{folder}\n", f"{folder}\n"), none.stderr
        assert npm.returncode == 0, npm.stderr
        assert vite.stdout.startswith("vite/"), vite.stderr


class TestWeb:
    def test_nothing_is_built_when_nothing_has_changed(self) -> None:
        run_script("scripts/web", environment=dict(os.environ))

        again = run_script("scripts/web", environment=dict(os.environ))

        assert again.returncode == 0
        assert again.stdout == ""


class TestChromium:
    def test_without_it_the_browser_tests_are_skipped_and_it_is_said(
        self, tmp_path: Path
    ) -> None:
        done = run_script("scripts/chromium", environment=no_rights(tmp_path))

        assert done.returncode == 0
        assert "are skipped" in done.stderr

    def test_without_it_where_every_test_must_run_is_an_error(
        self, tmp_path: Path
    ) -> None:
        done = run_script(
            "scripts/chromium",
            environment={**no_rights(tmp_path), "XIAOER_TEST_NO_SKIP": "1"},
        )

        assert done.returncode == 1
        assert "Install chromium" in done.stderr


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
