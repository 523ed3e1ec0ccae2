"""What each action of a turn does to the database."""

from typing import assert_never

from sqlalchemy import Connection, insert

from bot.actions import (
    Action,
    AnswerCallBack,
    AskIdentity,
    BuyerAnswered,
    CheckIdentity,
    EndIdentity,
    GrantOffer,
    HandOver,
    OpenTicket,
    PlanFollowUp,
    RecordAsk,
    RecordPromise,
    RefuseReview,
    Reply,
    StopContact,
    Suggest,
    TellIncident,
    UpdateConversation,
    UpdateDialogue,
)
from bot.follow_ups.plans import VOID_ON_REPLY
from bot.replying.render import fill_coupon, fill_ticket
from storage.hot import HotStatement
from storage.repositories import bargaining, buyers, dialogues, incidents
from storage.repositories.bargaining.granting import Place
from storage.repositories.events import record_event
from storage.repositories.follow_ups import cancelling
from storage.repositories.follow_ups.planning import NewFollowUp, plan
from storage.repositories.promises.recording import NewPromise, record_promise
from storage.repositories.sending import Draft, put_out
from storage.repositories.tickets.opening import OpenedTicket, open_ticket
from storage.repositories.turn_identity import identify
from storage.repositories.turn_questions import (
    answer_call_back,
    close_question,
    refuse_review,
)
from storage.repositories.turn_work import TurnWork
from storage.states import ConversationEventKind
from storage.tables import SuggestionRow, table_of

_suggestions = table_of(SuggestionRow)

_ADD_SUGGESTION = HotStatement(insert(_suggestions))


def apply(conn: Connection, work: TurnWork) -> None:
    """Do every action; first what replies name: the offer's code, the tickets."""
    _bargain(conn, work)
    for opening in _openings(work):
        _open(conn, work, opening)
    for action in work.decision.actions:
        _apply_one(conn, work, action)
    if work.replies:
        told_in = work.replies[-1].message_id
        for granted in work.granted:
            bargaining.tell(
                conn, work.shop_id, offer_id=granted.offer_id, message_id=told_in
            )


def _bargain(conn: Connection, work: TurnWork) -> None:
    """Record the turn's ask and grant what it led to, within what is left by now."""
    place = Place(
        shop_id=work.shop_id,
        buyer_id=work.address.buyer_id,
        conversation_id=work.address.conversation_id,
        message_id=work.turn.message_ids[0],
    )
    actions = work.decision.actions
    work.granted.extend(bargaining.bargain_turn(conn, place, actions, now=work.now))


def _apply_one(conn: Connection, work: TurnWork, action: Action) -> None:  # noqa: C901, PLR0912 - one flat case an action
    match action:
        case Reply():
            _reply(conn, work, action)
        case Suggest():
            _suggest(conn, work, action)
        case PlanFollowUp():
            _plan(conn, work, action)
        case RecordPromise():
            _promise(conn, work, action)
        case AskIdentity() | CheckIdentity() | EndIdentity():
            identify(conn, work, action)
        case StopContact(words=words):
            buyers.suppress(
                conn,
                work.shop_id,
                buyer_id=work.address.buyer_id,
                words=words,
                now=work.now,
            )
        case RefuseReview():
            refuse_review(conn, work)
        case AnswerCallBack():
            answer_call_back(conn, work, action)
        case BuyerAnswered():
            cancelling.cancel(
                conn,
                work.shop_id,
                buyer_id=work.address.buyer_id,
                kinds=VOID_ON_REPLY,
                reason="buyer_replied",
            )
        case TellIncident(incident_id=incident_id):
            incidents.tell(
                conn,
                work.shop_id,
                incident_id=incident_id,
                buyer_id=work.address.buyer_id,
                conversation_id=work.address.conversation_id,
                now=work.now,
            )
        case UpdateConversation(is_question_closed=True):
            close_question(conn, work, answer=None)
        case HandOver():
            record_event(
                conn,
                work.shop_id,
                conversation_id=work.address.conversation_id,
                kind=ConversationEventKind.HANDED_OVER,
                data={"reason": action.reason, "intent_id": action.intent_id},
                now=work.now,
            )
        case UpdateDialogue():
            dialogues.change(
                conn,
                work.shop_id,
                conversation_id=work.address.conversation_id,
                action=action,
                tickets=work.tickets,
                now=work.now,
            )
        case OpenTicket() | UpdateConversation() | RecordAsk() | GrantOffer():
            pass  # done before: tickets, the conversation's own columns, bargaining
        case _:
            assert_never(action)


def _open(conn: Connection, work: TurnWork, action: OpenTicket) -> None:
    opened = open_ticket(
        conn,
        work.shop_id,
        action=action,
        buyer_id=work.address.buyer_id,
        conversation_id=work.address.conversation_id,
        now=work.now,
        words=work.turn.text,
    )
    work.tickets.append(opened)


