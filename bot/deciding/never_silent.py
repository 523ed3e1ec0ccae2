"""A turn is about to end without a word: what is said, and when is silence right?

While a conversation is the assistant's, whoever wants something gets an answer: the next
script, another wording, or a person with a receipt. Silence is meant in three cases only:
a courtesy that was answered just now, the shop or the buyer wants no words, and who waits
for a person, has read every wording of it, and has heard from us a short while ago.
"""

from bot.actions import Band, HandOver, HandOverReason, Reply
from bot.deciding.answering import is_courtesy
from bot.deciding.bands import Placement
from bot.deciding.case import Case
from bot.deciding.draft import Draft
from bot.deciding.hand_over import hand_over_turn


def end_in_words(
    case: Case, draft: Draft, band: Band, placed: tuple[Placement, ...]
) -> Band:
    """Call a person, with a receipt, where nothing was said to a wish; return who answers.

    Args:
        case: The turn.
        draft: Grows.
        band: Who answers as it stands.
        placed: The turn's intents; empty for a picture without words.
    """
    is_wish = not placed or any(not is_courtesy(case, one) for one in placed)
    if not case.can_speak or not is_wish or draft.does(Reply, HandOver):
        return band
    draft.explain("没有能说的话了，交给同事")
    first = next((one for one in placed if not one.is_miss), None)
    hand_over_turn(case, draft, reason=HandOverReason.NO_SCRIPT, placement=first)
    draft.misses = 0
    return Band.HAND_OVER
