"""Under which circumstances is a turn written: the buyer's mood, the shop's incidents?"""

from collections.abc import Collection
from itertools import takewhile

from bot.deciding.mood import Mood, MoodReading, read_mood
from bot.deciding.state import PAST_TURNS, REMEMBERED, TurnContext
from bot.incidents.matching import concerning, subject_of
from bot.incidents.values import Incident
from bot.scripts import Pack
from bot.utterances import Understanding


def mood_of(
    pack: Pack,
    context: TurnContext,
    understanding: Understanding,
    *,
    wishless: Collection[str],
) -> MoodReading:
    """Return the mood of the turn in the light of those before it.

    Args:
        pack: Knows what tells a mood.
        context: With the last turns.
        understanding: Of the turn.
        wishless: Intents that want nothing: saying them again is no urging.
    """
    intent_id = understanding.best.intent_id
    since = context.now - REMEMBERED
    recent = [
        it for it in context.conversation.past[:PAST_TURNS] if it.handled_at >= since
    ]
    same = takewhile(lambda it: it.intent_id == intent_id, recent)
    return read_mood(
        understanding.folded,
        intent_id=intent_id,
        rules=pack.moods,
        before=context.conversation.mood if recent else Mood.NEUTRAL,
        repeats=0 if intent_id in wishless else sum(1 for _ in same),
    )


def incidents_of(
    pack: Pack, context: TurnContext, understanding: Understanding
) -> tuple[Incident, ...]:
    """Return the incidents that concern a turn; mostly there is none at all."""
    if not context.incidents:
        return ()
    subject = subject_of(
        context.facts,
        text=understanding.folded.text,
        entities=understanding.entities,
    )
    return concerning(context.incidents, subject, rules=pack.incidents, now=context.now)
