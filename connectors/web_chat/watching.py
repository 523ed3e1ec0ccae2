"""What must one window still be shown? Told of news, it reads and sends it in order."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from bot.errors import NotFoundError
from connectors.chat import ChatBuyer, ChatHost, ChatPage, ChatStatus, Sound
from connectors.web_chat import wire

_log = structlog.get_logger(__name__)
_PAGE = 50
_REMEMBERED = 256
"""Ids of messages sent last: one that commits late is told apart from them."""
_END = 2**62
"""Behind every message."""

Send = Callable[[bytes], Awaitable[None]]


class Watching:
    """One window's place in its conversation; costs no task while nothing happens."""

    __slots__ = (
        "_give_up",
        "_host",
        "_last",
        "_late",
        "_leave",
        "_lock",
        "_news",
        "_sent",
        "_status",
        "_task",
        "buyer",
        "send",
    )

    def __init__(
        self,
        host: ChatHost,
        buyer: ChatBuyer,
        *,
        send: Send,
        give_up: Callable[[], None],
    ) -> None:
        """Show a buyer's conversation.

        Args:
            host: the program.
            buyer: who sits at the window.
            send: sends one frame; raises when the reader is too slow or gone.
            give_up: called when it did: ends the socket.
        """
        self.buyer = buyer
        self._host = host
        self.send = send
        self._give_up = give_up
        self._last = 0
        self._sent: dict[int, None] = {}
        self._late: set[int] = set()
        self._news: set[Sound] = set()
        self._status: ChatStatus | None = None
        self._task: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()
        self._leave: Callable[[], None] | None = None

    async def start(self, *, after: int | None) -> None:
        """Show everything after an id, or the newest page when there is none; go on."""
        async with self._lock:
            self._leave = await self._host.watch(self.buyer, self._hear)
            if after is None:
                page = await self._host.older(self.buyer, before=_END, limit=_PAGE)
                await self._show(page)
            elif after > 0 and not await self._host.is_known_up_to(self.buyer, after):
                await self._start_over()
                return
            else:
                self._last = after
                await self._show_newer(is_first=True)
            await self._show_status()

    async def stop(self) -> None:
        """Hear nothing more, send nothing more."""
        self._stop_hearing()
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def show_history(self, *, before: int) -> None:
        """Send the page of messages before an id."""
        page = await self._host.older(self.buyer, before=before, limit=_PAGE)
        await self.send(wire.messages(page, is_history=True))

    async def become(self, change: Callable[[ChatBuyer], Awaitable[ChatBuyer]]) -> None:
        """Let the buyer be another one; everything is shown anew when they are."""
        async with self._lock:
            before = self.buyer
            self._stop_hearing()
            self.buyer = await change(before)
            self._leave = await self._host.watch(self.buyer, self._hear)
            is_moved = before.conversation_id not in {None, self.buyer.conversation_id}
            if self.buyer.buyer_ref != before.buyer_ref or is_moved:
                await self._start_over()
            else:
                await self._show_newer()
                await self._show_status()

    async def settle(self, buyer: ChatBuyer) -> None:
        """Watch the conversation that the buyer's first message has made."""
        if buyer.conversation_id == self.buyer.conversation_id:
            self.buyer = buyer
            return

        async def settled(_: ChatBuyer) -> ChatBuyer:
            return buyer

        await self.become(settled)

    async def _start_over(self) -> None:
        self._last = 0
        self._sent.clear()
        self._late.clear()
        self._status = None
        await self.send(wire.reset())
        await self._show_newer(is_first=True)
        await self._show_status()

    def _stop_hearing(self) -> None:
        if self._leave is not None:
            self._leave()
            self._leave = None

    def _hear(self, sound: Sound, row_id: int) -> None:
        if sound is Sound.MESSAGE:
            if row_id in self._sent:
                return
            if row_id <= self._last:
                self._late.add(row_id)
        self._news.add(sound)
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(
                self._show_news(), name="chat-news"
            )

    async def _show_news(self) -> None:
        """Send until there is no news left; then the task is gone again."""
        try:
            while self._news:
                news, self._news = self._news, set()
                await self._show_sounds(news)
        except asyncio.CancelledError:
            raise
        except Exception:  # noqa: BLE001 - the edge: whatever it is, the client comes again
            _log.info("chat.gave_up", conversation_id=self.buyer.conversation_id)
            self._give_up()
        finally:
            self._task = None

    async def _show_sounds(self, news: set[Sound]) -> None:
        if Sound.MERGED in news:
            await self._follow_merge()
            return
        async with self._lock:
            for sound, sender in (
                (Sound.ASSISTANT_TYPES, "assistant"),
                (Sound.AGENT_TYPES, "agent"),
            ):
                if sound in news:
                    await self.send(wire.typing(sender))
            if Sound.MESSAGE in news:
                await self._show_late()
                await self._show_newer()
            if Sound.STATUS in news:
                await self._show_status()

    async def _follow_merge(self) -> None:
        """Two buyers became one at another window: look who we are, begin anew."""
        async with self._lock:
            await self._follow()

    async def _follow(self) -> None:
        self._stop_hearing()
        self.buyer = await self._host.follow(self.buyer)
        self._leave = await self._host.watch(self.buyer, self._hear)
        await self._start_over()

    async def _show_late(self) -> None:
        late, self._late = self._late - self._sent.keys(), set()
        if late:
            page = await self._host.these(self.buyer, sorted(late))
            if page.messages:
                await self._show(page)

    async def _show_newer(self, *, is_first: bool = False) -> None:
        """Send all that is newer than what was sent, in pages."""
        is_wanted = is_first
        while True:
            page = await self._host.newer(self.buyer, after=self._last, limit=_PAGE)
            if page.messages or is_wanted:
                await self._show(page)
            if not page.has_more:
                return
            is_wanted = False

    async def _show(self, page: ChatPage) -> None:
        await self.send(wire.messages(page, is_history=False))
        for message in page.messages:
            self._last = max(self._last, message.message_id)
            self._sent[message.message_id] = None
        while len(self._sent) > _REMEMBERED:
            del self._sent[next(iter(self._sent))]

    async def _show_status(self) -> None:
        try:
            status = await self._host.status(self.buyer)
        except NotFoundError:
            # The buyer was forgotten: what is shown must go.
            await self._follow()
            return
        if status != self._status:
            await self.send(wire.status(status))
            self._status = status
