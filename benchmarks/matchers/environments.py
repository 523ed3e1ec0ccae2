"""Where does a peer run? In an environment of its own, made once and outside our lock."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from benchmarks.matchers.peers import Environment
from benchmarks.processes import ROOT

PEERS: Final = ROOT / "var" / "peers"
INSTALL_SECONDS: Final = 3600.0
_MADE: Final = "made.json"
"""Written last, with what was installed: an interrupted installation starts again."""
_PLACES: Final = re.compile(r"\S+://\S*|(?<=host=)\S+|\b[\w-]+(?:\.[\w-]+)+:\d+")
"""Addresses: where packages come from is for the machine to say, and not for a table."""
_LONGEST_REASON: Final = 200


class NotInstallableError(RuntimeError):
    """An environment cannot be made here; the message is why, in one line."""


def provide(wanted: Environment, *, folder: Path = PEERS) -> Path:
    """Return the interpreter of an environment, which is made if it is not there.

    Raises:
        NotInstallableError: there is no such Python here, or pip refused.
    """
    home = folder / wanted.name
    python = home / "bin" / "python"
    base = sys.executable if wanted.python is None else find_python(wanted.python)
    content = json.dumps(
        {"requirements": wanted.requirements, "python": wanted.python or sys.version}
    )
    made = home / _MADE
    if python.exists() and made.exists() and made.read_text("utf-8") == content:
        return python
    shutil.rmtree(home, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    _run([base, "-m", "venv", str(home)])
    _run(
        [
            str(python),
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "--quiet",
            *wanted.requirements,
        ]
    )
    made.write_text(content, "utf-8")
    return python


def find_python(version: str) -> str:
    """Return an interpreter of this version, from PATH or as pyenv and uv keep it.

    Raises:
        NotInstallableError: none was found.
    """
    name, home = f"python{version}", Path.home()
    found = [
        *filter(None, [shutil.which(name)]),
        *map(str, sorted(home.glob(f".pyenv/versions/{version}.*/bin/{name}"))),
        *map(str, sorted(home.glob(f".local/share/uv/python/*{version}.*/bin/{name}"))),
    ]
    for candidate in found:
        # Asked to run, not only looked for: a version manager's shim may lead nowhere.
        asked = subprocess.run(  # noqa: S603 - an interpreter of this machine
            [candidate, "-c", "import ensurepip, venv"],
            capture_output=True,
            timeout=60,
            check=False,
        )
        if asked.returncode == 0:
            return candidate
    raise NotInstallableError(f"no Python {version} on this machine")


def _run(command: list[str]) -> None:
    """Run a step of an installation.

    Raises:
        NotInstallableError: it failed, or took too long.
    """
    try:
        done = subprocess.run(  # noqa: S603 - venv and pip
            command,
            cwd=ROOT,
            capture_output=True,
            timeout=INSTALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotInstallableError(
            f"not installed after {INSTALL_SECONDS:.0f} s"
        ) from None
    if done.returncode != 0:
        raise NotInstallableError(last_line(done.stderr.decode("utf-8", "replace")))


def last_line(text: str) -> str:
    """Return the last line that says something, without addresses."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    last = lines[-1] if lines else "no reason was given"
    return _PLACES.sub("…", last)[:_LONGEST_REASON]
