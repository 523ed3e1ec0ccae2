import asyncio
import contextlib
from datetime import timedelta

import pytest

from bot.actions import Reply
from bot.errors import DeliveryFailedError, DeliveryRejectedError
from server.metrics import Metrics
from server.outbox import Outbox
from server.settings import CallbackSettings
from server.shops import Shops
from storage.database import Database
from storage.queries.outbox import DeadLetter, OutboxLag, dead_letters, outbox_lag
from storage.queries.shops import ShopRecord
from storage.repositories.conversations import take_over
from storage.repositories.outbox import send_again
from tests.databases import commit, make_person, take
from tests.journeys.shop_floor import SettableClock
from tests.server.recording import RecordingConnector

FAILED = DeliveryFailedError("no", connector="signed_http")
REJECTED = DeliveryRejectedError("gone", connector="signed_http", code="410")


class Post:
    """An outbox over a real database, with replies to deliver."""

    def __init__(
        self,
        database: Database,
        shop: ShopRecord,
        shops: Shops,
        clock: SettableClock,
        metrics: Metrics,
    ) -> None:
        self.database = database
        self.shop = shop
        self.shops = shops
        self.clock = clock
        self.metrics = metrics
        self.connector = RecordingConnector()
        self.outbox = self.make_outbox()

    def make_outbox(
        self,
        *,
        connector: RecordingConnector | None = None,
        settings: CallbackSettings | None = None,
    ) -> Outbox:
        used = self.connector if connector is None else connector
        return Outbox(
            database=self.database,
            shops=self.shops,
            connectors={used.name: used},
            settings=CallbackSettings() if settings is None else settings,
            clock=self.clock,
            metrics=self.metrics,
        )

    def reply(self, *texts: str, buyer_ref: str = "buyer-1") -> int:
        """Let a turn end with these replies; returns its conversation."""
        receipt = take(self.database, self.shop, buyer_ref=buyer_ref)
        replies = [Reply(text=text) for text in texts]
        commit(self.database, self.shop, [receipt], *replies, now=self.clock())
        return receipt.conversation_id

    def dead(self) -> list[DeadLetter]:
        return self.database.read_now(lambda c: dead_letters(c, self.shop.shop_id))

    def lag(self) -> OutboxLag:
        return self.database.read_now(lambda c: outbox_lag(c, now=self.clock()))

    def count(self, outcome: str) -> float | None:
        return self.metrics.registry.get_sample_value(
            "xiaoer_deliveries_total", {"outcome": outcome}
        )


@pytest.fixture(name="post")
def _post(
    database: Database,
    shop: ShopRecord,
    shops: Shops,
    clock: SettableClock,
    metrics: Metrics,
) -> Post:
    return Post(database, shop, shops, clock, metrics)


class TestDelivery:
    async def test_a_reply_is_sent_once_and_recorded(self, post: Post) -> None:
        post.reply("亲，在的")

        await post.outbox.settle()
        await post.outbox.settle()

        assert post.connector.texts() == ["亲，在的"]
        assert post.lag().pending == 0
        assert post.count("delivered") == 1

    async def test_nothing_to_send_is_nothing_to_do(self, post: Post) -> None:
        assert not await post.outbox.deliver_due()

    async def test_replies_of_a_conversation_keep_their_order(self, post: Post) -> None:
        post.reply("一", "二", "三")

        await post.outbox.settle()

        assert post.connector.texts() == ["一", "二", "三"]

    async def test_a_shop_that_fetches_its_replies_is_sent_nothing(
        self, post: Post
    ) -> None:
        post.connector.is_read = True
        post.reply("亲，在的")

        await post.outbox.settle()

        assert post.connector.sent == []
        assert post.lag().pending == 0

    async def test_no_more_are_on_their_way_than_allowed(self, post: Post) -> None:
        post.connector.gate = asyncio.Event()
        outbox = post.make_outbox(settings=CallbackSettings(parallel=2))
        for number in range(5):
            post.reply("亲", buyer_ref=f"buyer-{number}")

        settling = asyncio.create_task(outbox.settle())
        post.connector.gate.set()
        await settling

        assert len(post.connector.sent) == 5
        assert post.connector.most_in_flight <= 2

    async def test_a_wake_sends_at_once_while_it_runs(self, post: Post) -> None:
        running = asyncio.create_task(post.outbox.run())
        post.reply("亲，在的")

        post.outbox.wake()
        async with asyncio.timeout(5):
            _ = await post.connector.is_asked.wait()
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
        await post.outbox.close()

        assert post.connector.texts() == ["亲，在的"]
        assert post.lag().pending == 0


