"""What desks read of tickets, buyers, facts and news, on both databases."""

from datetime import timedelta

import pytest

from bot.desk.ticket_types import Phase
from bot.errors import NotFoundError, StaleStateError
from bot.facts import Item, Order, OrderState
from bot.follow_ups.plans import Kind
from storage.database import Database
from storage.queries.buyer_details import BuyerDetails, buyer_details
from storage.queries.buyers import buyers_by_ref
from storage.queries.counts import shop_counts
from storage.queries.fact_lists import (
    items_after,
    known_item,
    known_order,
    order_events,
    orders_of_buyer,
)
from storage.queries.follow_ups import follow_up, follow_ups, planned_until
from storage.queries.live import Change, Stream
from storage.queries.live_summaries import summaries
from storage.queries.shops import ShopRecord
from storage.queries.ticket_lists import WantedTickets, wanted_tickets
from storage.repositories import facts, tickets
from storage.repositories.buyers import suppress
from storage.repositories.follow_ups import NewFollowUp, plan
from tests.databases import (
    NOW,
    buyer_id_of,
    commit,
    make_person,
    make_shop,
    make_ticket_action,
    take,
)


@pytest.fixture(name="place")
def _place(database: Database, shop: ShopRecord) -> tuple[int, int, str]:
    """A conversation with a ticket about an order: its id, buyer and ticket."""
    receipt = take(database, shop)
    turn = commit(database, shop, [receipt], make_ticket_action(order_ref="o-1"))
    buyer_id = buyer_id_of(database, shop, receipt.conversation_id)
    return receipt.conversation_id, buyer_id, turn.tickets[0].number


class TestWantedTickets:
    @pytest.mark.parametrize(
        ("wanted", "count"),
        [
            (WantedTickets(), 1),
            (WantedTickets(phase=Phase.OPEN), 1),
            (WantedTickets(phase=Phase.SOLVED), 0),
            (WantedTickets(ticket_type="logistics"), 1),
            (WantedTickets(is_unassigned=True), 1),
            (WantedTickets(assignee_id=1), 0),
            (WantedTickets(order_ref="o-1"), 1),
            (WantedTickets(is_breached=True), 0),
            (WantedTickets(is_breached=False), 1),
        ],
    )
    def test_narrows(
        self,
        database: Database,
        shop: ShopRecord,
        place: tuple[int, int, str],
        wanted: WantedTickets,
        count: int,
    ) -> None:
        found = database.read_now(
            lambda conn: wanted_tickets(conn, shop.shop_id, wanted=wanted)
        )

        assert len(found) == count

    def test_a_breached_one_is_found_and_counted(
        self, database: Database, shop: ShopRecord, place: tuple[int, int, str]
    ) -> None:
        database.write_now(
            lambda conn: tickets.record_breaches(conn, now=NOW + timedelta(days=9))
        )

        found = database.read_now(
            lambda conn: wanted_tickets(
                conn, shop.shop_id, wanted=WantedTickets(is_breached=True)
            )
        )
        counts = database.read_now(lambda conn: shop_counts(conn, shop.shop_id))

        assert [one.is_breached for one in found] == [True]
        assert counts.breached_tickets == 1

    def test_a_ticket_is_held_at_its_version_only(
        self, database: Database, shop: ShopRecord, place: tuple[int, int, str]
    ) -> None:
        def hold(version: int) -> None:
            database.write_now(
                lambda conn: tickets.hold(
                    conn, shop.shop_id, number=place[2], expected_version=version
                )
            )

        hold(1)
        with pytest.raises(StaleStateError):
            hold(2)


class TestBuyerDetails:
    def test_counts_and_wishes(
        self, database: Database, shop: ShopRecord, place: tuple[int, int, str]
    ) -> None:
        conversation_id, buyer_id, _ = place

        def read() -> BuyerDetails:
            return database.read_now(
                lambda conn: buyer_details(conn, shop.shop_id, buyer_id)
            )

        before = read()
        database.write_now(
            lambda conn: suppress(
                conn, shop.shop_id, buyer_id=buyer_id, words="退订", now=NOW
            )
        )
        after = read()
        by_ref = database.read_now(
            lambda conn: buyers_by_ref(conn, shop.shop_id, "buyer-1")
        )

        assert (before.conversation_id, before.open_tickets) == (conversation_id, 1)
        assert (before.suppressed_at, after.suppressed_words) == (None, "退订")
        assert [one.buyer_id for one in by_ref] == [buyer_id]

    def test_another_shops_buyer_is_not_there(
        self, database: Database, place: tuple[int, int, str]
    ) -> None:
        other = make_shop(database, slug="other")

        with pytest.raises(NotFoundError):
            database.read_now(lambda conn: buyer_details(conn, other.shop_id, place[1]))


