"""What may people do with tickets? Each function is one unit of work for CLI and API."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.desk.ticket_types import Phase, WorkingSpan
from bot.follow_ups.plans import FollowUpPlan
from bot.follow_ups.windows import first_due
from server.shops import Shop
from storage.queries.tickets import TicketRecord, ticket
from storage.repositories import follow_ups, tickets
from storage.repositories.follow_ups import NewFollowUp
from storage.repositories.promises import settle_by_ticket
from storage.repositories.tickets import Move


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The ticket desk of one shop; made anew from current settings when needed."""

    shop: Shop

    def move(
        self,
        connection: Connection,
        change: Move,
        *,
        now: datetime,
        expected_version: int | None = None,
    ) -> TicketRecord:
        """Move a ticket; a solved one starts its type's call-back.

        Raises:
            NotFoundError: there is no such ticket.
            IllegalTransitionError: the workflow, or a missing fact, forbids it.
            StaleStateError: the ticket is not at ``expected_version`` any more.
        """
        shop_id = self.shop.record.shop_id
        pack = self.shop.library.pack
        before, _ = ticket(connection, shop_id, change.number)
        kind = pack.ticket_types.get(before.ticket_type)
        after = tickets.move(
            connection,
            shop_id,
            change=change,
            workflow=pack.workflow,
            now=now,
            working_shift=self._shift,
            required=() if kind is None else kind.required,
            expected_version=expected_version,
        )
        if after.phase in (Phase.SOLVED, Phase.CLOSED):
            settle_by_ticket(
                connection, shop_id, ticket=after, rules=pack.promises, now=now
            )
        is_solved = after.phase is Phase.SOLVED and before.phase is not Phase.SOLVED
        if is_solved and kind is not None and kind.call_back is not None:
            self._plan(
                connection,
                pack.follow_ups[kind.call_back],
                ticket_record=after,
                dedupe_key=f"{kind.call_back}:{after.ticket_id}:{after.version}",
                now=now,
            )
        return after

    def record_cause(
        self,
        connection: Connection,
        *,
        number: str,
        cause: str,
        by: int | None,
        now: datetime,
    ) -> TicketRecord:
        """Record why something happened; a bad review may now be contacted, once.

        Raises:
            NotFoundError: there is no such ticket.
        """
        shop_id = self.shop.record.shop_id
        pack = self.shop.library.pack
        reviews = tickets.record_cause(
            connection, shop_id, number=number, cause=cause, by=by, now=now
        )
        record, _ = ticket(connection, shop_id, number)
        if pack.bad_review is not None and reviews:
            # Several reviews of one order are one problem: the buyer is asked once.
            self._plan(
                connection,
                pack.follow_ups[pack.bad_review.follow_up],
                ticket_record=record,
                review_id=reviews[0],
                dedupe_key=f"{pack.bad_review.follow_up}:ticket:{record.ticket_id}",
                now=now,
            )
        return record

    def _plan(
        self,
        connection: Connection,
        plan: FollowUpPlan,
        *,
        ticket_record: TicketRecord,
        dedupe_key: str,
        now: datetime,
        review_id: int | None = None,
    ) -> None:
        follow_ups.plan(
            connection,
            self.shop.record.shop_id,
            value=NewFollowUp(
                buyer_id=ticket_record.buyer_id,
                plan_id=plan.plan_id,
                kind=plan.kind,
                due_at=first_due(
                    plan,
                    planned_at=now,
                    limits=self.shop.limits,
                    timezone=self.shop.record.timezone,
                ),
                conversation_id=ticket_record.conversation_id,
                order_ref=ticket_record.order_ref or None,
                item_ref=None,
                ticket_id=ticket_record.ticket_id,
                review_id=review_id,
                dedupe_key=dedupe_key,
            ),
            now=now,
        )

    def _shift(self, due_at: datetime, since: datetime, until: datetime) -> datetime:
        """Return a due time moved on by the working time spent waiting."""
        waited = self.shop.calendar.working_between(since, until)
        minutes = int(waited.total_seconds() // 60)
        return self.shop.calendar.add_working(due_at, WorkingSpan(minutes=minutes))
