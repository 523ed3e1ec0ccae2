"""How conversations look to people: bodies, and how they are made from records."""

from datetime import datetime
from typing import Any

import msgspec

from bot.scripts import Pack
from server.api.desk.masked import show_data, show_name, show_ref, show_text
from server.api.desk.views.dialogues import DialogueBody, dialogue_body
from storage.queries.conversation_details import ConversationDetails, EventRecord
from storage.queries.conversation_lists import ConversationLine
from storage.queries.conversations import MessageRecord
from storage.queries.tickets import TicketRecord
from storage.states import Role

_LINE_LENGTH = 120
"""Characters of the last message that a list shows."""


class LastLineBody(msgspec.Struct, frozen=True):
    """The newest message, masked and cut."""

    id: int
    sender: str
    text: str
    has_picture: bool
    sent_at: datetime


class BuyerLineBody(msgspec.Struct, frozen=True):
    """Who the buyer is, in a line."""

    id: int
    ref: str
    name: str | None
    connector: str


class ConversationLineBody(msgspec.Struct, frozen=True):
    """One conversation in a list."""

    id: int
    buyer: BuyerLineBody
    state: str
    version: int
    served_by: str | None
    served_until: datetime | None
    waiting_since: datetime | None
    last_buyer_at: datetime | None
    unanswered_since: datetime | None
    """Of the buyer's first message that neither a person nor the assistant answered."""
    mood: str
    """Of the buyer in the last turn: neutral, polite, urgent or angry."""
    last: LastLineBody | None


class ConversationCountsBody(msgspec.Struct, frozen=True):
    """How many conversations are with whom."""

    open: int
    handed_over: int
    served: int
    served_by_me: int
    closed: int


class ConversationsBody(msgspec.Struct, frozen=True):
    """A page of conversations."""

    items: list[ConversationLineBody]
    next: str | None
    counts: ConversationCountsBody


class OpenTicketBody(msgspec.Struct, frozen=True):
    """An open ticket of the buyer."""

    number: str
    type: str
    state: str
    due_at: datetime
    is_breached: bool


class ShownOrderBody(msgspec.Struct, frozen=True):
    """An order that an anonymous buyer has shown to be theirs."""

    order_id: str
    until: datetime


class OpenPromiseBody(msgspec.Struct, frozen=True):
    """A promise that waits to be kept."""

    id: int
    kind: str
    words: str
    due_at: datetime
    is_warned: bool
    promised_by: str | None


class RatingBody(msgspec.Struct, frozen=True):
    """What the buyer thought."""

    stars: int
    reason: str
    served_by: str | None
    created_at: datetime


class ConversationBody(msgspec.Struct, frozen=True):
    """One conversation with what surrounds it."""

    conversation: ConversationLineBody
    is_verified: bool
    order_id: str | None
    item_id: str | None
    tickets: list[OpenTicketBody]
    ratings: list[RatingBody]
    promises: list[OpenPromiseBody]
    shown_orders: list[ShownOrderBody]
    dialogue: DialogueBody | None
    """The flow that is open, else the newest; null when there was none."""


class DeskMessageBody(msgspec.Struct, frozen=True):
    """One message as people see it."""

    id: int
    sender: str
    user: str | None
    text: str
    picture: str | None
    intent: str | None
    script_id: str | None
    buttons: tuple[str, ...]
    sent_at: datetime
    delivery: str | None


class DeskMessagesBody(msgspec.Struct, frozen=True):
    """A page of messages, oldest first."""

    items: list[DeskMessageBody]
    next: str | None
    """``after`` of newer ones; stays valid for those that are yet to come."""
    previous: str | None
    """``before`` of older ones; null at the beginning of the conversation."""


class EventBody(msgspec.Struct, frozen=True):
    """One thing that happened."""

    id: int
    kind: str
    user: str | None
    data: dict[str, Any]
    at: datetime


