"""A connector that remembers what it was asked to send."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.messages import OutgoingMessage
from connectors.base import Host, Route, ShopAccount


@dataclass(slots=True)
class RecordingConnector:
    """Takes every delivery, unless a test gave it errors to raise first."""

    name: str = "signed_http"
    is_read: bool = False
    """Buyers fetch their replies: nothing is ever sent."""
    errors: list[Exception] = field(default_factory=list)
    """Raised by the next sends, one each."""
    gate: asyncio.Event | None = None
    """Sends wait for it."""
    sent: list[OutgoingMessage] = field(default_factory=list)
    """Every message that was tried, in order."""
    in_flight: int = 0
    most_in_flight: int = 0

    def routes(self, host: Host) -> Sequence[Route]:
        return ()

    def is_polled(self, shop: ShopAccount) -> bool:
        return self.is_read

    async def send(self, message: OutgoingMessage, *, shop: ShopAccount) -> None:
        self.sent.append(message)
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
