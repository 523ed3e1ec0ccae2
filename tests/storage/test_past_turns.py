"""What the last turns wanted, and what the assistant said to them."""

from datetime import timedelta

from sqlalchemy import Connection

from bot.actions import Reply, UpdateConversation
from bot.deciding.state import KEPT_TURNS, PastTurn
from bot.messages import Receipt
from storage.database import Database
from storage.queries.shops import ShopRecord
from storage.repositories.conversations import agent_message, release, take_over
from tests.databases import NOW, commit, make_person, take
from tests.storage.planner import Planner
from tests.storage.turn_steps import load

ASKING = Reply(text="多高多重", intent_id="size", script_id="size.asks", variant=2)
FIXED = Reply(text="我是智能客服")
STATE = UpdateConversation(
    misses=0, is_greeted=True, last_intent="hello", used_variants=()
)


def past(
    database: Database, shop: ShopRecord, receipt: Receipt
) -> tuple[PastTurn, ...]:
    return load(database, shop, receipt).state.past


class TestPastTurns:
    def test_a_new_conversation_has_none(
        self, database: Database, shop: ShopRecord
    ) -> None:
        assert past(database, shop, take(database, shop)) == ()

    def test_a_turn_is_what_it_wanted_and_what_was_said(
        self, database: Database, shop: ShopRecord
    ) -> None:
        receipts = [take(database, shop), take(database, shop)]

        done = commit(database, shop, receipts, FIXED, ASKING, STATE)

        assert past(database, shop, receipts[0]) == (
            PastTurn(
                first_message_id=receipts[0].message_id,
                intent_id="hello",
                confidence=0.9,
                handled_at=NOW,
                said=(("size.asks", 2),),
                last_said_id=done.replies[-1].message_id,
            ),
        )

    def test_the_newest_stands_first_and_the_old_are_left_out(
        self, database: Database, shop: ShopRecord
    ) -> None:
        receipts = [take(database, shop) for _ in range(KEPT_TURNS + 2)]
        for minute, receipt in enumerate(receipts):
            now = NOW + timedelta(minutes=minute)
            commit(database, shop, [receipt], ASKING, STATE, now=now)

        found = past(database, shop, receipts[0])

        newest = [receipt.message_id for receipt in reversed(receipts)]
        assert [it.first_message_id for it in found] == newest[:KEPT_TURNS]

    def test_what_waits_to_be_handled_is_none(
        self, database: Database, shop: ShopRecord
    ) -> None:
        first = take(database, shop)
        commit(database, shop, [first], ASKING, STATE)
        take(database, shop)

        (only,) = past(database, shop, first)
        assert only.said

    def test_after_a_persons_words_nothing_of_ours_is_asked(
        self, database: Database, shop: ShopRecord
    ) -> None:
        receipt = take(database, shop)
        commit(database, shop, [receipt], ASKING, STATE)
        lan = make_person(database)

        until = NOW + timedelta(minutes=10)
        talk = receipt.conversation_id

        def unit(conn: Connection) -> None:
            take_over(
                conn,
                shop.shop_id,
                conversation_id=talk,
                person_id=lan,
                until=until,
                now=NOW,
            )
            agent_message(
                conn,
                shop.shop_id,
                conversation_id=talk,
                person_id=lan,
                text="我来看看",
                until=until,
                now=NOW,
            )
            release(conn, shop.shop_id, conversation_id=talk, now=NOW)

        database.write_now(unit)

        (only,) = past(database, shop, receipt)
        assert (only.intent_id, only.said, only.last_said_id) == ("hello", (), 0)

    def test_after_a_follow_up_too_and_the_state_has_moved(
        self, database: Database, shop: ShopRecord
    ) -> None:
        it = Planner(database, shop)
        receipt = take(database, shop)
        commit(database, shop, [receipt], ASKING, STATE)
        before = load(database, shop, receipt).state
        it.plan()

        it.send(it.claim_one())

        after = load(database, shop, receipt).state
        assert after.version == before.version + 1
        assert after.asked is None
        assert [one.said for one in after.past] == [()]
