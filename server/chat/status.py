"""Who answers a buyer now? Told again when it changes: the queue, the people on duty."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import Connection

from bot.errors import NotFoundError
from connectors.chat import ChatBuyer, ChatStatus, Window
from server.clock import Clock
from server.live.listeners import Leave, Listeners
from server.shops import Shop, Shops
from storage.database import Database
from storage.queries.chat import PlaceRecord, place, waiting
from storage.states import ConversationPhase

_log = structlog.get_logger(__name__)
_LOOK_SECONDS = 1.0
_WINDOWS: Final = {
    ConversationPhase.OPEN: Window.ASSISTANT,
    ConversationPhase.HANDED_OVER: Window.WAITING,
    ConversationPhase.SERVED: Window.PERSON,
    ConversationPhase.CLOSED: Window.CLOSED,
}

_Staff = tuple[bool, datetime | None]
"""Whether somebody is there, and when somebody will be."""


class StatusBoard:
    """Says who answers, and tells the windows for which that changes."""

    def __init__(self, *, database: Database, shops: Shops, clock: Clock) -> None:
        self._database = database
        self._shops = shops
        self._clock = clock
        self._listeners: Listeners[None] = Listeners()
        self._watched: dict[int, int] = {}
        """Windows by shop id."""
        self._staff: dict[int, _Staff] = {}
        self._places: dict[int, dict[int, int]] = {}
        """Position by conversation, by shop."""

    async def status(self, buyer: ChatBuyer) -> ChatStatus:
        """Return who answers now.

        Raises:
            NotFoundError: the conversation is not the buyer's any more.
        """
        shop = self._shops.by_slug(buyer.shop)
        conversation_id = buyer.conversation_id
        found: PlaceRecord | None = None
        if conversation_id is not None:
            found = await self._database.read(
                lambda conn: place(
                    conn, shop.record.shop_id, conversation_id=conversation_id
                )
            )
        if found is not None and found.buyer_ref != buyer.buyer_ref:
            raise NotFoundError("conversation", "of this buyer")
        is_staffed, opens_at = _staff(shop, self._clock())
        if found is None:
            return ChatStatus(
                phase=Window.ASSISTANT, is_staffed=is_staffed, opens_at=opens_at
            )
        return ChatStatus(
            phase=_WINDOWS[found.phase],
            position=None if found.ahead is None else found.ahead + 1,
            is_staffed=is_staffed,
            opens_at=opens_at,
        )

    def listen(
        self, hear: Callable[[], None], *, shop_id: int, conversation_id: int | None
    ) -> Leave:
        """Call ``hear`` when who answers this window may have changed."""
        leave_staff = self._listeners.add(
            lambda _: hear(), shop_id=shop_id, conversation_id=conversation_id
        )
        self._watched[shop_id] = self._watched.get(shop_id, 0) + 1

        def leave() -> None:
            leave_staff()
            self._watched[shop_id] -= 1
            if self._watched[shop_id] <= 0:
                del self._watched[shop_id]

        return leave

    async def run(self) -> None:
        """Look once a second until cancelled."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            try:
                await self.look()
            except Exception:  # noqa: BLE001 - the board's loop: logged, goes on
                _log.exception("status.failed")

    async def look(self) -> None:
        """Tell the windows for which something has changed since the last look."""
        watched = sorted(self._watched)
        if not watched:
            return
        queues = await self._database.read(lambda conn: _queues(conn, watched))
        now = self._clock()
        for shop_id in watched:
            self._tell_staff(shop_id, now)
            self._tell_places(shop_id, queues[shop_id])

    def _tell_staff(self, shop_id: int, now: datetime) -> None:
        staff = _staff(self._shops.by_id(shop_id), now)
        if self._staff.get(shop_id, staff) != staff:
            self._listeners.tell_all(None, shop_id=shop_id)
        self._staff[shop_id] = staff

    def _tell_places(self, shop_id: int, queue: list[int]) -> None:
        places = {it: position for position, it in enumerate(queue, start=1)}
        before = self._places.get(shop_id, {})
        for conversation_id in places.keys() | before.keys():
            if places.get(conversation_id) != before.get(conversation_id):
                self._listeners.tell(
                    None, shop_id=shop_id, conversation_id=conversation_id
                )
        self._places[shop_id] = places


def _queues(conn: Connection, shop_ids: list[int]) -> dict[int, list[int]]:
    return {shop_id: waiting(conn, shop_id) for shop_id in shop_ids}


def _staff(shop: Shop, now: datetime) -> _Staff:
    if shop.agents_on_duty > 0:
        return True, None
    opens_at = shop.next_open_at(now)
    if opens_at is None or opens_at <= now:
        # The hours say that somebody should be here, yet nobody is: the next time that
        # somebody begins is what the assistant says, too.
        opens_at = shop.calendar.next_opening(now)
    return False, opens_at
