"""What does the shop have in its books for a buyer? Promises and offers, in story words."""

from typing import Any

from sqlalchemy import Connection, select

from bot.bargaining.policy import MONEY
from bot.promises.kinds import PromiseState
from storage.queries.offers import OfferRecord
from storage.queries.offers import offers_of as granted_offers
from storage.tables import PromiseRow, table_of
from tests.stories.shapes import ZONE
from tests.stories.stage import Actor, Stage
from tests.stories.values import Table

_promises = table_of(PromiseRow)
_STATES = {
    PromiseState.OPEN: "open",
    PromiseState.WARNED: "open",
    PromiseState.KEPT: "kept",
    PromiseState.BREACHED: "broken",
    PromiseState.VOID: "void",
}


async def promises_of(stage: Stage, actor: Actor) -> tuple[Table, ...]:
    """Return what one buyer was promised, oldest first, as stories name it."""
    number = actor.conversation_id
    names = {one.kind_id: one.zh for one in stage.library.pack.promises.kinds}

    def query(connection: Connection) -> tuple[Table, ...]:
        table = _promises.c
        rows = connection.execute(
            select(table.kind, table.due_at, table.state, table.words)
            .where(
                table.shop_id == stage.floor.shop_id, table.conversation_id == number
            )
            .order_by(table.id)
        )
        return tuple(
            {
                "kind": names[row.kind],
                "due": f"{row.due_at.astimezone(ZONE):%Y-%m-%d %H:%M}",
                "state": _STATES[row.state],
                "words": row.words,
            }
            for row in rows
        )

    return await stage.database.read(query)


async def offers_of(stage: Stage, actor: Actor) -> tuple[Table, ...]:
    """Return what one buyer was given, oldest first, as stories name it."""
    floor = stage.floor
    now = floor.clock()
    number = actor.conversation_id
    if number is None:
        return ()
    records = await stage.database.read(
        lambda conn: granted_offers(
            conn, floor.shop_id, conversation_id=number, now=now
        )
    )
    return tuple(_offer(one) for one in reversed(records))


def _offer(one: OfferRecord) -> Table:
    table: dict[str, Any] = {"kind": one.kind.value, "state": one.state.value}
    if one.kind in MONEY:
        table["worth"] = one.list_fen - one.price_fen
    return table
