"""An amount is judged by what it stands for; no price of the item is below its floor."""

from pathlib import Path

import pytest

from bot.guarding.guard import Guard
from bot.guarding.price_reading import find_prices
from bot.guarding.price_text import fold_for_prices
from bot.guarding.prices import PriceLimit
from bot.guarding.rules import GuardRules, GuardSender, Verdict

_HERE = Path(__file__).parent
_LIMIT = PriceLimit(item_id="mug", list_fen=9900, floor_fen=7900)


def read_rows(name: str) -> list[tuple[str, str]]:
    """Return sentence and the second column of a data file."""
    lines = (_HERE / name).read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(sentence, expected) for sentence, expected in rows]


def make_guard() -> Guard:
    return Guard(GuardRules())


LEGITIMATE = read_rows("legitimate_amounts.tsv")
BELOW = read_rows("below_floor.tsv")


class TestFindPrices:
    def test_enough_sentences_are_tried(self) -> None:
        assert len(LEGITIMATE) >= 60
        assert len(BELOW) >= 40

    @pytest.mark.parametrize(("text", "roles"), LEGITIMATE)
    def test_tells_what_an_amount_stands_for(self, text: str, roles: str) -> None:
        found = [price.role.value for price in find_prices(fold_for_prices(text))]

        assert found == roles.split()


class TestLegitimateAmounts:
    @pytest.mark.parametrize(("text", "roles"), LEGITIMATE)
    def test_pass_for_a_person_who_knows_the_item(self, text: str, roles: str) -> None:
        verdict = make_guard().check(text, sender=GuardSender.AGENT, limit=_LIMIT)

        assert {found.category for found in verdict.findings} <= {"figure"}
        assert all(found.role is None for found in verdict.findings)


class TestBelowTheFloor:
    @pytest.mark.parametrize("sender", GuardSender)
    @pytest.mark.parametrize(("text", "role"), BELOW)
    def test_is_blocked_for_everybody(
        self, text: str, role: str, sender: GuardSender
    ) -> None:
        verdict = make_guard().check(text, sender=sender, limit=_LIMIT)

        assert verdict.verdict is Verdict.BLOCK
        below = [found for found in verdict.findings if found.rule == "below_floor"]
        assert role in {found.role.value for found in below if found.role}
