"""What is due now? One APScheduler job ticks; our tables say what there is to do."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import Connection

from connectors.base import Connector
from server.clock import Clock
from server.follow_up_runner import FollowUpRunner
from server.metrics import Metrics
from server.promise_runner import PromiseRunner
from server.settings import ConversationSettings, SchedulerSettings
from server.shops import Shops
from storage.database import Database
from storage.queries.conversations import conversation
from storage.queries.outbox import outbox_lag
from storage.repositories.conversations import DueRelease, due_releases, system_message
from storage.repositories.follow_ups import silent_questions
from storage.repositories.tickets import record_breaches

_log = structlog.get_logger(__name__)


Step = tuple[str, Callable[[], Awaitable[object]]]
"""What a tick does, with its name for the log."""


class Scheduler:
    """Everything that happens because time has passed."""

    def __init__(  # noqa: PLR0913 - the composition root names every part
        self,
        *,
        database: Database,
        shops: Shops,
        connectors: Mapping[str, Connector],
        follow_ups: FollowUpRunner,
        promises: PromiseRunner,
        conversation: ConversationSettings,
        settings: SchedulerSettings,
        sent: Callable[[], None],
        changed: Callable[[], None],
        clock: Clock,
        metrics: Metrics,
        housekeeping: Sequence[Step] = (),
    ) -> None:
        self._database = database
        self._shops = shops
        self._connectors = connectors
        self._follow_ups = follow_ups
        self._promises = promises
        self._conversation = conversation
        self._settings = settings
        self._sent = sent
        self._changed = changed
        self._clock = clock
        self._metrics = metrics
        self._housekeeping = housekeeping
        self._changes = -1

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Tick while the block runs; a tick on its way is waited for at the end.

        The next tick is reckoned from the end of the last one: a long one puts the next
        one off, and none is ever due beside another.
        """
        scheduler = AsyncIOScheduler()
        ticking = asyncio.Lock()

        async def tick_alone() -> None:
            job.pause()
            async with ticking:
                await self.tick()
            job.resume()

        job = scheduler.add_job(
            tick_alone,
            "interval",
            seconds=self._settings.tick_seconds,
            # The library counts one as running for a moment after it has ended.
            max_instances=2,
            coalesce=True,
            misfire_grace_time=None,
        )
        scheduler.start()
        try:
            yield
        finally:
            job.pause()
            await asyncio.sleep(0)  # what was due just now begins, and is waited for
            async with ticking:
                scheduler.shutdown(wait=False)

    async def tick(self) -> None:
        """Do everything that is due; one step's fault does not stop the others."""
        steps: tuple[Step, ...] = (
            ("shops", self.refresh_shops),
            ("follow_ups", self._follow_ups.run_due),
            ("promises", self._promises.run_due),
            ("releases", self._release_conversations),
            ("breaches", self._record_breaches),
            ("silence", self._record_silence),
            ("lag", self._measure_lag),
            *self._housekeeping,
        )
        for name, step in steps:
            try:
                await step()
            except Exception:  # noqa: BLE001 - the scheduler's loop: logged, goes on
                _log.exception("scheduler.step_failed", step=name)

    async def refresh_shops(self) -> None:
        """Read the shops again when another process changed something."""
        changes = await self._database.changes()
        if changes != self._changes:
            await self._shops.refresh()
            self._changed()
            self._changes = changes

    async def _release_conversations(self) -> None:
        now = self._clock()
        notice = timedelta(minutes=self._conversation.take_over_notice_minutes)
        released = await self._database.write(
            lambda connection: due_releases(connection, now=now, notice=notice)
        )
        for release in released:
            if not release.is_notice:
                await self._tell_release(release)
            _log.info(
                "conversation.release_soon"
                if release.is_notice
                else "conversation.released",
                conversation_id=release.conversation_id,
                person_id=release.served_by,
            )

    async def _tell_release(self, release: DueRelease) -> None:
        """Tell the buyer that the assistant serves again."""
        shop = self._shops.by_id(release.shop_id)
        now = self._clock()

        def unit(connection: Connection) -> None:
            place = conversation(connection, release.shop_id, release.conversation_id)
            is_polled = self._connectors[place.connector].is_polled(shop.account)
            texts = shop.library.pack.texts.release
            system_message(
                connection,
                release.shop_id,
                conversation_id=release.conversation_id,
                text=texts[release.conversation_id % len(texts)],
                now=now,
                deliver=not is_polled,
            )

        await self._database.write(unit, key=release.conversation_id)
        self._sent()

    async def _record_breaches(self) -> None:
        now = self._clock()
        breaches = await self._database.write(
            lambda connection: record_breaches(connection, now=now)
        )
        for breach in breaches:
            _log.warning(
                "ticket.breached",
                ticket=breach.number,
                what=breach.what,
                due_at=breach.due_at.isoformat(),
            )

    async def _record_silence(self) -> None:
        now = self._clock()
        await self._database.write(
            lambda connection: silent_questions(connection, now=now)
        )

    async def _measure_lag(self) -> None:
        now = self._clock()
        lag = await self._database.read(
            lambda connection: outbox_lag(connection, now=now)
        )
        self._metrics.outbox_lag_seconds.set(lag.lag.total_seconds())
