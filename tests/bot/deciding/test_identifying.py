"""When a stranger is asked whose order it is, and what follows from what they tell."""

from dataclasses import replace
from typing import Any

import pytest

from bot.actions import (
    AskIdentity,
    Band,
    CheckIdentity,
    Decision,
    EndIdentity,
    HandOver,
)
from bot.deciding.state import BuyerState, ShopMode
from bot.identity.state import (
    IdentityLimits,
    IdentityState,
    IdentityTexts,
    Outcome,
)
from tests.bot.deciding.deciding_factories import (
    ITEM,
    ORDER,
    PACK,
    handle,
    has,
    make_context,
    make_conversation,
    make_facts,
    texts,
    the,
    tickets,
)

_TEXTS = IdentityTexts(
    ask=("号码和后四位",),
    ask_order=("还差号码",),
    ask_digits=("还差后四位",),
    wrong=("对不上",),
    limited=("先停一停",),
)
_PACK = replace(
    PACK,
    identity=_TEXTS,
    intents={**PACK.intents, "cancel": replace(PACK.intents["cancel"], urgency=4)},
)
_NEW = IdentityState(limits=IdentityLimits())
_ASKED = replace(_NEW, check_id=7, intent_id="where")


def decide(
    intent: str | tuple[str, float], state: IdentityState, **context: Any
) -> Decision:
    values = {"buyer": BuyerState(buyer_id=1), "identity": state, **context}
    return handle(intent, pack=_PACK, context=make_context(**values))


class TestAsk:
    def test_who_wants_an_order_is_asked_instead_of_given_a_ticket(self) -> None:
        decision = decide("where", _NEW)

        assert texts(decision) == ["号码和后四位"]
        assert the(decision, AskIdentity).intent_id == "where"
        assert tickets(decision) == []

    def test_who_named_it_is_asked_for_the_digits_only(self) -> None:
        decision = decide("where", replace(_NEW, order_ref="E1"))

        assert texts(decision) == ["还差后四位"]
        assert the(decision, AskIdentity).order_ref == "E1"

    def test_who_wants_something_else_is_not_asked(self) -> None:
        assert not has(decide("colour", _NEW), AskIdentity)

    def test_nobody_is_asked_twice_in_a_row(self) -> None:
        decision = decide("where", _ASKED)

        assert not has(decision, AskIdentity)
        assert tickets(decision) == ["parcel"]

    @pytest.mark.parametrize(
        "context",
        [
            {"identity": None},
            {"shop_mode": ShopMode.ASSIST},
            {"conversation": make_conversation(served_by=3)},
            {"facts": make_facts(order=ORDER, item=ITEM)},
        ],
    )
    def test_nor_where_it_is_known_or_a_person_serves(
        self, context: dict[str, Any]
    ) -> None:
        assert not has(decide("where", _NEW, **context), AskIdentity)


class TestTell:
    def test_a_part_is_remembered_and_the_other_asked_for(self) -> None:
        told = replace(_ASKED, is_telling=True, digits=b"sealed")

        decision = decide(("chat", 0.5), told)

        assert texts(decision) == ["还差号码"]
        action = the(decision, AskIdentity)
        assert (action.check_id, action.digits) == (7, b"sealed")

    def test_a_right_one_goes_on_with_what_was_wanted(self) -> None:
        right = replace(_ASKED, is_telling=True, order_ref="E1", outcome=Outcome.RIGHT)

        decision = decide(
            ("chat", 0.3),
            right,
            buyer=BuyerState(buyer_id=1, is_verified=True),
            facts=make_facts(order=ORDER),
        )

        assert texts(decision) == ["订单E1在路上"]
        assert the(decision, CheckIdentity).is_right
        assert decision.intent_id == "where"

    def test_a_right_one_with_a_wish_of_its_own_answers_that(self) -> None:
        right = replace(_ASKED, is_telling=True, order_ref="E1", outcome=Outcome.RIGHT)

        decision = decide(
            "cancel",
            right,
            buyer=BuyerState(buyer_id=1, is_verified=True),
            facts=make_facts(order=ORDER),
        )

        assert texts(decision) == ["订单E1可以取消"]

    def test_a_wrong_one_is_told_so_and_counted(self) -> None:
        wrong = replace(
            _ASKED,
            is_telling=True,
            order_ref="E1",
            order_hash=b"h",
            outcome=Outcome.WRONG,
        )

        decision = decide("where", wrong)

        assert texts(decision) == ["对不上"]
        check = the(decision, CheckIdentity)
        assert (check.is_right, check.order_hash) == (False, b"h")

    def test_too_many_tries_bring_a_person(self) -> None:
        limited = replace(_ASKED, is_telling=True, outcome=Outcome.LIMITED)

        decision = decide("where", limited)

        assert decision.band is Band.HAND_OVER
        assert texts(decision)[0] == "先停一停"
        assert has(decision, HandOver)
        assert has(decision, EndIdentity)
        assert not has(decision, CheckIdentity)

    def test_a_pack_without_the_words_asks_nobody(self) -> None:
        context = make_context(buyer=BuyerState(buyer_id=1), identity=_NEW)

        assert not has(handle("where", context=context), AskIdentity)
