"""Under which circumstances is a turn written: mood, incidents, asked before, on duty?"""

from collections.abc import Collection
from dataclasses import replace
from itertools import takewhile

from bot.deciding.mood import Mood, MoodReading, read_mood
from bot.deciding.state import PAST_TURNS, REMEMBERED, TurnContext
from bot.incidents.matching import concerning, subject_of
from bot.incidents.values import Incident
from bot.replying.select import ScriptIndex, Situation, situation_of
from bot.scripts import Duty, Pack
from bot.utterances import EntityKind, Understanding

_TIMES = frozenset({EntityKind.DATE, EntityKind.DURATION_DAYS})
"""What no answer depends on: 三天没动了 is the same matter as before."""


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
    intent = pack.intents.get(intent_id)
    urgency = 0 if intent is None else intent.urgency
    is_urging = intent_id not in wishless and urgency >= pack.moods.repeats_from
    return read_mood(
        understanding.folded,
        intent_id=intent_id,
        rules=pack.moods,
        before=context.conversation.mood if recent else Mood.NEUTRAL,
        repeats=sum(1 for _ in same) if is_urging else 0,
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


def circumstances_of(
    context: TurnContext,
    understanding: Understanding,
    *,
    scripts: ScriptIndex,
    mood: MoodReading,
    incidents: Collection[Incident],
) -> Situation:
    """Return what the conditions of scripts are compared with in a turn."""
    return replace(
        situation_of(context.conversation, context.facts, now=context.now),
        incidents=frozenset(incident.kind for incident in incidents),
        mood=mood.mood,
        answered=_answered(context, understanding, scripts),
        duty=Duty.STAFFED if context.agents_on_duty > 0 else Duty.AWAY,
        can_show_pictures=context.can_show_pictures,
    )


def _answered(
    context: TurnContext, understanding: Understanding, scripts: ScriptIndex
) -> frozenset[str]:
    """Return the intents that were answered lately and would only be answered anew.

    None when the turn tells something: what we asked for, a place, a size, a number. The
    answer to that is another one.
    """
    tells = {entity.kind for entity in understanding.entities} - _TIMES
    if understanding.answers is not None or tells:
        return frozenset()
    since = context.now - REMEMBERED
    answered = (
        scripts.intent_of(script_id)
        for past in context.conversation.past
        if past.handled_at >= since
        for script_id, _ in past.said
    )
    return frozenset(it for it in answered if it is not None)
