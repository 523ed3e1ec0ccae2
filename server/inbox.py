"""How does a message get in? Stored in a group, acknowledged, then part of a turn."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from bot.errors import InvalidPayloadError
from bot.messages import IncomingMessage, Receipt
from server.clock import Clock
from server.metrics import Metrics
from server.rates import BuyerRates
from server.shops import Shops
from storage.database import Database
from storage.queries.pending_turns import PendingMessage
from storage.repositories.changes import changes_so_far
from storage.repositories.intake import take_messages

_MOST_KNOWN = 500_000
"""Buyers whose conversation is remembered; then the memory starts anew."""

Accept = Callable[[PendingMessage], None]
_BuyerKey = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class _Waiting:
    shop_id: int
    message: IncomingMessage
    taken: "asyncio.Future[Receipt]"


class Inbox:
    """Takes messages: many callers of one moment share one unit of work."""

    def __init__(
        self,
        *,
        database: Database,
        shops: Shops,
        rates: BuyerRates,
        accept: Accept,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        """Keep the parts; ``accept`` is told of each stored message, once."""
        self._database = database
        self._shops = shops
        self._rates = rates
        self._accept = accept
        self._clock = clock
        self._metrics = metrics
        self._waiting: list[_Waiting] = []
        self._known: dict[_BuyerKey, int] = {}
        self._known_at = -1
        """The count of changes for which that holds: a buyer may be forgotten."""
        self._flushes: set[asyncio.Task[None]] = set()

    async def receive(self, message: IncomingMessage) -> Receipt:
        """Store a message; return after the commit.

        Raises:
            NotFoundError: there is no such shop.
            RateLimitedError: this buyer writes too fast; nothing was stored.
            InvalidPayloadError: the message's id was used for another buyer.
        """
        started = time.monotonic()
        shop = self._shops.by_slug(message.shop)
        self._rates.take(
            (message.shop, message.connector, message.buyer_ref), at=started
        )
        loop = asyncio.get_running_loop()
        taken: asyncio.Future[Receipt] = loop.create_future()
        self._waiting.append(_Waiting(shop.record.shop_id, message, taken))
        if len(self._waiting) == 1:
            flush = loop.create_task(self._flush(), name="inbox-flush")
            self._flushes.add(flush)
            flush.add_done_callback(self._flushes.discard)
        receipt = await taken
        self._metrics.intake_seconds.observe(time.monotonic() - started)
        self._metrics.messages.labels(
            message.connector, "true" if receipt.is_accepted else "false"
        ).inc()
        return receipt

    async def close(self) -> None:
        """Wait for what is on its way into the database."""
        while self._flushes:
            await asyncio.wait(self._flushes)

    async def _flush(self) -> None:
        batch, self._waiting = self._waiting, []
        await self._store(batch)

    async def _store(self, batch: Sequence[_Waiting]) -> None:
        now = self._clock()
        known, known_at = self._known, self._known_at

        def unit(connection: Connection) -> tuple[int, list[Receipt]]:
            changes = changes_so_far(connection)
            return changes, take_messages(
                connection,
                [(waiting.shop_id, waiting.message) for waiting in batch],
                now=now,
                known=known if changes == known_at else {},
            )

        try:
            changes, receipts = await self._database.write(unit)
        except Exception as error:  # noqa: BLE001 - goes to the callers it belongs to
            await self._store_alone(batch, error)
            return
        if changes > self._known_at:
            self._known, self._known_at = {}, changes
        for waiting, receipt in zip(batch, receipts, strict=True):
            if receipt.is_another_buyers:
                if not waiting.taken.done():
                    waiting.taken.set_exception(_reused_id(waiting.message))
                continue
            if changes == self._known_at:
                self._remember(waiting.shop_id, waiting.message, receipt)
            self._finish(waiting, receipt)

    async def _store_alone(self, batch: Sequence[_Waiting], error: Exception) -> None:
        """Give a failed group's messages a unit each, so that one harms no other."""
        if len(batch) == 1:
            if not batch[0].taken.done():
                batch[0].taken.set_exception(error)
            return
        await asyncio.gather(*(self._store([waiting]) for waiting in batch))

    def _remember(
        self, shop_id: int, message: IncomingMessage, receipt: Receipt
    ) -> None:
        if len(self._known) >= _MOST_KNOWN:
            self._known = {}
        self._known[shop_id, message.connector, message.buyer_ref] = (
            receipt.conversation_id
        )

    def _finish(self, waiting: _Waiting, receipt: Receipt) -> None:
        message = waiting.message
        if receipt.is_accepted:
            self._accept(
                PendingMessage(
                    message_id=receipt.message_id,
                    shop_id=waiting.shop_id,
                    conversation_id=receipt.conversation_id,
                    text=message.text,
                    image_url=message.image_url,
                    order_ref=message.order_ref,
                    item_ref=message.item_ref,
                    is_verified=message.is_verified,
                    created_at=self._clock(),
                )
            )
        if not waiting.taken.done():
            waiting.taken.set_result(receipt)


def _reused_id(message: IncomingMessage) -> InvalidPayloadError:
    return InvalidPayloadError(
        "has been used for another buyer's message",
        connector=message.connector,
        field="message_id",
    )
