"""How is each intent of a turn answered when no person has to take over?"""

from bot.actions import Band, HandOverReason, RefuseReview
from bot.deciding.bands import Placement
from bot.deciding.bargaining import bargain
from bot.deciding.case import Case
from bot.deciding.clarifying import asks_meaning
from bot.deciding.consequences import open_ticket, plan_follow_up, ticket_type_of
from bot.deciding.draft import Draft, Said
from bot.deciding.flow_placed import answer_flow
from bot.deciding.flow_start import start_flow
from bot.deciding.hand_over import hand_over_turn
from bot.deciding.saying import say_script, say_text, suggest, welcome
from bot.deciding.slots import question_for
from bot.deciding.taking_on import take_on
from bot.deciding.telling import ask_for_fact, tell_incident
from bot.scripts import Effect, Intent, Risk, Use

MOST_ANSWERS = 2
"""Intents of one turn that are answered in full; more texts at once are not read, what
else is wanted is taken on."""

CLARIFYING_BUTTONS = 2
"""Guesses that are offered when the assistant is not sure."""

COURTESIES = frozenset({Effect.GREET, Effect.ACKNOWLEDGE, Effect.CLOSE})
"""Effects of intents that want nothing: never a miss, never beside another answer."""

_QUIET = frozenset({Effect.ACKNOWLEDGE, Effect.CLOSE})


def answer_intents(case: Case, draft: Draft, placed: tuple[Placement, ...]) -> Band:
    """Answer the intents of a turn, the most urgent first; return who answers.

    What comes behind the first two, or behind one that nothing can be said to, is taken
    on: it gets its ticket, a word, or a person.
    """
    band = Band.AUTO
    is_welcomed = welcome(draft)
    wanted = _without_answers(case, placed)
    for number, placement in enumerate(wanted[:MOST_ANSWERS], 1):
        had_bargained = draft.has_bargained
        said = _answer(case, draft, placement, is_welcomed=is_welcomed)
        if said is not Said.SPOKEN:
            is_blocked = said is Said.BLOCKED
            reason = HandOverReason.GUARD if is_blocked else HandOverReason.NO_SCRIPT
            hand_over_turn(case, draft, reason=reason, placement=placement)
            take_on(case, draft, _beside(case, draft, wanted[number:]))
            return Band.HAND_OVER
        is_own = is_told_of_incident(case, placement) or (
            draft.has_bargained != had_bargained
        )
        if draft.hands_over():
            band = Band.HAND_OVER
        elif placement.band is not Band.AUTO and not is_own:
            band = Band.ASSIST
    draft.misses = _misses_after(case, placed)
    rest = _take_rest(case, draft, _beside(case, draft, wanted[MOST_ANSWERS:]))
    return band if rest is Band.AUTO or band is Band.HAND_OVER else rest


def _beside(
    case: Case, draft: Draft, placed: tuple[Placement, ...]
) -> tuple[Placement, ...]:
    """Return the wishes among these: no courtesy, no chat, no part of one bargaining."""
    no_wish = {Effect.OFF_TOPIC, *COURTESIES}
    if draft.has_bargained:
        no_wish.add(Effect.BARGAIN)
    return tuple(
        one
        for one in placed
        if no_wish.isdisjoint(case.library.intent(one.intent_id).effects)
    )


def _take_rest(case: Case, draft: Draft, rest: tuple[Placement, ...]) -> Band:
    """Take on what is more than can be answered one by one; return who answers it."""
    if not rest:
        return Band.AUTO
    left = take_on(case, draft, rest, is_person_due=draft.hands_over())
    if left and not draft.hands_over():
        hand_over_turn(case, draft, reason=HandOverReason.NO_SCRIPT, placement=left[0])
    if left:
        return Band.HAND_OVER
    is_auto = all(one.band is Band.AUTO for one in rest)
    return Band.AUTO if is_auto else Band.ASSIST


def _without_answers(
    case: Case, placed: tuple[Placement, ...]
) -> tuple[Placement, ...]:
    """Return the intents without those that only tell the first one's flow more."""
    flow = case.library.pack.flows.get(
        case.library.intent(placed[0].intent_id).flow or ""
    )
    if flow is None or not case.can_speak:
        return placed
    told = {
        name
        for slot in flow.slots.values()
        for option in slot.options
        for name in option.intents
    }
    return (placed[0], *(one for one in placed[1:] if one.intent_id not in told))


def is_courtesy(case: Case, placement: Placement) -> bool:
    """Return whether an intent wants nothing: a greeting, an OK, a goodbye."""
    effects = case.library.intent(placement.intent_id).effects
    return not COURTESIES.isdisjoint(effects)


def is_told_of_incident(case: Case, placement: Placement) -> bool:
    """Return whether an incident is the whole answer to an intent, and surely so."""
    return (
        case.incident_for(placement.intent_id) is not None
        and placement.confidence >= case.library.pack.bands.auto
    )


