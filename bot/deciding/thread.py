"""In whose light is a turn read? What our last words asked for, and the topic."""

from collections.abc import Iterator
from datetime import datetime

from bot.actions import Decision, Reply
from bot.deciding.library import Library
from bot.deciding.state import KEPT_TURNS, PAST_TURNS, REMEMBERED, PastTurn, TurnContext
from bot.messages import Turn
from bot.scripts import Ask, Effect, Script
from bot.understanding.fragments import FRAGMENT_CONFIDENCE
from bot.understanding.threads import Expected, Thread


def thread_of(library: Library, turn: Turn, context: TurnContext) -> Thread:
    """Return what a turn is read in the light of."""
    past = _before(turn, context)
    if not past:
        return Thread()
    expected = _expected(library, turn, past)
    topic = next((it.intent_id for it in past if _is_topic(library, it)), None)
    acknowledged = library.pack.with_effect(Effect.ACKNOWLEDGE)
    is_ours = past[0].last_said_id > 0 and not _is_written_after(
        past[0].last_said_id, turn
    )
    return Thread(
        expected=expected,
        declined=acknowledged[0] if acknowledged and is_ours else None,
        final=frozenset(library.pack.with_effect(Effect.STOP_CONTACT)),
        topic=topic,
        likely=frozenset(
            (
                *(() if topic is None else (topic, *library.intent(topic).followed_by)),
                *(one.intent_id for one in expected),
            )
        ),
        wishless=library.wishless,
        names=library.names,
    )


def _before(turn: Turn, context: TurnContext) -> tuple[PastTurn, ...]:
    """Return the turns before this one that still count, newest first."""
    since = context.now - REMEMBERED
    return tuple(
        past
        for past in context.conversation.past[:PAST_TURNS]
        if past.handled_at >= since
        and not _is_written_after(past.first_message_id, turn)
    )


def newest_said(turn: Turn, context: TurnContext) -> tuple[str, ...]:
    """Return the ids of the scripts that a turn may answer: of our newest words."""
    past = _before(turn, context)
    if not past or _is_written_after(past[0].last_said_id, turn):
        return ()
    return tuple(script_id for script_id, _ in past[0].said)


def _is_written_after(message_id: int, turn: Turn) -> bool:
    """Return whether the buyer could not know a message yet."""
    return bool(turn.message_ids) and message_id >= turn.message_ids[0]


def _expected(
    library: Library, turn: Turn, past: tuple[PastTurn, ...]
) -> tuple[Expected, ...]:
    """Return what waits for an answer: asked last, or before courtesies and guesses.

    A yes answers the newest words only. A wish that came up again leaves open what it
    was asked the first time.
    """
    for age, one in enumerate(past):
        found: list[Expected] = []
        if not _is_written_after(one.last_said_id, turn):
            found.extend(
                expectation(library, ask, is_newest=age == 0)
                for script_id, variant in one.said
                for ask in asks_of(library.asking.get(script_id), variant)
            )
        found = [it for it in found if it.kinds or it.words or it.is_yes_no]
        is_repeated = past[age + 1 : age + 2] and (
            past[age + 1].intent_id == one.intent_id
        )
        if found or (_is_full_wish(library, one) and not is_repeated):
            return tuple(found)
    return ()


def asks_of(script: Script | None, variant: int) -> Iterator[Ask]:
    """Yield what one variant of a script asks for."""
    if script is None or variant >= len(script.variants):
        return
    text = script.variants[variant]
    for ask in script.asks:
        if not ask.says or any(phrase in text for phrase in ask.says):
            yield ask


def expectation(library: Library, ask: Ask, *, is_newest: bool) -> Expected:
    """Return what waits for an answer when a script has asked this."""
    words = library.pack.answer_words
    return Expected(
        intent_id=ask.continues,
        kinds=ask.kinds,
        words=tuple(words[name] for name in ask.words),
        is_yes_no=ask.is_yes_no and is_newest,
    )


def _is_full_wish(library: Library, past: PastTurn) -> bool:
    """Return whether a turn wanted something else than to answer, and surely so."""
    return past.confidence >= FRAGMENT_CONFIDENCE and _is_topic(library, past)


def _is_topic(library: Library, past: PastTurn) -> bool:
    """Return whether a turn wanted something that a fragment may go on with."""
    intent = library.pack.intents.get(past.intent_id)
    return (
        intent is not None
        and past.confidence >= library.pack.bands.assist
        and past.intent_id not in library.wishless
        and Effect.STOP_CONTACT not in intent.effects
    )


def after_turn(
    past: tuple[PastTurn, ...],
    turn: Turn,
    decision: Decision,
    *,
    handled_at: datetime,
    last_said_id: int,
) -> tuple[PastTurn, ...]:
    """Return the last turns once a turn was committed, as the database would tell them."""
    done = PastTurn(
        first_message_id=turn.message_ids[0],
        intent_id=decision.intent_id,
        confidence=decision.confidence,
        handled_at=handled_at,
        said=tuple(
            (action.script_id, action.variant)
            for action in decision.actions
            if isinstance(action, Reply) and action.script_id is not None
        ),
        last_said_id=last_said_id,
    )
    return (done, *past)[:KEPT_TURNS]