class EventsBody(msgspec.Struct, frozen=True):
    """A page of what happened, oldest first."""

    items: list[EventBody]
    next: str | None


class SaidBody(msgspec.Struct, frozen=True):
    """The message is stored."""

    id: int
    is_new: bool
    """False: it had been taken before."""


def line_body(line: ConversationLine, *, role: Role) -> ConversationLineBody:
    """Return a conversation as a list shows it."""
    last = line.last
    return ConversationLineBody(
        id=line.conversation_id,
        buyer=BuyerLineBody(
            id=line.buyer_id,
            ref=show_ref(line.buyer_ref, role=role),
            name=show_name(line.buyer_name, role=role),
            connector=line.connector,
        ),
        state=line.phase.value,
        version=line.version,
        served_by=line.served_by_user,
        served_until=line.served_until,
        waiting_since=line.handed_over_at,
        last_buyer_at=line.last_buyer_at,
        unanswered_since=line.unanswered_since,
        mood=line.mood.value,
        last=(
            None
            if last is None
            else LastLineBody(
                id=last.message_id,
                sender=last.sender.value,
                text=show_text(last.text, role=role, name=line.buyer_name)[
                    :_LINE_LENGTH
                ],
                has_picture=last.has_picture,
                sent_at=last.sent_at,
            )
        ),
    )


def details_body(
    details: ConversationDetails, *, pack: Pack, role: Role
) -> ConversationBody:
    """Return one conversation with what surrounds it."""
    return ConversationBody(
        conversation=line_body(details.line, role=role),
        is_verified=details.is_verified,
        order_id=details.order_ref,
        item_id=details.item_ref,
        tickets=[_open_ticket(ticket) for ticket in details.tickets],
        ratings=[
            RatingBody(
                stars=rating.stars,
                reason=show_text(
                    rating.reason, role=role, name=details.line.buyer_name
                ),
                served_by=rating.user,
                created_at=rating.created_at,
            )
            for rating in details.ratings
        ],
        promises=[
            OpenPromiseBody(
                id=one.promise_id,
                kind=one.kind,
                words=show_text(one.words, role=role, name=details.line.buyer_name),
                due_at=one.due_at,
                is_warned=one.warned_at is not None,
                promised_by=one.promised_by,
            )
            for one in details.promises
        ],
        shown_orders=[
            ShownOrderBody(order_id=one.order_ref, until=one.verified_until)
            for one in details.shown_orders
        ],
        dialogue=dialogue_body(
            details.dialogue, pack=pack, role=role, name=details.line.buyer_name
        ),
    )


def message_body(
    record: MessageRecord, *, user: str | None, role: Role, name: str | None
) -> DeskMessageBody:
    """Return a message as a person of this role sees it; ``name`` is the buyer's."""
    delivery = record.delivery_state
    return DeskMessageBody(
        id=record.message_id,
        sender=record.sender.value,
        user=user,
        text=show_text(record.text, role=role, name=name),
        picture=record.image_url,
        intent=record.intent_id,
        script_id=record.script_id,
        buttons=record.buttons,
        sent_at=record.sent_at,
        delivery=None if delivery is None else delivery.value,
    )


def event_body(record: EventRecord, *, role: Role, name: str | None) -> EventBody:
    """Return what happened as a person of this role sees it; ``name``: the buyer's."""
    data = show_data(dict(record.data), role=role, name=name)
    if record.to_user is not None:
        data["to"] = record.to_user
    if record.from_user is not None:
        data["from"] = record.from_user
    return EventBody(
        id=record.event_id,
        kind=record.kind.value,
        user=record.user,
        data=data,
        at=record.at,
    )


def _open_ticket(ticket: TicketRecord) -> OpenTicketBody:
    return OpenTicketBody(
        number=ticket.number,
        type=ticket.ticket_type,
        state=ticket.state,
        due_at=ticket.due_at,
        is_breached=ticket.is_breached,
    )
