import asyncio
from datetime import datetime, timedelta
from typing import cast

import pytest
import structlog
from sqlalchemy import Connection

from bot.follow_ups.plans import Kind
from server.follow_up_runner import FollowUpRunner
from server.metrics import Metrics
from server.settings import SchedulerSettings
from server.shops import Shop, Shops
from storage.queries.follow_ups import FollowUpRecord
from storage.repositories.follow_ups import NewFollowUp, plan
from storage.repositories.intake import ensure_buyers
from tests.journeys.shop_floor import SHANGHAI, ShopFloor
from tests.server.recording import RecordingConnector

EVENING = datetime(2026, 11, 23, 22, 0, tzinfo=SHANGHAI)


class BrokenShops:
    """Shops that cannot be read."""

    def by_id(self, shop_id: int) -> Shop:
        raise ZeroDivisionError


class Planner:
    """Plans follow-ups of one buyer and lets runners work on them."""

    def __init__(self, floor: ShopFloor) -> None:
        self.floor = floor
        self.connector = RecordingConnector()
        self.woken = 0
        self.metrics = Metrics()

    def runner(self, *, batch: int = 200, shops: object = None) -> FollowUpRunner:
        service = self.floor.service
        return FollowUpRunner(
            database=service.database,
            shops=service.shops if shops is None else cast(Shops, shops),
            connectors={self.connector.name: self.connector},
            settings=SchedulerSettings(batch=batch),
            sent=self.wake,
            clock=self.floor.clock,
            metrics=self.metrics,
        )

    def wake(self) -> None:
        self.woken += 1

    async def plan(
        self,
        plan_id: str = "delay_update",
        *,
        kind: Kind = Kind.SERVICE,
        order_ref: str | None = "o-1",
        buyer_ref: str = "b-1",
        **delay: float,
    ) -> None:
        pair = ("signed_http", buyer_ref)
        floor, now = self.floor, self.floor.clock()

        def unit(connection: Connection) -> None:
            buyers = ensure_buyers(
                connection,
                floor.shop_id,
                names={pair: None},
                now=now,
            )
            plan(
                connection,
                floor.shop_id,
                value=NewFollowUp(
                    buyer_id=buyers[pair],
                    plan_id=plan_id,
                    kind=kind,
                    due_at=now + timedelta(**delay),
                    conversation_id=None,
                    order_ref=order_ref,
                    item_ref=None,
                    ticket_id=None,
                    review_id=None,
                    dedupe_key=f"{plan_id}:{buyer_ref}:{order_ref}",
                ),
                now=now,
            )

        await floor.service.database.write(unit)

    async def only(self) -> FollowUpRecord:
        (record,) = [
            it for it in await self.floor.follow_ups() if it.plan_id != "old_customer"
        ]
        return record

    def count(self, outcome: str) -> float | None:
        return self.metrics.registry.get_sample_value(
            "xiaoer_follow_ups_total", {"outcome": outcome}
        )


@pytest.fixture(name="planner")
async def _planner(floor: ShopFloor) -> Planner:
    await floor.tell("PUT", "/orders/o-1", buyer_id="b-1", state="paid")
    return Planner(floor)


