"""``xiaoer bargain``: policies from files, codes from standard input, what was given."""

from pathlib import Path

import pytest
import yaml

from tests.bot.bargaining.policies import MUG
from tests.server.cli.command_line import CommandLine


@pytest.fixture(name="file")
def _file(tmp_path: Path) -> Path:
    path = tmp_path / "policies.yaml"
    path.write_text(yaml.safe_dump(MUG, allow_unicode=True), "utf-8")
    return path


class TestSet:
    def test_stores_every_policy_of_a_file(
        self, staffed: CommandLine, file: Path
    ) -> None:
        shop_wide = {**MUG, "scope": {}, "floor_percent": 90}
        del shop_wide["floor_fen"]
        file.write_text(yaml.safe_dump_all([MUG, shop_wide]), "utf-8")

        stored = staffed.run("bargain", "set", str(file), "--shop", "demo").rows()
        shown = staffed.run("bargain", "show").rows()

        assert [row["scope"] for row in stored] == ["item:MUG-01", "shop"]
        assert [row["policy"]["scope"] for row in shown] == [{"item": "MUG-01"}, {}]

    def test_takes_none_when_one_is_wrong_and_names_each_field(
        self, staffed: CommandLine, file: Path
    ) -> None:
        wrong = {**MUG, "rounds_per_rung": -1, "valid_minutes": 0}
        file.write_text(yaml.safe_dump_all([MUG, wrong]), "utf-8")

        answer = staffed.run("bargain", "set", str(file))

        assert answer.status == 1
        assert [line.split(": ")[1:3] for line in answer.err.splitlines()] == [
            ["2", "rounds_per_rung"],
            ["2", "valid_minutes"],
        ]
        assert staffed.run("bargain", "show").rows() == []

    def test_a_file_that_is_none_is_refused(
        self, staffed: CommandLine, tmp_path: Path
    ) -> None:
        answer = staffed.run("bargain", "set", str(tmp_path / "none.yaml"))

        assert "none.yaml" in answer.refusal()


class TestRemove:
    def test_takes_one_away(self, staffed: CommandLine, file: Path) -> None:
        staffed.run("bargain", "set", str(file))

        removed = staffed.run("bargain", "remove", "--item", "MUG-01")
        again = staffed.run("bargain", "remove", "--item", "MUG-01")

        assert removed.status == 0
        assert again.refusal() == "no bargaining policy item:MUG-01"


class TestCodes:
    def test_fills_a_pool_once(self, staffed: CommandLine, file: Path) -> None:
        staffed.run("bargain", "set", str(file))

        first = staffed.run("bargain", "codes", "autumn", stdin="A-1\nA-2\n\n")
        second = staffed.run("bargain", "codes", "autumn", stdin="A-2\n")
        _, shown = staffed.run("bargain", "show").rows()

        assert first.row() == {"pool": "autumn", "added": 2}
        assert second.row()["added"] == 0
        assert shown == {"pool": "autumn", "left": 2, "taken": 0}

    def test_refuses_a_pool_that_no_policy_names(self, staffed: CommandLine) -> None:
        answer = staffed.run("bargain", "codes", "autum", stdin="A-1\n")

        assert answer.refusal() == "no coupon pool of a policy autum"

    def test_refuses_what_nobody_could_type(self, staffed: CommandLine) -> None:
        answer = staffed.run("bargain", "codes", "autumn", stdin="A 1\n")

        assert answer.refusal().startswith("code:")


class TestOffers:
    def test_a_new_shop_has_given_nothing(self, staffed: CommandLine) -> None:
        assert staffed.run("bargain", "offers").rows() == []
