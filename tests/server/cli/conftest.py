"""Fixtures of the commands: a command line, and one with a shop and its people."""

from pathlib import Path

import pytest

from server.library import Library
from tests.server.cli.command_line import CommandLine


@pytest.fixture(name="line")
def _line(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> CommandLine:
    return CommandLine(tmp_path, capsys=capsys, monkeypatch=monkeypatch)


@pytest.fixture(name="staffed")
def _staffed(line: CommandLine) -> CommandLine:
    """A command line with the shop ``demo`` and the agent ``lan``."""
    assert line.run("shop", "add", "demo", "--name", "小二示例店").status == 0
    assert line.run("user", "add", "lan", stdin="long enough for it\n").status == 0
    return line


@pytest.fixture(name="trained")
def _trained(staffed: CommandLine, library: Library) -> CommandLine:
    """A staffed one that finds the model which the library fixture has trained."""
    models = Path("var/models").resolve()
    (staffed.var / "models").symlink_to(models, target_is_directory=True)
    return staffed
