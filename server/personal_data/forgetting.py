"""How is a buyer forgotten? Files first, then every row, then the old pages."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from bot.desk.ticket_types import Phase
from bot.errors import NotFoundError
from bot.scripts import Pack
from server.personal_data.exporting import mark_of
from server.personal_data.places import delete_exports, delete_media
from storage.database import Database
from storage.queries.shops import ShopRecord
from storage.repositories import audit, tombstones
from storage.repositories.forgetting import Forgotten, forget, media_of
from storage.scrubbing import scrub


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgottenReport:
    """What was forgotten, for whoever answers for it."""

    forgotten: int
    """Number of the entry that says that, when and by whom; nothing of whom."""
    buyers: int
    messages: int
    orders: int
    pictures: int
    exports: int
    was_opted_out: bool
    is_scrubbed: bool
    """False: old pages may still lie in the log beside the database; do it again."""


def closed_state_of(pack: Pack) -> str:
    """Return the workflow's state in which a ticket needs nothing any more."""
    return next(
        state.state_id
        for state in pack.workflow.states.values()
        if state.phase is Phase.CLOSED
    )


def _nothing_left(tombstone_id: int) -> Forgotten:
    return Forgotten(
        tombstone_id=tombstone_id,
        buyers=0,
        messages=0,
        orders=0,
        was_suppressed=False,
        media=(),
    )


def forget_buyer(
    database: Database,
    shop: ShopRecord,
    *,
    buyer_ref: str,
    connector: str | None = None,
    closed_state: str,
    var: Path,
    person_id: int | None,
    now: datetime,
) -> ForgottenReport:
    """Forget a buyer in database, files and copies; blocks until it is done.

    Files go first: should this stop half way, the rows still say what to do again. Asked
    again for a buyer who is forgotten already, it sees to the files only.

    Raises:
        NotFoundError: nothing is kept about such a buyer.
    """
    mark = mark_of(database, shop, buyer_ref)
    named = database.read_now(
        lambda connection: media_of(
            connection, shop.shop_id, buyer_ref=buyer_ref, connector=connector
        )
    )
    pictures = delete_media(var, shop_id=shop.shop_id, names=named)
    exports = delete_exports(var, mark)

    def unit(connection: Connection) -> Forgotten:
        try:
            forgotten = forget(
                connection,
                shop.shop_id,
                buyer_ref=buyer_ref,
                connector=connector,
                closed_state=closed_state,
                person_id=person_id,
                now=now,
            )
        except NotFoundError:
            before = tombstones.newest(connection, shop.shop_id, buyer_ref=buyer_ref)
            if before is None:
                raise
            return _nothing_left(before)
        audit.record(
            connection,
            shop.shop_id,
            action="buyer.forgotten",
            subject=f"forgotten:{forgotten.tombstone_id}",
            person_id=person_id,
            now=now,
        )
        return forgotten

    done = database.write_now(unit)
    # A picture that came in between has its name in the rows that are gone now.
    pictures += delete_media(var, shop_id=shop.shop_id, names=done.media)
    exports += delete_exports(var, mark)
    return ForgottenReport(
        forgotten=done.tombstone_id,
        buyers=done.buyers,
        messages=done.messages,
        orders=done.orders,
        pictures=pictures,
        exports=exports,
        was_opted_out=done.was_suppressed,
        is_scrubbed=scrub(database.engine),
    )
