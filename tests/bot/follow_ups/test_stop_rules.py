"""Each due follow-up is judged on what is true when it is due."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.desk.ticket_types import Phase
from bot.facts import Facts, Item, Order, OrderState
from bot.follow_ups.plans import EndsWhen, FollowUpPlan, Kind, Window
from bot.follow_ups.situation import (
    FollowUpLimits,
    FollowUpSituation,
    ReviewSituation,
    TicketSituation,
)
from bot.follow_ups.stop_rules import (
    Defer,
    End,
    Judgement,
    Reason,
    Send,
    Skip,
    is_true,
    judge,
)

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
"""12:00 in Shanghai, a Monday."""
NIGHT = NOON + timedelta(hours=10, minutes=30)
"""22:30 in Shanghai."""
NEXT_MORNING = NOON + timedelta(hours=21)
"""9:00 in Shanghai, Tuesday."""
EVENING = NOON + timedelta(hours=8, minutes=10)
"""20:10 in Shanghai."""
SUFFIX = "，回复退订不再接收"


def make_plan(**changes: object) -> FollowUpPlan:
    defaults: dict[str, object] = {
        "plan_id": "p",
        "zh": "提醒",
        "kind": Kind.SERVICE,
        "delay": timedelta(hours=1),
        "window": Window.CONTACT,
        "texts": ("亲，跟您说一声",),
    }
    return FollowUpPlan(**(defaults | changes))  # type: ignore[arg-type]  # a factory's free form


def make_situation(**changes: object) -> FollowUpSituation:
    defaults: dict[str, object] = {
        "follow_up_id": 0,
        "plan_id": "p",
        "planned_at": NOON - timedelta(hours=1),
        "due_at": NOON,
        "facts": Facts(policies={}),
    }
    return FollowUpSituation(**(defaults | changes))  # type: ignore[arg-type]  # as above


def make_facts(state: OrderState | None = None, **changes: object) -> Facts:
    order = None
    if state is not None:
        order = Order(order_id="E1", buyer_ref="b", state=state, **changes)  # type: ignore[arg-type]  # as above
    return Facts(policies={}, order=order)


def stock(pieces: int | None) -> Facts:
    return Facts(policies={}, item=Item(item_id="i", title="杯子", stock=pieces))


def judged(
    plan: FollowUpPlan | None = None,
    situation: FollowUpSituation | None = None,
    *,
    now: datetime = NOON,
    limits: FollowUpLimits | None = None,
) -> Judgement:
    return judge(
        make_plan() if plan is None else plan,
        situation=make_situation() if situation is None else situation,
        now=now,
        limits=FollowUpLimits() if limits is None else limits,
        marketing_suffix=SUFFIX,
    )


MARKETING = make_plan(kind=Kind.MARKETING)
REVIEW = make_plan(window=Window.REVIEW)


class TestSend:
    def test_an_ordinary_one_is_sent(self) -> None:
        assert judged() == Send(text="亲，跟您说一声", variant=0, spans=())

    def test_it_says_where_facts_stand(self) -> None:
        plan = make_plan(texts=("订单{order.no}",))
        situation = make_situation(facts=make_facts(OrderState.PAID))

        assert judged(plan, situation) == Send(
            text="订单E1", variant=0, spans=((2, 4),)
        )

    def test_one_without_a_variant_that_can_be_filled_is_skipped(self) -> None:
        plan = make_plan(texts=("订单{order.no}",))

        assert judged(plan) == Skip(reason=Reason.NOT_FILLED)


class TestOptOut:
    @pytest.mark.parametrize("kind", Kind)
    def test_nothing_is_sent_to_who_opted_out(self, kind: Kind) -> None:
        situation = make_situation(is_opted_out=True, has_marketing_consent=True)

        assert judged(make_plan(kind=kind), situation) == Skip(reason=Reason.OPTED_OUT)


class TestMarketing:
    def test_needs_consent(self) -> None:
        assert judged(MARKETING) == Skip(reason=Reason.NO_CONSENT)

    def test_ends_with_how_to_refuse(self) -> None:
        sent = judged(MARKETING, make_situation(has_marketing_consent=True))

        assert isinstance(sent, Send)
        assert sent.text == f"亲，跟您说一声{SUFFIX}"

    @pytest.mark.parametrize("kind", [Kind.SERVICE, Kind.REQUESTED, Kind.NUDGE])
    def test_no_other_kind_needs_consent_or_suffix(self, kind: Kind) -> None:
        sent = judged(make_plan(kind=kind))

        assert isinstance(sent, Send)
        assert sent.text == "亲，跟您说一声"

    @pytest.mark.parametrize(
        ("ago", "is_sent"),
        [(timedelta(days=6, hours=23), False), (timedelta(days=7), True)],
    )
    def test_comes_at_most_once_in_seven_days(
        self, ago: timedelta, *, is_sent: bool
    ) -> None:
        situation = make_situation(
            has_marketing_consent=True, last_marketing_at=NOON - ago
        )

        verdict = judged(MARKETING, situation)

        assert isinstance(verdict, Send) is is_sent
        assert is_sent or verdict == Skip(reason=Reason.MARKETING_CAP)

    def test_an_explicit_zero_means_no_cap(self) -> None:
        situation = make_situation(has_marketing_consent=True, last_marketing_at=NOON)

        verdict = judged(
            MARKETING, situation, limits=FollowUpLimits(marketing_gap=timedelta())
        )

        assert isinstance(verdict, Send)

    def test_at_night_it_waits_for_the_next_morning(self) -> None:
        verdict = judged(
            MARKETING, make_situation(has_marketing_consent=True), now=NIGHT
        )

        assert verdict == Defer(to=NEXT_MORNING, reason=Reason.OUTSIDE_WINDOW)


class TestObsolete:
    def test_ends_when_its_fact_holds(self) -> None:
        plan = make_plan(
            ends_when=frozenset({EndsWhen.ORDER_PAID, EndsWhen.ORDER_SHIPPED})
        )
        situation = make_situation(facts=make_facts(OrderState.PAID))

        assert judged(plan, situation) == End(
            reason=Reason.OBSOLETE, detail="order_paid"
        )

    def test_goes_on_while_it_does_not(self) -> None:
        plan = make_plan(ends_when=frozenset({EndsWhen.ORDER_PAID}))
        situation = make_situation(facts=make_facts(OrderState.UNPAID))

        assert isinstance(judged(plan, situation), Send)


class TestReview:
    def about(self, **changes: object) -> FollowUpSituation:
        review = ReviewSituation(**({"cause": "漏发配件"} | changes))  # type: ignore[arg-type]  # as above
        return make_situation(review=review, due_at=EVENING)

    def test_is_contacted_in_the_evening_when_the_cause_is_known(self) -> None:
        assert isinstance(judged(REVIEW, self.about(), now=EVENING), Send)

    def test_at_noon_it_waits_for_the_evening(self) -> None:
        assert judged(REVIEW, self.about()) == Defer(
            to=NOON + timedelta(hours=8), reason=Reason.OUTSIDE_WINDOW
        )

    @pytest.mark.parametrize("cause", [None, " "])
    def test_without_a_cause_it_waits_for_one(self, cause: str | None) -> None:
        verdict = judged(REVIEW, self.about(cause=cause), now=EVENING)

        assert verdict == Defer(to=NOON + timedelta(hours=32), reason=Reason.NO_CAUSE)

    def test_without_a_cause_it_is_late_in_the_end(self) -> None:
        verdict = judged(
            REVIEW, self.about(cause=None), now=EVENING + timedelta(days=8)
        )

        assert verdict == End(reason=Reason.LATE)

    @pytest.mark.parametrize(
        ("changes", "verdict"),
        [
            ({"is_refused": True}, End(reason=Reason.REVIEW_REFUSED)),
            ({"is_contacted": True}, End(reason=Reason.ALREADY_CONTACTED)),
            (
                {"is_suspected_professional": True},
                Skip(reason=Reason.SUSPECTED_PROFESSIONAL),
            ),
        ],
    )
    def test_is_contacted_once_and_never_after_a_no(
        self, changes: dict[str, bool], verdict: Judgement
    ) -> None:
        assert judged(REVIEW, self.about(**changes), now=EVENING) == verdict


class TestLateness:
    @pytest.mark.parametrize(
        ("late", "is_sent"), [(timedelta(days=1), True), (timedelta(days=2), False)]
    )
    def test_after_its_time_it_is_closed_not_sent(
        self, late: timedelta, *, is_sent: bool
    ) -> None:
        plan = make_plan(expires_after=timedelta(days=1))

        verdict = judged(plan, now=NOON + late)

        assert isinstance(verdict, Send) is is_sent
        assert is_sent or verdict == End(reason=Reason.LATE)

    def test_an_explicit_zero_means_at_its_time_only(self) -> None:
        plan = make_plan(expires_after=timedelta())

        assert isinstance(judged(plan), Send)
        assert judged(plan, now=NOON + timedelta(seconds=1)) == End(reason=Reason.LATE)

    def test_who_waits_for_a_fact_is_never_late(self) -> None:
        plan = make_plan(waits_for=EndsWhen.ITEM_IN_STOCK)

        verdict = judged(
            plan, make_situation(facts=stock(5)), now=NOON + timedelta(days=90)
        )

        assert isinstance(verdict, Send)


class TestWaiting:
    @pytest.mark.parametrize("pieces", [0, None])
    def test_looks_again_after_its_delay(self, pieces: int | None) -> None:
        plan = make_plan(waits_for=EndsWhen.ITEM_IN_STOCK)

        verdict = judged(plan, make_situation(facts=stock(pieces)))

        assert verdict == Defer(
            to=NOON + timedelta(hours=1), reason=Reason.WAITING_FOR_FACT
        )

    def test_a_delay_of_zero_does_not_make_it_look_all_the_time(self) -> None:
        plan = make_plan(waits_for=EndsWhen.ITEM_IN_STOCK, delay=timedelta())

        verdict = judged(plan, make_situation(facts=stock(0)))

        assert verdict == Defer(
            to=NOON + timedelta(minutes=10), reason=Reason.WAITING_FOR_FACT
        )


class TestServed:
    def test_waits_while_a_person_serves(self) -> None:
        assert judged(situation=make_situation(is_served=True)) == Defer(
            to=NOON + timedelta(minutes=30), reason=Reason.PERSON_SERVES
        )

    def test_an_explicit_zero_never_waits(self) -> None:
        verdict = judged(
            situation=make_situation(is_served=True),
            limits=FollowUpLimits(served_delay=timedelta()),
        )

        assert isinstance(verdict, Send)


class TestIsTrue:
    @pytest.mark.parametrize(
        ("fact", "facts", "expected"),
        [
            (EndsWhen.ORDER_PAID, make_facts(OrderState.UNPAID), False),
            (EndsWhen.ORDER_PAID, make_facts(OrderState.SIGNED), True),
            (EndsWhen.ORDER_SHIPPED, make_facts(OrderState.PAID), False),
            (EndsWhen.ORDER_SHIPPED, make_facts(OrderState.SHIPPED), True),
            (EndsWhen.ORDER_SIGNED, make_facts(OrderState.SHIPPED), False),
            (EndsWhen.ORDER_SIGNED, make_facts(OrderState.COMPLETED), True),
            (EndsWhen.ORDER_CANCELLED, make_facts(OrderState.CANCELLED), True),
            (EndsWhen.ORDER_REFUNDED, make_facts(OrderState.REFUNDING), True),
            (EndsWhen.ORDER_REFUNDED, make_facts(OrderState.PAID), False),
            (EndsWhen.ORDER_REFUNDED, make_facts(OrderState.PAID, refund="x"), True),
            (EndsWhen.ORDER_DISPUTED, make_facts(OrderState.PAID), False),
            (EndsWhen.ORDER_DISPUTED, make_facts(OrderState.PAID, dispute="x"), True),
            (EndsWhen.ORDER_PAID, make_facts(), False),
            (EndsWhen.ITEM_IN_STOCK, stock(1), True),
            (EndsWhen.ITEM_IN_STOCK, stock(0), False),
            (EndsWhen.ITEM_IN_STOCK, stock(None), False),
            (EndsWhen.ITEM_IN_STOCK, make_facts(), False),
        ],
    )
    def test_reads_the_facts(
        self, fact: EndsWhen, facts: Facts, *, expected: bool
    ) -> None:
        assert is_true(fact, make_situation(facts=facts)) is expected

    @pytest.mark.parametrize(
        ("phase", "expected"),
        [(Phase.OPEN, False), (Phase.SOLVED, False), (Phase.CLOSED, True)],
    )
    def test_reads_the_ticket(self, phase: Phase, *, expected: bool) -> None:
        ticket = TicketSituation(number="WL-1", phase=phase)

        situation = make_situation(ticket=ticket)

        assert is_true(EndsWhen.TICKET_CLOSED, situation) is expected
        assert is_true(EndsWhen.TICKET_OPEN, situation) is (phase is Phase.OPEN)

    def test_reads_the_review(self) -> None:
        refused = make_situation(review=ReviewSituation(is_refused=True))

        assert is_true(EndsWhen.REVIEW_REFUSED, refused)
        assert not is_true(EndsWhen.REVIEW_REFUSED, make_situation())
        assert not is_true(EndsWhen.TICKET_CLOSED, make_situation())
        assert not is_true(EndsWhen.TICKET_OPEN, make_situation())
