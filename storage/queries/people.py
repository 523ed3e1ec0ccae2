"""Who works here, where, and who is on duty."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from storage.states import Role
from storage.tables import PersonRow, PersonShopRow, PresenceRow, table_of

_grants = table_of(PersonShopRow)
_people = table_of(PersonRow)
_presence = table_of(PresenceRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRecord:
    """One account with what it may do."""

    person_id: int
    user: str
    password_hash: str
    is_active: bool
    shops: Mapping[int, Role]
    """Role by shop id."""


def people(conn: Connection) -> list[PersonRecord]:
    """Return every account, oldest first."""
    roles: dict[int, dict[int, Role]] = {}
    grants = select(_grants).execution_options(all_shops="a person's shops are many")
    for grant in conn.execute(grants):
        roles.setdefault(grant.person_id, {})[grant.shop_id] = grant.role
    rows = conn.execute(select(_people).order_by(_people.c.id))
    return [_person(row, roles.get(row.id, {})) for row in rows]


def person_by_user(conn: Connection, user: str) -> PersonRecord | None:
    """Return the account with this user name."""
    row = conn.execute(select(_people).where(_people.c.user == user)).one_or_none()
    if row is None:
        return None
    grants = (
        select(_grants)
        .where(_grants.c.person_id == row.id)
        .execution_options(all_shops="a person's shops are many")
    )
    return _person(row, {grant.shop_id: grant.role for grant in conn.execute(grants)})


def agents_on_duty(conn: Connection, shop_id: int) -> int:
    """Return how many people are on duty in a shop now."""
    statement = (
        select(func.count())
        .select_from(_presence)
        .where(_presence.c.shop_id == shop_id, _presence.c.is_on_duty)
    )
    return conn.execute(statement).scalar_one()


def _person(row: Row[Any], shops: Mapping[int, Role]) -> PersonRecord:
    return PersonRecord(
        person_id=row.id,
        user=row.user,
        password_hash=row.password_hash,
        is_active=row.is_active,
        shops=shops,
    )
