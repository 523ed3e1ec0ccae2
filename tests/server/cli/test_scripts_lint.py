import argparse
from pathlib import Path

import pytest

from scripts_library.loader import builtin_pack
from server.cli.scripts_lint import add_arguments, run
from tests.scripts_library.small_pack import make_small_pack


def parse(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser.parse_args(words)


class TestAddArguments:
    def test_the_built_in_pack_is_the_default(self) -> None:
        assert parse().folder == builtin_pack()

    def test_the_command_runs_lint(self) -> None:
        assert parse().run is run


class TestRun:
    def test_a_good_pack_is_silent_and_0(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        make_small_pack(tmp_path / "pack")

        status = run(parse(str(tmp_path / "pack")))

        assert (status, *capsys.readouterr()) == (0, "", "")

    def test_findings_go_to_standard_error_one_a_line_and_1(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        small = make_small_pack(tmp_path / "pack")
        small.change("texts.yaml", "稍等", "{order.number}")
        small.change("guard.yaml", "verdict: block", "verdict: stop")

        status = run(parse(str(small.folder)))

        out, err = capsys.readouterr()
        assert (status, out) == (1, "")
        assert [line.split(": ")[0] for line in err.splitlines()] == [
            "guard.yaml:5",
            "texts.yaml:6",
        ]

    def test_a_missing_folder_is_a_finding(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        status = run(parse(str(tmp_path / "nowhere")))

        assert (status, capsys.readouterr().err) == (1, "nowhere:0: no such folder\n")
