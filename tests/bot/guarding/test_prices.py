"""An amount is judged by what it stands for; no price of the item is below its floor."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


class TestGiveaways:
    @pytest.mark.parametrize(
        ("text", "sender", "floor_fen", "verdict"),
        [
            ("买一送一", GuardSender.ASSISTANT, 7900, Verdict.BLOCK),
            ("买一送一", GuardSender.FOLLOW_UP, 7900, Verdict.BLOCK),
            ("买一送一", GuardSender.ASSISTANT, 4000, Verdict.WARN),
            ("买二送一", GuardSender.ASSISTANT, 6000, Verdict.WARN),
            ("买二送一", GuardSender.ASSISTANT, 7000, Verdict.BLOCK),
            ("没有买一送一的活动", GuardSender.ASSISTANT, 7900, Verdict.PASS),
            ("买一送一", GuardSender.AGENT, 7900, Verdict.WARN),
        ],
    )
    def test_nothing_automatic_gives_a_piece_away_below_the_floor(
        self, text: str, sender: GuardSender, floor_fen: int, verdict: Verdict
    ) -> None:
        limit = PriceLimit(item_id="mug", list_fen=9900, floor_fen=floor_fen)

        judged = make_guard().check(
            text, sender=sender, limit=limit, needs_source=False
        )

        assert judged.verdict is verdict


class TestAuthority:
    @pytest.mark.parametrize(
        ("text", "sender", "verdict"),
        [
            ("92元给您", GuardSender.AGENT, Verdict.PASS),
            ("90元给您", GuardSender.AGENT, Verdict.PASS),
            ("89.99元给您", GuardSender.AGENT, Verdict.HUMAN),
            ("便宜12元", GuardSender.AGENT, Verdict.HUMAN),
            ("便宜15元", GuardSender.AGENT, Verdict.BLOCK),
            ("85元给您", GuardSender.MANAGER, Verdict.PASS),
            ("84元给您", GuardSender.MANAGER, Verdict.BLOCK),
            ("78.99元给您", GuardSender.MANAGER, Verdict.BLOCK),
        ],
    )
    def test_below_their_own_people_need_approval(
        self, text: str, sender: GuardSender, verdict: Verdict
    ) -> None:
        limit = PriceLimit(
            item_id="mug",
            list_fen=9900,
            floor_fen=7900,
            agent_floor_fen=9000,
            manager_floor_fen=8500,
        )

        assert make_guard().check(text, sender=sender, limit=limit).verdict is verdict

    def test_a_floor_of_zero_lets_every_price_pass(self) -> None:
        limit = PriceLimit(item_id="gift", list_fen=9900, floor_fen=0)

        verdict = make_guard().check("1元给您", sender=GuardSender.AGENT, limit=limit)

        assert verdict.verdict is Verdict.PASS


class TestListPrice:
    @pytest.mark.parametrize(
        ("text", "verdict"),
        [
            ("这款99元", Verdict.PASS),
            ("这款九十九元", Verdict.PASS),
            ("这款98元", Verdict.BLOCK),
            ("便宜99元", Verdict.BLOCK),
        ],
    )
    def test_of_the_item_is_a_fact_for_the_assistant(
        self, text: str, verdict: Verdict
    ) -> None:
        assert make_guard().check(text, limit=_LIMIT).verdict is verdict

    def test_passes_for_a_person_who_calls_the_item_by_its_name(self) -> None:
        guard = make_guard()
        verdicts = [
            guard.check(text, sender=GuardSender.AGENT, limit=_LIMIT).verdict
            for text in ("这款马克杯99元", "这款马克杯98元", "这款坏了赔您99元")
        ]

        assert verdicts == [Verdict.PASS, Verdict.WARN, Verdict.WARN]


class TestUnknown:
    @pytest.mark.parametrize(
        ("text", "rule"),
        [
            ("69元给您", "unknown_item"),
            ("打八折", "unknown_item"),
            ("赔您20元", "unknown_amount"),
            ("补偿您三十元", "unknown_amount"),
        ],
    )
    def test_people_are_warned(self, text: str, rule: str) -> None:
        verdict = make_guard().check(text, sender=GuardSender.AGENT)

        assert verdict.verdict is Verdict.WARN
        assert [found.rule for found in verdict.findings] == [rule]

    @given(st.integers(0, 7899))
    def test_no_price_below_the_floor_is_let_through(self, fen: int) -> None:
        text = f"{fen / 100:.2f}元给您"

        verdict = make_guard().check(text, sender=GuardSender.MANAGER, limit=_LIMIT)

        assert verdict.verdict is Verdict.BLOCK


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
