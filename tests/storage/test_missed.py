"""Served turns and decisions on missed messages, on both databases."""

from datetime import timedelta

from bot.actions import Suggest
from storage.database import Database
from storage.queries.missed import missed_decisions
from storage.queries.served_turns import served_turns, wanted_intents, weeks
from storage.queries.shops import ShopRecord
from storage.repositories.missed import NewDecision, decide_missed
from storage.states import GroupVerdict
from tests.databases import NOW, commit, make_shop, take

MADE = NewDecision(
    key="a" * 16,
    verdict=GroupVerdict.REFUSED,
    kind="examples",
    lines=("b" * 16,),
    sketch={"1": 0.5},
    per_day=2.0,
    note="闲聊",
)


def decide(database: Database, shop: ShopRecord, value: NewDecision) -> None:
    database.write_now(
        lambda conn: decide_missed(conn, shop.shop_id, value=value, now=NOW)
    )


class TestDecideMissed:
    def test_a_decision_is_kept_for_its_shop_alone(self, database: Database) -> None:
        shop, other = make_shop(database), make_shop(database, slug="other")
        decide(database, shop, MADE)

        (found,) = database.read_now(lambda it: missed_decisions(it, shop.shop_id))
        others = database.read_now(lambda it: missed_decisions(it, other.shop_id))

        assert (found.verdict, found.note) == (GroupVerdict.REFUSED, "闲聊")
        assert found.lines == frozenset(MADE.lines)
        assert others == []

    def test_a_second_one_takes_the_place_of_the_first(
        self, database: Database
    ) -> None:
        shop = make_shop(database)
        decide(database, shop, MADE)
        decide(database, shop, MADE)

        found = database.read_now(lambda it: missed_decisions(it, shop.shop_id))

        assert len(found) == 1


class TestServedTurns:
    def test_a_turn_is_told_masked_with_what_was_offered(
        self, database: Database
    ) -> None:
        shop = make_shop(database)
        receipt = take(database, shop, text="水榕化了，电话13800138000")
        offer = Suggest(text="剪掉就好", intent_id="care", confidence=0.2)
        commit(database, shop, [receipt], offer)

        (turn,) = database.read_now(
            lambda it: list(
                served_turns(it, shop.shop_id, since=NOW - timedelta(days=1), limit=10)
            )
        )

        assert "水榕化了" in turn.text
        assert "13800138000" not in turn.text
        assert [one.text for one in turn.offered] == ["剪掉就好"]
        assert turn.sent is None

    def test_weeks_count_conversations_by_intent(self, database: Database) -> None:
        shop = make_shop(database)
        receipt = take(database, shop, text="什么时候发货")
        commit(database, shop, [receipt])

        newest, before = database.read_now(
            lambda it: weeks(
                it, shop.shop_id, until=NOW + timedelta(hours=1), count=2, least=0.35
            )
        )
        wanted = database.read_now(
            lambda it: wanted_intents(it, shop.shop_id, since=NOW - timedelta(days=1))
        )

        assert newest.by_intent == {"hello": 1}
        assert wanted == {"hello": 1}
        assert (newest.turns, before.turns) == (1, 0)
