"""Whether a turn is committed as a whole, on the state it was decided on, once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from bot.actions import HandOver, HandOverReason, Reply, Suggest, UpdateConversation
from bot.errors import NotFoundError, StaleStateError
from bot.follow_ups.plans import Kind
from storage.database import Database
from storage.queries.buyers import buyers_by_phone
from storage.queries.conversations import messages_after, suggestions
from storage.queries.pending_turns import unhandled_messages
from storage.queries.shops import ShopRecord
from storage.repositories.conversations import take_over
from storage.repositories.turns import commit_turn
from storage.states import DeliveryState, Direction
from tests.databases import (
    NOW,
    WORKFLOW,
    commit,
    make_decision,
    make_person,
    make_shop,
    make_ticket_action,
    make_turn,
    take,
)
from tests.storage.turn_steps import TOMORROW, all_follow_ups, load, planned, replies


class TestCommitTurn:
    def test_a_reply_is_stored_with_its_delivery(
        self, database: Database, shop: ShopRecord
    ) -> None:
        receipt = take(database, shop)

        done = commit(
            database, shop, [receipt], Reply(text="在的亲", buttons=("转人工",))
        )

        (record,) = database.read_now(
            lambda conn: messages_after(
                conn,
                shop.shop_id,
                conversation_id=receipt.conversation_id,
                direction=Direction.OUTGOING,
            )
        )
        assert record.message_id == done.replies[0].message_id
        assert record.text == "在的亲"
        assert record.buttons == ("转人工",)
        assert record.delivery_state is DeliveryState.PENDING
        assert (done.replies[0].shop, done.replies[0].buyer_ref) == ("demo", "buyer-1")

    def test_where_the_buyer_fetches_it_is_delivered_at_once(
        self, database: Database, shop: ShopRecord
    ) -> None:
        receipt = take(database, shop)
        commit(database, shop, [receipt], Reply(text="在的亲"), deliver=False)

        records = database.read_now(
            lambda conn: messages_after(
                conn, shop.shop_id, conversation_id=receipt.conversation_id
            )
        )

        assert records[-1].delivery_state is None

    def test_its_messages_are_handled(
        self, database: Database, shop: ShopRecord
    ) -> None:
        receipts = [take(database, shop), take(database, shop)]
        later = take(database, shop)

        commit(database, shop, receipts, Reply(text="在的亲"))

        waiting = database.read_now(unhandled_messages)
        assert [row.message_id for row in waiting] == [later.message_id]

    def test_a_plain_reply_costs_four_statements(
        self, database: Database, shop: ShopRecord
    ) -> None:
        receipt = take(database, shop)
        statements: list[str] = []
        turn = make_turn(shop, receipt)
        event.listen(
            database.engine,
            "before_cursor_execute",
            lambda *args: statements.append(args[2]),
        )

        database.write_now(
            lambda conn: commit_turn(
                conn,
                turn,
                make_decision(Reply(text="在的亲")),
                shop=shop,
                workflow=WORKFLOW,
                expected_version=0,
                now=NOW,
            )
        )

        assert len(statements) == 4

    def test_the_state_after_it_is_kept(
        self, database: Database, shop: ShopRecord
    ) -> None:
        receipt = take(database, shop)
        state = UpdateConversation(
            misses=1,
            is_greeted=True,
            last_intent="hello",
            used_variants=(("b.script", (2, 0)), ("a.script", (1,))),
        )

        done = commit(database, shop, [receipt], state)

        loaded = load(database, shop, receipt).state
        assert loaded.version == done.version == 1
        assert loaded.misses == 1
        assert loaded.is_greeted
        assert list(loaded.used_variants.items()) == [
            ("b.script", (2, 0)),
            ("a.script", (1,)),
        ]

    def test_a_second_commit_of_the_same_messages_is_stale(
        self, database: Database, shop: ShopRecord
    ) -> None:
        receipt = take(database, shop)
        commit(database, shop, [receipt], Reply(text="在的亲"))

        with pytest.raises(StaleStateError):
            commit(database, shop, [receipt], Reply(text="在的亲"))

        assert len(replies(database, shop)) == 1

    def test_after_a_take_over_it_is_stale_and_changes_nothing(
        self, database: Database, shop: ShopRecord
    ) -> None:
        receipt = take(database, shop)
        version = load(database, shop, receipt).state.version
        person_id = make_person(database)
        database.write_now(
            lambda conn: take_over(
                conn,
                shop.shop_id,
                conversation_id=receipt.conversation_id,
                person_id=person_id,
                until=TOMORROW,
                now=NOW,
            )
        )

        with pytest.raises(StaleStateError):
            database.write_now(
                lambda conn: commit_turn(
                    conn,
                    make_turn(shop, receipt),
                    make_decision(Reply(text="在的亲")),
                    shop=shop,
                    workflow=WORKFLOW,
                    expected_version=version,
                    now=NOW,
                )
            )

        assert replies(database, shop) == []
        assert len(database.read_now(unhandled_messages)) == 1

    def test_handing_over_waits_for_a_person(
        self, database: Database, shop: ShopRecord
    ) -> None:
        receipt = take(database, shop)
        commit(database, shop, [receipt], HandOver(reason=HandOverReason.ASKED))

        state = load(database, shop, receipt).state

        assert state.is_handed_over
        assert state.served_by is None

    def test_handing_over_leaves_who_serves_in_place(
        self, database: Database, shop: ShopRecord
    ) -> None:
        receipt = take(database, shop)
        person_id = make_person(database)
        database.write_now(
            lambda conn: take_over(
                conn,
                shop.shop_id,
                conversation_id=receipt.conversation_id,
                person_id=person_id,
                until=TOMORROW,
                now=NOW,
            )
        )
        commit(database, shop, [receipt], HandOver(reason=HandOverReason.ASKED))

        assert load(database, shop, receipt).state.served_by == person_id

    def test_a_suggestion_is_for_the_agents_only(
        self, database: Database, shop: ShopRecord
    ) -> None:
        receipt = take(database, shop)
        suggestion = Suggest(text="可以这样说", intent_id="hello", confidence=0.5)
        commit(database, shop, [receipt], suggestion)

        offered = database.read_now(
            lambda conn: suggestions(
                conn, shop.shop_id, conversation_id=receipt.conversation_id
            )
        )

        assert [it.text for it in offered] == ["可以这样说"]
        assert replies(database, shop) == []

    def test_a_reply_names_the_ticket_that_the_turn_opened(
        self, database: Database, shop: ShopRecord
    ) -> None:
        receipt = take(database, shop)

        done = commit(
            database,
            shop,
            [receipt],
            Reply(text="工单{ticket.number}，{ticket.due_at}前答复"),
            make_ticket_action(due_in=timedelta(hours=1)),
        )

        assert done.replies[0].text == "工单WL-000001，今天11:00前答复"
        (open_ticket,) = load(database, shop, receipt).buyer.open_tickets
        assert open_ticket.number == done.tickets[0].number == "WL-000001"

    def test_of_two_tickets_a_reply_names_the_one_of_its_type(
        self, database: Database, shop: ShopRecord
    ) -> None:
        receipt = take(database, shop)
        first = make_ticket_action(due_in=timedelta(hours=1))

        done = commit(
            database,
            shop,
            [receipt],
            Reply(
                text="{ticket.number}", intent_id=first.intent_id, ticket_type="claim"
            ),
            first,
            replace(first, ticket_type="claim", prefix="SP"),
        )

        assert done.replies[0].text == "SP-000001"

    def test_a_follow_up_belongs_to_the_ticket_of_the_turn(
        self, database: Database, shop: ShopRecord
    ) -> None:
        receipt = take(database, shop)
        done = commit(
            database,
            shop,
            [receipt],
            planned(Kind.SERVICE, belongs_to_ticket=True),
            make_ticket_action(),
        )

        (record,) = all_follow_ups(database, shop)

        assert record.ticket_id == done.tickets[0].ticket_id
        assert done.follow_up_ids == (record.follow_up_id,)

    def test_of_two_tickets_a_follow_up_belongs_to_the_one_of_its_type(
        self, database: Database, shop: ShopRecord
    ) -> None:
        receipt = take(database, shop)
        first = make_ticket_action()
        done = commit(
            database,
            shop,
            [receipt],
            planned(Kind.SERVICE, belongs_to_ticket=True, ticket_type="claim"),
            first,
            replace(first, ticket_type="claim", prefix="SP"),
        )

        (record,) = all_follow_ups(database, shop)

        assert record.ticket_id == done.tickets[1].ticket_id

    def test_the_same_follow_up_for_the_same_order_is_planned_once(
        self, database: Database, shop: ShopRecord
    ) -> None:
        for order_ref in ("o-1", "o-1", "o-2"):
            receipt = take(database, shop)
            action = planned(Kind.SERVICE, order_ref=order_ref)
            commit(database, shop, [receipt], action)

        orders = [record.order_ref for record in all_follow_ups(database, shop)]

        assert orders == ["o-1", "o-2"]

    def test_a_phone_number_is_sealed_and_can_be_looked_up(
        self, database: Database, shop: ShopRecord
    ) -> None:
        receipt = take(database, shop)
        database.write_now(
            lambda conn: commit_turn(
                conn,
                make_turn(shop, receipt),
                replace(make_decision(Reply(text="好的")), phone="13812345678"),
                shop=shop,
                workflow=WORKFLOW,
                expected_version=0,
                now=NOW,
            )
        )

        (found,) = database.read_now(
            lambda conn: buyers_by_phone(conn, shop.shop_id, "13812345678")
        )
        assert (found.buyer_ref, found.phone) == ("buyer-1", "13812345678")


class TestLoadConversation:
    def test_another_shops_conversation_is_not_found(
        self, database: Database, shop: ShopRecord
    ) -> None:
        receipt = take(database, shop)
        other = make_shop(database, slug="other")

        with pytest.raises(NotFoundError):
            load(database, other, receipt)

    def test_the_newest_message_says_whether_the_buyer_is_verified(
        self, database: Database, shop: ShopRecord
    ) -> None:
        receipt = take(database, shop)

        assert load(database, shop, receipt).buyer.is_verified

    def test_what_was_spoken_of_last_is_remembered(
        self, database: Database, shop: ShopRecord
    ) -> None:
        receipt = take(database, shop)
        turn = make_turn(shop, receipt, order_ref="o-1")
        database.write_now(
            lambda conn: commit_turn(
                conn,
                turn,
                make_decision(),
                shop=shop,
                workflow=WORKFLOW,
                expected_version=0,
                now=NOW,
            )
        )
        commit(database, shop, [take(database, shop)])

        assert load(database, shop, receipt).last_order_ref == "o-1"
