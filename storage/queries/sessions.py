"""Who is logged in with this token?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, select

from storage.queries.people import roles_of
from storage.states import Role
from storage.tables import PersonRow, SessionRow, table_of

_people = table_of(PersonRow)
_sessions = table_of(SessionRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord:
    """One login that still holds, with the person and what they may do now."""

    session_id: int
    person_id: int
    user: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    has_own_password: bool
    """False: it was given to them, and they have to choose one."""
    has_totp: bool
    roles: Mapping[int, Role]
    """By shop id."""


def session_by_token(
    conn: Connection, token_hash: bytes, *, now: datetime
) -> SessionRecord | None:
    """Return the login of this token; None: there is none, or not any more."""
    statement = (
        select(
            _sessions,
            _people.c.user,
            _people.c.password_changed_at,
            _people.c.totp_confirmed_at,
        )
        .join(_people, _people.c.id == _sessions.c.person_id)
        .where(
            _sessions.c.token_hash == token_hash,
            _sessions.c.expires_at > now,
            _people.c.is_active,
        )
    )
    row = conn.execute(statement).one_or_none()
    if row is None:
        return None
    return SessionRecord(
        session_id=row.id,
        person_id=row.person_id,
        user=row.user,
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        expires_at=row.expires_at,
        has_own_password=row.password_changed_at is not None,
        has_totp=row.totp_confirmed_at is not None,
        roles=roles_of(conn, row.person_id),
    )


def is_live(conn: Connection, session_id: int, *, now: datetime) -> bool:
    """Return whether a login still holds."""
    statement = select(
        exists()
        .where(_sessions.c.id == session_id, _sessions.c.expires_at > now)
        .where(_people.c.id == _sessions.c.person_id, _people.c.is_active)
    )
    return bool(conn.execute(statement).scalar_one())
