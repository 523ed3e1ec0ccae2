"""Do the words of a text choose a script before anything is guessed?"""

from dataclasses import replace

from bot.deciding.case import Case
from bot.phrases import find_chosen
from bot.replying.select import is_usable
from bot.scripts import Effect, Risk, Script
from bot.utterances import Guess, Understanding

_PERSONS = frozenset({Effect.HAND_OVER, Effect.STOP_CONTACT})


def choose_by_phrases(case: Case) -> Case:
    """Return a case read as the intent of the script that its words have chosen.

    One script wins, by the order of all scripts (:mod:`bot.replying.select`). Who may
    want a person, or no more messages, is not answered by a rule.
    """
    rules = case.library.scripts.ruled
    if not rules or case.understanding.is_opt_out or _may_want_person(case):
        return case
    usable = (it for it in rules if is_usable(it, case.situation))
    chosen = find_chosen(usable, case.understanding.folded.text)
    if chosen is None:
        return case
    return replace(
        case, ruled=chosen, understanding=_read_as(case.understanding, chosen)
    )


def _may_want_person(case: Case) -> bool:
    library = case.library
    for guess in case.understanding.guesses:
        intent = library.intent(guess.intent_id)
        if guess.confidence >= library.pack.bands.assist and (
            intent.risk is Risk.HUMAN or not _PERSONS.isdisjoint(intent.effects)
        ):
            return True
    return False


def _read_as(understanding: Understanding, script: Script) -> Understanding:
    """Return what a text means when words of it are sure."""
    known = understanding.explain
    return replace(
        understanding,
        guesses=(Guess(intent_id=script.intent_id, confidence=1.0),),
        intents=(script.intent_id,),
        clause_guesses={script.intent_id: 1.0},
        answers=None,
        explain=lambda: (f"关键词规则：{script.script_id}", *known()),
    )
