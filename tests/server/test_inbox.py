import asyncio
from dataclasses import replace

import pytest

from bot.errors import InvalidPayloadError, NotFoundError, RateLimitedError
from bot.messages import IncomingMessage, Receipt
from server.inbox import Inbox
from server.metrics import Metrics
from server.rates import BuyerRates
from server.shops import Shops
from storage.database import Database
from storage.queries.pending_turns import PendingMessage, unhandled_messages
from tests.factories import make_incoming
from tests.journeys.shop_floor import SettableClock


class Desk:
    """An inbox over a real database that remembers what it passed on."""

    def __init__(
        self,
        database: Database,
        shops: Shops,
        clock: SettableClock,
        *,
        metrics: Metrics,
        per_minute: int = 0,
    ) -> None:
        self.database = database
        self.passed_on: list[PendingMessage] = []
        self.inbox = Inbox(
            database=database,
            shops=shops,
            rates=BuyerRates(per_minute=per_minute, burst=2),
            accept=self.passed_on.append,
            clock=clock,
            metrics=metrics,
        )

    async def take(self, *messages: IncomingMessage) -> list[Receipt]:
        return await asyncio.gather(*(self.inbox.receive(it) for it in messages))

    def stored(self) -> list[PendingMessage]:
        return self.database.read_now(unhandled_messages)


@pytest.fixture(name="desk")
def _desk(
    database: Database, shops: Shops, clock: SettableClock, metrics: Metrics
) -> Desk:
    return Desk(database, shops, clock, metrics=metrics)


def numbered(number: int, *, buyer: int = 1) -> IncomingMessage:
    return make_incoming(
        platform_message_id=f"m-{number}",
        buyer_ref=f"buyer-{buyer}",
        text=f"第{number}句",
    )


class TestReceive:
    async def test_stores_before_it_answers_and_passes_on(self, desk: Desk) -> None:
        (receipt,) = await desk.take(make_incoming(text="在吗", order_ref="o-1"))

        (stored,) = desk.stored()
        assert receipt == Receipt(
            conversation_id=stored.conversation_id,
            message_id=stored.message_id,
            is_accepted=True,
        )
        assert (stored.text, stored.order_ref) == ("在吗", "o-1")

    async def test_passes_on_what_a_restart_would_find(self, desk: Desk) -> None:
        await desk.take(
            make_incoming(text="在吗", item_ref="i-1", image_url="https://a/1.png")
        )

        assert [
            replace(it, created_at=desk.stored()[0].created_at)
            for it in (desk.passed_on)
        ] == desk.stored()

    async def test_messages_of_one_moment_get_their_own_receipts(
        self, desk: Desk
    ) -> None:
        receipts = await desk.take(*(numbered(n, buyer=n % 7) for n in range(60)))

        assert len({receipt.message_id for receipt in receipts}) == 60
        assert len({receipt.conversation_id for receipt in receipts}) == 7
        assert len(desk.passed_on) == len(desk.stored()) == 60

    async def test_a_buyers_messages_keep_their_order(self, desk: Desk) -> None:
        await desk.take(*(numbered(n) for n in range(20)))

        texts = [stored.text for stored in desk.stored()]
        assert texts == [f"第{n}句" for n in range(20)]
        assert [it.text for it in desk.passed_on] == texts

    async def test_the_same_message_is_taken_once(self, desk: Desk) -> None:
        (first,) = await desk.take(numbered(1))

        (again,) = await desk.take(numbered(1))

        assert again == replace(first, is_accepted=False)
        assert len(desk.passed_on) == len(desk.stored()) == 1

    async def test_the_same_message_twice_at_once_is_taken_once(
        self, desk: Desk
    ) -> None:
        receipts = await desk.take(numbered(1), numbered(1), numbered(1))

        assert sorted(it.is_accepted for it in receipts) == [False, False, True]
        assert len({it.message_id for it in receipts}) == 1
        assert len(desk.passed_on) == len(desk.stored()) == 1

    async def test_an_id_used_for_another_buyer_is_refused_and_leads_nowhere(
        self, desk: Desk
    ) -> None:
        (first,) = await desk.take(numbered(1))

        with pytest.raises(InvalidPayloadError) as caught:
            await desk.take(numbered(1, buyer=2))
        (later,) = await desk.take(numbered(2, buyer=2))

        assert caught.value.field == "message_id"
        assert later.conversation_id != first.conversation_id

    async def test_an_id_used_for_another_buyer_is_refused_whatever_changed_meanwhile(
        self, desk: Desk
    ) -> None:
        await desk.take(numbered(1))
        # A unit that committed later, after a change, was heard of first.
        desk.inbox._known_at += 1

        with pytest.raises(InvalidPayloadError):
            await desk.take(numbered(1, buyer=2))

    async def test_a_known_buyer_stays_in_the_same_conversation(
        self, desk: Desk
    ) -> None:
        (first,) = await desk.take(numbered(1))
        (second,) = await desk.take(numbered(2))
        (other,) = await desk.take(numbered(3, buyer=2))

        assert first.conversation_id == second.conversation_id
        assert other.conversation_id != first.conversation_id

    async def test_does_not_know_another_shop(self, desk: Desk) -> None:
        with pytest.raises(NotFoundError):
            await desk.inbox.receive(make_incoming(shop="other"))

        assert desk.stored() == []

    async def test_a_message_that_cannot_be_stored_harms_no_other(
        self, desk: Desk
    ) -> None:
        # A lone surrogate: the connectors refuse it, the database cannot keep it.
        results = await asyncio.gather(
            *(
                desk.inbox.receive(message)
                for message in (numbered(1), make_incoming(text="\ud800"), numbered(2))
            ),
            return_exceptions=True,
        )

        good = [it.is_accepted for it in results if isinstance(it, Receipt)]
        assert good == [True, True]
        assert isinstance(results[1], UnicodeEncodeError)
        assert [it.text for it in desk.stored()] == ["第1句", "第2句"]

    async def test_a_caller_who_went_away_loses_nothing(self, desk: Desk) -> None:
        waiting = asyncio.create_task(desk.inbox.receive(numbered(1)))
        await asyncio.sleep(0)

        waiting.cancel()
        await desk.inbox.close()

        assert waiting.cancelled() or waiting.cancelling()
        assert [it.text for it in desk.stored()] == ["第1句"]
        assert len(desk.passed_on) == 1

    async def test_a_flood_is_refused_and_not_stored(
        self, database: Database, shops: Shops, clock: SettableClock, metrics: Metrics
    ) -> None:
        desk = Desk(database, shops, clock, metrics=metrics, per_minute=1)
        await desk.take(numbered(1), numbered(2), numbered(3, buyer=2))

        with pytest.raises(RateLimitedError) as caught:
            await desk.inbox.receive(numbered(4))

        assert 0 < caught.value.retry_after.total_seconds() <= 60
        assert len(desk.stored()) == 3

    async def test_counts_messages(self, desk: Desk, metrics: Metrics) -> None:
        await desk.take(numbered(1), numbered(1), numbered(2))

        def count(accepted: str) -> float | None:
            return metrics.registry.get_sample_value(
                "xiaoer_messages_total",
                {"connector": "signed_http", "accepted": accepted},
            )

        assert (count("true"), count("false")) == (2, 1)


class TestClose:
    async def test_waits_for_what_is_on_its_way(self, desk: Desk) -> None:
        waiting = asyncio.create_task(desk.inbox.receive(numbered(1)))
        await asyncio.sleep(0)

        await desk.inbox.close()

        assert len(desk.stored()) == 1
        assert (await waiting).is_accepted
