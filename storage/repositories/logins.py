"""How tries to log in are counted, so that guessing ends: one row, one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, ScalarSelect, func, select, update

from storage.repositories.people import record_about
from storage.tables import PersonRow, table_of
from storage.vault import vault_of

_people = table_of(PersonRow)

_FAILED = "login.failed"

LockFor = Callable[[int], timedelta | None]
"""How long so many failures in a row lock; None: they do not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginRecord:
    """What is needed to find out whether somebody is who they say."""

    person_id: int
    user: str
    password_hash: str
    is_active: bool
    totp_secret: str | None
    """None: no second factor is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One try to log in, counted as a failure until it has turned out right."""

    person: LoginRecord | None
    """None: there is nobody of this name."""
    is_locked: bool
    """The name was locked already: not counted, and whatever was given is refused."""
    locks_until: datetime | None
    """The lock that this failure brings."""
    is_counted: bool = True
    """False: the account's own count and lock have no say in it."""


def begin_try(
    conn: Connection,
    *,
    user: str,
    lock_for: LockFor,
    now: datetime,
    is_counted: bool = True,
) -> Try:
    """Count a failure before the password is looked at, and return the try.

    Counting first means that tries side by side cannot see more passwords than the
    limit. A name that nobody has costs a commit as well. ``is_counted`` is False where
    the tries of one browser are counted elsewhere: strangers' failures do not lock it.
    """
    row = conn.execute(
        select(_people).where(_people.c.user == user).with_for_update()
    ).one_or_none()
    if row is None:
        _change_nothing(conn)
        return Try(person=None, is_locked=False, locks_until=None)
    sealed = row.totp_enc if row.totp_confirmed_at is not None else None
    person = LoginRecord(
        person_id=row.id,
        user=row.user,
        password_hash=row.password_hash,
        is_active=row.is_active,
        totp_secret=None if sealed is None else vault_of(conn).open(sealed),
    )
    if not is_counted:
        _change_nothing(conn)
        return Try(person=person, is_locked=False, locks_until=None, is_counted=False)
    if row.locked_until is not None and row.locked_until > now:
        _change_nothing(conn)
        return Try(person=person, is_locked=True, locks_until=None)
    failures = row.failed_logins + 1
    length = lock_for(failures)
    locks_until = None if length is None else now + length
    _set(conn, person.person_id, failures=failures, locked_until=locks_until)
    return Try(person=person, is_locked=False, locks_until=locks_until)


def fail_try(conn: Connection, tried: Try, *, now: datetime) -> None:
    """Leave a try counted, and write it down when it was somebody's name."""
    if tried.person is None or tried.is_locked:
        _write_in_vain(conn, now=now)
        return
    person_id = tried.person.person_id
    record_about(conn, person_id, action=_FAILED, now=now)
    if tried.locks_until is not None:
        until = tried.locks_until.isoformat()
        record_about(
            conn, person_id, action="login.locked", now=now, data={"until": until}
        )


def release_try(conn: Connection, tried: Try) -> None:
    """Take back the count of a try that was neither right nor wrong."""
    if tried.person is None or tried.is_locked or not tried.is_counted:
        return
    row = conn.execute(
        select(_people.c.failed_logins, _people.c.locked_until)
        .where(_people.c.id == tried.person.person_id)
        .with_for_update()
    ).one()
    is_ours = row.locked_until == tried.locks_until
    _set(
        conn,
        tried.person.person_id,
        failures=max(row.failed_logins - 1, 0),
        locked_until=None if is_ours else row.locked_until,
    )


def forget_failures(conn: Connection, person_id: int) -> None:
    """Begin to count anew: the right password was given, or an admin set a new one."""
    _set(conn, person_id, failures=0, locked_until=None)


def _set(
    conn: Connection, person_id: int, *, failures: int, locked_until: datetime | None
) -> None:
    conn.execute(
        update(_people)
        .where(_people.c.id == person_id)
        .values(failed_logins=failures, locked_until=locked_until)
    )


def _change_nothing(conn: Connection) -> None:
    """Write a row as it is: the commit takes as long as that of a counted failure."""
    conn.execute(
        update(_people)
        .where(_people.c.id == _first())
        .values(failed_logins=_people.c.failed_logins)
    )


def _write_in_vain(conn: Connection, *, now: datetime) -> None:
    """Do the work of writing a failure down, and take it back."""
    somebody: int | None = conn.execute(select(_first())).scalar_one()
    if somebody is None:
        return
    with conn.begin_nested() as vain:
        record_about(conn, somebody, action=_FAILED, now=now)
        vain.rollback()
    _change_nothing(conn)


def _first() -> ScalarSelect[Any]:
    return select(func.min(_people.c.id)).scalar_subquery()
