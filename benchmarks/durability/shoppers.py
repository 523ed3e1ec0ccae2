"""Who writes while the server dies: buyers who repeat a message until it is taken.

As a real platform does, they send the same message id again when the answer was lost;
now and then they give up, and now and then they repeat what was already taken.
"""

import asyncio
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from benchmarks.durability.journal import Acknowledged, Journal, Sent
from benchmarks.http_client import Connection, signed_post
from benchmarks.processes import HOST

_ANSWER_SECONDS = 5.0
_PAUSE_SECONDS = 0.1
_GIVE_UP_SHARE = 0.1
"""Of the messages: never sent again when their answer is lost, so that both outcomes
are right."""
_REPEAT_SHARE = 0.05
_BURSTS = (1, 1, 1, 2, 3)
"""Fragments of one burst; the pauses between them are shorter than the quiet gap."""
_ACCEPTED = 202


class _Receipt(msgspec.Struct):
    accepted: bool


@dataclass(slots=True, kw_only=True)
class Shoppers:
    """The load; its tasks live until ``stop``, and end with nothing half-sent."""

    port: int
    shop: str
    secret: bytes
    journal: Journal
    texts: Iterator[str]
    choose: random.Random
    rate: float
    """Messages a second, all together."""
    buyers: int
    workers: int = 16
    other_answers: dict[int, int] = field(default_factory=dict)
    """Status to count of every answer but 202."""
    acknowledged: asyncio.Event = field(default_factory=asyncio.Event)
    """Set at each 202; whoever waits for the next one clears it first."""
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _over: asyncio.Event = field(default_factory=asyncio.Event)

    def start(self) -> None:
        """Begin to write."""
        self._tasks = [
            asyncio.create_task(self._shop_on(), name=f"shopper-{place}")
            for place in range(self.workers)
        ]

    async def stop(self) -> None:
        """Send no new message, and finish those under way."""
        self._over.set()
        await asyncio.gather(*self._tasks)

    async def write_once(self, buyer_ids: list[str], text: str) -> None:
        """Write one message for each buyer, until all are acknowledged."""
        link = _Link(self.port)
        for buyer_id in buyer_ids:
            await self._write(link, buyer_id, text, may_give_up=False)
        link.close()

    async def _shop_on(self) -> None:
        link = _Link(self.port)
        mean_burst = sum(_BURSTS) / len(_BURSTS)
        while not self._over.is_set():
            wait = self.choose.expovariate(self.rate / self.workers / mean_burst)
            await self._pause(wait)
            buyer_id = f"buyer-{self.choose.randrange(self.buyers)}"
            for _ in range(self.choose.choice(_BURSTS)):
                await self._write(link, buyer_id, next(self.texts), may_give_up=True)
                await self._pause(self.choose.uniform(0.1, 0.5))
        link.close()

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._over.wait()
        except TimeoutError:
            return

    async def _write(
        self, link: "_Link", buyer_id: str, text: str, *, may_give_up: bool
    ) -> None:
        message_id = f"m{next(self._numbers)}"
        body = msgspec.json.encode(
            {"message_id": message_id, "buyer_id": buyer_id, "text": text}
        )
        self.journal.write(Sent(message_id=message_id, buyer_id=buyer_id))
        gives_up = may_give_up and self.choose.random() < _GIVE_UP_SHARE
        while not await self._post(link, message_id, body):
            if gives_up:
                return
            await asyncio.sleep(_PAUSE_SECONDS)
        if self.choose.random() < _REPEAT_SHARE:
            await self._post(link, message_id, body)

    async def _post(self, link: "_Link", message_id: str, body: bytes) -> bool:
        """Return True when the message was acknowledged."""
        path = f"/api/v1/shops/{self.shop}/messages"
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                connection = await link.open()
                answer = await connection.exchange(
                    signed_post(path, body, secret=self.secret)
                )
        except (OSError, TimeoutError):
            link.close()
            return False
        if answer.status != _ACCEPTED:
            known = self.other_answers.get(answer.status, 0)
            self.other_answers[answer.status] = known + 1
            return False
        receipt = msgspec.json.decode(answer.body, type=_Receipt)
        self.journal.write(
            Acknowledged(message_id=message_id, is_accepted=receipt.accepted)
        )
        self.acknowledged.set()
        return True


class _Link:
    """One shopper's connection, opened again whenever it is needed and gone."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._connection: Connection | None = None

    async def open(self) -> Connection:
        """Return an open connection.

        Raises:
            OSError: nobody listens.
        """
        if self._connection is None or not self._connection.is_open:
            self._connection = await Connection.open(HOST, self._port)
        return self._connection

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None
