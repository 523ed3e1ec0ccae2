"""Is this turn the answer to a question of ours, and what follows from the answer?"""

from bot.actions import AnswerCallBack, Band, HandOver, HandOverReason
from bot.deciding.case import Case
from bot.deciding.draft import Draft
from bot.deciding.saying import say_text

SOLVED = "solved"
"""Answer ids that a pack's call-back question uses."""
NOT_SOLVED = "not_solved"


def take_answer(case: Case, draft: Draft) -> Band | None:
    """Record the answer to an open call-back; None when the turn is no answer to it.

    The question stays open then, and the turn is handled like any other.
    """
    asked = case.context.conversation.asked
    if asked is None or asked.ticket_id is None:
        return None
    if case.understanding.answers is not None:
        # A script of ours has asked since, and this is what it asked for.
        return None
    reader = case.library.answer_reader(asked.question_id)
    answer = None if reader is None else reader.read(case.turn.text)[0]
    if answer not in (SOLVED, NOT_SOLVED):
        return None
    is_solved = answer == SOLVED
    draft.add(
        AnswerCallBack(
            ticket_id=asked.ticket_id, is_solved=is_solved, words=case.turn.text
        )
    )
    draft.explain(f"{asked.question_id}: {answer}")
    draft.is_question_closed = True
    draft.misses = 0
    if is_solved:
        say_text(draft, "solved_thanks")
        return Band.AUTO if case.can_speak else Band.ASSIST
    say_text(draft, "not_solved")
    if not case.can_speak:
        return Band.ASSIST
    if case.is_staffed:
        draft.add(HandOver(reason=HandOverReason.RISK))
    return Band.HAND_OVER
