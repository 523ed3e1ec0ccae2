"""The assistant broke on a turn again and again: what can still be done for the buyer?"""

from bot.actions import (
    Action,
    Band,
    Decision,
    HandOver,
    HandOverReason,
    OpenTicket,
    Reply,
    StopContact,
)
from bot.deciding.library import Library
from bot.deciding.state import ShopMode, TurnContext
from bot.desk.tickets import due_times
from bot.guarding.outgoing import OutgoingText, Surroundings, first_sendable
from bot.guarding.rules import GuardSender
from bot.messages import Sender, Turn
from bot.replying.masking import mask_personal
from bot.replying.render import placeholders
from bot.scripts import Effect, Pack

_SUMMARY_LENGTH = 120
_PUNCTUATION = " ,，.。!！?？~、;；:："


def rescue(library: Library, turn: Turn, context: TurnContext) -> Decision:
    """Return the decision on a turn that cannot be understood, without understanding it.

    A fixed opt-out word is obeyed; anything else opens a ticket, goes to a person, and
    the buyer is told that somebody looks at it.
    """
    pack = library.pack
    is_opt_out = turn.text.strip(_PUNCTUATION).lower() in pack.lexicon.opt_out_words
    actions: tuple[Action, ...] = (
        (
            StopContact(words=turn.text),
            *_said(library, pack.texts.opt_out_done, context),
        )
        if is_opt_out
        else (
            HandOver(reason=HandOverReason.NO_SCRIPT),
            _ticket(pack, turn, context),
            *_said(library, pack.texts.please_wait, context),
        )
    )
    return Decision(
        band=Band.AUTO if is_opt_out else Band.HAND_OVER,
        intent_id=pack.with_effect(Effect.OFF_TOPIC)[0],
        confidence=0.0,
        actions=actions,
        explain=lambda: ("the assistant failed on this turn",),
    )


def _said(
    library: Library, variants: tuple[str, ...], context: TurnContext
) -> tuple[Reply, ...]:
    """Return the reply with the first fixed text that needs no fact and may leave.

    None where the assistant may not speak.
    """
    is_served = context.conversation.served_by is not None
    if context.shop_mode is not ShopMode.AUTO or is_served:
        return ()
    around = Surroundings(
        guard=library.guard.for_shop(context.guard_rules),
        channel=context.channel,
        item=context.facts.item,
        policies=context.policies,
        now=context.now,
    )
    text = first_sendable(
        (
            OutgoingText(text=text, sender=GuardSender.ASSISTANT)
            for text in variants
            if not placeholders(text)
        ),
        around=around,
    )
    return () if text is None else (Reply(text=text, sender=Sender.SYSTEM),)


def _ticket(pack: Pack, turn: Turn, context: TurnContext) -> OpenTicket:
    kind = pack.ticket_types[pack.hand_over_ticket]
    due = due_times(kind, opened_at=context.now, calendar=context.calendar)
    order = context.facts.order
    return OpenTicket(
        ticket_type=kind.type_id,
        prefix=kind.prefix,
        state=pack.workflow.start,
        priority=kind.priority,
        summary=mask_personal(turn.text)[:_SUMMARY_LENGTH],
        first_answer_due_at=due.first_answer_at,
        plan_due_at=due.plan_at,
        order_ref=None if order is None else order.order_id,
    )
