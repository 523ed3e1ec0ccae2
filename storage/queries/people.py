"""Who works here, where, and who is on duty."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, select

from bot.errors import NotFoundError
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
    password_changed_at: datetime | None
    """None: still the one that was given to them."""
    has_totp: bool
    """A second factor is asked for at each login."""
    is_active: bool
    shops: Mapping[int, Role]
    """Role by shop id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRecord:
    """One person as a shop's people see them."""

    person_id: int
    user: str
    role: Role
    is_active: bool
    has_totp: bool
    has_own_password: bool
    locked_until: datetime | None
    is_on_duty: bool
    duty_changed_at: datetime | None
    """When they came on duty or left; None: never."""
    version: int
    """Counts changes of their role and of their account."""


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
    return None if row is None else _person(row, roles_of(conn, row.id))


def person_by_id(conn: Connection, person_id: int) -> PersonRecord:
    """Return an account.

    Raises:
        NotFoundError: There is no such account.
    """
    row = conn.execute(select(_people).where(_people.c.id == person_id)).one_or_none()
    if row is None:
        raise NotFoundError("person", person_id)
    return _person(row, roles_of(conn, person_id))


def roles_of(conn: Connection, person_id: int) -> dict[int, Role]:
    """Return what a person may do, by shop id."""
    grants = (
        select(_grants)
        .where(_grants.c.person_id == person_id)
        .execution_options(all_shops="a person's shops are many")
    )
    return {grant.shop_id: grant.role for grant in conn.execute(grants)}


def members(
    conn: Connection, shop_id: int, *, after: int = 0, limit: int = 50
) -> list[MemberRecord]:
    """Return the people of a shop by id, those after ``after``, at most ``limit``."""
    statement = (
        _members(shop_id)
        .where(_people.c.id > after)
        .order_by(_people.c.id)
        .limit(limit)
    )
    return [_member(row) for row in conn.execute(statement)]


def member(conn: Connection, shop_id: int, *, person_id: int) -> MemberRecord:
    """Return one person of a shop.

    Raises:
        NotFoundError: Nobody with this id works in the shop.
    """
    statement = _members(shop_id).where(_people.c.id == person_id)
    row = conn.execute(statement).one_or_none()
    if row is None:
        raise NotFoundError("person", person_id)
    return _member(row)


def members_on_duty(conn: Connection, shop_id: int) -> list[MemberRecord]:
    """Return who is on duty in a shop now, who came first first."""
    statement = (
        _members(shop_id)
        .where(_presence.c.is_on_duty)
        .order_by(_presence.c.changed_at, _people.c.id)
    )
    return [_member(row) for row in conn.execute(statement)]


def active_admins(conn: Connection, shop_id: int) -> int:
    """Return how many people may manage a shop's people."""
    statement = (
        select(func.count())
        .select_from(_grants)
        .join(_people, _people.c.id == _grants.c.person_id)
        .where(
            _grants.c.shop_id == shop_id,
            _grants.c.role == Role.ADMIN,
            _people.c.is_active,
        )
    )
    return conn.execute(statement).scalar_one()


def agents_on_duty(conn: Connection, shop_id: int) -> int:
    """Return how many people are on duty in a shop now."""
    statement = (
        select(func.count())
        .select_from(_presence)
        .where(_presence.c.shop_id == shop_id, _presence.c.is_on_duty)
    )
    return conn.execute(statement).scalar_one()


def _members(shop_id: int) -> Select[Any]:
    return (
        select(
            _people,
            _grants.c.role,
            _grants.c.version,
            _presence.c.is_on_duty,
            _presence.c.changed_at,
        )
        .select_from(_grants)
        .join(_people, _people.c.id == _grants.c.person_id)
        .outerjoin(
            _presence,
            and_(
                _presence.c.person_id == _grants.c.person_id,
                _presence.c.shop_id == _grants.c.shop_id,
            ),
        )
        .where(_grants.c.shop_id == shop_id)
    )


def _member(row: Row[Any]) -> MemberRecord:
    return MemberRecord(
        person_id=row.id,
        user=row.user,
        role=row.role,
        is_active=row.is_active,
        has_totp=row.totp_confirmed_at is not None,
        has_own_password=row.password_changed_at is not None,
        locked_until=row.locked_until,
        is_on_duty=bool(row.is_on_duty),
        duty_changed_at=row.changed_at,
        version=row.version,
    )


def _person(row: Row[Any], shops: Mapping[int, Role]) -> PersonRecord:
    return PersonRecord(
        person_id=row.id,
        user=row.user,
        password_hash=row.password_hash,
        password_changed_at=row.password_changed_at,
        has_totp=row.totp_confirmed_at is not None,
        is_active=row.is_active,
        shops=shops,
    )
