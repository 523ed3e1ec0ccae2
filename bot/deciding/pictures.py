"""A picture came without words, and no flow waits for one: what is it an answer to?"""

from bot.actions import Band, HandOverReason
from bot.deciding.case import Case
from bot.deciding.consequences import open_ticket
from bot.deciding.draft import Draft
from bot.deciding.hand_over import hand_over_turn
from bot.deciding.saying import say_text, welcome


def take_picture(case: Case, draft: Draft) -> Band:
    """Answer a picture without words: to the open ticket, to a person, or ask for words."""
    if not case.can_speak:
        return Band.ASSIST
    tickets = case.context.buyer.open_tickets
    if tickets:
        welcome(draft)
        say_text(draft, "please_wait")
        kind = tickets[-1].ticket_type
        if kind in case.library.pack.ticket_types:
            draft.add(open_ticket(case, ticket_type=kind, intent=None))
        return Band.ASSIST
    if case.is_staffed or case.is_last_miss:
        hand_over_turn(case, draft, reason=HandOverReason.NO_SCRIPT, placement=None)
        draft.misses = 0
        return Band.HAND_OVER
    welcome(draft)
    say_text(draft, "fallback", buttons=case.library.pack.texts.fallback_buttons)
    draft.misses += 1
    return Band.ASSIST
