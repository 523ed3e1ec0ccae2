"""When duty ends by itself: nobody is on duty who is not logged in any more."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, exists, update

from storage.repositories.changes import record_change
from storage.tables import PresenceRow, SessionRow, table_of

_presence = table_of(PresenceRow)
_sessions = table_of(SessionRow)


def end_duty(conn: Connection, person_ids: Collection[int], *, now: datetime) -> None:
    """End, in every shop, the duty of those of these people who have no live login.

    Args:
        conn: Of the unit in which a login of theirs has ended.
        person_ids: Whose login has ended.
        now: Aware UTC.
    """
    if not person_ids:
        return
    table = _presence.c
    is_logged_in = exists().where(
        _sessions.c.person_id == table.person_id, _sessions.c.expires_at > now
    )
    ended = conn.execute(
        update(_presence)
        .where(
            table.person_id.in_(sorted(set(person_ids))),
            table.is_on_duty,
            ~is_logged_in,
        )
        .values(is_on_duty=False, changed_at=now)
        .execution_options(all_shops="a person's shops are many")
    )
    if ended.rowcount:
        record_change(conn)
