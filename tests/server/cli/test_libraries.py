import io
import sys
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from server.cli.libraries import open_library, shown_training
from server.library import Build
from tests.scripts_library.small_pack import SmallPack, make_small_pack
from tests.server.cli.command_line import CommandLine


class Terminal(io.StringIO):
    """Where a bar can be drawn."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(name="pack")
def _pack(tmp_path: Path) -> SmallPack:
    return make_small_pack(tmp_path / "pack")


class TestOpenLibrary:
    def test_is_kept_for_the_next_command(
        self, pack: SmallPack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        with capture_logs() as first:
            library = open_library(pack.folder)

        with capture_logs() as second:
            again = open_library(pack.folder)

        assert [log["event"] for log in first] == ["library.training"] * len(first)
        assert (len(first) > 1, second) == (True, [])
        assert library.fingerprint == again.fingerprint
        assert library.build is Build.FULL


class TestShownTraining:
    def test_a_terminal_sees_a_bar_with_the_stage(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        terminal = Terminal()
        monkeypatch.setattr(sys, "stderr", terminal)

        with shown_training() as progress:
            progress("训练分类器", 0.2)

        assert "训练分类器" in terminal.getvalue()

    def test_nothing_is_drawn_when_nothing_is_trained(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        terminal = Terminal()
        monkeypatch.setattr(sys, "stderr", terminal)

        with shown_training():
            pass

        assert terminal.getvalue() == ""


class TestFailure:
    def test_a_start_that_cannot_learn_says_so_in_one_line(
        self, line: CommandLine
    ) -> None:
        line.var.mkdir(exist_ok=True)
        (line.var / "models").write_bytes(b"no folder")

        answer = line.run("serve", "--port", "0")

        assert "the matcher could not be trained" in answer.refusal()
