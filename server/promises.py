"""What do people and follow-ups promise, and what keeps it? Inside the message's unit."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bot.desk.working_time import WorkingCalendar
from bot.facts import Order
from bot.messages import Turn
from bot.promises.finding import PromiseFinder
from bot.promises.keeping import facts_of, kept_since
from server.named_orders import naming_of, open_order
from server.shops import Shop
from storage.queries import facts as fact_queries
from storage.queries.identity import order_by_ref, verified_orders
from storage.queries.turns import LoadedConversation, load_conversation
from storage.repositories.promises import (
    NewPromise,
    record_promise,
    settle_by_agent,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseBook:
    """What a shop counts as a promise, and the time in which it works."""

    finder: PromiseFinder
    calendar: WorkingCalendar


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidWords:
    """A message that was stored and is to be read for promises."""

    conversation_id: int
    message_id: int
    text: str
    person_id: int | None = None
    """The agent who wrote it; None: the assistant, in a follow-up."""
    order_ref: str | None = None
    """The order it is about; None: as the conversation and the words tell."""
    ticket_id: int | None = None


def book_of(shop: Shop) -> PromiseBook:
    """Return the book of a shop that is served."""
    return PromiseBook(
        finder=shop.library.assistant.library.promises, calendar=shop.calendar
    )


def note_promises(
    connection: Connection,
    shop_id: int,
    *,
    book: PromiseBook,
    said: SaidWords,
    now: datetime,
) -> None:
    """Settle what an agent's message answers, and write down what a message promises.

    Args:
        connection: Of the unit that stored the message.
        shop_id: Whose conversation it is.
        book: Of the shop.
        said: The message.
        now: Aware UTC.

    Raises:
        NotFoundError: The shop has no such conversation.
    """
    loaded = load_conversation(
        connection, shop_id, conversation_id=said.conversation_id
    )
    order_ref, order = _order(connection, shop_id, said, loaded, now=now)
    found = book.finder.find(
        said.text,
        now=now,
        calendar=book.calendar,
        is_person=said.person_id is not None,
        has_order=order_ref is not None,
    )
    if said.person_id is not None:
        settle_by_agent(
            connection,
            shop_id,
            conversation_id=said.conversation_id,
            rules=book.finder.rules,
            again={promise.kind.about for promise in found},
            now=now,
        )
    facts = {} if order is None else facts_of(order, told_at=now)
    for promise in found:
        if promise.due_at is None or kept_since(promise.kind, facts) is not None:
            continue
        record_promise(
            connection,
            shop_id,
            value=NewPromise(
                conversation_id=said.conversation_id,
                buyer_id=loaded.buyer.buyer_id,
                order_ref=order_ref,
                message_id=said.message_id,
                kind=promise.kind.kind_id,
                about=promise.kind.about,
                words=promise.words,
                due_at=promise.due_at,
                lead=promise.kind.lead,
                amount_fen=promise.amount_fen,
                person_id=said.person_id,
                ticket_id=said.ticket_id,
            ),
            now=now,
        )


def _order(
    connection: Connection,
    shop_id: int,
    said: SaidWords,
    loaded: LoadedConversation,
    *,
    now: datetime,
) -> tuple[str | None, Order | None]:
    """Return the order that a message is about, and what is known of it."""
    buyer_ref = loaded.buyer_ref
    ref = said.order_ref
    if ref is None:
        words = Turn(
            shop_id=shop_id,
            conversation_id=said.conversation_id,
            message_ids=(),
            text=said.text,
        )
        last = loaded.last_order_ref
        orders = fact_queries.open_orders_of_buyer(
            connection, shop_id, buyer_ref=buyer_ref
        )
        order = open_order(naming_of(words), last_order_ref=last, orders=orders)
        if order is not None:
            return order.order_id, order
        ref = last
    if ref is None:
        return _shown_order(connection, shop_id, said, now=now)
    known = fact_queries.order_of_buyer(
        connection, shop_id, order_id=ref, buyer_ref=buyer_ref
    )
    if known is None and said.order_ref is None:
        return None, None
    return ref, known


def _shown_order(
    connection: Connection, shop_id: int, said: SaidWords, *, now: datetime
) -> tuple[str | None, Order | None]:
    """Return the order that an anonymous buyer has shown to be theirs."""
    refs = verified_orders(
        connection, shop_id, conversation_id=said.conversation_id, now=now
    )
    if not refs:
        return None, None
    return refs[0], order_by_ref(connection, shop_id, refs[0])
