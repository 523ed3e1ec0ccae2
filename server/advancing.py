"""How does a committed turn leave its conversation, without reading it again?"""

from dataclasses import replace

from bot.actions import (
    BuyerAnswered,
    Decision,
    RecordPromise,
    Reply,
    Suggest,
    TellIncident,
    UpdateConversation,
)
from bot.deciding.thread import after_turn
from bot.messages import Turn
from storage.queries.turns import LoadedConversation
from storage.repositories.turns import CommittedTurn, spoken_order


def advance_conversation(
    turn: Turn,
    decision: Decision,
    *,
    loaded: LoadedConversation,
    committed: CommittedTurn,
) -> LoadedConversation | None:
    """Return the conversation after a turn, None when only the database knows."""
    replies = committed.replies
    order_ref = spoken_order(turn, decision)
    state = replace(
        loaded.state,
        version=committed.version,
        past=after_turn(
            loaded.state.past,
            turn,
            decision,
            handled_at=committed.handled_at,
            last_said_id=replies[-1].message_id if replies else 0,
        ),
    )
    for action in decision.actions:
        match action:
            case (
                Reply() | Suggest() | BuyerAnswered() | TellIncident() | RecordPromise()
            ):
                pass
            case UpdateConversation(is_question_closed=False):
                state = replace(
                    state,
                    misses=action.misses,
                    is_greeted=action.is_greeted,
                    last_intent=action.last_intent,
                    used_variants=dict(action.used_variants),
                    mood=action.mood,
                    stretch_at=action.stretch_at,
                )
            case _:
                return None
    return replace(
        loaded,
        state=state,
        is_closed=False,
        last_item_ref=loaded.last_item_ref if turn.item_ref is None else turn.item_ref,
        last_order_ref=(loaded.last_order_ref if order_ref is None else order_ref),
    )