class TestRunDue:
    async def test_what_is_due_is_sent_once(self, planner: Planner) -> None:
        await planner.plan()

        handled = [await planner.runner().run_due() for _ in range(2)]

        sent = await planner.only()
        assert handled == [1, 0]
        assert (sent.state, sent.sent_at) == ("sent", planner.floor.clock())
        assert planner.woken == 1
        assert planner.count("sent") == 1

    async def test_what_is_sent_stands_in_the_conversation_and_is_delivered(
        self, planner: Planner
    ) -> None:
        await planner.plan()

        await planner.runner().run_due()
        await planner.floor.service.outbox.settle()

        (text,) = planner.floor.platform.texts()
        sent = await planner.only()
        assert sent.conversation_id is not None
        (message,) = await planner.floor.messages(sent.conversation_id)
        assert message.text == text

    async def test_what_is_not_due_waits(self, planner: Planner) -> None:
        await planner.plan(hours=1)

        assert await planner.runner().run_due() == 0
        assert (await planner.only()).state == "planned"

    async def test_two_runners_send_it_once_between_them(
        self, planner: Planner
    ) -> None:
        for number in range(10):
            await planner.plan(order_ref=None, buyer_ref=f"b-{number}")

        handled = await asyncio.gather(
            planner.runner().run_due(), planner.runner().run_due()
        )

        assert sum(handled) == 10
        assert planner.count("sent") == 10

    async def test_more_than_a_batch_is_worked_on_in_batches(
        self, planner: Planner
    ) -> None:
        for number in range(5):
            await planner.plan(order_ref=None, buyer_ref=f"b-{number}")

        assert await planner.runner(batch=2).run_due() == 5

    async def test_outside_the_window_it_waits_for_the_morning(
        self, planner: Planner
    ) -> None:
        planner.floor.clock.set(EVENING)
        await planner.plan()

        await planner.runner().run_due()

        put_off = await planner.only()
        assert put_off.state == "planned"
        assert put_off.due_at.astimezone(SHANGHAI).hour == 9
        assert put_off.deferred_from == planner.floor.clock()
        assert planner.count("deferred") == 1

    async def test_marketing_without_consent_is_skipped_and_says_why(
        self, planner: Planner
    ) -> None:
        await planner.plan("old_customer", kind=Kind.MARKETING)

        await planner.runner().run_due()

        (skipped,) = await planner.floor.follow_ups()
        assert (skipped.state, skipped.reason) == ("skipped", "no_consent")
        assert planner.floor.platform.received == []

    async def test_what_the_order_made_pointless_ends_and_says_why(
        self, planner: Planner
    ) -> None:
        planner.floor.clock.move(minutes=1)
        await planner.floor.tell(
            "PUT", "/orders/o-1", buyer_id="b-1", state="paid", refund="requested"
        )
        await planner.plan()

        await planner.runner().run_due()

        ended = await planner.only()
        assert ended.state == "ended"
        assert ended.reason == "obsolete: order_refunded"

    async def test_a_plan_that_the_pack_no_longer_has_is_skipped(
        self, planner: Planner
    ) -> None:
        await planner.plan("forgotten_plan")

        await planner.runner().run_due()

        skipped = await planner.only()
        assert (skipped.state, skipped.reason) == ("skipped", "unknown_plan")

    async def test_a_buyer_who_fetches_replies_is_not_delivered_to(
        self, planner: Planner
    ) -> None:
        planner.connector.is_read = True
        await planner.plan()

        await planner.runner().run_due()
        await planner.floor.service.outbox.settle()

        assert (await planner.only()).state == "sent"
        assert planner.woken == 0
        assert planner.floor.platform.received == []

    async def test_what_cannot_be_judged_is_looked_at_again_later(
        self, planner: Planner
    ) -> None:
        await planner.plan()

        with structlog.testing.capture_logs() as logs:
            await planner.runner(shops=BrokenShops()).run_due()
        failed = await planner.only()
        planner.floor.clock.move(minutes=5)
        await planner.runner().run_due()

        assert failed.due_at == planner.floor.clock()
        assert "follow_up.failed" in [line["event"] for line in logs]
        assert (await planner.only()).state == "sent"
        assert (planner.count("failed"), planner.count("sent")) == (1, 1)

    async def test_one_that_fails_does_not_stop_the_others(
        self, planner: Planner
    ) -> None:
        await planner.plan("forgotten_plan")
        await planner.plan(order_ref=None, buyer_ref="b-2")

        await planner.runner().run_due()

        states = [it.state for it in await planner.floor.follow_ups()]
        assert states == ["skipped", "sent"]
