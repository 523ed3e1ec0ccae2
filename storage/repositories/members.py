"""How a shop's admins change its people, and what they may not do to each other."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from bot.errors import NotPermittedError, RoleNeededError, StaleStateError, TakenError
from storage.queries.people import (
    MemberRecord,
    active_admins,
    member,
    person_by_user,
    roles_of,
)
from storage.repositories import audit
from storage.repositories.people import (
    add_person,
    grant,
    record_about,
    set_active,
    set_on_duty,
    set_password_hash,
)
from storage.repositories.second_factor import end_totp
from storage.states import Role
from storage.tables import ShopRow, table_of

_shops = table_of(ShopRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Whether somebody may work in a shop, and as what."""

    role: Role
    is_active: bool


def add_member(
    conn: Connection,
    shop_id: int,
    *,
    user: str,
    role: Role,
    password_hash: str,
    by: int,
    now: datetime,
) -> MemberRecord:
    """Add somebody who works in the shop, with a password given to them.

    Raises:
        RoleNeededError: Whoever adds them is not an admin any more.
        TakenError: There is somebody of this name.
    """
    _require_admin(conn, shop_id, by)
    if person_by_user(conn, user) is not None:
        raise TakenError(f"there is a user {user} already", field="user")
    try:
        person_id = add_person(conn, user=user, password_hash=password_hash, now=now)
    except IntegrityError as error:  # somebody was added at the same moment
        raise TakenError(f"there is a user {user} already", field="user") from error
    grant(conn, shop_id, person_id=person_id, role=role)
    audit.record(
        conn,
        shop_id,
        action="person.added",
        subject=user,
        now=now,
        data={"role": role.value},
        person_id=by,
    )
    return member(conn, shop_id, person_id=person_id)


def change_member(
    conn: Connection,
    shop_id: int,
    *,
    person_id: int,
    seen: str,
    wanted: Standing,
    by: int,
    now: datetime,
) -> MemberRecord:
    """Change somebody's role, or whether their account may be used.

    Args:
        conn: Of the unit.
        shop_id: Where they work.
        person_id: Who.
        seen: The version that the admin saw when they decided.
        wanted: What it becomes.
        by: The admin.
        now: Aware UTC.

    Raises:
        NotFoundError: Nobody with this id works in the shop.
        StaleStateError: It is not as the admin saw it any more.
        NotPermittedError: Who changes it is not an admin any more, the shop would have no admin left, or the account also works
            where this admin is none.
    """
    managed = [
        shop for shop, role in roles_of(conn, person_id).items() if role is Role.ADMIN
    ]
    _one_at_a_time(conn, {shop_id, *managed})
    _require_admin(conn, shop_id, by)
    found = member(conn, shop_id, person_id=person_id)
    if seen != str(found.version):
        raise StaleStateError("person", person_id)
    if wanted.role != found.role:
        grant(conn, shop_id, person_id=person_id, role=wanted.role)
        audit.record(
            conn,
            shop_id,
            action="person.role",
            subject=found.user,
            now=now,
            data={"from": found.role.value, "to": wanted.role.value},
            person_id=by,
        )
    if wanted.is_active != found.is_active:
        _refuse_others(conn, person_id=person_id, by=by)
        set_active(conn, person_id, is_active=wanted.is_active, now=now)
        action = "person.activated" if wanted.is_active else "person.deactivated"
        record_about(conn, person_id, action=action, now=now, by=by)
    if any(active_admins(conn, shop) == 0 for shop in managed):
        raise NotPermittedError("the shop's last admin stays one")
    return member(conn, shop_id, person_id=person_id)


def reset_member(
    conn: Connection,
    shop_id: int,
    *,
    person_id: int,
    password_hash: str,
    by: int,
    now: datetime,
) -> MemberRecord:
    """Give somebody a new password, which they have to change, and end their logins.

    Raises:
        NotFoundError: Nobody with this id works in the shop.
        NotPermittedError: It is the admin's own account, or one that also works where
            this admin is none.
    """
    found = member(conn, shop_id, person_id=person_id)
    _refuse_self(person_id=person_id, by=by)
    _refuse_others(conn, person_id=person_id, by=by)
    set_password_hash(conn, user=found.user, password_hash=password_hash, now=now)
    record_about(conn, person_id, action="password.reset", now=now, by=by)
    return member(conn, shop_id, person_id=person_id)


def reset_totp(
    conn: Connection, shop_id: int, *, person_id: int, by: int, now: datetime
) -> None:
    """Ask somebody who lost their device for no second factor any more.

    Raises:
        NotFoundError: Nobody with this id works in the shop.
        NotPermittedError: It is the admin's own account, or one that also works where
            this admin is none.
    """
    member(conn, shop_id, person_id=person_id)
    _refuse_self(person_id=person_id, by=by)
    _refuse_others(conn, person_id=person_id, by=by)
    end_totp(conn, person_id)
    record_about(conn, person_id, action="totp.reset", now=now, by=by)


def set_duty(
    conn: Connection,
    shop_id: int,
    *,
    person_id: int,
    is_on_duty: bool,
    by: int,
    now: datetime,
) -> None:
    """Record for somebody of the shop that they have come on duty, or left.

    Raises:
        NotFoundError: Nobody with this id works in the shop.
        NotPermittedError: Their account is closed: they cannot come.
    """
    found = member(conn, shop_id, person_id=person_id)
    if is_on_duty and not found.is_active:
        raise NotPermittedError("whose account is closed is not on duty")
    if found.is_on_duty == is_on_duty:
        return
    set_on_duty(conn, shop_id, person_id=person_id, is_on_duty=is_on_duty, now=now)
    audit.record(
        conn,
        shop_id,
        action="duty.on" if is_on_duty else "duty.off",
        subject=found.user,
        now=now,
        person_id=by,
    )


def _one_at_a_time(conn: Connection, shop_ids: set[int]) -> None:
    """Let no two admins of a shop remove each other at the same moment."""
    conn.execute(
        select(_shops.c.id)
        .where(_shops.c.id.in_(sorted(shop_ids)))
        .order_by(_shops.c.id)
        .with_for_update()
    )


def _require_admin(conn: Connection, shop_id: int, person_id: int) -> None:
    """Refuse whoever has lost the role since the request was let in."""
    if roles_of(conn, person_id).get(shop_id) is not Role.ADMIN:
        raise RoleNeededError(Role.ADMIN)


def _refuse_self(*, person_id: int, by: int) -> None:
    """Refuse the way around one's own password."""
    if person_id == by:
        raise NotPermittedError("change your own with your password")


def _refuse_others(conn: Connection, *, person_id: int, by: int) -> None:
    """Refuse what would give an admin of one shop an account of another one."""
    theirs, own = roles_of(conn, person_id), roles_of(conn, by)
    if any(own.get(shop_id) is not Role.ADMIN for shop_id in theirs):
        raise NotPermittedError(
            "the account also works in a shop where you are not an admin"
        )
