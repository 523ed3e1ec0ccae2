"""How an ask and what it led to are written: every limit is checked again here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from bot.actions import Action, GrantOffer, RecordAsk
from bot.bargaining.policy import CouponPool, Link
from bot.bargaining.situation import Grant
from bot.errors import NotFoundError, StaleStateError
from storage.queries.bargaining import (
    given_in_conversation,
    given_since,
    same_buyers,
    state_row,
)
from storage.repositories.bargaining.coupons import end_expired, take_code
from storage.repositories.bargaining.policies import lock_policy
from storage.repositories.upserts import new_id
from storage.states import OfferState
from storage.tables import (
    BargainingAskRow,
    BargainingStateRow,
    OfferRow,
    table_of,
)

_asks = table_of(BargainingAskRow)
_offers = table_of(OfferRow)
_states = table_of(BargainingStateRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the bargaining goes on."""

    shop_id: int
    buyer_id: int
    conversation_id: int
    message_id: int
    """The buyer's first message of the turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What was given."""

    offer_id: int
    coupon: str | None


def bargain(
    conn: Connection,
    place: Place,
    *,
    asked: RecordAsk,
    granting: GrantOffer | None,
    granted_by: int | None = None,
    now: datetime,
) -> Granted | None:
    """Record an ask and grant what it led to.

    Args:
        conn: Of the unit.
        place: Whose ask it is, and where.
        asked: The ask with what was decided on it.
        granting: What is given; None: nothing.
        granted_by: The person who gives it; None: the assistant.
        now: Aware UTC.

    Raises:
        StaleStateError: Something has changed since it was decided (policy, another
            ask of the buyer, budget, codes, the open offer): decide again.
    """
    lock_policy(conn, place.shop_id, asked.policy)
    end_expired(conn, place.shop_id, now=now)
    buyer_ids = same_buyers(conn, place.shop_id, place.conversation_id)
    _move(conn, place, asked, buyer_ids=buyer_ids, now=now)
    _note(conn, place, asked, now=now)
    if granting is None:
        return None
    return _grant(
        conn, place, granting, buyer_ids=buyer_ids, granted_by=granted_by, now=now
    )


def bargain_turn(
    conn: Connection, place: Place, actions: Iterable[Action], *, now: datetime
) -> list[Granted]:
    """Do what a turn's actions say of bargaining; return what was granted, at most one.

    Raises:
        StaleStateError: As of :func:`bargain`.
    """
    found = tuple(actions)
    asked = next((one for one in found if isinstance(one, RecordAsk)), None)
    if asked is None:
        return []
    granting = next((one for one in found if isinstance(one, GrantOffer)), None)
    granted = bargain(conn, place, asked=asked, granting=granting, now=now)
    return [] if granted is None else [granted]


def tell(conn: Connection, shop_id: int, *, offer_id: int, message_id: int) -> None:
    """Remember which message tells the buyer of an offer."""
    table = _offers.c
    conn.execute(
        update(_offers)
        .where(table.shop_id == shop_id, table.id == offer_id)
        .values(message_id=message_id)
    )


def redeem(conn: Connection, shop_id: int, *, offer_id: int, now: datetime) -> None:
    """Mark an open offer as used.

    Raises:
        NotFoundError: The shop has no such offer.
        StaleStateError: It is not open any more.
    """
    end_expired(conn, shop_id, now=now)
    table = _offers.c
    state = conn.scalar(
        select(table.state)
        .where(table.shop_id == shop_id, table.id == offer_id)
        .with_for_update()
    )
    if state is None:
        raise NotFoundError("offer", offer_id)
    if state is not OfferState.OPEN:
        raise StaleStateError("offer", offer_id)
    _close(conn, shop_id, offer_id, OfferState.REDEEMED, now)


def _move(
    conn: Connection,
    place: Place,
    asked: RecordAsk,
    *,
    buyer_ids: list[int],
    now: datetime,
) -> None:
    """Store how far the buyer has come, unless it is another place than was decided on."""
    row = state_row(conn, place.shop_id, buyer_ids=buyer_ids, item_id=asked.item_id)
    version = 0 if row is None else row.version
    if version != asked.expected_version:
        raise StaleStateError("bargaining", asked.item_id)
    values = {
        "rung": asked.answer.rung,
        "rounds": asked.answer.rounds,
        "version": version + 1,
        "updated_at": now,
    }
    if row is None:
        conn.execute(
            insert(_states).values(
                shop_id=place.shop_id,
                buyer_id=place.buyer_id,
                item_id=asked.item_id,
                **values,
            )
        )
        return
    table = _states.c
    conn.execute(
        update(_states)
        .where(table.shop_id == place.shop_id, table.id == row.id)
        .values(**values)
    )


