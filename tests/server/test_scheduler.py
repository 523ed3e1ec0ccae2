import asyncio
import logging
from contextlib import suppress
from datetime import timedelta
from typing import cast

import pytest
import structlog

from server.follow_up_runner import FollowUpRunner
from server.metrics import Metrics
from server.promise_runner import PromiseRunner
from server.scheduler import Scheduler
from server.settings import ConversationSettings, SchedulerSettings
from server.shops import Shops
from storage.database import Database
from storage.queries.conversations import conversation
from storage.repositories.conversations import take_over
from storage.repositories.shops import ShopChanges, set_shop
from storage.states import CallBackResult, ConversationPhase
from tests.databases import VAULT
from tests.journeys.shop_floor import SettableClock, ShopFloor


class FailingRunner:
    """Follow-ups that cannot be worked on; remembers how often that was tried."""

    def __init__(self) -> None:
        self.tries = 0
        self.is_tried = asyncio.Event()

    async def run_due(self) -> int:
        self.tries += 1
        self.is_tried.set()
        raise ZeroDivisionError


class SlowRunner:
    """Follow-ups whose work takes as long as the test wants."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.may_end = asyncio.Event()
        self.ends = 0

    async def run_due(self) -> int:
        self.begun.set()
        _ = await self.may_end.wait()
        self.ends += 1
        return 0


def make_scheduler(
    database: Database,
    shops: Shops,
    clock: SettableClock,
    *,
    runner: FailingRunner | SlowRunner,
    metrics: Metrics,
) -> Scheduler:
    return Scheduler(
        database=database,
        shops=shops,
        connectors={},
        follow_ups=cast(FollowUpRunner, runner),
        promises=PromiseRunner(
            database=database, shops=shops, settings=SchedulerSettings(), clock=clock
        ),
        conversation=ConversationSettings(),
        settings=SchedulerSettings(tick_seconds=0.01),
        clock=clock,
        metrics=metrics,
        sent=lambda: None,
        changed=lambda: None,
    )


async def serve(floor: ShopFloor, conversation_id: int) -> None:
    """Let an agent take over for ten minutes."""
    person_id = await floor.put_on_duty()
    await floor.service.database.write(
        lambda connection: take_over(
            connection,
            floor.shop_id,
            conversation_id=conversation_id,
            person_id=person_id,
            until=floor.clock() + timedelta(minutes=10),
            now=floor.clock(),
        )
    )


async def phase(floor: ShopFloor, conversation_id: int) -> ConversationPhase:
    record = await floor.service.database.read(
        lambda connection: conversation(connection, floor.shop_id, conversation_id)
    )
    return record.phase


async def events_of_tick(floor: ShopFloor) -> list[str]:
    with structlog.testing.capture_logs() as logs:
        await floor.service.scheduler.tick()
    return [line["event"] for line in logs]


class TestTick:
    async def test_notices_what_another_process_changed(self, floor: ShopFloor) -> None:
        other = Database(
            floor.service.database.engine.url.render_as_string(), vault=VAULT
        )
        await floor.service.scheduler.tick()

        other.write_now(
            lambda connection: set_shop(
                connection, floor.shop_id, changes=ShopChanges(name="新名字")
            )
        )
        other.close()
        await floor.service.scheduler.tick()

        assert floor.service.shops.by_id(floor.shop_id).record.name == "新名字"

    async def test_tells_an_agent_and_then_releases_the_conversation(
        self, floor: ShopFloor
    ) -> None:
        answer = await floor.say("b-1", "在吗")
        await serve(floor, answer["conversation_id"])
        told = []

        for minutes in (8, 1, 0.5, 0.5, 1):
            floor.clock.move(minutes=minutes)
            told.append(
                [it for it in await events_of_tick(floor) if "conversation" in it]
            )

        assert told == [
            [],
            ["conversation.release_soon"],
            [],
            ["conversation.released"],
            [],
        ]
        assert await phase(floor, answer["conversation_id"]) is ConversationPhase.OPEN

    async def test_records_a_breach_once(self, floor: ShopFloor) -> None:
        await floor.tell("PUT", "/orders/o-1", buyer_id="b-1", state="signed")
        await floor.tell(
            "POST",
            "/reviews",
            review_id="r-1",
            order_id="o-1",
            stars=1,
            created_at=floor.clock().isoformat(),
        )
        (opened,) = await floor.tickets()
        floor.clock.set(opened.first_answer_due_at + timedelta(seconds=1))

        first, second = [await events_of_tick(floor) for _ in range(2)]

        assert "ticket.breached" in first
        assert "ticket.breached" not in second
        assert (await floor.events(opened.number)).count("breached") == 1

    async def test_records_that_a_call_back_met_with_silence(
        self, floor: ShopFloor
    ) -> None:
        await floor.say("b-1", "快递怎么还没到，都一周了，物流一直不动")
        (opened,) = await floor.tickets("logistics")
        await floor.move_ticket(opened.number, "in_progress", "solved")
        floor.clock.move(hours=2, minutes=1)
        await floor.tick()

        floor.clock.move(days=3, minutes=1)
        await floor.tick()

        (ticket,) = await floor.tickets("logistics")
        assert ticket.call_back_result is CallBackResult.SILENT

    async def test_measures_how_far_the_outbox_is_behind(
        self, floor: ShopFloor
    ) -> None:
        floor.platform.status = 500
        await floor.say("b-1", "在吗")
        await floor.service.outbox.settle()

        floor.clock.move(minutes=3)
        await floor.service.scheduler.tick()

        lag = floor.service.metrics.registry.get_sample_value(
            "xiaoer_outbox_lag_seconds"
        )
        assert lag is not None
        assert 170 <= lag <= 180

    async def test_a_step_that_fails_does_not_stop_the_others(
        self, database: Database, shops: Shops, clock: SettableClock, metrics: Metrics
    ) -> None:
        metrics.outbox_lag_seconds.set(99)
        runner = FailingRunner()
        scheduler = make_scheduler(
            database, shops, clock, runner=runner, metrics=metrics
        )

        with structlog.testing.capture_logs() as logs:
            await scheduler.tick()

        assert [(it["event"], it["step"]) for it in logs] == [
            ("scheduler.step_failed", "follow_ups")
        ]
        assert metrics.registry.get_sample_value("xiaoer_outbox_lag_seconds") == 0


class TestRunning:
    async def test_ticks_until_the_block_ends(
        self, database: Database, shops: Shops, clock: SettableClock, metrics: Metrics
    ) -> None:
        runner = FailingRunner()
        scheduler = make_scheduler(
            database, shops, clock, runner=runner, metrics=metrics
        )

        async with asyncio.timeout(5), scheduler.running():
            for _ in range(2):
                runner.is_tried.clear()
                _ = await runner.is_tried.wait()

        assert runner.tries >= 2

    async def test_a_tick_that_takes_long_is_no_warning(
        self,
        database: Database,
        shops: Shops,
        clock: SettableClock,
        metrics: Metrics,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        runner = SlowRunner()
        scheduler = make_scheduler(
            database, shops, clock, runner=runner, metrics=metrics
        )

        async with asyncio.timeout(5), scheduler.running():
            _ = await runner.begun.wait()
            with suppress(TimeoutError):  # many times as long as between two ticks
                await asyncio.wait_for(runner.may_end.wait(), timeout=0.2)
            runner.may_end.set()
            runner.begun.clear()
            _ = await runner.begun.wait()

        assert [it for it in caplog.records if it.levelno >= logging.WARNING] == []
        assert runner.ends >= 2

    async def test_the_end_waits_for_the_tick_on_its_way(
        self,
        database: Database,
        shops: Shops,
        clock: SettableClock,
        metrics: Metrics,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        runner = SlowRunner()
        scheduler = make_scheduler(
            database, shops, clock, runner=runner, metrics=metrics
        )

        async with asyncio.timeout(5), scheduler.running():
            _ = await runner.begun.wait()
            asyncio.get_running_loop().call_later(0.05, runner.may_end.set)

        assert runner.ends == 1
        assert [it for it in caplog.records if it.levelno >= logging.WARNING] == []