def ask_again(case: Case, draft: Draft, placement: Placement) -> Band:
    """Answer a miss, or an answer the assistant is not sure of.

    Who is understood, but not surely, is asked what they meant, which is no miss yet.
    """
    if placement.is_miss:
        return miss(case, draft)
    suggest(draft, placement)
    if asks_meaning(case, draft, placement):
        return Band.ASSIST
    return miss(case, draft, placement)


def miss(case: Case, draft: Draft, placement: Placement | None = None) -> Band:
    """Count a miss; ``placement`` is what was probably meant.

    The first brings a text with buttons, the one before a person is due brings the
    person.
    """
    if case.is_last_miss:
        hand_over_turn(
            case, draft, reason=HandOverReason.SECOND_MISS, placement=placement
        )
        draft.misses = 0
        return Band.HAND_OVER
    welcome(draft)
    buttons = case.library.pack.texts.fallback_buttons
    if placement is not None:
        buttons = tuple(dict.fromkeys((*_guessed(case), *buttons)))
    say_text(draft, "fallback", buttons=buttons)
    draft.misses += 1
    return Band.ASSIST


def _guessed(case: Case) -> tuple[str, ...]:
    """Return the likely meanings that a buyer may tap."""
    guessed = [
        case.library.intent(guess.intent_id) for guess in case.understanding.guesses
    ]
    content = case.library.pack.clarifying
    names = {} if content is None else content.names
    named = [
        names.get(intent.intent_id, intent.zh)
        for intent in guessed
        if _may_be_offered(intent)
    ]
    return tuple(named[:CLARIFYING_BUTTONS])


def _may_be_offered(intent: Intent) -> bool:
    """Return whether buyers may be asked if they mean it: a wish the shop can answer."""
    is_wish = COURTESIES.isdisjoint(intent.effects) and not (
        {Effect.OFF_TOPIC, Effect.REVIEW_REFUSED} & intent.effects
    )
    return is_wish and intent.risk is not Risk.HUMAN


def _answer(
    case: Case, draft: Draft, placement: Placement, *, is_welcomed: bool
) -> Said:
    if is_courtesy(case, placement):
        return _answer_courtesy(case, draft, placement, is_welcomed=is_welcomed)
    if is_told_of_incident(case, placement):
        return tell_incident(case, draft, placement.intent_id)
    bargained = bargain(case, draft, placement.intent_id)
    if bargained is not None:
        return bargained
    started = start_flow(case, draft, case.library.intent(placement.intent_id))
    if started is not None:
        return answer_flow(case, draft, placement, started)
    return _answer_wish(case, draft, placement)


def _answer_wish(case: Case, draft: Draft, placement: Placement) -> Said:
    """Answer a wish with its script, and do what follows from it."""
    intent = case.library.intent(placement.intent_id)
    ticket_type = ticket_type_of(case, placement)
    has_ticket = ticket_type is not None
    follow_up = plan_follow_up(case, intent, has_ticket=has_ticket)
    is_auto = placement.band is Band.AUTO
    said = tell_incident(case, draft, placement.intent_id)
    if said is not Said.SPOKEN:
        said = say_script(
            draft,
            intent.intent_id,
            Use.REPLY if is_auto else Use.HOLDING,
            with_ticket=has_ticket,
            follow_up=follow_up,
        )
    if is_auto and said is Said.NO_SCRIPT:
        question = question_for(case, intent.intent_id)
        return said if question is None else ask_for_fact(draft, question)
    if not is_auto:
        if said is not Said.SPOKEN:
            said = say_text(draft, "please_wait", with_ticket=has_ticket)
        suggest(draft, placement)
    if Effect.REVIEW_REFUSED in intent.effects:
        draft.add(RefuseReview())
    if ticket_type is not None and not draft.opens(ticket_type):
        draft.add(open_ticket(case, ticket_type=ticket_type, intent=intent))
    if follow_up is not None:
        draft.add(follow_up)
    return said


def _answer_courtesy(
    case: Case, draft: Draft, placement: Placement, *, is_welcomed: bool
) -> Said:
    """Answer a courtesy once: not beside a welcome, not twice in a row."""
    intent = case.library.intent(placement.intent_id)
    last = case.context.conversation.last_intent
    was_quiet = last in case.library.pack.intents and not _QUIET.isdisjoint(
        case.library.intent(str(last)).effects
    )
    if is_welcomed or (was_quiet and not _QUIET.isdisjoint(intent.effects)):
        return Said.SPOKEN
    said = say_script(draft, intent.intent_id, Use.REPLY, with_ticket=False)
    # Whom every greeting has been said to, and who greets again, wants somebody.
    return said if Effect.GREET in intent.effects else Said.SPOKEN


def _misses_after(case: Case, placed: tuple[Placement, ...]) -> int:
    """Return the misses in a row after an answer; chat off the topic changes nothing."""
    is_off_topic = all(
        Effect.OFF_TOPIC in case.library.intent(placement.intent_id).effects
        for placement in placed
    )
    return case.context.conversation.misses if is_off_topic else 0