class TestFacts:
    def test_orders_of_a_buyer_come_in_pages(
        self, database: Database, shop: ShopRecord
    ) -> None:
        for number in range(3):
            order = Order(order_id=f"o-{number}", buyer_ref="b", state=OrderState.PAID)
            database.write_now(
                lambda conn, order=order, number=number: facts.put_order(  # type: ignore[misc]
                    conn,
                    shop.shop_id,
                    value=order,
                    told_at=NOW + timedelta(minutes=number // 2),
                    now=NOW,
                )
            )

        first = database.read_now(
            lambda conn: orders_of_buyer(
                conn, shop.shop_id, buyer_ref="b", after=None, limit=2
            )
        )
        last = first[-1]
        rest = database.read_now(
            lambda conn: orders_of_buyer(
                conn,
                shop.shop_id,
                buyer_ref="b",
                after=(last.told_at, last.row_id),
                limit=2,
            )
        )
        told = database.read_now(lambda conn: known_order(conn, shop.shop_id, "o-1"))
        events = database.read_now(
            lambda conn: order_events(conn, shop.shop_id, order_row_id=told.row_id)
        )

        ids = [one.order.order_id for one in (*first, *rest)]
        assert ids == ["o-2", "o-1", "o-0"]
        assert [event.what for event in events] == ["created"]

    def test_items_come_in_the_order_of_their_numbers(
        self, database: Database, shop: ShopRecord
    ) -> None:
        for item_id in ("b", "a", "c"):
            database.write_now(
                lambda conn, item_id=item_id: facts.put_item(  # type: ignore[misc]
                    conn,
                    shop.shop_id,
                    value=Item(item_id=item_id, title="件"),
                    told_at=NOW,
                    now=NOW,
                )
            )

        first = database.read_now(
            lambda conn: items_after(conn, shop.shop_id, after=None, limit=2)
        )
        rest = database.read_now(
            lambda conn: items_after(conn, shop.shop_id, after="b", limit=2)
        )

        assert [one.item_id for one in (*first, *rest)] == ["a", "b", "c"]

    def test_what_was_not_told_is_not_found(
        self, database: Database, shop: ShopRecord
    ) -> None:
        for query in (known_item, known_order):
            with pytest.raises(NotFoundError):
                database.read_now(
                    lambda conn, query=query: query(conn, shop.shop_id, "x")  # type: ignore[misc]
                )


class TestFollowUps:
    def test_what_will_be_due_is_read_as_a_claim_would_and_left_alone(
        self, database: Database, shop: ShopRecord, place: tuple[int, int, str]
    ) -> None:
        ids = [
            database.write_now(
                lambda conn, days=days: plan(  # type: ignore[misc]
                    conn,
                    shop.shop_id,
                    value=NewFollowUp(
                        buyer_id=place[1],
                        plan_id=f"plan-{days}",
                        kind=Kind.SERVICE,
                        due_at=NOW + timedelta(days=days),
                    ),
                    now=NOW,
                )
            )
            for days in (2, 1, 9)
        ]

        due = database.read_now(
            lambda conn: planned_until(
                conn, shop.shop_id, until=NOW + timedelta(days=2), limit=10
            )
        )
        named = database.read_now(
            lambda conn: follow_ups(conn, shop.shop_id, plan_id="plan-1")
        )
        last = ids[2]
        assert last is not None
        one = database.read_now(lambda conn: follow_up(conn, shop.shop_id, last))

        assert [it.follow_up_id for it in due] == [ids[1], ids[0]]
        assert [it.follow_up_id for it in named] == [ids[1]]
        assert one.state.value == "planned"
        with pytest.raises(NotFoundError):
            database.read_now(lambda conn: follow_up(conn, shop.shop_id, 10**9))


class TestSummaries:
    def test_say_a_masked_line_of_each_stream(
        self, database: Database, shop: ShopRecord, place: tuple[int, int, str]
    ) -> None:
        conversation_id, _, number = place
        person_id = make_person(database)
        database.write_now(
            lambda conn: tickets.note(
                conn, shop.shop_id, number=number, by=person_id, text="查", now=NOW
            )
        )
        receipt = take(database, shop, text="电话13812345678")
        changes = [
            Change(Stream.MESSAGES, receipt.message_id, shop.shop_id, conversation_id),
            Change(Stream.MESSAGES, 10**9, shop.shop_id, conversation_id),
            *(
                Change(Stream.TICKET_EVENTS, one, shop.shop_id, conversation_id)
                for one in range(1, 50)
            ),
        ]

        lines = database.read_now(lambda conn: summaries(conn, shop.shop_id, changes))

        message = lines[Stream.MESSAGES, receipt.message_id]
        assert (message.kind, message.data["text"]) == ("buyer", "电话138****5678")
        assert (Stream.MESSAGES, 10**9) not in lines