def _reply(conn: Connection, work: TurnWork, action: Reply) -> None:
    text = action.text
    if work.tickets:
        ticket = _ticket_of(work, action)
        text = fill_ticket(
            text,
            number=ticket.number,
            due_at=ticket.due_at,
            timezone=work.timezone,
            now=work.now,
        )
    for granted in work.granted:
        if granted.coupon is not None:
            text = fill_coupon(text, granted.coupon)
    draft = Draft(
        text=text,
        sender=action.sender,
        intent_id=action.intent_id,
        script_id=action.script_id,
        variant=action.variant,
        confidence=work.decision.confidence,
        band=work.decision.band,
        buttons=action.buttons,
        attachments=action.attachments,
        turn_first_id=work.turn.message_ids[0],
        buyer_name=work.buyer_name,
    )
    work.replies.append(
        put_out(conn, work.address, draft=draft, now=work.now, deliver=work.deliver)
    )


def _ticket_of(work: TurnWork, reply: Reply) -> OpenedTicket:
    """Return the ticket a reply speaks of: of its type, else its intent's, else the first."""
    for opened in work.tickets:
        if opened.ticket_type == reply.ticket_type:
            return opened
    for opened, action in zip(work.tickets, _openings(work), strict=True):
        if action.intent_id == reply.intent_id:
            return opened
    return work.tickets[0]


def _openings(work: TurnWork) -> list[OpenTicket]:
    return [one for one in work.decision.actions if isinstance(one, OpenTicket)]


def _suggest(conn: Connection, work: TurnWork, action: Suggest) -> None:
    _ADD_SUGGESTION.change(
        conn,
        {
            "shop_id": work.shop_id,
            "conversation_id": work.address.conversation_id,
            "turn_first_id": work.turn.message_ids[0],
            "text": action.text,
            "intent_id": action.intent_id,
            "confidence": action.confidence,
            "script_id": action.script_id,
            "created_at": work.now,
        },
    )


def _plan(conn: Connection, work: TurnWork, action: PlanFollowUp) -> None:
    ticket = _ticket_followed(work, action)
    value = NewFollowUp(
        buyer_id=work.address.buyer_id,
        conversation_id=work.address.conversation_id,
        plan_id=action.plan_id,
        kind=action.kind,
        due_at=action.due_at,
        order_ref=action.order_ref,
        item_ref=action.item_ref,
        ticket_id=None if ticket is None else ticket.ticket_id,
        dedupe_key=_dedupe_key(work, action),
    )
    follow_up_id = plan(conn, work.shop_id, value=value, now=work.now)
    if follow_up_id is not None:
        work.follow_up_ids.append(follow_up_id)


def _ticket_followed(work: TurnWork, action: PlanFollowUp) -> OpenedTicket | None:
    """Return the ticket a follow-up belongs to: of its type, else the turn's first."""
    if not action.belongs_to_ticket or not work.tickets:
        return None
    named = (it for it in work.tickets if it.ticket_type == action.ticket_type)
    return next(named, work.tickets[0])


def _dedupe_key(work: TurnWork, action: PlanFollowUp) -> str | None:
    """Return what a follow-up is planned only once for, None: any number of times."""
    if action.once is not None:
        return f"{work.address.buyer_id}:{action.plan_id}:once:{action.once}"
    if not action.is_once_per_order:
        return None
    order = "" if action.order_ref is None else action.order_ref
    return f"{work.address.buyer_id}:{action.plan_id}:{order}"


def _promise(conn: Connection, work: TurnWork, action: RecordPromise) -> None:
    """Write a promise down; one that waits for a ticket is due when the ticket is."""
    reply = [one for one in work.decision.actions if isinstance(one, Reply)][
        action.reply
    ]
    words, due_at, ticket_id = action.words, action.due_at, None
    if due_at is None:
        if not work.tickets:
            return
        ticket = _ticket_of(work, reply)
        due_at, ticket_id = ticket.due_at, ticket.ticket_id
        words = fill_ticket(
            words,
            number=ticket.number,
            due_at=due_at,
            timezone=work.timezone,
            now=work.now,
        )
    record_promise(
        conn,
        work.shop_id,
        value=NewPromise(
            conversation_id=work.address.conversation_id,
            buyer_id=work.address.buyer_id,
            order_ref=action.order_ref,
            message_id=work.replies[action.reply].message_id,
            kind=action.kind,
            about=action.about,
            words=words,
            due_at=due_at,
            lead=action.lead,
            amount_fen=action.amount_fen,
            ticket_id=ticket_id,
        ),
        now=work.now,
    )
