"""What is done about a turn? The stages in their order; the first that settles it ends it."""

from dataclasses import replace

from bot.actions import (
    Band,
    Decision,
    HandOver,
    HandOverReason,
    RefuseReview,
    StopContact,
)
from bot.deciding.answering import (
    answer_intents,
    ask_again,
    is_courtesy,
    is_told_of_incident,
    miss,
)
from bot.deciding.at_once import answer_at_once, said_at_once
from bot.deciding.bands import Placement, band_of
from bot.deciding.bargaining import goes_on_bargaining, reads_ask
from bot.deciding.case import Case
from bot.deciding.dialogues import go_on
from bot.deciding.draft import Draft
from bot.deciding.flow_placed import hand_over_flow
from bot.deciding.flow_start import start_flow
from bot.deciding.hand_over import hand_over_intent, hand_over_turn, queue_intent
from bot.deciding.identifying import asks_identity, take_claim
from bot.deciding.keeping import keep_item, plan_return
from bot.deciding.late import take_late
from bot.deciding.letters import is_refusal
from bot.deciding.mood import Mood
from bot.deciding.never_silent import end_in_words
from bot.deciding.pictures import take_picture
from bot.deciding.questions import take_answer
from bot.deciding.saying import say_text, suggest
from bot.deciding.silence import plan_reminder
from bot.deciding.state import ShopMode
from bot.deciding.taking_on import take_on
from bot.scripts import Effect


def decide(case: Case) -> Decision:
    """Return everything that follows from a turn."""
    alarm = said_at_once(case)
    return _decide(case) if alarm is None else answer_at_once(case, alarm)


def _decide(case: Case) -> Decision:
    draft = Draft(case)
    best = case.understanding.best
    if case.understanding.is_opt_out or _is_refused_by_letter(case):
        _stop_contact(case, draft)
        return _finish(draft, Band.AUTO, best.intent_id, best.confidence)
    if case.context.shop_mode is ShopMode.OFF:
        if not case.is_served:
            draft.add(HandOver(reason=HandOverReason.ASKED))
        return _finish(draft, Band.HAND_OVER, best.intent_id, best.confidence)
    band = _take_told(case, draft)
    if band is not None:
        return _finish(draft, band, best.intent_id, best.confidence)
    is_picture = not case.turn.text.strip() and bool(case.turn.image_urls)
    placed = () if is_picture else _place(case)
    gone_on = go_on(case, draft, placed)
    if gone_on is None:
        gone_on = take_late(case, draft, placed)
    if gone_on is not None:
        band = end_in_words(case, draft, gone_on[0], placed)
        plan_reminder(case, draft)
        confidence = max(best.confidence, case.library.pack.bands.assist)
        return _finish(draft, band, gone_on[1], confidence)
    if is_picture:
        band = end_in_words(case, draft, take_picture(case, draft), placed)
        return _finish(draft, band, best.intent_id, best.confidence)
    placed = _go_on(case, placed)
    band = end_in_words(case, draft, _settle(case, draft, placed), placed)
    plan_return(case, draft)
    plan_reminder(case, draft)
    first = placed[0]
    return _finish(draft, band, first.intent_id, first.confidence)


def _take_told(case: Case, draft: Draft) -> Band | None:
    """Return who answers when the turn tells what a question of ours is about.

    None: it is none, or the wish that it tells of is still to be answered.
    """
    if case.clarified is None:
        band = take_answer(case, draft)
        return take_claim(case, draft) if band is None else band
    if case.clarified.intent_id is not None or not case.can_speak:
        return None
    draft.explain("小二猜的意思，买家说不是")
    return miss(case, draft)


def _go_on(case: Case, placed: tuple[Placement, ...]) -> tuple[Placement, ...]:
    """Return the bargaining that a bare figure goes on with, else what was placed."""
    first = placed[0]
    going_on = None
    is_ok = is_courtesy(case, first)
    if first.is_miss or first.is_unsure or first.intent_id in case.library.wishless:
        going_on = goes_on_bargaining(case, is_courtesy=is_ok)
    if going_on is None:
        return placed
    confidence = max(first.confidence, case.library.pack.bands.assist)
    return (Placement(intent_id=going_on, confidence=confidence, band=Band.AUTO),)


def _is_refused_by_letter(case: Case) -> bool:
    return is_refusal(
        case.turn.text,
        last_said=case.context.last_said,
        opt_out_words=case.library.pack.lexicon.opt_out_words,
    )


def _finish(draft: Draft, band: Band, intent_id: str, confidence: float) -> Decision:
    return draft.finish(band, intent_id=intent_id, confidence=confidence)


def _place(case: Case) -> tuple[Placement, ...]:
    """Return the intents to act on, most urgent first; one missed one when none is.

    Courtesies and chat off the topic are left out beside a wish, and so are improbable
    intents beside a probable one. A person who is probably asked for beside another wish is asked for.
    """
    understanding = case.understanding
    library = case.library
    names = dict.fromkeys(
        (
            *understanding.intents,
            understanding.best.intent_id,
            *(
                guess.intent_id
                for guess in understanding.guesses
                if guess.confidence >= library.pack.bands.assist
                and Effect.HAND_OVER in library.intent(guess.intent_id).effects
            ),
        )
    )
    placed = [
        band_of(
            understanding,
            intent=library.intent(name),
            bands=library.pack.bands,
            is_verified=case.context.buyer.is_verified,
            facts_filled=case.has_facts(library.intent(name)),
            is_last_miss=case.is_last_miss,
        )
        for name in names
    ]
    placed = [_meant(case, placement) for placement in placed]
    placed = [one for one in placed if not _is_at_once(case, one)] or [_unsaid(case)]
    probable = [placement for placement in placed if not placement.is_miss]
    wishes = [one for one in probable if not is_courtesy(case, one)]
    ours = [one for one in wishes if not _is_off_topic(case, one)]
    return tuple(ours or wishes or probable or placed[:1])


