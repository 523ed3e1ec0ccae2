"""What is known of an anonymous buyer's claim to an order; the comparison itself."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, func, select

from bot.facts import Order
from bot.identity.claims import Claim, last_digits
from bot.identity.state import IdentityLimits, IdentityState, Outcome
from storage.queries.facts import order_of
from storage.tables import IdentityCheckRow, IdentityTryRow, OrderRow, table_of
from storage.tables.facts import PHONED_ORDER
from storage.vault import Vault, vault_of

ASKED_FOR: Final = timedelta(minutes=30)
"""After so long a question of ours is forgotten; what scripts ask for is, too."""
COUNTED: Final = timedelta(hours=1)
_NO_DIGITS: Final = "----"
"""Compared with where there is no such order, so that it takes as long."""

_checks = table_of(IdentityCheckRow)
_orders = table_of(OrderRow)
_tries = table_of(IdentityTryRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownIdentity:
    """Where an anonymous buyer stands in this turn."""

    state: IdentityState
    order: Order | None
    """The order that may be spoken of now."""


def has_phones(conn: Connection, shop_id: int) -> bool:
    """Return whether the shop tells phones with its orders: else nobody can be known."""
    statement = select(_orders.c.id).where(_orders.c.shop_id == shop_id, PHONED_ORDER)
    return conn.scalar(statement.limit(1)) is not None


def open_check(
    conn: Connection, shop_id: int, *, conversation_id: int, now: datetime
) -> Row[Any] | None:
    """Return the question that waits for its answer."""
    table = _checks.c
    return conn.execute(
        select(_checks)
        .where(
            table.shop_id == shop_id,
            table.conversation_id == conversation_id,
            table.closed_at.is_(None),
            table.asked_at > now - ASKED_FOR,
        )
        .order_by(table.id.desc())
        .limit(1)
    ).one_or_none()


def verified_orders(
    conn: Connection, shop_id: int, *, conversation_id: int, now: datetime
) -> list[str]:
    """Return the orders that may be spoken of in a conversation, the newest first."""
    table = _checks.c
    return list(
        conn.scalars(
            select(table.order_ref)
            .where(
                table.shop_id == shop_id,
                table.conversation_id == conversation_id,
                table.verified_until > now,
                table.order_ref.is_not(None),
            )
            .order_by(table.id.desc())
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownOrder:
    """An order that an anonymous buyer has shown to be theirs."""

    order_ref: str
    verified_until: datetime


def shown_orders(
    conn: Connection, shop_id: int, *, conversation_id: int
) -> list[ShownOrder]:
    """Return the orders that were shown in a conversation, the newest first."""
    table = _checks.c
    rows = conn.execute(
        select(table.order_ref, table.verified_until)
        .where(
            table.shop_id == shop_id,
            table.conversation_id == conversation_id,
            table.verified_until.is_not(None),
            table.order_ref.is_not(None),
        )
        .order_by(table.id.desc())
    )
    return [
        ShownOrder(order_ref=row.order_ref, verified_until=row.verified_until)
        for row in rows
    ]


def state_of(
    conn: Connection,
    shop_id: int,
    *,
    conversation_id: int,
    check: Row[Any] | None,
    claim: Claim,
    limits: IdentityLimits,
    now: datetime,
) -> KnownIdentity:
    """Return what a turn tells with what was told before, compared when it is complete.

    Args:
        conn: Of a reader.
        shop_id: Whose orders they are.
        conversation_id: Where it is told.
        check: The question that is open.
        claim: What the turn tells.
        limits: How often may be tried.
        now: Aware UTC.
    """
    vault = vault_of(conn)
    order_ref = claim.order_no
    digits = claim.digits
    if check is not None:
        order_ref = check.order_ref if order_ref is None else order_ref
        if digits is None and check.digits_enc is not None:
            digits = vault.open(check.digits_enc)
    outcome, order, order_hash = None, None, None
    if order_ref is not None and digits is not None:
        order_hash = _hash(vault, order_ref)
        if tries_left(
            conn,
            shop_id,
            conversation_id=conversation_id,
            order_hash=order_hash,
            limits=limits,
            now=now,
        ):
            order = _compare(conn, shop_id, order_ref, digits)
            outcome = Outcome.WRONG if order is None else Outcome.RIGHT
        else:
            outcome = Outcome.LIMITED
    is_telling = claim.order_no is not None or claim.digits is not None
    return KnownIdentity(
        state=IdentityState(
            limits=limits,
            check_id=None if check is None else check.id,
            intent_id=None if check is None else check.intent_id,
            order_ref=order_ref if order is None else order.order_id,
            digits=None if digits is None else vault.seal(digits),
            is_telling=is_telling,
            outcome=outcome,
            order_hash=order_hash,
        ),
        order=order,
    )


def tries_left(
    conn: Connection,
    shop_id: int,
    *,
    conversation_id: int,
    order_hash: bytes,
    limits: IdentityLimits,
    now: datetime,
) -> bool:
    """Return whether one more comparison is allowed, here and for this number."""
    is_same_order = _tries.c.order_hash == order_hash
    return not is_used_up(
        conn, shop_id, conversation_id=conversation_id, limits=limits, now=now
    ) and _is_below(conn, shop_id, is_same_order, limits=limits, now=now)


def is_used_up(
    conn: Connection,
    shop_id: int,
    *,
    conversation_id: int,
    limits: IdentityLimits,
    now: datetime,
) -> bool:
    """Return whether nothing more is compared in a conversation for now."""
    is_here = _tries.c.conversation_id == conversation_id
    return not _is_below(conn, shop_id, is_here, limits=limits, now=now)


def _is_below(
    conn: Connection,
    shop_id: int,
    condition: ColumnElement[bool],
    *,
    limits: IdentityLimits,
    now: datetime,
) -> bool:
    table = _tries.c
    count = conn.scalar(
        select(func.count())
        .select_from(_tries)
        .where(table.shop_id == shop_id, condition, table.at > now - COUNTED)
    )
    return int(count or 0) < limits.tries


def order_by_ref(conn: Connection, shop_id: int, order_ref: str) -> Order | None:
    """Return an order that its buyer has shown to be theirs."""
    row = _row(conn, shop_id, order_ref)
    return None if row is None else order_of(row)


def _compare(
    conn: Connection, shop_id: int, order_ref: str, digits: str
) -> Order | None:
    """Return the order when the digits are its phone's, in time that tells nothing."""
    vault = vault_of(conn)
    row = _row(conn, shop_id, order_ref)
    sealed = None if row is None else row.phone_enc
    if sealed is None:
        sealed = vault.seal(_NO_DIGITS)
    known = last_digits(vault.open(sealed))
    is_same = hmac.compare_digest(known.encode(), digits.encode())
    return order_of(row) if is_same and row is not None else None


def _row(conn: Connection, shop_id: int, order_ref: str) -> Row[Any] | None:
    """Return an order by its number, in whichever case it was typed."""
    table = _orders.c
    names = {order_ref, order_ref.upper(), order_ref.lower()}
    return conn.execute(
        select(_orders)
        .where(table.shop_id == shop_id, table.order_id.in_(sorted(names)))
        .order_by(table.id)
        .limit(1)
    ).one_or_none()


def _hash(vault: Vault, order_ref: str) -> bytes:
    return vault.fingerprint(f"order {order_ref.upper()}")
