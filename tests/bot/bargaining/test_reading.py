"""A bargaining policy is checked as a whole; every problem names its field."""

from typing import Any

import pytest

from bot.bargaining.policy import Scope, ScopeKind, policy_for
from bot.bargaining.reading import plain_policy, read_policy
from bot.errors import InvalidPolicyError
from bot.facts import Item
from tests.bot.bargaining.policies import MUG, make_policy


def fields_of(value: object) -> list[str]:
    with pytest.raises(InvalidPolicyError) as caught:
        read_policy(value)
    return [problem.field for problem in caught.value.problems]


class TestReadPolicy:
    def test_reads_what_it_writes(self) -> None:
        policy = make_policy(
            quantity_offers=[{"at_least": 2, "off_fen": 500}], postage_fen=0
        )

        assert read_policy(plain_policy(policy)) == policy

    def test_keeps_every_explicit_zero(self) -> None:
        policy = make_policy(
            rounds_per_rung=0,
            authority={"assistant": 0, "agent": 0, "manager": 0},
            budget_fen={"conversation": 0, "day": 0},
            floor_fen=0,
            act_minutes=0,
        )

        assert policy.rounds_per_rung == 0
        assert policy.authority.assistant == 0
        assert policy.budget.day_fen == 0
        assert policy.floor_fen == 0
        assert policy.act_minutes == 0

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"rounds_per_rung": -1}, "rounds_per_rung"),
            ({"rounds_per_rung": True}, "rounds_per_rung"),
            ({"valid_minutes": 0}, "valid_minutes"),
            ({"valid_minutes": "1440"}, "valid_minutes"),
            ({"floor_percent": 80}, "floor_fen"),
            ({"scope": {"category": "杯子"}}, "floor_fen"),
            ({"scope": {"item": "a", "category": "b"}}, "scope"),
            ({"authority": {"assistant": 2, "agent": 1, "manager": 3}}, "authority"),
            ({"authority": {"assistant": 0, "agent": 0}}, "authority.manager"),
            ({"budget_fen": {"conversation": 1}}, "budget_fen.day"),
            ({"rungs": [{"kind": "love"}]}, "rungs[0].kind"),
            ({"rungs": [{**MUG["rungs"][1], "off_fen": 0}]}, "rungs[0].off_fen"),
            ({"rungs": [{**MUG["rungs"][0], "name": ""}]}, "rungs[0].name"),
            ({"rungs": [{**MUG["rungs"][0], "off_fen": 5}]}, "rungs[0].off_fen"),
            ({"rungs": [{**MUG["rungs"][3], "redeem": "now"}]}, "rungs[0].redeem"),
            (
                {"rungs": [{**MUG["rungs"][3], "redeem": {"link": "javascript:x"}}]},
                "rungs[0].redeem.link",
            ),
            (
                {"rungs": [{**MUG["rungs"][1], "redeem": "order_change"}]},
                "rungs[0].redeem",
            ),
            (
                {
                    "quantity_offers": [
                        {"at_least": 2, "off_fen": 5},
                        {"at_least": 2, "off_fen": 8},
                    ]
                },
                "quantity_offers",
            ),
            (
                {"quantity_offers": [{"at_least": 1, "off_fen": 5}]},
                "quantity_offers[0].at_least",
            ),
            ({"colour": "red"}, "colour"),
        ],
    )
    def test_names_the_field_that_is_wrong(
        self, changes: dict[str, Any], field: str
    ) -> None:
        assert field in fields_of({**MUG, **changes})

    def test_names_all_of_them_at_once(self) -> None:
        assert set(fields_of({})) >= {"scope", "rungs", "authority", "budget_fen"}

    def test_is_never_surprised(self) -> None:
        strange: tuple[object, ...] = (None, 3, [], "x", {"rungs": 3}, {"rungs": [3]})

        assert all(fields_of(value) for value in strange)


class TestPolicyFor:
    def test_the_items_own_goes_before_its_category_and_the_shop(self) -> None:
        shop = make_policy(scope={}, floor_fen=None, floor_percent=90)
        category = make_policy(
            scope={"category": "杯子"}, floor_fen=None, floor_percent=90
        )
        own = make_policy()
        mug = Item(item_id="MUG-01", title="杯", category="杯子")
        cup = Item(item_id="CUP-02", title="杯", category="杯子")
        pot = Item(item_id="POT-03", title="锅")

        found = [policy_for((shop, category, own), item) for item in (mug, cup, pot)]

        assert found == [own, category, shop]
        assert policy_for((own,), pot) is None


class TestFloorOf:
    def test_the_higher_of_both_floors_holds(self) -> None:
        policy = make_policy()

        def floor(floor_fen: int | None) -> int | None:
            item = Item(
                item_id="MUG-01", title="杯", list_fen=5_500, floor_fen=floor_fen
            )
            return policy.floor_of(item)

        assert [floor(None), floor(5_200), floor(0)] == [4_900, 5_200, 4_900]

    def test_a_share_of_the_list_price_is_rounded_up(self) -> None:
        policy = make_policy(scope={}, floor_fen=None, floor_percent=85)

        assert policy.floor_of(Item(item_id="x", title="x", list_fen=1_999)) == 1_700

    def test_without_a_list_price_there_is_none(self) -> None:
        assert make_policy().floor_of(Item(item_id="MUG-01", title="杯")) is None


class TestScope:
    def test_is_one_word(self) -> None:
        assert str(Scope(kind=ScopeKind.ITEM, ref="MUG-01")) == "item:MUG-01"
        assert str(Scope(kind=ScopeKind.SHOP)) == "shop"
