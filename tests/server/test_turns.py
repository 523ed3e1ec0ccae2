import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from bot.messages import Turn
from server.metrics import Metrics
from server.turns import Turns, turn_of
from tests.factories import make_pending
from tests.server.recording import OUTCOME, RecordingHandler

NEVER = 3600.0
"""Seconds: a wait that no test lives to see the end of."""


@asynccontextmanager
async def running(
    handler: RecordingHandler,
    *,
    quiet_gap: float = 0.0,
    longest: float = NEVER,
    metrics: Metrics | None = None,
    retry_wait: float = 0.0,
) -> AsyncIterator[Turns]:
    turns = Turns(
        handle=handler,
        quiet_gap=quiet_gap,
        longest=longest,
        metrics=Metrics() if metrics is None else metrics,
        workers=4,
        retry_wait=retry_wait,
    )
    task = asyncio.create_task(turns.run())
    try:
        yield turns
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def sample(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, labels)


class TestAdd:
    async def test_a_quiet_gap_merges_what_came_before_it(self) -> None:
        handler = RecordingHandler()

        async with running(handler, quiet_gap=0.03) as turns:
            for number in (1, 2, 3):
                turns.add(make_pending(number))
            await handler.wait_for(1)

        assert handler.ids() == [(1, 2, 3)]
        assert handler.turns[0].text == "第1句\n第2句\n第3句"

    async def test_what_comes_after_the_gap_is_the_next_turn(self) -> None:
        handler = RecordingHandler()

        async with running(handler, quiet_gap=0.01) as turns:
            turns.add(make_pending(1))
            await handler.wait_for(1)
            turns.add(make_pending(2))
            await handler.wait_for(2)

        assert handler.ids() == [(1,), (2,)]

    async def test_a_gap_of_zero_makes_each_message_a_turn(self) -> None:
        handler = RecordingHandler()

        async with running(handler) as turns:
            for number in (1, 2, 3):
                turns.add(make_pending(number))
                await turns.settle()

        assert handler.ids() == [(1,), (2,), (3,)]

    async def test_a_turn_closes_at_its_longest_though_the_buyer_goes_on(self) -> None:
        handler = RecordingHandler()

        async with running(handler, quiet_gap=NEVER, longest=0.03) as turns:
            turns.add(make_pending(1))
            turns.add(make_pending(2))
            await handler.wait_for(1)

        assert handler.ids() == [(1, 2)]

    async def test_nothing_is_handled_inside_the_gap(self) -> None:
        handler = RecordingHandler()

        async with running(handler, quiet_gap=NEVER) as turns:
            turns.add(make_pending(1))
            for _ in range(10):
                await asyncio.sleep(0)

            assert handler.turns == []
            assert turns.has(1)

    async def test_one_conversation_is_handled_in_order(self) -> None:
        gate = asyncio.Event()
        handler = RecordingHandler(gate=gate)

        async with running(handler) as turns:
            turns.add(make_pending(1))
            await handler.wait_for(1)
            turns.add(make_pending(2))
            turns.add(make_pending(3))
            for _ in range(10):
                await asyncio.sleep(0)
            started_beside_the_first = handler.ids()
            gate.set()
            await turns.settle()

        assert started_beside_the_first == [(1,)]
        assert handler.ids() == [(1,), (2, 3)]

    async def test_conversations_are_handled_side_by_side(self) -> None:
        gate = asyncio.Event()
        handler = RecordingHandler(gate=gate)

        async with running(handler) as turns:
            for number in (1, 2, 3):
                turns.add(make_pending(number, conversation_id=number))
            await handler.wait_for(3)
            gate.set()
            await turns.settle()

        assert sorted(handler.ids()) == [(1,), (2,), (3,)]

    async def test_more_conversations_than_workers_are_all_handled(self) -> None:
        handler = RecordingHandler()

        async with running(handler) as turns:
            for number in range(50):
                turns.add(make_pending(number, conversation_id=number))
            await turns.settle()

        assert len(handler.turns) == 50


class TestFailure:
    async def test_a_turn_that_failed_is_tried_again_and_told_how_often(self) -> None:
        handler = RecordingHandler(failing=3)
        metrics = Metrics()

        async with running(handler, metrics=metrics) as turns:
            turns.add(make_pending(1))
            await handler.wait_for(4)
            await turns.settle()

        assert handler.ids() == [(1,)] * 4
        assert handler.failures == [0, 1, 2, 3]
        assert sample(metrics, "xiaoer_turn_failures_total") == 3
        assert sample(metrics, "xiaoer_turns_total", band="auto") == 1

    async def test_a_database_that_fails_does_not_count_against_the_turn(self) -> None:
        handler = RecordingHandler(failing=4, error=OSError("no space left"))

        async with running(handler) as turns:
            turns.add(make_pending(1))
            await handler.wait_for(5)
            await turns.settle()

        assert handler.failures == [0, 0, 0, 0, 0]

    async def test_the_next_turn_starts_without_the_failures_of_the_last(self) -> None:
        handler = RecordingHandler(failing=1)

        async with running(handler) as turns:
            turns.add(make_pending(1))
            await turns.settle()
            turns.add(make_pending(2))
            await turns.settle()

        assert handler.failures == [0, 1, 0]

    async def test_what_came_meanwhile_follows_what_failed(self) -> None:
        gate = asyncio.Event()
        handler = RecordingHandler(failing=1, gate=gate)

        async with running(handler) as turns:
            turns.add(make_pending(1))
            await handler.wait_for(1)
            turns.add(make_pending(2))
            gate.set()
            await handler.wait_for(2)
            await turns.settle()

        assert handler.ids() == [(1,), (1, 2)]

    async def test_a_turn_that_fails_waits_without_stopping_others(self) -> None:
        handler = RecordingHandler(failing=1)

        async with running(handler, retry_wait=NEVER) as turns:
            turns.add(make_pending(1))
            await handler.wait_for(1)
            turns.add(make_pending(2, conversation_id=2))
            await handler.wait_for(2)

            assert handler.ids() == [(1,), (2,)]
            assert turns.has(1)


