"""What a turn finds out about whose an order is."""

from typing import assert_never

from sqlalchemy import Connection

from bot.actions import AskIdentity, CheckIdentity, EndIdentity
from storage.repositories import identity
from storage.repositories.turn_work import TurnWork


def identify(
    conn: Connection,
    work: TurnWork,
    action: AskIdentity | CheckIdentity | EndIdentity,
) -> None:
    """Wait for number and digits, count a comparison, or end both."""
    place = work.address.conversation_id
    match action:
        case AskIdentity():
            identity.ask(
                conn, work.shop_id, conversation_id=place, action=action, now=work.now
            )
        case CheckIdentity():
            identity.check(
                conn,
                work.shop_id,
                conversation_id=place,
                message_id=work.turn.message_ids[0],
                action=action,
                now=work.now,
            )
        case EndIdentity():
            identity.end(
                conn, work.shop_id, conversation_id=place, action=action, now=work.now
            )
        case _:
            assert_never(action)
