"""How far each may go with a price is what the bargaining policy in force says."""

from collections.abc import Iterable

import pytest

from bot.bargaining.policy import (
    Authority,
    Budget,
    OrderChange,
    Policy,
    QuantityOffer,
    Rung,
    RungKind,
    Scope,
    ScopeKind,
)
from bot.facts import Item
from bot.guarding.guard import Guard
from bot.guarding.limits import limit_of
from bot.guarding.rules import GuardRules, GuardSender, Verdict

_MUG = Item(item_id="MUG-01", title="马克杯", list_fen=10_000, category="杯子")


def make_policy(
    scope: Scope | None = None,
    *,
    offs: Iterable[int] = (500, 1000, 2000),
    authority: tuple[int, int, int] = (1, 2, 3),
    floor_fen: int | None = 7000,
) -> Policy:
    return Policy(
        scope=Scope(kind=ScopeKind.SHOP) if scope is None else scope,
        rungs=tuple(
            Rung(
                kind=RungKind.MONEY_OFF,
                redeem=OrderChange(),
                cost_fen=off,
                off_fen=off,
            )
            for off in offs
        ),
        rounds_per_rung=1,
        authority=Authority(
            assistant=authority[0], agent=authority[1], manager=authority[2]
        ),
        budget=Budget(conversation_fen=9999, day_fen=9999),
        valid_minutes=60,
        act_minutes=10,
        floor_fen=floor_fen,
        quantity_offers=(QuantityOffer(at_least=3, off_fen=4500, cost_fen=4500),),
    )


def check(text: str, sender: GuardSender, policy: Policy, item: Item = _MUG) -> Verdict:
    limit = limit_of(item, [policy])
    return Guard(GuardRules()).check(text, sender=sender, limit=limit).verdict


class TestLimitOf:
    @pytest.mark.parametrize(
        ("text", "sender", "expected"),
        [
            ("马克杯92元", GuardSender.AGENT, Verdict.PASS),
            ("马克杯90元", GuardSender.AGENT, Verdict.PASS),
            ("马克杯85元", GuardSender.AGENT, Verdict.HUMAN),
            ("马克杯85元", GuardSender.MANAGER, Verdict.PASS),
            ("马克杯80元", GuardSender.MANAGER, Verdict.PASS),
            ("马克杯79元", GuardSender.AGENT, Verdict.BLOCK),
            ("马克杯79元", GuardSender.MANAGER, Verdict.BLOCK),
            ("马克杯69元", GuardSender.ASSISTANT, Verdict.BLOCK),
            ("马克杯三个255元", GuardSender.AGENT, Verdict.PASS),
            ("马克杯三个250元", GuardSender.AGENT, Verdict.HUMAN),
        ],
    )
    def test_each_goes_as_far_as_their_authority(
        self, text: str, sender: GuardSender, expected: Verdict
    ) -> None:
        assert check(text, sender, make_policy()) is expected

    def test_an_authority_of_zero_is_the_list_price(self) -> None:
        policy = make_policy(authority=(0, 0, 3))

        verdicts = [
            check(text, GuardSender.AGENT, policy)
            for text in ("马克杯100元", "马克杯99元")
        ]

        assert verdicts == [Verdict.PASS, Verdict.HUMAN]

    def test_a_floor_of_zero_is_a_floor(self) -> None:
        limit = limit_of(_MUG, [make_policy(floor_fen=0, offs=(10_000,))])

        assert limit is not None
        assert (limit.floor_fen, limit.agent_floor_fen) == (0, 0)

    def test_a_rung_below_the_floor_gives_nobody_authority(self) -> None:
        limit = limit_of(_MUG, [make_policy(offs=(500, 4000))])

        assert limit is not None
        assert (limit.agent_floor_fen, limit.manager_floor_fen) == (9500, 9500)

    def test_the_items_own_policy_goes_before_the_categorys_and_the_shops(self) -> None:
        policies = [
            make_policy(offs=(100,)),
            make_policy(Scope(kind=ScopeKind.CATEGORY, ref="杯子"), offs=(200,)),
            make_policy(Scope(kind=ScopeKind.ITEM, ref="MUG-01"), offs=(300,)),
        ]

        found = [limit_of(_MUG, policies[:count]) for count in (1, 2, 3)]

        assert [it.agent_floor_fen for it in found if it is not None] == [
            9900,
            9800,
            9700,
        ]

    def test_without_a_policy_only_the_items_own_floor_holds(self) -> None:
        item = Item(item_id="a", title="杯", list_fen=100, floor_fen=0)

        limit = limit_of(item)

        assert limit is not None
        assert (limit.floor_fen, limit.agent_floor_fen) == (0, None)

    def test_without_an_item_or_a_floor_there_is_none(self) -> None:
        policy = make_policy(floor_fen=None)

        assert (limit_of(None, [policy]), limit_of(_MUG, [policy])) == (None, None)
