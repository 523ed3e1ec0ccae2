import argparse
from pathlib import Path

import msgspec
import pytest

from scripts_library.loader import builtin_pack
from server.cli.scripts_stats import add_arguments, run
from tests.scripts_library.small_pack import make_small_pack


def parse(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser.parse_args(words)


class TestAddArguments:
    def test_the_built_in_pack_is_the_default(self) -> None:
        assert parse().folder == builtin_pack()


class TestRun:
    def test_the_table_has_a_line_for_each_intent_and_the_sums(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        small = make_small_pack(tmp_path / "small")

        status = run(parse(str(small.folder)))

        out = capsys.readouterr().out
        assert status == 0
        assert [line.split()[1] for line in out.splitlines() if "│" in line] == [
            "greeting",
            "rush",
            "other",
            "3",
        ]

    def test_json_has_every_count(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        small = make_small_pack(tmp_path / "small")

        run(parse(str(small.folder), "--json"))

        rows = msgspec.json.decode(capsys.readouterr().out)
        assert [row["intent"] for row in rows] == ["greeting", "rush", "other"]
        assert rows[0]["examples"] == 2
