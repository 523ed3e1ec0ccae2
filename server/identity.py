"""Where does an anonymous buyer stand, and which order may be spoken of with them?"""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.deciding.state import TurnContext
from bot.facts import Order
from bot.identity.claims import hide_digits, read_claim
from bot.identity.state import IdentityLimits
from bot.messages import Turn
from server.named_orders import naming_of
from server.settings import IdentitySettings
from storage.queries import identity as queries
from storage.queries.identity import KnownIdentity


def limits_of(settings: IdentitySettings) -> IdentityLimits:
    """Return how often may be tried, and how long it holds."""
    return IdentityLimits(
        tries=settings.tries_per_hour,
        verified_for=timedelta(minutes=settings.verified_minutes),
    )


def read_identity(
    connection: Connection, turn: Turn, *, limits: IdentityLimits, now: datetime
) -> KnownIdentity | None:
    """Return where the buyer of a turn stands; None: nobody is asked here.

    Nobody is where the shop tells no phones, and in a conversation whose tries are used
    up: such a buyer is served as one who is not known.
    """
    shop_id, conversation_id = turn.shop_id, turn.conversation_id
    if limits.tries == 0 or not queries.has_phones(connection, shop_id):
        return None
    check = queries.open_check(
        connection, shop_id, conversation_id=conversation_id, now=now
    )
    known = queries.state_of(
        connection,
        shop_id,
        conversation_id=conversation_id,
        check=check,
        claim=read_claim(turn.text, is_asked=check is not None),
        limits=limits,
        now=now,
    )
    if known.state.outcome is not None:
        return known
    known = replace(known, order=_verified(connection, turn, now=now))
    if known.order is None and queries.is_used_up(
        connection, shop_id, conversation_id=conversation_id, limits=limits, now=now
    ):
        return None
    return known


def with_identity(context: TurnContext, known: KnownIdentity | None) -> TurnContext:
    """Return the context with what the buyer has shown to be theirs."""
    if known is None:
        return context
    context = replace(context, identity=known.state)
    if known.order is None:
        return context
    return replace(
        context,
        buyer=replace(context.buyer, is_verified=True),
        facts=replace(context.facts, order=known.order),
    )


def without_digits(turn: Turn, context: TurnContext) -> Turn:
    """Return the turn as it is understood and kept: the digits have been compared.

    A phone that is no answer to our question stays: the buyer may be called on it.
    """
    if turn.is_verified:
        return turn
    is_answer = context.identity is not None and context.identity.is_telling
    if is_answer or read_claim(turn.text, is_asked=False).digits is not None:
        return replace(turn, text=hide_digits(turn.text))
    return turn


def _verified(connection: Connection, turn: Turn, *, now: datetime) -> Order | None:
    """Return the order that was shown to be theirs; None when they name another one."""
    refs = queries.verified_orders(
        connection, turn.shop_id, conversation_id=turn.conversation_id, now=now
    )
    named = {ref.upper() for ref in naming_of(turn).labelled}
    for ref in refs:
        if not named or ref.upper() in named:
            return queries.order_by_ref(connection, turn.shop_id, ref)
    return None
