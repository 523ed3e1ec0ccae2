"""How it is written down that a buyer is asked, tells, and is known for one order."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from bot.actions import AskIdentity, CheckIdentity, EndIdentity
from bot.errors import StaleStateError
from storage.queries.identity import tries_left
from storage.repositories import audit
from storage.tables import IdentityCheckRow, IdentityTryRow, ShopRow, table_of

_checks = table_of(IdentityCheckRow)
_shops = table_of(ShopRow)
_tries = table_of(IdentityTryRow)


def ask(
    conn: Connection,
    shop_id: int,
    *,
    conversation_id: int,
    action: AskIdentity,
    now: datetime,
) -> None:
    """Remember the question, and what is told of its answer so far."""
    told = {
        "order_ref": action.order_ref,
        "digits_enc": action.digits,
        "asked_at": now,
    }
    if action.check_id is not None:
        _change(conn, shop_id, action.check_id, told)
        return
    conn.execute(
        insert(_checks).values(
            shop_id=shop_id,
            conversation_id=conversation_id,
            intent_id="" if action.intent_id is None else action.intent_id,
            **told,
        )
    )


def check(
    conn: Connection,
    shop_id: int,
    *,
    conversation_id: int,
    message_id: int,
    action: CheckIdentity,
    now: datetime,
) -> None:
    """Count a comparison, and let the order be spoken of when it was right.

    Raises:
        StaleStateError: Somebody else has used the tries up meanwhile.
    """
    # Whoever else compares in this shop waits here, so that no try is counted too late.
    conn.execute(select(_shops.c.id).where(_shops.c.id == shop_id).with_for_update())
    if not tries_left(
        conn,
        shop_id,
        conversation_id=conversation_id,
        order_hash=action.order_hash,
        limits=action.limits,
        now=now,
    ):
        raise StaleStateError("tries of conversation", conversation_id)
    conn.execute(
        insert(_tries).values(
            shop_id=shop_id,
            conversation_id=conversation_id,
            message_id=message_id,
            order_hash=action.order_hash,
            is_right=action.is_right,
            at=now,
        )
    )
    told: dict[str, object] = {"digits_enc": None, "order_ref": action.order_ref}
    if action.is_right:
        until = now + action.limits.verified_for
        told |= {"verified_at": now, "verified_until": until, "closed_at": now}
    else:
        told["asked_at"] = now
    if action.check_id is not None:
        _change(conn, shop_id, action.check_id, told)
    else:
        conn.execute(
            insert(_checks).values(
                shop_id=shop_id,
                conversation_id=conversation_id,
                intent_id="" if action.intent_id is None else action.intent_id,
                **{"asked_at": now, **told},
            )
        )
    audit.record(
        conn,
        shop_id,
        action="identity.right" if action.is_right else "identity.wrong",
        subject=f"conversation:{conversation_id}",
        now=now,
        data={"order": action.order_ref} if action.is_right else {},
    )


def end(
    conn: Connection,
    shop_id: int,
    *,
    conversation_id: int,
    action: EndIdentity,
    now: datetime,
) -> None:
    """Wait for no answer any more; a person goes on."""
    if action.check_id is not None:
        _change(conn, shop_id, action.check_id, {"closed_at": now, "digits_enc": None})
    audit.record(
        conn,
        shop_id,
        action="identity.limited",
        subject=f"conversation:{conversation_id}",
        now=now,
    )


def delete_of(conn: Connection, shop_id: int, *, conversation_ids: list[int]) -> None:
    """Forget what was asked, told and tried in these conversations."""
    for table in (_checks, _tries):
        conn.execute(
            delete(table).where(
                table.c.shop_id == shop_id,
                table.c.conversation_id.in_(conversation_ids),
            )
        )


def _change(
    conn: Connection, shop_id: int, check_id: int, values: Mapping[str, object]
) -> None:
    conn.execute(
        update(_checks)
        .where(_checks.c.shop_id == shop_id, _checks.c.id == check_id)
        .values(**values)
    )
