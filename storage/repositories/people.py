"""What changes people: accounts, what they may do where, who is on duty."""

from datetime import datetime

from sqlalchemy import Connection, insert, update

from bot.errors import NotFoundError
from storage.repositories.changes import record_change
from storage.repositories.upserts import new_id, upsert
from storage.states import Role
from storage.tables import PersonRow, PersonShopRow, PresenceRow, table_of

_grants = table_of(PersonShopRow)
_people = table_of(PersonRow)
_presence = table_of(PresenceRow)


def add_person(
    conn: Connection, *, user: str, password_hash: str, now: datetime
) -> int:
    """Add an account and return its id.

    Raises:
        sqlalchemy.exc.IntegrityError: The user name is taken.
    """
    result = conn.execute(
        insert(_people).values(
            user=user,
            password_hash=password_hash,
            failed_logins=0,
            is_active=True,
            created_at=now,
        )
    )
    record_change(conn)
    return new_id(result)


def set_password_hash(conn: Connection, *, user: str, password_hash: str) -> None:
    """Change a password.

    Raises:
        NotFoundError: There is no such account.
    """
    result = conn.execute(
        update(_people)
        .where(_people.c.user == user)
        .values(password_hash=password_hash)
    )
    if result.rowcount == 0:
        raise NotFoundError("person", user)
    record_change(conn)


def grant(conn: Connection, shop_id: int, *, person_id: int, role: Role) -> None:
    """Let a person work in a shop; again changes the role."""
    table = _grants.c
    conn.execute(
        upsert(conn, _grants)
        .values(shop_id=shop_id, person_id=person_id, role=role)
        .on_conflict_do_update(
            index_elements=[table.person_id, table.shop_id], set_={"role": role}
        )
    )
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
            index_elements=[table.shop_id, table.person_id], set_=values
        )
    )
    record_change(conn)
