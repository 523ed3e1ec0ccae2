"""The signed HTTP channel: a shop's own system speaks for its buyers."""

from collections.abc import Callable, Sequence
from datetime import datetime

import aiohttp

from bot.messages import OutgoingMessage
from connectors.base import Host, Route, ShopAccount
from connectors.signed_http import callbacks, incoming, wire


class SignedHttp:
    """Messages and facts in by signed requests, replies out by signed callbacks."""

    name = wire.NAME
    shows_pictures = True

    def __init__(
        self,
        *,
        session: aiohttp.ClientSession,
        clock: Callable[[], datetime],
        text_limit: int,
        timeout_seconds: float,
    ) -> None:
        """Keep the client session, which its owner closes.

        Args:
            session: used for callbacks only.
            clock: returns the aware UTC time that signatures are checked against.
            text_limit: characters of one message.
            timeout_seconds: of one callback.
        """
        self._session = session
        self._clock = clock
        self._text_limit = text_limit
        self._timeout_seconds = timeout_seconds

    def routes(self, host: Host) -> Sequence[Route]:
        """Return the routes of contracts.md, HTTP for a shop's systems."""
        return incoming.routes(host, clock=self._clock, text_limit=self._text_limit)

    def is_polled(self, shop: ShopAccount) -> bool:
        """Return True for a shop without a callback URL: it fetches its replies."""
        return shop.callback_url is None

    async def send(self, message: OutgoingMessage, *, shop: ShopAccount) -> None:
        """POST one message to the shop's callback URL."""
        await callbacks.post(
            message,
            shop=shop,
            session=self._session,
            now=self._clock(),
            timeout_seconds=self._timeout_seconds,
        )