def _is_off_topic(case: Case, placement: Placement) -> bool:
    effects = case.library.intent(placement.intent_id).effects
    return Effect.OFF_TOPIC in effects


def _is_at_once(case: Case, placement: Placement) -> bool:
    """Return whether this was looked for before all else, and is not said."""
    return Effect.AT_ONCE in case.library.intent(placement.intent_id).effects


def _unsaid(case: Case) -> Placement:
    """Return a miss: all that a turn is like is what it does not say."""
    best = case.understanding.best
    band = Band.HAND_OVER if case.is_last_miss else Band.ASSIST
    return Placement(
        intent_id=best.intent_id, confidence=best.confidence, band=band, is_miss=True
    )


def _meant(case: Case, placement: Placement) -> Placement:
    """Return a placement as a miss when it would stop contact without a word of it.

    What is ended for good is not ended on a likeness.
    """
    effects = case.library.intent(placement.intent_id).effects
    marks = case.library.pack.lexicon.opt_out_marks
    text = case.understanding.folded.text
    if Effect.STOP_CONTACT not in effects or not marks or any(m in text for m in marks):
        return placement
    band = Band.HAND_OVER if case.is_last_miss else Band.ASSIST
    return replace(placement, band=band, is_miss=True)


def _settle(case: Case, draft: Draft, placed: tuple[Placement, ...]) -> Band:
    if not placed[0].is_miss:
        rest = _apply_stop(case, draft, placed)
        if not rest:
            return Band.AUTO
        placed = rest
    if not case.can_speak:
        return _only_suggest(case, draft, placed)
    return _speak(case, draft, placed)


def _speak(case: Case, draft: Draft, placed: tuple[Placement, ...]) -> Band:
    """Answer the buyer, or give them to a person."""
    for placement in placed:
        if placement.band is Band.HAND_OVER and not placement.is_miss:
            others = tuple(one for one in placed if one is not placement)
            _hand_over(case, draft, placement, others)
            draft.misses = 0
            return Band.HAND_OVER
    if _is_for_person(case, placed[0]):
        _hand_over_angry(case, draft, placed)
        return Band.HAND_OVER
    kept = keep_item(case, draft, placed)
    if kept is not None:
        return kept
    sure = tuple(
        one
        for one in placed
        if not one.is_unsure or is_courtesy(case, one) or reads_ask(case, one.intent_id)
    )
    if placed[0].is_miss or not sure:
        return ask_again(case, draft, placed[0])
    asked = asks_identity(case, draft, sure)
    return answer_intents(case, draft, sure) if asked is None else asked


def _is_for_person(case: Case, placement: Placement) -> bool:
    """Return whether an angry buyer should not be answered by a program any more.

    Who waits for a person already goes on being answered meanwhile.
    """
    rules = case.library.pack.moods
    mood = case.mood
    if (
        mood.mood is not Mood.ANGRY
        or case.context.conversation.is_handed_over
        or is_courtesy(case, placement)
    ):
        return False
    is_sure = is_told_of_incident(case, placement) or (
        placement.band is Band.AUTO and not placement.is_unsure
    )
    return (rules.hands_over_unsure and not is_sure) or (
        rules.hands_over_twice and mood.before is Mood.ANGRY
    )


def _hand_over_angry(case: Case, draft: Draft, placed: tuple[Placement, ...]) -> None:
    placement, *others = placed
    draft.explain("生气的买家交给同事")
    draft.misses = 0
    if placement.is_miss:
        hand_over_turn(case, draft, reason=HandOverReason.ANGRY, placement=None)
        return
    person = replace(placement, band=Band.HAND_OVER)
    hand_over_intent(case, draft, person, reason=HandOverReason.ANGRY)
    take_on(case, draft, tuple(others))


def _hand_over(
    case: Case, draft: Draft, placement: Placement, others: tuple[Placement, ...]
) -> None:
    started = start_flow(case, draft, case.library.intent(placement.intent_id))
    if started is None:
        hand_over_intent(case, draft, placement)
        take_on(case, draft, others)
    else:
        hand_over_flow(case, draft, placement, started, others=others)


def _apply_stop(
    case: Case, draft: Draft, placed: tuple[Placement, ...]
) -> tuple[Placement, ...]:
    """Stop contact when an intent asks for it; return the other intents."""
    rest = tuple(
        placement
        for placement in placed
        if Effect.STOP_CONTACT not in case.library.intent(placement.intent_id).effects
    )
    if len(rest) < len(placed):
        _stop_contact(case, draft)
    return rest


def _stop_contact(case: Case, draft: Draft) -> None:
    draft.add(StopContact(words=case.turn.text))
    if case.context.shop_mode is not ShopMode.OFF:
        say_text(draft, "opt_out_done")
    draft.is_question_closed = case.context.conversation.asked is not None
    draft.misses = 0


def _only_suggest(case: Case, draft: Draft, placed: tuple[Placement, ...]) -> Band:
    """Help the person who serves; the buyer reads nothing of it."""
    for placement in placed:
        if placement.is_miss:
            continue
        suggest(draft, placement)
        intent = case.library.intent(placement.intent_id)
        if Effect.REVIEW_REFUSED in intent.effects:
            draft.add(RefuseReview())
        if placement.band is Band.HAND_OVER and not case.is_served:
            # Nobody has this conversation yet: what needs a person must find one.
            queue_intent(case, draft, placement)
    return Band.ASSIST