def _note(conn: Connection, place: Place, asked: RecordAsk, *, now: datetime) -> None:
    conn.execute(
        insert(_asks).values(
            shop_id=place.shop_id,
            buyer_id=place.buyer_id,
            conversation_id=place.conversation_id,
            message_id=place.message_id,
            item_id=asked.item_id,
            tactic=asked.tactic,
            kind=asked.ask.kind.value,
            asked_fen=asked.ask.price_fen,
            quantity=asked.ask.quantity,
            outcome=asked.answer.outcome,
            rung=asked.answer.rung,
            rounds=asked.answer.rounds,
            created_at=now,
        )
    )


def _grant(
    conn: Connection,
    place: Place,
    granting: GrantOffer,
    *,
    buyer_ids: list[int],
    granted_by: int | None,
    now: datetime,
) -> Granted:
    grant = granting.grant
    _check_budget(conn, place, granting)
    _replace(conn, place, granting, buyer_ids=buyer_ids, now=now)
    counted = grant.charge_fen + _counted(conn, place.shop_id, grant.replaces)
    offer_id = new_id(
        conn.execute(
            insert(_offers).values(
                shop_id=place.shop_id,
                buyer_id=place.buyer_id,
                conversation_id=place.conversation_id,
                item_id=granting.item_id,
                scope=str(granting.policy.scope),
                kind=grant.kind,
                rung=grant.rung,
                name=grant.name,
                quantity=grant.quantity,
                list_fen=grant.list_fen,
                price_fen=grant.price_fen,
                cost_fen=grant.cost_fen,
                counted_fen=counted,
                charged_fen=grant.charge_fen,
                link=grant.redeem.url if isinstance(grant.redeem, Link) else None,
                state=OfferState.OPEN,
                valid_until=granting.valid_until,
                granted_by=granted_by,
                created_at=now,
            )
        )
    )
    return Granted(
        offer_id=offer_id, coupon=_take(conn, place.shop_id, grant, offer_id, now)
    )


def _check_budget(conn: Connection, place: Place, granting: GrantOffer) -> None:
    """Refuse what would be more than a budget has left."""
    policy, charge = granting.policy, granting.grant.charge_fen
    spent = given_in_conversation(conn, place.shop_id, place.conversation_id)
    if spent + charge > policy.budget.conversation_fen:
        raise StaleStateError("budget of conversation", place.conversation_id)
    scope = str(policy.scope)
    spent = given_since(conn, place.shop_id, scope=scope, since=granting.day_began_at)
    if spent + charge > policy.budget.day_fen:
        raise StaleStateError("budget of the day", scope)


def _replace(
    conn: Connection,
    place: Place,
    granting: GrantOffer,
    *,
    buyer_ids: list[int],
    now: datetime,
) -> None:
    """Close the open offer that this one takes the place of; refuse any other one."""
    table = _offers.c
    is_open = (
        table.shop_id == place.shop_id,
        table.buyer_id.in_(buyer_ids),
        table.item_id == granting.item_id,
        table.state == OfferState.OPEN,
    )
    found = list(conn.scalars(select(table.id).where(*is_open)))
    replaced = granting.grant.replaces
    if found != ([] if replaced is None else [replaced]):
        raise StaleStateError("offer", granting.item_id)
    if replaced is not None:
        _close(conn, place.shop_id, replaced, OfferState.REPLACED, now)


def _counted(conn: Connection, shop_id: int, offer_id: int | None) -> int:
    if offer_id is None:
        return 0
    table = _offers.c
    found = conn.scalar(
        select(table.counted_fen).where(table.shop_id == shop_id, table.id == offer_id)
    )
    return int(found or 0)


def _take(
    conn: Connection, shop_id: int, grant: Grant, offer_id: int, now: datetime
) -> str | None:
    if not isinstance(grant.redeem, CouponPool):
        return None
    pool = grant.redeem.pool
    code = take_code(conn, shop_id, pool=pool, offer_id=offer_id, now=now)
    if code is None:
        raise StaleStateError("coupon pool", pool)
    return code


def _close(
    conn: Connection, shop_id: int, offer_id: int, state: OfferState, now: datetime
) -> None:
    table = _offers.c
    conn.execute(
        update(_offers)
        .where(table.shop_id == shop_id, table.id == offer_id)
        .values(state=state, closed_at=now)
    )
