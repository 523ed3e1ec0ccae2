"""Who is logged in, and for how long? Sessions in the database, tokens in browsers."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from server.auth.tokens import hash_of
from server.clock import Clock
from server.settings import LoginSettings
from storage.database import Database
from storage.queries.sessions import SessionRecord, is_live, session_by_token
from storage.repositories.duty import end_duty
from storage.repositories.sessions import (
    end_session,
    open_session,
    sweep_sessions,
    touch_session,
)

_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_TOUCH_EVERY = timedelta(minutes=1)
"""Being seen is written at most this often, or twice within a short idle time."""
_SWEEP_EVERY = timedelta(minutes=1)


class Sessions:
    """Begins, finds and ends logins."""

    def __init__(
        self, *, database: Database, settings: LoginSettings, clock: Clock
    ) -> None:
        self._database = database
        self._idle = timedelta(hours=settings.idle_hours)
        self._longest = timedelta(hours=settings.longest_hours)
        self._clock = clock
        self._swept_at: datetime | None = None

    def begin(
        self,
        connection: Connection,
        *,
        person_id: int,
        token: str,
        replaces: str | None,
        now: datetime,
    ) -> None:
        """Begin a login under a token that was never seen before.

        Args:
            connection: of the unit.
            person_id: who logs in.
            token: new and random; never one that a browser has sent.
            replaces: the token of the browser's former login, which ends.
            now: aware UTC.
        """
        former = (
            None
            if replaces is None
            else end_session(connection, token_hash=hash_of(replaces))
        )
        open_session(
            connection,
            person_id=person_id,
            token_hash=hash_of(token),
            now=now,
            expires_at=self.end_of(began_at=now, seen_at=now),
        )
        if former is not None:
            end_duty(connection, (former,), now=now)

    def end_of(self, *, began_at: datetime, seen_at: datetime) -> datetime:
        """Return when a login that began then and is used now runs out."""
        ends = [
            start + length
            for start, length in ((seen_at, self._idle), (began_at, self._longest))
            if length
        ]
        return min(ends, default=_NEVER)

    async def find(self, token: str | None) -> SessionRecord | None:
        """Return the login of a token, and keep it alive; None when it does not hold."""
        if not token:
            return None
        now = self._clock()
        found = await self._database.read(
            lambda connection: session_by_token(connection, hash_of(token), now=now)
        )
        if found is not None and now - found.last_seen_at >= self._touch_every():
            await self._touch(found, now=now)
        return found

    async def is_live(self, session_id: int) -> bool:
        """Return whether a login still holds; what stays open long asks again."""
        now = self._clock()
        return await self._database.read(
            lambda connection: is_live(connection, session_id, now=now)
        )

    async def end(self, token: str) -> None:
        """End the login of a token, and with somebody's last login their duty."""
        now = self._clock()

        def unit(connection: Connection) -> None:
            person_id = end_session(connection, token_hash=hash_of(token))
            if person_id is not None:
                end_duty(connection, (person_id,), now=now)

        await self._database.write(unit)

    async def sweep(self) -> None:
        """Delete logins that have run out; a scheduler's step, once a minute."""
        now = self._clock()
        if self._swept_at is not None and now - self._swept_at < _SWEEP_EVERY:
            return
        await self._database.write(
            lambda connection: sweep_sessions(connection, now=now)
        )
        self._swept_at = now

    def _touch_every(self) -> timedelta:
        return min(_TOUCH_EVERY, self._idle / 2) if self._idle else _TOUCH_EVERY

    async def _touch(self, found: SessionRecord, *, now: datetime) -> None:
        end = self.end_of(began_at=found.created_at, seen_at=now)
        await self._database.write(
            lambda connection: touch_session(
                connection, found.session_id, now=now, expires_at=end
            )
        )