class TestOutcome:
    async def test_is_told_to_each_message_of_the_turn(self) -> None:
        handler = RecordingHandler()

        async with running(handler, quiet_gap=0.01) as turns:
            turns.add(make_pending(1))
            turns.add(make_pending(2))
            first, second = await asyncio.gather(
                turns.outcome(1, within=5), turns.outcome(2, within=5)
            )

        assert first == second == OUTCOME

    async def test_is_told_to_everybody_who_waits(self) -> None:
        handler = RecordingHandler()

        async with running(handler, quiet_gap=0.01) as turns:
            turns.add(make_pending(1))
            first, impatient, last = await asyncio.gather(
                turns.outcome(1, within=5),
                turns.outcome(1, within=0),
                turns.outcome(1, within=5),
            )

        assert first == last == OUTCOME
        assert impatient is None

    async def test_is_none_when_the_wait_is_over_first(self) -> None:
        handler = RecordingHandler()

        async with running(handler, quiet_gap=NEVER) as turns:
            turns.add(make_pending(1))

            assert await turns.outcome(1, within=0.01) is None

    async def test_comes_after_a_failure_was_made_good(self) -> None:
        handler = RecordingHandler(failing=1)

        async with running(handler) as turns:
            turns.add(make_pending(1))

            assert await turns.outcome(1, within=5) == OUTCOME

    async def test_is_none_when_somebody_had_handled_the_turn(self) -> None:
        handler = RecordingHandler(outcome=None)

        async with running(handler) as turns:
            turns.add(make_pending(1))

            assert await turns.outcome(1, within=5) is None
            assert not turns.has(1)


class TestRecover:
    async def test_what_a_former_process_left_is_handled_at_once(self) -> None:
        handler = RecordingHandler()
        left = [
            make_pending(1),
            make_pending(2, conversation_id=2),
            make_pending(3),
        ]

        async with running(handler, quiet_gap=NEVER) as turns:
            turns.recover(left)
            await turns.settle()

        assert sorted(handler.ids()) == [(1, 3), (2,)]

    async def test_nothing_left_is_nothing_to_do(self) -> None:
        handler = RecordingHandler()

        async with running(handler) as turns:
            turns.recover([])
            await turns.settle()

        assert handler.turns == []


class TestSettle:
    async def test_does_not_wait_for_the_gap(self) -> None:
        handler = RecordingHandler()

        async with running(handler, quiet_gap=NEVER) as turns:
            turns.add(make_pending(1))
            await turns.settle()

            assert handler.ids() == [(1,)]
            assert not turns.has(1)

    async def test_waits_for_what_is_being_handled(self) -> None:
        gate = asyncio.Event()
        handler = RecordingHandler(gate=gate)

        async with running(handler) as turns:
            turns.add(make_pending(1))
            await handler.wait_for(1)
            settling = asyncio.create_task(turns.settle())
            await asyncio.sleep(0)
            was_done = settling.done()
            gate.set()
            await settling

        assert not was_done

    async def test_does_not_wait_for_the_gap_of_what_came_meanwhile(self) -> None:
        gate = asyncio.Event()
        handler = RecordingHandler(gate=gate)

        async with running(handler, quiet_gap=NEVER) as turns:
            turns.recover([make_pending(1)])
            await handler.wait_for(1)
            turns.add(make_pending(2))
            settling = asyncio.create_task(turns.settle())
            await asyncio.sleep(0)
            gate.set()
            async with asyncio.timeout(5):
                await settling

        assert handler.ids() == [(1,), (2,)]

    async def test_counts_open_turns_until_then(self) -> None:
        metrics = Metrics()

        async with running(
            RecordingHandler(), quiet_gap=NEVER, metrics=metrics
        ) as turns:
            turns.add(make_pending(1))
            turns.add(make_pending(2, conversation_id=2))
            before = sample(metrics, "xiaoer_open_turns")
            await turns.settle()

        assert (before, sample(metrics, "xiaoer_open_turns")) == (2, 0)


class TestTurnOf:
    def test_joins_texts_and_images(self) -> None:
        turn = turn_of(
            [
                make_pending(1, text="裙子", shop_id=7, conversation_id=8),
                make_pending(2, text="", image_url="https://a/1.png"),
                make_pending(3, text="破了"),
            ]
        )

        assert turn == Turn(
            shop_id=7,
            conversation_id=8,
            message_ids=(1, 2, 3),
            text="裙子\n破了",
            image_urls=("https://a/1.png",),
            is_verified=True,
        )

    @pytest.mark.parametrize(
        ("refs", "last"),
        [
            ([None, None], None),
            (["a", None], "a"),
            (["a", "b"], "b"),
            ([None, "b"], "b"),
        ],
    )
    def test_the_last_named_order_and_item_count(
        self, refs: Sequence[str | None], last: str | None
    ) -> None:
        fragments = [
            make_pending(number, order_ref=ref, item_ref=ref)
            for number, ref in enumerate(refs)
        ]

        turn = turn_of(fragments)

        assert (turn.order_ref, turn.item_ref) == (last, last)
