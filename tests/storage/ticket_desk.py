"""Short words for what people do with tickets, shared by the tests that need them."""

from collections.abc import Callable
from datetime import datetime, timedelta

from storage.database import Database
from storage.queries.shops import ShopRecord
from storage.queries.tickets import (
    TicketEventRecord,
    TicketRecord,
    ticket,
    tickets,
)
from storage.repositories import tickets as desk
from storage.repositories.tickets import Move, OpenedTicket
from storage.states import TicketEventKind
from storage.tables import TicketRow, table_of
from tests.databases import (
    NOW,
    WORKFLOW,
    buyer_id_of,
    make_ticket_action,
    take,
)

HOUR = timedelta(hours=1)
ROW = table_of(TicketRow)


def later_by(due: datetime, since: datetime, until: datetime) -> datetime:
    """Move a due time by all the time that passed: every hour is a working hour."""
    return due + (until - since)


class Desk:
    """Short words for what people do with one shop's tickets; lives a test long."""

    def __init__(self, database: Database, shop: ShopRecord) -> None:
        self.database = database
        self.shop_id = shop.shop_id
        self.conversation_id = take(database, shop).conversation_id
        self.buyer_id = buyer_id_of(database, shop, self.conversation_id)

    def open(self, **wishes: object) -> OpenedTicket:
        action = make_ticket_action(**wishes)  # type: ignore[arg-type]
        return self.database.write_now(
            lambda conn: desk.open_ticket(
                conn,
                self.shop_id,
                action=action,
                buyer_id=self.buyer_id,
                conversation_id=self.conversation_id,
                now=NOW,
                words="还没到",
            )
        )

    def move(
        self,
        to: str,
        *,
        number: str = "WL-000001",
        now: datetime = NOW,
        required: tuple[str, ...] = (),
        expected_version: int | None = None,
    ) -> TicketRecord:
        return self.database.write_now(
            lambda conn: desk.move(
                conn,
                self.shop_id,
                change=Move(number=number, to=to, by=None, note="备注"),
                workflow=WORKFLOW,
                now=now,
                working_shift=later_by,
                required=required,
                expected_version=expected_version,
            )
        )

    def reopen(
        self, ticket_id: int, *, due_again: Callable[[str], datetime] | None = None
    ) -> TicketRecord:
        return self.database.write_now(
            lambda conn: desk.reopen(
                conn,
                self.shop_id,
                ticket_id=ticket_id,
                workflow=WORKFLOW,
                words="没解决",
                now=NOW,
                due_again=due_again,
            )
        )

    def breaches(self, now: datetime) -> list[str]:
        found = self.database.write_now(
            lambda conn: desk.record_breaches(conn, now=now)
        )
        return [breach.what.value for breach in found]

    def events(self, number: str = "WL-000001") -> list[TicketEventRecord]:
        return self.database.read_now(
            lambda conn: ticket(conn, self.shop_id, number)[1]
        )

    def kinds(self, number: str = "WL-000001") -> list[TicketEventKind]:
        return [it.kind for it in self.events(number)]

    def all(self) -> list[TicketRecord]:
        return self.database.read_now(lambda conn: tickets(conn, self.shop_id))


def record_cause(it: Desk) -> None:
    it.database.write_now(
        lambda conn: desk.record_cause(
            conn, it.shop_id, number="WL-000001", cause="漏发", by=None, now=NOW
        )
    )
