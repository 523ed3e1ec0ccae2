"""How logins begin, last and end. A token is kept only as its hash."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from storage.repositories.duty import end_duty
from storage.repositories.upserts import new_id
from storage.tables import SessionRow, table_of

_sessions = table_of(SessionRow)
_SWEPT_AT_ONCE = 1000


def open_session(
    conn: Connection,
    *,
    person_id: int,
    token_hash: bytes,
    now: datetime,
    expires_at: datetime,
) -> int:
    """Begin a login and return its id."""
    result = conn.execute(
        insert(_sessions).values(
            person_id=person_id,
            token_hash=token_hash,
            created_at=now,
            last_seen_at=now,
            expires_at=expires_at,
        )
    )
    return new_id(result)


def touch_session(
    conn: Connection, session_id: int, *, now: datetime, expires_at: datetime
) -> None:
    """Record that a login is in use; one that has ended stays ended."""
    conn.execute(
        update(_sessions)
        .where(_sessions.c.id == session_id, _sessions.c.last_seen_at < now)
        .values(last_seen_at=now, expires_at=expires_at)
    )


def end_session(conn: Connection, *, token_hash: bytes) -> int | None:
    """End the login of this token; return whose it was, None when there is none."""
    person_id: int | None = conn.scalar(
        delete(_sessions)
        .where(_sessions.c.token_hash == token_hash)
        .returning(_sessions.c.person_id)
    )
    return person_id


def end_sessions_of(
    conn: Connection, person_id: int, *, but: int | None = None
) -> None:
    """End every login of a person, but the one with the id ``but``."""
    statement = delete(_sessions).where(_sessions.c.person_id == person_id)
    if but is not None:
        statement = statement.where(_sessions.c.id != but)
    conn.execute(statement)


def sweep_sessions(conn: Connection, *, now: datetime) -> int:
    """Delete logins that have run out, some at a time; return how many.

    Duty ends with somebody's last login.
    """
    over = (
        select(_sessions.c.id)
        .where(_sessions.c.expires_at <= now)
        .order_by(_sessions.c.expires_at)
        .limit(_SWEPT_AT_ONCE)
    )
    gone = conn.scalars(
        delete(_sessions)
        .where(_sessions.c.id.in_(over))
        .returning(_sessions.c.person_id)
    ).all()
    end_duty(conn, gone, now=now)
    return len(gone)
