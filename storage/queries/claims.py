"""What the stop rules of a claimed follow-up ask about, loaded for a whole batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, exists, func, select

from bot.desk.ticket_types import Phase
from bot.facts import Item, Order
from bot.follow_ups.plans import Kind
from storage.literals import is_just
from storage.queries.facts import item_of, order_of
from storage.states import ConversationPhase, FollowUpState, ReviewState
from storage.tables import (
    BuyerRow,
    ConsentRow,
    ConversationRow,
    FollowUpRow,
    IncidentRow,
    ItemRow,
    OrderRow,
    ReviewRow,
    ShopRow,
    SuppressionRow,
    TicketRow,
    table_of,
)

_buyers = table_of(BuyerRow)
_consents = table_of(ConsentRow)
_conversations = table_of(ConversationRow)
_follow_ups = table_of(FollowUpRow)
_incidents = table_of(IncidentRow)
_items = table_of(ItemRow)
_orders = table_of(OrderRow)
_reviews = table_of(ReviewRow)
_shops = table_of(ShopRow)
_suppressions = table_of(SuppressionRow)
_tickets = table_of(TicketRow)

_MARKETING = "marketing"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFact:
    """What a follow-up may have to know of its ticket."""

    ticket_id: int
    number: str
    phase: Phase
    state: str
    cause: str | None
    due_at: datetime
    """Until when the buyer was told to hear from us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFact:
    """What a follow-up may have to know of its review."""

    review_row_id: int
    stars: int
    state: ReviewState
    cause: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFact:
    """What a follow-up may say of the incident whose end it tells."""

    text: str
    closing: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedFollowUp:
    """A due follow-up that this owner may look at now, until its lease ends."""

    follow_up_id: int
    shop_id: int
    shop: str
    """The shop's name in addresses."""
    owner: str
    plan_id: str
    kind: Kind
    due_at: datetime
    deferred_from: datetime | None
    created_at: datetime
    buyer_id: int
    buyer_ref: str
    buyer_name: str | None
    connector: str
    conversation_id: int | None
    is_served: bool
    """A person serves the conversation now."""
    is_closed: bool
    """A person has ended the conversation."""
    served_until: datetime | None
    is_opted_out: bool
    has_consent: bool
    """To marketing; the buyer's newest word on it."""
    last_marketing_at: datetime | None
    is_professional_reviewer: bool
    order_ref: str | None
    item_ref: str | None
    order: Order | None
    item: Item | None
    ticket: TicketFact | None
    review: ReviewFact | None
    incident: IncidentFact | None


def load_claimed(
    conn: Connection, ids: Sequence[int], *, owner: str
) -> list[ClaimedFollowUp]:
    """Return claimed follow-ups with their facts, earliest due first."""
    statement = (
        _claims()
        .where(_follow_ups.c.id.in_(ids))
        .order_by(_follow_ups.c.due_at, _follow_ups.c.id)
    )
    rows = conn.execute(statement).all()
    facts = _Facts(conn, rows)
    return [_claimed(row, facts, owner) for row in rows]


class _Facts:
    """The facts of a batch of follow-ups; one statement a noun and shop."""

    def __init__(self, conn: Connection, rows: Sequence[Row[Any]]) -> None:
        self.orders: dict[tuple[int, str], Order] = {}
        self.items: dict[tuple[int, str], Item] = {}
        self.tickets: dict[int, TicketFact] = {}
        self.reviews: dict[int, ReviewFact] = {}
        self.incidents: dict[int, IncidentFact] = {}
        for shop_id in sorted({row.shop_id for row in rows}):
            ours = [row for row in rows if row.shop_id == shop_id]
            self._load_shop(conn, shop_id, ours)

    def _load_shop(
        self, conn: Connection, shop_id: int, rows: Sequence[Row[Any]]
    ) -> None:
        for row in _rows_by(conn, _orders, "order_id", shop_id, rows, "order_ref"):
            self.orders[shop_id, row.order_id] = order_of(row)
        for row in _rows_by(conn, _items, "item_id", shop_id, rows, "item_ref"):
            self.items[shop_id, row.item_id] = item_of(row)
        for row in _rows_by(conn, _tickets, "id", shop_id, rows, "ticket_id"):
            self.tickets[row.id] = _ticket(row)
        for row in _rows_by(conn, _reviews, "id", shop_id, rows, "review_id"):
            self.reviews[row.id] = _review(row)
        for row in _rows_by(conn, _incidents, "id", shop_id, rows, "incident_id"):
            self.incidents[row.id] = IncidentFact(text=row.text, closing=row.closing)


