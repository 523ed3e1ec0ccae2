"""The command line over a database of its own, run inside the test's process."""

import io
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection

from server.__main__ import main
from server.cli.common import opened_database
from server.settings_file import read_settings
from storage.database import Database

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one command left behind."""

    status: int
    out: str
    err: str

    def rows(self) -> list[dict[str, Any]]:
        """Return the JSON objects of standard output, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    def row(self) -> dict[str, Any]:
        """Return the only one."""
        (row,) = self.rows()
        return row

    def refusal(self) -> str:
        """Return the one line of a refused command."""
        assert (self.status, self.out) == (1, "")
        assert self.err.count("\n") == 1
        assert "Traceback" not in self.err
        return self.err.strip()


class CommandLine:
    """Runs ``xiaoer`` with a configuration of the test's own."""

    def __init__(
        self,
        folder: Path,
        *,
        capsys: pytest.CaptureFixture[str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        self.config = folder / "config.toml"
        self.var = folder / "var"
        self.config.write_text(
            f'var = "{self.var}"\n[database]\nurl = "sqlite:///{folder}/cli.db"\n',
            "utf-8",
        )
        self._capsys = capsys
        self._monkeypatch = monkeypatch
        monkeypatch.delenv("XIAOER_DATABASE_URL", raising=False)

    def run(self, *arguments: str, stdin: str = "") -> Answer:
        """Run a command with ``--config``."""
        return self.run_bare(*arguments, "--config", str(self.config), stdin=stdin)

    def run_bare(self, *arguments: str, stdin: str = "") -> Answer:
        """Run a command with exactly these arguments."""
        self._capsys.readouterr()
        typed = io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8")
        self._monkeypatch.setattr(sys, "stdin", typed)
        try:
            status = main(arguments)
        except SystemExit as left:
            status = int(left.code or 0)
        told = self._capsys.readouterr()
        return Answer(status=status, out=told.out, err=told.err)

    @contextmanager
    def database(self) -> Iterator[Database]:
        """Open the database that the commands use."""
        with opened_database(read_settings(self.config, {})) as database:
            yield database

    def write(self, unit: Callable[[Connection], Result]) -> Result:
        """Do a unit of work beside the commands."""
        with self.database() as database:
            return database.write_now(unit)
