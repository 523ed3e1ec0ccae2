"""What happens to two open promises of one thing when their buyers are one."""

from sqlalchemy import Connection, select, update

from bot.promises.kinds import PromiseState
from storage.tables import PromiseRow, table_of
from storage.tables.promises import UNSETTLED

_promises = table_of(PromiseRow)


def join_promises(conn: Connection, shop_id: int, *, old: int, new: int) -> None:
    """Let the earlier of two open promises about one thing stand; the other is void."""
    table = _promises.c
    rows = conn.execute(
        select(table.id, table.about, table.order_ref, table.due_at)
        .where(table.shop_id == shop_id, table.buyer_id.in_((old, new)), UNSETTLED)
        .order_by(table.due_at, table.id)
        .with_for_update()
    ).all()
    standing: set[tuple[str, str]] = set()
    for row in rows:
        thing = (row.about, row.order_ref)
        if thing in standing:
            conn.execute(
                update(_promises)
                .where(table.shop_id == shop_id, table.id == row.id)
                .values(state=PromiseState.VOID, reason="joined", lease_owner=None)
            )
        standing.add(thing)
