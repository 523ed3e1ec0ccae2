"""What waits for a person gets a ticket; what was promised is planned."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.actions import (
    Band,
    HandOver,
    HandOverReason,
    PlanFollowUp,
    Suggest,
)
from bot.deciding.state import (
    BuyerState,
)
from bot.facts import Item, OrderState
from tests.bot.deciding.deciding_factories import (
    ITEM,
    ORDER,
    WITH_ORDER,
    handle,
    has,
    make_context,
    make_facts,
    texts,
    the,
    tickets,
    with_texts,
)


class TestAssist:
    def test_without_the_facts_it_holds_suggests_and_opens_the_ticket(self) -> None:
        decision = handle("where")

        assert decision.band is Band.ASSIST
        assert texts(decision) == ["查件登记了{ticket.number}"]
        assert tickets(decision) == ["parcel"]
        assert not has(decision, Suggest)
        assert not has(decision, HandOver)

    def test_to_a_stranger_it_holds_though_every_fact_is_there(self) -> None:
        context = replace(WITH_ORDER, buyer=BuyerState(buyer_id=1))

        decision = handle("where", context=context)

        assert decision.band is Band.ASSIST
        assert the(decision, Suggest).text == "订单E1在路上"
        assert the(decision, Suggest).confidence == 0.95

    def test_with_every_fact_it_answers_and_needs_no_ticket(self) -> None:
        decision = handle("where", context=WITH_ORDER)

        assert decision.band is Band.AUTO
        assert texts(decision) == ["订单E1在路上"]
        assert tickets(decision) == []

    def test_an_answer_that_leaves_work_opens_the_ticket_all_the_same(self) -> None:
        decision = handle("hurry", context=WITH_ORDER)

        follow_up = the(decision, PlanFollowUp)
        assert decision.band is Band.AUTO
        assert tickets(decision) == ["parcel"]
        assert follow_up.belongs_to_ticket
        assert (follow_up.plan_id, follow_up.order_ref) == ("update", "E1")
        assert follow_up.item_ref == "i1"

    def test_a_later_message_is_promised_only_when_it_is_planned(self) -> None:
        sold_out = make_context(facts=make_facts(item=ITEM))
        no_item = make_context()
        stopped = replace(sold_out, buyer=BuyerState(buyer_id=1, is_opted_out=True))

        promised = handle("again", context=sold_out)

        assert texts(promised) == ["restock记上了"]
        assert the(promised, PlanFollowUp).plan_id == "restock"
        for context in (no_item, stopped):
            decision = handle("again", context=context)
            assert texts(decision) == ["到货日期还没定"]
            assert not has(decision, PlanFollowUp)

    def test_without_a_holding_script_it_asks_to_wait(self) -> None:
        decision = handle("cancel")

        assert texts(decision) == ["稍等，正在看"]
        assert tickets(decision) == ["callback"]

    def test_with_nothing_to_say_a_person_takes_over(self) -> None:
        decision = handle("cancel", pack=with_texts(please_wait=()))

        assert the(decision, HandOver).reason is HandOverReason.NO_SCRIPT

    def test_half_sure_it_holds_though_every_fact_is_there(self) -> None:
        decision = handle(("where", 0.6), context=WITH_ORDER)

        assert decision.band is Band.ASSIST
        assert tickets(decision) == ["parcel"]


class TestFollowUps:
    def test_one_is_due_after_its_delay_in_its_window(self) -> None:
        decision = handle("hurry")

        due_at = the(decision, PlanFollowUp).due_at
        assert due_at == datetime(2026, 11, 24, 1, tzinfo=UTC)

    def test_an_opted_out_buyer_gets_none(self) -> None:
        buyer = BuyerState(buyer_id=1, is_verified=True, is_opted_out=True)

        decision = handle("hurry", context=make_context(buyer=buyer))

        assert not has(decision, PlanFollowUp)

    def test_one_that_is_obsolete_already_is_not_planned(self) -> None:
        order = replace(ORDER, state=OrderState.REFUNDED)

        decision = handle("hurry", context=make_context(facts=make_facts(order=order)))

        assert not has(decision, PlanFollowUp)

    @pytest.mark.parametrize(
        ("item", "is_planned"),
        [(ITEM, True), (replace(ITEM, stock=3), False), (None, False)],
    )
    def test_one_that_waits_is_planned_only_for_what_is_still_missing(
        self, item: Item | None, *, is_planned: bool
    ) -> None:
        decision = handle("again", context=make_context(facts=make_facts(item=item)))

        assert has(decision, PlanFollowUp) is is_planned

    def test_a_plan_says_whether_it_may_come_again(self) -> None:
        planned = the(handle("again", context=WITH_ORDER), PlanFollowUp)

        assert not planned.is_once_per_order
        assert not planned.belongs_to_ticket
