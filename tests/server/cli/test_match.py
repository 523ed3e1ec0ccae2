import io
import subprocess
import sys
from datetime import date
from pathlib import Path

import msgspec
import pytest

from server.__main__ import main
from server.cli.consulting import Consultant
from server.cli.match import match_lines
from server.library import load_library
from tests.scripts_library.small_pack import make_small_pack

ROOT = Path(__file__).parents[3]
TODAY = date(2026, 11, 23)
KEYS = [
    "text", "intent", "confidence", "band", "alternatives",
    "intents", "entities", "script_id", "reply", "why",
]  # fmt: skip


@pytest.fixture(scope="module")
def consultant(tmp_path_factory: pytest.TempPathFactory) -> Consultant:
    pack = make_small_pack(tmp_path_factory.mktemp("pack"))
    pack.change("pack.yaml", "assist: 0.4", "assist: 0.01")
    return Consultant(load_library(pack.folder, var_path=None))


def answers(
    consultant: Consultant, lines: bytes, *, top: int = 3
) -> list[dict[str, object]]:
    target = io.BytesIO()
    match_lines(
        consultant, source=io.BytesIO(lines), target=target, today=TODAY, top=top
    )
    return [msgspec.json.decode(line) for line in target.getvalue().splitlines()]


class TestMatchLines:
    def test_each_line_gets_one_object_with_the_keys_of_the_contract(
        self, consultant: Consultant
    ) -> None:
        found = answers(consultant, "怎么还没发\n\n老板好\n".encode())

        assert [list(answer) for answer in found] == [KEYS] * 3
        assert [answer["intent"] for answer in found] == ["rush", "other", "greeting"]

    def test_replies_come_from_scripts(self, consultant: Consultant) -> None:
        (answer,) = answers(consultant, "怎么还没发".encode())

        assert answer["script_id"] == "rush.holding"
        assert answer["reply"] == "正在核实"
        assert answer["band"] == "assist"

    def test_entities_carry_the_courier_and_original_positions(
        self, consultant: Consultant
    ) -> None:
        (answer,) = answers(consultant, "亲，ＳＦ1234567890123昨天发的".encode())

        assert answer["entities"] == [
            {
                "kind": "tracking_no",
                "value": "SF1234567890123",
                "start": 2,
                "end": 17,
                "courier": "顺丰",
            },
            {"kind": "date", "value": "2026-11-22", "start": 17, "end": 19},
        ]

    def test_invalid_utf8_is_replaced(self, consultant: Consultant) -> None:
        (answer,) = answers(consultant, b"\xff\xfe\n")

        assert answer["text"] == "��"

    @pytest.mark.parametrize("top", [0, 1, 2])
    def test_as_many_alternatives_as_asked_for(
        self, consultant: Consultant, top: int
    ) -> None:
        (answer,) = answers(consultant, "快点".encode(), top=top)

        assert (
            len(msgspec.convert(answer["alternatives"], list[dict[str, object]])) == top
        )


class TestRun:
    def test_streams_json_and_nothing_else(self, tmp_path: Path) -> None:
        pack = make_small_pack(tmp_path / "pack")

        done = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "server", "match", "--pack", str(pack.folder)],
            input="快点发货\n哈喽\n".encode(),
            capture_output=True,
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT)},
            check=True,
        )

        found = [msgspec.json.decode(line) for line in done.stdout.splitlines()]
        assert [answer["intent"] for answer in found] == ["rush", "greeting"]

    @pytest.mark.parametrize(
        ("day", "reason"),
        [
            ("2024-13-01", "must be YYYY-MM-DD: 2024-13-01"),
            ("9999-12-31", "must be in the years 1900 to 2200: 9999-12-31"),
        ],
    )
    def test_a_day_out_of_reach_is_wrong_usage(
        self, capsys: pytest.CaptureFixture[str], day: str, reason: str
    ) -> None:
        with pytest.raises(SystemExit) as ended:
            main(["match", "--today", day])

        assert ended.value.code == 2
        assert capsys.readouterr().err.endswith(f"argument --today: {reason}\n")