class TestRetry:
    async def test_what_failed_waits_as_promised(self, post: Post) -> None:
        post.connector.errors = [FAILED] * 3
        post.reply("亲，在的")
        tries = []

        for seconds in (0, 0.9, 0.1, 4.9, 0.1, 29.9, 0.1):
            post.clock.move(seconds=seconds)
            await post.outbox.settle()
            tries.append(len(post.connector.sent))

        assert tries == [1, 1, 2, 2, 3, 3, 4]
        assert post.lag().pending == 0
        assert (post.count("put_off"), post.count("delivered")) == (3, 1)

    async def test_each_try_bears_the_same_id(self, post: Post) -> None:
        post.connector.errors = [FAILED]
        post.reply("亲，在的")

        await post.outbox.settle()
        post.clock.move(seconds=1)
        await post.outbox.settle()

        first, second = post.connector.sent
        assert first == second

    @pytest.mark.parametrize(("asked", "waits"), [(0, 1), (60, 60), (86_400, 86_400)])
    async def test_a_platform_may_ask_for_a_longer_wait(
        self, post: Post, asked: int, waits: int
    ) -> None:
        post.connector.errors = [
            DeliveryFailedError(
                "busy", connector="signed_http", retry_after=timedelta(seconds=asked)
            )
        ]
        post.reply("亲，在的")

        await post.outbox.settle()
        post.clock.move(seconds=waits - 0.5)
        await post.outbox.settle()
        too_early = len(post.connector.sent)
        post.clock.move(seconds=0.5)
        await post.outbox.settle()

        assert (too_early, len(post.connector.sent)) == (1, 2)

    async def test_a_fault_of_the_connector_is_put_off_too(self, post: Post) -> None:
        post.connector.errors = [ZeroDivisionError()]
        post.reply("亲，在的")

        await post.outbox.settle()
        post.clock.move(seconds=1)
        await post.outbox.settle()

        assert len(post.connector.sent) == 2
        assert post.lag().pending == 0

    async def test_what_comes_later_in_a_conversation_waits_behind_a_failure(
        self, post: Post
    ) -> None:
        post.connector.errors = [FAILED]
        post.reply("一", "二")
        await post.outbox.settle()

        post.reply("别人", buyer_ref="buyer-2")
        await post.outbox.settle()
        before = post.connector.texts()
        post.clock.move(seconds=1)
        await post.outbox.settle()

        assert before == ["一", "别人"]
        assert post.connector.texts() == ["一", "别人", "一", "二"]


class TestDeadLetter:
    async def test_a_no_is_never_tried_again(self, post: Post) -> None:
        post.connector.errors = [REJECTED]
        post.reply("亲，在的")

        await post.outbox.settle()
        post.clock.move(days=2)
        await post.outbox.settle()

        assert len(post.connector.sent) == 1
        assert [letter.text for letter in post.dead()] == ["亲，在的"]
        assert post.count("dead") == 1

    async def test_a_day_of_failures_is_enough(self, post: Post) -> None:
        post.connector.errors = [FAILED] * 1000
        post.reply("亲，在的")

        for _ in range(110):
            await post.outbox.settle()
            post.clock.move(seconds=900)

        assert len(post.dead()) == 1
        # The first, four quick retries, then every 15 minutes for what is left of a day.
        assert len(post.connector.sent) == 1 + 4 + (86_400 - 336) // 900

    async def test_who_gives_up_at_once_tries_once(self, post: Post) -> None:
        post.connector.errors = [FAILED]
        outbox = post.make_outbox(settings=CallbackSettings(give_up_after_hours=0))
        post.reply("亲，在的")

        await outbox.settle()

        assert len(post.dead()) == 1

    async def test_a_message_for_no_connector_is_dead(self, post: Post) -> None:
        outbox = post.make_outbox(connector=RecordingConnector(name="other"))
        post.reply("亲，在的")

        await outbox.settle()

        (letter,) = post.dead()
        assert letter.last_error == "no connector signed_http"

    async def test_can_be_sent_again(self, post: Post) -> None:
        post.connector.errors = [REJECTED]
        post.reply("亲，在的")
        await post.outbox.settle()
        (letter,) = post.dead()

        post.database.write_now(
            lambda connection: send_again(
                connection,
                post.shop.shop_id,
                delivery_id=letter.delivery_id,
                now=post.clock(),
            )
        )
        await post.outbox.settle()

        assert post.connector.texts() == ["亲，在的"] * 2
        assert post.dead() == []

    async def test_does_not_hold_up_what_comes_later(self, post: Post) -> None:
        post.connector.errors = [REJECTED]
        post.reply("一", "二")

        await post.outbox.settle()

        assert post.connector.texts() == ["一", "二"]


class TestTakeOver:
    async def test_just_before_sending_withholds_what_the_assistant_said(
        self, post: Post
    ) -> None:
        conversation_id = post.reply("亲，在的")
        person_id = make_person(post.database)
        post.database.write_now(
            lambda connection: take_over(
                connection,
                post.shop.shop_id,
                conversation_id=conversation_id,
                person_id=person_id,
                until=post.clock() + timedelta(minutes=10),
                now=post.clock(),
            )
        )

        await post.outbox.settle()

        assert post.connector.sent == []
        assert post.lag().pending == 0


class TestLease:
    async def test_nobody_sends_beside_us(self, post: Post) -> None:
        post.connector.gate = asyncio.Event()
        beside = RecordingConnector()
        post.reply("亲，在的")
        assert await post.outbox.deliver_due()

        await post.make_outbox(connector=beside).settle()
        post.connector.gate.set()
        await post.outbox.settle()

        assert beside.sent == []
        assert len(post.connector.sent) == 1

    async def test_what_a_dead_process_had_claimed_is_sent_when_its_lease_is_over(
        self, post: Post
    ) -> None:
        post.connector.gate = asyncio.Event()
        successor = RecordingConnector()
        post.reply("亲，在的")
        assert await post.outbox.deliver_due()

        post.clock.move(seconds=41)
        await post.make_outbox(connector=successor).settle()
        post.connector.gate.set()
        await post.outbox.settle()

        assert successor.texts() == ["亲，在的"]
        assert post.lag().pending == 0

    async def test_a_stop_waits_for_what_is_on_its_way(self, post: Post) -> None:
        post.connector.gate = asyncio.Event()
        post.reply("亲，在的")
        assert await post.outbox.deliver_due()

        closing = asyncio.create_task(post.outbox.close())
        await asyncio.sleep(0)
        was_closed = closing.done()
        post.connector.gate.set()
        await closing

        assert not was_closed
        assert post.lag().pending == 0
