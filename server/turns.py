"""When is a burst complete, and who handles it? Fragments in, closed turns out."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import structlog

from bot.messages import Turn
from connectors.base import TurnOutcome
from server.metrics import Metrics
from storage.queries.pending_turns import PendingMessage

_log = structlog.get_logger(__name__)
Handle = Callable[[Turn, int], Awaitable[TurnOutcome | None]]
"""Handles a turn up to its commit; None when it was handled before. The number says
how often it failed before."""


class UndecidedError(Exception):
    """The assistant itself broke on a turn; trying again may not help."""


@dataclass(slots=True)
class _Open:
    """The fragments of one conversation that are not handled yet."""

    fragments: list[PendingMessage] = field(default_factory=list)
    opened_at: float = 0.0
    timer: asyncio.TimerHandle | None = None
    is_busy: bool = False
    """A turn of this conversation is being handled."""
    is_due: bool = False
    """The fragments make a closed turn that waits for a worker."""
    closed_at: float = 0.0
    failures: int = 0
    """How often the assistant broke on the oldest fragments in a row. A database that
    does not answer is no such failure: the turn waits for it however long it takes."""


class Turns:
    """Merges fragments into turns and hands them to workers, one a conversation."""

    def __init__(
        self,
        *,
        handle: Handle,
        quiet_gap: float,
        longest: float,
        metrics: Metrics,
        workers: int = 64,
        retry_wait: float = 5.0,
    ) -> None:
        """Keep the waits, in seconds.

        Args:
            handle: does the work of one closed turn.
            quiet_gap: silence that closes a turn; 0 closes each turn at once.
            longest: a turn never stays open for longer.
            metrics: of the process.
            workers: turns handled side by side.
            retry_wait: before a turn that failed is tried again; it is never dropped.
        """
        self._handle = handle
        self._quiet_gap = quiet_gap
        self._longest = longest
        self._metrics = metrics
        self._workers = workers
        self._retry_wait = retry_wait
        self._open: dict[int, _Open] = {}
        self._due: deque[int] = deque()
        self._wake = asyncio.Semaphore(0)
        self._waiters: dict[int, list[asyncio.Future[TurnOutcome | None]]] = {}
        self._waiting: set[int] = set()
        self._idle = asyncio.Event()
        self._idle.set()
        self._is_settling = False
        """No gap is waited for: somebody waits until all are handled."""
        metrics.open_turns.set_function(lambda: len(self._open))

    def add(self, fragment: PendingMessage) -> None:
        """Take a stored message; it is part of the conversation's next turn."""
        conversation = self._take(fragment)
        if not (conversation.is_busy or conversation.is_due):
            self._await_more(fragment.conversation_id, conversation)

    def recover(self, fragments: Sequence[PendingMessage]) -> None:
        """Take what a former process had stored but not handled; due at once."""
        for fragment in fragments:
            conversation = self._take(fragment)
            if not (conversation.is_due or conversation.is_busy):
                self._close(fragment.conversation_id)

    def has(self, message_id: int) -> bool:
        """Return whether a message waits for its turn, or for the turn's commit."""
        return message_id in self._waiting

    async def outcome(self, message_id: int, *, within: float) -> TurnOutcome | None:
        """Wait for the turn with this message, which must not be handled yet."""
        future: asyncio.Future[TurnOutcome | None] = (
            asyncio.get_running_loop().create_future()
        )
        self._waiters.setdefault(message_id, []).append(future)
        try:
            async with asyncio.timeout(within):
                return await future
        except TimeoutError:
            return None
        finally:
            self._forget(message_id, future)

    async def run(self) -> None:
        """Handle closed turns until cancelled."""
        async with asyncio.TaskGroup() as group:
            for number in range(self._workers):
                group.create_task(self._work(), name=f"turn-worker-{number}")

    async def settle(self) -> None:
        """Close every open turn now and wait until all are handled (a stop, a test)."""
        self._is_settling = True
        try:
            for conversation_id, conversation in list(self._open.items()):
                if conversation.fragments:
                    self._close(conversation_id)
            await self._idle.wait()
        finally:
            self._is_settling = False

    def _take(self, fragment: PendingMessage) -> _Open:
        """Add a fragment to its conversation and return that."""
        self._idle.clear()
        self._waiting.add(fragment.message_id)
        conversation = self._open.setdefault(fragment.conversation_id, _Open())
        if not conversation.fragments:
            conversation.opened_at = time.monotonic()
        conversation.fragments.append(fragment)
        return conversation

    def _await_more(self, conversation_id: int, conversation: _Open) -> None:
        """Close the turn after the quiet gap, and never later than its longest time."""
        left = conversation.opened_at + self._longest - time.monotonic()
        wait = 0.0 if self._is_settling else max(min(self._quiet_gap, left), 0.0)
        self._set_timer(conversation_id, conversation, wait)

    def _set_timer(
        self, conversation_id: int, conversation: _Open, wait: float
    ) -> None:
        if conversation.timer is not None:
            conversation.timer.cancel()
            conversation.timer = None
        if wait == 0.0:
            self._close(conversation_id)
            return
        conversation.timer = asyncio.get_running_loop().call_later(
            wait, self._close, conversation_id
        )

    def _close(self, conversation_id: int) -> None:
        conversation = self._open.get(conversation_id)
        if conversation is None or conversation.is_due or conversation.is_busy:
            return
        if conversation.timer is not None:
            conversation.timer.cancel()
            conversation.timer = None
        conversation.is_due = True
        conversation.closed_at = time.monotonic()
        self._due.append(conversation_id)
        self._wake.release()

    async def _work(self) -> None:
        while True:
            _ = await self._wake.acquire()
            conversation_id = self._due.popleft()
            conversation = self._open[conversation_id]
            conversation.is_due = False
            conversation.is_busy = True
            fragments, conversation.fragments = conversation.fragments, []
            is_handled = await self._try(fragments, conversation)
            conversation.is_busy = False
            if is_handled:
                conversation.failures = 0
            self._go_on(conversation_id, conversation, () if is_handled else fragments)

    async def _try(
        self, fragments: Sequence[PendingMessage], conversation: _Open
    ) -> bool:
        turn = turn_of(fragments)
        try:
            outcome = await self._handle(turn, conversation.failures)
        except Exception as error:  # noqa: BLE001 - the inbox's loop: logged, tried again
            if isinstance(error, UndecidedError):
                conversation.failures += 1
            self._metrics.turn_failures.inc()
            _log.exception(
                "turn.failed",
                conversation_id=turn.conversation_id,
                message_ids=turn.message_ids,
            )
            return False
        self._metrics.turn_seconds.observe(time.monotonic() - conversation.closed_at)
        if outcome is not None:
            self._metrics.turns.labels(outcome.band.value).inc()
        self._waiting.difference_update(turn.message_ids)
        for message_id in turn.message_ids:
            for waiter in self._waiters.pop(message_id, ()):
                if not waiter.done():
                    waiter.set_result(outcome)
        return True

    def _go_on(
        self,
        conversation_id: int,
        conversation: _Open,
        failed: Sequence[PendingMessage],
    ) -> None:
        """Start the wait for the fragments that came meanwhile, or that failed."""
        if failed:
            conversation.fragments[:0] = failed
            self._set_timer(conversation_id, conversation, self._retry_wait)
        elif conversation.fragments:
            self._await_more(conversation_id, conversation)
        else:
            del self._open[conversation_id]
            if not self._open:
                self._idle.set()

    def _forget(
        self, message_id: int, future: "asyncio.Future[TurnOutcome | None]"
    ) -> None:
        waiters = self._waiters.get(message_id)
        if waiters is not None and future in waiters:
            waiters.remove(future)
            if not waiters:
                del self._waiters[message_id]


def turn_of(fragments: Sequence[PendingMessage]) -> Turn:
    """Return the turn that fragments make; the last named order and item count."""
    orders = [part.order_ref for part in fragments if part.order_ref is not None]
    items = [part.item_ref for part in fragments if part.item_ref is not None]
    return Turn(
        shop_id=fragments[0].shop_id,
        conversation_id=fragments[0].conversation_id,
        message_ids=tuple(part.message_id for part in fragments),
        is_verified=all(part.is_verified for part in fragments),
        text="\n".join(part.text for part in fragments if part.text),
        image_urls=tuple(
            part.image_url for part in fragments if part.image_url is not None
        ),
        order_ref=orders[-1] if orders else None,
        item_ref=items[-1] if items else None,
    )
