"""Who gets the replies: a platform that writes down each POST before it does anything.

It is as unreliable as a real one: it refuses, dawdles, hangs up, and (when armed) has
the server killed between its sending and its recording.
"""

import asyncio
import hmac
import itertools
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec
from aiohttp import web

from benchmarks.durability.journal import Answered, Behaviour, Journal, Received
from benchmarks.http_client import sign
from benchmarks.processes import HOST

_SHARES: Mapping[Behaviour, float] = {
    Behaviour.TAKE: 0.80,
    Behaviour.REFUSE: 0.07,
    Behaviour.SLOW: 0.06,
    Behaviour.DROP: 0.05,
    Behaviour.TOO_SLOW: 0.02,
}
"""How often each happens; the killing is asked for by ``arm``."""
_UNTOLD = frozenset({Behaviour.DROP, Behaviour.TOO_SLOW, Behaviour.KILL})
"""After these the server cannot know that the POST arrived."""


class _Reply(msgspec.Struct):
    id: int
    text: str


class _Callback(msgspec.Struct):
    """What of a callback's body is written down."""

    delivery_id: int
    conversation_id: int
    reply: _Reply


@dataclass(slots=True, kw_only=True)
class CallbackPlatform:
    """One fake platform on a port of its own; outlives every server process."""

    journal: Journal
    choose: random.Random
    patience: float
    """Seconds after which the server gives a POST up."""
    kill: Callable[[], None]
    secret: bytes
    """Of the shop, which signs its callbacks with it."""
    is_unreliable: bool = True
    _receipts: "itertools.count[int]" = field(default_factory=itertools.count)
    _armed: asyncio.Event | None = None
    _runner: web.AppRunner | None = None

    async def start(self, port: int) -> None:
        """Listen."""
        app = web.Application()
        app.router.add_post("/callback", self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, port).start()

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    def arm(self) -> asyncio.Event:
        """Have the next POST kill the server; the event tells that it has."""
        self._armed = asyncio.Event()
        return self._armed

    def disarm(self) -> None:
        """Treat the next POST as any other."""
        self._armed = None

    async def _take(self, request: web.Request) -> web.Response:
        raw = await request.read()
        body = msgspec.json.decode(raw, type=_Callback)
        armed, self._armed = self._armed, None
        behaviour = self._behave() if armed is None else Behaviour.KILL
        receipt = next(self._receipts)
        self.journal.write(
            Received(
                receipt=receipt,
                delivery_id=body.delivery_id,
                message_id=body.reply.id,
                conversation_id=body.conversation_id,
                text=body.reply.text,
                behaviour=behaviour,
                is_signed=self._is_signed(request.headers, raw),
            )
        )
        if armed is not None:
            self.kill()
            armed.set()
        await asyncio.sleep(self._dawdle(behaviour))
        if behaviour is Behaviour.DROP and request.transport is not None:
            request.transport.abort()
        transport = request.transport
        is_open = transport is not None and not transport.is_closing()
        if is_open and behaviour not in _UNTOLD:
            self.journal.write(Answered(receipt=receipt))
        status = 500 if behaviour is Behaviour.REFUSE else 200
        return web.Response(status=status)

    def _behave(self) -> Behaviour:
        if not self.is_unreliable:
            return Behaviour.TAKE
        names, weights = tuple(_SHARES), tuple(_SHARES.values())
        return self.choose.choices(names, weights)[0]

    def _dawdle(self, behaviour: Behaviour) -> float:
        """Return the seconds before the answer."""
        match behaviour:
            case Behaviour.SLOW:
                return self.choose.uniform(0.1, 0.6) * self.patience
            case Behaviour.TOO_SLOW:
                return 1.5 * self.patience
            case _:
                return 0.0

    def _is_signed(self, headers: Mapping[str, str], raw: bytes) -> bool:
        timestamp = headers.get("X-Xiaoer-Timestamp", "")
        given = headers.get("X-Xiaoer-Signature", "")
        return hmac.compare_digest(
            sign(self.secret, timestamp=timestamp, body=raw), given
        )
