"""What is known of bargaining: policies, how far buyers have come, offers, codes left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Select,
    func,
    select,
)

from bot.bargaining.known import Bargaining
from bot.bargaining.policy import CouponPool, Policy, policy_for
from bot.bargaining.reading import read_policy
from bot.bargaining.situation import OpenOffer, Standing
from bot.errors import NotFoundError
from bot.facts import Item
from storage.queries.offers import coupons_left
from storage.states import (
    ConversationEventKind,
    ConversationPhase,
    OfferState,
)
from storage.tables import (
    BargainingPolicyRow,
    BargainingStateRow,
    BuyerRow,
    ConversationEventRow,
    ConversationRow,
    CouponRow,
    DeliveryRow,
    OfferRow,
    table_of,
)

_buyers = table_of(BuyerRow)
_conversations = table_of(ConversationRow)
_coupons = table_of(CouponRow)
_deliveries = table_of(DeliveryRow)
_events = table_of(ConversationEventRow)
_offers = table_of(OfferRow)
_policies = table_of(BargainingPolicyRow)
_states = table_of(BargainingStateRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRecord:
    """One stored policy."""

    policy: Policy
    version: int
    updated_at: datetime


def policies_of(conn: Connection, shop_id: int) -> list[PolicyRecord]:
    """Return the policies of a shop, the most specific first."""
    table = _policies.c
    rows = conn.execute(
        select(_policies)
        .where(table.shop_id == shop_id)
        .order_by(table.scope_kind.desc(), table.scope_ref)
    )
    found = [
        PolicyRecord(
            policy=read_policy(row.terms),
            version=row.version,
            updated_at=row.updated_at,
        )
        for row in rows
    ]
    order = ("item", "category", "shop")
    return sorted(found, key=lambda it: order.index(it.policy.scope.kind))


def require_pool(conn: Connection, shop_id: int, *, pool: str) -> None:
    """Check that some policy redeems with this pool: a slip would fill another one.

    Raises:
        NotFoundError: None does.
    """
    records = policies_of(conn, shop_id)
    if not any(pool in _pools(record.policy) for record in records):
        raise NotFoundError("coupon pool of a policy", pool)


def load_bargaining(
    conn: Connection,
    shop_id: int,
    *,
    item: Item,
    conversation_id: int,
    day_began_at: datetime,
    now: datetime,
) -> Bargaining | None:
    """Return the policy that holds for an item and how far a buyer has come on it.

    The buyer is whoever the platforms call the same, in whichever conversation.

    Args:
        conn: Of a reader.
        shop_id: Whose item it is.
        item: What the turn is about.
        conversation_id: Where the buyer writes.
        day_began_at: When the shop's day began.
        now: Aware UTC.
    """
    records = policies_of(conn, shop_id)
    policy = policy_for([record.policy for record in records], item)
    if policy is None:
        return None
    return Bargaining(
        policy=policy,
        standing=standing_of(
            conn,
            shop_id,
            buyer_ids=same_buyers(conn, shop_id, conversation_id),
            item_id=item.item_id,
            now=now,
        ),
        conversation_fen=given_in_conversation(conn, shop_id, conversation_id),
        day_fen=given_since(conn, shop_id, scope=str(policy.scope), since=day_began_at),
        coupons=coupons_left(conn, shop_id, pools=_pools(policy), now=now),
    )


def same_buyers(conn: Connection, shop_id: int, conversation_id: int) -> list[int]:
    """Return the rows of whoever writes here, on every connector."""
    places = _conversations.c
    ref = (
        select(places.buyer_ref)
        .where(places.shop_id == shop_id, places.id == conversation_id)
        .scalar_subquery()
    )
    statement = select(_buyers.c.id).where(
        _buyers.c.shop_id == shop_id, _buyers.c.buyer_ref == ref
    )
    return list(conn.scalars(statement.order_by(_buyers.c.id)))


def standing_of(
    conn: Connection,
    shop_id: int,
    *,
    buyer_ids: Sequence[int],
    item_id: str,
    now: datetime,
) -> Standing:
    """Return how far a buyer has come on an item; at the very top when nowhere yet."""
    row = state_row(conn, shop_id, buyer_ids=buyer_ids, item_id=item_id)
    offer = conn.execute(
        _open_offers(shop_id, buyer_ids, item_id)
        .where(_offers.c.valid_until > now)
        .order_by(_offers.c.id.desc())
        .limit(1)
    ).one_or_none()
    return Standing(
        rung=0 if row is None else row.rung,
        rounds=0 if row is None else row.rounds,
        version=0 if row is None else row.version,
        offer=None if offer is None else _open_offer(conn, shop_id, offer),
    )


def state_row(
    conn: Connection, shop_id: int, *, buyer_ids: Sequence[int], item_id: str
) -> Row[Any] | None:
    """Return the stored state of a buyer on an item, None when there is none."""
    table = _states.c
    return conn.execute(
        select(_states)
        .where(
            table.shop_id == shop_id,
            table.buyer_id.in_(buyer_ids),
            table.item_id == item_id,
        )
        .order_by(table.rung.desc(), table.id)
        .limit(1)
    ).one_or_none()


def given_in_conversation(conn: Connection, shop_id: int, conversation_id: int) -> int:
    """Return the fen given away in a conversation since it was opened last.

    One that is closed now begins anew with the message that opens it again.
    """
    places, events, offers = _conversations.c, _events.c, _offers.c
    state = conn.scalar(
        select(places.state).where(
            places.shop_id == shop_id, places.id == conversation_id
        )
    )
    if state is ConversationPhase.CLOSED:
        return 0
    opened_at = conn.scalar(
        select(func.max(events.at)).where(
            events.shop_id == shop_id,
            events.conversation_id == conversation_id,
            events.kind == ConversationEventKind.REOPENED,
        )
    )
    statement = select(func.coalesce(func.sum(offers.charged_fen), 0)).where(
        offers.shop_id == shop_id, offers.conversation_id == conversation_id
    )
    if opened_at is not None:
        statement = statement.where(offers.created_at >= opened_at)
    return int(conn.execute(statement).scalar_one())


def given_since(conn: Connection, shop_id: int, *, scope: str, since: datetime) -> int:
    """Return the fen given away under one policy since a moment."""
    table = _offers.c
    return int(
        conn.execute(
            select(func.coalesce(func.sum(table.charged_fen), 0)).where(
                table.shop_id == shop_id,
                table.scope == scope,
                table.created_at >= since,
            )
        ).scalar_one()
    )


def _open_offers(shop_id: int, buyer_ids: Sequence[int], item_id: str) -> Select[Any]:
    table = _offers.c
    return select(_offers).where(
        table.shop_id == shop_id,
        table.buyer_id.in_(buyer_ids),
        table.item_id == item_id,
        table.state == OfferState.OPEN,
    )


def _open_offer(conn: Connection, shop_id: int, row: Row[Any]) -> OpenOffer:
    code = conn.scalar(
        select(_coupons.c.code).where(
            _coupons.c.shop_id == shop_id, _coupons.c.offer_id == row.id
        )
    )
    return OpenOffer(
        offer_id=row.id,
        kind=row.kind,
        rung=row.rung,
        quantity=row.quantity,
        price_fen=row.price_fen,
        cost_fen=row.cost_fen,
        counted_fen=row.counted_fen,
        valid_until=row.valid_until,
        name=row.name,
        coupon=code,
        link=row.link,
    )


def _pools(policy: Policy) -> list[str]:
    return sorted(
        {
            rung.redeem.pool
            for rung in policy.rungs
            if isinstance(rung.redeem, CouponPool)
        }
    )
