"""A connector and a turn handler that remember what they were asked to do."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.actions import Band
from bot.messages import OutgoingMessage, Turn
from connectors.base import Host, Route, ShopAccount, TurnOutcome
from server.turns import UndecidedError

OUTCOME = TurnOutcome(band=Band.AUTO, replies=())


@dataclass(slots=True)
class RecordingConnector:
    """Takes every delivery, unless a test gave it errors to raise first."""

    name: str = "signed_http"
    shows_pictures: bool = True
    is_read: bool = False
    """Buyers fetch their replies: nothing is ever sent."""
    errors: list[Exception] = field(default_factory=list)
    """Raised by the next sends, one each."""
    gate: asyncio.Event | None = None
    """Sends wait for it."""
    sent: list[OutgoingMessage] = field(default_factory=list)
    """Every message that was tried, in order."""
    is_asked: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by the first send."""
    in_flight: int = 0
    most_in_flight: int = 0

    def routes(self, host: Host) -> Sequence[Route]:
        return ()

    def is_polled(self, shop: ShopAccount) -> bool:
        return self.is_read

    async def send(self, message: OutgoingMessage, *, shop: ShopAccount) -> None:
        self.sent.append(message)
        self.is_asked.set()
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            if self.gate is not None:
                _ = await self.gate.wait()
            if self.errors:
                raise self.errors.pop(0)
        finally:
            self.in_flight -= 1

    def texts(self) -> list[str]:
        return [message.text for message in self.sent]


@dataclass(slots=True)
class RecordingHandler:
    """Handles turns as told and remembers them."""

    turns: list[Turn] = field(default_factory=list)
    failures: list[int] = field(default_factory=list)
    """What each call was told about earlier failures."""
    failing: int = 0
    """So many calls fail first."""
    error: Exception = field(default_factory=lambda: UndecidedError("as told"))
    """What they fail with."""
    gate: asyncio.Event | None = None
    """Calls wait for it."""
    outcome: TurnOutcome | None = OUTCOME
    called: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def __call__(self, turn: Turn, failures: int) -> TurnOutcome | None:
        async with self.called:
            self.turns.append(turn)
            self.failures.append(failures)
            self.called.notify_all()
        if self.gate is not None:
            _ = await self.gate.wait()
        if len(self.turns) <= self.failing:
            raise self.error
        return self.outcome

    async def wait_for(self, calls: int) -> None:
        async with asyncio.timeout(5), self.called:
            _ = await self.called.wait_for(lambda: len(self.turns) >= calls)

    def ids(self) -> list[tuple[int, ...]]:
        return [turn.message_ids for turn in self.turns]
