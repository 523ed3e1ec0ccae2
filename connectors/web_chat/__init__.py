"""The shop's own chat window: buyers write over a socket and read over it."""

import asyncio
import time
from collections.abc import Callable, Sequence
from weakref import WeakSet

from aiohttp import web

from bot.errors import DeliveryRejectedError
from bot.messages import OutgoingMessage
from connectors.base import Host, Route, ShopAccount
from connectors.chat import ChatHost, ChatShop
from connectors.web_chat import wire
from connectors.web_chat.limits import ChatLimits, Doorman, PerMinute
from connectors.web_chat.origins import allowed_origin, peer
from connectors.web_chat.pictures import PictureBody, Pictures
from connectors.web_chat.socket import ChatSocket, Close

_PICTURES = "/api/v1/chat/{shop}/pictures"


class WebChat:
    """Sockets and pictures of the chat window; docs/chat.md is its contract."""

    name = wire.NAME
    shows_pictures = True

    def __init__(
        self, limits: ChatLimits, *, address: Callable[[web.Request], str] = peer
    ) -> None:
        """Make the connector; ``address`` tells whom the limits count a request to."""
        self._address = address
        self._limits = limits
        self._doorman = Doorman(limits)
        self._beginnings = PerMinute(limits.new_per_address)
        self._open: WeakSet[ChatSocket] = WeakSet()

    def routes(self, host: Host) -> Sequence[Route]:
        """Return the socket and the routes of pictures."""
        pictures = Pictures(host.chat, limits=self._limits, address=self._address)

        async def chat(request: web.Request) -> web.StreamResponse:
            return await self._chat(request, host.chat)

        return (
            Route(
                method="GET",
                path="/ws/chat",
                handler=chat,
                role="buyer",
                summary="The socket of the chat window (docs/chat.md); ?shop=SLUG.",
                replies={101: None},
            ),
            Route(
                method="OPTIONS",
                path=_PICTURES,
                handler=pictures.ask,
                role="public",
                summary="Whether a page may send pictures (CORS).",
                replies={204: None},
            ),
            Route(
                method="POST",
                path=_PICTURES,
                handler=pictures.take,
                role="buyer",
                summary="A buyer's picture as the body; then a message names it.",
                replies={201: PictureBody},
            ),
            Route(
                method="GET",
                path="/media/{name}",
                handler=pictures.show,
                role="public",
                summary="A picture, to whoever knows its name.",
                replies={200: None},
            ),
        )

    def is_polled(self, shop: ShopAccount) -> bool:
        """Return True: windows read what is stored."""
        return True

    async def send(self, message: OutgoingMessage, *, shop: ShopAccount) -> None:
        """Refuse: a window is told of news and reads it.

        Raises:
            DeliveryRejectedError: always.
        """
        raise DeliveryRejectedError(
            "a chat window cannot be called", connector=self.name, code="not_reachable"
        )

    async def stop(self) -> None:
        """Ask every window to connect again: the process ends."""
        await asyncio.gather(
            *(socket.close(Close.STOPPING) for socket in tuple(self._open)),
            return_exceptions=True,
        )

    async def _chat(self, request: web.Request, host: ChatHost) -> web.StreamResponse:
        address = self._address(request)
        socket = ChatSocket(
            host,
            limits=self._limits,
            address=address,
            begin=lambda: self._beginnings.check(address, at=time.monotonic()),
        )
        response = await socket.open(request)
        if not self._doorman.let_in(address):
            await socket.refuse(Close.TOO_MANY, "too_many", "too many sockets")
            return response
        self._open.add(socket)
        try:
            shop = host.shop(request.query.get("shop", ""))
            await self._admit(request, socket, shop)
        finally:
            self._open.discard(socket)
            self._doorman.let_out(address)
        return response

    async def _admit(
        self, request: web.Request, socket: ChatSocket, shop: ChatShop | None
    ) -> None:
        if shop is None:
            await socket.refuse(Close.NO_SHOP, "not_found", "no such shop")
        elif allowed_origin(request, shop) is None:
            await socket.refuse(
                Close.WRONG_ORIGIN, "wrong_origin", "this page may not chat"
            )
        else:
            await socket.serve(shop)
