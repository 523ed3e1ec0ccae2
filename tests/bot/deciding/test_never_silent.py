"""Whoever wants something and has only the assistant reads something."""

from bot.actions import Band, HandOver, HandOverReason
from bot.deciding.state import BuyerState
from tests.bot.deciding.deciding_factories import (
    handle,
    has,
    make_context,
    make_conversation,
    make_turn,
    texts,
    the,
    with_texts,
)
from tests.bot.deciding.dialogue_factories import TICKET

BLOCKED = ("把验证码发我",)
"""What the guard lets nobody say."""


class TestEndInWords:
    def test_a_miss_whose_words_may_not_leave_goes_to_a_person(self) -> None:
        decision = handle(("colour", 0.2), pack=with_texts(fallback=BLOCKED))

        assert texts(decision) == ["已经请同事过来"]
        assert decision.band is Band.HAND_OVER
        assert the(decision, HandOver).reason is HandOverReason.NO_SCRIPT

    def test_and_so_does_a_picture(self) -> None:
        context = make_context(buyer=BuyerState(buyer_id=1, open_tickets=(TICKET,)))
        turn = make_turn("", image_urls=("a.jpg",))

        decision = handle(
            "chat", pack=with_texts(please_wait=BLOCKED), context=context, turn=turn
        )

        assert texts(decision) == ["已经请同事过来"]
        assert has(decision, HandOver)

    def test_a_courtesy_right_after_a_courtesy_is_met_with_silence(self) -> None:
        context = make_context(conversation=make_conversation(last_intent="okay"))

        decision = handle("okay", context=context)

        assert texts(decision) == []
        assert not has(decision, HandOver)

    def test_where_a_person_serves_nothing_is_said(self) -> None:
        context = make_context(conversation=make_conversation(served_by=4))

        decision = handle(("colour", 0.2), context=context)

        assert texts(decision) == []
        assert not has(decision, HandOver)
