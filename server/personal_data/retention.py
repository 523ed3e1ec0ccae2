"""What is too old to be kept? Blanked or deleted once an hour, in small batches."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import structlog
from sqlalchemy import Connection

from server.clock import Clock
from server.personal_data.places import (
    MARK,
    delete_media,
    exports_folder,
    media_folder,
)
from server.settings import RetentionSettings
from storage.database import Database
from storage.repositories import retention

_log = structlog.get_logger(__name__)
_EVERY_SECONDS = 3600.0
_BATCH = 200
"""Rows of one unit of work: others get their turn in between."""
_MARGIN = timedelta(days=1)
"""A file without a row may be one whose row is being written."""


class _Step(Protocol):
    """Removes a batch of what is older than a moment; returns how many."""

    def __call__(self, conn: Connection, /, *, before: datetime, limit: int) -> int:
        """Do one batch inside a unit."""


class Retention:
    """The jobs that end what was kept long enough; one instance a serving process."""

    def __init__(
        self,
        *,
        database: Database,
        settings: RetentionSettings,
        var: Path,
        clock: Clock,
    ) -> None:
        self._database = database
        self._settings = settings
        self._var = var
        self._clock = clock

    async def run(self) -> None:
        """Work at once, so that a stop is made up for, and then every hour."""
        while True:
            try:
                await self.run_once()
            except Exception:  # noqa: BLE001 - a loop of the scheduler: logged, goes on
                _log.exception("retention.failed")
            await asyncio.sleep(_EVERY_SECONDS)

    async def run_once(self) -> Mapping[str, int]:
        """End everything that is too old now; return how much that was, by name."""
        settings = self._settings
        words = settings.messages_days
        steps: tuple[tuple[str, int, _Step], ...] = (
            ("messages", words, retention.blank_messages),
            ("suggestions", words, retention.blank_suggestions),
            ("ratings", words, retention.blank_ratings),
            ("events", words, retention.blank_conversation_events),
            ("tickets", words, retention.blank_tickets),
            ("promises", words, retention.blank_promises),
            ("reviews", words, retention.blank_reviews),
            ("orders", settings.orders_days, retention.delete_orders),
            ("audit", settings.audit_days, retention.delete_audit),
            ("identity", settings.sessions_days, retention.delete_identity),
            ("sessions", settings.sessions_days, retention.delete_sessions),
        )
        done = {name: await self._repeat(step, days) for name, days, step in steps}
        done["pictures"] = await self._each(settings.media_days, self._delete_pictures)
        done["exports"] = await self._each(settings.exports_days, self._delete_exports)
        if any(done.values()):
            _log.info("retention.done", **done)
        return done

    async def _repeat(self, step: _Step, days: int) -> int:
        """Do batches of a step until nothing is left that is so old."""
        if days == 0:
            return 0
        before = self._clock() - timedelta(days=days)
        total = 0
        while True:
            count = await self._database.write(
                lambda connection: step(connection, before=before, limit=_BATCH)
            )
            total += count
            if count == 0:
                return total

    async def _each(self, days: int, work: Callable[[datetime], Awaitable[int]]) -> int:
        return 0 if days == 0 else await work(self._clock() - timedelta(days=days))

    async def _delete_pictures(self, before: datetime) -> int:
        """Delete each file before its row: stopped between, the row is found again."""
        total = 0
        while True:
            found = await self._database.read(
                lambda connection: retention.old_media(
                    connection, before=before, limit=_BATCH
                )
            )
            if not found:
                return total + await self._delete_orphans(before - _MARGIN)
            for _, shop_id, name in found:
                await asyncio.to_thread(
                    delete_media, self._var, shop_id=shop_id, names=(name,)
                )
            ids = [row_id for row_id, _, _ in found]
            total += await self._database.write(
                lambda connection, ids=ids: retention.delete_media(  # type: ignore[misc]
                    connection, ids=ids
                )
            )

    async def _delete_orphans(self, before: datetime) -> int:
        """Delete old files that no row tells of: written by a process that died then."""
        old = await asyncio.to_thread(_files_before, media_folder(self._var), before)
        total = 0
        for start in range(0, len(old), _BATCH):
            files = old[start : start + _BATCH]
            names = [file.name for file in files]
            known = await self._database.read(
                lambda connection, names=names: retention.known_media(  # type: ignore[misc]
                    connection, names=names
                )
            )
            orphans = [file for file in files if file.name not in known]
            for orphan in orphans:
                await asyncio.to_thread(orphan.unlink, missing_ok=True)
            total += len(orphans)
        return total

    async def _delete_exports(self, before: datetime) -> int:
        return await asyncio.to_thread(_delete_copies, self._var, before)


def _files_before(folder: Path, before: datetime) -> list[Path]:
    """Return the files last written before a moment."""
    return sorted(
        file
        for file in folder.rglob("*")
        if file.is_file() and file.stat().st_mtime < before.timestamp()
    )


def _delete_copies(var: Path, before: datetime) -> int:
    """Delete the copies that were made before a moment."""
    marks = [
        mark
        for mark in exports_folder(var).rglob(MARK)
        if mark.stat().st_mtime < before.timestamp()
    ]
    for mark in marks:
        shutil.rmtree(mark.parent)
    return len(marks)
