"""How a person's second factor is set up, used and given up."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_, select, update

from bot.errors import NotPermittedError
from storage.tables import PersonRow, table_of
from storage.vault import vault_of

_people = table_of(PersonRow)


def begin_totp(conn: Connection, person_id: int, *, secret: str) -> None:
    """Keep a sealed secret that is not asked for yet; again replaces it.

    Raises:
        NotPermittedError: The second factor is on already.
    """
    changed = conn.execute(
        update(_people)
        .where(_people.c.id == person_id, _people.c.totp_confirmed_at.is_(None))
        .values(totp_enc=vault_of(conn).seal(secret), totp_last_step=None)
    )
    if changed.rowcount == 0:
        raise NotPermittedError("the second factor is on already: turn it off first")


def pending_secret(conn: Connection, person_id: int) -> str | None:
    """Return the secret that is being set up; None: there is none."""
    sealed = conn.execute(
        select(_people.c.totp_enc).where(
            _people.c.id == person_id, _people.c.totp_confirmed_at.is_(None)
        )
    ).scalar_one_or_none()
    return None if sealed is None else vault_of(conn).open(sealed)


def confirm_totp(conn: Connection, person_id: int, *, step: int, now: datetime) -> None:
    """Ask for the second factor from now on; the code of ``step`` is used up."""
    _set(conn, person_id, totp_confirmed_at=now, totp_last_step=step)


def end_totp(conn: Connection, person_id: int) -> None:
    """Ask for no second factor any more, and forget its secret."""
    _set(conn, person_id, totp_enc=None, totp_confirmed_at=None, totp_last_step=None)


def take_step(conn: Connection, person_id: int, *, step: int) -> bool:
    """Use up the code of a step; False: it, or a later one, was used before."""
    taken = conn.execute(
        update(_people)
        .where(
            _people.c.id == person_id,
            or_(_people.c.totp_last_step.is_(None), _people.c.totp_last_step < step),
        )
        .values(totp_last_step=step)
    )
    return taken.rowcount == 1


def _set(conn: Connection, person_id: int, **values: Any) -> None:
    conn.execute(update(_people).where(_people.c.id == person_id).values(**values))
