"""How does a reply get out? Claimed, sent, recorded; tried again until it is dead."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import uuid4

import structlog

from bot.errors import (
    AssistantError,
    DeliveryFailedError,
    NotFoundError,
)
from bot.follow_ups.windows import may_leave_at
from connectors.base import Connector
from server.clock import Clock
from server.metrics import Metrics
from server.settings import CallbackSettings, retry_wait
from server.shops import Shops
from storage.database import Database
from storage.repositories.outbox import (
    ClaimedDelivery,
    claim_deliveries,
    finish_delivered,
    finish_failed,
)

_log = structlog.get_logger(__name__)
_LEASE_SPARE_SECONDS = 30.0
"""A lease outlives the slowest send by so much, so that nobody sends beside us."""
_POLL_SECONDS = 1.0
"""Retries become due without anybody telling us."""


class Outbox:
    """Delivers what the database says is due, in order within a conversation."""

    def __init__(
        self,
        *,
        database: Database,
        shops: Shops,
        connectors: Mapping[str, Connector],
        settings: CallbackSettings,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self._database = database
        self._shops = shops
        self._connectors = connectors
        self._settings = settings
        self._clock = clock
        self._metrics = metrics
        self._owner = uuid4().hex
        self._woken = asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()
        self._delivered: list[int] = []

    def wake(self) -> None:
        """Look for due deliveries now."""
        self._woken.set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        while True:
            try:
                is_more = await self.deliver_due()
            except Exception:  # noqa: BLE001 - the outbox's loop: logged, goes on
                _log.exception("outbox.failed")
                is_more = False
            if not is_more:
                await self._wait()

    async def deliver_due(self) -> bool:
        """Send one batch of what is due; True when there was any."""
        free = self._settings.parallel - len(self._sending)
        if free <= 0:
            await asyncio.wait(self._sending, return_when=asyncio.FIRST_COMPLETED)
            return True
        now = self._clock()
        lease = timedelta(seconds=self._settings.timeout_seconds + _LEASE_SPARE_SECONDS)
        claimed = await self._database.write(
            lambda connection: claim_deliveries(
                connection, owner=self._owner, now=now, lease=lease, limit=free
            )
        )
        for delivery in claimed:
            task = asyncio.create_task(
                self._deliver(delivery), name=f"delivery-{delivery.delivery_id}"
            )
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)
        return bool(claimed)

    async def settle(self) -> None:
        """Wait until everything due is sent or put off (a stop, a test)."""
        while await self.deliver_due() or self._sending:
            if self._sending:
                await asyncio.wait(self._sending)

    async def close(self) -> None:
        """Wait for the sends on their way, so that their outcome is recorded."""
        while self._sending:
            await asyncio.wait(self._sending)

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(_POLL_SECONDS):
                _ = await self._woken.wait()
        except TimeoutError:
            pass
        self._woken.clear()

    async def _deliver(self, delivery: ClaimedDelivery) -> None:
        opens_at = self._window_opens_at(delivery)
        if opens_at is not None:
            await self._wait_for_window(delivery, opens_at)
            return
        try:
            await self._send(delivery)
        except DeliveryFailedError as error:
            await self._put_off(delivery, error)
        except AssistantError as error:
            await self._give_up(delivery, str(error))
        except Exception as error:  # noqa: BLE001 - a connector's fault must not end the outbox
            _log.exception("outbox.send_failed", delivery_id=delivery.delivery_id)
            await self._put_off(
                delivery,
                DeliveryFailedError(
                    type(error).__name__, connector=delivery.message.connector
                ),
            )
        else:
            await self._record_delivered(delivery.delivery_id)
        self.wake()

    def _window_opens_at(self, delivery: ClaimedDelivery) -> datetime | None:
        """Return when a follow-up may leave that is tried outside its window."""
        if delivery.plan_id is None:
            return None
        shop = self._shops.by_slug(delivery.message.shop)
        plan = shop.library.pack.follow_ups.get(delivery.plan_id)
        if plan is None:
            return None
        now = self._clock()
        opens_at = may_leave_at(
            plan, now, limits=shop.limits, timezone=shop.record.timezone
        )
        return opens_at if opens_at > now else None

    async def _wait_for_window(
        self, delivery: ClaimedDelivery, opens_at: datetime
    ) -> None:
        now = self._clock()
        await self._database.write(
            lambda connection: finish_failed(
                connection,
                delivery.delivery_id,
                owner=self._owner,
                now=now,
                error="outside the contact window",
                next_at=opens_at,
            )
        )
        self._metrics.deliveries.labels("put_off").inc()

    async def _send(self, delivery: ClaimedDelivery) -> None:
        message = delivery.message
        shop = self._shops.by_slug(message.shop)
        connector = self._connectors.get(message.connector)
        if connector is None:
            raise NotFoundError("connector", message.connector)
        if connector.is_polled(shop.account):
            return
        await connector.send(message, shop=shop.account)

    async def _record_delivered(self, delivery_id: int) -> None:
        """Record a success; many of one moment share a unit of work."""
        self._delivered.append(delivery_id)
        await asyncio.sleep(0)
        batch, self._delivered = self._delivered, []
        if not batch:
            return
        now = self._clock()
        await self._database.write(
            lambda connection: finish_delivered(
                connection, batch, owner=self._owner, now=now
            )
        )
        self._metrics.deliveries.labels("delivered").inc(len(batch))

    async def _put_off(
        self, delivery: ClaimedDelivery, error: DeliveryFailedError
    ) -> None:
        now = self._clock()
        wait = retry_wait(self._settings, attempts=delivery.attempts)
        if wait is None:
            await self._give_up(delivery, error.reason)
            return
        if error.retry_after is not None:
            wait = max(wait, error.retry_after)
        next_at = now + wait
        await self._database.write(
            lambda connection: finish_failed(
                connection,
                delivery.delivery_id,
                owner=self._owner,
                now=now,
                error=error.reason,
                next_at=next_at,
            )
        )
        self._metrics.deliveries.labels("put_off").inc()
        _log.warning(
            "delivery.put_off",
            delivery_id=delivery.delivery_id,
            conversation_id=delivery.message.conversation_id,
            reason=error.reason,
            attempts=delivery.attempts,
        )

    async def _give_up(self, delivery: ClaimedDelivery, reason: str) -> None:
        now = self._clock()
        await self._database.write(
            lambda connection: finish_failed(
                connection,
                delivery.delivery_id,
                owner=self._owner,
                now=now,
                error=reason,
                next_at=None,
            )
        )
        self._metrics.deliveries.labels("dead").inc()
        _log.error(
            "delivery.dead",
            delivery_id=delivery.delivery_id,
            conversation_id=delivery.message.conversation_id,
            reason=reason,
        )
