"""A buyer says the same again and again: what does the assistant of a pack answer?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.actions import (
    Decision,
    HandOver,
    OpenTicket,
    Reply,
    UpdateConversation,
    UpdateDialogue,
)
from bot.assistant import Assistant
from bot.deciding.state import ConversationState, OpenTicketRef, TurnContext
from bot.deciding.thread import after_turn
from bot.flows.state import DialogueState
from bot.messages import Turn
from bot.scripts import Pack
from bot.utterances import Folded, Guess, Understanding


class NamedUnderstander:
    """Understands a text as the intent whose id it is."""

    def __init__(self, confidence: float, *, nothing: str) -> None:
        """Be so sure; ``nothing`` is what an empty text is understood as, hardly so."""
        self._confidence = confidence
        self._nothing = nothing

    def understand(self, text: str, *, today: date) -> Understanding:
        intent_id = text or self._nothing
        confidence = self._confidence if text else 0.2
        positions = tuple(range(len(text) + 1))
        return Understanding(
            text=text,
            folded=Folded(original=text, text=text, positions=positions),
            clauses=(),
            entities=(),
            guesses=(Guess(intent_id=intent_id, confidence=confidence),),
            intents=(intent_id,),
            explain=lambda: (),
            clause_guesses={intent_id: confidence},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One turn and what became of it."""

    is_waiting: bool
    """A person was called before it."""
    decision: Decision
    at: datetime

    @property
    def texts(self) -> tuple[str, ...]:
        """Return what the buyer read."""
        return tuple(it.text for it in self.decision.actions if isinstance(it, Reply))


def repeat(
    assistant: Assistant,
    turn: Turn,
    context: TurnContext,
    *,
    times: int,
    every: timedelta,
) -> tuple[Answered, ...]:
    """Return what a turn is answered when it is said so often, nobody else writing."""
    answered = []
    for number in range(times):
        said = replace(turn, message_ids=(2 * number + 1,))
        decision = assistant.handle(said, context)
        answered.append(
            Answered(
                is_waiting=context.conversation.is_handed_over,
                decision=decision,
                at=context.now,
            )
        )
        context = after(context, said, decision, pack=assistant.library.pack)
        context = replace(context, now=context.now + every)
    return tuple(answered)


def after(
    context: TurnContext, turn: Turn, decision: Decision, *, pack: Pack
) -> TurnContext:
    """Return the context as a commit of the decision would leave it."""
    tickets = {it.ticket_type: it for it in context.buyer.open_tickets}
    conversation = context.conversation
    has_spoken = any(isinstance(it, Reply) for it in decision.actions)
    conversation = replace(
        conversation,
        past=after_turn(
            conversation.past,
            turn,
            decision,
            handled_at=context.now,
            last_said_id=turn.message_ids[-1] + 1 if has_spoken else 0,
        ),
    )
    for action in decision.actions:
        match action:
            case OpenTicket():
                tickets.setdefault(
                    action.ticket_type, _ticket(action, len(tickets) + 1)
                )
            case HandOver():
                conversation = replace(conversation, is_handed_over=True)
            case UpdateDialogue():
                conversation = replace(
                    conversation,
                    dialogue=_dialogue(action, conversation, tickets, now=context.now),
                )
            case UpdateConversation():
                conversation = replace(
                    conversation,
                    misses=action.misses,
                    is_greeted=action.is_greeted,
                    last_intent=action.last_intent,
                    used_variants=dict(action.used_variants),
                    mood=action.mood,
                    stretch_at=action.stretch_at,
                )
            case _:
                pass
    buyer = replace(context.buyer, open_tickets=tuple(tickets.values()))
    return replace(context, conversation=conversation, buyer=buyer)


def _ticket(action: OpenTicket, ticket_id: int) -> OpenTicketRef:
    return OpenTicketRef(
        ticket_id=ticket_id,
        number=f"{action.prefix}-{ticket_id}",
        ticket_type=action.ticket_type,
        order_ref=action.order_ref,
        due_at=action.first_answer_due_at,
    )


def _dialogue(
    action: UpdateDialogue,
    conversation: ConversationState,
    tickets: Mapping[str, OpenTicketRef],
    *,
    now: datetime,
) -> DialogueState:
    old = conversation.dialogue
    ticket = tickets.get(action.ticket_type or "")
    kept = None if old is None else old.ticket_id
    return DialogueState(
        dialogue_id=1 if action.dialogue_id is None else action.dialogue_id,
        flow_id=action.flow_id,
        intent_id=action.intent_id,
        step=action.step,
        slots=dict(action.slots),
        tries=action.tries,
        ticket_id=kept if ticket is None else ticket.ticket_id,
        opened_at=now,
        updated_at=now,
        closed=action.closed,
    )