def _rows_by(
    conn: Connection,
    table: Any,
    column: str,
    shop_id: int,
    rows: Sequence[Row[Any]],
    reference: str,
) -> list[Row[Any]]:
    """Return a table's rows that the follow-ups of one shop point at."""
    wanted = sorted(
        {getattr(row, reference) for row in rows if getattr(row, reference) is not None}
    )
    if not wanted:
        return []
    statement = select(table).where(
        table.c.shop_id == shop_id, table.c[column].in_(wanted)
    )
    return list(conn.execute(statement))


def _claims() -> Select[Any]:
    table = _follow_ups.c
    return (
        select(
            _follow_ups,
            _shops.c.slug,
            _buyers.c.buyer_ref,
            _buyers.c.connector,
            _buyers.c.name,
            _buyers.c.is_professional_reviewer,
            _conversations.c.id.label("found_conversation_id"),
            _conversations.c.state.label("phase"),
            _conversations.c.served_until,
            _is_opted_out().label("is_opted_out"),
            _has_consent().label("has_consent"),
            _last_marketing_at().label("last_marketing_at"),
        )
        .join_from(_follow_ups, _shops, _shops.c.id == table.shop_id)
        .join(_buyers, _buyers.c.id == table.buyer_id)
        .outerjoin(
            _conversations,
            (_conversations.c.buyer_id == table.buyer_id)
            & (_conversations.c.shop_id == table.shop_id),
        )
        .execution_options(all_shops="the scheduler's tick serves every shop")
    )


def _is_opted_out() -> Any:
    """Return the condition that the buyer opted out, on whichever connector."""
    same = _buyers.alias("same")
    return exists().where(
        same.c.shop_id == _follow_ups.c.shop_id,
        same.c.buyer_ref == _buyers.c.buyer_ref,
        _suppressions.c.shop_id == _follow_ups.c.shop_id,
        _suppressions.c.buyer_id == same.c.id,
    )


def _has_consent() -> Any:
    return (
        select(_consents.c.is_given)
        .where(
            _consents.c.shop_id == _follow_ups.c.shop_id,
            _consents.c.buyer_id == _follow_ups.c.buyer_id,
            _consents.c.purpose == _MARKETING,
        )
        .order_by(_consents.c.changed_at.desc(), _consents.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )


def _last_marketing_at() -> Any:
    other = _follow_ups.alias("other")
    return (
        select(func.max(other.c.sent_at))
        .where(
            other.c.shop_id == _follow_ups.c.shop_id,
            other.c.buyer_id == _follow_ups.c.buyer_id,
            is_just(other.c.state, FollowUpState.SENT),
            is_just(other.c.kind, Kind.MARKETING),
        )
        .scalar_subquery()
    )


def _claimed(row: Row[Any], facts: _Facts, owner: str) -> ClaimedFollowUp:
    is_served = row.phase is ConversationPhase.SERVED
    return ClaimedFollowUp(
        follow_up_id=row.id,
        shop_id=row.shop_id,
        shop=row.slug,
        owner=owner,
        plan_id=row.plan_id,
        kind=row.kind,
        due_at=row.due_at,
        deferred_from=row.deferred_from,
        created_at=row.created_at,
        buyer_id=row.buyer_id,
        buyer_ref=row.buyer_ref,
        buyer_name=row.name,
        connector=row.connector,
        conversation_id=row.found_conversation_id,
        is_served=is_served,
        is_closed=row.phase is ConversationPhase.CLOSED,
        served_until=row.served_until if is_served else None,
        is_opted_out=bool(row.is_opted_out),
        has_consent=bool(row.has_consent),
        last_marketing_at=row.last_marketing_at,
        is_professional_reviewer=row.is_professional_reviewer,
        order_ref=row.order_ref,
        item_ref=row.item_ref,
        order=facts.orders.get((row.shop_id, row.order_ref)),
        item=facts.items.get((row.shop_id, row.item_ref)),
        ticket=facts.tickets.get(row.ticket_id),
        review=facts.reviews.get(row.review_id),
        incident=facts.incidents.get(row.incident_id),
    )


def _ticket(row: Row[Any]) -> TicketFact:
    return TicketFact(
        ticket_id=row.id,
        number=row.number,
        phase=row.phase,
        state=row.state,
        cause=row.cause,
        due_at=row.first_answer_due_at,
    )


def _review(row: Row[Any]) -> ReviewFact:
    return ReviewFact(
        review_row_id=row.id, stars=row.stars, state=row.state, cause=row.cause
    )
