"""A trade names its own facts, and what may not wait; wrong ones are named by line."""

from pathlib import Path

import pytest

from bot.errors import ScriptLibraryError
from scripts_library.loader import load_pack, pack_id_of
from tests.scripts_library.small_pack import SmallPack, make_small_pack

OWN = """\
nameless: 您好
facts: {shop.duty_phone: 值班电话}
policies:
  shop.duty_phone: 0571-1
"""


@pytest.fixture(name="small")
def _small(tmp_path: Path) -> SmallPack:
    return make_small_pack(tmp_path / "small")


def problems(small: SmallPack) -> list[str]:
    with pytest.raises(ScriptLibraryError) as raised:
        load_pack(small.folder)
    return [str(problem) for problem in raised.value.problems]


class TestFacts:
    def test_a_fact_of_the_trade_stands_in_scripts_and_policies(
        self, small: SmallPack
    ) -> None:
        small.change(
            "pack.yaml", "policies:\n  shop.ship_within: 付款后48小时内\n", OWN
        )
        small.change("scripts/all.yaml", "[您好]", "[您好, '急事打{shop.duty_phone}']")

        pack = load_pack(small.folder)

        assert pack.facts == {"shop.duty_phone": "值班电话"}
        assert pack.policies == {"shop.duty_phone": "0571-1"}
        assert pack.nameless == "您好"

    def test_one_that_nobody_declares_is_unknown(self, small: SmallPack) -> None:
        small.change("scripts/all.yaml", "[您好]", "['急事打{shop.duty_phone}']")

        assert problems(small) == [
            "scripts/all.yaml:3: unknown placeholder {shop.duty_phone}"
        ]

    @pytest.mark.parametrize("name", ["shop.cutoff", "duty_phone", "shop.A"])
    def test_a_name_is_new_and_of_the_shop(self, small: SmallPack, name: str) -> None:
        small.add("pack.yaml", f"facts: {{{name}: 电话}}\n")

        assert f"{name!r} is no new name" in problems(small)[0]


class TestAtOnce:
    def test_phrases_need_the_effect(self, small: SmallPack) -> None:
        small.add(
            "intents/all.yaml",
            "danger: {zh: 急, risk: human, effects: [at_once], phrases: [着火]}\n"
            "idle: {zh: 闲, risk: auto, phrases: [闲]}\n",
        )

        assert problems(small) == [
            "intents/all.yaml:17: phrases belong to an intent with the effect at_once"
        ]


class TestPackIdOf:
    def test_a_pack_says_its_id(self, small: SmallPack, tmp_path: Path) -> None:
        assert pack_id_of(small.folder) == "small"
        assert pack_id_of(tmp_path / "nothing") == ""
