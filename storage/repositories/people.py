"""What changes people: accounts, what they may do where, who is on duty."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from bot.errors import NotFoundError
from storage.queries.people import roles_of
from storage.repositories import audit
from storage.repositories.changes import record_change
from storage.repositories.duty import end_duty
from storage.repositories.serving import hand_back
from storage.repositories.sessions import end_sessions_of
from storage.repositories.upserts import new_id, upsert
from storage.states import Role
from storage.tables import PersonRow, PersonShopRow, PresenceRow, table_of

_grants = table_of(PersonShopRow)
_people = table_of(PersonRow)
_presence = table_of(PresenceRow)


def add_person(
    conn: Connection,
    *,
    user: str,
    password_hash: str,
    now: datetime,
    password_changed_at: datetime | None = None,
) -> int:
    """Add an account and return its id.

    Args:
        conn: Of the unit.
        user: Its name.
        password_hash: Of the first password.
        now: Aware UTC.
        password_changed_at: When they chose it; None: it was given to them, and they
            have to choose one.

    Raises:
        sqlalchemy.exc.IntegrityError: The user name is taken.
    """
    result = conn.execute(
        insert(_people).values(
            user=user,
            password_hash=password_hash,
            password_changed_at=password_changed_at,
            failed_logins=0,
            is_active=True,
            created_at=now,
        )
    )
    record_change(conn)
    return new_id(result)


def set_password_hash(
    conn: Connection,
    *,
    user: str,
    password_hash: str,
    now: datetime,
    changed_at: datetime | None = None,
    keeps_session: int | None = None,
) -> None:
    """Change a password; whoever is logged in with the old one is logged out.

    Who is logged in nowhere after it is on duty nowhere either.

    Args:
        conn: Of the unit.
        user: Whose.
        password_hash: Of the new one.
        now: Aware UTC.
        changed_at: When they chose it; None: it was given to them.
        keeps_session: The login that may stay.

    Raises:
        NotFoundError: There is no such account.
    """
    row = conn.execute(
        update(_people)
        .where(_people.c.user == user)
        .values(
            password_hash=password_hash,
            password_changed_at=changed_at,
            failed_logins=0,
            locked_until=None,
        )
        .returning(_people.c.id)
    ).one_or_none()
    if row is None:
        raise NotFoundError("person", user)
    end_sessions_of(conn, row.id, but=keeps_session)
    end_duty(conn, (row.id,), now=now)
    record_change(conn)


def renew_hash(
    conn: Connection, person_id: int, *, former: str, password_hash: str
) -> None:
    """Keep the same password under newer parameters, unless it changed meanwhile."""
    conn.execute(
        update(_people)
        .where(_people.c.id == person_id, _people.c.password_hash == former)
        .values(password_hash=password_hash)
    )


def grant(conn: Connection, shop_id: int, *, person_id: int, role: Role) -> None:
    """Let a person work in a shop; again changes the role."""
    table = _grants.c
    conn.execute(
        upsert(conn, _grants)
        .values(shop_id=shop_id, person_id=person_id, role=role, version=1)
        .on_conflict_do_update(
            index_elements=[table.person_id, table.shop_id],
            set_={"role": role, "version": table.version + 1},
        )
    )
    record_change(conn)


def set_active(
    conn: Connection, person_id: int, *, is_active: bool, now: datetime
) -> None:
    """Let an account be used, or not any more.

    Then nobody stays logged in by it or on duty, and whom it serves waits in the queue.
    """
    conn.execute(
        update(_people).where(_people.c.id == person_id).values(is_active=is_active)
    )
    conn.execute(
        update(_grants)
        .where(_grants.c.person_id == person_id)
        .values(version=_grants.c.version + 1)
        .execution_options(all_shops="a person's shops are many")
    )
    if not is_active:
        end_sessions_of(conn, person_id)
        end_duty(conn, (person_id,), now=now)
        hand_back(conn, person_id, now=now)
    record_change(conn)


def set_on_duty(
    conn: Connection, shop_id: int, *, person_id: int, is_on_duty: bool, now: datetime
) -> None:
    """Record that a person came on duty in a shop, or left."""
    table = _presence.c
    values = {"is_on_duty": is_on_duty, "changed_at": now}
    conn.execute(
        upsert(conn, _presence)
        .values(shop_id=shop_id, person_id=person_id, **values)
        .on_conflict_do_update(
            index_elements=[table.shop_id, table.person_id],
            set_=values,
            # Who is on duty already came when they came.
            where=table.is_on_duty != is_on_duty,
        )
    )
    record_change(conn)


def record_about(
    conn: Connection,
    person_id: int,
    *,
    action: str,
    now: datetime,
    by: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Write down what happened to an account, in each shop it works in.

    Args:
        conn: Of the unit.
        person_id: Whose account.
        action: What happened.
        now: Aware UTC.
        by: Who did it; None: nobody who is known, or a command on the machine.
        data: What else is worth knowing; never a password.
    """
    user = conn.execute(
        select(_people.c.user).where(_people.c.id == person_id)
    ).scalar_one()
    for shop_id in roles_of(conn, person_id):
        audit.record(
            conn,
            shop_id,
            action=action,
            subject=user,
            now=now,
            data=data,
            person_id=by,
        )
